"""The way of a page: archived, made durable, read, catalogued; held until its parts arrive, and reported once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from archive.fixity.verifier import verify_file
from archive.http.exchange import Ending, Exchange
from archive.http.failure import ROBOTS_UNKNOWN, FailureReason, FetchFailure
from archive.warc.capture import NoteKind
from archive.warc.reader import note_of, read_records
from db.catalogue import Catalogue
from db.model.change import Outcome
from db.model.item import Partial
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.layout_learner import Learner
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.collection.collection import Collection, Layout, make, now, open_for_work
from ingest.crawl.host_queues import Fetched, HostQueues
from ingest.crawl.pipeline import Pipeline
from ingest.crawl.request import Request
from ingest.crawl.tally import Settled
from ingest.demo.articles import load
from ingest.demo.site import Site
from ingest.http.client import Conditions
from ingest.http.protocol_version import HttpVersion, HttpVersions
from ingest.settings.values import PublisherOptions, Settings, StoreOptions

BASE = "http://institute.example"
PARTED = f"{BASE}/the-long-road-to-a-nuclear-workforce/"
SINGLE = f"{BASE}/the-minister-s-umbrella/"
SETTINGS = Settings(
    publishers=(PublisherOptions(f"{BASE}/", id="bl"),), store=StoreOptions(batch=3, batch_seconds=0.05)
)


@dataclass
class Wire:
    """The institute without a network: what it answers, unless a test says otherwise."""

    site: Site = field(default_factory=lambda: Site(load()))
    instead: dict[str, Exchange | FailureReason] = field(default_factory=dict)
    unproved: set[str] = field(default_factory=set)
    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def ask(self, url: str, conditions: Conditions | None, _version: HttpVersion, /) -> Exchange | FetchFailure:
        self.asked.append(url)
        self.before.get(url, bool)()
        told = self.instead.get(url)
        if isinstance(told, FailureReason):
            return FetchFailure(told, "as the test says", url, now())
        if told is not None:
            return told
        etag = {"if-none-match": conditions.etag} if conditions and conditions.etag else {}
        return self.whole(url, etag, Ending.UNPROVED if url in self.unproved else Ending.LENGTH)

    def whole(self, url: str, headers: Mapping[str, str] | None = None, ending: Ending = Ending.LENGTH) -> Exchange:
        """Return the site's answer to a request for *url*."""
        answer = self.site.respond("GET", url.removeprefix(BASE), headers or {})
        lines = [f"{name}: {value}" for name, value in answer.headers]
        head = "\r\n".join([f"HTTP/1.1 {answer.status} As Told", *lines, "", ""]).encode()
        request = f"GET {url.removeprefix(BASE)} HTTP/1.0\r\nHost: institute.example\r\n\r\n".encode()
        return Exchange(url, now(), request, head + answer.body, ending)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    layout = Layout(tmp_path / "collection")
    make(layout, SETTINGS)
    yield layout
    for path in layout.warcs.glob("*.warc.gz*"):
        assert verify_file(path).findings == ()


@dataclass
class Time:
    """A clock that jumps when somebody sleeps."""

    slept: timedelta = timedelta()

    def read(self) -> datetime:
        return now() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += timedelta(seconds=seconds)


@contextmanager
def at_it(layout: Layout, wire: Wire, pool: ReaderPool) -> Iterator[tuple[Pipeline, Collection]]:
    time = Time()
    with open_for_work(layout, SETTINGS) as work:
        queues = HostQueues(
            wire.ask,
            delay=lambda *_: 0.0,
            clock=time.read,
            sleep=time.sleep,
            versions=HttpVersions(),
            threads=2,
        )
        try:
            cataloguer = Cataloguer(work.catalogue, layout.warcs, pool)
            yield Pipeline(work, cataloguer, queues, Learner(work, pool), pool), work
        finally:
            queues.close()


def went(
    layout: Layout, wire: Wire, pool: ReaderPool, *urls: str, stopped: Callable[[], bool] = lambda: False
) -> list[Settled]:
    """Visit *urls* and return the reported pages."""
    told: list[Settled] = []
    with at_it(layout, wire, pool) as (pipeline, _):
        for url in urls:
            pipeline.send(Request(url, "bl"))
        pipeline.drain(told.append, stopped=stopped)
    return [settled for settled in told if settled.request.purpose == "page"]


def partial_of(layout: Layout, url: str) -> Partial | None:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        item = catalogue.item(url)
        assert item is not None
        return item.edition.partial


def test_each_page_is_reported_once_with_its_outcome(layout: Layout, wire: Wire, pool: ReaderPool) -> None:
    urls = [wire.site.shelf.url(article) for article in load()[:5]]
    told = went(layout, wire, pool, *urls)
    assert sorted(settled.request.url for settled in told) == sorted(urls)
    assert {settled.change.outcome for settled in told if settled.change} == {Outcome.NEW}


def test_a_page_is_in_a_file_before_it_is_a_row_and_a_row_before_it_is_reported(
    layout: Layout, wire: Wire, pool: ReaderPool
) -> None:
    with at_it(layout, wire, pool) as (pipeline, work):

        def follow(settled: Settled) -> None:
            assert settled.capture is not None
            assert work.catalogue.capture(settled.capture.id) == settled.capture
            [path] = layout.warcs.glob(f"{settled.capture.ref.file}*")
            assert path.stat().st_size >= settled.capture.ref.offset + settled.capture.ref.length

        pipeline.send(Request(SINGLE, "bl"))
        pipeline.drain(follow, stopped=lambda: False)


def test_a_text_waits_for_its_parts_and_they_are_requested_next(layout: Layout, wire: Wire, pool: ReaderPool) -> None:
    told = went(layout, wire, pool, PARTED, SINGLE)
    assert {settled.request.url for settled in told} == {PARTED, SINGLE}
    assert wire.asked.count(f"{PARTED}2/") == 1
    assert partial_of(layout, PARTED) is None


def test_a_part_that_is_already_being_visited_is_joined_without_a_new_request(
    layout: Layout, wire: Wire, pool: ReaderPool
) -> None:
    first_told = Event()
    wire.before[f"{PARTED}2/"] = lambda: first_told.wait(300)
    with at_it(layout, wire, pool) as (pipeline, _):
        for url in (PARTED, f"{PARTED}2/"):
            pipeline.send(Request(url, "bl"))
        pipeline.drain(lambda _: first_told.set(), stopped=lambda: False)
    assert wire.asked.count(f"{PARTED}2/") == 1
    assert partial_of(layout, PARTED) is None


def test_a_further_part_that_robots_txt_forbids_is_not_requested(layout: Layout, wire: Wire, pool: ReaderPool) -> None:
    rules = f"User-agent: *\nDisallow: {PARTED.removeprefix(BASE)}2\n".encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(rules)
    url = f"{BASE}/robots.txt"
    wire.instead[url] = Exchange(url, now(), b"GET /robots.txt HTTP/1.0\r\n\r\n", head + rules, Ending.LENGTH)
    went(layout, wire, pool, PARTED)
    assert wire.asked == [url, PARTED]
    assert partial_of(layout, PARTED) is Partial.PARTS_MISSING


@pytest.mark.parametrize("reason", [FailureReason.TLS, FailureReason.BAD_HEAD])
def test_a_text_with_a_failed_part_says_what_is_missing(
    layout: Layout, wire: Wire, pool: ReaderPool, reason: FailureReason
) -> None:
    wire.instead[f"{PARTED}2/"] = reason
    told = went(layout, wire, pool, PARTED)
    assert [settled.request.url for settled in told] == [PARTED]
    assert partial_of(layout, PARTED) is Partial.PARTS_MISSING


def leading_on(number: int) -> Exchange:
    """Return part *number* of a text in four parts, whose head links to the next without giving their number."""
    words = "".join(
        f"<p>Of part {number}: the harbour board met for the {at}th time, and nobody wrote down what it said.</p>"
        for at in range(4, 12)
    )
    on = f'<link rel="next" href="/spread-over-pages/{number + 1}/">' if number < 4 else ""
    body = (
        f'<html lang="en"><head><title>Spread</title>{on}</head><body><article><h1>Spread over pages</h1>'
        f"<p>Date: 4 May 2023 Author: Jan Kos</p>{words}</article></body></html>"
    ).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    url = f"{BASE}/spread-over-pages/" + (f"{number}/" if number > 1 else "")
    return Exchange(url, now(), b"GET / HTTP/1.0\r\n\r\n", head + body, Ending.LENGTH)


@pytest.mark.parametrize("failing", [False, True], ids=["all come", "the third fails"])
def test_parts_that_only_the_previous_part_names_are_followed_one_by_one(
    layout: Layout, wire: Wire, pool: ReaderPool, *, failing: bool
) -> None:
    answers = {one.url: one for one in map(leading_on, range(1, 5))}
    first, second, third, fourth = answers
    wire.instead |= answers | ({third: FailureReason.TLS} if failing else {})
    went(layout, wire, pool, first)
    assert wire.asked.count(second) == 1
    assert wire.asked.count(fourth) == (0 if failing else 1)
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        item = catalogue.item(first)
        assert item is not None
        assert [f"Of part {n}: the harbour" in item.edition.text for n in range(1, 5)] == (
            [True, True, False, False] if failing else [True] * 4
        )
        assert item.edition.partial == (Partial.PARTS_MISSING if failing else None)
        assert len(item.edition.captures) == (2 if failing else 4)


def test_a_run_stopped_before_all_parts_came_lets_the_next_run_join_them(
    layout: Layout, wire: Wire, pool: ReaderPool
) -> None:
    told = went(layout, wire, pool, PARTED, stopped=lambda: PARTED in wire.asked)
    assert told == []
    with at_it(layout, wire, pool) as (pipeline, work):
        for capture in work.catalogue.unread():
            pipeline.resume(capture)
        pipeline.drain(told.append, stopped=lambda: False)
    assert PARTED in [settled.request.url for settled in told]
    assert partial_of(layout, PARTED) is None
    assert wire.asked.count(PARTED) == 1


def test_captures_that_an_earlier_run_left_unread_are_read_by_the_next(
    layout: Layout, wire: Wire, pool: ReaderPool
) -> None:
    with open_for_work(layout, SETTINGS) as work:
        work.archive.keep("bl", wire.whole(SINGLE), earlier=None)
        work.archive.sync()
    told: list[Settled] = []
    with at_it(layout, wire, pool) as (pipeline, work):
        assert len(work.recovered.adopted) == 1
        for capture in work.catalogue.unread():
            pipeline.resume(capture)
        pipeline.drain(told.append, stopped=lambda: False)
        assert list(work.catalogue.unread()) == []
    assert [settled.change and settled.change.outcome for settled in told] == [Outcome.NEW]
    assert wire.asked == []


def test_an_unproved_answer_is_requested_once_more_and_reported_once(
    layout: Layout, wire: Wire, pool: ReaderPool
) -> None:
    wire.unproved.add(SINGLE)
    [told] = went(layout, wire, pool, SINGLE)
    assert wire.asked.count(SINGLE) == 2
    assert told.change is not None
    assert told.change.item is not None
    assert partial_of(layout, SINGLE) is None


@pytest.mark.parametrize(("reason", "times"), [(FailureReason.CONNECT, 2), (FailureReason.TLS, 1)])
def test_only_a_passing_failure_is_retried(
    layout: Layout, wire: Wire, pool: ReaderPool, reason: FailureReason, times: int
) -> None:
    wire.instead[f"{BASE}/robots.txt"] = wire.whole(f"{BASE}/robots.txt")
    wire.instead[SINGLE] = reason
    [told] = went(layout, wire, pool, SINGLE)
    assert wire.asked.count(SINGLE) == times
    assert told.failed is not None
    assert told.failed.reason == reason.value
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        [failure] = [one for one in catalogue.failures() if one.url == SINGLE]
        assert failure.reason == reason.value


def test_failures_of_a_batch_link_only_to_notes_in_their_own_file(layout: Layout, wire: Wire, pool: ReaderPool) -> None:
    """The files of two publishers are synced one after the other."""
    urls = [wire.site.shelf.url(article) for article in load()[:3]]
    with at_it(layout, wire, pool) as (pipeline, _):
        for url, publisher in zip(urls, ("bl", "tank", "bl"), strict=True):
            failure = FetchFailure(FailureReason.TLS, "as the test says", url, now())
            pipeline._keep(Fetched(Request(url, publisher), failure))  # not through the host queues: all in one batch
        pipeline.drain(lambda _: None, stopped=lambda: False)
    records = (record for path in layout.warcs.iterdir() for record in read_records(path))
    failed = [note for note in map(note_of, records) if note and note.kind is NoteKind.FAILURE]
    assert len(failed) == 3
    in_file = {note.digest: note.ref.file for note in failed}
    assert all(in_file.get(note.previous or "", note.ref.file) == note.ref.file for note in failed)


def test_every_page_of_a_failing_host_is_reported(layout: Layout, wire: Wire, pool: ReaderPool) -> None:
    urls = [wire.site.shelf.url(article) for article in load()[:9]]
    wire.instead |= dict.fromkeys(urls, FailureReason.TLS)
    wire.instead[f"{BASE}/robots.txt"] = wire.whole(f"{BASE}/robots.txt")
    told = went(layout, wire, pool, *urls)
    assert sorted(settled.request.url for settled in told) == sorted(urls)
    assert {settled.failed.reason for settled in told if settled.failed} <= {"tls", "left alone"}


def test_pages_tried_before_their_host_was_left_alone_report_their_own_failure(
    layout: Layout, wire: Wire, pool: ReaderPool
) -> None:
    urls = [wire.site.shelf.url(article) for article in load()[:9]]
    wire.instead[f"{BASE}/robots.txt"] = FailureReason.CONNECT
    told = went(layout, wire, pool, *urls)
    reasons = {settled.request.url: settled.failed.reason for settled in told if settled.failed}
    assert reasons == dict.fromkeys(urls, "left alone") | {urls[0]: "connect", urls[1]: "connect"}


def test_a_robots_txt_that_answers_with_an_error_is_not_reported_as_a_refusal(
    layout: Layout, wire: Wire, pool: ReaderPool
) -> None:
    url, head = f"{BASE}/robots.txt", b"HTTP/1.0 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
    wire.instead[url] = Exchange(url, now(), b"GET /robots.txt HTTP/1.0\r\n\r\n", head, Ending.LENGTH)
    [told] = went(layout, wire, pool, SINGLE)
    assert told.failed is not None
    assert (told.failed.reason, told.failed.detail) == (ROBOTS_UNKNOWN, "robots.txt could not be fetched: status 500")
    assert "Ask the publisher" not in told.failed.hint
    assert wire.asked.count(SINGLE) == 0
