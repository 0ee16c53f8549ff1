"""Which of several names next to each other are the authors."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading, Role
from ingest.reading.byline import name_lists

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
HEADLINE = "<h1>The Amber Road Reopens</h1>"


def authors(reading: Reading) -> list[str]:
    return [one.name for one in reading.attributions if one.role is Role.AUTHOR]


@pytest.mark.parametrize(
    "words",
    [
        "Von Käthe Möller (Text) und Jörg Brandt (Fotos)",
        "Par Käthe Möller et Jörg Brandt (photographies)",
        "Käthe Möller (texto) e Jörg Brandt (fotografia)",
        "Door Käthe Möller en Jörg Brandt (foto's)",
        "Av Käthe Möller (text) och Jörg Brandt (foto)",
        "Par Käthe Möller et photo Jörg Brandt",
        "Käthe Möller, foto Jörg Brandt",
    ],
)
def test_whoever_took_the_pictures_is_no_author(words: str) -> None:
    assert [one.name for one in name_lists.split(words, printed=True)] == ["Käthe Möller"]


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        ("Käthe Möller (Photo Institute) and Jörg Brandt", ["Käthe Möller", "Jörg Brandt"]),
        ("Käthe Möller and Jörg Brandt (Bildungswerk)", ["Käthe Möller", "Jörg Brandt"]),
        ("Käthe Möller, Fotograf Brandt", ["Käthe Möller", "Fotograf Brandt"]),
    ],
)
def test_a_word_that_only_resembles_the_role_drops_nobody(words: str, listed: list[str]) -> None:
    assert [one.name for one in name_lists.split(words)] == listed


@pytest.mark.parametrize("printed", [True, False])
def test_a_noble_name_with_von_und_zu_is_one_person(printed: bool) -> None:
    listed = name_lists.split("Prof. Dr. Hans von und zu Stein und Anna Fox", printed=printed)
    assert [one.name for one in listed] == ["Hans von und zu Stein", "Anna Fox"]


def test_a_role_in_brackets_behind_a_link_counts(make_page: PageMaker, read_page: Read) -> None:
    top = f"""{HEADLINE}<p class="byline"><a href="/authors/1">Käthe Möller</a> (text) and
        <a href="/authors/2">Jörg Brandt</a> (photos)</p>"""
    assert authors(read_page(make_page(top=top))) == ["Käthe Möller"]


HEAD = '<title>The Amber Road Reopens</title><meta name="author" content="Käthe Möller">'


def test_a_list_of_links_to_authors_is_complete_whatever_the_given_names(make_page: PageMaker, read_page: Read) -> None:
    top = f"""{HEADLINE}<div class="byline"><a href="/authors/kathe-moller">Käthe Möller</a> /
        <a href="/authors/quorlan-zed">Quorlan Zed</a></div>"""
    assert authors(read_page(make_page(head=HEAD, top=top))) == ["Käthe Möller", "Quorlan Zed"]


THREE = "Delphine Royce", "Hector Zamudio", "Jean Abbott"


@pytest.mark.parametrize(
    "byline",
    [
        '<div class="blog-byline">Report • By <a href="/people/delphine-royce/">{}</a>, '
        '<a href="/people/hector-zamudio/">{}</a>, and {} • May 21, 2024</div>',
        '<p class="byline">By <a href="/p/1/">{}</a>, <a href="/p/2/">{}</a> and <a href="/p/3/">{}</a></p>',
        '<p><i class="author">{}</i> <i class="author">{}</i> <i class="author">{}</i></p>',
    ],
)
def test_authors_above_the_headline_come_in_their_order_on_the_page(
    make_page: PageMaker, read_page: Read, byline: str
) -> None:
    assert authors(read_page(make_page(top=byline.format(*THREE) + HEADLINE))) == list(THREE)


def test_a_name_alone_in_its_element_is_an_author_whatever_office_stands_behind_it(
    make_page: PageMaker, read_page: Read
) -> None:
    card = '<div class="expert-author--teaser"><a href="/experts/{0}">{1}</a><div class="title">{2}</div></div>'
    both = card.format("1", "Peter Norcross", "Senior Fellow, Asia-Pacific") + card.format("2", "Mai Ito", "Fellow")
    assert authors(read_page(make_page(top=HEADLINE + both))) == ["Peter Norcross", "Mai Ito"]


@pytest.mark.parametrize("href", ["/projects/quorlan-zed", "/authors", "https://other.example/authors/quorlan-zed"])
def test_a_link_to_something_else_next_to_the_author_adds_nobody(
    make_page: PageMaker, read_page: Read, href: str
) -> None:
    top = f"""{HEADLINE}<div class="byline"><a href="/authors/kathe-moller">Käthe Möller</a> /
        <a href="{href}">Quorlan Zed</a></div>"""
    assert authors(read_page(make_page(head=HEAD, top=top))) == ["Käthe Möller"]


def test_a_name_in_capitals_ends_where_the_next_word_is_not_in_capitals(make_page: PageMaker, read_page: Read) -> None:
    top = f'{HEADLINE}<div class="byline">KÄTHE MÖLLER<span>Wegekorrespondentin</span></div>'
    assert authors(read_page(make_page(top=top))) == ["KÄTHE MÖLLER"]


def test_an_initial_in_an_element_of_its_own_is_part_of_the_name(make_page: PageMaker, read_page: Read) -> None:
    top = f'{HEADLINE}<div class="byline">By <b>A</b>nna Fox</div>'
    assert authors(read_page(make_page(top=top))) == ["Anna Fox"]


@pytest.mark.parametrize("mark", ["-", "|", "｜"])
def test_the_end_of_the_title_is_the_site_if_the_head_names_it_as_the_author(
    make_page: PageMaker, read_page: Read, mark: str
) -> None:
    head = f'<title>The Amber Road Reopens {mark} Quay Wayfarer</title><meta name="author" content="Quay Wayfarer">'
    top = f'{HEADLINE}<p class="author">Quorlan Zed</p>'
    assert authors(read_page(make_page(head=head, top=top))) == ["Quorlan Zed"]
    assert authors(read_page(make_page(head=head, top=HEADLINE))) == ["Quay Wayfarer"]


def test_a_person_at_the_end_of_the_title_stays_the_author(make_page: PageMaker, read_page: Read) -> None:
    head = '<title>The Amber Road Reopens - Anna Fox</title><meta name="author" content="Anna Fox">'
    top = f'{HEADLINE}<p>Quorlan Zed</p><p class="author">Anna Fox</p>'
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Fox"]


# Long enough that its end is not near the headline.
TEXT = f"<p>{'The carts rolled again along the old road, full of amber. ' * 3}</p>" * 36


@pytest.mark.parametrize(
    "last",
    [
        "<p><strong>Anna Lind</strong><br>press officer, tel. 40 21 77</p>",  # a contact
        "<p><strong>Anna Lind</strong><br>anna@amber.example, professor</p>",
        "<p><strong>Anna Lind</strong><br>the oldest boat in the harbour</p>",  # no office
        "<p><strong>Anna Lind</strong> professor of roads, spoke first.</p>",  # a sentence
    ],
)
def test_a_name_in_bold_above_anything_else_signs_nothing(make_page: PageMaker, read_page: Read, last: str) -> None:
    assert authors(read_page(make_page(top=HEADLINE, body=TEXT + last))) == []


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ('<div class="author-name">Quorlan Zed</div>', []),  # a comment, a card of another text, a list of staff
        ('<div class="author-name">Anna Fox</div>', ["Anna Fox"]),
        ('<div class="author-name">By Quorlan Zed</div>', ["Quorlan Zed"]),
    ],
)
def test_far_from_the_headline_a_class_name_alone_names_nobody(
    make_page: PageMaker, read_page: Read, below: str, expected: list[str]
) -> None:
    assert authors(read_page(make_page(top=HEADLINE, body=TEXT * 2 + below))) == expected


def test_only_a_byline_near_the_headline_completes_the_authors_in_the_head(
    make_page: PageMaker, read_page: Read
) -> None:
    both = '<p class="byline">By Käthe Möller and Anna Fox</p>'
    near, far = make_page(head=HEAD, top=HEADLINE + both), make_page(head=HEAD, top=HEADLINE, body=TEXT * 2 + both)
    assert authors(read_page(near)) == ["Käthe Möller", "Anna Fox"]
    assert authors(read_page(far)) == ["Käthe Möller"]


@pytest.mark.parametrize(
    ("between", "mark", "expected"),
    [
        (5, "author", ["Anna Fox", "Erik Berg"]),
        (9, "author", ["Anna Fox"]),
        (9, "byline", ["Anna Fox", "Erik Berg"]),  # the same mark as the first has
        (13, "byline", ["Anna Fox"]),
    ],
)
def test_bylines_make_one_list_only_if_few_elements_stand_between_them(
    make_page: PageMaker, read_page: Read, between: int, mark: str, expected: list[str]
) -> None:
    top = f'{HEADLINE}<p class="byline">Anna Fox</p>{"<hr>" * between}<p class="{mark}">Erik Berg</p>'
    assert authors(read_page(make_page(top=top))) == expected
