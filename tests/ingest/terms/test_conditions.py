"""Conditions: a grant stands where what it hangs on is a duty or an act of the reader, and only there."""

from __future__ import annotations

import pytest

from ingest.terms.conditions import are_understood


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Our articles may be republished."),
        ("en", "If you republish our articles, name the author."),
        ("en", "Our articles may be republished if, and only if, you name the source."),
        ("en", "You may republish this, with a link to the original provided."),
        ("en", "Unless otherwise noted, our articles may be republished when credit is given."),
        ("en", "The author permits reproduction of this essay provided that his name and the date appear."),
        ("pl", "Teksty można przedrukowywać, o ile podano źródło."),
        ("de", "Der Nachdruck ist gestattet, sofern Autor und Quelle genannt werden."),
        ("xx", "If nobody knows the language, no condition is found."),
    ],
)
def test_a_duty_and_an_act_of_the_reader_are_understood(language: str, sentence: str) -> None:
    assert are_understood(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Our articles may be republished with credit once the project is over."),
        ("en", "When the new site opens, our articles may be republished with credit."),
        ("en", "Our articles may be republished if credit is given and after the board has voted."),
        ("en", "Our articles may be republished with credit upon registration."),
        ("pl", "Teksty można przedrukowywać z podaniem źródła, o ile rada nie zgłosi sprzeciwu."),
        ("de", "Sobald das Projekt beendet ist, dürfen unsere Texte mit Quellenangabe nachgedruckt werden."),
    ],
)
def test_what_no_duty_holds_is_not_understood_whatever_else_the_sentence_grants(language: str, sentence: str) -> None:
    assert not are_understood(sentence, language)
