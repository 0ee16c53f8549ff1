"""Divided rebuild: a catalogue made anew by several processes, here or on other machines, each of the records of some
publishers, and put together.
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
from db.schema.database import not_awaiting_the_disk
from ingest.cataloguing.rebuild import Found, Rebuilt, fill, finish, gather, left_unread_in, listed_here, mark_ends
from ingest.cataloguing.rebuild_part import Part, lay_down, listed_apart, made_apart, taken_up
from ingest.collection.collection import Clock
from ingest.collection.rows import NOTES
from ingest.reading.pool import DEADLINE, ReaderPool

Records = Sequence[Capture | Note]
"""In record order."""


def divide(ordered: Records, workers: int) -> list[Records]:
    """Divide *ordered*, all records in record order, into *workers* shares at most that have no address in common: of
    each, the captures of some publishers, and every note.

    Publishers are independent of each other, but for those of whom one was ever said to have a host of the other, or
    of whom one has pages at hosts of the other, or leads there: these stay together. The largest are dealt out first,
    each to whoever has least.
    """
    together = _Together()
    bytes_of: defaultdict[str, int] = defaultdict(int)
    for record in ordered:
        if isinstance(record, Capture):
            bytes_of[record.publisher] += record.ref.length
            # A redirect or a revisit across hosts settles an item by records of both, wherever they were collected.
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


@dataclass(frozen=True, slots=True)
class Hands:
    """Who makes parts: *count* of them at a time, each handed to *executor* by *make*, and files to list by *listed*;
    *report* is called with how many of how many parts are made.
    """

    count: int
    executor: Executor
    make: Callable[[Part], Path]
    report: Callable[[int, int], None] = lambda _done, _total: None
    listed: Callable[[Sequence[Path], Path], Path | None] = listed_apart


@contextmanager
def processes_here(count: int) -> Iterator[Hands]:
    """Yield *count* processes of this machine, which end where the block does."""
    ended = Event()
    # A thread each does nothing but wait for its process, and begin it again.
    with ThreadPoolExecutor(count, "parts") as executor:
        try:
            yield Hands(count, executor, partial(made_apart, ended=ended), listed=partial(listed_apart, ended=ended))
        finally:
            ended.set()


def anew_in_parts(
    warcs: Path, made: Path, hands: Hands, *, clock: Clock, as_in: Path | None = None, deadline: float = DEADLINE
) -> tuple[Rebuilt, int]:
    """Make a catalogue of the files below *warcs* at the path *made*, where nothing lies, by *hands*, as far as there
    is work for so many that is independent; return with it how many there were.

    The rows are those that `rebuild.anew` makes, whoever makes them. *as_in*: see there.

    Raises:
        PartFailed: a process died again and again.
        DiskFailed: there is no room.
    """
    wanted = hands_wanted(warcs, hands.count)
    found = gather(warcs, partial(listed_by, hands, wanted, made.parent) if wanted else listed_here)
    given_up = left_unread_in(as_in)
    shares = divide(found.ordered, hands.count)
    if len(shares) < 2:
        with _being_made(made) as catalogue, ReaderPool(hands.count, deadline) as pool:
            fill(warcs, catalogue, pool, found.ordered, report=hands.report, given_up=given_up)
            finish(catalogue, found, clock)
        return Rebuilt(len(found.ordered), found.damage), 1
    at = clock()
    parts = []
    for number, share in enumerate(shares):
        records = lay_down(share, made.with_name(f"records-{number}"))
        parts.append(Part(warcs, made.parent, records, given_up, deadline, at, is_first=number == 0))
    paths: list[Path] = []
    for path in hands.executor.map(hands.make, parts):
        paths.append(path)
        hands.report(len(paths), len(parts))
    # To copy what the first has would take as long again as to copy what the others have.
    paths[0].replace(made)
    with _being_made(made) as catalogue:
        union.put_together(catalogue.connection, paths[1:])
        mark_ends(catalogue, found)
    for path, part in zip(paths, parts, strict=True):
        rmtree(path.parent)
        part.records.unlink()
    return Rebuilt(len(found.ordered), found.damage), len(shares)


def listed_by(hands: Hands, count: int, beside: Path, paths: Sequence[Path]) -> Iterator[Found]:
    """Yield what lies in the files at *paths*, in their order, as *count* hands list it: the longest are dealt first,
    each to whoever has least.
    """
    dealt: list[tuple[int, list[int]]] = [(0, []) for _ in range(count)]
    # One may get its final name meanwhile.
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
            # It is no loss: whoever waits for it has nothing else to do.
            found |= {number: list(listed_here([paths[number]])) for number in share}
            continue
        found |= zip(share, taken_up(laid_down), strict=True)
        laid_down.unlink()
    # In the order of the files: of records with one id the first counts.
    for number in range(len(paths)):
        yield from found.pop(number)


def hands_wanted(warcs: Path, count: int) -> int:
    """Return how many of *count* hands there may be parts for, as far as the names of files tell."""
    named = {name.publisher for path in warc_files(warcs) if (name := read_name(path.name)) is not None}
    wanted = min(count, len(named - NOTES))
    return wanted if wanted > 1 else 0


@contextmanager
def _being_made(path: Path) -> Iterator[Catalogue]:
    """Yield the catalogue at *path*, of which nothing need last until it is done: it is made of the records."""
    with Catalogue.open(path, create=True) as catalogue:
        not_awaiting_the_disk(catalogue.connection)
        yield catalogue
