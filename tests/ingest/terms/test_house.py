"""House: what is permitted by name is permitted by the house of the page alone, and what is another's by nobody."""

from __future__ import annotations

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import Answer
from db.terms.verdict import verdict
from ingest.terms import PageView, read_terms, read_wording
from ingest.terms.house import grants_for_another
from ingest.terms.output import reading_fields

NAMED = (
    "The Guardian allows anyone to republish its articles with credit to the source.",
    "Guardian News permits everyone to reprint its texts free of charge, with credit.",
    "The Guardian's articles are free to reprint, as long as the source is credited.",
    "Articles from the Guardian may be republished free of charge with credit.",
    "You may republish the Guardian's reports free of charge, with attribution.",
    "All Guardian articles may be republished free of charge with credit.",
    "Gazeta Guardian zezwala na przedruk swoich artykułów z podaniem źródła.",
)
UNNAMED = (
    "We allow anyone to republish our articles with credit.",
    "The Institute's publications may be reprinted with credit to the source.",
    "The Foundation encourages everyone to copy its publications with attribution.",
    "Our authors' articles may be republished freely with credit.",
    "Today's articles may be republished freely with credit.",
    "Articles of the Centre may be reprinted with credit to the source.",
)


def view(words: str, url: str, head: str = "") -> PageView:
    entity = f"<!doctype html><html><head>{head}</head><body><footer><p>{words}</p></footer></body></html>".encode()
    return PageView(url, html.fromstring(entity.decode()), Source(entity, "utf-8"), "capture-1")


@pytest.mark.parametrize("words", NAMED)
def test_a_grant_by_name_is_none_on_the_page_of_another_house(words: str) -> None:
    page = view(words, "https://mill.example/terms", '<meta property="og:site_name" content="The Mill">')
    assert grants_for_another(words, page)
    assert verdict(read_terms(page)).answer not in (Answer.YES, Answer.WITH_DUTIES)


@pytest.mark.parametrize("words", NAMED)
@pytest.mark.parametrize(
    ("url", "head"),
    [
        ("https://www.theguardian.example/terms", ""),
        ("https://mill.example/terms", '<meta property="og:site_name" content="Guardian">'),
        ("https://mill.example/terms", "<title>Terms of reuse - The Guardian</title>"),
    ],
)
def test_a_grant_by_name_is_one_on_the_page_of_that_house(words: str, url: str, head: str) -> None:
    assert not grants_for_another(words, view(words, url, head))


def test_a_line_of_copyright_and_initials_name_the_house() -> None:
    words = "The Warsaw Institute of Mills allows anyone to republish its articles with credit."
    assert not grants_for_another(words, view(f"{words}</p><p>© 2024 Warsaw Institute of Mills", "https://a.example/x"))
    assert not grants_for_another(words, view(words, "https://wim.example/x"))
    assert grants_for_another(words, view(words, "https://a.example/x"))


def test_a_name_of_the_house_is_known_in_another_case() -> None:
    words = "Texty z Říčních zápisků lze přebírat a šířit s uvedením autora a zdroje."
    assert not grants_for_another(words, view(words, "https://a.example/x", "<title>O nás | Říční zápisky</title>"))


@pytest.mark.parametrize("words", UNNAMED)
def test_what_any_house_calls_itself_is_no_name_of_another(words: str) -> None:
    assert not grants_for_another(words, view(words, "https://mill.example/terms"))


FORMS = (
    "{} may be republished freely, with credit.",
    "You may republish {} free of charge with attribution.",
    "Feel free to reproduce {}, provided the source is named.",
)
ANOTHERS = (
    "partners' articles",
    "our sister paper's reports",
    "the contributors' texts",
    "his articles",
    "articles by guest authors",
    "reports of our members",
    "texts supplied by partners",
    "content from other sites",
    "articles published by our partner organisations",
)


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("works", ANOTHERS)
def test_texts_of_others_are_permitted_by_nobody_here(form: str, works: str) -> None:
    assert not permits(form.format(works if "You" in form or "Feel" in form else works[0].upper() + works[1:]))


OURS = (
    "Articles by our authors may be republished freely with credit.",
    "Articles from our websites may be republished freely with credit.",
    "Reports by our experts may be reproduced with credit to the source.",
    "Our newspapers' articles may be reprinted free of charge with credit.",
)


@pytest.mark.parametrize("words", [*UNNAMED, *OURS])
def test_texts_of_the_house_are_permitted_whoever_wrote_them(words: str) -> None:
    assert permits(words)


def test_somebody_else_who_lets_texts_be_used_is_no_house() -> None:
    assert not permits("Our partners allow anyone to republish their articles with credit.")
    assert permits("The Institute allows anyone to republish their articles with credit.")
