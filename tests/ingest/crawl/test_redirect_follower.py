"""Where a redirect leads, and which parts of the request are passed on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from archive.http.exchange import Ending, Exchange
from archive.warc.capture import Capture, CaptureKind, RecordRef
from ingest.crawl.redirect_follower import REDIRECTS, circle, onward
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


def seen(url: str, to: str, days: int = 0) -> Capture:
    answer = redirect(to)
    ref = RecordRef("a.warc.gz", 0, 1)
    at = answer.began - timedelta(days=days)
    return Capture("urn:a", "bl", url, at, CaptureKind.RESPONSE, 301, "", ref, "", None, 0, Ending.LENGTH, location=to)


def test_a_redirect_that_leads_back_is_told_from_one_that_leads_on() -> None:
    middle = "http://institute.example/middle"
    ring = {NEW: seen(NEW, middle), middle: seen(middle, OLD)}
    assert circle(OLD, redirect(OLD), ring.get) == (OLD, "it redirects to itself")
    assert circle(OLD, redirect(NEW), ring.get) == (NEW, f"it redirects to {NEW}, which leads back here")
    assert circle(OLD, redirect(NEW), {NEW: ring[NEW]}.get) is None
    # What a site did days ago it may have turned round since.
    assert circle(OLD, redirect(NEW), {NEW: seen(NEW, OLD, days=2)}.get) is None
