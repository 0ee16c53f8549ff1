"""What the institute offers to machines: robots.txt, a sitemap index and its sitemaps, RSS."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from html import escape

from ingest.demo.articles import Article
from ingest.demo.house import HOUSES, LOGIN, House
from ingest.demo.markup import excerpt
from ingest.demo.shelf import Shelf

FEED_LENGTH = 10
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
SITEMAP_OF = {"en": "post-sitemap.xml", "pl": "post-sitemap2.xml.gz"}


def robots(shelf: Shelf) -> bytes:
    """Return robots.txt (RFC 9309)."""
    lines = (
        "User-agent: *",
        "Disallow: /private/",
        "Disallow: /wp-admin/",
        "",
        f"Sitemap: {shelf.base}/sitemap_index.xml",
    )
    return ("\n".join(lines) + "\n").encode()


def sitemap_index(shelf: Shelf, moved: datetime) -> bytes:
    """Return the sitemap index; *moved* is when anything on the site last changed."""
    names = (*SITEMAP_OF.values(), "page-sitemap.xml")
    entries = "".join(
        f"<sitemap><loc>{shelf.base}/{name}</loc><lastmod>{moved.isoformat()}</lastmod></sitemap>\n" for name in names
    )
    return f'{_DECLARATION}<sitemapindex xmlns="{_SITEMAPS}">\n{entries}</sitemapindex>\n'.encode()


def post_sitemap(shelf: Shelf, language: str) -> bytes:
    """Return the sitemap of the open articles in *language*; compressed where its name ends in ``.gz``."""
    articles = shelf.open_articles(language)
    plain = _urlset((shelf.url(article), article.modified) for article in articles)
    # No time of compression in the member's head: the same articles give the same bytes.
    return gzip.compress(plain, mtime=0) if SITEMAP_OF[language].endswith(".gz") else plain


def page_sitemap(shelf: Shelf, moved: datetime) -> bytes:
    """Return the sitemap of the pages that are no articles."""
    paths = [
        f"{house.root}{step}"
        for house in HOUSES.values()
        for step in ("", f"{house.about[0]}/", f"{house.terms_page[0]}/")
    ]
    return _urlset((f"{shelf.base}{path}", moved) for path in paths)


def _urlset(entries: Iterable[tuple[str, datetime]]) -> bytes:
    urls = "".join(
        f"<url><loc>{escape(url)}</loc><lastmod>{moment.isoformat()}</lastmod></url>\n" for url, moment in entries
    )
    return f'{_DECLARATION}<urlset xmlns="{_SITEMAPS}">\n{urls}</urlset>\n'.encode()


def feed(shelf: Shelf, house: House) -> bytes:
    """Return the RSS 2.0 feed of the newest open articles in one language; ``dc:creator`` is the login."""
    articles = shelf.open_articles(house.language)[:FEED_LENGTH]
    items = "".join(_item(shelf, article) for article in articles)
    built = "".join(
        f"<lastBuildDate>{format_datetime(moment)}</lastBuildDate>\n"
        for moment in sorted(article.modified for article in articles)[-1:]
    )
    home = f"{shelf.base}{house.root}"
    return (
        f'{_DECLARATION}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        f"<title>{escape(house.name)}</title>\n<link>{home}</link>\n"
        f'<atom:link href="{home}feed/" rel="self" type="application/rss+xml" />\n'
        f"<description>{escape(house.motto)}</description>\n<language>"
        f"{house.locale.replace('_', '-')}</language>\n"
        f"{built}{items}</channel>\n</rss>\n"
    ).encode()


def _item(shelf: Shelf, article: Article) -> str:
    url = shelf.url(article)
    subjects = "".join(f"<category>{escape(word)}</category>\n" for word in (article.category, *article.tags))
    return (
        f"<item>\n<title>{escape(article.title)}</title>\n<link>{url}</link>\n"
        f"<dc:creator>{LOGIN}</dc:creator>\n<pubDate>{format_datetime(article.published)}</pubDate>"
        f"\n{subjects}"
        f'<guid isPermaLink="true">{url}</guid>\n<description>{escape(excerpt(article))}</description>'
        "\n</item>\n"
    )
