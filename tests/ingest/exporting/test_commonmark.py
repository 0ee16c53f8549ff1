"""Texts as CommonMark: an independent parser finds the blocks, links and emphasis that went in."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from db.model.spans import Span, SpanKind
from db.model.text_marks import PLAIN, Block, Mark, MarkKind
from ingest.exporting.markdown import markdown

READER = MarkdownIt("commonmark").enable("table")
URLS = ("https://port.example/a_b*c?x=1&y=(2)#z", "http://port.example/", "https://port.example/a&copy;b|c")
Told = list[tuple[str, int, str, list[Span]]]
"""Kind, level, words and spans of each block."""


class Read:
    """The blocks that a CommonMark parser makes of a text."""

    def __init__(self, text: str) -> None:
        self.found: Told = []
        self._lists = 0
        self._quoted = False
        self._item = False
        self._row: list[tuple[str, list[Span]]] = []
        self._head = False
        for token, after in pairwise([*READER.parse(text), Token("end", "", 0)]):
            self._take(token, after)

    def _take(self, token: Token, after: Token) -> None:
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            self._lists += 1
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._lists -= 1
        elif kind == "list_item_open":
            self._item = True
        elif kind in ("blockquote_open", "blockquote_close"):
            self._quoted = kind == "blockquote_open"
        elif kind in ("thead_open", "thead_close"):
            self._head = kind == "thead_open"
        elif kind == "tr_open":
            self._row = []
        elif kind == "tr_close":
            self._close_row()
        elif kind == "fence":
            self.found.append(("pre", 0, token.content.rstrip("\n"), []))
        elif kind == "inline":
            words, spans = inline(token.children or [])
            if after.type in ("td_close", "th_close"):
                self._row.append((words, spans))
            else:
                self.found.append((*self._mark(after), words, spans))

    def _mark(self, after: Token) -> tuple[str, int]:
        if after.type == "heading_close":
            return "h", int(after.tag[1])
        if self._lists:
            first, self._item = self._item, False
            return ("li" if first else "p"), self._lists
        return ("q" if self._quoted else "p"), 0

    def _close_row(self) -> None:
        words, spans = "", []
        for number, (cell, inside) in enumerate(self._row):
            words += " | " if number else ""
            spans += [one._replace(first=one.first + len(words)) for one in inside]
            words += cell
        if words.strip(" |"):
            self.found.append(("th" if self._head else "tr", 0, words, spans))


def inline(tokens: list[Token]) -> tuple[str, list[Span]]:
    words, spans, opened = "", list[Span](), list[int]()
    for number, token in enumerate(tokens):
        kind, content = token.type, token.content
        opens = token.nesting == 1 or (kind == "html_inline" and not content.startswith("</"))
        if opens:
            said = content.strip("<>") if kind == "html_inline" else token.tag
            url = str(token.attrs["href"]) if kind == "link_open" else None
            opened.append(len(spans))
            spans.append(Span(len(words), 0, SpanKind(said), url))
        elif token.nesting == -1 or kind == "html_inline":
            at = opened.pop()
            spans[at] = spans[at]._replace(length=len(words) - spans[at].first)
        elif kind == "code_inline":
            # Formulas as GitHub writes them; these texts have no other dollar sign.
            formula = words.endswith("$") and tokens[number + 1].content.startswith("$")
            words = words[:-1] if formula else words
            spans.append(Span(len(words), len(content), SpanKind.FORMULA if formula else SpanKind.CODE))
            words += content
        else:
            after_formula = spans and spans[-1].kind is SpanKind.FORMULA and spans[-1].after == len(words)
            words += content[1:] if after_formula and content.startswith("$") else content
    return words, spans


def told(blocks: list[Block]) -> Told:
    """The expected result: links as the parser writes addresses, and a formula in pieces as code."""
    found: Told = []
    for one in blocks:
        spans = [span._replace(url=read_as(span.url) if span.url else None) for span in one.mark.spans]
        found.append((one.mark.kind.value, one.mark.level, one.words, spans))
    return found


def read_as(url: str) -> str:
    return READER.normalizeLink(url.replace("&copy;", "%26copy;").replace("|", "%7C"))


KINDS = [kind for kind in SpanKind if kind is not SpanKind.FORMULA]
SCRAPS = st.text("ab1é *_[](){}<>&|~^#+-=.!\\\"'`:", min_size=1, max_size=8)


@st.composite
def phrases(draw: Any) -> Block:
    """Words with nested spans."""
    words, spans = "", list[Span]()

    def piece(inside: frozenset[SpanKind]) -> None:
        nonlocal words
        for _ in range(draw(st.integers(1, 3))):
            able = [kind for kind in KINDS if kind not in inside]
            if able and len(inside) < 3 and draw(st.booleans()):
                kind, at = draw(st.sampled_from(able)), len(spans)
                spans.append(Span(len(words), 0, kind, draw(st.sampled_from(URLS)) if kind is SpanKind.LINK else None))
                piece(inside | {kind})
                spans[at] = spans[at]._replace(length=len(words) - spans[at].first)
            else:
                words += draw(SCRAPS)

    piece(frozenset())
    return tidy(words, spans)


def tidy(words: str, spans: list[Span]) -> Block:
    """As a page gives them: single spaces between words, and none at the ends of words or spans."""
    places, made = [], ""
    for sign in words:
        places.append(len(made))
        if sign != " " or (made and not made.endswith(" ")):
            made += sign
    places.append(len(made))
    made = made.rstrip() or "a"
    kept = []
    for one in spans:
        first, after = places[one.first], min(places[one.after], len(made))
        first += len(made[first:after]) - len(made[first:after].lstrip())
        after -= len(made[first:after]) - len(made[first:after].rstrip())
        if first < after:
            kept.append(one._replace(first=first, length=after - first))
    return Block(made, Mark(MarkKind.PARAGRAPH, spans=tuple(sorted(kept, key=lambda one: (one.first, -one.length)))))


@given(phrases())
def test_emphasis_and_links_of_a_paragraph_are_read_back(one: Block) -> None:
    assert Read(markdown([one])).found == told([one]), markdown([one])


def marked(kind: MarkKind, words: str, level: int = 0, *spans: Span) -> Block:
    return Block(words, Mark(kind, level, spans=spans))


def test_blocks_are_read_back_with_their_kinds() -> None:
    row = Mark(MarkKind.ROW, cells=(4, 5), spans=(Span(0, 4, SpanKind.LINK, URLS[2]), Span(7, 3, SpanKind.CODE)))
    blocks = [
        marked(MarkKind.HEADING, "The quay", 2, Span(4, 4, SpanKind.EMPHASIS)),
        marked(MarkKind.PARAGRAPH, "CO2 in km", 0, Span(2, 1, SpanKind.BELOW)),
        marked(MarkKind.ITEM, "one two", 1, Span(0, 3, SpanKind.STRONG)),
        marked(MarkKind.ITEM, "in it", 2, Span(0, 2, SpanKind.LINK, URLS[0])),
        marked(MarkKind.ITEM, "three", 1),
        marked(MarkKind.QUOTATION, "said so", 0, Span(5, 2, SpanKind.ABOVE)),
        Block("A | B", Mark(MarkKind.HEAD_ROW, cells=(1, 1), spans=(Span(4, 1, SpanKind.STRONG),))),
        Block("tons | a|b=c", row),
        marked(MarkKind.PREFORMATTED, "x = `1`"),
        marked(MarkKind.PARAGRAPH, "with x^{2} in it", 0, Span(5, 5, SpanKind.FORMULA)),
    ]
    wanted = [(kind, level, words, spans) for kind, level, words, spans in told(blocks)]
    assert Read(markdown(blocks)).found == wanted


def test_a_link_that_is_not_a_web_url_becomes_plain_words() -> None:
    one = Block("Go there", Mark(MarkKind.PARAGRAPH, spans=(Span(0, 2, SpanKind.LINK, "javascript:alert(1)"),)))
    assert markdown([one]) == "Go there"
    assert markdown([Block("Go there")]) == "Go there", PLAIN
