"""Listed: a page that a sitemap or feed names, and the order in which pages are taken."""

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
    """A page as it was listed.

    Attributes:
        url: absolute, http or https, without fragment; whether it is in scope is not decided here.
        lastmod: when the list says that it last changed; aware, UTC; None where it says nothing that can be
            read.
        language: the language that the list says the page is in (``hreflang``), in lower case, or None.
    """

    url: str
    lastmod: datetime | None = None
    language: str | None = None


_LEAST = timedelta(microseconds=1)


def read_lastmod(text: str | None) -> datetime | None:
    """Read when a list says that a page changed last, as the latest instant that it can mean: the end of that day or
    second; None where it says nothing that can be read.
    """
    instant, found = read_instant(text), _W3C.fullmatch((text or "").strip())
    if instant is None or found is None:
        return None
    # Of a page that was visited in the morning, a day says not that it was not changed in the afternoon; nor does a
    # second of one that was visited early in it.
    if found["clock"]:
        named = timedelta(minutes=1) if len(found["clock"]) == len("10:00") else timedelta(seconds=1)
        return instant + (named - _LEAST)
    month = instant.month if found["month"] else 12
    day = instant.day if found["day"] else monthrange(instant.year, month)[1]
    return instant.replace(month=month, day=day) + (timedelta(days=1) - _LEAST)


def read_instant(text: str | None) -> datetime | None:
    """Read a W3C date (year, month, day or instant) as the aware UTC instant at which it begins, or return
    None.

    A time without zone is taken for UTC.
    """
    found = _W3C.fullmatch((text or "").strip())
    if found is None:
        return None
    zone = (found["zone"] or "Z").upper().replace("Z", "+00:00")
    # The beginning of what is named: a list that gives a year alone says no more than that.
    day = f"{found['year']}-{found['month'] or '01'}-{found['day'] or '01'}"
    try:
        return datetime.fromisoformat(f"{day}T{found['clock'] or '00:00'}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
