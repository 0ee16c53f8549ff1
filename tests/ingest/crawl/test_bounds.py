"""Input from others is read within limits, wherever it is read; each limit that is reached is reported by name."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.http.exchange import Ending, Exchange, Response, has_complete_end
from archive.http.framing import CHUNKS_LIMIT, read_head, unchunk
from db.catalogue import Catalogue
from db.model.item import Context, PageKind
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.reader_pool import MEMORY, ReaderPool, bounded
from ingest.collection.collection import Layout, make, open_for_work
from ingest.discovery.feeds import ENTRIES_LIMIT, read_feed
from ingest.discovery.links import given_up, read_names
from ingest.discovery.robots_txt import PARSE_LIMIT, Robots
from ingest.discovery.sitemaps import SIZE_LIMIT, URLS_LIMIT, read_sitemap

URL = "http://institute.example/"
PAGE = b"<!doctype html><html><head><title>Harbour</title></head><body><article><h1>Harbour</h1><p>Dredged.</p>"


def answer(body: bytes, media_type: str, *fields: str) -> Response:
    head = "\r\n".join(["HTTP/1.1 200 OK", f"Content-Type: {media_type}", *fields, "", ""])
    return Response(URL, head.encode() + body)


def peak(work: Callable[[], object]) -> int:
    """Return the peak memory of *work* in bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# ── Readers ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_page_that_needs_too_much_memory_is_unread_and_the_next_is_read(pool: ReaderPool) -> None:
    links = b"".join(b'<a href="/l%d">x</a> ' % number for number in range(400_000))
    reading = pool.submit(answer(PAGE + links, "text/html"), Context(URL)).result()
    assert reading.unread == f"more than {MEMORY >> 20} MB of memory were needed"
    after = pool.submit(answer(PAGE, "text/html"), Context(URL)).result()
    assert after.unread is None
    assert after.kind is not PageKind.EMPTY


def test_a_bounded_call_gets_no_more_memory_than_its_limit() -> None:
    assert len(bounded(64 << 20, bytearray, 8 << 20)) == 8 << 20
    with pytest.raises(MemoryError):
        bounded(64 << 20, bytearray, 128 << 20)


@pytest.mark.slow
def test_a_reader_process_that_has_grown_is_replaced(pool: ReaderPool) -> None:
    # What a job adds to this list is never released: the process keeps it.
    kept = "__import__('builtins').__dict__.setdefault('left', [])"
    leaves = f"({kept}.append(__import__('mmap').mmap(-1, {{}} << 20)), __import__('os').getpid())"

    # Each job rests a little, or on a busy machine one process would do them all.
    rests = "(__import__('time').sleep(0.01), __import__('os').getpid())"

    def reading() -> set[int]:
        asked = [pool.schedule(eval, (rests,), str) for _ in range(50)]
        return {one.result()[1] for one in asked}

    _, little = pool.schedule(eval, (leaves.format(1),), str).result()
    assert little in reading()
    # More than the limit by itself: memory that earlier pages left in a reader may be given back meanwhile.
    _, much = pool.schedule(eval, (leaves.format(112),), str).result()
    assert much not in reading()
    by_and_by = [pool.schedule(eval, (leaves.format(30),), str) for _ in range(20)]
    left = Counter(one.result()[1] for one in by_and_by)
    assert max(left.values()) <= 5


@pytest.mark.slow
@pytest.mark.damages_collection("a capture is kept and not catalogued")
def test_a_response_of_one_byte_chunks_is_not_loaded_by_the_main_process(
    settings_at: Callable[[int], Any], tmp_path: Path
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = PAGE.join([b"%x\r\n" % len(PAGE), b"\r\n"]) + b"1\r\na\r\n" * 2_000_000
    settings, layout = settings_at(1), Layout(tmp_path / "collection")
    make(layout, settings)
    # Readers of its own: the shared ones look whether the page was read before, and load it for that.
    with open_for_work(layout, settings) as work, ReaderPool(1) as pool:
        exchange = Exchange(f"{URL}a/", work.clock(), b"", head + chunks, Ending.UNPROVED)
        capture = work.archive.keep("institute", exchange)
        work.archive.sync()
        del exchange

        cataloguer = Cataloguer(work.catalogue, work.layout.warcs, pool)
        begun: list[Any] = [cataloguer.begin(capture)]
        assert peak(lambda: begun.append(cataloguer.begin(capture))) < 1 << 20
        assert [one.reading.result().title.value for one in begun] == ["Harbour", "Harbour"]


@pytest.mark.slow
def test_a_bomb_is_decoded_by_a_reader_and_not_by_the_main_process(pool: ReaderPool) -> None:
    bomb = gzip.compress(gzip.compress(bytes(200 << 20), 1), 9)
    response = answer(bomb, "text/html", "Content-Encoding: gzip, gzip")
    assert peak(lambda: pool.submit(response, Context(URL)).result()) < 10 << 20


@pytest.mark.slow
def test_a_list_that_needs_too_much_memory_says_so(pool: ReaderPool) -> None:
    found = answer(b"<urlset><url><loc>http://x/" + b"&" * (30 << 20), "application/xml")
    named = pool.schedule_by_size(found, read_names, (found, "sitemap"), given_up).result()
    assert named.pages == ()
    assert named.beyond == f"more than {MEMORY >> 20} MB of memory were needed"


# ── Lists ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_feed_of_unfinished_declarations_is_read_quickly() -> None:
    began = time.process_time()
    assert read_feed(b'<?xml version="1.0"?>' + b"<!DOCTYPE[" * 100_000, URL).entries == ()
    assert time.process_time() - began < 5


def test_a_feed_keeps_its_entries_after_a_declaration() -> None:
    feed = b'<rss version="2.0"><channel><title>T</title><item><title>A</title><link>/a</link></item></channel></rss>'
    for declaration in (b"", b"<!DOCTYPE rss>", b'<!DOCTYPE rss [<!ENTITY a "b"> ]>', b'<!DOCTYPE rss SYSTEM "x.dtd">'):
        assert [entry.url for entry in read_feed(declaration + feed, URL).entries] == [f"{URL}a"]


@pytest.mark.slow
def test_a_list_over_the_limit_says_how_much_is_left_out() -> None:
    item = b"<item><link>http://institute.example/%d</link></item>"
    feed = b'<rss version="2.0"><channel>' + b"".join(item % number for number in range(ENTRIES_LIMIT + 3))
    found = read_names(answer(feed + b"</channel></rss>", "application/rss+xml"), "feed")
    assert (len(found.pages), found.beyond) == (ENTRIES_LIMIT, f"3 entries beyond {ENTRIES_LIMIT} left out")
    lines = b"".join(b"http://institute.example/%d\n" % number for number in range(URLS_LIMIT + 2))
    text = read_sitemap(lines, URL)
    assert (len(text.pages), text.beyond) == (URLS_LIMIT, f"lines beyond {URLS_LIMIT} left out")
    assert read_sitemap(lines[: lines.index(b"http://institute.example/50000")], URL).beyond is None
    assert read_sitemap(b"<urlset>" + b" " * SIZE_LIMIT, URL).beyond == f"cut at {SIZE_LIMIT} bytes"


@pytest.mark.slow
def test_other_elements_of_a_sitemap_do_not_hide_its_entries() -> None:
    body = b"<urlset>" + b"<x/>" * 300_000 + b"<url><loc>http://institute.example/a</loc></url></urlset>"
    assert [page.url for page in read_sitemap(body, URL).pages] == [f"{URL}a"]


def test_a_reference_to_a_lone_surrogate_spoils_one_entry_of_a_sitemap() -> None:
    body = b"<urlset><url><loc>http://institute.example/&#xD800;</loc></url><url><loc>http://institute.example/b</loc>"
    assert f"{URL}b" in [page.url for page in read_sitemap(body + b"</url></urlset>", URL).pages]


@pytest.mark.slow
def test_a_run_reports_a_list_that_was_cut_and_goes_on(
    raw_server: Any, run_over: Callable[..., Any], settings_at: Callable[[int], Any], tmp_path: Path
) -> None:
    feed = b'<rss version="2.0"><channel>' + b"<item><link>/b/</link></item>" * (ENTRIES_LIMIT + 1)
    home = b'<link rel="alternate" type="application/rss+xml" href="/feed"><a href="/a/">a</a>'
    pages = {b"/": (b"text/html", PAGE + home), b"/feed": (b"application/rss+xml", feed)}

    def script(wire: Any) -> None:
        path = wire.request.split(b" ")[1]
        media_type, body = pages.get(path, (b"text/html", PAGE + path * 40))
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n" % (media_type, len(body)) + body)

    raw_server.script = script
    settings, layout = settings_at(raw_server.address[1]), Layout(tmp_path / "collection")
    make(layout, settings)
    report, _ = run_over(layout, settings)
    assert report.stopped is None
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        told = [(one.url, one.detail) for one in catalogue.failures() if one.reason == "unlisted"]
        assert told == [(f"{URL}feed", f"1 entries beyond {ENTRIES_LIMIT} left out")]
        assert {f"{URL}a/", f"{URL}b/"} <= {capture.url for capture in catalogue.all_captures()}


# ── robots.txt, heads, framing ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        b"User-agent: a\n" * (PARSE_LIMIT // 14) + b"Disallow: /private\n",
        b"User-agent: *\n" + b"".join(b"Disallow: /p%d\n" % number for number in range(60_000)),
        b"User-agent: *\nSitemap: http://institute.example/\nUser-agent: b\n" * 15_000,
        b"User-agent: *\n" + b"Disallow: /" + b"*a" * 500_000,
    ],
    ids=["agents", "rules", "sitemaps", "asterisks"],
)
def test_robots_txt_is_parsed_in_linear_time(body: bytes) -> None:
    began = time.process_time()
    robots = Robots.parse(body[:PARSE_LIMIT])
    robots.allows(f"{URL}{'a' * 2000}")
    robots.allows(f"{URL}p59999")
    assert time.process_time() - began < 20
    assert peak(lambda: Robots.parse(body[:200_000])) < 60 << 20


def test_the_rule_that_forbids_is_named_among_many() -> None:
    body = b"User-agent: *\n" + b"".join(b"Disallow: /p%d\n" % number for number in range(2000))
    robots = Robots.parse(body + b"Disallow: /*/x%C5%82*y\n")
    assert robots.allows(f"{URL}p1999").because == "line 2001: Disallow: /p1999"
    assert "x%C5%82" in robots.allows(f"{URL}q/x%C5%82/y").because


@pytest.mark.slow
def test_too_many_chunks_end_the_body_and_are_reported() -> None:
    data, fault = unchunk(b"1\r\nx\r\n" * (CHUNKS_LIMIT + 5) + b"0\r\n\r\n")
    assert (len(data), fault) == (CHUNKS_LIMIT, f"more than {CHUNKS_LIMIT} chunks")


def test_long_heads_are_not_cached() -> None:
    def read() -> None:
        for number in range(40):
            read_head(b"HTTP/1.1 200 OK\r\nX-%d: " % number + b"a" * 200_000 + b"\r\n\r\n")

    assert peak(read) < 3 << 20


def test_json_is_checked_without_building_the_document() -> None:
    body = b"[" + b'{"":{}},' * 400_000 + b"{}]"
    assert has_complete_end(body, "application/json")
    assert not has_complete_end(body[:-2] + b"]", "application/json")
    assert not has_complete_end(b"[" * 100_000 + b"]" * 99_999, "application/json")
    assert has_complete_end(b"\xef\xbb\xbf{}\n", "application/json")
    assert peak(lambda: has_complete_end(body, "application/json")) < len(body)


@pytest.mark.slow
def test_a_page_that_was_given_up_is_an_item_and_a_failure(
    raw_server: Any, run_over: Callable[..., Any], settings_at: Callable[[int], Any], tmp_path: Path
) -> None:
    links = b"".join(b'<a href="/l%d">x</a>' % number for number in range(400_000))
    pages = {b"/": PAGE + b'<a href="/a/">a</a>', b"/a/": PAGE + links}

    def script(wire: Any) -> None:
        body = pages.get(wire.request.split(b" ")[1], b"")
        status = b"200 OK" if body else b"404 Not Found"
        wire.send(b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)

    raw_server.script = script
    settings, layout = settings_at(raw_server.address[1]), Layout(tmp_path / "collection")
    make(layout, settings)
    run_over(layout, settings)
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        [told] = [one for one in catalogue.failures() if one.url == f"{URL}a/"]
        assert f"unread: more than {MEMORY >> 20} MB of memory were needed" in told.detail
        assert told.item is not None


@pytest.mark.slow
def test_a_long_page_is_loaded_by_its_reader_and_read_normally(
    raw_server: Any, run_over: Callable[..., Any], settings_at: Callable[[int], Any], creditline: Any, tmp_path: Path
) -> None:
    told = b"<p>The harbour of the old town was dredged again this spring, and it cost less than was planned.</p>"
    article = PAGE + told * 5000 + b"</article></body></html>"
    fields = b'Link: <https://creativecommons.org/licenses/by/4.0/>; rel="license"\r\n'

    def script(wire: Any) -> None:
        path = wire.request.split(b" ")[1]
        body = {b"/": PAGE + b'<a href="/a/">a</a>', b"/a/": article}.get(path, b"")
        status = b"200 OK" if body else b"404 Not Found"
        head = b"HTTP/1.1 %b\r\nContent-Type: text/html\r\n%bContent-Length: %d\r\n\r\n" % (status, fields, len(body))
        wire.send(head + body)

    raw_server.script = script
    settings, layout = settings_at(raw_server.address[1]), Layout(tmp_path / "collection")
    make(layout, settings)
    run_over(layout, settings)
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        item = catalogue.item(f"{URL}a/")
        assert item is not None
        assert item.edition.text.count("dredged again") == 5000
        assert any("creativecommons" in (term.license_url or "") for one in item.terms for term in one.statement.terms)
    assert creditline("-C", layout.directory, "verify").code == 0
    assert creditline("-C", layout.directory, "rebuild", "--check").code == 0
