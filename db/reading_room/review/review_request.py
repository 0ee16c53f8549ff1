"""Review requests: what a person decides in the browser, and who records it; the room itself never writes.

The recorder does the same as the commands `review`, `withhold` and `mark`, and nothing else.
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


class ReviewAction(StrEnum):
    """What a person can do."""

    CONFIRM = "confirm"
    """A reading is right: of a field, of a statement, or of moved works."""
    SET = "set"
    """A field gets other values; without values it is not stated."""
    DENY = "deny"
    """A statement permits nothing of what was read from it."""
    READ = "read"
    """How a statement is to be read; without acts it says nothing about reuse."""
    UNDO = "undo"
    WITHHOLD = "withhold"
    LIFT = "lift"
    MARK = "mark"
    UNMARK = "unmark"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a person reads a statement; acts are written as in the command (``reproduce``, ``images:use``)."""

    permits: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    noncommercial: bool = False
    license_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What a person decided.

    Attributes:
        about: the id of an item, a statement, or a pattern of moves; to undo, the id of a decision.
        because: the reason; for WITHHOLD it is shown instead of the item.
        aspect: the field of an item, or the kind of mark.
        seen: the result of `sign_of_item` or a similar function for what the person saw; "" if nothing was asked.
    """

    deed: ReviewAction
    about: str
    because: str = ""
    aspect: str = ""
    values: tuple[str, ...] = ()
    terms: Terms = field(default_factory=Terms)
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The decision is recorded in these records; the last one's id can be used to undo it."""

    records: tuple[str, ...]


class Why(StrEnum):
    """Why nothing was recorded."""

    NOT_SO = "not so"
    """What was sent is impossible, or is not a decision."""
    CHANGED = "changed"
    """The subject has changed since the person looked at it."""
    BUSY = "busy"
    """Another program has the collection locked, or the disk cannot be written."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing was recorded: the problem, and what to do about it."""

    why: Why
    what: str
    hint: str = ""


class DecisionRecorder(Protocol):
    """Records what a person decided."""

    def record(self, said: ReviewRequest, by: str) -> Recorded | Declined:
        """Record *said* under the name *by*, durably before returning; if it declines, nothing of it is recorded."""
        ...


def sign_of_item(catalogue: Catalogue, ref: str) -> str:
    """Return a digest of what a person decides by: an item's edition, text, decisions, and withholding."""
    # Include withheld items: a person can decide to show one again.
    shown = catalogue.item(ref, withheld=True)
    if shown is None:
        return ""
    # A better reader changes the text without opening a new edition, so the text is included too.
    told = [shown.edition.id, shown.edition.text, [one.decision for one in shown.decisions], shown.withheld]
    return _digest(told)


def sign_of_statement(connection: sqlite3.Connection, publisher: str, words: str) -> str:
    """Return a digest that changes when a statement is read differently or somebody decides about it."""
    # Sorted, because the order in which the words were found means nothing.
    read = sorted(
        json.dumps(term_body(term), sort_keys=True) for term in wordings.read_as(connection, publisher, words)
    )
    held = decisions.deciding(connection, publisher, words)
    return _digest([read, held and held[0]])


def sign_of_moves(pattern: Pattern) -> str:
    """Return a digest that changes when other works are among those that moved."""
    return _digest([[one.source, one.target] for one in pattern.moves])


def _digest(told: object) -> str:
    # Short, because each form contains it. Forging a match gains nothing: the forger could simply look again.
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]
