"""A page that sends on by itself names where, and is no page that has nothing to say."""

from __future__ import annotations

import pytest

from archive.http.exchange import Entity
from db.model.item import Context, PageKind
from ingest.reading.links import sent_on
from ingest.reading.reader import read

HERE, THERE = "https://institute.example/old/1.html", "https://institute.example/posts/tides/"


@pytest.mark.parametrize(
    "meta",
    [
        f'<meta http-equiv="refresh" content="0; url={THERE}">',
        "<META CONTENT='0;URL=/posts/tides/' HTTP-EQUIV=Refresh>",
        """<meta http-equiv="refresh" content="0; url='../posts/tides/'" />""",
        '<meta http-equiv="refresh" content="3,/posts/tides/">',
    ],
)
def test_where_a_page_sends_at_once_is_read_however_it_is_written(meta: str) -> None:
    assert sent_on(f"<html><head>{meta}</head></html>", HERE) == THERE


@pytest.mark.parametrize(
    "meta",
    [
        '<meta http-equiv="refresh" content="300; url=/posts/tides/">',
        '<meta http-equiv="refresh" content="0">',
        f'<meta http-equiv="refresh" content="0; url={HERE}">',
        '<meta http-equiv="refresh" content="0; url=javascript:alert(1)">',
        '<meta name="refresh" content="0; url=/posts/tides/">',
        "<meta " * 20_000,
    ],
)
def test_a_page_that_sends_nowhere_else_or_after_minutes_names_nothing(meta: str) -> None:
    assert sent_on(meta, HERE) is None


def test_a_page_that_only_sends_on_is_read_as_a_link_and_not_as_empty() -> None:
    head = f'<head><title>{THERE}</title><meta http-equiv="refresh" content="0; url={THERE}"></head>'
    found = read(Entity(HERE, f"<!doctype html><html>{head}</html>".encode(), "text/html", "utf-8"), Context(HERE))
    assert (found.kind, found.links) == (PageKind.LISTING, (THERE,))
