"""Annotation: what an archivist puts to an item: a tag of their own, a note, a set; and where it was reused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from db.errors import BadDecision


class AnnotationKind(StrEnum):
    """What is put to an item."""

    TAG = "tag"
    NOTE = "note"
    SET = "set"


LONGEST = {AnnotationKind.TAG: 200, AnnotationKind.SET: 200, AnnotationKind.NOTE: 4000}
"""Characters of each: it stands in a line of lists, and is recorded for good."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One tag, note or set of an item, as it stands.

    Attributes:
        id: the record that states it.
        by: the name of the person.
    """

    id: str
    item: str
    kind: AnnotationKind
    value: str
    by: str
    made: datetime


@dataclass(frozen=True, slots=True)
class Reused:
    """Where a text was reused, with what was frozen then.

    Attributes:
        id: the record that states it.
        edition: the edition that was reused.
        place: where: a paper and its day, an address.
        body: what the record holds: digest of the text, terms with their evidence, verdict, credit line.
    """

    id: str
    item: str
    edition: str
    place: str
    by: str
    made: datetime
    body: dict[str, Any]


def value_of(kind: AnnotationKind, said: str, *, remove: bool = False) -> str:
    """Return what a person typed as it is recorded: in one line, its words apart by one space each; with *remove*, to
    be taken away, of any length.

    Raises:
        BadDecision: it is empty, or too long.
    """
    # Two tags that differ by a space would be two, and look like one.
    value = " ".join(said.split())
    if not value:
        raise BadDecision("an empty tag, set or note says nothing", "give it words")
    longest = LONGEST[kind]
    # What is taken away was recorded as it is, perhaps by a program with another bound.
    if len(value) > longest and not remove:
        hint = "say it in fewer words" if kind is AnnotationKind.NOTE else "a note takes more: --note"
        raise BadDecision(f"a {kind.value} has {longest:,} characters at most, and this has {len(value):,}", hint)
    return value
