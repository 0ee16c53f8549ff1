"""Spans of markup: where text, attribute values and JSON strings stand in HTML, XML and JSON."""

from __future__ import annotations

import pytest

from archive.evidence.markup import (
    RawElements,
    WordAutomaton,
    attribute_spans,
    attributes,
    is_json,
    is_xml,
    json_spans,
    plain_spans,
    raw_spans,
    separates_words,
    tag_end,
    tags_named,
    text_spans,
)


def texts(source: str) -> list[str]:
    return [source[start:end] for start, end in text_spans(source)]


def values(source: str) -> list[str]:
    return [source[start:end] for start, end in attribute_spans(source)]


def strings(source: str) -> list[str]:
    return [source[start:end] for start, end in json_spans(source)]


# ── Kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "xml"),
    [
        ('<?xml version="1.0"?><urlset>', True),
        ("\ufeff  <rss>", True),
        ("<feed xmlns='a'>", True),
        ("<RSS>", True),
        ("<rssy>", False),
        ('<?xml version="1.0"?><!DOCTYPE html><html>', False),
        ("<p>rss</p>", False),
        ("", False),
    ],
)
def test_feeds_and_sitemaps_are_xml_and_xhtml_is_html(source: str, xml: bool) -> None:
    assert is_xml(source) is xml


@pytest.mark.parametrize(
    ("source", "json"),
    [("{}", True), (" [1]", True), ('"a"', True), ("\ufeff{", True), ("<p>", False), ("", False), ("a{}", False)],
)
def test_json_is_recognised_by_its_first_character(source: str, json: bool) -> None:
    assert is_json(source) is json


# ── Text ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<p>Tea</p> and <b>salt</b>", ["Tea", " and ", "salt"]),
        ("Tea", ["Tea"]),
        ("<p>a<!-- b --><i>c", ["a", "c"]),
        ("<script>if (a < b) c('<p>')</script>d", ["d"]),
        ("<STYLE>p > a {}</STYLE >e", ["e"]),
        ("<title>A <b> & more</title>x", ["A <b> & more", "x"]),
        ("<textarea><p>typed</textarea>x", ["<p>typed", "x"]),
        ("<title>never closed", ["never closed"]),
        ('<a title="a > b">c</a>', ["c"]),
        ("<a title='x>y'>c</a>", ["c"]),
        ("1 < 2 and 3 > 2", ["1 < 2 and 3 > 2"]),
        ("<!doctype html>a<?php echo ?>b", ["a", "b"]),
        ("<iframe><p>not text</p></iframe>b", ["b"]),
        ("<titles>a</titles>", ["a"]),
        ("<!-->a<!--->b", ["a", "b"]),
        ("", []),
    ],
)
def test_text_is_what_stands_between_tags(source: str, said: list[str]) -> None:
    assert texts(source) == said


def test_xml_cdata_is_text_and_script_is_an_ordinary_element() -> None:
    source = '<?xml version="1.0"?><rss><title>A</title><d><![CDATA[<p>B & C]]></d><script>e</script></rss>'
    assert "".join(texts(source)) == "AB & Ce"


def test_long_run_is_split_before_whitespace_without_loss() -> None:
    source = "word " * 2000
    pieces = [source[start:end] for start, end in plain_spans(source)]
    assert len(pieces) > 1
    assert "".join(pieces) == source
    assert all(piece[0] == " " for piece in pieces[1:])
    assert list(plain_spans("abc", 1, 3)) == [(1, 3)]
    assert list(plain_spans("abc", 2, 2)) == []


def test_long_run_between_tags_is_split_too() -> None:
    source = f"<p>{'word ' * 2000}</p>"
    assert len(texts(source)) > 1
    assert "".join(texts(source)) == "word " * 2000


# ── Attributes ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<a href=\"/x\" title='y' rel=z>", ["/x", "y", "z"]),
        ("<a href = '/x'>", ["/x"]),
        ('<a href="">', [""]),
        ("<a disabled>", []),
        ('</a href="/x">', []),
        ('<!-- <a href="/x"> -->', []),
        ('<script src="/s.js">var a = "b"</script>', ["/s.js"]),
        ('<style media="print">a[href="x"] {}</style>', ["print"]),
        ("text = 'none'", []),
        ('<a title="a > b" href="/c">', ["a > b", "/c"]),
    ],
)
def test_attribute_values_come_from_start_tags_without_quotes(source: str, said: list[str]) -> None:
    assert values(source) == said


def test_attribute_names_and_values_are_returned_as_written() -> None:
    tag = b"<a HREF='/x' hidden title=y Data-A=\"1\">"
    assert list(attributes(tag, (0, len(tag) - 1))) == [
        (b"HREF", b"/x"),
        (b"hidden", b""),
        (b"title", b"y"),
        (b"Data-A", b"1"),
    ]


def test_tag_ends_at_a_bracket_outside_quotes() -> None:
    assert tag_end(b'<a title="a > b">c', 0) == 17
    assert tag_end(b"x<p>y", 1) == 4
    assert tag_end(b"<p never ends", 0) == 13
    assert tag_end(b"<", 0) == 1


def test_a_tag_is_found_by_its_whole_name() -> None:
    assert list(tags_named(b"<p><pre><p class=a></p>", b"<p")) == [0, 8]
    assert list(tags_named(b"<p><pre><p class=a></p>", b"<p", 1)) == [8]
    assert list(tags_named(b"<p></p></pre>", b"</p")) == [3]


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{"a": "b", "c": ["d", ""]}', ["a", "b", "c", "d"]),
        (r'{"a": "say \"b\""}', ["a", r"say \"b\""]),
        ('<script>var a = "b"; var c = \'d "e"\';</script>', ["b"]),
        ('<script>/* "a" */ x("b")</script>', ["b"]),
        ('<script>`"a"` + "b"</script>', ["b"]),
        ('<script type="application/ld+json">{"a": "it\'s"}</script>', ["a", "it's"]),
        ('<p>"no script"</p>', []),
        ('<!-- <script>"a"</script> -->', []),
        ('<style>a { content: "b" }</style>', []),
    ],
)
def test_strings_are_found_in_json_and_in_scripts(source: str, said: list[str]) -> None:
    assert strings(source) == said


# ── Between two runs ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("gap", "parts"),
    [
        ("", False),
        ("<b>", False),
        ("</b><i class='a'>", False),
        ("<B>", False),
        ("<!-- note -->", False),
        ("</p><p>", True),
        ("<br>", True),
        (" ", True),
        ("<b> </b>", True),
        ("<script>x</script>", True),
        ("<b>x", True),
    ],
)
def test_words_are_separated_by_text_space_and_tags_that_are_not_inline(gap: str, parts: bool) -> None:
    assert separates_words(gap) is parts


# ── What is not markup ───────────────────────────────────────────────────────────────────────────────────────────


def test_comment_or_script_is_one_span_whatever_it_contains() -> None:
    data = b"<p>a<!-- <script> --><SCRIPT>'<!--'</script>b<style>c</style>"
    assert [data[start:end] for start, end in raw_spans(data)] == [
        b"<!-- <script> -->",
        b"<SCRIPT>'<!--'",
        b"<style>c",
    ]


def test_position_is_reported_inside_a_script_or_outside() -> None:
    data = b"<p>a</p><script>b</script><p>c</p>"
    raws = RawElements(data)
    assert raws.at(3) is None
    assert raws.at(4) is None
    assert raws.at(16) == (8, 17)
    assert raws.at(data.index(b"c</p>")) is None
    assert RawElements(b"plain").at(2) is None


def test_scripts_and_gaps_are_blanked_for_the_search_of_tags() -> None:
    data = b"<P>a<script>'<P>'</script><P>b"
    raws = RawElements(data)
    lowered = raws.lower_case_markup()
    assert len(lowered) == len(data)
    assert list(tags_named(lowered, b"<p")) == [0, 26]
    assert list(tags_named(raws.lower_case_markup([(0, 3)]), b"<p")) == [26]


def test_contents_of_scripts_are_found_and_those_of_styles_are_not() -> None:
    data = b"<style>a</style><!--<script>b</script>--><script type=x>c</script>"
    raws = RawElements(data)
    assert [data[start:end] for start, end in raws.scripts()] == [b"c"]


def test_script_inside_an_attribute_is_ignored() -> None:
    data = b'<a title="<script>b</script>">c</a>'
    assert RawElements(data).scripts() == []


# ── Many words at once ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stretch", [5, 6, 100])
def test_words_are_found_with_any_search_window(stretch: int) -> None:
    words = WordAutomaton([b"amber", b"road"], stretch)
    assert list(words.find(b"an amber road, amber")) == [(0, 3, 8), (1, 9, 13), (0, 15, 20)]


def test_texts_with_words_are_found_whatever_the_case() -> None:
    words = WordAutomaton([b"amber", "drogę".encode()])
    assert words.texts_with_words(["An AMBER road", "", "Długą DROGĘ", "a road, İAMBER", "road"]) == {0, 2, 3}
    assert words.texts_with_words(["am", "ber"]) == set()
