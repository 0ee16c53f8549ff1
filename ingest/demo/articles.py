"""The articles of the demonstration's institute, read from the data file, and the shelf of its present articles."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from ingest.demo.house import HOUSES, House


class BlockKind(StrEnum):
    """The kind of a block in an article's body."""

    PARAGRAPH = "paragraph"
    SUBHEAD = "subhead"
    LIST = "list"
    QUOTATION = "quotation"
    TABLE = "table"
    PICTURE = "picture"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a body.

    Attributes:
        lines: for a list, its entries; for a table, its rows with cells separated by ``|``; for a picture, its file,
            caption and alternative text; for a footnote, its number and words; otherwise just the words.
    """

    kind: BlockKind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one language.

    Attributes:
        slug: the last part of its address, unique on the site.
        work: the slug shared by an article and its translations.
        parts: the blocks of each page of the article.
        formerly: earlier slugs, which redirect to it.
        protected: whether a password is required.
    """

    slug: str
    language: str
    title: str
    authors: tuple[str, ...]
    published: datetime
    modified: datetime
    category: str
    tags: tuple[str, ...]
    parts: tuple[tuple[Block, ...], ...]
    work: str
    formerly: tuple[str, ...] = ()
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What the institute changes between the demonstration's two states: slugs, edited text, new article."""

    edited: str
    parts: tuple[tuple[Block, ...], ...]
    removed: str
    published: Article


_PICTURE = re.compile(r'!\[(?P<alt>[^\]]*)\]\((?P<file>\S+) "(?P<caption>[^"]*)"\)')
_FOOTNOTE = re.compile(r"\[\^(?P<number>\d+)\]: (?P<words>.+)", re.DOTALL)


def blocks_of(body: str) -> tuple[tuple[Block, ...], ...]:
    """Return the blocks of each part of *body*; the first lines of the data file describe the notation."""
    return tuple(
        tuple(_block(chunk.strip()) for chunk in part.split("\n\n") if chunk.strip()) for part in body.split("\n%%\n")
    )


def _block(chunk: str) -> Block:
    """Return one block; its first characters tell its kind."""
    if picture := _PICTURE.fullmatch(chunk):
        return Block(BlockKind.PICTURE, (picture["file"], picture["caption"], picture["alt"]))
    if footnote := _FOOTNOTE.fullmatch(chunk):
        return Block(BlockKind.FOOTNOTE, (footnote["number"], footnote["words"]))
    lines = chunk.splitlines()
    if chunk.startswith("## "):
        return Block(BlockKind.SUBHEAD, (chunk[3:],))
    if chunk.startswith("> "):
        return Block(BlockKind.QUOTATION, (" ".join(line[2:] for line in lines),))
    if chunk.startswith("- "):
        return Block(BlockKind.LIST, tuple(line[2:] for line in lines))
    if chunk.startswith("| "):
        return Block(BlockKind.TABLE, tuple(line.strip("| ") for line in lines))
    return Block(BlockKind.PARAGRAPH, (" ".join(lines),))


@cache
def load() -> tuple[Article, ...]:
    """Return the articles of the first state, in the order of the data file."""
    return tuple(_article(entry) for entry in _data()["article"])


@cache
def load_changes() -> Changes:
    """Return the changes between the first state and the second."""
    entry = _data()["change"]
    return Changes(
        edited=entry["edited"],
        parts=blocks_of(entry["body"]),
        removed=entry["removed"],
        published=_article(entry["published"]),
    )


def _data() -> dict[str, Any]:
    return tomllib.loads(files("ingest.demo").joinpath("articles.toml").read_text(encoding="utf-8"))


def _article(entry: Mapping[str, Any]) -> Article:
    published = _instant(entry["date"])
    return Article(
        slug=entry["slug"],
        language=entry["language"],
        title=entry["title"],
        authors=tuple(entry["authors"]),
        published=published,
        modified=_instant(entry["modified"]) if "modified" in entry else published,
        category=entry["category"],
        tags=tuple(entry["tags"]),
        parts=blocks_of(entry["body"]),
        # If it translates nothing, use its own slug, so that an original and its translations have the same value.
        work=entry.get("translates", entry["slug"]),
        formerly=tuple(entry.get("formerly", ())),
        protected=entry.get("protected", False),
    )


def _instant(day: date) -> datetime:
    """Return the hour of publication: the same day in UTC and in the institute's time zone."""
    return datetime.combine(day, time(8, 30), tzinfo=UTC)


RELATED = 3


def slug_of(words: str) -> str:
    """Return *words* as a part of an address: lower case, without accents, hyphenated (``energy-security``)."""
    # NFKD separates accents from letters, but ł is a letter of its own.
    plain = unicodedata.normalize("NFKD", words.lower().replace("ł", "l"))
    kept = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return "-".join(kept.split())


@dataclass(frozen=True, slots=True)
class Notices:
    """The words on reuse in one language, apart from the line below each article.

    Attributes:
        page: the words on the page of terms; None for the same words as below the articles.
        footer: the words at the bottom of every page.
        license: the address of a licence that each article links to.
    """

    page: str | None = None
    footer: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """All articles at one moment, and the words of the terms in each language.

    Attributes:
        base: scheme and host, without a final slash.
    """

    base: str
    articles: tuple[Article, ...]
    terms: Mapping[str, str]
    notices: Mapping[str, Notices] = field(default_factory=dict)

    def noticed(self, language: str) -> Notices:
        """Return the words on reuse in *language*, apart from the line below each article."""
        return self.notices.get(language, Notices())

    def url(self, article: Article) -> str:
        """Return the absolute address of an article."""
        return f"{self.base}{self.house(article).root}{article.slug}/"

    @staticmethod
    def house(article: Article) -> House:
        """Return the institute in the language of *article*."""
        return HOUSES[article.language]

    def category_url(self, house: House, category: str) -> str:
        return f"{self.base}{house.root}category/{slug_of(category)}/"

    def tag_url(self, house: House, tag: str) -> str:
        return f"{self.base}{house.root}tag/{slug_of(tag)}/"

    def picture_url(self, article: Article, file: str) -> str:
        """Return the address of a picture of *article*; uploads are filed by month of publication."""
        # As in WordPress by default.
        return f"{self.base}/wp-content/uploads/{article.published:%Y/%m}/{file}"

    def newest(self, language: str) -> list[Article]:
        """Return the articles in *language*, newest first, including protected ones."""
        chosen = [article for article in self.articles if article.language == language]
        # Sort by slug within a day, so that the same articles always give the same bytes.
        return sorted(chosen, key=lambda article: (article.published, article.slug), reverse=True)

    def open_articles(self, language: str) -> list[Article]:
        """Return the articles in *language* that need no password, newest first."""
        return [article for article in self.newest(language) if not article.protected]

    def categories(self, language: str) -> list[str]:
        # Sorted, because a set's order differs between processes, and the pages must have the same bytes.
        return sorted({article.category for article in self.articles if article.language == language})

    def tags(self, language: str) -> list[str]:
        return sorted(_union(article.tags for article in self.articles if article.language == language))

    def translations(self, article: Article) -> list[Article]:
        """Return all articles that are the same work, including *article*, by language."""
        same = [other for other in self.articles if other.work == article.work]
        return sorted(same, key=lambda other: other.language)

    def related(self, article: Article) -> list[Article]:
        """Return the recommendations for *article*: the ones with most in common, then the nearest in time."""

        def nearness(other: Article) -> tuple[int, float]:
            # A shared tag says more than a shared category, because there are few categories.
            shared = 2 * len(set(other.tags) & set(article.tags)) + (other.category == article.category)
            return shared, -abs((other.published - article.published).total_seconds())

        others = [other for other in self.open_articles(article.language) if other.slug != article.slug]
        return sorted(others, key=nearness, reverse=True)[:RELATED]

    def selected(self, language: str) -> list[Article]:
        """Return what every page in *language* recommends: the oldest articles, because they rarely change."""
        return self.open_articles(language)[-3:]


def _union(groups: Iterable[tuple[str, ...]]) -> set[str]:
    return {word for group in groups for word in group}
