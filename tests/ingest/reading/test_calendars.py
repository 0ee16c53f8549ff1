"""Dates printed with the years, digits and months of other calendars and languages, and in shorter forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading
from ingest.reading.dates import date_parsing

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
H1 = "<h1>The Amber Road Reopens</h1>"


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("民國112年4月24日", "2023-04-24"),
        ("昭和64年1月7日", "1989-01-07"),
        ("24 เมษายน 2023", "2023-04-24"),
        ("24 เมษายน 2566", "2023-04-24"),
        ("24 เมษายน พ.ศ. 2566", "2023-04-24"),
        ("24 เม.ย. 66", "2023-04-24"),
        ("24/04/2566", "2023-04-24"),
        ("24-04-2566", "2023-04-24"),
        ("24.04.2566", "2023-04-24"),
        ("۴ اردیبهشت ۱۴۰۲", "2023-04-24"),
        ("۱۴۰۲/۰۲/۰۴", "2023-04-24"),
        ("30 اسفند 1399", "2021-03-20"),
        ("1 فروردین 1404", "2025-03-21"),
    ],
)
def test_a_date_in_another_calendar_is_converted(printed: str, day: str) -> None:
    assert [s.value for s in date_parsing.find(f"x {printed} y")] == [day]


@pytest.mark.parametrize("printed", ["31 เมษายน 2566", "1402/13/04", "31 مهر 1402", "民國112年", "3566/04/24"])
def test_an_invalid_date_of_another_calendar_is_not_read(printed: str) -> None:
    assert list(date_parsing.find(printed)) == []


@pytest.mark.parametrize(
    "printed",
    [
        "２０２３年４月２４日",
        "২৪ এপ্রিল ২০২৩",
        "۲۴ آوریل ۲۰۲۳",
        "24 اپریل 2023",
        "24 أبريل، 2023",
        "24 نيسان 2023",
        "24 نيسان/أبريل 2023",
        "24 أفريل 2023",
        "24 Ebrill 2023",
        "24 Aibreán 2023",
        "2023ko apirilaren 24a",
        "2023 оны 4-р сарын 24",
        "24 сәуір 2023",
        "24 აპრილს, 2023",
        "2023-yil 24-aprel",
        "24 ஏப்ரல் 2023",
    ],
)
def test_a_date_is_read_in_languages_outside_europe(printed: str) -> None:
    assert [s.value for s in date_parsing.find(f"x {printed} y")] == ["2023-04-24"]


def test_a_month_name_of_two_words_is_read() -> None:
    assert [s.value for s in date_parsing.find("24 تشرين الثاني 2023")] == ["2023-11-24"]


@pytest.mark.parametrize(
    "printed",
    [
        "24 Apr ’23",
        "Apr 24, '23",
        "24-Apr-23",
        "24.Apr.23",
        "24 Apr 23",
        "2023-Apr-24",
        "24·04·2023",
        "24 • 04 • 2023",
        "24–04–2023",
        "24 04 2023",
    ],
)
def test_a_date_is_read_in_shortened_forms(printed: str) -> None:
    assert [s.value for s in date_parsing.find(printed)] == ["2023-04-24"]


@pytest.mark.parametrize(
    "printed",
    [
        "v5.4.24",
        "version 5.4.24",
        "8.5.45",
        "24 Apr 23:15",
        "24 men’23",
        "the class of 24 April '23s",
        "pages 24 04 2023 x",
        "24–04",
    ],
)
def test_numbers_that_only_look_like_dates_are_not_read(printed: str) -> None:
    assert list(date_parsing.find(printed)) == []


def test_a_two_digit_year_may_be_in_the_last_century() -> None:
    assert [s.value for s in date_parsing.find("24.04.99")] == ["1999-04-24"]


def test_the_evidence_of_a_date_keeps_the_digits_of_the_page(make_page: PageMaker, read_page: Read) -> None:
    reading = read_page(make_page(top=f'{H1}<p class="date">২৪ এপ্রিল ২০২৩</p>', lang="bn"))
    assert reading.published is not None
    assert (reading.published.value, reading.published.evidence.words) == ("2023-04-24", "২৪ এপ্রিল ২০২৩")
