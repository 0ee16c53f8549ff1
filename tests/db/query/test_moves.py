"""Moves: works that seem to have new addresses, suggested pattern by pattern."""

from __future__ import annotations

from typing import Any

import pytest

from db.catalogue import Catalogue
from db.query import moved

TEXT = " ".join(f"word{number}" for number in range(60))
OTHER = " ".join(f"else{number}" for number in range(60))
HALF = " ".join([f"word{number}" for number in range(30)] + [f"else{number}" for number in range(30)])


def lost_and_found(catalogue: Catalogue, builder: Any, **found: Any) -> list[moved.Pattern]:
    """An article that is gone, and one that appeared later at another address, with *found* as its fields."""
    catalogue.add(builder.entry(1, "/old/anaklia", title="Anaklia", text=TEXT))
    catalogue.add(builder.answer(2, "/old/anaklia", 404))
    fields = {"title": "Anaklia", "text": TEXT} | found
    catalogue.add(builder.entry(fields.pop("number", 3), fields.pop("path", "/2023/anaklia"), **fields))
    return moved.patterns(catalogue.connection)


def test_same_text_at_another_url_is_one_question(catalogue: Catalogue, builder: Any) -> None:
    (pattern,) = lost_and_found(catalogue, builder)
    (move,) = pattern.moves
    assert (move.source, move.target) == (
        "https://institute.example/old/anaklia",
        "https://institute.example/2023/anaklia",
    )
    assert pattern.words == "institute.example/old/* -> institute.example/2023/*"


def test_nothing_is_asked_while_no_page_is_gone(catalogue: Catalogue, builder: Any) -> None:
    catalogue.add(builder.entry(1, "/old/anaklia", title="Anaklia", text=TEXT))
    catalogue.add(builder.entry(3, "/2023/anaklia", title="Anaklia", text=TEXT))
    assert moved.patterns(catalogue.connection) == []


def test_a_text_whose_former_address_has_another_text_is_not_lost(catalogue: Catalogue, builder: Any) -> None:
    first, second = ({"shortlinks": (f"https://institute.example/?p={number}",), "text": TEXT} for number in (96, 115))
    catalogue.add(builder.entry(1, "/old/anaklia", **first))
    catalogue.add(builder.entry(2, "/2023/anaklia", **first))
    catalogue.add(builder.entry(3, "/old/anaklia", **second))
    assert len(catalogue.all_item_ids()) == 2
    assert moved.patterns(catalogue.connection) == []


@pytest.mark.parametrize("found", [{"text": OTHER}, {"text": HALF, "title": "Batumi"}])
def test_different_text_is_not_taken_for_a_moved_one(catalogue: Catalogue, builder: Any, found: dict[str, str]) -> None:
    assert lost_and_found(catalogue, builder, **found) == []


def test_same_title_and_date_allow_a_partly_changed_text(catalogue: Catalogue, builder: Any) -> None:
    assert len(lost_and_found(catalogue, builder, text=HALF)) == 1


def test_translation_is_not_taken_for_a_moved_work(catalogue: Catalogue, builder: Any) -> None:
    polish = builder.words(builder.capture(3), "pl")
    assert lost_and_found(catalogue, builder, language=polish) == []


def test_moves_with_similar_urls_form_one_pattern(catalogue: Catalogue, builder: Any) -> None:
    for number, name in enumerate(("anaklia", "batumi", "poti")):
        text = " ".join(f"{name}{at}" for at in range(60))
        catalogue.add(builder.entry(number + 1, f"/old/{name}", title=name, text=text))
        catalogue.add(builder.answer(number + 11, f"/old/{name}", 410))
        catalogue.add(builder.entry(number + 21, f"/2023/{name}", title=name, text=text))
    (pattern,) = moved.patterns(catalogue.connection)
    names = [(one.source.rpartition("/")[2], one.target.rpartition("/")[2]) for one in pattern.moves]
    assert names == [("anaklia", "anaklia"), ("batumi", "batumi"), ("poti", "poti")]
    assert moved.patterns(catalogue.connection, "another") == []


def test_page_that_existed_before_the_other_was_lost_is_no_move(catalogue: Catalogue, builder: Any) -> None:
    catalogue.add(builder.entry(1, "/old/first", title="Poti", text=OTHER))
    catalogue.add(builder.entry(2, "/old/anaklia", title="Anaklia", text=TEXT))
    catalogue.add(builder.entry(5, "/2023/anaklia", title="Anaklia", text=TEXT))
    catalogue.add(builder.entry(10, "/old/anaklia", title="Anaklia", text=TEXT))
    for number, path in ((11, "/old/first"), (12, "/old/anaklia")):
        catalogue.add(builder.answer(number, path, 404))
    assert moved.patterns(catalogue.connection) == []


def test_work_found_at_two_urls_moves_to_one_of_them(catalogue: Catalogue, builder: Any) -> None:
    catalogue.add(builder.entry(1, "/old/anaklia", title="Anaklia", text=TEXT))
    catalogue.add(builder.answer(2, "/old/anaklia", 404))
    for number, path in ((3, "/2023/anaklia"), (4, "/print/anaklia")):
        catalogue.add(builder.entry(number, path, title="Anaklia", text=TEXT))
    assert sum(len(pattern.moves) for pattern in moved.patterns(catalogue.connection)) == 1
