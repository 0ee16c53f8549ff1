"""Shared by the anomaly tests: a disk that fails or kills the process at its k-th call, and a small site to visit."""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import shutil
import sqlite3
import subprocess
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from enum import StrEnum
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest

from archive.disk import RealDisk
from archive.errors import Damaged, DiskFailed
from archive.store import warc_files
from archive.warc.reader import capture_of, note_of, read_records
from db.catalogue import Catalogue
from db.model.item import Context, Reading
from ingest.cataloguing.reader_pool import Pending, ReaderPool, decode_request
from ingest.collection.collection import Layout, make, open_for_work
from ingest.crawl.run import Order, Run
from ingest.crawl.run_setup import visiting
from ingest.demo.articles import Article, load
from ingest.demo.server import serve
from ingest.demo.site import Response, Site
from ingest.reading.reader import read
from ingest.settings.values import PublisherOptions, Settings, StoreOptions
from ingest.verification.audit import Plan, audit
from ingest.verification.files import Fault

ARTICLES = ("a-note-on-borrowed-maps", "the-long-road-to-a-nuclear-workforce")
KILLED = 9
"""The exit code of a process that its disk killed."""


class How(StrEnum):
    """What goes wrong at the k-th call."""

    ERROR = "EIO"
    FULL = "ENOSPC"
    SHORT = "short write"
    KILL = "kill"
    LOST = "power cut, what was not synced is lost"
    NULS = "power cut, what was not synced is NULs"

    @property
    def ends_the_process(self) -> bool:
        return self in (How.KILL, How.LOST, How.NULS)


@dataclass
class _Written:
    """A file that was created here: its name, and what of it would survive a power cut."""

    path: Path
    durable_path: Path | None = None
    synced: int = 0


class StrikingDisk(RealDisk):
    """A disk whose *at*-th call goes wrong; *calls* counts the calls."""

    def __init__(self, at: int, how: How) -> None:
        self.at, self.how = at, how
        self.calls = 0
        self._files: dict[int, _Written] = {}

    @property
    def struck(self) -> bool:
        """Whether that call was reached."""
        return self.calls >= self.at

    def _strike(self) -> None:
        """Count a call and let it fail if it is its turn; a full disk stays full."""
        if self.how is How.SHORT:
            return
        self.calls += 1
        if self.calls < self.at or (self.how is How.ERROR and self.calls > self.at):
            return
        if self.how.ends_the_process:
            self._cut_power()
            os._exit(KILLED)
        number = errno.EIO if self.how is How.ERROR else errno.ENOSPC
        raise OSError(number, os.strerror(number))

    def _cut_power(self, at: Callable[[Path], Path] = lambda path: path) -> None:
        """Remove what a power cut would take; *at* returns the place of each file."""
        if self.how is How.KILL:
            return
        for file in self._files.values():
            path = at(file.path)
            if file.durable_path is None:
                path.unlink()
                continue
            durable = at(file.durable_path)
            if path != durable:
                path.rename(durable)
            size = durable.stat().st_size
            os.truncate(durable, file.synced)
            if self.how is How.NULS:
                os.truncate(durable, size)

    def create(self, path: Path) -> int:
        self._strike()
        descriptor = super().create(path)
        self._files[descriptor] = _Written(path)
        return descriptor

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        if self.how is How.SHORT:
            self.calls += 1
        if self.calls + (self.how is not How.SHORT) == self.at:  # a short write fails in its middle
            super().write(descriptor, data[: len(data) // 2], offset)
            self._strike()
            return len(data) // 2
        self._strike()
        return super().write(descriptor, data, offset)

    def truncate(self, descriptor: int, length: int) -> None:
        self._strike()
        super().truncate(descriptor, length)

    def datasync(self, descriptor: int) -> None:
        self._strike()
        # Remembered, not synced: _cut_power plays what a power cut takes.
        if descriptor in self._files:
            self._files[descriptor].synced = os.fstat(descriptor).st_size

    def rename(self, old: Path, new: Path) -> None:
        self._strike()
        super().rename(old, new)
        for file in self._files.values():
            if file.path == old:
                file.path = new
                return
        # An earlier process left it, so its name and bytes were durable.
        self._files[-len(self._files) - 1] = _Written(new, old, new.stat().st_size)

    def remove(self, path: Path) -> None:
        self._strike()
        super().remove(path)

    def sync_directory(self, directory: Path) -> None:
        self._strike()
        super().sync_directory(directory)
        for file in self._files.values():
            file.durable_path = file.path

    def commit(self, commit: Callable[[], None]) -> None:
        try:
            self._strike()
        except OSError as error:
            refused = sqlite3.OperationalError(str(error))
            full = error.errno == errno.ENOSPC
            refused.sqlite_errorcode = sqlite3.SQLITE_FULL if full else sqlite3.SQLITE_IOERR_WRITE
            raise refused from error
        commit()


class LeavingDisk(StrikingDisk):
    """A disk that, at each call, copies into *to* what *collection* would be if the process ended there: a single run
    shows the results of all calls.

    During a disk call the run writes nothing else, and data only in memory are in no file. So a copy made then equals
    what the process would leave.
    """

    def __init__(self, how: How, collection: Path, to: Path) -> None:
        super().__init__(0, how)
        self.collection, self.to = collection, to

    def _strike(self) -> None:
        self.calls += 1
        left = self.to / str(self.calls)
        # By another process, because closing a file of SQLite releases all of this process's locks on it.
        subprocess.run(["cp", "-a", self.collection, left], check=True)
        self._cut_power(lambda path: left / path.relative_to(self.collection))

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        # The copy is made in the middle of the write, which then continues.
        half = len(data) // 2
        RealDisk.write(self, descriptor, data[:half], offset)
        self._strike()
        return half + RealDisk.write(self, descriptor, data[half:], offset + half)


# ── Readers in this process ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Read:
    reading: Any

    def done(self) -> bool:
        return True

    def result(self) -> Any:
        return self.reading


class ReadersHere(ReaderPool):
    """Reads at once and in this process; a page read before is not read again but gets the ids of the new capture."""

    def __init__(self) -> None:
        self._known: dict[object, tuple[list[str], bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def is_ready(self, patience: float = 0.0) -> bool:  # noqa: ARG002 - nothing to wait for
        return True

    def submit(self, found: Any, context: Context) -> Pending[Reading]:
        entity, context = decode_request(found, context)
        # Each run draws other ids: witnesses are equal if their content is.
        seen = [witness.capture for witness in context.witnesses]
        ids = [context.capture or "", *(part.capture for part in context.parts), *seen]
        bodies = tuple((part.url, part.body) for part in context.parts)
        witnesses = pickle.dumps(context.witnesses)
        for number, capture in enumerate(dict.fromkeys(seen)):
            witnesses = witnesses.replace(capture.encode(), b"%d" % number)
        key = (entity.body, context.url, context.head, context.publisher, bodies, witnesses)
        if key not in self._known:
            self._known[key] = ids, pickle.dumps(read(entity, context))
        before, pickled = self._known[key]
        for old, new in zip(before, ids, strict=True):  # ids have one length
            pickled = pickled.replace(old.encode(), new.encode())
        return _Read(pickle.loads(pickled))  # type: ignore[return-value]  # noqa: S301 - its own pickle

    def schedule_by_size(
        self, _found: object, function: Callable[..., Any], arguments: tuple[Any, ...], _otherwise: object
    ) -> Pending[Any]:
        return _Read(function(*arguments))  # type: ignore[return-value]  # it has the methods that are called


# ── A site and its collection ────────────────────────────────────────────────────────────────────────────────


class OneDate(Site):
    """A site whose answers all have the Date of its beginning: a page that did not change has the same head in each
    run, so `ReadersHere` reads it once.
    """

    def __init__(self, articles: Iterable[Article]) -> None:
        super().__init__(articles)
        self._date = ("Date", formatdate(usegmt=True))

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        found = super().respond(method, path, headers)
        return replace(found, headers=(self._date, *found.headers))


class Silent:
    def page(self, done: int, total: int, event: dict[str, object]) -> None:
        pass

    def talk(self, text: str) -> None:
        pass


Portrait = dict[str, Any]


def content_of(folder: Path) -> bytes:
    """Return a digest of all files below *folder*, except the index of SQLite's log, which is made from the log."""
    told = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm")):
        data = path.read_bytes()
        told.update(f"{path.relative_to(folder)} {len(data)}\n".encode() + data)
    return told.digest()


@dataclass
class Ground:
    """A site being served, the settings for visiting it, and what its collection looks like before a run."""

    settings: Settings
    site: Site
    before: Layout
    readers: ReadersHere = field(default_factory=ReadersHere)

    def laid(self, folder: Path) -> Layout:
        """Return a fresh copy, in *folder*, of the collection before the run."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.before.directory, folder)
        return Layout(folder)

    def run(self, layout: Layout, disk: RealDisk | None = None) -> None:
        """Do one whole run in this process."""
        with (
            open_for_work(layout, self.settings, disk=disk) as work,
            visiting(work, readers=self.readers) as (pipeline, queues),
        ):
            Run(work, pipeline, queues, Silent(), lambda: False).go(Order())

    def all_struck(self, folder: Path, how: str, step: int = 1) -> Iterator[tuple[int, Layout]]:
        """Yield, for each call of a run, its number and the collection in *folder* left if it goes wrong as *how* says.

        Many calls leave to a process that ends there what others left: that is yielded once. Where the process goes on,
        each call needs a run of its own, so with *step* only one call in so many goes wrong.
        """
        if How(how).ends_the_process:
            seen: set[bytes] = set()
            for at, left in self.all_left(folder, how):
                if (content := content_of(left.directory)) not in seen:
                    seen.add(content)
                    yield at, left
            return
        at, layout = 1, self.laid(folder / "struck")
        while self.struck(layout, at, how):
            yield at, layout
            layout, at = self.laid(folder / "struck"), at + step

    def all_left(self, folder: Path, how: str) -> Iterator[tuple[int, Layout]]:
        """Yield, for each call of a run, what a copying disk says it would leave if the process ended as *how* says."""
        layout, left = self.laid(folder / "struck"), folder / "left"
        left.mkdir()
        disk = LeavingDisk(How(how), layout.directory, left)
        self.run(layout, disk)
        for at in range(1, disk.calls + 1):
            yield at, Layout(left / str(at))
            shutil.rmtree(left / str(at))

    def struck(self, layout: Layout, at: int, how: str) -> bool:
        """Do one run whose *at*-th disk call goes wrong as *how* says; return whether the run made that call.

        Where the disk kills the process, the run has a process of its own.
        """
        disk = StrikingDisk(at, How(how))
        if not disk.how.ends_the_process:
            try:
                self.run(layout, disk)
            except DiskFailed:
                assert disk.struck
            return disk.struck
        with warnings.catch_warnings():
            # The server has threads; the child does not touch them.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            try:
                self.run(layout, disk)
            except BaseException:  # noqa: BLE001 - this process must end here, whatever was raised
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in (0, KILLED)
        return code == KILLED


def portrait(layout: Layout) -> Portrait:
    """Return what a collection holds, without times and random ids."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        shown: Portrait = {}
        for item in catalogue.items(catalogue.all_item_ids()):
            shown[item.id] = {
                "url": item.url,
                "gone": item.gone is not None,
                "tags": sorted(tag.value for tag in item.tags),
                "terms": sorted(held.statement.words for held in item.terms),
                "editions": [
                    (
                        edition.title and edition.title.value,
                        edition.published and edition.published.day,
                        [(one.name, one.role) for one in edition.attributions],
                        edition.text,
                        len(edition.captures),
                        edition.partial,
                    )
                    for edition in catalogue.editions(item.id)
                ],
            }
        failed = {(failure.url, failure.reason) for failure in catalogue.failures()}
        unread = [capture.url for capture in catalogue.unread()]
        open_runs = [run.kind for run in catalogue.runs() if run.finished is None]
        frontier = catalogue.connection.execute(
            "SELECT url, due IS NULL, coalesce(outcome, 'kept') IN ('kept', 'adopted') FROM visit"
        )
        visits = {row[0]: row[1:] for row in frontier if not row[0].endswith("/2/")}
        return {"items": shown, "failures": failed, "unread": unread, "open": open_runs, "visits": visits}


def left_behind(layout: Layout) -> dict[str, object]:
    """Return what an ended process left, without times and random ids: files with their types of records, rows."""
    files = {}
    for number, path in enumerate(sorted(layout.warcs.iterdir())):
        whole, (records, rest) = path.read_bytes(), _types(path)
        name = f"{number}{'.open' * path.name.endswith('.open')}"
        # A compressed member differs by a few bytes from run to run, so only say whether one is torn, and by what.
        files[name] = (records, rest > 0, bool(rest) and not any(whole[-min(rest, 64) :]))
    with closing(sqlite3.connect(layout.catalogue)) as connection:
        named = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        rows = {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in named.fetchall()
        }
    return {"files": files, "rows": {name: number for name, number in rows.items() if "search" not in name}}


def _types(path: Path) -> tuple[list[str], int]:
    """Return the types of the whole records in *path*, and how many bytes follow them."""
    records, end = [], 0
    try:
        for record in read_records(path):
            records.append(record.type)
            end = record.ref.offset + record.ref.length
    except Damaged:
        pass
    return records, path.stat().st_size - end


def faults_of(layout: Layout, *, torn: bool = False) -> list[str]:
    """Return the faults of the files, and where files and catalogue disagree.

    With *torn*, files may end in an incomplete record and hold records that have no row yet.
    """
    seen = audit(layout, Plan("all", tuple(warc_files(layout.warcs))), jobs=1)
    faults = [f"{one.file}:{one.offset} {one.what}" for one in seen.faults if not (torn and _is_unsettled(layout, one))]
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        rows = _ids(catalogue)
    found: set[str] = set()
    for path in sorted(layout.warcs.iterdir()) if not torn else ():
        faults += [f"{path.name} is still open"] * path.name.endswith(".open")
        try:
            found |= {one.id for record in read_records(path) if (one := capture_of(record) or note_of(record))}
        except Damaged as error:
            faults.append(str(error))
    if not torn and found != rows:
        faults.append(f"no row: {sorted(found - rows)}; no record: {sorted(rows - found)}")
    return faults


def _is_unsettled(layout: Layout, fault: Fault) -> bool:
    """Return whether recovery will settle it: an incomplete tail, or a record that has no row yet."""
    if fault.clause == "the catalogue":
        return "does not know" in fault.what or "knows none" in fault.what
    return (layout.warcs / f"{fault.file}.open").exists() or fault.clause == "the chain of notes"


def _ids(catalogue: Catalogue) -> set[str]:
    rows = catalogue.connection.execute(
        "SELECT id FROM capture UNION SELECT id FROM failure UNION SELECT id FROM event WHERE file IS NOT NULL"
    )
    return {row[0] for row in rows}


@contextmanager
def _ground(folder: Path) -> Iterator[Ground]:
    """A think tank with two articles, one of them in two parts, visited in small batches and files."""
    site = OneDate(article for article in load() if article.slug in ARTICLES)
    institute = PublisherOptions(url="http://institute.example/", id="bl", name="Baltic Lantern Institute")
    with serve(site) as port:
        settings = Settings(
            connect=(("institute.example", f"127.0.0.1:{port}"),),
            publishers=(institute,),
            store=StoreOptions(batch=5, batch_seconds=60.0, roll_bytes=40_000),
        )
        ground = Ground(settings, site, Layout(folder / "before"))
        make(ground.before, settings)
        yield ground


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Before the first run."""
    with _ground(tmp_path_factory.mktemp("first")) as ground:
        yield ground


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Before the second run, which finds one article changed, one gone, one new and the rest unchanged."""
    with _ground(tmp_path_factory.mktemp("again")) as ground:
        ground.run(ground.before)
        new = next(article for article in load() if article.slug == "three-questions-before-the-summit")
        ground.site.edit(ARTICLES[1], title="The Longer Road to a Nuclear Workforce")
        ground.site.remove(ARTICLES[0])
        ground.site.publish(new)
        yield ground


@pytest.fixture(scope="module")
def recovering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Before a run that finds what a killed one left: complete records without rows, and a torn tail."""
    with _ground(tmp_path_factory.mktemp("recovering")) as ground:
        for at in count(25):
            fresh = ground.laid(ground.before.directory.with_name("killed"))
            assert ground.struck(fresh, at, How.KILL)
            if any(path.name.endswith(".open") for path in fresh.warcs.iterdir()) and faults_of(fresh):
                break
        ground.before = fresh
        yield ground


@pytest.fixture(scope="module")
def look() -> SimpleNamespace:
    """Helpers to inspect a collection: ``look.portrait(layout)``, ``look.faults(layout, torn=False)``,
    ``look.left_behind(layout)``.
    """
    return SimpleNamespace(portrait=portrait, faults=faults_of, left_behind=left_behind)
