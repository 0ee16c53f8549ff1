"""Passage: words, the bytes that hold them, and the decoding from bytes to words. Values that other files use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Place(StrEnum):
    """The kind of place in an entity where words are looked for; it decides how they are decoded."""

    TEXT = "text"
    """Between tags: what a browser shows. Character references are undone."""
    ATTRIBUTE = "attribute"
    """In an attribute's value. Character references are undone."""
    JSON = "json"
    """In a JSON string, in a script element or in an entity that is JSON. Escapes are undone."""
    JSON_HTML = "json html"
    """HTML in a JSON string, as WordPress sends it: escapes are undone, then tags and character references."""
    PLAIN = "plain"
    """In a plain-text entity or in a head: only the charset is decoded."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """How the bytes of a passage become its words: charset, then what *place* says, then folding of white space."""

    charset: str
    place: Place


class Passage(NamedTuple):
    """Words and the bytes that hold them.

    Attributes:
        words: as a reader sees them, each run of white space folded to one space.
        ranges: half-open byte ranges of the entity, ascending, no two touching; more than one if tags, comments
            or the like stand between the words.
        decoding: how the bytes become the words.
    """

    words: str
    ranges: tuple[tuple[int, int], ...]
    decoding: Decoding
