"""The text of an item as HTML, with headings, lists, tables, quotations and notes from the marks of its edition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from markupsafe import Markup

from archive.control_characters import replace_control_characters
from db.model.spans import SpanFormat, in_html
from db.model.text_marks import Block, Mark, MarkKind, blocks_of, grouped

# The level of a text's highest headings; level one is the page's own.
_TOP = 2


PAGES = "pages"
"""The name of the window that shows a document next to its text."""


def article_text(text: str, marks: Sequence[Mark], document: str | None = None) -> Markup:
    """Return *text* as HTML with all words escaped.

    For a text with pages, each page number links to that page of *document*, if its address is given.
    """
    blocks = blocks_of(replace_control_characters(text), marks)
    notes = _notes(blocks)
    highest = min((one.mark.level for one in blocks if one.mark.kind is MarkKind.HEADING), default=_TOP)
    return Markup("\n").join(_parts(blocks, notes, highest, document))


def _notes(blocks: Sequence[Block]) -> Mapping[str, str]:
    """Return the labels of notes that occur once in the text, each with the id of its place on the page."""
    labels = [one.mark.label for one in blocks if one.mark.kind is MarkKind.NOTE and one.mark.label]
    once = [label for label in dict.fromkeys(labels) if labels.count(label) == 1]
    # Numbered, because a label may contain characters that are not allowed in an id.
    return {label: f"note-{number}" for number, label in enumerate(once, 1)}


def _leaf(page: int, document: str | None) -> Markup:
    if document is None:
        return Markup('<p class="leaf" id="page-{}">p. {}</p>').format(page, page)
    # Browsers understand this fragment for PDFs (RFC 8118, 3).
    return Markup('<p class="leaf" id="page-{0}"><a href="{1}#page={0}" target="{2}">p. {0}</a></p>').format(
        page, document, PAGES
    )


def _parts(blocks: Sequence[Block], notes: Mapping[str, str], highest: int, document: str | None) -> Iterator[Markup]:
    page = 0
    for family, group in _runs(blocks):
        here = group[0].mark.page
        if here and here != page:
            page = here
            yield _leaf(page, document)
        if family is MarkKind.ITEM:
            yield _list(group, notes)
        elif family is MarkKind.ROW:
            rows = Markup().join(_row(one) for one in group)
            # In a box that scrolls if the table is wider than the page, also with the keyboard.
            yield Markup('<div class="wide" tabindex="0" role="group"><table>{}</table></div>').format(rows)
        elif family is MarkKind.QUOTATION:
            told = Markup().join(Markup("<p>{}</p>").format(_inline(one, notes)) for one in group)
            yield Markup("<blockquote>{}</blockquote>").format(told)
        else:
            yield from (_single(one, notes, highest) for one in group)


def _runs(blocks: Sequence[Block]) -> Iterator[tuple[MarkKind, Sequence[Block]]]:
    """Yield what belongs together on the page: a list, a table, a quotation; other blocks one by one, because a page of
    a document may begin with any of them.
    """
    for family, group in grouped(blocks):
        together = family in (MarkKind.ITEM, MarkKind.ROW, MarkKind.QUOTATION)
        yield from [(family, group)] if together else [(family, [one]) for one in group]


def _single(one: Block, notes: Mapping[str, str], highest: int) -> Markup:
    """Return one block of the text as HTML; headings begin below the page's own."""
    mark = one.mark
    if mark.kind is MarkKind.HEADING:
        level = min(6, _TOP + mark.level - highest)
        return Markup("<h{0}>{1}</h{0}>").format(level, _inline(one, notes))
    if mark.kind is MarkKind.PREFORMATTED:
        return Markup('<pre tabindex="0">{}</pre>').format(one.words)
    if mark.kind is MarkKind.CAPTION:
        return Markup('<p class="caption">{}</p>').format(one.words)
    if mark.kind is MarkKind.NOTE:
        place = notes.get(mark.label or "")
        named = Markup(' id="{}"').format(place) if place else Markup()
        label = Markup('<span class="label">{}</span> ').format(mark.label) if mark.label else Markup()
        return Markup('<p class="note"{}>{}{}</p>').format(named, label, _inline(one, notes))
    return Markup("<p>{}</p>").format(_inline(one, notes))


def _inline(one: Block, notes: Mapping[str, str]) -> Markup:
    def note(label: str) -> str:
        place = notes.get(label)
        said = f'<a href="#{place}">{escape(label)}</a>' if place else escape(label)
        return f"<sup>{said}</sup>"

    # Each piece is escaped by the function that writes it.
    return Markup(SpanFormat(escape, note, in_html).write(one.words, one.mark.spans, one.mark.refs))  # noqa: S704


def _row(one: Block) -> Markup:
    tag = "th" if one.mark.kind is MarkKind.HEAD_ROW else "td"
    cells = Markup().join(Markup("<{0}>{1}</{0}>").format(tag, _inline(cell, {})) for cell in one.marked_cells)
    return Markup("<tr>{}</tr>").format(cells)


def _list(group: Sequence[Block], notes: Mapping[str, str]) -> Markup:
    """Return nested lists: an item opens deeper lists as needed and closes lists deeper than itself."""
    made = Markup()
    tags: list[str] = []
    for one in group:
        if one.mark.kind is not MarkKind.ITEM:
            made += Markup("<p>{}</p>").format(_inline(one, notes))
            continue
        # One level at a time, because a list cannot directly contain a list.
        depth = max(1, min(one.mark.level, len(tags) + 1))
        while len(tags) > depth:
            made += Markup("</li></{}>").format(tags.pop())
        if len(tags) == depth:
            made += Markup("</li>")
        else:
            number = one.mark.label
            tags.append("ol" if number else "ul")
            begins = Markup(' start="{}"').format(number) if number and number.isdigit() and number != "1" else Markup()
            made += Markup("<{}{}>").format(tags[-1], begins)
        made += Markup("<li>{}").format(_inline(one, notes))
    return made + Markup().join(Markup("</li></{}>").format(tag) for tag in reversed(tags))
