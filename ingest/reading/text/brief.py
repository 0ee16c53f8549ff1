"""Brief: the text of a page that says but a few words, where its menus and its foot say more than it does.

Apart from `article.py`, which asks it last, where no region holds a text.
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
"""What is longer was found for what it says, and not for want of anything else."""
# What holds a headline and what is said of the text, but not the text.
_HEAD = re.compile(
    r"(?:^|[\s_-])(?:header|head|hero|heading|headline|title|titles?-?\w*|intro|meta|top|banner)(?:$|[\s_-])"
)
_CONTENT = re.compile(
    r"(?:^|[\s_-])(?:content|main|article|entry|post|page-?content|post-?content|entry-?content)(?:$|[\s_-])"
)


def below(page: Page, zones: Zones) -> tuple[list[Passage], bool] | None:
    """Return what stands below the headline in the part of the page that is the text's own, and whether the page marks
    that part; None where it says much, or has no headline. It is asked before the furniture is cut out of the page, for
    of a page of one line that line may be called so ("Donate.").
    """
    headline = zones.headline
    if headline is None:
        return None
    marked = _marked(zones)
    if marked is not None:
        # Only few words are in `short`: what says more is read as any text.
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
    """Return the article or the main part round the headline, or the only main part; None where there is none."""
    if zones.container is not None:
        return zones.container
    mains = list(zones.page.body.iter("main"))
    return mains[0] if len(mains) == 1 else None


def _holders(headline: Any, zones: Zones) -> Iterator[Any]:
    for node in headline.iterancestors():
        if node.tag in ("body", "html"):
            return
        # A header holds the headline and what belongs to it, and the text stands behind it.
        if node.tag != "header" and not says(_HEAD, zones.marks[node]):
            yield node


def _own(one: Passage, zones: Zones) -> bool:
    """Return whether a passage speaks of what the headline does: it is no caption, and stands in no menu or the like."""
    if one.mark.kind is MarkKind.CAPTION or zones.foreign(one.element):
        return False
    return not any(
        furniture.named(zones.marks[node]) for node in (one.element, one.element.getparent()) if node is not None
    )
