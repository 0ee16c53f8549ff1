"""Brief: the text of a page with only a few words, where menus and footer have more words than the text.

Apart from `article.py`, which asks for it last, if no region holds a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from db.model.text_marks import MarkKind
from ingest.reading.page.class_names import says
from ingest.reading.page.page import Page
from ingest.reading.page.passage import Passage
from ingest.reading.page.zones import Zones
from ingest.reading.text import blocks, furniture

LONGEST = 400
"""A longer text was found for its own sake, and needs no second look."""
# Class names of elements that hold the headline and remarks about the text, but not the text.
_HEAD = re.compile(
    r"(?:^|[\s_-])(?:header|head|hero|heading|headline|title|titles?-?\w*|intro|meta|top|banner)(?:$|[\s_-])"
)
_CONTENT = re.compile(
    r"(?:^|[\s_-])(?:content|main|article|entry|post|page-?content|post-?content|entry-?content)(?:$|[\s_-])"
)


def below(page: Page, zones: Zones) -> tuple[list[Passage], bool] | None:
    """Return the passages below the headline in the text's own part of the page, and whether the page marks that part.

    None if that part has many words, or if there is no headline. This must run before the furniture is cut out of the
    page: if a page has a single line, that line may look like furniture ("Donate.").
    """
    headline = zones.headline
    if headline is None:
        return None
    marked = _marked(zones)
    if marked is not None:
        # Only elements with few words are in `short`; a longer one is read like any text.
        return (_after(headline, marked, zones), True) if marked in page.short else None
    for holder in _holders(headline, zones):
        if holder not in page.short:
            return None
        if inside := _after(headline, holder, zones):
            return inside, says(_CONTENT, zones.marks[holder])
    return None


def _after(headline: Any, holder: Any, zones: Zones) -> list[Passage]:
    held = list(blocks.passages(holder))
    at = next((n for n, one in enumerate(held) if one.element is headline), -1)
    return [one for one in held[at + 1 :] if _own(one, zones)]


def _marked(zones: Zones) -> Any:
    """Return the article or main element around the headline, or the only main element, or None."""
    if zones.container is not None:
        return zones.container
    mains = list(zones.page.body.iter("main"))
    return mains[0] if len(mains) == 1 else None


def _holders(headline: Any, zones: Zones) -> Iterator[Any]:
    for node in headline.iterancestors():
        if node.tag in ("body", "html"):
            return
        # A header holds the headline and what belongs to it; the text stands after it.
        if node.tag != "header" and not says(_HEAD, zones.marks[node]):
            yield node


def _own(one: Passage, zones: Zones) -> bool:
    """Return whether a passage belongs to the headline: not a caption, and not in a menu or furniture."""
    if one.mark.kind is MarkKind.CAPTION or zones.foreign(one.element):
        return False
    return not any(
        furniture.named(zones.marks[node]) for node in (one.element, one.element.getparent()) if node is not None
    )
