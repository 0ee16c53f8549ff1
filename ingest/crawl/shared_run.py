"""A shared run: what one of several workers does in a round, and how their captures are folded into one catalogue."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime

from archive.warc.capture import Capture
from db.model.item import Publisher
from db.query.terms_history import changes
from ingest.collection.rows import NOTES, WORKER_FIELD, adopt
from ingest.crawl.coverage import covered
from ingest.crawl.publisher_shares import PublisherShares
from ingest.crawl.report import Report
from ingest.crawl.run import Means, Order, Run
from ingest.crawl.tally import Settled, Tally

# No limit on the captures of a publisher that is taken over.
_ALL = 1 << 40
# Read back more captures that were taken over while fewer than this wait for the catalogue.
_BACKLOG = 40


class SharedRun(Run):
    """A run over the publishers that a dealer hands to it (`share`), or one that only folds (`fold`)."""

    def __init__(self, *means: *Means) -> None:
        super().__init__(*means)
        self._taken_over: deque[Capture] = deque()
        """Captures by other workers, of publishers that are now this worker's; still to be read."""
        self._earlier: set[str] = set()
        """The ids of those that were kept before the round began."""
        self._dealt_at: dict[str, datetime] = {}
        """By publisher: when this worker took it."""

    def share(self, order: Order, dealer: PublisherShares) -> Report:
        """Visit the publishers that *dealer* hands out, until the round is over; other workers do the same.

        Pages of a publisher that another worker kept in this round count as visited. No run is recorded here: `fold`
        does that for all workers.
        """
        run = self._work.frontier.begin_run("shared", dealer.started)
        self._run, self._told_plan = run.id, True
        known, self._publishers = {one.id: one for one in self._publishers}, []
        self._drain(lambda: self._deal(order, dealer, known))
        self._tell_what_is_left(order, [known[one] for one in self._dealt_at], dealer.started)
        if self._told_to_stop():
            self._report.stopped = "a signal"
        self._report.full = self._pipeline.full
        return self._report

    def _deal(self, order: Order, dealer: PublisherShares, known: Mapping[str, Publisher]) -> int:
        """Begin with newly taken publishers, send more visits, and give back publishers that are done; return how much
        was done.
        """
        for dealt in dealer.take():
            self._work.archive.add_warcinfo_fields(dealt.publisher, {WORKER_FIELD: f"{dealer.worker} {dealt.lease}"})
            adopt(self._work.catalogue, self._work.archive, {dealt.publisher, *NOTES})
            unread = self._work.catalogue.unread(dealt.publisher, limit=_ALL)
            self._taken_over += unread
            self._earlier.update(capture.id for capture in unread if capture.began < dealer.started)
            self._dealt_at[dealt.publisher] = self._work.clock()
            self._publishers.append(known[dealt.publisher])
            self._finder.begin(known[dealt.publisher], dealer.started)
        # In portions, because each capture is held in memory until it is read.
        while self._taken_over and self._pipeline.backlog < _BACKLOG:
            self._resume(self._taken_over.popleft())
        sent = self._refill(order, dealer.started)
        waiting = {capture.publisher for capture in self._taken_over}
        for publisher in [one for one in self._publishers if one.id not in waiting]:
            is_over = self._finder.is_over(publisher.id) and not self._pipeline.visits(publisher.id)
            if is_over and not self._send_next(order, publisher, dealer.started):
                self._work.archive.finish_series(publisher.id)
                dealer.done(publisher.id)
                self._publishers.remove(publisher)
        if not self._publishers:
            dealer.pause()
        # Never 0 while other workers have publishers, because these may become free.
        return sent + (not dealer.is_over)

    def _begun_at(self, publisher: str, since: datetime) -> datetime:
        # A round may last for days; a budget of days starts when this worker took the publisher.
        return self._dealt_at.get(publisher, since)

    def _is_earlier(self, settled: Settled) -> bool:
        return settled.capture is not None and settled.capture.id in self._earlier

    def _seen_at(self, settled: Settled) -> datetime:
        return settled.capture.began if settled.capture and self._is_earlier(settled) else super()._seen_at(settled)

    def _count(self, settled: Settled, *, news: bool) -> None:
        super()._count(settled, news=news)
        # A capture from before the round does not count as a visit of it. Such captures are known by their ids, not by
        # their dates, so a page requested now is requested only once, even if clocks differ.
        if self._is_earlier(settled):
            self._sent[settled.request.publisher].discard(settled.request.visit or 0)
            self._emptied.pop(settled.request.publisher, None)

    def fold(self) -> Report:
        """Read and catalogue the captures that workers kept, without asking any host, and record the run."""
        run = self._begin(Order(kind="fold"))
        self._run, self._report.tally = run.id, Tally.of(run.summary)
        oldest = self._work.catalogue.unread(limit=1)
        self._take_up()
        if self._told_to_stop():
            self._report.stopped = "a signal"
            return self._report
        connection = self._work.catalogue.connection
        self._report.changes = changes(connection, since=oldest[0].began if oldest else run.started)
        self._report.coverage = covered(self._work.catalogue, self._publishers)
        self._record(run)
        return self._report
