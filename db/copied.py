"""A copy of the catalogue as it stood at one moment, made beside whoever is writing; and what names a collection."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from db.schema import open_database


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
