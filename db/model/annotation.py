"""Annotation: what an archivist adds to an item: a tag, a note or a set; and where it was reused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from db.errors import BadDecision


class AnnotationKind(StrEnum):
    """The kinds of annotation."""

    TAG = "tag"
    NOTE = "note"
    SET = "set"


LONGEST = {AnnotationKind.TAG: 200, AnnotationKind.SET: 200, AnnotationKind.NOTE: 4000}
"""The most characters of each: annotations are shown in lists and recorded permanently."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One current tag, note or set of an item.

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
    """Where a text was reused, and what was true at that time.

    Attributes:
        id: id of the record that states it.
        edition: the edition that was reused.
        place: where: a newspaper and its date, or an address.
        body: the record's content: digest of the text, terms with their evidence, verdict, credit line.
    """

    id: str
    item: str
    edition: str
    place: str
    by: str
    made: datetime
    body: dict[str, Any]


def value_of(kind: AnnotationKind, said: str, *, remove: bool = False) -> str:
    """Return what a person typed in the form that is recorded: one line, single spaces. With *remove*, when it is to be
    taken away, the length is not limited.

    Raises:
        BadDecision: *said* is empty or too long.
    """
    # Otherwise two tags that differ by a space would look the same.
    value = " ".join(said.split())
    if not value:
        raise BadDecision("an empty tag, set or note says nothing", "give it words")
    longest = LONGEST[kind]
    # A value to be removed may have been recorded by a program with another limit.
    if len(value) > longest and not remove:
        hint = "say it in fewer words" if kind is AnnotationKind.NOTE else "a note takes more: --note"
        raise BadDecision(f"a {kind.value} has {longest:,} characters at most, and this has {len(value):,}", hint)
    return value
