"""Before a text is erased, a person is told where else its words stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from archive.warc.capture import NoteKind
from ingest.collection.collection import Layout, make, open_for_work
from ingest.erasure.traces import passages, traces
from ingest.settings.values import Settings

TITLE = "Cargo of the night"
WORDS = "The lighthouse keeper was told to keep quiet about the cargo that was landed in the night of the storm."


def test_a_note_that_quotes_an_erased_text_is_told_though_it_cannot_be_erased(
    tmp_path: Path, settings_at: Callable[[int], Settings]
) -> None:
    layout = Layout(tmp_path / "kept")
    make(layout, settings_at(9))
    with open_for_work(layout, settings_at(9)) as work:
        *telling, _ = (
            work.note(NoteKind.ANNOTATION, {"item": "in-1", "annotation": "note", "value": value, "by": "Ewa"}).id
            for value in (f"Look at this: {WORDS}", f"Cited as “{TITLE}”.", "The keeper was told of the night.")
        )
        found = list(traces(work.catalogue, layout.warcs, passages(TITLE, WORDS), set()))
    assert [(one.record, one.erasable) for one in found] == [(one, False) for one in telling]
    assert all(one.what.startswith("the annotation note of ") for one in found)
