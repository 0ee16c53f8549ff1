"""Class names: what an element is called, and the words in that name."""

from __future__ import annotations

import re

import pytest
from lxml import html

from ingest.reading.page.class_names import Marks, Said, marks, remembered, says, worn

BYLINE = re.compile(r"(?:^|[\s_-])byline(?:$|[\s_-])")


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
def test_an_element_is_called_by_its_classes_its_id_and_its_marks_for_testers(tag: str, said: str) -> None:
    assert marks(html.fragment_fromstring(f"{tag}x</p>")) == said


def test_what_an_element_wears_has_no_id_in_it() -> None:
    assert worn(html.fragment_fromstring('<p class="Lead" id="b">x</p>')) == "lead"
    assert worn(html.fragment_fromstring('<p id="b">x</p>')) == ""


@pytest.mark.parametrize(
    ("said", "found"),
    [("byline", True), ("post byline", True), ("post-byline big", True), ("bylines", False), ("", False)],
)
def test_a_word_is_found_in_one_name_and_not_across_two(said: str, found: bool) -> None:
    assert says(BYLINE, said) is found
    assert says(re.compile("post byline"), "post byline") is False


def test_what_was_asked_of_a_pattern_is_known_the_next_time() -> None:
    known = remembered(BYLINE)
    assert remembered(BYLINE) is known
    assert known["very new byline"] is True
    assert "very new byline" in known


def test_a_memory_that_is_full_forgets_and_tells_the_same() -> None:
    known = Said(BYLINE)
    known.update(dict.fromkeys(map(str, range(Said.MOST + 1)), False))
    assert known["a byline"] is True
    assert len(known) == 1


def test_elements_of_a_page_are_told_by_what_they_are_called() -> None:
    page = html.fragment_fromstring(
        '<div><p class="Lead">a</p><p class="lead">b</p><p data-testid="x">c</p><p>d</p></div>'
    )
    first, second, tested, plain = page
    known = Marks()
    found = known.of(page, {tested})
    assert found == {"lead": [first, second], "x": [tested]}
    assert known[plain] == ""
    assert known[first] == "lead"
