"""What the head of a page says, by whatever names, and what of that is asked for."""

from __future__ import annotations

import pytest

from archive.exchange import Entity
from ingest.reading import meta
from ingest.reading.candidate import Field
from ingest.reading.page import Page, open_page
from ingest.reading.structured import Structured


def page_with(head: str) -> Page:
    html = f"<html><head>{head}</head><body><p>A road.</p></body></html>"
    page = open_page(Entity("https://institute.example/road/", html.encode(), "text/html", "utf-8"), "")
    assert page is not None
    return page


@pytest.mark.parametrize(
    ("element", "said"),
    [
        ('<meta name="Author" content="Anna Fox">', [("author", "Anna Fox")]),
        ('<meta content="Anna Fox" name=" author ">', [("author", "Anna Fox")]),
        ('<meta name="author" value="Anna Fox">', [("author", "Anna Fox")]),
        ('<meta name="author" content="" value="Anna Fox">', [("author", "Anna Fox")]),
        ('<meta name="author" property="og:author" content="Fox">', [("og:author", "Fox"), ("author", "Fox")]),
        ('<meta itemprop="author" content="Anna Fox" id="a">', [("author", "Anna Fox")]),
        ('<meta name="author" content="">', []),
        ('<meta name="" content="Anna Fox">', []),
        ('<meta charset="utf-8" content="Anna Fox">', []),
    ],
)
def test_a_meta_is_heard_by_each_name_it_has_however_it_is_written(element: str, said: list[tuple[str, str]]) -> None:
    assert [(name, content) for name, content, _ in page_with(element).metas] == said


HEAD = """
<meta property="og:title" content="The Amber Road"><meta name="citation_title" content="Amber Road, The">
<meta name="author" content="Anna Fox"><meta property="article:tag" content="amber">
<meta property="article:section" content="Trade"><meta name="post-date" content="2024-05-03">
"""


def test_of_the_fields_that_are_not_asked_for_only_the_witnesses_that_are_asked_say_anything() -> None:
    page = page_with(HEAD)
    everything = meta.candidates(page)
    assert {one.field for one in everything} >= {Field.TITLE, Field.AUTHOR, Field.TAG, Field.SECTION, Field.PUBLISHED}
    some = meta.candidates(page, frozenset({Field.SECTION}), frozenset({"meta og:title", "meta article:tag"}))
    assert sorted(one.value for one in some) == ["The Amber Road", "Trade", "amber"]
    spelt = meta.candidates(page, frozenset(), frozenset({"meta post-date"}))
    assert [(one.field, one.value) for one in spelt] == [(Field.PUBLISHED, "2024-05-03")]


def test_a_node_without_a_type_is_of_no_kind() -> None:
    page = page_with('<script type="application/ld+json">{"a": {"b": 1}, "@graph": [{"@type": "WebSite"}]}</script>')
    assert Structured(page).kinds == {"WebSite"}
