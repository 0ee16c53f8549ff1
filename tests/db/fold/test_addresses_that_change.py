"""An address redirected to an item and later shows its own text: whose text is it?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from db.catalogue import Catalogue
from db.identity import item_id

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

SITE = "https://institute.example"
ORDERS = list(permutations(range(3)))


def item_at(catalogue: Catalogue, path: str) -> str:
    held = catalogue.item(SITE + path)
    assert held is not None
    return held.id


def add(catalogue: Catalogue, builder: EntryBuilder, order: Sequence[int], **reading: Any) -> None:
    """An article, an address that redirects to it, and then a text at that address."""
    entries = [builder.entry(1), builder.redirect(2, "/short", "/anaklia"), builder.entry(3, "/short", **reading)]
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, [entries[number] for number in order])


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize(
    "reading",
    [
        {"text": "A port, mended."},
        {"title": "The port of Anaklia"},
        {"title": "Otherwise", "text": "Otherwise.", "canonical": f"{SITE}/anaklia"},
        {"title": "Otherwise", "text": "Otherwise.", "canonical": f"{SITE}/short"},
    ],
    ids=[
        "the same headline",
        "the same text",
        "another text with the canonical URL of the item",
        "another text with its own canonical URL",
    ],
)
def test_text_at_a_former_redirect_joins_the_item_if_alike_or_if_canonical(
    catalogue: Catalogue, builder: EntryBuilder, order: Sequence[int], reading: dict[str, Any]
) -> None:
    add(catalogue, builder, order, **reading)
    same = reading.get("canonical") != f"{SITE}/short"
    assert (item_at(catalogue, "/short") == item_at(catalogue, "/anaklia")) is same
    assert len(catalogue.all_item_ids()) == 2 - same


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_other_work_at_a_former_redirect_becomes_its_own_item(
    catalogue: Catalogue, builder: EntryBuilder, order: Sequence[int]
) -> None:
    add(catalogue, builder, order, title="Batumi", text="Another port.")
    assert item_at(catalogue, "/anaklia") == item_id("institute", "institute.example/anaklia")
    # The id of the address was shown for the article it led to, and still leads there.
    assert item_at(catalogue, "/short") == item_id("institute", "institute.example/short", 1)
    shown = catalogue.item(item_id("institute", "institute.example/short"))
    assert shown is not None
    assert shown.id == item_at(catalogue, "/anaklia")


def test_text_of_equal_length_with_other_words_is_another_work(catalogue: Catalogue, builder: EntryBuilder) -> None:
    add(catalogue, builder, range(3), title="Otherwise", text="A pork.")
    assert item_at(catalogue, "/short") != item_at(catalogue, "/anaklia")
