"""Listed: a page as a sitemap, feed or API names it, with the date of its last change."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_W3C = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[T ](?P<clock>\d\d:\d\d(?::\d\d)?)(?:\.\d+)?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page as a list names it.

    Attributes:
        url: absolute, http or https, without fragment. It may be out of scope.
        lastmod: when the page changed last, according to the list; aware, UTC; None if missing or unreadable.
        language: the language of the page, according to the list (``hreflang``), in lower case, or None.
    """

    url: str
    lastmod: datetime | None = None
    language: str | None = None


_LEAST = timedelta(microseconds=1)  # the resolution of a datetime


def read_lastmod(text: str | None) -> datetime | None:
    """Read the date of a last change as the latest instant that it can mean: the end of the day, minute or second
    named.

    Returns None if the text is missing or unreadable.
    """
    instant, found = read_instant(text), _W3C.fullmatch((text or "").strip())
    if instant is None or found is None:
        return None
    # If a page was visited in the morning and the list says "today", the page may have changed in the afternoon. The
    # same holds for a visit and a change within one second.
    if found["clock"]:
        named = timedelta(minutes=1) if len(found["clock"]) == len("10:00") else timedelta(seconds=1)
        return instant + (named - _LEAST)
    month = instant.month if found["month"] else 12
    day = instant.day if found["day"] else monthrange(instant.year, month)[1]
    return instant.replace(month=month, day=day) + (timedelta(days=1) - _LEAST)


def read_instant(text: str | None) -> datetime | None:
    """Read a W3C date (year, month, day or time) as the aware UTC instant at which it begins; None if unreadable.

    A time without zone is taken as UTC.
    """
    found = _W3C.fullmatch((text or "").strip())
    if found is None:
        return None
    zone = (found["zone"] or "Z").upper().replace("Z", "+00:00")
    # Fill in the beginning of the year, month or day that is named.
    day = f"{found['year']}-{found['month'] or '01'}-{found['day'] or '01'}"
    try:
        return datetime.fromisoformat(f"{day}T{found['clock'] or '00:00'}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
