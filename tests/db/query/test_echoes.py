"""Echoes: addresses of withheld items are found in other pages, however many items are withheld."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.query.echoes import Echo

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder


def withhold(catalogue: Catalogue, builder: EntryBuilder, *titles: str) -> None:
    """Withhold an item for each of *titles*, at the address of this name."""
    for number, title in enumerate(titles):
        change = catalogue.add(builder.entry(number, f"/{title}", title=title))
        body: dict[str, object] = {"item": change.item, "reason": "asked to"}
        catalogue.add_note(builder.note(number, NoteKind.WITHHOLDING, body))


def test_an_address_that_begins_with_another_is_found_too_and_one_that_is_not_withheld_is_not(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    withhold(catalogue, builder, "sand", "sand/tides")
    echo, link = Echo(catalogue.connection), b'<a href="https://institute.example/%b">Sand/tides</a>'
    assert echo.contains_words(link % b"sand/tides")
    assert not echo.contains_words(link % b"sand-bank")
    assert not echo.contains_words(link % b"sandy", listed=True)
    assert echo.contains_words(link % b"sand?page=2", listed=True)
    assert echo.named(link % b"sand-bank") is None
    assert echo.named(link % b"sand/tides") == b"institute.example/sand"


def test_many_addresses_are_found_without_one_pattern_of_them_all(
    catalogue: Catalogue, builder: EntryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    withhold(catalogue, builder, *(f"text-{number}" for number in range(20)))
    lengths, made = [0], re.compile

    def compiled(pattern: str | bytes, flags: int = 0) -> re.Pattern[Any]:
        lengths.append(len(pattern))
        return made(pattern, flags)

    monkeypatch.setattr(re, "compile", compiled)
    echo = Echo(catalogue.connection)
    assert echo.named(b"see institute.example/text-19") == b"institute.example/text-19"
    assert max(lengths) < 100
