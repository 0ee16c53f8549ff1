"""A glance at a source: words that stand there in one piece, found without squeezing the whole of it first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from heapq import merge
from itertools import chain, islice

from archive.markup import Span, is_json, is_xml, raw_spans, tag_end, value_holding
from archive.passage import Place

_TRIES = 16
_CLOSE = 4096
_SIGNS = frozenset("&<>\\\ufffd")
"""What may stand for something else: words that hold one are left to the thorough search."""


class Glance:
    """The decoded source of an HTML entity, to be looked into many times."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._able = not (is_xml(text) or is_json(text))
        self._raws: list[Span] = []
        self._further = raw_spans(text)

    def find(self, words: str, place: Place, near: int | None) -> Span | None:
        """Return where the folded *words* stand whole and in one piece in a place of that kind, nearest to
        the character *near*, else first; None where a thorough search must tell.
        """
        if not self._able or not words or not _SIGNS.isdisjoint(words):
            return None
        for at in islice(self._occurrences(words, near), _TRIES):
            if self._whole(at, at + len(words)) and self._stands(at, at + len(words), place):
                return at, at + len(words)
        return None

    def _occurrences(self, words: str, near: int | None) -> Iterator[int]:
        if near is None:
            return self._ahead(words, 0)
        return chain(self._nearest(words, near), self._by_distance(words, near))

    def _nearest(self, words: str, near: int) -> Iterator[int]:
        """Yield the nearest alone: most often it is the one, and it is found without looking far."""
        ahead = self._text.find(words, near, near + _CLOSE)
        ahead = ahead if ahead >= 0 else self._text.find(words, near)
        behind = self._text.rfind(words, 0 if ahead < 0 else max(0, 2 * near - ahead), near + len(words) - 1)
        if behind >= 0 or ahead >= 0:
            yield behind if behind >= 0 else ahead

    def _by_distance(self, words: str, near: int) -> Iterator[int]:
        return merge(self._ahead(words, near), self._behind(words, near), key=lambda at: abs(at - near))

    def _ahead(self, words: str, start: int) -> Iterator[int]:
        at = self._text.find(words, start)
        while at >= 0:
            yield at
            at = self._text.find(words, at + len(words))

    def _behind(self, words: str, before: int) -> Iterator[int]:
        at = self._text.rfind(words, 0, before + len(words) - 1)
        while at >= 0:
            yield at
            at = self._text.rfind(words, 0, at + len(words) - 1)

    def _whole(self, start: int, end: int) -> bool:
        text = self._text
        return not (
            (start > 0 and text[start - 1].isalnum() and text[start].isalnum())
            or (end < len(text) and text[end].isalnum() and text[end - 1].isalnum())
        )

    def _look_up_to(self, place: int) -> None:
        """Have every raw span that begins at *place* or before: most words stand far from the end."""
        while (not self._raws or self._raws[-1][0] <= place) and (raw := next(self._further, None)):
            self._raws.append(raw)

    def _stands(self, start: int, end: int, place: Place) -> bool:
        text = self._text
        self._look_up_to(start)
        before = bisect_right(self._raws, (start, len(text))) - 1
        if before >= 0 and start < self._raws[before][1]:
            begun = self._raws[before][0]
            outer = text.rfind("<", 0, begun)
            if text[begun + 1] == "!" or (outer >= 0 and tag_end(text, outer) > begun):
                return False
            if start >= tag_end(text, begun):
                # A whole JSON string, so that nothing in it can be an escape or code round it.
                quoted = text[start - 1] == '"' and text[end : end + 1] == '"' and text[start - 2] != "\\"
                is_script = text[begun + 1 : begun + 7].lower() == "script"
                return place is Place.JSON and is_script and quoted
        opening = text.rfind("<", 0, start)
        if opening < 0 or tag_end(text, opening) <= start:
            return place is Place.TEXT
        return place is Place.ATTRIBUTE and value_holding(text, opening, start, end)
