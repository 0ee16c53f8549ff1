"""Robots: when a host's robots.txt is requested, what it refuses, and to whom it applies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.http.exchange import Ending, Exchange, Truncation
from archive.http.failure import FailureReason, FetchFailure
from ingest.crawl.request import Request
from ingest.crawl.robots_policy import ROBOTS_KEPT, HostRobots, request_before, robots_of
from ingest.discovery.robots_txt import Robots

NOW = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
CLOSED = Robots.parse(b"User-agent: *\nDisallow: /private/\nCrawl-delay: 7\n")


def page(path: str, purpose: str = "page") -> Request:
    return Request(f"https://institute.example:8443{path}", "wi", purpose)


def test_robots_txt_is_due_before_anything_else_and_again_after_a_day() -> None:
    robots = HostRobots()
    assert robots.is_due(NOW)
    robots.take(CLOSED, None, NOW)
    assert not robots.is_due(NOW + ROBOTS_KEPT - timedelta(seconds=1))
    assert robots.is_due(NOW + ROBOTS_KEPT)


def test_a_failed_robots_txt_refuses_everything_and_is_due_again_at_once() -> None:
    robots = HostRobots()
    failure = FetchFailure(FailureReason.TIMEOUT, "too slow", "https://institute.example/robots.txt", NOW)
    robots.take(Robots.of_answer(None, b""), failure, NOW)
    assert robots.failure is failure
    refused = robots.refuses(page("/"))
    assert refused is not None
    # The publisher forbade nothing.
    assert not refused.known
    assert robots.is_due(NOW)


@pytest.mark.parametrize("purpose", ["page", "part", "sitemap", "feed", "rest", "policy", "home"])
def test_the_rules_apply_to_requests_of_every_purpose(purpose: str) -> None:
    robots = HostRobots()
    robots.take(CLOSED, None, NOW)
    refused = robots.refuses(page("/private/minutes/", purpose))
    assert refused is not None
    assert "Disallow: /private/" in refused.because
    assert robots.refuses(page("/public/", purpose)) is None
    assert robots.crawl_delay == 7


def test_robots_txt_itself_may_always_be_requested() -> None:
    robots = HostRobots()
    robots.take(Robots.parse(b"User-agent: *\nDisallow: /\n"), None, NOW)
    assert robots.refuses(page("/robots.txt", "robots")) is None


def test_the_rules_of_a_page_are_those_of_its_scheme_and_authority() -> None:
    assert request_before(page("/a/")) == Request("https://institute.example:8443/robots.txt", "wi", "robots")


def robots_txt(status: int, truncated: Truncation | None) -> Exchange:
    head = f"HTTP/1.1 {status} As Told\r\n\r\n".encode()
    body = b"User-agent: *\nDisallow: /drafts/\n"
    return Exchange(
        "http://institute.example/robots.txt", NOW, b"GET", head + body, Ending.UNPROVED, None, b"", truncated
    )


@pytest.mark.parametrize("why", [Truncation.DISCONNECT, Truncation.TIME, Truncation.UNSPECIFIED])
def test_a_robots_txt_that_breaks_off_allows_nothing_and_is_due_again_at_once(why: Truncation) -> None:
    robots = HostRobots()
    answer = robots_txt(200, why)
    robots.take(robots_of(answer), answer, NOW)
    refused = robots.refuses(page("/private/"))
    assert refused is not None
    assert not refused.known
    assert robots.is_due(NOW)


@pytest.mark.parametrize(("status", "why"), [(200, None), (200, Truncation.LENGTH), (404, Truncation.DISCONNECT)])
def test_a_robots_txt_as_far_as_we_read_it_and_an_absent_one_are_known(status: int, why: Truncation | None) -> None:
    rules = robots_of(robots_txt(status, why))
    assert rules.is_known
    assert rules.allows("http://institute.example/private/").allowed
    assert rules.allows("http://institute.example/drafts/").allowed is (status == 404)
