"""The head of a page is read once on its way into the catalogue, and its framing is worked out once."""

from __future__ import annotations

import pickle
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from archive.http import framing
from archive.http.exchange import Ending, Exchange
from db.catalogue import Catalogue
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.collection.collection import Layout, make, open_for_work
from ingest.crawl.run_setup import visiting
from ingest.crawl.save import save
from ingest.settings.values import Settings

URL = "http://institute.example/ferry/"
PROSE = "<p>The ferry that carries the teachers sails twice a week, and the school keeps its calendar by it.</p>"
PAGE = f"<!doctype html><title>The Ferry</title><article><h1>The Ferry</h1>{PROSE * 12}</article></html>".encode()
MARK = "of-the-page"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: %s\r\nContent-Length: %d\r\n\r\n%s" % (
    MARK.encode(),
    len(PAGE),
    PAGE,
)
NONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count how often the page's head is read, and its framing worked out, in any thread of this process."""
    counts: Counter[str] = Counter()
    watched = {framing.read_head.__code__: "head", framing.framing.__code__: "framing"}

    def look(frame: FrameType, event: str, _: object) -> None:
        name = watched.get(frame.f_code)
        if event == "call" and name is not None:
            asked: Any = frame.f_locals["data" if name == "head" else "head"]
            if MARK in (asked.decode("latin-1") if name == "head" else asked.get("ETag") or ""):
                counts[name] += 1

    held = sys.getprofile()
    threading.setprofile(look)
    sys.setprofile(look)
    try:
        yield counts
    finally:
        sys.setprofile(held)
        threading.setprofile(None)


def test_a_head_is_parsed_once_between_the_network_and_the_catalogue(
    tmp_path: Path, raw_server: Any, readers: ReaderPool
) -> None:
    raw_server.script = lambda wire: wire.send(NONE if b"GET /robots.txt " in wire.request else ANSWER)
    host, port = raw_server.address
    settings = Settings(connect=(("institute.example", f"{host}:{port}"),))
    layout = Layout(tmp_path / "collection")
    make(layout, settings)
    with counted() as counts, open_for_work(layout, settings) as work, visiting(work, readers=readers) as (pipeline, _):
        save(work, pipeline, [URL], notify=lambda _: None, stopped=lambda: False)
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert catalogue.item(URL) is not None
    assert counts == {"head": 1, "framing": 1}


def test_the_parsed_head_and_framing_are_sent_to_the_reader_process() -> None:
    exchange = Exchange(URL, datetime(2026, 1, 1, tzinfo=UTC), b"", ANSWER, Ending.LENGTH)
    assert exchange.head.framing.length == len(PAGE)
    with counted() as counts:
        found = pickle.loads(pickle.dumps(exchange.answer())).entity()  # noqa: S301  # our own pickle
    assert found.body == PAGE
    assert counts == {}


def test_two_different_content_lengths_are_refused_each_time() -> None:
    head = framing.read_head(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
    for _ in range(2):
        with pytest.raises(framing.BadFraming, match="1 and 2"):
            _ = head.framing
