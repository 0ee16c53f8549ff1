"""A process that reads pages collects garbage rarely, because reading a page leaves none."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest

from archive.http.exchange import Entity
from db.model.item import Context
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.reading import read

PageMaker = Callable[..., str]
KINDS = {
    "article": {},
    "cut short": {"bottom": "<p>This text ends in the <b>middle"},
    "a list": {"bottom": "<ul>" + "<li><a href='/x/'>One more of them</a></li>" * 40 + "</ul>"},
    "broken data": {"head": '<script type="application/ld+json">{"@type": "Article", </script>'},
    "deep": {"bottom": "<div>" * 600 + "<p>Far down.</p>"},
    "no text": {"body": ""},
}


@pytest.fixture
def manual_collection() -> Iterator[None]:
    """Let only the test collect garbage, and not among earlier objects."""
    gc.collect()
    gc.freeze()  # for good: the suite's own objects are frozen too, and unfreezing would include them
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("manual_collection")
@pytest.mark.parametrize("kind", KINDS)
def test_reading_a_page_leaves_no_garbage(kind: str, make_page: PageMaker) -> None:
    url = "https://institute.example/a/"
    pages = [
        Entity(url, make_page(**KINDS[kind]).encode(), "text/html", "utf-8"),
        Entity(url, b"\xff\xfe", "text/html", None),
    ]
    for page in pages:
        read(page, Context(url))  # caches filled by the first page are not garbage
    gc.collect()
    for page in pages:
        read(page, Context(url))
    assert gc.collect() == 0


def collection_settings() -> tuple[int, int]:
    """The garbage collection thresholds of this process, and its number of frozen objects."""
    return gc.get_threshold()[0], gc.get_freeze_count()


@pytest.mark.slow
def test_a_reader_collects_garbage_rarely_and_never_its_initial_objects() -> None:
    with ReaderPool(1) as readers:
        after, never = readers.schedule(collection_settings, (), lambda _reason: (0, 0)).result()
    assert after >= 50_000
    assert never > 10_000
