"""Raws: the comments, scripts and styles of an HTML entity."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from archive.markup import Span, raw_spans, tag_end


class Raws:
    """The comments of *data*, and the elements whose content is no markup, each from its first byte to its last."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._spans = raw_spans(data)
        self._clear = (0, 0)
        self._contents: dict[int, tuple[int | None, bool]] = {}

    def at(self, place: int) -> Span | None:
        """Return the comment, script or style that *place* stands in, if any."""
        low, high = self._clear
        if low <= place < high:
            return None  # words that are looked for one after another mostly stand between the same two
        spans = self._spans
        after = bisect_right(spans, (place, len(self._data)))
        if after and place < spans[after - 1][1]:
            return spans[after - 1]
        self._clear = spans[after - 1][1] if after else 0, spans[after][0] if after < len(spans) else len(self._data)
        return None

    def outside(self, places: Iterable[int]) -> Iterator[int]:
        """Yield those of some ascending *places* that stand in none, or where one begins."""
        spans = iter(self._spans)
        start, end = next(spans, (len(self._data), len(self._data)))
        for place in places:
            while place >= end:
                start, end = next(spans, (len(self._data) + 1, len(self._data) + 1))
            if place <= start:
                yield place

    def scripts(self) -> list[Span]:
        """Return the content of every script element, in order."""
        opened = ((self.opened(start), end) for start, end in self._spans)
        return [(begun, end) for (begun, is_script), end in opened if is_script and begun is not None]

    def opened(self, at: int) -> tuple[int | None, bool]:
        """Return where the content of the raw element at *at* begins (None: it is a comment), and if it is a script."""
        known = self._contents.get(at)
        if known is None:
            data = self._data
            outer = data.rfind(b"<", 0, at)
            hidden = data[at + 1 : at + 2] == b"!" or (outer >= 0 and tag_end(data, outer) > at)
            is_script = data[at + 1 : at + 7].lower() == b"script"
            known = self._contents[at] = (None if hidden else tag_end(data, at)), is_script
        return known
