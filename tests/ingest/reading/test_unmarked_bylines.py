"""Who wrote it where no class, link or data says so: known by the words, the place and the elements of a line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading, Role

PageMaker = Callable[..., str]
Read = Callable[..., Reading]


def authors(reading: Reading) -> list[str]:
    return [a.name for a in reading.attributions if a.role is Role.AUTHOR]


def below(line: str, title: str = "The Amber Road Reopens") -> tuple[str, str]:
    return f"<h1>The Amber Road Reopens</h1>{line}", f"<title>{title}</title>"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("<p>By <a href='/x/1'>Anna Fox</a> <a href='/x/2'>View In Digital Edition</a></p>", ["Anna Fox"]),
        ("<p>Von <span>Anna Fox</span> <span>Landespolitische Korrespondentin</span></p>", ["Anna Fox"]),
        ("<div><a href='/x/1'>Anna Fox</a><b>The West Harbour</b><p>3 May 2024</p></div>", ["Anna Fox"]),
        ("<div><a href='/x/1'>Anna Fox</a> Political Correspondent <p>3 May 2024, 9:33pm</p></div>", ["Anna Fox"]),
        ("<p><b>Anna Fox</b> <b>Jan Sowa</b> <time>3 May 2024</time></p>", ["Anna Fox", "Jan Sowa"]),
    ],
)
def test_a_name_ends_where_its_element_does(make_page: PageMaker, read_page: Read, line: str, named: list[str]) -> None:
    top, head = below(line)
    assert authors(read_page(make_page(head=head, top=top))) == named


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("<p>by <a href='/x/1'>kathrin</a></p>", ["kathrin"]),
        ("<p>Gespeichert von rasos am 24. Juli 2017 - 18:55</p>", ["rasos"]),
        ("<p>Von dpa 30.04.2024, 18:58</p>", ["dpa"]),
        ("<p>January 17, 2017 at 6:08 PM ET by <a href='/x/1'>Kori Schulman</a></p>", ["Kori Schulman"]),
    ],
)
def test_a_word_for_by_leads_to_a_pen_name_or_an_agency_too(
    make_page: PageMaker, read_page: Read, line: str, named: list[str]
) -> None:
    top, head = below(line)
    assert authors(read_page(make_page(head=head, top=top))) == named


def test_whom_title_names_as_the_author_is_not_whom_the_text_is_about(make_page: PageMaker, read_page: Read) -> None:
    top, head = below(
        "<div>Anna Wood</div><div>Dec 14, 2025</div>", "The Amber Road Reopens - by Anna Wood - Wood on Roads"
    )
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Wood"]
    top, head = below("<div>Anna Wood</div><div>Dec 14, 2025</div>", "The Amber Road Reopens: Wood on Roads")
    assert authors(read_page(make_page(head=head, top=top))) == []


def test_a_caption_that_ends_in_photo_gives_nobody_below_another_part(make_page: PageMaker, read_page: Read) -> None:
    caption = "<div><p>The port at night, as it was drawn for the fair. | Illustration by the Port / AP Photo</p>"
    top, head = below(f"{caption}<p>By <span>Anna Fox</span></p></div>")
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Fox"]


def test_who_stands_right_above_the_credit_of_a_picture_is_shown_in_it(make_page: PageMaker, read_page: Read) -> None:
    top, head = below("<div>Peter Merz</div><div>Foto: REUTERS/Nadja Wohlleben</div><div>Anna Fox</div>")
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Fox"]


def test_a_dated_line_names_the_author_however_many_elements_part_it_from_the_headline(
    make_page: PageMaker, read_page: Read
) -> None:
    share = "<ul>" + "<li><a href='/s'><i></i></a></li>" * 15 + "</ul>"
    top, head = below(f"{share}<div><p>Anna Fox</p><p>Gdańsk</p><p>25/04/2026</p></div>")
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Fox"]


def test_others_who_are_not_named_are_no_part_of_a_name(make_page: PageMaker, read_page: Read) -> None:
    top, head = below("<p>By Anna Fox, Jan Sowa et al.</p>")
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Fox", "Jan Sowa"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("<div><a href='/x/1'>Tom Quaywright</a>@tquaywright</div><p>3 May 2024</p>", ["Tom Quaywright"]),
        ("<div>Ozzo Quaywright | ozzo.quaywright@port.example</div>", ["Ozzo Quaywright"]),
        ("<div>The Quay Desk (@quaydesk)</div>", []),
        ("<div>Amber Tolls @portofgdansk</div>", []),
        ("<blockquote><p>Ozzo Quaywright @quaywright</p></blockquote>", []),
    ],
)
def test_a_name_before_its_own_handle_or_address_signs(
    make_page: PageMaker, read_page: Read, line: str, named: list[str]
) -> None:
    top, head = below(line)
    assert authors(read_page(make_page(head=head, top=top))) == named


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("<div><span>Redaktion</span> - 31. Januar 2022</div>", ["Redaktion"]),
        ("<p>Reuters, 3 May 2024</p>", ["Reuters"]),
        ("<div>News Desk | 3 May 2024</div>", ["News Desk"]),
        ("<div>News Desk | 3 May 2024</div><div>Anna Fox</div>", ["Anna Fox"]),
        ("<div>News Desk</div>", []),
        ("<p>Reuters told of it on 3 May 2024</p>", []),
        ("<p>Tolls | Reuters | 3 May 2024</p>", []),
    ],
)
def test_a_newsroom_or_an_agency_alone_with_the_day_is_named_where_nobody_is(
    make_page: PageMaker, read_page: Read, line: str, named: list[str]
) -> None:
    top, head = below(line)
    assert authors(read_page(make_page(head=head, top=top))) == named


def test_a_note_on_the_author_stands_before_a_newsroom_by_the_day(make_page: PageMaker, read_page: Read) -> None:
    top, head = below("<div>News Desk | 3 May 2024</div>")
    note = "<p><em>Anna Fox is a fellow at the River Institute.</em></p>"
    assert authors(read_page(make_page(head=head, top=top, bottom=note))) == ["Anna Fox"]


@pytest.mark.parametrize("address", ["/r/author-ozzo-quaywright-479.cms", "/news/autor-ozzo-quaywright-100.html"])
def test_an_address_may_begin_the_name_of_an_author_s_page_with_the_word(
    make_page: PageMaker, read_page: Read, address: str
) -> None:
    top, head = below(f"<div><a href='{address}'>Ozzo Quaywright</a> / PORT.EXAMPLE / May 3, 2024</div>")
    assert authors(read_page(make_page(head=head, top=top))) == ["Ozzo Quaywright"]


@pytest.mark.parametrize("name", ["Fouzia Quaywright", "Melchior Quaywright", "Gwyneth Quaywright"])
def test_less_common_given_names_are_known_too(make_page: PageMaker, read_page: Read, name: str) -> None:
    top, head = below(f"<div>{name}</div><div>3 May 2024</div>")
    assert authors(read_page(make_page(head=head, top=top))) == [name]


NO_PEOPLE = (
    "Summer Tolls",
    "April Fairs",
    "Chelsea Quay",
    "Christian Aid",
    "Global Roads",
    "Carmel Valley",
    "Brent Crude",
    "Bradford City",
    "Cameron County",
    "Celeste Mission",
    "Askja Volcano",
    "Jordan River",
)


@pytest.mark.parametrize("words", NO_PEOPLE)
def test_words_and_places_that_are_given_names_too_name_nobody(
    make_page: PageMaker, read_page: Read, words: str
) -> None:
    top, head = below(f"<div>{words}</div><div>3 May 2024</div>")
    assert authors(read_page(make_page(head=head, top=top))) == []
