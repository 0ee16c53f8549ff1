"""Unmarked headings: the headline of a page that marks none as one, as old pages and forums do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ingest.reading.page import Page, plain

SHORTEST, SHARE = 15, 3
"""How many characters such a headline has at least, and of how many parts of ``title`` it is one."""


def find(page: Page, foreign: Callable[[Any], bool], affix: re.Pattern[str]) -> Any:
    """Return the first element, of any tag, that says what ``title`` or ``og:title`` does, or a large part of it,
    parted by *affix*, and is not *foreign*; None where there is none.
    """
    wanted = set()
    for title in (page.title_text, *(content for content, _ in page.meta("og:title"))):
        said = plain(title).casefold()
        parts = (said, *affix.split(said))
        wanted |= {p for p in parts if len(p) >= SHORTEST and SHARE * len(p) >= len(said) and " " in p}
    short = page.short.items() if wanted else ()
    saying = [element for element, words in short if len(words) >= SHORTEST and plain(words).casefold() in wanted]
    return next((element for element in reversed(saying) if not foreign(element)), None)
