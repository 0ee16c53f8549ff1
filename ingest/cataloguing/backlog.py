"""Backlog: read captures that are kept but unread, or read by an older reader. Nothing is fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import cpu_count
from time import monotonic
from typing import Never

from archive.warc.capture import Capture
from db import captures
from db.catalogue import Catalogue
from db.frontier import Discovery
from db.model.change import Change, Outcome
from db.query import held_items, outdated_readings
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.read_ahead import Batches, ReadAhead, WaitingCapture
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.collection.collection import Collection

Shown = tuple[str, str]
"""An edition: the id of its item and the time at which it opened."""
_MANY = 1000
# How many groups are read again in one transaction. A commit for each would add a sixth to the work.
_TOGETHER = 32
# Seconds after which a transaction takes no further group, because other commands (withhold, review) wait for it.
_LONGEST = 2.0


@dataclass(slots=True)
class Read:
    """The result of reading a backlog: captures by outcome, and the ids of the items that they show."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    items: set[str] = field(default_factory=set)

    def take_all(self, changes: Iterable[Change]) -> None:
        """Count the outcomes of several captures."""
        for change in changes:
            self.take(change)

    def take(self, change: Change) -> None:
        """Count the outcome of one capture."""
        self.outcomes[change.outcome] += 1
        if change.item is not None:
            self.items.add(change.item)


def read_waiting(work: Collection) -> Read:
    """Read and catalogue all unread captures in record order.

    Then do the same for revisits that could not be read before, if the capture that they repeat is held by now. If this
    is interrupted, the next run continues.
    """
    read = Read()
    settings = work.settings.read
    # Checked first: usually nothing waits, and a pool of processes takes time to start.
    if not captures.count_waiting(work.catalogue.connection):
        return read
    with ReaderPool(settings.workers or cpu_count() or 1, settings.deadline) as pool:
        cataloguer = Cataloguer(work.catalogue, work.layout.warcs, pool)
        # In portions, because the captures of a large import do not fit in memory at once.
        while waiting := work.catalogue.unread(limit=_MANY):
            _read(work, cataloguer, waiting, read)
        # Last, because the captures that these revisits repeat may be among those just read.
        for capture in captures.without_payload(work.catalogue.connection):
            with work.catalogue.transaction():
                read.take(cataloguer.catalogue_unread(capture))
    items = work.catalogue.items(sorted(read.items), withheld=True)
    # Add the items to the frontier. Runs would otherwise not visit imported pages that no list names any more.
    found = [Discovery(item.url, item.publisher.id, via="import") for item in items]
    work.frontier.seed(found, now=work.clock())
    return read


def _read(work: Collection, cataloguer: Cataloguer, waiting: list[Capture], read: Read) -> None:
    """Read and catalogue the captures *waiting*, and count the outcomes in *read*."""
    batches = Batches(work.catalogue, cataloguer)
    connection = work.catalogue.connection
    addresses = [(one.publisher, key) for one in waiting if (key := captures.key_of(one.url)) is not None]
    before = held_items.editions_at(connection, addresses)
    changes: list[Change] = []
    for capture in waiting:
        batches.add(capture)
        if batches.is_full:
            changes += batches.settle_batch()
    changes += batches.settle_rest()
    after = held_items.editions_at(connection, addresses)
    # To the fold, whatever comes first in record order is new: also a capture that is older than what was held.
    for change in changes:
        item = change.item
        if change.outcome is Outcome.NEW and item is not None and item in before:
            gained = after.get(item, 0) > before[item]
            change = replace(change, outcome=Outcome.CHANGED if gained else Outcome.UNCHANGED)
        read.take(change)


# ── Read again what could not be read, or what an older reader read. Editions change in place; none is added. ──────


@dataclass(frozen=True, slots=True)
class Reread:
    """The result of reading captures again.

    Attributes:
        captures: how many were read again, including those of the same closures that were not asked for.
        changed: how many editions have a different reading now.
        made, gone: how many editions are new, and how many no longer exist. A better reader alone causes neither.
            Causes are a page that was not read before, and one that is no longer taken for an item.
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
    """Read the captures *wanted* again, each together with its whole closure, several closures in one transaction.

    *report* is called with the number done and the total. *await_for* is called with each capture before it is given to
    the readers, which may need to prepare for it.
    """
    # Count changes by comparing the digests of all editions before and after.
    before = outdated_readings.editions(catalogue.connection)
    done: set[str] = set()

    def foresee(turn: WaitingCapture) -> None:
        if turn.capture.id not in done:
            cataloguer.prefetch_reading(turn.capture)

    def settle_some(most: int) -> None:
        # If the process is killed, only these groups are lost, and no edition is left half changed.
        with catalogue.transaction():
            began = monotonic()
            for _ in range(min(most, len(ahead))):
                capture = ahead.next().capture
                if capture.id not in done:
                    done.update(one.id for one in cataloguer.read_again(capture))
                if monotonic() - began > _LONGEST:
                    break

    ahead: ReadAhead[WaitingCapture, Never] = ReadAhead(cataloguer.has_room, foresee)
    for number, capture in enumerate(wanted, start=1):
        await_for(capture)
        ahead.append(WaitingCapture(capture=capture))
        while ahead and ahead.is_full:
            settle_some(_TOGETHER)
        report(number - len(ahead), len(wanted))
    while ahead:
        settle_some(_TOGETHER)
        report(len(wanted) - len(ahead), len(wanted))
    return compared(len(done), before, outdated_readings.editions(catalogue.connection))


def compared(captures: int, before: Mapping[Shown, str], after: Mapping[Shown, str]) -> Reread:
    """Return the result of reading *captures* captures again, from the digests of all editions *before* and *after*."""
    return Reread(
        captures=captures,
        changed=sum(before[edition] != digest for edition, digest in after.items() if edition in before),
        made=len(after.keys() - before.keys()),
        gone=len(before.keys() - after.keys()),
    )
