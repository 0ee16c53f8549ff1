"""Texts with more words around them than in them: comments, tables of other texts, cards of other texts. Each is read
alone, in every language."""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path
from typing import Any

import pytest

from archive.http.exchange import Entity
from db.model.item import Context
from ingest.reading import read

ARTICLES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("articles.toml").read_text("utf-8"))["article"]
FIRST = {article["language"]: article for article in reversed(ARTICLES)}
# What sites of each language call the part with the comments of their readers.
COMMENTED = {
    "en": 'class="cbox"',
    "pl": 'id="komentarze"',
    "de": 'id="leserkommentare"',
    "fr": 'class="commentaires clearfix"',
    "es": 'id="comentarios"',
    "uk": 'class="comments-block"',
}
REMARK = "This is the third time that they promise us a new quay, and the third time that nobody says who pays for it."


def read_beside(lang: str, neighbours: str) -> str:
    """Return the text read from a page with *neighbours* below the text of a language."""
    article = FIRST[lang]
    text = "".join(f"<p>{escape(words)}</p>" for words in article["text"].strip().split("\n\n"))
    title = escape(article["title"])
    markup = (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head><body><div>'
        f'<div id="left"><h1>{title}</h1><div class="words">{text}</div>{neighbours}</div></div></body></html>'
    )
    url = "https://harbour-policy.example/the-tide-gauge/"
    return read(Entity(url, markup.encode(), "text/html", None), Context(url)).text


def own(lang: str) -> list[str]:
    return [" ".join(words.split()) for words in FIRST[lang]["text"].strip().split("\n\n")]


@pytest.mark.parametrize("lang", COMMENTED)
def test_comments_are_no_text_in_any_language(lang: str) -> None:
    said = "".join(
        f'<div class="row"><p>Reader {n}</p><p class="commentText">{REMARK} {n}</p></div>' for n in range(20)
    )
    assert read_beside(lang, f"<div {COMMENTED[lang]}>{said}</div>").split("\n\n") == own(lang)


@pytest.mark.parametrize("lang", COMMENTED)
def test_a_table_of_other_texts_is_no_text(lang: str) -> None:
    title = "Ferry number {n} is late again, for the third time in a week, and the mayor has a few words for it"
    rows = "".join(f'<tr><td>{n}:06</td><td><a href="/t/{n}">{title.format(n=n)}</a></td></tr>' for n in range(10, 22))
    assert read_beside(lang, f"<table><tr><th>Hour</th><th>Title</th></tr>{rows}</table>").split("\n\n") == own(lang)


def test_a_table_of_linked_places_and_their_figures_is_a_part_of_the_text() -> None:
    rows = "".join(f'<tr><td><a href="/place/{n}">Port {n}</a></td><td>{n}.5</td></tr>' for n in range(10, 22))
    found = read_beside("en", f"<table><tr><th>Port</th><th>Boats</th></tr>{rows}</table><p>{REMARK}</p>")
    assert "Port 17 | 17.5" in found


HEADS = [
    "<a href='/t/{n}'><h3>Ferry number {n} is late</h3></a>",
    "<div><a href='/t/{n}'>Ferry number {n} is late</a></div><div>{n} May 2023, 10:12</div>",
]


@pytest.mark.parametrize("lang", COMMENTED)
@pytest.mark.parametrize("head", HEADS)
def test_cards_of_other_texts_are_no_text(lang: str, head: str) -> None:
    said = "The ferry of the river port left late on Monday, and the carters on the far bank had to wait in the rain."
    cards = "".join(f'<div class="item piece">{head.format(n=n)}<p>{said}</p></div>' for n in range(11, 15))
    assert read_beside(lang, f'<div class="calls">{cards}</div>').split("\n\n") == own(lang)


def test_sections_with_linked_headings_are_the_text_if_they_are_most_of_it() -> None:
    said = "The ferry of the river port left late on Monday, and the carters on the far bank had to wait in the rain."
    cards = "".join(
        f'<div class="item"><h3><a href="/t/{n}">Ferry number {n} is late</a></h3><p>{said} {n}</p></div>'
        for n in range(11, 31)
    )
    text = read_beside("en", f'<div class="calls">{cards}</div>')
    assert all(f"{said} {n}" in text for n in range(11, 31))
