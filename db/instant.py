"""Instants as text in the catalogue: ISO 8601 in UTC to the microsecond, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


# Cached, because the instant of one capture is written into many rows.
@lru_cache(maxsize=1024)
def to_text(instant: datetime) -> str:
    """Return *instant* as ``2023-04-24T10:00:00.000000Z``. Raises ValueError if it has no time zone."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {instant!r}")
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    # Always 26 characters and a Z, because without a fraction it would sort after the fractions of its second.
    return instant.isoformat(timespec="microseconds")[:26] + "Z"


def from_text(text: str) -> datetime:
    """Return the aware instant that `to_text` wrote."""
    return datetime.fromisoformat(text)


def maybe_text(instant: datetime | None) -> str | None:
    """Return `to_text` of *instant*, or None for None."""
    return None if instant is None else to_text(instant)


def maybe_instant(text: str | None) -> datetime | None:
    """Return `from_text` of *text*, or None for None."""
    return None if text is None else from_text(text)
