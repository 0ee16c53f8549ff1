"""Pages that lost their blocks, headings, end tags or order are read like any page: nothing stops the reader."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.http.exchange import Entity
from db.model.item import Context
from ingest.reading.reader import read

if TYPE_CHECKING:
    from tests.quality.own.conftest import OwnPage

GOLD = Path(__file__).resolve().parents[4] / "shared" / "gold"
EVERY = 4


def _without(*tags: str) -> Callable[[bytes], bytes]:
    tag = re.compile(rf"</?(?:{'|'.join(tags)})\b[^<>]*>".encode(), re.IGNORECASE)
    return lambda body: tag.sub(b"", body)


def _shuffled(body: bytes) -> bytes:
    parts = re.split(rb"(?=<)", body)
    random.Random(len(body)).shuffle(parts)  # noqa: S311 - only for pages, the same each time
    return b"".join(parts)


DAMAGES: tuple[Callable[[bytes], bytes], ...] = (
    _without("div", "p", "section", "article", "main", "header", "footer", "aside", "figure"),
    _without("ul", "ol", "li", "table", "tr", "td", "dl", "dt", "dd"),
    _without("html", "head", "body"),
    _without("h[1-6]", "title"),
    lambda body: body[: len(body) // 2],
    lambda body: body[body.lower().find(b"<body") :],
    lambda body: re.sub(rb"</[a-z0-9]+>", b"", body),
    lambda body: re.sub(rb'="[^"<>]*"', b'=""', body),
    lambda body: re.sub(rb"<(/?)(?:div|p|section|li|td)\b", rb"<\1span", body),
    _shuffled,
)


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_own_pages_never_stop_the_reader(own_pages: list[OwnPage], damage: Callable[[bytes], bytes]) -> None:
    for page in own_pages[::EVERY]:
        read(Entity(page.url, damage(page.body), "text/html"), Context(page.url))


@pytest.mark.real
@pytest.mark.skipif(not (GOLD / "pages").exists(), reason=f"there are no gold pages in {GOLD}")
def test_damaged_pages_of_real_publishers_never_stop_the_reader() -> None:
    folders = sorted([*(GOLD / "pages").iterdir(), *(GOLD / "more" / "pages").iterdir()])
    assert folders
    for number, folder in enumerate(folders[::EVERY]):
        url = json.loads((folder / "gold.json").read_text()).get("url") or "http://unknown.example/page"
        body = gzip.decompress((folder / "page.html.gz").read_bytes())
        try:
            read(Entity(url, DAMAGES[number % len(DAMAGES)](body), "text/html"), Context(url))
        except Exception as error:
            error.add_note(f"{folder.name}, damage {number % len(DAMAGES)}")
            raise
