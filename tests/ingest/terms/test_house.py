"""Publishers: a permission by name comes only from the page's own publisher, and nobody permits another's works."""

from __future__ import annotations

from dataclasses import replace

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
def test_a_permission_by_a_named_publisher_does_not_count_on_other_sites(words: str) -> None:
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
def test_a_permission_by_a_named_publisher_counts_on_its_own_page(words: str, url: str, head: str) -> None:
    assert not grants_for_another(words, view(words, url, head))


def test_a_copyright_line_or_initials_in_the_host_identify_the_publisher() -> None:
    words = "The Warsaw Institute of Mills allows anyone to republish its articles with credit."
    assert not grants_for_another(words, view(f"{words}</p><p>© 2024 Warsaw Institute of Mills", "https://a.example/x"))
    assert not grants_for_another(words, view(words, "https://wim.example/x"))
    assert grants_for_another(words, view(words, "https://a.example/x"))


def test_a_publishers_name_is_recognised_in_another_grammatical_case() -> None:
    words = "Texty z Říčních zápisků lze přebírat a šířit s uvedením autora a zdroje."
    assert not grants_for_another(words, view(words, "https://a.example/x", "<title>O nás | Říční zápisky</title>"))


@pytest.mark.parametrize("words", UNNAMED)
def test_a_general_word_for_the_publisher_names_no_other_publisher(words: str) -> None:
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
def test_a_permission_for_the_texts_of_others_does_not_count(form: str, works: str) -> None:
    assert not permits(form.format(works if "You" in form or "Feel" in form else works[0].upper() + works[1:]))


OURS = (
    "Articles by our authors may be republished freely with credit.",
    "Articles from our websites may be republished freely with credit.",
    "Reports by our experts may be reproduced with credit to the source.",
    "Our newspapers' articles may be reprinted free of charge with credit.",
)


@pytest.mark.parametrize("words", [*UNNAMED, *OURS])
def test_the_publishers_texts_are_permitted_whoever_wrote_them(words: str) -> None:
    assert permits(words)


def test_a_permission_granted_by_somebody_else_does_not_count() -> None:
    assert not permits("Our partners allow anyone to republish their articles with credit.")
    assert permits("The Institute allows anyone to republish their articles with credit.")


MILL = "The Millbrook Institute allows everyone to reprint its articles with credit."


@pytest.mark.parametrize(
    ("url", "head", "beside"),
    [
        ("https://mi.example/x", "", '<a href="/"><img src="l.png" alt="Millbrook Institute"></a>'),
        ("https://a.example/x", "", '<a href="https://a.example/">Millbrook Institute</a>'),
        ("https://a.example/x", "", "Copyright 2024 Millbrook Institute."),
        ("https://a.example/x", "", "(c) Millbrook Institute"),
        ("https://a.example/x", '<meta name="DC.publisher" content="Millbrook Institute">', ""),
        ("https://a.example/x", '<meta name="twitter:site" content="@millbrook">', ""),
    ],
)
def test_a_publisher_is_identified_by_home_link_copyright_or_metadata(url: str, head: str, beside: str) -> None:
    assert not grants_for_another(MILL, view(f"{MILL}</p><p>{beside}", url, head))


def test_a_link_to_another_sites_front_page_does_not_name_the_publisher() -> None:
    beside = '<a href="https://www.ba.example/">Millbrook Institute</a>'
    assert grants_for_another(MILL, view(f"{MILL}</p><p>{beside}", "https://a.example/x"))


@pytest.mark.parametrize("kind", ["NGO", ["Organization", "NGO"], "ResearchOrganization"])
def test_json_ld_of_any_kind_of_organisation_identifies_the_publisher(kind: object) -> None:
    page = replace(view(MILL, "https://a.example/x"), jsonld=[{"@type": kind, "name": "Millbrook Institute"}])
    assert not grants_for_another(MILL, page)


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("Deutsche Gesellschaft für Auswärtige Politik erlaubt den Nachdruck ihrer Texte.", "https://dgap.example/x"),
        ("Die Stiftung Wissenschaft und Politik erlaubt den Nachdruck ihrer Texte.", "https://www.swp-x.example/x"),
        ("Die Heinrich-Böll-Stiftung erlaubt den Nachdruck ihrer Texte.", "https://www.boell.example/x"),
    ],
)
def test_a_host_may_hold_initials_without_small_words_and_umlauts(words: str, url: str) -> None:
    assert not grants_for_another(words, view(words, url))


TOPICS = (
    "You may republish our articles on Europe's news free of charge with credit.",
    "Our texts may be republished with credit. We analyse Germany's research and Russia's stories.",
    "Our texts may be republished with credit. Reuters' stories may not be republished.",
    "Except for Project Syndicate's articles, you may republish our articles with credit.",
    "All English articles may be republished freely with credit.",
    "All Policy Briefs and reports may be republished freely with credit.",
    "Articles from Monday to Friday may be republished freely with credit.",
    "The Millbrook Institute allows everyone to reprint our articles with credit.",
)


@pytest.mark.parametrize("words", TOPICS)
def test_subjects_and_selections_of_texts_name_no_other_publisher(words: str) -> None:
    assert not grants_for_another(words, view(words, "https://mill.example/terms"))


def test_our_in_the_next_sentence_does_not_identify_the_publisher() -> None:
    words = "The Guardian allows anyone to republish its articles with credit. Our texts are ours."
    assert grants_for_another(words, view(words, "https://mill.example/terms"))


def test_initials_in_a_permission_match_the_name_in_the_title() -> None:
    words = "CEIP allows anyone to republish its articles with credit."
    head = "<title>Terms of use | Carnegie Endowment for International Peace</title>"
    assert not grants_for_another(words, view(words, "https://a.example/x", head))
    assert grants_for_another(words, view(words, "https://a.example/x", "<title>Calls in every port</title>"))
    assert grants_for_another(words, view(words, "https://a.example/x"))
