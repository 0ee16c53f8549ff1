"""Host queues: one request per host at a time, robots.txt first, polite pauses, and when a host is left alone."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from archive.http.exchange import Ending, Exchange
from archive.http.failure import FailureReason, FetchFailure
from ingest.crawl.host_queues import Fetched, HostQueues, LeftAlone
from ingest.crawl.request import Request
from ingest.crawl.run_setup import steady
from ingest.discovery.robots_txt import RobotsDecision
from ingest.http.client import Conditions
from ingest.http.protocol_version import HttpVersion, HttpVersions

NOW = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
HERE, THERE = "http://institute.example", "http://centre.example"


@dataclass
class Time:
    """A clock that moves when somebody sleeps."""

    now: datetime = NOW

    def read(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Sites:
    """Answers without a network: the answer for each URL, and who asked when."""

    time: Time
    answers: dict[str, bytes | FailureReason] = field(default_factory=dict)
    asked: list[tuple[str, datetime, HttpVersion]] = field(default_factory=list)
    hindrance: Callable[[str], None] = lambda _: None

    def ask(self, url: str, _conditions: Conditions | None, version: HttpVersion, /) -> Exchange | FetchFailure:
        self.asked.append((url, self.time.now, version))
        self.hindrance(url)
        fallback = status(404) if url.endswith("/robots.txt") else status(200)
        answer = self.answers.get(f"{version} {url}", self.answers.get(url, fallback))
        if isinstance(answer, FailureReason):
            return FetchFailure(answer, "as the test says", url, self.time.now, request=b"GET")
        return Exchange(url, self.time.now, b"GET", answer, Ending.LENGTH)

    @property
    def urls(self) -> list[str]:
        return [url for url, _, _ in self.asked]


def status(code: int, body: bytes = b"", **fields: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    head = "\r\n".join([f"HTTP/1.1 {code} As Told", *lines, f"Content-Length: {len(body)}", "", ""])
    return head.encode() + body


@pytest.fixture
def sites() -> Sites:
    return Sites(Time())


@dataclass
class Shared:
    """Hosts of other workers: until when another has one, and from when on it may be asked."""

    others: dict[str, datetime] = field(default_factory=dict)
    ready: dict[str, datetime] = field(default_factory=dict)
    told: list[tuple[str, float, datetime | None]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    given_back: list[str] = field(default_factory=list)

    def take(self, authority: str, now: datetime) -> datetime | None:
        if now < self.others.get(authority, now):
            return None
        self.taken.append(authority)
        return max(now, self.ready.get(authority, now))

    def pause(self, authority: str, seconds: float, until: datetime | None) -> None:
        self.told.append((authority, seconds, until))

    def give_back(self, authority: str) -> None:
        self.given_back.append(authority)


@contextmanager
def sent(
    sites: Sites,
    *urls: str,
    delay: float = 0.0,
    versions: HttpVersions | None = None,
    threads: int = 4,
    turns: Shared | None = None,
) -> Iterator[HostQueues]:
    queues = HostQueues(
        sites.ask,
        delay=lambda _, crawl_delay: max(delay, crawl_delay or 0.0),
        clock=sites.time.read,
        sleep=sites.time.sleep,
        versions=versions or HttpVersions(),
        threads=threads,
    )
    if turns is not None:
        queues.share(turns)
    for url in urls:
        queues.send(Request(url, "wi"))
    try:
        yield queues
    finally:
        queues.close()


def collected(queues: HostQueues) -> list[Fetched]:
    brought: list[Fetched] = []
    while queues.waiting:
        brought += queues.collect(5.0)
    return brought


def pages(brought: list[Fetched]) -> list[Fetched]:
    return [fetched for fetched in brought if fetched.request.purpose == "page"]


def test_robots_txt_is_requested_once_before_the_first_page(sites: Sites) -> None:
    with sent(sites, f"{HERE}/1", f"{HERE}/2") as queues:
        brought = collected(queues)
    assert sites.urls == [f"{HERE}/robots.txt", f"{HERE}/1", f"{HERE}/2"]
    assert [fetched.request.purpose for fetched in brought] == ["robots", "page", "page"]


def test_a_waiting_thread_keeps_no_answer_in_memory(sites: Sites) -> None:
    """Only one long answer is in memory at a time: kept longer, it would make all other long ones wait."""
    with sent(sites, f"{HERE}/1") as queues:
        held = [weakref.ref(one.answer) for one in collected(queues) if isinstance(one.answer, Exchange)]
        assert len(held) == 2
        until = time.monotonic() + 20
        while any(one() is not None for one in held) and time.monotonic() < until:
            time.sleep(0.01)
        assert [one() for one in held] == [None, None]


def test_robots_txt_is_requested_again_after_a_day(sites: Sites) -> None:
    with sent(sites, f"{HERE}/1") as queues:
        collected(queues)
        sites.time.sleep(24 * 3600)
        queues.send(Request(f"{HERE}/2", "wi"))
        collected(queues)
    assert sites.urls.count(f"{HERE}/robots.txt") == 2


def test_a_page_that_robots_txt_forbids_is_not_requested(sites: Sites) -> None:
    sites.answers[f"{HERE}/robots.txt"] = status(200, b"User-agent: *\nDisallow: /private/\n")
    with sent(sites, f"{HERE}/private/minutes") as queues:
        [fetched] = pages(collected(queues))
    assert fetched.answer == RobotsDecision(False, "line 2: Disallow: /private/")
    assert sites.urls == [f"{HERE}/robots.txt"]


def test_robots_txt_is_obeyed_after_a_redirect(sites: Sites) -> None:
    sites.answers[f"{HERE}/robots.txt"] = status(301, Location="http://rules.example/robots.txt")
    sites.answers["http://rules.example/robots.txt"] = status(200, b"User-agent: *\nDisallow: /\n")
    with sent(sites, f"{HERE}/1") as queues:
        [fetched] = pages(collected(queues))
    assert isinstance(fetched.answer, RobotsDecision)


def test_a_host_that_cannot_be_reached_is_reported_with_its_own_failure(sites: Sites) -> None:
    sites.answers[f"{HERE}/robots.txt"] = FailureReason.DNS
    with sent(sites, f"{HERE}/1") as queues:
        [fetched] = pages(collected(queues))
    assert isinstance(fetched.answer, FetchFailure)
    assert (fetched.answer.reason, fetched.answer.url) == (FailureReason.DNS, f"{HERE}/1")
    assert sites.urls == [f"{HERE}/robots.txt"]


def test_pages_are_requested_after_a_successful_second_try_of_robots_txt(sites: Sites) -> None:
    sites.answers[f"{HERE}/robots.txt"] = FailureReason.CONNECT
    with sent(sites, f"{HERE}/1") as queues:
        collected(queues)
        sites.answers[f"{HERE}/robots.txt"] = status(404)
        queues.send(Request(f"{HERE}/robots.txt", "wi", "robots", attempt=2))
        queues.send(Request(f"{HERE}/1", "wi", attempt=2))
        [fetched] = pages(collected(queues))
    assert isinstance(fetched.answer, Exchange)


def test_the_pause_between_two_requests_to_a_host_is_kept(sites: Sites) -> None:
    with sent(sites, *(f"{HERE}/{n}" for n in range(4)), delay=2.0) as queues:
        collected(queues)
    moments = [moment for _, moment, _ in sites.asked]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    assert all(gap >= 2.0 for gap in gaps)


def test_a_clock_that_is_set_back_does_not_lengthen_a_pause() -> None:
    wall, passed = Time(), [7.0]
    clock = steady(wall.read, lambda: passed[0])
    wall.now -= timedelta(days=4000)
    passed[0] += 2.5
    assert clock() == NOW + timedelta(seconds=2.5)


def test_a_longer_crawl_delay_of_robots_txt_is_kept(sites: Sites) -> None:
    sites.answers[f"{HERE}/robots.txt"] = status(200, b"User-agent: *\nCrawl-delay: 7\n")
    with sent(sites, f"{HERE}/1", f"{HERE}/2", delay=1.0) as queues:
        collected(queues)
    (_, first, _), (_, second, _) = sites.asked[1:]
    assert (second - first).total_seconds() >= 7.0


def test_each_host_gets_one_request_at_a_time_and_two_hosts_run_in_parallel(sites: Sites) -> None:
    lock, now, most, met = threading.Lock(), {HERE: 0, THERE: 0}, {HERE: 0, THERE: 0}, threading.Barrier(2)

    def hindrance(url: str) -> None:
        host = url[: url.index("/", 8)]
        with lock:
            now[host] += 1
            most[host] = max(most[host], now[host])
        if url.endswith("/meet"):
            met.wait(300)  # a request to each host must arrive here at the same time
        with lock:
            now[host] -= 1

    sites.hindrance = hindrance
    with sent(sites, f"{HERE}/meet", f"{THERE}/meet", *(f"{HERE}/{n}" for n in range(5))) as queues:
        collected(queues)
    assert most == {HERE: 1, THERE: 1}


def test_a_host_that_rejects_http_1_0_is_asked_in_1_1_from_then_on(sites: Sites) -> None:
    versions = HttpVersions()
    for path in ("/robots.txt", "/1", "/2"):
        sites.answers[f"{HttpVersion.HTTP_1_0} {HERE}{path}"] = status(426)
    with sent(sites, f"{HERE}/1", f"{HERE}/2", versions=versions) as queues:
        brought = collected(queues)
    assert [version for _, _, version in sites.asked] == [HttpVersion.HTTP_1_0, *[HttpVersion.HTTP_1_1] * 3]
    assert versions.get("institute.example", sites.time.now) is HttpVersion.HTTP_1_1
    assert all(isinstance(fetched.answer, Exchange) for fetched in pages(brought))


def test_retry_after_is_obeyed(sites: Sites) -> None:
    sites.answers[f"{HERE}/1"] = status(503, Retry_After="120")
    with sent(sites, f"{HERE}/1", f"{HERE}/2") as queues:
        collected(queues)
    (_, first, _), (_, second, _) = sites.asked[1:]
    assert (second - first).total_seconds() >= 120


def test_a_host_that_fails_five_times_in_a_row_is_left_alone(sites: Sites) -> None:
    urls = [f"{HERE}/{n}" for n in range(9)]
    for url in urls:
        sites.answers[url] = status(503)
    with sent(sites, *urls) as queues:
        brought = pages(collected(queues))
        queues.send(Request(f"{HERE}/later", "wi"))
        later = pages(collected(queues))
    assert len(sites.urls) == 1 + 5
    assert {fetched.request.url for fetched in brought} == set(urls)
    assert [fetched.answer for fetched in (*brought[5:], *later)] == [LeftAlone("institute.example")] * 5


def test_a_host_that_asks_for_a_long_rest_is_left_alone_until_it_is_over(sites: Sites) -> None:
    sites.answers[f"{HERE}/1"] = status(503, Retry_After="3600")
    with sent(sites, f"{HERE}/1", f"{HERE}/2", f"{THERE}/1") as queues:
        brought = pages(collected(queues))
        queues.send(Request(f"{HERE}/3", "wi"))
        brought += pages(collected(queues))
        assert (sites.time.now - NOW).total_seconds() < 1, "nobody waited for it"
        sites.time.sleep(3600)
        queues.send(Request(f"{HERE}/4", "wi"))
        brought += pages(collected(queues))
    left = {fetched.request.url for fetched in brought if isinstance(fetched.answer, LeftAlone)}
    assert left == {f"{HERE}/2", f"{HERE}/3"}
    told = {fetched.answer.until for fetched in brought if isinstance(fetched.answer, LeftAlone)}
    assert told == {NOW + timedelta(hours=1)}
    assert sites.urls[-1] == f"{HERE}/4"


def test_a_host_whose_robots_file_asks_for_a_long_rest_is_left_alone_until_it_is_over(sites: Sites) -> None:
    sites.answers[f"{HERE}/robots.txt"] = status(503, Retry_After="7200")
    with sent(sites, f"{HERE}/1", f"{HERE}/2") as queues:
        brought = pages(collected(queues))
    assert sites.urls == [f"{HERE}/robots.txt"]
    assert brought[-1].answer == LeftAlone("institute.example", NOW + timedelta(hours=2))


def test_a_rest_requested_in_an_earlier_run_is_kept(sites: Sites) -> None:
    with sent(sites) as queues:
        queues.rest("institute.example", NOW + timedelta(minutes=30))
        queues.send(Request(f"{HERE}/1", "wi"))
        [fetched] = collected(queues)
    assert fetched.answer == LeftAlone("institute.example", NOW + timedelta(minutes=30))
    assert sites.urls == []


def test_lists_and_pages_of_a_host_take_turns(sites: Sites) -> None:
    with sent(sites) as queues:
        for n in range(4):
            queues.send(Request(f"{HERE}/list-{n}", "wi", "sitemap"))
        for n in range(2):
            queues.send(Request(f"{HERE}/page-{n}", "wi"))
        collected(queues)
    wanted = ["robots.txt", "list-0", "page-0", "list-1", "page-1", "list-2", "list-3"]
    assert sites.urls == [f"{HERE}/{path}" for path in wanted]


def test_every_host_gets_its_turn_even_with_more_hosts_than_threads(sites: Sites) -> None:
    hosts = [f"http://h{n}.example" for n in range(12)]
    # One thread: several in parallel could be delayed by the machine for longer than a visit takes.
    with sent(sites, *(f"{host}/{n}" for host in hosts for n in range(3)), threads=1) as queues:
        collected(queues)
    last_of_the_first = max(sites.urls.index(f"{host}/0") for host in hosts)
    first_of_the_last = min(sites.urls.index(f"{host}/2") for host in hosts)
    assert last_of_the_first < first_of_the_last


def test_waiting_requests_can_be_dropped_and_running_ones_end(sites: Sites) -> None:
    with sent(sites, *(f"{HERE}/{n}" for n in range(5))) as queues:
        queues.collect(0.0)
        dropped = queues.drop_waiting()
        brought = pages(collected(queues))
    assert dropped + len(brought) <= 5
    assert dropped >= 3


def test_a_waiting_request_can_be_taken_back(sites: Sites) -> None:
    with sent(sites) as queues:
        queues.send(Request(f"{HERE}/1", "wi", visit=1))
        queues.send(Request(f"{HERE}/2", "wi", visit=2))
        queues.take(f"{HERE}/1", 1)
        queues.take(f"{HERE}/2", 9)
        brought = pages(collected(queues))
    assert [fetched.request.visit for fetched in brought] == [2]


@pytest.mark.parametrize("answer", [FailureReason.TIMEOUT, status(503)], ids=["silence", "an error"])
def test_a_host_without_a_readable_robots_txt_is_left_alone_after_five_tries(
    sites: Sites, answer: bytes | FailureReason
) -> None:
    sites.answers[f"{HERE}/robots.txt"] = answer
    with sent(sites, *(f"{HERE}/{n}" for n in range(40))) as queues:
        brought = pages(collected(queues))
    assert set(sites.urls) == {f"{HERE}/robots.txt"}
    assert len([fetched for fetched in brought if not isinstance(fetched.answer, LeftAlone)]) == 5
    assert len(brought) == 40


@pytest.mark.parametrize("reason", [FailureReason.CONNECT, FailureReason.DNS, FailureReason.TLS])
def test_an_unreachable_host_is_left_alone_after_a_second_try(sites: Sites, reason: FailureReason) -> None:
    sites.answers[f"{HERE}/robots.txt"] = reason
    with sent(sites, *(f"{HERE}/{n}" for n in range(40))) as queues:
        brought = pages(collected(queues))
    assert set(sites.urls) == {f"{HERE}/robots.txt"}
    assert [fetched.answer for fetched in brought[2:]] == [LeftAlone("institute.example")] * 38
    assert (sites.time.now - NOW).total_seconds() < 10


def test_a_robots_file_that_comes_at_the_second_try_frees_the_other_requests(sites: Sites) -> None:
    def heal(_url: str) -> None:
        if len(sites.asked) > 2:
            sites.answers.pop(f"{HERE}/robots.txt", None)

    sites.answers[f"{HERE}/robots.txt"] = FailureReason.RESET
    sites.hindrance = heal
    with sent(sites, *(f"{HERE}/{n}" for n in range(4))) as queues:
        brought = pages(collected(queues))
    assert [isinstance(fetched.answer, Exchange) for fetched in brought] == [False, True, True, True]


def test_a_host_leased_by_another_worker_does_not_delay_other_hosts(sites: Sites) -> None:
    free, ready = NOW + timedelta(seconds=30), NOW + timedelta(seconds=45)
    shared = Shared({"institute.example": free}, {"institute.example": ready})
    with sent(sites, f"{HERE}/1", f"{THERE}/1", turns=shared) as queues:
        assert len(pages(collected(queues))) == 2
    asked = {url: at for url, at, _ in sites.asked}
    assert (asked[f"{THERE}/1"], asked[f"{HERE}/robots.txt"]) == (NOW, ready)


def test_a_host_is_given_back_with_its_pause_and_rest_after_a_moment(sites: Sites) -> None:
    sites.answers[f"{HERE}/robots.txt"] = status(200, b"User-agent: *\nCrawl-delay: 7")
    sites.answers[f"{HERE}/1"] = status(503, Retry_After="20")
    shared = Shared()
    with sent(sites, f"{HERE}/1", turns=shared) as queues:
        collected(queues)
        rested = NOW + timedelta(seconds=7 + 20)
        assert shared.told == [("institute.example", 7.0, None), ("institute.example", 7.0, rested)]
        # Not at once: what an answer names is requested a moment later.
        assert shared.given_back == []
        sites.time.sleep(5.0)
        queues.collect(0.0)
        assert shared.given_back == ["institute.example"]


def test_a_host_that_rests_for_long_by_its_lease_is_left_alone(sites: Sites) -> None:
    shared = Shared(ready={"institute.example": NOW + timedelta(hours=1)})
    with sent(sites, f"{HERE}/1", turns=shared) as queues:
        [left] = collected(queues)
    assert left.answer == LeftAlone("institute.example", NOW + timedelta(hours=1))
    assert sites.asked == []


def test_without_a_fetcher_every_host_is_left_alone(sites: Sites) -> None:
    queues = HostQueues(
        None,
        delay=lambda _, _delay: 0.0,
        clock=sites.time.read,
        sleep=sites.time.sleep,
        versions=HttpVersions(),
        threads=1,
    )
    queues.send(Request(f"{HERE}/1", "wi"))
    [left] = collected(queues)
    queues.close()
    assert left.answer == LeftAlone("institute.example")


def test_a_host_whose_only_request_was_taken_back_is_not_leased(sites: Sites) -> None:
    """Claimed with a pause before it, it would be kept for as long as this process works."""
    turns = Shared(ready={"institute.example": sites.time.read() + timedelta(seconds=20)})
    with sent(sites, turns=turns) as queues:
        queues.send(Request(f"{HERE}/1", "wi", visit=1))
        queues.take(f"{HERE}/1", 1)
        for _ in range(4):
            queues.collect(1.0)
            sites.time.sleep(2)
    assert turns.taken == []


def test_a_host_is_given_back_when_its_last_waiting_request_is_taken_back(sites: Sites) -> None:
    turns = Shared()
    with sent(sites, f"{HERE}/1", delay=5.0, turns=turns) as queues:
        collected(queues)
        queues.send(Request(f"{HERE}/2", "wi", visit=2))
        queues.take(f"{HERE}/2", 2)
        for _ in range(4):
            queues.collect(1.0)
            sites.time.sleep(4)
    assert f"{HERE}/2" not in sites.urls
    assert set(turns.given_back) == {"institute.example"}
