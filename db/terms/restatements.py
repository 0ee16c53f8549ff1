"""Where the words of a statement stand in the captures that opened later editions of the item that shows it.

A term points to the capture that showed its words first; whoever is shown a later edition is shown them in the capture
that this edition was read from.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from db import evidence
from db.model.item import Statement

SHOWN = """coalesce((SELECT restated.evidence FROM restated WHERE restated.holder = term.holder
    AND restated.first_seen = term.first_seen AND restated.position = term.position
    AND (:at IS NULL OR restated.at <= :at) ORDER BY restated.at DESC LIMIT 1), term.evidence)"""
"""The row of evidence for a ``term`` as it is shown at *:at* (now if NULL)."""


def write(connection: sqlite3.Connection, holder: str, statements: Iterable[Statement], at: str) -> None:
    """Record where a capture of *at* that opened an edition of *holder* holds the words of its older statements."""
    for statement in statements:
        rows = connection.execute(
            """SELECT DISTINCT term.first_seen, term.position FROM term JOIN statement ON statement.id = term.statement
            WHERE term.holder = ?1 AND term.superseded IS NULL AND term.first_seen < ?2 AND statement.place = ?3
            AND statement.language = ?4 AND statement.words = ?5 AND NOT EXISTS (SELECT 1 FROM restated AS held
            WHERE held.holder = term.holder AND held.first_seen = term.first_seen
            AND held.position = term.position AND held.at = ?2)""",
            (holder, at, statement.place.value, statement.language or "", statement.words),
        ).fetchall()
        for first_seen, position in rows:
            pointed = evidence.write(connection, statement.evidence)
            connection.execute(
                "INSERT INTO restated (holder, first_seen, position, at, evidence) VALUES (?, ?, ?, ?, ?)",
                (holder, first_seen, position, at, pointed),
            )


def move(connection: sqlite3.Connection, holder: str, target: str, start: int) -> None:
    """Give the rows of *holder* to *target*, whose terms they follow from position *start* on."""
    connection.execute(
        "UPDATE restated SET holder = ?1, position = position + ?2 WHERE holder = ?3", (target, start, holder)
    )


def drop(connection: sqlite3.Connection, holder: str) -> None:
    """Delete the rows of *holder* with their evidence."""
    rows = connection.execute("SELECT evidence FROM restated WHERE holder = ?", (holder,)).fetchall()
    connection.execute("DELETE FROM restated WHERE holder = ?", (holder,))
    evidence.drop(connection, (row[0] for row in rows))
