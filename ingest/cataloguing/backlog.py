"""Waiting: read and catalogue the captures that were kept and not read yet, without a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from os import cpu_count

from archive.warc.capture import Capture
from db import captures
from db.frontier import Discovery
from db.model.change import Change, Outcome
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.read_ahead import ReadAhead
from ingest.collection.collection import Collection
from ingest.reading.pool import ReaderPool

_MANY = 1000


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
    total = captures.count_waiting(work.catalogue.connection)
    if not total:
        return read
    with ReaderPool(settings.workers or cpu_count() or 1, settings.deadline) as pool:
        cataloguer = Cataloguer(work.catalogue, work.layout.warcs, pool)
        while waiting := work.catalogue.unread(limit=_MANY):
            _read(work, cataloguer, waiting, read, lambda: report(sum(read.outcomes.values()), total))
        for capture in captures.without_payload(work.catalogue.connection):
            with work.catalogue.transaction():
                read.take(cataloguer.again(capture))
    items = work.catalogue.items(sorted(read.items), withheld=True)
    found = [Discovery(item.url, item.publisher.id, via="import") for item in items]
    work.frontier.seed(found, now=work.clock())
    return read


def _read(
    work: Collection, cataloguer: Cataloguer, waiting: list[Capture], read: Read, report: Callable[[], None]
) -> None:
    ahead = ReadAhead(work.catalogue, cataloguer)
    for capture in waiting:
        ahead.begin(capture)
        if ahead.is_full:
            read.take_all(ahead.settle_batch())
            report()
    read.take_all(ahead.settle_rest())
    report()
