"""What another program holds: each command waits for it no longer than a bound, ends with 8, and says who holds it."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive import file_lock
from archive.errors import HeldByAnother
from archive.file_lock import holder_of, holding
from archive.http.exchange import Ending, Exchange
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, at_work, make
from ingest.collection.run_lock import run_lock
from ingest.demo.server import serve
from ingest.demo.site import Response
from ingest.errors import Exit, Locked
from ingest.settings.values import PublisherOptions, Settings

Command = Callable[..., Any]
WRITING = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
"""
EXCLUSIVE = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA locking_mode = EXCLUSIVE")
held.execute("BEGIN EXCLUSIVE")
"""
FLOCK = """
import fcntl, os, sys
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
"""
WAIT = "\nprint('held', flush=True)\nsys.stdin.read()\n"


@contextmanager
def another(program: str, path: Path) -> Iterator[int]:
    """Let another process hold *path* as *program* does; yield its id."""
    # What a command had open that was refused here just now is still referred to by the error that it raised.
    gc.collect()
    with subprocess.Popen(
        [sys.executable, "-IS", "-c", program + WAIT, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process.pid
        finally:
            process.stdin.close()


@pytest.fixture(autouse=True, scope="module")
def _seldom_looked_through() -> None:
    """Let `another` look for garbage among what is made here alone."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for half a minute here."""
    monkeypatch.setattr(file_lock, "PATIENCE", 0.2)


class Empty:
    """A site that has no page."""

    def respond(self, *_: object) -> Response:
        return Response(404, (), b"none")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where a site answers at once: one that cannot be reached is let rest for seconds before it is asked again."""
    with serve(Empty()) as number:
        yield number


@pytest.fixture(scope="module")
def layout(port: int, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A collection with one page that is kept and not read; no test changes it."""
    made = Layout(tmp_path_factory.mktemp("held") / "collection")
    settings = Settings(
        contact="archive@example.org",
        publishers=(PublisherOptions(url="http://127.0.0.1:9/", id="think"),),
        connect=(("127.0.0.1", f"127.0.0.1:{port}"),),
    )
    make(made, settings)
    answer = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>Rivers</title><p>Where they meet</html>"
    page = Exchange("http://127.0.0.1:9/a", datetime(2026, 11, 25, tzinfo=UTC), b"", answer, Ending.END_MARK)
    with at_work(made, settings) as work:
        work.archive.keep("think", page)
    with at_work(made, settings):
        pass
    return made


WRITERS: list[tuple[str, ...]] = [
    ("run",),
    ("save", "http://127.0.0.1:9/a"),
    ("withhold", "think-none", "--reason", "a letter", "--by", "jan"),
    ("review", "think-none", "--field", "title", "--set", "A", "--by", "jan"),
    ("verify", "--all"),
    ("rebuild",),
]
READERS: list[tuple[str, ...]] = [("search", "rivers"), ("status",), ("show", "think-none"), ("failures",)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [one for one in WRITERS if one[0] not in ("withhold", "review")], ids=lambda one: one[0]
)
def test_a_database_that_another_writes_to_is_waited_for_no_longer_than_the_bound(
    layout: Layout, creditline: Command, words: tuple[str, ...]
) -> None:
    with another(WRITING, layout.catalogue) as pid:
        ended = creditline("-C", layout.directory, *words)
    assert ended.code == Exit.LOCKED, ended.err
    assert f"process {pid} (python" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.slow
@pytest.mark.parametrize("words", [*WRITERS, *READERS], ids=lambda one: one[0])
def test_a_database_that_another_has_for_itself_refuses_every_command(
    layout: Layout, creditline: Command, words: tuple[str, ...]
) -> None:
    with another(EXCLUSIVE, layout.catalogue) as pid:
        ended = creditline("-C", layout.directory, *words)
    assert ended.code == Exit.LOCKED, ended.err
    assert f"process {pid} (python" in ended.err


@pytest.mark.parametrize("words", READERS, ids=lambda one: one[0])
def test_who_only_reads_is_not_held_up_by_a_writer(layout: Layout, creditline: Command, words: tuple[str, ...]) -> None:
    with another(WRITING, layout.catalogue):
        assert creditline("-C", layout.directory, *words).code != Exit.LOCKED


@pytest.mark.slow
def test_a_folder_that_another_locked_is_waited_for_no_longer_than_the_bound(tmp_path: Path) -> None:
    with another(FLOCK, tmp_path) as pid:
        with pytest.raises(HeldByAnother) as refused, holding(tmp_path):
            pytest.fail("it is held")
        assert refused.value.holder.startswith(f"process {pid}")
        assert str(refused.value).startswith(f"{tmp_path} is held by process {pid} (python")
    with holding(tmp_path):
        pass
    assert holder_of(tmp_path) is None


@pytest.mark.slow
@pytest.mark.parametrize("words", [("verify", "--all"), ("save", "http://127.0.0.1:9/a")], ids=lambda one: one[0])
def test_a_command_that_finds_the_folder_of_the_files_locked_ends(
    layout: Layout, creditline: Command, words: tuple[str, ...]
) -> None:
    with another(FLOCK, layout.warcs) as pid:
        ended = creditline("-C", layout.directory, *words)
    assert ended.code == Exit.LOCKED, ended.err
    assert f"process {pid}" in ended.err


def test_a_run_lock_that_a_stranger_holds_names_the_stranger(tmp_path: Path) -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    with run_lock(tmp_path, now=now):
        pass
    with another(FLOCK, tmp_path / "run.lock") as pid:
        with pytest.raises(Locked) as refused, run_lock(tmp_path, now=now):
            pytest.fail("it is held")
        assert (refused.value.pid, refused.value.since) == (pid, None)


def test_nothing_is_lost_of_what_was_kept_before_another_took_the_database(layout: Layout) -> None:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert catalogue.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(list(catalogue.all_captures())) == 1
