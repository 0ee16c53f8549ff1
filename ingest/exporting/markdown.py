"""`export markdown`: texts as CommonMark, each with its credit line and terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from archive.control_characters import neutral
from db.model.text_marks import Block, Mark, MarkKind, grouped
from ingest.exporting.commonmark import begun, escaped, way
from ingest.exporting.order import Handed, Order
from ingest.exporting.readable_item import Readable, Texts

# CommonMark: the blocks of a text as a person publishes them; tables and footnotes as pandoc and GitHub read them.

TOP = 2
"""The level of a text's highest headings: the first is the title's."""
INDENT = 4


def markdown(blocks: Sequence[Block], number: int | None = None) -> str:
    """Return *blocks* as CommonMark: headings from the second level on, captions set off, notes as footnotes where
    the text points to them.

    Args:
        number: of the text among several in one file, where two may have a note of the same label.
    """
    return "\n\n".join(_parts(blocks, "" if number is None else f"{number}-"))


def _parts(blocks: Sequence[Block], prefix: str) -> Iterator[str]:
    # The highest heading of each text is set right below its title, whatever level its page gave it.
    highest = min((one.mark.level for one in blocks if one.mark.kind is MarkKind.HEADING), default=TOP)
    # Labels of footnotes hold for the whole file, and each text of a file begins at 1 again.
    notes = {label: f"[^{prefix}{label}]" for label in _notes(blocks)}
    for family, group in grouped(blocks):
        if family is MarkKind.ITEM:
            yield _list(group, notes)
        elif family is MarkKind.ROW:
            yield _table(group, notes)
        elif family is MarkKind.QUOTATION:
            # One quotation of several paragraphs: without the empty line with its sign they would run together, with a
            # plain empty line they would be several.
            yield "\n>\n".join(f"> {_inline(one, notes)}" for one in group)
        else:
            yield from (_single(one, notes, highest) for one in group)


def _notes(blocks: Sequence[Block]) -> frozenset[str]:
    """Return the labels that a text both points to and explains, once each."""
    told = [one.mark.label for one in blocks if one.mark.kind is MarkKind.NOTE and one.mark.label]
    pointed = {label for one in blocks for _, _, label in one.mark.refs}
    # A note without a pointer would not be shown at all, and two of one label would be one: both stay in the text.
    return frozenset(label for label in told if told.count(label) == 1 and label in pointed)


def _inline(one: Block, notes: Mapping[str, str]) -> str:
    return begun(_within(one, notes))


def _within(one: Block, notes: Mapping[str, str]) -> str:
    written = way(lambda label: notes.get(label, f"\\[{escaped(label)}\\]"))
    return written.told(one.words, one.mark.spans, one.mark.refs)


def _single(one: Block, notes: Mapping[str, str], highest: int) -> str:
    mark: Mark = one.mark
    if mark.kind is MarkKind.HEADING:
        return f"{'#' * min(6, TOP + mark.level - highest)} {_inline(one, notes)}"
    if mark.kind is MarkKind.PREFORMATTED:
        # Longer than any run of backquotes within, or the text would end its own fence (CommonMark 0.31 section 4.5).
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", one.words)), default=0))
        return f"{fence}\n{one.words}\n{fence}"
    if mark.kind is MarkKind.CAPTION:
        return f"*{escaped(one.words)}*"
    if mark.kind is MarkKind.NOTE and mark.label:
        told = _inline(one, notes)
        return f"{notes[mark.label]}: {told}" if mark.label in notes else f"\\[{escaped(mark.label)}\\] {told}"
    return _inline(one, notes)


def _list(group: Sequence[Block], notes: Mapping[str, str]) -> str:
    lines: list[str] = []
    depth = 0
    # A paragraph that goes on with an item needs blank lines around it, and then all items get them.
    loose = any(one.mark.kind is MarkKind.PARAGRAPH for one in group)
    for one in group:
        if one.mark.kind is MarkKind.PARAGRAPH:
            lines.append(f"{' ' * INDENT * min(one.mark.level, depth)}{_inline(one, notes)}")
            continue
        # One step at a time: an item two levels in would be read as code.
        depth = min(one.mark.level, depth + 1)
        sign = f"{one.mark.label}." if one.mark.label else "-"
        # The sign is filled up, so that the words of every item begin at the column to which what belongs to it is
        # indented (CommonMark 0.31 section 5.2).
        lines.append(f"{' ' * INDENT * (depth - 1)}{sign.ljust(INDENT - 1)} {_inline(one, notes)}")
    return ("\n\n" if loose else "\n").join(lines)


def _table(group: Sequence[Block], notes: Mapping[str, str]) -> str:
    rows = [[_inline(cell, notes) for cell in one.marked_cells] for one in group]
    width = max(map(len, rows))
    filled = [row + [""] * (width - len(row)) for row in rows]
    # Tables of CommonMark's extensions have to have a head; an empty one keeps the first row a row.
    if group[0].mark.kind is not MarkKind.HEAD_ROW:
        filled.insert(0, [""] * width)
    lines = [f"| {' | '.join(row)} |" for row in filled]
    return "\n".join([lines[0], f"|{'---|' * width}", *lines[1:]])


def export(order: Order) -> Handed:
    """Write the texts; what they are for stands first, the counts stand last."""
    texts = Texts(order)
    with order.stream() as out:
        out.write("".join(f"> {escaped(line)}\n" for line in texts.head).encode())
        for number, text in enumerate(texts, start=1):
            terms = "\n".join(f"> - {escaped(line)}" for line in (*text.terms, f"{text.id} {text.url}"))
            out.write(neutral(f"\n{article(text, number)}\n>\n{terms}\n").encode())
        out.write(f"\n---\n\n{escaped(texts.tail)}\n".encode())
    return texts.handed()


def article(text: Readable, number: int | None = None) -> str:
    """Return *text* under its title and byline, the credit line below it.

    Args:
        number: its place in a file of several.
    """
    parts = [f"# {escaped(' '.join(text.title.split()))}", f"*{escaped(text.byline)}*"]
    parts += [f"**{escaped(warning)}**" for warning in text.warnings]
    body = markdown(text.blocks, number)
    return "\n\n".join([*parts, *([body] if body else []), f"> {escaped(text.credit)}"])
