"""Leases: what one of several workers alone works at, a publisher or a host, for as long as it gives signs of life."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from archive.errors import CreditlineError, DiskFailed, Exit
from db.instant import from_text, to_text
from ingest.collection.ledger import Entry, FolderLedger, Ledger

WORKER, PUBLISHER, HOST, ROUND = "worker", "publisher", "host", "round"
"""The kinds of entries in the ledger."""
FOLDER = "workers"
"""Where in a collection the ledger lies."""
# Seconds between two looks of a thread that waits for the next sign of life.
_GLANCE = 0.1


class WorkersVisit(CreditlineError):
    """Workers visit the collection, and beside them something must not be done; *hint* says what may be.

    Attributes:
        workers: their names.
    """

    code = Exit.LOCKED

    def __init__(self, workers: Sequence[str], hint: str) -> None:
        many = f"{len(workers)} workers visit" if len(workers) > 1 else "a worker visits"
        super().__init__(f"{many} this collection: {', '.join(workers[:3])}")
        self.workers, self.hint = tuple(workers), hint


@dataclass(frozen=True, slots=True)
class Pulse:
    """How workers tell that they live. Seconds.

    Attributes:
        beat: between two signs of life.
        fresh: so long after the last sign a worker may begin an exchange.
        over: so long without a sign, and others take what the worker had. By then its last exchange is over, too.
    """

    beat: float
    fresh: float
    over: float

    @classmethod
    def of(cls, deadline: float) -> Pulse:
        """Return the pulse where an exchange takes *deadline* seconds at most."""
        beat = min(10.0, deadline / 6)
        # Twice: an exchange that waits for its turn to be long may take a while more than its deadline.
        return cls(beat, 3 * beat, 3 * beat + 2 * deadline)


class Worker:
    """One process of several that work on a collection, and what it may work at.

    No clock of another machine is believed: that others are silent is measured here, by how long nothing new came.
    A worker is declared dead by giving away the number of its next sign of life. Whichever comes first holds, so that
    one that was only slow learns that it is dead with its next sign, and is never dead and alive at once.
    """

    def __init__(self, ledger: Ledger, name: str, pulse: Pulse, monotonic: Callable[[], float]) -> None:
        """*monotonic* gives seconds that nobody sets, and that run on while the machine sleeps."""
        self.name, self.pulse = name, pulse
        self._ledger, self.monotonic = ledger, monotonic
        self._number = 0
        self._fresh_until = 0.0
        self._lost = False
        # Of each worker that was looked at: its newest sign, and since when that is the newest.
        self._seen: dict[str, tuple[int, float]] = {}
        self._over: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._live, name="beat", daemon=True)

    def begin(self) -> None:
        """Give the first sign of life, and one after another from now on.

        Raises:
            DiskFailed: the store cannot be written to.
        """
        self.beat()
        self._thread.start()

    def end(self) -> None:
        """Give no more signs: what was taken and not given back is taken by others at once."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        # One that was declared dead leaves the entry that says so.
        if not self._lost:
            self._ledger.forget(WORKER, self.name)

    def beat(self) -> None:
        """Give a sign of life."""
        # From before it is written: others may see it at once, and count from then on.
        began = self.monotonic()
        if self._ledger.add(WORKER, self.name, self._number + 1, {}):
            self._number += 1
            self._fresh_until = began + self.pulse.fresh
        else:
            self._lost = True

    @property
    def lost(self) -> bool:
        """Whether others declared this worker dead: it must work at nothing any more."""
        return self._lost

    @property
    def is_fresh(self) -> bool:
        """Whether an exchange may be begun: nobody takes this worker for dead before it is over."""
        return not self._lost and self.monotonic() < self._fresh_until

    def wait(self) -> None:
        """Return once an exchange may be begun; never, where this worker is dead to the others."""
        while not self.is_fresh:
            self._ended.wait(_GLANCE)
            if self._ended.is_set():
                threading.Event().wait()  # in a thread that ends with the process

    def _live(self) -> None:
        while not (self._lost or self._ended.wait(self.pulse.beat)):
            try:
                self.beat()
            except DiskFailed:
                continue  # the store may come back; till then nothing is begun

    # ── Others ──────────────────────────────────────────────────────────────────────────────────────────────

    def is_over(self, other: str) -> bool:
        """Say whether *other* ended or is dead; one that was silent for too long is declared dead here."""
        if other == self.name or other in self._over:
            return other != self.name
        entry, now = self._ledger.last(WORKER, other), self.monotonic()
        # Whoever ends in order leaves no entry.
        if entry is None or "dead" in entry.said:
            self._over.add(other)
            return True
        number, since = self._seen.get(other, (0, now))
        if number != entry.number:
            self._seen[other] = (entry.number, now)
            return False
        if now - since < self.pulse.over:
            return False
        if self._ledger.add(WORKER, other, entry.number + 1, {"dead": self.name}):
            self._over.add(other)
            return True
        return False

    def alive(self) -> int:
        """Return how many workers there are, this one among them, as far as is known."""
        return max(1, sum(not self.is_over(name) for name in self._ledger.names(WORKER)))

    # ── What is leased ──────────────────────────────────────────────────────────────────────────────────────

    def take(self, kind: str, name: str, **said: object) -> tuple[int, Entry | None] | None:
        """Take *name*, which nobody else has; return the number of the lease and the entry before it.

        The number grows with every change of hands, and stands in what is written under the lease. None where another
        has it, or was quicker.
        """
        before = self._ledger.last(kind, name)
        if self._lost or (before is not None and not self._is_free(before)):
            return None
        number = before.number + 1 if before is not None else 1
        told = {**(before.said if before else {}), **said, "worker": self.name}
        return (number, before) if self._ledger.add(kind, name, number, told) else None

    def _is_free(self, entry: Entry) -> bool:
        owner = entry.text("worker")
        return owner is None or owner == self.name or self.is_over(owner)

    def say(self, kind: str, name: str, number: int, said: Mapping[str, object]) -> bool:
        """Enter *said* of *name*, which this worker holds under *number*; return whether it holds it still.

        With ``"worker": None`` it is given back.
        """
        return self._ledger.add(kind, name, number + 1, {"worker": self.name, **said})


@dataclass(slots=True)
class _Held:
    number: int
    pause: float
    until: datetime | None


class HostLeases:
    """The hosts that this worker may ask: each is taken before it is asked, and given back once nothing waits for it.

    A pause, and a rest that a host asked for, hold for whoever has the host next.
    """

    def __init__(self, worker: Worker, usual: Callable[[str], float]) -> None:
        """*usual* gives the seconds between two pages of a host (authority) of which nothing else is known."""
        self._worker, self._usual = worker, usual
        self._held: dict[str, _Held] = {}

    def take(self, authority: str, now: datetime) -> datetime | None:
        """Return from when on a host may be asked: *now*, or later; None where another asks it."""
        if self._worker.lost:
            return None
        if authority in self._held:
            return now
        taken = self._worker.take(HOST, authority, was=self._worker.name)
        if taken is None:
            return None
        number, before = taken
        said = before.said if before is not None else {}
        pause, until = said.get("pause"), before.text("until") if before is not None else None
        seconds = float(pause) if isinstance(pause, int | float) else self._usual(authority)
        held = _Held(number, seconds, from_text(until) if until else None)
        self._held[authority] = held
        # As long as after an answer that came this moment: when the one before asked last is not known for certain.
        ready = now if before is None or before.text("was") == self._worker.name else now + timedelta(seconds=seconds)
        return max(ready, held.until) if held.until is not None else ready

    def pause(self, authority: str, seconds: float, until: datetime | None) -> None:
        """Take note that *authority* is asked every so many *seconds*, and not before *until*, where it asked for that.

        Nothing is entered where that is known.
        """
        held = self._held.get(authority)
        if held is None or (held.pause, held.until) == (seconds, until):
            return
        held.pause, held.until = seconds, until
        self._enter(authority, held, self._worker.name)

    def give_back(self, authority: str) -> None:
        """Let others have *authority*."""
        held = self._held.pop(authority, None)
        if held is not None:
            self._enter(authority, held, None)

    def _enter(self, authority: str, held: _Held, owner: str | None) -> None:
        until = to_text(held.until) if held.until is not None else None
        said = {"worker": owner, "was": self._worker.name, "pause": held.pause, "until": until}
        if self._worker.say(HOST, authority, held.number, said):
            held.number += 1


def ledger_of(directory: Path) -> FolderLedger:
    """Return the ledger of the collection in *directory*."""
    return FolderLedger(directory / FOLDER)


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works on a collection beside others, and how far they are.

    Attributes:
        workers: of each that is not known to be dead its last sign of life and how many publishers it has.
        started: when the newest round began, or None.
        done: how many publishers were visited in it.
    """

    workers: Mapping[str, tuple[datetime, int]] = field(default_factory=dict)
    started: datetime | None = None
    done: int = 0

    @property
    def under_way(self) -> int:
        """How many publishers are visited by somebody."""
        return sum(publishers for _, publishers in self.workers.values())


def crew_of(directory: Path) -> Crew:
    """Return who works on the collection in *directory*; nobody where its publishers were never shared."""
    ledger = ledger_of(directory)
    held, done, newest = Counter[str](), 0, ledger.last(ROUND, ROUND)
    for entry in (ledger.last(PUBLISHER, name) for name in ledger.names(PUBLISHER)):
        if entry is not None:
            held[entry.text("worker") or ""] += 1
            done += newest is not None and entry.said.get("done") == newest.number
    signs = {name: ledger.entered(WORKER, name) for name in ledger.names(WORKER)}
    living = {name: (at, held[name]) for name, at in signs.items() if at is not None and not _is_dead(ledger, name)}
    started = newest.text("started") if newest is not None else None
    return Crew(living, from_text(started) if started else None, done)


def working(directory: Path, deadline: float) -> list[str]:
    """Return the names of the workers that gave a sign of life lately in the collection in *directory*.

    Raises:
        DiskFailed: the folder that workers share cannot be used.
    """
    workers, over = crew_of(directory).workers, timedelta(seconds=Pulse.of(deadline).over)
    # By the clock that their signs have: one here that is minutes ahead would take them all for gone.
    now = ledger_of(directory).now() if workers else None
    return [name for name, (at, _) in workers.items() if now is not None and now - at < over]


def refuse_beside_workers(directory: Path, deadline: float, hint: str) -> None:
    """Refuse what must not be done beside workers; *hint* says what may be done instead.

    Raises:
        WorkersVisit: workers visit the collection in *directory*.
        DiskFailed: the folder that workers share cannot be used.
    """
    if names := working(directory, deadline):
        raise WorkersVisit(names, hint)


def _is_dead(ledger: Ledger, name: str) -> bool:
    entry = ledger.last(WORKER, name)
    return entry is None or "dead" in entry.said
