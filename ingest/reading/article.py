"""Article: the main text of a page, in paragraphs, without the furniture round it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any

import trafilatura
from lxml import etree

from ingest.reading import furniture
from ingest.reading.page import Page, plain, visible
from ingest.reading.zones import Zones

# Its warnings about pages it gives up on say nothing that the reading does not say.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

PARAGRAPHS = ("p", "blockquote", "li", "h2", "h3", "h4", "pre", "td")
ENOUGH = 200
_BREAKS = re.compile(r"\n\s*\n+|\n")


@dataclass(frozen=True, slots=True)
class Text:
    """The main text, and why it is not there where it is not."""

    text: str
    unread: str | None = None


def prune(page: Page, zones: Zones, statements: tuple[str, ...]) -> None:
    """Take the furniture out of the tree of *page*: the last thing that is done to it."""
    for element in list(furniture.find(page, zones, statements)):
        parent = element.getparent()
        if parent is not None:
            _drop(element, parent)


def _drop(element: Any, parent: Any) -> None:
    """Remove *element* and keep the words that follow it."""
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
        element.tail = None
    parent.remove(element)


def main_text(page: Page, zones: Zones, statements: tuple[str, ...]) -> Text:
    """Return the main text of *page*, whose tree is pruned for it; never raises for what a page holds.

    trafilatura is asked once, without its own metadata search; where it gives nothing the densest block is
    taken.
    """
    heading = plain(visible(zones.headline)) if zones.headline is not None else ""
    prune(page, zones, statements)
    text, unread = "", None
    try:
        found = trafilatura.bare_extraction(page.tree, include_comments=False, with_metadata=False)
        text = str(getattr(found, "text", None) or "")
    except (
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        KeyError,
        RecursionError,
        AssertionError,
        etree.LxmlError,
    ) as error:
        unread = f"the main text could not be read: {type(error).__name__}"
    text = paragraphs(text)
    if len(text) < ENOUGH:
        dense = densest(page.tree)
        if len(dense) > len(text) * 2:
            text, unread = dense, None
    return Text(_without_title(text, heading), unread)


def paragraphs(text: str) -> str:
    """Return *text* with its lines as paragraphs parted by a blank line."""
    return "\n\n".join(kept for line in _BREAKS.split(text) if (kept := plain(line.replace("\u00ad", ""))))


def densest(tree: Any) -> str:
    """Return the paragraphs of the block that holds the most running text itself."""
    scores: dict[Any, int] = {}
    for paragraph in tree.iter("p", "blockquote"):
        parent = paragraph.getparent()
        if parent is not None:
            scores[parent] = scores.get(parent, 0) + len(visible(paragraph))
    if not scores:
        return ""
    block = max(scores, key=lambda element: scores[element])
    inside = [
        e for e in block.iter(*PARAGRAPHS) if not any(a.tag in PARAGRAPHS for a in e.iterancestors() if a is not block)
    ]
    return "\n\n".join(words for e in inside if (words := plain(visible(e))))


def _without_title(text: str, heading: str) -> str:
    """Drop the headline where it stands as the first paragraph."""
    first, _, rest = text.partition("\n\n")
    return rest if rest and first == heading else text
