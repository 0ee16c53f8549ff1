from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archive.warc.capture import NoteKind
from db import erasures
from db.catalogue import Catalogue
from db.errors import NewerCatalogue, NoCatalogue, NotACatalogue, OlderCatalogue, UnsuitableSqlite
from db.schema.database import in_memory, open_database, schema_differences
from db.search.search import all_ids

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder


def test_a_new_catalogue_is_durable_and_strict(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "catalogue.db", create=True)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    loose = connection.execute(
        """SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
        AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_sqlite%' ESCAPE '\\' AND name NOT LIKE 'search\\_%'
        ESCAPE '\\'"""
    ).fetchall()
    connection.close()
    assert loose == []


def test_a_new_catalogue_is_made_in_one_transaction(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "catalogue.db", create=True)):
        log = (tmp_path / "catalogue.db-wal").read_bytes()
    page = int.from_bytes(log[8:12], "big")
    frames = range(32, len(log), 24 + page)
    # The last frame of each transaction says how many pages the database then has (SQLite's file format, section 4.1).
    assert [at for at in frames if int.from_bytes(log[at + 4 : at + 8], "big")] == [frames[-1]]


def test_every_foreign_key_that_deletes_look_up_has_an_index(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "catalogue.db", create=True)
    pointing = connection.execute(
        """SELECT held.name, key."from", key."table" FROM pragma_table_list AS held
        JOIN pragma_foreign_key_list(held.name) AS key WHERE held.schema = 'main'
        AND key."table" NOT IN ('capture', 'publisher', 'run')"""
    ).fetchall()
    assert len(pointing) > 15
    for table, column, target in pointing:
        [*plan] = connection.execute(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = ?", (1,)).fetchall()
        assert f"SEARCH {table} USING" in plan[0][3], f"{table}.{column}, to {target}: {plan[0][3]}"
    connection.close()


def test_no_index_leaves_out_nulls_of_a_column_that_has_none(tmp_path: Path) -> None:
    # SQLite up to 3.40 takes such a condition for true before it looks for an index, and then finds none that fits.
    connection = open_database(tmp_path / "catalogue.db", create=True)
    partial = connection.execute(
        "SELECT tbl_name, name, sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% IS NOT NULL'"
    ).fetchall()
    assert len(partial) > 10
    for table, name, sql in partial:
        column = sql.removesuffix(" IS NOT NULL").split()[-1]
        declared = {row[1]: row[3] for row in connection.execute(f"PRAGMA table_info ({table})").fetchall()}
        assert declared[column] == 0, f"{name}: {table}.{column} is never null"
    connection.close()


def test_a_sqlite_without_full_text_search_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sqlite3.connect

    def without_modules(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = made(*arguments, **named)
        connection.set_authorizer(
            lambda action, *_: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_CREATE_VTABLE else sqlite3.SQLITE_OK
        )
        return connection

    monkeypatch.setattr(sqlite3, "connect", without_modules)
    with pytest.raises(UnsuitableSqlite, match="without FTS5"):
        open_database(tmp_path / "catalogue.db", create=True)
    assert not (tmp_path / "catalogue.db").exists()


def test_an_sqlite_that_is_too_old_is_named_where_a_catalogue_is_only_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = tmp_path / "catalogue.db"
    open_database(catalogue, create=True).close()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(UnsuitableSqlite, match=r"needs 3\.37 or newer"):
        open_database(catalogue, read_only=True)


def test_no_sql_needs_the_json_operators_of_sqlite_3_38() -> None:
    # Strict tables need 3.37, which is the SQLite of Ubuntu 22.04.
    code = [path.read_text(encoding="utf-8") for path in Path("db").rglob("*.py")]
    assert len(code) > 150
    assert [text for text in code if "->>" in text or "-> '$" in text] == []


@pytest.mark.slow
def test_a_catalogue_in_memory_may_grow_past_the_limit_of_a_database_made_from_bytes() -> None:
    with closing(in_memory()) as connection:
        connection.execute("CREATE TABLE much (data BLOB) STRICT")
        for _ in range(3):
            connection.execute("INSERT INTO much VALUES (zeroblob(?))", (400 * 1024 * 1024,))
        assert connection.execute("SELECT sum(length(data)) FROM much").fetchone()[0] > 1024**3


def temporary_files() -> list[str]:
    """Return the temporary files of SQLite that this process has open; SQLite unlinks them as soon as they exist."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one by which the folder is read
            found.append(str(descriptor.readlink()))
    return [path for path in found if "etilqs_" in path]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux lists the open files of a process here")
@pytest.mark.parametrize("again", [1, 2])
def test_small_transaction_keeps_in_memory_what_its_savepoints_may_undo(catalogue: Catalogue, again: int) -> None:
    connection = catalogue.connection
    connection.execute("CREATE TABLE filler (words TEXT) STRICT")
    with catalogue.transaction():
        connection.executemany("INSERT INTO filler VALUES (?)", [("x" * 1000,)] * 200)
    before = temporary_files()
    for _ in range(again):
        with catalogue.transaction(small=True):
            with suppress(KeyError), catalogue.savepoint():
                connection.execute("UPDATE filler SET words = upper(words)")
                assert temporary_files() == before
                raise KeyError
            assert connection.execute("SELECT DISTINCT substr(words, 1, 1) FROM filler").fetchall() == [("x",)]
    # Any number of rows may change in other transactions, and memory is bounded.
    with catalogue.transaction(), catalogue.savepoint():
        connection.execute("UPDATE filler SET words = upper(words)")
        assert len(temporary_files()) > len(before)


def test_older_program_refuses_a_newer_catalogue_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    connection = open_database(path, create=True)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(NewerCatalogue) as refused:
        open_database(path, create=True)
    assert "\n" not in str(refused.value)
    assert "newer Creditline" in refused.value.hint


def test_older_catalogue_is_upgraded_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    connection = open_database(path, create=True)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    with pytest.raises(OlderCatalogue):
        open_database(path)


_BEFORE_ROWS = """DROP TRIGGER search_doc_terms; ALTER TABLE search_doc DROP COLUMN terms_digest;
    ALTER TABLE search_edition_doc DROP COLUMN doc;
    DELETE FROM _sqlite_migrations WHERE name LIKE '0006%'; PRAGMA user_version = 5"""
"""Turns a catalogue back to before terms and older editions were found by the row of their item."""

_BEFORE_ANNOTATIONS = f"""{_BEFORE_ROWS};
    DROP VIEW items; DROP VIEW item_author; DROP VIEW item_tag; DROP VIEW search_text;
    DROP VIEW annotations; DROP VIEW reuses; DROP TABLE search; DROP TABLE search_edition; DROP VIEW search_content;
    DROP VIEW search_edition_content; DROP TABLE search_doc; DROP TABLE search_edition_doc; DROP TABLE annotation;
    DROP TABLE reuse; DROP INDEX item_terms; DROP INDEX item_gone; DROP INDEX edition_partial; DROP INDEX rival_doubt;
    DELETE FROM _sqlite_migrations WHERE name LIKE '0005%';
    CREATE VIRTUAL TABLE search USING fts5 (title, author, text, stem, facet, content = '', prefix = '1 2');
    CREATE TABLE search_doc (rowid INTEGER PRIMARY KEY, item TEXT NOT NULL UNIQUE REFERENCES item (id),
        published TEXT NOT NULL) STRICT;
    CREATE VIEW items AS SELECT item.id, search_doc.published FROM item JOIN search_doc ON search_doc.item = item.id;
    PRAGMA user_version = 4"""
"""Turns a catalogue back to before there were archivists' notes and lists beside the index."""

_FIRST_SEARCH = f"""{_BEFORE_ANNOTATIONS};
    DROP VIEW items; DROP TABLE search; DROP TABLE search_doc; DROP TABLE search_setting;
    ALTER TABLE tag ADD COLUMN folded TEXT NOT NULL DEFAULT ''; CREATE INDEX tag_folded ON tag (folded);
    ALTER TABLE decision_value ADD COLUMN folded TEXT NOT NULL DEFAULT '';
    CREATE VIEW shown_tag AS SELECT item, position, value, folded FROM tag;
    CREATE TABLE search_doc (rowid INTEGER PRIMARY KEY, item TEXT NOT NULL UNIQUE REFERENCES item (id),
        publisher TEXT NOT NULL, language TEXT NOT NULL, published TEXT NOT NULL) STRICT;
    CREATE TABLE search_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE VIRTUAL TABLE search USING fts5 (title, author, text, stem, content = '');
    DELETE FROM _sqlite_migrations WHERE name LIKE '0002%'; PRAGMA user_version = 1"""
"""Turns a catalogue back to how the first migration made it."""


def test_catalogue_from_before_search_filters_is_reindexed(tmp_path: Path, builder: EntryBuilder) -> None:
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.add(builder.entry(1))
        catalogue.connection.executescript(_FIRST_SEARCH)
    with pytest.raises(OlderCatalogue):
        Catalogue.open(path)
    with Catalogue.open(path, create=True) as catalogue:
        assert len(all_ids(catalogue.connection, 'lang:en tag:"black sea" from:2023 port')) == 1
        catalogue.add(builder.entry(2, "/other"))
        assert len(all_ids(catalogue.connection, "port")) == 2
        assert schema_differences(catalogue.connection) == []


def test_catalogue_from_before_lookups_by_row_is_upgraded_without_reindexing(
    tmp_path: Path, builder: EntryBuilder
) -> None:
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.add(builder.entry(1, text="Of old cables."))
        catalogue.add(builder.entry(2, text="Of new cables."))
        held = catalogue.connection.execute("SELECT * FROM search_doc").fetchall()
        catalogue.connection.executescript(_BEFORE_ROWS)
    with pytest.raises(OlderCatalogue):
        Catalogue.open(path)
    with Catalogue.open(path, create=True) as catalogue:
        assert catalogue.connection.execute("SELECT * FROM search_doc").fetchall() == held
        assert len(all_ids(catalogue.connection, "old in:editions is:changed")) == 1
        catalogue.connection.execute("UPDATE item SET terms_digest = 'other'")
        assert catalogue.connection.execute("SELECT terms_digest FROM search_doc").fetchall() == [("other",)]
        assert schema_differences(catalogue.connection) == []


def test_catalogue_from_before_annotations_keeps_its_events_and_is_reindexed(
    tmp_path: Path, builder: EntryBuilder
) -> None:
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as catalogue:
        (item,) = [change.item for change in builder.add_in_any_order(catalogue, [builder.entry(1)])]
        catalogue.add(builder.answer(2, "/anaklia", 404))
        before = catalogue.connection.execute("SELECT * FROM event ORDER BY id").fetchall()
        catalogue.connection.executescript(_BEFORE_ANNOTATIONS)
    with pytest.raises(OlderCatalogue):
        Catalogue.open(path)
    with Catalogue.open(path, create=True) as catalogue:
        assert before
        assert catalogue.connection.execute("SELECT * FROM event ORDER BY id").fetchall() == before
        body: dict[str, object] = {"annotation": "tag", "item": item, "value": "ports", "by": "Anna"}
        catalogue.add_note(builder.note(3, NoteKind.ANNOTATION, body))
        assert all_ids(catalogue.connection, "tag:ports is:gone") == [item]
        assert schema_differences(catalogue.connection) == []


def test_catalogue_from_before_erasures_keeps_its_events_and_accepts_one(tmp_path: Path, builder: EntryBuilder) -> None:
    path = tmp_path / "catalogue.db"
    before = """PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, ", 'erasure'", '') WHERE name = 'event';
        PRAGMA writable_schema = RESET; DELETE FROM _sqlite_migrations WHERE name LIKE '0007%';
        PRAGMA user_version = 6"""
    with Catalogue.open(path, create=True) as catalogue:
        (item,) = [change.item for change in builder.add_in_any_order(catalogue, [builder.entry(1)])]
        catalogue.add(builder.answer(2, "/anaklia", 404))
        events = catalogue.connection.execute("SELECT * FROM event ORDER BY id").fetchall()
        catalogue.connection.executescript(before)
    body: dict[str, object] = {"order": "II C 1", "by": "Ewa", "items": [item], "gaps": [], "files": []}
    note = builder.note(3, NoteKind.ERASURE, body | {"at": "2026-11-28T12:00:00+00:00"})
    with Catalogue.open(path, create=True) as catalogue:
        assert catalogue.connection.execute("SELECT * FROM event ORDER BY id").fetchall() == events
        catalogue.add_note(note)
        assert [one.order for one in erasures.every(catalogue.connection)] == ["II C 1"]
        assert erasures.forbidden(catalogue.connection) == {item}
        assert all_ids(catalogue.connection, "is:gone") == [item]
        assert schema_differences(catalogue.connection) == []


def test_catalogue_from_before_grades_gets_them_in_its_views(tmp_path: Path, builder: EntryBuilder) -> None:
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.add(builder.entry(1))
        catalogue.connection.executescript(
            """DROP VIEW terms; CREATE VIEW terms AS SELECT words FROM statement;
            DELETE FROM _sqlite_migrations WHERE name LIKE '0003%'; PRAGMA user_version = 2"""
        )
    with pytest.raises(OlderCatalogue):
        Catalogue.open(path)
    with Catalogue.open(path, create=True) as catalogue:
        assert catalogue.connection.execute("SELECT grade FROM terms").fetchall() == [("plain",)]
        assert schema_differences(catalogue.connection) == []


_FIRST_FRONTIER = """DROP TABLE left_out; ALTER TABLE visit DROP COLUMN sources; ALTER TABLE visit DROP COLUMN language;
    ALTER TABLE visit DROP COLUMN listed; PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, ", 'document'", '') WHERE name IN ('item', 'capture');
    PRAGMA writable_schema = RESET;
    DELETE FROM _sqlite_migrations WHERE name LIKE '0004%'; PRAGMA user_version = 3"""


def test_catalogue_from_before_documents_is_upgraded(tmp_path: Path, builder: EntryBuilder) -> None:
    path, seen = tmp_path / "catalogue.db", "UPDATE item SET kind = 'document'"
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.add(builder.entry(1))
        catalogue.connection.executescript(_FIRST_FRONTIER)
        with pytest.raises(sqlite3.IntegrityError):
            catalogue.connection.execute(seen)
    with pytest.raises(OlderCatalogue):
        Catalogue.open(path)
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.connection.execute(seen)
        catalogue.connection.execute("UPDATE capture SET page_kind = 'document'")
        assert catalogue.connection.execute("SELECT sources, language, listed FROM visit").fetchall() == []
        assert catalogue.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert schema_differences(catalogue.connection) == []


def test_catalogue_from_before_document_links_gets_them_from_new_readings(
    tmp_path: Path, builder: EntryBuilder
) -> None:
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.add(builder.entry(1))
        catalogue.connection.executescript(
            """DROP TABLE document_link; DELETE FROM _sqlite_migrations WHERE name LIKE '0011%';
            PRAGMA user_version = 10"""
        )
    with pytest.raises(OlderCatalogue):
        Catalogue.open(path)
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.add(builder.entry(2, "/report", links=("https://institute.example/report.pdf",)))
        rows = catalogue.connection.execute("SELECT key FROM document_link").fetchall()
        assert rows == [("institute.example/report.pdf",)]
        assert schema_differences(catalogue.connection) == []


def test_upgraded_items_view_is_counted_without_reading_editions(tmp_path: Path, builder: EntryBuilder) -> None:
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.add(builder.entry(1))
        before = catalogue.connection.execute("SELECT * FROM items").fetchall()
        catalogue.connection.executescript(
            """DROP VIEW items; CREATE VIEW items AS SELECT item.id, edition.text FROM item JOIN edition
                ON edition.item = item.id;
            DELETE FROM _sqlite_migrations WHERE name LIKE '0012%'; PRAGMA user_version = 11"""
        )
    with pytest.raises(OlderCatalogue):
        Catalogue.open(path)
    with Catalogue.open(path, create=True) as catalogue:
        assert catalogue.connection.execute("SELECT * FROM items").fetchall() == before
        plan = catalogue.connection.execute("EXPLAIN QUERY PLAN SELECT count(*) FROM items").fetchall()
        assert "edition" not in repr(plan)
        assert schema_differences(catalogue.connection) == []


def test_upgraded_failures_view_knows_which_answers_end_a_failure(tmp_path: Path, builder: EntryBuilder) -> None:
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.add(builder.answer(1, "/report", 500))
        catalogue.add(builder.redirect(2, "/report", "/2024/report"))
        catalogue.connection.executescript(
            """DROP VIEW runs; DROP VIEW failures;
            CREATE VIEW failures AS SELECT at, publisher, url, reason, detail, NULL AS item, id AS record FROM failure;
            DELETE FROM _sqlite_migrations WHERE name LIKE '0013%'; PRAGMA user_version = 12"""
        )
    with pytest.raises(OlderCatalogue):
        Catalogue.open(path)
    with Catalogue.open(path, create=True) as catalogue:
        assert catalogue.failures() == []
        assert catalogue.connection.execute("SELECT count(*) FROM runs").fetchone() == (0,)
        assert schema_differences(catalogue.connection) == []


@pytest.mark.parametrize("content", [b"not a database at all", b"SQLite format 3\x00 and then nonsense" * 99])
def test_other_file_is_refused_and_left_unchanged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "catalogue.db"
    path.write_bytes(content)
    with pytest.raises(NotACatalogue):
        open_database(path, create=True)
    assert path.read_bytes() == content


def test_database_of_another_program_is_refused_and_left_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.commit()
    other.close()
    content = path.read_bytes()
    with pytest.raises(NotACatalogue):
        open_database(path, create=True)
    assert path.read_bytes() == content


def test_folder_and_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotACatalogue):
        open_database(tmp_path, create=True)
    with pytest.raises(NoCatalogue):
        open_database(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_catalogue_is_created_over_an_empty_file_left_by_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    path.touch()
    with Catalogue.open(path, create=True) as catalogue:
        assert catalogue.counts()["items"] == 0


def test_catalogue_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as writer, Catalogue.open(path, read_only=True) as reader:
        with writer.transaction():
            writer.mark_file_end("a.warc.gz", 10)
            assert reader.known_ends() == {}
        assert reader.known_ends() == {"a.warc.gz": 10}
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.mark_file_end("a.warc.gz", 11)


def test_failed_transaction_leaves_no_change(tmp_path: Path) -> None:
    def broken(catalogue: Catalogue) -> None:
        with catalogue.transaction():
            catalogue.mark_file_end("a.warc.gz", 10)
            raise KeyError("a bug")

    with Catalogue.open(tmp_path / "catalogue.db", create=True) as catalogue:
        with pytest.raises(KeyError):
            broken(catalogue)
        assert catalogue.known_ends() == {}


def test_failed_savepoint_keeps_the_rest_of_its_transaction(tmp_path: Path) -> None:
    def broken(catalogue: Catalogue) -> None:
        with catalogue.savepoint():
            catalogue.mark_file_end("b.warc.gz", 20)
            raise KeyError("a bug")

    with Catalogue.open(tmp_path / "catalogue.db", create=True) as catalogue:
        with catalogue.transaction():
            catalogue.mark_file_end("a.warc.gz", 10)
            with pytest.raises(KeyError):
                broken(catalogue)
            catalogue.mark_file_end("c.warc.gz", 30)
        assert catalogue.known_ends() == {"a.warc.gz": 10, "c.warc.gz": 30}
