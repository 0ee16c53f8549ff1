"""Everything made from captures is removed before it is made again: nothing of the old reading stays."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from db.catalogue import Catalogue
from db.model.change import Entry
from db.model.item import PageKind, StatementPlace

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

FREE, ASK = "Texts are free.", "Ask us."


def policy(builder: EntryBuilder, number: int, words: str) -> Entry:
    """A robots.txt that states *words*."""
    capture = builder.capture(number, "/robots.txt", media_type="text/plain")
    said = replace(builder.statement(capture, words), place=StatementPlace.SITE_POLICY)
    return Entry(capture, builder.reading(capture, kind=PageKind.OTHER, text="", title="robots", statements=(said,)))


def intervals(catalogue: Catalogue) -> list[tuple[str, str, str | None]]:
    """The words of each term, and its first and last minute."""
    rows = catalogue.connection.execute(
        """SELECT statement.words, substr(term.first_seen, 15, 2), substr(term.superseded, 15, 2) FROM term
        JOIN statement ON statement.id = term.statement ORDER BY term.first_seen, statement.words"""
    )
    return rows.fetchall()


def test_statement_that_no_reading_finds_is_removed(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/anaklia", FREE))
    assert [one.statement.words for one in catalogue.statements()] == [FREE]
    catalogue.refold([builder.saying(1, "/anaklia", stamp=builder.newer)])
    assert catalogue.statements() == []
    for table in ("term", "statement", "restated"):
        assert catalogue.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_site_policy_intervals_do_not_depend_on_the_order_of_captures(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    entries = [policy(builder, 1, FREE), policy(builder, 3, ASK), policy(builder, 5, FREE)]
    builder.add_in_any_order(catalogue, [entries[number] for number in order])
    assert intervals(catalogue) == [(FREE, "01", "03"), (ASK, "03", "05"), (FREE, "05", None)]


def test_refold_removes_all_rows_of_an_item(catalogue: Catalogue, builder: EntryBuilder) -> None:
    """A page that is no article when read again leaves no item, edition, claim, tag, alias or event."""
    linking = ("https://institute.example/blog/terms/",)
    entries = [
        builder.entry(1, terms_links=linking),
        builder.entry(2, text="A deep port."),
        builder.answer(3, "/anaklia", 410),
    ]
    for entry in entries:
        catalogue.add(entry)
    anew = [
        Entry(one.capture, replace(one.reading, kind=PageKind.LISTING, stamp=builder.newer) if one.reading else None)
        for one in entries
    ]
    catalogue.refold(anew)
    for table in (
        "item",
        "edition",
        "edition_capture",
        "attribution",
        "tag",
        "item_alias",
        "linked",
        "evidence",
        "term",
    ):
        assert catalogue.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert catalogue.connection.execute("PRAGMA foreign_key_check").fetchall() == []
