"""Differences: what changed between two editions, by kind of change, and which words changed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from db.model.item import Edition

WORDS = 4000
"""Paragraphs longer than this are not compared word by word: that could take minutes."""
LIKE = 0.75
"""From this similarity of letters on, one word may be a typing error for another with the same first letter."""
_WORD = re.compile(r"\s*\S+")


class ChangeKind(StrEnum):
    """The kind of a change. Several may apply."""

    HEADLINE = "headline"
    AUTHOR = "author"
    DATE = "date"
    TEXT = "text"
    TYPO = "typo"
    """Words that differ by a few letters, marks or spaces, but in no digit."""


class Op(StrEnum):
    """What happened to some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive words that stayed, were removed or were added; white space between runs belongs to the later one."""

    op: Op
    words: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph that changed.

    Attributes:
        number: the number, from 1, of the paragraph in the later edition, or of the one before which it would be.
    """

    number: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A changed field, as text; "" for "not stated"."""

    kind: ChangeKind
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How an edition differs from another.

    Attributes:
        kinds: empty if the two only differ in how they were read.
        added, removed: the number of words added to and removed from the text.
    """

    kinds: tuple[ChangeKind, ...]
    fields: tuple[FieldChange, ...]
    passages: tuple[Passage, ...]
    added: int
    removed: int


def between(one: Edition, other: Edition) -> Difference:
    """Return what changed from *one* to *other*."""
    fields = tuple(change for change in _fields(one, other) if change.was != change.now)
    passages = tuple(_passages(_paragraphs(one.text), _paragraphs(other.text)))
    kinds = {change.kind for change in fields}
    for passage in passages:
        kinds |= set(_kinds(passage.runs))
    return Difference(
        kinds=tuple(kind for kind in ChangeKind if kind in kinds),
        fields=fields,
        passages=passages,
        added=_count(passages, Op.ADDED),
        removed=_count(passages, Op.REMOVED),
    )


def _fields(one: Edition, other: Edition) -> Iterator[FieldChange]:
    yield FieldChange(ChangeKind.HEADLINE, *(edition.title.value if edition.title else "" for edition in (one, other)))
    yield FieldChange(ChangeKind.AUTHOR, _credits(one), _credits(other))
    dates = (edition.published.value if edition.published else "" for edition in (one, other))
    yield FieldChange(ChangeKind.DATE, *dates)


def _credits(edition: Edition) -> str:
    named = edition.attributions
    return "; ".join(one.name if one.role == "author" else f"{one.name} ({one.role})" for one in named)


def _paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in text.split("\n\n") if paragraph.strip()]


def _count(passages: Sequence[Passage], op: Op) -> int:
    return sum(len(run.words.split()) for passage in passages for run in passage.runs if run.op is op)


# ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────


def _passages(one: list[str], other: list[str]) -> Iterator[Passage]:
    # Paragraphs first, because the cost of comparing words grows with the square of their number.
    for op, start, end, begin, stop in SequenceMatcher(None, one, other).get_opcodes():
        if op == "equal":
            continue
        # Paragraphs at the same place are compared with each other; surplus ones were added or removed.
        for offset, (was, now) in enumerate(zip_longest(one[start:end], other[begin:stop])):
            yield Passage(begin + offset + 1, tuple(runs(was or "", now or "")))


def runs(one: str, other: str) -> Iterator[Run]:
    """Yield, word by word, what stayed, was removed and was added between two paragraphs."""
    mine, theirs = _WORD.findall(one), _WORD.findall(other)
    if not mine or not theirs or len(mine) > WORDS or len(theirs) > WORDS:
        yield from (Run(op, text) for op, text in ((Op.REMOVED, one), (Op.ADDED, other)) if text)
        return
    # White space before a word is kept for display but is not a change.
    bare = ([word.strip() for word in mine], [word.strip() for word in theirs])
    # Without autojunk, which ignores frequent words such as "the" in long texts and so reports false changes.
    for op, start, end, begin, stop in SequenceMatcher(None, *bare, autojunk=False).get_opcodes():
        if op == "equal":
            yield Run(Op.SAME, "".join(theirs[begin:stop]))
            continue
        if end > start:
            yield Run(Op.REMOVED, "".join(mine[start:end]))
        if stop > begin:
            yield Run(Op.ADDED, "".join(theirs[begin:stop]))


def _kinds(changed: Sequence[Run]) -> Iterator[ChangeKind]:
    """Classify each change in a paragraph: a removed run together with the run added in its place."""
    before: Run | None = None
    # One extra run, so that words removed at the very end are classified too.
    for run in (*changed, Run(Op.SAME, "")):
        if run.op is Op.ADDED:
            yield _class(before.words if before else "", run.words)
            before = None
        elif before is not None:
            yield _class(before.words, "")
            before = None
        if run.op is Op.REMOVED:
            before = run


def _class(was: str, now: str) -> ChangeKind:
    mine, theirs = was.split(), now.split()
    if "".join(_letters(was)) == "".join(_letters(now)):
        return ChangeKind.TYPO  # punctuation, case or spaces
    # Word by word, so that an additional or a missing word is always a change of the text.
    slips = len(mine) == len(theirs) and all(_slip(a, b) for a, b in zip(mine, theirs, strict=True))
    return ChangeKind.TYPO if slips else ChangeKind.TEXT


def _letters(words: str) -> list[str]:
    return [letter for letter in words.casefold() if letter.isalnum()]


def _slip(one: str, other: str) -> bool:
    digits = [[letter for letter in word if letter.isdigit()] for word in (one, other)]
    # A number that changes by one digit says something else.
    if digits[0] != digits[1]:
        return False
    mine, theirs = _letters(one), _letters(other)
    if mine == theirs:
        return True
    if mine[:1] != theirs[:1] or abs(len(mine) - len(theirs)) > 1 or _denies(one) != _denies(other):
        return False  # "unable" for "able", "forty-two" for "forty", "can't" for "can"
    return SequenceMatcher(None, mine, theirs).ratio() >= LIKE


def _denies(word: str) -> bool:
    # "n't" reverses the meaning of a sentence.
    return "n't" in word.replace("’", "'").casefold()
