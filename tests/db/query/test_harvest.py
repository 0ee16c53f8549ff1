"""Lists for harvesters: a piece costs the same however many items the collection holds."""

from __future__ import annotations

from typing import Any

from db.catalogue import Catalogue
from db.query import harvest
from db.query.harvest import HarvestSelection

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
