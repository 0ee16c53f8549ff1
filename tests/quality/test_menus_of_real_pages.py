"""Pages of real publishers, parsed without what stands in their menus, are otherwise what they are parsed whole."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.exchange import Entity
from ingest.reading import links
from ingest.reading.menus import open_short
from ingest.reading.page import Page, open_page

GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold"
EVERY = 3

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (GOLD / "pages").exists(), reason=f"there are no gold pages in {GOLD}"),
]


def pages() -> Iterator[tuple[Page, Page]]:
    """Yield some pages that have menus, each as it is without them and whole."""
    for folder in sorted((GOLD / "pages").iterdir())[::EVERY]:
        url = json.loads((folder / "gold.json").read_text())["url"] or "http://unknown.example/page"
        entity = Entity(url, gzip.decompress((folder / "page.html.gz").read_bytes()), "text/html")
        short, whole = open_short(entity, url, frozenset()), open_page(entity, url)
        if short is not None and whole is not None and short.menus:
            yield short, whole


def emptied(page: Page, menus: list[tuple[str | None, ...]]) -> None:
    """Take out of *page* what stands in its *menus*, which are known by their links, in order."""
    left = iter(menus)
    wanted = next(left, None)
    for nav in list(page.tree.iter("nav")):
        if nav.find(".//nav") is None and tuple(link.get("href") for link in nav.iter("a")) == wanted:
            nav[:] = []
            nav.text = None
            wanted = next(left, None)


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


def test_a_page_without_its_menus_is_the_same_but_for_them_and_has_all_its_links() -> None:
    seen = 0
    for short, whole in pages():
        assert links.links(short) == links.links(whole)
        emptied(whole, list(short.menus.values()))
        assert shape(short) == shape(whole), short.url
        seen += 1
    assert seen >= 40
