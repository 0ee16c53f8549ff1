"""Marks: what each paragraph of a text is (heading, list item, quotation, table row, note, caption), kept beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from db.model.spans import Span, SpanKind, within


class MarkKind(StrEnum):
    """What a paragraph is. All but CAPTION stand in the text."""

    PARAGRAPH = "p"
    HEADING = "h"
    ITEM = "li"
    QUOTATION = "q"
    HEAD_ROW = "th"
    ROW = "tr"
    PREFORMATTED = "pre"
    """Lines as they were typed; a line that is blank in it holds one space, for blank lines part paragraphs."""
    NOTE = "note"
    CAPTION = "caption"
    """Words below a picture or a table: they stand beside the text, at this place."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one paragraph is.

    Attributes:
        level: of a heading 1 to 6; of a list item how deep its list stands, from 1; of another paragraph the item
            that it goes on with, 0 outside lists.
        label: the number that a list item or a note bears; None where it bears none.
        cells: how many characters each cell of a table row has; " | " stands between them.
        refs: where the paragraph points to notes: (first character, length, the note's label), in order.
        words: what a caption says; None for all that stands in the text.
        page: on which page of a document it stands, from 1; 0 where there are no pages.
        spans: its links, emphasis and the like, in order; each stands within the one before it, or behind it.
    """

    kind: MarkKind
    level: int = 0
    label: str | None = None
    cells: tuple[int, ...] = ()
    refs: tuple[tuple[int, int, str], ...] = ()
    words: str | None = None
    page: int = 0
    spans: tuple[Span, ...] = ()


# All fields but the kind are left out of JSON where they have their default.
_SAID = tuple(field.name for field in fields(Mark) if field.name != "kind")
PLAIN = Mark(MarkKind.PARAGRAPH)
RAISED = dict(zip("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", strict=True))
"""How a text writes what a page raises above the line: 10⁶, km². Pages that only raise it have the plain sign."""
LEVEL = str.maketrans({above: sign for sign, above in RAISED.items()})
CELL = " | "
_ROWS = (MarkKind.HEAD_ROW, MarkKind.ROW)
# What `Block.printed` puts before an item or a note.
_MARKER = re.compile(r"(?:- |\d+[.)] |\[[^\]\s]{1,8}\] )")


class Block(NamedTuple):
    """One paragraph of a text, or a caption beside it: its words without the marker of a list item, and its mark.

    A text has many, and a named tuple is made in half of the time that a frozen dataclass takes.
    """

    words: str
    mark: Mark = PLAIN

    @property
    def printed(self) -> str:
        """The words as the text has them: a list item with its number or a hyphen before it, a note with its label."""
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
            # By the lengths that were kept: a cell may hold the sign that stands between cells.
            at += length + len(CELL)
        return tuple(found)


def bracketed(block: Block) -> Block:
    """Return *block* with each of its pointers to notes in brackets, apart from the word that it follows:
    ``growth[12]``."""
    return _pointing(block, lambda label, _before, _after: f"[{label}]")


def _pointing(block: Block, put: Callable[[str, str, str], str]) -> Block:
    """Return *block* with what *put* says of a label, the words before and those after it in the place of pointers."""
    if not block.mark.refs:
        return block
    made, at = "", 0
    for first, length, label in block.mark.refs:
        before, at = block.words[at:first], first + length
        made += before
        made += put(label, made, block.words[at:])
    return Block(made + block.words[at:], replace(block.mark, refs=(), spans=()))


def _gap(_label: str, before: str, after: str) -> str:
    # A pointer between two words leaves a space; after a full stop there is one already.
    return " " if before[-1:].isalnum() and after[:1].isalnum() else ""


def read_text(text: str, marks: Sequence[Mark]) -> str:
    """Return *text* to be read: each pointer to a note in brackets."""
    return text_of(map(bracketed, blocks_of(text, marks))) if _points(marks) else text


def words_alone(text: str, marks: Sequence[Mark]) -> str:
    """Return *text* to be searched: without the pointers to notes, which would run into the words before them."""
    if not _points(marks):
        return text
    return text_of(_pointing(block, _gap) for block in blocks_of(text, marks))


def _points(marks: Sequence[Mark]) -> bool:
    return any(mark.refs for mark in marks)


def text_of(blocks: Iterable[Block]) -> str:
    """Return the text of *blocks*: paragraphs parted by a blank line, without captions."""
    return "\n\n".join(
        [
            block.words if block.mark is PLAIN else block.printed
            for block in blocks
            if block.mark is PLAIN or block.mark.kind is not MarkKind.CAPTION
        ]
    )


def marks_of(blocks: Iterable[Block]) -> tuple[Mark, ...]:
    """Return the marks of *blocks*, with the words of those that stand in no text."""
    return tuple(
        [
            block.mark
            if block.mark is PLAIN or block.mark.kind is not MarkKind.CAPTION
            else Mark(MarkKind.CAPTION, words=block.words)
            for block in blocks
        ]
    )


def blocks_of(text: str, marks: Sequence[Mark]) -> tuple[Block, ...]:
    """Return the blocks of *text*; where *marks* do not belong to it, each paragraph of it as plain."""
    paragraphs = [part for part in text.split("\n\n") if part]
    # Marks of another text, as after a hand on the database: the words come first.
    if sum(mark.words is None for mark in marks) != len(paragraphs):
        return tuple(Block(words) for words in paragraphs)
    left = iter(paragraphs)
    return tuple(Block(_bare(next(left), mark) if mark.words is None else mark.words, mark) for mark in marks)


def _bare(words: str, mark: Mark) -> str:
    if mark.kind is MarkKind.ITEM or (mark.kind is MarkKind.NOTE and mark.label):
        return _MARKER.sub("", words, count=1) if _MARKER.match(words) else words
    return words


def grouped(blocks: Sequence[Block]) -> Iterator[tuple[MarkKind, list[Block]]]:
    """Yield the blocks that belong together, with what they are: the items of one list with the paragraphs that go on
    with them (ITEM), the rows of one table (ROW), a quotation; any other by itself.
    """
    tables = 0

    def family(one: Block) -> tuple[MarkKind, int]:
        nonlocal tables
        kind = one.mark.kind
        if kind in _ROWS:
            # A head row begins a table: two that follow each other would else be one.
            tables += kind is MarkKind.HEAD_ROW
            return MarkKind.ROW, tables
        if kind is MarkKind.PARAGRAPH and one.mark.level:
            return MarkKind.ITEM, 0
        return kind, 0

    for (kind, _), group in groupby(blocks, family):
        yield kind, list(group)


def page_at(text: str, marks: Sequence[Mark], place: int) -> int | None:
    """Return on which page of a document the character at *place* of *text* stands, or None where that is not known."""
    shown = [mark for mark in marks if mark.words is None]
    number = text.count("\n\n", 0, place)
    return shown[number].page or None if number < len(shown) else None


def to_json(marks: Iterable[Mark]) -> str:
    """Return *marks* as they are stored: a JSON list, for each its kind, or an object where there is more to say."""
    return json.dumps([_told(mark) for mark in marks], ensure_ascii=False, separators=(",", ":"))


# Most paragraphs of all texts are the same: plain.
@lru_cache(maxsize=1024)
def _told(mark: Mark) -> object:
    said = {name: value for name in _SAID if (value := getattr(mark, name)) not in (None, 0, ())}
    if mark.spans:
        said["spans"] = [span if span.url else span[:3] for span in mark.spans]
    # Most paragraphs are plain: their kind alone takes three bytes.
    return {"is": mark.kind.value, **said} if said else mark.kind.value


def from_json(stored: str) -> tuple[Mark, ...]:
    """Return the marks that `to_json` wrote."""
    return tuple(_read(stored))


def _read(stored: str) -> Iterator[Mark]:
    for entry in json.loads(stored):
        if isinstance(entry, str):
            yield Mark(MarkKind(entry))
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
