"""`export markdown`: write texts as CommonMark, each with its credit line and terms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence

from archive.control_characters import replace_control_characters
from db.citation.credit_line import marked_up
from db.citation.markdown import begun, escaped, heading, marked
from db.citation.styles import Markup
from db.model.spans import SpanFormat, SpanKind, Stretch
from db.model.text_marks import Block, Mark, MarkKind, grouped
from ingest.exporting.order import ExportResult, Order
from ingest.exporting.readable_item import Readable, Texts

# ── The blocks of a text as CommonMark, with the tables and footnotes of pandoc and GitHub ───────────────────────

TOP = 2
"""The level of the highest headings in a text; level 1 is the title."""
INDENT = 4


def markdown(blocks: Sequence[Block], number: int | None = None) -> str:
    """Return *blocks* as CommonMark. Headings start at level 2; notes become footnotes if the text refers to them.

    Args:
        number: the number of the text, if the file holds several. It keeps the labels of their footnotes apart.
    """
    return "\n\n".join(_parts(blocks, "" if number is None else f"{number}-"))


def _parts(blocks: Sequence[Block], prefix: str) -> Iterator[str]:
    """Yield the blocks of a text as CommonMark."""
    # The highest heading in a text gets the level below the title, whatever its level on the page.
    highest = min((one.mark.level for one in blocks if one.mark.kind is MarkKind.HEADING), default=TOP)
    # Footnote labels have to be unique in the file, but each text starts at 1.
    notes = {label: f"[^{prefix}{label}]" for label in _notes(blocks)}
    for family, group in grouped(blocks):
        if family is MarkKind.ITEM:
            yield _list(group, notes)
        elif family is MarkKind.ROW:
            yield _table(group, notes)
        elif family is MarkKind.QUOTATION:
            # Keep several paragraphs in one quotation: without ">" between them they would be joined, with an empty
            # line they would be separate quotations.
            yield "\n>\n".join(f"> {_inline(one, notes)}" for one in group)
        else:
            yield from (_single(one, notes, highest) for one in group)


def _notes(blocks: Sequence[Block]) -> frozenset[str]:
    """Return the labels of notes that occur exactly once and that the text refers to."""
    told = [one.mark.label for one in blocks if one.mark.kind is MarkKind.NOTE and one.mark.label]
    pointed = {label for one in blocks for _, _, label in one.mark.refs}
    # Other notes stay in the text: as footnotes, one without a reference would not be shown, and two with the same
    # label would be one.
    return frozenset(label for label in told if told.count(label) == 1 and label in pointed)


def _inline(one: Block, notes: Mapping[str, str]) -> str:
    return begun(_within(one, notes))


def _within(one: Block, notes: Mapping[str, str]) -> str:
    written = _way(lambda label: notes.get(label, f"\\[{escaped(label)}\\]"))
    return written.write(one.words, one.mark.spans, one.mark.refs)


def _single(one: Block, notes: Mapping[str, str], highest: int) -> str:
    """Return a block that is neither a list item, a table row nor a quotation."""
    mark: Mark = one.mark
    if mark.kind is MarkKind.HEADING:
        return f"{'#' * min(6, TOP + mark.level - highest)} {_inline(one, notes)}"
    if mark.kind is MarkKind.PREFORMATTED:
        # Longer than any run of backquotes inside, which would end the fence (CommonMark 0.31 section 4.5).
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", one.words)), default=0))
        return f"{fence}\n{one.words}\n{fence}"
    if mark.kind is MarkKind.CAPTION:
        return f"*{escaped(one.words)}*"
    if mark.kind is MarkKind.NOTE and mark.label:
        told = _inline(one, notes)
        return f"{notes[mark.label]}: {told}" if mark.label in notes else f"\\[{escaped(mark.label)}\\] {told}"
    return _inline(one, notes)


def _list(group: Sequence[Block], notes: Mapping[str, str]) -> str:
    """Return nested lists of items, with further paragraphs of items."""
    lines: list[str] = []
    depth = 0
    # A further paragraph of an item needs blank lines around it; then all items get them.
    loose = any(one.mark.kind is MarkKind.PARAGRAPH for one in group)
    for one in group:
        if one.mark.kind is MarkKind.PARAGRAPH:
            lines.append(f"{' ' * INDENT * min(one.mark.level, depth)}{_inline(one, notes)}")
            continue
        # One level at a time: an item two levels deeper would be read as code.
        depth = min(one.mark.level, depth + 1)
        sign = f"{one.mark.label}." if one.mark.label else "-"
        # Pad the marker to a fixed width, so the words of an item start at the column to which its further paragraphs
        # are indented (CommonMark 0.31 section 5.2).
        lines.append(f"{' ' * INDENT * (depth - 1)}{sign.ljust(INDENT - 1)} {_inline(one, notes)}")
    return ("\n\n" if loose else "\n").join(lines)


def _table(group: Sequence[Block], notes: Mapping[str, str]) -> str:
    """Return a table; short rows are filled with empty cells."""
    rows = [[_inline(cell, notes) for cell in one.marked_cells] for one in group]
    width = max(map(len, rows))
    filled = [row + [""] * (width - len(row)) for row in rows]
    # Tables need a head. If there is none, add an empty one, to keep the first row an ordinary row.
    if group[0].mark.kind is not MarkKind.HEAD_ROW:
        filled.insert(0, [""] * width)
    lines = [f"| {' | '.join(row)} |" for row in filled]
    return "\n".join([lines[0], f"|{'---|' * width}", *lines[1:]])


# ── What stands inside a line: links, emphasis, code and references to notes, as CommonMark 0.31 ─────────────────

# The delimiters of emphasis; other spans become links, code or HTML.
_DELIMITERS = {SpanKind.EMPHASIS: "*", SpanKind.STRONG: "**"}
_CODE_LIKE = frozenset({SpanKind.CODE, SpanKind.FORMULA})
# Characters that would end an address, or the table cell that contains it.
_UNSAFE = re.compile(r"[\s<>\\|`]")
# Characters that end a table cell or the label of a definition even inside code.
_ENDS_CELL = re.compile(r"\||\]:")
_ENTITY = re.compile(r"&(?=#?\w+;)")
# An address that needs no angle brackets.
_PLAIN = re.compile(r"[\w:/?&=#%.,+~-]+", re.ASCII)


def _way(note: Callable[[str], str]) -> SpanFormat:
    """Return the rules for writing words with spans; *note* writes a reference to a note."""
    return SpanFormat(_before_sign, note, _span)


def _before_sign(words: str) -> str:
    # Escape a final "!": if a bracket follows, the two would start an image.
    return f"{marked(words[:-1])}\\!" if words.endswith("!") else marked(words)


def _span(one: Stretch) -> str:
    """Return the words of a span as a link, emphasis, code or HTML."""
    kind = one.span.kind
    if kind is SpanKind.LINK:
        return _link(one)
    if kind in _DELIMITERS:
        return _emphasis(one, _DELIMITERS[kind])
    if kind in _CODE_LIKE and one.bare and not _ENDS_CELL.search(one.words) and one.touching.isdisjoint(_CODE_LIKE):
        # Code needs no escapes. A formula is written in GitHub's form $`x`$.
        code = _code(one.words)
        return code if kind is SpanKind.CODE else f"${code}$"
    tag = "code" if kind is SpanKind.FORMULA else kind.value
    return f"<{tag}>{one.written}</{tag}>"


def _link(one: Stretch) -> str:
    url = one.span.url or ""
    if not url.startswith(("http://", "https://")):
        return one.written
    if not _PLAIN.fullmatch(url):
        url = f"<{_ENTITY.sub('%26', _UNSAFE.sub(lambda found: _percent(found[0]), url))}>"
    return f"[{one.written}]({url})"


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode())


def _emphasis(one: Stretch, delimiter: str) -> str:
    """Return words between delimiters, or as HTML if the delimiters would be misread.

    A delimiter next to punctuation needs a space or punctuation on its other side (CommonMark section 6.2).
    """
    opens = one.written[:1].isalnum() or _separates(one.before)
    closes = one.written[-1:].isalnum() or _separates(one.after)
    # Next to another delimiter, the two would form one run.
    if opens and closes and one.touching.isdisjoint(_DELIMITERS):
        return f"{delimiter}{one.written}{delimiter}"
    tag = one.span.kind.value
    return f"<{tag}>{one.written}</{tag}>"


def _separates(sign: str) -> bool:
    return not sign or sign.isspace() or unicodedata.category(sign)[0] in "PS"


def _code(words: str) -> str:
    # Longer than any run of backquotes inside, and separated by a space from one at the ends (section 6.1).
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", words)), default=0))
    edge = " " if words[0] in "` " or words[-1] in "` " else ""
    return f"{fence}{edge}{words}{edge}{fence}"


def export(order: Order) -> ExportResult:
    """Write the texts. The file begins with the purpose of the export and ends with the counts."""
    texts = Texts(order)
    with order.stream() as out:
        out.write("".join(f"> {escaped(line)}\n" for line in texts.head).encode())
        for number, text in enumerate(texts, start=1):
            terms = "\n".join(f"> - {escaped(line)}" for line in (*text.terms, f"{text.id} {text.url}"))
            out.write(replace_control_characters(f"\n{article(text, number)}\n>\n{terms}\n").encode())
        out.write(f"\n---\n\n{escaped(texts.tail)}\n".encode())
    return texts.result()


def article(text: Readable, number: int | None = None) -> str:
    """Return *text* with its title and byline above and its credit line below.

    Args:
        number: the number of the text, if the file holds several.
    """
    parts = [heading(" ".join(text.title.split())), f"*{escaped(text.byline)}*"]
    parts += [f"**{escaped(warning)}**" for warning in text.warnings]
    body = markdown(text.blocks, number)
    return "\n\n".join([*parts, *([body] if body else []), f"> {marked_up(text.credit, Markup.MARKDOWN, text.url)}"])
