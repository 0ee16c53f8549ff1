"""Rivals as rows: the values that lost, with the witness that offered them, why they lost and whether that is sure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from db import evidence
from db.instant import to_text
from db.model.item import Item, Rival


def write(connection: sqlite3.Connection, edition: int, rivals: Iterable[Rival]) -> None:
    """Write the *rivals* of an edition."""
    connection.executemany(
        """INSERT INTO rival (edition, position, field, value, witness, because, doubt, evidence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                edition,
                place,
                one.field,
                one.value,
                one.witness,
                one.because,
                int(one.doubt),
                evidence.write(connection, one.evidence),
            )
            for place, one in enumerate(rivals)
        ],
    )


def of_item(connection: sqlite3.Connection, held: Item) -> tuple[Rival, ...]:
    """Return what lost in the edition of *held*, what leaves a doubt first."""
    rows = connection.execute(
        f"""SELECT rival.field, rival.value, rival.witness, rival.because, rival.doubt,
        {evidence.COLUMNS.format("evidence")}
        FROM edition JOIN rival ON rival.edition = edition.id JOIN evidence ON evidence.id = rival.evidence
        WHERE edition.item = ? AND edition.opened = ?
        ORDER BY rival.doubt DESC, rival.position""",
        (held.id, to_text(held.edition.opened)),
    )
    return tuple(Rival(row[0], row[1], row[2], evidence.read(row[5:]), row[3], doubt=bool(row[4])) for row in rows)


def drop(connection: sqlite3.Connection, edition: int) -> None:
    """Delete the rivals of an edition with their evidence."""
    rows = connection.execute("SELECT evidence FROM rival WHERE edition = ?", (edition,)).fetchall()
    connection.execute("DELETE FROM rival WHERE edition = ?", (edition,))
    evidence.drop(connection, (row[0] for row in rows))
