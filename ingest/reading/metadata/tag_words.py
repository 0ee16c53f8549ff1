"""Tag words: which words in a list of tags are tags, and which belong to the page or the newsroom."""

from __future__ import annotations

import re

from ingest.reading.author_choice import fold
from ingest.reading.candidate import Candidate
from ingest.reading.page.short_words import remembered
from ingest.reading.vocabulary import pattern, word_set

LABELS = word_set("metadata.tag_labels")
"""Labels before a colon and tags."""
HEADS = word_set("metadata.tag_headings")
"""Headings over a list of tags."""
CALLED = LABELS | HEADS
"""Words that by themselves announce tags."""
_CONTROLS = pattern("metadata.tag_controls")
_CONTROL = re.compile(rf"\+?\s*(?:{_CONTROLS})\W*|\+\s?\d{{1,3}}(?:\s{_CONTROLS})?", re.I)
_COUNT = re.compile(rf"\s*[(\[]\d{{1,5}}(?:\s+{pattern('metadata.counted_texts')})?[)\]]$", re.I)
NUMBER = re.compile(r"\d{5,}")
# The prefix of tags that only a newsroom's own programs read.
_INTERNAL = "_"
_PLACED = re.compile(rf"(?:{pattern('metadata.placements')})(?:\s+\d+)?(?:\s+slider)?|slider(?:\s.*)?", re.I)
_LABELLED = re.compile(r"^([A-Za-z][\w ]{1,24}):\s*(\S.*)$")
# A tag after its type, as a path in the publisher's system.
_PATHED = re.compile(
    r"(?:sections?|topics?|tags?|subjects?|keywords?|categor(?:y|ies)|organi[sz]ations?|persons?|people|places?|locations?)"
    r"/(\S.*)"
)
_CODE = re.compile(r"[A-Z]{2,7}\d{0,3}")
CODES = 5
"""At least this many codes are marks of a system; fewer may be names that people know ("NATO", "EU")."""
_SUBJECTS = word_set("metadata.subject_labels")
# What only a system reads: its own numbers, a key, a host.
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}.*|[a-z0-9]+_[a-z0-9_-]+|[a-z0-9-]+\.(?:com|org|net|eu|co\.uk|[a-z]{2})")
MOST = 60


@remembered(4096)  # a site has the same tags on many pages
def tag_of(words: str) -> str:
    """Return the tag that *words*, an entry of a list, name; "" if they name none.

    The label of the list, its controls, and numbers are not tags.
    """
    value = _COUNT.sub("", words.lstrip("#").strip(" ,;"))
    if not value or len(value) > 80 or NUMBER.fullmatch(value) or _CONTROL.fullmatch(value):
        return ""
    return "" if value.rstrip(" :：").casefold() in CALLED else value


def _plainly(found: list[Candidate]) -> list[Candidate]:
    """Return *found* without entries that only a system uses.

    If the entries have labels ("Page Type: Article"), only tags, or else subjects, are kept, without their labels.
    """
    if sum(_CODE.fullmatch(c.value) is not None for c in found) > max(CODES, 0.8 * len(found)):
        return []
    if len(pathed := [_PATHED.fullmatch(c.value) for c in found]) > 1 and all(pathed):
        return [c._replace(value=one[1], words=one[1]) for c, one in zip(found, pathed, strict=True) if one]
    labelled = [match for c in found if ":" in c.value and (match := _LABELLED.match(c.value))]
    if len(labelled) < 2:
        return [c for c in found if not _is_key(c.value)]
    named = {match[1].casefold() for match in labelled}
    subjects = {"tag"} if "tag" in named else _SUBJECTS
    kept = []
    for candidate in found:
        match = _LABELLED.match(candidate.value)
        if match and match[1].casefold() in subjects:
            kept.append(candidate._replace(value=match[2], words=match[2]))
        elif match is None and not _is_key(candidate.value):
            kept.append(candidate)
    return kept


def each_once(chosen: list[Candidate]) -> list[Candidate]:
    """Return the tags, each once, at most MOST, without entries that only a system uses."""
    kept: dict[str, Candidate] = {}
    for candidate in _plainly(chosen[:MOST]):
        if key := _key(candidate.value):
            kept.setdefault(key, candidate)
    return list(kept.values())


@remembered(4096)
def _key(value: str) -> str:
    """Return the form in which two spellings of a tag are equal; "" if *value* is not a tag for people."""
    if value.startswith(_INTERNAL) or _PLACED.fullmatch(value) or NUMBER.fullmatch(value):
        return ""
    return fold(value) or value


@remembered(4096)
def _is_key(value: str) -> bool:
    return _KEY.fullmatch(value) is not None
