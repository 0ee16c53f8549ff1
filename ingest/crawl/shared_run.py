"""A shared run: the part of one worker in what several visit, and the taking over of what they kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime

from archive.warc.capture import Capture
from db.model.item import Publisher
from db.query.terms_history import changes
from ingest.collection.rows import NOTES, WORKER_FIELD, adopt
from ingest.crawl.coverage import covered
from ingest.crawl.dealing import Dealer
from ingest.crawl.report import Report
from ingest.crawl.run import Means, Order, Run
from ingest.crawl.tally import Settled, Tally

# As many captures of a publisher that is taken over as there are.
_ALL = 1 << 40
# While less than this waits for the catalogue, more of what was taken over is read back from its files.
_BACKLOG = 40


class SharedRun(Run):
    """A run over the publishers that are dealt to it, or over none."""

    def __init__(self, *means: *Means) -> None:
        super().__init__(*means)
        self._taken_over: deque[Capture] = deque()
        """What other workers kept of the publishers that were dealt, and is to be read."""
        self._earlier: set[str] = set()
        """Of that, what was kept before the round began."""
        self._dealt_at: dict[str, datetime] = {}
        """Of each publisher that was dealt, when that was."""

    def share(self, order: Order, dealer: Dealer) -> Report:
        """Visit the publishers that *dealer* deals, beside others who do the same, until the round is over.

        What others kept of a publisher in this round counts as visited. No run is recorded: whoever folds what all kept
        records that.
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

    def _deal(self, order: Order, dealer: Dealer, known: Mapping[str, Publisher]) -> int:
        """Begin with the publishers that were dealt, end with those that are done, and go on with the others."""
        for dealt in dealer.take():
            self._work.archive.tell(dealt.publisher, {WORKER_FIELD: f"{dealer.worker} {dealt.lease}"})
            adopt(self._work.catalogue, self._work.archive, {dealt.publisher, *NOTES})
            unread = self._work.catalogue.unread(dealt.publisher, limit=_ALL)
            self._taken_over += unread
            self._earlier.update(capture.id for capture in unread if capture.began < dealer.started)
            self._dealt_at[dealt.publisher] = self._work.clock()
            self._publishers.append(known[dealt.publisher])
            self._finder.begin(known[dealt.publisher], dealer.started)
        # By shares, for each is held with its bytes until it is read.
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
            dealer.rest()
        # As long as others have publishers that may become free.
        return sent + (not dealer.is_over)

    def _begun_at(self, publisher: str, since: datetime) -> datetime:
        # A round may go on for days, and a budget is one of a visit's.
        return self._dealt_at.get(publisher, since)

    def _is_earlier(self, settled: Settled) -> bool:
        return settled.capture is not None and settled.capture.id in self._earlier

    def _seen_at(self, settled: Settled) -> datetime:
        return settled.capture.began if settled.capture and self._is_earlier(settled) else super()._seen_at(settled)

    def _count(self, settled: Settled, *, news: bool) -> None:
        super()._count(settled, news=news)
        # Not by when it was kept alone: what is asked for now is asked for once, whatever clock the round began by.
        if self._is_earlier(settled):
            self._sent[settled.request.publisher].discard(settled.request.visit or 0)
            self._emptied.pop(settled.request.publisher, None)

    def fold(self) -> Report:
        """Read what workers kept, and ask nobody for anything."""
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
