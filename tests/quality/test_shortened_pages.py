"""Pages of real publishers parsed without their menus otherwise equal the fully parsed pages."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.http.exchange import Entity
from ingest.reading import links
from ingest.reading.layout.shortened import open_short
from ingest.reading.page.page import Page, open_page

GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold"
EVERY = 3

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (GOLD / "pages").exists(), reason=f"there are no gold pages in {GOLD}"),
]


def pages() -> Iterator[tuple[Page, Page]]:
    """Yield some pages with menus, each without them and complete."""
    for folder in sorted((GOLD / "pages").iterdir())[::EVERY]:
        url = json.loads((folder / "gold.json").read_text())["url"] or "http://unknown.example/page"
        entity = Entity(url, gzip.decompress((folder / "page.html.gz").read_bytes()), "text/html")
        short, whole = open_short(entity, url, frozenset()), open_page(entity, url)
        if short is not None and whole is not None and short.left_out:
            yield short, whole


def led(element: Any) -> list[str | None]:
    return [link.get("href") for link in element.iter("a")]


def emptied(page: Page, short: Page) -> None:
    """Remove from *page* what *short* leaves out, identified by its place and its links."""
    left = iter(short.left_out.items())
    wanted = next(left, None)
    for element in list(page.tree.iter("nav")):
        hrefs = led(element)
        if wanted is None or element.sourceline != wanted[0].sourceline or not hrefs or hrefs != list(wanted[1]):
            continue
        element[:] = []
        element.text = None
        wanted = next(left, None)
    assert wanted is None


def shape(page: Page) -> list[tuple[Any, ...]]:
    return [
        (
            element.tag,
            {name: said for name, said in element.items() if name != "data-left-out"},
            (element.text or "").strip() if element.tag == "nav" else element.text,
            element.tail,
            element.sourceline,
        )
        for element in page.tree.iter()
    ]


def test_a_page_shortened_by_its_menus_is_otherwise_the_same() -> None:
    seen = 0
    for short, whole in pages():
        assert links.links(short) == links.links(whole)
        emptied(whole, short)
        assert shape(short) == shape(whole), short.url
        seen += len(short.left_out)
    assert seen >= 40
