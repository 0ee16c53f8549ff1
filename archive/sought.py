"""Sought: many words looked for in bytes at once, with bounded memory however often they stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ahocorasick_rs import BytesAhoCorasick

STRETCH = 1 << 18
"""So many bytes are searched at a time: what is found in them is listed, and hostile pages are nothing but words."""


class Sought:
    """Words to be looked for in bytes in one pass, by the automaton of Aho and Corasick (CACM 18, 1975).

    Args:
        words: none of them empty.
        stretch: how many bytes are searched at a time, as many at least as the longest word has.

    Raises:
        ValueError: a word is longer than a stretch.
    """

    def __init__(self, words: Iterable[bytes], stretch: int = STRETCH) -> None:
        listed = list(words)
        if max(map(len, listed)) > stretch:
            raise ValueError(f"a word is longer than the {stretch} bytes that are searched at a time")
        self._automaton, self._longest, self._stretch = BytesAhoCorasick(listed), max(map(len, listed)), stretch

    def find(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """Yield where words stand, in order, none overlapping the one before; of two that begin in one another the one
        that ends first: its number, and where it begins and ends.
        """
        if len(data) <= self._stretch:
            return iter(self._automaton.find_matches_as_indexes(data))
        return self._in_stretches(data)

    def _in_stretches(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        begun = 0
        while begun < len(data):
            ends = begun + self._stretch
            done = max(begun, ends - self._longest + 1)  # what begins later may go on behind the stretch
            for word, start, end in self._automaton.find_matches_as_indexes(data[begun:ends]):
                yield word, begun + start, begun + end
                done = max(done, begun + end)
            begun = done if ends < len(data) else len(data)
