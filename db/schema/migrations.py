"""Migrations: bring a catalogue made by an older Creditline up to date, one transaction each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from archive.warc.capture import NoteKind
from db.evidence import POINTING_ALWAYS, POINTING_INDEXES
from db.model.claim import Layer
from db.model.decision import DecisionField
from db.model.item import PageKind
from db.schema.decision_tables import MOVED, one_of
from db.schema.search_tables import ASKED_INDEXES, SEARCH_TABLES
from db.schema.tables import (
    ANNOTATION_TABLES,
    ASKED_BY_RUNS,
    DOCUMENT_LINKS,
    FOLDED,
    ITEM_KINDS,
    LEFT_OUT,
    NEWEST_FAILURE,
    NEXT_VISITS,
    TABLES,
    UNCATALOGUED,
    VIEWS,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x43524C4E
"""The application id in a catalogue's header, as shown by ``file`` and SQLite: "CRLN"."""

SCHEMA = 16
"""The number of migrations; stored in ``PRAGMA user_version``."""

UNSTAMPED = "unknown, as of schema 13 or older"
"""In place of the rules by which a catalogue was folded before these were noted."""

_OF_THE_INDEX = ("search_content", "search_edition_content")
"""Views that the search index reads and that are created together with it."""


def make_new(connection: sqlite3.Connection) -> None:
    """Make an empty catalogue in one transaction, so that the disk syncs once.

    The database has no tables of ours, and nobody else makes any: all that it holds is replaced.
    """
    with closing(sqlite3.connect(":memory:")) as new:
        new.deserialize(_new())
        new.backup(connection)


@cache
def _new() -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection)
        return connection.serialize()


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the migrations that the database of *connection* lacks, each with its own record in one transaction.

    Readings made under the older schema are marked as those of an older reader.
    """
    (before,) = connection.execute("PRAGMA user_version").fetchone()
    if before:
        # First, because after the migrations nothing shows under which schema a row was made.
        _mark_readings(connection, int(before))
    # Imported here because sqlite_utils is slow to import and `creditline status` must answer at once.
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("creditline")
    migrations(name="0001 the catalogue")(_make)
    migrations(name="0002 filters in the search index")(_index_filters)
    migrations(name="0003 how sure a yes is")(_grade_terms)
    migrations(name="0004 what publishers name")(_name_all)
    migrations(name="0005 what is shown, beside the index, and what people noted")(_show_beside_the_index)
    migrations(name="0006 terms and older editions by the row of their item")(_go_by_rows)
    migrations(name="0007 what was erased by order")(_note_erasures)
    migrations(name="0008 where works moved")(_follow_moves)
    migrations(name="0009 what a run asks every few pages")(_ask_by_indexes)
    migrations(name="0010 where the next visits stand")(_find_the_next_visits)
    migrations(name="0011 the files that pages lead to")(_know_files)
    migrations(name="0012 items counted by what stands beside the index")(_count_items)
    migrations(name="0013 failures that any later answer makes good, and views of addresses and runs")(_show_addresses)
    migrations(name="0014 by which rules rows were folded")(_note_rules)
    migrations(name="0015 the newest failure")(_find_the_newest_failure)
    migrations(name="0016 evidence found by index in any SQLite")(_find_by_evidence)
    migrations.apply(Database(connection))


def _mark_readings(connection: sqlite3.Connection, schema: int) -> None:
    """Add the *schema* to the stamps of all readings made under it; stamps that already have one stay as they are.

    Two programs with one version number may read differently if their schemas differ. Comparing their rows would then
    report faults where there are none.
    """
    connection.execute("BEGIN IMMEDIATE")
    for table in ("capture", "edition"):
        # After our own version number, because the beginning of a stamp identifies the reader
        # (`profiles.read_with_other_profile`).
        connection.execute(
            f"""UPDATE {table} SET stamp = replace(stamp, ' trafilatura ', ?)
            WHERE stamp NOT LIKE '%(schema %'""",
            (f" (schema {schema}) trafilatura ",),
        )
    connection.execute("COMMIT")


def _make(database: Database) -> None:
    for statement in (*TABLES, *VIEWS):
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {SCHEMA}")


def _index_filters(database: Database) -> None:
    """Create the search index empty, with its present filters; it is filled when the catalogue is opened for
    writing.
    """
    # The first migration creates today's tables, so a new catalogue does not need this one.
    if not any(column.name == "folded" for column in database["tag"].columns):
        return  # made just now
    _drop_views(database)
    for statement in (
        "DROP INDEX tag_folded",
        "ALTER TABLE tag DROP COLUMN folded",
        "ALTER TABLE decision_value DROP COLUMN folded",
        "DROP TABLE search",
        "DROP TABLE search_doc",
        "DROP TABLE search_setting",
        *SEARCH_TABLES,
        # The later migrations create the views.
    ):
        database.execute(statement)
    database.execute("PRAGMA user_version = 2")


def _grade_terms(database: Database) -> None:
    """Create the views again: `terms` gets the grade of a *yes*, and `items` treats a confirmed reading as a
    decision.
    """
    if "grade" in [column[1] for column in database.execute("PRAGMA table_info (terms)").fetchall()]:
        return  # made just now
    _drop_views(database, but=_OF_THE_INDEX)
    # Views that need tables from later migrations are created again there.
    for statement in (*VIEWS, "PRAGMA user_version = 3"):
        database.execute(statement)


def _name_all(database: Database) -> None:
    """Let the frontier record who names an address and why it is left out, and let documents be items."""
    if "sources" in [column[1] for column in database.execute("PRAGMA table_info (visit)").fetchall()]:
        return  # made just now
    for statement in (
        "ALTER TABLE visit ADD COLUMN sources INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE visit ADD COLUMN language TEXT",
        "ALTER TABLE visit ADD COLUMN listed TEXT",
        LEFT_OUT,
    ):
        database.execute(statement)
    _allow(database, "item", "kind", [kind for kind in ITEM_KINDS if kind is not PageKind.DOCUMENT], ITEM_KINDS)
    kinds = [kind for kind in PageKind if kind is not PageKind.DOCUMENT]
    _allow(database, "capture", "page_kind", kinds, PageKind)
    database.execute("PRAGMA user_version = 4")


def _show_beside_the_index(database: Database) -> None:
    """Create the search index empty with its present tables, add tables for annotations, and create all views again.
    The index is filled when the catalogue is opened for writing."""
    if database["annotation"].exists():
        return  # made just now
    _drop_views(database)
    for name in ("search", "search_edition", "search_doc", "search_edition_doc", "search_setting"):
        database.execute(f"DROP TABLE IF EXISTS {name}")
    # This trigger belongs to another table, so it is not dropped with its own.
    database.execute("DROP TRIGGER IF EXISTS search_doc_terms")
    for statement in (
        *_events_anew(database),
        *SEARCH_TABLES,
        *ANNOTATION_TABLES,
        *ASKED_INDEXES,
        *VIEWS,
        "PRAGMA user_version = 5",
    ):
        database.execute(statement)


def _go_by_rows(database: Database) -> None:
    """Add columns so that hits can be counted by terms, and older editions found, by the row of their item."""
    if "terms_digest" not in [column[1] for column in database.execute("PRAGMA table_info (search_doc)").fetchall()]:
        for statement in (
            "ALTER TABLE search_doc ADD COLUMN terms_digest TEXT NOT NULL DEFAULT ''",
            "UPDATE search_doc SET terms_digest = (SELECT terms_digest FROM item WHERE item.id = search_doc.item)",
            "ALTER TABLE search_edition_doc ADD COLUMN doc INTEGER NOT NULL DEFAULT 0",
            """UPDATE search_edition_doc SET doc = (SELECT search_doc.rowid FROM search_doc
                WHERE search_doc.item = search_edition_doc.item)""",
            *(one for one in SEARCH_TABLES if one.startswith("CREATE TRIGGER")),
        ):
            database.execute(statement)
    database.execute("PRAGMA user_version = 6")


def _note_erasures(database: Database) -> None:
    """Allow notes about what was erased by order."""
    if NoteKind.ERASURE.value not in database["event"].schema:
        _drop_views(database, but=_OF_THE_INDEX)
        for statement in (*_events_anew(database), *VIEWS):
            database.execute(statement)
    database.execute("PRAGMA user_version = 7")


def _follow_moves(database: Database) -> None:
    """Allow decisions about moved works, and aliases from shortlinks."""
    if not database["moved"].exists():
        for statement in MOVED:
            database.execute(statement)
        _replace(database, "item_alias", "'redirect', 'part')", "'redirect', 'part', 'shortlink')")
        fields = [field for field in DecisionField if field is not DecisionField.ADDRESS]
        for table in ("decision", "decided", "rival"):
            _allow(database, table, "field", fields, DecisionField)
    database.execute("PRAGMA user_version = 8")


def _ask_by_indexes(database: Database) -> None:
    """Add indexes so that a run finds its next pages, and the newest read ones, without scanning all others."""
    for statement in ASKED_BY_RUNS:
        # In a catalogue that was just created they exist already.
        database.execute(statement.replace("INDEX", "INDEX IF NOT EXISTS"))
    database.execute("PRAGMA user_version = 9")


def _find_the_next_visits(database: Database) -> None:
    """Add indexes to find the next pages without scanning those a run has visited, and allow evidence in a part of a
    packed document.
    """
    layers = [layer for layer in Layer if layer is not Layer.PACKAGE]
    if one_of("layer", layers) in database["evidence"].schema:
        _allow(database, "evidence", "layer", layers, Layer)
    for name in ("visit_order", "visit_unseen"):
        database.execute(f"DROP INDEX IF EXISTS {name}")
    for statement in NEXT_VISITS:
        database.execute(statement.replace("INDEX", "INDEX IF NOT EXISTS"))
    database.execute("PRAGMA user_version = 10")


def _know_files(database: Database) -> None:
    """Add the table of files to which pages link; it is filled when pages are read again."""
    for statement in () if database["document_link"].exists() else DOCUMENT_LINKS:
        database.execute(statement)
    database.execute("PRAGMA user_version = 11")


def _count_items(database: Database) -> None:
    """Create the view of items again so that counting items reads none of their texts."""
    # Views that use it refer to it by name, so they need no change.
    database.execute("DROP VIEW items")
    for statement in (
        *(one for one in VIEWS if one.startswith("CREATE VIEW items ")),
        "PRAGMA user_version = 12",
    ):
        database.execute(statement)


def _show_addresses(database: Database) -> None:
    """Create the views again: redirects, documents and other files end a failure, editions name their capture, and
    addresses, translations and runs have views.
    """
    _drop_views(database, but=_OF_THE_INDEX)
    for statement in (*VIEWS, "PRAGMA user_version = 13"):
        database.execute(statement)


def _note_rules(database: Database) -> None:
    """Add the table of the rules by which rows were folded, and note that those of the rows so far are unknown; add a
    table of captures that only imported files hold, which a rebuild fills.
    """
    if not database["folded"].exists():
        for statement in (FOLDED, *UNCATALOGUED):
            database.execute(statement)
        database.execute("INSERT INTO folded (rules) VALUES (?)", (UNSTAMPED,))
    database.execute("PRAGMA user_version = 14")


def _find_the_newest_failure(database: Database) -> None:
    """Add an index so that the newest note is found without scanning all failures, however many there are."""
    database.execute(NEWEST_FAILURE.replace("INDEX", "INDEX IF NOT EXISTS"))
    database.execute("PRAGMA user_version = 15")


def _find_by_evidence(database: Database) -> None:
    """Create the indexes on evidence again where every row has some, in a form that SQLite 3.40 and older use too."""
    for statement in POINTING_INDEXES:
        name, table = statement.split()[2], statement.split()[4]
        if table in POINTING_ALWAYS:
            database.execute(f"DROP INDEX IF EXISTS {name}")
            database.execute(statement)
    database.execute(f"PRAGMA user_version = {SCHEMA}")


def _events_anew(database: Database) -> tuple[str, ...]:
    """Return the statements that create the table of events again with its rows, to allow new kinds of notes: SQLite
    cannot alter a CHECK.
    """
    made = [one for one in TABLES if one.startswith("CREATE TABLE event ") or " ON event (" in one]
    columns = ", ".join(row[1] for row in database.execute("PRAGMA table_info (event)").fetchall())
    return (
        "ALTER TABLE event RENAME TO event_before",
        *(f"DROP INDEX {one.split()[2]}" for one in made[1:]),
        *made,
        f"INSERT INTO event ({columns}) SELECT {columns} FROM event_before",
        "DROP TABLE event_before",
    )


def _drop_views(database: Database, *, but: tuple[str, ...] = ()) -> None:
    for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall():
        if name not in but:
            database.execute(f"DROP VIEW {name}")


def _allow(database: Database, table: str, column: str, before: Iterable[StrEnum], after: Iterable[StrEnum]) -> None:
    """Change the CHECK of *column* from the values *before* to the values *after*."""
    _replace(database, table, one_of(column, before), one_of(column, after))


def _replace(database: Database, table: str, before: str, after: str) -> None:
    """Replace *before* by *after* in the SQL of *table*.

    A CHECK cannot be altered. SQLite's manual (ALTER TABLE, section 7) describes this way, which copies no rows.
    """
    (version,) = database.execute("PRAGMA schema_version").fetchone()
    database.execute("PRAGMA writable_schema = ON")
    database.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (before, after, table),
    )
    database.execute(f"PRAGMA schema_version = {int(version) + 1}")
    database.execute("PRAGMA writable_schema = OFF")
