"""Redirects followed: the one place that says where a request goes on to, and when it has gone far enough.

How the fold records them: `db.fold.redirects`.
"""

from __future__ import annotations

from dataclasses import replace

from archive.http.exchange import Exchange
from archive.http.url import redirect_target
from ingest.crawl.request import Request

REDIRECTS = 10
"""How many redirects in a row are followed; RFC 9309 section 2.3.1.2 wants five at least for robots.txt."""


def onward(request: Request, answer: object) -> Request | None:
    """Return the request for what the redirect *answer* to *request* names; None where it is none, or leads nowhere.

    It leads nowhere to what is never asked for, back to itself, and after ten in a row. The visit was the first
    request's, and what is known of that URL says nothing of the next.
    """
    # Counted in the request, for it is followed by several: a run, a save, a thread that asks for robots.txt.
    if not isinstance(answer, Exchange) or request.hops >= REDIRECTS:
        return None
    target = redirect_target(request.url, answer.head)
    if target is None or target == request.url:
        return None
    # The validators of one URL, sent to another, might be answered with a 304 that speaks of a page we never had.
    return replace(request, url=target, hops=request.hops + 1, attempt=1, visit=None, conditions=None)
