"""The topic of a passage of a legal page: a permission under another topic does not cover reuse of texts."""

from __future__ import annotations

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import Permission
from ingest.terms import PageView, read_terms
from ingest.terms.notices import Topic, topic_of

GRANT = "These materials may be freely copied and distributed with credit."
OURS = "Our articles may be freely republished with credit."


def page(*passages: tuple[str, str]) -> str:
    body = "".join(f"<h2>{heading}</h2><p>{words}</p>" for heading, words in passages)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Terms of use</title></head><body>'
        f"<main><h1>Terms of use</h1>{body}</main></body></html>"
    )


def permitting_words(*passages: tuple[str, str]) -> list[str]:
    entity = page(*passages)
    view = PageView("https://house.example/terms-of-use", html.fromstring(entity), Source(entity.encode(), "utf-8"))
    given = (Permission.PERMITTED, Permission.WITH_DUTIES)
    return [one.words for one in read_terms(view) if any(term.permission in given for term in one.terms)]


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("1. Privacy and cookies", Topic.PRIVACY),
        ("User content", Topic.USERS),
        ("Your licence to us", Topic.USERS),
        ("12. Limitation of liability", Topic.LIABILITY),
        ("Copyright infringement", Topic.LIABILITY),
        ("Bestellungen und Lieferung", Topic.PURCHASES),
        ("Konto und Registrierung", Topic.ACCOUNTS),
        ("Oprogramowanie", Topic.SOFTWARE),
        ("Marques et logos", Topic.MARKS),
        ("Datos abiertos", Topic.DATA),
        ("Concorsi", Topic.EVENTS),
        ("Copyright", Topic.REUSE),
        ("Prawa autorskie", Topic.REUSE),
        ("Nachdruck und Weiterverwendung", Topic.REUSE),
        ("Авторские права", Topic.REUSE),
        ("General", None),
    ],
)
def test_a_heading_gives_the_topic_of_its_passage(heading: str, topic: Topic | None) -> None:
    tree = html.fromstring(page((heading, "Some words.")))
    assert topic_of(tree.find(".//p")) is topic


@pytest.mark.parametrize("heading", ["Software", "User content", "Events", "Trademarks and logos", "Open data"])
def test_a_permission_under_another_topic_does_not_cover_the_texts(heading: str) -> None:
    assert permitting_words((heading, GRANT)) == []


@pytest.mark.parametrize("heading", ["Copyright", "Reprints", "General", "About us"])
def test_a_permission_under_a_reuse_heading_or_a_neutral_one_is_read(heading: str) -> None:
    assert permitting_words((heading, GRANT)) == [GRANT]


@pytest.mark.parametrize("heading", ["Software", "Events", "Privacy"])
def test_a_sentence_that_names_the_texts_is_read_under_any_topic(heading: str) -> None:
    assert permitting_words((heading, OURS)) == [OURS]


def test_the_nearest_heading_counts() -> None:
    assert permitting_words(("Software", "The app is ours."), ("Copyright", GRANT)) == [GRANT]
    assert permitting_words(("Copyright", "All here is ours."), ("Software", GRANT)) == []


def test_a_bold_line_is_a_heading() -> None:
    tree = html.fromstring("<div><h2>Copyright</h2><p><b>Cookies</b></p><p>Some words.</p></div>")
    assert topic_of(tree.findall(".//p")[1]) is Topic.COOKIES


def test_a_passage_without_a_heading_gets_its_topic_from_its_words() -> None:
    tree = html.fromstring("<div><p>The app and its source code may be copied.</p><p>Texts may be copied.</p></div>")
    first, second = tree.findall(".//p")
    assert topic_of(first) is Topic.SOFTWARE
    assert topic_of(second) is None


REPRINTS = "Our articles may be republished with credit to the institute."
GERMAN = "Der Nachdruck unserer Artikel ist mit Quellenangabe gestattet."


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("For authors", REPRINTS),
        ("Information for contributors", REPRINTS),
        ("Members", REPRINTS),
        ("Hinweise für Autoren", GERMAN),
        ("Dla autorów", "Przedruk naszych artykułów jest dozwolony z podaniem źródła."),
        ("Для авторів", "Передрук наших статей дозволено з посиланням на джерело."),
    ],
)
def test_a_permission_under_a_heading_for_some_people_is_not_for_all(heading: str, words: str) -> None:
    assert permitting_words((heading, words)) == []
    assert permitting_words((heading, "Write to us."), ("Copyright", words)) == [words]


@pytest.mark.parametrize("heading", ["For authors and readers", "Our authors", "Authors and copyright", "Copyright"])
def test_a_permission_under_a_heading_for_all_or_about_people_is_read(heading: str) -> None:
    assert permitting_words((heading, REPRINTS)) == [REPRINTS]


def test_a_sentence_that_names_everybody_is_for_all_below_any_heading() -> None:
    words = "Everyone may republish our articles with credit."
    assert permitting_words(("Members", words)) == [words]


def test_a_list_has_the_heading_above_it_and_a_passage_behind_another_has_none_of_its_headings() -> None:
    listed = f"<h2>For members</h2><ul><li>{REPRINTS}</li></ul>"
    beside = f"<div><h2>Members</h2><p>A list of them.</p></div><p>{REPRINTS}</p>"
    given = []
    for body in (listed, beside):
        entity = f'<html lang="en"><title>Terms of use</title><body><main>{body}</main></body></html>'
        view = PageView("https://house.example/terms", html.fromstring(entity), Source(entity.encode(), "utf-8"))
        given.append([one.words for one in read_terms(view) if any(term.duties for term in one.terms)])
    assert given == [[], [REPRINTS]]
