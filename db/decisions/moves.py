"""Moves: pairs of addresses between which a work moved, as found by a person and recorded in notes of decisions.

They act like redirects that the publisher did not make; the captures at both addresses are folded again with them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from db.captures import key_of

# Only moves whose decision was not withdrawn.
_STANDS = "NOT EXISTS (SELECT 1 FROM decision AS undo WHERE undo.undoes = moved.decision)"


def add(connection: sqlite3.Connection, decision: str, publisher: str, moved: Iterable[tuple[str, str]]) -> None:
    """Record, by *decision*, that the work at the first address of each pair is now at the second."""
    keys = [(key_of(source), key_of(target)) for source, target in moved]
    connection.executemany(
        "INSERT OR IGNORE INTO moved (publisher, target, source, decision) VALUES (?, ?, ?, ?)",
        [(publisher, target, source, decision) for source, target in keys if source and target and source != target],
    )


def sources(connection: sqlite3.Connection, publisher: str, target: str) -> list[str]:
    """Return the keys of the addresses from which a work moved to the key *target*."""
    query = f"SELECT DISTINCT source FROM moved WHERE publisher = ? AND target = ? AND {_STANDS} ORDER BY source"
    return [row[0] for row in connection.execute(query, (publisher, target))]


def mark_for_refold(connection: sqlite3.Connection, decision: str) -> int:
    """Mark the captures at the addresses of *decision* to be folded again; return how many there are."""
    # Only marked: their rows stay until they are read again.
    keys = connection.execute(
        "SELECT publisher, source, target FROM moved WHERE decision = ? ORDER BY source", (decision,)
    ).fetchall()
    if not keys:
        return 0
    touched = json.dumps(sorted({key for _, *both in keys for key in both}))
    return connection.execute(
        """UPDATE capture SET catalogued = 0 WHERE catalogued = 1 AND id IN (SELECT capture FROM capture_key
        WHERE publisher = ? AND key IN (SELECT value FROM json_each(?)))""",
        (keys[0][0], touched),
    ).rowcount
