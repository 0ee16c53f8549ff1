"""Fixity log: which items depend on which records, found without checking all items for each record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archive.warc.capture import NoteKind, RecordRef
from db import fixity_log, notes
from db.catalogue import Catalogue
from db.fold import alias_rows

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

SITE = "https://institute.example"


@pytest.fixture
def many_named(catalogue: Catalogue, builder: EntryBuilder) -> Catalogue:
    """Texts that changed, moved, lost a name to another text, or are gone; a list, and a page that names another."""
    entries = [
        builder.entry(1),
        builder.redirect(2, "/short", "/anaklia"),
        builder.entry(3, "/batumi", title="Batumi", text="Another port."),
        builder.entry(4, text="A port, mended."),
        builder.entry(5, "/short", title="Otherwise", text="Otherwise.", canonical=f"{SITE}/short"),
        builder.redirect(6, "/batumi", "/ports/batumi"),
        builder.entry(7, "/ports/batumi", title="Batumi", text="Another port."),
        builder.entry(8, "/print/anaklia", text="A port, mended.", canonical=f"{SITE}/anaklia"),
        builder.answer(9, "/anaklia", 410),
    ]
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, entries)
    return catalogue


def test_items_on_a_record_are_those_with_an_edition_or_fields_from_it(many_named: Catalogue) -> None:
    db = many_named.connection
    every = """SELECT item FROM edition JOIN edition_capture ON edition_capture.edition = edition.id WHERE capture = ?1
        UNION SELECT id FROM item WHERE latest = ?1 ORDER BY 1"""
    found = 0
    for capture in many_named.all_captures():
        items = [row[0] for row in db.execute(every, (capture.id,))]
        # Its request follows it.
        for offset in (capture.ref.offset, capture.ref.offset + 950):
            assert fixity_log.items_on(db, capture.ref.file, offset) == items, capture.url
        found += len(items)
    assert found > len(many_named.all_item_ids()) == 3
    assert fixity_log.items_on(db, "institute-0001.warc.gz", 0) == []
    assert fixity_log.items_in(db, ["institute-0001.warc.gz"]) == set(many_named.all_item_ids())
    assert fixity_log.items_in(db, ["institute-0002.warc.gz"]) == set()


def test_an_item_without_a_current_key_is_still_found_on_its_record(many_named: Catalogue) -> None:
    """The fold frees a key for a work of its own; an item must not vanish from a report of damage because of that."""
    db = many_named.connection
    (ref, item) = db.execute("SELECT latest, id FROM item WHERE latest_key LIKE '%/batumi'").fetchone()
    # Only the item's own row is based on the record.
    db.execute("DELETE FROM edition_capture WHERE capture = ?", (ref,))
    for (key,) in db.execute("SELECT key FROM item_alias WHERE item = ? AND current = 1", (item,)).fetchall():
        alias = alias_rows.find(db, "institute", key)
        assert alias is not None
        alias_rows.detach(db, alias)
    capture = many_named.capture(ref)
    assert capture is not None
    assert fixity_log.items_on(db, capture.ref.file, capture.ref.offset) == [item]


def test_items_on_a_record_are_found_without_a_full_scan(catalogue: Catalogue) -> None:
    asked: list[str] = []
    catalogue.connection.set_trace_callback(asked.append)
    fixity_log.items_on(catalogue.connection, "institute-0001.warc.gz", 1000)
    catalogue.connection.set_trace_callback(None)
    plan = [row[3] for row in catalogue.connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}")]
    # Intermediate results are short lists.
    assert {step.split()[1] for step in plan if step.startswith("SCAN")} <= {"held", "named", "shown"}


def test_the_digest_of_one_file_is_found_without_those_of_all_others(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    files = [{"file": f"run-{number}.warc.gz", "bytes": number, "sha256": f"{number:064x}"} for number in range(500)]
    catalogue.add_note(builder.note(1, NoteKind.DIGEST, {"files": files}))
    counted: list[None] = []
    catalogue.connection.set_progress_handler(lambda: counted.append(None), 10)
    found = fixity_log.finished_as(catalogue.connection, "run-7.warc.gz")
    catalogue.connection.set_progress_handler(None, 0)
    assert found == fixity_log.finished(catalogue.connection)["run-7.warc.gz"]
    assert fixity_log.finished_as(catalogue.connection, "run-500.warc.gz") is None
    assert len(counted) <= 3


def test_what_is_expected_in_one_file_is_found_without_the_notes_in_all_others(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    catalogue.add(builder.entry(1))
    for number in range(2, 60):
        note = builder.note(number, NoteKind.FAILURE, {"reason": "timeout", "detail": ""}, about=f"{SITE}/{number}")
        catalogue.add_note(replace(note, ref=RecordRef(f"run-{number}.warc.gz", 100, 50)))
    settings = builder.note(60, NoteKind.SETTINGS, {"settings": {"publishers": []}})
    catalogue.add_note(replace(settings, ref=RecordRef("run-7.warc.gz", 200, 50)))
    fixity_log.gather_notes(catalogue.connection)
    counted: list[None] = []
    catalogue.connection.set_progress_handler(lambda: counted.append(None), 10)
    found = list(fixity_log.expected(catalogue.connection, "run-7.warc.gz"))
    catalogue.connection.set_progress_handler(None, 0)
    assert [one.offset for one in found] == [100, 200]
    assert len(counted) <= 8
    (capture,) = catalogue.all_captures()
    assert [one.id for one in fixity_log.expected(catalogue.connection, capture.ref.file)] == [capture.id]


def test_the_oldest_and_the_newest_note_are_found_without_a_look_at_all_failures(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    catalogue.add_note(builder.note(1, NoteKind.DIGEST, {"files": []}))
    counted: list[None] = []
    for number in range(2, 302):
        about = f"{SITE}/{number}"
        catalogue.add_note(builder.note(number, NoteKind.FAILURE, {"reason": "timeout"}, about=about))
    catalogue.connection.set_progress_handler(lambda: counted.append(None), 10)
    assert fixity_log.head(catalogue.connection) == "sha256:NOTE301"
    assert notes.first(catalogue.connection) == builder.note(1, NoteKind.DIGEST, {"files": []}).id
    catalogue.connection.set_progress_handler(None, 0)
    catalogue.add_note(builder.note(302, NoteKind.DIGEST, {"files": []}))
    assert fixity_log.head(catalogue.connection) == "sha256:NOTE302"
    assert len(counted) <= 20
