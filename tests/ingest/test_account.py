"""How an item is told to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from db.model import Edition
from ingest.account import differing, edition_lines

FIRST = Edition(
    id="ex-0123456789@20240101000000",
    item="ex-0123456789",
    number=1,
    opened=datetime(2024, 1, 1, tzinfo=UTC),
    last_seen=datetime(2024, 1, 2, tzinfo=UTC),
    stamp="one",
    title=None,
    text="The ports are open.",
    attributions=(),
    published=None,
    captures=(),
)
SECOND = replace(FIRST, id="ex-0123456789@20240103000000", number=2, text="The ports are closed.")


def test_a_later_edition_says_what_is_not_as_it_was() -> None:
    first, second = edition_lines([FIRST, SECOND])
    assert first.endswith("[untitled]")
    assert second.endswith("changed: text")


def test_editions_that_differ_in_no_words_say_so() -> None:
    assert differing(FIRST, replace(FIRST, stamp="two")) == "how it was read"
