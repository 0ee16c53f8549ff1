"""Several publishers in one run: none delays another's visits, nor the end of the run."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from db.catalogue import Catalogue
from db.instant import maybe_instant
from ingest.collection.collection import Layout, make
from ingest.crawl.report import Report
from ingest.crawl.run import Order
from ingest.demo.server import serve
from ingest.demo.site import Response
from ingest.settings.values import FetchOptions, PublisherOptions, Settings

HTML = (("Content-Type", "text/html"),)
SENTENCE = "The harbour of the old town was dredged again this spring, and the council says what it cost. "
Run = Callable[..., tuple[Report, Any]]
SOON = 4.0
"""Seconds within which a stopped run ends; it takes one, and took 7 to 21 while exchanges were awaited."""


def article(title: str, links: str = "") -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><main><h1>{title}</h1>'
        f"<p>{SENTENCE * 3}</p>{links}</main></body></html>"
    ).encode()


def links_to(paths: list[str]) -> str:
    return "".join(f'<p><a href="{path}">x</a></p>' for path in paths)


@dataclass
class Two:
    """A good site with six articles and a site that answers as a test says, told apart by the Host field."""

    other: Callable[[str], Response]
    asked: list[tuple[str, str]] = field(default_factory=list)

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        assert method == "GET"
        host = headers["host"]
        self.asked.append((host, path))
        if path in ("/robots.txt", "/.well-known/tdmrep.json") and host == "sound.example":
            return Response(404, HTML, b"none")
        return self.other(path) if host == "other.example" else self._sound(path)

    def _sound(self, path: str) -> Response:
        if path == "/":
            return Response(200, HTML, article("Sound", links_to([f"/n{n}/" for n in range(6)])))
        if path.startswith("/n"):
            return Response(200, HTML, article(f"Harbour Report {path[2:-1]}"))
        return Response(404, HTML, b"none")

    def paths(self, host: str) -> list[str]:
        return [path for asked, path in self.asked if asked == host]


def settings_of(port: int, own: Mapping[str, Any] = MappingProxyType({}), **options: Any) -> Settings:
    return Settings(
        connect=tuple((f"{name}.example", f"127.0.0.1:{port}") for name in ("other", "sound")),
        fetch=FetchOptions(**options),
        publishers=tuple(
            PublisherOptions(f"http://{name}.example/", id=name, **own.get(name, {})) for name in ("other", "sound")
        ),
    )


@pytest.fixture
def over(tmp_path: Path, run_over: Run) -> Callable[..., tuple[Report, Any]]:
    """Do one run over both sites: ``over(two, order, stopped=..., **fetch options)``."""
    layout = Layout(tmp_path / "kept")

    def go(two: Two, order: Order | None = None, *, stopped: Any = lambda _: False, **options: Any) -> Any:
        with serve(two) as port:
            settings = settings_of(port, **options)
            if not layout.settings.exists():
                make(layout, settings)
            return run_over(layout, settings, order, stopped=stopped)

    return go


def told(teller: Any, name: str) -> set[str]:
    return {str(event["url"]) for event in teller.events if str(event["url"]).startswith(f"http://{name}.example/")}


@pytest.fixture
def visits(tmp_path: Path) -> Callable[[], dict[str, tuple[datetime | None, datetime | None, int]]]:
    """The result of each visit: when it was made, when it is due, and consecutive failures."""

    def read() -> dict[str, tuple[datetime | None, datetime | None, int]]:
        with Catalogue.open(tmp_path / "kept" / "catalogue.db", read_only=True) as catalogue:
            rows = catalogue.connection.execute("SELECT url, visited_at, due, attempts FROM visit").fetchall()
        return {row[0]: (maybe_instant(row[1]), maybe_instant(row[2]), row[3]) for row in rows}

    return read


SOUND = {"http://sound.example/", *(f"http://sound.example/n{n}/" for n in range(6))}


def endless_links() -> Callable[[str], Response]:
    numbers = itertools.count()

    def answer(path: str) -> Response:
        if path == "/robots.txt":
            return Response(404, HTML, b"none")
        return Response(200, HTML, article(path, links_to([f"/r{next(numbers)}/" for _ in range(30)])))

    return answer


def endless_lists(path: str) -> Response:
    if path == "/robots.txt":
        return Response(200, (("Content-Type", "text/plain"),), b"Sitemap: http://other.example/sm.xml\n")
    if path.startswith("/sm"):
        named = "".join(f"<sitemap><loc>http://other.example{path}/{n}</loc></sitemap>" for n in range(40))
        return Response(200, (("Content-Type", "application/xml"),), f"<sitemapindex>{named}</sitemapindex>".encode())
    return Response(200, HTML, article("Home", links_to(["/b/"]))) if path in ("/", "/b/") else Response(404, HTML)


@pytest.mark.slow
@pytest.mark.parametrize("other", [endless_links(), endless_lists], ids=["links", "lists"])
def test_an_endless_site_does_not_delay_the_pages_of_another(over: Any, other: Any) -> None:
    """It is listed first; the run is stopped once the good site is done, or the other gave a hundred answers."""
    two = Two(other)
    report, teller = over(two, stopped=lambda told_so: told(told_so, "sound") >= SOUND or len(two.asked) > 400)
    assert told(teller, "sound") == SOUND
    assert report.stopped == "a signal"


@pytest.mark.slow
def test_pages_of_a_site_with_endless_lists_are_visited(over: Any) -> None:
    two = Two(endless_lists)
    _, teller = over(two, stopped=lambda so_far: len(told(so_far, "other")) == 2 or len(two.asked) > 400)
    assert told(teller, "other") == {"http://other.example/", "http://other.example/b/"}


@pytest.mark.slow
def test_a_run_ends_at_the_page_budget_of_a_publisher_and_the_next_continues(over: Any) -> None:
    two = Two(endless_links())
    report, teller = over(two, pages=8)
    assert (report.stopped, report.cut) == (None, ["other"])
    assert report.left > 0
    assert (len(told(teller, "other")), told(teller, "sound")) == (8, SOUND)
    _, later = over(two, pages=8)
    assert len(told(later, "other") - told(teller, "other")) >= 7


@pytest.mark.slow
def test_the_plan_counts_pages_that_are_being_visited_while_lists_of_another_are_read(over: Any) -> None:
    """It once said "0 of 12 pages to visit" of a run that visited some afterwards."""
    visited, listed = threading.Event(), threading.Event()

    class Slow(Two):
        """The lists of the other are read between the second and the last visit to the sound one."""

        def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
            found = super().respond(method, path, headers)
            if headers["host"] == "other.example":
                visited.wait(5)
                if path == "/sitemap.xml":
                    listed.set()
            elif path.startswith("/n") and path != "/n0/":
                visited.set()
                listed.wait(5)
                time.sleep(1)  # until the answer to the last list is read
            return found

    _, teller = over(Slow(lambda path: Response(200 if path == "/" else 404, HTML, article(path))), Order(limit=6))
    (plan,) = [said for said in teller.said if "to visit" in said]
    assert re.match(r"[1-5] of \d pages to visit", plan), plan


@pytest.mark.slow
def test_a_publisher_can_have_its_own_page_budget(over: Any) -> None:
    two = Two(endless_links())
    report, teller = over(two, own={"other": {"pages": 3}})
    assert (report.stopped, report.cut) == (None, ["other"])
    assert (len(told(teller, "other")), told(teller, "sound")) == (3, SOUND)


@pytest.mark.slow
@pytest.mark.parametrize("budget", ["bytes", "days"])
def test_a_budget_of_bytes_or_days_ends_the_visits_and_reports_what_is_left(over: Any, budget: str) -> None:
    two = Two(endless_links())
    # In a day with so few parts only requests under way are completed.
    report, teller = over(two, own={"other": {"bytes": 20_000} if budget == "bytes" else {"days": 1e-9}})
    assert (report.stopped, report.cut, told(teller, "sound")) == (None, ["other"], SOUND)
    assert report.budgets["other"]["budget"] == budget
    assert int(report.budgets["other"]["left"]) > 0
    assert report.summary()["budgets"] == report.budgets
    # About 1,500 bytes an answer, plus requests; what was on its way is kept.
    assert len(told(teller, "other")) < 60


@pytest.mark.slow
def test_a_publisher_is_visited_no_more_often_than_its_settings_say(over: Any) -> None:
    two = Two(lambda _: Response(200, HTML, article("Other")))
    own = {"other": {"discover": 7 * 86_400.0}}
    over(two, own=own)
    two.asked.clear()
    report, _ = over(two, own=own, order=Order(due_only=True))
    asked = {host for host, path in two.asked if path == "/"}
    assert asked == {"sound.example"}
    assert report.census["other"]["listed"] >= 0
    assert report.remarks == []


def busy(retry_after: str, pages: int = 5, status: int = 503) -> Callable[[str], Response]:
    def answer(path: str) -> Response:
        if path == "/robots.txt":
            return Response(404, HTML, b"none")
        if path == "/":
            return Response(200, HTML, article("Home", links_to([f"/q{n}/" for n in range(pages)])))
        if path.startswith("/q"):
            return Response(status, (*HTML, ("Retry-After", retry_after)), b"busy")
        return Response(404, HTML, b"none")

    return answer


@pytest.mark.slow
@pytest.mark.parametrize(("pages", "status"), [(1, 503), (5, 503), (5, 429)])
def test_a_host_that_asks_for_an_hour_does_not_delay_the_run(over: Any, visits: Any, pages: int, status: int) -> None:
    two = Two(busy("3600", pages, status))
    began = datetime.now(UTC)
    report, teller = over(two)
    assert told(teller, "sound") == SOUND
    assert report.stopped is None
    assert sum(path.startswith("/q") for path in two.paths("other.example")) == 1
    after = visits()
    for n in range(pages):
        _, due, _ = after[f"http://other.example/q{n}/"]
        assert due is not None
        assert due >= began + timedelta(hours=1)
    two.asked.clear()
    over(two)
    assert two.paths("other.example") == [], "it was asked again before the hour was over"


def hanging_up(path: str) -> Response:
    """A page that closes every connection without a word."""
    if path.startswith("/q"):
        raise ConnectionResetError
    return busy("0", pages=1)(path)


@pytest.mark.slow
@pytest.mark.parametrize("other", [busy("0", 1), busy("0", 1, 429), hanging_up], ids=["503", "429", "no answer"])
def test_a_page_that_fails_is_retried_in_the_run_and_then_after_growing_waits(
    over: Any, visits: Any, other: Any
) -> None:
    two = Two(other)
    waits = []
    for _ in range(3):
        two.asked.clear()
        over(two)
        # A page that does not answer is requested in both HTTP versions each time.
        assert two.paths("other.example").count("/q0/") in (2, 3, 4)
        made, due, failures = visits()["http://other.example/q0/"]
        waits.append(((due - made) / timedelta(minutes=1), failures))
    assert waits == [(1, 1), (10, 2), (60, 3)]


def test_a_busy_page_that_comes_at_the_second_try_is_not_a_failure(over: Any, visits: Any) -> None:
    plain, answers = busy("0", pages=1), iter([503])

    def other(path: str) -> Response:
        return plain(path) if path != "/q0/" or next(answers, None) else Response(200, HTML, article("Late"))

    report, teller = over(Two(other))
    assert [event["outcome"] for event in teller.events if event["url"] == "http://other.example/q0/"] == ["new"]
    assert report.tally.trouble == 0
    assert visits()["http://other.example/q0/"][2] == 0


@pytest.mark.slow
def test_a_run_can_be_stopped_during_an_exchange_that_does_not_end(run_over: Run, tmp_path: Path) -> None:
    # The best of three: on a busy machine one may take longer, but only for lack of a processor.
    took = list[float]()
    while len(took) < 3 and not (took and took[-1] < SOON):
        took.append(_seconds_to_stop(run_over, Layout(tmp_path / str(len(took)))))
    assert took[-1] < SOON, took


def _seconds_to_stop(run_over: Run, layout: Layout) -> float:
    hangs, moments = threading.Event(), list[float]()

    def other(path: str) -> Response:
        if path == "/robots.txt":
            return Response(404, HTML, b"none")
        hangs.wait(300)
        return Response(200, HTML, article("Late"))

    def stopped(teller: Any) -> bool:
        if told(teller, "sound") >= SOUND and ("other.example", "/") in two.asked:
            moments.append(time.monotonic())
        return bool(moments)

    two = Two(other)
    with serve(two) as port:
        settings = settings_of(port)
        make(layout, settings)
        report, _ = run_over(layout, settings, stopped=stopped)
        took = time.monotonic() - moments[0]
        hangs.set()
    assert report.stopped == "a signal"
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        asked = "SELECT outcome FROM visit WHERE url = 'http://other.example/'"
        assert catalogue.connection.execute(asked).fetchone() == (None,), "the visit is still to be made"
    return took


def long_list(path: str) -> Response:
    if path == "/robots.txt":
        return Response(200, (("Content-Type", "text/plain"),), b"Sitemap: http://other.example/sm.xml\n")
    if path == "/sm.xml":
        named = "".join(f"<url><loc>http://other.example/p{n}/</loc></url>" for n in range(5000))
        return Response(200, (("Content-Type", "application/xml"),), f"<urlset>{named}</urlset>".encode())
    return Response(200, HTML, article(f"Paper {path}"))


@pytest.mark.slow
def test_a_long_list_is_queued_in_portions_between_other_visits(over: Any, visits: Any) -> None:
    """A run stopped at that point does not take in the rest first; the next run finds it again."""
    report, _ = over(Two(long_list), stopped=lambda _: any("/p" in url for url in visits()))
    assert report.stopped == "a signal"
    assert 0 < sum("/p" in url for url in visits()) < 5000
    over(Two(long_list), Order(limit=0))
    assert sum("/p" in url for url in visits()) == 5000
