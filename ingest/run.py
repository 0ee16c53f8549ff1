"""A run: find what the publishers have, visit it newest first, and say what became of every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from archive.capture import NoteKind
from archive.errors import DiskFull
from db.frontier import Visit
from db.history import TermsChange, changes
from db.model import Publisher
from db.runs import Run as Recorded
from ingest.collection import Collection
from ingest.config import publisher_of
from ingest.console import Progress, counted
from ingest.couriers import Couriers
from ingest.failure import FailureReason
from ingest.finding import Finder
from ingest.pipeline import Pipeline
from ingest.politeness import delay_for, next_try
from ingest.recheck import due_again
from ingest.reuse import change_json
from ingest.scope import tidy
from ingest.settled import LEFT_ALONE, Settled
from ingest.tally import NOT_REACHED, Tally
from ingest.target import read_target
from ingest.visiting import on_loopback, scope_of

_QUEUE = 200


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked to do.

    Attributes:
        limit: at most so many pages; None: all.
        only: visit this URL alone.
        due_only: only what is due by itself, as the service does.
        dry: find pages, visit none.
    """

    kind: str = "run"
    limit: int | None = None
    only: str | None = None
    due_only: bool = False
    dry: bool = False


@dataclass(slots=True)
class Report:
    """What a run did.

    Attributes:
        stopped: the limit, the signal or the lack of room that ended it before all was visited.
        full: the disk, where it had no room.
    """

    tally: Tally = field(default_factory=Tally)
    found: int = 0
    left: int = 0
    stopped: str | None = None
    full: DiskFull | None = None
    changes: list[TermsChange] = field(default_factory=list)
    """What the publishers changed in their terms, as far as the run has seen it."""
    would_visit: int | None = None
    """For a dry run: how many pages are due."""
    unreached: list[dict[str, object]] = field(default_factory=list)
    """For a dry run: what it did not get (robots.txt, a home page, a list of pages), as `told` tells it."""

    def summary(self) -> dict[str, object]:
        """Return what the run did as JSON values."""
        dry = {} if self.would_visit is None else {"would visit": self.would_visit, "unreached": self.unreached}
        return {**self.tally.summary(), "terms changed": [change_json(change) for change in self.changes], **dry}


class Run:
    """One run over the publishers of a collection."""

    def __init__(
        self,
        work: Collection,
        pipeline: Pipeline,
        couriers: Couriers,
        progress: Progress,
        stopped: Callable[[], bool],
    ) -> None:
        self._work, self._pipeline, self._couriers = work, pipeline, couriers
        self._progress, self._told_to_stop = progress, stopped
        self._report = Report()
        self._sent: set[int] = set()
        self._withheld = work.catalogue.withheld()
        self._publishers = [publisher_of(options) for options in work.settings.publishers]
        scopes = zip(self._publishers, map(scope_of, work.settings.publishers), strict=True)
        self._finder = Finder(work, pipeline, {publisher.id: scope for publisher, scope in scopes})
        self._planned = 0
        self._run: int | None = None

    def go(self, order: Order) -> Report:
        """Do *order*; the run is recorded when it ends, and goes on where a killed one stopped."""
        run = None if order.dry else self._begin(order)
        since = run.started if run else self._work.clock()
        if run is not None:
            # Also what was counted before it was stopped or killed: a summary is of the whole run.
            self._run, self._report.tally = run.id, Tally.of(run.summary)
        self._take_up()
        if order.only is None:
            for publisher in self._publishers:
                self._finder.begin(publisher, run.started if run else None)
            self._drain()
        self._pages(order, since)
        self._report.full = self._pipeline.full
        if self._report.full is not None:
            self._report.stopped = "a full disk"
        elif self._told_to_stop():
            self._report.stopped = "a signal"
        if run is not None:
            self._report.changes = changes(self._work.catalogue.connection, since=run.started)
        if run is not None and self._report.stopped is None:
            self._record(run)
        return self._report

    def _take_up(self) -> None:
        """Read what a killed run kept and did not come to read, and go on from there as it would have."""
        for capture in self._work.catalogue.unread():
            visit = self._work.frontier.find(capture.publisher, capture.url)
            self._pipeline.resume(capture, visit.id if visit and visit.capture == capture.id else None)
        self._drain()
        self._sent.clear()  # a limit counts what is asked for

    def _stopped(self) -> bool:
        return self._pipeline.full is not None or self._told_to_stop()

    def _drain(self) -> None:
        self._pipeline.drain(self._settled, stopped=self._stopped)

    def _begin(self, order: Order) -> Recorded:
        # One page by itself must not end a run that was killed: it is a run of its own.
        kind = order.kind if order.only is None else "page"
        frontier = self._work.frontier
        return frontier.unfinished_run(kind) or frontier.begin_run(kind, self._work.clock())

    def _record(self, run: Recorded) -> None:
        """Record that *run* is over. One that was stopped is not: the next goes on with it."""
        summary = self._report.summary()
        now = self._work.clock()
        body = {"kind": run.kind, "started": run.started.isoformat(), "finished": now.isoformat()}
        self._work.note(NoteKind.RUN, {**body, "summary": summary})

    def _pages(self, order: Order, since: datetime) -> None:
        if order.only is not None and not order.dry:
            self._only(order.only)
            return
        if order.only is not None:
            self._planned = 1
            self._progress.talk(f"1 page would be visited: {order.only}")
        else:
            self._plan(order, since)
        if order.dry:
            self._report.would_visit = self._planned
            return
        while not self._stopped():
            sent = self._refill(order, since)
            if not sent and not self._couriers.waiting:
                break
            self._drain()
        self._report.left = sum(len(self._due(order, p, since, limit=1_000_000)) for p in self._publishers)
        if order.limit is not None and self._report.left and len(self._sent) >= order.limit:
            self._report.stopped = f"--limit {order.limit}"

    def _only(self, url: str) -> None:
        owner = next((p for p in self._publishers if self._finder.covers(p.id, url)), self._publishers[0])
        self._finder.seed(owner.id, [(url, "--only", None)])
        visit = self._work.frontier.find(owner.id, tidy(url) or url)
        self._planned = 1
        self._pipeline.send(self._finder.errand(owner.id, tidy(url) or url, "page", visit))
        self._drain()

    def _plan(self, order: Order, since: datetime) -> None:
        due = [(p, self._due(order, p, since, limit=1_000_000)) for p in self._publishers]
        known = sum(len(visits) for _, visits in due)
        pages = known if order.limit is None else min(known, order.limit - len(self._sent))
        self._planned = pages + self._report.tally.visits
        seconds = max((len(visits) * self._delay(p) for p, visits in due), default=0.0)
        hours = f", at least {seconds / 3600:.1f} hours at this pace" if seconds >= 360 else ""
        what = "would be visited" if order.dry else "to visit"
        told = counted(known, "page") if pages == known else f"{pages} of {counted(known, 'page')}"
        self._progress.talk(f"{told} {what}, newest first{hours} ({self._finder.found} newly found)")

    def _delay(self, publisher: Publisher) -> float:
        robots = self._couriers.robots(read_target(publisher.url).authority)
        return delay_for(
            setting=self._work.settings.fetch.delay,
            crawl_delay=robots.crawl_delay if robots else None,
            loopback=on_loopback(self._work.settings, publisher.url),
        )

    def _due(self, order: Order, publisher: Publisher, since: datetime, *, limit: int) -> list[Visit]:
        visits = self._work.frontier.pending(
            publisher.id, run_started=since, now=self._work.clock(), limit=limit, due_only=order.due_only
        )
        return [visit for visit in visits if visit.id not in self._sent]

    def _refill(self, order: Order, since: datetime) -> int:
        sent = 0
        for publisher in self._publishers:
            for visit in self._due(order, publisher, since, limit=_QUEUE + len(self._sent)):
                if order.limit is not None and len(self._sent) >= order.limit:
                    return sent
                if sent >= _QUEUE:
                    break
                self._sent.add(visit.id)
                self._pipeline.send(self._finder.errand(publisher.id, visit.url, "page", visit))
                sent += 1
        return sent

    def _settled(self, settled: Settled) -> None:
        """Count what was a visit, and go on to what it names."""
        errand = settled.errand
        if errand.visit is not None and errand.purpose in ("page", "home"):
            self._count(settled)
        elif self._run is None and errand.purpose not in ("page", "policy"):
            self._miss(settled)
        self._finder.follow(settled)

    def _miss(self, settled: Settled) -> None:
        """Note, of a dry run, what did not come; that there is no list at a guessed address is no news."""
        if settled.failed is None and (settled.change is None or settled.errand.purpose != "home"):
            return
        if settled.failed is not None and settled.failed.reason == LEFT_ALONE:
            return
        word = Tally().add(settled)
        if word in NOT_REACHED:
            hint = {} if settled.failed is None else {"hint": settled.failed.hint}
            self._report.unreached.append(told(settled, word) | hint)

    def _count(self, settled: Settled) -> None:
        """Count a visit, say when it is due again, and tell of it."""
        if settled.errand.visit is not None:
            self._sent.add(settled.errand.visit)
        word = self._report.tally.add(settled)
        self._schedule(settled, word)
        if self._run is not None:
            self._work.frontier.keep_run(self._run, self._report.tally.summary())
        done = self._report.tally.visits
        self._planned = max(self._planned, done)
        event = told(settled, word)
        if event.get("item") in self._withheld:
            event.pop("title", None)
        self._progress.page(done, self._planned, event)

    def _schedule(self, settled: Settled, word: str) -> None:
        """Say when the page is due again."""
        visit = settled.errand.visit
        if visit is None or (settled.failed and settled.failed.reason == LEFT_ALONE):
            return
        now = self._work.clock()
        due = due_again(settled.errand.url, now, self._work.settings.schedule)
        if settled.failed is None:
            self._work.frontier.done(visit, outcome=word, at=now, next_due=due)
            return
        if settled.failed.reason in set(FailureReason):
            due = next_try([FailureReason(settled.failed.reason)], now) or due
        self._work.frontier.postponed(visit, outcome=settled.failed.reason, at=now, next_due=due)


def told(settled: Settled, word: str) -> dict[str, object]:
    """Return what is told of a visit: URL, outcome, and the item or the reason."""
    event: dict[str, object] = {"url": settled.errand.url, "outcome": word}
    if settled.failed is not None:
        event |= {"reason": settled.failed.reason, "detail": settled.failed.detail}
    if settled.change is not None and settled.change.item is not None:
        event["item"] = settled.change.item
    if settled.reading is not None and settled.reading.title is not None:
        event["title"] = settled.reading.title.value
    return event
