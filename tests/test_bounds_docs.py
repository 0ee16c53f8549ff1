"""docs/bounds.md gives the limits: each number there is the one that the program uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.fixity.conformity import HEAD_LIMIT
from archive.http import content_coding, exchange, framing
from archive.warc import member
from db.reading_room import kept_pages
from db.reading_room.archived import holdings
from db.reading_room.room_settings import Bounds
from db.search import effort, facet_counts, quotation
from ingest.cataloguing import layout_learner, reader_pool
from ingest.crawl import frontier_seeding, pipeline, politeness, requisites
from ingest.discovery import feeds, robots_txt, sitemaps
from ingest.documents import packed, pdf
from ingest.quoting import manuscript
from ingest.reading.page.requisites import CSS_LIMIT
from ingest.settings.values import FetchOptions, ReadOptions, StoreOptions

ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split("|")]
    for line in (Path(__file__).parents[1] / "docs" / "bounds.md").read_text("utf-8").splitlines()
    if line.startswith("|")
]
MB, KB, AT_ONCE = 1 << 20, 1 << 10, Bounds().at_once
SAID: list[tuple[str, str]] = [
    ("an exchange", f"({FetchOptions().deadline:g} s)"),
    ("a body", f"({FetchOptions().max_bytes // MB} MB; at most {member.HELD // MB - 1} MB"),
    ("a host that asks for a rest", f"{politeness.REST_LIMIT.total_seconds() / 60:g} minutes"),
    ("chunks of one body", f"{framing.CHUNKS_LIMIT:,}, {framing.LINE_LIMIT // KB} KB a chunk header"),
    ("chunks of one body", f"{framing.TRAILERS_LIMIT // KB} KB of trailers"),
    ("a batch before it is committed", f"{StoreOptions().batch} answers, {StoreOptions().batch_seconds:g} s"),
    ("a batch before it is committed", f"{pipeline.HEAVY // MB} MB"),
    ("a page", f"({ReadOptions().deadline:g} s), {reader_pool.MEMORY // MB} MB of memory"),
    ("a document (PDF)", f"{pdf.PAGES_LIMIT:,} pages, {pdf.TEXT_LIMIT // 10**6} million characters"),
    ("a document (EPUB", f"{packed.MEMBERS_LIMIT:,} files packed in it, {packed.SIZE_LIMIT // 10**6} MB"),
    ("a document (EPUB", f"{packed.TEXT_LIMIT // 10**6} million characters"),
    ("nested codings", f"{content_coding.LAYERS_LIMIT} layers, {exchange.ENTITY_LIMIT // MB} MB"),
    ("nested codings", f"{content_coding.MEMBERS_LIMIT:,} gzip members"),
    ("learning how a publisher", f"{layout_learner.MEMORY // MB} MB of memory"),
    ("a sitemap", f"{sitemaps.SIZE_LIMIT // MB} MB once gzip is undone, {sitemaps.URLS_LIMIT:,} URLs"),
    ("a feed", f"{feeds.SIZE_LIMIT // MB} MB, {feeds.ENTRIES_LIMIT:,} entries"),
    ("lists of one publisher", f"{frontier_seeding.LISTS_LIMIT} in a run"),
    ("new pages of one publisher", f"{frontier_seeding.FOUND_LIMIT:,} in a run"),
    ("addresses of one publisher", f"{frontier_seeding.LEFT_OUT_LIMIT:,} in each class"),
    ("requisites of pages", f"{CSS_LIMIT // MB} MB of a style sheet; {requisites.REQUISITES_LIMIT:,}"),
    ("requisites of pages", f"{requisites.BYTES_LIMIT // 10**6} MB of one publisher"),
    ("robots.txt", f"{robots_txt.PARSE_LIMIT // MB} MB"),
    ("a record, inflated", f"{member.HELD // MB} MB held in memory"),
    ("the same", f"{member.RECORD_LIMIT >> 30} GB"),
    ("a head", f"{HEAD_LIMIT // KB} KB"),
    ("codings of an archived answer", f"{holdings.ENTITY_LIMIT // MB} MB"),
    (
        "requests at a time",
        f"{AT_ONCE}: {AT_ONCE - AT_ONCE // 4 - AT_ONCE // 8} pages, {AT_ONCE // 4} searches, and one",
    ),
    ("requests at a time", f"{AT_ONCE // 2} exports in addition"),
    ("cached pages", f"{kept_pages.MOST} of up to {kept_pages.LARGEST // KB} KB"),
    ("facets of a search", f"{facet_counts.FEWER:,}"),
    ("CPU time for the hits", f"{1000 * effort.USUAL.seconds:g} ms; {300 * effort.USUAL.seconds:g} ms for fewer"),
    ("a manuscript whose quotations", f"{manuscript.LARGEST // MB} MB; 10 minutes"),
    ("a manuscript whose quotations", f"{quotation.OF_ONE:g} seconds for one quotation"),
]
"""How a row of docs/bounds.md begins, and the numbers in it."""


@pytest.mark.parametrize(("what", "number"), SAID, ids=[f"{what}: {number}"[:60] for what, number in SAID])
def test_each_limit_in_the_docs_is_the_one_that_the_program_uses(what: str, number: str) -> None:
    assert any(number in " | ".join(rest) for first, *rest in ROWS if first.startswith(what)), (what, number)


def test_each_limit_in_the_docs_says_what_happens_when_it_is_reached() -> None:
    assert [row for row in ROWS if len(row) != 3 or not all(row)] == []
