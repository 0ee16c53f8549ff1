"""A page of an invented institute, with features that mislead readers, and how to read one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trafilatura

from archive.evidence.locate import words_at
from archive.http.exchange import Entity
from db.model.item import Attribution, Context, Dated, Part, Publisher, Reading, Witness, Words
from ingest.reading import read

URL = "https://institute.example/amber-road-reopens/"
BODY = """
<p>The amber road between the river port and the sea has reopened after eleven years of repair, and the towns along
it expect trade to return before the winter. Carters say the new stone holds well under heavy load.</p>
<p>Officials at the ministry of works point out that the bridges were rebuilt from the old drawings, which a clerk had
kept in a cellar through two wars. The cost stayed within what the council had granted in spring.</p>
<h2>What it means for the port</h2>
<p>Merchants who moved their warehouses north are now asking for the same quays back, and the harbour master has begun
to draw up a list. Nobody expects the old prices, but everybody expects a crowd at the first auction.</p>
<p>Whether the road pays for itself depends on tolls that have yet to be agreed with the two villages that own the
middle stretch of it, and on a ferry that runs only when the ice allows it to run at all.</p>
"""
FURNITURE = """
<div class="support"><h4>Support Us</h4>
<p>If you find what our team prepares useful, please help us with a gift.</p></div>
<p class="reprint">All texts published by the Example Centre may be distributed
provided that the source is credited.</p>
<div class="tags-links">TAGS: <a href="/tag/amber/" rel="tag">amber</a>,
<a href="/tag/trade/" rel="tag">Trójmorze &amp; trade</a></div>
<section class="related-posts"><h4>Related posts</h4>
<article><h3><a href="/other/">Salt prices fall</a></h3><p>Date: 12 June 2024 Author: Wilhelm Obcy</p></article>
<article><h3><a href="/third/">A new ferry</a></h3><p>Date: 1 May 2025 Author: Renata Inna</p></article></section>
"""
PageMaker = Callable[..., str]
Read = Callable[..., Reading]


@pytest.fixture(scope="session")
def make_page() -> PageMaker:
    """Make a page from its parts; each may be replaced."""

    def make(
        head: str = "<title>The Amber Road Reopens - Example Institute</title>",
        top: str = "<p>Date: 24 April 2023    Author: Grażyna Żuraw</p><h1>The Amber Road Reopens</h1>",
        body: str = BODY,
        bottom: str = FURNITURE,
        lang: str = "en",
    ) -> str:
        return (
            f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">{head}</head>'
            f'<body class="single single-post postid-7"><nav><a href="/">Example Institute</a></nav><main><article>'
            f'{top}<div class="entry-content">{body}</div>{bottom}</article></main>'
            "<footer><p>&copy; Example Institute</p></footer></body></html>"
        )

    return make


@pytest.fixture
def read_page() -> Read:
    """Read HTML as if it had come from URL, and check that every claim's bytes say its words."""

    def reading(
        html: str | bytes,
        *,
        url: str = URL,
        charset: str | None = None,
        media_type: str = "text/html",
        head: bytes = b"",
        publisher: Publisher | None = None,
        parts: tuple[Part, ...] = (),
        witnesses: tuple[Witness, ...] = (),
        day: str = "",
    ) -> Reading:
        body = html.encode() if isinstance(html, str) else html
        context = Context(url, "urn:test:1", head, publisher, parts=parts, witnesses=witnesses, day=day)
        found = read(Entity(url, body, media_type, charset), context)
        claims: list[Words | Attribution | Dated | None] = [found.title, found.section, found.subtitle, found.site_name]
        for claim in (*claims, *found.tags, *found.attributions, found.published, found.modified):
            if claim is not None and claim.evidence.decoding is not None:
                assert words_at(body, claim.evidence.ranges, claim.evidence.decoding) == claim.evidence.words
                assert claim.evidence.capture == "urn:test:1"
        return found

    return reading


@pytest.fixture
def extractor_calls(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Record each call to the extractor, in order: True if it asked only for the quick search."""
    requests: list[bool] = []
    extract = trafilatura.bare_extraction

    def heard(tree: Any, **options: Any) -> Any:
        requests.append(options["fast"])
        return extract(tree, **options)

    monkeypatch.setattr(trafilatura, "bare_extraction", heard)
    return requests
