"""Unprinted dates: the dates in a page's own address, in its scripts and data attributes, and what htmldate finds.

Apart from `publication_date.py`, which weighs them against the printed dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from htmldate import find_date
from lxml import etree

from archive.evidence.locate import Place
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import date_parsing
from ingest.reading.dates.calendars import month
from ingest.reading.dates.date_parsing import Stated
from ingest.reading.page.page import Page
from ingest.reading.vocabulary import pattern_of

_IN_YEAR = r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
_ENDS = r"(?=[/_-]|\.\w{3,5}$|$)"
_DAY = re.compile(
    rf"/((?:19|20)\d\d)(?:[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])|{_IN_YEAR}|/{_IN_YEAR}(?=/)){_ENDS}"
    rf"|/t((?:19|20)\d\d){_IN_YEAR}(?=_\d)"
)
_PACKED = re.compile(r"/(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])((?:19|20)\d\d)(?=[-_/])")
_NAMED_DAY = re.compile(r"/((?:19|20)\d\d)/([a-z]{3,10})/(0?[1-9]|[12]\d|3[01])(?=[/_-]|$)")
# Dates at the beginning or end of a path segment or query value. Sometimes they are dates of an event.
LOOSE = (
    re.compile(rf"/(20\d\d){_IN_YEAR}(?=[A-Z]{{2,4}}\d)"),
    re.compile(rf"[_-](20\d\d)(?:{_IN_YEAR}|-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))(?=/|\.\w{{3,5}}$|$)"),
    re.compile(rf"=(20\d\d){_IN_YEAR}(?=\d{{3,6}}(?!\d)|[-&]|$)"),
    re.compile(rf"/(0?[1-9]|[12]\d|3[01])-(0?[1-9]|1[0-2]|[a-z]{{3,9}})-(20\d\d){_ENDS}"),
)
DAYS = _DAY, _PACKED, _NAMED_DAY
MONTHS = (re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/(?=\d{3}|[^/]*[a-z])"),)
_KEYS = """datePublished date_published publishedAt published_at publishDate publish_date publicationDate
    publication_date firstPublished firstPublishedAt firstPublishedDate first_published_at datePublication pubDate
    published publishedDate published_date postDate post_date pagePostDate publishedOn published_on publishTime
    publish_time publishedTime published_time publicationTime publicationDateTime firstPublicationDate
    first_publication_date firstPublishDate publish_up dateCreatedGmt dateGmt date_gmt article_publication_date
    articlePublishedDate releaseDate release_date displayDate display_date first_published first_publish_date
    firstPublishTime pubDt publishDt publDt deployDt regDt regDate reg_date registDt writeDt writeDate insertDt
    insertDate inputDate pubdate articleDate article_date pagePublishDate contentPublishDate articlePublishDate
    publicationdate publishdate datepublished datePosted date_posted
    entityCreated publishOn"""
_SAID = r"""\\?["']([^"'\\<>]{8,40})\\?["']"""
_NAMED = pattern_of(_KEYS.split())
# A key and its value. What must stand before the key is checked afterwards, because most places hold no key at all.
_STATE = re.compile(_NAMED + r"""(\\?["'])?\s*[:=]\s*""" + _SAID)
# After such a character, no unquoted key begins.
_CLOSE_BY = re.compile(r"""[\w$.'"-]""")
# Every key contains one of these. They are searched first, because scripts are long.
_TOUCHED = ("ub", "ost", "elease", "Gmt", "_gmt", "isplay", "Dt", "reg", "Date", "_date", "Created")
_YEAR = re.compile(r"(?:19|20)\d\d|\d[./-]\d{1,2}[./-]\d\d")
# Without a limit, htmldate takes today as the last day, and a page would be read differently tomorrow.
_LAST_DAY = "2040-01-01"
ROUND = 40
SCRIPTS_AT_MOST = 3_000_000
_TWO_DIGITS = re.compile("[0-9][0-9]")
LARGE = 150_000


def in_address(page: Page, forms: tuple[re.Pattern[str], ...]) -> Candidate | None:
    """Return the day or month in the address of *page* that has one of the *forms*, or None."""
    # Not the address that was visited: it has no bytes on the page, and a claim needs its bytes.
    canonical = [(link, link.get("href")) for link, rel in page.relations if "canonical" in rel]
    for element, href in (*canonical, *((e, c) for c, e in page.meta("og:url"))):
        try:
            parts = urlsplit(href or "")
        except ValueError:
            continue
        said = f"{parts.path}?{parts.query}" if parts.query and forms is LOOSE else parts.path
        for found in filter(None, (form.search(said) for form in forms)):
            if stated := _in_order(*filter(None, found.groups())):
                words = found[0].strip("/=_-")
                return Candidate(Field.PUBLISHED, stated.value, words, "address", Place.ATTRIBUTE, element)
    return None


def _in_order(first: str, named: str, last: str = "") -> Stated | None:
    """Return the day or month that the parts of an address state; the year stands first or last."""
    year, number = (first, last) if len(first) == 4 else (last, first)
    in_year = int(named) if named.isdigit() else month(named)
    return date_parsing.read(f"{year}-{in_year:02}" + (f"-{int(number):02}" if number else "")) if in_year else None


def in_scripts(page: Page) -> Candidate | None:
    """Return the date of publication that the data in a page's scripts state, if it is the same day everywhere."""
    found: list[Candidate] = []
    total = 0
    for script in page.tagged.get("script", ()):
        text = script.text or ""
        total += len(text)
        if total <= SCRIPTS_AT_MOST and any(key in text for key in _TOUCHED):
            found += _stated(text, script)
    return found[0] if len({c.value[:10] for c in found}) == 1 else None


def _stated(text: str, script: Any) -> Iterator[Candidate]:
    at = 0
    while match := _STATE.search(text, at):
        begun, at = match.start(), match.end()
        before = text[begun - 1 : begun]
        if before not in ("'", '"') if match[1] else _CLOSE_BY.match(before):
            at = begun + 1  # no key begins here
        elif stated := date_parsing.read(words := match[2]):
            # A value in single quotes is not JSON.
            place = Place.JSON if text[match.start(2) - 1] == '"' else Place.PLAIN
            yield Candidate(Field.PUBLISHED, stated.value, words, "script data", place, script)


def _prints_a_day(words: str) -> bool:
    """Return whether *words* hold a date. Only the text around years is searched, because years are found quickly."""
    around = (words[max(0, year.start() - ROUND) : year.end() + ROUND] for year in _YEAR.finditer(words))
    return any(next(date_parsing.find(near), None) is not None for near in around)


def by_htmldate(page: Page, able: Callable[[Candidate], bool], *, american: bool) -> Candidate | None:
    """Return the day that htmldate finds without its extensive search, if the page prints that day.

    Args:
        able: returns whether a printed day, at the place where it stands first, may be the date of the text.
    """
    if not _prints_a_day(page.short_text):
        return None
    # It is slow on a large page, so there it is asked only if it could find a usable day.
    if len(page.text) > LARGE and not any(map(able, _days(page, american=american))):
        return None
    try:
        # It does not change the tree, because it works on a copy.
        day = find_date(page.tree, original_date=True, extensive_search=False, url=page.url, max_date=_LAST_DAY)
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError, etree.LxmlError):
        return None
    days = _days(page, american=american, year=day[2:4]) if day else ()
    found = next((one for one in days if one.value == day), None)
    return found if found is not None and able(found) else None


def _days(page: Page, *, american: bool, year: str = "") -> Iterator[Candidate]:
    """Yield the days that the page prints, each where it stands first.

    The first of January is left out, because it mostly stands for the whole year.

    Args:
        year: the last two digits of the year to look for; "" for any.
    """
    seen: set[str] = set()
    for element, words in page.short.items():
        able = year in words and _TWO_DIGITS.search(words)
        for stated in date_parsing.find(words, american=american) if able else ():
            day = stated.value[:10]
            if day not in seen and day[2:4] in words and not day.endswith("-01-01"):
                seen.add(day)
                yield Candidate(Field.PUBLISHED, day, stated.words, "htmldate", Place.TEXT, element)
