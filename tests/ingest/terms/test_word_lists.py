"""Word lists: a list of all languages becomes one expression, and a list that nobody has is an error."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from ingest.terms.word_lists import WORDINGS, any_phrase, before, by_language, either, packaged, word_set

FEW = 4
"""Smaller lists share words such as "of" by chance."""


def test_a_list_holds_the_words_of_each_language_that_has_it() -> None:
    assert by_language("holder.ours")["nl"] == ("ons", "onze")
    assert {"our", "onze"} <= word_set("holder.ours")


def test_no_two_kinds_of_lists_hold_nearly_the_same_phrases() -> None:
    # Then they are one kind, or one of them has its phrases twice.
    files = [packaged(f"names/{path.stem}") for path in (WORDINGS / "names").glob("*.toml")]
    names = {f"{room}.{key}" for held in files for room, listed in held.items() for key in listed}
    held = {name: {phrase for listed in by_language(name).values() for phrase in listed} for name in names}
    several = sorted(name for name, phrases in held.items() if len(phrases) >= FEW)
    assert [
        (one, other)
        for one, other in combinations(several, 2)
        if 2 * len(held[one] & held[other]) > len(held[one] | held[other])
    ] == []


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
    assert re.sub(f"^{before('sentences.articles', capital=True)}", "", words) == rest
