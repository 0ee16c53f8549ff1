"""The first look of `init` and `add`: through the one HTTP client, with robots.txt, pauses and archiving."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.fixity.verifier import verify_file
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, make, now, read_settings
from ingest.collection.run_lock import run_lock
from ingest.crawl.site_preview import begin
from ingest.demo.server import serve
from ingest.demo.site import Response
from ingest.settings.values import PublisherOptions, Settings, StoreOptions

Command = Callable[..., Any]
URL = "http://institute.example/"
TEXT = "<p>The ferry that carries the teachers sails twice a week, and the school keeps its calendar by the ferry.</p>"
HTML = (("Content-Type", "text/html"),)
XML = (("Content-Type", "application/xml"),)


@dataclass
class Told:
    """A site with a home page, an article, a sitemap and a feed; *robots* is its robots.txt."""

    robots: Response = field(default_factory=lambda: Response(404, HTML, b"none"))
    asked: list[tuple[str, float]] = field(default_factory=list)

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        assert method == "GET"
        assert headers["host"] == "institute.example"
        self.asked.append((path, time.monotonic()))
        page = f"<!doctype html><html lang='en'><head><title>T</title>%s</head><body><h1>T</h1>{TEXT * 4}</body></html>"
        feed = '<link rel="alternate" type="application/rss+xml" href="/feed/">'
        answers = {
            "/robots.txt": self.robots,
            "/": Response(200, HTML, (page % feed).encode()),
            "/essay/": Response(200, HTML, (page % "").encode()),
            "/sitemap_index.xml": Response(
                200, XML, b"<sitemapindex><sitemap><loc>http://institute.example/a.xml</loc></sitemap></sitemapindex>"
            ),
            "/a.xml": Response(200, XML, b"<urlset><url><loc>http://institute.example/essay/</loc></url></urlset>"),
            "/feed/": Response(
                200, XML, b"<rss version='2.0'><channel><item><link>/essay/</link></item></channel></rss>"
            ),
        }
        return answers.get(path, Response(404, HTML, b"none"))

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def robots_file(text: str, status: int = 200) -> Response:
    return Response(status, (("Content-Type", "text/plain"),), text.encode())


def looked(creditline: Command, site: Told, folder: Path, *words: str, url: str = URL) -> Any:
    with serve(site) as port:
        return creditline(*words, url, folder, "--connect", f"institute.example=127.0.0.1:{port}")


def captured(folder: Path) -> list[str]:
    with Catalogue.open(Layout(folder).catalogue, read_only=True) as catalogue:
        return [capture.url.removeprefix(URL[:-1]) for capture in catalogue.all_captures()]


def test_everything_that_the_first_look_fetches_is_archived(creditline: Command, tmp_path: Path) -> None:
    site, folder = Told(), tmp_path / "new"
    ended = looked(creditline, site, folder, "init", url=f"{URL}essay/")
    assert ended.code == Exit.DONE
    assert "(about 1 page)" in ended.out
    assert sorted(captured(folder)) == sorted(site.paths)
    assert set(site.paths) == {"/robots.txt", "/", "/essay/", "/sitemap_index.xml", "/a.xml", "/feed/"}
    assert all(verify_file(path).findings == () for path in Layout(folder).warcs.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["init", "add"])
def test_the_first_look_requests_nothing_that_robots_txt_forbids(
    creditline: Command, tmp_path: Path, verb: str
) -> None:
    site, folder = Told(robots_file("User-agent: *\nDisallow: /essay\nDisallow: /feed\n")), tmp_path / "new"
    if verb == "init":
        ended = looked(creditline, site, folder, "init", url=f"{URL}essay/")
    else:
        make(Layout(folder), Settings(publishers=(PublisherOptions("http://here.example/"),)))
        with serve(site) as port:
            connect = ("--connect", f"institute.example=127.0.0.1:{port}")
            ended = creditline("-C", folder, "add", f"{URL}essay/", *connect)
    assert ended.code == Exit.DONE, ended.err
    assert set(site.paths) == {"/robots.txt", "/", "/sitemap_index.xml", "/a.xml"}


def test_the_first_look_on_a_full_disk_says_so_and_requests_nothing(creditline: Command, tmp_path: Path) -> None:
    site, folder = Told(), tmp_path / "new"
    make(Layout(folder), Settings(store=StoreOptions(reserve_bytes=1 << 60)))
    with serve(site) as port:
        ended = creditline("-C", folder, "add", URL, "--connect", f"institute.example=127.0.0.1:{port}")
    assert (ended.code, site.asked) == (Exit.DISK, [])
    assert "are kept in reserve" in ended.err
    assert read_settings(Layout(folder)).publishers == ()


@pytest.mark.slow
def test_the_first_look_finds_a_sitemap_that_only_robots_txt_names(creditline: Command, tmp_path: Path) -> None:
    site = Told(robots_file(f"User-agent: *\nAllow: /\n\nSitemap: {URL}a.xml\n"))
    looked(creditline, site, tmp_path / "new", "init")
    assert "/a.xml" in site.paths
    assert "/sitemap_index.xml" not in site.paths


@dataclass
class Gated(Told):
    """A site that asks for a consent before its home page."""

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        if path.startswith("/consent?"):
            asks = f"<title>Your choice</title><h1>Your choice</h1>{TEXT * 4}<form><button>Yes</button></form>"
            return Response(200, HTML, asks.encode())
        return (
            Response(302, (("Location", "/consent?return=%2F"),))
            if path == "/"
            else Told().respond(method, path, headers)
        )


def test_the_first_look_takes_a_question_for_consent_for_an_obstacle_and_no_home_page(
    creditline: Command, tmp_path: Path
) -> None:
    ended = looked(creditline, Gated(), tmp_path / "new", "init")
    assert ended.code == Exit.ATTENTION
    assert "asks for something first" in ended.out + ended.err
    settings = (tmp_path / "new" / "creditline.toml").read_text("utf-8")
    assert f'url = "{URL}"' in settings
    assert "Your choice" not in settings


@dataclass
class Moved(Told):
    """A site that is on port 8080 now; on the old port its home page redirects there, and nothing else answers."""

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        if headers["host"] == "institute.example":
            to = (("Location", "http://institute.example:8080/"),)
            return Response(301, to, b"") if path == "/" else Response(404, HTML, b"none")
        found = Told.respond(self, method, path, {"host": "institute.example"})
        return replace(found, body=found.body.replace(b"institute.example/", b"institute.example:8080/"))


@pytest.mark.slow
@pytest.mark.parametrize("robots", ["", "Sitemap: http://institute.example:8080/a.xml\n"])
def test_the_lists_of_a_site_that_moved_to_another_port_are_looked_for_where_it_is_now(
    creditline: Command, tmp_path: Path, robots: str
) -> None:
    folder, site = tmp_path / "new", Moved(robots_file(robots)) if robots else Moved()
    with serve(site) as port:
        ways = (f"--connect=institute.example{at}=127.0.0.1:{port}" for at in ("", ":8080"))
        ended = creditline("init", URL, folder, *ways)
    assert ended.code == Exit.DONE, ended.err
    assert "sitemap    http://institute.example:8080/" in ended.out
    assert "(about 1 page)" in ended.out
    assert "feed       http://institute.example:8080/feed/" in ended.out
    assert ("/sitemap_index.xml" in site.paths) is not bool(robots)


@dataclass
class GatedElsewhere(Told):
    """A site that asks for a consent on another host, which has a sitemap of its own."""

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        if headers["host"] == "consent.example":
            asks = f"<title>Your choice</title><h1>Your choice</h1>{TEXT * 4}<form><button>Yes</button></form>"
            lists = b"<urlset><url><loc>http://consent.example/about/</loc></url></urlset>"
            return Response(200, XML, lists) if path.endswith(".xml") else Response(200, HTML, asks.encode())
        if path == "/":
            return Response(302, (("Location", "http://consent.example/"),), b"")
        return Told.respond(self, method, path, headers)


@pytest.mark.slow
def test_the_lists_of_a_site_are_not_looked_for_on_the_host_that_asks_for_a_consent(
    creditline: Command, tmp_path: Path
) -> None:
    site = GatedElsewhere()
    with serve(site) as port:
        ways = (f"--connect={host}.example=127.0.0.1:{port}" for host in ("institute", "consent"))
        ended = creditline("init", URL, tmp_path / "new", *ways)
    assert f"sitemap    {URL}sitemap_index.xml" in ended.out + ended.err


def test_the_first_look_keeps_the_crawl_delay_of_robots_txt(creditline: Command, tmp_path: Path) -> None:
    site = Told(robots_file("User-agent: *\nCrawl-delay: 0.3\n"))
    assert looked(creditline, site, tmp_path / "new", "init").code == Exit.DONE
    moments = [moment for _, moment in site.asked]
    assert len(moments) > 3
    assert all(later - earlier >= 0.3 for earlier, later in pairwise(moments))


def test_a_site_without_access_by_robots_txt_is_not_looked_at(creditline: Command, tmp_path: Path) -> None:
    for name, robots in (("closed", robots_file("User-agent: *\nDisallow: /\n")), ("busy", robots_file("", 503))):
        site = Told(robots)
        ended = looked(creditline, site, tmp_path / name, "init")
        assert ended.code == Exit.ATTENTION
        assert "robots.txt does not let us in" in ended.out
        assert set(site.paths) == {"/robots.txt"}


@pytest.mark.slow
def test_a_collection_verifies_after_a_first_look_and_a_run(creditline: Command, tmp_path: Path) -> None:
    site, folder = Told(), tmp_path / "new"
    with serve(site) as port:
        creditline("init", f"{URL}essay/", folder, "--connect", f"institute.example=127.0.0.1:{port}")
        ended = creditline("-C", folder, "run")
    assert ended.code in (Exit.DONE, Exit.ATTENTION), ended.err
    assert creditline("-C", folder, "verify").code == Exit.DONE
    assert creditline("-C", folder, "rebuild", "--check").code == Exit.DONE


def test_a_look_that_is_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    kept, layout = tmp_path / "kept", Layout(tmp_path / "kept")
    kept.mkdir()
    (kept / ".keep").touch()
    with serve(Told()) as port:
        settings = Settings(connect=(("institute.example", f"127.0.0.1:{port}"),))
        for one in (layout, Layout(tmp_path / "new")):
            seen = begin(one, settings, PublisherOptions(URL), stopped=lambda: True)
            assert seen is None
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert [path.name for path in kept.iterdir()] == [".keep"]


def test_a_publisher_is_not_added_while_a_run_is_live(creditline: Command, tmp_path: Path) -> None:
    site, layout = Told(), Layout(tmp_path / "kept")
    make(layout, Settings(publishers=(PublisherOptions("http://here.example/"),)))
    with serve(site) as port, run_lock(layout.directory, now=now()):
        connect = ("--connect", f"institute.example=127.0.0.1:{port}")
        ended = creditline("-C", layout.directory, "add", URL, *connect)
    assert ended.code == Exit.LOCKED
    assert site.asked == []


@pytest.mark.slow
def test_an_imported_publisher_keeps_its_id_when_its_site_is_added(
    creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path
) -> None:
    warc, folder, site = foreign_warc(), tmp_path / "kept", Told()
    warc.response(
        f"{URL}essay/", f"<html><body><h1>T</h1>{TEXT * 4}</body></html>".encode(), date="2019-03-01T10:00:00Z"
    )
    creditline("-C", folder, "import", warc.path, "--publisher", URL, "--id", "bl")
    with serve(site) as port:
        connect = ("--connect", f"institute.example=127.0.0.1:{port}")
        assert creditline("-C", folder, "add", URL, "--id", "other", *connect).code == Exit.USAGE
        assert site.asked == []
        ended = creditline("-C", folder, "add", URL, *connect)
    assert ended.code == Exit.DONE, ended.err
    assert 'id = "bl"' in Layout(folder).settings.read_text()
