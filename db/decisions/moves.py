"""Moves: at which address a person found the work that had been at another, as notes of decisions say.

They lead like redirects that the publisher did not make; the captures at both addresses are folded anew under them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from db.captures import key_of

# An undone decision leads nowhere any more.
_STANDS = "NOT EXISTS (SELECT 1 FROM decision AS undo WHERE undo.undoes = moved.decision)"


def add(connection: sqlite3.Connection, decision: str, publisher: str, moved: Iterable[tuple[str, str]]) -> None:
    """Write that the works at the first of each two addresses are at the second now, as *decision* says."""
    keys = [(key_of(source), key_of(target)) for source, target in moved]
    connection.executemany(
        "INSERT OR IGNORE INTO moved (publisher, target, source, decision) VALUES (?, ?, ?, ?)",
        [(publisher, target, source, decision) for source, target in keys if source and target and source != target],
    )


def sources(connection: sqlite3.Connection, publisher: str, target: str) -> list[str]:
    """Return the keys of the addresses from which a work moved to that with the key *target*."""
    query = f"SELECT DISTINCT source FROM moved WHERE publisher = ? AND target = ? AND {_STANDS} ORDER BY source"
    return [row[0] for row in connection.execute(query, (publisher, target))]


def wait(connection: sqlite3.Connection, decision: str) -> int:
    """Have the captures at the addresses that *decision* is about folded anew; return how many they are."""
    # Only marked: what was made of them stands until they are read again.
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
