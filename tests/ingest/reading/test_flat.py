"""Elements with only words and links take a shortcut; others are walked through, and both give the same."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from db.model.text_marks import PLAIN, Mark, MarkKind
from ingest.reading.page.passage import Passage
from ingest.reading.text.blocks import bare

LONG = "The quay was mended in the spring of that year, and nobody who had seen the storm thought so. " * 3


def passages(within: str, without: tuple[str, ...] = ()) -> list[Passage]:
    return list(bare(html.fromstring(f"<div>{within}</div>"), without))


def words_and_links(within: str, without: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    return [(one.words, one.linked) for one in passages(within, without)]


def with_extra_elements(within: str) -> str:
    """Return *within* with extra elements: the words are the same, but the shortcut no longer applies."""
    return within.replace("</p>", "<span><b></b></span></p>").replace("</h2>", "<span><b></b></span></h2>")


@pytest.mark.parametrize(
    "within",
    [
        "<p>one <a href='/x'> two </a> three <em>four</em><!-- five --> six</p>",
        "<p> one <a href='/x'>\n two</a>three<b></b></p>",
        "<p>one<a>two</a><a href='/y' class='share'>three</a> four</p>",
        "<p>one<a href='/y' style='display: none'>two</a><a class='link' href='/y'>three</a></p>",
        "<p>one <a href='#n'>1</a></p><p id='n'>1 A note.</p>",
        "<p>one<br>two<em>three<i>four</i></em></p>",
        "<p>Foto: Jan <a href='/jan'>Kowalski</a></p>",
        "<p class='caption'>below <em>it</em></p>",
        "<h2>A <em>heading</em></h2><h2>Foto: Jan Kowalski</h2>",
        f"<h2>{LONG}<a href='/x'>x</a></h2>",
        "<p>a&shy;b <i>c\u200bd</i>&nbsp;\u2028e</p><p>f\tg  h\n</p>",
        "<p><a href='/x'>  </a></p><p>\n</p>",
        "<p>&#2;<em>one</em></p>",
    ],
)
def test_the_shortcut_and_the_walk_give_the_same_paragraphs(within: str) -> None:
    def told(words: str) -> list[tuple[Any, ...]]:
        return [(one.words, one.element.tag, one.mark, one.linked, one.inner) for one in passages(words)]

    assert told(within) == told(with_extra_elements(within))


def test_a_paragraphs_kind_follows_from_its_tag_and_words() -> None:
    found = passages(f"<p>one</p><h2>two</h2><h3>{LONG}</h3><p>Foto: Jan Kowalski</p><figcaption>three</figcaption>")
    heading, caption = Mark(MarkKind.HEADING, 2), Mark(MarkKind.CAPTION)
    assert [one.mark for one in found] == [PLAIN, heading, PLAIN, caption, caption]


def test_a_paragraph_in_a_list_or_quotation_takes_its_kind() -> None:
    found = passages("<ul><li><p>one <em>two</em></p></li></ul><blockquote><p>three</p></blockquote>")
    assert [one.mark.kind for one in found] == [MarkKind.ITEM, MarkKind.QUOTATION]


def test_elements_that_were_learnt_to_skip_are_left_out_of_paragraphs() -> None:
    within = "<p>one <em>two</em><a class='x' href='/'>three</a><main>four</main> five</p>"
    assert words_and_links(within, ("a.x",)) == [("one two", 0), ("four", 0), ("five", 0)]
    assert words_and_links("<p>one <time>two</time> three</p>", ("time",)) == [("one three", 0)]
    assert words_and_links("<p>one</p><p class='x'>two</p><h2>three</h2>", ("p.x", "h2")) == [("one", 0)]


def test_a_skipped_element_leaves_one_space() -> None:
    assert words_and_links("<p>one <a class='share'>two</a> three</p>") == [("one three", 0)]
    assert words_and_links("one <!-- two --> three<p>four</p>five <img src='/x'> <?six?> seven") == [
        ("one three", 0),
        ("four", 0),
        ("five seven", 0),
    ]
