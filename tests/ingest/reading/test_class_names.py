"""Class names: the names of an element (classes, id, test ids), and the words in them."""

from __future__ import annotations

import pytest
from lxml import html

from ingest.reading.page.class_names import ClassWords, Marks, marks, whole_words, worn

BYLINE = whole_words("byline")


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ('<p class="Byline">', "byline"),
        ('<p class="articleHeader">', "article-header"),
        ('<p class="a" id="B">', "a b"),
        ('<p id="pageTop">', "page-top"),
        ('<p data-testid="authorName">', "author-name"),
        ('<p class="x" data-component="TeaserList">', "x teaser-list"),
        ('<p class="">', ""),
        ("<p>", ""),
        ('<p title="byline">', ""),
    ],
)
def test_an_elements_names_are_its_classes_its_id_and_its_test_ids(tag: str, said: str) -> None:
    assert marks(html.fragment_fromstring(f"{tag}x</p>")) == said


def test_the_classes_of_an_element_do_not_include_its_id() -> None:
    assert worn(html.fragment_fromstring('<p class="Lead" id="b">x</p>')) == "lead"
    assert worn(html.fragment_fromstring('<p id="b">x</p>')) == ""


@pytest.mark.parametrize(
    ("said", "found"),
    [("byline", True), ("post byline", True), ("post-byline big", True), ("bylines", False), ("", False)],
)
def test_a_pattern_matches_within_one_class_name_only(said: str, found: bool) -> None:
    assert BYLINE[said] is found
    assert ClassWords("post byline")["post byline"] is False


def test_the_answers_of_a_pattern_are_kept() -> None:
    assert BYLINE["very new byline"] is True
    assert "very new byline" in BYLINE


def test_a_full_cache_is_emptied_and_answers_the_same() -> None:
    known = whole_words("byline")
    known.update(dict.fromkeys(map(str, range(ClassWords.MOST + 1)), False))
    assert known["a byline"] is True
    assert len(known) == 1


def test_the_names_of_an_element_are_computed_once() -> None:
    page = html.fragment_fromstring(
        '<div><p class="Lead">a</p><p class="lead">b</p><p data-testid="x">c</p><p>d</p></div>'
    )
    known = Marks()
    assert [known[element] for element in page] == ["lead", "lead", "x", ""]
    page[0].set("class", "other")
    assert known[page[0]] == "lead"
