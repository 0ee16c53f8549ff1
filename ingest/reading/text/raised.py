"""Raised: raised numbers, which are powers or refer to notes without a link: a number in the text, and again at the
start of a passage further down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from db.model.text_marks import RAISED, Mark, MarkKind
from ingest.reading.page.outline import BLOCKS
from ingest.reading.page.page import plain
from ingest.reading.page.passage import Passage

_LABEL = re.compile(r"[\[(]?\s*(\d{1,3})\s*[\])]?")
# What a pointer to a note follows: a word or the end of a clause. After "10", "m" or "km", a raised number is a power.
_AFTER = re.compile(r"(?:[^\W\d_]{3}|[.,;:!?…”\"'’»)\]])$")
_POWER = re.compile(r"[-−–+]?\d{1,3}")
# What a power follows: a digit, or a unit of one or two letters.
_BASE = re.compile(r"(?:\d|(?<![^\W\d_])[^\W\d_]{1,2})$")
_ABOVE = str.maketrans({**RAISED, "−": RAISED["-"], "–": RAISED["-"]})
_POINTING = (MarkKind.PARAGRAPH, MarkKind.ITEM, MarkKind.QUOTATION)


@dataclass(frozen=True, slots=True)
class _Raised:
    """A raised number: its passage, its offset and length in the words, and the label that it may be."""

    passage: int
    at: int
    length: int
    label: str


def write_powers(root: Any) -> None:
    """Write the powers in *root* as raised characters ("10⁶", "km²"), because plain digits would be another number."""
    for sup in root.iter("sup"):
        said = (sup.text or "").strip()
        if len(sup) or not _POWER.fullmatch(said) or _is_linked(sup):
            continue
        before, around = sup.getprevious(), sup.getparent()
        words = (around.text if before is None else before.tail) if around is not None else None
        if words and _BASE.search(words):
            sup.text = said.translate(_ABOVE)


def with_notes(root: Any, found: list[Passage]) -> list[Passage]:
    """Return *found* with notes and pointers to them marked. A raised number without a note stays a number."""
    if next(root.iter("sup"), None) is None:
        return found
    raised = list(_raised(root, found))
    pointed: set[str] = set()
    notes: dict[int, _Raised] = {}
    for one in raised:
        # A note stands below its pointer, so a number at the start of a passage is a label only if it came before.
        if one.at:
            pointed.add(one.label)
        elif one.label in pointed and found[one.passage].mark.kind in _POINTING:
            notes[one.passage] = one
    labels = {one.label for one in notes.values()}
    made = list(found)
    for place, note in notes.items():
        words = found[place].words[note.length :].lstrip(" .:")
        made[place] = found[place]._replace(words=words, mark=Mark(MarkKind.NOTE, label=note.label))
    for one in raised:
        held = made[one.passage]
        if one.at and one.label in labels and held.mark.kind in _POINTING:
            refs = tuple(sorted({*held.mark.refs, (one.at, one.length, one.label)}))
            made[one.passage] = held._replace(mark=replace(held.mark, refs=refs))
    return made


def _raised(root: Any, found: Sequence[Passage]) -> Iterator[_Raised]:
    """Yield the raised numbers in *found*, in order; `at` is 0 for a number that begins its passage."""
    held: dict[Any, list[int]] = {}
    for place, one in enumerate(found):
        held.setdefault(one.element, []).append(place)
    for sup in root.iter("sup"):
        said = plain("".join(sup.itertext()))
        label = _LABEL.fullmatch(said)
        holder = (
            None if label is None or _is_linked(sup) else next((up for up in sup.iterancestors() if up in held), None)
        )
        if label is None or holder is None:
            continue
        before = plain(_before(sup, holder))
        if before and not _AFTER.search(before):
            continue
        for place in held[holder]:
            words, at = found[place].words, len(before)
            at += words[at : at + 1] == " "
            if words.startswith(before) and words.startswith(said, at) and len(words) > at + len(said) * (not before):
                yield _Raised(place, at, len(said), label[1])
                break


def _is_linked(sup: Any) -> bool:
    return next(sup.iter("a"), None) is not None or next(sup.iterancestors("a"), None) is not None


def _before(sup: Any, holder: Any) -> str:
    """Return the text before *sup* in its run within *holder*."""
    pieces: list[str] = []
    node = sup
    while node is not holder:
        for other in node.itersiblings(preceding=True):
            pieces.append(other.tail or "")
            if other.tag == "br" or other.tag in BLOCKS:
                return "".join(reversed(pieces))
            if isinstance(other.tag, str):
                pieces.append("".join(other.itertext()))
        node = node.getparent()
        pieces.append(node.text or "")
    return "".join(reversed(pieces))
