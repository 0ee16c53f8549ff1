"""Links: where a page points, its canonical address, its translations, and where it redirects its visitors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Any

from archive.errors import UrlRefused
from archive.evidence.character_references import decode_references
from archive.http.session_id import without_session
from archive.http.url import read_target
from db.identity import is_front_page
from ingest.reading.page.hrefs import resolved, rooted
from ingest.reading.page.page import Page

_FILES = frozenset({"application/pdf", "application/epub+zip"})
_REFRESH = re.compile(r"""<meta\b(?=[^<>]{0,400}\bhttp-equiv\s*=\s*["']?refresh\b)[^<>]{0,2000}>""", re.I)
_CONTENT = re.compile(r"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.I)
_SENDS = re.compile(r"""\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.I)
_HEAD = 20_000
# A page that waits longer than this, in seconds, is meant to be read.
_SOON = 10
# Frames: a browser shows them as the page, though they are not links.
_SHOWN = re.compile(r"""<i?frame\b[^<>]{0,2000}?\ssrc\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.I)
# The values of other menus are numbers and codes. An address begins with a slash or ends like a page.
_CHOSEN = re.compile(
    r"""<option\b[^<>]{0,400}?\svalue\s*=\s*["']?"""
    r"""((?:https?://|\.{0,2}/|\?)[^\s"'<>]+|[\w./-]{1,200}\.(?:html?|php|aspx?)\b[^\s"'<>]*)""",
    re.I,
)
_CLICKED = re.compile(
    r"""\sonclick\s*=\s*["'][^<>]{0,200}?\blocation(?:\.href)?\s*=\s*(?:["']|&quot;|&\#0?39;)([^"'\s<>&]+)""", re.I
)
_HELD = re.compile(r"""\sdata-(?:href|link)\s*=\s*["']([^"'\s<>]+)""", re.I)
_WAYS = (
    (("<frame", "<iframe"), _SHOWN),
    (("<option",), _CHOSEN),
    (("onclick",), _CLICKED),
    (("data-href", "data-link"), _HELD),
)
_MOST = 500
"""At most this many addresses outside links are taken from one page."""


def links(page: Page) -> tuple[str, ...]:
    """Return the absolute http(s) URLs that *page* links to, without fragments, in document order, each once."""
    found, said = dict[str, None](), list[str | None]()
    for element in page.tree.iter("a", "area", "nav"):
        inner = page.left_out.get(element)
        if inner is not None:
            found |= _resolved(page, said) | (_of_menu(page.origin, inner) or _resolved(page, inner))
            said.clear()
        elif element.tag != "nav":
            said.append(element.get("href"))
    return tuple(found | _resolved(page, said) | _of_head(page))


def _of_head(page: Page) -> dict[str, None]:
    """Return the next page, the previous page and the files that the head names. The body may not link to them."""
    named = [e for word in ("next", "prev") for e in _rel(page, word)]
    files = [e for e in _rel(page, "alternate") if (e.get("type") or "").strip().lower() in _FILES]
    return _resolved(page, [element.get("href") for element in (*named, *files)])


def _resolved(page: Page, said: Iterable[str | None]) -> dict[str, None]:
    return dict.fromkeys(filter(None, map(page.absolute, dict.fromkeys(said))))


@lru_cache(maxsize=256)
def _of_menu(origin: str, hrefs: tuple[str | None, ...]) -> dict[str, None] | None:
    """Return where the links of a menu lead from any page of its site; None if that depends on the page."""
    known = rooted(origin)
    urls = [known[href] for href in hrefs if href]
    return None if None in urls else dict.fromkeys(filter(None, urls))


def _rel(page: Page, word: str) -> list[Any]:
    return [element for element, rel in page.relations if word in rel and word in rel.split()]


def canonical(page: Page) -> str | None:
    """Return the first ``rel=canonical`` (RFC 6596), resolved and without the visit's session id, or None."""
    stated = next((url for e in _rel(page, "canonical") if (url := page.absolute(e.get("href")))), None)
    return stated and without_session(stated)


def translations(page: Page, stated: str | None) -> tuple[tuple[str, str], ...]:
    """Return (language, URL) of each ``rel=alternate hreflang`` that is another page than this one.

    ``x-default`` is left out. So is the front page of another language, which many sites name on every page: it is not
    a translation of the article.
    Args:
        stated: the canonical address of the page.
    """
    here = {page.url.rstrip("/"), (stated or page.url).rstrip("/")}
    found: dict[tuple[str, str], None] = {}
    for element in _rel(page, "alternate"):
        language = (element.get("hreflang") or "").strip()
        # The page for visitors of any other language; it is listed again under its own language.
        if not language or (lowered := language.lower()) == "x-default":
            continue
        url = page.absolute(element.get("href"))
        if not url or url.rstrip("/") in here:
            continue
        languages = (lowered, lowered.partition("-")[0])
        if not is_front_page(url, languages) or is_front_page(page.url, languages):
            found.setdefault((language, url))
    return tuple(found)


# Used for pages that hold nothing else: static sites redirect like this.
def sent_on(text: str, url: str) -> str | None:
    """Return the address to which the page *text* at *url* redirects at once with ``<meta http-equiv="refresh">``.

    None if it redirects nowhere or to itself.
    """
    meta = _REFRESH.search(text, 0, _HEAD)
    content = _CONTENT.search(meta[0]) if meta is not None else None
    said = _SENDS.match(decode_references(next(filter(None, content.groups()), ""))) if content is not None else None
    if said is None or int(said[1]) > _SOON:
        return None
    try:
        target = read_target(said[2].strip(), url).url
    except UrlRefused:
        return None
    return target if target != url else None


# Used for pages that are not articles: frame sets, pages with menus to choose from, pages with clickable cards.
def besides_links(text: str, url: str, base: str) -> tuple[str, ...]:
    """Return where the page *text* at *url* leads other than by links, resolved against *base*, each once.

    These are frames, menus whose choices are addresses, and elements that lead elsewhere when they are clicked.
    """
    lowered = text.lower()
    said = (one for marks, way in _WAYS if any(mark in lowered for mark in marks) for one in way.finditer(text))
    found = (
        resolved(base, decode_references(next(filter(None, one.groups()), "")).strip()) for one in islice(said, _MOST)
    )
    return tuple(one for one in dict.fromkeys(found) if one and one != url)
