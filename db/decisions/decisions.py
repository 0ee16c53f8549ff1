"""Decisions as rows: what people decided, and to which editions and statements it applies.

Editions themselves stay as the publisher wrote them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from archive.warc.capture import Note, RecordRef
from db.decisions import moves
from db.identity import parse_id, resolve_span
from db.instant import from_text, to_text
from db.model.claim import AgentKind, Precision, Role
from db.model.decision import DecidedValue, Decision, DecisionField, DecisionKind, read_note, term_body, term_of
from db.model.item import Term

OF_ITEMS = tuple(field for field in DecisionField if field not in (DecisionField.TERMS, DecisionField.ADDRESS))


def add(connection: sqlite3.Connection, note: Note) -> None:
    """Write the rows of a decision; a note that states none that is understood remains just an event."""
    made = read_note(note)
    if made is None:
        return
    # Without any time in the id, because the decision names its edition separately.
    named = parse_id(made.item) if made.item else None
    connection.execute(
        """INSERT OR IGNORE INTO decision (id, kind, made, signer, because, item, edition, publisher, words, field,
        undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            made.id,
            made.kind.value,
            to_text(made.made),
            made.by,
            made.because,
            made.item if named is None else named.item,
            made.edition,
            made.publisher,
            made.words,
            made.field and made.field.value,
            made.undoes,
        ),
    )
    # A term has a dozen parts, so it is stored as one JSON value.
    values = made.values or tuple(DecidedValue(json.dumps(term_body(term), sort_keys=True)) for term in made.terms)
    connection.executemany(
        """INSERT OR IGNORE INTO decision_value (decision, position, value, role, kind, precision)
        VALUES (?, ?, ?, ?, ?, ?)""",
        [(made.id, position, one.value, one.role, one.kind, one.precision) for position, one in enumerate(values)],
    )
    if made.moved and made.publisher:
        moves.add(connection, made.id, made.publisher, made.moved)
    # Rows made from the captures at these addresses stay until the captures are folded again.
    moves.mark_for_refold(connection, made.undoes or made.id)


def about(connection: sqlite3.Connection, note: Note) -> str | None:
    """Return the id of the item whose credit line and index entry *note* may change.

    Decisions about statements affect neither.
    """
    made = read_note(note)
    if made is not None and made.kind is DecisionKind.UNDO:
        # The decision that is withdrawn names the item.
        made = one(connection, made.undoes or "")
    if made is None or made.item is None:
        return None
    named = parse_id(made.item)
    return made.item if named is None else named.item


# ── Which decision applies ──────────────────────────────────────────────────────────────────────────────────

# The reading of a field in an edition. A decision about one edition applies to all editions with the same reading.
_SIGNS = {
    DecisionField.TITLE: "SELECT title FROM edition WHERE id = ?",
    DecisionField.PUBLISHED: "SELECT published, precision FROM edition WHERE id = ?",
    DecisionField.PARTIAL: "SELECT partial FROM edition WHERE id = ?",
    DecisionField.AUTHOR: """SELECT group_concat(role || ' ' || name, char(10)) FROM
        (SELECT role, name FROM attribution WHERE edition = ? ORDER BY position)""",
}


def settle(connection: sqlite3.Connection, item: str) -> None:
    """Work out again which decisions apply to the editions of *item*.

    A decision applies to the edition that the person saw and to all others with the same reading of that field.
    Language and tags have no editions, so they apply to all. The newest decision (made, id) that was not withdrawn
    wins; a confirmation does not withdraw a value that was set.
    """
    # CROSS JOIN fixes the order: from the item's few ids to their decisions, instead of scanning all decisions.
    found = """FROM item_alias CROSS JOIN {} AS found ON found.item = item_alias.id WHERE item_alias.item = ?1"""
    # Runs each time an item is written, and most have no decisions. Decisions made under an id that used to lead here
    # but leads elsewhere now have to be removed.
    held = "SELECT 1 FROM edition JOIN decided ON decided.edition = edition.id WHERE edition.item = ?1"
    either = f"SELECT 1 {found.format('decision')} UNION ALL {held} LIMIT 1"
    if connection.execute(either, (item,)).fetchone() is None:
        return
    editions = connection.execute("SELECT id, opened FROM edition WHERE item = ? ORDER BY opened", (item,)).fetchall()
    connection.executemany("DELETE FROM decided WHERE edition = ?", [(row[0],) for row in editions])
    standing = connection.execute(
        # Set values come before confirmations, each newest first; OR IGNORE keeps the first one that fits.
        f"""SELECT found.id, found.kind, found.field, found.edition {found.format("standing_decision")}
        ORDER BY found.kind = 'confirm', found.made DESC, found.id DESC""",
        (item,),
    ).fetchall()
    for field in OF_ITEMS if editions and standing else ():
        signs = {row: _sign(connection, field, row) for row, _ in editions}
        for decision, kind, named, seen in standing:
            if named != field.value:
                continue
            # The edition in force when the person looked. It is found by its time, because its row may have been made
            # again.
            sign = signs[_in_force(editions, seen)]
            connection.executemany(
                "INSERT OR IGNORE INTO decided (edition, field, decision, confirms) VALUES (?, ?, ?, ?)",
                [(row, field.value, decision, int(kind == "confirm")) for row in signs if signs[row] == sign],
            )


def _sign(connection: sqlite3.Connection, field: DecisionField, row: int) -> object:
    query = _SIGNS.get(field)
    return None if query is None else connection.execute(query, (row,)).fetchone()


def _in_force(editions: Sequence[tuple[int, str]], seen: str) -> int:
    """Return the edition in force at the time in an edition id, or else the first."""
    named = parse_id(seen)
    span = None if named is None else named.span
    at = "" if span is None else to_text(resolve_span(span, (from_text(opened) for _, opened in editions)))
    return next((row for row, opened in reversed(editions) if opened <= at), editions[0][0])


# ── What is shown ───────────────────────────────────────────────────────────────────────────────────────────


def set_values(connection: sqlite3.Connection, edition: int) -> dict[DecisionField, list[DecidedValue]]:
    """Return by field what people set for the edition in row *edition*; usually nothing."""
    rows = connection.execute("SELECT field, decision FROM decided WHERE edition = ? AND confirms = 0", (edition,))
    return {DecisionField(field): values_of(connection, decision) for field, decision in rows.fetchall()}


def values_of(connection: sqlite3.Connection, decision: str) -> list[DecidedValue]:
    """Return the values that *decision* sets, or the terms it confirms, in order; [] means "not stated"."""
    rows = connection.execute(
        "SELECT value, role, kind, precision FROM decision_value WHERE decision = ? ORDER BY position", (decision,)
    )
    return [
        DecidedValue(
            row[0],
            None if row[1] is None else Role(row[1]),
            None if row[2] is None else AgentKind(row[2]),
            None if row[3] is None else Precision(row[3]),
        )
        for row in rows
    ]


# ── Statements ──────────────────────────────────────────────────────────────────────────────────────────────


def deciding(connection: sqlite3.Connection, publisher: str, words: str) -> Any:
    """Return id, kind, signer, time and reason of the decision that applies to *words* of *publisher*, or None."""
    return connection.execute(
        # The newest that set a value, or else the newest confirmation, as in `settle` and in the views.
        """SELECT id, kind, signer, made, because FROM standing_decision WHERE publisher = ? AND words = ?
        ORDER BY kind = 'confirm', made DESC, id DESC LIMIT 1""",
        (publisher, words),
    ).fetchone()


def holds_for(connection: sqlite3.Connection, row: Any, read: Sequence[Term]) -> bool:
    """Say whether the decision returned by `deciding` applies to words that are *read* like this.

    A confirmation is about a reading. If the words are now read differently, by another reader or in another place, the
    question is open again.
    """
    if row[1] != DecisionKind.CONFIRM:
        return True
    seen = {json.dumps(term_body(term), sort_keys=True) for term in terms_set(connection, row[0])}
    return bool(seen) == bool(read) and seen.issuperset(json.dumps(term_body(term), sort_keys=True) for term in read)


def terms_set(connection: sqlite3.Connection, decision: str) -> tuple[Term, ...]:
    """Return the terms that a decision about a statement sets or confirms."""
    return tuple(term_of(json.loads(one.value), decision) for one in values_of(connection, decision))


# ── Reading back ────────────────────────────────────────────────────────────────────────────────────────────

_COLUMNS = "id, kind, made, signer, because, item, edition, publisher, words, field, undoes"


def one(connection: sqlite3.Connection, decision: str) -> Decision | None:
    """Return the decision with the id *decision*, or None."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM decision WHERE id = ?", (decision,)).fetchone()
    return None if row is None else _decision(connection, row)


def by_short_id(connection: sqlite3.Connection, short: str) -> list[Decision]:
    """Return the decisions whose id is *short*, or begins with it after ``urn:uuid:``."""
    wanted = short.lower().removeprefix("urn:uuid:")
    rows = connection.execute(
        # substr counts from 1: position 10 is after "urn:uuid:".
        f"SELECT {_COLUMNS} FROM decision WHERE substr(id, 10, length(?1)) = ?1 OR id = ?1 ORDER BY id",
        (wanted,),
    )
    return [_decision(connection, row) for row in rows.fetchall()] if wanted else []


def every(connection: sqlite3.Connection) -> list[Decision]:
    """Return all decisions, including undos and undone ones, the newest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM decision ORDER BY made DESC, id DESC").fetchall()
    return [_decision(connection, row) for row in rows]


def _decision(connection: sqlite3.Connection, row: tuple[Any, ...]) -> Decision:
    field = None if row[9] is None else DecisionField(row[9])
    of_words = field is DecisionField.TERMS
    return Decision(
        # By position, in the order of `_COLUMNS`.
        id=row[0],
        kind=DecisionKind(row[1]),
        made=from_text(row[2]),
        by=row[3],
        because=row[4],
        item=row[5],
        edition=row[6],
        publisher=row[7],
        words=row[8],
        field=field,
        values=() if of_words else tuple(values_of(connection, row[0])),
        terms=terms_set(connection, row[0]) if of_words else (),
        undoes=row[10],
    )


def record_of(connection: sqlite3.Connection, decision: str) -> RecordRef | None:
    """Return where the record of *decision* is, or None."""
    row = connection.execute("SELECT file, offset, length FROM event WHERE id = ?", (decision,)).fetchone()
    return None if row is None else RecordRef(*row)


def is_undone(connection: sqlite3.Connection, decision: str) -> bool:
    """Say whether *decision* was withdrawn."""
    return connection.execute("SELECT 1 FROM decision WHERE undoes = ?", (decision,)).fetchone() is not None
