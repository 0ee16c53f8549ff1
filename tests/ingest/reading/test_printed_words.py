"""Bylines and dates of pages without class names and data: their words and places alone say what they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading, Role

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
H1 = "<h1>The Amber Road Reopens</h1>"
TITLE = "<title>The Amber Road Reopens</title>"


@pytest.fixture
def read(make_page: PageMaker, read_page: Read) -> Callable[..., Reading]:
    """Read a page with these lines below its headline."""

    def reading(line: str) -> Reading:
        return read_page(make_page(head=TITLE, top=H1 + line))

    return reading


def authors(reading: Reading) -> list[str]:
    return [a.name for a in reading.attributions if a.role is Role.AUTHOR]


@pytest.mark.parametrize(("by", "and_"), [("By", "and"), ("Von", "und"), ("Par", "et")])
def test_all_linked_names_of_a_line_count_if_their_wrapper_has_the_class_of_a_link(
    read: Callable[..., Reading], by: str, and_: str
) -> None:
    names = "<a class='x' href='/authors/ozzo-fox'>Ozzo Fox</a>", "<a class='x' href='/authors/uzo-reed'>Uzo Reed</a>"
    line = f"<div><b>{by}</b> <span class='x'>{names[0]}</span> {and_} {names[1]}</div><p>3 May 2024</p>"
    assert authors(read(line)) == ["Ozzo Fox", "Uzo Reed"]


@pytest.mark.parametrize("by", ["By", "Von", "Autorka:"])
def test_a_gallery_may_stand_between_the_headline_and_the_byline(read: Callable[..., Reading], by: str) -> None:
    gallery = "<div>" + "<div><img src='/p.png' alt=''><i></i></div>" * 100 + "</div>"
    assert authors(read(f"{gallery}<div>{by} <span>Ozzo Fox</span></div>")) == ["Ozzo Fox"]


@pytest.mark.parametrize("office", ["Full-Stack Drupal/PHP Developer", "Leitende Hafen-Redakteurin/Politik"])
def test_an_office_with_a_stroke_is_no_further_person(read: Callable[..., Reading], office: str) -> None:
    line = f"<div><div><a href='/x'>Anna Fox</a><div>{office}</div></div><p>3 May 2024</p><p>4 min read</p></div>"
    assert authors(read(line)) == ["Anna Fox"]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("<p>8. November 2021 | Aktuelles</p>", "2021-11-08"),
        ("<p>5 marzo 2016</p>", "2016-03-05"),
    ],
)
def test_the_rights_in_a_picture_are_no_part_of_the_next_line(
    make_page: PageMaker, read_page: Read, line: str, day: str
) -> None:
    figure = "<figure><img src='/p.png' alt=''><figcaption>© Anna Fox</figcaption></figure>"
    found = read_page(make_page(head=TITLE, top=f"<div>{figure}{line}{H1}</div>")).published
    assert found is not None
    assert found.value[:10] == day


def test_the_day_beside_a_sign_of_rights_does_not_date_the_text(read: Callable[..., Reading]) -> None:
    assert read("<p><span>© Port</span> 3 May 2024</p>").published is None


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("Jul. 11. 2025", "2025-07-11"),
        ("Publié le 27 Mar 20 à 9:21", "2020-03-27"),
        ("27. Mai 20, 9:21 Uhr", "2020-05-27"),
        ("3 May 20 10:30", "2020-05-03"),
    ],
)
def test_a_day_with_unusual_stops_or_a_short_year_before_the_hour_is_read(
    read: Callable[..., Reading], printed: str, day: str
) -> None:
    found = read(f"<div>{printed}</div>").published
    assert found is not None
    assert found.value[:10] == day


def test_a_number_behind_a_month_is_no_year_without_the_hour(read: Callable[..., Reading]) -> None:
    assert read("<div>12 May 20 carts</div>").published is None


def test_an_element_called_date_marks_a_day(make_page: PageMaker, read_page: Read) -> None:
    found = read_page(make_page(head=TITLE, top=f"<date>December 19th, 2025</date>{H1}")).published
    assert found is not None
    assert found.value[:10] == "2025-12-19"
