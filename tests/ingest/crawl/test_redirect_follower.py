"""Where a redirect leads, and which parts of the request are passed on."""

from __future__ import annotations

from datetime import UTC, datetime

from archive.http.exchange import Ending, Exchange
from ingest.crawl.redirect_follower import REDIRECTS, onward
from ingest.crawl.request import Request
from ingest.http.client import Conditions

OLD, NEW = "http://institute.example/old.xml", "http://institute.example/new.xml"
SENT = Request(OLD, "bl", "sitemap", visit=7, conditions=Conditions('"of the old one"'), hops=3, attempt=2)


def redirect(to: str) -> Exchange:
    response = f"HTTP/1.0 301 Moved Permanently\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()
    return Exchange(OLD, datetime(2023, 4, 24, 10, tzinfo=UTC), b"", response, Ending.LENGTH)


def test_the_request_after_a_redirect_has_no_validators_of_the_old_url() -> None:
    assert onward(SENT, redirect(NEW)) == Request(NEW, "bl", "sitemap", hops=4)


def test_a_redirect_to_itself_and_one_over_the_limit_are_not_followed() -> None:
    assert onward(SENT, redirect(OLD)) is None
    last = Request(OLD, "bl", "sitemap", hops=REDIRECTS - 1)
    assert onward(last, redirect(NEW)) is not None
    assert onward(Request(OLD, "bl", "sitemap", hops=REDIRECTS), redirect(NEW)) is None
