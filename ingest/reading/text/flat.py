"""Flat: the words of an element that holds only words, links and emphasis, like most paragraphs.

Apart from `blocks.py`, because it is the fast path, and most paragraphs need no other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from lxml import etree

from ingest.reading.page.page import plain
from ingest.reading.text.notes import FROM

LINK = ["href"]
"""The attributes of most links."""
_ORDINARY = bytes(range(0x20, 0x7F)) + b"\n\t"
_PART = 8


def odd(root: Any) -> Sequence[str] | None:
    """Return the characters in *root* that need squeezing: white space other than single spaces, and invisible ones.

    None if much of the text is not ASCII: then looking at each text on its own is faster.
    """
    said = etree.tostring(root, method="text", encoding="utf-8", with_tail=False)
    rest = said.translate(None, _ORDINARY)
    if _PART * len(rest) > len(said):
        return None
    signs = rest.decode("utf-8", "replace")
    found = [] if signs.isprintable() else [sign for sign in set(signs) if not sign.isprintable()]
    if b"\n" in said:
        found.append("\n")
    if b"\t" in said:
        found.append("\t")
    if said.rfind(b"  ") >= 0:  # if there is none, a search from the end takes two thirds of the time
        found.append("  ")
    return found


def spaced(text: str, odd: Sequence[str] | None) -> str:
    """Do what `plain` does, faster, for a *text* that contains no odd characters other than *odd*."""
    if not text:
        return text
    if odd is None or text[0] == " " or text[-1] == " ":
        return plain(text)
    for sign in odd:
        if sign in text:
            return plain(text)
    return text


def said(node: Any, more: Collection[str], passed: Callable[[Any, str], bool]) -> tuple[str, int] | None:
    """Return the words of *node*, unchanged, and how many of their characters are in links.

    None if *node* must be walked through: it holds nested elements, a link to a place on the page, an element that ends
    a run, a skipped element, or the sign that marks labels of notes.

    Args:
        more: the tags of elements that end a run of text or are not walked through.
        passed: returns whether an element with a tag is skipped.
    """
    words, linked = node.text or "", 0
    for child in node:
        tag, inner, tail = child.tag, child.text, child.tail
        if tag in more or not isinstance(tag, str) or len(child):
            return None
        names = child.keys()
        if names and names != LINK and passed(child, tag):
            return None
        if inner:
            if tag == "a":
                if names and (child.get("href") or "")[:1] == "#":
                    return None
                linked += len(inner.strip())
            words += inner
        if tail:
            words += tail
    return (words, linked) if FROM not in words else None
