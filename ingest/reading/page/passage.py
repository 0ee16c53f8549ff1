"""Passage: a run of text on a page, with the element that holds it and what it is in the text."""

from __future__ import annotations

from typing import Any, NamedTuple

from db.model.text_marks import PLAIN, Mark

# What ends a sentence in the scripts of the world, and what may close behind it.
_ENDS = frozenset(".!?…,;。！？｡．।॥؟۔։።»«”“\"’')]）」』】")


class Passage(NamedTuple):
    """A run of text that no block parts.

    A page has many, and a named tuple is made in a fraction of the time that a frozen dataclass takes.

    Attributes:
        words: what a reader sees, squeezed; of preformatted text line by line.
        element: the block that holds it; None for words that no element was found for.
        linked, inner: how many of its characters stand in links, and in links to another place of the page.
    """

    words: str
    element: Any
    mark: Mark = PLAIN
    linked: int = 0
    inner: int = 0

    @property
    def ends(self) -> bool:
        """Whether the words end as a sentence does, in any script: a label ends without a sign."""
        return self.words[-1:] in _ENDS
