"""Passage: a run of text on a page, with the element that holds it and the kind of paragraph it is."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from db.model.text_marks import PLAIN, Mark

# Signs that end a sentence or clause in any script, and signs that may close after them.
_ENDS = frozenset(".!?…,;。！？｡．।॥؟۔։።»«”“\"’')]）」』】")

PROSE = 80
"""A passage with few links and at least this many characters is running text."""
DENSE = 3
"""A Chinese or Japanese character says as much as this many letters."""
_SIGNS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


def _dense(words: str) -> int:
    return len(words) if words.isascii() else len(words) + (DENSE - 1) * len(_SIGNS.findall(words))


class Passage(NamedTuple):
    """A run of text without a block boundary in it.

    A page has many passages, and making a named tuple takes a fraction of the time of a frozen dataclass.

    Attributes:
        words: the visible text, squeezed; for preformatted text, line by line.
        element: the block that holds it; None if no element was found for the words.
        mark: the kind of paragraph.
        linked, inner: how many of its characters are in links, and in links to another place on the page.
    """

    words: str
    element: Any
    mark: Mark = PLAIN
    linked: int = 0
    inner: int = 0

    @property
    def is_link(self) -> bool:
        """Whether almost all of the words are in links."""
        return 10 * self.linked >= 9 * len(self.words.replace(" ", ""))

    @property
    def runs(self) -> bool:
        """Whether it is running text: long, or long by its meaning as in Chinese or Japanese, with few links."""
        size = len(self.words)
        return 3 * self.linked < size and (size >= PROSE or (DENSE * size >= PROSE and _dense(self.words) >= PROSE))

    @property
    def ends(self) -> bool:
        """Whether the words end like a sentence, in any script; labels end without a sign."""
        return self.words[-1:] in _ENDS
