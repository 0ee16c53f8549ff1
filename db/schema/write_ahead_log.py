"""SQLite's write-ahead log: when it is written into the database (a checkpoint), and how large it may grow."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from db.schema.connection import Connection

GROWN = 16 << 20
"""Bytes by which the log may grow before a writer waits for readers."""
UNFOLDED = 2000
"""Pages in the log after which SQLite makes a checkpoint at a commit: half of `GROWN`. Pages that change often, such as
the upper ones of each index, are written into the database once per checkpoint; with SQLite's default of 1,000 that
would be once per batch.
"""
# Seconds to wait for readers, during which other writers wait too; most pages are read in a tenth of a second.
_PATIENCE = 2.0


def fold_log(connection: sqlite3.Connection) -> None:
    """Write the log into the database, which is then complete in one file."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def keep_log_short(connection: sqlite3.Connection) -> None:
    """Make a checkpoint if the log of *connection* has grown by more than `GROWN`, after waiting for older readers.

    After each commit SQLite writes back what nobody reads any more, and it restarts the log when nobody reads at all
    (sqlite.org/wal.html, section 6). If there is always some reader, that never happens. A writer that requests a full
    checkpoint waits for readers that began earlier; later readers use the database alone, so readers never wait.
    """
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    size = _size(Path(f"{path}-wal")) if path else 0
    # If a long-running reader blocked it before, do not try again at every commit.
    held_up = connection.held_up if isinstance(connection, Connection) else 0
    if size - (held_up if size >= held_up else 0) < GROWN:
        return
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {int(1000 * _PATIENCE)}")
    try:
        # The commit stays valid whatever happens here; the next commit reports a failing disk.
        with suppress(sqlite3.Error):
            fold_log(connection)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")
    if isinstance(connection, Connection):
        connection.held_up = _size(Path(f"{path}-wal"))


def _size(log: Path) -> int:
    try:
        # Only `stat`: opening and closing a database file would drop SQLite's locks on it.
        return log.stat().st_size
    except OSError:
        return 0
