"""Word lists: a list of all languages becomes one expression, and a list that nobody has is an error."""

from __future__ import annotations

import re

import pytest

from ingest.terms.word_lists import any_phrase, before, by_language, either, word_set


def test_a_list_holds_the_words_of_each_language_that_has_it() -> None:
    assert by_language("house.ours")["nl"] == ("onze",)
    assert {"our", "onze"} <= word_set("house.ours")


def test_a_list_that_no_language_has_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"house\.hours"):
        either("house.hours")


def test_of_two_phrases_that_begin_alike_the_longer_one_is_found() -> None:
    found = re.match(any_phrase(["by", "by the"]), "by the mill")
    assert found is not None
    assert found[0] == "by the"


def test_a_word_for_folded_text_is_folded() -> None:
    assert re.search(either("objects.all", folded=True), "саита")
    assert not re.search(either("objects.all"), "саита")


@pytest.mark.parametrize(("words", "rest"), [("La Reine", "Reine"), ("L'Étoile", "Étoile"), ("L’Étoile", "Étoile")])
def test_an_article_takes_the_space_after_it_and_none_after_an_apostrophe(words: str, rest: str) -> None:
    assert re.sub(f"^{before('house.before names', capital=True)}", "", words) == rest
