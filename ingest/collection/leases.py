"""Leases: give one of several workers sole use of a publisher or a host for as long as the worker shows it is alive."""

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
"""The folder of the ledger in a collection."""
# Seconds between two checks of a thread that waits until an exchange may begin.
_GLANCE = 0.1


class WorkersVisit(CreditlineError):
    """Workers visit the collection, so something must not be done now; *hint* says what may be.

    Attributes:
        workers: their names.
    """

    code = Exit.LOCKED

    def __init__(self, workers: Sequence[str], hint: str) -> None:
        many = f"{len(workers)} workers visit" if len(workers) > 1 else "a worker visits"
        super().__init__(f"{many} this collection: {', '.join(workers[:3])}")
        self.workers, self.hint = tuple(workers), hint


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The timing of the signs of life of workers, in seconds.

    Attributes:
        beat: the time between two signs of life.
        fresh: for so long after its last sign, a worker may begin an exchange.
        over: after so long without a sign, others take over what the worker had. Its last exchange has ended by then.
    """

    beat: float
    fresh: float
    over: float

    @classmethod
    def of(cls, deadline: float) -> Heartbeat:
        """Return the timing if an exchange takes at most *deadline* seconds."""
        beat = min(10.0, deadline / 6)
        # Twice the deadline, because an exchange that is still waiting to begin may end somewhat after one.
        return cls(beat, 3 * beat, 3 * beat + 2 * deadline)


class Worker:
    """One of several processes that work on a collection, and what it may work on.

    Clocks of other machines are not trusted: another worker's silence is measured here, by the time without a new sign.
    To declare a worker dead, the number of its next sign of life is taken by another. Whoever takes the number first
    wins, so a worker that was only slow learns at its next sign that it was declared dead. Both cannot hold at once.
    """

    def __init__(self, ledger: Ledger, name: str, pulse: Heartbeat, monotonic: Callable[[], float]) -> None:
        """*monotonic* returns seconds of a clock that is never set and that also runs while the machine sleeps."""
        self.name, self.pulse = name, pulse
        self._ledger, self.monotonic = ledger, monotonic
        self._number = 0
        self._fresh_until = 0.0
        self._lost = False
        # For each other worker: the number of its newest sign, and when that number was first seen here.
        self._seen: dict[str, tuple[int, float]] = {}
        self._over: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep_beating, name="beat", daemon=True)

    def begin(self) -> None:
        """Give the first sign of life, and then further ones regularly.

        Raises:
            DiskFailed: the store cannot be written.
        """
        self.beat()
        self._thread.start()

    def end(self) -> None:
        """Give no more signs; others can then take at once what was not given back."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        # If this worker was declared dead, keep the entry that says so.
        if not self._lost:
            self._ledger.forget(WORKER, self.name)

    def beat(self) -> None:
        """Give a sign of life."""
        # Measure from before writing: others may see the sign at once and count from then on.
        began = self.monotonic()
        if self._ledger.add(WORKER, self.name, self._number + 1, {}):
            self._number += 1
            self._fresh_until = began + self.pulse.fresh
        else:
            self._lost = True

    @property
    def lost(self) -> bool:
        """Whether others declared this worker dead, so that it must stop all work."""
        return self._lost

    @property
    def is_fresh(self) -> bool:
        """Whether an exchange may begin: nobody will declare this worker dead before it ends."""
        return not self._lost and self.monotonic() < self._fresh_until

    def wait(self) -> None:
        """Wait until an exchange may begin; wait for ever if this worker was declared dead."""
        while not self.is_fresh:
            self._ended.wait(_GLANCE)
            if self._ended.is_set():
                threading.Event().wait()  # in a thread that ends with the process

    def _keep_beating(self) -> None:
        while not (self._lost or self._ended.wait(self.pulse.beat)):
            try:
                self.beat()
            except DiskFailed:
                continue  # the store may come back; till then nothing is begun

    # ── Other workers ──────────────────────────────────────────────────────────────────────────────────────────────

    def is_over(self, other: str) -> bool:
        """Say whether *other* has ended or is dead; one that was silent for too long is declared dead here."""
        if other == self.name or other in self._over:
            return other != self.name
        entry, now = self._ledger.last(WORKER, other), self.monotonic()
        # A worker that ends normally leaves no entry.
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
        """Return the number of workers known to be alive, including this one."""
        return max(1, sum(not self.is_over(name) for name in self._ledger.names(WORKER)))

    # ── Leases ──────────────────────────────────────────────────────────────────────────────────────

    def take(self, kind: str, name: str, **said: object) -> tuple[int, Entry | None] | None:
        """Take *name* if nobody else has it; return the number of the lease and the entry before it.

        The number grows each time the lease changes hands, and is written into everything stored under it. Returns
        None if another worker has the lease, or was quicker.
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
        """Enter *said* about *name*, held by this worker under *number*; return whether it still holds it.

        An entry with ``"worker": None`` gives it back.
        """
        return self._ledger.add(kind, name, number + 1, {"worker": self.name, **said})


@dataclass(slots=True)
class _Held:
    number: int
    pause: float
    until: datetime | None


class HostLeases:
    """The hosts that this worker may ask: each is taken before the first request and given back when nothing waits.

    The pause of a host, and a rest that it asked for, also apply to the worker that has the host next.
    """

    def __init__(self, worker: Worker, usual: Callable[[str], float]) -> None:
        """*usual* returns the seconds between two pages of a host (authority) of which nothing else is known."""
        self._worker, self._usual = worker, usual
        self._held: dict[str, _Held] = {}

    def take(self, authority: str, now: datetime) -> datetime | None:
        """Return from when on the host may be asked: *now* or later; None if another worker has it."""
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
        # Another worker may have asked just now, so wait a full pause unless this worker had the host last.
        ready = now if before is None or before.text("was") == self._worker.name else now + timedelta(seconds=seconds)
        return max(ready, held.until) if held.until is not None else ready

    def pause(self, authority: str, seconds: float, until: datetime | None) -> None:
        """Note that *authority* is asked only every *seconds* seconds, and not before *until*, if it requested a rest.

        Nothing is written if this is already known.
        """
        held = self._held.get(authority)
        if held is None or (held.pause, held.until) == (seconds, until):
            return
        held.pause, held.until = seconds, until
        self._enter(authority, held, self._worker.name)

    def give_back(self, authority: str) -> None:
        """Give *authority* back, so that others can have it."""
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
    """The workers of a collection, and their progress.

    Attributes:
        workers: for each worker not known to be dead, its last sign of life and the number of its publishers.
        started: when the newest round began, or None.
        done: the number of publishers already visited in it.
    """

    workers: Mapping[str, tuple[datetime, int]] = field(default_factory=dict)
    started: datetime | None = None
    done: int = 0

    @property
    def under_way(self) -> int:
        """The number of publishers that are being visited."""
        return sum(publishers for _, publishers in self.workers.values())


def crew_of(directory: Path) -> Crew:
    """Return the workers of the collection in *directory*; empty if its publishers were never shared."""
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
    """Return the names of the workers that gave a sign of life recently in the collection in *directory*.

    Raises:
        DiskFailed: the shared folder cannot be used.
    """
    workers, over = crew_of(directory).workers, timedelta(seconds=Heartbeat.of(deadline).over)
    # Use the clock that dates their signs: a local clock some minutes ahead would make all of them look dead.
    now = ledger_of(directory).now() if workers else None
    return [name for name, (at, _) in workers.items() if now is not None and now - at < over]


def refuse_beside_workers(directory: Path, deadline: float, hint: str) -> None:
    """Refuse what must not be done while workers are active; *hint* says what may be done instead.

    Raises:
        WorkersVisit: workers visit the collection in *directory*.
        DiskFailed: the shared folder cannot be used.
    """
    if names := working(directory, deadline):
        raise WorkersVisit(names, hint)


def _is_dead(ledger: Ledger, name: str) -> bool:
    entry = ledger.last(WORKER, name)
    return entry is None or "dead" in entry.said
