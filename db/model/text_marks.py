"""Marks: the kind of each paragraph of a text (heading, list item, quotation, table row, note, caption), kept with
it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from db.model.compact_json import in_compact_json
from db.model.spans import Span, SpanKind, within


class MarkKind(StrEnum):
    """The kind of a paragraph. All except CAPTION are part of the text."""

    PARAGRAPH = "p"
    HEADING = "h"
    ITEM = "li"
    QUOTATION = "q"
    HEAD_ROW = "th"
    ROW = "tr"
    PREFORMATTED = "pre"
    """Lines as typed. An empty line inside holds one space, because empty lines separate paragraphs."""
    NOTE = "note"
    CAPTION = "caption"
    """Words below a picture or a table. They are not part of the text but belong at this place."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The properties of one paragraph.

    Attributes:
        level: for a heading 1 to 6; for a list item the depth of its list, from 1; for any other paragraph the depth of
            the list item that it continues, 0 outside lists.
        label: the number of a list item or note; None if it has none.
        cells: how many characters each cell of a table row has; " | " separates the cells.
        refs: the paragraph's references to notes, in order: (first character, length, the note's label).
        words: the text of a caption; None for everything that is part of the text.
        page: the page of a document that it is on, from 1; 0 if there are no pages.
        spans: its links, emphasis and the like, in order; each is inside the one before it, or after it.
    """

    kind: MarkKind
    level: int = 0
    label: str | None = None
    cells: tuple[int, ...] = ()
    refs: tuple[tuple[int, int, str], ...] = ()
    words: str | None = None
    page: int = 0
    spans: tuple[Span, ...] = ()


# In JSON, all fields but the kind are left out if they have their default.
_SAID = tuple(field.name for field in fields(Mark) if field.name != "kind")
PLAIN = Mark(MarkKind.PARAGRAPH)
_PLAIN = PLAIN.kind.value
RAISED = dict(zip("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", strict=True))
"""How a text writes superscripts: 10⁶, km². If a page only raises them, it has the plain characters."""
LEVEL = str.maketrans({above: sign for sign, above in RAISED.items()})
CELL = " | "
_ROWS = (MarkKind.HEAD_ROW, MarkKind.ROW)
# What `Block.printed` puts before an item or a note.
_MARKER = re.compile(r"(?:- |\d+[.)] |\[[^\]\s]{1,8}\] )")


class Block(NamedTuple):
    """One paragraph of a text, or a caption: its words without the marker of a list item, and its mark.

    A text has many, and a named tuple takes half the time of a frozen dataclass to create.
    """

    words: str
    mark: Mark = PLAIN

    @property
    def printed(self) -> str:
        """The words as in the text: a list item after its number or a hyphen, a note after its label."""
        mark = self.mark
        if mark.kind is MarkKind.ITEM:
            return f"{mark.label}. {self.words}" if mark.label else f"- {self.words}"
        if mark.kind is MarkKind.NOTE and mark.label:
            return f"[{mark.label}] {self.words}"
        return self.words

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of a table row."""
        return tuple([cell.words for cell in self.marked_cells])

    @property
    def marked_cells(self) -> tuple[Block, ...]:
        """The cells of a table row, each with its spans."""
        found, at = [], 0
        for length in self.mark.cells:
            spans = within(self.mark.spans, at, at + length)
            found.append(Block(self.words[at : at + length], replace(PLAIN, spans=spans) if spans else PLAIN))
            # By the stored lengths, because a cell may contain the separator itself.
            at += length + len(CELL)
        return tuple(found)


def bracketed(block: Block) -> Block:
    """Return *block* with its references to notes in brackets after the word that they follow: ``growth[12]``."""
    return _pointing(block, lambda label, _before, _after: f"[{label}]")


def _pointing(block: Block, put: Callable[[str, str, str], str]) -> Block:
    """Return *block* with each reference replaced by the result of *put*(label, words before, words after)."""
    if not block.mark.refs:
        return block
    made, at = "", 0
    for first, length, label in block.mark.refs:
        before, at = block.words[at:first], first + length
        made += before
        made += put(label, made, block.words[at:])
    return Block(made + block.words[at:], replace(block.mark, refs=(), spans=()))


def _gap(_label: str, before: str, after: str) -> str:
    # A reference between two words leaves a space; after a full stop there already is one.
    return " " if before[-1:].isalnum() and after[:1].isalnum() else ""


def read_text(text: str, marks: Sequence[Mark]) -> str:
    """Return *text* for reading: references to notes in brackets."""
    return text_of(map(bracketed, blocks_of(text, marks))) if _points(marks) else text


def words_alone(text: str, marks: Sequence[Mark]) -> str:
    """Return *text* for searching: without references to notes, which would join the words before them."""
    if not _points(marks):
        return text
    return text_of(_pointing(block, _gap) for block in blocks_of(text, marks))


def _points(marks: Sequence[Mark]) -> bool:
    return any(mark.refs for mark in marks)


def text_of(blocks: Iterable[Block]) -> str:
    """Return the text of *blocks*: paragraphs separated by an empty line, without captions."""
    return "\n\n".join(
        [
            block.words if block.mark is PLAIN else block.printed
            for block in blocks
            if block.mark is PLAIN or block.mark.kind is not MarkKind.CAPTION
        ]
    )


def marks_of(blocks: Iterable[Block]) -> tuple[Mark, ...]:
    """Return the marks of *blocks*; marks of captions include their words, which are not in the text."""
    return tuple(
        [
            block.mark
            if block.mark is PLAIN or block.mark.kind is not MarkKind.CAPTION
            else Mark(MarkKind.CAPTION, words=block.words)
            for block in blocks
        ]
    )


def blocks_of(text: str, marks: Sequence[Mark]) -> tuple[Block, ...]:
    """Return the blocks of *text*; if *marks* do not fit it, each paragraph as a plain one."""
    paragraphs = [part for part in text.split("\n\n") if part]
    # Marks of another text, as after a manual change of the database: the words take precedence.
    if sum(mark.words is None for mark in marks) != len(paragraphs):
        return tuple(Block(words) for words in paragraphs)
    left = iter(paragraphs)
    return tuple(Block(_bare(next(left), mark) if mark.words is None else mark.words, mark) for mark in marks)


def _bare(words: str, mark: Mark) -> str:
    if mark.kind is MarkKind.ITEM or (mark.kind is MarkKind.NOTE and mark.label):
        return _MARKER.sub("", words, count=1) if _MARKER.match(words) else words
    return words


def grouped(blocks: Sequence[Block]) -> Iterator[tuple[MarkKind, list[Block]]]:
    """Yield the blocks that belong together, with their kind: the items of one list with their continuing paragraphs
    (ITEM), the rows of one table (ROW), a quotation; all others one by one.
    """
    tables = 0

    def family(one: Block) -> tuple[MarkKind, int]:
        nonlocal tables
        kind = one.mark.kind
        if kind in _ROWS:
            # A header row starts a table; otherwise two consecutive tables would be merged.
            tables += kind is MarkKind.HEAD_ROW
            return MarkKind.ROW, tables
        if kind is MarkKind.PARAGRAPH and one.mark.level:
            return MarkKind.ITEM, 0
        return kind, 0

    for (kind, _), group in groupby(blocks, family):
        yield kind, list(group)


def page_at(text: str, marks: Sequence[Mark], place: int) -> int | None:
    """Return the page of the document with the character at *place* of *text*, or None if unknown."""
    shown = [mark for mark in marks if mark.words is None]
    number = text.count("\n\n", 0, place)
    return shown[number].page or None if number < len(shown) else None


def to_json(marks: Iterable[Mark]) -> str:
    """Return *marks* as stored: a JSON list with each mark's kind, or an object if there is more to store."""
    # Most paragraphs of all texts are plain.
    told = [_PLAIN if mark == PLAIN else _told(mark) for mark in marks]
    return in_compact_json(told).decode("utf-8", "surrogatepass")


@lru_cache(maxsize=1024)
def _told(mark: Mark) -> object:
    said = {name: value for name in _SAID if (value := getattr(mark, name)) not in (None, 0, ())}
    if mark.spans:
        said["spans"] = [span if span.url else span[:3] for span in mark.spans]
    # Most paragraphs are plain; their kind alone takes three bytes.
    return {"is": mark.kind.value, **said} if said else mark.kind.value


# Most paragraphs have nothing but a kind.
_ALONE = {kind.value: Mark(kind) for kind in MarkKind}


def from_json(stored: str) -> tuple[Mark, ...]:
    """Return the marks that `to_json` wrote."""
    return () if stored == "[]" else tuple(_read(stored))


def _read(stored: str) -> Iterator[Mark]:
    for entry in json.loads(stored):
        if isinstance(entry, str):
            yield _ALONE[entry]
            continue
        yield Mark(
            MarkKind(entry["is"]),
            entry.get("level", 0),
            entry.get("label"),
            tuple(entry.get("cells", ())),
            tuple((first, length, label) for first, length, label in entry.get("refs", ())),
            entry.get("words"),
            entry.get("page", 0),
            tuple(_span(*said) for said in entry.get("spans", ())),
        )


def _span(first: int, length: int, kind: str, url: str | None = None) -> Span:
    return Span(first, length, SpanKind(kind), url)
