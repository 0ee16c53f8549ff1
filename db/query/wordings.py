"""Wordings: what a publisher says about reuse, each in other words once, as a person decides on it for all items."""

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
    """What is to be decided of a wording."""

    WAITS = "waits for a decision"
    """It reads like a permission that nobody confirmed."""
    UNREAD = "not understood"
    """It sounds like terms, and no rule understands it."""
    READ = "as read"
    """It permits nothing by itself, or is a licence for machines: nothing waits for a person."""
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Wording:
    """The same words of a publisher, wherever they are printed now.

    Attributes:
        statements: one for each place and reading, those that most items show first; they are shown as people decided.
        items: how many items show the words, or are in the reach of a terms page that does.
    """

    statements: tuple[StatementRecord, ...]

    @property
    def first(self) -> StatementRecord:
        """The statement that most items show."""
        return self.statements[0]

    @property
    def id(self) -> str:
        """What names the words."""
        return self.first.id

    @property
    def items(self) -> int:
        # The same item may show the words in two places; a sum would count it twice.
        return max(one.items for one in self.statements)

    @property
    def terms(self) -> tuple[Term, ...]:
        """All that the words read as, or were decided to say, wherever they stand."""
        return tuple(dict.fromkeys(term for one in self.statements for term in one.statement.terms))

    def state(self, least: Grade = Grade.MACHINE_READABLE) -> State:
        """What is to be decided, where *least* is how sure a *yes* must be."""
        if all(one.decided for one in self.statements):
            return State.DECIDED
        open_ones = [one.statement for one in self.statements if one.decided is None]
        if any(waits(one, least) for one in open_ones):
            return State.WAITS
        return State.UNREAD if any(one.is_unread for one in open_ones) else State.READ


def waits(statement: Statement, least: Grade = Grade.MACHINE_READABLE) -> bool:
    """Whether *statement*, taken alone, permits something that is as sure as *least* only if a person confirms it."""
    found = (verdict([statement], use, commercial=commercial) for use in Use for commercial in (True, False))
    return any(one.waits(least) for one in found)


def of_publishers(
    connection: sqlite3.Connection, publisher: str | None = None, least: Grade = Grade.MACHINE_READABLE
) -> list[Wording]:
    """Return the wordings that *publisher* (all if None) prints now and that speak to people, by publisher; those that
    wait first, then those that most items show.

    *least* is how sure a *yes* must be.
    """
    standing = [
        one
        for one in overlay.statements_of(connection, publisher)
        if one.superseded is None and not one.statement.is_for_machines
    ]
    # `groupby` wants equal ones side by side; within a wording the statement that most items show comes first.
    standing.sort(key=lambda one: (one.publisher, one.statement.words, -one.items, one.statement.place))
    grouped = groupby(standing, key=lambda one: (one.publisher, one.statement.words))
    found = [Wording(tuple(group)) for _, group in grouped]
    # In the order in which the states are declared: what waits for a person comes first.
    order = tuple(State)
    return sorted(
        found,
        key=lambda one: (one.first.publisher, order.index(one.state(least)), -one.items, one.first.statement.words),
    )


def waiting(connection: sqlite3.Connection, least: Grade = Grade.MACHINE_READABLE) -> int:
    """Return how many wordings wait for a decision: as many as `of_publishers` lists so, in the time of a glance."""
    found = {
        (publisher, one.words)
        for publisher, one in statements.printed(connection)
        if not one.is_for_machines
        and waits(one, least)
        and not overlay.is_statement_decided(connection, publisher, one)
    }
    return len(found)


def read_as(connection: sqlite3.Connection, publisher: str, words: str) -> tuple[Term, ...]:
    """Return all that the rules read of *words* wherever *publisher* prints them now; () where that is nothing."""
    # Not through the overlay: a confirmation is of what the rules read, not of what somebody decided before.
    records = statements.every(connection, publisher)
    said = [one.statement for one in records if one.statement.words == words and one.superseded is None]
    return tuple(dict.fromkeys(term for one in said for term in one.terms))


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A decision on words that the publisher prints no longer, or that read otherwise than when they were confirmed.

    Attributes:
        ended: when the last page that showed them ceased to; None where they still stand and read otherwise.
        allowed: it let something be reused.
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
        """What names the words."""
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
    """Return the decisions on statements that hold for nothing any more, the newest first."""
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
        # Terms that a person set hold whatever the rules read; a confirmation holds for the reading that was confirmed.
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
    """Whether *terms*, as a person decided them, let a text be reused in any way."""
    decided = Statement("", StatementPlace.ITEM_PROSE, Evidence("", ""), terms, decided="so")
    answers = (verdict([decided], use, commercial=commercial) for use in Use for commercial in (True, False))
    return any(one.is_yes for one in answers)
