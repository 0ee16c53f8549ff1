"""Redirects: the only place that decides where a redirected request goes next, and when to stop.

`db.fold.redirects` says how redirects are recorded in the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from archive.http.exchange import Exchange
from archive.http.url import redirect_target
from archive.warc.capture import Capture
from ingest.crawl.request import Request

REDIRECTS = 10
"""How many redirects in a row are followed; for robots.txt, RFC 9309 section 2.3.1.2 wants at least five."""


def onward(request: Request, answer: object) -> Request | None:
    """Return the request for the target of the redirect *answer* to *request*; None if there is nothing to follow.

    There is nothing to follow if *answer* is not a redirect, if its target is refused (see `redirect_target`) or is the
    same URL, or after ten redirects in a row. The new request carries neither the visit nor the validators of the
    first:
    both belong to the first URL.
    """
    # The request carries the count, because several parts follow redirects: a run, a save, the thread for robots.txt.
    if not isinstance(answer, Exchange) or request.hops >= REDIRECTS:
        return None
    target = redirect_target(request.url, answer.head)
    if target is None or target == request.url:
        return None
    # Validators of one URL sent to another could be answered with 304 for a page that we never fetched.
    return replace(request, url=target, hops=request.hops + 1, attempt=1, visit=None, conditions=None)


# An older redirect says nothing: a site may have turned the direction of its redirects since.
_SAME_VISIT = timedelta(days=1)


def circle(url: str, answer: Exchange, latest: Callable[[str], Capture | None]) -> tuple[str, str] | None:
    """Return the target of the redirect *answer* of *url*, and in words how it leads back there; None if it does not.

    *latest* returns the newest capture of a URL. Sites that ask for a cookie first do this to every page.
    """
    target = redirect_target(url, answer.head)
    if target is None or target == url:
        return None if target is None else (target, "it redirects to itself")
    at = target
    for _ in range(REDIRECTS):
        onward_to = _redirected_to(latest(at), answer.began)
        if onward_to is None:
            return None
        if onward_to == url:
            return target, f"it redirects to {target}, which leads back here"
        at = onward_to
    return None


def _redirected_to(capture: Capture | None, now: datetime) -> str | None:
    if capture is None or not 300 <= capture.status < 400 or capture.began < now - _SAME_VISIT:
        return None
    return capture.location
