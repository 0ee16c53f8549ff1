"""Unlinked tags: subjects that a page lists without links, in a block of their own or below a heading.

Apart from `tags.py`, which asks for them if no link names a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from archive.evidence.locate import Place
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import date_parsing
from ingest.reading.metadata.tag_words import HEADS, LABELS, tag_of
from ingest.reading.page.class_names import says
from ingest.reading.page.page import plain, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern

BLOCK = re.compile(
    r"(?:^|[\s_-])(?:tags|keywords|topics|tag-?list|(?:tag|topic|keyword)-?(?:pills|chips|badges)|"
    rf"{pattern('metadata.tag_classes')})(?:$|[\s_-])"
)
"""Class names of a block of tags."""
_OTHER = re.compile(r"filter|select|cloud|search|input|related|suggest|popular|trending|menu|(?:^|[\s_-])nav")
_PARTS = re.compile(r"\s*[,;|•·、，/]\s*")
_MINUTES = re.compile(rf"\d+\s*{pattern('metadata.minutes')}", re.I)
_SAID = LABELS | HEADS
_NOT_TAGS = ("a", "input", "textarea", "time")
WORDS, LETTERS, MOST = 6, 50, 15


def in_block(zones: Zones, block: Any) -> list[Candidate]:
    """Return the entries of *block*, if it is called a block of tags: at least two, or one with a label."""
    said = zones.marks[block]
    # A block with a link, an input field or a date is not a plain list of subjects.
    if not says(BLOCK, said) or says(_OTHER, said) or next(block.iter(*_NOT_TAGS), None) is not None:
        return []
    entries = list(_entries(block))
    held = [words for words in entries if words.rstrip(" :：").casefold() not in _SAID]
    # A single entry without a label may be anything.
    if len(held) < 2 and len(held) == len(entries):
        return []
    return _tags(block, held)


def below(heading: Any) -> list[Candidate]:
    """Return the entries in the single line below *heading*, which announces tags; at least two."""
    block = heading.getnext()
    if block is None or next(block.iter("a", "p", "li", "time", "input"), block) is not block:
        return []
    entries = [part for part in _PARTS.split(visible(block)) if part]
    return _tags(block, entries) if len(entries) > 1 else []


def hashed(block: Any, words: str) -> list[Candidate]:
    """Return the entries of a line that holds only hashtags, at least two ("#Amber #Tolls")."""
    entries = words.split()
    if len(entries) < 2 or any(len(entry) < 3 or entry[0] != "#" or "#" in entry[1:] for entry in entries):
        return []
    return _tags(block, entries)


def _entries(block: Any) -> Iterator[str]:
    """Yield the separate texts in *block*."""
    for element in block.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "svg"):
            continue
        around = [element.text or "", *(child.tail or "" for child in element)]
        for said in around:
            yield from (part for part in _PARTS.split(plain(said).strip("# ")) if part)


def _tags(block: Any, entries: list[str]) -> list[Candidate]:
    """Return *entries* as tags, or nothing if one cannot be a tag: a sentence, a date, a reading time."""
    if not 0 < len(entries) <= MOST:
        return []
    # One such entry rules out all: the block is named after tags for another reason.
    for words in entries:
        if (
            len(words) > LETTERS
            or len(words.split()) > WORDS
            or _MINUTES.search(words)
            or words[-1] in ".!?"
            or words.lstrip("#").isdigit()
        ):
            return []
        if any(c.isdigit() for c in words) and next(date_parsing.find(words), None) is not None:
            return []
    named = [tag for words in entries if (tag := tag_of(words))]
    return [Candidate(Field.TAG, tag, tag, "block of tags", Place.TEXT, block) for tag in named]
