"""Readings of an older reader are found, and a newer reader changes editions in place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.model.change import Entry
from db.model.item import PageKind, Partial
from db.query import outdated_readings
from db.query.snapshot import compare

if TYPE_CHECKING:
    from pathlib import Path

    from tests.db.conftest import EntryBuilder


def entries(builder: EntryBuilder, stamp: Any, *, title: str) -> list[Entry]:
    """Three captures of one article, the last with another text, as one reader reads them."""
    texts = ("A port.", "A port.", "A deep sea port.")
    return [builder.entry(number, title=title, text=text, stamp=stamp) for number, text in enumerate(texts, start=1)]


def test_readings_by_an_older_reader_and_unread_captures_are_found(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.entry(1))
    catalogue.add(builder.entry(2, "/newer", title="Batumi", stamp=builder.newer))
    late: dict[str, Any] = {"stamp": builder.newer, "partial": Partial.UNREAD, "unread": "deadline"}
    catalogue.add(builder.entry(3, "/late", title="Poti", text="", **late))
    catalogue.add(builder.entry(4, "/file", kind=PageKind.OTHER, stamp=builder.newer, unread="no reader for PDF"))
    catalogue.add(builder.entry(5, "/old-file", kind=PageKind.OTHER, unread="no reader for PDF"))

    def paths(found: Any) -> list[str]:
        return [capture.url.rpartition("/")[2] for capture in found]

    def current(_profile: str | None) -> str:
        return str(builder.newer)

    assert paths(outdated_readings.older(catalogue.connection, current)) == ["anaklia", "old-file"]
    assert paths(outdated_readings.unread(catalogue.connection, current)) == ["late", "old-file"]


def test_newer_reader_changes_editions_in_place_and_opens_none(
    catalogue: Catalogue, builder: EntryBuilder, tmp_path: Path
) -> None:
    for entry in entries(builder, builder.stamp, title="Anaklia - Port Watch"):
        catalogue.add(entry)
    before = [(edition.id, edition.text) for edition in catalogue.editions("https://institute.example/anaklia")]
    better = entries(builder, builder.newer, title="Anaklia")
    catalogue.refold(better)
    after = catalogue.editions("https://institute.example/anaklia")
    assert [(edition.id, edition.text) for edition in after] == before
    assert {edition.title.value for edition in after if edition.title} == {"Anaklia"}
    assert {edition.stamp for edition in after} == {str(builder.newer)}
    with Catalogue.open(tmp_path / "anew.db", create=True) as anew:
        for entry in better:
            anew.add(entry)
        assert compare(catalogue.snapshot(), anew.snapshot()) == []


def test_decision_survives_a_newer_reader(catalogue: Catalogue, builder: EntryBuilder) -> None:
    for entry in entries(builder, builder.stamp, title="Anaklia - Port Watch"):
        catalogue.add(entry)
    item = catalogue.item("https://institute.example/anaklia")
    assert item is not None
    said = {"item": item.id, "edition": item.edition.id, "by": "A. Nowak", "field": "author"}
    catalogue.add_note(builder.note(9, NoteKind.DECISION, said | {"values": [{"value": "Jan Kos", "role": "author"}]}))
    better = [
        replace(one, reading=replace(one.reading, attributions=()))
        for one in entries(builder, builder.newer, title="Anaklia")
        if one.reading is not None
    ]
    catalogue.refold(better)
    again = catalogue.item(item.id)
    assert again is not None
    assert [credit.name for credit in again.edition.attributions] == ["Jan Kos"]
