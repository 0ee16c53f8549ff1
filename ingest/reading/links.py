"""Links: where a page points, its canonical address and its translations."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from db.identity import is_front_page
from ingest.reading.hrefs import resolved, rooted
from ingest.reading.page import Page

_LEADING = frozenset({"a", "area", "nav"})


def links(page: Page) -> tuple[str, ...]:
    """Return the absolute http(s) URLs that *page* links to, without fragment, in document order, each
    once.
    """
    if not page.menus:
        return tuple(_resolved(page.origin, page.base, _hrefs(page)))
    menus, origin, base = page.menus, page.origin, page.base
    held = zip(page.elements, page.tags, strict=True)
    said = [menus.get(e) if tag == "nav" else e.get("href") for e, tag in held if tag in _LEADING]
    found: dict[str, None] = {}
    for one in dict.fromkeys(said):
        if isinstance(one, tuple):
            found.update(_of_menu(origin, base, one))
        elif one and (url := rooted(origin, one) or resolved(base, one.strip())):
            found[url] = None
    return tuple(found)


def _resolved(origin: str, base: str, hrefs: Iterable[str | None]) -> dict[str, None]:
    found: dict[str, None] = {}
    for href in dict.fromkeys(hrefs):
        # Most are known from other pages, and need no parser: a site prints the same menus on all of them.
        if href and (url := rooted(origin, href) or resolved(base, href.strip())):
            found[url] = None
    return found


_of_menu = lru_cache(maxsize=256)(_resolved)


def _hrefs(page: Page) -> list[str | None]:
    """Return what every link and area says of where it leads, in document order."""
    if "area" in page.tagged:  # elements of two tags are not listed together
        return [element.get("href") for element in page.tree.iter("a", "area")]
    known, everywhere = page.links, page.tagged.get("a", ())  # others ask for those of the body
    return [href for _, href in known] if len(known) == len(everywhere) else [a.get("href") for a in everywhere]


def _rel(page: Page, word: str) -> list[Any]:
    return [element for element, rel in page.relations if word in rel and word in rel.split()]


def canonical(page: Page) -> str | None:
    """Return the first ``rel=canonical`` (RFC 6596), resolved, or None."""
    return next((url for e in _rel(page, "canonical") if (url := page.absolute(e.get("href")))), None)


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
        if not language or (lowered := language.lower()) == "x-default":
            continue
        url = page.absolute(element.get("href"))
        if not url or url.rstrip("/") in here:
            continue
        languages = (lowered, lowered.partition("-")[0])
        if not is_front_page(url, languages) or is_front_page(page.url, languages):
            found.setdefault((language, url))
    return tuple(found)
