"""The letter that asks a publisher for permission."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from db.catalogue import Catalogue
from db.citation.permission_letter import letter
from db.model.item import Act, Covers, Item, Permission, Term, Use
from db.terms.verdict import verdict

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder


@pytest.fixture
def item(catalogue: Catalogue, builder: EntryBuilder) -> Item:
    catalogue.add(builder.entry(1))
    found = catalogue.item("https://institute.example/anaklia")
    assert found is not None
    return found


def letter_body(item: Item, *, commercial: bool = True) -> str:
    found = verdict([held.statement for held in item.terms], Use.TRANSLATE, commercial=commercial)
    return letter(item, found).body


def test_letter_names_the_use_the_text_and_the_publishers_words(item: Item) -> None:
    body = letter_body(item)
    assert "publish a translation of the following text, in a publication that may be sold" in body
    assert "Anaklia\n  https://institute.example/anaklia\n" in body
    assert "as we read it on 2023-04-24:\n\n  “Texts may be republished with credit.”" in body
    assert "  Łukasz Żak, “Anaklia,” " in body
    assert "for non-commercial purposes" in letter_body(item, commercial=False)


def test_letter_is_written_in_the_language_of_the_item(item: Item) -> None:
    assert item.language is not None
    polish = replace(item, language=item.language._replace(value="pl"))
    found = verdict([held.statement for held in item.terms], Use.SHORTEN)
    told = letter(polish, found)
    assert told.language == "pl"
    assert told.subject == "Prośba o zgodę na wykorzystanie: „Anaklia”"
    assert "publikację skróconej wersji poniższego tekstu" in told.body
    assert letter(polish, found, language="en").language == "en"


def test_letter_says_that_the_publisher_states_nothing(item: Item) -> None:
    assert "We found no statement on your site" in letter_body(replace(item, terms=()))


@pytest.mark.parametrize("use", Use)
@pytest.mark.parametrize("covers", [Covers.TEXT, Covers.IMAGES])
@pytest.mark.parametrize("language", ["en", "pl"])
def test_letter_has_words_for_every_use_in_both_languages(item: Item, use: Use, covers: Covers, language: str) -> None:
    told = letter(item, verdict([], use, covers=covers), language=language)
    assert "$" not in told.subject + told.body
    assert told.to == item.publisher.url


def test_letter_is_addressed_to_the_contact_in_the_statement(item: Item) -> None:
    ask = Term(Covers.TEXT, Act.USE, Permission.ASK, "test", contact="press@institute.example")
    said = replace(item.terms[0].statement, terms=(ask,))
    assert letter(item, verdict([said])).to == "press@institute.example"
