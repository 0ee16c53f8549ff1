"""Unlinked tags: subjects that a page lists in a block of their own, or below a heading, without leading anywhere.

Apart from `tags.py`, which asks for them where no link names a tag.
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

BLOCK = re.compile(
    r"(?:^|[\s_-])(?:tags|tagi|schlagworte|keywords|topics|tag-?list|(?:tag|topic|keyword)-?(?:pills|chips|badges))"
    r"(?:$|[\s_-])"
)
"""What a block of tags is called."""
_OTHER = re.compile(r"filter|select|cloud|search|input|related|suggest|popular|trending|menu|(?:^|[\s_-])nav")
_PARTS = re.compile(r"\s*[,;|•·、，/]\s*")
_MINUTES = re.compile(r"\d+\s*(?:min|мин|分)", re.I)
_SAID = LABELS | HEADS
_NOT_TAGS = ("a", "input", "textarea", "time")
WORDS, LETTERS, MOST = 6, 50, 15


def in_block(zones: Zones, block: Any) -> list[Candidate]:
    """Return what *block*, called a block of tags, lists: two entries at least, or one under a label."""
    said = zones.marks[block]
    # With a link, a field or a day in it the block does something else than to list subjects.
    if not says(BLOCK, said) or says(_OTHER, said) or next(block.iter(*_NOT_TAGS), None) is not None:
        return []
    entries = list(_entries(block))
    held = [words for words in entries if words.rstrip(" :：").casefold() not in _SAID]
    # One entry with nothing that says what it is may be anything.
    if len(held) < 2 and len(held) == len(entries):
        return []
    return _tags(block, held)


def below(heading: Any) -> list[Candidate]:
    """Return what the block below *heading*, which says that tags follow, lists in one line: two entries at least."""
    block = heading.getnext()
    if block is None or next(block.iter("a", "p", "li", "time", "input"), block) is not block:
        return []
    entries = [part for part in _PARTS.split(visible(block)) if part]
    return _tags(block, entries) if len(entries) > 1 else []


def hashed(block: Any, words: str) -> list[Candidate]:
    """Return the entries of a line that is nothing but hashtags, two at least ("#Amber #Tolls")."""
    entries = words.split()
    if len(entries) < 2 or any(len(entry) < 3 or entry[0] != "#" or "#" in entry[1:] for entry in entries):
        return []
    return _tags(block, entries)


def _entries(block: Any) -> Iterator[str]:
    """Yield what stands in each part of *block* that has no parts itself."""
    for element in block.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "svg"):
            continue
        around = [element.text or "", *(child.tail or "" for child in element)]
        for said in around:
            yield from (part for part in _PARTS.split(plain(said).strip("# ")) if part)


def _tags(block: Any, entries: list[str]) -> list[Candidate]:
    """Return *entries* as tags, unless one of them is none: a sentence, a day, a time to read."""
    if not 0 < len(entries) <= MOST:
        return []
    # One that is no tag spoils all: such a block was named after tags for another reason.
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
