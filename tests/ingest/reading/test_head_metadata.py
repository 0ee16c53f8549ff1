"""The metadata in the head of a page, under all their names, and how they are used."""

from __future__ import annotations

import json

import pytest

from archive.http.exchange import Entity
from ingest.markup.json_scripts import load
from ingest.reading.candidate import Field
from ingest.reading.metadata import meta
from ingest.reading.metadata.structured import Structured
from ingest.reading.page.page import Page, open_page


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
def test_a_meta_element_is_read_by_each_of_its_names_in_any_spelling(element: str, said: list[tuple[str, str]]) -> None:
    assert [(name, content) for name, content, _ in page_with(element).metas] == said


HEAD = """
<meta property="og:title" content="The Amber Road"><meta name="citation_title" content="Amber Road, The">
<meta name="author" content="Anna Fox"><meta property="article:tag" content="amber">
<meta property="article:section" content="Trade"><meta name="post-date" content="2024-05-03">
"""


def test_only_requested_fields_and_witnesses_give_candidates() -> None:
    page = page_with(HEAD)
    everything = meta.candidates(page)
    assert {one.field for one in everything} >= {Field.TITLE, Field.AUTHOR, Field.TAG, Field.SECTION, Field.PUBLISHED}
    some = meta.candidates(page, frozenset({Field.SECTION}), frozenset({"meta og:title", "meta article:tag"}))
    assert sorted(one.value for one in some) == ["The Amber Road", "Trade", "amber"]
    spelt = meta.candidates(page, frozenset(), frozenset({"meta post-date"}))
    assert [(one.field, one.value) for one in spelt] == [(Field.PUBLISHED, "2024-05-03")]


def test_a_json_ld_node_without_a_type_has_no_kind() -> None:
    page = page_with('<script type="application/ld+json">{"a": {"b": 1}, "@graph": [{"@type": "WebSite"}]}</script>')
    assert Structured(page).kinds == {"WebSite"}


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "Amber \\ud83d\\ude00 & Salt", "a": 1, "b": [1.0, -0.0, 1E5, 18446744073709551616, null, true]}',
        '{"a": "\\ud800"}',
        '{"a": 1e400}',
        '{"a": "two\nlines\tand a tab"}',
        '{"a": 1} and more',
        "5",
    ],
)
def test_a_script_loads_the_same_with_the_fast_and_the_lenient_parser(text: str) -> None:
    said = repr(json.JSONDecoder(strict=False).raw_decode(text)[0])
    assert repr(load(text)) == said.replace("\\ud800", "\ufffd")  # half a pair cannot be stored


@pytest.mark.parametrize("text", ['{"a": [1, 2,],}', '<!-- {"a": [1, 2]} -->', '// <![CDATA[\n{"a": [1, 2]}\n// ]]>'])
def test_common_json_errors_are_mended(text: str) -> None:
    assert load(text) == {"a": [1, 2]}


def test_json_in_a_meta_element_comes_after_json_in_scripts() -> None:
    content = "{&quot;@id&quot;: &quot;#a&quot;, &quot;name&quot;: &quot;Fox&quot;}"
    script = '<script type="application/LD+JSON">{"x": {"@id": "#a", "url": "/a"}, "y": [{"n": 1}, {"n": 2}]}</script>'
    data = Structured(page_with(f'<meta name="ld+json" content="{content}">{script}')).data
    assert [node.get("n") or node.get("@id") for node, _ in data.nodes] == [None, "#a", 1, 2, "#a"]
    assert data.follow({"@id": "#a"})["name"] == "Fox"
