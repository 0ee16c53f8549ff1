"""The form for comments, its headings and the lists below a text are no text, in the words that content systems print.

None of these pages gives its parts a class name: in `comment_forms.tsv` stand a language, what the line is (a heading,
or a line by itself), and the line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from html import escape
from itertools import groupby
from pathlib import Path

import pytest

from db.model.item import Reading
from tests.ingest.reading.conftest import BODY

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
LINES = [line.split("\t") for line in Path(__file__).with_name("comment_forms.tsv").read_text("utf-8").splitlines()]
LANGUAGES = sorted({language for language, _, _ in LINES})
LINKS = "<ul><li><a href='/ferry/'>The ferry that carries the teachers</a></li></ul>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_for_comments_and_the_lists_below_a_text_are_no_text(
    make_page: PageMaker, read_page: Read, language: str
) -> None:
    plain = read_page(make_page(lang=language)).text
    mine = [(kind, escape(line)) for said, kind, line in LINES if said == language]
    below = "".join(f"<h3>{line}</h3>{LINKS}" if kind == "heading" else f"<p>{line}</p>" for kind, line in mine)
    assert read_page(make_page(body=BODY + below, lang=language)).text == plain


def test_every_language_has_a_heading_and_a_line() -> None:
    kinds = defaultdict(set)
    for language, group in groupby(LINES, key=lambda row: row[0]):
        kinds[language] = {kind for _, kind, _ in group}
    assert len(LANGUAGES) >= 40
    assert [code for code in ("de", "en", "es", "fr", "it", "pl", "uk") if kinds[code] != {"heading", "line"}] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Comments are closed doors to him, the harbour master said, and he answered no question at the meeting.",
        "You have one article left to sign, the clerk of the council told the two villages, and the road is yours.",
        "Recent posts by the customs office hold no more than the old prices, and nobody on the quay reads them.",
        "Kommentare sind geschlossen abgegeben worden, sagte der Hafenmeister, und keiner davon war freundlich.",
        "Dodaj komentarz do mapy, poprosił kapitan portu, bo nikt nie rozumie, którędy idzie droga przez wieś.",
        "Los comentarios están cerrados con llave en un cajón del puerto, y nadie los ha leído desde la primavera.",
    ],
)
def test_a_sentence_that_begins_like_such_a_line_stays(make_page: PageMaker, read_page: Read, sentence: str) -> None:
    body = f"{BODY}<p>{sentence}</p><p>The road reopens in May, they say.</p>"
    assert sentence in read_page(make_page(body=body)).text
