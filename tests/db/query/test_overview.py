"""The few numbers about a collection agree with the lists they link to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archive.warc.capture import NoteKind
from db import runs
from db.catalogue import Catalogue
from db.model.item import StatementPlace
from db.query import review_queue
from db.query.overview import overview

WORDS = "Rights are handled by our office."


def page_with_unread_words(builder: Any, number: int, path: str, *places: StatementPlace) -> Any:
    """A page that prints words at *places* which no rule understands."""
    entry = builder.entry(number, path, title=path)
    said = [replace(builder.statement(entry.capture, WORDS), terms=(), place=place) for place in places]
    return replace(entry, reading=replace(entry.reading, statements=tuple(said)))


def test_overview_counts_as_many_statements_as_the_review_lists(catalogue: Catalogue, builder: Any) -> None:
    catalogue.add(page_with_unread_words(builder, 1, "/a", StatementPlace.SITE_FOOTER, StatementPlace.ITEM_PROSE))
    (listed,) = review_queue.statements(catalogue.connection)
    assert (listed.words, overview(catalogue.connection, builder.at(9)).unread_statements) == (WORDS, 1)


def test_statement_of_a_withheld_item_is_neither_counted_nor_listed(catalogue: Catalogue, builder: Any) -> None:
    item = catalogue.add(page_with_unread_words(builder, 1, "/a", StatementPlace.SITE_FOOTER)).item
    catalogue.add_note(builder.note(2, NoteKind.WITHHOLDING, {"item": item, "reason": "a court"}))
    assert review_queue.statements(catalogue.connection) == []
    assert overview(catalogue.connection, builder.at(9)).unread_statements == 0


def test_last_run_is_not_one_that_a_wrong_clock_dated_later(catalogue: Catalogue, builder: Any) -> None:
    def last(hour: int) -> str:
        found = overview(catalogue.connection, builder.at(hour)).last
        return "" if found is None else str(found["summary"]["is"])

    for hour, said in ((900, "ahead"), (2, "older"), (3, "newer")):
        began = runs.begin(catalogue.connection, "run", builder.at(hour))
        runs.finish(catalogue.connection, "run", began.started, began.started, {"is": said})
    assert (last(4), last(901), last(1)) == ("newer", "ahead", "ahead")
