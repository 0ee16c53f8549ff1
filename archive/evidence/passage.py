"""Passage: words, the bytes that hold them, and what decodes the one into the other. Values that others cite."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Place(StrEnum):
    """The kind of place in an entity where words are looked for; it decides what decodes them."""

    TEXT = "text"
    """Between tags: what a browser shows. Character references are undone."""
    ATTRIBUTE = "attribute"
    """In an attribute's value. Character references are undone."""
    JSON = "json"
    """In a JSON string, in a script element or in an entity that is JSON. Escapes are undone."""
    JSON_HTML = "json html"
    """HTML in a JSON string, as WordPress answers: escapes, then tags and character references are undone."""
    PLAIN = "plain"
    """In an entity that is plain text, or in a head: nothing is undone but the charset."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """What turns the bytes of a passage into its words: charset, then what *place* says, then white
    space folded.
    """

    charset: str
    place: Place


class Passage(NamedTuple):
    """Words and the bytes that hold them.

    Attributes:
        words: as a reader sees them, runs of white space folded to one space.
        ranges: half-open byte ranges of the entity, ascending, none touching the next: more than one where
            tags, comments or the like stand between the words.
        decoding: what decodes them.
    """

    words: str
    ranges: tuple[tuple[int, int], ...]
    decoding: Decoding
