"""Robots: when a host's robots.txt is requested, what it refuses, and to whom it applies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.http.failure import FailureReason, FetchFailure
from ingest.crawl.request import Request
from ingest.crawl.robots_policy import ROBOTS_KEPT, HostRobots, request_before
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
