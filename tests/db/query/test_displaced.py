"""Texts that left their address without an answer that they are gone are listed, until they are seen again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.catalogue import Catalogue
from db.model.item import PageKind, Partial
from db.query.displaced import count_displaced, count_merged, departures, displaced

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

PARTS = [f"Part {number} of the report tells of the port and of what it cost the town." for number in range(30)]


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


@pytest.mark.parametrize(
    ("later", "because"),
    [
        ({"text": "\n".join(PARTS[:9])}, "only the beginning of the text"),
        ({"title": "Sorry", "text": "No store of pages."}, "a short text with another title"),
        ({"text": "\n".join(PARTS), "partial": Partial.TEASER}, None),
    ],
    ids=["cut", "a message", "a teaser, which its page says itself"],
)
def test_a_text_of_which_its_address_shows_less_is_displaced_until_it_is_seen_again(
    catalogue: Catalogue, builder: EntryBuilder, later: dict[str, Any], because: str | None
) -> None:
    catalogue.add(builder.entry(1, text="\n".join(PARTS)))
    catalogue.add(builder.entry(2, **later))
    found = [one.because for one in displaced(catalogue.connection, "institute")]
    assert len(found) == (because is not None)
    assert all(one.startswith(because or "") for one in found)
    catalogue.add(builder.entry(3, text="\n".join(PARTS)))
    assert count_displaced(catalogue.connection, "institute") == 0


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
