"""SQLite library: what the catalogue needs of the SQLite that this Python has."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache

from db.errors import UnsuitableSqlite

_WITH_STRICT_TABLES = (3, 37)  # sqlite.org/stricttables.html


def check_sqlite() -> str:
    """Return the version of this Python's SQLite.

    Raises:
        UnsuitableSqlite: it has no STRICT tables, or no full text search (FTS5).
    """
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < _WITH_STRICT_TABLES:
        raise UnsuitableSqlite(f"this Python has SQLite {version}, and Creditline needs 3.37 or newer")
    if not _has_full_text_search():
        raise UnsuitableSqlite(f"this Python has SQLite {version} without FTS5, which Creditline needs")
    return version


@cache
def _has_full_text_search() -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
        except sqlite3.DatabaseError:
            return False
    return True
