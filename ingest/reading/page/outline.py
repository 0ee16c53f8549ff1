"""Outline: the elements of a page in flat lists, each asked once for what all witnesses want to know of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# No reader sees these as words of the page; a `select` alone may hold the name of every country.
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
_SHOWN = bytes(range(0x20, 0x7F))


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
    """Return whether a long text shows nothing but words parted by single spaces: to see that is half of the work.

    Of white space and of what no reader sees only the space is printable.
    """
    if len(text) <= FEW or text[0] <= " " or text[-1] <= " ":
        return False
    # Of ASCII it is soonest seen in bytes that no control character is among them.
    shown = not text.encode().translate(None, _SHOWN) if text.isascii() else text.isprintable()
    return shown and "  " not in text


def pieces(element: Any, block: str = " ", inline: str = "", without: Collection[Any] = ()) -> list[str]:
    """Return what a reader sees of *element*, piece by piece, with *block* where a block begins or ends, and *inline*
    where any other element does.

    Args:
        without: elements in it that are passed over, each like the end of a block.
    """
    tag = element.tag
    if tag in SILENT or not isinstance(tag, str):
        return []
    sign = block if tag in BLOCKS else inline
    said = [sign, element.text or ""]
    # A stack, and no calls: pages nest tags by the hundred thousand, and Python ends at a thousand calls.
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


@dataclass(frozen=True, slots=True)
class Listed:
    """The elements of a body, itself the first, in document order.

    Attributes:
        tags: the tag of each.
        texts: the text in each before any other element.
        tails: the text after each.
    """

    elements: Sequence[Any]
    tags: Sequence[Any]
    texts: Texts
    tails: Texts


def outline(body: Listed, order: Mapping[Any, int]) -> Outline:
    """Return the outline of a body.

    Args:
        body: what it holds.
        order: the place of each element in the document.
    """
    elements, tags = body.elements, body.tags
    first = order[elements[0]]
    above = [-1, *(order[element.getparent()] - first for element in elements[1:])]
    held = _held(tags, above, body.texts, body.tails)
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
    """Return what a reader sees of each element, white space as it stands; None where that is nothing or too much.

    It goes up from the last element, so that whoever holds others finds their words gathered, the last first.
    """
    held: list[str | None] = [None] * len(tags)
    within: list[list[str] | None] = [None] * len(tags)
    # One more than there are elements: the parent of the first is -1.
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
                # Given up at once and for all above it, so that no words of a long element are joined again and again.
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
