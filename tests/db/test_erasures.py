"""What an erasure order reaches beyond what it names, according to the rows of the catalogue."""

from __future__ import annotations

from typing import Any

from archive.warc.capture import NoteKind
from db import erasures
from db.catalogue import Catalogue

PAGE = "https://institute.example/a"


def test_item_is_left_while_one_capture_still_shows_it(catalogue: Catalogue, builder: Any) -> None:
    for minute, text in ((1, "The first text."), (2, "Another text.")):
        catalogue.add(builder.entry(minute, "/a", text=text))
    first, second = (one.captures[0] for one in catalogue.editions(PAGE))
    (item,) = erasures.items_at(catalogue.connection, {first})
    assert erasures.is_still_shown(catalogue.connection, item, {first})
    assert erasures.is_still_shown(catalogue.connection, item, {second})
    assert not erasures.is_still_shown(catalogue.connection, item, {first, second})


def test_an_order_about_an_item_reaches_neither_captures_nor_failures_of_another(
    catalogue: Catalogue, builder: Any
) -> None:
    kept, failed = {}, {}
    for minute, path in ((1, "/a"), (2, "/b")):
        entry = builder.entry(minute, path)
        catalogue.add(entry)
        note = builder.note(
            minute + 10, NoteKind.FAILURE, {"reason": "connect"}, about=entry.capture.url, publisher="institute"
        )
        catalogue.add_note(note)
        kept[path], failed[path] = {entry.capture.id}, {note.id}
    (item,) = erasures.items_at(catalogue.connection, kept["/a"])
    assert erasures.captures_of_item(catalogue.connection, item) == kept["/a"]
    assert erasures.failures_of_item(catalogue.connection, item) == failed["/a"]
