"""Clock: whether that of this machine may be believed: it must not stand before the newest record."""

from __future__ import annotations

from datetime import datetime, timedelta

SLACK = timedelta(seconds=1)
"""How far a clock may step back while it is being corrected."""
_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))


def lag_of(newest: datetime | None, now: datetime) -> timedelta | None:
    """Return how far *now* stands before the newest record, or None where it does not."""
    # Only backwards: a clock that runs ahead cannot be told from time that passed.
    return newest - now if newest is not None and newest - now > SLACK else None


def remark(lag: timedelta) -> str:
    """Return what is said of a clock that is *lag* behind."""
    seconds = lag.total_seconds()
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= 2 * size), (1, "seconds"))
    what = (
        f"the clock stands {seconds / size:,.0f} {unit} before the newest record, and what is kept now is dated by it"
    )
    return f"{what}: set the clock"
