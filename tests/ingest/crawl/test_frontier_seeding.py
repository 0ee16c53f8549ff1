"""Finding pages: what lists, links and redirects name is queued, also by the run after a killed one."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from archive.disk import RealDisk
from db.catalogue import Catalogue
from db.query.coverage import coverage
from ingest.collection.collection import Layout, make
from ingest.crawl.folders import FOLDERS, folders
from ingest.crawl.scope import Scope
from ingest.demo.server import ReceivedRequest, serve
from ingest.demo.site import Response
from ingest.settings.values import Settings, StoreOptions

BASE = "http://institute.example"
PAGE = """<!doctype html><html lang="en"><head><title>{0}</title></head><body><main><h1>{0}</h1>
<p>{0} is told in a sentence that is long enough to be read as a text of its own, and in one more.</p>
{1}</main></body></html>"""


class Chained:
    """A site whose home page links to the first of three pages, each to the next, one of them by a redirect.

    Its answers have validators. The pages in *listed* stand in a sitemap, behind an index that never changes.
    """

    def __init__(self) -> None:
        self.listed = ["/first/"]

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        assert method == "GET"
        if path == "/moved/":
            return Response(301, (("Location", f"{BASE}/third/"),))
        body, kind = self._body(path)
        if body is None:
            return Response(404, (("Content-Type", "text/html"),), b"<html>nothing</html>")
        etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
        if headers.get("if-none-match") == etag:
            return Response(304, (("ETag", etag),))
        return Response(200, (("Content-Type", kind), ("ETag", etag)), body.encode())

    def _body(self, path: str) -> tuple[str | None, str]:
        if path == "/robots.txt":
            return f"User-agent: *\nAllow: /\nSitemap: {BASE}/index.xml\n", "text/plain"
        if path == "/index.xml":
            inner = f"<sitemap><loc>{BASE}/pages.xml</loc></sitemap>"
            return (
                f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</sitemapindex>',
                "text/xml",
            )
        if path == "/pages.xml":
            inner = "".join(f"<url><loc>{BASE}{one}</loc></url>" for one in self.listed)
            return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>', "text/xml"
        links = {"/": "/first/", "/first/": "/second/", "/second/": "/moved/", "/third/": "/", "/late/": "/"}
        if path not in links:
            return None, ""
        return PAGE.format(path.strip("/") or "home", f'<p><a href="{links[path]}">next</a></p>'), "text/html"


class Ends(RealDisk):
    """A disk that stops a run after a number of commits, as a kill would: nothing is committed after that."""

    def __init__(self, commits: int) -> None:
        self.commits = commits

    def commit(self, commit: Callable[[], None]) -> None:
        self.commits -= 1
        if self.commits < 0:
            raise KeyboardInterrupt
        commit()


def visited(layout: Layout) -> set[str]:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        rows = catalogue.connection.execute("SELECT url FROM visit WHERE visited_at IS NOT NULL AND due IS NOT NULL")
        return {str(row[0]).removeprefix(BASE) for row in rows}


@pytest.fixture
def chained(tmp_path: Path, settings_at: Callable[[int], Settings]) -> Any:
    site, layout = Chained(), Layout(tmp_path / "kept")
    with serve(site) as port:
        settings = dataclasses.replace(settings_at(port), store=StoreOptions(batch=1))
        make(layout, settings)
        yield site, layout, settings


EVERY = {"/", "/first/", "/second/", "/moved/", "/third/"}


@pytest.mark.slow
def test_a_chain_of_links_and_redirects_is_followed_across_stopped_runs(
    chained: Any, run_over: Callable[..., Any], tmp_path: Path
) -> None:
    _, _, settings = chained
    for commits in (7, 12, 17):
        again = Layout(tmp_path / str(commits))
        make(again, settings)
        try:
            run_over(again, settings, disk=Ends(commits))
        except KeyboardInterrupt:
            run_over(again, settings)
        assert visited(again) == EVERY, f"stopped after {commits} commits"


@pytest.mark.slow
def test_an_unchanged_list_still_leads_to_the_lists_that_it_names(chained: Any, run_over: Callable[..., Any]) -> None:
    site, layout, settings = chained
    run_over(layout, settings)
    site.listed.append("/late/")
    run_over(layout, settings)
    assert visited(layout) == {*EVERY, "/late/"}
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        kinds = [capture.kind for capture in catalogue.all_captures() if capture.url == f"{BASE}/index.xml"]
    assert kinds == ["response", "not-modified"]


@pytest.mark.parametrize(
    ("home", "include", "found"),
    [
        (f"{BASE}/", (), ()),
        (f"{BASE}/pl/", (), ()),
        (f"{BASE}/house/", (), ("/house/",)),
        (f"{BASE}/house/start.html", (), ("/house/",)),
        (f"{BASE}/", ("/house/", "/pl"), ("/house/",)),
    ],
)
def test_a_publisher_in_a_folder_of_its_host_has_its_lists_there(
    home: str, include: tuple[str, ...], found: tuple[str, ...]
) -> None:
    assert folders(home, Scope(("institute.example",), include=include)) == found


def test_a_sitemap_is_requested_in_only_a_few_of_many_included_folders() -> None:
    years = tuple(f"/{year}/" for year in range(1990, 2030))
    found = folders("https://institute.example/", Scope(("institute.example",), include=years))
    assert found == years[:FOLDERS]


class Circles:
    """A site that sends every visitor without a cookie to its question for consent and back, its home page too."""

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        assert (method, headers.get("cookie")) == ("GET", None)
        if path == "/robots.txt":
            return Response(200, (("Content-Type", "text/plain"),), f"Sitemap: {BASE}/pages.xml\n".encode())
        if path == "/pages.xml":
            inner = "".join(f"<url><loc>{BASE}{one}</loc></url>" for one in ("/self/", "/text/", "/from/", "/to/"))
            body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'
            return Response(200, (("Content-Type", "text/xml"),), body.encode())
        if path == "/text/":
            return Response(200, (("Content-Type", "text/html"),), PAGE.format("Text", "").encode())
        to = {"/": "/ask?for=home", "/ask?for=home": "/", "/self/": "/self/", "/from/": "/to/", "/to/": "/from/"}
        return Response(302, (("Location", f"{BASE}{to.get(path, '/text/')}"),))


@pytest.mark.slow
def test_redirects_in_a_circle_are_listed_as_failures_and_stop_no_other_page(
    run_over: Callable[..., Any], settings_at: Callable[[int], Settings], tmp_path: Path
) -> None:
    layout = Layout(tmp_path / "collection")
    asked: list[ReceivedRequest] = []
    with serve(Circles(), asked=asked) as port:
        settings = settings_at(port)
        make(layout, settings)
        report, _ = run_over(layout, settings)
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        told = {str(one.url).removeprefix(BASE): one.detail for one in catalogue.failures() if one.reason == "circle"}
        told_of = coverage(catalogue.connection, catalogue.publishers()[0].id)
    # Of a pair the second one closes the circle, or both do, if both answers came before either was read.
    assert told.keys() >= {"/self/", "/ask?for=home"}
    assert told["/self/"] == "it redirects to itself"
    assert told["/ask?for=home"] == f"it redirects to {BASE}/, which leads back here"
    assert told.keys() & {"/from/", "/to/"}
    assert [one.path for one in asked].count("/ask?for=home") == 1
    # The first request of the home page was counted as a redirect before its circle was closed.
    assert report.tally.reasons["circle"] == len(told) - 1
    assert told_of.whole.by_status["failed"] == len(told)
