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
def held(story: Any) -> Iterator[Catalogue]:
    path = story.third.layout.directory / "catalogue.db"
    with Catalogue.open(path, read_only=True) as catalogue:
        yield catalogue


def test_an_item_that_is_named_in_three_ways_comes_once(held: Catalogue) -> None:
    (first, *_) = held.items(held.all_item_ids())
    found = [item.id for item in Choice((first.id, first.url, first.id), query="ports").items(held)]
    assert found[0] == first.id
    assert len(found) == len(set(found))


def test_two_editions_of_one_item_are_both_shown(held: Catalogue) -> None:
    changed = next(item for item in held.items(held.all_item_ids()) if item.editions > 1)
    one, other, *_ = (edition.id for edition in held.editions(changed.id))
    assert [item.edition.id for item in Choice((one, other, one)).items(held) if isinstance(item, Item)] == [one, other]


def test_a_day_before_the_first_edition_is_refused_with_a_command_to_try(held: Catalogue) -> None:
    (first, second, *_) = held.all_item_ids()
    with pytest.raises(Refused, match=f"{first} was not held on 2001-02-03") as refused:
        list(Choice((first,), at=LONG_AGO).items(held))
    assert refused.value.code is Exit.USAGE
    assert f"creditline show {first} --editions" in refused.value.hint
    with pytest.raises(Refused, match="none of these 2 items was held"):
        list(Choice((first, second), at=LONG_AGO).items(held))


def test_items_that_were_not_held_yet_are_named_and_the_others_come(held: Catalogue) -> None:
    items = sorted(held.items(held.all_item_ids()), key=lambda item: held.editions(item.id)[0].opened)
    early, late = items[0], items[-1]
    day = held.editions(late.id)[0].opened
    between = held.editions(early.id)[0].opened + (day - held.editions(early.id)[0].opened) / 2
    named: list[str] = []
    came = [item.id for item in Choice((late.id, early.id), at=between).items(held, named.append)]
    assert (came, named) == ([early.id], [late.id])
