"""An address whose text moved may be given to another text later: these are two works."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from db.catalogue import Catalogue
from db.model.change import Entry

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

SITE = "https://institute.example"
REPORT, OLD = f"{SITE}/annual-report", f"{SITE}/annual-report-2022"
LAST_YEAR = " ".join(f"word{number} of the report of last year" for number in range(60))
THIS_YEAR = " ".join(f"thing{number} of another year and its budget" for number in range(60))


def page(builder: EntryBuilder, number: int, url: str, title: str, text: str, shortlink: int | None) -> Entry:
    stated: dict[str, Any] = {"shortlinks": (f"{SITE}/?p={shortlink}",)} if shortlink else {}
    return builder.entry(number, url.removeprefix(SITE), title=title, text=text, **stated)


def story(
    builder: EntryBuilder,
    *,
    numbers: bool = True,
    redirect: bool = True,
    title: str = "Our 2023",
    text: str = THIS_YEAR,
) -> list[Entry]:
    """A report moves, and the next one is published at its address; both are visited three times."""
    old, new = (96, 115) if numbers else (None, None)
    entries = [page(builder, 1, REPORT, "Our year", LAST_YEAR, old)]
    entries += [builder.redirect(2, "/annual-report", "/annual-report-2022")] if redirect else []
    entries.append(page(builder, 3, OLD, "Our year", LAST_YEAR, old))
    for at in (4, 6, 8):
        entries.append(page(builder, at, REPORT, title, text, new))
        entries.append(page(builder, at + 1, OLD, "Our year", LAST_YEAR, old))
    return entries


def items(catalogue: Catalogue) -> set[tuple[str, str | None, int]]:
    """The address, the title and the number of editions of each item."""
    found = catalogue.items(catalogue.all_item_ids())
    return {(one.url, one.edition.title.value if one.edition.title else None, one.editions) for one in found}


@pytest.mark.parametrize(("numbers", "redirect"), [(True, True), (True, False), (False, True)])
def test_a_text_at_the_address_that_another_left_is_a_work_of_its_own(
    catalogue: Catalogue, builder: EntryBuilder, numbers: bool, redirect: bool
) -> None:
    for entry in story(builder, numbers=numbers, redirect=redirect):
        catalogue.add(entry)
    assert items(catalogue) == {(REPORT, "Our 2023", 1), (OLD, "Our year", 1)}


@pytest.mark.parametrize("redirect", [True, False])
@pytest.mark.parametrize("text", [THIS_YEAR, f"{LAST_YEAR} Mended."], ids=["another text", "nearly the same text"])
def test_numbers_tell_two_works_of_one_title_apart(
    catalogue: Catalogue, builder: EntryBuilder, redirect: bool, text: str
) -> None:
    for entry in story(builder, redirect=redirect, title="Our year", text=text):
        catalogue.add(entry)
    assert items(catalogue) == {(REPORT, "Our year", 1), (OLD, "Our year", 1)}


@pytest.mark.parametrize("order", list(permutations(range(4)))[::3], ids=str)
def test_the_order_of_the_captures_makes_no_difference(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    entries = story(builder)[:4]
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, [entries[at] for at in order])
    assert items(catalogue) == {(REPORT, "Our 2023", 1), (OLD, "Our year", 1)}


def test_the_id_of_the_text_that_moved_stays_with_it(catalogue: Catalogue, builder: EntryBuilder) -> None:
    entries = story(builder)
    catalogue.add(entries[0])
    first = catalogue.item(REPORT)
    for entry in entries[1:]:
        catalogue.add(entry)
    moved, new = catalogue.item(OLD), catalogue.item(REPORT)
    assert first is not None
    assert moved is not None
    assert new is not None
    assert moved.id == first.id != new.id


def test_a_text_that_moves_back_stays_one_work(catalogue: Catalogue, builder: EntryBuilder) -> None:
    for entry in story(builder)[:3]:
        catalogue.add(entry)
    catalogue.add(page(builder, 4, REPORT, "Our year", f"{LAST_YEAR} Mended.", 96))
    assert items(catalogue) == {(REPORT, "Our year", 2)}
