"""Backlog: captures that were kept and not read yet, or read by an older reader; nothing is fetched for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from os import cpu_count
from time import monotonic
from typing import Never

from archive.warc.capture import Capture
from db import captures
from db.catalogue import Catalogue
from db.frontier import Discovery
from db.model.change import Change, Outcome
from db.query import outdated_readings
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.read_ahead import Batches, ReadAhead, Turn
from ingest.collection.collection import Collection
from ingest.reading.pool import ReaderPool

Shown = tuple[str, str]
"""An edition: its item, and when it opened."""
_MANY = 1000
# Groups read again in one transaction: a commit for each would be a sixth of the work, and wait for the disk.
_TOGETHER = 32
# Seconds after which a transaction takes no further group, so that whoever withholds or reviews meanwhile gets a turn.
_LONGEST = 2.0


@dataclass(slots=True)
class Read:
    """What reading gave: how many captures ended how, and which items they show."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    items: set[str] = field(default_factory=set)

    def take_all(self, changes: Iterable[Change]) -> None:
        """Count what became of several captures."""
        for change in changes:
            self.take(change)

    def take(self, change: Change) -> None:
        """Count what became of one capture."""
        self.outcomes[change.outcome] += 1
        if change.item is not None:
            self.items.add(change.item)


def read_waiting(work: Collection, *, report: Callable[[int, int], None] = lambda _done, _total: None) -> Read:
    """Catalogue every capture that has a row and was not read, in record order; then revisits that were not read for
    want of their payload and whose payload is held by now.

    *report* is called with how many of how many are done. What is broken off, the next run goes on with.
    """
    read = Read()
    settings = work.settings.read
    # Asked before readers are begun: mostly nothing waits, and a pool of processes takes its time to start.
    total = captures.count_waiting(work.catalogue.connection)
    if not total:
        return read
    with ReaderPool(settings.workers or cpu_count() or 1, settings.deadline) as pool:
        cataloguer = Cataloguer(work.catalogue, work.layout.warcs, pool)
        # In shares, for an import of a million captures is not held in memory at once.
        while waiting := work.catalogue.unread(limit=_MANY):
            _read(work, cataloguer, waiting, read, lambda: report(sum(read.outcomes.values()), total))
        # After all others: what they were waiting for may have been among them.
        for capture in captures.without_payload(work.catalogue.connection):
            with work.catalogue.transaction():
                read.take(cataloguer.again(capture))
    items = work.catalogue.items(sorted(read.items), withheld=True)
    # So that runs come back to what was imported: no list of the publisher may name it any more.
    found = [Discovery(item.url, item.publisher.id, via="import") for item in items]
    work.frontier.seed(found, now=work.clock())
    return read


def _read(
    work: Collection, cataloguer: Cataloguer, waiting: list[Capture], read: Read, report: Callable[[], None]
) -> None:
    batches = Batches(work.catalogue, cataloguer)
    for capture in waiting:
        batches.add(capture)
        if batches.is_full:
            read.take_all(batches.settle_batch())
            report()
    read.take_all(batches.settle_rest())
    report()


# ── Read again: what could not be read, or what an older reader read; it changes editions in place, makes none ─────


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of it.

    Attributes:
        captures: how many were read again, those that hang together with the ones asked for among them.
        changed: how many editions read otherwise now.
        made, gone: editions that are there now and were not, and the other way round. A better reader makes none; a
            page that was not read before, or that is not taken for an item any more, does.
    """

    captures: int
    changed: int
    made: int
    gone: int


def reread(
    catalogue: Catalogue,
    cataloguer: Cataloguer,
    wanted: Sequence[Capture],
    report: Callable[[int, int], None] = lambda _done, _total: None,
    await_for: Callable[[Capture], None] = lambda _capture: None,
) -> Reread:
    """Read the captures *wanted* again, each with all that hangs together with it, some such groups in a transaction.

    *report* is called with how many of how many are done; *await_for* with each before it is given to the readers, who
    may have to have something ready for it.
    """
    # Digests of all editions, before and after: what changed is counted by what is there, and not by what was done.
    before = outdated_readings.editions(catalogue.connection)
    done: set[str] = set()

    def foresee(turn: Turn) -> None:
        if turn.capture.id not in done:
            cataloguer.foresee(turn.capture)

    def settle_some(most: int) -> None:
        # A kill costs these groups alone, and each edition is whole.
        with catalogue.transaction():
            began = monotonic()
            for _ in range(min(most, len(ahead))):
                capture = ahead.next().capture
                if capture.id not in done:
                    done.update(one.id for one in cataloguer.anew(capture))
                if monotonic() - began > _LONGEST:
                    break

    ahead: ReadAhead[Turn, Never] = ReadAhead(cataloguer.has_room, foresee)
    for number, capture in enumerate(wanted, start=1):
        await_for(capture)
        ahead.append(Turn(capture=capture))
        while ahead and ahead.is_full:
            settle_some(_TOGETHER)
        report(number - len(ahead), len(wanted))
    while ahead:
        settle_some(_TOGETHER)
        report(len(wanted) - len(ahead), len(wanted))
    return compared(len(done), before, outdated_readings.editions(catalogue.connection))


def compared(captures: int, before: Mapping[Shown, str], after: Mapping[Shown, str]) -> Reread:
    """Return what came of reading so many *captures* again, by the digests of all editions *before* and *after*."""
    return Reread(
        captures=captures,
        changed=sum(before[edition] != digest for edition, digest in after.items() if edition in before),
        made=len(after.keys() - before.keys()),
        gone=len(before.keys() - after.keys()),
    )
