"""Links: where a page points, its canonical address and its translations."""

from __future__ import annotations

from typing import Any

from db.identity import is_front_page
from ingest.reading.hrefs import rooted
from ingest.reading.page import Page


def links(page: Page) -> tuple[str, ...]:
    """Return the absolute http(s) URLs that *page* links to, without fragment, in document order, each
    once.
    """
    found: dict[str, None] = {}
    origin = page.origin
    for href in dict.fromkeys(_hrefs(page)):
        # Most are known from other pages: what `Page.absolute` asks first is asked here without a call.
        if href and (url := rooted(origin, href) or page.absolute(href)):
            found[url] = None
    return tuple(found)


def _hrefs(page: Page) -> list[str | None]:
    """Return what every link and area says of where it leads, in document order."""
    if page.menus:
        found: list[str | None] = []
        for element in page.tree.iter("a", "area", "nav"):
            if element in page.menus:
                found += page.menus[element]
            elif element.tag != "nav":
                found.append(element.get("href"))
        return found
    first = next(page.tree.iter("a", "area"), None)
    known = page.links  # others ask for those of the body
    alone = known and first is known[0][0] and page.body.getnext() is None
    if alone and next(page.tree.iter("area"), None) is None:
        return [href for _, href in known]
    return [element.get("href") for element in page.tree.iter("a", "area")]


def _rel(page: Page, word: str) -> list[Any]:
    return [element for element, rel in page.relations if word in rel.split()]


def canonical(page: Page) -> str | None:
    """Return the first ``rel=canonical`` (RFC 6596), resolved, or None."""
    return next((url for e in _rel(page, "canonical") if (url := page.absolute(e.get("href")))), None)


def translations(page: Page) -> tuple[tuple[str, str], ...]:
    """Return (language, URL) of each ``rel=alternate hreflang`` that is another page than this, ``x-default`` left out.

    So is the front page of another language, which many sites name on all their pages: no article is translated there.
    """
    here = {page.url.rstrip("/"), (canonical(page) or page.url).rstrip("/")}
    found: dict[tuple[str, str], None] = {}
    for element in _rel(page, "alternate"):
        language, url = (element.get("hreflang") or "").strip(), page.absolute(element.get("href"))
        if not language or language.lower() == "x-default" or not url or url.rstrip("/") in here:
            continue
        languages = (language.lower(), language.lower().partition("-")[0])
        if not is_front_page(url, languages) or is_front_page(page.url, languages):
            found.setdefault((language, url))
    return tuple(found)
