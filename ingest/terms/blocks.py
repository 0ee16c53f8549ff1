"""The blocks of a page around a text node, and the words a reader sees in them."""

from __future__ import annotations

from typing import Any

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
_UNSEEN = frozenset({"script", "style", "noscript", "template", "svg"})
LONGEST = 1_500


def block_of(element: Any) -> Any:
    """The nearest element around that is no inline element, or *element* itself."""
    while element.tag in INLINE and element.getparent() is not None:
        element = element.getparent()
    return element


def words_of(element: Any) -> str:
    """All words of an element, white space folded."""
    return " ".join("".join(element.itertext(with_tail=False)).split())


def runs(block: Any) -> list[str]:
    """The stretches of inline words in a block, parted by the blocks within it; a long one is parted at line breaks too."""
    found: list[list[str]] = [[]]
    _collect(block, found)
    parts = [" ".join("".join(part).split(" ")) for part in found]
    folded = []
    for part in parts:
        lines = part.split("\n\n") if len(part) > LONGEST else [part]
        folded.extend(" ".join(line.split()) for line in lines)
    return [words for words in folded if words]


def _collect(element: Any, found: list[list[str]]) -> None:
    found[-1].append(_flat(element.text))
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _UNSEEN:
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
