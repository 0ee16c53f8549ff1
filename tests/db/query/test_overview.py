"""The few numbers about a collection agree with the lists they link to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archive.warc.capture import NoteKind
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
