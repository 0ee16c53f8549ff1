"""Spans: which stretches of a paragraph are links, emphasis, code, superscript or subscript, as its page marks them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import NamedTuple


class SpanKind(StrEnum):
    """The kind of a stretch: the HTML element that marks it."""

    LINK = "a"
    EMPHASIS = "em"
    STRONG = "strong"
    CODE = "code"
    ABOVE = "sup"
    BELOW = "sub"
    FORMULA = "math"
    """TeX if the page has it, else its symbols in one line."""


class Span(NamedTuple):
    """One marked stretch. The spans of a paragraph are in order and nested, like elements.

    Attributes:
        first: the index of its first character in the paragraph.
        length: how many characters it has, at least 1.
        url: the target of a link; None for other kinds.
    """

    first: int
    length: int
    kind: SpanKind
    url: str | None = None

    @property
    def after(self) -> int:
        """The index of the character after it."""
        return self.first + self.length


Ref = tuple[int, int, str]
"""A reference to a note: its first character, its length, the label of the note."""


class Stretch(NamedTuple):
    """A span with what is needed to write it.

    Attributes:
        words: its text as it is.
        written: its text in the output form.
        bare: whether it contains no other span and no reference.
        before, after: the characters on either side; "" at the ends of the paragraph.
        touching: the kinds of other spans that begin or end where it begins or ends.
    """

    span: Span
    words: str
    written: str
    bare: bool
    before: str
    after: str
    touching: frozenset[SpanKind]


@dataclass(frozen=True, slots=True)
class SpanFormat:
    """How an output format writes plain words, a reference to a note, and a span."""

    words: Callable[[str], str]
    note: Callable[[str], str]
    span: Callable[[Stretch], str]

    def write(self, words: str, spans: Sequence[Span] = (), refs: Sequence[Ref] = ()) -> str:
        """Return *words* in this format. A span that overlaps the end of another is cut there."""
        if not spans and not refs:
            return self.words(words)
        edges: _Edges = defaultdict(list)
        for one in spans:
            edges[one.first].append(one)
            edges[one.after].append(one)
        ordered = sorted(within(spans, 0, len(words)), key=lambda one: (one.first, -one.length))
        return self._piece(_Piece(words, 0, len(words)), ordered, refs, edges)

    def _piece(self, of: _Piece, spans: Sequence[Span], refs: Sequence[Ref], edges: _Edges) -> str:
        """Return a piece with its *spans*, which are sorted so that inner spans follow their outer one."""
        made, at, number = "", of.first, 0
        while number < len(spans):
            one = spans[number]
            number += 1
            inner = []
            while number < len(spans) and spans[number].first < one.after:
                # In HTML and Markdown, marks close in reverse order of opening, so an inner one must end first.
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


# For each character index: the spans that begin or end there.
_Edges = defaultdict[int, list[Span]]


class _Piece(NamedTuple):
    """A piece of a paragraph's words."""

    words: str
    first: int
    after: int


def within(spans: Iterable[Span], first: int, after: int) -> tuple[Span, ...]:
    """Return those of *spans* inside a piece of their paragraph, cut to the piece and counted from its beginning."""
    found = []
    for one in spans:
        begins, ends = max(one.first, first), min(one.after, after)
        if begins < ends:
            found.append(one._replace(first=begins - first, length=ends - begins))
    return tuple(found)


def in_html(stretch: Stretch) -> str:
    """Return a span as HTML, its words already escaped. Links to anything but the web are left out."""
    span = stretch.span
    if span.kind is SpanKind.LINK:
        # `javascript:` and the like would run where the text is shown.
        if not (span.url or "").startswith(("http://", "https://")):
            return stretch.written
        return f'<a href="{escape(span.url or "")}">{stretch.written}</a>'
    tag = "code" if span.kind is SpanKind.FORMULA else span.kind.value
    named = ' class="math"' if span.kind is SpanKind.FORMULA else ""
    return f"<{tag}{named}>{stretch.written}</{tag}>"
