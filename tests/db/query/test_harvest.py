"""Lists for harvesters: a piece costs the same however many items the collection holds."""

from __future__ import annotations

from typing import Any

import pytest

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.instant import to_text
from db.query import harvest
from db.query.harvest import Entry, HarvestSelection

STEPS = 100


def cost(catalogue: Catalogue, wanted: HarvestSelection) -> int:
    """Return how many hundreds of steps of SQLite's machine the first piece takes."""
    counted: list[None] = []
    catalogue.connection.set_progress_handler(lambda: counted.append(None), STEPS)
    assert len(harvest.page(catalogue.connection, wanted, after="", limit=2)) == 2
    catalogue.connection.set_progress_handler(None, 0)
    return len(counted)


def test_a_piece_of_a_list_costs_the_same_in_a_larger_collection(catalogue: Catalogue, builder: Any) -> None:
    every, of_one = HarvestSelection(), HarvestSelection(publisher="institute")
    for number in range(8):
        catalogue.add(builder.entry(number, f"/text-{number}", text=f"The text of page {number}."))
    before = cost(catalogue, every), cost(catalogue, of_one)
    for number in range(8, 60):
        catalogue.add(builder.entry(number, f"/text-{number}", text=f"The text of page {number}."))
    assert cost(catalogue, every) <= before[0] + 1
    assert cost(catalogue, of_one) <= before[1] + 1


def test_pieces_hold_every_item_once_in_the_order_of_ids(catalogue: Catalogue, builder: Any) -> None:
    for number in range(9):
        catalogue.add(builder.entry(number, f"/text-{number}", text=f"The text of page {number}."))
    found: list[str] = []
    while piece := harvest.page(catalogue.connection, HarvestSelection(), after=found[-1] if found else "", limit=2):
        found += [one.item for one in piece]
    assert found == sorted(catalogue.all_item_ids())
    assert len(found) == 9


def test_what_changed_since_is_found_without_a_look_at_every_item(catalogue: Catalogue, builder: Any) -> None:
    for number in range(200):
        catalogue.add(builder.entry(number, f"/text-{number}", text=f"The text of page {number}."))
    late = HarvestSelection(since=builder.at(198))
    # Of the others, one entry of an index is looked at; looking at each item takes some hundred steps.
    assert cost(catalogue, late) < 40


@pytest.mark.parametrize("imported", [False, True])
def test_a_list_since_a_time_holds_what_the_whole_list_says_changed_since(
    catalogue: Catalogue, builder: Any, imported: bool
) -> None:
    for number in range(6):
        catalogue.add(builder.entry(number, f"/text-{number}", text=f"The text of page {number}."))
    catalogue.add(builder.entry(20, "/text-1", text="It now says something else."))
    catalogue.add(builder.answer(21, "/text-2", 404))
    third, fourth = (catalogue.item(f"https://institute.example/text-{number}") for number in (3, 4))
    assert third is not None
    assert fourth is not None
    withheld = {"item": third.id, "reason": "a court order"}
    catalogue.add_note(builder.note(22, NoteKind.WITHHOLDING, withheld))
    catalogue.connection.execute(
        "INSERT INTO decision (id, kind, made, signer, item, field) VALUES ('urn:uuid:1', 'set', ?, 'Ada', ?, 'title')",
        (to_text(builder.at(23)), fourth.id),
    )
    for second, erased in enumerate(("institute-0000000000", "institute-zzzzzzzzzz"), 18):
        catalogue.connection.execute(
            "INSERT INTO withholding (id, reason, made, note) VALUES (?, 'a court order', ?, 'urn:uuid:2')",
            (erased, to_text(builder.at(second))),
        )
    if imported:
        # Brings what was captured long before, of which only its file says when it came.
        catalogue.connection.execute(
            """INSERT INTO event (id, type, at, publisher, detail) SELECT 'urn:uuid:3', 'import', ?, 'institute',
            json_object('file', capture.file) FROM item JOIN capture ON capture.id = item.latest WHERE item.id = ?""",
            (to_text(builder.at(24)), fourth.id),
        )
    whole = harvest.page(catalogue.connection, HarvestSelection(), after="", limit=100)
    assert [one.withheld for one in whole].count(True) == 3
    assert max(one.changed for one in whole) == builder.at(24 if imported else 23)
    for since in range(25):
        for until in (None, builder.at(20), builder.at(22)):
            told = [
                one for one in whole if one.changed >= builder.at(since) and (until is None or one.changed <= until)
            ]
            for publisher in (None, "institute"):
                wanted = HarvestSelection(builder.at(since), until, publisher)
                found: list[Entry] = []
                while piece := harvest.page(
                    catalogue.connection, wanted, after=found[-1].item if found else "", limit=2
                ):
                    found += piece
                assert found == told
    assert harvest.page(catalogue.connection, HarvestSelection(builder.at(0), None, "other"), after="", limit=2) == []
