"""Likeness: when two texts count as one that was edited in between."""

from __future__ import annotations

from db.fold.likeness import ALIKE, likeness

LONG = " ".join(f"word{n}" for n in range(60))


def test_a_text_is_wholly_like_itself_whatever_its_case_and_accents() -> None:
    assert likeness(LONG, LONG) == 1.0
    assert likeness(LONG, LONG.upper()) == 1.0


def test_texts_without_a_run_in_common_are_not_alike() -> None:
    assert likeness(LONG, " ".join(f"other{n}" for n in range(60))) == 0.0


def test_a_text_that_was_edited_a_little_is_the_same_one() -> None:
    edited = LONG.replace("word30", "changed")
    assert ALIKE < likeness(LONG, edited) < 1.0


def test_half_of_a_text_is_another_text() -> None:
    half = " ".join([*LONG.split()[:20], *(f"new{n}" for n in range(40))])
    assert likeness(LONG, half) < ALIKE


def test_the_same_words_in_another_order_are_another_text() -> None:
    assert likeness(LONG, " ".join(reversed(LONG.split()))) == 0.0


def test_it_is_the_same_from_either_side() -> None:
    edited = LONG + " and more words behind it"
    assert likeness(LONG, edited) == likeness(edited, LONG)


def test_a_short_text_is_like_another_only_where_it_is_the_same() -> None:
    short = " ".join(LONG.split()[:29])
    assert likeness(short, short) == 1.0
    assert likeness(short, short + " more") == 0.0
    assert likeness("", "") == 0.0
    assert likeness(LONG, "word1 word2 word3") == 0.0


def test_a_text_of_thirty_words_is_compared_by_its_runs() -> None:
    thirty = " ".join(LONG.split()[:30])
    assert 0.0 < likeness(thirty, thirty.replace("word29", "changed")) < 1.0
