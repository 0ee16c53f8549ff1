"""Conditions: the items of a list that a permission leads in: "may be republished under the following conditions:".

A list may also be written as paragraphs, each with a number or a dash: "<p>1. You ask the editor first.</p>".

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

_ITEMS = ("li", "dd")
_MARKED = re.compile(r"(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|[-–—•*▪●✓✔])\s*\S")
"""What begins a paragraph that is an item: a number, a letter, a dash."""
_FIRST = re.compile(r": \(?1[.)](?= |$)")
"""How a numbered list begins in the words of a permission."""
_NEXT = re.compile(r" \(?\d{1,2}[.)] ")
_MOST = 30
"""More items are no conditions, but a list of other things."""


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
