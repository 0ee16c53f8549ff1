"""Editions that begin within one second: they have different ids, and no published id comes to mean another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.identity import item_id
from db.model.change import Entry

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

ITEM = item_id("institute", "institute.example/anaklia")


def captures_at(builder: EntryBuilder, *seconds: float, path: str = "/anaklia") -> list[Entry]:
    """Captures at the given seconds after ten o'clock, each with its own title."""
    found = []
    for number, after in enumerate(seconds):
        capture = replace(builder.capture(number, path), began=builder.at(0) + timedelta(seconds=after))
        found.append(Entry(capture, builder.reading(capture, title=f"Title {number}")))
    return found


def editions_shown(catalogue: Catalogue) -> list[tuple[str, str | None]]:
    """The id and title of each edition, by its own id."""
    found = []
    for edition in catalogue.editions(ITEM):
        item = catalogue.item(edition.id)
        assert item is not None
        assert item.edition == edition, f"{edition.id} leads to {item.edition.id}"
        found.append((edition.id, edition.title.value if edition.title else None))
    return found


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_first_edition_of_a_second_keeps_its_id_and_later_ones_add_microseconds(
    catalogue: Catalogue, builder: EntryBuilder, order: Sequence[int]
) -> None:
    entries = captures_at(builder, 0.25, 0.5, 0.75)
    builder.add_in_any_order(catalogue, [entries[number] for number in order])
    assert editions_shown(catalogue) == [
        (f"{ITEM}@20230424100000", "Title 0"),
        (f"{ITEM}@20230424100000500000", "Title 1"),
        (f"{ITEM}@20230424100000750000", "Title 2"),
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_editions_of_one_instant_get_consecutive_microsecond_ids(
    catalogue: Catalogue, builder: EntryBuilder, order: Sequence[int]
) -> None:
    entries = captures_at(builder, 0, 0, 0)
    builder.add_in_any_order(catalogue, [entries[number] for number in order])
    assert editions_shown(catalogue) == [
        (f"{ITEM}@20230424100000", "Title 0"),
        (f"{ITEM}@20230424100000000001", "Title 1"),
        (f"{ITEM}@20230424100000000002", "Title 2"),
    ]


def test_edition_id_reported_by_a_run_is_the_stored_id(catalogue: Catalogue, builder: EntryBuilder) -> None:
    first, second = (catalogue.add(one).edition for one in captures_at(builder, 0.25, 0.5))
    assert [first, second] == [edition.id for edition in catalogue.editions(ITEM)]


def test_shown_edition_id_stays_valid_when_another_opens_in_its_second(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    entries = captures_at(builder, 0.25, 0.5, 1.5)
    catalogue.add(entries[0])
    (shown,) = editions_shown(catalogue)
    for one in entries[1:]:
        catalogue.add(one)
        assert editions_shown(catalogue)[0] == shown


def test_id_of_a_second_without_an_edition_leads_to_the_one_in_force(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    for one in captures_at(builder, 0.25, 0.5):
        catalogue.add(one)
    later, earlier = catalogue.item(f"{ITEM}@20230424100001"), catalogue.item(f"{ITEM}@20230424100000499999")
    assert later is not None
    assert earlier is not None
    assert [later.edition.number, earlier.edition.number] == [2, 1]
    # Nothing was known then; the edition such an id named is closest to the first.
    before = catalogue.item(f"{ITEM}@20230424100000249999")
    assert before is not None
    assert before.edition.number == 1


def test_editions_view_shows_the_same_ids(catalogue: Catalogue, builder: EntryBuilder) -> None:
    for one in captures_at(builder, 0.25, 0.5, 0.5, 60):
        catalogue.add(one)
    rows = catalogue.connection.execute("SELECT id FROM editions ORDER BY number").fetchall()
    assert [row[0] for row in rows] == [identifier for identifier, _ in editions_shown(catalogue)]


def test_decision_holds_for_the_edition_that_the_person_saw(catalogue: Catalogue, builder: EntryBuilder) -> None:
    for one in captures_at(builder, 0.25, 0.5):
        catalogue.add(one)
    for number, edition in enumerate(catalogue.editions(ITEM)):
        body: dict[str, object] = {"item": ITEM, "edition": edition.id, "by": "A. Nowak", "field": "title"}
        catalogue.add_note(builder.note(number, NoteKind.DECISION, body | {"values": [{"value": f"Decided {number}"}]}))
    decided = [catalogue.item(edition.id) for edition in catalogue.editions(ITEM)]
    assert [one.edition.title.value for one in decided if one and one.edition.title] == ["Decided 0", "Decided 1"]


def test_texts_of_one_instant_are_all_kept_when_their_items_merge(catalogue: Catalogue, builder: EntryBuilder) -> None:
    (old,) = captures_at(builder, 0, path="/2023/anaklia")
    new = replace(builder.capture(1), began=old.capture.began)
    merged = [
        old,
        Entry(new, builder.reading(new, title="Title 0", text="A deep port.")),
        builder.redirect(2, "/2023/anaklia", "/anaklia"),
    ]
    for one in merged:
        catalogue.add(one)
    (item,) = catalogue.all_item_ids()
    assert sorted(edition.text for edition in catalogue.editions(item)) == ["A deep port.", "A port."]
