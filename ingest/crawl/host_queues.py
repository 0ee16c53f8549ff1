"""Host queues: one queue a host, robots.txt first, then the pause that manners ask; every host whose pause is over is
asked, and none waits for another.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol

from archive.http.exchange import Exchange
from archive.http.failure import UNREACHED, FetchFailure
from archive.http.url import read_target
from ingest.crawl.politeness import BUSY, REST_LIMIT, SETBACKS_LIMIT, Pace
from ingest.crawl.redirect_follower import onward
from ingest.crawl.request import Request
from ingest.crawl.robots_policy import HostRobots, request_before, robots_of
from ingest.discovery.robots_txt import Robots, RobotsDecision
from ingest.http.client import Conditions
from ingest.http.protocol_version import Dialect, Dialects, needs_retry

# After so long it is looked again whether a host that another asks is free. So long a host is kept for which nothing
# waits: what its answer names is sent for next.
_ANOTHERS, _LINGER = timedelta(seconds=1), timedelta(seconds=2)


class Ask(Protocol):
    """Make one exchange: ``fetch`` with its settings filled in."""

    def __call__(self, url: str, conditions: Conditions | None, dialect: Dialect, /) -> Exchange | FetchFailure: ...


class Turns(Protocol):
    """Which hosts this process may ask, where other processes ask, too."""

    def take(self, authority: str, now: datetime) -> datetime | None:
        """Return from when on a host may be asked, *now* or later; None while another has it."""
        ...

    def pause(self, authority: str, seconds: float, until: datetime | None) -> None:
        """Take note of the pause that a host is given, and until when it rests, for whoever has it next."""
        ...

    def give_back(self, authority: str) -> None:
        """Let others have a host."""
        ...


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A host that is not asked again in this run: it failed too often in a row, or wants to rest for longer.

    Attributes:
        until: for as long as it asked not to be asked; None where it only failed.
    """

    authority: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a request: an exchange, a failure, or why nothing was asked: a robots rule, a host left alone.

    A request may have several answers (a redirect of robots.txt, a second dialect); the one that answers
    it comes last and is *final*.
    """

    request: Request
    answer: Exchange | FetchFailure | RobotsDecision | LeftAlone
    final: bool = True


@dataclass(slots=True)
class _Host:
    """One host: what waits for it, and what it has told us. Touched by the thread that sends and collects alone.

    Attributes:
        lists, pages: what waits; they take turns, so that neither an endless list of lists nor an endless site keeps
            the other from being asked for.
        listed: whether the host stands in the order of hosts to be asked.
        resting: until when the host asked not to be asked, where it did.
    """

    authority: str
    pace: Pace = field(default_factory=lambda: Pace(0.0))
    lists: deque[Request] = field(default_factory=deque)
    pages: deque[Request] = field(default_factory=deque)
    pages_next: bool = False
    busy: bool = False
    listed: bool = False
    robots: HostRobots = field(default_factory=HostRobots)
    resting: datetime | None = None

    def __len__(self) -> int:
        return len(self.lists) + len(self.pages)

    def add(self, request: Request, *, first: bool) -> None:
        """Queue *request*; *first* puts it before all that waits and is of its kind."""
        queue = self.lists if request.is_list else self.pages
        (queue.appendleft if first else queue.append)(request)

    def take(self) -> Request:
        """Take out what is asked for next."""
        pages = bool(self.pages) and (self.pages_next or not self.lists)
        self.pages_next = not pages
        return (self.pages if pages else self.lists).popleft()

    def clear(self) -> list[Request]:
        """Take out all that waits."""
        waited = [*self.lists, *self.pages]
        self.lists.clear()
        self.pages.clear()
        return waited

    def robots_request(self) -> Request:
        """Return the request for robots.txt: one that waits, else a new one."""
        # One may wait already: a try that failed is sent again, and carries the count of tries.
        waiting = next((one for one in self.lists if one.purpose == "robots"), None)
        if waiting is not None:
            self.lists.remove(waiting)
            return waiting
        return request_before((self.pages or self.lists)[0])


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of one turn of a host; none *fetched*: it ended in an error of ours."""

    authority: str
    fetched: tuple[Fetched, ...] = ()
    robots: Robots | None = None


class HostQueues:
    """Send requests, collect what came of them. Called from one thread; only the exchanges run in others."""

    def __init__(
        self,
        ask: Ask | None,
        *,
        delay: Callable[[str, float | None], float],
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        dialects: Dialects,
        threads: int,
    ) -> None:
        """*delay* gives the seconds between two pages of a host (authority), whose Crawl-delay is given.

        Without an *ask* all hosts are left alone.
        """
        self._ask, self._delay, self._clock, self._sleep = ask, delay, clock, sleep
        self._turns: Turns | None = None
        # Hosts that nothing waits for any more, and since when: they are given back after a moment.
        self._idle: dict[str, datetime] = {}
        self._dialects = dialects
        self._limit = threads
        self._threads: list[Thread] = []
        self._hosts: dict[str, _Host] = {}
        self._queued = 0
        # Hosts with something to ask for, by when their pause is over; of those, whose is, the longest waiting first.
        # The number between breaks ties: heapq compares on, and hosts cannot be compared.
        self._pausing: list[tuple[datetime, int, _Host]] = []
        self._order = count()
        self._ready: deque[_Host] = deque()
        self._running: dict[str, Request] = {}
        # Threads share with their caller these two queues, and the dialects, a dictionary whose entries are replaced
        # whole: nothing here needs a lock.
        self._jobs: SimpleQueue[tuple[str, Request] | None] = SimpleQueue()
        self._done: SimpleQueue[_Done] = SimpleQueue()
        self._unasked: list[Fetched] = []

    def share(self, turns: Turns) -> None:
        """Ask from now on only the hosts that *turns* gives to this process."""
        self._turns = turns

    def send(self, request: Request, *, first: bool = False) -> None:
        """Queue *request* for its host; *first* puts it before all that waits there."""
        host = self._host(read_target(request.url).authority)
        host.add(request, first=first)
        self._queued += 1
        # A host that is left alone answers for its requests at once: they must not wait for what never comes.
        if not self._gives_up(host):
            self._list(host)

    def take(self, url: str, visit: int) -> bool:
        """Take back the request that waits for *visit* of *url*, and say whether there was one."""
        host = self._hosts.get(read_target(url).authority)
        if host is None:
            return False
        before = len(host)
        host.pages = deque(request for request in host.pages if request.visit != visit)
        host.lists = deque(request for request in host.lists if request.visit != visit)
        self._queued -= before - len(host)
        return before > len(host)

    def rest(self, authority: str, until: datetime) -> None:
        """Leave a host alone that asked, some time before, not to be asked before *until*."""
        host = self._host(authority)
        host.resting = until
        host.pace = replace(host.pace, ready=until)
        self._gives_up(host)

    def under_way(self) -> tuple[Request, ...]:
        """Return the requests whose answers are awaited."""
        return tuple(self._running.values())

    @property
    def waiting(self) -> int:
        """How many requests are queued or under way, or answered without being asked for."""
        return len(self._running) + self._queued + len(self._unasked)

    def robots(self, authority: str) -> Robots | None:
        """Return the robots.txt in force for a host, or None where it was not asked for yet."""
        host = self._hosts.get(authority)
        return host.robots.rules if host else None

    def collect(self, timeout: float, *, begin: bool = True) -> list[Fetched]:
        """Return what came in within *timeout* seconds, or [] when nothing did; no exchange is begun unless *begin*."""
        if begin:
            self._dispatch()
        fetched = list(self._answers(timeout))
        if begin:
            self._dispatch()
        unasked, self._unasked = self._unasked, []
        return fetched + unasked

    def drop_waiting(self) -> int:
        """Forget every request that is not under way; return how many there were."""
        dropped = sum(len(host.clear()) for host in self._hosts.values())
        self._queued = 0
        return dropped

    def close(self) -> None:
        """Stop the threads. What is under way is not waited for: its answer is lost, and the visit still to be made."""
        # One None for each thread: each ends at the first that it takes.
        for _ in self._threads:
            self._jobs.put(None)
        # A thread at an exchange may be at it for a whole deadline; it is a daemon, and ends with the process.
        if not self._running:
            for thread in self._threads:
                thread.join()

    # ── The order of hosts ────────────────────────────────────────────────────────────────────────

    def _host(self, authority: str) -> _Host:
        if authority not in self._hosts:
            self._hosts[authority] = _Host(authority)
        return self._hosts[authority]

    def _list(self, host: _Host) -> None:
        """Put *host* among those to be asked, unless it is there or being asked."""
        # Listed once at most, and never while it is being asked: this alone keeps a host to one exchange at a time.
        if len(host) and not (host.busy or host.listed):
            host.listed = True
            heapq.heappush(self._pausing, (host.pace.ready or self._clock(), next(self._order), host))

    def _dispatch(self) -> None:
        """Ask every host whose pause is over, as far as there are threads."""
        now = self._clock()
        self._give_back_idle(now)
        while self._pausing and self._pausing[0][0] <= now:
            self._ready.append(heapq.heappop(self._pausing)[2])
        while self._ready and len(self._running) < self._limit:
            host = self._ready.popleft()
            host.listed = False
            # What waited may have been taken back: for nothing no host is taken, and one that was is given back.
            if len(host) and not self._has_turn(host, now):
                continue
            request = self._next(host, now)
            if request is not None:
                self._begin(host, request)
            elif self._turns is not None:
                self._idle[host.authority] = now

    def _has_turn(self, host: _Host, now: datetime) -> bool:
        """Say whether *host* is this process's to be asked now; else it is put back to wait."""
        if self._turns is None:
            return True
        ready = self._turns.take(host.authority, now)
        if ready is not None and ready <= now:
            return True
        host.pace = replace(host.pace, ready=ready or now + _ANOTHERS)
        if ready is not None and ready - now > REST_LIMIT:
            host.resting = ready
            self._idle[host.authority] = now
        if not self._gives_up(host):
            self._list(host)
        return False

    def _give_back_idle(self, now: datetime) -> None:
        """Let others have the hosts that nothing waited for in the last moments."""
        for authority, since in list(self._idle.items()):
            host = self._hosts[authority]
            if len(host) or host.busy:
                del self._idle[authority]
            elif self._turns is not None and now - since > _LINGER:
                del self._idle[authority]
                self._turns.give_back(authority)

    def _next(self, host: _Host, now: datetime) -> Request | None:
        """Take out what *host* is to be asked for: robots.txt where it is not known or older than a day (RFC 9309
        section 2.4), then what that allows.
        """
        waiting = len(host)
        if not waiting:
            return None
        request: Request | None = None
        if host.robots.is_due(now):
            request = host.robots_request()
        # What robots.txt forbids costs neither exchange nor pause, so the next that waits is looked at in the same
        # turn.
        while request is None and len(host):
            one = host.take()
            refused = host.robots.refuses(one)
            if refused is None:
                request = one
            else:
                self._unasked.append(Fetched(one, refused))
        self._queued -= waiting - len(host)
        return request

    def _begin(self, host: _Host, request: Request) -> None:
        host.busy = True
        self._running[host.authority] = request
        # Threads are made as hosts need them, and stay: a run over one publisher has one thread, not `fetch.threads` of
        # them.
        if len(self._threads) < len(self._running):
            # Daemons: a server that says nothing for a minute must not keep a process that was told to end.
            self._threads.append(Thread(target=self._work, name="fetch", daemon=True))
            self._threads[-1].start()
        self._jobs.put((host.authority, request))

    def _answers(self, timeout: float) -> Iterator[Fetched]:
        """Give what came in; where nothing did, wait for it, *timeout* seconds at most."""
        try:
            if self._running:
                # What was answered without being asked for must not wait for an exchange of another host.
                done = self._done.get(timeout=0.0 if self._unasked else self._until_ready(timeout))
            elif self._queued and not self._unasked:
                self._sleep(self._until_ready(timeout))
                return
            else:
                return
            while True:
                yield from self._came(done)
                done = self._done.get_nowait()
        except Empty:
            return

    def _until_ready(self, timeout: float) -> float:
        """Return for how long nothing but an answer can make a difference, *timeout* seconds at most."""
        if len(self._running) >= self._limit or not self._pausing:
            return timeout
        return min(timeout, max(0.0, (self._pausing[0][0] - self._clock()).total_seconds()))

    # ── What a host said ──────────────────────────────────────────────────────────────────────────

    def _came(self, done: _Done) -> tuple[Fetched, ...]:
        host = self._hosts[done.authority]
        request = self._running.pop(done.authority)
        host.busy = False
        # Raised in the caller's thread: an error of ours ends the run, and never passes as a failure of the host.
        if not done.fetched:
            raise RuntimeError(f"the exchange for {request.url} ended in an error of ours, which was printed")
        answer, now = done.fetched[-1].answer, self._clock()
        # The last answer alone sets the pace: those before it are redirects, or the same asked for in the other
        # dialect.
        status, asked = _status_of(answer)
        if done.robots is not None:
            host.robots.take(done.robots, answer, now)
        # Asked for anew at each answer: the robots.txt that just came may name a Crawl-delay.
        delay = self._delay(done.authority, host.robots.crawl_delay)
        if done.robots is not None and not done.robots.had:
            # As after a page that failed: it is asked for again after a rest, and in the end the host is left alone.
            host.pace = self._rested(host, now, asked)
            self._fail_one(host)
        else:
            host.pace = replace(host.pace, delay=delay).after(now, status, asked)
        # Of busy hosts alone: the rest after a broken connection is our own guess, and is waited for.
        if host.pace.wait(now) > REST_LIMIT.total_seconds() and status in BUSY:
            host.resting = host.pace.ready
        if self._turns is not None:
            # A rest of seconds, too: whoever has the host next must not ask before it is over.
            self._turns.pause(done.authority, delay, host.pace.ready if host.pace.setbacks else None)
        if not self._gives_up(host):
            self._list(host)
        if self._turns is not None and not len(host):
            self._idle[done.authority] = now
        return done.fetched

    def _rested(self, host: _Host, now: datetime, asked: str | None) -> Pace:
        """Return the pace of a host whose robots.txt could not be had; where it cannot be reached at all, it is tried
        but once more.
        """
        rested = host.pace.after(now, None, asked)
        if host.robots.failure is None or host.robots.failure.reason not in UNREACHED:
            return rested
        # A name without an address or a refused certificate does not mend within a run: five rests would be spent for
        # nothing.
        return replace(rested, setbacks=max(rested.setbacks, SETBACKS_LIMIT - 1 + host.pace.setbacks))

    def _fail_one(self, host: _Host) -> None:
        """Say of what would have been asked for next why it was not: each try of robots.txt is one of a page's."""
        if not len(host):
            return
        rules, failure = host.robots.rules, host.robots.failure
        assert rules is not None
        request = host.take()
        self._queued -= 1
        if failure is None:
            self._unasked.append(Fetched(request, rules.allows(request.url)))
            return
        why = f"{failure.detail} (robots.txt is asked for first)"
        self._unasked.append(Fetched(request, replace(failure, url=request.url, detail=why)))

    def _gives_up(self, host: _Host) -> bool:
        """Give back what waits for *host* where it is left alone, and say whether it is; the frontier knows that it is
        still due.
        """
        if host.busy or not (host.pace.exhausted or host.resting or self._ask is None):
            return False
        if host.resting is not None and host.resting <= self._clock():
            host.resting = None
            # The rest that it asked for is over, and yet it may have failed too often besides.
            return (host.pace.exhausted or self._ask is None) and self._gives_up(host)
        waited = host.clear()
        self._queued -= len(waited)
        self._unasked += [Fetched(request, LeftAlone(host.authority, host.resting)) for request in waited]
        return True

    # ── In threads ────────────────────────────────────────────────────────────────────────────────

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            # No name here for what came: a thread that waits for its next job would hold on to its last answer, and a
            # long one keeps all other long ones waiting until it is let go of.
            self._finish(*job)

    def _finish(self, authority: str, request: Request) -> None:
        done = _Done(authority)
        try:
            done = self._visit(authority, request)
        # In any case: a thread that died without a word would leave its host busy for ever.
        finally:
            self._done.put(done)

    def _visit(self, authority: str, request: Request) -> _Done:
        """Make the exchange of *request*, for robots.txt those that it redirects to as well."""
        fetched: list[Fetched] = []
        following: Request | None = request
        while following is not None:
            asked = following
            answers = self._exchange(authority, asked)
            fetched += [Fetched(asked, answer, final=False) for answer in answers]
            following = onward(asked, answers[-1]) if request.purpose == "robots" else None
            if following is not None:
                # The rules that come hold for the host that was asked first (RFC 9309 section 2.3.1.2); the dialect is
                # the other host's own.
                authority = read_target(following.url).authority
        answer = answers[-1]
        # One that failed is tried again from its beginning.
        last = asked if isinstance(answer, Exchange) else request
        # One answer settles a request, however many were kept on the way to it.
        fetched[-1] = replace(fetched[-1], request=last, final=True)
        robots = robots_of(answer) if request.purpose == "robots" else None
        return _Done(read_target(request.url).authority, tuple(fetched), robots)

    def _exchange(self, authority: str, request: Request) -> list[Exchange | FetchFailure]:
        """Ask once; a host that does not take HTTP/1.0 is asked once more in 1.1 (and that is remembered)."""
        assert self._ask is not None
        now = self._clock()
        known = self._dialects.get(authority, now)
        first = self._ask(request.url, request.conditions, known or Dialect.HTTP_1_0)
        if known is not None:
            return [first]
        if not needs_retry(first):
            self._dialects.set(authority, Dialect.HTTP_1_0, now)
            return [first]
        second = self._ask(request.url, request.conditions, Dialect.HTTP_1_1)
        if needs_retry(second):
            return [first]  # the other dialect is no better: what the plain request got stands
        self._dialects.set(authority, Dialect.HTTP_1_1, now)
        # That a host turned HTTP/1.0 down is evidence and kept too; a failure is none once the second try worked.
        return [first, second] if isinstance(first, Exchange) else [second]


def _status_of(answer: object) -> tuple[int | None, str | None]:
    """Return the status of an answer and its Retry-After field, None where there is none."""
    if not isinstance(answer, Exchange):
        return None, None
    head = answer.head
    return head.status, head.get("Retry-After")
