"""Bodies as markup and as plain words: for a browser, and for whoever checks a reader."""

from __future__ import annotations

import re
from html import escape

from ingest.demo.articles import Article, Block, BlockKind
from ingest.demo.shelf import Shelf

_MARK = re.compile(r"\[\^(\d+)\]")
_EMPHASIS = re.compile(r"\*([^*]+)\*")


def text(words: str) -> str:
    """Return *words* escaped as WordPress writes them (``&#038;`` for an ampersand)."""
    return escape(words).replace("&amp;", "&#038;").replace("&#x27;", "&#039;")


def inline(words: str) -> str:
    """Return the markup of a block's words: emphasis and footnote marks."""
    emphasised = _EMPHASIS.sub(r"<em>\1</em>", text(words))
    return _MARK.sub(r'<sup class="fn"><a href="#fn-\1" id="fn-\1-link">\1</a></sup>', emphasised)


def plain(words: str) -> str:
    """Return a block's words as they are read: without emphasis or footnote marks."""
    return _EMPHASIS.sub(r"\1", _MARK.sub("", words))


def cells(row: str) -> list[str]:
    """Return the cells of a table's row."""
    return [cell.strip() for cell in row.split("|")]


def render(shelf: Shelf, article: Article, block: Block) -> str:
    """Return the markup of one block of *article*, as the block editor leaves it."""
    first = block.lines[0]
    match block.kind:
        case BlockKind.PARAGRAPH:
            return f"<p>{inline(first)}</p>"
        case BlockKind.SUBHEAD:
            return f'<h2 class="wp-block-heading">{inline(first)}</h2>'
        case BlockKind.LIST:
            entries = "".join(f"<li>{inline(line)}</li>\n" for line in block.lines)
            return f'<ul class="wp-block-list">\n{entries}</ul>'
        case BlockKind.QUOTATION:
            return f'<blockquote class="wp-block-quote"><p>{inline(first)}</p></blockquote>'
        case BlockKind.TABLE:
            return _table(block.lines)
        case BlockKind.PICTURE:
            return _figure(shelf, article, block)
        case BlockKind.FOOTNOTE:
            number, words = block.lines
            back = f'<a href="#fn-{number}-link" aria-label="{number}">↩</a>'
            return f'<ol class="wp-block-footnotes"><li id="fn-{number}">{inline(words)} {back}</li></ol>'


def _table(rows: tuple[str, ...]) -> str:
    head = "".join(f"<th>{text(cell)}</th>" for cell in cells(rows[0]))
    body = "".join("<tr>" + "".join(f"<td>{text(cell)}</td>" for cell in cells(row)) + "</tr>\n" for row in rows[1:])
    table = f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>"
    return f'<figure class="wp-block-table">{table}</figure>'


def _figure(shelf: Shelf, article: Article, block: Block) -> str:
    file, caption, alt = block.lines
    image = (
        '<img loading="lazy" decoding="async" width="24" height="16" '
        f'src="{shelf.picture_url(article, file)}" '
        f'alt="{text(alt)}" class="wp-image-{article.published:%y%m%d}" />'
    )
    return (
        f'<figure class="wp-block-image size-large">{image}'
        f'<figcaption class="wp-element-caption">{text(caption)}</figcaption></figure>'
    )


def pictures(article: Article) -> list[Block]:
    """Return the picture blocks of *article*."""
    return [block for part in article.parts for block in part if block.kind is BlockKind.PICTURE]


def excerpt(article: Article) -> str:
    """Return the first twenty-four words of *article*, as listings and descriptions quote it."""
    opening = next(block for part in article.parts for block in part if block.kind is BlockKind.PARAGRAPH)
    words = plain(opening.lines[0]).split()
    return " ".join(words[:24]) + " […]"
