"""What an erasure order reaches beyond what it names, according to the rows of the catalogue."""

from __future__ import annotations

from typing import Any

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
