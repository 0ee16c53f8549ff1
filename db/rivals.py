"""Rivals as rows: the values that lost and left a doubt, with the witness that offered them and why they lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from db import evidence
from db.instant import to_text
from db.model import Item, Rival


def write(connection: sqlite3.Connection, edition: int, rivals: Iterable[Rival]) -> None:
    """Write those *rivals* of an edition that leave a doubt."""
    doubtful = [rival for rival in rivals if rival.doubt]
    connection.executemany(
        """INSERT INTO rival (edition, position, field, value, witness, because, evidence)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [
            (edition, place, one.field, one.value, one.witness, one.because, evidence.write(connection, one.evidence))
            for place, one in enumerate(doubtful)
        ],
    )


def of_item(connection: sqlite3.Connection, held: Item) -> tuple[Rival, ...]:
    """Return what lost and leaves a doubt in the edition of *held*."""
    rows = connection.execute(
        f"""SELECT rival.field, rival.value, rival.witness, rival.because, {evidence.COLUMNS.format("evidence")}
        FROM edition JOIN rival ON rival.edition = edition.id JOIN evidence ON evidence.id = rival.evidence
        WHERE edition.item = ? AND edition.opened = ? ORDER BY rival.position""",
        (held.id, to_text(held.edition.opened)),
    )
    return tuple(Rival(row[0], row[1], row[2], evidence.read(row[4:]), row[3], doubt=True) for row in rows)


def drop(connection: sqlite3.Connection, edition: int) -> None:
    """Delete the rivals of an edition with their evidence."""
    rows = connection.execute("SELECT evidence FROM rival WHERE edition = ?", (edition,)).fetchall()
    connection.execute("DELETE FROM rival WHERE edition = ?", (edition,))
    evidence.drop(connection, (row[0] for row in rows))
