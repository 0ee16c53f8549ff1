"""Phrases of the room: days, numbers and nouns as each of its languages writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from db.reading_room.messages import alphabetical, counted, day, grouped, language_name, moment, phrase, span


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # the parts of an instant, as many as are named


@pytest.mark.parametrize(
    ("when", "english", "polish"),
    [
        (None, "", ""),
        ("2023", "2023", "2023"),
        ("2023-04", "April 2023", "kwiecień 2023"),
        ("2023-04-24", "24 April 2023", "24 kwietnia 2023"),
        ("2023-04-24T23:30:00Z", "24 April 2023", "24 kwietnia 2023"),
        ("2023-13-01", "2023-13-01", "2023-13-01"),
        ("last week", "last week", "last week"),
        (at(2023, 4, 24, 10), "24 April 2023", "24 kwietnia 2023"),
    ],
)
def test_date_is_written_in_the_language_of_the_room(when: str | datetime | None, english: str, polish: str) -> None:
    assert day("en", when) == english
    assert day("pl", when) == polish


def test_span_within_one_day_is_written_as_that_day() -> None:
    assert span("en", at(2023, 4, 24, 1), at(2023, 4, 24, 22)) == "24 April 2023"
    assert span("en", at(2023, 4, 24), at(2023, 5, 1)) == "24 April 2023 – 1 May 2023"
    assert span("pl", at(2023, 4, 24), at(2023, 4, 25)) == "24 kwietnia 2023 – 25 kwietnia 2023"


def test_moment_is_written_in_utc() -> None:
    warsaw = datetime(2023, 4, 24, 12, 5, tzinfo=timezone(timedelta(hours=2)))
    assert moment("en", warsaw) == moment("en", warsaw.isoformat()) == "24 April 2023, 10:05 UTC"
    assert moment("en", None) == ""


def test_moments_in_the_same_minute_show_seconds() -> None:
    first, other = "2023-04-24T10:05:40+00:00", "2023-04-24T10:05:44+00:00"
    assert moment("en", first, [other]) == "24 April 2023, 10:05:40 UTC"
    assert moment("en", other, iter([None, first])) == "24 April 2023, 10:05:44 UTC"
    for apart in (first, "2023-04-24T10:06:00+00:00", "2023-04-24T11:05:40+00:00", None):
        assert moment("en", first, [apart]) == "24 April 2023, 10:05 UTC"


def test_language_is_shown_by_name_if_the_room_has_one() -> None:
    assert [language_name(room, "en-GB") for room in ("en", "pl")] == ["English", "angielski"]
    assert [language_name(room, "pl") for room in ("en", "pl")] == ["Polish", "polski"]
    assert language_name("pl", "tlh") == "tlh"


@pytest.mark.parametrize(
    ("number", "edition", "item"),
    [
        (1, "wydanie", "pozycja"),
        (2, "wydania", "pozycje"),
        (4, "wydania", "pozycje"),
        (5, "wydań", "pozycji"),
        (12, "wydań", "pozycji"),
        (13, "wydań", "pozycji"),
        (14, "wydań", "pozycji"),
        (22, "wydania", "pozycje"),
        (0, "wydań", "pozycji"),
    ],
)
def test_polish_noun_agrees_with_its_number(number: int, edition: str, item: str) -> None:
    assert counted("pl", number, "edition", "editions") == f"{number} {edition}"
    assert counted("pl", number, "item", "items") == f"{number} {item}"


def test_english_noun_is_singular_or_plural_and_digits_are_grouped() -> None:
    assert counted("en", 1, "edition", "editions") == "1 edition"
    assert counted("en", 1234567, "edition", "editions") == "1,234,567 editions"
    assert grouped("pl", 1234567) == "1\u00a0234\u00a0567"


def test_untranslated_phrase_is_shown_in_english() -> None:
    assert phrase("pl", "Nobody translated this") == "Nobody translated this"
    assert phrase("pl", "Nobody translated {what}", what="that") == "Nobody translated that"


def test_polish_letters_sort_after_their_base_letters() -> None:
    names = ["Zofia", "Łukasz", "Ludwik", "Michał", "Ćwik", "Cyryl", "Dorota"]
    assert sorted(names, key=alphabetical) == ["Cyryl", "Ćwik", "Dorota", "Ludwik", "Łukasz", "Michał", "Zofia"]
    assert sorted(["żaba", "zebra", "źdźbło"], key=alphabetical) == ["zebra", "źdźbło", "żaba"]
