"""A glance at a source: words that stand there in one piece, found without squeezing the whole of it first."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from archive.markup import Span, is_json, is_xml, raw_spans, tag_end, value_holding
from archive.passage import Place
from archive.projection import ATTRIBUTE_REFERENCES, ESCAPES, REFERENCES, undo_escape, undo_in_attribute, undo_reference

_TRIES = 16
_TRIES_SPELT = 64
_CLOSE = 4096
_SIGNS = frozenset("&<>\\\ufffd")
"""What may stand for something else: words that hold one are not looked for as they are."""
_SURE = re.compile(r"[A-Za-z0-9 ]+")
"""What hardly anybody writes otherwise."""
_SHORTEST = 4
_LONGEST = 12
_TOKENS = {
    Place.TEXT: (REFERENCES, undo_reference),
    Place.ATTRIBUTE: (ATTRIBUTE_REFERENCES, undo_in_attribute),
    Place.JSON: (ESCAPES, undo_escape),
}


class Glance:
    """The decoded source of an HTML entity, to be looked into many times."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._able = not (is_xml(text) or is_json(text))
        self._raws: list[Span] = []
        self._further = raw_spans(text)
        self._contents: dict[int, tuple[int | None, bool]] = {}

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

    def spelt(self, words: str, place: Place, near: int | None) -> Span | None:
        """Return where the folded *words* stand whole with references or escapes for some of their characters.

        What it finds is to be decoded and compared: it reads one token at a time.
        """
        sure = max(_SURE.findall(words), key=len, default="")
        if not self._able or len(sure) < _SHORTEST or sure == words:
            return None
        before, _, after = words.partition(sure)
        for at in islice(self._occurrences(sure, near), _TRIES_SPELT):
            start, end = self._back(at, before, place), self._on(at + len(sure), after, place)
            if start is None or end is None or (end - start == len(words) and _SIGNS.isdisjoint(words)):
                continue  # not there, or as it is, which `find` tells better
            if self._whole(start, end) and self._stands(start, end, place):
                return start, end
        return None

    def _on(self, at: int, words: str, place: Place) -> int | None:
        """Return where *words*, in whatever spelling, end that begin at *at*; None where others stand there."""
        pattern, undo = _TOKENS[place]
        sign = "\\" if place is Place.JSON else "&"
        for character in words:
            if character != sign and self._text.startswith(character, at):
                at += 1
            elif (token := pattern.match(self._text, at)) and undo(token[0]) == character:
                at = token.end()
            else:
                return None
        return at

    def _back(self, at: int, words: str, place: Place) -> int | None:
        """Return where *words*, in whatever spelling, begin that end before *at*; None where others stand there."""
        pattern, undo = _TOKENS[place]
        for character in reversed(words):
            if at > 0 and self._text[at - 1] == character:
                at -= 1
                continue
            tokens = (pattern.match(self._text, begun, at) for begun in range(at - 1, max(0, at - _LONGEST) - 1, -1))
            token = next((one for one in tokens if one and one.end() == at and undo(one[0]) == character), None)
            if token is None:
                return None
            at = token.start()
        return at

    def _occurrences(self, words: str, near: int | None) -> Iterator[int]:
        """Yield where *words* stand: in order, or the nearest to *near* first."""
        if near is None:
            yield from self._ahead(words, 0)
            return
        nearest = self._nearest(words, near)  # most often it is the one, and it is found without looking far
        if nearest >= 0:
            yield nearest
            yield from (at for at in self._by_distance(words, near) if at != nearest)

    def _nearest(self, words: str, near: int) -> int:
        ahead = self._text.find(words, near, near + _CLOSE)
        ahead = ahead if ahead >= 0 else self._text.find(words, near)
        behind = self._text.rfind(words, 0 if ahead < 0 else max(0, 2 * near - ahead), near + len(words) - 1)
        return behind if behind >= 0 else ahead

    def _by_distance(self, words: str, near: int) -> Iterator[int]:
        ahead = self._text.find(words, near)
        behind = self._text.rfind(words, 0, near + len(words) - 1)
        while ahead >= 0 or behind >= 0:
            if behind < 0 or 0 <= ahead - near <= near - behind:
                yield ahead
                ahead = self._text.find(words, ahead + len(words))
            else:
                yield behind
                behind = self._text.rfind(words, 0, behind + len(words) - 1)

    def _ahead(self, words: str, start: int) -> Iterator[int]:
        at = self._text.find(words, start)
        while at >= 0:
            yield at
            at = self._text.find(words, at + len(words))

    def _whole(self, start: int, end: int) -> bool:
        text = self._text
        return not (
            (start > 0 and text[start - 1].isalnum() and text[start].isalnum())
            or (end < len(text) and text[end].isalnum() and text[end - 1].isalnum())
        )

    def _raw_at(self, place: int) -> Span | None:
        """Return the comment, script or style that *place* stands in, if any."""
        while (not self._raws or self._raws[-1][0] <= place) and (raw := next(self._further, None)):
            self._raws.append(raw)  # only as far as somebody asks: most words stand far from the end
        before = bisect_right(self._raws, (place, len(self._text))) - 1
        return self._raws[before] if before >= 0 and place < self._raws[before][1] else None

    def _stands(self, start: int, end: int, place: Place) -> bool:
        text = self._text
        raw = self._raw_at(start)
        if raw is not None:
            begun, script = self._opened(raw[0])
            if begun is None:
                return False
            if start >= begun:
                # A whole JSON string, so that nothing in it can be an escape or code round it.
                quoted = text[start - 1] == '"' and text[end : end + 1] == '"' and text[start - 2] != "\\"
                return place is Place.JSON and script and quoted
        opening = text.rfind("<", 0, start)
        if opening < 0 or tag_end(text, opening) <= start:
            return place is Place.TEXT
        return place is Place.ATTRIBUTE and value_holding(text, opening, start, end)

    def _opened(self, at: int) -> tuple[int | None, bool]:
        """Return where the content of the raw element at *at* begins (None: it is a comment), and if it is a script."""
        known = self._contents.get(at)
        if known is None:
            text = self._text
            outer = text.rfind("<", 0, at)
            hidden = text[at + 1] == "!" or (outer >= 0 and tag_end(text, outer) > at)
            is_script = text[at + 1 : at + 7].lower() == "script"
            known = self._contents[at] = (None if hidden else tag_end(text, at)), is_script
        return known
