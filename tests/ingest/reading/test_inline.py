"""Links, emphasis, code, super- and subscripts and formulas of a page, kept apart from the words of its text."""

from __future__ import annotations

import time

import pytest

from archive.http.exchange import Entity
from db.model.item import Context
from db.model.spans import Span, SpanFormat, SpanKind, Stretch, in_html, within
from db.model.text_marks import Mark, MarkKind, blocks_of, from_json, to_json
from ingest.reading import read

URL = "https://port.example/news/quay"
LONG = "It was a long winter for the port and everybody in it, and nobody thought of what would come then. " * 3


def spans_in(markup: str) -> list[tuple[str, str, str | None]]:
    """The marks of a paragraph with *markup* in it: kind, words, and link target."""
    page = f"""<html><head><title>The Quay</title></head><body><article><h1>The Quay</h1><p>{LONG}</p>
        <p>{markup} {LONG}</p><p>{LONG} And so it ended.</p></article></body></html>"""
    reading = read(Entity(URL, page.encode(), "text/html"), Context(URL))
    return [
        (span.kind.value, one.words[span.first : span.after], span.url)
        for one in blocks_of(reading.text, reading.marks)
        for span in one.mark.spans
    ]


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        ("They <em>said</em> it", [("em", "said", None)]),
        ("They <i>said </i>it", [("em", "said", None)]),
        ("a <b><strong>quay</strong></b>", [("strong", "quay", None)]),
        (
            "<a href='/a?x=1#p'>a <b>quay</b></a>",
            [("a", "a quay", "https://port.example/a?x=1#p"), ("strong", "quay", None)],
        ),
        ("<a href='#top'>up</a> <a href='mailto:a@b.example'>mail</a> <a>none</a>", []),
        ("CO<sub>2</sub> and x<sup>n</sup>", [("sub", "2", None), ("sup", "n", None)]),
        ("10<sup>6</sup> tons", []),
        ("the <code>a = 1</code>", [("code", "a = 1", None)]),
        ("so\n  <span>many\n <em>kinds  of\nblank</em></span> here", [("em", "kinds of blank", None)]),
        ("soft <em>hy\u00adphen</em>", [("em", "hyphen", None)]),
        ("<i class='icon'></i> none", []),
    ],
)
def test_a_paragraph_keeps_its_inline_markup(markup: str, told: list[tuple[str, str, str | None]]) -> None:
    assert spans_in(markup) == told


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<math><mfrac><mi>a</mi><msup><mi>b</mi><mn>2</mn></msup></mfrac></math>", "(a)/(b^2)"),
        (
            "<math><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr><mtd><mi>c</mi></mtd></mtr></mtable></math>",
            "a b; c",
        ),
        ("<math alttext='{\\displaystyle x}'><mi>x</mi></math>", "x"),
        ("<math alttext='x_{1}'><msub><mi>x</mi><mn>1</mn></msub></math>", "x_{1}"),
        (
            "<span class='katex'><span><math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x^{2}"
            "</annotation></semantics></math></span><span class='katex-html'>x2</span></span>",
            "x^{2}",
        ),
        ("<span style='display: none'><math><msqrt><mi>y</mi></msqrt></math></span><img src='y.svg'>", "√(y)"),
        ("<script type='math/tex'>e^{i}</script>", "e^{i}"),
    ],
    ids=["typed", "table", "styled", "alternative text", "drawn twice", "hidden behind a picture", "in a script"],
)
def test_a_formula_is_written_on_one_line(markup: str, line: str) -> None:
    assert spans_in(f"For {markup} it holds.") == [("math", line, None)]


def test_inline_spans_survive_json() -> None:
    marks = (Mark(MarkKind.PARAGRAPH, spans=(Span(0, 9, SpanKind.LINK, URL), Span(2, 3, SpanKind.STRONG))),)
    assert to_json(marks) == f'[{{"is":"p","spans":[[0,9,"a","{URL}"],[2,3,"strong"]]}}]'
    assert from_json(to_json(marks)) == marks


def test_a_cell_gets_the_spans_within_it() -> None:
    spans = (Span(0, 7, SpanKind.STRONG), Span(6, 1, SpanKind.EMPHASIS))
    assert within(spans, 4, 9) == (Span(0, 3, SpanKind.STRONG), Span(2, 1, SpanKind.EMPHASIS))


def test_overlapping_spans_are_written_nested() -> None:
    def tagged(one: Stretch) -> str:
        return in_html(one)

    way = SpanFormat(str, lambda label: f"[{label}]", tagged)
    crossed = (Span(0, 3, SpanKind.STRONG), Span(2, 3, SpanKind.EMPHASIS))
    assert way.write("abcdef", crossed, ((5, 1, "1"),)) == "<strong>ab<em>c</em></strong>de[1]"
    assert way.write("abc", (Span(2, 9, SpanKind.CODE),)) == "ab<code>c</code>", "a hand on the database"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//port.example", None])
def test_html_links_lead_only_to_web_urls(url: str | None) -> None:
    way = SpanFormat(str, str, in_html)
    assert way.write("abc", (Span(0, 1, SpanKind.LINK, url),)) == "abc"
    assert (
        way.write("abc", (Span(0, 1, SpanKind.LINK, 'https://x.example/"'),))
        == '<a href="https://x.example/&quot;">a</a>bc'
    )


def test_a_paragraph_of_many_spans_is_read_in_bounded_time() -> None:
    spans_in("<b>a</b>")  # what is loaded once is not counted
    before = time.process_time()
    found = spans_in("<b>a</b> " * 8_000)
    assert time.process_time() - before < 1
    assert len(found) == 8_000
