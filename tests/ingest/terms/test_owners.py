"""Owners: a permission of works that the sentence before, or a label, calls another's is not this publisher's.

The sentences of whose_works.jsonl were written, and labelled, before any was read.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import Answer
from db.terms.verdict import verdict
from ingest.terms import PageView, read_terms, read_wording
from ingest.terms.house import grants_for_another
from ingest.terms.output import reading_fields
from ingest.terms.owners import named

FORMS = [json.loads(line) for line in Path(__file__).with_name("whose_works.jsonl").read_text("utf-8").splitlines()]
SITE = '<meta property="og:site_name" content="Veldhaus"><title>Veldhaus</title>'


def view(words: str, head: str = SITE) -> PageView:
    entity = f"<!doctype html><html><head>{head}</head><body><footer><p>{words}</p></footer></body></html>".encode()
    return PageView("https://veldhaus.example/terms", html.fromstring(entity.decode()), Source(entity, "utf-8"), "c-1")


def permits(words: str) -> bool:
    return verdict(read_terms(view(words))).answer in (Answer.YES, Answer.WITH_DUTIES)


@pytest.mark.parametrize("words", [form["words"] for form in FORMS if form["says"] == "permits"])
def test_a_permission_of_the_publishers_own_works_is_read(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize("words", [form["words"] for form in FORMS if form["says"] == "another's"])
def test_a_permission_of_anothers_works_is_not_the_publishers(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Eurostat gestattet den Nachdruck mit Quellenangabe. Texte dürfen veröffentlicht werden.", "Eurostat"),
        ("A Mérleg jelentései ingyenesek. A cikkek a forrás megjelölésével közzétehetők.", "Mérleg"),
        ("Teksty Nowego Młyna można przedrukowywać z podaniem źródła.", "Nowego Młyna"),
        ("Οι εκθέσεις της Άλφα είναι δωρεάν. Τα άρθρα μπορούν να αναδημοσιευθούν με αναφορά της πηγής.", "Άλφα"),
        ("Copyright: Mahlwerk. Texte dürfen mit Quellenangabe nachgedruckt werden.", "Mahlwerk"),
        ("Mill Press expressly permits everybody to republish its articles with credit.", "Mill Press"),
        ("© 2024 Mill Press. Articles may be republished with credit.", "Mill Press"),
        (
            "Raporty Młyna Polskiego są bezpłatne. Każdy może przedrukowywać teksty z podaniem źródła.",
            "Młyna Polskiego",
        ),
    ],
)
def test_a_name_is_found_where_who_permits_or_the_owner_of_works_stands(words: str, name: str) -> None:
    assert [found.strip(".") for found in named(words)] == [name]


@pytest.mark.parametrize(
    "words",
    [
        # The publisher itself, without a name.
        "Die Redaktion gestattet den Nachdruck ihrer Artikel mit Quellenangabe.",
        "Teksty Redakcji można przedrukowywać z podaniem źródła.",
        "Jeder darf unsere Texte mit Quellenangabe nachdrucken.",
        "Die Artikel der Rubrik dürfen mit Quellenangabe nachgedruckt werden.",
        "Redaktionsrådet tillåter alla att återpublicera artiklar med källhänvisning.",
        "Die Mühle gestattet den Nachdruck mit Quellenangabe. Texte dürfen in jedem Medium veröffentlicht werden.",
        "Artikel dürfen veröffentlicht werden, wenn die Quelle genannt wird.",
        "Artikel veröffentlicht das Institut unter CC BY. Texte dürfen mit Quellenangabe nachgedruckt werden.",
        # Works that the permission calls the publisher's own.
        "Das Institut Veldmühle gestattet jedem, unsere Artikel mit Quellenangabe zu veröffentlichen.",
        "Die Texte von Nord Süd sind gut. Unsere Artikel dürfen mit Quellenangabe veröffentlicht werden.",
        # What is permitted is not in the next sentence, or nothing is.
        "Die Texte von Nord Süd sind gut. Wir lesen sie gern. Artikel dürfen mit Quellenangabe veröffentlicht werden.",
        "Die Texte von Nord Süd sind gut. Sie kosten nichts.",
        "Die Texte von Nord Süd sind gut.",
        # More than a name behind a label.
        "© Nord Süd und alle, die hier schreiben. Artikel dürfen mit Quellenangabe veröffentlicht werden.",
    ],
)
def test_no_name_is_found_elsewhere(words: str) -> None:
    assert list(named(words)) == []


def test_a_language_without_such_places_names_nobody() -> None:
    assert list(named("本站文章欢迎转载，请注明出处。")) == []


def test_a_selection_by_kind_names_no_other_publisher() -> None:
    words = "Analyses from December 2024 may be republished freely with credit."
    assert list(named(words)) == ["December 2024"]
    assert not grants_for_another("Analyses from December may be republished freely with credit.", view("x"))


def test_a_copyright_line_within_the_notice_names_the_publisher_only_where_the_page_names_none() -> None:
    words = "© Mill Press. Articles may be republished with credit."
    assert grants_for_another(words, view(words))
    assert not grants_for_another(words, view(words, "<title>Home</title>"))
    assert not grants_for_another(words, view(f"{words}</p><p>© Mill Press"))


def test_the_sentence_before_a_permission_that_makes_it_anothers_belongs_to_it_on_a_page() -> None:
    assert not permits("Quelle: Nord Süd. Die Texte dürfen mit Namensnennung frei kopiert werden.")
    assert permits("Stand: Mai. Unsere Texte dürfen mit Namensnennung frei kopiert werden.")


def test_a_sentence_before_a_ban_is_no_part_of_it() -> None:
    (statement,) = read_terms(view("Source: Mill Press. Our articles may not be republished."))
    assert statement.words == "Our articles may not be republished."


WIKIPEDIA = (
    "Die Artikel der Wikipedia stehen unter CC BY-SA. Sie dürfen den Text kopieren und weitergeben.",
    "Gli articoli di Wikipedia sono pubblicati con licenza CC BY-SA. È possibile copiare e condividere il testo.",
    "Wikipedia's articles are published under CC BY-SA. You may copy and share the text.",
    "Wikipedias artiklar publiceras under CC BY-SA. Du får kopiera och dela texten.",
    "Články Wikipédie sú zverejnené pod licenciou CC BY-SA. Text môžete kopírovať a zdieľať.",
    "Статьи Википедии опубликованы по лицензии CC BY-SA. Вы можете копировать и распространять текст.",
)


@pytest.mark.parametrize("words", WIKIPEDIA)
def test_the_text_behind_a_sentence_on_wikipedias_articles_is_wikipedias_on_any_page(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True
