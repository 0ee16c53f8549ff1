"""The blocks of a page that hold one of some words, and the words a reader sees in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from lxml import etree

from ingest.terms import triggers
from ingest.terms.page import Outline

INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "em",
        "font",
        "i",
        "mark",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "wbr",
        "img",
        "ins",
        "del",
        "br",
        "svg",
    }
)
_UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "svg", etree.Comment, etree.ProcessingInstruction, etree.Entity}
)
_SAMPLE = 2_000
LONGEST = 1_500
LONG = 600
"""Longer prose is read where it is a notice alone."""
_SHORTEST = 3


Texts = Sequence[str | None]


def blocks_with_triggers(listed: Outline, is_notice: Callable[[Any], bool]) -> list[Any]:
    """The blocks whose text holds a trigger of a language that the page is likely in, in its order, each once.

    Args:
        is_notice: whether a block is one of those of which a text longer than LONG is read.

    The page is searched as one string: it is long, and few of its blocks hold any.
    """
    elements = listed.elements
    pieces, owners = _pieces(elements, *listed.texts)

    def around(number: int) -> Any:
        owner = owners[number]
        element = elements[owner] if owner >= 0 else elements[~owner].getparent()
        return None if element is None else block_of(element)

    looked = [n for n, piece in enumerate(pieces) if not _is_long(piece) or is_notice(around(n))]
    found_in = dict.fromkeys(around(number) for number in _speaking(pieces, looked))
    return [block for block in found_in if block is not None]


def _is_long(piece: str) -> bool:
    return len(piece) > LONG and len(" ".join(piece.split())) > LONG


def _speaking(pieces: list[str], looked: list[int]) -> list[int]:
    """Which of the pieces of a page that are *looked* at hold a trigger of a language that it is likely in."""
    hits = [looked[hit] for hit in _hits([pieces[number] for number in looked])]
    told = [number for number in hits if triggers.held(_lower(pieces[number]))]
    if len(told) == len(hits):
        return hits
    whole = "\n".join(pieces)
    languages = triggers.likely(_lower(f"{whole[:_SAMPLE]}\n{whole[-_SAMPLE:]}"))
    return [number for number in hits if triggers.held(_lower(pieces[number]), languages)]


def _pieces(elements: Sequence[Any], texts: Texts, tails: Texts) -> tuple[list[str], list[int]]:
    """The texts that a browser shows, with the number of the element each is in, or ~number of that it comes after."""
    pieces: list[str] = []
    owners: list[int] = []
    for number, (text, tail) in enumerate(zip(texts, tails, strict=True)):
        if text and len(text) > _SHORTEST and not text.isspace() and elements[number].tag not in _UNSEEN:
            pieces.append(text)
            owners.append(number)
        if tail and len(tail) > _SHORTEST and not tail.isspace():
            pieces.append(tail)
            owners.append(~number)
    return pieces, owners


_silent: set[str] = set()
"""Short texts that hold no trigger: a site prints the same menus and boxes on every page."""
_BRIEF = 120
_MOST = 8192
"""So many of them are remembered, each of so many characters at most."""


def _hits(pieces: list[str]) -> list[int]:
    """Which of *pieces* hold a trigger of any language, by their numbers."""
    new = [number for number, piece in enumerate(pieces) if piece not in _silent]
    whole = _lower("\n".join([pieces[number] for number in new]))
    starts = list(accumulate((len(pieces[number]) + 1 for number in new), initial=0))
    hits = {new[bisect_right(starts, found.start()) - 1] for found in triggers.pattern().finditer(whole)}
    if len(_silent) > _MOST:
        _silent.clear()
    _silent.update(pieces[number] for number in new if number not in hits and len(pieces[number]) <= _BRIEF)
    return sorted(hits)


def _lower(text: str) -> str:
    """Lower case, as long as before: the one letter that would grow is set apart."""
    return text.replace("\u0130", "i").lower()


def block_of(element: Any) -> Any:
    """The nearest element around that is no inline element, or *element* itself."""
    while element.tag in INLINE and element.getparent() is not None:
        element = element.getparent()
    return element


def words_of(element: Any) -> str:
    """All words of an element, white space folded."""
    return " ".join("".join(element.itertext()).split())


def runs(block: Any) -> list[str]:
    """The stretches of inline words in a block, parted by blocks within it; a long one at line breaks too."""
    found: list[list[str]] = [[]]
    _collect(block, found)
    parts = [" ".join("".join(part).split(" ")) for part in found]
    folded: list[str] = []
    for part in parts:
        lines = part.split("\n\n") if len(part) > LONGEST else [part]
        folded.extend(" ".join(line.split()) for line in lines)
    return [words for words in folded if words]


def _collect(element: Any, found: list[list[str]]) -> None:
    found[-1].append(_flat(element.text))
    for child in element:
        if child.tag in _UNSEEN:
            pass
        elif child.tag == "br":
            found[-1].append("\n\n")
        elif child.tag in INLINE:
            _collect(child, found)
        else:
            found.append([])
        found[-1].append(_flat(child.tail))


def _flat(text: str | None) -> str:
    return " ".join((" " + text + " ").split("\n")).replace("\r", " ")[1:-1] if text else ""
