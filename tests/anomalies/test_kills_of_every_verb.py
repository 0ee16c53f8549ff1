"""`kill -9` in every verb that writes, at any system call: run again it ends, nothing is lost, and nothing is left.

Each verb runs in a process of its own, which is killed at a random call: opening, renaming, linking or removing a
file, a write, a sync or a commit. CREDITLINE_STRIKES=20 sets how often each verb is killed; the default is once.
"""

from __future__ import annotations

import faulthandler
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import forkserver
from pathlib import Path
from uuid import uuid4

import pytest

from archive.disk import RealDisk
from archive.errors import Exit
from archive.http.exchange import Ending, Exchange
from archive.store import Archive
from archive.warc.reader import capture_of, note_of, read_records
from archive.warc.writer import OPEN
from db.catalogue import Catalogue
from db.schema.database import schema_of
from db.schema.migrations import SCHEMA
from ingest.cataloguing.reader_pool import PRELOADED
from ingest.cli import app
from ingest.collection.collection import Layout, make
from ingest.demo.articles import load
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.values import PublisherOptions, ReadOptions, ScheduleOptions, Settings

STRIKES = int(os.environ.get("CREDITLINE_STRIKES", "1"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300 * STRIKES)]
SEED = int(os.environ.get("CREDITLINE_STRIKES_SEED", "1128"))
ARTICLES = ("a-note-on-borrowed-maps", "three-questions-before-the-summit")
URL = "http://institute.example/a-note-on-borrowed-maps/"
SEEN = {"open", "os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "os.truncate", "sqlite3.connect"}
"""Audit events of Python for disk access; the store's other disk calls are counted in RealDisk."""
DONE = frozenset({Exit.DONE, Exit.ATTENTION})
LONGEST = 120.0
"""Seconds that a command may take."""


# ── A process that may be killed ─────────────────────────────────────────────────────────────────────────────


class Striker:
    """Counts the calls of this process on files below *folder*, and kills it at the call *at*."""

    def __init__(self, folder: Path, at: int, told: Path) -> None:
        self.folder, self.at, self.told, self.calls = str(folder), at, told, 0

    def arm(self) -> None:
        sys.addaudithook(self._see)
        for name in ("create", "write", "truncate", "datasync", "rename", "remove", "sync_directory", "commit"):
            setattr(RealDisk, name, self._counted(getattr(RealDisk, name)))

    def _see(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in SEEN and any(isinstance(one, str | bytes | os.PathLike) and self._below(one) for one in arguments):
            self.count()

    def _below(self, path: str | bytes | os.PathLike[str]) -> bool:
        return self.folder in os.fsdecode(path)

    def _counted(self, call: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object) -> object:
            self.count()
            return call(*arguments)

        return counted

    def count(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


def _borrow_the_fork_server() -> None:
    """Let this process take readers from its parent's fork server: a server of its own would load them each time."""
    # There is no public way; without this it would wait for a child that belongs to its parent.
    vars(forkserver)["_forkserver"].ensure_running = vars(forkserver)["ensure_running"] = lambda: None


def call(folder: Path, words: tuple[object, ...], *, at: int = 0, seconds: float = 0.0) -> tuple[int, str, int]:
    """Run the command in a process of its own; return its exit status (-9 if killed), its output, and the number of
    calls counted. With *seconds* it is told to stop after that long.
    """
    log, count = folder / "said", folder / "count"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the server has threads; the child does not touch them
        child = os.fork()
    if child == 0:
        code = 70
        try:
            _borrow_the_fork_server()
            with log.open("w") as said, redirect_stdout(said), redirect_stderr(said):
                # A command that hangs ends with 1, and says where.
                faulthandler.dump_traceback_later(LONGEST, exit=True, file=said)
                striker = Striker(folder / "at work", at, count)
                striker.arm()
                sys.argv = ["creditline", *map(str, words)]
                try:
                    app.main()
                    code = 0
                except SystemExit as ended:
                    code = int(ended.code or 0)
            count.write_text(str(striker.calls))
        except BaseException:
            log.write_text(traceback.format_exc())  # this process ends here: nothing else would report it
            raise
        finally:
            os._exit(code)
    if seconds:
        for _ in range(int(seconds / 0.1)):
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                break
            time.sleep(0.1)
        else:
            os.kill(child, signal.SIGTERM)
            status = os.waitpid(child, 0)[1]
    else:
        status = os.waitpid(child, 0)[1]
    code = os.waitstatus_to_exitcode(status)
    return code, log.read_text(), int(count.read_text()) if code >= 0 and count.exists() else 0


# ── What each verb is killed over ────────────────────────────────────────────────────────────────────────────


@dataclass
class Ground:
    """What the verbs work on: a site, a collection of it, its second copy, and a file from another program."""

    folder: Path
    settings: Settings

    @property
    def work(self) -> Path:
        return self.folder / "at work"

    @property
    def layout(self) -> Layout:
        return Layout(self.work / "collection")

    def lay(self) -> None:
        """Set everything up afresh."""
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.folder / "before", self.work)


@dataclass(frozen=True)
class Verb:
    """A command, the exit codes it may end with, and what must hold then."""

    words: Callable[[Ground], tuple[object, ...]]
    before: Callable[[Ground], None] = lambda _ground: None
    after: Callable[[Ground], None] = lambda _ground: None
    again: frozenset[int] = DONE
    seconds: float = 0.0
    takes: bool = False
    """Whether it removes records, on order."""


def on(ground: Ground, *words: object) -> tuple[object, ...]:
    return ("-C", ground.layout.directory, *words)


def _new(ground: Ground) -> None:
    """A collection that knows its publisher and nothing else."""
    shutil.rmtree(ground.layout.directory)
    make(ground.layout, ground.settings)


def _damage(ground: Ground) -> None:
    path = max(ground.layout.warcs.glob("bl-*"), key=lambda one: one.stat().st_size)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"damage")


def _decided(kind: str, words: str) -> Callable[[Ground], None]:
    def check(ground: Ground) -> None:
        with Catalogue.open(ground.layout.catalogue, read_only=True) as catalogue:
            rows = catalogue.connection.execute("SELECT detail FROM event WHERE type = ?", (kind,)).fetchall()
        assert any(words in row[0] for row in rows)

    return check


def _restored(ground: Ground) -> None:
    assert held(Layout(ground.work / "restored")) >= held(Layout(ground.folder / "before" / "collection"))


def _brought(ground: Ground) -> None:
    with Catalogue.open(ground.layout.catalogue, read_only=True) as catalogue:
        assert catalogue.latest_capture("http://institute.example/from-elsewhere/") is not None


def _erased(ground: Ground) -> None:
    _decided("erasure", "II C 1")(ground)
    with Catalogue.open(ground.layout.catalogue, read_only=True) as catalogue:
        assert catalogue.item(URL) is None
    records = [record for path in sorted(ground.layout.warcs.iterdir()) for record in read_records(path)]
    # The feed also records other items and was not named.
    told = [one.get("WARC-Target-URI") for one in records if b"<title>A Note on Borrowed Maps" in one.block]
    assert told == ["http://institute.example/feed/"]


def _of_an_older_program(ground: Ground) -> None:
    """Take the catalogue back by one schema version, which only rebuilt a view."""
    with closing(sqlite3.connect(ground.layout.catalogue)) as connection:
        connection.execute(f"DELETE FROM _sqlite_migrations WHERE name LIKE '{SCHEMA:04}%'")
        connection.execute(f"PRAGMA user_version = {SCHEMA - 1}")
        connection.commit()


def _brought_up_to_date(ground: Ground) -> None:
    assert schema_of(ground.layout.catalogue) == SCHEMA
    # Then everything is compared; until then it counts as read by an older reader.
    assert call(ground.folder, on(ground, "rebuild", "--older"))[0] in DONE


VERBS: dict[str, Verb] = {
    "run": Verb(lambda g: on(g, "run"), _new),
    "start": Verb(lambda g: on(g, "start"), _new, again=frozenset({Exit.TERMINATED}), seconds=8.0),
    "save": Verb(lambda g: on(g, "save", URL, "--json")),
    "import": Verb(lambda g: on(g, "import", g.work / "others.warc.gz", "--by", "jan"), after=_brought),
    "backup": Verb(lambda g: on(g, "backup", g.work / "second")),
    "restore": Verb(lambda g: ("restore", g.work / "second", g.work / "restored"), after=_restored),
    "rebuild": Verb(lambda g: on(g, "rebuild")),
    "rebuild --check": Verb(lambda g: on(g, "rebuild", "--check")),
    "upgrade": Verb(lambda g: on(g, "upgrade"), _of_an_older_program, after=_brought_up_to_date),
    "repair": Verb(lambda g: on(g, "verify", "--copy", g.work / "second", "--repair"), _damage),
    "review": Verb(
        lambda g: on(g, "review", URL, "--field", "title", "--set", "A Better One", "--by", "jan"),
        after=_decided("decision", "A Better One"),
    ),
    "withhold": Verb(
        lambda g: on(g, "withhold", URL, "--reason", "a letter", "--by", "jan"),
        after=_decided("withholding", "a letter"),
        again=DONE | {Exit.USAGE},  # withheld already: the record was written and is adopted
    ),
    "mark": Verb(
        lambda g: on(g, "mark", URL, "--set", "Reader 2026", "--by", "jan"), after=_decided("annotation", "Reader 2026")
    ),
    "reuse": Verb(
        lambda g: on(g, "reuse", URL, "--where", "Gazeta, 3 May", "--by", "jan"),
        after=_decided("reuse", "Gazeta, 3 May"),
    ),
    "erase": Verb(
        lambda g: on(g, "erase", URL, "--order", "II C 1", "--by", "jan"),
        after=_erased,
        again=DONE | {Exit.USAGE},  # erased already: unfinished work is completed first
        takes=True,
    ),
    "verify": Verb(lambda g: on(g, "verify", "--all")),
}


# ── What is checked ──────────────────────────────────────────────────────────────────────────────────────────


def held(layout: Layout) -> set[str]:
    """Return the ids of all complete captures and notes in the files."""
    found: set[str] = set()
    for path in sorted(layout.warcs.iterdir()) if layout.warcs.is_dir() else ():
        with suppress(Exception):  # the tail of a file whose writer was killed, or damage to be repaired
            for record in read_records(path):
                one = capture_of(record) or note_of(record)
                found |= {one.id} if one else set()
    return found


def rows(layout: Layout) -> set[str]:
    """Return the ids of all captures and notes that have a row."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return {
            row[0]
            for row in catalogue.connection.execute(
                "SELECT id FROM capture UNION SELECT id FROM failure UNION SELECT id FROM event WHERE file IS NOT NULL"
            )
        }


def leftover_files(ground: Ground) -> list[str]:
    """Return files that an undisturbed command would not leave."""
    ours = {"creditline.toml", "warcs", "run.lock", "service.lock", "damaged"}
    ours |= {f"catalogue.db{end}" for end in ("", "-wal", "-shm")}
    left: list[Path] = []
    for folder in (ground.layout.directory, ground.work / "restored"):
        if folder.is_dir():
            left += [path for path in folder.iterdir() if path.name not in ours]
            left += [path for path in (folder / "warcs").iterdir() if not path.name.endswith((".warc.gz", ".warc"))]
    copied = (ground.work / "second").rglob("*")
    left += [path for path in copied if path.name.endswith((".part", OPEN)) or path.name.startswith(".")]
    return [str(path) for path in left]


def strike(ground: Ground, name: str, at: int) -> int:
    """Kill a verb at a call, run it again and check everything; return how the first run ended."""
    verb, where = VERBS[name], f"{name}, struck at call {at}"
    ground.lay()
    verb.before(ground)
    first, said, _ = call(ground.folder, verb.words(ground), at=at, seconds=verb.seconds * 4)
    assert first == -signal.SIGKILL or first in verb.again, f"{where}: {said}"
    kept = held(ground.layout)
    code, said, _ = call(ground.folder, verb.words(ground), seconds=verb.seconds)
    assert code in verb.again, f"{where}, then typed again: {code} {said}"
    if name in ("start", "save"):  # a page that a visit still owes is read by the next run
        assert call(ground.folder, on(ground, "run"))[0] in DONE
    if name != "restore" and not verb.takes:
        assert kept <= held(ground.layout), f"{where}: records are lost"
    verb.after(ground)
    for layout in [ground.layout] + [Layout(ground.work / "restored")] * (name == "restore"):
        for words in (("verify", "--all"), ("rebuild", "--check")):
            code, said, _ = call(ground.folder, ("-C", layout.directory, *words))
            assert code == Exit.DONE, f"{where}, then {words}: {code} {said}"
        assert held(layout) == rows(layout), where
    assert leftover_files(ground) == [], where
    if name in ("backup", "repair"):
        code, said, _ = call(ground.folder, on(ground, "backup", ground.work / "second"))
        assert code == Exit.DONE, f"{where}: {said}"
        code, said, _ = call(ground.folder, on(ground, "verify", "--copy", ground.work / "second"))
        assert code == Exit.DONE, f"{where}: {said}"
    return first


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("struck")
    forkserver.set_forkserver_preload(PRELOADED)
    forkserver.ensure_running()
    with serve(Site(one for one in load() if one.slug in ARTICLES)) as port:
        settings = Settings(
            contact="archive@example.org",
            connect=(("institute.example", f"127.0.0.1:{port}"),),
            publishers=(PublisherOptions("http://institute.example/", id="bl"),),
            read=ReadOptions(workers=1),
            schedule=ScheduleOptions(discover=3600.0, verify=1.0),
        )
        ground = Ground(folder, settings)
        ground.work.mkdir()
        make(ground.layout, settings)
        for verb in (on(ground, "run"), on(ground, "backup", ground.work / "second")):
            code, said, _ = call(folder, verb)
            assert code in DONE, said
        words = b"words of an essay that another crawler brought home " * 30
        body = b"<html lang=en><title>From Elsewhere</title><article><h1>From Elsewhere</h1><p>%s</article>" % words
        answer = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
        began = datetime(2026, 3, 1, tzinfo=UTC)
        page = Exchange("http://institute.example/from-elsewhere/", began, b"", answer, Ending.END_MARK)
        with Archive.open(folder / "others", info={}, clock=lambda: began, new_id=uuid4) as archive:
            archive.keep("elsewhere", page)
        [made] = (folder / "others").iterdir()
        shutil.copy(made, ground.work / "others.warc.gz")
        shutil.move(ground.work, folder / "before")
        yield ground


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_killed_at_any_call_completes_when_it_is_run_again(ground: Ground, name: str) -> None:
    verb = VERBS[name]
    ground.lay()
    verb.before(ground)
    code, said, calls = call(ground.folder, verb.words(ground), seconds=verb.seconds)
    assert code in verb.again, f"{code} {said}"
    assert calls > 5, said
    chance = random.Random(f"{SEED} {name}")  # noqa: S311 - repeatable on purpose
    struck = [strike(ground, name, chance.randint(1, calls)) for _ in range(STRIKES)]
    print(f"{name}: {struck.count(-signal.SIGKILL)} kills at {STRIKES} of {calls} calls")  # noqa: T201 - pytest -s
    assert -signal.SIGKILL in struck
