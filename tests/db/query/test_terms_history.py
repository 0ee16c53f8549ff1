"""How publishers changed their terms: one change, however many pages print it, and no new edition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from db.catalogue import Catalogue
from db.model.item import Act, Answer, Covers, Permission, Term
from db.query.terms_history import TermsChange, changed_last, changes

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

FREE, ASK = "Free with credit.", "Ask us before you republish."
DAY = 24 * 60


def only_change(catalogue: Catalogue) -> TermsChange:
    (change,) = changes(catalogue.connection)
    return change


def verdicts(change: TermsChange) -> tuple[Answer, Answer]:
    return change.was.answer, change.now.answer


def test_change_of_the_terms_page_is_one_change_for_every_item(catalogue: Catalogue, builder: EntryBuilder) -> None:
    for entry in (
        builder.saying(1, "/a"),
        builder.saying(2, "/b"),
        builder.terms_page(3, FREE),
        builder.terms_page(9, ASK),
    ):
        catalogue.add(entry)
    change = only_change(catalogue)
    assert (change.at, change.ended, change.started, change.touches) == (builder.at(9), (FREE,), (ASK,), 3)
    assert verdicts(change) == (Answer.WITH_DUTIES, Answer.ASK)
    assert change.site_wide
    assert change.is_stricter
    assert catalogue.counts()["editions"] == 3


def test_same_change_on_several_pages_is_one_and_counts_pages_with_old_words(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    for number, path in enumerate(("/a", "/b", "/c"), start=1):
        catalogue.add(builder.saying(number, path, FREE))
    catalogue.add(builder.saying(11, "/a", ASK))
    catalogue.add(builder.saying(12, "/b", ASK))
    change = only_change(catalogue)
    assert (len(change.items), change.touches) == (2, 3)
    assert (change.at, change.latest) == (builder.at(11), builder.at(12))
    assert not change.site_wide


def test_change_on_one_item_is_an_event_of_that_item(catalogue: Catalogue, builder: EntryBuilder) -> None:
    item = catalogue.add(builder.saying(1, "/a", FREE)).item
    catalogue.add(builder.saying(2, "/b"))
    catalogue.add(builder.saying(5, "/a"))
    assert item is not None
    assert changed_last(catalogue.connection, item) == builder.at(5)
    assert changed_last(catalogue.connection, item, until=builder.at(4)) is None
    query = "SELECT item, at FROM event WHERE type = 'terms changed'"
    assert catalogue.connection.execute(query).fetchall() == [(item, "2023-04-24T10:05:00.000000Z")]
    assert (only_change(catalogue).items, only_change(catalogue).touches) == ((item,), 1)
    assert verdicts(only_change(catalogue)) == (Answer.WITH_DUTIES, Answer.UNKNOWN)


def test_first_reading_and_unchanged_words_are_no_change(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a", FREE))
    catalogue.add(builder.saying(2, "/a", FREE, text="A longer text."))
    assert changes(catalogue.connection) == []


def test_new_year_in_a_copyright_line_is_no_change(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a", "All rights reserved. 2023 The Institute"))
    catalogue.add(builder.saying(2, "/a", "All rights reserved. 2024 The Institute"))
    assert changes(catalogue.connection) == []
    (held,) = catalogue.items(catalogue.all_item_ids())
    assert [term.statement.words for term in held.terms] == ["All rights reserved. 2024 The Institute"]


def test_new_reading_of_the_same_words_is_no_change(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a", FREE))
    again = builder.saying(2, "/a", FREE)
    assert again.reading is not None
    read = Term(Covers.TEXT, Act.USE, Permission.PROHIBITED, "another rule")
    statements = tuple(replace(one, terms=(read,)) for one in again.reading.statements)
    catalogue.add(replace(again, reading=replace(again.reading, statements=statements)))
    assert changes(catalogue.connection) == []


def test_a_change_back_is_another_change(catalogue: Catalogue, builder: EntryBuilder) -> None:
    for number, words in enumerate((FREE, ASK, FREE, ASK), start=1):
        catalogue.add(builder.saying(number, "/a", words))
    assert [verdicts(one) for one in changes(catalogue.connection)] == [
        (Answer.WITH_DUTIES, Answer.ASK),
        (Answer.ASK, Answer.WITH_DUTIES),
        (Answer.WITH_DUTIES, Answer.ASK),
    ]


def test_terms_page_that_appears_or_vanishes_later_changes_the_terms_of_all(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    catalogue.add(builder.saying(1, "/a"))
    catalogue.add(builder.terms_page(2 * DAY, FREE))
    catalogue.add(builder.answer(3 * DAY, "/terms", 404))
    gone, came = changes(catalogue.connection)
    assert (came.ended, came.started, came.touches) == ((), (FREE,), 2)
    assert (gone.ended, gone.started) == ((FREE,), ())
    assert verdicts(gone) == (Answer.WITH_DUTIES, Answer.UNKNOWN)


def test_a_terms_page_read_on_the_first_day_is_no_change(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a"))
    catalogue.add(builder.terms_page(2, FREE))
    assert changes(catalogue.connection) == []


def test_changes_can_be_selected_by_time(catalogue: Catalogue, builder: EntryBuilder) -> None:
    for number, words in enumerate((FREE, ASK, FREE), start=1):
        catalogue.add(builder.saying(number, "/a", words))
    assert [one.at for one in changes(catalogue.connection, since=builder.at(3))] == [builder.at(3)]
    assert [one.at for one in changes(catalogue.connection, until=builder.at(2))] == [builder.at(2)]


def test_a_change_of_terms_is_no_failure(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a", FREE))
    catalogue.add(builder.saying(2, "/a", ASK))
    assert catalogue.failures() == []


def test_change_of_a_section_terms_page_touches_the_section_unless_stricter(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    page, other = "/blog/terms", "Free with credit and a link."
    for number, path in enumerate(("/news/a", "/blog/b"), start=1):
        catalogue.add(builder.saying(number, path))
    catalogue.add(builder.terms_page(3, FREE, path=page))
    catalogue.add(builder.terms_page(9, other, path=page))
    assert (only_change(catalogue).touches, verdicts(only_change(catalogue))) == (
        2,
        (Answer.WITH_DUTIES, Answer.WITH_DUTIES),
    )
    catalogue.add(builder.terms_page(12, ASK, path=page))
    assert changes(catalogue.connection)[0].touches == 3, "what is withheld is told everywhere"
