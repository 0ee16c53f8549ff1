"""`kill -9` at random moments of a run: the runs after it visit every page, and none more than twice.

Some pages have a picture and a report of their own. CREDITLINE_KILLS=200 sets the number of kills, on a site of 600
pages, and takes a quarter of an hour.
"""

from __future__ import annotations

import dataclasses
import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, make
from ingest.demo.articles import Article, load
from ingest.demo.server import ReceivedRequest, serve
from ingest.demo.site import Response, Site
from ingest.settings.values import PublisherOptions, Settings

KILLS = int(os.environ.get("CREDITLINE_KILLS", "6"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(100 * KILLS)]
PAGES = 600 if KILLS > 50 else 60
A_CRAWL = 10 if KILLS > 50 else 3
"""How often a crawl is killed before it may end."""


def articles() -> Iterator[Article]:
    """Yield articles without end: the demonstration's articles in one part and one language, over and over."""
    plain = [one for one in load() if one.language == "en" and len(one.parts) == 1 and not one.protected]
    for number, one in enumerate(cycle(plain)):
        earlier = timedelta(days=number)
        yield dataclasses.replace(
            one,
            slug=f"{one.slug}-{number}",
            work=f"{one.slug}-{number}",
            title=f"{one.title}, Part {number}",
            published=one.published - earlier,
            modified=one.modified - earlier,
            formerly=(),
        )


class Reporting(Site):
    """A site where every fifth page offers a report and a picture."""

    def __init__(self, told: Iterable[Article], report: Callable[[str], bytes]) -> None:
        super().__init__(told)
        self._report = report

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        if path.startswith("/reports/"):
            fields = (("Content-Type", "application/pdf"), ("ETag", f'"{path}"'))
            return Response(200, fields, self._report(path))
        if path.startswith("/shown/"):
            return Response(200, (("Content-Type", "image/png"),), b"a picture: " + path.encode())
        found = super().respond(method, path, headers)
        if b"</article>" not in found.body or len(path) % 5:
            return found
        name = path.strip("/").replace("/", "-")
        link = f'<p><img src="/shown/{name}.png"><a href="/reports/{name}.pdf">The report</a></p></article>'
        body = found.body.replace(b"</article>", link.encode(), 1)
        kept = tuple(pair for pair in found.headers if pair[0].lower() != "content-length")
        return Response(found.status, kept, body)


def site_of(pages: int, report: Callable[[str], bytes]) -> Site:
    """Return the smallest site with at least *pages* pages, counting its lists of articles."""
    for count in range(pages // 3, pages, 2):
        site = Reporting(islice(articles(), count), report)
        if sum(path.endswith("/") for path in site.paths) > pages + 5:  # a private page, feeds
            return site
    raise AssertionError


def held(layout: Layout) -> dict[str, Any]:
    """Return every item with the texts of its editions, and every visited page with its outcome."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        items: dict[str, Any] = {
            item: [edition.text for edition in catalogue.editions(item)] for item in catalogue.all_item_ids()
        }
        rows = catalogue.connection.execute("SELECT url, outcome IN ('kept', 'adopted'), due IS NULL FROM visit")
        assert catalogue.unread() == []
        return {**items, "visits": sorted(rows.fetchall())}


class Crawl:
    """The command, run again and again over one collection."""

    def __init__(self, script: Path, layout: Layout) -> None:
        self._words = [str(script), "-C", str(layout.directory), "run", "--json"]

    def killed(self, pages: int, delay: float) -> int:
        """Run, and kill it *delay* seconds after it reported *pages* pages; return its exit status, -9 if killed."""
        process = subprocess.Popen(self._words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert process.stdout is not None
        with process.stdout:
            for _ in islice(process.stdout, pages):
                pass
            time.sleep(delay)
            process.kill()
        return process.wait(300)

    def ended(self) -> int:
        """Run to the end and return the exit code."""
        return subprocess.run(self._words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600).returncode


def test_a_run_killed_at_random_moments_visits_every_page_in_the_end(
    creditline_script: Path, tmp_path: Path, samples: Any
) -> None:
    chance = random.Random(600)  # noqa: S311 - any repeatable sequence will do

    def report(path: str) -> bytes:
        return bytes(samples.report(samples.Article(path, f"Report on {path[9:-4].replace('-', ' ')}")))

    site, asked = site_of(PAGES, report), list[ReceivedRequest]()
    kills = crawls = 0
    with serve(site, asked=asked) as port:
        settings = Settings(
            connect=(("institute.example", f"127.0.0.1:{port}"),),
            publishers=(PublisherOptions("http://institute.example/", id="bl"),),
        )
        undisturbed = Layout(tmp_path / "undisturbed")
        make(undisturbed, settings)
        assert Crawl(creditline_script, undisturbed).ended() == Exit.DONE
        expected = held(undisturbed)
        assert len(expected["visits"]) >= PAGES
        kinds = [url.rpartition(".")[2] for url, *_ in expected["visits"]]
        assert min(kinds.count("pdf"), kinds.count("png")) >= PAGES // 20
        while kills < KILLS:
            layout = Layout(tmp_path / f"crawl-{crawls}")
            make(layout, settings)
            crawl = Crawl(creditline_script, layout)
            asked.clear()
            legs, code = 0, -9
            while legs < A_CRAWL and code == -9:
                code = crawl.killed(chance.randrange(PAGES // A_CRAWL), chance.random() * 0.3)
                legs += code == -9
            assert (crawl.ended() if code == -9 else code) == Exit.DONE
            kills, crawls = kills + legs, crawls + 1
            assert held(layout) == expected, f"after {legs} kills in crawl {crawls}"
            verified = subprocess.run([creditline_script, "-C", layout.directory, "verify", "--all"], timeout=600)
            assert verified.returncode == Exit.DONE
            often = Counter(one.path for one in asked if one.path.endswith("/")).most_common(1)[0]
            assert often[1] <= legs + 1, f"{often[0]} was asked for {often[1]} times in {legs + 1} runs"
    found = len(expected["visits"])
    print(f"{kills} kills in {crawls} crawls: {found} of {found} pages each time")  # noqa: T201 - pytest -s
