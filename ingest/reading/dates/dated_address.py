"""Dated address: the day or month in a page's own address.

Apart from `publication_date.py`, which weighs it against the other witnesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from archive.evidence.locate import Place
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import calendars, date_parsing
from ingest.reading.page.page import Page

_IN_YEAR = r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
_ENDS = r"(?=[/_-]|\.\w{3,5}$|$)"
_DAY = re.compile(
    rf"/((?:19|20)\d\d)(?:[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])|{_IN_YEAR}|/{_IN_YEAR}(?=/)){_ENDS}"
    rf"|/t((?:19|20)\d\d){_IN_YEAR}(?=_\d)"
)
_PACKED = re.compile(r"/(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])((?:19|20)\d\d)(?=[-_/])")
_NAMED = re.compile(r"/((?:19|20)\d\d)/([a-z]{3,10})/(0?[1-9]|[12]\d|3[01])(?=[/_-]|$)")
# Dates at the beginning or end of a path segment or query value. Sometimes they are dates of an event.
_LOOSE = (
    re.compile(rf"/(20\d\d){_IN_YEAR}(?=[A-Z]{{2,4}}\d)"),
    re.compile(rf"[_-](20\d\d)(?:{_IN_YEAR}|-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))(?=/|\.\w{{3,5}}$|$)"),
    re.compile(rf"=(20\d\d){_IN_YEAR}(?=\d{{3,6}}(?!\d)|[-&]|$)"),
    re.compile(rf"/(0?[1-9]|[12]\d|3[01])-(0?[1-9]|1[0-2]|[a-z]{{3,9}})-(20\d\d){_ENDS}"),
)
_MONTH = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/(?=\d{3}|[^/]*[a-z])")


def day(page: Page) -> Candidate | None:
    """Return the day in the address, or None."""
    return next(_found(page, _days), None)


def likely_day(page: Page) -> Candidate | None:
    """Return a day in the address whose form may also mean something else, or None."""
    return next(_found(page, _likely_days), None)


def month(page: Page) -> Candidate | None:
    """Return the month in the address if it holds no day, or None."""
    return next(_found(page, _months), None)


def _found(page: Page, read: Any) -> Iterator[Candidate]:
    # Not the address that was visited: it has no bytes on the page, and a claim needs its bytes.
    canonical = [(link, link.get("href")) for link, rel in page.relations if "canonical" in rel]
    for element, href in (*canonical, *((e, c) for c, e in page.meta("og:url"))):
        for words, value in read(href or ""):
            yield Candidate(Field.PUBLISHED, value, words, "address", Place.ATTRIBUTE, element)


def _days(href: str) -> Iterator[tuple[str, str]]:
    path = _parts(href)[0]
    for pattern in (_DAY, _PACKED, _NAMED):
        yield from _stated(pattern.search(path))


def _likely_days(href: str) -> Iterator[tuple[str, str]]:
    path, query = _parts(href)
    for pattern in _LOOSE:
        yield from _stated(pattern.search(f"{path}?{query}" if query else path))


def _stated(match: re.Match[str] | None) -> Iterator[tuple[str, str]]:
    parts = [part for part in match.groups() if part] if match else []
    if match and parts:
        # The year stands first or last.
        year, named, number = parts if len(parts[0]) == 4 else parts[::-1]
        in_year = int(named) if named.isdigit() else calendars.month(named)
        stated = date_parsing.read(f"{year}-{in_year:02}-{int(number):02}") if in_year else None
        if stated is not None:
            yield match[0].strip("/=_-"), stated.value


def _months(href: str) -> Iterator[tuple[str, str]]:
    if match := _MONTH.search(_parts(href)[0]):
        yield match[0].strip("/"), f"{match[1]}-{match[2]}"


def _parts(href: str) -> tuple[str, str]:
    """Return the path and the query of *href*; both "" if it cannot be parsed."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return "", ""
    return parts.path, parts.query
