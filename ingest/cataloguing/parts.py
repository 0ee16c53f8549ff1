"""Parts: a catalogue made anew by several processes, each of the records of some publishers, and put together."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread

from archive.errors import DiskFailed
from archive.warc.capture import Capture, Note, NoteKind
from db import union
from db.captures import key_of
from db.catalogue import Catalogue
from db.identity import host_of
from db.schema.database import not_awaiting_the_disk
from ingest.cataloguing.cataloguer import Readers
from ingest.cataloguing.rebuild import Rebuilt, fill, finish, gather, left_unread_in
from ingest.collection.collection import Clock
from ingest.errors import CreditlineError, Exit
from ingest.reading.pool import DEADLINE, ReaderPool

TRIES = 3
"""So often is a part begun whose process dies."""


class PartFailed(CreditlineError):
    """A process that makes a part of the catalogue died again and again."""

    code = Exit.ATTENTION
    hint = "with one process: creditline rebuild --workers 1"


Part = Sequence[Capture | Note]
"""What one process is given: captures of some publishers, and every note, in record order."""


def divide(ordered: Sequence[Capture | Note], workers: int) -> list[Part]:
    """Divide *ordered*, all records in record order, into *workers* parts at most that have no address in common.

    Publishers are independent of each other, but for those of whom one was ever said to have a host of the other, or
    of whom one has pages at hosts of the other, or leads there: these stay together. The largest are dealt out first,
    each to whoever has least.
    """
    together = _Together()
    bytes_of: defaultdict[str, int] = defaultdict(int)
    for record in ordered:
        if isinstance(record, Capture):
            bytes_of[record.publisher] += record.ref.length
            for url in (record.url, record.location, record.refers_to_url):
                together.join(record.publisher, url)
        elif record.kind is NoteKind.SETTINGS:
            for publisher, host in _described(record):
                together.join(publisher, f"http://{host}/")
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for publisher in sorted(bytes_of):
        groups[together.chief(publisher)].append(publisher)
    dealt: list[tuple[int, set[str]]] = [(0, set()) for _ in range(min(workers, len(groups)))]
    for group in sorted(groups.values(), key=lambda one: (-sum(bytes_of[each] for each in one), one)):
        least = min(range(len(dealt)), key=lambda number: dealt[number][0])
        dealt[least] = (dealt[least][0] + sum(bytes_of[each] for each in group), dealt[least][1] | set(group))
    return [[one for one in ordered if isinstance(one, Note) or one.publisher in publishers] for _, publishers in dealt]


def _described(note: Note) -> Iterable[tuple[str, str]]:
    listed = note.body.get("publishers")
    for one in listed if isinstance(listed, list | tuple) else ():
        if isinstance(one, Mapping) and "id" in one:
            yield from ((str(one["id"]), str(host)) for host in one.get("hosts") or ())


class _Together:
    """Which publishers hang together by a host (union-find)."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._of_host: dict[str, str] = {}

    def join(self, publisher: str, url: str | None) -> None:
        """Have *publisher* hang together with whoever else has an address at the host of *url*."""
        if key_of(url) is None or url is None:
            return
        first = self._of_host.setdefault(host_of(url), publisher)
        if first != publisher:
            self._above[self.chief(publisher)] = self.chief(first)

    def chief(self, publisher: str) -> str:
        """Return the one that stands for all that hang together with *publisher*."""
        while (above := self._above.get(publisher, publisher)) != publisher:
            publisher = above
        return publisher


def _made(warcs: Path, beside: Path, parts: Sequence[Part], given_up: Mapping[str, str], deadline: float) -> list[Path]:
    """Make a catalogue of each of *parts* beside the path *beside*, by a process each; one that dies is begun again.

    Raises:
        PartFailed: one died `TRIES` times.
        DiskFailed: one found no room, which no further try would find.
    """
    # A new interpreter each: a copy of this process would inherit locks, and its readers need a fork server of their
    # own.
    start = multiprocessing.get_context("spawn")
    paths = [beside.with_name(f"{beside.stem}-part-{number}.db") for number in range(len(parts))]
    under_way: dict[int, BaseProcess] = {}
    says: dict[int, Connection] = {}
    tries = [0] * len(parts)
    try:
        waiting = list(range(len(parts)))
        while waiting or under_way:
            for number in waiting:
                tries[number] += 1
                # What a process that died left of it is not to be filled further.
                for left in beside.parent.glob(f"{paths[number].name}*"):
                    left.unlink()
                says[number], say = start.Pipe(duplex=False)
                given = (warcs, paths[number], parts[number], dict(given_up), deadline, say)
                under_way[number] = start.Process(target=_make, args=given)
                under_way[number].start()
                say.close()
            wait([one.sentinel for one in under_way.values()])
            ended = {number: one.exitcode for number, one in under_way.items() if one.exitcode is not None}
            waiting = [number for number in ended if under_way.pop(number).exitcode]
            for number in waiting:
                if ended[number] == Exit.DISK:
                    failed: DiskFailed = says[number].recv()
                    raise failed
                if tries[number] >= TRIES:
                    raise PartFailed(
                        f"a process that makes a part of the catalogue ended {TRIES} times before it was done"
                    )
    finally:
        for process in under_way.values():
            process.terminate()
            process.join()
    return paths


def _make(warcs: Path, path: Path, part: Part, given_up: Mapping[str, str], deadline: float, say: Connection) -> None:
    """Make the catalogue of *part*, in a process of its own; *say* it where the disk fails."""
    # Whoever began it decides: it ends the others too where a person breaks it off, and they end with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        with ReaderPool(1, deadline) as pool:
            make_part(warcs, path, part, pool, given_up)
    except DiskFailed as error:
        say.send(error)
        sys.exit(Exit.DISK)


def make_part(warcs: Path, path: Path, part: Part, pool: Readers, given_up: Mapping[str, str]) -> None:
    """Make the catalogue of *part* at *path*, where nothing lies."""
    with Catalogue.open(path, create=True) as catalogue:
        not_awaiting_the_disk(catalogue.connection)
        union.as_part(catalogue.connection)
        fill(warcs, catalogue, pool, part, given_up=given_up)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        # At once: what it makes is of no use to anybody any more.
        os._exit(1)


def anew_in_parts(
    warcs: Path, made: Path, workers: int, *, clock: Clock, as_in: Path | None = None, deadline: float = DEADLINE
) -> tuple[Rebuilt, int]:
    """Make a catalogue of the files below *warcs* at the path *made*, where nothing lies, by *workers* processes that
    fold, as far as there is work for so many that is independent; return with it how many there were.

    The rows are those that `rebuild.anew` makes, whatever the number. *as_in*: see there.

    Raises:
        PartFailed: a process died again and again.
        DiskFailed: there is no room.
    """
    found, given_up = gather(warcs), left_unread_in(as_in)
    parts = divide(found.ordered, workers)
    with Catalogue.open(made, create=True) as catalogue:
        not_awaiting_the_disk(catalogue.connection)
        if len(parts) < 2:
            with ReaderPool(workers, deadline) as pool:
                fill(warcs, catalogue, pool, found.ordered, given_up=given_up)
        else:
            paths = _made(warcs, made, parts, given_up, deadline)
            union.put_together(catalogue.connection, paths)
            for path in paths:
                path.unlink()
        finish(catalogue, found, clock)
    return Rebuilt(len(found.ordered), found.damage), max(1, len(parts))
