"""Choice: the items that a command line names, each once, as of the requested day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from archive.errors import Exit, Refused
from db.catalogue import Catalogue
from db.model.item import Item
from ingest.collection.item_choice import Choice

LONG_AGO = datetime(2001, 2, 3, tzinfo=UTC)


@pytest.fixture
def catalogue(story: Any) -> Iterator[Catalogue]:
    path = story.third.layout.directory / "catalogue.db"
    with Catalogue.open(path, read_only=True) as catalogue:
        yield catalogue


def test_an_item_that_is_named_in_three_ways_comes_once(catalogue: Catalogue) -> None:
    (first, *_) = catalogue.items(catalogue.all_item_ids())
    found = [item.id for item in Choice((first.id, first.url, first.id), query="ports").items(catalogue)]
    assert found[0] == first.id
    assert len(found) == len(set(found))


def test_an_export_can_report_how_many_items_it_took_of_how_many(catalogue: Catalogue) -> None:
    told: list[tuple[object, ...]] = []
    total = len(list(Choice(everything=True, report=lambda *step: told.append(step)).items(catalogue)))
    assert told == [(number, total) for number in range(1, total + 1)]


def test_two_editions_of_one_item_are_both_shown(catalogue: Catalogue) -> None:
    changed = next(item for item in catalogue.items(catalogue.all_item_ids()) if item.editions > 1)
    one, other, *_ = (edition.id for edition in catalogue.editions(changed.id))
    assert [item.edition.id for item in Choice((one, other, one)).items(catalogue) if isinstance(item, Item)] == [
        one,
        other,
    ]


def test_a_day_before_the_first_edition_is_refused_with_a_command_to_try(catalogue: Catalogue) -> None:
    (first, second, *_) = catalogue.all_item_ids()
    with pytest.raises(Refused, match=f"{first} was not held on 2001-02-03") as refused:
        list(Choice((first,), at=LONG_AGO).items(catalogue))
    assert refused.value.code is Exit.USAGE
    assert f"creditline show {first} --editions" in refused.value.hint
    with pytest.raises(Refused, match="none of these 2 items was held"):
        list(Choice((first, second), at=LONG_AGO).items(catalogue))


def test_items_that_were_not_held_yet_are_named_and_the_others_come(catalogue: Catalogue) -> None:
    items = sorted(catalogue.items(catalogue.all_item_ids()), key=lambda item: catalogue.editions(item.id)[0].opened)
    early, late = items[0], items[-1]
    day = catalogue.editions(late.id)[0].opened
    between = catalogue.editions(early.id)[0].opened + (day - catalogue.editions(early.id)[0].opened) / 2
    named: list[str] = []
    came = [item.id for item in Choice((late.id, early.id), at=between).items(catalogue, named.append)]
    assert (came, named) == ([early.id], [late.id])
