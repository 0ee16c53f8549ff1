"""Words in the place of a name that are not names: interface words, dates, sections, degrees."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from db.model.item import Reading
from ingest.reading.byline import name_lists, names

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
NONE = (
    *("Click Here", "Zur Artikelübersicht", "And", "Sat", "Co. KG", "Download PDF", "Środa", "Nachrichten", "CFP"),
    *(
        "Mehr lesen",
        "Czytaj dalej",
        "Lire la suite",
        "Pressemitteilung von Anna Fox",
        "MD",
        "Dr.",
        "Berlin",
        "Warszawa",
    ),
)


@pytest.mark.parametrize("words", NONE)
@pytest.mark.parametrize("printed", [True, False])
def test_words_that_are_no_name_are_rejected_in_bylines_and_fields(words: str, printed: bool) -> None:
    assert names.is_no_name(words)
    assert name_lists.split(words, printed=printed) == ()


def test_ten_names_that_are_headings_are_a_list_of_people(read_page: Callable[..., Reading]) -> None:
    who = [f"{first} {last}" for first in ("Anna", "Jan", "Maria", "Ada", "Piotr") for last in ("Fox", "Sowa")]
    cards = "".join(f"<div class='author'><a href='/who/{name}'><h3>{name}</h3></a></div>" for name in who)
    html = f"<html><head><title>Our team</title></head><body><main><h1>Our team</h1>{cards}</main></body></html>"
    assert read_page(html).attributions == ()


@pytest.mark.parametrize("words", ["Medically reviewed by Anna Fox", "Edited by Anna Fox", "Photo by Anna Fox"])
@pytest.mark.parametrize("printed", [True, False])
def test_a_field_with_another_role_names_no_author(words: str, printed: bool) -> None:
    assert name_lists.split(words, printed=printed) == ()


@pytest.mark.parametrize(
    "name",
    [
        "Irving Berlin",
        "Jack London",
        "Paris Marx",
        "May Sarton",
        "Jan",
        "April Roach",
        "Sunny Hundal",
        "Mark Weekday",
        "Viola Sato",
        "Anna Downloads",
        "Welt",
        "Per Lind",
    ],
)
def test_names_that_resemble_such_words_are_names(name: str) -> None:
    assert not names.is_no_name(name)
    assert [one.name for one in name_lists.split(name)] == [name]


def test_a_byline_is_used_if_the_data_state_no_name(make_page: PageMaker, read_page: Read) -> None:
    said = json.dumps({"@type": "Article", "author": [{"@type": "Person", "name": "Sat"}]})
    head = f'<title>The Amber Road Reopens</title><script type="application/ld+json">{said}</script>'
    top = '<h1>The Amber Road Reopens</h1><p class="byline">By Grażyna Żuraw</p>'
    assert [one.name for one in read_page(make_page(head=head, top=top)).attributions] == ["Grażyna Żuraw"]


def test_a_given_name_that_is_a_word_for_and_elsewhere_is_kept() -> None:
    assert [one.name for one in name_lists.split("Anna Fox, Dan Reed, Un Song")] == ["Anna Fox", "Dan Reed", "Un Song"]


def test_a_family_name_that_begins_with_le_is_kept() -> None:
    assert [one.name for one in name_lists.split("Par Loïc Le Clerc", printed=True)] == ["Loïc Le Clerc"]
    assert [one.name for one in name_lists.split("Par Loïc Clerc le 3 mai", printed=True)] == ["Loïc Clerc"]


def test_a_very_long_field_is_read_in_bounded_time() -> None:
    begun = time.process_time()
    for word in ("(a", "a@", "a@b"):
        name_lists.split(word * 20_000)
    assert time.process_time() - begun < 2
    assert names.tidy("Anna Fox (anna.fox@wi.example)") == "Anna Fox"


def test_a_very_long_paragraph_is_searched_for_names_in_bounded_time() -> None:
    def taken() -> float:
        before = time.process_time()
        name_lists.split("Join " + "x " * 30_000, printed=True)
        return time.process_time() - before

    # Garbage collection in between counts too, but not every time.
    assert any(taken() < 0.5 for _ in range(3))


@pytest.mark.parametrize("month", ["December", "grudnia", "toukokuu", "Aralık", "декабря"])
def test_a_month_in_any_language_is_no_name(month: str) -> None:
    assert names.is_no_name(month)


@pytest.mark.parametrize("name", ["April", "Eylül", "Julio"])
def test_a_name_that_months_have_too_is_a_name(name: str) -> None:
    assert not names.is_no_name(name)
