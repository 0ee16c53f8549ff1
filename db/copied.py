"""A copy of the catalogue as it stood at one moment, made beside whoever is writing; and what names a collection."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from archive import lock
from db.schema import connect, named, open_database


def copy_catalogue(path: Path, target: Path) -> None:
    """Copy the catalogue at *path* to *target* by SQLite's own means: one file, whole, as one transaction saw it.

    Raises:
        CatalogueRefused: there is none at *path*.
        sqlite3.DatabaseError: it is damaged; *target* is not to be used.
    """
    source = open_database(path, read_only=True)
    try:
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            (told,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            copy.close()
    finally:
        source.close()
    if told != "ok":
        raise sqlite3.DatabaseError(f"{path}: {told}")


def put_in_place(made: Path, held: Path) -> None:
    """Put what is in the catalogue at *made* into the one at *held*, in one transaction, whoever has that open.

    A file that others have open must not be renamed over: their log has its name from the path, and would be taken for
    that of the new one. Only where *held* is no database any more it is replaced as a file.

    Raises:
        DiskFailed: there is no room, or the disk fails; *held* is what it was.
        HeldByAnother: another program holds *held* for too long.
    """
    source = open_database(made, read_only=True)
    try:
        _copy_pages(source, held)
    except sqlite3.OperationalError as error:
        failed = named(error, held)
        if failed is None:
            raise
        raise failed from error
    except sqlite3.DatabaseError:
        for suffix in ("-wal", "-shm"):
            held.with_name(held.name + suffix).unlink(missing_ok=True)
        made.replace(held)
    finally:
        source.close()


def _copy_pages(source: sqlite3.Connection, held: Path) -> None:
    target = connect(held, "rwc")
    try:
        until = time.monotonic() + lock.PATIENCE

        def patient(status: int, _left: int, _total: int) -> None:
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
                target.execute("BEGIN IMMEDIATE")  # raises as it does for everyone who waits too long
                target.execute("ROLLBACK")

        target.execute("PRAGMA synchronous = FULL")
        target.execute("PRAGMA busy_timeout = 100")
        source.backup(target, progress=patient, sleep=0.1)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        target.close()


def first_note(connection: sqlite3.Connection) -> str | None:
    """Return the id of the oldest note, which names the collection for good; None before there is any."""
    row = connection.execute(
        """SELECT id FROM (SELECT at, id FROM event WHERE digest IS NOT NULL UNION ALL SELECT at, id FROM failure)
        ORDER BY at, id LIMIT 1"""
    ).fetchone()
    return None if row is None else str(row[0])


def has_note(connection: sqlite3.Connection, note: str) -> bool:
    """Say whether the note with this id is one of this collection."""
    query = "SELECT 1 FROM event WHERE id = ? UNION ALL SELECT 1 FROM failure WHERE id = ? LIMIT 1"
    return connection.execute(query, (note, note)).fetchone() is not None
