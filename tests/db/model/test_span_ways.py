"""Spans: a paragraph written out with its links and marks, however they cross."""

from __future__ import annotations

import pytest

from db.model.spans import Span, SpanFormat, SpanKind, in_html, within

WAY = SpanFormat(
    words=str, note=lambda label: f"[{label}]", span=lambda one: f"<{one.span.kind}>{one.written}</{one.span.kind}>"
)
HTML = SpanFormat(words=str, note=lambda label: f"[{label}]", span=in_html)
EMPHASIS, STRONG, LINK = SpanKind.EMPHASIS, SpanKind.STRONG, SpanKind.LINK


def test_overlapping_span_is_split_where_the_other_ends() -> None:
    assert WAY.write("0123456789", [Span(2, 4, EMPHASIS), Span(4, 4, STRONG)]) == "01<em>23<strong>45</strong></em>6789"


def test_longer_span_encloses_a_shorter_one_with_the_same_start() -> None:
    assert WAY.write("0123", [Span(0, 2, EMPHASIS), Span(0, 4, STRONG)]) == "<strong><em>01</em>23</strong>"


def test_note_pointer_replaces_its_sign_inside_and_outside_spans() -> None:
    assert WAY.write("ab1cd2", [Span(0, 3, EMPHASIS)], [(2, 1, "1"), (5, 1, "2")]) == "<em>ab[1]</em>cd[2]"


@pytest.mark.parametrize(
    ("first", "after", "kept"),
    [(0, 10, [(2, 4)]), (2, 6, [(0, 4)]), (3, 5, [(0, 2)]), (0, 3, [(2, 1)]), (6, 10, []), (0, 2, [])],
)
def test_part_of_a_paragraph_keeps_its_part_of_a_span(first: int, after: int, kept: list[tuple[int, int]]) -> None:
    assert [(one.first, one.length) for one in within([Span(2, 4, EMPHASIS)], first, after)] == kept


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//institute.example/", "", None])
def test_link_without_a_web_url_is_written_as_plain_text(url: str | None) -> None:
    assert HTML.write("read on", [Span(0, 4, LINK, url)]) == "read on"


def test_link_is_escaped_and_formula_is_marked_as_math() -> None:
    spans = [Span(0, 4, LINK, 'https://a.example/?a="&b'), Span(5, 2, SpanKind.FORMULA)]
    assert HTML.write("read on", spans) == (
        '<a href="https://a.example/?a=&quot;&amp;b">read</a> <code class="math">on</code>'
    )
