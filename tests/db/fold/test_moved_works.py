"""A site moves its texts: each stays one item, recognised by its number, a redirect or a person's decision."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.identity import item_id
from db.model.change import Entry
from db.model.item import Dated, Precision

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

SITE = "https://institute.example"
NUMBER = f"{SITE}/?p=667"
LONG = " ".join(f"word{number} of the port" for number in range(60))
ORDERS = list(permutations(range(3)))


def add(catalogue: Catalogue, builder: EntryBuilder, entries: list[Entry], *, known: list[Entry] | None = None) -> None:
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, entries, known=known)


def urls_and_editions(catalogue: Catalogue) -> list[tuple[str, int]]:
    """The address of each item and its number of editions."""
    return [(item.url, item.editions) for item in catalogue.items(catalogue.all_item_ids())]


def with_shortlink(builder: EntryBuilder, number: int, path: str, **reading: Any) -> Entry:
    return builder.entry(number, path, shortlinks=(NUMBER,), **reading)


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize(
    "after",
    [{"text": LONG}, {"title": "The port", "text": f"{LONG} Mended."}, {"text": "Another text altogether."}],
    ids=["as it was", "title changed, text mended", "another text under the same title"],
)
def test_text_moved_without_a_redirect_stays_one_item_by_its_shortlink(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...], after: dict[str, Any]
) -> None:
    entries = [
        with_shortlink(builder, 1, "/anaklia", text=LONG),
        with_shortlink(builder, 2, "/2023/04/anaklia", **after),
        builder.answer(3, "/anaklia", 404),
    ]
    add(catalogue, builder, [entries[at] for at in order])
    assert urls_and_editions(catalogue) == [(f"{SITE}/2023/04/anaklia", 1 if after == {"text": LONG} else 2)]
    held = catalogue.item(f"{SITE}/anaklia")
    assert held is not None
    assert (held.id, held.gone) == (item_id("institute", "institute.example/anaklia"), None)
    assert catalogue.item(NUMBER) is not None


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
@pytest.mark.parametrize(
    "other",
    [{"title": "Batumi", "text": "Another port."}, {"language": "pl"}],
    ids=["another text", "a translation"],
)
def test_shortlink_shared_by_two_works_does_not_merge_them(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...], other: dict[str, Any]
) -> None:
    second = builder.capture(2, "/batumi")
    if "language" in other:
        other = {"language": builder.words(second, other["language"])}
    entries = [
        with_shortlink(builder, 1, "/anaklia", text=LONG),
        with_shortlink(builder, 2, "/batumi", **{"text": LONG, **other}),
    ]
    add(catalogue, builder, [entries[at] for at in order])
    assert len(catalogue.all_item_ids()) == 2
    held = catalogue.item(NUMBER)
    assert held is not None
    assert held.url == f"{SITE}/anaklia"


def test_shortlink_to_the_front_page_merges_no_items(catalogue: Catalogue, builder: EntryBuilder) -> None:
    pages = [builder.entry(n, f"/{n}", shortlinks=(f"{SITE}/",), title="Weekly", text=f"Week {n}.") for n in (1, 2)]
    add(catalogue, builder, pages)
    assert len(catalogue.all_item_ids()) == 2


def test_item_id_is_not_derived_from_the_shortlink(catalogue: Catalogue, builder: EntryBuilder) -> None:
    # The number was seen first, as a link that leads nowhere yet.
    add(catalogue, builder, [builder.answer(1, "/?p=667", 404), with_shortlink(builder, 2, "/anaklia")])
    assert catalogue.all_item_ids() == [item_id("institute", "institute.example/anaklia")]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_redirect_joins_urls_with_the_same_text_and_opens_no_edition(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    entries = [
        builder.entry(1, "/anaklia", text=LONG),
        builder.entry(2, "/new/anaklia", text=LONG),
        builder.redirect(3, "/anaklia", "/new/anaklia"),
    ]
    add(catalogue, builder, [entries[at] for at in order])
    assert urls_and_editions(catalogue) == [(f"{SITE}/new/anaklia", 1)]


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_move_stated_by_a_person_makes_one_item_in_any_order(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    entries = [
        builder.entry(1, "/anaklia", text=LONG),
        builder.answer(2, "/anaklia", 404),
        builder.entry(3, "/news/port", title="A port", text=LONG),
    ]
    note = builder.note(4, NoteKind.DECISION, moves(("/anaklia", "/news/port")))
    known: list[Entry] = []
    for at in order:
        if at == 3:
            catalogue.add_note(note)
        else:
            add(catalogue, builder, [entries[at]], known=known)
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, [e for e in entries if e.capture in catalogue.unread()], known=known)
    assert urls_and_editions(catalogue) == [(f"{SITE}/news/port", 2)]
    (held,) = catalogue.items(catalogue.all_item_ids())
    assert (held.id, held.gone) == (item_id("institute", "institute.example/anaklia"), None)


def test_undone_decision_on_a_move_makes_two_items_again(catalogue: Catalogue, builder: EntryBuilder) -> None:
    entries = [builder.entry(1, "/anaklia", text=LONG), builder.entry(3, "/news/port", title="A port", text=LONG)]
    catalogue.add_note(builder.note(4, NoteKind.DECISION, moves(("/anaklia", "/news/port"))))
    add(catalogue, builder, entries)
    assert len(catalogue.all_item_ids()) == 1
    undone: dict[str, object] = {"undo": "urn:uuid:00000000-0000-4000-9000-000000000004", "by": "Anna Nowak"}
    catalogue.add_note(builder.note(5, NoteKind.DECISION, undone))
    waiting = catalogue.unread()
    assert [one.url for one in waiting] == [f"{SITE}/anaklia", f"{SITE}/news/port"]
    add(catalogue, builder, entries, known=list(entries))
    assert sorted(urls_and_editions(catalogue)) == [(f"{SITE}/anaklia", 1), (f"{SITE}/news/port", 1)]


def moves(*pairs: tuple[str, str]) -> dict[str, object]:
    return {
        "moved": [[SITE + source, SITE + target] for source, target in pairs],
        "pattern": "/* -> /news/*",
        "publisher": "institute",
        "field": "address",
        "by": "Anna Nowak",
    }


def test_same_shortlink_and_date_alone_do_not_merge_items(catalogue: Catalogue, builder: EntryBuilder) -> None:
    # Both from one day: a theme that prints the number of the newest text on all pages joins none of them.
    first, second = builder.capture(1, "/a"), builder.capture(2, "/b")
    day = Dated("2023-04-24", Precision.DAY, builder.evidence(first, "24 April"))
    pages = [
        Entry(
            one, builder.reading(one, title=one.url, text=f"On {one.url}. {words}", published=day, shortlinks=(NUMBER,))
        )
        for one, words in ((first, LONG), (second, LONG.upper().replace("PORT", "RIVER BANK")))
    ]
    add(catalogue, builder, pages)
    assert len(catalogue.all_item_ids()) == 2
