"""Archived pages in a real browser: nothing in them runs or leaves; and they look as before, with their links."""

from __future__ import annotations

import base64
import shutil
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Error, sync_playwright

from archive.http.exchange import Ending, Exchange
from archive.store import Archive
from db.catalogue import Catalogue
from tests.real.served_room import Room, served

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("browser")]

SITE = "http://institute.example"
BEGAN = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)


@dataclass
class Ear:
    """Listens on a loopback port, and records who connects."""

    port: int = 0
    heard: list[bytes] = field(default_factory=list)

    @contextmanager
    def listening(self) -> Iterator[Ear]:
        heard = self.heard

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                heard.append(self.request.recv(300))
                self.request.sendall(b"HTTP/1.0 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n")

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
            server.daemon_threads = True
            self.port = server.server_address[1]
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield self
            server.shutdown()


def attacks(out: str) -> list[str]:
    """Return markup that tries to run a script, or to reach *out*, in two hundred ways."""
    run = f"fetch('{out}/ran');document.title='ran'"
    meant = {
        "@RUN@": run,
        "@OUT@": out,
        "@HOST@": out.partition("//")[2],
        "@CODED@": "".join(f"&#{ord(one)};" for one in f"javascript:{run}"),
    }
    written = (Path(__file__).parent / "attacks.txt").read_text(encoding="utf-8")
    whole = [line.encode().decode("unicode_escape") for line in written.splitlines()]
    events = ("onload", "onerror", "onfocus", "onmouseover", "onclick", "onpageshow", "onanimationstart", "onscroll")
    tags = ("p", "b", "input autofocus", "iframe", "svg", "video src=x", "img src=x", "style", "object", "body")
    whole += [f'<{tag} {event}="@RUN@">x' for tag in tags for event in events]
    for name, value in meant.items():
        whole = [one.replace(name, value) for one in whole]
    return whole


def _keep(directory: Path, answers: list[tuple[str, str, bytes]]) -> None:
    """Make a collection in *directory* of *answers* (path, media type and body of each), a minute apart."""
    numbers = count(1)
    made = Archive.open(
        directory / "warcs",
        info={"software": "a test"},
        clock=lambda: BEGAN,
        new_id=lambda: UUID(int=0x40008000_00000000_00000000 + next(numbers)),
    )
    with closing(made), Catalogue.open(directory / "catalogue.db", create=True) as catalogue:
        kept = []
        for number, (path, kind, body) in enumerate(answers):
            head = f"HTTP/1.0 200 OK\r\nContent-Type: {kind}\r\nRefresh: 0;url=/\r\nContent-Length: {len(body)}\r\n\r\n"
            began = BEGAN + timedelta(minutes=number)
            exchange = Exchange(SITE + path, began, b"GET / HTTP/1.0\r\n\r\n", head.encode() + body, Ending.LENGTH)
            kept.append(made.keep("institute", exchange))
        made.sync()
        catalogue.add_captures(kept)


@pytest.fixture(scope="module")
def browser(need: Callable[[str], None]) -> Iterator[Any]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        need("Chromium is not installed")
    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def ears() -> Iterator[tuple[Ear, Ear]]:
    with ExitStack() as stack:
        yield stack.enter_context(Ear().listening()), stack.enter_context(Ear().listening())


AT_ONCE = 12
# What these begin swallows everything after it.
TAKES_ALL = ("<plaintext", "<!-", "frameset", "fencedframe", "/un", "/in2", "<select", "/q3", "<title>", "<xmp>")


def pages_of(tried: list[str]) -> list[str]:
    """Return pages with *tried*, a dozen on each, apart from what would hide the rest of its page."""
    alone = [one for one in tried if any(mark in one for mark in TAKES_ALL)]
    others = [one for one in tried if one not in alone]
    return alone + ["\n".join(others[place : place + AT_ONCE]) for place in range(0, len(others), AT_ONCE)]


@dataclass
class Hostile:
    """A room over pages that try to run and to get out: their paths, and those of files that are no pages."""

    room: Room
    pages: list[str]
    files: list[str]


@pytest.fixture(scope="module")
def hostile(ears: tuple[Ear, Ear], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    directory = tmp_path_factory.mktemp("hostile")
    tried = attacks(f"http://127.0.0.1:{ears[0].port}")
    assert len(tried) >= 200
    pages = {
        f"/{number}": f"<!DOCTYPE html><title>calm</title><p>A page.</p>{body}"
        for number, body in enumerate(pages_of(tried))
    }
    out = f"http://127.0.0.1:{ears[1].port}"
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(\'{out}\')"><script>fetch("{out}")</script>'
    drawing += f'<image href="{out}/svg" width="9" height="9"/><a href="{out}/a"><text y="20">a</text></a></svg>'
    xml = f'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="{out}/x.xsl"?><a/>'
    script = f"<script>fetch('{out}/sniffed')</script>".encode()
    files = [
        ("/d.svg", "image/svg+xml", drawing.encode()),
        ("/x.xml", "application/xml", xml.encode()),
        ("/plain", "text/plain", script),
        ("/none", "application/x-nothing", script),
        ("/x.xhtml", "application/xhtml+xml", b'<html xmlns="http://www.w3.org/1999/xhtml">' + script + b"</html>"),
        ("/f.mht", "multipart/related", script),
        ("/s.css", "text/css", f"@import '{out}/i.css';p{{background:url({out}/b)}}".encode()),
    ]
    _keep(directory, [*((path, "text/html; charset=utf-8", body.encode()) for path, body in pages.items()), *files])
    with served(directory) as room:
        yield Hostile(room, list(pages), [path for path, _kind, _body in files])


def test_the_test_servers_notice_the_requests_of_a_browser_without_our_policy(
    browser: Any, ears: tuple[Ear, Ear]
) -> None:
    out = f"http://127.0.0.1:{ears[1].port}"
    page = browser.new_page()
    page.set_content(f"<title>calm</title><img src={out}/i><script>fetch('{out}/ran');document.title='ran'</script>")
    page.wait_for_timeout(500)
    assert page.title() == "ran"
    assert len(ears[1].heard) >= 2
    page.close()
    ears[1].heard.clear()

    # Opened without its banner, a page leads to the banner, and is loaded within it.


@pytest.mark.parametrize("use", ["", "im_", "id_"])
def test_an_archived_page_runs_no_script_and_sends_no_request(
    browser: Any, hostile: Hostile, ears: tuple[Ear, Ear], use: str
) -> None:
    context = browser.new_context(accept_downloads=True)
    asked: list[str] = []
    opened: list[Any] = []
    context.on("request", lambda request: asked.append(request.url))
    # One window for all: opening one for each would take most of the time.
    page = context.new_page()
    page.on("dialog", lambda dialog: opened.append(dialog))
    page.on("popup", lambda popup: opened.append(popup))
    for path in hostile.files + (hostile.pages if not use else hostile.pages[-2:]):
        _open(page, f"{hostile.room.second}/web/20230424100000{use}/{SITE}{path}")
        page.wait_for_timeout(100)
        titles = {frame.title() for frame in page.frames}
        assert "ran" not in titles, path
        _click_all(page)
    assert opened == []
    assert [url for url in asked if not url.startswith((hostile.room.second, "data:", "about:", "blob:"))] == []
    assert [ear.heard for ear in ears] == [[], []]
    assert context.service_workers == []
    assert context.cookies() == []
    context.close()


def _open(page: Any, url: str) -> None:
    try:
        page.goto(url, wait_until="load", timeout=90_000)
    except Error as error:
        # The late target of the last click on the previous page.
        if "interrupted by another navigation" in error.message:
            _open(page, url)
            return
        # Saved, and not opened: also an end that is right.
        assert "ERR_ABORTED" in error.message or "Download" in error.message, error  # noqa: PT017


def _click_all(page: Any) -> None:
    """Follow every link below the banner by a click, and come back."""
    for frame in [one for one in page.frames if one is not page.main_frame][:1]:
        for link in frame.query_selector_all("a, button, area, math, input, summary")[:4]:
            try:
                link.click(timeout=300, no_wait_after=True, force=True)
            except Error:
                # It is out of sight, or the page has changed: a click may do either.
                return
            page.wait_for_timeout(50)


PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FINE = (
    "<!DOCTYPE html><html lang=en><title>Fine</title><link rel=stylesheet href=/a.css><h1>A heading</h1>"
    "<img src=/p.png><p class=b>A paragraph.</p><a href=/other>on</a><a href=#foot>down</a>"
    "<noscript><em>no scripts</em></noscript><iframe src=/framed></iframe>"
    "<div style='height:3000px'></div><p id=foot>foot"
)
STYLE = "@import 'b.css'; h1{color:rgb(1,2,3)} body{background:url(p.png)}"


@pytest.fixture(scope="module")
def fine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    directory = tmp_path_factory.mktemp("fine")
    page = "text/html; charset=utf-8"
    _keep(
        directory,
        [
            ("/fine", page, FINE.encode()),
            ("/a.css", "text/css", STYLE.encode()),
            ("/b.css", "text/css", b".b{font-style:italic}"),
            ("/p.png", "image/png", PICTURE),
            ("/other", page, b"<title>Other</title><h1>Another page</h1>"),
            ("/framed", page, b"<title>Framed</title><link rel=stylesheet href=/a.css><h1>Within</h1>"),
        ],
    )
    with served(directory) as room:
        yield room


def test_an_archived_page_looks_as_before_and_its_links_stay_in_the_archive(browser: Any, fine: Room) -> None:
    context = browser.new_context()
    page = context.new_page()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{fine.second}/web/2023/{SITE}/fine", timeout=90_000)
    (below,) = page.main_frame.child_frames
    looks = below.evaluate(
        """() => ({
            heading: getComputedStyle(document.querySelector('h1')).color,
            slant: getComputedStyle(document.querySelector('.b')).fontStyle,
            picture: document.querySelector('img').naturalWidth,
            behind: getComputedStyle(document.body).backgroundImage.includes('/p.png'),
            without: document.querySelector('noscript em') !== null,
            origin: self.origin,
        })"""
    )
    assert looks == {
        "heading": "rgb(1, 2, 3)", "slant": "italic", "picture": 1, "behind": True, "without": True, "origin": "null",
    }  # fmt: skip
    (framed,) = below.child_frames
    assert framed.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(1, 2, 3)"
    assert failed == []
    below.click("text=down")
    assert page.url.endswith("/fine")
    below.click("text=on")
    page.wait_for_url("**/other", timeout=30_000)
    assert page.main_frame.child_frames[0].text_content("h1") == "Another page"
    assert "Archived" in (page.text_content("h1") or "")
    context.close()
