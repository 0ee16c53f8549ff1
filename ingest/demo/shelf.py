"""The shelf: what the institute offers at one moment, where each thing stands, and what stands near it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.demo.articles import Article
from ingest.demo.house import HOUSES, House

RELATED = 3


def slug_of(words: str) -> str:
    """Return *words* as a step of an address: lower case, unaccented, hyphenated (``energy-security``)."""
    plain = unicodedata.normalize("NFKD", words.lower().replace("ł", "l"))
    kept = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return "-".join(kept.split())


@dataclass(frozen=True, slots=True)
class Notices:
    """What is printed of reuse in one language beside the line below each article.

    Attributes:
        page: the words on the terms page; None: those below the articles.
        footer: the words at the foot of every page.
        license: the address of a licence that each article links to.
    """

    page: str | None = None
    footer: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """All articles at one moment, and the words of the terms in each language.

    Attributes:
        base: scheme and host, without a slash at the end.
    """

    base: str
    articles: tuple[Article, ...]
    terms: Mapping[str, str]
    notices: Mapping[str, Notices] = field(default_factory=dict)

    def noticed(self, language: str) -> Notices:
        """Return what is printed of reuse in *language* beside the line below each article."""
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
        """Return where a picture of *article* lies: uploads are filed by the month of publication."""
        return f"{self.base}/wp-content/uploads/{article.published:%Y/%m}/{file}"

    def newest(self, language: str) -> list[Article]:
        """Return the articles in *language*, newest first, the protected ones among them."""
        chosen = [article for article in self.articles if article.language == language]
        return sorted(chosen, key=lambda article: (article.published, article.slug), reverse=True)

    def open_articles(self, language: str) -> list[Article]:
        """Return the articles in *language* that ask for no password, newest first."""
        return [article for article in self.newest(language) if not article.protected]

    def categories(self, language: str) -> list[str]:
        return sorted({article.category for article in self.articles if article.language == language})

    def tags(self, language: str) -> list[str]:
        return sorted(_union(article.tags for article in self.articles if article.language == language))

    def translations(self, article: Article) -> list[Article]:
        """Return all articles that are the same work, *article* among them, by language."""
        same = [other for other in self.articles if other.work == article.work]
        return sorted(same, key=lambda other: other.language)

    def related(self, article: Article) -> list[Article]:
        """Return what to recommend beside *article*: what shares most with it, then the nearest in time."""

        def nearness(other: Article) -> tuple[int, float]:
            shared = 2 * len(set(other.tags) & set(article.tags)) + (other.category == article.category)
            return shared, -abs((other.published - article.published).total_seconds())

        others = [other for other in self.open_articles(article.language) if other.slug != article.slug]
        return sorted(others, key=nearness, reverse=True)[:RELATED]

    def selected(self, language: str) -> list[Article]:
        """Return what every page in *language* recommends: the oldest articles, so that it seldom changes."""
        return self.open_articles(language)[-3:]


def _union(groups: Iterable[tuple[str, ...]]) -> set[str]:
    return {word for group in groups for word in group}
