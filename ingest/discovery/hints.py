"""Hints: read what the head of a home page says about the site: feeds, languages, name, generator. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from archive.errors import UrlRefused
from archive.http.charset import charset_of
from archive.http.exchange import Entity
from archive.http.url import read_target
from ingest.markup.tree import parse

# Everything we look for is in the head, and no head is this long.
SIZE_LIMIT = 2 * 1024 * 1024
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_REST = "https://api.w.org/"
_TO_A_LANGUAGE = re.compile(r"(?:https?://[^/?#]+)?/(?P<code>[a-z]{2})(?:[-_][a-z]{2})?/?", re.IGNORECASE)
_COMMENTS = re.compile(r"/comments?/feed|comments", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hints:
    """What a home page says about its site.

    Attributes:
        name: og:site_name, else application-name, else the title, as printed; None if there is none.
        generator: the content of meta generator, or "WordPress" if its folders are linked.
        languages: codes of html lang, hreflang and links to ``/pl/`` that say "PL", lower case, the page's own first;
            regions kept (``pt-br``).
        feeds: the absolute URLs of the feeds; comment feeds last.
        translations: (language, URL) of the home page in other languages.
        rest: the URL of the WordPress REST API, or None.
    """

    name: str | None = None
    generator: str | None = None
    languages: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    translations: tuple[tuple[str, str], ...] = ()
    rest: str | None = None


def read_hints(home: Entity) -> Hints:
    """Read the hints of the home page *home*. Never raises: a page that cannot be parsed gives empty hints."""
    body = home.body[:SIZE_LIMIT]
    # Only the beginning is parsed, but the whole page is used to guess an undeclared charset.
    page = parse(body, charset_of(home.body, home.charset))
    if page is None:
        return Hints()
    links = [link for link in page.iter("link") if link.get("href")]
    translations = _translations(links, home.url)
    own = _code(page.get("lang"))
    # The page's own language comes first: it counts as the language of the site.
    named = (*(code for code, _ in translations), *_languages_in_switch(page, home.url))
    languages = dict.fromkeys([*([own] if own else []), *named])
    return Hints(
        name=_meta(page, "property", "og:site_name") or _meta(page, "name", "application-name") or _title(page),
        generator=_meta(page, "name", "generator") or _generator_by_folders(body),
        languages=tuple(languages),
        feeds=_feeds(links, home.url),
        translations=translations,
        rest=next((_absolute(link.get("href"), home.url) for link in links if _has_relation(link, _REST)), None),
    )


def _meta(page: etree._Element, attribute: str, name: str) -> str | None:
    for element in page.iter("meta"):
        if (element.get(attribute) or "").strip().lower() == name:
            return " ".join((element.get("content") or "").split()) or None
    return None


def _title(page: etree._Element) -> str | None:
    title = next(page.iter("title"), None)
    return None if title is None else " ".join("".join(title.itertext()).split()) or None


def _generator_by_folders(body: bytes) -> str | None:
    return "WordPress" if b"/wp-content/" in body or b"/wp-includes/" in body else None


def _code(language: str | None) -> str | None:
    code = (language or "").strip().lower().replace("_", "-")
    return code if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", code) else None


def _has_relation(link: etree._Element, relation: str) -> bool:
    return relation in (link.get("rel") or "").lower().split()


def _feeds(links: list[etree._Element], base: str) -> tuple[str, ...]:
    """Return the URLs of the feeds that the head announces, feeds of comments last."""
    announced = [
        (bool(_COMMENTS.search(link.get("href") + (link.get("title") or ""))), url)
        for link in links
        if _has_relation(link, "alternate") and (link.get("type") or "").strip().lower() in _FEED_TYPES
        if (url := _absolute(link.get("href"), base))
    ]
    # The sort is stable, so the site's main feed stays first.
    return tuple(dict.fromkeys(url for _, url in sorted(announced, key=lambda pair: pair[0])))


def _translations(links: list[etree._Element], base: str) -> tuple[tuple[str, str], ...]:
    found = [
        (code, url)
        for link in links
        if _has_relation(link, "alternate") and (code := _code(link.get("hreflang")))
        if (url := _absolute(link.get("href"), base))
    ]
    return tuple(dict.fromkeys(found))


def _languages_in_switch(page: etree._Element, base: str) -> tuple[str, ...]:
    """Return the languages in a language switch: links to ``/pl/`` with the text "PL" or the attribute "pl"."""
    found = []
    for link in page.iter("a"):
        leads = _TO_A_LANGUAGE.fullmatch(link.get("href") or "")
        if leads is None:
            continue
        code = leads["code"].lower()
        url = _absolute(link.get("href"), base)
        # A path of two letters may also be a section ("/tv/"), so the link has to name the language. Other sites do not
        # count.
        said = {(link.get("hreflang") or "")[:2], (link.get("lang") or "")[:2], "".join(link.itertext()).strip()}
        if url and urlsplit(url).netloc == urlsplit(base).netloc and code in {one.lower() for one in said}:
            found.append(code)
    return tuple(dict.fromkeys(found))


def _absolute(location: str, base: str) -> str | None:
    try:
        return read_target(location, base).url
    except UrlRefused:
        return None
