"""Tailpiece: what a publisher puts after a text, in a block of its own: about itself, what it sells, who may reuse it.

Apart from `article.py`, which trims such lines by their words (`trimming.py`): this module knows them by their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.model.text_marks import MarkKind
from ingest.reading.page.passage import Passage
from ingest.reading.text.completing import classes, holder
from ingest.reading.vocabulary import phrases

PROSE = 80
"""A passage with few links and at least this many characters is running text."""
MOST = 0.8
"""If the author wrote the whole text in one block, that block holds at least this part of the page's running text."""
LITTLE = 0.05
"""More than this part of a text may be its last chapter."""
_SAID = (MarkKind.PARAGRAPH, MarkKind.QUOTATION)
# Other kinds are left alone: a list, a table or a note after a text may be its sources.
_OF_PUBLISHER = (MarkKind.PARAGRAPH, MarkKind.QUOTATION, MarkKind.HEADING)
_SIGNS = " *([–—-"
_ERRATA = phrases("text.erratum_openings")
"""How a line begins that tells of a correction; it belongs to the text wherever it stands."""


def without(found: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages of a text without a few at its end that stand outside the block with all the rest.

    The block they stand in must have another form than the blocks of the text.
    """
    main = _block(found)
    first = _behind(found, main) if main is not None else len(found)
    behind = found[first:]
    if not behind or first == 0:
        return found
    size = sum(len(one.words) for one in behind)
    if size > LITTLE * sum(len(one.words) for one in found) or not all(map(_of_publisher, behind)):
        return found
    # Chapters are blocks of the same form, and the last one may be short.
    made = {_make(one) for one in found[:first] if one.element is not None}
    return found if any(_make(one) in made for one in behind) else found[:first]


def _block(found: Sequence[Passage]) -> Any:
    """Return the block that holds most of the running text, or None."""
    sizes: dict[Any, int] = {}
    for one in found:
        size = len(one.words)
        if size >= PROSE and one.mark.kind in _SAID and 3 * one.linked < size:
            block = holder(one)
            sizes[block] = sizes.get(block, 0) + size
    best = max(sizes, key=lambda block: sizes[block], default=None)
    return best if best is not None and sizes[best] >= MOST * sum(sizes.values()) else None


def _behind(found: Sequence[Passage], main: Any) -> int:
    """Return the number of the first passage after the last one in *main*."""
    first = len(found)
    # If a passage has no element, its place is unknown.
    while first and (element := found[first - 1].element) is not None:
        if element is main or main in element.iterancestors():
            return first
        first -= 1
    return len(found)


def _of_publisher(one: Passage) -> bool:
    """Return whether a passage may be the publisher's: running words that do not tell of a correction."""
    goes_on = one.mark.kind is MarkKind.PARAGRAPH and one.mark.level  # with an item of a list
    return one.mark.kind in _OF_PUBLISHER and not goes_on and not one.words.lower().lstrip(_SIGNS).startswith(_ERRATA)


def _make(one: Passage) -> tuple[str, frozenset[str]]:
    """Return the form of the block that a passage stands in: its tag and its class names."""
    block = holder(one)
    return ("", frozenset()) if block is None else (block.tag, classes(block))
