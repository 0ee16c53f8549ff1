"""A site with strings that no database can hold is collected completely, and its catalogue can be rebuilt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.evidence.locate import words_at
from archive.replay import entity_of
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, make

PROSE = "<p>The harbour of the old town was dredged again this spring, and it cost less than was planned.</p>" * 8
HALF = "\\udfff"
PAGE = f"""<!doctype html><html lang="en"><head><title>The harbour</title><script type="application/ld+json">
{{"@type": "Article", "headline": "The {HALF} harbour", "keywords": ["sea{HALF}"], "datePublished": "2024-03-05",
"author": {{"@type": "Person", "name": "Jan {HALF} Kowal"}}}}</script></head><body><article><h1>The harbour</h1>{PROSE}
</article></body></html>"""
POSTS = f"""[{{"id": 1, "type": "post", "link": "http://institute.example/b/", "date": "2024-03-05T00:00:00",
"title": {{"rendered": "Mole {HALF}"}}, "byline": "Anna {HALF} Nowak"}}]"""
HOME = """<!doctype html><html><head><title>Institute</title><link rel="https://api.w.org/"
href="http://institute.example/wp-json/"></head><body><a href="/a/">a</a> <a href="/b/">b</a></body></html>"""
PAGES = {
    "/": ("text/html", HOME),
    "/a/": ("text/html", PAGE),
    "/b/": (
        "text/html",
        f"<!doctype html><html><head><title>Mole</title></head><body><h1>Mole</h1>{PROSE}</body></html>",
    ),
    "/robots.txt": ("text/plain", "User-agent: *\nAllow: /\nSitemap: http://institute.example/\udcff.xml\n"),
}


def answer(wire: Any) -> None:
    path = wire.request.split(b" ")[1].decode()
    media_type, body = PAGES.get(path, ("text/html", ""))
    if path.startswith("/wp-json/wp/v2/posts"):
        media_type, body = "application/json", POSTS
    data, status = body.encode("utf-8", "surrogateescape"), "200 OK" if body else "404 Not Found"
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}; charset=utf-8\r\nContent-Length: {len(data)}\r\n\r\n"
    wire.send(head.encode() + data)


@pytest.mark.slow
def test_a_run_over_lone_surrogates_ends_well_and_can_be_rebuilt(
    raw_server: Any, run_over: Callable[..., Any], settings_at: Callable[[int], Any], creditline: Any, tmp_path: Path
) -> None:
    raw_server.script = answer
    settings, layout = settings_at(raw_server.address[1]), Layout(tmp_path / "collection")
    make(layout, settings)
    for _ in range(2):
        report, _teller = run_over(layout, settings)
        assert report.stopped is None
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        names = {}
        for url in ("http://institute.example/a/", "http://institute.example/b/"):
            item = catalogue.item(url)
            assert item is not None
            [author] = item.edition.attributions
            names[url[-2]] = author.name
            capture = catalogue.capture(author.evidence.capture)
            assert capture is not None
            assert author.evidence.decoding is not None
            body = entity_of(layout.warcs, capture, catalogue.original).body
            assert words_at(body, author.evidence.ranges, author.evidence.decoding) == author.evidence.words
    assert names == {"a": "Jan \ufffd Kowal", "b": "Anna \ufffd Nowak"}
    assert creditline("-C", layout.directory, "rebuild", "--check").code == 0
    assert creditline("-C", layout.directory, "verify").code == 0
