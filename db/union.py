"""Union: combine catalogues made from parts of one set of records into the catalogue of the whole set.

The parts share their notes but no address: what follows from a note alone is in every part, everything else in exactly
one. One of the parts receives the others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from urllib.parse import quote

from archive.disk import RealDisk
from db.schema.database import write_transaction
from db.schema.tables import OF_NOTES
from db.search.index import first_place_of

# Tables whose rows have numbers that other rows refer to. In each part they start at one.
_NUMBERED = ("evidence", "edition", "statement")
# Tables whose row numbers nothing refers to: their rows get the next free numbers, in the same order.
_COUNTED = ("visit",)
# Tables that parts do not fill, or that the caller writes.
_LEFT_OUT = frozenset({"left_out", "host_dialect", "file_end", "search_setting", "uncatalogued", "noted_file"})
# Tables in which parts may have the same rows.
_SHARED = frozenset({*OF_NOTES, "folded"})
_INDEXES = ("search", "search_edition")
_COLUMNS = "title, author, text, stem, facet"


def as_part(connection: sqlite3.Connection) -> None:
    """Prepare the empty catalogue of a part: it stores text for the search index as plain rows, because an FTS index
    cannot be copied into another. The rows are indexed when the part is combined with others.
    """
    for index in _INDEXES:
        connection.execute(f"DROP TABLE {index}")
        # With the column that FTS5 uses for commands, so that the code that writes the index need not change.
        connection.execute(
            f"CREATE TABLE {index} (rowid INTEGER PRIMARY KEY, title TEXT, author TEXT, text TEXT, stem TEXT,"
            f" facet TEXT, {index} TEXT)"
        )
        connection.execute(
            f"""CREATE TRIGGER {index}_taken_out BEFORE INSERT ON {index} WHEN new.{index} = 'delete' BEGIN
            DELETE FROM {index} WHERE rowid = new.rowid; SELECT raise(IGNORE); END"""
        )


def join_parts(connection: sqlite3.Connection, parts: Iterable[Path]) -> None:
    """Copy the catalogues at *parts* (made by `as_part`), in order, into that of *connection*, which is empty or
    another part. Do not call this inside a transaction.

    Raises: after an exception the catalogue of *connection* is unusable.
        DiskFailed: the disk is full or fails.
        sqlite3.IntegrityError: two parts share an address.
    """
    disk = RealDisk()
    for path in parts:
        connection.execute("ATTACH ? AS part", (f"file:{quote(str(path.absolute()))}?mode=ro",))
        with write_transaction(connection, disk):
            _take_over(connection)
        connection.execute("DETACH part")


def _take_over(connection: sqlite3.Connection) -> None:
    # Offsets by which the part's row numbers are shifted, past the existing ones.
    moved = {
        table: int(connection.execute(f"SELECT coalesce(max(id), 0) FROM main.{table}").fetchone()[0])
        for table in _NUMBERED
    }
    for table in _tables(connection):
        columns = [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?, 'part')", (table,))]
        pointing = {
            column: target
            for column, target in connection.execute(
                """SELECT "from", "table" FROM pragma_foreign_key_list(?, 'part')""", (table,)
            )
            if target in _NUMBERED
        }
        if table in _NUMBERED:
            pointing["id"] = table
        if table in _COUNTED:
            columns.remove("id")
        chosen = ", ".join(f"{one} + {moved[pointing[one]]}" if one in pointing else f'"{one}"' for one in columns)
        named = ", ".join(f'"{one}"' for one in columns)
        # In other tables, two rows with one key would mean that the parts share an address, which must raise an error.
        how = "INSERT OR IGNORE" if table in _SHARED else "INSERT"
        ordered = "ORDER BY id" if table in _COUNTED else ""
        connection.execute(f"{how} INTO main.{table} ({named}) SELECT {chosen} FROM part.{table} {ordered}")
    _index(connection, moved["edition"])


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Return the tables to copy, each after the tables that it refers to.

    If a row came before its target, SQLite would scan all such rows without an index for each row inserted later, which
    takes quadratic time.
    """
    rows = connection.execute(
        r"""SELECT name FROM part.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%'
        AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE '\_sqlite\_%' ESCAPE '\' ORDER BY name"""
    )
    named = [row[0] for row in rows if row[0] not in _LEFT_OUT]
    pointed = 'SELECT DISTINCT "table" FROM pragma_foreign_key_list(?, \'part\') WHERE "table" <> ?'
    before = {one: [row[0] for row in connection.execute(pointed, (one, one))] for one in named}
    return list(TopologicalSorter(before).static_order())


def _index(connection: sqlite3.Connection, editions: int) -> None:
    """Index the part's stored text, each item at a free place of its date; *editions* is the offset of edition
    numbers.
    """
    connection.execute("CREATE TEMP TABLE place (before INTEGER PRIMARY KEY, after INTEGER NOT NULL)")
    connection.executemany("INSERT INTO place (before, after) VALUES (?, ?)", _places(connection))
    held = "SELECT name FROM pragma_table_info('search_doc') WHERE name <> 'rowid'"
    shown = ", ".join(row[0] for row in connection.execute(held))
    for statement in (
        f"""INSERT INTO main.search_doc (rowid, {shown}) SELECT place.after, {shown} FROM part.search_doc
            JOIN place ON place.before = search_doc.rowid ORDER BY place.after""",
        f"""INSERT INTO main.search (rowid, {_COLUMNS}) SELECT place.after, {_COLUMNS} FROM part.search AS laid
            JOIN place ON place.before = laid.rowid ORDER BY place.after""",
        f"""INSERT INTO main.search_edition_doc (rowid, item, doc) SELECT older.rowid + {editions}, older.item,
            place.after FROM part.search_edition_doc AS older JOIN place ON place.before = older.doc""",
        f"""INSERT INTO main.search_edition (rowid, {_COLUMNS}) SELECT rowid + {editions}, {_COLUMNS}
            FROM part.search_edition ORDER BY rowid""",
        "DROP TABLE place",
    ):
        connection.execute(statement)


def _places(connection: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Yield each item's row in the part's index, and the new row that it gets."""
    last: dict[int, int] = {}
    for (row,) in connection.execute("SELECT rowid FROM part.search_doc ORDER BY rowid").fetchall():
        first, end = first_place_of(row)
        if first not in last:
            (held,) = connection.execute(
                "SELECT max(rowid) FROM main.search_doc WHERE rowid >= ? AND rowid < ?", (first, end)
            ).fetchone()
            last[first] = first - 1 if held is None else held
        last[first] += 1
        yield row, last[first]
