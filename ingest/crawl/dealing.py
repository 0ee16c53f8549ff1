"""Dealing: which publishers are this worker's to visit, of those that several workers visit in one round.

A file of its own, though the command alone makes one: the run asks for the next publishers and knows of no ledger.
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
from ingest.collection.leases import PUBLISHER, ROUND, Pulse, Worker, ledger_of
from ingest.collection.ledger import Entry, Ledger
from ingest.settings.values import Settings, publisher_of

# Few at a time: a worker that comes a moment later finds some left.
AT_ONCE = 4
"""So many publishers a worker takes in one turn."""
_TURN, _MOMENT = 1.0, 0.1
"""Seconds between two turns, and between two looks whether it is time for one."""


@dataclass(frozen=True, slots=True)
class Dealt:
    """A publisher that was taken; *lease* is the number under which it is visited, which grows with every owner."""

    publisher: str
    lease: int


class Dealer:
    """Takes publishers for one worker until every one of them was visited in the round, by whoever it was."""

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
        """*known* are publishers that this worker visited before, and has in its catalogue: they come first.

        A round that is not over is joined; else one begins.
        """
        self._ledger, self._worker, self._sleep = ledger, worker, sleep
        # Each worker in an order of its own, or all would want the same ones first.
        self._open = sorted(publishers, key=lambda one: (one not in known, _mixed(worker.name, one)))
        self._leases: dict[str, int] = {}
        self._next_turn = 0.0
        self._round, self.started = self._join(publishers, clock)
        """`started` is when the round began: what was visited since counts, whoever it was."""

    def _join(self, publishers: Sequence[str], clock: Callable[[], datetime]) -> tuple[int, datetime]:
        entry = self._ledger.last(ROUND, ROUND)
        if entry is None or all(_done(self._ledger.last(PUBLISHER, one)) >= entry.number for one in publishers):
            number = entry.number + 1 if entry is not None else 1
            # Where another begins it in the same moment, it is that one's.
            self._ledger.add(ROUND, ROUND, number, {"started": to_text(clock())})
            entry = self._ledger.last(ROUND, ROUND)
        assert entry is not None
        return entry.number, from_text(str(entry.said["started"]))

    @property
    def worker(self) -> str:
        """The name of the worker that is dealt to."""
        return self._worker.name

    def rest(self) -> None:
        """Wait a moment: there is nothing to visit before somebody gives something back, or dies."""
        self._sleep(_MOMENT)

    @property
    def is_over(self) -> bool:
        """Whether every publisher was visited in this round, as far as was seen."""
        return not self._open

    def take(self) -> list[Dealt]:
        """Take a few publishers that nobody has, this worker's share of those that are left at most."""
        if self._worker.monotonic() < self._next_turn or not self._open:
            return []
        # Rounded up, so that the last is somebody's.
        share = -(-len(self._open) // self._worker.alive())
        room = min(AT_ONCE, share - len(self._leases))
        taken: list[Dealt] = []
        for publisher in list(self._open):
            # Who has enough need not know what became of the others.
            if len(taken) >= room and self._leases:
                break
            if publisher in self._leases:
                continue
            if _done(self._ledger.last(PUBLISHER, publisher)) >= self._round:
                self._open.remove(publisher)
            elif len(taken) < room and (got := self._worker.take(PUBLISHER, publisher)) is not None:
                self._leases[publisher] = got[0]
                taken.append(Dealt(publisher, got[0]))
        # Where there was nothing to take, no sooner than others can have given a sign.
        self._next_turn = self._worker.monotonic() + (_TURN if taken else self._worker.pulse.beat)
        return taken

    def done(self, publisher: str) -> None:
        """Enter that *publisher* was visited in this round; it is nobody's from then on.

        What is not done when the worker ends needs no entry: it is free as soon as nobody lives who has it.
        """
        said = {"worker": None, "done": self._round}
        self._worker.say(PUBLISHER, publisher, self._leases.pop(publisher), said)
        self._open.remove(publisher)


@contextmanager
def begun(layout: Layout, settings: Settings) -> Iterator[Worker]:
    """Be one of the workers of the collection until the block ends.

    Raises:
        DiskFailed: the folder that workers share cannot be written to.
    """
    name = f"{os.uname().nodename}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
    worker = Worker(ledger_of(layout.directory), name, Pulse.of(settings.fetch.deadline), _seconds)
    worker.begin()
    try:
        yield worker
    finally:
        worker.end()


def _seconds() -> float:
    # While a machine sleeps, others take what its worker had: that time has to be counted.
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def dealer_for(work: Collection, worker: Worker) -> Dealer:
    """Return who deals the publishers of a collection to *worker*."""
    publishers = [publisher_of(options).id for options in work.settings.publishers]
    known = [one for one in publishers if work.catalogue.has_captures(one)]
    ledger = ledger_of(work.layout.directory)
    return Dealer(ledger, worker, publishers, known=known, clock=work.clock, sleep=time.sleep)


def _done(entry: Entry | None) -> int:
    """Return the newest round in which a publisher was visited to its end, 0 where there is none."""
    done = entry.said.get("done") if entry is not None else None
    return done if isinstance(done, int) else 0


def _mixed(worker: str, publisher: str) -> str:
    return hashlib.sha256(f"{worker} {publisher}".encode()).hexdigest()
