"""Redirect circles: pages that redirect to themselves, by way of others or not, count as failed visits.

Apart from the run, which makes the visits: whether one ended in a circle is seen from earlier captures.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from archive.http.failure import CIRCLE, hint_for
from db.captures import latest_of_any_status
from db.frontier import VisitResult
from ingest.collection.collection import Collection
from ingest.crawl.pipeline import Pipeline
from ingest.crawl.redirect_follower import circle
from ingest.crawl.tally import Failed, Settled


def broken(work: Collection, pipeline: Pipeline, settled: Settled) -> Settled:
    """Return *settled*, as a failure if it is a redirect of a page that leads back to it; that is recorded here.

    A home page is followed at once, so a request without a visit closes its circle: the visit that led there fails too.
    """
    request, exchange = settled.request, settled.exchange
    if exchange is None or request.purpose not in ("page", "home"):
        return settled
    latest = partial(latest_of_any_status, work.catalogue.connection, publisher=request.publisher)
    found = circle(request.url, exchange, latest)
    if found is None:
        return settled
    target, how = found
    failed = Failed(CIRCLE, how, hint_for(CIRCLE))
    pipeline.fail(request, failed)
    begun = work.frontier.find(request.publisher, target)
    if request.visit is None and begun is not None:
        work.frontier.postponed(begun.id, VisitResult(CIRCLE, work.clock(), begun.due))
    # Nothing is followed from here on.
    return replace(settled, exchange=None, failed=failed)
