"""Spans: which stretches of a paragraph are links, emphasis, code, raised or lowered, as its page marks them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import NamedTuple


class SpanKind(StrEnum):
    """What a stretch of words is: the element of HTML that says so."""

    LINK = "a"
    EMPHASIS = "em"
    STRONG = "strong"
    CODE = "code"
    ABOVE = "sup"
    BELOW = "sub"
    FORMULA = "math"
    """TeX where the page has it, else its signs in a line."""


class Span(NamedTuple):
    """One stretch. Those of a paragraph stand in order and within one another, as elements do.

    Attributes:
        first: the number of its first character in the words of the paragraph.
        length: how many characters it has, at least 1.
        url: where a link leads; None of all else.
    """

    first: int
    length: int
    kind: SpanKind
    url: str | None = None

    @property
    def after(self) -> int:
        """The number of the character behind it."""
        return self.first + self.length


Ref = tuple[int, int, str]
"""A pointer to a note: its first character, its length, the label of the note."""


class Stretch(NamedTuple):
    """A span as it is to be written.

    Attributes:
        words: what it holds, as it is.
        written: what it holds, written.
        bare: whether it holds neither another span nor a pointer.
        before, after: the characters on both sides of it; "" at the ends of the paragraph.
        touching: what other spans are that begin or end where it does.
    """

    span: Span
    words: str
    written: str
    bare: bool
    before: str
    after: str
    touching: frozenset[SpanKind]


@dataclass(frozen=True, slots=True)
class Way:
    """How a form of text writes words that are what they are, a pointer to the note of a label, and a span."""

    words: Callable[[str], str]
    note: Callable[[str], str]
    span: Callable[[Stretch], str]

    def told(self, words: str, spans: Sequence[Span] = (), refs: Sequence[Ref] = ()) -> str:
        """Return *words* written in this way; a span that crosses another is cut where that ends."""
        if not spans and not refs:
            return self.words(words)
        edges: _Edges = defaultdict(list)
        for one in spans:
            edges[one.first].append(one)
            edges[one.after].append(one)
        ordered = sorted(within(spans, 0, len(words)), key=lambda one: (one.first, -one.length))
        return self._piece(_Piece(words, 0, len(words)), ordered, refs, edges)

    def _piece(self, of: _Piece, spans: Sequence[Span], refs: Sequence[Ref], edges: _Edges) -> str:
        """Return a piece with the *spans* in it; sorted, so that those within one follow it."""
        made, at, number = "", of.first, 0
        while number < len(spans):
            one = spans[number]
            number += 1
            inner = []
            while number < len(spans) and spans[number].first < one.after:
                # Elements of HTML and marks of Markdown close in the order in which they were opened.
                cut = min(spans[number].after, one.after) - spans[number].first
                inner.append(spans[number]._replace(length=cut))
                number += 1
            made += self._flat(of._replace(first=at, after=one.first), refs)
            held = _Piece(of.words, one.first, one.after)
            pointing = any(one.first <= first < one.after for first, _, _ in refs)
            stretch = Stretch(
                one,
                of.words[one.first : one.after],
                self._piece(held, inner, refs, edges),
                not inner and not pointing,
                of.words[max(0, one.first - 1) : one.first],
                of.words[one.after : one.after + 1],
                frozenset([other.kind for place in (one.first, one.after) for other in edges[place] if other != one]),
            )
            made += self.span(stretch)
            at = one.after
        return made + self._flat(of._replace(first=at), refs)

    def _flat(self, of: _Piece, refs: Sequence[Ref]) -> str:
        made, at = "", of.first
        for first, length, label in refs:
            if of.first <= first < of.after:
                made += self.words(of.words[at:first]) + self.note(label)
                at = first + length
        return made + self.words(of.words[at : of.after])


# The spans that begin or end at a character.
_Edges = defaultdict[int, list[Span]]


class _Piece(NamedTuple):
    """A piece of a paragraph's words."""

    words: str
    first: int
    after: int


def within(spans: Iterable[Span], first: int, after: int) -> tuple[Span, ...]:
    """Return those of *spans* that stand in a piece of their paragraph, cut to it and counted from its beginning."""
    found = []
    for one in spans:
        begins, ends = max(one.first, first), min(one.after, after)
        if begins < ends:
            found.append(one._replace(first=begins - first, length=ends - begins))
    return tuple(found)


def in_html(stretch: Stretch) -> str:
    """Return a span as HTML, whose words were escaped; no element for a link that leads anywhere but to the web."""
    span = stretch.span
    if span.kind is SpanKind.LINK:
        # `javascript:` and its like would run where the text is shown.
        if not (span.url or "").startswith(("http://", "https://")):
            return stretch.written
        return f'<a href="{escape(span.url or "")}">{stretch.written}</a>'
    tag = "code" if span.kind is SpanKind.FORMULA else span.kind.value
    named = ' class="math"' if span.kind is SpanKind.FORMULA else ""
    return f"<{tag}{named}>{stretch.written}</{tag}>"
