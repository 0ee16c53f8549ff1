"""Inline: the links, emphasis, code, raised and lowered signs and formulas in a paragraph that is known to be text.

Apart from `article.py`, which decides which paragraphs are text: this module reads what is inside one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from db.model.spans import Span, SpanKind
from db.model.text_marks import CELL, RAISED, Mark, MarkKind
from ingest.reading.page.outline import BLOCKS, SILENT
from ingest.reading.page.page import shown
from ingest.reading.page.passage import Passage
from ingest.reading.text.formulas import FORMULA

KINDS = {
    "a": SpanKind.LINK,
    "em": SpanKind.EMPHASIS,
    "i": SpanKind.EMPHASIS,
    "cite": SpanKind.EMPHASIS,
    "var": SpanKind.EMPHASIS,
    "strong": SpanKind.STRONG,
    "b": SpanKind.STRONG,
    "code": SpanKind.CODE,
    "kbd": SpanKind.CODE,
    "samp": SpanKind.CODE,
    "tt": SpanKind.CODE,
    "sup": SpanKind.ABOVE,
    "sub": SpanKind.BELOW,
}
_BLOCKS = (BLOCKS | {"blockquote", "pre", "dl", "nav", "form"}) - {"br"}
_ABOVE = frozenset(RAISED.values())
Absolute = Callable[[str], str | None]
"""Makes an href an absolute http(s) address without fragment; None if it is not one."""


class Inline:
    """Finds the spans of passages. Each element is walked through once, however many passages it holds."""

    def __init__(self, absolute: Absolute) -> None:
        self._absolute = absolute
        self._runs: dict[Any, _Run] = {}

    def mark(self, one: Passage) -> Mark:
        """Return the mark of a passage with the spans of its words."""
        mark, element = one.mark, one.element
        if element is None or mark.kind is MarkKind.PREFORMATTED or not _marks(element):
            return mark
        spans = self._row(one) if mark.cells else self._spans(element, one.words)
        kept = tuple([span for span in spans if not _is_told(span, one)])
        return replace(mark, spans=kept) if kept else mark

    def _row(self, row: Passage) -> list[Span]:
        """Return the spans in the cells of a row, with offsets from the beginning of the row."""
        found, at = [], 0
        cells = [cell for cell in row.element if cell.tag in ("td", "th")]
        for cell, length in zip(cells, row.mark.cells, strict=False):
            words = row.words[at : at + length]
            if words and _marks(cell):
                # A cell may hold blocks, which are joined into one line in a row.
                run = _Run(cell, self._absolute, blocks=True)
                found += [span._replace(first=span.first + at) for span in run.spans(words)]
            at += length + len(CELL)
        return found

    def _spans(self, element: Any, words: str) -> list[Span]:
        run = self._runs.get(element)
        if run is None:
            run = self._runs[element] = _Run(element, self._absolute)
        return run.spans(words)


def _marks(element: Any) -> bool:
    """Return whether *element* may contain spans."""
    # As most paragraphs are. To count its children would take long, for one that holds thousands of passages.
    if next(iter(element), None) is None:
        return False
    # An element of lxml is no mapping, as SIM118 believes.
    formulas = (one for one in element.iter("span") if FORMULA in one.keys())  # noqa: SIM118
    return next(chain(element.iter(*KINDS), formulas), None) is not None


def _is_told(span: Span, one: Passage) -> bool:
    """Return whether the mark already says what *span* does: a pointer to a note, a raised sign, a heading in bold."""
    refs = one.mark.refs if span.kind in (SpanKind.ABOVE, SpanKind.LINK) else ()
    # Including brackets around a label.
    if any(first - 1 <= span.first and span.after <= first + length + 1 for first, length, _ in refs):
        return True
    if span.kind is SpanKind.ABOVE:
        return _ABOVE.issuperset(one.words[span.first : span.after])
    return one.mark.kind is MarkKind.HEADING and span.kind is SpanKind.STRONG and span.length == len(one.words)


class _Run:
    """The words of an element without white space, and the spans in them."""

    def __init__(self, element: Any, absolute: Absolute, *, blocks: bool = False) -> None:
        self._absolute, self._blocks = absolute, blocks
        self._pieces: list[str] = []
        self._size = self._at = 0
        self._found: list[Span] = []
        self._begun: set[SpanKind] = set()
        self._walk(element)
        self._words = "".join(self._pieces)

    def _walk(self, root: Any) -> None:
        """Walk through *root* without recursion, because pages nest elements by the thousand."""
        within: list[tuple[Iterator[Any], Any, int | None]] = [(iter(root), root, None)]
        self._say(root.text)
        while within:
            nodes, holder, opened = within[-1]
            node = next(nodes, None)
            if node is None:
                within.pop()
                if opened is not None:
                    self._close(opened)
                if within:
                    self._say(holder.tail)
                continue
            if not isinstance(node.tag, str) or node.tag in SILENT or (node.tag in _BLOCKS and not self._blocks):
                self._say(node.tail)
                continue
            within.append((iter(node), node, self._open(node)))
            self._say(node.text)

    def _say(self, words: str | None) -> None:
        if words and not words.isspace():
            # Without spaces, because the source breaks its lines where nobody sees it.
            said = "".join(shown(words).split())
            self._pieces.append(said)
            self._size += len(said)

    def _open(self, node: Any) -> int | None:
        """Record the start of a span, whose length is not known yet. Return its number, or None if it is no span."""
        kind = SpanKind.FORMULA if FORMULA in node.keys() else KINDS.get(node.tag)  # noqa: SIM118 - as in `_marks`
        url = self._url(node) if kind is SpanKind.LINK else None
        if kind is None or (kind is SpanKind.LINK and url is None):
            return None
        if kind in self._begun:
            return None  # bold within bold
        self._begun.add(kind)
        self._found.append(Span(self._size, -1, kind, url))
        return len(self._found) - 1

    def _close(self, number: int) -> None:
        one = self._found[number]
        self._begun.remove(one.kind)
        self._found[number] = one._replace(length=self._size - one.first)

    def _url(self, node: Any) -> str | None:
        href = (node.get("href") or "").strip()
        # A place on the same page is nowhere once the text is kept on its own.
        if not href or href.startswith("#"):
            return None
        address, _, place = href.partition("#")
        found = self._absolute(address)
        return f"{found}#{place}" if found and place and " " not in place else found

    def spans(self, words: str) -> list[Span]:
        """Return the spans of *words*, or none if the element does not hold them.

        Calls must be in the order of the text: each search starts after the words of the previous call.
        """
        said = words.replace(" ", "")  # the words are squeezed
        # From the end of the previous passage, because an element may hold the same words twice.
        first = self._words.find(said, self._at)
        if first < 0 or not said:
            return []
        after = self._at = first + len(said)
        found = []
        number = at = 0
        for one in self._found:
            begins, ends = max(one.first, first) - first, min(one.after, after) - first - 1
            if begins <= ends:
                # Spans are in the order of their beginnings, so each is searched for from the one before.
                at = _place(words, begins - number, at)
                number = begins
                found.append(Span(at, _place(words, ends - begins, at) + 1 - at, one.kind, one.url))
        return found


def _place(words: str, further: int, since: int) -> int:
    """Return where in squeezed *words* the sign stands that comes *further* signs after the place *since*; spaces are
    not counted."""
    at = since + further
    # The spaces before it move it on, and what it passes then may hold further spaces.
    while (moved := since + further + words.count(" ", since, at + 1)) != at:
        at = moved
    return at
