"""Tailpiece: what a house puts behind a text, in a block of its own: of whom it is, what it sells, who may use it.

Apart from `trimming.py`, which knows such lines by their words: here it is told by where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.model.text_marks import MarkKind
from ingest.reading.page.passage import Passage
from ingest.reading.text.completing import classes, holder

PROSE = 80
"""So long a passage with few links is running text."""
MOST = 0.8
"""One block holds so much of the running text of a page where its author wrote it all in one."""
LITTLE = 0.05
"""What is more than so much of a text may be its last chapter."""
_SAID = (MarkKind.PARAGRAPH, MarkKind.QUOTATION)
# A list, a table or a note behind a text may be its sources.
_HOUSE = (MarkKind.PARAGRAPH, MarkKind.QUOTATION, MarkKind.HEADING)
_SIGNS = " *([–—-"
_MENDING = """correct clarif amend errat editor update postscript p.s ps: korrektur berichtig anmerkung anm. nachtrag
    richtigstellung aktualisier sprostowan korekta aktualizacj rectif corrig correc corrección correzion rettific fe
    aclarac actualiz aggiornament note nota oprav rättels rettels виправл исправл уточн 订正 更正 訂正"""
_MENDED = tuple(_MENDING.split())
"""How a line begins that tells what was mended in a text: that is the text's, wherever it stands."""


def without(found: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages of a text without the few that stand behind the block in which all of it stands side by
    side, in a block that is made like none of the text's.
    """
    main = _block(found)
    first = _behind(found, main) if main is not None else len(found)
    behind = found[first:]
    if not behind or first == 0:
        return found
    size = sum(len(one.words) for one in behind)
    if size > LITTLE * sum(len(one.words) for one in found) or not all(map(_of_house, behind)):
        return found
    # Chapters are blocks that are made alike, and the last of them may be short.
    made = {_make(one) for one in found[:first] if one.element is not None}
    return found if any(_make(one) in made for one in behind) else found[:first]


def _block(found: Sequence[Passage]) -> Any:
    """Return the block in which most of the running text stands side by side, or None."""
    sizes: dict[Any, int] = {}
    for one in found:
        size = len(one.words)
        if size >= PROSE and one.mark.kind in _SAID and 3 * one.linked < size:
            block = holder(one)
            sizes[block] = sizes.get(block, 0) + size
    best = max(sizes, key=lambda block: sizes[block], default=None)
    return best if best is not None and sizes[best] >= MOST * sum(sizes.values()) else None


def _behind(found: Sequence[Passage], main: Any) -> int:
    """Return the number of the first passage behind the last that stands in *main*."""
    first = len(found)
    # Words that no element was found for stand nobody knows where.
    while first and (element := found[first - 1].element) is not None:
        if element is main or main in element.iterancestors():
            return first
        first -= 1
    return len(found)


def _of_house(one: Passage) -> bool:
    """Return whether a passage may be the house's: running words, which do not tell what was mended."""
    goes_on = one.mark.kind is MarkKind.PARAGRAPH and one.mark.level  # with an item of a list
    return one.mark.kind in _HOUSE and not goes_on and not one.words.lower().lstrip(_SIGNS).startswith(_MENDED)


def _make(one: Passage) -> tuple[str, frozenset[str]]:
    """Return how the block that a passage stands in is made: its tag and its class names."""
    block = holder(one)
    return ("", frozenset()) if block is None else (block.tag, classes(block))
