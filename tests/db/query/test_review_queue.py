"""The review queue: the questions about one item are found without a look at the others."""

from __future__ import annotations

from typing import Any

from db.catalogue import Catalogue
from db.query import review_queue

STEPS = 10


def cost(catalogue: Catalogue, item: str) -> int:
    """Return how many tens of steps of SQLite's machine the questions about *item* take."""
    counted: list[None] = []
    catalogue.connection.set_progress_handler(lambda: counted.append(None), STEPS)
    assert review_queue.asked_of(catalogue.connection, item)
    catalogue.connection.set_progress_handler(None, 0)
    return len(counted)


def test_questions_about_one_item_cost_the_same_in_a_larger_collection(catalogue: Catalogue, builder: Any) -> None:
    for number in range(4):
        catalogue.add(builder.entry(number, f"/text-{number}", text=f"Text {number}.", attributions=(), published=None))
    item = catalogue.all_item_ids()[0]
    before = cost(catalogue, item)
    for number in range(4, 60):
        catalogue.add(builder.entry(number, f"/text-{number}", text=f"Text {number}.", attributions=(), published=None))
    assert cost(catalogue, item) <= 1.2 * before


def test_questions_are_asked_of_one_publisher_or_of_all(catalogue: Catalogue, builder: Any) -> None:
    catalogue.add(builder.entry(0, "/here", published=None))
    catalogue.add(builder.entry(1, "https://other.example/there", published=None, capture={"publisher": "other"}))
    found = {one.item.publisher.id for one in review_queue.items(catalogue.connection)}
    (of_one,) = review_queue.items(catalogue.connection, publisher="other")
    assert found == {"institute", "other"}
    assert review_queue.count(catalogue.connection) == 2
    assert review_queue.count(catalogue.connection, publisher="other") == 1
    assert review_queue.count(catalogue.connection, why=review_queue.ReviewReason.DOUBT) == 0
    assert of_one.item.publisher.id == "other"
