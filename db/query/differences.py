"""Differences: what changed between two editions, classed by what it means, and the words that changed. Pure."""

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
"""From this likeness of their letters on, one word may be a slip for another that begins as it does."""
_WORD = re.compile(r"\s*\S+")


class ChangeKind(StrEnum):
    """What a change means. Several may apply."""

    HEADLINE = "headline"
    AUTHOR = "author"
    DATE = "date"
    TEXT = "text"
    TYPO = "typo"
    """Words that differ by a few letters, marks or spaces, and in no digit."""


class Op(StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that stayed, went or came; white space between runs belongs to the words after it."""

    op: Op
    words: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph that changed.

    Attributes:
        number: which paragraph of the later edition it is, or that it would stand before; from 1.
    """

    number: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that changed, as words; "" for "not stated"."""

    kind: ChangeKind
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not in an edition as it was in another.

    Attributes:
        kinds: none where the two differ only in how they were read.
        added, removed: how many words of the text came and went.
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
    # By paragraphs first: the cost of comparing words grows with the square of their number.
    for op, start, end, begin, stop in SequenceMatcher(None, one, other).get_opcodes():
        if op == "equal":
            continue
        # Paragraphs that stand in the same place are compared with each other; what is left over came or went.
        for offset, (was, now) in enumerate(zip_longest(one[start:end], other[begin:stop])):
            yield Passage(begin + offset + 1, tuple(runs(was or "", now or "")))


def runs(one: str, other: str) -> Iterator[Run]:
    """Yield what stayed, went and came from paragraph *one* to *other*, word by word."""
    mine, theirs = _WORD.findall(one), _WORD.findall(other)
    if not mine or not theirs or len(mine) > WORDS or len(theirs) > WORDS:
        yield from (Run(op, text) for op, text in ((Op.REMOVED, one), (Op.ADDED, other)) if text)
        return
    # White space before a word is kept to be shown, and is no change.
    bare = ([word.strip() for word in mine], [word.strip() for word in theirs])
    # Without autojunk: it drops frequent words such as "the" from long texts, and finds changes where there are none.
    for op, start, end, begin, stop in SequenceMatcher(None, *bare, autojunk=False).get_opcodes():
        if op == "equal":
            yield Run(Op.SAME, "".join(theirs[begin:stop]))
            continue
        if end > start:
            yield Run(Op.REMOVED, "".join(mine[start:end]))
        if stop > begin:
            yield Run(Op.ADDED, "".join(theirs[begin:stop]))


def _kinds(changed: Sequence[Run]) -> Iterator[ChangeKind]:
    """Class each change of a paragraph: a run that went and the one that came in its place."""
    before: Run | None = None
    # One run more, so that what went at the very end is classed too.
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
        return ChangeKind.TYPO  # a mark, a capital or a space
    # Word by word, so that a word more or less is always a change of the text.
    slips = len(mine) == len(theirs) and all(_slip(a, b) for a, b in zip(mine, theirs, strict=True))
    return ChangeKind.TYPO if slips else ChangeKind.TEXT


def _letters(words: str) -> list[str]:
    return [letter for letter in words.casefold() if letter.isalnum()]


def _slip(one: str, other: str) -> bool:
    digits = [[letter for letter in word if letter.isdigit()] for word in (one, other)]
    # A figure that changes by one digit says something else.
    if digits[0] != digits[1]:
        return False
    mine, theirs = _letters(one), _letters(other)
    if mine == theirs:
        return True
    if mine[:1] != theirs[:1] or abs(len(mine) - len(theirs)) > 1 or _denies(one) != _denies(other):
        return False  # "unable" for "able", "forty-two" for "forty", "can't" for "can"
    return SequenceMatcher(None, mine, theirs).ratio() >= LIKE


def _denies(word: str) -> bool:
    # One apostrophe turns a sentence round.
    return "n't" in word.replace("’", "'").casefold()
