"""What an export takes from each file is found without a look at the records of all other files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archive.warc.capture import NoteKind, RecordRef
from db.catalogue import Catalogue
from db.query.export_selection import Chosen

FILES = 40


def fill(catalogue: Catalogue, builder: Any) -> None:
    """Add a page, and a note of settings in each of `FILES` files."""
    catalogue.add(builder.entry(0, "/text"))
    for number in range(1, FILES + 1):
        note = builder.note(number, NoteKind.SETTINGS, {"settings": {"publishers": []}})
        catalogue.add_note(replace(note, ref=RecordRef(f"file-{number}.warc.gz", 100, 50)))


def cost(catalogue: Catalogue, chosen: Chosen, file: str) -> int:
    """Return how many tens of steps of SQLite's machine the questions about *file* take."""
    counted: list[None] = []
    catalogue.connection.set_progress_handler(lambda: counted.append(None), 10)
    chosen.others(file)
    chosen.offsets(file)
    catalogue.connection.set_progress_handler(None, 0)
    return len(counted)


def test_questions_about_a_file_cost_the_same_among_many_files(catalogue: Catalogue, builder: Any) -> None:
    fill(catalogue, builder)
    chosen = Chosen(catalogue.connection)
    chosen.add_everything(settings=True)
    chosen.settle()
    assert len(chosen.files()) == FILES + 1
    assert cost(catalogue, chosen, "file-7.warc.gz") <= 5


def test_records_that_an_export_of_everything_leaves_out_are_known_by_their_file(
    catalogue: Catalogue, builder: Any
) -> None:
    fill(catalogue, builder)
    chosen = Chosen(catalogue.connection)
    chosen.add_everything()
    chosen.settle()
    assert chosen.others("file-7.warc.gz") == {100}
    assert chosen.offsets("file-7.warc.gz") == set()
    assert len(chosen.files()) == 1
    assert all(not chosen.others(file) for file in chosen.files())
