"""Likeness: when two texts count as one that was edited in between."""

from __future__ import annotations

from db.fold.likeness import ALIKE, likeness

LONG = " ".join(f"word{n}" for n in range(60))


def test_text_is_fully_like_itself_in_any_case() -> None:
    assert likeness(LONG, LONG) == 1.0
    assert likeness(LONG, LONG.upper()) == 1.0


def test_text_is_fully_like_itself_without_accents() -> None:
    accented, plain = "Zażółć gęślą jaźń w Łodzi, école. " * 10, "Zazolc gesla jazn w Lodzi, ecole. " * 10
    assert likeness(accented, plain) == 1.0
    # So short that the two must be equal.
    assert likeness("Łódź, école", "lodz, ECOLE") == 1.0


def test_texts_without_shared_runs_are_not_alike() -> None:
    assert likeness(LONG, " ".join(f"other{n}" for n in range(60))) == 0.0


def test_slightly_edited_text_counts_as_the_same() -> None:
    edited = LONG.replace("word30", "changed")
    assert ALIKE < likeness(LONG, edited) < 1.0


def test_text_that_keeps_a_third_of_its_words_is_another_text() -> None:
    half = " ".join([*LONG.split()[:20], *(f"new{n}" for n in range(40))])
    assert likeness(LONG, half) < ALIKE


def test_the_same_words_in_another_order_are_another_text() -> None:
    assert likeness(LONG, " ".join(reversed(LONG.split()))) == 0.0


def test_likeness_is_symmetric() -> None:
    edited = LONG + " and more words behind it"
    assert likeness(LONG, edited) == likeness(edited, LONG)


def test_short_text_is_like_an_identical_text_only() -> None:
    short = " ".join(LONG.split()[:29])
    assert likeness(short, short) == 1.0
    assert likeness(short, short + " more") == 0.0
    assert likeness("", "") == 0.0
    assert likeness(LONG, "word1 word2 word3") == 0.0


def test_a_text_of_thirty_words_is_compared_by_its_runs() -> None:
    thirty = " ".join(LONG.split()[:30])
    assert 0.0 < likeness(thirty, thirty.replace("word29", "changed")) < 1.0
