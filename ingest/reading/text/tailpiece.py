"""Tailpiece: what a publisher puts after a text, in a block of its own: about itself, what it sells, who may reuse it.

Apart from `article.py`, which trims such lines by their words (`trimming.py`): this module knows them by their place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence, Set
from itertools import takewhile
from typing import Any

from db.model.text_marks import MarkKind
from ingest.reading.page.class_names import whole_words, worn
from ingest.reading.page.passage import Passage
from ingest.reading.text.completing import by_block, classes, holder
from ingest.reading.vocabulary import phrases

MOST = 0.8
"""If the author wrote the whole text in one block, that block holds at least this part of the page's running text."""
BOXED, PART = 600, 0.12
"""A box of furniture has at most this many characters, and all of them together this part of the text."""
_BUTTON = whole_words("btn|button|cta")
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
    first = _behind(found, _blocks(found, lambda block: block))
    behind = found[first:]
    size = sum(len(one.words) for one in behind)
    if not behind or size > LITTLE * sum(len(one.words) for one in found) or not all(map(_of_publisher, behind)):
        return found
    # Chapters are blocks of the same form, and the last one may be short.
    made = {make(one) for one in found[:first] if one.element is not None}
    return found if any(make(one) in made for one in behind) else found[:first]


def unboxed(found: Sequence[Passage], lines: Set[str]) -> Sequence[Passage]:
    """Return the passages without *lines* of furniture, and without small boxes that are the publisher's.

    A box stands in or after the text and has another form than its blocks. It is the publisher's if it holds one of the
    lines, or a link that looks like a button.
    """
    kept = [one for one in found if one.words not in lines]
    blocks = _blocks(kept, lambda block: _form(block) if classes(block) else block)
    if not blocks:
        return kept
    above = blocks.union(*(block.iterancestors() for block in blocks))
    # Above the text, such a line stands with the introduction: in the header.
    first = next(number for number, one in enumerate(found) if holder(one) in blocks)
    sizes, lined = Counter[Any](), set()
    for one in found[first:]:
        box = _box(one, above)
        if box is not None and one.words in lines:
            lined.add(box)
        elif box is not None:
            sizes[box] += len(one.words)
    if not sizes:
        return kept
    # Posts and chapters have the form of what stands around the text; products in a row have one form.
    made = {_form(element) for element in above}
    alike = Counter(map(_form, sizes))
    boxes = {
        box
        for box, size in sizes.items()
        if size <= BOXED and (form := _form(box)) not in made and (box in lined or (alike[form] == 1 and _calls(box)))
    }
    if not boxes or sum(sizes[box] for box in boxes) > PART * sum(len(one.words) for one in kept):
        return kept
    return [one for one in kept if _box(one, above) not in boxes]


def _form(element: Any) -> tuple[str, frozenset[str]]:
    return element.tag, classes(element)


def _calls(box: Any) -> bool:
    """Return whether a box holds a link that looks like a button, and leads somewhere."""
    return any(_BUTTON[worn(link)] and not (link.get("href") or "#").startswith("#") for link in box.iter("a"))


def _blocks(found: Sequence[Passage], key: Callable[[Any], Any]) -> set[Any]:
    """Return the blocks of the *key* whose blocks hold most of the running text; none if no key has so much."""
    blocks = by_block(one for one in found if one.runs and one.mark.kind in _SAID)
    del blocks[None]  # what stands in no element
    sizes = Counter[Any]()
    for block, size in blocks.items():
        sizes[key(block)] += size
    best = max(sizes, key=sizes.__getitem__, default=None)
    return {block for block in blocks if key(block) == best} if sizes[best] >= MOST * sizes.total() else set()


def _box(one: Passage, above: Set[Any]) -> Any:
    """Return the largest element around a passage that does not hold the text; None if that is only the paragraph."""
    element = holder(one) if one.element is not None else None
    if element is None or element in above:
        return None
    while (around := element.getparent()) is not None and around not in above:
        element = around
    return element


def _behind(found: Sequence[Passage], main: Set[Any]) -> int:
    """Return the number of the first passage after the last one in *main*."""
    # If a passage has no element, its place is unknown.
    behind = takewhile(lambda one: one.element is not None, reversed(found))
    inside = (not main.isdisjoint((one.element, *one.element.iterancestors())) for one in behind)
    return next((len(found) - number for number, within in enumerate(inside) if within), len(found))


def _of_publisher(one: Passage) -> bool:
    """Return whether a passage may be the publisher's: running words that do not tell of a correction."""
    goes_on = one.mark.kind is MarkKind.PARAGRAPH and one.mark.level  # with an item of a list
    return one.mark.kind in _OF_PUBLISHER and not goes_on and not one.words.lower().lstrip(_SIGNS).startswith(_ERRATA)


def make(one: Passage) -> tuple[str, frozenset[str]]:
    """Return the form of the block that a passage stands in: its tag and its class names."""
    block = holder(one)
    return ("", frozenset()) if block is None else _form(block)
