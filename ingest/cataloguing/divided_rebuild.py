"""Divided rebuild: rebuild a catalogue with several processes, here or on other machines, and join the parts.

Each process handles the records of some publishers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree
from threading import Event

from archive.store import warc_files
from archive.warc.capture import Capture, Note, NoteKind
from archive.warc.writer import OPEN, locate_file, read_name
from db import union
from db.captures import key_of
from db.catalogue import Catalogue
from db.identity import host_of
from db.schema.database import without_sync
from ingest.cataloguing.reader_pool import DEADLINE, ReaderPool
from ingest.cataloguing.rebuild import Found, Rebuilt, fill, finish, gather, left_unread_in, list_files, mark_ends
from ingest.cataloguing.rebuild_part import Part, list_in_process, load_records, make_in_process, write_records
from ingest.collection.collection import Clock
from ingest.collection.rows import NOTES

Records = Sequence[Capture | Note]
"""Captures and notes in record order."""


def divide(ordered: Records, workers: int) -> list[Records]:
    """Divide all records into at most *workers* shares that have no address in common.

    Each share has the captures of some publishers, and all notes. Publishers stay together if they share a host: the
    settings named it for both at some time, or one has pages on a host of the other, or links there by a redirect or
    revisit. The largest groups are dealt first, each to the share with the fewest bytes.
    """
    together = _Together()
    bytes_of: defaultdict[str, int] = defaultdict(int)
    for record in ordered:
        if isinstance(record, Capture):
            bytes_of[record.publisher] += record.ref.length
            # A redirect or revisit across hosts decides about an item with records of both publishers.
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
    shares: list[list[Capture | Note]] = [[] for _ in dealt]
    share_of = {one: share for share, (_, publishers) in zip(shares, dealt, strict=True) for one in publishers}
    for record in ordered:
        for share in shares if isinstance(record, Note) else [share_of[record.publisher]]:
            share.append(record)
    return list(shares)


def _described(note: Note) -> Iterable[tuple[str, str]]:
    """Yield (publisher, host) for each publisher described in a settings note."""
    listed = note.body.get("publishers")
    for one in listed if isinstance(listed, list | tuple) else ():
        if isinstance(one, Mapping) and "id" in one:
            yield from ((str(one["id"]), str(host)) for host in one.get("hosts") or ())


class _Together:
    """Groups of publishers that share hosts (union-find)."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._of_host: dict[str, str] = {}

    def join(self, publisher: str, url: str | None) -> None:
        """Join *publisher* with every other publisher that has an address at the host of *url*."""
        if key_of(url) is None or url is None:
            return
        first = self._of_host.setdefault(host_of(url), publisher)
        if first != publisher:
            self._above[self.chief(publisher)] = self.chief(first)

    def chief(self, publisher: str) -> str:
        """Return the publisher that represents the group of *publisher*."""
        while (above := self._above.get(publisher, publisher)) != publisher:
            publisher = above
        return publisher


@dataclass(frozen=True, slots=True)
class RebuildWorkers:
    """The processes that make parts of a catalogue.

    Attributes:
        count: how many parts are made at a time.
        executor: where *make* is run for each part.
        make: makes the catalogue of one part and returns its path.
        report: called with the number of parts made and their total.
        listed: lists the contents of WARC files (see `list_in_process`).
    """

    count: int
    executor: Executor
    make: Callable[[Part], Path]
    report: Callable[[int, int], None] = lambda _done, _total: None
    listed: Callable[[Sequence[Path], Path], Path | None] = list_in_process


@contextmanager
def processes_here(count: int) -> Iterator[RebuildWorkers]:
    """Yield *count* processes of this machine; they end when the block ends."""
    ended = Event()
    # Each thread only waits for its process and starts it again if it dies.
    with ThreadPoolExecutor(count, "parts") as executor:
        try:
            yield RebuildWorkers(
                count, executor, partial(make_in_process, ended=ended), listed=partial(list_in_process, ended=ended)
            )
        finally:
            ended.set()


def rebuild_in_parts(
    warcs: Path,
    made: Path,
    hands: RebuildWorkers,
    *,
    clock: Clock,
    as_in: Path | None = None,
    deadline: float = DEADLINE,
) -> tuple[Rebuilt, int]:
    """Make a catalogue of the files below *warcs* at the path *made*, with the processes *hands*.

    Returns the result and the number of parts, which is smaller than the number of processes if there are too few
    independent publishers. The rows are the same as those of `rebuild.make_catalogue`; see there for *as_in*.

    Raises:
        PartFailed: a process died several times.
        DiskFailed: there is no room.
    """
    wanted = useful_workers(warcs, hands.count)
    found = gather(warcs, partial(list_in_parallel, hands, wanted, made.parent) if wanted else list_files)
    given_up = left_unread_in(as_in)
    shares = divide(found.ordered, hands.count)
    if len(shares) < 2:
        with _being_made(made) as catalogue, ReaderPool(hands.count, deadline) as pool:
            fill(warcs, catalogue, pool, found.ordered, report=hands.report, given_up=given_up)
            finish(catalogue, found, clock)
        return Rebuilt(len(found.ordered), found.damage, found.unread), 1
    at = clock()
    parts = []
    for number, share in enumerate(shares):
        records = write_records(share, made.with_name(f"records-{number}"))
        parts.append(Part(warcs, made.parent, records, given_up, deadline, at, is_first=number == 0))
    paths: list[Path] = []
    for path in hands.executor.map(hands.make, parts):
        paths.append(path)
        hands.report(len(paths), len(parts))
    # The first part becomes the catalogue itself, because copying its rows too would take as long again.
    paths[0].replace(made)
    with _being_made(made) as catalogue:
        union.join_parts(catalogue.connection, paths[1:])
        mark_ends(catalogue, found)
    for path, part in zip(paths, parts, strict=True):
        rmtree(path.parent)
        part.records.unlink()
    return Rebuilt(len(found.ordered), found.damage, found.unread), len(shares)


def list_in_parallel(hands: RebuildWorkers, count: int, beside: Path, paths: Sequence[Path]) -> Iterator[Found]:
    """Yield the contents of the files at *paths* in their order, listed by *count* processes.

    The longest files are dealt first, each to the process with the fewest bytes.
    """
    dealt: list[tuple[int, list[int]]] = [(0, []) for _ in range(count)]
    # A file may get its final name meanwhile.
    now = [locate_file(path.parent, path.name.removesuffix(OPEN)) for path in paths]
    sizes = {number: path.stat().st_size for number, path in enumerate(now)}
    for number in sorted(sizes, key=lambda one: -sizes[one]):
        least = min(range(count), key=lambda share: dealt[share][0])
        dealt[least] = (dealt[least][0] + sizes[number], [*dealt[least][1], number])
    begun = [hands.executor.submit(hands.listed, [paths[one] for one in share], beside) for _, share in dealt]
    found: dict[int, list[Found]] = {}
    for (_, share), one in zip(dealt, begun, strict=True):
        laid_down = one.result()
        if laid_down is None:
            # The process died. List the files here, because this process only waits anyway.
            found |= {number: list(list_files([paths[number]])) for number in share}
            continue
        found |= zip(share, load_records(laid_down), strict=True)
        laid_down.unlink()
    # In the order of the files, because the first of several records with the same id counts.
    for number in range(len(paths)):
        yield from found.pop(number)


def useful_workers(warcs: Path, count: int) -> int:
    """Return how many of *count* processes can be used, judged by the publishers in file names; 0 if only one."""
    named = {name.publisher for path in warc_files(warcs) if (name := read_name(path.name)) is not None}
    wanted = min(count, len(named - NOTES))
    return wanted if wanted > 1 else 0


@contextmanager
def _being_made(path: Path) -> Iterator[Catalogue]:
    """Yield the catalogue at *path* without syncing to disk: if it is lost, it can be made again from the records."""
    with Catalogue.open(path, create=True) as catalogue:
        without_sync(catalogue.connection)
        yield catalogue
