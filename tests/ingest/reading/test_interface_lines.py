"""What buttons and labels of a page say is no text, in the usual words of 27 languages (`interface_lines.tsv`).

None of these pages gives its parts a class name.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

from db.model.item import Reading
from tests.ingest.reading.conftest import BODY

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
LINES = [line.split("\t") for line in Path(__file__).with_name("interface_lines.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("language", sorted({language for language, _ in LINES}))
def test_what_a_page_says_of_itself_is_no_text(make_page: PageMaker, read_page: Read, language: str) -> None:
    said = [f"<p>{escape(line)}</p>" for code, line in LINES if code == language]
    first, *rest = BODY.split("</p>")
    for lines in (said[::2], said[1::2]):  # with all of them at once, little of the page would be its text
        within = "</p>".join([first, "".join(lines[::2]) + rest[0], *rest[1:]]) + "".join(lines[1::2])
        assert read_page(make_page(body=within, lang=language)).text == read_page(make_page(lang=language)).text


@pytest.mark.parametrize(
    "sentence",
    [
        "Loading of grain began at noon.",
        "Next article of the treaty: the tolls.",
        "Read more books, the teacher said.",
        "Print this article in every paper, he asked the clerks.",
        "Your browser history tells more than your diary.",
        "Table of contents and index fill forty pages of the report.",
        "Der Inhalt der Kiste blieb geheim.",
        "Weiterlesen wollte an diesem Abend niemand.",
        "Artikel teilen sich in drei Gruppen.",
        "Stampa e radio tacevano.",
        "Stampa",
        "Deli",
        "Udostępnij artykuł rybakom, prosił kapitan portu.",
        "Ändrad lagstiftning om hamnar",
        "Uppdaterad karta saknas",
        "Обновлено меню столовой порта",
        "Содержание письма никто не знал.",
        "Actualizado por la guerra, el mapa quedó inútil.",
        "Mise à jour des cartes du port",
        "Aktualizováno bylo jen málo map.",
        "Compartir artículo de fe era su consuelo.",
        "Našli jste v přístavu loď bez jména a bez posádky, psal kapitán.",
        "Una errore del capitano costò la nave.",
    ],
)
def test_a_sentence_or_heading_that_resembles_such_a_line_stays(
    make_page: PageMaker, read_page: Read, sentence: str
) -> None:
    first, *rest = BODY.split("</p>")
    within = "</p>".join([first, f"<p>{sentence}</p>{rest[0]}", *rest[1:]])
    assert sentence in read_page(make_page(body=within)).text
