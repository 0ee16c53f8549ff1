"""A glance at a source: words that stand there in one piece, found without squeezing the whole of it first."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from archive.markup import Span, is_json, is_xml, raw_spans, string_spans, tag_end, value_holding
from archive.passage import Place
from archive.projection import ATTRIBUTE_REFERENCES, ESCAPES, REFERENCES, undo_escape, undo_in_attribute, undo_reference

_TRIES = 16
_TRIES_SPELT = 64
_TRIES_IN_JSON = 256
_CLOSE = 4096
_SIGNS = frozenset("&<>\\\ufffd")
"""What may stand for something else: words that hold one are not looked for as they are."""
_SURE = re.compile(r"[A-Za-z0-9 ]+")
"""What hardly anybody writes otherwise."""
_ASCII = 128
_ALNUM = tuple(chr(code).isalnum() for code in range(_ASCII))
_PLAIN_IN_JSON = re.compile(r"[A-Za-z0-9 .,:;()-]+")
"""What nobody writes otherwise in a JSON string."""
_SHORTEST = 4
_LONGEST = 12
_SPELLING = 4 * _LONGEST
"""So many bytes are looked at for each character that may be spelt otherwise."""
_OPENING = 4096
_TOKENS = {
    Place.TEXT: (REFERENCES, undo_reference),
    Place.ATTRIBUTE: (ATTRIBUTE_REFERENCES, undo_in_attribute),
    Place.JSON: (ESCAPES, undo_escape),
}


class Glance:
    """An HTML entity in UTF-8, to be looked into many times; places in it are bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        opening = data[:_OPENING].decode("utf-8", "replace")
        self._able = not (is_xml(opening) or is_json(opening))
        self._raws: list[Span] = []
        self._further = raw_spans(data)
        self._contents: dict[int, tuple[int | None, bool]] = {}
        self._strings: dict[Span, tuple[list[Span], Iterator[Span]]] = {}

    def find(self, words: str, place: Place, near: int | None) -> Span | None:
        """Return where the folded *words* stand whole and in one piece in a place of that kind, nearest to
        the byte *near*, else first; None where a thorough search must tell.
        """
        sought = _encoded(words)
        if not self._able or not sought or not _SIGNS.isdisjoint(words):
            return None
        size, first = len(sought), 0 if near is None else self._nearest(sought, near)
        if first < 0:
            return None
        if near is not None and self._whole(first, first + size) and self._stands(first, first + size, place):
            return first, first + size  # most often it is the nearest, and it is found without looking far
        for at in islice(self._occurrences(sought, near), _TRIES):
            if (at != first or near is None) and self._whole(at, at + size) and self._stands(at, at + size, place):
                return at, at + size
        return None

    def part(self, words: str, place: Place, near: int | None) -> Span | None:
        """Return where the folded *words* stand whole in a longer JSON string, nearest to the byte *near*, else first;
        None where a thorough search must tell.
        """
        if place is not Place.JSON or not self._able or not _PLAIN_IN_JSON.fullmatch(words):
            return None
        sought = words.encode()
        for at in islice(self._occurrences(sought, near), _TRIES_IN_JSON):
            end = at + len(sought)
            string = self._string_at(at)
            if string is None or end > string[1]:
                continue
            if b"\\" in self._data[max(string[0], at - _LONGEST) : end]:
                return None
            if self._whole(at, end):
                return at, end
        return None

    def _string_at(self, place: int) -> Span | None:
        """Return the string of a script that *place* stands in, if any."""
        raw = self._raw_at(place)
        begun, script = self._opened(raw[0]) if raw is not None else (None, False)
        if raw is None or begun is None or not script or place < begun:
            return None
        if raw not in self._strings:
            self._strings = {raw: ([], string_spans(self._data, raw[0], begun, raw[1]))}
        known, further = self._strings[raw]
        while (not known or known[-1][0] <= place) and (string := next(further, None)):
            known.append(string)
        before = bisect_right(known, (place, len(self._data))) - 1
        return known[before] if before >= 0 and place < known[before][1] else None

    def spelt(self, words: str, place: Place, near: int | None) -> Span | None:
        """Return where the folded *words* stand whole with references or escapes for some of their characters.

        What it finds is to be decoded and compared: it reads one token at a time.
        """
        sure = max(_SURE.findall(words), key=len, default="")
        if not self._able or len(sure) < _SHORTEST or sure == words:
            return None
        before, _, after = words.partition(sure)
        for at in islice(self._occurrences(sure.encode(), near), _TRIES_SPELT):
            start, end = self._back(at, before, place), self._on(at + len(sure), after, place)
            if start is None or end is None or (self._data[start:end] == _encoded(words) and _SIGNS.isdisjoint(words)):
                continue  # not there, or as it is, which `find` tells better
            if self._whole(start, end) and self._stands(start, end, place):
                return start, end
        return None

    def _on(self, at: int, words: str, place: Place) -> int | None:
        """Return where *words*, in whatever spelling, end that begin at *at*; None where others stand there."""
        text = self._data[at : at + _SPELLING * len(words)].decode("utf-8", "surrogateescape")
        pattern, undo = _TOKENS[place]
        sign = "\\" if place is Place.JSON else "&"
        to = 0
        for character in words:
            if character != sign and text.startswith(character, to):
                to += 1
            elif (token := pattern.match(text, to)) and undo(token[0]) == character:
                to = token.end()
            else:
                return None
        return at + len(text[:to].encode("utf-8", "surrogateescape"))

    def _back(self, at: int, words: str, place: Place) -> int | None:
        """Return where *words*, in whatever spelling, begin that end before *at*; None where others stand there."""
        text = self._data[max(0, at - _SPELLING * len(words)) : at].decode("utf-8", "surrogateescape")
        pattern, undo = _TOKENS[place]
        to = len(text)
        for character in reversed(words):
            if to > 0 and text[to - 1] == character:
                to -= 1
                continue
            tokens = (pattern.match(text, begun, to) for begun in range(to - 1, max(0, to - _LONGEST) - 1, -1))
            token = next((one for one in tokens if one and one.end() == to and undo(one[0]) == character), None)
            if token is None:
                return None
            to = token.start()
        return at - len(text[to:].encode("utf-8", "surrogateescape"))

    def _occurrences(self, sought: bytes, near: int | None) -> Iterator[int]:
        """Yield where *sought* stands: in order, or the nearest to *near* first."""
        if near is None:
            yield from self._ahead(sought, 0)
            return
        nearest = self._nearest(sought, near)  # most often it is the one, and it is found without looking far
        if nearest >= 0:
            yield nearest
            yield from (at for at in self._by_distance(sought, near) if at != nearest)

    def _nearest(self, sought: bytes, near: int) -> int:
        ahead = self._data.find(sought, near, near + _CLOSE)
        ahead = ahead if ahead >= 0 else self._data.find(sought, near)
        behind = self._data.rfind(sought, 0 if ahead < 0 else max(0, 2 * near - ahead), near + len(sought) - 1)
        return behind if behind >= 0 else ahead

    def _by_distance(self, sought: bytes, near: int) -> Iterator[int]:
        ahead = self._data.find(sought, near)
        behind = self._data.rfind(sought, 0, near + len(sought) - 1)
        while ahead >= 0 or behind >= 0:
            if behind < 0 or 0 <= ahead - near <= near - behind:
                yield ahead
                ahead = self._data.find(sought, ahead + len(sought))
            else:
                yield behind
                behind = self._data.rfind(sought, 0, behind + len(sought) - 1)

    def _ahead(self, sought: bytes, start: int) -> Iterator[int]:
        at = self._data.find(sought, start)
        while at >= 0:
            yield at
            at = self._data.find(sought, at + len(sought))

    def _whole(self, start: int, end: int) -> bool:
        data = self._data
        if start > 0 and end < len(data):
            before, first, last, behind = data[start - 1], data[start], data[end - 1], data[end]
            if before < _ASCII and first < _ASCII and last < _ASCII and behind < _ASCII:
                return not ((_ALNUM[before] and _ALNUM[first]) or (_ALNUM[last] and _ALNUM[behind]))
        return not (
            (self._ends_in_letter(start) and self._begins_with_letter(start))
            or (self._begins_with_letter(end) and self._ends_in_letter(end))
        )

    def _begins_with_letter(self, at: int) -> bool:
        first = self._data[at : at + 1]
        return first.isalnum() if first.isascii() else self._data[at : at + 4].decode("utf-8", "replace")[0].isalnum()

    def _ends_in_letter(self, at: int) -> bool:
        last = self._data[at - 1 : at] if at else b""
        if last.isascii():
            return last.isalnum()
        return self._data[max(0, at - 4) : at].decode("utf-8", "replace")[-1].isalnum()

    def _raw_at(self, place: int) -> Span | None:
        """Return the comment, script or style that *place* stands in, if any."""
        while (not self._raws or self._raws[-1][0] <= place) and (raw := next(self._further, None)):
            self._raws.append(raw)  # only as far as somebody asks: most words stand far from the end
        before = bisect_right(self._raws, (place, len(self._data))) - 1
        return self._raws[before] if before >= 0 and place < self._raws[before][1] else None

    def _stands(self, start: int, end: int, place: Place) -> bool:
        data = self._data
        raw = self._raw_at(start)
        if raw is not None:
            begun, script = self._opened(raw[0])
            if begun is None:
                return False
            if start >= begun:
                # A whole JSON string, so that nothing in it can be an escape or code round it.
                quoted = data[start - 1 : start] == data[end : end + 1] == b'"' and data[start - 2 : start - 1] != b"\\"
                return place is Place.JSON and script and quoted
        opening = data.rfind(b"<", 0, start)
        if opening < 0 or tag_end(data, opening) <= start:
            return place is Place.TEXT
        return place is Place.ATTRIBUTE and value_holding(data, opening, start, end)

    def around(self, at: int, reach: int) -> Span | None:
        """Return a stretch of bytes round *at* that begins and ends with no character, tag, comment or script cut in
        two, and reaches so many bytes to both sides, where there are as many; None where the entity is no HTML.
        """
        if not self._able:
            return None
        low, high = max(0, at - reach), min(len(self._data), at + reach)
        while high < len(self._data) and self._data[high] & 0xC0 == 0x80:
            high += 1
        return self._outside(low)[0], self._outside(high)[1]

    def _outside(self, at: int) -> Span:
        """Return the tag, comment or script that *at* is in; where it is in none, the tag before and *at*."""
        raw = self._raw_at(at)
        if raw is not None:
            return raw
        opening = self._data.rfind(b"<", 0, at)
        return (max(0, opening), max(at, tag_end(self._data, opening))) if opening >= 0 else (0, at)

    def _opened(self, at: int) -> tuple[int | None, bool]:
        """Return where the content of the raw element at *at* begins (None: it is a comment), and if it is a script."""
        known = self._contents.get(at)
        if known is None:
            data = self._data
            outer = data.rfind(b"<", 0, at)
            hidden = data[at + 1 : at + 2] == b"!" or (outer >= 0 and tag_end(data, outer) > at)
            is_script = data[at + 1 : at + 7].lower() == b"script"
            known = self._contents[at] = (None if hidden else tag_end(data, at)), is_script
        return known


def _encoded(words: str) -> bytes:
    """Return *words* in UTF-8; nothing of words that hold what was no UTF-8."""
    try:
        return words.encode()
    except UnicodeEncodeError:
        return b""
