"""Clock: detects a clock of this machine that is behind the newest record."""

from __future__ import annotations

from datetime import datetime, timedelta

SLACK = timedelta(seconds=1)
"""How far a clock may step back while it is being corrected."""
_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))


def lag_of(newest: datetime | None, now: datetime) -> timedelta | None:
    """Return how far *now* is before the newest record, or None if it is not."""
    # Only check backwards: a clock that is ahead looks the same as time that has passed.
    return newest - now if newest is not None and newest - now > SLACK else None


def remark(lag: timedelta) -> str:
    """Return the remark about a clock that is *lag* behind."""
    seconds = lag.total_seconds()
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= 2 * size), (1, "seconds"))
    what = f"the clock is {seconds / size:,.0f} {unit} behind the newest record, and new records are dated by it"
    return f"{what}: set the clock, or go on if it is right now and was wrong then"
