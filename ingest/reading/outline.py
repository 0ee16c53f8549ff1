"""Outline: the elements of a page in flat lists, each asked once for what all witnesses want to know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SILENT = frozenset({"script", "style", "noscript", "template", "svg", "head", "title", "iframe", "select"})
# fmt: off
BLOCKS = frozenset((
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header",
    "footer", "td", "tr", "table", "dt", "dd", "figure", "figcaption", "aside",
))
# fmt: on
SHORT = 700
"""So many characters with its white space an element may hold that is short; one with no other in it may hold more."""
FEW = 80


Row = tuple[int, Any, str, str]
"""An element that says something, and not much: its place in the document, itself, its tag, and its words, squeezed."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What the elements of a body hold.

    Attributes:
        short: what a reader sees of each element that holds few words, squeezed; the last element first.
        rows: of these the ones that say anything.
        told: the words of all of them, each once, in lower case, parted by line feeds.
    """

    short: dict[Any, str]
    rows: tuple[Row, ...]
    told: str


def squeeze(text: str) -> str:
    """Return *text* with runs of white space folded to one space and none at the ends."""
    return text if even(text) else " ".join(text.split())


def even(text: str) -> bool:
    """Say whether a long text shows nothing but words parted by single spaces: to see that is half of the work.

    Of white space and of what no reader sees only the space is printable.
    """
    return len(text) > FEW and text.isprintable() and "  " not in text and text[0] != " " and text[-1] != " "


def outline(elements: Sequence[Any], order: Mapping[Any, int]) -> Outline:
    """Return the outline of a body.

    Args:
        elements: the body, and all that is in it, in document order.
        order: the place of each in the document.
    """
    first = order[elements[0]]
    above = [-1, *(order[element.getparent()] - first for element in elements[1:])]
    tags = [element.tag for element in elements]
    held = _held(elements, tags, above)
    short: dict[Any, str] = {}
    rows: list[Row] = []
    outermost: list[str] = []
    for at in range(len(elements) - 1, -1, -1):
        words = held[at]
        if words is None:
            continue
        said = " ".join(words.split()) if len(words) <= FEW else squeeze(words.strip(" "))
        short[elements[at]] = said
        if said:
            rows.append((first + at, elements[at], tags[at], said))
            if above[at] < 0 or held[above[at]] is None:
                outermost.append(said)
    return Outline(short, tuple(rows), "\n".join(reversed(outermost)).lower())


def _held(elements: Sequence[Any], tags: list[str], above: list[int]) -> list[str | None]:
    """Return what a reader sees of each element, white space as it stands; None where that is nothing or too much.

    It goes up from the last element, so that whoever holds others finds their words gathered, the last first.
    """
    held: list[str | None] = [None] * len(elements)
    within: list[list[str] | None] = [None] * len(elements)
    long = bytearray(len(elements) + 1)
    for at in range(len(elements) - 1, -1, -1):
        element, tag, parent = elements[at], tags[at], above[at]
        words = None
        if tag not in SILENT:
            if long[at]:
                long[parent] = 1
                continue
            words = element.text or ""
            parts = within[at]
            if parts is not None:
                parts.append(words)
                parts.reverse()
                words = "".join(parts)
                if len(words) > SHORT:
                    long[parent] = 1
                    continue
            held[at] = words = f" {words} " if tag in BLOCKS else words
        if parent >= 0 and not long[parent]:
            beside = within[parent]
            if beside is None:
                beside = within[parent] = []
            if tail := element.tail:
                beside.append(tail)
            if words:
                beside.append(words)
    return held
