"""Alignment: find which passages of a page an extractor's text holds, and which of its lines are in no passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from db.model.text_marks import MarkKind
from ingest.reading.page.passage import Passage

LONG = 20
"""This many letters are found wherever they stand. Fewer must be whole lines, near the current place in the text."""
NEAR = 600
KEY = 40
AFTER = 6
PATIENCE = 100_000_000
_LETTERS = re.compile(r"[^\W_]+")
_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
_BREAKS = re.compile(r"\n\s*\n+|\n")


def letters(words: str) -> str:
    """Return only the letters and digits of *words*."""
    if words.isascii():
        return words.encode().translate(None, _SIGNS).decode()
    if " " in words:  # dropping the ASCII signs from bytes first is faster, because few other signs are left
        words = words.encode("utf-8", "surrogatepass").translate(None, _SIGNS).decode("utf-8", "surrogatepass")
    return words if words.isalnum() else "".join(_LETTERS.findall(words))


def samples(said: str) -> tuple[str, str, str]:
    """Return the start, middle and end of *said*."""
    middle = max(0, len(said) // 2 - KEY // 2)
    return said[:KEY], said[middle : middle + KEY], said[-KEY:]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the extractor's text, and where its letters stand in the letters of the whole text."""

    words: str
    first: int
    last: int


class Aligned:
    """An extractor's text matched with the passages of the page by letters; white space and signs do not count.

    Attributes:
        held: for each passage, whether the text holds it.
        strays: lines of the text that are in no passage, by the number of the passage they come before.
        share: how much of the text is in passages, from 0 to 1.
    """

    def __init__(self, text: str, passages: Sequence[Passage]) -> None:
        self._lines, pieces, at = [], [], 0
        for line in _BREAKS.split(text):
            if said := letters(line):
                pieces.append(said)
                self._lines.append(_Line(line, at, at + len(said)))
                at += len(said)
        self._flat = "".join(pieces)
        self._firsts = {line.first for line in self._lines}
        self._lasts = {line.last for line in self._lines}
        self._told = bytearray(at)
        self._places: list[tuple[int, int]] = []
        self._at = 0
        # If an extractor has reordered a text, each search from the beginning costs the length of the text.
        self._patience = PATIENCE
        self._said = [letters(one.words) for one in passages]
        self.held = [self._holds(number, one) for number, one in enumerate(passages)]
        self.strays = self._stray()
        self.share = self._told.count(1) / at if at else 1.0

    def _holds(self, number: int, one: Passage) -> bool:
        said = self._said[number]
        place = self._place(number, said) if said else None
        if place is None and one.mark.kind is MarkKind.NOTE and one.mark.label:
            place = self._place(number, letters(one.mark.label) + said)
        if place is None:
            return False
        first, last = place
        if 2 * self._told.count(1, first, last) > last - first:
            return False  # another passage has these words
        self._told[first:last] = b"\x01" * (last - first)
        self._places.append((first, number))
        self._at = max(self._at, last)
        return True

    def _place(self, number: int, said: str) -> tuple[int, int] | None:
        """Return where *said* stands in the text, as first and last offset, or None."""
        flat, at, size = self._flat, self._at, len(said)
        if size >= LONG:
            if flat.startswith(said, at):
                return at, at + size
            # First from the end of the previous passage: a page and its text are almost always in the same order.
            found = self._find(said, at)
            if found < 0:
                found = self._find(said, 0)
            return (found, found + size) if found >= 0 else None
        if at not in self._firsts and flat.startswith(said, at):
            return at, at + size  # it continues the line that the previous passage began
        found = flat.find(said, at, at + NEAR)
        while found >= 0 and not (found in self._firsts and self._ends(found, number, said)):
            found = flat.find(said, found + 1, at + NEAR)
        return (found, found + size) if found >= 0 else None

    def _ends(self, first: int, number: int, said: str) -> bool:
        """Return whether *said*, alone or with the next passages, makes up whole lines that begin at *first*."""
        for more in ("", *self._said[number + 1 : number + AFTER]):
            said += more
            if not self._flat.startswith(said, first):
                return False
            if first + len(said) in self._lasts:
                return True
        return False

    def _find(self, said: str, first: int) -> int:
        """Return where *said* stands from *first* on, or -1. After many failures, only text nearby is searched."""
        last = len(self._flat) if self._patience > 0 else first + NEAR
        found = self._flat.find(said, first, last)
        if found < 0:
            self._patience -= last - first
        return found

    def _stray(self) -> dict[int, list[str]]:
        strays: dict[int, list[str]] = {}
        places, before = sorted(self._places, reverse=True), -1
        for line in self._lines:
            while places and places[-1][0] < line.first:
                before = max(before, places.pop()[1])
            # Less than half of it is in a passage: a line of the extractor's own, kept as it is.
            if 2 * self._told.count(1, line.first, line.last) < line.last - line.first:
                strays.setdefault(before + 1, []).append(line.words)
        return strays
