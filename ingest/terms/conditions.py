"""Conditions: what limits a permission from another block: a list that it leads in, or the sentence next to it.

A list may also be written as paragraphs, each with a number or a dash: "<p>1. You ask the editor first.</p>". The
sentence next to a permission is the first of the passage behind it, or the last of the one before it.

Apart from notices, which read them as the block above them was read: an item such as "you ask the editor first" has no
word for which it would be looked at by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, takewhile
from typing import Any

from lxml import etree

from ingest.terms.blocks import runs, words_of
from ingest.terms.headings import TITLES
from ingest.terms.lead_ins import LISTS, line_before
from ingest.terms.sentences import sentences

_ITEMS = ("li", "dd")
_MARKED = re.compile(r"(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|[-–—•*▪●✓✔])\s*\S")
"""What begins a paragraph that is an item: a number, a letter, a dash."""
_FIRST = re.compile(r": \(?1[.)](?= |$)")
"""How a numbered list begins in the words of a permission."""
_NEXT = re.compile(r" \(?\d{1,2}[.)] ")
_MOST = 30
"""More items are no conditions, but a list of other things."""
_UP = 3
"""A passage may be an item of a list in a box: the next one stands behind the list, or behind the box."""
_NEAR = 4
"""Elements without words, such as lines and breaks, may stand between them."""


def conditions_of(words: str, block: Any) -> Iterator[tuple[str, Any]]:
    """Yield what each item of the list says that *words* at the end of a *block* lead in, with the item.

    The items may also stand in the block itself, with numbers: "... conditions: 1. You ask first. 2. ...".
    """
    yield from ((item, block) for item in _numbered(words, block))
    if not words.endswith(":"):
        return
    led = (*block.iterchildren(*LISTS), block.getnext())
    listed = next((one for one in led if one is not None and line_before(one).endswith(words)), None)
    items = listed.iter(*_ITEMS) if listed is not None else ()
    below = takewhile(lambda one: _MARKED.match(words_of(one)) is not None, block.itersiblings(etree.Element))
    for item in islice(chain(items, below), _MOST):
        yield from ((run, item) for run in runs(item))


def _numbered(words: str, block: Any) -> list[str]:
    """Return the items of a numbered list that begins in *words* and goes on behind them in the *block*."""
    first = _FIRST.search(words)
    if first is None:
        return []
    behind = next((run.partition(words)[2] for run in runs(block) if words in run), "")
    items = (item.strip() for item in _NEXT.split(words[first.end() :] + behind))
    # What the words hold is read with them.
    return [item for item in islice(items, _MOST) if item not in words]


def sentence_behind(words: str, block: Any) -> tuple[str, Any] | None:
    """Return the sentence right behind *words* that end a passage of a *block*, with its element; None if none is."""
    said = runs(block)
    ended = next((number for number, run in enumerate(said) if run.endswith(words)), len(said))
    if ended + 1 < len(said):
        return _sentence(said[ended + 1], 0, block)
    element = _behind(block) if ended < len(said) else None
    return None if element is None else _sentence(runs(element)[0], 0, element)


def sentence_before(words: str, block: Any) -> tuple[str, Any] | None:
    """Return the sentence right before *words* that begin a *block*, with its element; None if none is."""
    element = next(block.itersiblings(etree.Element, preceding=True), None)
    if element is None or not "".join(runs(block)[:1]).startswith(words):
        return None
    said = runs(element)
    return _sentence(said[-1], -1, element) if said else None


def _sentence(words: str, number: int, element: Any) -> tuple[str, Any] | None:
    """Return a sentence of *words* with its element; a single word or number is none."""
    said = words[slice(*sentences(words)[number])]
    return (said, element) if " " in said else None


def _behind(block: Any) -> Any:
    """Return the next element with words behind a block, or behind what the block is in; None if that is a heading,
    which begins something else, or none is near.
    """
    around = block
    for _ in range(_UP):
        if around is None:
            break
        for beside in islice(around.itersiblings(etree.Element), _NEAR):
            for element in islice(beside.iter(etree.Element), _MOST):
                if runs(element):
                    return None if element.tag in TITLES else element
        around = around.getparent()
    return None
