"""The head of a page: title, canonical address, Open Graph, and the JSON-LD graph whose author is a login."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ingest.demo.articles import Article
from ingest.demo.house import LOGIN, House
from ingest.demo.markup import excerpt, pictures, text
from ingest.demo.shelf import Shelf
from ingest.demo.theme import stylesheet

_STYLE = stylesheet()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page stands and what it is called in its own head.

    Attributes:
        url: the canonical address.
        previous, following: the pages before and after it in a series, or None.
        indexed: whether search engines are asked to list it.
    """

    url: str
    title: str
    previous: str | None = None
    following: str | None = None
    indexed: bool = True


def head(shelf: Shelf, house: House, address: Address, article: Article | None = None) -> str:
    """Return the head element of the page at *address*; with *article*, that of an article's page."""
    robots = "index, follow, max-image-preview:large" if address.indexed else "noindex, follow"
    title = text(f"{address.title} - {house.name}")
    series = "".join(
        f'<link rel="{relation}" href="{target}" />\n'
        for relation, target in (("prev", address.previous), ("next", address.following))
        if target
    )
    canonical = f'<link rel="canonical" href="{address.url}" />\n' if address.indexed else ""
    return (
        '<head>\n<meta charset="UTF-8" />\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
        f'<meta name="robots" content="{robots}" />\n<title>{title}</title>\n{canonical}{series}'
        f"{_alternates(shelf, article)}{_open_graph(shelf, house, address, article)}"
        '<script type="application/ld+json" class="yoast-schema-graph">'
        f"{_json(_graph(shelf, house, address, article))}</script>\n{_feeds(shelf, house)}"
        f'<link rel="icon" href="{shelf.base}/wp-content/uploads/lantern-icon.png" sizes="32x32" />\n'
        '<meta name="generator" content="WordPress 6.4" />\n<style id="lantern-inline-css">'
        f"{_STYLE}</style>\n</head>"
    )


def _alternates(shelf: Shelf, article: Article | None) -> str:
    same = shelf.translations(article) if article else []
    if len(same) < 2:
        return ""
    return "".join(
        f'<link rel="alternate" hreflang="{other.language}" href="{shelf.url(other)}" />\n' for other in same
    )


def _feeds(shelf: Shelf, house: House) -> str:
    title = text(f"{house.name} » {house.labels['feed']}")
    href = f"{shelf.base}{house.root}feed/"
    return f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{href}" />\n'


def _open_graph(shelf: Shelf, house: House, address: Address, article: Article | None) -> str:
    properties = [
        ("og:locale", house.locale),
        ("og:type", "article" if article else "website"),
        ("og:title", f"{address.title} - {house.name}"),
        ("og:url", address.url),
        ("og:site_name", house.name),
    ]
    named = [("twitter:card", "summary_large_image")]
    if article and not article.protected:
        properties += [
            ("og:description", excerpt(article)),
            ("article:published_time", article.published.isoformat()),
            ("article:modified_time", article.modified.isoformat()),
        ]
        properties += [("og:image", image) for image in _images(shelf, article)]
        named += [("description", excerpt(article)), ("author", LOGIN)]
    return "".join(f'<meta property="{key}" content="{text(value)}" />\n' for key, value in properties) + "".join(
        f'<meta name="{key}" content="{text(value)}" />\n' for key, value in named
    )


def _images(shelf: Shelf, article: Article) -> list[str]:
    return [shelf.picture_url(article, block.lines[0]) for block in pictures(article)]


def _graph(shelf: Shelf, house: House, address: Address, article: Article | None) -> list[dict[str, object]]:
    home = f"{shelf.base}{house.root}"
    organisation = f"{shelf.base}/#organization"
    page: dict[str, object] = {
        "@type": "WebPage" if article else "CollectionPage",
        "@id": address.url,
        "url": address.url,
        "name": f"{address.title} - {house.name}",
        "isPartOf": {"@id": f"{home}#website"},
        "inLanguage": house.locale.replace("_", "-"),
    }
    site: dict[str, object] = {
        "@type": "WebSite",
        "@id": f"{home}#website",
        "url": home,
        "name": house.name,
        "description": house.motto,
        "publisher": {"@id": organisation},
    }
    institute: dict[str, object] = {
        "@type": "Organization",
        "@id": organisation,
        "name": house.name,
        "url": home,
    }
    shown = article if article and not article.protected else None
    return [*(_article_nodes(shelf, house, address, shown) if shown else []), page, site, institute]


def _article_nodes(shelf: Shelf, house: House, address: Address, article: Article) -> list[dict[str, object]]:
    person = f"{shelf.base}/#/schema/person/{LOGIN}"
    return [
        {
            "@type": "Article",
            "@id": f"{address.url}#article",
            "isPartOf": {"@id": address.url},
            "author": {"name": LOGIN, "@id": person},
            "headline": article.title,
            "datePublished": article.published.isoformat(),
            "dateModified": article.modified.isoformat(),
            "mainEntityOfPage": {"@id": address.url},
            "publisher": {"@id": f"{shelf.base}/#organization"},
            "image": _images(shelf, article),
            "keywords": list(article.tags),
            "articleSection": [article.category],
            "inLanguage": house.locale.replace("_", "-"),
        },
        {"@type": "Person", "@id": person, "name": LOGIN},
    ]


def _json(graph: list[dict[str, object]]) -> str:
    written = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    # Escaped, so that no character of a title can end the script element.
    return written.replace("&", "\\u0026").replace("<", "\\u003C")
