"""Dealing: each publisher goes to one worker per round, and each worker gets its share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.collection.leases import Heartbeat, Worker, ledger_of
from ingest.crawl.publisher_shares import AT_ONCE, PublisherShares

NOW = datetime(2023, 4, 24, 10, tzinfo=UTC)
PULSE = Heartbeat.of(60.0)
PUBLISHERS = [f"p{number}" for number in range(12)]


class Table:
    """Workers and the process that deals to them, on a clock that the test moves."""

    def __init__(self, directory: Path) -> None:
        self.now = 1000.0
        self._ledger = ledger_of(directory)

    def join(self, name: str, known: tuple[str, ...] = ()) -> PublisherShares:
        worker = Worker(self._ledger, name, PULSE, lambda: self.now)
        worker.beat()
        return PublisherShares(
            self._ledger,
            worker,
            PUBLISHERS,
            known=known,
            clock=lambda: NOW + timedelta(seconds=self.now),
            sleep=self.sleep,
        )

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


def dealt(dealer: PublisherShares) -> list[str]:
    return [one.publisher for one in dealer.take()]


def turns(table: Table, *dealers: PublisherShares, count: int) -> list[list[str]]:
    got: list[list[str]] = [[] for _ in dealers]
    for _ in range(count):
        for number, dealer in enumerate(dealers):
            got[number] += dealt(dealer)
            dealer._worker.beat()
        table.now += PULSE.beat
    return got


def test_each_publisher_goes_to_one_worker_and_each_worker_gets_its_share(table: Table) -> None:
    amber, birch = table.join("amber"), table.join("birch")
    first, second = turns(table, amber, birch, count=6)
    assert sorted(first + second) == sorted(PUBLISHERS)
    assert len(first) == len(second) == 6


def test_a_worker_takes_few_publishers_at_once(table: Table) -> None:
    amber = table.join("amber")
    assert len(dealt(amber)) == AT_ONCE
    assert dealt(amber) == []


def test_publishers_in_the_catalogue_of_a_worker_come_first(table: Table) -> None:
    amber = table.join("amber", known=("p7", "p3"))
    assert set(dealt(amber)) > {"p3", "p7"}


def test_a_round_ends_for_all_workers_when_every_publisher_is_done(table: Table) -> None:
    amber, birch = table.join("amber"), table.join("birch")
    assert amber.started == birch.started
    for dealer, had in zip((amber, birch), turns(table, amber, birch, count=6), strict=True):
        for publisher in had:
            dealer.done(publisher)
    # A worker that arrives during a round joins it.
    assert not amber.is_over
    turns(table, amber, birch, count=1)
    assert amber.is_over
    assert birch.is_over
    assert table.join("cedar").started > amber.started


def test_publishers_of_a_dead_worker_go_to_another_with_a_new_lease_number(table: Table) -> None:
    amber, birch = table.join("amber"), table.join("birch")
    first, second = turns(table, amber, birch, count=6)
    amber.done(first[0])
    for publisher in second:
        birch.done(publisher)
    left: dict[str, int] = {}
    while table.now < 1000 + 6 * PULSE.over and len(left) < len(first) - 1:
        left |= {one.publisher: one.lease for one in birch.take()}
        birch.pause()
        table.now += PULSE.beat
        birch._worker.beat()
    assert set(left) == set(first[1:])
    assert set(left.values()) == {2}
    assert birch.started == amber.started


def test_a_worker_that_comes_late_joins_the_round(table: Table) -> None:
    amber = table.join("amber")
    amber.take()
    table.now += 100
    assert table.join("cedar").started == amber.started
