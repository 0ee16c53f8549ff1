"""Marks: highlight the words of a claim in a captured page. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.errors import BadRange
from archive.evidence.locate import Decoding, Place, words_at

PREFIX = "/marked/"
"""Beginning of the path of a page with marks; it is followed by the ranges and then by the page's own path."""
_PATH = re.compile(rf"{PREFIX}((?:\d{{1,10}}-\d{{1,10}},?){{1,40}})(/.*)", re.S)
# The most ranges of one claim that are marked.
_MOST = 40
Ranges = tuple[tuple[int, int], ...]
"""Half-open byte ranges of an entity."""
# Charsets in which an inserted byte would change the bytes after it.
_SHIFTING = ("utf-16", "utf-32", "utf-7", "iso2022", "hz", "cp037", "cp500", "cp1026")
PLACE = "creditline-words"
"""The id of the first mark in the page; unique, so that a link can lead to it."""
_BEGINS = (
    f'<mark id="{PLACE}" style="all:revert;background:#ffe066;color:#000;outline:2px solid #b8860b">',
    '<mark style="all:revert;background:#ffe066;color:#000;outline:2px solid #b8860b">',
)


def path_of(ranges: Sequence[tuple[int, int]]) -> str:
    """Return the prefix for the path of a page with *ranges* marked; "" if there are none."""
    return f"{PREFIX}{','.join(f'{first}-{last}' for first, last in ranges[:_MOST])}" if ranges else ""


def read(path: str) -> tuple[Ranges, str]:
    """Split a path into the ranges to mark (possibly none) and the path of the page."""
    found = _PATH.fullmatch(path)
    if found is None:
        return (), path
    # A comma at the end is left over if somebody edits the ranges by hand.
    spans = [one.partition("-") for one in found[1].split(",") if one]
    return tuple((int(first), int(last)) for first, _, last in spans), found[2]


@dataclass(frozen=True, slots=True)
class Marks:
    """Ranges in one page, and the signs at their ends while the page is rewritten.

    Attributes:
        sign: random, so that the page cannot contain it.
    """

    ranges: Ranges
    sign: str

    @property
    def _signs(self) -> tuple[str, str]:
        return f"\x02{self.sign}\x02", f"\x03{self.sign}\x03"

    def put_into(self, entity: bytes) -> bytes:
        """Return *entity* with a sign at each end of each range inside it."""
        begin, end = (one.encode("ascii") for one in self._signs)
        parts, at = [], 0
        for first, last in self.ranges:
            # Ranges must be ascending and inside the page; others come from manual editing and are ignored.
            if at <= first < last <= len(entity):
                parts += [entity[at:first], begin, entity[first:last], end]
                at = last
        return b"".join([*parts, entity[at:]])

    def left_out(self, text: str) -> str:
        """Return *text* without the signs: nothing can be marked inside a tag or a style sheet."""
        return text if self.sign not in text else text.replace(self._signs[0], "").replace(self._signs[1], "")

    def shown(self, text: str, *, first: bool) -> str:
        """Return the escaped *text* with marks instead of the signs; the *first* mark gets the id."""
        begin, end = self._signs
        # After escaping, so that marked text can never become markup.
        return text.replace(begin, _BEGINS[0 if first else 1], 1).replace(begin, _BEGINS[1]).replace(end, "</mark>")

    def is_in(self, text: str) -> bool:
        """Say whether a mark begins in *text*."""
        return self._signs[0] in text


def words_of(entity: bytes, ranges: Ranges, charset: str) -> str | None:
    """Return the words in *ranges*, None if there are none; always read from the bytes."""
    try:
        return words_at(entity, ranges, Decoding(charset, Place.TEXT)) or None
    except BadRange:
        return None


def can_be_marked(charset: str) -> bool:
    """Say whether signs can be inserted into the bytes of a page in *charset*."""
    return not codecs.lookup(charset).name.startswith(_SHIFTING)
