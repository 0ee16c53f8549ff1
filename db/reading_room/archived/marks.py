"""Marks: the stretches of a captured page that stand out in it, since they hold the words of a claim. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.errors import BadRange
from archive.evidence.locate import Decoding, Place, words_at

PREFIX = "/marked/"
"""How the path of a page begins in which something is marked; behind it stand the ranges, then the page's own path."""
_PATH = re.compile(rf"{PREFIX}((?:\d{{1,10}}-\d{{1,10}},?){{1,40}})(/.*)", re.S)
# So many ranges of one claim are marked.
_MOST = 40
Ranges = tuple[tuple[int, int], ...]
"""Half-open byte ranges of an entity."""
# Charsets in which a byte put in between would change those behind it.
_SHIFTING = ("utf-16", "utf-32", "utf-7", "iso2022", "hz", "cp037", "cp500", "cp1026")
PLACE = "creditline-words"
"""The name of the first mark in the page: nobody else's, so that a link leads there."""
_BEGINS = (
    f'<mark id="{PLACE}" style="all:revert;background:#ffe066;color:#000;outline:2px solid #b8860b">',
    '<mark style="all:revert;background:#ffe066;color:#000;outline:2px solid #b8860b">',
)


def path_of(ranges: Sequence[tuple[int, int]]) -> str:
    """Return what stands before the path of a page in which *ranges* are marked; "" where nothing is."""
    return f"{PREFIX}{','.join(f'{first}-{last}' for first, last in ranges[:_MOST])}" if ranges else ""


def read(path: str) -> tuple[Ranges, str]:
    """Take a path apart: the ranges that are to be marked, none where it asks for nothing, and the path of the page."""
    found = _PATH.fullmatch(path)
    if found is None:
        return (), path
    # A closing comma is left over where somebody takes a range away by hand.
    spans = [one.partition("-") for one in found[1].split(",") if one]
    return tuple((int(first), int(last)) for first, _, last in spans), found[2]


@dataclass(frozen=True, slots=True)
class Marks:
    """Stretches of one page, and the signs that stand at their ends while it is written anew.

    Attributes:
        sign: in no page: made by chance for this one.
    """

    ranges: Ranges
    sign: str

    @property
    def _signs(self) -> tuple[str, str]:
        return f"\x02{self.sign}\x02", f"\x03{self.sign}\x03"

    def put_into(self, entity: bytes) -> bytes:
        """Return *entity* with a sign at each end of each range that lies in it."""
        begin, end = (one.encode("ascii") for one in self._signs)
        parts, at = [], 0
        for first, last in self.ranges:
            # Ascending and within the page; what is not so is asked for by hand, and marks nothing.
            if at <= first < last <= len(entity):
                parts += [entity[at:first], begin, entity[first:last], end]
                at = last
        return b"".join([*parts, entity[at:]])

    def left_out(self, text: str) -> str:
        """Return *text* without the signs: in a tag or a style sheet nothing can be marked."""
        return text if self.sign not in text else text.replace(self._signs[0], "").replace(self._signs[1], "")

    def shown(self, text: str, *, first: bool) -> str:
        """Return *text*, which is escaped, with marks in the place of the signs; the *first* has a name."""
        begin, end = self._signs
        # After the text was escaped, so that what is marked is never markup of the page.
        return text.replace(begin, _BEGINS[0 if first else 1], 1).replace(begin, _BEGINS[1]).replace(end, "</mark>")

    def is_in(self, text: str) -> bool:
        """Say whether a mark begins in *text*."""
        return self._signs[0] in text


def words_of(entity: bytes, ranges: Ranges, charset: str) -> str | None:
    """Return the words that stand in *ranges*, None where none do: read from the bytes, whoever asks."""
    try:
        return words_at(entity, ranges, Decoding(charset, Place.TEXT)) or None
    except BadRange:
        return None


def can_be_marked(charset: str) -> bool:
    """Say whether signs can be put between the bytes of a page in *charset*."""
    return not codecs.lookup(charset).name.startswith(_SHIFTING)
