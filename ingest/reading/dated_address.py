"""Dated address: the day or the month under which a page's own address files it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from archive.locate import Place
from ingest.reading import dates, months
from ingest.reading.candidate import Candidate, Field
from ingest.reading.page import Page

_DAY = re.compile(
    r"/((?:19|20)\d\d)(?:[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?=[/_-]|$)"
)
_PACKED = re.compile(r"/(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])((?:19|20)\d\d)(?=[-_/])")
_NAMED = re.compile(r"/((?:19|20)\d\d)/([a-z]{3,10})/(0?[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_MONTH = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/(?=\d{3}|[^/]*[a-z])")


def day(page: Page) -> Candidate | None:
    """Return the day that the address names, or None."""
    return next(_found(page, _days), None)


def month(page: Page) -> Candidate | None:
    """Return the month that the address names, where it names no day, or None."""
    return next(_found(page, _months), None)


def _found(page: Page, read: Any) -> Iterator[Candidate]:
    canonical = [(link, link.get("href")) for link, rel in page.relations if "canonical" in rel]
    for element, href in (*canonical, *((e, c) for c, e in page.meta("og:url"))):
        for words, value in read(_path(href)):
            yield Candidate(Field.PUBLISHED, value, words, "address", Place.ATTRIBUTE, element)


def _days(path: str) -> Iterator[tuple[str, str]]:
    for pattern in (_DAY, _PACKED, _NAMED):
        if match := pattern.search(path):
            parts = [part for part in match.groups() if part]
            year, named, number = parts if len(parts[0]) == 4 else parts[::-1]
            in_year = int(named) if named.isdigit() else months.month(named)
            stated = dates.read(f"{year}-{in_year:02}-{int(number):02}") if in_year else None
            if stated is not None:
                yield match[0].strip("/"), stated.value


def _months(path: str) -> Iterator[tuple[str, str]]:
    if match := _MONTH.search(path):
        yield match[0].strip("/"), f"{match[1]}-{match[2]}"


def _path(href: str | None) -> str:
    try:
        return urlsplit(href or "").path
    except ValueError:
        return ""
