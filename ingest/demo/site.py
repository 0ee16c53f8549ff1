"""The institute's site as pure state: what it answers now, and what changes it. No socket, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from types import MappingProxyType

from ingest.demo.articles import Article, blocks_of, load, load_changes
from ingest.demo.house import HOST, HOUSES
from ingest.demo.leaves import HTML, Leaf, leaves
from ingest.demo.pages import missing_page
from ingest.demo.shelf import Notices, Shelf

BASE = f"http://{HOST}"
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
        """Return the value of the field *name* (any case), or None."""
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
        moved = {
            f"{shelf.house(article).root}{former}/": shelf.url(article)
            for article in shelf.articles
            for former in article.formerly
        }
        latest = max((article.modified for article in shelf.articles), default=OPENED)
        self._state = _State(shelf, OPENED, moved, {}, leaves(shelf, latest))

    @property
    def shelf(self) -> Shelf:
        """What the institute offers now."""
        return self._state.shelf

    @property
    def now(self) -> datetime:
        """The site's own clock: it moves with each operation and at no other time."""
        return self._state.now

    @property
    def paths(self) -> list[str]:
        """Every path that answers 200 now."""
        return sorted(self._state.leaves)

    def url(self, slug: str) -> str:
        """Return the address of the article *slug*; KeyError if there is none now."""
        return self.shelf.url(self._article(slug))

    # ── Answers ────────────────────────────────────────────────────────────────────────────────────

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        """Answer a request for *path*; names in *headers* may be in any case. A query is disregarded.

        Validators are heeded as RFC 9110 section 13.2.2 orders: If-None-Match, else If-Modified-Since. To
        HEAD the body is given too: whoever writes the answer leaves it out.
        """
        state = self._state
        date = ("Date", _http_date(state.now))
        if method not in ("GET", "HEAD"):
            return Response(405, (date, ("Allow", "GET, HEAD")))
        place = path.partition("#")[0].partition("?")[0]
        if leaf := state.leaves.get(place):
            return _answer(leaf, date, {name.lower(): value for name, value in headers.items()})
        if target := state.moved.get(place):
            return Response(301, (date, ("Location", target), ("Content-Type", HTML)))
        if f"{place}/" in state.leaves:
            return Response(301, (date, ("Location", f"{state.shelf.base}{place}/"), ("Content-Type", HTML)))
        status = state.gone.get(place, 404)
        house = HOUSES["pl" if place.startswith("/pl/") else "en"]
        return Response(status, (date, ("Content-Type", HTML)), missing_page(state.shelf, house, status == 410))

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
        """Change what is given of an article, and its modified date; *body* is as in the data file."""

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
        """Take an article down; its address answers *status* (410 or 404) from now on."""
        article = self._article(slug)
        kept = tuple(other for other in self.shelf.articles if other.slug != slug)
        self._turn(kept, gone={self._path(article): status})

    def publish(self, article: Article) -> None:
        """Add an article, at its own date if that is still to come; ValueError if its slug is taken."""
        if any(other.slug == article.slug for other in self.shelf.articles):
            raise ValueError(f"the slug {article.slug!r} is taken: choose another")
        self._turn((*self.shelf.articles, article), not_before=article.published)

    def rename(self, slug: str, new: str) -> None:
        """Give an article another slug; the old address redirects to the new one (301)."""
        article = self._article(slug)
        renamed = replace(article, slug=new)
        articles = tuple(renamed if other is article else other for other in self.shelf.articles)
        self._turn(articles, moved={self._path(article): self.shelf.url(renamed)})

    def set_terms(
        self, language: str, words: str, *, page: str | None = None, footer: str = "", license_url: str = ""
    ) -> None:
        """Print *words* below every article in *language* ("en", "pl") and on its terms page; empty words print none.

        *page* are other words for the terms page, *footer* those at the foot of every page; *license_url* is linked
        to from each article.
        """
        shelf = replace(
            self.shelf,
            terms=MappingProxyType({**self.shelf.terms, language: words}),
            notices=MappingProxyType({**self.shelf.notices, language: Notices(page, footer, license_url)}),
        )
        self._state = replace(self._state, shelf=shelf)
        self._turn(shelf.articles)

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
        self._turn(tuple(after if article is before else article for article in self.shelf.articles))

    def _turn(
        self,
        articles: tuple[Article, ...],
        *,
        gone: Mapping[str, int] = MappingProxyType({}),
        moved: Mapping[str, str] = MappingProxyType({}),
        not_before: datetime = OPENED,
    ) -> None:
        """Pass to the state in which *articles* are offered, one step of the clock later."""
        old = self._state
        now = max(old.now + STEP, not_before)
        shelf = replace(old.shelf, articles=articles)
        found = {path: _dated(leaf, old.leaves.get(path), now) for path, leaf in leaves(shelf, now).items()}
        self._state = _State(shelf, now, {**old.moved, **moved}, {**old.gone, **gone}, found)


def _dated(leaf: Leaf, before: Leaf | None, now: datetime) -> Leaf:
    """A page's chrome changes with its neighbours: Last-Modified moves with its bytes."""
    if leaf.since is None:
        return leaf
    unchanged = before is not None and before.body == leaf.body
    return replace(leaf, since=before.since if before is not None and unchanged else now)


def _answer(leaf: Leaf, date: tuple[str, str], asked: Mapping[str, str]) -> Response:
    kind = ("Content-Type", leaf.media_type)
    if leaf.since is None:
        return Response(200, (date, kind), leaf.body)
    etag = f'"{hashlib.sha256(leaf.body).hexdigest()[:24]}"'
    validators = (("ETag", etag), ("Last-Modified", _http_date(leaf.since)))
    if _unmodified(asked, etag, leaf.since):
        return Response(304, (date, *validators))
    return Response(200, (date, kind, *validators), leaf.body)


def _unmodified(asked: Mapping[str, str], etag: str, since: datetime) -> bool:
    if (tags := asked.get("if-none-match")) is not None:
        return tags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    if (moment := asked.get("if-modified-since")) is None:
        return False
    try:
        return since <= parsedate_to_datetime(moment)
    except (TypeError, ValueError):
        return False  # RFC 9110 section 13.1.3: a date that cannot be read is disregarded


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
