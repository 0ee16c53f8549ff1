"""Texts that a site splits into three pages, in six languages and three habits: read as one, nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

import pytest

from archive.http.exchange import Entity
from db.model.item import Context, PageKind, Part, Partial, Reading
from ingest.reading import read

if TYPE_CHECKING:
    from tests.quality.own.conftest import OwnPage

pytestmark = pytest.mark.slow

COUNT = 3
COUNTED = {
    "en": "Page {n} of 3",
    "pl": "Strona {n} z 3",
    "de": "Seite {n} von 3",
    "fr": "Page {n} sur 3",
    "es": "Página {n} de 3",
    "uk": "Сторінка {n} з 3",
}


def wordpress(page: OwnPage, number: int) -> tuple[str, str]:
    """Links to every part, below the text."""
    links = "".join(
        f'<span class="post-page-numbers">{n}</span>' if n == number else f'<a href="{address(page, n)}">{n}</a>'
        for n in range(1, COUNT + 1)
    )
    return "", f'<div class="page-links">{links}</div>'


def counted(page: OwnPage, number: int) -> tuple[str, str]:
    """The number of parts, and a link to the neighbouring one."""
    other = number + 1 if number < COUNT else number - 1
    told = COUNTED[page.truth.language].format(n=number)
    return "", f'<p class="turn"><b>{told}</b> <a href="{address(page, other)}">→</a></p>'


def announced(page: OwnPage, number: int) -> tuple[str, str]:
    """The next part in the head, and the number of parts in words."""
    told = COUNTED[page.truth.language].format(n=number)
    head = f'<link rel="next" href="{address(page, number + 1)}">' if number < COUNT else ""
    return head, f"<p>{told}</p>"


def led(page: OwnPage, number: int) -> tuple[str, str]:
    """The next part, named only in the head."""
    return f'<link rel="next" href="{address(page, number + 1)}">' if number < COUNT else "", ""


Habit = Callable[["OwnPage", int], tuple[str, str]]


def address(page: OwnPage, number: int) -> str:
    return page.url if number == 1 else f"{page.url}{number}/"


def part_of(page: OwnPage, number: int, habit: Habit) -> bytes:
    """Return one part of *page*, which has the whole text three times over, a third on each part."""
    head, turn = habit(page, number)
    paragraphs = [f"{words} ({number})" for words in page.truth.text.split("\n\n")]
    body = "".join(f"<p>{escape(words)}</p>" for words in paragraphs)
    title = escape(page.truth.title)
    return (
        f'<!DOCTYPE html><html lang="{page.truth.language}"><head><meta charset="utf-8"><title>{title}</title>{head}'
        f'</head><body class="single single-post"><main><article><h1>{title}</h1><div class="entry-content">{body}'
        f"</div>{turn}</article></main></body></html>"
    ).encode()


def read_part(page: OwnPage, habit: Habit, number: int = 1, *held: int) -> Reading:
    parts = tuple(
        Part(f"urn:part:{n}", address(page, n), n, part_of(page, n, habit), "text/html", "utf-8") for n in held
    )
    url = address(page, number)
    return read(Entity(url, part_of(page, number, habit), "text/html", "utf-8"), Context(url, parts=parts))


@pytest.fixture(scope="session")
def spread(own_pages: list[OwnPage]) -> list[OwnPage]:
    """One page in each language."""
    return list({page.truth.language: page for page in own_pages}.values())


@pytest.mark.parametrize("habit", [wordpress, counted, announced])
def test_every_part_is_requested(spread: list[OwnPage], habit: Habit) -> None:
    for page in spread:
        reading = read_part(page, habit)
        assert reading.parts == (address(page, 2), address(page, 3)), page.url
        assert reading.partial is Partial.PARTS_MISSING


def test_a_part_named_only_by_the_previous_part_is_requested_after_that_part(spread: list[OwnPage]) -> None:
    for page in spread:
        assert read_part(page, led).parts == (address(page, 2),), page.url
        assert read_part(page, led, 2).parts == (address(page, 3),), page.url
        with_second = read_part(page, led, 1, 2)
        assert with_second.parts == (address(page, 2), address(page, 3)), page.url
        assert with_second.partial is Partial.PARTS_MISSING


@pytest.mark.parametrize("habit", [wordpress, counted, announced, led])
def test_the_parts_become_one_text_in_order_without_their_navigation(spread: list[OwnPage], habit: Habit) -> None:
    for page in spread:
        reading = read_part(page, habit, 1, 3, 2)
        assert reading.parts == (address(page, 2), address(page, 3)), page.url
        wanted = [f"{words} ({n})" for n in range(1, COUNT + 1) for words in page.truth.text.split("\n\n")]
        assert reading.text.split("\n\n") == wanted, page.url
        assert len(reading.marks) == len(wanted)
        assert reading.partial is None


@pytest.mark.parametrize("habit", [wordpress, counted, led])
def test_a_later_part_is_not_a_text_of_its_own(spread: list[OwnPage], habit: Habit) -> None:
    for page in spread:
        assert read_part(page, habit, 2).kind is PageKind.PART, page.url
