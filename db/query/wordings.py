"""Wordings: each publisher's different words about reuse, each once, so that a person can decide for all items."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from db.decisions import overlay
from db.decisions.decisions import terms_set
from db.identity import statement_id
from db.instant import from_text, maybe_instant
from db.model.decision import DecisionKind
from db.model.item import Evidence, Statement, StatementPlace, Term, Use
from db.model.terms import Grade
from db.terms import statements
from db.terms.statements import StatementRecord
from db.terms.verdict import verdict


class State(StrEnum):
    """What there is to decide about a wording."""

    WAITS = "waits for a decision"
    """It reads like a permission that nobody has confirmed."""
    UNREAD = "not understood"
    """It looks like terms, but no rule understands it."""
    READ = "as read"
    """It permits nothing by itself, or is a machine-readable licence: nothing to decide."""
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Wording:
    """The same words of a publisher, wherever they are printed now.

    Attributes:
        statements: one for each place and reading, those on most items first, with decisions applied.
        items: how many items show the words, or are in the reach of a terms page that does.
    """

    statements: tuple[StatementRecord, ...]

    @property
    def first(self) -> StatementRecord:
        """The statement shown by most items."""
        return self.statements[0]

    @property
    def id(self) -> str:
        """The id of the words."""
        return self.first.id

    @property
    def items(self) -> int:
        # An item may have the words in two places, so a sum would count it twice.
        return max(one.items for one in self.statements)

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms that were read from, or decided for, the words, wherever they stand."""
        return tuple(dict.fromkeys(term for one in self.statements for term in one.statement.terms))

    def state(self, least: Grade = Grade.MACHINE_READABLE) -> State:
        """Return what there is to decide, if a *yes* must have at least the grade *least*."""
        if all(one.decided for one in self.statements):
            return State.DECIDED
        open_ones = [one.statement for one in self.statements if one.decided is None]
        if any(waits(one, least) for one in open_ones):
            return State.WAITS
        return State.UNREAD if any(one.is_unread for one in open_ones) else State.READ


def waits(statement: Statement, least: Grade = Grade.MACHINE_READABLE) -> bool:
    """Say whether *statement* alone permits something with grade *least* only after a person has confirmed it."""
    found = (verdict([statement], use, commercial=commercial) for use in Use for commercial in (True, False))
    return any(one.waits(least) for one in found)


def of_publishers(
    connection: sqlite3.Connection, publisher: str | None = None, least: Grade = Grade.MACHINE_READABLE
) -> list[Wording]:
    """Return the wordings for people that *publisher* (all if None) prints now, by publisher; waiting ones first, then
    those on most items.

    *least* is the grade that a *yes* must have.
    """
    standing = [
        one
        for one in overlay.statements_of(connection, publisher)
        if one.superseded is None and not one.statement.is_for_machines
    ]
    # `groupby` needs equal ones next to each other; within a wording the statement on most items comes first.
    standing.sort(key=lambda one: (one.publisher, one.statement.words, -one.items, one.statement.place))
    grouped = groupby(standing, key=lambda one: (one.publisher, one.statement.words))
    found = [Wording(tuple(group)) for _, group in grouped]
    # In the order of State, so that waiting ones come first.
    order = tuple(State)
    return sorted(
        found,
        key=lambda one: (one.first.publisher, order.index(one.state(least)), -one.items, one.first.statement.words),
    )


def waiting(connection: sqlite3.Connection, least: Grade = Grade.MACHINE_READABLE) -> int:
    """Return how many wordings wait for a decision: the same number as in `of_publishers`, but much faster."""
    found = {
        (publisher, one.words)
        for publisher, one in statements.printed(connection)
        if not one.is_for_machines
        and waits(one, least)
        and not overlay.is_statement_decided(connection, publisher, one)
    }
    return len(found)


def items_of(connection: sqlite3.Connection, publisher: str, words: str) -> int:
    """Return how many items these *words* of *publisher* are for: the same number as in `of_publishers`."""
    records = (one for one in statements.every(connection, publisher) if one.superseded is None)
    found = tuple(one for one in records if one.statement.words == words)
    return Wording(found).items if found else 0


def read_as(connection: sqlite3.Connection, publisher: str, words: str) -> tuple[Term, ...]:
    """Return all terms that the rules read from *words* wherever *publisher* prints them now; () if none."""
    # Without decisions, because a confirmation concerns what the rules read.
    records = statements.every(connection, publisher)
    said = [one.statement for one in records if one.statement.words == words and one.superseded is None]
    return tuple(dict.fromkeys(term for one in said for term in one.terms))


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A decision on words that the publisher no longer prints, or that now read differently from what was confirmed.

    Attributes:
        ended: when the last page with the words stopped showing them; None if they are still there but read
        differently. allowed: whether it allowed some reuse.
    """

    decision: str
    publisher: str
    words: str
    by: str
    made: datetime
    ended: datetime | None
    allowed: bool

    @property
    def statement(self) -> str:
        """The id of the words."""
        return statement_id(self.publisher, self.words)

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {
            "lapsed": self.decision,
            "statement": self.statement,
            "publisher": self.publisher,
            "words": self.words,
            "by": self.by,
            "made": self.made.isoformat(),
            "ended": self.ended and self.ended.isoformat(),
            "allowed": self.allowed,
        }


def lapsed(connection: sqlite3.Connection, publisher: str | None = None) -> list[Lapsed]:
    """Return the decisions on statements that no longer apply to anything, the newest first."""
    rows = connection.execute(
        """SELECT made.id, made.publisher, made.words, made.signer, made.made, made.kind,
            (SELECT max(superseded) FROM statement JOIN term ON term.statement = statement.id
                WHERE statement.publisher = made.publisher AND statement.words = made.words),
            EXISTS (SELECT 1 FROM statement JOIN term ON term.statement = statement.id
                WHERE statement.publisher = made.publisher AND statement.words = made.words AND superseded IS NULL)
        FROM standing_decision AS made WHERE made.words IS NOT NULL AND (?1 IS NULL OR made.publisher = ?1)
        ORDER BY made.made DESC, made.id DESC""",
        (publisher,),
    ).fetchall()
    found = []
    for made, owner, words, by, at, kind, ended, stands in rows:
        if statements.is_hidden(connection, owner, words):
            continue
        confirms = kind == DecisionKind.CONFIRM
        # Terms set by a person apply whatever the rules read; a confirmation applies only to the reading confirmed.
        if stands and not (confirms and _reads_otherwise(connection, owner, words)):
            continue
        since = None if stands else maybe_instant(ended)
        allowed = _allows(terms_set(connection, made))
        found.append(Lapsed(made, owner, words, by, from_text(at), since, allowed))
    return found


def _reads_otherwise(connection: sqlite3.Connection, publisher: str, words: str) -> bool:
    records = (one for one in overlay.statements_of(connection, publisher) if one.statement.words == words)
    return any(one.decided is None for one in records if one.superseded is None)


def _allows(terms: tuple[Term, ...]) -> bool:
    """Say whether *terms*, as decided by a person, allow any reuse of a text."""
    decided = Statement("", StatementPlace.ITEM_PROSE, Evidence("", ""), terms, decided="so")
    answers = (verdict([decided], use, commercial=commercial) for use in Use for commercial in (True, False))
    return any(one.is_yes for one in answers)
