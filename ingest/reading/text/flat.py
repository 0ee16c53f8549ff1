"""Flat: the words of an element that holds only words, links and emphasis, like most paragraphs.

Apart from `blocks.py`, because it is the fast path, and most paragraphs need no other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ingest.reading.text.notes import FROM

LINK = ["href"]
"""The attributes of most links."""


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
