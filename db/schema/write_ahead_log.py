"""The write-ahead log of SQLite: by whom it is written into the database, and how far it may grow before."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from db.schema.connection import Connection

GROWN = 16 << 20
"""Bytes by which the log may grow before whoever writes waits for those who read."""
UNFOLDED = 2000
"""Pages of the log from which on SQLite folds it at a commit: half of `GROWN`. A page that is changed again and again,
as the upper ones of each index, is written into the database once a fold; with SQLite's own 1,000 that is once a batch.
"""
# Seconds that are waited for them, others who write meanwhile too; most pages are read in a tenth of one.
_PATIENCE = 2.0


def fold_log(connection: sqlite3.Connection) -> None:
    """Write what is in the log into the database itself, which is then whole in one file."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def keep_log_short(connection: sqlite3.Connection) -> None:
    """Fold the log of *connection* where it has grown by more than `GROWN`, once whoever reads what is older has done.

    SQLite itself folds after each commit what nobody reads any more, and begins the log anew when nobody reads at all
    (sqlite.org/wal.html, section 6). Where readers never all pause that never comes; a writer that asks to fold all of
    it waits for those who began before, and who begins meanwhile reads from the database alone: readers never wait.
    """
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    size = _size(Path(f"{path}-wal")) if path else 0
    # One who reads for long held it up: then it is not tried at each commit again.
    held_up = connection.held_up if isinstance(connection, Connection) else 0
    if size - (held_up if size >= held_up else 0) < GROWN:
        return
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {int(1000 * _PATIENCE)}")
    try:
        # What was committed stays so, whatever comes of this: a disk that fails is told by the next commit.
        with suppress(sqlite3.Error):
            fold_log(connection)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")
    if isinstance(connection, Connection):
        connection.held_up = _size(Path(f"{path}-wal"))


def _size(log: Path) -> int:
    try:
        # `stat` alone: to open a file of the database and close it would drop SQLite's locks on it.
        return log.stat().st_size
    except OSError:
        return 0
