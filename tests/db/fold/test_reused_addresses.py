"""An address whose text moved may be given to another text later: these are two works."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from archive.http.exchange import Truncation
from db.catalogue import Catalogue
from db.identity import item_id, url_key
from db.model.change import Entry, Outcome
from db.model.item import PageKind, Partial
from db.query.displaced import displaced

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

SITE = "https://institute.example"
REPORT, OLD = f"{SITE}/annual-report", f"{SITE}/annual-report-2022"
LAST_YEAR = " ".join(f"word{number} of the report of last year" for number in range(60))
THIS_YEAR = " ".join(f"thing{number} of another year and its budget" for number in range(60))


def page(
    builder: EntryBuilder, number: int, url: str, title: str, text: str, shortlink: int | None, *guids: str
) -> Entry:
    stated: dict[str, Any] = {"shortlinks": (f"{SITE}/?p={shortlink}", *guids)} if shortlink else {}
    return builder.entry(number, url.removeprefix(SITE), title=title, text=text, **stated)


def story(
    builder: EntryBuilder,
    *,
    numbers: bool = True,
    redirect: bool = True,
    title: str = "Our 2023",
    text: str = THIS_YEAR,
    guid: str | None = None,
) -> list[Entry]:
    """A report moves, and the next one is published at its address; both are visited three times."""
    old, new = (96, 115) if numbers else (None, None)
    guids = () if guid is None else (guid,)
    entries = [page(builder, 1, REPORT, "Our year", LAST_YEAR, old, *guids)]
    entries += [builder.redirect(2, "/annual-report", "/annual-report-2022")] if redirect else []
    entries.append(page(builder, 3, OLD, "Our year", LAST_YEAR, old, *guids))
    for at in (4, 6, 8):
        entries.append(page(builder, at, REPORT, title, text, new, *guids))
        entries.append(page(builder, at + 1, OLD, "Our year", LAST_YEAR, old, *guids))
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


@pytest.mark.parametrize("guid", [None, REPORT, f"{SITE}/pl/annual-report"])
def test_a_copy_of_a_text_at_the_address_that_it_left_is_told_from_it_by_its_number(
    catalogue: Catalogue, builder: EntryBuilder, guid: str | None
) -> None:
    # Both may state the address at which they appeared first, as the guids of some sites do.
    for entry in story(builder, title="Our year", text=LAST_YEAR, guid=guid):
        catalogue.add(entry)
    assert items(catalogue) == {(REPORT, "Our year", 1), (OLD, "Our year", 1)}


@pytest.mark.parametrize("text", [LAST_YEAR, f"{LAST_YEAR} Mended."], ids=["a copy", "nearly the same text"])
@pytest.mark.parametrize("order", list(permutations(range(4)))[::5], ids=str)
def test_a_text_found_after_its_address_has_another_is_an_item_and_editions_do_not_alternate(
    catalogue: Catalogue, builder: EntryBuilder, text: str, order: tuple[int, ...]
) -> None:
    entries = [page(builder, 1, REPORT, "Our year", LAST_YEAR, 96)]
    for at in (2, 4, 6):
        entries.append(page(builder, at, REPORT, "Our year", text, 115))
        entries.append(page(builder, at + 1, OLD, "Our year", LAST_YEAR, 96))
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, [entries[at] for at in order] + entries[4:])
    # The address kept its item, because nothing else could be known then.
    assert items(catalogue) == {(REPORT, "Our year", 1 + (text != LAST_YEAR)), (OLD, "Our year", 1)}


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5], ids=str)
def test_another_article_with_another_number_is_an_item_before_the_older_one_is_found_again(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    entries = [
        page(builder, 1, REPORT, "Our year", LAST_YEAR, 96),
        page(builder, 2, REPORT, "Our 2023", THIS_YEAR, 115),
        page(builder, 3, OLD, "Our year", LAST_YEAR, 96),
        page(builder, 4, REPORT, "Our 2023", THIS_YEAR, 115),
    ]
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, [entries[at] for at in order])
    assert items(catalogue) == {(REPORT, "Our 2023", 1), (OLD, "Our year", 1)}
    older, newer = catalogue.item(OLD), catalogue.item(REPORT)
    assert older is not None
    assert newer is not None
    assert older.id == item_id("institute", url_key(REPORT)) != newer.id


def test_an_item_whose_address_shows_another_article_is_told_as_displaced(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    catalogue.add(page(builder, 1, REPORT, "Our year", LAST_YEAR, 96))
    catalogue.add(page(builder, 2, REPORT, "Our 2023", THIS_YEAR, 115))
    newer = catalogue.item(REPORT)
    assert newer is not None
    (one,) = displaced(catalogue.connection, "institute")
    assert (one.url, one.because) == (REPORT, f"another text is at this address: {newer.id}")


@pytest.mark.parametrize(
    ("changed", "editions"),
    [
        ({"title": "Our year", "text": THIS_YEAR}, 2),
        ({"title": "Our 2023", "text": f"{LAST_YEAR} Mended."}, 2),
        ({"title": "Our 2023", "text": THIS_YEAR, "kind": PageKind.PAGE}, 2),
        ({"title": "A failure", "text": "The texts cannot be shown."}, 1),
        ({"title": "Our 2023", "text": THIS_YEAR, "partial": Partial.TEASER}, 1),
        ({"title": "Our 2023", "text": THIS_YEAR, "capture": {"truncated": Truncation.LENGTH}}, 1),
    ],
    ids=["the same title", "the text mended", "a page of the site", "an error page", "a teaser", "cut off"],
)
def test_a_site_that_numbers_its_texts_again_keeps_its_items(
    catalogue: Catalogue, builder: EntryBuilder, changed: dict[str, Any], editions: int
) -> None:
    kind = changed.get("kind", PageKind.ARTICLE)
    first = {"title": "Our year", "text": LAST_YEAR, "kind": kind, "shortlinks": (f"{SITE}/?p=96",)}
    path = REPORT.removeprefix(SITE)
    catalogue.add(builder.entry(1, path, **first))
    catalogue.add(builder.entry(2, path, shortlinks=(f"{SITE}/?p=115",), **changed))
    assert [urls for _, _, urls in items(catalogue)] == [editions]


def test_without_numbers_texts_of_one_title_at_two_addresses_are_two_items(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    for entry in story(builder, numbers=False, title="Our year"):
        catalogue.add(entry)
    assert items(catalogue) == {(REPORT, "Our year", 1), (OLD, "Our year", 1)}


def test_an_address_that_shows_what_it_showed_opens_no_edition_while_the_text_lives_at_another(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    entries = story(builder, numbers=False)[:3]
    for at in (4, 6, 8):
        entries.append(page(builder, at, REPORT, "Our year", LAST_YEAR, None))
        entries.append(page(builder, at + 1, OLD, "Our year", f"{LAST_YEAR} Mended.", None))
    for entry in entries:
        catalogue.add(entry)
    assert [editions for _, _, editions in items(catalogue)] == [2]


@pytest.mark.parametrize("how", ["gone", "redirect", "listing"])
def test_a_text_that_leaves_its_new_address_is_back_at_the_old_one(
    catalogue: Catalogue, builder: EntryBuilder, how: str
) -> None:
    left = {
        "gone": builder.answer(6, "/annual-report-2022", 404),
        "redirect": builder.redirect(6, "/annual-report-2022", "/annual-report"),
        "listing": builder.entry(6, "/annual-report-2022", kind=PageKind.LISTING),
    }
    entries = [
        *story(builder, numbers=False)[:3],
        page(builder, 4, REPORT, "Our year", LAST_YEAR, None),
        page(builder, 5, OLD, "Our year", f"{LAST_YEAR} Mended.", None),
        left[how],
        page(builder, 7, REPORT, "Our year", LAST_YEAR, None),
    ]
    for entry in entries:
        catalogue.add(entry)
    assert [editions for _, _, editions in items(catalogue)] == [3]


def at_two_addresses(builder: EntryBuilder, *later: Entry) -> list[Entry]:
    """A text that moved and is shown at its old address again, then mended at the new one; then *later*."""
    return [
        *story(builder, numbers=False)[:3],
        page(builder, 4, REPORT, "Our year", LAST_YEAR, None),
        page(builder, 5, OLD, "Our year", f"{LAST_YEAR} Mended.", None),
        *later,
    ]


def test_a_text_that_comes_back_after_a_redirect_opens_an_edition(catalogue: Catalogue, builder: EntryBuilder) -> None:
    redirect = builder.redirect(6, "/annual-report", "/annual-report-2022")
    for entry in at_two_addresses(builder, redirect, page(builder, 7, REPORT, "Our year", LAST_YEAR, None)):
        catalogue.add(entry)
    assert [editions for _, _, editions in items(catalogue)] == [3]


def test_what_changed_at_an_address_opens_an_edition_even_if_the_item_had_it_before(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    changes = [
        page(builder, 6, REPORT, "Our year", f"{LAST_YEAR} Mended twice.", None),
        page(builder, 7, OLD, "Our year", f"{LAST_YEAR} Mended.", None),
        page(builder, 8, OLD, "Our year", f"{LAST_YEAR} Mended thrice.", None),
        page(builder, 9, REPORT, "Our year", LAST_YEAR, None),
    ]
    for entry in at_two_addresses(builder, *changes):
        catalogue.add(entry)
    # What the new address showed at 7 was no change there.
    assert [editions for _, _, editions in items(catalogue)] == [5]


def test_less_than_the_text_at_a_second_address_is_told_each_time(catalogue: Catalogue, builder: EntryBuilder) -> None:
    lesser = [page(builder, at, REPORT, "Our year", LAST_YEAR[:500], None) for at in (6, 7)]
    outcomes = [catalogue.add(entry).outcome for entry in at_two_addresses(builder, *lesser)]
    assert outcomes[-2:] == [Outcome.PARTIAL, Outcome.PARTIAL]


def test_a_redirect_from_an_address_that_a_text_has_left_does_not_join_it_with_the_target(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    entries = [
        page(builder, 1, OLD, "Our year", LAST_YEAR, 96),
        page(builder, 2, REPORT, "Our year", LAST_YEAR, 115),
        page(builder, 3, f"{SITE}/report", "Our year", LAST_YEAR, 115),
        # The site leads to the text that had this address before.
        builder.redirect(4, "/annual-report", "/annual-report-2022"),
        page(builder, 5, OLD, "Our year", LAST_YEAR, 96),
    ]
    for entry in entries:
        catalogue.add(entry)
    assert items(catalogue) == {(OLD, "Our year", 1), (f"{SITE}/report", "Our year", 1)}


def test_a_redirect_onward_does_not_join_the_text_that_took_the_first_address_over(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    entries = [
        *story(builder, title="Our year", text=LAST_YEAR)[:5],
        page(builder, 10, f"{SITE}/archive/2022", "Our year", LAST_YEAR, 96),
        page(builder, 11, REPORT, "Our year", LAST_YEAR, 115),
        builder.redirect(12, "/annual-report-2022", "/archive/2022"),
    ]
    for entry in entries:
        catalogue.add(entry)
    assert items(catalogue) == {(REPORT, "Our year", 1), (f"{SITE}/archive/2022", "Our year", 1)}
