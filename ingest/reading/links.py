"""Links: where a page points, its canonical address, its translations, and where it sends whoever opens it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import Any

from archive.errors import UrlRefused
from archive.http.session_id import without_session
from archive.http.url import read_target
from db.identity import is_front_page
from ingest.reading.page.hrefs import resolved, rooted
from ingest.reading.page.page import Page
from ingest.reading.requisites import stated_base
from ingest.reading.text.fragments import MENU

_LEADING = frozenset({"a", "area"})
_FILES = frozenset({"application/pdf", "application/epub+zip"})
_REFRESH = re.compile(r"""<meta\b(?=[^<>]{0,400}\bhttp-equiv\s*=\s*["']?refresh\b)[^<>]{0,2000}>""", re.I)
_CONTENT = re.compile(r"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.I)
_SENDS = re.compile(r"""\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.I)
_HEAD = 20_000
# A page that waits for longer is meant to be read.
_SOON = 10
# What a browser shows in the place of a page, and what takes a reader on, without being a link.
_SHOWN = re.compile(r"""<i?frame\b[^<>]{0,2000}?\ssrc\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.I)
# Values of other menus are numbers and codes: an address begins with a stroke, or has the ending of a page.
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
"""So many addresses that are in no link are taken from one page."""


def links(page: Page) -> tuple[str, ...]:
    """Return the absolute http(s) URLs that *page* links to, without fragment, in document order, each
    once.
    """
    if not page.left_out:
        return tuple(_resolved(page, [href for _, href in _leading(page)]) | _of_head(page))
    found, said = dict[str, None](), list[str | None]()
    for element in page.tree.iter("a", "area", *{one.tag for one in page.left_out}):
        inner = page.left_out.get(element)
        if inner is None:
            said += (element.get("href"),) if element.tag in _LEADING else ()
        elif len(inner) < MENU.fewest:
            said += inner
        else:
            found |= _resolved(page, said) | (_of_menu(page.origin, inner) or _resolved(page, inner))
            said.clear()
    return tuple(found | _resolved(page, said) | _of_head(page))


def _of_head(page: Page) -> dict[str, None]:
    """Return where a page says that it goes on, and its text as a file: some say it in no link of the body."""
    named = [e for word in ("next", "prev") for e in _rel(page, word)]
    files = [e for e in _rel(page, "alternate") if (e.get("type") or "").strip().lower() in _FILES]
    return _resolved(page, [element.get("href") for element in (*named, *files)])


def _resolved(page: Page, said: Iterable[str | None]) -> dict[str, None]:
    hrefs = [href for href in dict.fromkeys(said) if href]
    # Most are known from other pages, and need no parser: a site prints the same menus on all of them.
    urls = list(map(page.rooted.__getitem__, hrefs))
    place = -1
    for _ in range(urls.count(None)):
        place = urls.index(None, place + 1)
        urls[place] = resolved(page.base, hrefs[place].strip())
    return dict.fromkeys(filter(None, urls))


@lru_cache(maxsize=256)
def _of_menu(origin: str, hrefs: tuple[str | None, ...]) -> dict[str, None] | None:
    """Return where the links of a menu lead from any page of its site; None if that hangs on the page."""
    known = rooted(origin)
    urls = [known[href] for href in hrefs if href]
    return None if None in urls else dict.fromkeys(filter(None, urls))


def _leading(page: Page) -> Sequence[tuple[Any, str | None]]:
    """Return every link and area, with what it says of where it leads, in document order."""
    if "area" in page.tagged:  # elements of two tags are not listed together
        return [(element, element.get("href")) for element in page.tree.iter("a", "area")]
    known, everywhere = page.links, page.tagged.get("a", ())  # others ask for those of the body
    return known if len(known) == len(everywhere) else [(a, a.get("href")) for a in everywhere]


def _rel(page: Page, word: str) -> list[Any]:
    return [element for element, rel in page.relations if word in rel and word in rel.split()]


def canonical(page: Page) -> str | None:
    """Return the first ``rel=canonical`` (RFC 6596), resolved, or None; without the session id of the visit."""
    stated = next((url for e in _rel(page, "canonical") if (url := page.absolute(e.get("href")))), None)
    return stated and without_session(stated)


def translations(page: Page, stated: str | None) -> tuple[tuple[str, str], ...]:
    """Return (language, URL) of each ``rel=alternate hreflang`` that is another page than this, ``x-default`` left out.

    So is the front page of another language, which many sites name on all their pages: no article is translated there.

    Args:
        stated: the canonical address of the page.
    """
    here = {page.url.rstrip("/"), (stated or page.url).rstrip("/")}
    found: dict[tuple[str, str], None] = {}
    for element in _rel(page, "alternate"):
        language = (element.get("hreflang") or "").strip()
        # The page for readers of no language that is listed; it is one of the others again.
        if not language or (lowered := language.lower()) == "x-default":
            continue
        url = page.absolute(element.get("href"))
        if not url or url.rstrip("/") in here:
            continue
        languages = (lowered, lowered.partition("-")[0])
        if not is_front_page(url, languages) or is_front_page(page.url, languages):
            found.setdefault((language, url))
    return tuple(found)


# Asked of a page that has nothing else to say, as static sites have where they cannot redirect.
def sent_on(text: str, url: str) -> str | None:
    """Return the address to which the page *text* at *url* sends at once by ``<meta http-equiv="refresh">``; None where
    it sends nowhere, or to itself.
    """
    meta = _REFRESH.search(text, 0, _HEAD)
    content = _CONTENT.search(meta[0]) if meta is not None else None
    said = _SENDS.match(unescape(next(filter(None, content.groups()), ""))) if content is not None else None
    if said is None or int(said[1]) > _SOON:
        return None
    try:
        target = read_target(said[2].strip(), url).url
    except UrlRefused:
        return None
    return target if target != url else None


# Asked of pages that are no article: those of frames, with menus to choose from, with cards that are clicked.
def besides_links(text: str, url: str) -> tuple[str, ...]:
    """Return where the page *text* at *url* leads otherwise than by links, absolute, each once: frames, menus whose
    choices are addresses, and what goes elsewhere when it is clicked.
    """
    lowered = text.lower()
    said = (one for marks, way in _WAYS if any(mark in lowered for mark in marks) for one in way.finditer(text))
    base = stated_base(text, url)
    found = (resolved(base, unescape(next(filter(None, one.groups()), "")).strip()) for one in islice(said, _MOST))
    return tuple(one for one in dict.fromkeys(found) if one and one != url)
