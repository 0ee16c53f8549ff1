"""Hrefs: resolve a page's links to absolute addresses, and tell which lead to the page of an author."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from ingest.reading.vocabulary import pattern, word_set

_DOTTED = re.compile(r"/\.{1,2}(?:/|$)|[\s\\\\]")
_HOSTED = re.compile(r"https?://[^/?#@\[\]:]+(?::\d+)?(?:[/?]|$)")
_OF_PEOPLE = word_set("byline.author_folders")
# Some systems put the word into the last part of the address: "/news/autor-anna-fox-100.html".
_AUTHOR_PAGE = re.compile(
    rf"/(?:{'|'.join(sorted(_OF_PEOPLE))})/[^/?#]+/?(?:[?#]|$)|[?&]author=|"
    rf"/{pattern('byline.author_classes')}-[^/?#]+-[^/?#]+(?:[?#]|$)"
)

_TOPIC_PAGE = re.compile(
    rf"/(?:tags?|topics?|categor(?:y|ies)|{pattern('metadata.topic_classes')}|regions?|countr(?:y|ies)|search)/", re.I
)


class Rooted(dict[str, str | None]):
    """Where hrefs lead, as absolute URLs, if that depends only on the origin of their page; None for the others.

    Each href is resolved once, because a site prints the same links on every page.
    """

    MOST, LONGEST = 8192, 1000

    def __init__(self, origin: str) -> None:
        """Resolve hrefs on pages of *origin*."""
        super().__init__()
        self._origin = origin

    def __missing__(self, href: str) -> str | None:
        if len(self) >= self.MOST:
            self.clear()
        url = _rooted(self._origin, href)
        if len(href) <= self.LONGEST:
            self[href] = url
        return url


rooted = lru_cache(maxsize=16)(Rooted)


def _rooted(origin: str, href: str) -> str | None:
    bare = href.strip().split("#", 1)[0]
    # What needs normalising is left to the parser (RFC 3986, section 5.2.4); few links need it.
    if ("/." in bare or not bare.isprintable() or " " in bare or "\\" in bare) and _DOTTED.search(bare):
        return None
    if bare.startswith(("https://", "http://")) and _HOSTED.match(bare):
        return bare
    if bare.startswith("/") and not bare.startswith("//") and origin.startswith("http"):
        return origin + bare
    return None


@lru_cache(maxsize=8192)
def resolved(base: str, href: str) -> str | None:
    """Return *href* as an absolute http(s) URL without fragment, resolved against *base*, or None if it is not one."""
    if not href or href.startswith(("mailto:", "javascript:", "tel:", "data:")):
        return None
    try:
        # Browsers treat a backslash as a slash, except in a query (WHATWG URL, 4.4).
        place, mark, query = href.partition("?") if "\\" in href else (href, "", "")
        joined = urldefrag(urljoin(base, place.replace("\\", "/") + mark + query)).url
        parts = urlsplit(joined)
        able = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return joined if able else None


def based(url: str, stated: str) -> str:
    """Return the base for the links of the page at *url*: what it has *stated*, resolved, else *url*."""
    try:
        return urljoin(url, stated.strip())
    except ValueError:
        return url


@lru_cache(maxsize=8192)
def host_of(url: str) -> str | None:
    """Return the host of *url* without ``www.``, "" if it has none, or None if it is not a URL."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return None


def bare(url: str) -> str:
    """Return *url* in lower case, without query, fragment and final slash, only for comparison."""
    # Too coarse for an identifier, which keeps the query. Here, two spellings of one page must be equal.
    return url.split("#")[0].split("?")[0].rstrip("/").lower()


def of_author(href: str | None) -> bool:
    """Return whether *href* leads to the page of one author."""
    if not href:
        return False
    href = href.lower()
    able = not _OF_PEOPLE.isdisjoint(href.split("/")) or "author=" in href or "/aut" in href
    return able and _AUTHOR_PAGE.search(href) is not None


def leads_to_topic(link: Any) -> bool:
    """Return whether *link* leads to the page of a topic or a category."""
    return _TOPIC_PAGE.search(link.get("href") or "") is not None or "tag" in (link.get("rel") or "")
