"""A run: find the pages of the publishers, visit them newest first, and report the outcome of every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from archive.http.failure import FailureReason
from archive.http.url import read_target
from archive.warc.capture import Capture, NoteKind
from db import unlisted
from db.frontier import PUT_OFF, UNTOLD, Visit, VisitFilter, VisitKind, VisitResult
from db.model.coverage import Source
from db.model.item import Publisher
from db.query.displaced import count_merged
from db.query.terms_history import changes
from db.query.wordings import lapsed
from db.runs import Run as Recorded
from ingest.collection.collection import Collection
from ingest.collection.recrawl_interval import ChangeHistory, due_again, is_passing, next_try
from ingest.crawl.budget import Budgets
from ingest.crawl.coverage import census, census_before, covered, have_shrunk, remarks
from ingest.crawl.frontier_seeding import Finder
from ingest.crawl.host_clocks import HostClocks
from ingest.crawl.host_queues import HostQueues
from ingest.crawl.named_url import NamedUrl
from ingest.crawl.pipeline import Pipeline
from ingest.crawl.politeness import delay_for, retry_after
from ingest.crawl.redirect_circles import broken
from ingest.crawl.report import Report
from ingest.crawl.requisites import PURPOSE as REQUISITE
from ingest.crawl.requisites import Requisites
from ingest.crawl.run_setup import pauses_of, scope_of
from ingest.crawl.scope import tidy
from ingest.crawl.tally import LEFT_ALONE, NOT_REACHED, Settled, Tally
from ingest.discovery.listed import read_instant
from ingest.progress import Progress, counted
from ingest.settings.values import on_loopback, publisher_of, schedule_of

# How many visits of a publisher are under way at a time: enough to keep its hosts and the readers busy.
_QUEUE = 40
# How many captures that an earlier run left unread are taken up at a time.
_SHARE = 500
# How many of the last visits of a page are checked for changes that no list reported.
_LATELY = 10
# How many pages that have left a publisher's sitemaps are visited in the run that notices it.
_UNLISTED = 500


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked to do.

    Attributes:
        kind: the kind of run that is recorded.
        limit: visit at most this many pages; None: all.
        only: visit only this URL.
        due_only: visit only pages that are due by their own schedule, as the service does.
        whole: visit all known pages, even if lists say that they did not change.
        dry: find pages, but visit none.
    """

    kind: str = "run"
    limit: int | None = None
    only: str | None = None
    due_only: bool = False
    whole: bool = False
    dry: bool = False


Means: TypeAlias = tuple[Collection, Pipeline, HostQueues, Progress, Callable[[], bool]]
"""What a run works with: the collection, the pipeline, the host queues, the progress display, and a test for "stop"."""


class Run:
    """One run over the publishers of a collection."""

    def __init__(self, *means: *Means) -> None:
        work, pipeline, self._queues, self._progress, self._told_to_stop = means
        self._work, self._pipeline = work, pipeline
        self._report = Report()
        self._sent: dict[str, set[int]] = {}
        """By publisher: the visits sent in this run, settled or not."""
        self._emptied: dict[str, int] = {}
        """By publisher with nothing left to visit: the value of `Finder.naming_count` when this was found."""
        self._told_plan, self._planned = False, 0
        self._looked_after: set[str] = set()
        # By publisher whose lists were read: whether to visit all known pages, or only those that are due.
        self._whole: dict[str, bool] = {}
        self._before: dict[int, Visit] = {}
        """Visit id → the visit as it was in the frontier when it was sent."""
        self._withheld = work.catalogue.withheld()
        self._publishers = [publisher_of(options) for options in work.settings.publishers]
        scopes = zip(self._publishers, map(scope_of, work.settings.publishers), strict=True)
        self._finder = Finder(work, pipeline, {publisher.id: scope for publisher, scope in scopes})
        wanted = {publisher_of(options).id: options.requisites for options in work.settings.publishers}
        self._requisites = Requisites(work, pipeline, wanted)
        self._pauses = pauses_of(work.settings)
        self._budgets = Budgets(work.settings)
        self._clocks = HostClocks()
        self._schedules = {
            publisher_of(one).id: schedule_of(work.settings.schedule, one) for one in work.settings.publishers
        }
        self._run: int | None = None

    def go(self, order: Order) -> Report:
        """Carry out *order* and return the report.

        The run continues a killed or stopped one of the same kind. It is recorded once all its pages were visited.
        """
        run = None if order.dry else self._begin(order)
        self._pipeline.records_failures = not order.dry
        since = run.started if run else self._work.clock()
        if run is not None:
            # Start with the counts from before the stop or kill: the summary covers the whole run.
            self._run, self._report.tally = run.id, Tally.of(run.summary)
        # Before any request: captures that are kept but unread may name the pages to visit first.
        self._take_up()
        if order.only is not None:
            self._only(order, order.only)
        else:
            self._pipeline.learner.renew()
            for publisher in self._publishers:
                begin = self._finder.begin if self._is_looked_at(order, publisher) else self._finder.skip_lists
                begin(publisher, run.started if run else None)
                self._sent[publisher.id] = set(self._pipeline.visits(publisher.id))
            self._visit(order, since)
        self._report.full = self._pipeline.full
        if self._report.full is not None:
            self._report.stopped = "a full disk"
        elif self._told_to_stop():
            self._report.stopped = "a signal"
        if run is not None:
            connection = self._work.catalogue.connection
            self._report.changes = changes(connection, since=run.started)
            self._report.lapsed = [one for one in lapsed(connection) if one.ended and one.ended >= run.started]
        if run is not None and order.only is None:
            self._take_stock(run)
        # Only a complete run is recorded as over. The next run continues a stopped one under the same number.
        if run is not None and self._report.stopped is None:
            self._record(run)
        elif run is not None:
            # Lets `status` tell a run that reached its limit from one that was killed.
            kept = {"why": self._report.stopped, "left": self._report.left}
            self._work.frontier.keep_run(run.id, {**self._report.tally.summary(), "stopped": kept})
        return self._report

    def _take_up(self) -> None:
        """Read and catalogue the captures that a killed run or workers left unread, and follow what they name."""
        before: list[Capture] = []
        # In portions, because captures are held in memory until they are read. Stop if a portion comes back unchanged:
        # these captures cannot be read.
        while (waiting := self._work.catalogue.unread(limit=_SHARE)) and waiting != before and not self._told_to_stop():
            before = waiting
            for capture in waiting:
                self._resume(capture)
            self._drain()
        self._sent.clear()  # these visits made no request, so they do not count towards a limit

    def _resume(self, capture: Capture) -> None:
        kinds = ((VisitKind.PAGE, "page"), (VisitKind.REQUISITE, REQUISITE))
        found = ((self._work.frontier.find(capture.publisher, capture.url, kind), why) for kind, why in kinds)
        # There is no visit if the capture did not come from one: a list, a page that was saved by itself.
        made = ((visit.id, why) for visit, why in found if visit is not None and visit.capture == capture.id)
        self._pipeline.resume(capture, *next(made, (None, "page")))

    def _is_looked_at(self, order: Order, publisher: Publisher) -> bool:
        """Return whether to read the lists of *publisher*; the service reads them only as often as its settings say."""
        every = self._schedules[publisher.id].discover
        # The service runs at the shortest interval of all publishers, so those with that interval are always read.
        if not order.due_only or every <= min(one.discover for one in self._schedules.values()):
            return True
        home = self._work.frontier.find(publisher.id, tidy(publisher.url) or publisher.url)
        seen = home.visited_at if home is not None else None
        return seen is None or (self._work.clock() - seen).total_seconds() >= every

    def _drain(self, more: Callable[[], int] = lambda: 0) -> None:
        self._pipeline.drain(self._settled, stopped=self._told_to_stop, more=more, close=self._keep_counts)

    def _keep_counts(self) -> None:
        """Save the counts with the visits that they count, so the summary is right even if the run is killed."""
        if self._run is not None:
            self._work.frontier.keep_run(self._run, self._report.tally.summary())

    def _begin(self, order: Order) -> Recorded:
        # Visiting a single page is a run of its own kind; it must not continue, and then end, a killed run.
        kind = order.kind if order.only is None else "page"
        frontier = self._work.frontier
        return frontier.unfinished_run(kind) or frontier.begin_run(kind, self._work.clock())

    def _take_stock(self, run: Recorded) -> None:
        """Compare the pages that the publishers name with those held, and put counts and remarks into the report."""
        catalogue, report = self._work.catalogue, self._report
        report.requisites = dict(self._requisites.kept)
        report.wanting = {
            one.id: left for one in self._publishers if (left := self._requisites.left(one.id, run.started))
        }
        for publisher in self._publishers:
            sessions = self._finder.sessions[publisher.id]
            seen = census(self._work.frontier, publisher.id, run.started, sessions).as_json()
            known = census_before(catalogue, publisher.id, run.kind, run.started)
            if self._finder.skips_lists(publisher.id):
                seen |= {"listed": known["listed"]} if "listed" in known else {}
            report.census[publisher.id] = seen
            # A run that was stopped has not read all lists yet, so their length says nothing.
            listed = 0 if report.stopped else known.get("listed", 0)
            report.remarks += remarks(catalogue, publisher, self._publishers, seen, listed, run.started)
            report.shrunk |= have_shrunk(seen, listed)
        if (differing := self._clocks.remark()) is not None:
            report.remarks.append(differing)
        report.coverage = covered(catalogue, self._publishers)
        report.tally.recount_moved(count_merged(catalogue.connection, report.tally.made))

    def _record(self, run: Recorded) -> None:
        """Record that *run* is over."""
        summary = self._report.summary()
        now = self._work.clock()
        body = {"kind": run.kind, "started": run.started.isoformat(), "finished": now.isoformat()}
        self._work.note(NoteKind.RUN, {**body, "summary": summary})

    def _visit(self, order: Order, since: datetime) -> None:
        """Find and visit the pages of all publishers side by side, until none is left that may be visited now."""
        if order.dry:
            self._drain(self._finder.step)
            self._plan(order, since)
            self._report.would_visit = self._planned
            return
        self._drain(lambda: self._refill(order, since))
        self._tell_what_is_left(order, self._publishers, since)
        if order.limit is not None and self._report.left and self._asked >= order.limit:
            self._report.stopped = f"--limit {order.limit}"

    def _tell_what_is_left(self, order: Order, publishers: Iterable[Publisher], since: datetime) -> None:
        left = {publisher.id: self._count_due(order, publisher, since) for publisher in publishers}
        self._report.left, self._report.budgets = sum(left.values()), self._budgets.left(left)
        self._report.cut = sorted({*self._budgets.full, *self._finder.cut})

    def _only(self, order: Order, url: str) -> None:
        """Visit the single page *url*, for the publisher that has its host, or else for the first publisher."""
        self._planned = 1
        if order.dry:
            self._progress.talk(f"1 page would be visited: {url}")
            self._report.would_visit = 1
            return
        owner = next((p for p in self._publishers if self._finder.covers(p.id, url)), self._publishers[0])
        self._finder.seed(owner.id, [NamedUrl(url, "--only", Source.NONE)])
        visit = self._finder.orders.visit(owner.id, tidy(url) or url)
        self._pipeline.send(self._finder.request(owner.id, visit.url if visit else tidy(url) or url, "page", visit))
        self._drain(self._finder.step)

    def _under_way(self) -> Iterator[frozenset[int]]:
        return (self._pipeline.visits(publisher.id) for publisher in self._publishers)

    @property
    def _asked(self) -> int:
        """How many visits were sent."""
        return sum(map(len, self._sent.values()))

    def _plan(self, order: Order, since: datetime) -> None:
        """Tell the user how many pages there are to visit, as far as known from the lists."""
        due = {publisher.id: self._count_due(order, publisher, since) for publisher in self._publishers}
        known = sum(due.values())
        # What has been asked for and not answered yet is still to be visited.
        done = self._asked - sum(map(len, self._under_way()))
        pages = known if order.limit is None else min(known, max(order.limit - done, 0))
        self._planned = pages + self._report.tally.visits
        # Publishers are visited side by side, so the slowest one determines the time.
        seconds = max((due[p.id] * self._delay(p) for p in self._publishers), default=0.0)
        hours = f", at least {seconds / 3600:.1f} hours at this pace" if seconds >= 360 else ""
        what = "would be visited" if order.dry else "to visit"
        pages_due = counted(known, "page") if pages == known else f"{pages} of {counted(known, 'page')}"
        self._progress.talk(f"{pages_due} {what}, newest first{hours} ({self._finder.found} newly found)")

    def _delay(self, publisher: Publisher) -> float:
        robots = self._queues.robots(read_target(publisher.url).authority)
        return delay_for(
            setting=self._pauses(read_target(publisher.url).authority),
            crawl_delay=robots.crawl_delay if robots else None,
            loopback=on_loopback(self._work.settings, publisher.url),
        )

    def _count_due(self, order: Order, publisher: Publisher, since: datetime) -> int:
        return self._work.frontier.count_pending(self._wanted(order, publisher, since))

    def _wanted(self, order: Order, publisher: Publisher, since: datetime) -> VisitFilter:
        """Return the filter for the pages of *publisher* to visit in the run that began at *since*."""
        due_only = not self._whole.get(publisher.id, order.whole)
        return VisitFilter(publisher.id, since, self._work.clock(), due_only, with_dead=order.whole)

    def _refill(self, order: Order, since: datetime) -> int:
        """Send the next visits of each publisher that has few under way; return how much was done."""
        found = self._finder.step()
        publishers = [one for one in self._publishers if self._finder.may_visit(one.id)]
        is_over = order.limit is not None and self._asked >= order.limit and not any(self._under_way())
        # Wait for the lists that say which pages are the newest; otherwise the limit would be spent on the wrong pages.
        if is_over and len(publishers) == len(self._publishers):
            self._finder.give_up()  # pages of further lists are not visited in this run
            self._queues.drop_waiting()
            return 0
        if not self._told_plan and len(publishers) == len(self._publishers):
            self._told_plan = True
            self._plan(order, since)
        for publisher in publishers:
            self._look_after_unlisted(publisher, since)
            self._decide_how_far(order, publisher, since)
        return found + sum(self._send_next(order, publisher, since) for publisher in publishers)

    def _send_requisites(self, order: Order, publisher: Publisher, since: datetime) -> int:
        """Send requests for requisites. A run with a limit leaves them to the next run, to end sooner."""
        return self._requisites.send_next(publisher.id, since) if order.limit is None else 0

    def _look_after_unlisted(self, publisher: Publisher, since: datetime) -> None:
        """Once all lists are read, visit the pages that they no longer name: these may be gone."""
        if publisher.id in self._looked_after or not self._finder.has_all(publisher.id):
            return
        self._looked_after.add(publisher.id)
        catalogue, now = self._work.catalogue, self._work.clock()
        unlisted.put_last(catalogue, publisher.id, since=since)
        if unlisted.make_due(catalogue, publisher.id, since=since, now=now, limit=_UNLISTED):
            self._emptied.pop(publisher.id, None)

    def _decide_how_far(self, order: Order, publisher: Publisher, since: datetime) -> None:
        """Once the lists are read, decide whether to visit pages that are not due: not if the lists vouch for them."""
        if publisher.id in self._whole or not self._finder.is_over(publisher.id):
            return
        whole = not order.due_only and not (
            self._finder.has_all(publisher.id) and self._work.frontier.lists_are_reliable(publisher.id, since)
        )
        self._whole[publisher.id] = whole or order.whole
        if self._whole[publisher.id]:
            self._emptied.pop(publisher.id, None)

    def _begun_at(self, _publisher: str, since: datetime) -> datetime:
        """Return when the run began with a publisher; *since* is when the run itself began."""
        return since

    def _send_next(self, order: Order, publisher: Publisher, since: datetime) -> int:
        """Send the next visits of *publisher*, or its requisites once no page is left; return how many."""
        # Pages and their requisites share one budget.
        if self._budgets.is_spent(publisher.id, self._work.clock() - self._begun_at(publisher.id, since)):
            return 0
        under_way = self._pipeline.visits(publisher.id)
        sent = self._sent.setdefault(publisher.id, set())
        left = self._budgets.pages_left(publisher.id, len(sent))
        room = min(_QUEUE - len(under_way), left)
        if order.limit is not None:
            room = min(room, order.limit - self._asked)
        namings = self._finder.naming_count(publisher.id)
        if left <= 0 or self._emptied.get(publisher.id) == namings:
            # The page limit applies to pages only; the requisites of the visited pages are still fetched.
            return self._send_requisites(order, publisher, since)
        # Refill when half of the visits are done: one frontier query for twenty pages, not one for each.
        if room <= 0 or len(under_way) > _QUEUE // 2:
            return 0
        wanted = self._wanted(order, publisher, since)
        # A visit that was sent but not made, because its host is left alone, is still pending in the frontier.
        fresh = self._work.frontier.pending(wanted, room, but=sent | under_way)
        for visit in fresh:
            sent.add(visit.id)
            self._before[visit.id] = visit
            self._pipeline.send(self._finder.request(publisher.id, visit.url, "page", visit))
        if len(fresh) < room:
            # Do not ask again until pages are named: the query takes long on a large frontier.
            self._emptied[publisher.id] = namings
        # In the same step, because there may be no further step if the last page named nothing new.
        return len(fresh) or self._send_requisites(order, publisher, since)

    def _settled(self, settled: Settled) -> None:
        """Handle a settled request: count it if it was a visit, and follow what its response names."""
        request = settled.request
        if settled.exchange is not None:
            self._clocks.hear(settled.exchange)
        if settled.capture is not None:
            self._budgets.keep(request.publisher, settled.capture.ref.length)
        # A dry run records nothing, and reports where the last redirect leads.
        if self._run is not None:
            settled = broken(self._work, self._pipeline, settled)
        if request.purpose == REQUISITE:
            self._requisites.settle(settled)
        elif request.visit is not None and request.purpose in ("page", "home"):
            known = self._finder.found
            self._finder.follow(settled)
            self._count(settled, news=self._finder.found > known)
            self._requisites.follow(settled)
            return
        # A dry run records nothing, so put the failure into the report.
        elif self._run is None and request.purpose not in ("page", "policy"):
            self._miss(settled)
        self._finder.follow(settled)
        self._requisites.follow(settled)

    def _miss(self, settled: Settled) -> None:
        """In a dry run, report a request that failed. A missing list is not, because its address was a guess."""
        if settled.failed is None and (settled.change is None or settled.request.purpose != "home"):
            return
        if settled.failed is not None and settled.failed.reason == LEFT_ALONE:
            return
        # A temporary tally, used only for the word.
        word = Tally().add(settled)
        if word in NOT_REACHED:
            hint = {} if settled.failed is None else {"hint": settled.failed.hint}
            self._report.unreached.append(event_of(settled, word) | hint)

    def _count(self, settled: Settled, *, news: bool) -> None:
        """Count a visit, set when it is due again, and report progress; *news*: it named pages that were not known."""
        if settled.request.visit is not None:
            self._sent.setdefault(settled.request.publisher, set()).add(settled.request.visit)
        word = self._report.tally.add(settled)
        self._schedule(settled, word, news=news)
        done = self._report.tally.visits
        self._planned = max(self._planned, done)
        event = event_of(settled, word)
        # Withheld items are shown nowhere, not even in a line of progress.
        if event.get("item") in self._withheld:
            event.pop("title", None)
        self._progress.page(done, self._planned, event)

    def _seen_at(self, _settled: Settled) -> datetime:
        """Return when the page was visited."""
        return self._work.clock()

    def _schedule(self, settled: Settled, word: str, *, news: bool) -> None:
        """Set when the page is due again."""
        visit, failed, now = settled.request.visit, settled.failed, self._seen_at(settled)
        if visit is None:
            return
        frontier = self._work.frontier
        # No visit was made: the page stays due, unless the host named a time.
        if failed is not None and failed.reason == LEFT_ALONE:
            if settled.until is not None:
                frontier.put_off(visit, until=settled.until)
            return
        # The publisher may have been removed from the settings since the page was kept.
        schedule = self._schedules.get(settled.request.publisher, self._work.settings.schedule)
        before = self._before.pop(visit, None)
        latest = _failure_of(settled)
        if latest is None:
            # Count from the time of the request: a change while the response waited to be read comes after the visit.
            made = settled.capture.began if settled.capture is not None else now
            # A refused or failed visit says nothing about changes.
            seen = _seen(settled, before, made, changed=news or word == "changed") if failed is None else None
            due: datetime | None = due_again(settled.request.url, made, schedule, seen)
            if failed is None:
                mark = UNTOLD if word == "changed" and _was_vouched_for(before) else None
                frontier.done(visit, VisitResult(word, made, due, mark=mark))
            else:
                frontier.postponed(visit, VisitResult(failed.reason, now, due))
            return
        # The ladder counts the attempts at this page, including this one. The host queue counts the host's rests.
        due = next_try(latest, frontier.attempts(visit) + 1, now)
        asked = retry_after(settled.capture.retry_after, now) if settled.capture else None
        floors = [settled.until, now + asked if asked is not None else None]
        if due is not None:
            # Never sooner than the host asked for, even if the ladder is shorter.
            due = max([due, *(floor for floor in floors if floor is not None)])
        outcome = PUT_OFF if settled.until is not None else failed.reason if failed else word
        frontier.postponed(visit, VisitResult(outcome, now, due))


def _seen(settled: Settled, before: Visit | None, now: datetime, *, changed: bool) -> ChangeHistory:
    """Return what this visit says about how often the page changes; *before* is the visit as it was before."""
    visited = before.visited_at if before is not None else None
    if before is None or visited is None:
        said = settled.reading and (settled.reading.modified or settled.reading.published)
        dated = [before.lastmod if before is not None else None, read_instant(said.value if said else None)]
        newest = max((one for one in dated if one is not None and one <= now), default=None)
        return ChangeHistory(changed=changed, age=None if newest is None else now - newest)
    planned = before.due - visited if before.due is not None and before.due > visited else None
    # Whether a list reported the change, by its date; not trusted if a list has missed a change lately.
    told = before.lastmod is not None and before.lastmod > visited and UNTOLD not in before.history[-_LATELY:]
    return ChangeHistory(planned, now - visited, changed, told=told)


def _was_vouched_for(before: Visit | None) -> bool:
    """Return whether a list said that the page did not change since its last visit."""
    if before is None or before.visited_at is None or before.lastmod is None:
        return False
    return before.lastmod < before.visited_at


def _failure_of(settled: Settled) -> FailureReason | int | None:
    """Return the reason or status of a failure after which the retry ladder applies; None for any other outcome."""
    if settled.failed is not None:
        return FailureReason(settled.failed.reason) if settled.failed.reason in set(FailureReason) else None
    status = settled.capture.status if settled.capture else 0
    return status if is_passing(status) else None


def event_of(settled: Settled, word: str) -> dict[str, object]:
    """Return a visit as an event for progress and reports: URL, outcome (*word*), and the item or the reason."""
    event: dict[str, object] = {"url": settled.request.url, "outcome": word}
    if settled.failed is not None:
        event |= {"reason": settled.failed.reason, "detail": settled.failed.detail}
    if settled.change is not None and settled.change.item is not None:
        event["item"] = settled.change.item
    if settled.reading is not None and settled.reading.title is not None:
        event["title"] = settled.reading.title.value
    return event
