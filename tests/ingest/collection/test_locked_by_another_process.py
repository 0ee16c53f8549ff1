"""What another program locks: each command waits for it up to a limit, ends with 8, and says who holds it."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive import file_lock
from archive.errors import Exit, HeldByAnother
from archive.file_lock import holder_of, holding
from archive.http.exchange import Ending, Exchange
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, make, open_for_work
from ingest.collection.run_lock import Locked, run_lock
from ingest.demo.server import serve
from ingest.demo.site import Response
from ingest.service.service import Service
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
    # The error of a command that was refused just now still refers to what it had open.
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
def _collect_little_garbage() -> None:
    """Let `another` collect only the garbage made here."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the half minute of waiting."""
    monkeypatch.setattr(file_lock, "PATIENCE", 0.2)


class Untold:
    """Ignores the progress of a run."""

    def page(self, *_: object) -> None:
        pass

    def talk(self, _: str) -> None:
        pass


class Empty:
    """A site that has no page."""

    def respond(self, *_: object) -> Response:
        return Response(404, (), b"none")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A port where a site answers at once: one that cannot be reached is not asked again for seconds."""
    with serve(Empty()) as number:
        yield number


@pytest.fixture(scope="module")
def layout(port: int, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A collection with one page that is archived and not read; no test changes it."""
    made = Layout(tmp_path_factory.mktemp("held") / "collection")
    settings = Settings(
        contact="archive@example.org",
        publishers=(PublisherOptions(url="http://127.0.0.1:9/", id="think"),),
        connect=(("127.0.0.1", f"127.0.0.1:{port}"),),
    )
    make(made, settings)
    answer = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>Rivers</title><p>Where they meet</html>"
    page = Exchange("http://127.0.0.1:9/a", datetime(2026, 11, 25, tzinfo=UTC), b"", answer, Ending.END_MARK)
    with open_for_work(made, settings) as work:
        work.archive.keep("think", page)
    with open_for_work(made, settings):
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
def test_commands_wait_for_another_writer_of_the_database_up_to_a_limit(
    layout: Layout, creditline: Command, words: tuple[str, ...]
) -> None:
    with another(WRITING, layout.catalogue) as pid:
        ended = creditline("-C", layout.directory, *words)
    assert ended.code == Exit.LOCKED, ended.err
    assert f"process {pid} (python" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.slow
@pytest.mark.parametrize("words", [*WRITERS, *READERS], ids=lambda one: one[0])
def test_every_command_is_refused_while_another_process_locks_the_database(
    layout: Layout, creditline: Command, words: tuple[str, ...]
) -> None:
    with another(EXCLUSIVE, layout.catalogue) as pid:
        ended = creditline("-C", layout.directory, *words)
    assert ended.code == Exit.LOCKED, ended.err
    assert f"process {pid} (python" in ended.err


@pytest.mark.parametrize("words", READERS, ids=lambda one: one[0])
def test_reading_commands_do_not_wait_for_another_writer(
    layout: Layout, creditline: Command, words: tuple[str, ...]
) -> None:
    with another(WRITING, layout.catalogue):
        assert creditline("-C", layout.directory, *words).code != Exit.LOCKED


@pytest.mark.slow
def test_a_locked_folder_is_waited_for_up_to_a_limit(tmp_path: Path) -> None:
    with another(FLOCK, tmp_path) as pid:
        with pytest.raises(HeldByAnother) as refused, holding(tmp_path):
            pytest.fail("it is held")
        assert refused.value.holder.startswith(f"process {pid}")
        assert str(refused.value).startswith(f"{tmp_path} is held by process {pid} (python")
    with holding(tmp_path):
        pass
    assert holder_of(tmp_path) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [("verify", "--all"), ("save", "http://127.0.0.1:9/a"), ("run",)], ids=lambda one: one[0]
)
def test_a_command_ends_when_the_warc_folder_is_locked(
    layout: Layout, creditline: Command, words: tuple[str, ...]
) -> None:
    with another(FLOCK, layout.warcs) as pid:
        ended = creditline("-C", layout.directory, *words)
    assert ended.code == Exit.LOCKED, ended.err
    assert f"process {pid}" in ended.err


DECISIONS: list[tuple[str, ...]] = [
    ("withhold", "ITEM", "--reason", "a letter", "--by", "jan"),
    ("review", "ITEM", "--field", "title", "--set", "Another", "--by", "jan"),
    ("mark", "ITEM", "--tag", "seen", "--by", "jan"),
    ("reuse", "ITEM", "--where", "a paper", "--by", "jan"),
    ("erase", "ITEM", "--order", "a court", "--by", "jan"),
    ("import", "FILE", "--publisher", "http://elsewhere.example/"),
]
"""Commands that decide or import: ITEM stands for an item, FILE for a file of another crawler."""


@pytest.fixture
def refusing(
    story: Any, tmp_path: Path, foreign_warc: Callable[..., Any], creditline: Command
) -> Callable[[str, str, tuple[str, ...]], None]:
    """Check that one of DECISIONS is refused while another process holds a part, and works once it is released."""
    held = Layout(Path(shutil.copytree(story.third.layout.directory, tmp_path / "collection")))
    theirs = foreign_warc()
    theirs.response("http://elsewhere.example/a", b"<html><title>Rivers</title></html>")
    with Catalogue.open(held.catalogue, read_only=True) as catalogue:
        [item, *_] = catalogue.all_item_ids()

    def recorded() -> int:
        return sum(path.stat().st_size for path in held.warcs.iterdir())

    def refuse(program: str, part: str, words: tuple[str, ...]) -> None:
        meant = [{"ITEM": item, "FILE": str(theirs.path)}.get(word, word) for word in words]
        before = recorded()
        with another(program, held.directory / part) as pid:
            ended = creditline("-C", held.directory, *meant)
        assert ended.code == Exit.LOCKED, ended.err
        assert f"process {pid} (python" in ended.err
        assert "Traceback" not in ended.err
        assert recorded() == before, "nothing was decided"
        again = creditline("-C", held.directory, *meant)
        assert again.code in (Exit.DONE, Exit.ATTENTION), again.err
        assert recorded() > before

    return refuse


@pytest.mark.slow
@pytest.mark.parametrize("words", DECISIONS, ids=lambda one: one[0])
def test_no_decision_is_made_while_another_process_writes_to_the_database(
    refusing: Callable[..., None], words: tuple[str, ...]
) -> None:
    refusing(WRITING, "catalogue.db", words)


@pytest.mark.slow
@pytest.mark.parametrize("words", DECISIONS, ids=lambda one: one[0])
def test_no_decision_is_made_while_another_process_locks_the_warc_folder(
    refusing: Callable[..., None], words: tuple[str, ...]
) -> None:
    refusing(FLOCK, "warcs", words)


@pytest.mark.slow
@pytest.mark.parametrize(("program", "part"), [(WRITING, "catalogue.db"), (FLOCK, "warcs")], ids=["database", "folder"])
def test_a_backup_is_made_while_another_process_writes(
    layout: Layout, creditline: Command, tmp_path: Path, program: str, part: str
) -> None:
    with another(program, layout.directory / part):
        assert creditline("-C", layout.directory, "backup", tmp_path / "copy").code == Exit.DONE


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "part"), [(EXCLUSIVE, "catalogue.db"), (FLOCK, "warcs")], ids=["database", "folder"]
)
def test_the_service_skips_jobs_that_another_process_blocks_and_names_it(
    layout: Layout, program: str, part: str
) -> None:
    told: list[dict[str, object]] = []
    service = Service(layout, Untold(), told.append, clock=lambda: datetime(2026, 11, 25, 12, tzinfo=UTC))
    with another(program, layout.directory / part) as pid:
        service.work(lambda: any("skipped" in one for one in told), lambda _: None)
    assert f"process {pid} (python" in str([one["skipped"] for one in told if "skipped" in one])


def test_a_run_lock_held_by_another_program_names_that_process(tmp_path: Path) -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    with run_lock(tmp_path, now=now):
        pass
    with another(FLOCK, tmp_path / "run.lock") as pid:
        with pytest.raises(Locked) as refused, run_lock(tmp_path, now=now):
            pytest.fail("it is held")
        assert (refused.value.held.pid, refused.value.held.since) == (pid, None)


def test_captures_are_not_lost_when_another_process_locks_the_database(layout: Layout) -> None:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert catalogue.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(list(catalogue.all_captures())) == 1
