"""Redirects: the only place that decides where a redirected request goes next, and when to stop.

`db.fold.redirects` says how redirects are recorded in the catalogue.
"""

from __future__ import annotations

from dataclasses import replace

from archive.http.exchange import Exchange
from archive.http.url import redirect_target
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
