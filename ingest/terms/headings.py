"""Headings: the headings above a block of a page. For the line that leads in a list, see `lead_ins`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6", "dt", "summary", "legend"})
TITLES = _HEADINGS | {"h1"}
_BOLD = frozenset({"strong", "b"})
# Headings of legal pages are long: "Your license to use the services, and what we ask of you".
_LONGEST = 120
# How many siblings before a passage, and how many elements around it, are searched for its heading.
_NEAR, _UP = 80, 8
_WITHIN = 3
"""A paragraph or an item of a list is so many elements below the passage whose heading is its own."""


def headings_before(block: Any) -> Iterator[str]:
    """Yield the headings above a block, the nearest first: among its earlier siblings, then those of its ancestors."""
    around = block
    for _ in range(_UP):
        for number, before in enumerate(around.itersiblings(preceding=True)):
            if number >= _NEAR:
                break
            words = _heading(before)
            if words:
                yield words
        around = around.getparent()
        if around is None:
            return


def own_heading(block: Any) -> str | None:
    """Return the heading right above a block or the list it is in; None if another passage lies between them."""
    around = block
    for _ in range(_WITHIN):
        if around is None:
            return None
        for before in islice(around.itersiblings(preceding=True), _NEAR):
            words = _heading(before)
            if words:
                return words if before.tag in TITLES or before.tag == "p" else None
        around = around.getparent()
    return None


def _heading(element: Any) -> str | None:
    """Return the words of a heading, or of the last heading in an element; short bold paragraphs are headings too."""
    if not isinstance(element.tag, str):
        return None
    if element.tag in TITLES:
        return _short(element)
    if element.tag == "p" and len(element) == 1 and element[0].tag in _BOLD and not (element.text or "").strip():
        return None if (element[0].tail or "").strip(" .:") else _short(element)
    # The last heading in it is the one over the text that follows.
    held = [one for tag in ("h1", *sorted(_HEADINGS)) for one in element.iter(tag)] if len(element) else []
    return _short(held[-1]) if held else None


def _short(element: Any) -> str | None:
    words = " ".join("".join(element.itertext()).split())
    return words if words and len(words) <= _LONGEST else None
