"""Late witnesses: dates that only a page's scripts or htmldate know of, heard where nobody else speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from htmldate import find_date
from lxml import etree

from archive.locate import Place
from ingest.reading import dates
from ingest.reading.candidate import Candidate, Field
from ingest.reading.page import Page

_STATE = re.compile(
    r"""["'](?:datePublished|date_published|publishedAt|published_at|publishDate|publish_date|publicationDate|publication_date|
        firstPublished(?:At|Date)?|first_published_at|datePublication|pubDate|published|publishedDate|
        postDate|post_date)\\?["']
        \s*:\s*\\?["']((?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d[^"'\\]{0,20})?)\\?["']""",
    re.X,
)
_YEAR = re.compile(r"(?:19|20)\d\d|\d[./-]\d{1,2}[./-]\d\d")
ROUND = 40
SCRIPTS_AT_MOST = 3_000_000


def in_scripts(page: Page) -> Iterator[Candidate]:
    """Yield the dates of publication that the data in a page's scripts state, if they all state the same
    day.
    """
    found: list[Candidate] = []
    total = 0
    for script in page.tree.iter("script"):
        text = script.text or ""
        total += len(text)
        if ("ublish" not in text and "pubDate" not in text and "ost" not in text) or total > SCRIPTS_AT_MOST:
            continue
        for match in _STATE.finditer(text):
            found.append(Candidate(Field.PUBLISHED, match[1], match[1], "script data", Place.JSON, script))
    if len({c.value[:10] for c in found}) == 1:
        yield found[0]


def _prints_a_day(words: str) -> bool:
    """Say whether *words* hold a day anywhere: looked for round the years in them, for years are found quickly."""
    around = (words[max(0, year.start() - ROUND) : year.end() + ROUND] for year in _YEAR.finditer(words))
    return any(next(dates.find(near), None) is not None for near in around)


def by_htmldate(page: Page, *, american: bool) -> Candidate | None:
    """Return the day that htmldate finds without its extensive search, if the page prints that day."""
    if not _prints_a_day(page.told):
        return None
    try:
        # It changes nothing in a tree that it is given: it cuts a copy.
        day = find_date(page.tree, original_date=True, extensive_search=False, url=page.url)
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError, etree.LxmlError):
        return None
    if not day or day.endswith("-01-01"):
        return None
    for element, words in page.short.items():
        if day[:4] not in words and day[2:4] not in words:
            continue
        for stated in dates.find(words, american=american):
            if stated.value[:10] == day:
                return Candidate(Field.PUBLISHED, day, stated.words, "htmldate", Place.TEXT, element)
    return None
