"""A glance at a source: words that stand there in one piece, found without squeezing the whole of it first."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from archive.markup import Span, is_json, is_xml, string_spans, tag_end, value_holding
from archive.passage import Place
from archive.projection import ATTRIBUTE_REFERENCES, ESCAPES, REFERENCES, undo_escape, undo_in_attribute, undo_reference
from archive.raws import Raws

_TRIES = 16
_TRIES_SPELT = 64
_TRIES_IN_JSON = 256
_CLOSE = 4096
_SIGNS = re.compile(r"[&<>\\\ufffd]")
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
_HTML = re.compile(rb"\s*<[!hH]")
"""As nothing else begins."""
_ESCAPING = ord("\\")
_TOKENS = {
    Place.TEXT: (REFERENCES, undo_reference),
    Place.ATTRIBUTE: (ATTRIBUTE_REFERENCES, undo_in_attribute),
    Place.JSON: (ESCAPES, undo_escape),
}


class Glance:
    """An HTML entity in UTF-8, to be looked into many times; places in it are bytes.

    Attributes:
        raws: its comments, scripts and styles.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._able = _HTML.match(data) is not None or not _is_other(data[:_OPENING].decode("utf-8", "replace"))
        self.raws = Raws(data)
        self._strings: dict[Span, tuple[list[Span], Iterator[Span]]] = {}

    def find(self, words: str, place: Place, near: int | None) -> Span | None:
        """Return where the folded *words* stand whole and in one piece in a place of that kind, nearest to
        the byte *near*, else first; None where a thorough search must tell.
        """
        if not self._able or _SIGNS.search(words) or not (sought := _encoded(words)):
            return None
        size = len(sought)
        for at in islice(self._occurrences(sought, near), _TRIES):
            if self._stands(at, at + size, place):
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
        raw = self.raws.at(place)
        begun, script = self.raws.opened(raw[0]) if raw is not None else (None, False)
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
            if start is None or end is None or (self._data[start:end] == _encoded(words) and not _SIGNS.search(words)):
                continue  # not there, or as it is, which `find` tells better
            if self._stands(start, end, place):
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
        """Yield where *sought* stands: in order, or the nearest to *near* first.

        Of two equally near the one behind is the first only where they are the nearest. Mostly few are asked for, so
        that behind *near* nothing is looked at beyond the distance of the next one ahead.
        """
        data, size = self._data, len(sought)
        first = 0 if near is None else near
        ahead = data.find(sought, first, first + _CLOSE)
        ahead = ahead if ahead >= 0 else data.find(sought, first)
        top, tie = first + size - 1, 0
        while near is not None:
            low = 0 if ahead < 0 else max(0, 2 * near - ahead + tie)
            while (behind := data.rfind(sought, low, top)) >= 0:
                yield behind
                top = behind + size - 1
            if ahead < 0:
                return
            yield ahead
            top, tie = low + size - 1, 1
            ahead = data.find(sought, ahead + size)
        while ahead >= 0:
            yield ahead
            ahead = data.find(sought, ahead + size)

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

    def _stands(self, start: int, end: int, place: Place) -> bool:
        """Say whether whole words stand from *start* to *end*, in a place of that kind."""
        if not self._whole(start, end):
            return False
        data = self._data
        raw = self.raws.at(start)
        if raw is not None:
            begun, script = self.raws.opened(raw[0])
            if begun is None:
                return False
            if start >= begun:
                # A whole JSON string, so that nothing in it can be an escape or code round it.
                quoted = data[start - 1 : start] == data[end : end + 1] == b'"'
                return place is Place.JSON and script and quoted and data[start - 2] != _ESCAPING
        if place is Place.JSON:
            return False
        opening = data.rfind(b"<", 0, start)
        closing = tag_end(data, opening) if opening >= 0 else 0
        if closing <= start:
            return place is Place.TEXT
        return place is Place.ATTRIBUTE and value_holding(data, (opening, closing), start, end)

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
        raw = self.raws.at(at)
        if raw is not None:
            return raw
        opening = self._data.rfind(b"<", 0, at)
        return (max(0, opening), max(at, tag_end(self._data, opening))) if opening >= 0 else (0, at)


def _is_other(opening: str) -> bool:
    return is_xml(opening) or is_json(opening)


def _encoded(words: str) -> bytes:
    """Return *words* in UTF-8; nothing of words that hold what was no UTF-8."""
    try:
        return words.encode()
    except UnicodeEncodeError:
        return b""
