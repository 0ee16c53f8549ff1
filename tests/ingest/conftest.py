"""Shared by the tests of ingest: a server of raw bytes, which sends exactly what a test tells it; and the invented
institute, visited once from end to end and read by many tests."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pickle
import shutil
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Self

import pytest
from pebble import ProcessPool

from archive.disk import Disk
from archive.errors import Damaged, DiskFailed
from archive.http.exchange import Response, read_head
from archive.replay import Stored
from db.catalogue import Catalogue
from db.model.item import Context, Reading
from db.query import outdated_readings
from db.query.snapshot import compare, without
from db.schema.database import in_memory
from ingest.cataloguing import reader_pool
from ingest.cataloguing.reader_pool import Pending, ReaderPool, as_finished, decode_request
from ingest.cataloguing.rebuild import rebuild
from ingest.cli import app
from ingest.collection.collection import Layout, make, now, open_for_work
from ingest.crawl.report import Report
from ingest.crawl.run import Order, Run
from ingest.crawl.run_setup import visiting
from ingest.demo.articles import load
from ingest.demo.server import ReceivedRequest, serve
from ingest.demo.site import Changed, Site
from ingest.demo.truth import truth
from ingest.http.client import FetchSettings
from ingest.reading import stamp
from ingest.settings.values import PublisherOptions, Settings


@pytest.hookimpl(tryfirst=True)  # before groups are looked at
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that read the institute's story in one process, where tests run in several: the story takes seconds
    to make.
    """
    for item in items:
        if "story" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("story"))


@dataclass
class Wire:
    """One accepted connection, as a test's script sees it."""

    connection: socket.socket
    request: bytes
    stopped: threading.Event

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def drip(self, data: bytes, *, pause: float) -> None:
        """Send byte by byte until the test ends or the client hangs up."""
        for byte in data:
            if self.stopped.wait(pause):
                return
            self.connection.sendall(bytes([byte]))

    def keep_open(self) -> None:
        """Send nothing and hold the connection until the test ends."""
        self.stopped.wait(30)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Script = Callable[[Wire], None]


def _is_asked(request: bytes) -> bool:
    # A TLS client sends its hello to a plain server, and then nothing more.
    return b"\r\n\r\n" in request or request.startswith(b"\x16\x03")


def silence(wire: Wire) -> None:
    """Close without sending anything."""


@dataclass
class RawServer:
    """Answers each connection with *script*, in a thread of its own.

    Attributes:
        notify: whether TLS ends with close_notify.
    """

    listener: socket.socket
    script: Script = silence
    tls: ssl.SSLContext | None = None
    notify: bool = True
    requests: list[bytes] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.listener.getsockname()[:2]
        return host, port

    def serve(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        # The client may hang up at any moment, and some tests are about refused handshakes.
        with contextlib.suppress(OSError), connection:
            connection.settimeout(60)
            if self.tls is None:
                self._talk(connection)
                return
            with self.tls.wrap_socket(connection, server_side=True) as secure:
                self._talk(secure)
                if self.notify:
                    secure.unwrap()

    def _talk(self, connection: socket.socket) -> None:
        request = b""
        while not _is_asked(request) and (data := connection.recv(65_536)):
            request += data
        self.requests.append(request)
        self.script(Wire(connection, request, self.stopped))

    def settings(self, **changes: object) -> FetchSettings:
        """Settings that map institute.example to this server."""
        known: dict[str, object] = {
            "user_agent": "creditline-test (+https://contact.example/)",
            "connect": {"institute.example": self.address},
            "deadline": 60.0,
        }
        return FetchSettings(**{**known, **changes})  # type: ignore[arg-type]  # each test names real fields


@pytest.fixture
def raw_server() -> Iterator[RawServer]:
    """A server of raw bytes, stopped at the end of the test."""
    server = RawServer(socket.create_server(("127.0.0.1", 0)))
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    server.stopped.set()
    # Closing alone does not wake a thread that waits in accept.
    server.listener.shutdown(socket.SHUT_RDWR)
    server.listener.close()
    thread.join(60)


# ── The institute, visited ───────────────────────────────────────────────────────────────────────────────────


@dataclass
class Teller:
    """What a run reported while it was under way."""

    events: list[dict[str, object]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    totals: list[tuple[int, int]] = field(default_factory=list)

    def page(self, done: int, total: int, event: dict[str, object]) -> None:
        self.events.append(event)
        self.totals.append((done, total))

    def talk(self, text: str) -> None:
        self.said.append(text)

    def outcomes(self, outcome: str) -> list[object]:
        """Return the URLs whose visit had this outcome."""
        return [event["url"] for event in self.events if event["outcome"] == outcome]


@dataclass(frozen=True)
class Stage:
    """The collection on disk after one run, and the requests made during it."""

    layout: Layout
    report: Report
    teller: Teller
    asked: tuple[ReceivedRequest, ...]
    truth: tuple[dict[str, object], ...]


@dataclass(frozen=True)
class Story:
    """Three runs: the first, a second over the unchanged site, and one after the site changed."""

    settings: Settings
    first: Stage
    second: Stage
    third: Stage
    changed: Changed
    renamed: tuple[str, str]

    def at(self, folder: Path) -> Self:
        """Return the same story for a copy in *folder*."""
        names = ("first", "second", "third")
        return replace(self, **{name: replace(getattr(self, name), layout=Layout(folder / name)) for name in names})


def settings_of(port: int) -> Settings:
    """Settings that map the institute to a port of this machine."""
    institute = PublisherOptions(url="http://institute.example/", id="bl", name="Baltic Lantern Institute")
    return Settings(connect=(("institute.example", f"127.0.0.1:{port}"),), publishers=(institute,))


PATIENCE = 180.0
"""Deadline per page where a test sets none: the program's own few seconds are too short on a busy machine."""


class Lent:
    """The library's pool, lent to one command: closing and joining only wait, and the next command uses it again."""

    def __init__(self, processes: ProcessPool, before: Here) -> None:
        self._pool, self._before = processes, before
        self._given: list[Future[Any]] = []
        self._open = True

    @property
    def active(self) -> bool:
        """Start the pool, as the library does on this question."""
        return self._pool.active

    def schedule(self, function: Callable[..., Any], args: tuple[Any, ...], timeout: float) -> Future[Any]:
        """Run *function*, as the library's pool does; a page that was read before in this context is not read again."""
        if not self._open:
            raise RuntimeError("The Pool is not active")
        # Only a page that is to be read comes with a context.
        known = self._before.find(*args[-2:])
        if known is not None:
            read: Future[Any] = Future()
            read.set_result(known)
            return read
        if timeout == reader_pool.DEADLINE:
            timeout = PATIENCE
        given: Future[Any] = self._pool.schedule(function, args=args, timeout=timeout)
        self._given.append(given)
        given.add_done_callback(lambda done: self._before.remember(args[-2], args[-1], _result_of(done)))
        return given

    def close(self) -> None:
        """Accept no more work."""
        self._open = False

    def stop(self) -> None:
        """Accept no more work, and end what is under way."""
        self.close()
        for given in self._given:
            given.cancel()

    def join(self) -> None:
        """Wait for the accepted work."""
        wait(self._given)


def _result_of(done: Future[Any]) -> object:
    return None if done.cancelled() or done.exception() else done.result()


class SharedReaders:
    """Readers that stay from command to command: starting them takes time, and few tests are about that."""

    def __init__(self, before: Here) -> None:
        self._before = before
        self._pool: ProcessPool | None = None

    def lend(self, _workers: int, *how: Any) -> Lent:
        """Stand in for the library's class, whatever number of processes is asked for."""
        if self._pool is None or not self._pool.active:
            self._pool = ProcessPool(2, *how)
        return Lent(self._pool, self._before)

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """Give these readers to whatever starts readers within the block."""
        with pytest.MonkeyPatch.context() as lending:
            lending.setattr(reader_pool, "ProcessPool", self.lend)
            # A stopped run ends the fork server of its process, which goes on here, with these readers.
            lending.setattr(reader_pool, "end_fork_server", lambda: None)
            yield

    def dismiss(self) -> None:
        """End the readers; others are started when they are needed."""
        if self._pool is not None:
            self._pool.close()  # type: ignore[no-untyped-call]  # pebble has no types for it
            self._pool.join()
            self._pool = None


@pytest.fixture(scope="session")
def shared_readers(records: Records) -> Iterator[SharedReaders]:
    """Readers for any number of commands, one after the other; they and `Records` share what they have read."""
    readers = SharedReaders(records.reader)
    yield readers
    readers.dismiss()


@pytest.fixture
def no_shared_readers(shared_readers: SharedReaders) -> None:
    """End them, for a test that ends the fork server that they come from."""
    shared_readers.dismiss()


@pytest.fixture(scope="session")
def readers(shared_readers: SharedReaders) -> ReaderPool:
    """A pool of these readers, to be entered any number of times."""
    return LentReaders(shared_readers)


@pytest.fixture(scope="module", name="pool")
def open_readers(shared_readers: SharedReaders) -> Iterator[ReaderPool]:
    """A pool that stays open for a module and must not be entered: each run that enters `readers` closes it."""
    with LentReaders(shared_readers) as opened:
        yield opened


class LentReaders(ReaderPool):
    """These readers as a run receives them."""

    def __init__(self, shared_readers: SharedReaders) -> None:
        super().__init__(2)
        self._shared = shared_readers

    def __enter__(self) -> Self:
        with self._shared.lent():
            return super().__enter__()

    def __exit__(self, *left: Any) -> None:
        with self._shared.lent():
            super().__exit__(*left)


def perform(
    layout: Layout,
    settings: Settings,
    order: Order | None = None,
    *,
    stopped: Callable[[Teller], bool] = lambda _: False,
    disk: Disk | None = None,
    readers: ReaderPool | None = None,
) -> tuple[Report, Teller]:
    """Do one run in this process, as the command does it."""
    teller = Teller()
    with open_for_work(layout, settings, disk=disk) as work, visiting(work, readers=readers) as (pipeline, queues):
        report = Run(work, pipeline, queues, teller, lambda: stopped(teller)).go(order or Order())
    return report, teller


@pytest.fixture(scope="session")
def run_over(readers: ReaderPool) -> Callable[..., tuple[Report, Teller]]:
    """A function that does one run: ``run_over(layout, settings, order, stopped=..., disk=...)``."""
    return partial(perform, readers=readers)


@pytest.fixture(scope="session")
def settings_at() -> Callable[[int], Settings]:
    """Settings that map the institute to a port of this machine."""
    return settings_of


@pytest.fixture(scope="session")
def performing(run_over: Callable[..., tuple[Report, Teller]]) -> Callable[..., tuple[Report, Teller]]:
    """`run_over`, for module-scoped fixtures."""
    return run_over


@pytest.fixture(scope="session")
def settings_for_port() -> Callable[[int], Settings]:
    """`settings_at`, for module-scoped fixtures."""
    return settings_of


@pytest.fixture(scope="session")
def story(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    run_over: Callable[..., tuple[Report, Teller]],
    records: Records,
) -> Story:
    """The institute visited three times. Tests read the folders and change nothing in them.

    Of parallel test processes the first makes it, and each has a copy, because reading a catalogue makes and removes
    files beside it.
    """
    beside: Path | None = request.config.getoption("--beside")
    if beside is None and "PYTEST_XDIST_WORKER" not in os.environ:
        return visited_thrice(tmp_path_factory.mktemp("story"), run_over)
    once = (beside or tmp_path_factory.getbasetemp().parent) / "story"
    own = tmp_path_factory.mktemp("story") / "copy"
    with once.with_name("story.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = once / "told"
        if not told.exists():
            made = visited_thrice(once, run_over)
            told.write_bytes(pickle.dumps((made, records.reader.known())))
    made, known = pickle.loads(told.read_bytes())  # noqa: S301 - written by a process of these tests
    records.reader.learn(known)
    shutil.copytree(once, own)
    return made.at(own)  # type: ignore[no-any-return]  # it is a Story


def visited_thrice(folder: Path, run_over: Callable[..., tuple[Report, Teller]]) -> Story:
    """Visit the institute, and keep a copy of the collection below *folder* after each run."""
    folder.mkdir(exist_ok=True)
    site, live = Site(), Layout(folder / "live")
    asked: list[ReceivedRequest] = []

    def stage(name: str) -> Stage:
        begun = len(asked)
        report, teller = run_over(live, settings)
        shutil.copytree(live.directory, folder / name)
        return Stage(Layout(folder / name), report, teller, tuple(asked[begun:]), tuple(truth(site)))

    with serve(site, asked=asked) as port:
        settings = settings_of(port)
        make(live, settings)
        first, second = stage("first"), stage("second")
        changed = site.change()
        former = site.url("who-guards-the-seabed")
        site.rename("who-guards-the-seabed", "who-watches-the-seabed")
        third = stage("third")
    return Story(settings, first, second, third, changed, (former, site.url("who-watches-the-seabed")))


FEW = ("heat-pumps-in-granite-towns", "a-note-on-borrowed-maps", "three-questions-before-the-summit")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, run_over: Callable[..., tuple[Report, Teller]]) -> Path:
    """The collection of an institute with three articles, visited once, to be copied: after a test that changed a copy,
    checking that the catalogue follows from its records takes a fifth of the usual time.
    """
    layout = Layout(tmp_path_factory.mktemp("small") / "collection")
    with serve(Site(one for one in load() if one.slug in FEW)) as port:
        settings = settings_of(port)
        make(layout, settings)
        run_over(layout, settings)
    return layout.directory


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, Callable[[Path], object]], Path]:
    """Make a folder in the first test of a module that needs it, and give each test a copy:
    ``once(tmp_path / "collection", make)``, where ``make(folder)`` makes it.
    """
    made: dict[str, Path] = {}

    def give(folder: Path, make: Callable[[Path], object]) -> Path:
        if folder.name not in made:
            first = tmp_path_factory.mktemp("once") / folder.name
            make(first)
            made[folder.name] = first
        return Path(shutil.copytree(made[folder.name], folder))

    return give


@dataclass(frozen=True)
class Ended:
    """The result of a command."""

    code: int
    out: str
    err: str


@pytest.fixture
def creditline(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shared_readers: SharedReaders
) -> Callable[..., Ended]:
    """Call the command in this process: ``creditline("-C", folder, "run")``."""
    monkeypatch.setattr(reader_pool, "ProcessPool", shared_readers.lend)
    # The command sets this for its own processes; scripts that other tests run must not inherit it.
    monkeypatch.setenv("PYTHONSAFEPATH", "1")

    def call(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["creditline", *map(str, words)])
        capsys.readouterr()
        code = 0
        try:
            app.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        told = capsys.readouterr()
        return Ended(code, told.out, told.err)

    return call


# ── After every test: the catalogue follows from its records ─────────────────────────────────────────────────────


class Here:
    """Reads in this process: each page once, however many copies of a collection hold it, and no page that a run has
    read. A record with other bytes than were received is another page.
    """

    def __init__(self) -> None:
        self._read: dict[tuple[Response, Context], Reading] = {}

    def submit(self, found: Response | Stored, context: Context) -> Pending[Reading]:
        found, context = self._fetched(found, context)
        known = self._read.get((found, context))
        if known is None:
            from ingest.reading.reader import read

            known = self._read[found, context] = read(*decode_request(found, context))
        return as_finished(known)

    @staticmethod
    def _fetched(found: Response | Stored, context: Context) -> tuple[Response, Context]:
        """Return a stored page by its bytes, wherever the copy they came from lies."""
        if isinstance(found, Response):
            return found, context
        response = found.response()
        head = read_head(response.data)
        return replace(response, head=head), replace(context, head=response.data[: head.length])

    def find(self, found: object, context: object) -> Reading | None:
        """Return the reading of the same bytes in the same context, if there is one."""
        if not isinstance(found, Response | Stored) or not isinstance(context, Context):
            return None
        try:
            return self._read.get(self._fetched(found, context))
        except (Damaged, DiskFailed):
            return None  # the reader that fetches it says so

    def known(self) -> dict[tuple[Response, Context], Reading]:
        """Return all readings so far."""
        return dict(self._read)

    def learn(self, known: Mapping[tuple[Response, Context], Reading]) -> None:
        """Add readings made by another process."""
        self._read.update(known)

    def remember(self, found: object, context: object, reading: object) -> None:
        """Add a reader process's reading of the same bytes in the same context."""
        if isinstance(found, Response) and isinstance(context, Context) and isinstance(reading, Reading):
            self._read[found, context] = reading


@dataclass
class Records:
    """Checks whether catalogues equal what their records make; one seen before with the same files is skipped."""

    reader: Here = field(default_factory=Here)
    seen: set[bytes] = field(default_factory=set)

    def differences(self, layout: Layout) -> list[tuple[str, str, str]]:
        """Return what `rebuild --check` would print."""
        log = layout.catalogue.with_name("catalogue.db-wal")
        held = [path.read_bytes() for path in (layout.catalogue, log) if path.exists()]
        # Copies of a collection keep the times of its files: a file written since has another time.
        files = sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in layout.warcs.iterdir())
        mark = hashlib.sha256(b"".join((*held, repr(files).encode()))).digest()
        if mark in self.seen:
            return []
        with Catalogue.open(layout.catalogue, read_only=True) as one, Catalogue(in_memory()) as other:
            if one.unread():
                return []  # what is still to be read is compared once it is
            given_up = outdated_readings.reasons_given_up(one.connection)
            rebuild(layout.warcs, other, self.reader, clock=now, given_up=given_up)
            _, apart = outdated_readings.from_other_readers(
                one.connection, lambda profile: str(stamp(profile)), other.connection
            )
            found = compare(without(one.snapshot(), apart), without(other.snapshot(), apart))
        if not found:
            self.seen.add(mark)
        return found


@pytest.fixture(scope="session")
def records() -> Records:
    return Records()


@pytest.fixture(autouse=True)
def _follows_from_its_records(request: pytest.FixtureRequest, records: Records) -> Iterator[None]:
    """Check that each collection a test made, and did not harm on purpose, follows from its WARC files alone."""
    asked = request.node.get_closest_marker("damages_collection") is None
    folder = request.getfixturevalue("tmp_path") if asked and "tmp_path" in request.fixturenames else None
    yield
    if not isinstance(folder, Path):
        return
    for path in sorted(folder.rglob("catalogue.db")):
        layout = Layout(path.parent)
        if layout.settings.exists() and layout.warcs.is_dir():
            assert records.differences(layout) == [], f"{layout.directory} is not what its records make"
