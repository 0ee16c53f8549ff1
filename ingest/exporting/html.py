"""`export html`: write texts as one HTML page without scripts, styles or images, each with credit line and terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from archive.control_characters import replace_control_characters
from db.citation.credit_line import marked_up
from db.citation.styles import Markup
from db.model.spans import SpanFormat, in_html
from db.model.text_marks import Block, MarkKind, grouped
from ingest.exporting.markdown import TOP
from ingest.exporting.order import ExportResult, Order
from ingest.exporting.readable_item import Readable, Texts

# How words, note references and spans are written in HTML.
_WAY = SpanFormat(escape, lambda label: f"[{escape(label)}]", in_html)


def export(order: Order) -> ExportResult:
    """Write the page. It begins with the purpose of the export and ends with the counts."""
    texts = Texts(order)
    with order.stream() as out:
        head = "".join(f"<p>{escape(line)}</p>\n" for line in texts.head)
        out.write(
            f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Texts</title></head>\n'
            f"<body>\n<header>\n{head}</header>\n<main>\n".encode()
        )
        for text in texts:
            out.write(replace_control_characters(_text(text)).encode())
        out.write(f"</main>\n<footer><p>{escape(texts.tail)}</p></footer>\n</body>\n</html>\n".encode())
    return texts.result()


def _text(text: Readable) -> str:
    """Return one text as an article with credit line and terms."""
    # Mark the languages for screen readers and hyphenation: the text's own, and English for our remarks.
    language = f' lang="{escape(text.language)}"' if text.language else ""
    warnings = "".join(f'<p lang="en"><strong>{escape(warning)}</strong></p>\n' for warning in text.warnings)
    paragraphs = "".join(_parts(text))
    terms = "".join(f"<li>{escape(line)}</li>\n" for line in text.terms)
    return (
        f'<article id="{escape(text.id)}"{language}>\n<h1>{escape(text.title)}</h1>\n<p>{escape(text.byline)}</p>\n'
        f"{warnings}{paragraphs}<footer>\n<p>{marked_up(text.credit, Markup.HTML, text.url)}</p>\n"
        f'<ul lang="en">\n{terms}<li><a href="{escape(text.url)}">{escape(text.id)}</a></li>\n</ul>\n'
        "</footer>\n</article>\n"
    )


def _parts(text: Readable) -> Iterator[str]:
    """Yield the blocks of a text as HTML."""
    highest = min((one.mark.level for one in text.blocks if one.mark.kind is MarkKind.HEADING), default=TOP)
    for family, group in grouped(text.blocks):
        if family is MarkKind.ITEM:
            yield _list(group)
        elif family is MarkKind.ROW:
            yield f"<table>\n{''.join(map(_row, group))}</table>\n"
        elif family is MarkKind.QUOTATION:
            yield "<blockquote>\n" + "".join(f"<p>{_inline(one)}</p>\n" for one in group) + "</blockquote>\n"
        else:
            yield from (_single(one, highest) for one in group)


def _single(one: Block, highest: int) -> str:
    """Return a block that is neither a list item, a table row nor a quotation."""
    kind = one.mark.kind
    if kind is MarkKind.HEADING:
        level = min(6, TOP + one.mark.level - highest)
        return f"<h{level}>{_inline(one)}</h{level}>\n"
    if kind is MarkKind.PREFORMATTED:
        return f"<pre>{escape(one.words)}</pre>\n"
    if kind is MarkKind.CAPTION:
        return f"<p><small>{escape(one.words)}</small></p>\n"
    # The label of a note, in the same form as in `Block.printed`.
    before = f"[{escape(one.mark.label)}] " if kind is MarkKind.NOTE and one.mark.label else ""
    return f"<p>{before}{_inline(one)}</p>\n"


def _inline(one: Block) -> str:
    return _WAY.write(one.words, one.mark.spans, one.mark.refs)


def _row(one: Block) -> str:
    tag = "th" if one.mark.kind is MarkKind.HEAD_ROW else "td"
    return f"<tr>{''.join(f'<{tag}>{_inline(cell)}</{tag}>' for cell in one.marked_cells)}</tr>\n"


def _list(group: Sequence[Block]) -> str:
    """Return nested lists: a deeper item opens a list, a higher one ends those below it."""
    made = ""
    tags: list[str] = []
    for one in group:
        if one.mark.kind is not MarkKind.ITEM:
            made += f"<p>{_inline(one)}</p>"
            continue
        # One level at a time, because a list inside a list needs an item in between.
        depth = min(one.mark.level, len(tags) + 1)
        while len(tags) > depth:
            made += f"</li>\n</{tags.pop()}>"
        if len(tags) == depth:
            made += "</li>\n"
        else:
            tags.append("ol" if one.mark.label else "ul")
            # Keep the publisher's numbers, because the text may refer to point 7.
            start = f' start="{one.mark.label}"' if one.mark.label not in (None, "1") else ""
            made += f"<{tags[-1]}{start}>\n"
        made += f"<li>{_inline(one)}"
    return made + "".join(f"</li>\n</{tag}>\n" for tag in reversed(tags))
