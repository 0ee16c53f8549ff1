"""Publisher shares: share out the publishers of a collection among the workers that visit them in one round.

A file of its own, though only the command uses it: the run asks for the next publishers and need not know the ledger.
"""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from db.instant import from_text, to_text
from ingest.collection.collection import Collection, Layout
from ingest.collection.leases import PUBLISHER, ROUND, Heartbeat, Worker, ledger_of
from ingest.collection.ledger import Entry, Ledger
from ingest.settings.values import Settings, publisher_of

# Only a few at a time, to leave some for a worker that starts a moment later.
AT_ONCE = 4
"""How many publishers a worker takes in one turn, at most."""
_TURN, _MOMENT = 1.0, 0.1
"""Seconds between two turns, and between two checks whether the next turn is due."""


@dataclass(frozen=True, slots=True)
class LeasedPublisher:
    """A publisher that this worker took; *lease* is a number that grows each time the publisher changes hands."""

    publisher: str
    lease: int


class PublisherShares:
    """Take publishers for one worker until all of them were visited in this round, by this worker or another."""

    def __init__(
        self,
        ledger: Ledger,
        worker: Worker,
        publishers: Sequence[str],
        *,
        known: Sequence[str],
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        """Join the round that is under way, or begin a new one.

        Publishers in *known* come first: this worker visited them before and has them in its catalogue.
        """
        self._ledger, self._worker, self._sleep = ledger, worker, sleep
        # Each worker has its own order; otherwise all would compete for the same publishers.
        self._open = sorted(publishers, key=lambda one: (one not in known, _mixed(worker.name, one)))
        self._leases: dict[str, int] = {}
        self._next_turn = 0.0
        self._round, self.started = self._join(publishers, clock)
        """`started` is when the round began: every visit since then counts, whichever worker made it."""

    def _join(self, publishers: Sequence[str], clock: Callable[[], datetime]) -> tuple[int, datetime]:
        """Return the number and the start of the round under way; begin a new round if the last one is over."""
        entry = self._ledger.last(ROUND, ROUND)
        if entry is None or all(_done(self._ledger.last(PUBLISHER, one)) >= entry.number for one in publishers):
            number = entry.number + 1 if entry is not None else 1
            # If another worker adds the same round first, this entry is refused and we read that worker's entry below.
            self._ledger.add(ROUND, ROUND, number, {"started": to_text(clock())})
            entry = self._ledger.last(ROUND, ROUND)
        assert entry is not None
        return entry.number, from_text(str(entry.said["started"]))

    @property
    def worker(self) -> str:
        """The name of the worker."""
        return self._worker.name

    def pause(self) -> None:
        """Wait a moment, because other workers have all publishers that are left."""
        self._sleep(_MOMENT)

    @property
    def is_over(self) -> bool:
        """Whether every publisher is known to have been visited in this round."""
        return not self._open

    def take(self) -> list[LeasedPublisher]:
        """Take a few publishers that no worker has, at most this worker's fair share of those left; often none."""
        if self._worker.monotonic() < self._next_turn or not self._open:
            return []
        # Rounded up: otherwise the last publisher would belong to nobody's share.
        share = -(-len(self._open) // self._worker.alive())
        room = min(AT_ONCE, share - len(self._leases))
        taken: list[LeasedPublisher] = []
        for publisher in list(self._open):
            # Once the share is full, the ledger need not be read for the rest.
            if len(taken) >= room and self._leases:
                break
            if publisher in self._leases:
                continue
            if _done(self._ledger.last(PUBLISHER, publisher)) >= self._round:
                self._open.remove(publisher)
            elif len(taken) < room and (got := self._worker.take(PUBLISHER, publisher)) is not None:
                self._leases[publisher] = got[0]
                taken.append(LeasedPublisher(publisher, got[0]))
        # If there was nothing to take, wait for the next sign of life of the other workers.
        self._next_turn = self._worker.monotonic() + (_TURN if taken else self._worker.pulse.beat)
        return taken

    def done(self, publisher: str) -> None:
        """Record that *publisher* was visited in this round, and give it back.

        Publishers that are not done when the worker ends need no entry: they are free once their worker is known dead.
        """
        said = {"worker": None, "done": self._round}
        self._worker.say(PUBLISHER, publisher, self._leases.pop(publisher), said)
        self._open.remove(publisher)


@contextmanager
def registered_worker(layout: Layout, settings: Settings) -> Iterator[Worker]:
    """Register as a worker of the collection until the block ends.

    Raises:
        DiskFailed: the folder that workers share cannot be written to.
    """
    name = f"{os.uname().nodename}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
    worker = Worker(ledger_of(layout.directory), name, Heartbeat.of(settings.fetch.deadline), _seconds)
    worker.begin()
    try:
        yield worker
    finally:
        worker.end()


def _seconds() -> float:
    # Time has to count while the machine sleeps, because other workers take over its publishers then.
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def shares_for(work: Collection, worker: Worker) -> PublisherShares:
    """Return the dealer that shares out the publishers of the collection *work* to *worker*."""
    publishers = [publisher_of(options).id for options in work.settings.publishers]
    known = [one for one in publishers if work.catalogue.has_captures(one)]
    ledger = ledger_of(work.layout.directory)
    return PublisherShares(ledger, worker, publishers, known=known, clock=work.clock, sleep=time.sleep)


def _done(entry: Entry | None) -> int:
    """Return the newest round in which the publisher was fully visited; 0 if there is none."""
    done = entry.said.get("done") if entry is not None else None
    return done if isinstance(done, int) else 0


def _mixed(worker: str, publisher: str) -> str:
    """Return a sort key that orders publishers differently for each worker."""
    return hashlib.sha256(f"{worker} {publisher}".encode()).hexdigest()
