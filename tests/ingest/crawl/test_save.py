"""Saving pages by URL: what becomes an item, what a named failure, and what is archived either way."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from archive.fixity.verifier import verify_file
from archive.http.exchange import Ending, Truncation
from archive.warc.capture import Capture, CaptureKind
from db.catalogue import Catalogue
from db.model.item import Partial
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.collection.collection import Layout, make, open_for_work
from ingest.crawl.run_setup import visiting
from ingest.crawl.save import Saved, owner, save
from ingest.demo.articles import load
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.values import FetchOptions, Settings

Keep = Callable[..., list[Saved]]
PROSE = "The ferry that carries the teachers sails twice a week, and the school keeps its calendar by the ferry. "
TITLE = "The Ferry and the School Calendar"
PAGE = (
    f"<!doctype html><html lang='en'><head><title>{TITLE}</title>"
    f"<meta property='article:published_time' content='2023-04-24T10:00:00+00:00'></head>"
    f"<body><article><h1>{TITLE}</h1>{''.join(f'<p>{PROSE * 4}</p>' for _ in range(6))}</article></body></html>"
).encode()
URL = "http://institute.example/ferry/"


def answered(body: bytes = PAGE, *, length: int | None = None, version: str = "1.1") -> bytes:
    """Return a response of status 200; without *length* only closing ends it."""
    measured = b"" if length is None else b"Content-Length: %d\r\n" % length
    return b"HTTP/%s 200 OK\r\nContent-Type: text/html\r\n%s\r\n%s" % (version.encode(), measured, body)


def script(page: bytes, *, robots: bytes = b"") -> Callable[[Any], None]:
    """Answer every page with *page*, and /robots.txt with *robots*."""
    none = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    rules = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(robots), robots)

    def answer(wire: Any) -> None:
        about_robots = b"GET /robots.txt " in wire.request
        wire.send((rules if robots else none) if about_robots else page)

    return answer


def settings_of(server: Any, **options: Any) -> Settings:
    host, port = server.address
    return Settings(connect=(("institute.example", f"{host}:{port}"),), fetch=FetchOptions(**options))


@pytest.fixture
def save_urls(readers: ReaderPool) -> Keep:
    """Save URLs into the collection, made if missing, and return the reports: ``kept(layout, settings, url)``."""

    def keep(layout: Layout, settings: Settings, *urls: str) -> list[Saved]:
        if not layout.settings.exists():
            make(layout, settings)
        told: list[Saved] = []
        with open_for_work(layout, settings) as work, visiting(work, readers=readers) as (pipeline, _):
            save(work, pipeline, list(urls), notify=told.append, stopped=lambda: False)
        return told

    return keep


def captures(layout: Layout, url: str = URL) -> list[Capture]:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return [capture for capture in catalogue.all_captures() if capture.url == url]


def failures(layout: Layout) -> list[Any]:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return list(catalogue.failures())


@pytest.fixture
def layout(tmp_path: Path) -> Any:
    """A place for a collection; every WARC file in it must verify after the test."""
    layout = Layout(tmp_path / "collection")
    yield layout
    for path in layout.warcs.glob("*.warc.gz*"):
        assert verify_file(path).findings == ()


# ── Complete answers ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_pages_saved_by_url_become_items_of_any_publisher(layout: Layout, settings_at: Any, save_urls: Keep) -> None:
    site = Site(load()[:3])
    with serve(site) as port:
        urls = [site.shelf.url(article) for article in site.shelf.articles]
        settings = Settings(connect=settings_at(port).connect)
        told = save_urls(layout, settings, *urls)
        again = save_urls(layout, settings, *urls)
    assert {one.url: one.word for one in told} == dict.fromkeys(urls, "new")
    assert {one.url: one.word for one in again} == dict.fromkeys(urls, "unchanged")
    assert {one.item for one in told} == {one.item for one in again}


def test_a_redirect_is_followed_and_its_source_leads_to_the_item(
    layout: Layout, settings_at: Any, save_urls: Keep
) -> None:
    site = Site(load()[:1])
    [article] = site.shelf.articles
    former = site.shelf.url(article)
    site.rename(article.slug, "a-new-name")
    with serve(site) as port:
        [told] = save_urls(layout, Settings(connect=settings_at(port).connect), former)
    assert (told.url, told.word) == (former, "new")
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        item = catalogue.item(former)
        assert item is not None
        assert item.url == site.url("a-new-name")


def test_a_page_and_its_old_url_are_both_reported(layout: Layout, settings_at: Any, save_urls: Keep) -> None:
    site = Site(load()[:1])
    [article] = site.shelf.articles
    former = site.shelf.url(article)
    site.rename(article.slug, "a-new-name")
    with serve(site) as port:
        told = save_urls(layout, Settings(connect=settings_at(port).connect), former, site.url("a-new-name"))
    assert {one.url for one in told} == {former, site.url("a-new-name")}
    assert len({one.item for one in told}) == 1
    assert all(one.failed is None for one in told)


def test_a_further_part_that_is_also_named_is_also_reported(layout: Layout, settings_at: Any, save_urls: Keep) -> None:
    site = Site([article for article in load() if len(article.parts) > 1])
    [article] = site.shelf.articles
    url = site.shelf.url(article)
    with serve(site) as port:
        told = save_urls(layout, Settings(connect=settings_at(port).connect), url, f"{url}2/")
    assert {one.url for one in told} == {url, f"{url}2/"}


def test_a_page_without_a_length_that_ends_with_its_html_is_complete(
    layout: Layout, raw_server: Any, save_urls: Keep
) -> None:
    raw_server.script = script(answered(version="1.0"))
    [told] = save_urls(layout, settings_of(raw_server), URL)
    [capture] = captures(layout)
    assert (told.word, capture.ending) == ("new", Ending.END_MARK)


def test_the_bytes_of_a_capture_are_the_bytes_on_the_wire(layout: Layout, raw_server: Any, save_urls: Keep) -> None:
    from archive.replay import replay

    raw_server.script = script(answered(length=len(PAGE)))
    save_urls(layout, settings_of(raw_server), URL)
    [capture] = captures(layout)
    exchange = replay(layout.warcs, capture, lambda *_: None)
    assert exchange.response == answered(length=len(PAGE))
    assert exchange.request in raw_server.requests


# ── Answers that broke off ───────────────────────────────────────────────────────────────────────────────────


def test_a_truncated_answer_is_kept_and_its_edition_is_marked(layout: Layout, raw_server: Any, save_urls: Keep) -> None:
    raw_server.script = script(answered(PAGE[: len(PAGE) * 2 // 3], length=len(PAGE)))
    [told] = save_urls(layout, settings_of(raw_server), URL)
    capture = captures(layout)[-1]
    assert capture.truncated is Truncation.DISCONNECT
    assert told.word == "partial"
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        item = catalogue.item(URL)
        assert item is not None
        assert item.edition.partial is Partial.TRUNCATED


def test_an_answer_over_the_size_limit_is_fetched_once(layout: Layout, raw_server: Any, save_urls: Keep) -> None:
    raw_server.script = script(answered(PAGE + b" " * 200_000))
    save_urls(layout, settings_of(raw_server, max_bytes=100_000), URL)
    assert [capture.truncated for capture in captures(layout)] == [Truncation.LENGTH]
    assert sum(b"GET /ferry/ " in request for request in raw_server.requests) == 1


@pytest.mark.slow
def test_a_body_cut_off_by_the_deadline_is_reported_as_cut_off_and_not_as_empty(
    layout: Layout, raw_server: Any, save_urls: Keep
) -> None:
    def trickle(wire: Any) -> None:
        if b"GET /robots.txt " in wire.request:
            wire.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        wire.send(answered(b"<html><head>", length=len(PAGE)))
        wire.keep_open()

    raw_server.script = trickle
    [told] = save_urls(layout, settings_of(raw_server, deadline=1.0), URL)
    assert captures(layout)[-1].truncated is Truncation.TIME
    assert told.word == "partial"
    assert told.failed is not None
    assert "the answer broke off (cut off after 12 bytes: the time was up)" in told.failed.detail
    assert [one.reason for one in failures(layout) if one.url == URL] == ["partial"]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("file:///etc/passwd", "it redirects to file:///etc/passwd, which is not asked for"),
        ("javascript:alert(1)", "it redirects to javascript:alert(1), which is not asked for"),
        ("http://name:word@institute.example/", "which is not asked for"),
        ("", "it redirects and does not say where to"),
        ("/ferry/", "it redirects without end, to itself"),
    ],
)
def test_a_redirect_that_is_not_followed_has_a_reason(
    layout: Layout, raw_server: Any, save_urls: Keep, target: str, why: str
) -> None:
    raw_server.script = script(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())
    [told] = save_urls(layout, settings_of(raw_server), URL)
    assert told.word == "redirect"
    assert told.failed is not None
    assert why in told.failed.detail


@pytest.mark.parametrize(
    "wall",
    [
        "<title>We value your privacy</title><p>Accept cookies to go on.</p>",
        "<title>Institute</title><h1>Before you continue</h1><p>We and our partners store information. Choose.</p>",
        "<title>Instytut</title><p>Aby przejść dalej, zaakceptuj pliki cookies.</p><button>Akceptuję</button>",
    ],
)
def test_a_cookie_wall_is_not_an_item_and_names_a_remedy(
    layout: Layout, raw_server: Any, save_urls: Keep, wall: str
) -> None:
    body = f"<!doctype html><html><head></head><body>{wall}</body></html>".encode()
    raw_server.script = script(answered(body, length=len(body)))
    [told] = save_urls(layout, settings_of(raw_server), URL)
    assert (told.word, told.item) == ("blocked", None)
    assert told.failed is not None
    assert "asks for consent first" in told.failed.detail
    assert "archive it in a browser, and import that" in told.failed.hint
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert catalogue.all_item_ids() == []


def test_a_redirect_to_bytes_that_are_not_utf_8_is_recorded_as_followed(
    layout: Layout, raw_server: Any, save_urls: Keep
) -> None:
    moved = b"HTTP/1.1 301 Moved\r\nLocation: /caf\xe9/\r\nContent-Length: 0\r\n\r\n"
    page = script(answered(length=len(PAGE)))
    raw_server.script = lambda wire: wire.send(moved) if b"GET /ferry/ " in wire.request else page(wire)
    [told] = save_urls(layout, settings_of(raw_server), URL)
    assert any(b"GET /caf%E9/ " in request for request in raw_server.requests)
    [capture] = captures(layout)
    assert capture.location == "http://institute.example/caf%E9/"
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        item = catalogue.item(URL)
        assert item is not None
        assert item.id == told.item


def test_a_truncated_answer_never_replaces_a_whole_one(layout: Layout, raw_server: Any, save_urls: Keep) -> None:
    settings = settings_of(raw_server)
    raw_server.script = script(answered(length=len(PAGE)))
    save_urls(layout, settings, URL)
    raw_server.script = script(answered(PAGE[: len(PAGE) * 2 // 3], length=len(PAGE)))
    save_urls(layout, settings, URL)
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert len(catalogue.editions(URL)) == 1
        item = catalogue.item(URL)
        assert item is not None
        assert item.edition.partial is None


def test_an_unproved_answer_is_requested_twice_and_counts_if_both_agree(
    layout: Layout, raw_server: Any, save_urls: Keep
) -> None:
    raw_server.script = script(answered(PAGE.removesuffix(b"</body></html>"), version="1.0"))
    told = save_urls(layout, settings_of(raw_server), URL)
    found = captures(layout)
    assert [capture.ending for capture in found] == [Ending.UNPROVED] * 2
    assert {capture.kind for capture in found} == {CaptureKind.RESPONSE, CaptureKind.REVISIT}
    assert len(told) == 1
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        item = catalogue.item(URL)
        assert item is not None
        assert item.edition.partial is None


# ── Https ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def serve_as(server: Any, certificate: trustme.LeafCert) -> None:
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(server.tls)


SECURE = URL.replace("http:", "https:")


def test_https_with_a_certificate_authority_of_the_settings_is_saved(
    layout: Layout, raw_server: Any, authority: trustme.CA, trusted: str, save_urls: Keep
) -> None:
    serve_as(raw_server, authority.issue_cert("institute.example"))
    raw_server.script = script(answered(PAGE.removesuffix(b"</body></html>")))
    [told] = save_urls(layout, settings_of(raw_server, ca_file=trusted), SECURE)
    [capture] = captures(layout, SECURE)
    assert (told.word, capture.ending) == ("new", Ending.CLOSE_NOTIFY)


def test_a_close_without_close_notify_is_unproved_and_requested_again(
    layout: Layout, raw_server: Any, authority: trustme.CA, trusted: str, save_urls: Keep
) -> None:
    serve_as(raw_server, authority.issue_cert("institute.example"))
    raw_server.notify = False
    raw_server.script = script(answered(PAGE.removesuffix(b"</body></html>")))
    save_urls(layout, settings_of(raw_server, ca_file=trusted), SECURE)
    assert [capture.ending for capture in captures(layout, SECURE)] == [Ending.UNPROVED] * 2


@pytest.mark.parametrize("fault", ["wrong host", "expired", "unknown authority"])
def test_a_server_with_an_untrusted_certificate_is_a_recorded_failure(
    layout: Layout, raw_server: Any, authority: trustme.CA, trusted: str, fault: str, save_urls: Keep
) -> None:
    name = "elsewhere.example" if fault == "wrong host" else "institute.example"
    ended = datetime.now(UTC) - timedelta(days=1) if fault == "expired" else None
    signer = trustme.CA() if fault == "unknown authority" else authority
    serve_as(raw_server, signer.issue_cert(name, not_after=ended))
    raw_server.script = script(answered())
    [told] = save_urls(layout, settings_of(raw_server, ca_file=trusted), SECURE)
    assert told.failed is not None
    assert (told.word, told.failed.reason) == ("failed", "tls")
    assert told.failed.hint
    [listed] = [one for one in failures(layout) if one.url == SECURE]
    assert listed.reason == "tls"
    assert captures(layout, SECURE) == []


# ── Failures ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_refusal_by_robots_txt_is_recorded_without_a_request(
    layout: Layout, raw_server: Any, save_urls: Keep
) -> None:
    raw_server.script = script(answered(), robots=b"User-agent: *\nDisallow: /\n")
    [told] = save_urls(layout, settings_of(raw_server), URL)
    assert told.failed is not None
    assert told.failed.reason == "robots"
    assert [request.split(b" ")[1] for request in raw_server.requests] == [b"/robots.txt"]
    [listed] = failures(layout)
    assert (listed.url, listed.reason) == (URL, "robots")


def test_a_name_that_does_not_resolve_is_a_failure_with_a_hint(layout: Layout, save_urls: Keep) -> None:
    url = "http://nowhere.example/essay"
    [told] = save_urls(layout, Settings(contact="archive@example.org", fetch=FetchOptions(delay=0.0)), url)
    assert told.failed is not None
    assert told.failed.reason == "dns"
    assert told.failed.hint
    assert url in {one.url for one in failures(layout)}


@pytest.mark.slow  # a host that failed rests for five seconds
def test_a_passing_failure_is_retried_before_it_counts(layout: Layout, raw_server: Any, save_urls: Keep) -> None:
    pages = iter([b"", answered(length=len(PAGE))])

    def falter(wire: Any) -> None:
        if b"GET /robots.txt " in wire.request:
            wire.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        else:
            wire.send(next(pages))

    raw_server.script = falter
    told = save_urls(layout, settings_of(raw_server), URL)
    assert [one.word for one in told] == ["new"]


def test_a_redirect_to_itself_is_reported_and_ends(layout: Layout, raw_server: Any, save_urls: Keep) -> None:
    raw_server.script = script(
        b"HTTP/1.1 302 Found\r\nLocation: http://institute.example/ferry/\r\nContent-Length: 0\r\n\r\n"
    )
    [told] = save_urls(layout, settings_of(raw_server), URL)
    assert told.item is None
    assert told.failed is not None
    assert told.failed.detail.startswith("it redirects without end")


def test_two_pages_that_redirect_to_each_other_are_reported_and_end(
    layout: Layout, raw_server: Any, save_urls: Keep
) -> None:
    def toss(wire: Any) -> None:
        if b"GET /robots.txt " in wire.request:
            wire.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        other = b"there" if b"/here" in wire.request.partition(b"\r\n")[0] else b"here"
        head = b"HTTP/1.1 302 Found\r\nLocation: http://institute.example/%s\r\nContent-Length: 0\r\n\r\n"
        wire.send(head % other)

    raw_server.script = toss
    [told] = save_urls(layout, settings_of(raw_server), "http://institute.example/here")
    assert told.failed is not None
    assert len(raw_server.requests) == 1 + 2


def test_a_chain_of_redirects_is_followed_ten_times(layout: Layout, raw_server: Any, save_urls: Keep) -> None:
    def lead_on(wire: Any) -> None:
        path = wire.request.split(b" ")[1]
        if path == b"/robots.txt":
            wire.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        step = int(path.strip(b"/") or b"0") + 1
        head = b"HTTP/1.1 302 Found\r\nLocation: http://institute.example/%d\r\nContent-Length: 0\r\n\r\n"
        wire.send(head % step)

    raw_server.script = lead_on
    [told] = save_urls(layout, settings_of(raw_server), "http://institute.example/0")
    assert told.item is None
    assert len(raw_server.requests) == 1 + 11


def test_an_error_page_is_kept_as_evidence_but_is_not_an_item(layout: Layout, raw_server: Any, save_urls: Keep) -> None:
    raw_server.script = script(b"HTTP/1.1 500 Server Error\r\nContent-Length: 4\r\n\r\noops")
    [told] = save_urls(layout, settings_of(raw_server), URL)
    assert (told.item, told.word) == (None, "error")
    assert captures(layout)[-1].status == 500


def test_a_page_on_no_known_host_gets_a_publisher_named_after_its_host() -> None:
    found = owner([], "https://www.institute.example/essay")
    assert (found.id, found.hosts, found.url) == (
        "institute-example",
        ("institute.example",),
        "https://www.institute.example/",
    )
    assert owner([found], "https://institute.example/other") is found


def test_a_page_of_only_script_is_reported_as_such_and_not_as_an_error(
    raw_server: Any, layout: Layout, save_urls: Keep
) -> None:
    shell = (
        b"<!doctype html><html><head><title>App</title><script src='/app.js'></script></head>"
        b"<body><div id='root'></div><noscript>Enable JavaScript to read this.</noscript></body></html>"
    )
    raw_server.script = script(answered(shell, length=len(shell)))
    [saved] = save_urls(layout, settings_of(raw_server), URL)
    assert saved.failed is not None
    assert (saved.item, saved.failed.reason, saved.failed.detail) == (None, "shell", "a page that is only script")
    assert "No script is run" in saved.failed.hint


# ── Terms pages ──────────────────────────────────────────────────────────────────────────────────────────────

GRANT = "All texts published by the Institute may be reproduced and distributed as long as the source is credited."
TERMS = "http://institute.example/terms-of-use/"


def _stating() -> Site:
    """A site that states its terms only on its terms page."""
    site = Site([article for article in load() if article.language == "en"][:2])
    site.set_terms("en", "", page=GRANT)
    return site


def test_a_saved_page_is_reported_with_the_terms_of_its_linked_terms_page(
    layout: Layout, settings_at: Any, save_urls: Keep, readers: ReaderPool
) -> None:
    site = _stating()
    urls = [site.shelf.url(article) for article in site.shelf.articles]
    words: dict[str, list[str]] = {}
    with serve(site) as port:
        settings = Settings(connect=settings_at(port).connect)
        make(layout, settings)
        with open_for_work(layout, settings) as work, visiting(work, readers=readers) as (pipeline, _):

            def tell(saved: Saved) -> None:
                item = work.catalogue.item(saved.item or "")
                assert item is not None
                words[saved.url] = [held.statement.words for held in item.terms if not held.statement.is_for_machines]

            save(work, pipeline, urls, notify=tell, stopped=lambda: False)
        assert [words[url] for url in urls] == [[GRANT], [GRANT]]
        save_urls(layout, settings, urls[0])
    assert len(captures(layout, TERMS)) == 1, "what is held is not asked for again"


def test_a_terms_page_that_is_also_named_is_requested_once_and_reported(
    layout: Layout, settings_at: Any, save_urls: Keep
) -> None:
    site = _stating()
    with serve(site) as port:
        told = save_urls(
            layout, Settings(connect=settings_at(port).connect), site.shelf.url(site.shelf.articles[0]), TERMS
        )
    assert len(told) == 2
    assert len(captures(layout, TERMS)) == 1


def test_few_terms_pages_are_requested_and_none_that_robots_txt_forbids(
    layout: Layout, raw_server: Any, save_urls: Keep
) -> None:
    names = ("terms", "copyright", "legal", "reprint", "imprint")
    links = "".join(f"<a href='/{name}/'>{name}</a>" for name in names)
    elsewhere = "<a href='http://another.example/terms/'>theirs</a>"
    page = PAGE.replace(b"</body>", f"<footer>{elsewhere}{links}</footer></body>".encode())
    raw_server.script = script(answered(page, length=len(page)), robots=b"User-agent: *\nDisallow: /copyright/\n")
    [told] = save_urls(layout, settings_of(raw_server), URL)
    assert told.word == "new"
    asked = {capture.url for name in names for capture in captures(layout, f"http://institute.example/{name}/")}
    assert asked == {"http://institute.example/terms/", "http://institute.example/legal/"}
    assert [failure.url for failure in failures(layout)] == ["http://institute.example/copyright/"]
