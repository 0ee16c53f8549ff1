"""Host queues: one queue for each host, with robots.txt first and a pause between two requests.

Every host whose pause is over is asked; no host waits for another.
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
from ingest.http.protocol_version import HttpVersion, HttpVersions, needs_retry

# How long to wait before checking again whether a host that another process asks is free; and how long to keep a host
# for which nothing waits, because its last response may soon lead to new requests.
_ANOTHERS, _LINGER = timedelta(seconds=1), timedelta(seconds=2)


class Ask(Protocol):
    """Make one exchange: ``fetch`` with its settings filled in. Called from threads."""

    def __call__(self, url: str, conditions: Conditions | None, version: HttpVersion, /) -> Exchange | FetchFailure: ...


class HostClaims(Protocol):
    """Which hosts this process may ask, when several processes share the work."""

    def take(self, authority: str, now: datetime) -> datetime | None:
        """Try to take a host; return from when on it may be asked, or None while another process has it."""
        ...

    def pause(self, authority: str, seconds: float, until: datetime | None) -> None:
        """Record the pause between requests, and until when the host rests, for the process that has the host next."""
        ...

    def give_back(self, authority: str) -> None:
        """Let other processes have the host."""
        ...


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """The answer to a request whose host is not asked again in this run: it failed too often, or wants a long rest.

    Attributes:
        until: the time before which the host asked not to be asked; None if it only failed.
    """

    authority: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to a request: an exchange, a failure, or why it was not sent (a robots rule, a host left alone).

    A request may have several answers (a redirect of robots.txt, a second HTTP version). The last one settles the
    request and is *final*.
    """

    request: Request
    answer: Exchange | FetchFailure | RobotsDecision | LeftAlone
    final: bool = True


@dataclass(slots=True)
class _Host:
    """One host: the requests that wait for it, and what we know about it. Only the calling thread uses it.

    Attributes:
        lists, pages: the requests that wait. They alternate, so neither endless lists nor endless pages block the
            other.
        busy: whether an exchange with the host is under way.
        listed: whether the host is in the order of hosts to be asked.
        resting: until when the host asked not to be asked, if it did.
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
        """Queue *request*; *first* puts it before all other lists, or before all other pages."""
        queue = self.lists if request.is_list else self.pages
        (queue.appendleft if first else queue.append)(request)

    def take(self) -> Request:
        """Remove and return the next request. Raises IndexError if none waits."""
        pages = bool(self.pages) and (self.pages_next or not self.lists)
        self.pages_next = not pages
        return (self.pages if pages else self.lists).popleft()

    def clear(self) -> list[Request]:
        """Remove and return all requests that wait."""
        waited = [*self.lists, *self.pages]
        self.lists.clear()
        self.pages.clear()
        return waited

    def robots_request(self) -> Request:
        """Return the request for robots.txt: the one that waits, or a new one."""
        # One may wait already: after a failure it is sent again, and it carries the count of attempts.
        waiting = next((one for one in self.lists if one.purpose == "robots"), None)
        if waiting is not None:
            self.lists.remove(waiting)
            return waiting
        return request_before((self.pages or self.lists)[0])


@dataclass(frozen=True, slots=True)
class _Done:
    """The result of one turn of a host. If *fetched* is empty, the thread ended in an error of our own."""

    authority: str
    fetched: tuple[Fetched, ...] = ()
    robots: Robots | None = None


class HostQueues:
    """Send requests and collect their answers. Call it from one thread only; the exchanges run in other threads."""

    def __init__(
        self,
        ask: Ask | None,
        *,
        delay: Callable[[str, float | None], float],
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        versions: HttpVersions,
        threads: int,
    ) -> None:
        """*delay* returns the seconds between two pages of a host, given its authority and its Crawl-delay.

        Without *ask* no host is asked: each request is answered with `LeftAlone`.
        """
        self._ask, self._delay, self._clock, self._sleep = ask, delay, clock, sleep
        self._turns: HostClaims | None = None
        # Hosts for which nothing waits, and since when. They are given back to other processes after a moment.
        self._idle: dict[str, datetime] = {}
        self._versions = versions
        self._limit = threads
        self._threads: list[Thread] = []
        self._hosts: dict[str, _Host] = {}
        self._queued = 0
        # Hosts with waiting requests, as a heap ordered by the end of their pause; `_ready` holds those whose pause is
        # over. The number in the middle breaks ties, because heapq would otherwise compare hosts, which have no order.
        self._pausing: list[tuple[datetime, int, _Host]] = []
        self._order = count()
        self._ready: deque[_Host] = deque()
        self._running: dict[str, Request] = {}
        # Threads share only these two queues and the HTTP versions with their caller. These are a dictionary whose
        # entries are replaced as a whole. So nothing here needs a lock.
        self._jobs: SimpleQueue[tuple[str, Request] | None] = SimpleQueue()
        self._done: SimpleQueue[_Done] = SimpleQueue()
        self._unasked: list[Fetched] = []

    def share(self, turns: HostClaims) -> None:
        """From now on, ask only the hosts that *turns* gives to this process."""
        self._turns = turns

    def send(self, request: Request, *, first: bool = False) -> None:
        """Queue *request* for its host; *first* puts it before the other lists, or pages, that wait there."""
        host = self._host(read_target(request.url).authority)
        host.add(request, first=first)
        self._queued += 1
        # If the host is left alone, the request is answered at once; it would otherwise wait for ever.
        if not self._gives_up(host):
            self._list(host)

    def take(self, url: str, visit: int) -> bool:
        """Withdraw the request that waits for *visit* of *url*; return whether there was one."""
        host = self._hosts.get(read_target(url).authority)
        if host is None:
            return False
        before = len(host)
        host.pages = deque(request for request in host.pages if request.visit != visit)
        host.lists = deque(request for request in host.lists if request.visit != visit)
        self._queued -= before - len(host)
        return before > len(host)

    def rest(self, authority: str, until: datetime) -> None:
        """Leave a host alone until *until*: an earlier run was asked to."""
        host = self._host(authority)
        host.resting = until
        host.pace = replace(host.pace, ready=until)
        self._gives_up(host)

    def under_way(self) -> tuple[Request, ...]:
        """Return the requests that are being exchanged right now."""
        return tuple(self._running.values())

    @property
    def waiting(self) -> int:
        """How many requests are queued, under way, or answered without having been sent."""
        return len(self._running) + self._queued + len(self._unasked)

    def robots(self, authority: str) -> Robots | None:
        """Return the robots.txt in force for a host, or None if it was not requested yet."""
        host = self._hosts.get(authority)
        # Not `if host`: a host for which nothing waits is empty, and so counts as false.
        return None if host is None else host.robots.rules

    def collect(self, timeout: float, *, begin: bool = True) -> list[Fetched]:
        """Return the answers that arrive within *timeout* seconds, maybe none; start new exchanges only if *begin*."""
        if begin:
            self._dispatch()
        fetched = list(self._answers(timeout))
        if begin:
            self._dispatch()
        unasked, self._unasked = self._unasked, []
        return fetched + unasked

    def drop_waiting(self) -> int:
        """Forget all queued requests that are not under way; return how many there were."""
        dropped = sum(len(host.clear()) for host in self._hosts.values())
        self._queued = 0
        return dropped

    def close(self) -> None:
        """Stop the threads. An exchange under way is not waited for: its answer is lost and its visit stays due."""
        # One None for each thread: a thread ends at the first None that it takes.
        for _ in self._threads:
            self._jobs.put(None)
        # An exchange may last for the whole deadline. Its thread is a daemon and ends with the process.
        if not self._running:
            for thread in self._threads:
                thread.join()

    # ── The order of hosts ────────────────────────────────────────────────────────────────────────

    def _host(self, authority: str) -> _Host:
        if authority not in self._hosts:
            self._hosts[authority] = _Host(authority)
        return self._hosts[authority]

    def _list(self, host: _Host) -> None:
        """Put *host* in the order of hosts to be asked, unless it is there already or is being asked."""
        # Listed at most once, and never while it is being asked: this limits a host to one exchange at a time.
        if len(host) and not (host.busy or host.listed):
            host.listed = True
            heapq.heappush(self._pausing, (host.pace.ready or self._clock(), next(self._order), host))

    def _dispatch(self) -> None:
        """Start an exchange with every host whose pause is over, up to the limit of threads."""
        now = self._clock()
        self._give_back_idle(now)
        while self._pausing and self._pausing[0][0] <= now:
            self._ready.append(heapq.heappop(self._pausing)[2])
        while self._ready and len(self._running) < self._limit:
            host = self._ready.popleft()
            host.listed = False
            # The waiting requests may have been withdrawn meanwhile. Then the host is not taken, or given back.
            if len(host) and not self._has_turn(host, now):
                continue
            request = self._next(host, now)
            if request is not None:
                self._begin(host, request)
            elif self._turns is not None:
                self._idle[host.authority] = now

    def _has_turn(self, host: _Host, now: datetime) -> bool:
        """Return whether this process may ask *host* now; if not, put the host back to wait."""
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
        """Give back the hosts for which nothing has waited for a moment."""
        for authority, since in list(self._idle.items()):
            host = self._hosts[authority]
            if len(host) or host.busy:
                del self._idle[authority]
            elif self._turns is not None and now - since > _LINGER:
                del self._idle[authority]
                self._turns.give_back(authority)

    def _next(self, host: _Host, now: datetime) -> Request | None:
        """Remove and return the next request for *host*; None if nothing is left to ask.

        robots.txt comes first if it is unknown or older than a day (RFC 9309 section 2.4). Requests that it forbids are
        answered without being sent.
        """
        waiting = len(host)
        if not waiting:
            return None
        request: Request | None = None
        if host.robots.is_due(now):
            request = host.robots_request()
        # A forbidden request costs neither an exchange nor a pause, so look at the next one in the same turn.
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
        # Threads are started when needed, and stay: a run over one publisher has one thread, not `fetch.threads`.
        if len(self._threads) < len(self._running):
            # Daemon threads: a silent server must not keep alive a process that was told to end.
            self._threads.append(Thread(target=self._work, name="fetch", daemon=True))
            self._threads[-1].start()
        self._jobs.put((host.authority, request))

    def _answers(self, timeout: float) -> Iterator[Fetched]:
        """Yield the answers that have arrived; if there are none, wait for one for at most *timeout* seconds."""
        try:
            if self._running:
                # Answers that needed no exchange must not wait for the exchange of another host.
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
        """Return how long to wait for an answer before the next host is ready, at most *timeout* seconds."""
        if len(self._running) >= self._limit or not self._pausing:
            return timeout
        return min(timeout, max(0.0, (self._pausing[0][0] - self._clock()).total_seconds()))

    # ── What a host said ──────────────────────────────────────────────────────────────────────────

    def _came(self, done: _Done) -> tuple[Fetched, ...]:
        host = self._hosts[done.authority]
        request = self._running.pop(done.authority)
        host.busy = False
        # Raised in the caller's thread: our own error ends the run and is never recorded as a failure of the host.
        if not done.fetched:
            raise RuntimeError(f"the exchange for {request.url} ended in an error of ours, which was printed")
        answer, now = done.fetched[-1].answer, self._clock()
        # Only the last answer sets the pace; those before it are redirects or tries in another HTTP version.
        status, asked = _status_of(answer)
        if done.robots is not None:
            host.robots.take(done.robots, answer, now)
        # Computed after each answer, because a robots.txt that just arrived may name a Crawl-delay.
        delay = self._delay(done.authority, host.robots.crawl_delay)
        if done.robots is not None and not done.robots.is_known:
            # Treated like a failed page: robots.txt is requested again after a rest; after too many failures the host
            # is left alone.
            host.pace = self._rested(host, now, asked)
            self._fail_one(host)
        else:
            host.pace = replace(host.pace, delay=delay).after(now, status, asked)
        # Only if the host itself asked for it: the rest after a broken connection is our own guess and is waited for.
        if host.pace.wait(now) > REST_LIMIT.total_seconds() and status in BUSY:
            host.resting = host.pace.ready
        if self._turns is not None:
            # Also for a rest of seconds: the process that has the host next must not ask before it is over.
            self._turns.pause(done.authority, delay, host.pace.ready if host.pace.setbacks else None)
        if not self._gives_up(host):
            self._list(host)
        if self._turns is not None and not len(host):
            self._idle[done.authority] = now
        return done.fetched

    def _rested(self, host: _Host, now: datetime, asked: str | None) -> Pace:
        """Return the pace of a host whose robots.txt failed; one that cannot be reached at all gets one more try."""
        rested = host.pace.after(now, None, asked)
        if host.robots.failure is None or host.robots.failure.reason not in UNREACHED:
            return rested
        # A name without an address or a refused certificate does not mend within a run: five rests would be wasted.
        return replace(rested, setbacks=max(rested.setbacks, SETBACKS_LIMIT - 1 + host.pace.setbacks))

    def _fail_one(self, host: _Host) -> None:
        """Answer the next waiting request with the failure of robots.txt: each failed attempt uses up one request."""
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
        """Return whether *host* is left alone. If so, answer all its waiting requests; their visits stay due."""
        if host.busy or not (host.pace.exhausted or host.resting or self._ask is None):
            return False
        if host.resting is not None and host.resting <= self._clock():
            host.resting = None
            # The rest is over, but the host may also have failed too often.
            return (host.pace.exhausted or self._ask is None) and self._gives_up(host)
        waited = host.clear()
        self._queued -= len(waited)
        self._unasked += [Fetched(request, LeftAlone(host.authority, host.resting)) for request in waited]
        return True

    # ── In threads ────────────────────────────────────────────────────────────────────────────────

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            # Keep no local variable for the answer: while the thread waits for its next job it would hold the answer in
            # memory, and other long answers wait until a long one is released.
            self._finish(*job)

    def _finish(self, authority: str, request: Request) -> None:
        done = _Done(authority)
        try:
            done = self._visit(authority, request)
        # In every case: if the thread died without a result, its host would stay busy for ever.
        finally:
            self._done.put(done)

    def _visit(self, authority: str, request: Request) -> _Done:
        """Make the exchange of *request*. For robots.txt, follow its redirects as well."""
        fetched: list[Fetched] = []
        following: Request | None = request
        while following is not None:
            asked = following
            answers = self._exchange(authority, asked)
            fetched += [Fetched(asked, answer, final=False) for answer in answers]
            following = onward(asked, answers[-1]) if request.purpose == "robots" else None
            if following is not None:
                # The rules apply to the host that was asked first (RFC 9309 section 2.3.1.2), but the HTTP version has
                # to be chosen for the host that is asked now.
                authority = read_target(following.url).authority
        answer = answers[-1]
        # After a failure, start again from the first URL.
        last = asked if isinstance(answer, Exchange) else request
        # Exactly one answer is final; those before it are only kept.
        fetched[-1] = replace(fetched[-1], request=last, final=True)
        robots = robots_of(answer) if request.purpose == "robots" else None
        return _Done(read_target(request.url).authority, tuple(fetched), robots)

    def _exchange(self, authority: str, request: Request) -> list[Exchange | FetchFailure]:
        """Ask in HTTP/1.0, and once more in HTTP/1.1 if the host does not accept that; remember which one works."""
        assert self._ask is not None
        now = self._clock()
        known = self._versions.get(authority, now)
        first = self._ask(request.url, request.conditions, known or HttpVersion.HTTP_1_0)
        if known is not None:
            return [first]
        if not needs_retry(first):
            self._versions.set(authority, HttpVersion.HTTP_1_0, now)
            return [first]
        second = self._ask(request.url, request.conditions, HttpVersion.HTTP_1_1)
        if needs_retry(second):
            return [first]  # HTTP/1.1 is no better: the answer to the plain request counts
        self._versions.set(authority, HttpVersion.HTTP_1_1, now)
        # A response that refuses HTTP/1.0 is kept as evidence too; a failed connection is not, once the second try
        # worked.
        return [first, second] if isinstance(first, Exchange) else [second]


def _status_of(answer: object) -> tuple[int | None, str | None]:
    """Return the status and the Retry-After field of an answer; None for each that is missing."""
    if not isinstance(answer, Exchange):
        return None, None
    head = answer.head
    return head.status, head.get("Retry-After")
