"""Links: where a page points, its canonical address and its translations."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from db.identity import is_front_page
from ingest.reading.hrefs import resolved, rooted
from ingest.reading.page import Page


def links(page: Page) -> tuple[str, ...]:
    """Return the absolute http(s) URLs that *page* links to, without fragment, in document order, each
    once.
    """
    leading, origin, base = _leading(page), page.origin, page.base
    found: dict[str, None] = {}
    done, order = 0, page.order
    for menu, hrefs in page.menus.items():
        place = bisect_left(leading, order[menu], lo=done, key=lambda pair: order[pair[0]])
        found.update(_resolved(origin, base, [href for _, href in leading[done:place]]))
        found.update(_of_menu(origin, base, hrefs))
        done = place
    found.update(_resolved(origin, base, [href for _, href in leading[done:]]))
    return tuple(found)


def _resolved(origin: str, base: str, hrefs: Iterable[str | None]) -> dict[str, None]:
    found: dict[str, None] = {}
    for href in dict.fromkeys(hrefs):
        # Most are known from other pages, and need no parser: a site prints the same menus on all of them.
        if href and (url := rooted(origin, href) or resolved(base, href.strip())):
            found[url] = None
    return found


_of_menu = lru_cache(maxsize=256)(_resolved)


def _leading(page: Page) -> Sequence[tuple[Any, str | None]]:
    """Return every link and area, with what it says of where it leads, in document order."""
    if "area" in page.tagged:  # elements of two tags are not listed together
        return [(element, element.get("href")) for element in page.tree.iter("a", "area")]
    known, everywhere = page.links, page.tagged.get("a", ())  # others ask for those of the body
    return known if len(known) == len(everywhere) else [(a, a.get("href")) for a in everywhere]


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
