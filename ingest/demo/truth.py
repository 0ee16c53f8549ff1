"""What the institute's articles say, taken from the data and not from pages: what a catalogue must contain."""

from __future__ import annotations

from ingest.demo.articles import Article, Block, BlockKind
from ingest.demo.pages import cells, pictures, plain
from ingest.demo.site import Site

_RUNNING = (BlockKind.PARAGRAPH, BlockKind.SUBHEAD, BlockKind.LIST, BlockKind.QUOTATION)


def truth(site: Site) -> list[dict[str, object]]:
    """Return one row for each open article of *site*, sorted by URL.

    A row holds ``url``, ``language``, ``title``, ``authors`` (as printed, in order), ``byline``, ``date`` and
    ``modified`` (``YYYY-MM-DD``), ``category``, ``tags``, ``paragraphs`` (running text with subheads, list entries and
    quotations, of all parts), ``rows`` (cells of tables), ``notes`` (footnotes), ``captions``, ``terms`` (the words
    that the page prints), ``translations`` (URLs) and ``pages`` (their number).
    """
    # A catalogue cannot contain texts behind a password.
    shown = [article for article in site.shelf.articles if not article.protected]
    return sorted((_row(site, article) for article in shown), key=lambda row: str(row["url"]))


def _row(site: Site, article: Article) -> dict[str, object]:
    """Return the row of one article; see `truth`."""
    shelf = site.shelf
    blocks = [block for part in article.parts for block in part]
    return {
        "url": shelf.url(article),
        "language": article.language,
        "title": article.title,
        "authors": list(article.authors),
        "byline": shelf.house(article).byline(article.authors),
        "date": f"{article.published:%Y-%m-%d}",
        "modified": f"{article.modified:%Y-%m-%d}",
        "category": article.category,
        "tags": list(article.tags),
        "paragraphs": [plain(line) for block in blocks if block.kind in _RUNNING for line in block.lines],
        "rows": [cells(line) for block in blocks if block.kind is BlockKind.TABLE for line in block.lines],
        "notes": [plain(note.lines[1]) for note in blocks if _is_note(note)],
        "captions": [picture.lines[1] for picture in pictures(article)],
        "terms": shelf.terms[article.language],
        "translations": [shelf.url(other) for other in shelf.translations(article) if other is not article],
        "pages": len(article.parts),
    }


def _is_note(block: Block) -> bool:
    return block.kind is BlockKind.FOOTNOTE
