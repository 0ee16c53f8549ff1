"""Place: the row of an item in the index, by its date, so that the newest come first unsorted and dates are ranges."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

PLACES = 1 << 22
"""How many items of one date have a place of their own."""
_PRECISIONS = 4
"""A year stands before its January, and that before its first day: rows are in the order of the dates as text."""


def first_place(when: str) -> int:
    """Return the first row for items of the date *when*, as far as it is stated; what is after it stands behind."""
    parts = when[:10].split("-")
    return (_first_day(parts).toordinal() * _PRECISIONS + min(len(parts), 3) - 1) * PLACES


def place_after(when: str) -> int:
    """Return the first row behind all items of the date *when*: of all its days where it is a month or a year."""
    parts = when[:10].split("-")
    first = _first_day(parts)
    days = 1
    if len(parts) == 1:
        days = date(first.year, 12, 31).toordinal() - first.toordinal() + 1
    elif len(parts) == 2:
        days = monthrange(first.year, first.month)[1]
    return (first.toordinal() + days) * _PRECISIONS * PLACES


def _first_day(parts: list[str]) -> date:
    """Return the first day of a date; of one that is in no calendar, of its month or its year."""
    year, month, day = (*parts, "01", "01")[:3]
    for stated in ((year, month, day), (year, month, "01"), (year, "01", "01")):
        try:
            return date(*map(int, stated))
        except ValueError:
            continue
    return date.min
