"""Leases: one owner each; a silent owner loses its leases, learns of it, and has sent its last request by then."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.errors import DiskFailed
from ingest.collection.leases import (
    FOLDER,
    HOST,
    PUBLISHER,
    ROUND,
    WORKER,
    Heartbeat,
    HostLeases,
    Worker,
    crew_of,
    ledger_of,
    working,
)
from ingest.collection.ledger import FolderLedger

NOW = datetime(2023, 4, 24, 10, tzinfo=UTC)
PULSE = Heartbeat.of(60.0)
Hire = Callable[[str], Worker]


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def ledger(tmp_path: Path) -> FolderLedger:
    return ledger_of(tmp_path)


@pytest.fixture
def hire(ledger: FolderLedger, seconds: Seconds) -> Hire:
    """Make a worker that gave its first sign of life."""

    def hired(name: str) -> Worker:
        worker = Worker(ledger, name, PULSE, seconds)
        worker.beat()
        return worker

    return hired


def silent(seconds: Seconds, watcher: Worker, other: str, lasting: float = PULSE.over) -> bool:
    """Let *watcher* check *other* at each beat for *lasting* seconds; return whether it is over in the end."""
    until = seconds.now + lasting
    while seconds.now <= until:
        watcher.beat()
        if watcher.is_over(other):
            return True
        seconds.now += PULSE.beat
    return False


def test_a_worker_counts_as_dead_only_after_its_last_request_must_have_ended() -> None:
    for deadline in (1.0, 60.0, 600.0):
        pulse = Heartbeat.of(deadline)
        assert pulse.beat < pulse.fresh
        assert pulse.fresh + deadline < pulse.over


def test_a_lease_has_one_owner_until_it_is_given_back(hire: Hire) -> None:
    amber, birch = hire("amber"), hire("birch")
    taken = amber.take(PUBLISHER, "p")
    assert taken == (1, None)
    assert birch.take(PUBLISHER, "p") is None
    assert amber.say(PUBLISHER, "p", 1, {"worker": None, "done": 7})
    again = birch.take(PUBLISHER, "p")
    assert again is not None
    # The number grows with each change of owner, and what was recorded before is kept.
    assert (again[0], again[1] and again[1].said["done"]) == (3, 7)
    assert not amber.say(PUBLISHER, "p", 1, {})


def test_a_silent_worker_loses_its_leases_and_learns_it_at_its_next_beat(hire: Hire, seconds: Seconds) -> None:
    amber, birch = hire("amber"), hire("birch")
    assert amber.take(PUBLISHER, "p")
    assert not silent(seconds, birch, "amber", PULSE.over - 2 * PULSE.beat)
    assert birch.take(PUBLISHER, "p") is None
    assert silent(seconds, birch, "amber")
    assert birch.take(PUBLISHER, "p") is not None
    # Back after a delay: it stopped starting work before it counted as dead, and does none once it knows.
    assert not amber.is_fresh
    amber.beat()
    assert amber.lost
    assert amber.take(PUBLISHER, "q") is None
    amber.end()
    assert birch.is_over("amber")


def test_a_worker_that_beats_never_counts_as_dead(hire: Hire, seconds: Seconds) -> None:
    amber, birch = hire("amber"), hire("birch")
    for _ in range(30):
        seconds.now += PULSE.beat
        amber.beat()
        assert not birch.is_over("amber")
    assert amber.is_fresh
    assert not amber.is_over("amber")
    assert birch.alive() == 2


def test_a_beat_that_comes_while_another_worker_declares_the_death_counts(
    hire: Hire, seconds: Seconds, ledger: Any
) -> None:
    amber, birch = hire("amber"), hire("birch")
    birch.is_over("amber")
    seconds.now += PULSE.over
    seen = ledger.last

    class Late:
        """The sign comes between reading the last one and the entry that declares it the last."""

        def last(self, kind: str, name: str) -> Any:
            found = seen(kind, name)
            amber.beat()
            return found

        def __getattr__(self, name: str) -> Any:
            return getattr(ledger, name)

    birch._ledger = Late()
    assert not birch.is_over("amber")
    assert not amber.lost


def test_a_worker_that_ends_frees_its_leases_at_once(hire: Hire) -> None:
    amber, birch = hire("amber"), hire("birch")
    assert amber.take(PUBLISHER, "p")
    amber.end()
    assert birch.is_over("amber")
    assert birch.take(PUBLISHER, "p") is not None


def test_a_worker_begins_no_work_while_its_beats_fail(hire: Hire, seconds: Seconds) -> None:
    amber = hire("amber")
    amber.wait()
    seconds.now += PULSE.fresh
    assert not amber.is_fresh
    waits = threading.Thread(target=amber.wait, daemon=True)
    waits.start()
    waits.join(0.02)
    assert waits.is_alive()
    amber.beat()
    waits.join(60)
    assert not waits.is_alive()


def test_the_next_worker_of_a_host_keeps_its_pause_and_rest(hire: Hire) -> None:
    amber, birch = (HostLeases(hire(name), lambda _: 1.0) for name in ("amber", "birch"))
    assert amber.take("a.example", NOW) == NOW
    assert birch.take("a.example", NOW) is None
    amber.pause("a.example", 30.0, NOW + timedelta(hours=1))
    amber.give_back("a.example")
    assert birch.take("a.example", NOW) == NOW + timedelta(hours=1)
    birch.pause("a.example", 30.0, None)
    birch.give_back("a.example")
    # What birch does not have is not its to pause or to give back.
    birch.pause("b.example", 30.0, None)
    birch.give_back("b.example")
    # It was birch that asked last: its own queue for the host keeps the pause.
    assert birch.take("a.example", NOW) == NOW
    birch.give_back("a.example")
    assert amber.take("a.example", NOW) == NOW + timedelta(seconds=30)


def test_the_pause_of_a_host_starts_again_when_its_worker_dies(
    hire: Hire, seconds: Seconds, ledger: FolderLedger
) -> None:
    amber, birch = hire("amber"), hire("birch")
    assert HostLeases(amber, lambda _: 5.0).take("a.example", NOW) == NOW
    taking = HostLeases(birch, lambda _: 5.0)
    assert taking.take("a.example", NOW) is None
    assert silent(seconds, birch, "amber")
    assert taking.take("a.example", NOW) == NOW + timedelta(seconds=5)
    newest = ledger.last(HOST, "a.example")
    assert newest is not None
    assert newest.said["worker"] == "birch"
    # An entry that the dead worker makes late has an outdated number.
    late = HostLeases(amber, lambda _: 5.0)
    amber.beat()
    assert late.take("a.example", NOW) is None


def test_the_crew_lists_workers_and_their_progress(hire: Hire, tmp_path: Path, ledger: FolderLedger) -> None:
    assert crew_of(tmp_path).started is None
    amber = hire("amber")
    hire("birch")
    ledger.add(ROUND, ROUND, 1, {"started": "2023-04-24T10:00:00.000000Z"})
    for name in "pq":
        assert amber.take(PUBLISHER, name)
    assert amber.say(PUBLISHER, "p", 1, {"worker": None, "done": 1})
    crew = crew_of(tmp_path)
    assert (crew.started, crew.done, crew.under_way) == (NOW, 1, 1)
    assert {name: publishers for name, (_, publishers) in crew.workers.items()} == {"amber": 1, "birch": 0}
    assert working(tmp_path, 60.0) == ["amber", "birch"]


def test_workers_with_a_recent_beat_are_found_by_the_clock_of_the_folder(
    hire: Hire, tmp_path: Path, ledger: FolderLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that only erases or visits asks this, on a machine whose clock may be minutes off."""
    assert working(tmp_path, 60.0) == []
    hire("amber")
    hire("birch")
    (sign,) = (tmp_path / FOLDER / WORKER / "birch").glob("*.json")
    before = ledger.now().timestamp() - PULSE.over - 1
    os.utime(sign, (before, before))
    assert working(tmp_path, 60.0) == ["amber"]
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [WORKER]

    def refused(_path: Path) -> None:
        raise PermissionError(errno.EACCES, "not here")

    # An error does not mean that nobody works.
    monkeypatch.setattr(Path, "touch", refused)
    with pytest.raises(DiskFailed):
        working(tmp_path, 60.0)
