"""What visits saw besides the editions of an item is told in its history, and which address another item had before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.catalogue import Catalogue
from db.query.item_history import former_items, happenings, latest

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

PARTS = [
    f"Part {number} of the report tells of the port, of its piers and of what they cost the town."
    for number in range(30)
]
WHOLE, CUT = "\n".join(PARTS), "\n".join(PARTS[:10])
URL = "https://institute.example/anaklia"


def id_of(catalogue: Catalogue, url: str = URL) -> str:
    held = catalogue.item(url)
    assert held is not None
    return held.id


def test_a_cut_article_is_told_once_with_the_first_and_last_day_and_how_often_it_was_seen(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    texts = {1: WHOLE, 2: CUT, 3: CUT, 4: WHOLE, 5: CUT}
    for number, text in texts.items():
        catalogue.add(builder.entry(number, text=text))
    seen = happenings(catalogue.connection, id_of(catalogue))
    assert [(one.first, one.last, one.times) for one in seen] == [
        (builder.at(2), builder.at(5), 3),
    ]
    assert seen[0].words == "partial: only the beginning of the text; the edition in force stays"


def test_what_the_newest_visit_saw_instead_of_the_text_is_told_until_a_visit_sees_the_text(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    catalogue.add(builder.entry(1, text=WHOLE))
    assert latest(catalogue.connection, id_of(catalogue)) is None
    catalogue.add(builder.entry(2, text=CUT))
    found = latest(catalogue.connection, id_of(catalogue))
    assert found is not None
    assert found.first == builder.at(2)
    catalogue.add(builder.entry(3, text=WHOLE))
    assert latest(catalogue.connection, id_of(catalogue)) is None


def test_an_item_at_an_address_that_another_had_names_the_other(catalogue: Catalogue, builder: EntryBuilder) -> None:
    def numbered(at: int, title: str, text: str, number: int) -> None:
        shortlinks = (f"https://institute.example/?p={number}",)
        catalogue.add(builder.entry(at, title=title, text=text, shortlinks=shortlinks))

    numbered(1, "Our year", WHOLE, 96)
    older = id_of(catalogue)
    numbered(2, "Budget", " ".join(f"Sum {number} was spent on cranes." for number in range(200)), 115)
    newer = id_of(catalogue)
    assert [(one.key, one.item) for one in former_items(catalogue.connection, newer)] == [
        ("institute.example/anaklia", older)
    ]
    assert former_items(catalogue.connection, older) == ()
    assert [one.words for one in happenings(catalogue.connection, older)] == [
        f"another text is at this address: {newer}"
    ]


def test_a_number_that_comes_back_to_its_item_was_not_that_of_another(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    for at, number in enumerate((96, 115, 96)):
        catalogue.add(builder.entry(at, text=WHOLE, shortlinks=(f"https://institute.example/?p={number}",)))
    assert former_items(catalogue.connection, id_of(catalogue)) == ()
