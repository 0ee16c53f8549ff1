"""Flat: the words of an element that holds words, links and emphasis and nothing else, as most paragraphs do.

Apart from `blocks.py`, for it is the quick way: most paragraphs need no other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from lxml import etree

from ingest.reading.page.page import plain
from ingest.reading.text.notes import FROM

LINK = ["href"]
"""What most links say, and nothing else."""
_ORDINARY = bytes(range(0x20, 0x7F)) + b"\n\t"
_PART = 8


def odd(root: Any) -> Sequence[str] | None:
    """Return what white space but single spaces, and what characters that no reader sees, may stand in *root*, each
    once; None where it says much beyond ASCII: to look for them takes longer than to look at each text.
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
    if said.rfind(b"  ") >= 0:  # from the end on, where none are, this is seen in two thirds of the time
        found.append("  ")
    return found


def spaced(text: str, odd: Sequence[str] | None) -> str:
    """Return what `plain` does of a *text* that holds none of what is *odd* but these."""
    if not text:
        return text
    if odd is None or text[0] == " " or text[-1] == " ":
        return plain(text)
    for sign in odd:
        if sign in text:
            return plain(text)
    return text


def said(node: Any, more: Collection[str], passed: Callable[[Any, str], bool]) -> tuple[str, int] | None:
    """Return the words of *node* as they stand, and how many of their characters stand in links; None where it is to
    be walked through: it holds what holds elements, a link to a place of the page, what is no part of a run, or a sign
    that is put before the labels of notes.

    Args:
        more: the tags of what parts a run of text, or is not looked into.
        passed: says of an element and its tag whether it is passed over.
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
