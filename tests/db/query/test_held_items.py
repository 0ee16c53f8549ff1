"""Held items: many are read with the queries of a few, and are the same as if they were read one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from db.catalogue import Catalogue
from db.model.item import PageKind, StatementPlace
from db.query import held_items, item_values

# More would mean a query for each item.
MOST_QUERIES = 24


def filled(catalogue: Catalogue, builder: Any, number: int) -> list[str]:
    for one in range(number):
        catalogue.add(builder.entry(one, f"/text-{one}", title=f"Text {one}", text=f"Text {one}."))
    return catalogue.all_item_ids()


def queries(catalogue: Catalogue, ids: list[str], *, bare: bool) -> int:
    asked: list[str] = []
    catalogue.connection.set_trace_callback(asked.append)
    found = list(held_items.by_ids(catalogue.connection, ids, bare=bare))
    catalogue.connection.set_trace_callback(None)
    assert [one.id for one in found] == ids
    return len(asked)


def test_many_items_for_citations_take_the_queries_of_one(catalogue: Catalogue, builder: Any) -> None:
    ids = filled(catalogue, builder, 30)
    one = queries(catalogue, ids[:1], bare=True)
    # Ten first, so that something is shown at once, and then twenty.
    assert queries(catalogue, ids, bare=True) == 2 * one
    assert one <= MOST_QUERIES


def test_whole_items_take_one_more_query_each_for_their_text(catalogue: Catalogue, builder: Any) -> None:
    ids = filled(catalogue, builder, 10)
    assert queries(catalogue, ids, bare=False) == queries(catalogue, ids[:1], bare=False) + 9


def test_items_read_together_are_those_read_one_by_one(catalogue: Catalogue, builder: Any) -> None:
    catalogue.add(builder.terms_page(0, "All texts may be quoted.", path="/review/terms"))
    catalogue.add(builder.terms_page(1, "Ask us first.", path="/terms"))
    catalogue.add(builder.saying(2, "/review/a", "Free texts.", place=StatementPlace.TERMS_PAGE))
    catalogue.add(builder.saying(3, "/b", "Ask the author."))
    catalogue.add(builder.saying(4, "/c", "Ask the author."))
    # It now says something else, which goes for the page that still shows the old words.
    catalogue.add(builder.saying(5, "/c", "Texts may be republished.", text="A longer text."))
    catalogue.add(builder.entry(6, "/d", attributions=(), published=None, tags=(), language=None, statements=()))
    catalogue.add(builder.answer(7, "/d", 404))
    ids = catalogue.all_item_ids()
    together = list(held_items.by_ids(catalogue.connection, ids))
    assert together == [held_items.by_id(catalogue.connection, one) for one in ids]
    by_url = {one.url.rpartition(".example")[2]: one for one in together}
    assert any(held.replaced is not None for held in by_url["/b"].terms)
    places = {path: {held.statement.place for held in by_url[path].terms} for path in ("/review/a", "/b")}
    assert StatementPlace.SECTION in places["/review/a"]
    assert StatementPlace.SECTION not in places["/b"]
    assert by_url["/c"].edition.number == by_url["/c"].editions == 2
    assert by_url["/d"].gone is not None


def test_bare_items_have_everything_that_a_citation_names(catalogue: Catalogue, builder: Any) -> None:
    ids = filled(catalogue, builder, 3)
    for bare, whole in zip(
        held_items.by_ids(catalogue.connection, ids, bare=True),
        held_items.by_ids(catalogue.connection, ids),
        strict=True,
    ):
        assert bare.edition.title is not None
        assert whole.edition.title is not None
        assert (bare.edition.title.value, bare.edition.id) == (whole.edition.title.value, whole.edition.id)
        assert [one.name for one in bare.edition.attributions] == [one.name for one in whole.edition.attributions]
        assert bare.terms == whole.terms
        assert (bare.edition.text, bare.edition.title.evidence.ranges) == ("", ())
        assert whole.edition.text


def test_long_texts_are_not_all_in_memory_at_once(catalogue: Catalogue, builder: Any) -> None:
    long = "x" * (item_values.MOST_TEXT // 2 + 1)
    for number in range(3):
        catalogue.add(builder.entry(number, f"/text-{number}", text=f"{number} {long}", kind=PageKind.DOCUMENT))
    ids = catalogue.all_item_ids()
    assert item_values.read(catalogue.connection, ids).answered == 2
    assert [one.id for one in held_items.by_ids(catalogue.connection, ids)] == ids


def test_withheld_and_unknown_items_are_skipped(catalogue: Catalogue, builder: Any) -> None:
    ids = filled(catalogue, builder, 3)
    catalogue.connection.execute("UPDATE item SET withheld = 'a court order' WHERE id = ?", (ids[1],))
    asked = [ids[0], "institute-0000000000", ids[1], ids[2]]
    assert [one.id for one in held_items.by_ids(catalogue.connection, asked)] == [ids[0], ids[2]]
    assert [one.id for one in held_items.by_ids(catalogue.connection, asked, withheld=True)] == ids


def test_nothing_is_kept_open_while_items_are_used(catalogue: Catalogue, builder: Any) -> None:
    found = held_items.by_ids(catalogue.connection, filled(catalogue, builder, 3))
    next(found)
    assert not catalogue.connection.in_transaction
    # Another program may write meanwhile, and the file of its changes can be emptied.
    assert catalogue.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def test_an_item_is_of_one_moment_though_another_program_writes_meanwhile(catalogue: Catalogue, builder: Any) -> None:
    ids = filled(catalogue, builder, 1)
    path = Path(catalogue.connection.execute("PRAGMA database_list").fetchone()[2])
    with Catalogue.open(path) as another:
        seconds = iter(range(1, 100))

        def write(_query: str) -> None:
            # Before each query of the reader the page has changed once more.
            second = next(seconds)
            another.add(builder.entry(second, "/text-0", title=f"Title {second}", text=f"Text {second}."))

        catalogue.connection.set_trace_callback(write)
        (held,) = held_items.by_ids(catalogue.connection, ids)
        catalogue.connection.set_trace_callback(None)
    assert held.edition.title is not None
    written = held.editions - 1
    assert written > 0
    assert (held.edition.number, held.edition.title.value, held.last_seen) == (
        held.editions,
        f"Title {written}",
        builder.at(written),
    )


@pytest.mark.parametrize("bare", [True, False])
def test_items_of_a_past_day_are_read_together_too(catalogue: Catalogue, builder: Any, bare: bool) -> None:
    catalogue.add(builder.entry(0, "/a", title="Before"))
    catalogue.add(builder.entry(2, "/a", title="After", text="Another text."))
    catalogue.add(builder.entry(3, "/b"))
    (then,) = held_items.by_ids(
        catalogue.connection, catalogue.all_item_ids(), builder.at(1).strftime("%Y-%m-%dT%H:%M:%S.000000Z"), bare=bare
    )
    assert then.edition.title is not None
    assert (then.edition.title.value, then.edition.number, then.editions) == ("Before", 1, 2)


def test_what_is_repeated_is_asked_for_many_items_together(catalogue: Catalogue, builder: Any) -> None:
    catalogue.add(builder.terms_page(0, "Ask us first."))
    for number in range(1, 31):
        catalogue.add(builder.saying(number, f"/text-{number}", "Ask the author."))
    connection = catalogue.connection
    items = list(held_items.by_ids(connection, catalogue.all_item_ids(), bare=True))
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    found = list(held_items.repeated_on(connection, items))
    connection.set_trace_callback(None)
    assert found == [(one, held_items.repeated(connection, one)) for one in items]
    assert any(also for _, also in found)
    # Two pages of items; one query each asks whether anything was decided about words of the publisher.
    assert len(asked) < 2 * MOST_QUERIES + len(items)
