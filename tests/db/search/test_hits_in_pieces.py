"""All hits come in pieces: few are in memory at once, and each piece is read when it is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from db.catalogue import Catalogue
from db.search import hit
from db.search.hit import further_hits
from db.search.query import parse
from db.search.search import Page, all_ids, page


@pytest.fixture
def many(catalogue: Catalogue, builder: Any, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """Nine texts, of which three are read at a time."""
    monkeypatch.setattr(hit, "HELD", 3)
    for number in range(9):
        catalogue.add(builder.entry(number, f"/text-{number}", title=f"Ports {number}", text=f"Text {number}."))
    return catalogue


def test_pieces_hold_every_hit_once_in_order_and_are_read_one_by_one(many: Catalogue) -> None:
    results = page(many.connection, parse("ports"), Page(limit=-1))
    assert (len(results.hits), len(results.behind), results.total) == (3, 6, 9)
    asked: list[str] = []
    many.connection.set_trace_callback(asked.append)
    pieces = further_hits(many.connection, results.behind, results.query, results.in_force)
    assert asked == []
    first = next(pieces)
    read = len(asked)
    # Nothing stays open while a piece is printed, which may take for ever.
    assert not many.connection.in_transaction
    (second,) = pieces
    many.connection.set_trace_callback(None)
    assert 0 < read < len(asked)
    assert [len(one) for one in (first, second)] == [3, 3]
    ids = [one.item for one in (*results.hits, *first, *second)]
    assert ids == all_ids(many.connection, "ports")


def test_what_was_withheld_since_the_search_is_not_in_a_later_piece(many: Catalogue) -> None:
    results = page(many.connection, parse("ports"), Page(limit=-1))
    row, item = results.behind[0]
    many.connection.execute("DELETE FROM search_doc WHERE rowid = ?", (row,))
    shown = [one.item for piece in further_hits(many.connection, results.behind, results.query) for one in piece]
    assert item not in shown
    assert len(shown) == 5
