"""The language of a text, by its commonest words."""

from __future__ import annotations

import pytest

from ingest.reading.metadata.language import computed

ENGLISH = "It was the best of the times, and in the age of wisdom it was not for us that they said this. " * 2
SPOKEN = {
    "en": ENGLISH,
    "pl": "Nie wiadomo, czy to jest dla nich, ale z tego, że się na to zgodzili, i od tego, co jest w umowie. " * 2,
    "ru": "Все счастливые семьи похожи, но каждая из них и на них не была так по-своему для него, что был бы. " * 2,
    "uk": "Це було для нього, що він не був на роботі, і за це від нього до них про який у з та як його був. " * 2,
}


@pytest.mark.parametrize("code", SPOKEN)
def test_a_language_is_detected_by_its_commonest_words_in_any_case(code: str) -> None:
    assert [computed(said) for said in (SPOKEN[code], SPOKEN[code].upper())] == [code, code]


@pytest.mark.parametrize("signs", ["“”", "‘’", "——", "…\u2009", "«»", "()", "\u00a0\u00a0", "„\u201f", "_1"])
def test_words_between_any_signs_are_counted(signs: str) -> None:
    assert computed("".join(f"{signs[0]}{word}{signs[1]}" for word in ENGLISH.split())) == "en"


def test_parts_of_longer_words_are_not_counted() -> None:
    """ "thé" does not contain "th", and "of²" is not "of"."""
    assert computed(ENGLISH.replace(" ", "² ")) is None
    assert computed(ENGLISH.replace("th", "thé").replace("o", "ö").replace("i", "ï").replace("a", "å")) is None
