"""The evidence for a value is where it was read, not another place that happens to say the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.evidence.json_nodes import JsonNode
from archive.evidence.locate import Place, Source, words_at
from archive.http.exchange import Entity
from db.model.item import Context, Evidence, Reading
from ingest.markup.json_scripts import loaded, spans
from ingest.reading.candidate import Stated
from ingest.reading.page.nodes import Graph, graph
from ingest.reading.page.origins import Origins
from ingest.reading.page.page import Page, open_page
from ingest.reading.reader import read

URL = "https://institute.example/rivers"
TEXT = (
    "<article>"
    + "<p>The rivers of the country carry more water than anybody had thought they would.</p>" * 6
    + "</article>"
)


def reading_of(head: str, body: str = TEXT, charset: str = "utf-8") -> tuple[Reading, bytes]:
    page = f"<!doctype html><html><head><meta charset={charset}>{head}</head><body>{body}</body></html>".encode(charset)
    return read(Entity(URL, page, "text/html"), Context(URL, capture="urn:uuid:1")), page


def words_in_context(page: bytes, evidence: Evidence, charset: str = "utf-8") -> str:
    """The words of *evidence*, with the bytes right before them."""
    (start, end) = evidence.ranges[0][0], evidence.ranges[-1][1]
    assert evidence.decoding is not None
    assert words_at(page, evidence.ranges, evidence.decoding) == evidence.words
    return page[max(0, start - 40) : end].decode(charset)


def json_ld(said: Any, **dumped: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(said, **dumped)}</script>'


ARTICLE: dict[str, Any] = {
    "@type": "Article",
    "url": "https://institute.example/Rivers/Jane Roe",
    "publisher": {"@type": "WebSite", "name": "Jane Roe"},
    "headline": "On rivers",
    "description": "Jane Roe on Rivers, 2023-02-04",
    "dateModified": "2023-02-04",
    "datePublished": "2023-02-04",
    "author": [{"@type": "Person", "name": "Jane Roe"}],
    "articleSection": "Rivers",
    "keywords": "water, Rivers",
}


@pytest.mark.parametrize("dumped", [{}, {"indent": 2}, {"separators": (",", ":")}])
def test_the_evidence_of_a_json_value_is_its_own_field(dumped: dict[str, Any]) -> None:
    reading, page = reading_of(json_ld(ARTICLE, **dumped))
    assert reading.published is not None
    assert reading.modified is not None
    assert reading.section is not None
    assert '"datePublished"' in words_in_context(page, reading.published.evidence)
    assert '"dateModified"' in words_in_context(page, reading.modified.evidence)
    assert '"articleSection"' in words_in_context(page, reading.section.evidence)
    assert '"Person"' in words_in_context(page, reading.attributions[0].evidence)
    assert [
        "water, Rivers" in words_in_context(page, tag.evidence) for tag in reading.tags if tag.value == "Rivers"
    ] == [True]


def test_the_evidence_of_a_person_given_by_id_is_the_node_with_the_name() -> None:
    said = {**ARTICLE, "author": {"@id": "#jane"}}
    named = {"@type": "Person", "@id": "#jane", "name": "Jane Roe", "familyName": "Roe"}
    reading, page = reading_of(json_ld(said) + json_ld([{"@type": "Thing", "name": "Jane Roe"}, named]))
    assert '"@id": "#jane", "name": "Jane Roe' in words_in_context(page, reading.attributions[0].evidence)


def test_escaped_mended_and_salvaged_json_lead_to_the_same_field() -> None:
    escaped = json_ld({**ARTICLE, "author": {"name": "Łucja Śliwa"}, "publisher": {"name": "Łucja Śliwa"}})
    reading, page = reading_of(escaped)
    assert '"author": {"name": "\\u0141' in words_in_context(page, reading.attributions[0].evidence)
    for harm in (",]", "}}"):
        broken = json_ld(ARTICLE).replace('"}]', f'"{"}" if harm == ",]" else ""}{harm}')
        reading, page = reading_of(broken)
        assert [one.name for one in reading.attributions] == ["Jane Roe"], broken
        assert reading.published is not None
        assert '"datePublished"' in words_in_context(page, reading.published.evidence)
        assert '"Person", "name": "' in words_in_context(page, reading.attributions[0].evidence)


def test_the_evidence_of_a_meta_value_is_its_own_tag() -> None:
    head = """<!-- <meta property="article:section" content="Rivers"> --><meta name="portal" content="Rivers">
    <script>var a = '<meta property="article:section" content="Rivers">';</script>
    <meta name=title content="Rivers"><META content='Rivers' PROPERTY="article:section">
    <meta name=x content="Rivers">"""
    reading, page = reading_of(head)
    assert reading.section is not None
    assert "META content='Rivers" in words_in_context(page, reading.section.evidence)


def test_the_evidence_of_microdata_is_its_own_element_in_any_charset() -> None:
    body = """<h1>Łódź</h1><p>Żaneta Łoś</p><div itemscope itemtype="https://schema.org/Article">
    <span>Żaneta Łoś</span><span itemprop="author">Żaneta <b>Łoś</b></span><time itemprop="datePublished"
    datetime="2023-02-04">4 lutego 2023</time><meta itemprop="dateModified" content="2023-02-04"></div>"""
    for charset in ("utf-8", "iso-8859-2", "utf-16"):
        reading, page = reading_of("<title>Łódź</title>", body + TEXT, charset)
        assert [one.name for one in reading.attributions] == ["Żaneta Łoś"]
        evidence = reading.attributions[0].evidence
        shown = page[evidence.ranges[0][0] : evidence.ranges[-1][1]]
        whole = shown.decode("utf-16-le" if charset == "utf-16" else charset)
        assert whole.startswith("Żaneta <b>") or charset == "utf-16", whole
        assert reading.modified is not None
        assert reading.published is not None
        assert reading.published.evidence.ranges < reading.modified.evidence.ranges


def test_words_that_stand_only_elsewhere_are_not_located_in_the_node() -> None:
    page = open_page(Entity(URL, b"<title>x</title><meta name=author content=Jane><p>Roe", "text/html"), URL)
    assert page is not None
    source = Source(page.entity.body, "utf-8")
    tag = Origins(page, source, graph(page)).tag(page.tagged["meta"][0])
    assert tag is not None
    assert source.inside("Jane", Place.ATTRIBUTE, tag) is not None
    assert source.inside("Roe", Place.TEXT, tag) is None
    assert source.locate("Roe") is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["a", 'b"', "c\\", "{", "]:,"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.slow
@given(JSON, st.sampled_from([None, 1]), st.booleans(), st.sampled_from(["", "<!--", "//<![CDATA[\n", " \n"]))
@example({"a": [{"b": 1}, [], {}]}, None, True, "")
@settings(max_examples=300, deadline=None)
def test_every_json_value_is_located_where_it_was_read(
    value: Any, indent: int | None, escaped: bool, start: str
) -> None:
    if not isinstance(value, dict | list):
        value = [value]
    text = start + json.dumps(value, indent=indent, ensure_ascii=escaped) + ("-->" if start == "<!--" else "")
    if start.startswith("//"):
        text += "\n//]]>"
    data = b"before {" + text.encode("utf-8", "surrogatepass")
    block = loaded(text)
    assert block.value == value
    stack: list[tuple[Any, JsonNode | None]] = [(block.value, spans(data, 8, len(data), salvaged=block.salvaged))]
    while stack:
        one, held = stack.pop()
        assert held is not None
        assert json.loads(data[held.start : held.end].decode("utf-8", "surrogatepass")) == one
        if isinstance(one, dict):
            assert isinstance(held.inner, dict)
            stack += [(inner, held.inner.get(key)) for key, inner in one.items()]
        elif isinstance(one, list):
            assert isinstance(held.inner, list)
            stack += list(zip(one, held.inner, strict=True))


_PIECES = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<p title='a > b'>", '<i class="a&amp;b">', "</i>", "<!--", "-->", "<script>",
     "</script>", "<style>", "</style>", "<p", ">", "<br>", "words", "<table>", "<td>", "<DIV id=x>", "<", "&lt;p&gt;",
     "<textarea>", "</textarea>", "<p title='<p>'>", "<i class=a class=b>"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=24))
@settings(max_examples=300, deadline=None)
def test_the_tag_found_for_an_element_has_its_name_and_attributes(pieces: list[str]) -> None:
    body = f"<html><body>{''.join(pieces)}</body></html>".encode()
    page = open_page(Entity(URL, body, "text/html"), URL)
    assert page is not None
    source = Source(body, "utf-8")
    origins = Origins(page, source, Graph((), {}, {}, {}))
    for element in page.elements:
        tag = origins.tag(element)
        if tag is None:
            continue
        said = body[slice(*tag)].lower()
        assert said.startswith(f"<{element.tag}".encode())
        # In a torn tag like `<p</textarea>`, other names depend on how it is repaired.
        assert all(name.encode() in said for name, _ in element.items() if name in ("title", "class", "id"))
        whole = next(origins.elements(element))
        if element.tag == "br":
            assert whole == tag
            continue
        # An element begins with its tag and ends after it: at its end tag, or where the source ends.
        assert whole[0] == tag[0]
        assert whole[1] >= tag[1]
        assert whole[1] == len(body) or body[whole[1] :].lower().startswith(f"</{element.tag}".encode())


def test_an_element_ends_at_its_own_end_tag_and_not_at_an_inner_one() -> None:
    outer = b"<div id=a>over<div id=b>in</div>between<div id=c>in</div>under"
    page = _page(outer + b"</div>after")
    origins = Origins(page, Source(page.entity.body, "utf-8"), Graph((), {}, {}, {}))
    ends = {element.get("id"): next(origins.elements(element))[1] for element in page.tagged["div"]}
    assert ends == {"a": len(outer), "b": outer.index(b"</div>"), "c": outer.rindex(b"</div>")}


def test_an_unknown_node_has_no_origin() -> None:
    page = _page(b"<script type='application/ld+json'>{\"a\": 1}</script>")
    origins = Origins(page, Source(page.entity.body, "utf-8"), graph(page))
    (script,) = page.tagged["script"]
    ((node, _),) = graph(page).nodes
    assert origins.value(Stated(script, {"b": 1}, ("b",))) is None
    assert origins.value(Stated(script, node, ("b",))) is None


def _page(body: bytes) -> Page:
    page = open_page(Entity(URL, body, "text/html"), URL)
    assert page is not None
    return page
