"""Couriers: fetch in threads, one host at a time each, robots.txt first, with the pause that manners ask."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from archive.exchange import Exchange, entity
from archive.head import read_head
from ingest.dialect import Dialect, Dialects
from ingest.failure import UNREACHED, FetchFailure, needs_retry
from ingest.fetch import Conditions
from ingest.politeness import SETBACKS_LIMIT, Pace
from ingest.robots import Robots, RobotsDecision
from ingest.target import read_target, redirect_target

AGENT = "creditline"
"""The product token that robots.txt may name (RFC 9309 section 2.2.1)."""
ROBOTS_KEPT = timedelta(hours=24)
_ROBOTS_HOPS = 5


class Ask(Protocol):
    """Make one exchange: ``fetch`` with its settings filled in."""

    def __call__(self, url: str, conditions: Conditions | None, dialect: Dialect, /) -> Exchange | FetchFailure: ...


@dataclass(frozen=True, slots=True)
class Errand:
    """What a courier is sent for.

    Attributes:
        url: what to ask for.
        publisher: the id of the publisher it is collected for.
        purpose: ``page``, ``sitemap``, ``feed``, ``rest``, ``types``, ``robots``, ``policy`` or ``part``.
        visit: the frontier's number of the visit, or None where it has none.
        hops: how many redirects led here.
        attempt: 1 for the first try in this run.
        parent: for a part, the id of the capture of part 1.
    """

    url: str
    publisher: str
    purpose: str = "page"
    visit: int | None = None
    conditions: Conditions | None = None
    hops: int = 0
    attempt: int = 1
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A host that failed too often in a row, and is not asked again by these couriers."""

    authority: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a courier brought: an exchange, a failure, or why nothing was asked: a robots rule, a host left alone.

    An errand may be answered by several deliveries (robots.txt, a second dialect); the one that answers it
    comes last and is *final*.
    """

    errand: Errand
    answer: Exchange | FetchFailure | RobotsDecision | LeftAlone
    final: bool = True


@dataclass(slots=True)
class _Host:
    """One host: what waits for it, and what it has told us. Touched by one thread at a time.

    Attributes:
        unheard: why robots.txt could not be asked for, where no answer came.
    """

    pace: Pace
    queue: deque[Errand] = field(default_factory=deque)
    busy: bool = False
    robots: Robots | None = None
    robots_read: datetime | None = None
    unheard: FetchFailure | None = None


class Couriers:
    """Send errands, collect deliveries. Called from one thread; only the exchanges run in others."""

    def __init__(
        self,
        ask: Ask,
        *,
        delay: Callable[[str, float | None], float],
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        dialects: Dialects,
        threads: int,
    ) -> None:
        """*delay* gives the seconds between two pages of a host (authority), whose Crawl-delay is given."""
        self._ask, self._delay, self._clock, self._sleep = ask, delay, clock, sleep
        self._dialects = dialects
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="courier")
        self._hosts: dict[str, _Host] = {}
        self._running: dict[Future[list[Delivery]], tuple[str, Errand]] = {}

    def send(self, errand: Errand, *, first: bool = False) -> None:
        """Queue *errand* for its host; *first* puts it before all that waits there."""
        host = self._hosts.setdefault(read_target(errand.url).authority, _Host(Pace(0.0)))
        if first:
            host.queue.appendleft(errand)
        else:
            host.queue.append(errand)

    def take(self, url: str, visit: int) -> None:
        """Take back the errand that waits for *visit* of *url*, if there is one: the visit is made otherwise."""
        host = self._hosts.get(read_target(url).authority)
        if host is not None:
            host.queue = deque(errand for errand in host.queue if errand.visit != visit)

    def under_way(self) -> tuple[Errand, ...]:
        """Return the errands whose answers are awaited."""
        return tuple(errand for _, errand in self._running.values())

    @property
    def waiting(self) -> int:
        """How many errands are queued or under way."""
        return len(self._running) + sum(len(host.queue) for host in self._hosts.values())

    def robots(self, authority: str) -> Robots | None:
        """Return the robots.txt in force for a host, or None where it was not asked for yet."""
        host = self._hosts.get(authority)
        return host.robots if host else None

    def collect(self, timeout: float) -> list[Delivery]:
        """Return what came in within *timeout* seconds, or [] when nothing did."""
        self._dispatch()
        left = self._leave_alone()
        if left:
            return left
        if self._running:
            ready, _ = wait(self._running, timeout=self._until_ready(timeout), return_when=FIRST_COMPLETED)
        elif self.waiting:
            self._sleep(self._until_ready(timeout))
            ready = set()
        else:
            return []
        brought: list[Delivery] = []
        for future in ready:
            authority, _ = self._running.pop(future)
            self._hosts[authority].busy = False
            brought += future.result()
        self._dispatch()
        return brought

    def _leave_alone(self) -> list[Delivery]:
        """Give back what waits for hosts that failed too often; the frontier knows that it is still due."""
        brought = []
        for authority, host in self._hosts.items():
            if host.pace.exhausted and not host.busy:
                brought += [Delivery(errand, LeftAlone(authority)) for errand in host.queue]
                host.queue.clear()
        return brought

    def drop_waiting(self) -> int:
        """Forget every errand that is not under way; return how many there were."""
        dropped = sum(len(host.queue) for host in self._hosts.values())
        for host in self._hosts.values():
            host.queue.clear()
        return dropped

    def close(self) -> None:
        """Let exchanges under way end, then stop the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _dispatch(self) -> None:
        now = self._clock()
        for authority, host in self._hosts.items():
            if len(self._running) >= self._threads:
                return
            if host.queue and not (host.busy or host.pace.exhausted or host.pace.wait(now)):
                host.busy = True
                errand = host.queue.popleft()
                self._running[self._pool.submit(self._visit, authority, host, errand)] = authority, errand

    def _until_ready(self, timeout: float) -> float:
        if len(self._running) >= self._threads:
            return timeout
        now = self._clock()
        waits = [host.pace.wait(now) for host in self._hosts.values() if host.queue and not host.busy]
        return min([timeout, *waits])

    def _visit(self, authority: str, host: _Host, errand: Errand) -> list[Delivery]:
        brought = [] if errand.purpose == "robots" else self._learn_robots(authority, host, errand)
        if host.robots is not None and errand.purpose != "robots":
            decision = host.robots.allows(errand.url)
            if not host.robots.had:
                host.pace, host.robots_read = self._rested(host), None
            if not decision.allowed:
                return [*brought, Delivery(errand, _why(host, errand.url) or decision)]
        delay = self._delay(authority, host.robots.crawl_delay if host.robots else None)
        if brought:
            self._sleep(delay)
        answers = self._exchange(authority, errand)
        if errand.purpose == "robots":
            host.robots, host.unheard = robots_of(answers[-1]), _unheard(answers[-1])
        status, field = _told(answers[-1])
        host.pace = replace(host.pace, delay=delay).after(self._clock(), status, field)
        brought += [Delivery(errand, answer, final=False) for answer in answers[:-1]]
        return [*brought, Delivery(errand, answers[-1])]

    def _rested(self, host: _Host) -> Pace:
        """Return the pace of a host whose robots.txt could not be had: it is asked for again after a rest, as a page
        would be, and in the end the host is left alone; after one more try where it cannot be reached at all.
        """
        rested = host.pace.after(self._clock(), None)
        if host.unheard is None or host.unheard.reason not in UNREACHED:
            return rested
        return replace(rested, setbacks=max(rested.setbacks, SETBACKS_LIMIT - 1 + host.pace.setbacks))

    def _exchange(self, authority: str, errand: Errand) -> list[Exchange | FetchFailure]:
        """Ask once; a host that does not take HTTP/1.0 is asked once more in 1.1 (and that is remembered)."""
        now = self._clock()
        known = self._dialects.get(authority, now)
        first = self._ask(errand.url, errand.conditions, known or Dialect.HTTP_1_0)
        if known is not None:
            return [first]
        if not needs_retry(first):
            self._dialects.set(authority, Dialect.HTTP_1_0, now)
            return [first]
        second = self._ask(errand.url, errand.conditions, Dialect.HTTP_1_1)
        if needs_retry(second):
            return [first]  # the other dialect is no better: what the plain request got stands
        self._dialects.set(authority, Dialect.HTTP_1_1, now)
        return [first, second] if isinstance(first, Exchange) else [second]

    def _learn_robots(self, authority: str, host: _Host, errand: Errand) -> list[Delivery]:
        """Ask for robots.txt where it is not known or older than a day (RFC 9309 section 2.4)."""
        now = self._clock()
        if host.robots_read is not None and now - host.robots_read < ROBOTS_KEPT:
            return []
        scheme = "https" if read_target(errand.url).secure else "http"
        url = f"{scheme}://{authority}/robots.txt"
        brought: list[Delivery] = []
        answer: Exchange | FetchFailure | None = None
        for hop in range(_ROBOTS_HOPS + 1):
            asked = Errand(url, errand.publisher, "robots", hops=hop)
            answers = self._exchange(authority if hop == 0 else read_target(url).authority, asked)
            brought += [Delivery(asked, answer) for answer in answers]
            answer = answers[-1]
            onward = redirect_target(url, read_head(answer.response)) if isinstance(answer, Exchange) else None
            if onward is None:
                break
            url = onward
        host.robots, host.unheard = robots_of(answer), _unheard(answer)
        host.robots_read = now
        return brought


def _unheard(answer: Exchange | FetchFailure | None) -> FetchFailure | None:
    return answer if isinstance(answer, FetchFailure) else None


def _why(host: _Host, url: str) -> FetchFailure | None:
    """Return why *url* cannot be asked for where it is the host that fails, and no rule that forbids."""
    failure = host.unheard
    return replace(failure, url=url, detail=f"{failure.detail} (robots.txt is asked for first)") if failure else None


def _told(answer: Exchange | FetchFailure) -> tuple[int | None, str | None]:
    if isinstance(answer, FetchFailure):
        return None, None
    head = read_head(answer.response)
    return head.status, head.get("Retry-After")


def robots_of(answer: Exchange | FetchFailure | None) -> Robots:
    """Return the rules that the last answer to /robots.txt sets, redirects followed."""
    if not isinstance(answer, Exchange):
        return Robots.of_answer(None, b"", AGENT)
    status = read_head(answer.response).status
    return Robots.of_answer(status, entity(answer.url, answer.response).body, AGENT)
