"""Texts that left their address without an answer that they are gone are listed, until they are seen again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.catalogue import Catalogue
from db.model.item import PageKind
from db.query.displaced import count_displaced, count_merged, departures, displaced

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder


def test_a_text_is_displaced_by_a_redirect_a_list_or_not_found_until_it_is_seen_again(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    for number, path in enumerate(("/port", "/road", "/mill", "/weir", "/lock"), 1):
        catalogue.add(builder.entry(number, path, title=path, text=f"Of {path} and all that belongs to it."))
    catalogue.add(builder.redirect(11, "/port", "/"))
    catalogue.add(builder.entry(12, "/road", kind=PageKind.MISSING, title="Not found", text=""))
    catalogue.add(builder.entry(13, "/mill", kind=PageKind.LISTING, title="All mills", text=""))
    catalogue.add(builder.answer(14, "/weir", 404))
    found = list(displaced(catalogue.connection, "institute"))
    assert [one.url.rpartition("/")[2] for one in found] == ["mill", "port", "road"]
    assert count_displaced(catalogue.connection, "institute") == 3
    assert "status 301 to" in found[1].because
    catalogue.add(builder.entry(15, "/port", title="/port", text="Of /port and all that belongs to it."))
    assert count_displaced(catalogue.connection, "institute") == 2


def test_departures_count_what_went_since_and_what_is_left_of_what_was_known(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    for number, path in enumerate(("/port", "/road", "/mill"), 1):
        catalogue.add(builder.entry(number, path, title=path, text=f"Of {path} and all that belongs to it."))
    catalogue.add(builder.answer(4, "/port", 404))
    since = builder.at(5)
    catalogue.add(builder.answer(6, "/road", 410))
    catalogue.add(builder.entry(7, "/new", title="new", text="A new text."))
    assert departures(catalogue.connection, "institute", since) == (1, 1)


def test_a_new_item_that_joins_a_known_one_is_counted_as_merged(catalogue: Catalogue, builder: EntryBuilder) -> None:
    made = [catalogue.add(builder.entry(n, path, title="A port")).item for n, path in ((1, "/old"), (2, "/new"))]
    made.append(catalogue.add(builder.entry(3, "/other", title="A road", text="Another text.")).item)
    catalogue.add(builder.redirect(4, "/old", "/new"))
    assert count_merged(catalogue.connection, [one for one in made[1:] if one is not None]) == 1
