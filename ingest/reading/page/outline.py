"""Outline: the elements of a page in flat lists, with what all witnesses need to know about each, computed once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Visitors do not see these as words of the page. A single `select` may hold the name of every country.
SILENT = frozenset({"script", "style", "noscript", "template", "svg", "head", "title", "iframe", "select"})
# fmt: off
BLOCKS = frozenset((
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header",
    "footer", "td", "tr", "table", "dt", "dd", "figure", "figcaption", "aside",
))
# fmt: on
SHORT = 700
"""An element counts as short up to this many characters; a leaf element may hold more."""
FEW = 80
_SPACES = re.compile(r"\s{2,}")
_SHOWN = bytes(range(0x20, 0x7F))


Row = tuple[int, Any, str, str]
"""A short element with text: its position in the document, the element, its tag, and its words, squeezed."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The short elements of a body and their words.

    Attributes:
        short: the visible words of each element with few words, squeezed; the last element first.
        rows: the same elements without the empty ones.
        told: the words of all of them, each once, in lower case, one element per line.
    """

    short: dict[Any, str]
    rows: tuple[Row, ...]
    short_text: str


def squeeze(text: str) -> str:
    """Return *text* with runs of white space folded to one space, and none at the ends."""
    return text if is_squeezed(text) else " ".join(text.split())


def is_squeezed(text: str) -> bool:
    """Return whether a long text is already squeezed and visible; checking this takes half the time of squeezing.

    Among white space and invisible characters, only the space is printable.
    """
    if len(text) <= FEW or text[0] <= " " or text[-1] <= " ":
        return False
    # For ASCII, the fastest check for control characters is on bytes.
    shown = not text.encode().translate(None, _SHOWN) if text.isascii() else text.isprintable()
    return shown and "  " not in text


def pieces(element: Any, block: str = " ", inline: str = "", without: Collection[Any] = ()) -> list[str]:
    """Return the visible text of *element* in pieces, with separators where elements begin and end.

    Args:
        block: the separator for blocks.
        inline: the separator for all other elements.
        without: elements inside it that are skipped; each counts as the end of a block.
    """
    tag = element.tag
    if tag in SILENT or not isinstance(tag, str):
        return []
    sign = block if tag in BLOCKS else inline
    said = [sign, element.text or ""]
    # A stack and no recursion: pages nest tags by the hundred thousand, and Python allows a thousand calls.
    within, behind = [iter(element)], [(sign, "")]
    while within:
        for node in within[-1]:
            tag = node.tag
            if tag in SILENT or not isinstance(tag, str):
                said.append(node.tail or "")
                continue
            if without and node in without:
                said += (block, node.tail or "")
                continue
            sign = block if tag in BLOCKS else inline
            said += (sign, node.text or "")
            if len(node):
                within.append(iter(node))
                behind.append((sign, node.tail or ""))
                break
            said += (sign, node.tail or "")
        else:
            within.pop()
            said += behind.pop()
    return said


Texts = Sequence[str | None]


def outline(
    elements: Sequence[Any], tags: Sequence[Any], texts: Texts, tails: Texts, order: Mapping[Any, int]
) -> Outline:
    """Return the outline of a body.

    Args:
        elements: those of the body in document order, beginning with the body itself.
        tags: the tag of each element.
        texts: the text in each element before its first child.
        tails: the text after each element.
        order: the position of each element in the document.
    """
    first = order[elements[0]]
    above = [-1, *(order[element.getparent()] - first for element in elements[1:])]
    held = _held(tags, above, texts, tails)
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


def _held(tags: Sequence[Any], above: list[int], texts: Texts, tails: Texts) -> list[str | None]:
    """Return the visible text of each element, with white space unchanged; None if it is silent or too long.

    The loop goes from the last element to the first, so that the words of children are collected before their parent.
    """
    held: list[str | None] = [None] * len(tags)
    within: list[list[str] | None] = [None] * len(tags)
    # One longer than the elements, because the parent of the first is -1.
    long = bytearray(len(tags) + 1)
    for at in range(len(tags) - 1, -1, -1):
        tag, parent = tags[at], above[at]
        words = None
        if tag not in SILENT:
            if long[at]:
                long[parent] = 1
                continue
            words = texts[at] or ""
            parts = within[at]
            if parts is not None:
                parts.append(words)
                parts.reverse()
                words = "".join(parts)
                # Templates indent their lines, so an element of a few words may have hundreds of spaces.
                words = _SPACES.sub(" ", words) if len(words) > SHORT else words
                # Given up here and for all elements above, so that a long element's words are not joined repeatedly.
                if len(words) > SHORT:
                    long[parent] = 1
                    continue
            held[at] = words = f" {words} " if tag in BLOCKS else words
        if parent >= 0 and not long[parent]:
            beside = within[parent]
            if beside is None:
                beside = within[parent] = []
            if tail := tails[at]:
                beside.append(tail)
            if words:
                beside.append(words)
    return held
