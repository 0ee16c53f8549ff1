"""What is known of the hosts that were asked: working rows, learnt anew where they are lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def dialects(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Return (host, HTTP version it is asked in, when that was learnt), by host."""
    rows = connection.execute("SELECT host, dialect, learnt FROM host_dialect ORDER BY host")
    return [(row[0], row[1], row[2]) for row in rows]


def remember_dialects(connection: sqlite3.Connection, rows: Iterable[tuple[str, str, str]]) -> None:
    """Store what `dialects` gives back."""
    connection.executemany("INSERT OR REPLACE INTO host_dialect (host, dialect, learnt) VALUES (?, ?, ?)", list(rows))
