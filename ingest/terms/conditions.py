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


def sentences_behind(words: str, block: Any) -> Iterator[tuple[str, Any]]:
    """Yield the sentences and headings behind *words* that end a passage of a *block*, each with its element.

    Behind them may be a line that leads in a list: "Our rules:".
    """
    said = runs(block)
    number = next((number for number, run in enumerate(said) if words in run), None)
    rest = said[number].rpartition(words)[2] if number is not None else ""
    if number is None or not (rest == "" or rest.endswith(":")):
        return
    yield from _sentences(said[number + 1 :], block)
    for element in islice(_behind(block), _MOST):
        yield from _sentences(runs(element), element)


def is_led_on(words: str, element: Any) -> bool:
    """Return whether what follows *words* of an *element* is still about what was said before: they lead in a list, or
    are an item of one.
    """
    return words.endswith(":") or element.tag in _ITEMS


def sentence_before(words: str, block: Any) -> tuple[str, Any] | None:
    """Return the sentence right before *words* that begin a *block*, with its element; None if none is."""
    element = next(block.itersiblings(etree.Element, preceding=True), None)
    if element is None or not "".join(runs(block)[:1]).startswith(words):
        return None
    return next(iter(list(_sentences(runs(element), element))[-1:]), None)


def _sentences(said: list[str], element: Any) -> Iterator[tuple[str, Any]]:
    yield from ((run[slice(*span)], element) for run in said for span in sentences(run))


def _behind(block: Any) -> Iterator[Any]:
    """Yield the elements behind a block, and behind what the block is in, in page order."""
    around = block
    for _ in range(_UP):
        if around is None:
            return
        for beside in around.itersiblings(etree.Element):
            yield from beside.iter(etree.Element)
        around = around.getparent()
