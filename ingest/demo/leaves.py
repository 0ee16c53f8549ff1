"""Every address that the institute answers at one moment, with the bytes that stand there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ingest.demo import feeds
from ingest.demo.articles import Article
from ingest.demo.house import HOUSES, House
from ingest.demo.markup import pictures
from ingest.demo.pages import PRIVATE_PATH, Listing, article_page, listing_page, plain_page
from ingest.demo.pictures import png
from ingest.demo.shelf import Shelf

HTML = "text/html; charset=UTF-8"
XML = "text/xml; charset=UTF-8"
ON_FRONT, ON_LIST = 10, 4


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one address answers.

    Attributes:
        since: when these bytes began to be served; None for addresses that send no validators.
    """

    body: bytes
    media_type: str
    since: datetime | None = None


def leaves(shelf: Shelf, moved: datetime) -> dict[str, Leaf]:
    """Return what each path answers; *moved* is when the site last changed."""
    found = {
        "/robots.txt": Leaf(feeds.robots(shelf), "text/plain; charset=utf-8"),
        "/sitemap_index.xml": Leaf(feeds.sitemap_index(shelf, moved), XML, moved),
        "/page-sitemap.xml": Leaf(feeds.page_sitemap(shelf, moved), XML, moved),
        "/wp-content/uploads/lantern-icon.png": Leaf(png("lantern-icon.png"), "image/png"),
        PRIVATE_PATH: Leaf(_minutes(shelf), HTML),
    }
    for house in HOUSES.values():
        found.update(_of_house(shelf, house, moved))
    for article in shelf.articles:
        found.update(_of_article(shelf, article))
    return found


def _minutes(shelf: Shelf) -> bytes:
    words = ("The board met on Thursday and postponed the matter of the roof.",)
    return plain_page(shelf, HOUSES["en"], PRIVATE_PATH.strip("/"), "Minutes of the Board", words)


def _of_house(shelf: Shelf, house: House, moved: datetime) -> Iterator[tuple[str, Leaf]]:
    sitemap = feeds.SITEMAP_OF[house.language]
    kind = "application/x-gzip" if sitemap.endswith(".gz") else XML
    yield f"/{sitemap}", Leaf(feeds.post_sitemap(shelf, house.language), kind, moved)
    rss = "application/rss+xml; charset=UTF-8"
    yield f"{house.root}feed/", Leaf(feeds.feed(shelf, house), rss, moved)
    slug, title, paragraphs = house.about
    yield f"{house.root}{slug}/", Leaf(plain_page(shelf, house, slug, title, paragraphs), HTML)
    slug, title, paragraphs = house.terms_page
    noticed = shelf.noticed(house.language).page
    terms = shelf.terms[house.language] if noticed is None else noticed
    paragraphs = tuple(words for words in (*paragraphs, terms) if words)
    yield f"{house.root}{slug}/", Leaf(plain_page(shelf, house, slug, title, paragraphs), HTML)
    yield from _lists(shelf, house)


def _lists(shelf: Shelf, house: House) -> Iterator[tuple[str, Leaf]]:
    articles = shelf.newest(house.language)
    front = f"{shelf.base}{house.root}"
    yield from _paged(shelf, house, front, house.labels["latest"], articles)
    for category in shelf.categories(house.language):
        chosen = [article for article in articles if article.category == category]
        yield from _paged(shelf, house, shelf.category_url(house, category), category, chosen)
    for tag in shelf.tags(house.language):
        chosen = [article for article in articles if tag in article.tags]
        title = f"{house.labels['tagged']}: {tag}"
        yield from _paged(shelf, house, shelf.tag_url(house, tag), title, chosen)


def _paged(shelf: Shelf, house: House, url: str, title: str, articles: list[Article]) -> Iterator[tuple[str, Leaf]]:
    size = ON_FRONT if url == f"{shelf.base}{house.root}" else ON_LIST
    groups = [tuple(articles[start : start + size]) for start in range(0, len(articles), size)]
    for page, group in enumerate(groups, start=1):
        listing = Listing(url, title, group, page, len(groups))
        address = listing.at(page) or url
        yield address.removeprefix(shelf.base), Leaf(listing_page(shelf, house, listing), HTML)


def _of_article(shelf: Shelf, article: Article) -> Iterator[tuple[str, Leaf]]:
    path = shelf.url(article).removeprefix(shelf.base)
    validated = not article.protected and article.category != shelf.house(article).unvalidated
    since = article.modified if validated else None
    for part in range(1, len(article.parts) + 1):
        step = path if part == 1 else f"{path}{part}/"
        yield step, Leaf(article_page(shelf, article, part), HTML, since)
    for block in pictures(article):
        file = block.lines[0]
        picture = Leaf(png(file), "image/png", article.published)
        yield shelf.picture_url(article, file).removeprefix(shelf.base), picture
