"""The door: by which what a person decides in the browser is recorded; the room itself never writes.

What stands behind it is the same as behind the commands: `review`, `withhold` and `mark`, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from db.catalogue import Catalogue
from db.decisions import decisions
from db.model.decision import term_body
from db.query import wordings
from db.query.moved import Pattern


class Deed(StrEnum):
    """What a person can do."""

    CONFIRM = "confirm"
    """A reading stands: of a field, of a statement, of works that moved."""
    SET = "set"
    """A field is something else; without values it is not stated."""
    DENY = "deny"
    """A statement permits nothing of what is read in it."""
    READ = "read"
    """How a statement reads; without acts it says nothing of reuse."""
    UNDO = "undo"
    WITHHOLD = "withhold"
    LIFT = "lift"
    MARK = "mark"
    UNMARK = "unmark"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a person reads a statement: acts as the command takes them (``reproduce``, ``images:use``)."""

    permits: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    noncommercial: bool = False
    license_id: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a person decided.

    Attributes:
        about: the id of an item, a statement, a pattern of moves or, to undo, a decision.
        because: why; for WITHHOLD it stands in the item's place.
        aspect: the field of an item, or what kind of mark it is.
        seen: what `sign_of_item` and its kin made of what the person looked at; "" where nothing was asked.
    """

    deed: Deed
    about: str
    because: str = ""
    aspect: str = ""
    values: tuple[str, ...] = ()
    terms: Terms = field(default_factory=Terms)
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """It is recorded: by these records, the last of which can be taken back by its id."""

    records: tuple[str, ...]


class Why(StrEnum):
    """Why nothing was recorded."""

    NOT_SO = "not so"
    """What was said cannot be, or is no decision."""
    CHANGED = "changed"
    """It is not as it was when the person looked."""
    BUSY = "busy"
    """Another program holds the collection, or the disk takes nothing."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing was recorded: what is the matter, and what to do about it."""

    why: Why
    what: str
    hint: str = ""


class Door(Protocol):
    """Records what a person decided."""

    def record(self, said: Said, by: str) -> Recorded | Declined:
        """Record what was *said* under the name *by*, durable before it returns; nothing of it where it declines."""
        ...


def sign_of_item(catalogue: Catalogue, ref: str) -> str:
    """Return what changes when an item does, in what a person decides by: its edition, decisions, withholding."""
    # The withheld too: that is what is decided of one that is shown again.
    shown = catalogue.item(ref, withheld=True)
    if shown is None:
        return ""
    # A better reader changes the text and opens no edition, so the text is told beside its edition.
    told = [shown.edition.id, shown.edition.text, [one.decision for one in shown.decisions], shown.withheld]
    return _digest(told)


def sign_of_statement(connection: sqlite3.Connection, publisher: str, words: str) -> str:
    """Return what changes when a statement reads otherwise, or somebody decides of it."""
    # Sorted: in which order the places of the words were found says nothing.
    read = sorted(
        json.dumps(term_body(term), sort_keys=True) for term in wordings.read_as(connection, publisher, words)
    )
    held = decisions.deciding(connection, publisher, words)
    return _digest([read, held and held[0]])


def sign_of_moves(pattern: Pattern) -> str:
    """Return what changes when other works are among those that moved."""
    return _digest([[one.source, one.target] for one in pattern.moves])


def _digest(told: object) -> str:
    # Short, for it stands in each form; nobody gains by finding another that fits, who could as well look again.
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]
