"""Garbage is looked for seldom in a process that reads pages, for a page that was read leaves none."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest

from archive.http.exchange import Entity
from db.model.item import Context
from ingest.reading import read
from ingest.reading.pool import ReaderPool

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
def by_hand() -> Iterator[None]:
    """Let nothing but the test look for garbage, and not among what was there before."""
    gc.collect()
    gc.freeze()  # for good: what the suite began with is frozen too, and would be let go with it
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("by_hand")
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_was_read_leaves_none(kind: str, make_page: PageMaker) -> None:
    url = "https://institute.example/a/"
    pages = [
        Entity(url, make_page(**KINDS[kind]).encode(), "text/html", "utf-8"),
        Entity(url, b"\xff\xfe", "text/html", None),
    ]
    for page in pages:
        read(page, Context(url))  # what is remembered from the first page on is none
    gc.collect()
    for page in pages:
        read(page, Context(url))
    assert gc.collect() == 0


def looked_for() -> tuple[int, int]:
    """After how many objects garbage is looked for in this process, and among how many it is not."""
    return gc.get_threshold()[0], gc.get_freeze_count()


@pytest.mark.slow
def test_a_reader_looks_for_it_seldom_and_never_among_what_it_began_with() -> None:
    with ReaderPool(1) as readers:
        after, never = readers.schedule(looked_for, (), lambda _reason: (0, 0)).result()
    assert after >= 50_000
    assert never > 10_000
