"""Parts: a text that its publisher spread over several pages, and how they are joined again."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ingest.reading.page import Page, visible
from ingest.reading.zones import Zones, marks, says

_BLOCK = re.compile(
    r"(?:^|[\s_-])(?:page-?links|post-?page-?numbers|link-?pages|wp-?link-?pages|post-nav-links|"
    r"multipage|article-?pagination|page-link)(?:$|[\s_-])",
    re.I,
)
_LABEL = re.compile(
    r"^\s*(?:pages?|strony|strona|seiten?|páginas?|pagine|pagina'?s?|stránky|сторінки|страницы)\s*:", re.I
)
MOST = 60


def number(url: str) -> int:
    """Return which part of a text *url* is by its form (``/slug/2/``, ``?page=2``); 1 where it names none."""
    parts = urlsplit(url)
    if match := re.search(r"/([1-9]\d?)/?$", parts.path):
        before = parts.path[: match.start()]
        if before.strip("/") and not re.search(r"/page$|/\d{4}(?:/\d{1,2})?$", before):
            return int(match[1])
    query = parse_qs(parts.query).get("page", [""])[0]
    return int(query) if query.isdigit() and int(query) < 100 else 1


def _stem(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    path = re.sub(r"/[1-9]\d?/?$", "", parts.path) if number(url) > 1 else parts.path
    identity = parse_qs(parts.query)
    return (parts.hostname or "").removeprefix("www.") + path.rstrip("/"), (
        identity.get("p") or identity.get("page_id") or [""]
    )[0]


def find(page: Page, zones: Zones) -> tuple[tuple[str, ...], bool]:
    """Return the URLs of parts 2..n where this is part 1, and whether it is a later part itself.

    Only links to the same address with a part's number count, in a block of page links or beside a label
    for pages;
    lists of posts that go on elsewhere are no parts.
    """
    linked: dict[int, str] = {}
    for block in page.body.iter("p", "div", "nav", "span", "ul"):
        if zones.headline is None or not is_block(block, zones.marks[block]) or len(block) > MOST:
            continue
        for link in block.iter("a"):
            url = page.absolute(link.get("href"))
            if url and _stem(url) == _stem(page.url):
                linked.setdefault(number(url), url)
    mine = number(page.url)
    if mine > 1:
        return (), 1 in linked or bool(linked)
    follow = sorted(n for n in linked if n > 1)
    return tuple(linked[n] for n in follow), False


def is_block(block: Any, said: str | None = None) -> bool:
    """Say whether *block* holds the links to the parts of a text: by its class, or by a label before them.

    Args:
        said: what its class names say, where that is known.
    """
    if says(_BLOCK, marks(block) if said is None else said):
        return True
    before = block.text
    return bool(before and ":" in before and _LABEL.match(before)) and len(visible(block)) < 300
