"""A run: find what the publishers have, visit it newest first, and say what became of every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from archive.capture import NoteKind
from archive.exchange import entity, read_head
from db.frontier import Discovery, Visit
from db.model import Publisher
from db.runs import Run as Recorded
from ingest.collection import Collection
from ingest.config import PublisherOptions, publisher_of
from ingest.console import Progress
from ingest.couriers import Couriers, Errand, robots_of
from ingest.discovery.feeds import read_feed
from ingest.discovery.hints import read_hints
from ingest.discovery.sitemaps import read_sitemap, sitemap_candidates
from ingest.failure import FailureReason
from ingest.fetch import Conditions
from ingest.pipeline import LEFT_ALONE, Pipeline, Settled
from ingest.politeness import delay_for, next_try
from ingest.scope import Scope, tidy
from ingest.tally import Tally
from ingest.target import read_target, redirect_target
from ingest.terms.terms_pages import is_terms_address
from ingest.visiting import on_loopback, scope_of

SITEMAP_DEPTH = 4
REDIRECTS = 10
TERMS_FIRST = 10
"""The priority of a terms page: a run with a limit visits it before all others."""
_QUEUE = 200
_FOLLOWED = 200_000
"""How many links are remembered as followed in this run; one that is forgotten is only taken in again."""


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
    """What a run did; *stopped* names a limit or a signal that ended it before all was visited."""

    tally: Tally = field(default_factory=Tally)
    found: int = 0
    left: int = 0
    stopped: str | None = None


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
        self._progress, self._stopped = progress, stopped
        self._report = Report()
        self._sent: set[int] = set()
        self._scopes: dict[str, Scope] = {}
        self._sitemaps: set[str] = set()
        self._feeds: set[str] = set()
        self._followed: set[tuple[str, str]] = set()
        self._planned = 0

    def go(self, order: Order) -> Report:
        """Do *order*; the run is recorded when it ends, and goes on where a killed one stopped."""
        for capture in self._work.catalogue.unread():
            self._pipeline.resume(capture)
        pairs = [(publisher_of(options), options) for options in self._work.settings.publishers]
        for publisher, options in pairs:
            self._scopes[publisher.id] = scope_of(options)
        run = None if order.dry else self._begin(order)
        since = run.started if run else self._work.clock()
        if order.only is None:
            self._discover(pairs, run)
        self._pages(order, [publisher for publisher, _ in pairs], since)
        if self._stopped():
            self._report.stopped = "a signal"
        if run is not None and self._report.stopped is None:
            self._record(run)
        return self._report

    def _begin(self, order: Order) -> Recorded:
        # One page by itself must not end a run that was killed: it is a run of its own.
        kind = order.kind if order.only is None else "page"
        frontier = self._work.frontier
        return frontier.unfinished_run(kind) or frontier.begin_run(kind, self._work.clock())

    def _record(self, run: Recorded) -> None:
        """Record that *run* is over. One that was stopped is not: the next goes on with it."""
        summary = self._report.tally.summary()
        now = self._work.clock()
        body = {"kind": run.kind, "started": run.started.isoformat(), "finished": now.isoformat()}
        self._work.note(NoteKind.RUN, {**body, "summary": summary})
        with self._work.catalogue.transaction():
            self._work.frontier.finish_run(run.id, finished=now, summary=summary)

    # ── Find ──────────────────────────────────────────────────────────────────────────────────────

    def _discover(self, pairs: Iterable[tuple[Publisher, PublisherOptions]], run: Recorded | None) -> None:
        """Ask each publisher's home page, robots.txt, sitemaps and feed what there is.

        The home page counts as a visit of *run*, unless the run goes on and has been there.
        """
        for publisher, _ in pairs:
            home = Discovery(publisher.url, publisher.id, via="settings")
            self._work.frontier.seed([home], now=self._work.clock())
            visit = self._work.frontier.find(publisher.id, publisher.url)
            if run is None or (visit and visit.visited_at and visit.visited_at >= run.started):
                visit = None
            self._pipeline.send(self._errand(publisher.id, publisher.url, "home", visit))
        self._pipeline.drain(self._found, stopped=self._stopped)

    def _found(self, settled: Settled) -> None:
        errand, exchange = settled.errand, settled.exchange
        if errand.purpose == "home" and errand.visit is not None:
            self._count(settled)
        if self._onward(settled) or exchange is None:
            return
        if errand.purpose == "robots":
            self._send_sitemaps(errand, robots_of(exchange).sitemaps())
            return
        found = entity(exchange.url, exchange.response)
        if read_head(exchange.response).status not in (200, 304):
            return
        if errand.purpose == "home":
            hints = read_hints(found)
            for feed in hints.feeds[:1]:
                if feed not in self._feeds:
                    self._feeds.add(feed)
                    self._pipeline.send(self._errand(errand.publisher, feed, "feed"))
            self._follow_links(settled)
        elif errand.purpose == "sitemap":
            said = read_sitemap(found.body, errand.url)
            if errand.hops < SITEMAP_DEPTH:
                self._send_sitemaps(errand, tuple(one.url for one in said.sitemaps), nested=True)
            self._seed(errand.publisher, [(p.url, errand.url, p.lastmod) for p in said.pages])
        elif errand.purpose == "feed":
            listed = (entry.listed for entry in read_feed(found.body, errand.url).entries)
            self._seed(errand.publisher, [(p.url, errand.url, p.lastmod) for p in listed])

    def _send_sitemaps(self, errand: Errand, named: tuple[str, ...], *, nested: bool = False) -> None:
        urls = named if nested else sitemap_candidates(errand.url, named)
        for url in urls:
            tidied = tidy(url)
            if tidied and tidied not in self._sitemaps and self._scopes_host(errand.publisher, tidied):
                self._sitemaps.add(tidied)
                self._pipeline.send(
                    Errand(
                        tidied,
                        errand.publisher,
                        "sitemap",
                        conditions=self._conditions(tidied),
                        hops=errand.hops + 1 if nested else 0,
                    )
                )

    def _scopes_host(self, publisher: str, url: str) -> bool:
        hosts = {h.removeprefix("www.") for h in self._scopes[publisher].hosts}
        return read_target(url).authority.removeprefix("www.") in hosts

    def _seed(self, publisher: str, found: list[tuple[str, str, datetime | None]]) -> None:
        """Take (URL, where it was found, last change) into the frontier, as far as they are in scope."""
        tidied = ((tidy(url), via, lastmod) for url, via, lastmod in found)
        kept = [
            Discovery(url, publisher, via=via, lastmod=lastmod, priority=TERMS_FIRST if is_terms_address(url) else 0)
            for url, via, lastmod in tidied
            if url and self._admits(publisher, url)
        ]
        self._report.found += self._work.frontier.seed(kept, now=self._work.clock())

    def _admits(self, publisher: str, url: str) -> bool:
        """Say whether a page is in scope: a terms page is beyond *include* too, for it holds for the whole site."""
        scope = self._scopes[publisher]
        return (replace(scope, include=()) if is_terms_address(url) else scope).admits(url).admitted

    # ── Visit ─────────────────────────────────────────────────────────────────────────────────────

    def _pages(self, order: Order, publishers: list[Publisher], since: datetime) -> None:
        if order.only is not None:
            self._only(order.only, publishers)
            return
        self._plan(order, publishers, since)
        if order.dry:
            return
        while not self._stopped():
            sent = self._refill(order, publishers, since)
            if not sent and not self._couriers.waiting:
                break
            self._pipeline.drain(self._visited, stopped=self._stopped)
        self._report.left = sum(len(self._due(order, p, since, limit=1_000_000)) for p in publishers)
        if order.limit is not None and self._report.left and len(self._sent) >= order.limit:
            self._report.stopped = f"--limit {order.limit}"

    def _only(self, url: str, publishers: list[Publisher]) -> None:
        owner = next((p for p in publishers if self._scopes_host(p.id, url)), publishers[0])
        self._seed(owner.id, [(url, "--only", None)])
        visit = self._work.frontier.find(owner.id, tidy(url) or url)
        errand = self._errand(owner.id, tidy(url) or url, "page", visit)
        self._planned = 1
        self._pipeline.send(errand)
        self._pipeline.drain(self._visited, stopped=self._stopped)

    def _plan(self, order: Order, publishers: list[Publisher], since: datetime) -> None:
        due = [(p, self._due(order, p, since, limit=1_000_000)) for p in publishers]
        known = sum(len(visits) for _, visits in due)
        pages = known if order.limit is None else min(known, order.limit - len(self._sent))
        self._planned = pages + len(self._sent)
        seconds = max((len(visits) * self._delay(p) for p, visits in due), default=0.0)
        hours = f", at least {seconds / 3600:.1f} hours at this pace" if seconds >= 360 else ""
        what = "would be visited" if order.dry else "to visit"
        counted = f"{pages} pages" if pages == known else f"{pages} of {known} pages"
        self._progress.talk(f"{counted} {what}, newest first{hours} ({self._report.found} newly found)")

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

    def _refill(self, order: Order, publishers: list[Publisher], since: datetime) -> int:
        sent = 0
        for publisher in publishers:
            for visit in self._due(order, publisher, since, limit=_QUEUE + len(self._sent)):
                if order.limit is not None and len(self._sent) >= order.limit:
                    return sent
                if sent >= _QUEUE:
                    break
                self._sent.add(visit.id)
                self._pipeline.send(self._errand(publisher.id, visit.url, "page", visit))
                sent += 1
        return sent

    def _visited(self, settled: Settled) -> None:
        errand = settled.errand
        onward = self._onward(settled)
        if errand.purpose != "page":
            return
        self._count(settled)
        if not onward:
            self._follow_links(settled)

    def _count(self, settled: Settled) -> None:
        """Count a visit, say when it is due again, and tell of it."""
        if settled.errand.visit is not None:
            self._sent.add(settled.errand.visit)
        word = self._report.tally.add(settled)
        self._schedule(settled, word)
        done = sum(self._report.tally.counts.values())
        self._planned = max(self._planned, done)
        self._progress.page(done, self._planned, told(settled, word))

    def _follow_links(self, settled: Settled) -> None:
        """Take the links of a page into the frontier; each once, for a site prints its menus on every page."""
        if settled.reading is None:
            return
        publisher, via = settled.errand.publisher, settled.errand.url
        fresh = [url for url in settled.reading.links if (publisher, url) not in self._followed]
        if len(self._followed) > _FOLLOWED:
            self._followed.clear()
        self._followed.update((publisher, url) for url in fresh)
        if fresh:
            self._seed(publisher, [(url, via, None) for url in fresh])

    def _onward(self, settled: Settled) -> bool:
        """Follow a redirect to a page in scope; say whether there was one."""
        errand, exchange = settled.errand, settled.exchange
        if exchange is None:
            return False
        target = redirect_target(errand.url, read_head(exchange.response))
        if target is None:
            return False
        if errand.purpose == "page":
            self._seed(errand.publisher, [(target, errand.url, None)])
        elif errand.hops < REDIRECTS and self._scopes_host(errand.publisher, target):
            self._pipeline.send(Errand(target, errand.publisher, errand.purpose, hops=errand.hops + 1), first=True)
        return True

    def _schedule(self, settled: Settled, word: str) -> None:
        """Say when the page is due again."""
        visit = settled.errand.visit
        if visit is None or (settled.failed and settled.failed.reason == LEFT_ALONE):
            return
        now = self._work.clock()
        schedule = self._work.settings.schedule
        often = is_terms_address(settled.errand.url)
        due = now + timedelta(seconds=min(schedule.discover, schedule.recheck) if often else schedule.recheck)
        if settled.failed is None:
            self._work.frontier.done(visit, outcome=word, at=now, next_due=due)
            return
        if settled.failed.reason in set(FailureReason):
            due = next_try([FailureReason(settled.failed.reason)], now) or due
        self._work.frontier.postponed(visit, outcome=settled.failed.reason, at=now, next_due=due)

    def _errand(self, publisher: str, url: str, purpose: str, visit: Visit | None = None) -> Errand:
        return Errand(
            url,
            publisher,
            purpose,
            visit=visit.id if visit else None,
            conditions=self._conditions(url),
        )

    def _conditions(self, url: str) -> Conditions | None:
        earlier = self._work.catalogue.latest_capture(url)
        if earlier is None or not (earlier.etag or earlier.last_modified):
            return None
        return Conditions(earlier.etag, earlier.last_modified)


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
