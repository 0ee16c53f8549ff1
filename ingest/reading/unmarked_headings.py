"""Unmarked headings: the headline of a page that marks none as one, as old pages and forums do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ingest.reading.class_names import marks
from ingest.reading.page import Page, plain

_HEADLINE = re.compile(r"(?:^|[\s_-])(?:headline|(?:entry|post|article|news|story|page)[_-]{1,2}title)(?:$|\s)")
"""What an h2 is called that is a text's own headline."""
SHORTEST, SHARE = 15, 3
"""How many characters such a headline has at least, and of how many parts of ``title`` it is one."""


def below_section(page: Page, sections: list[Any], seconds: list[Any], foreign: Callable[[Any], bool]) -> list[Any]:
    """Return each h2 of *seconds* that is marked as a headline below *sections*, which name no more than a section."""
    first = page.order[sections[0]] if sections else len(page.order)
    below = [h for h in seconds if page.order[h] > first and not foreign(h)]
    return [h for h in below if _HEADLINE.search(f"{h.get('itemprop') or ''} {marks(h)}")]


def find(page: Page, foreign: Callable[[Any], bool], affix: re.Pattern[str]) -> Any:
    """Return the element, of any tag, that says what ``title`` or ``og:title`` does, or the longest large part of it,
    parted by *affix*, and is not *foreign*; None where there is none. A part that is not the first, where most name
    their site, is more than half.
    """
    wanted = set()
    for title in (page.title_text, *(content for content, _ in page.meta("og:title"))):
        said = plain(title).casefold()
        first, *others = affix.split(said)
        parts = [
            said,
            *([first] if SHARE * len(first) >= len(said) else ()),
            *(p for p in others if 2 * len(p) > len(said)),
        ]
        wanted |= {part for part in parts if len(part) >= SHORTEST and " " in part}
    short = page.short.items() if wanted else ()
    saying = [(words, e) for e, words in short if len(words) >= SHORTEST and plain(words).casefold() in wanted]
    own = [(len(words), element) for words, element in reversed(saying) if not foreign(element)]
    return max(own, key=lambda one: one[0])[1] if own else None
