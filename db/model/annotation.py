"""Annotation: what an archivist puts to an item: a tag of their own, a note, a set; and where it was reused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class AnnotationKind(StrEnum):
    """What is put to an item."""

    TAG = "tag"
    NOTE = "note"
    SET = "set"


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
