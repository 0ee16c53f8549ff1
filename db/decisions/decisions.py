"""Decisions as rows: what people decided, and for which editions and statements it holds.

Editions stay what the publisher said.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from archive.warc.capture import Note, RecordRef
from db.decisions import moves
from db.identity import meant, parse_id
from db.instant import from_text, to_text
from db.model.claim import AgentKind, Precision, Role
from db.model.decision import DecidedValue, Decision, DecisionField, DecisionKind, read_note, term_body, term_of
from db.model.item import Term

OF_ITEMS = tuple(field for field in DecisionField if field not in (DecisionField.TERMS, DecisionField.ADDRESS))


def add(connection: sqlite3.Connection, note: Note) -> None:
    """Write the rows of a decision; a note that states none that is understood stays an event and no more."""
    made = read_note(note)
    if made is None:
        return
    # Without a time that was typed along: the decision names its edition by itself.
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
    # A term has a dozen parts, so it is one JSON value.
    values = made.values or tuple(DecidedValue(json.dumps(term_body(term), sort_keys=True)) for term in made.terms)
    connection.executemany(
        """INSERT OR IGNORE INTO decision_value (decision, position, value, role, kind, precision)
        VALUES (?, ?, ?, ?, ?, ?)""",
        [(made.id, position, one.value, one.role, one.kind, one.precision) for position, one in enumerate(values)],
    )
    if made.moved and made.publisher:
        moves.add(connection, made.id, made.publisher, made.moved)
    # What was made of the captures there stands until it is made anew under what is known of them now.
    moves.wait(connection, made.undoes or made.id)


def about(connection: sqlite3.Connection, note: Note) -> str | None:
    """Return the id of the item of which *note* may change what is kept: the credit line and the words in the index.

    What people say of a statement is in neither.
    """
    made = read_note(note)
    if made is not None and made.kind is DecisionKind.UNDO:
        # What is undone says which item it was about.
        made = one(connection, made.undoes or "")
    if made is None or made.item is None:
        return None
    named = parse_id(made.item)
    return made.item if named is None else named.item


# ── Which decision holds ────────────────────────────────────────────────────────────────────────────────────

# What an edition reads as in a field. A decision about the edition holds for every one that reads the same.
_SIGNS = {
    DecisionField.TITLE: "SELECT title FROM edition WHERE id = ?",
    DecisionField.PUBLISHED: "SELECT published, precision FROM edition WHERE id = ?",
    DecisionField.PARTIAL: "SELECT partial FROM edition WHERE id = ?",
    DecisionField.AUTHOR: """SELECT group_concat(role || ' ' || name, char(10)) FROM
        (SELECT role, name FROM attribution WHERE edition = ? ORDER BY position)""",
}


def settle(connection: sqlite3.Connection, item: str) -> None:
    """Write anew which decisions hold for the editions of *item*.

    A decision holds for the edition that the person looked at and for every other that reads the same in that
    field; language and tags have no editions and are set for all. The newest (made, id) that was not undone
    wins; a confirmation takes back nothing that was set.
    """
    # CROSS JOIN keeps the order: from the few ids of the item to their decisions, not through all decisions.
    found = """FROM item_alias CROSS JOIN {} AS found ON found.item = item_alias.id WHERE item_alias.item = ?1"""
    # Nobody decided anything, as of most items, and this is asked each time one is written. What was decided under an
    # id that led here, and leads elsewhere now, is to be taken back.
    held = "SELECT 1 FROM edition JOIN decided ON decided.edition = edition.id WHERE edition.item = ?1"
    either = f"SELECT 1 {found.format('decision')} UNION ALL {held} LIMIT 1"
    if connection.execute(either, (item,)).fetchone() is None:
        return
    editions = connection.execute("SELECT id, opened FROM edition WHERE item = ? ORDER BY opened", (item,)).fetchall()
    connection.executemany("DELETE FROM decided WHERE edition = ?", [(row[0],) for row in editions])
    standing = connection.execute(
        # What was set comes before what was confirmed, and the newest first: the first that fits is kept by OR IGNORE.
        f"""SELECT found.id, found.kind, found.field, found.edition {found.format("standing_decision")}
        ORDER BY found.kind = 'confirm', found.made DESC, found.id DESC""",
        (item,),
    ).fetchall()
    for field in OF_ITEMS if editions and standing else ():
        signs = {row: _sign(connection, field, row) for row, _ in editions}
        for decision, kind, named, seen in standing:
            if named != field.value:
                continue
            # The edition in force when the person looked; it may have been folded anew since, so it is found by its
            # time.
            sign = signs[_in_force(editions, seen)]
            connection.executemany(
                "INSERT OR IGNORE INTO decided (edition, field, decision, confirms) VALUES (?, ?, ?, ?)",
                [(row, field.value, decision, int(kind == "confirm")) for row in signs if signs[row] == sign],
            )


def _sign(connection: sqlite3.Connection, field: DecisionField, row: int) -> object:
    query = _SIGNS.get(field)
    return None if query is None else connection.execute(query, (row,)).fetchone()


def _in_force(editions: Sequence[tuple[int, str]], seen: str) -> int:
    """Return the edition in force at the time that an edition id names, else the first."""
    named = parse_id(seen)
    span = None if named is None else named.span
    at = "" if span is None else to_text(meant(span, (from_text(opened) for _, opened in editions)))
    return next((row for row, opened in reversed(editions) if opened <= at), editions[0][0])


# ── What is shown ───────────────────────────────────────────────────────────────────────────────────────────


def set_values(connection: sqlite3.Connection, edition: int) -> dict[DecisionField, list[DecidedValue]]:
    """Return what people set for the edition in row *edition*, by field; mostly nothing."""
    rows = connection.execute("SELECT field, decision FROM decided WHERE edition = ? AND confirms = 0", (edition,))
    return {DecisionField(field): values_of(connection, decision) for field, decision in rows.fetchall()}


def values_of(connection: sqlite3.Connection, decision: str) -> list[DecidedValue]:
    """Return what *decision* sets, or the terms that it confirms, in order; nothing where it says "not stated"."""
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
    """Return id, kind, signer, time and reason of the decision that holds for the *words* of *publisher*, or None."""
    return connection.execute(
        # The newest that set something, else the newest that confirmed: as in `settle`, and as the views have it.
        """SELECT id, kind, signer, made, because FROM standing_decision WHERE publisher = ? AND words = ?
        ORDER BY kind = 'confirm', made DESC, id DESC LIMIT 1""",
        (publisher, words),
    ).fetchone()


def holds_for(connection: sqlite3.Connection, row: Any, read: Sequence[Term]) -> bool:
    """Say whether the decision that `deciding` returned holds for words that are *read* so.

    What was confirmed is a reading: words that a person saw read otherwise, by an older reader or in another place,
    are open.
    """
    if row[1] != DecisionKind.CONFIRM:
        return True
    seen = {json.dumps(term_body(term), sort_keys=True) for term in terms_set(connection, row[0])}
    return bool(seen) == bool(read) and seen.issuperset(json.dumps(term_body(term), sort_keys=True) for term in read)


def terms_set(connection: sqlite3.Connection, decision: str) -> tuple[Term, ...]:
    """Return the terms that a decision about a statement sets, or confirms."""
    return tuple(term_of(json.loads(one.value), decision) for one in values_of(connection, decision))


# ── Reading back ────────────────────────────────────────────────────────────────────────────────────────────

_COLUMNS = "id, kind, made, signer, because, item, edition, publisher, words, field, undoes"


def one(connection: sqlite3.Connection, decision: str) -> Decision | None:
    """Return the decision with the id *decision*, or None."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM decision WHERE id = ?", (decision,)).fetchone()
    return None if row is None else _decision(connection, row)


def named(connection: sqlite3.Connection, short: str) -> list[Decision]:
    """Return the decisions whose id is *short*, or begins so after ``urn:uuid:``."""
    wanted = short.lower().removeprefix("urn:uuid:")
    rows = connection.execute(
        # Ten: behind "urn:uuid:".
        f"SELECT {_COLUMNS} FROM decision WHERE substr(id, 10, length(?1)) = ?1 OR id = ?1 ORDER BY id",
        (wanted,),
    )
    return [_decision(connection, row) for row in rows.fetchall()] if wanted else []


def every(connection: sqlite3.Connection) -> list[Decision]:
    """Return every decision, also those that undo and are undone, the newest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM decision ORDER BY made DESC, id DESC").fetchall()
    return [_decision(connection, row) for row in rows]


def _decision(connection: sqlite3.Connection, row: tuple[Any, ...]) -> Decision:
    field = None if row[9] is None else DecisionField(row[9])
    of_words = field is DecisionField.TERMS
    return Decision(
        # By place, in the order of `_COLUMNS`.
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
    """Return where the record of *decision* lies, or None."""
    row = connection.execute("SELECT file, offset, length FROM event WHERE id = ?", (decision,)).fetchone()
    return None if row is None else RecordRef(*row)


def is_undone(connection: sqlite3.Connection, decision: str) -> bool:
    """Say whether *decision* was taken back."""
    return connection.execute("SELECT 1 FROM decision WHERE undoes = ?", (decision,)).fetchone() is not None
