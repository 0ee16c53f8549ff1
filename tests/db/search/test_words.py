from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.german_stemmer import GermanStemmer
from snowballstemmer.polish_stemmer import PolishStemmer

from db.search.words import fold, placed_words, search_forms, stem, stems_of, words
from ingest.demo import articles


@given(st.text(max_size=200))
@example("İstanbul ß ŉ ǰ ﬁ 𐐀 ΐ")
@settings(max_examples=500, deadline=None)
def test_fold_keeps_every_position(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    for start, end, word in placed_words(folded):
        assert 0 <= start < end <= len(text)
        assert word


@given(st.text(st.characters(codec=None), max_size=200))
@example("ΟΔΟΣ İSTANBUL Łódź\ud800 “ł”")
@example("".join(map(chr, range(0x00C0, 0x0250))))
@settings(max_examples=500, deadline=None)
def test_letter_is_folded_the_same_in_any_context(text: str) -> None:
    assert fold(text) == "".join(map(fold, text))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź", "lodz"),
        ("\ue001War \U000f0000now", " war  now"),
        ("ŁUKASZ Żak", "lukasz zak"),
        ("Đorđe Søren Ħal ıŞık", "dorde soren hal isik"),
        ("Straße", "straße"),
        ("Київ Ёлка", "киів елка"),
        ("ΆΣ", "ας"[:1] + "σ"),
    ],
)
def test_letters_are_found_without_diacritics(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_ascii_words_are_letters_and_digits_between_other_characters() -> None:
    assert words("covid19 in 2020-21: it's_over") == ["covid19", "in", "2020", "21", "it", "s", "over"]
    assert words("covid19 w 2020–21: już_po") == ["covid19", "w", "2020", "21", "już", "po"]


def test_decomposed_letter_gives_the_same_word() -> None:
    assert words(fold("Ło\u0301dz\u0301")) == words(fold("Łódź"))


@pytest.mark.parametrize(("language", "pure"), [("en", EnglishStemmer), ("pl", PolishStemmer), ("de", GermanStemmer)])
def test_c_and_python_stemmers_give_the_same_stems(language: str, pure: type[Any]) -> None:
    printed = Path(articles.__file__).with_name("articles.toml").read_text(encoding="utf-8")
    some = sorted(set(words(fold(printed))))
    assert len(some) > 1000
    assert [stem(word, language) for word in some] == [pure().stemWord(word) for word in some]


def test_forms_of_one_word_share_a_stem() -> None:
    assert set(search_forms("Rosji")) & set(search_forms("Rosją")) & set(search_forms("Rosja"))
    assert set(search_forms("elections")) & set(search_forms("election"))
    assert "rosj" in stems_of(fold("Wojna w Rosji"), "pl-PL")
    assert stems_of("війна війни", "uk") == []


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("ca", "guerra guerres"),
        ("cs", "Vláda vládu vlády"),
        ("da", "regering regeringens"),
        ("de", "Bündnis Bündnissen"),
        ("de", "Städte Stadt"),
        ("el", "εκλογές εκλογών"),
        ("es", "elección elecciones"),
        ("fi", "hallituksen hallitukset"),
        ("fr", "européens européennes"),
        ("hu", "választás választások"),
        ("it", "economico economici"),
        ("lt", "sankcija sankcijų"),
        ("nb", "regjering regjeringen"),
        ("nl", "verkiezing verkiezingen"),
        ("pt", "guerra guerras"),
        ("ro", "guvernul guvernului"),
        ("ru", "Россией Россия"),
        ("sv", "sanktion sanktionerna"),
    ],
)
def test_forms_of_one_word_share_a_stem_in_other_languages(language: str, forms: str) -> None:
    held, *others = forms.split()
    for other in others:
        assert {fold(held), *stems_of(fold(held), language)} & set(search_forms(other, [language]))
    # With and without accents.
    assert search_forms(held, [language]) == search_forms(fold(held), [language])


def test_a_word_has_forms_only_in_the_languages_asked_for() -> None:
    assert search_forms("Bündnisse", ["en", "pl"]) == ("bundnisse", "bundniss")
    assert search_forms("Bündnisse", []) == ("bundnisse",)


@pytest.mark.parametrize(
    ("plural", "other"),
    [("gazociągów", "gazociąg"), ("polityków", "polityk"), ("krajów", "kraju"), ("wyborów", "wybory"),
     ("rządów", "rządy"), ("Ukraińców", "Ukraińcy"), ("Kraków", "Krakowie"), ("KRAJÓW", "kraje")],
)  # fmt: skip
def test_the_polish_genitive_plural_shares_a_stem_with_other_forms(plural: str, other: str) -> None:
    # A text with the plural is found by the other form, and the other way round.
    held = {fold(plural), *stems_of(fold(plural), "pl")}
    assert held & set(search_forms(other))
    assert {fold(other), *stems_of(fold(other), "pl")} & set(search_forms(plural, plural=True))


def test_words_in_ow_of_other_languages_keep_their_meaning() -> None:
    assert "wind" not in search_forms("window")
    assert "wind" not in stems_of("window", "en")
    assert stems_of("low slow", "pl") == []


def test_stems_of_a_long_text_do_not_depend_on_where_it_is_cut() -> None:
    told = [f"ferry{letter}{other}ings" for letter in "bcdfghjklmnpqrst" for other in "bcdfghjklmnpqrst"]
    text = " ".join(told * 60)
    assert len(text) > 2 * 64 * 1024
    assert stems_of(text, "en") == [stem(word, "en") for word in told]
