"""Kinds of statements: permissions that are over, left out, supposed or for few, each beside a real one (kinds.jsonl).

They were written, and labelled, before any was read. What is read wrongly is left out.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import Answer
from db.terms.verdict import verdict
from ingest.terms import PageView, prose, read_terms, read_wording
from ingest.terms.assertion import is_of_any_text
from ingest.terms.clause_reader import grants
from ingest.terms.output import reading_fields

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("kinds.jsonl").read_text(encoding="utf-8").splitlines()
]


def page(words: str) -> PageView:
    head = '<meta property="og:site_name" content="Veldhaus"><title>Veldhaus</title>'
    entity = (
        f"<!doctype html><html><head>{head}</head><body><footer><p>{escape(words)}</p></footer></body></html>".encode()
    )
    return PageView("https://veldhaus.example/terms", html.fromstring(entity.decode()), Source(entity, "utf-8"), "c-1")


def permits(words: str) -> bool:
    return verdict(read_terms(page(words))).answer in (Answer.YES, Answer.WITH_DUTIES)


def is_read(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


# One test per kind: there are hundreds of rows, and each test has its own cost.
@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted({row["kind"] for row in ROWS}))
def test_only_the_permissions_of_a_kind_permit(kind: str) -> None:
    assert [row["words"] for row in ROWS if row["kind"] == kind and permits(row["words"]) != row["permits"]] == []


@pytest.mark.parametrize(
    "words",
    [
        "Our essays may be republished with credit. This permission was revoked in May.",
        "Our essays may be republished with credit. In June we had to withdraw this offer.",
        "Our essays may be republished with credit. Please name us. The licence has been cancelled.",
        "The permission to republish our articles with credit was suspended in June.",
        "Unsere Texte dürfen mit Quellenangabe nachgedruckt werden. Diese Erlaubnis ist bis auf Weiteres ausgesetzt.",
        "Наши статьи можно перепечатывать со ссылкой на источник. Это согласие отозвано.",
        "Our essays may be republished with credit. The permission for texts and photographs was revoked.",
    ],
)
def test_a_permission_that_was_withdrawn_permits_nothing(words: str) -> None:
    assert not is_read(words)
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Our essays may be republished with credit. This permission may be revoked in single cases.",
        "Our essays may be republished with credit. The previous permission was revoked.",
        "Our essays may be republished with credit. The licence for the photographs has expired.",
        "Our essays may be republished with credit. The conference was cancelled.",
        "Our essays may be republished with credit. Permission for the old essays stands until it is revoked.",
    ],
)
def test_a_permission_that_only_may_be_withdrawn_is_one(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Content on this site may be copied and shared with credit. This does not apply to articles and reports.",
        "Content on this site may be copied and shared with credit. Excluded are all texts by our editors.",
        "Content on this site may be copied and shared with credit, except articles.",
        "Content on this site may be copied and shared with credit. This permission does not cover articles.",
        "I contenuti di questo sito possono essere riprodotti citando la fonte. Ciò non vale per gli articoli.",
        "Materiały można przedrukowywać z podaniem źródła. Wyjątkiem są teksty.",
    ],
)
def test_a_permission_that_leaves_the_articles_out_permits_none(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Content on this site may be copied and shared with credit. This does not apply to photographs.",
        "Content on this site may be copied and shared with credit. This does not apply to articles by agencies.",
        "Content on this site may be copied and shared with credit. All our articles.",
        "You can republish single articles, but you can't systematically republish all of our articles.",
    ],
)
def test_a_permission_that_leaves_some_works_out_permits_the_rest(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Our articles may be republished with credit. This does not apply to interviews.",
        "Treści z tej strony można kopiować i rozpowszechniać z podaniem źródła. Nie dotyczy to artykułów płatnych.",
    ],
)
def test_a_person_confirms_a_permission_that_leaves_some_of_the_publishers_own_texts_out(words: str) -> None:
    assert (permits(words), is_read(words)) == (False, True)


NOTHING = {
    "a template that nobody filled in": [
        "[Organisation] permits anyone to republish its articles with credit.",
        "© [Year] [Owner]. Our articles may be republished with credit.",
        "© 2024 <owner>. Our articles may be republished with credit.",
        "Our articles may be republished with credit to {{ site.owner }}.",
        "☐ Yes, my essay may be republished with credit.",
        "☐ Our essays may be republished with credit.",
    ],
    "a ban in another language of the notice": [
        "Nachdruck verboten. / Articles may be republished with credit.",
        "Nachdruck verboten. Articles may be republished with credit.",
        "Toute reproduction interdite. Our articles may be republished with credit.",
    ],
    "what a licence lets everybody do with any text": [
        "Lizenzen kurz erklärt: Bei CC BY darf jeder die Texte kopieren und weiterverbreiten.",
        "Na CC BY każdy może kopiować i rozpowszechniać teksty, jeśli poda autora.",
        "Was heißt gemeinfrei? Solche Texte dürfen von jedermann ohne Erlaubnis vervielfältigt werden.",
    ],
    "a book of another press": [
        "El libro fue publicado por Tinta Press con una licencia abierta. Puede copiarse y distribuirse libremente.",
        "O livro foi publicado pela Tinta Press com uma licença aberta. Pode ser copiado e distribuído livremente.",
        "Книга вышла в Tinta Press по открытой лицензии. Её можно свободно копировать и распространять.",
        "Книга вийшла у Tinta Press за відкритою ліцензією. Її можна вільно копіювати й поширювати.",
    ],
}
"""What permits nothing, by the reason."""


@pytest.mark.parametrize(
    "words",
    [pytest.param(words, id=f"{why}-{at}") for why, listed in NOTHING.items() for at, words in enumerate(listed, 1)],
)
def test_words_that_are_no_permission_of_these_texts_permit_nothing(words: str) -> None:
    assert not is_read(words)
    assert not permits(words)


def test_a_blank_in_the_prescribed_credit_is_for_the_reader_to_fill_in() -> None:
    assert is_read("Veldhaus permits anyone to republish its articles with credit to [Author], Veldhaus.")


def test_what_another_language_does_not_ban_leaves_the_permission() -> None:
    assert permits("Willkommen auf der Seite von Veldhaus. / Our articles may be republished with credit.")
    assert permits("Der Nachdruck der Fotos ist verboten. / Our articles may be republished with credit.")


def test_a_licence_before_a_colon_is_that_of_the_texts_before_it() -> None:
    assert is_read("The texts here are licensed under CC BY: anyone may copy and share the texts.")


def test_a_sentence_that_takes_nothing_back_is_no_part_of_the_statement() -> None:
    assert [one.words for one in read_terms(page("All rights reserved. Call us on Monday."))] == [
        "All rights reserved."
    ]


def test_a_label_before_a_licence_of_the_publishers_texts_leaves_it_one() -> None:
    assert is_read("Lizenz: Unsere Texte stehen unter CC BY, jeder darf sie kopieren und weiterverbreiten.")


def test_a_licence_named_before_the_colon_is_said_of_the_texts_there() -> None:
    marks = {"may": ("may",), "licensed": ("under x",)}
    assert not is_of_any_text("the texts are under x: anyone may copy", marks, "en")
    assert is_of_any_text("licences: under x, anyone may copy", marks, "en")


def test_another_language_adds_what_it_withholds_and_only_of_sentences_that_were_not_read() -> None:
    ban, grant = "Nachdruck verboten.", "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden."
    found = prose._withheld_elsewhere(f"{ban} {grant}", [(0, 19), (20, 20 + len(grant))], [], "en")
    assert [one.words for one in found] == [ban]
    assert not any(grants(term) for one in found for term in one.terms)
    assert prose._withheld_elsewhere(ban, [(0, 19)], found, "en") == []
    assert prose._withheld_elsewhere(ban, [(0, 19)], [], "de") == []
