"""Visits of requisites: the style sheets, pictures and fonts that kept pages need to be shown.

Each address is fetched once, after the pages and within a limit. Apart from the run, which finishes the pages before
it requests any requisite.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from archive.http.failure import FailureReason
from db.frontier import Discovery, VisitFilter, VisitKind, VisitResult
from ingest.collection.collection import Collection
from ingest.collection.recrawl_interval import next_try
from ingest.crawl.pipeline import Pipeline
from ingest.crawl.redirect_follower import onward
from ingest.crawl.request import Request
from ingest.crawl.scope import tidy
from ingest.crawl.tally import LEFT_ALONE, Settled, Tally
from ingest.reading.page.requisites import WANTED

REQUISITES_LIMIT = 2000
"""How many requisites of a publisher one run requests; the next run continues."""
BYTES_LIMIT = 500_000_000
"""How many bytes of requisites of a publisher one run keeps; the response that exceeds the limit is kept too."""
# How many requisites of a publisher are under way at the same time.
_QUEUE = 20
PURPOSE = "requisite"


class Requisites:
    """Find, request and count the requisites of the pages of one run."""

    def __init__(self, work: Collection, pipeline: Pipeline, wanted: Mapping[str, str]) -> None:
        """*wanted* is the setting `requisites` of each publisher (a key of `ingest.reading.page.requisites.WANTED`)."""
        self._work, self._pipeline = work, pipeline
        self._wanted = {publisher: WANTED[said] for publisher, said in wanted.items()}
        self._asked: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._under_way: Counter[str] = Counter()
        self._named: dict[str, set[str]] = {}
        self._emptied: set[str] = set()
        self.kept: Counter[str] = Counter()
        """By publisher: how many requisites were fetched with status 200."""

    def follow(self, settled: Settled) -> None:
        """Add the requisites of a page or a style sheet to the frontier."""
        request, reading = settled.request, settled.reading
        wanted = self._wanted.get(request.publisher)
        if reading is None or not wanted:
            return
        # Every page of a site names the same style sheets, so remember those that were added.
        named = self._named.setdefault(request.publisher, set())
        fresh = {one.url for one in reading.requisites if one.kind in wanted} - named
        if fresh:
            named |= fresh
            self._seed(request, [url for url in dict.fromkeys(one.url for one in reading.requisites) if url in fresh])

    def _seed(self, request: Request, urls: list[str]) -> None:
        found = [
            Discovery(url, request.publisher, VisitKind.REQUISITE, via=request.url) for url in map(tidy, urls) if url
        ]
        self._work.frontier.seed(found, now=self._work.clock())
        self._emptied.discard(request.publisher)

    def send_next(self, publisher: str, since: datetime) -> int:
        """Request the next requisites of *publisher* that were not requested since *since*; return how many."""
        under_way = self._under_way[publisher]
        room = min(_QUEUE - under_way, REQUISITES_LIMIT - self._asked[publisher])
        # Sent in groups: ask the frontier again when half of them are back, not after each.
        if room <= 0 or under_way > _QUEUE // 2 or publisher in self._emptied or self._bytes[publisher] > BYTES_LIMIT:
            return 0
        coming = self._pipeline.visits(publisher)
        fresh = self._work.frontier.pending(self._pending(publisher, since), room, but=coming)
        for visit in fresh:
            self._asked[publisher] += 1
            self._under_way[publisher] += 1
            self._pipeline.send(Request(visit.url, publisher, PURPOSE, visit=visit.id))
        if not fresh:
            self._emptied.add(publisher)
        return len(fresh)

    def left(self, publisher: str, since: datetime) -> int:
        """Return how many wanted requisites of *publisher* were not requested since *since*."""
        if not self._wanted.get(publisher):
            return 0
        return self._work.frontier.count_pending(self._pending(publisher, since))

    def _pending(self, publisher: str, since: datetime) -> VisitFilter:
        return VisitFilter(publisher, since, self._work.clock(), kind=VisitKind.REQUISITE)

    def settle(self, settled: Settled) -> None:
        """Record the outcome of a requisite. It is not requested again, unless its host failed for a reason that may
        pass.
        """
        request, now = settled.request, self._work.clock()
        self._under_way[request.publisher] -= 1
        if request.visit is None:
            return
        frontier, failed = self._work.frontier, settled.failed
        if failed is not None and failed.reason == LEFT_ALONE:
            # Leave it to the next run; this run would otherwise try it again and again.
            frontier.put_off(request.visit, until=settled.until or now)
            self._emptied.add(request.publisher)
            return
        word = Tally().add(settled)
        if failed is not None and failed.reason in set(FailureReason):
            due = next_try(FailureReason(failed.reason), frontier.attempts(request.visit) + 1, now)
            frontier.postponed(request.visit, VisitResult(failed.reason, now, due))
            return
        frontier.done(request.visit, VisitResult(failed.reason if failed else word, now, None))
        if settled.capture is not None and settled.capture.status == 200:
            self.kept[request.publisher] += 1
            self._bytes[request.publisher] += settled.capture.payload_length
        following = onward(request, settled.exchange) if settled.exchange is not None else None
        if following is not None:
            self._seed(request, [following.url])
