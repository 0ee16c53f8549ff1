"""Subset: some items as a separate database, with the public views as tables, and full-text search.

Apart from the export, its only user, because SQL belongs in `db` alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from db.schema.access_error import as_access_error

# The views, with the column that names the item: those that docs/sql.md promises.
_VIEWS = {"items": "id", "item_author": "item", "item_tag": "item", "editions": "item", "terms": "item"}
_BATCH = 500


def write_subset(connection: sqlite3.Connection, path: Path, items: Iterable[str], told: Mapping[str, str]) -> int:
    """Write *items* (ids), once each, to a new database at *path*, and the facts *told* about it to the table
    ``about``.

    The tables have the names and columns of the views; ``search`` finds words in title, authors and text, ignoring
    accents. Withheld items are in no view and so in no table. Return how many items were written.

    Raises:
        DiskFailed: the disk is full or fails.
    """
    try:
        return _written(connection, path, list(dict.fromkeys(items)), told)
    except sqlite3.OperationalError as error:
        failed = as_access_error(error, path)
        if failed is None:
            raise
        raise failed from error


def _written(connection: sqlite3.Connection, path: Path, ids: list[str], told: Mapping[str, str]) -> int:
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        made.execute("PRAGMA journal_mode = OFF")
        made.execute("BEGIN")
        for view, column in _VIEWS.items():
            names = [one[0] for one in connection.execute(f"SELECT * FROM {view} LIMIT 0").description]
            key = "TEXT PRIMARY KEY" if view == "items" else "TEXT NOT NULL REFERENCES items (id)"
            columns = ", ".join(f'"{name}" {key}' if name == column else f'"{name}"' for name in names)
            made.execute(f"CREATE TABLE {view} ({columns})")
            places = ", ".join("?" * len(names))
            for at in range(0, len(ids), _BATCH):
                marks = ", ".join("?" * len(ids[at : at + _BATCH]))
                rows = connection.execute(f"SELECT * FROM {view} WHERE {column} IN ({marks})", ids[at : at + _BATCH])
                made.executemany(f"INSERT INTO {view} VALUES ({places})", rows)
            if view != "items":
                made.execute(f"CREATE INDEX {view}_{column} ON {view} ({column})")
        # The search table holds the text itself, so that later changes to the other tables cannot break the search.
        made.execute("""CREATE VIRTUAL TABLE search USING fts5 (id UNINDEXED, title, authors, text,
            tokenize = 'unicode61 remove_diacritics 2')""")
        made.execute("INSERT INTO search SELECT id, title, authors, text FROM items ORDER BY published DESC")
        made.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        (count,) = made.execute("SELECT count(*) FROM items").fetchone()
        made.executemany("INSERT INTO about VALUES (?, ?)", {**told, "items": str(count)}.items())
        made.execute("COMMIT")
    return int(count)
