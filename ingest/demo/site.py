"""The institute's site as pure state: the answer for each address, including feeds and sitemaps, and how it changes.

It uses no socket and no clock.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from types import MappingProxyType

from ingest.demo.articles import Article, Notices, Shelf, blocks_of, load, load_changes
from ingest.demo.house import HOST, HOUSES, LOGIN, House
from ingest.demo.pages import (
    PRIVATE_PATH,
    Listing,
    article_page,
    excerpt,
    listing_page,
    missing_page,
    pictures,
    plain_page,
)
from ingest.demo.theme import png

BASE = f"http://{HOST}"
# The site has a clock of its own, so that the pages have the same bytes on every day.
OPENED = datetime(2024, 12, 2, 9, 0, tzinfo=UTC)
STEP = timedelta(hours=1)
"""How far the site's clock moves with each operation."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: status, header fields in order, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def get(self, name: str) -> str | None:
        """Return the value of the field *name* (in any case), or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Changed:
    """The addresses that differ between the two states of the demonstration."""

    edited: str
    removed: str
    published: str


@dataclass(frozen=True, slots=True)
class _State:
    """All that an answer depends on; replaced as a whole, so that no thread sees half of a change."""

    shelf: Shelf
    now: datetime
    moved: Mapping[str, str]
    gone: Mapping[str, int]
    leaves: Mapping[str, Leaf]


class Site:
    """The institute's site. The same operations in the same order give the same bytes."""

    def __init__(self, articles: Iterable[Article] | None = None, base: str = BASE) -> None:
        """Open the site with *articles* (by default the demonstration's) under *base*: scheme and host."""
        terms = MappingProxyType({language: house.terms for language, house in HOUSES.items()})
        shelf = Shelf(base, load() if articles is None else tuple(articles), terms)
        # Include the articles' earlier addresses, so that even a first run meets redirects.
        moved = {
            f"{shelf.house(article).root}{former}/": shelf.url(article)
            for article in shelf.articles
            for former in article.formerly
        }
        latest = max((article.modified for article in shelf.articles), default=OPENED)
        self._state = _State(shelf, OPENED, moved, {}, leaves(shelf, latest))

    @property
    def shelf(self) -> Shelf:
        """The articles and terms that the institute offers now."""
        return self._state.shelf

    @property
    def now(self) -> datetime:
        """The site's own clock, which moves only with operations."""
        return self._state.now

    @property
    def paths(self) -> list[str]:
        """Every path that now answers 200."""
        return sorted(self._state.leaves)

    def url(self, slug: str) -> str:
        """Return the address of the article *slug*; raises KeyError if there is none now."""
        return self.shelf.url(self._article(slug))

    # ── Answers ────────────────────────────────────────────────────────────────────────────────────

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        """Answer a request for *path*; names in *headers* may be in any case, and a query is ignored.

        Validators are handled as RFC 9110 section 13.2.2 requires: If-None-Match, else If-Modified-Since. The body is
        also returned for HEAD; the server leaves it out.
        """
        state = self._state
        if method not in ("GET", "HEAD"):
            return Response(405, (("Allow", "GET, HEAD"),))
        # WordPress answers an unknown query with the page.
        place = path.partition("#")[0].partition("?")[0]
        if leaf := state.leaves.get(place):
            return _answer(leaf, {name.lower(): value for name, value in headers.items()})
        if target := state.moved.get(place):
            return Response(301, (("Location", target), ("Content-Type", HTML)))
        # WordPress addresses end with a slash; the form without it redirects.
        if f"{place}/" in state.leaves:
            return Response(301, (("Location", f"{state.shelf.base}{place}/"), ("Content-Type", HTML)))
        status = state.gone.get(place, 404)
        house = HOUSES["pl" if place.startswith("/pl/") else "en"]
        return Response(status, (("Content-Type", HTML),), missing_page(state.shelf, house, status == 410))

    # ── Operations ────────────────────────────────────────────────────────────────────────────────────

    def change(self) -> Changed:
        """Make the demonstration's second state: one article edited, one removed (410), one published."""
        changes = load_changes()
        removed = self.url(changes.removed)
        self._revise(changes.edited, lambda article: replace(article, parts=changes.parts))
        self.remove(changes.removed)
        self.publish(changes.published)
        return Changed(self.url(changes.edited), removed, self.url(changes.published.slug))

    def edit(
        self,
        slug: str,
        body: str | None = None,
        *,
        title: str | None = None,
        authors: tuple[str, ...] | None = None,
        tags: tuple[str, ...] | None = None,
    ) -> None:
        """Change the given parts of an article, and its modified date; *body* is written as in the data file."""

        def revised(article: Article) -> Article:
            return replace(
                article,
                parts=article.parts if body is None else blocks_of(body),
                title=article.title if title is None else title,
                authors=article.authors if authors is None else authors,
                tags=article.tags if tags is None else tags,
            )

        self._revise(slug, revised)

    def remove(self, slug: str, status: int = 410) -> None:
        """Remove an article; its address now answers *status* (410 or 404)."""
        article = self._article(slug)
        kept = tuple(other for other in self.shelf.articles if other.slug != slug)
        self._advance(kept, gone={self._path(article): status})

    def publish(self, article: Article) -> None:
        """Add an article, at its own date if that is in the future; raises ValueError if its slug is taken."""
        if any(other.slug == article.slug for other in self.shelf.articles):
            raise ValueError(f"the slug {article.slug!r} is taken: choose another")
        self._advance((*self.shelf.articles, article), not_before=article.published)

    def rename(self, slug: str, new: str) -> None:
        """Give an article another slug; the old address redirects to the new one (301)."""
        article = self._article(slug)
        renamed = replace(article, slug=new)
        articles = tuple(renamed if other is article else other for other in self.shelf.articles)
        self._advance(articles, moved={self._path(article): self.shelf.url(renamed)})

    def set_terms(
        self, language: str, words: str, *, page: str | None = None, footer: str = "", license_url: str = ""
    ) -> None:
        """Print *words* below every article in *language* ("en", "pl") and on its page of terms; "" prints none.

        *page* replaces the words on the page of terms, *footer* is printed at the bottom of every page, and each
        article links to *license_url*.
        """
        shelf = replace(
            self.shelf,
            terms=MappingProxyType({**self.shelf.terms, language: words}),
            notices=MappingProxyType({**self.shelf.notices, language: Notices(page, footer, license_url)}),
        )
        # Change the shelf before advancing: that dates all pages whose bytes these words change.
        self._state = replace(self._state, shelf=shelf)
        self._advance(shelf.articles)

    def _article(self, slug: str) -> Article:
        for article in self.shelf.articles:
            if article.slug == slug:
                return article
        raise KeyError(slug)

    def _path(self, article: Article) -> str:
        return self.shelf.url(article).removeprefix(self.shelf.base)

    def _revise(self, slug: str, revise: Callable[[Article], Article]) -> None:
        before = self._article(slug)
        after = replace(revise(before), modified=self.now + STEP)
        self._advance(tuple(after if article is before else article for article in self.shelf.articles))

    def _advance(
        self,
        articles: tuple[Article, ...],
        *,
        gone: Mapping[str, int] = MappingProxyType({}),
        moved: Mapping[str, str] = MappingProxyType({}),
        not_before: datetime = OPENED,
    ) -> None:
        """Change to the state that offers *articles*, one step of the clock later."""
        old = self._state
        now = max(old.now + STEP, not_before)
        shelf = replace(old.shelf, articles=articles)
        # Build every page again and date it by its bytes, so that no operation has to know which pages it affects.
        found = {path: _dated(leaf, old.leaves.get(path), now) for path, leaf in leaves(shelf, now).items()}
        self._state = _State(shelf, now, {**old.moved, **moved}, {**old.gone, **gone}, found)


def _dated(leaf: Leaf, before: Leaf | None, now: datetime) -> Leaf:
    """Date a page by its bytes: Last-Modified moves whenever they change, even if only the page's surroundings do."""
    if leaf.since is None:
        return leaf
    unchanged = before is not None and before.body == leaf.body
    return replace(leaf, since=before.since if before is not None and unchanged else now)


def _answer(leaf: Leaf, asked: Mapping[str, str]) -> Response:
    kind = ("Content-Type", leaf.media_type)
    if leaf.since is None:
        return Response(200, (kind,), leaf.body)
    # A strong validator made from the bytes, so that equal pages have equal ones.
    etag = f'"{hashlib.sha256(leaf.body).hexdigest()[:24]}"'
    validators = (("ETag", etag), ("Last-Modified", _http_date(leaf.since)))
    if _unmodified(asked, etag, leaf.since):
        return Response(304, validators)
    return Response(200, (kind, *validators), leaf.body)


def _unmodified(asked: Mapping[str, str], etag: str, since: datetime) -> bool:
    if (tags := asked.get("if-none-match")) is not None:
        # Weak comparison, as RFC 9110 section 13.1.2 requires for If-None-Match.
        return tags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    if (moment := asked.get("if-modified-since")) is None:
        return False
    try:
        return since <= parsedate_to_datetime(moment)
    except (TypeError, ValueError):
        return False  # RFC 9110 section 13.1.3: an unreadable date is ignored


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


HTML = "text/html; charset=UTF-8"
XML = "text/xml; charset=UTF-8"
ON_FRONT, ON_LIST = 10, 4


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one address answers.

    Attributes:
        since: when these bytes were first served; None for addresses without validators.
    """

    body: bytes
    media_type: str
    since: datetime | None = None


def leaves(shelf: Shelf, moved: datetime) -> dict[str, Leaf]:
    """Return the answer of each path; *moved* is when the site last changed."""
    found = {
        "/robots.txt": Leaf(robots(shelf), "text/plain; charset=utf-8"),
        "/sitemap_index.xml": Leaf(sitemap_index(shelf, moved), XML, moved),
        "/page-sitemap.xml": Leaf(page_sitemap(shelf, moved), XML, moved),
        "/wp-content/uploads/lantern-icon.png": Leaf(png("lantern-icon.png"), "image/png"),
        # This page exists and answers, so a request for it shows that robots.txt was ignored.
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
    sitemap = SITEMAP_OF[house.language]
    # Sent as a file without Content-Encoding, as on real sites: a reader must itself notice the compression.
    kind = "application/x-gzip" if sitemap.endswith(".gz") else XML
    yield f"/{sitemap}", Leaf(post_sitemap(shelf, house.language), kind, moved)
    rss = "application/rss+xml; charset=UTF-8"
    yield f"{house.root}feed/", Leaf(feed(shelf, house), rss, moved)
    slug, title, paragraphs = house.about
    yield f"{house.root}{slug}/", Leaf(plain_page(shelf, house, slug, title, paragraphs), HTML)
    slug, title, paragraphs = house.terms_page
    noticed = shelf.noticed(house.language).page
    terms = shelf.terms[house.language] if noticed is None else noticed
    paragraphs = tuple(words for words in (*paragraphs, terms) if words)
    yield f"{house.root}{slug}/", Leaf(plain_page(shelf, house, slug, title, paragraphs), HTML)
    yield from _lists(shelf, house)


def _lists(shelf: Shelf, house: House) -> Iterator[tuple[str, Leaf]]:
    """Yield the front page, and the pages of each category and tag."""
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
    # Few articles per page, so that lists have second pages to follow.
    size = ON_FRONT if url == f"{shelf.base}{house.root}" else ON_LIST
    groups = [tuple(articles[start : start + size]) for start in range(0, len(articles), size)]
    for page, group in enumerate(groups, start=1):
        listing = Listing(url, title, group, page, len(groups))
        address = listing.at(page) or url
        yield address.removeprefix(shelf.base), Leaf(listing_page(shelf, house, listing), HTML)


def _of_article(shelf: Shelf, article: Article) -> Iterator[tuple[str, Leaf]]:
    path = shelf.url(article).removeprefix(shelf.base)
    # As on real sites, some pages have validators and some do not: without them, only the payload shows that nothing
    # has changed.
    validated = not article.protected and article.category != shelf.house(article).unvalidated
    since = article.modified if validated else None
    for part in range(1, len(article.parts) + 1):
        step = path if part == 1 else f"{path}{part}/"
        yield step, Leaf(article_page(shelf, article, part), HTML, since)
    for block in pictures(article):
        file = block.lines[0]
        picture = Leaf(png(file), "image/png", article.published)
        yield shelf.picture_url(article, file).removeprefix(shelf.base), picture


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
    """Return the sitemap of the open articles in *language*; compressed if its name ends in ``.gz``."""
    articles = shelf.open_articles(language)
    plain = _urlset((shelf.url(article), article.modified) for article in articles)
    # No compression time in the gzip header, so that the same articles give the same bytes.
    return gzip.compress(plain, mtime=0) if SITEMAP_OF[language].endswith(".gz") else plain


def page_sitemap(shelf: Shelf, moved: datetime) -> bytes:
    """Return the sitemap of the pages that are not articles."""
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
        # The feed names the account, too: two witnesses that agree, and are both wrong.
        f"<dc:creator>{LOGIN}</dc:creator>\n<pubDate>{format_datetime(article.published)}</pubDate>"
        f"\n{subjects}"
        f'<guid isPermaLink="true">{url}</guid>\n<description>{escape(excerpt(article))}</description>'
        "\n</item>\n"
    )
