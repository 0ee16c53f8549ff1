"""The write-ahead log: it stays short although some reader is always active, and no reader waits for that."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db.catalogue import Catalogue
from db.schema import write_ahead_log

GROWN = 256 << 10


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(write_ahead_log, "GROWN", GROWN)
    monkeypatch.setattr(write_ahead_log, "_PATIENCE", 0.2)
    made = tmp_path / "catalogue.db"
    with Catalogue.open(made, create=True) as catalogue:
        # SQLite itself does not checkpoint here: our code keeps the log short.
        catalogue.connection.execute("CREATE TABLE filler (words BLOB)")
    return made


def size(path: Path) -> int:
    return path.with_name("catalogue.db-wal").stat().st_size


def fill(catalogue: Catalogue, number: int) -> None:
    with catalogue.transaction():
        catalogue.connection.execute("DELETE FROM filler")
        catalogue.connection.execute("INSERT INTO filler VALUES (zeroblob(?))", (60_000 + number,))


@contextmanager
def reading(path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(path, read_only=True) as reader:
        reader.connection.execute("BEGIN")
        reader.connection.execute("SELECT count(*) FROM filler").fetchone()
        yield reader
        reader.connection.rollback()


def test_log_is_reset_although_some_reader_is_always_active(path: Path) -> None:
    stopped, longest = threading.Event(), [0.0]

    def read() -> None:
        with Catalogue.open(path, read_only=True) as reader:
            while not stopped.is_set():
                began = time.thread_time()
                reader.connection.execute("BEGIN")
                reader.connection.execute("SELECT length(words) FROM filler").fetchall()
                stopped.wait(0.005)
                reader.connection.rollback()
                longest[0] = max(longest[0], time.thread_time() - began)

    readers = [threading.Thread(target=read) for _ in range(4)]
    with Catalogue.open(path, create=True) as catalogue:
        for reader in readers:
            reader.start()
        try:
            grown = 0
            for number in range(40):
                fill(catalogue, number)
                grown = max(grown, size(path))
        finally:
            stopped.set()
            for reader in readers:
                reader.join()
    # That much and one more transaction, although ten times as much was written.
    assert grown < GROWN + 200_000 < 40 * 60_000


def test_long_reader_delays_one_commit_and_not_each(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried, fold_log = [0], write_ahead_log.fold_log

    def counted(connection: sqlite3.Connection) -> None:
        tried[0] += 1
        fold_log(connection)

    monkeypatch.setattr(write_ahead_log, "fold_log", counted)
    with Catalogue.open(path, create=True) as catalogue, reading(path) as reader:
        for number in range(30):
            fill(catalogue, number)
        # Once for each *GROWN* bytes: a count is reliable on a busy machine too.
        assert 0 < tried[0] < 30 / 2
        assert size(path) > 2 * GROWN
        assert reader.connection.execute("SELECT count(*) FROM filler").fetchone() == (0,)
        reader.connection.rollback()
        for number in range(10):
            fill(catalogue, number)
        assert size(path) < 2 * GROWN


def test_commit_succeeds_even_if_the_log_cannot_be_folded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.connection.set_authorizer(
            lambda action, name, *_: 1 if action == 19 and name == "wal_checkpoint" else 0  # SQLITE_PRAGMA, SQLITE_DENY
        )
        monkeypatch.setattr(write_ahead_log, "GROWN", 1)
        fill(catalogue, 1)
        catalogue.connection.set_authorizer(None)
        assert catalogue.connection.execute("SELECT length(words) FROM filler").fetchone() == (60_001,)
        assert catalogue.connection.execute("PRAGMA busy_timeout").fetchone()[0] >= 1000


def test_sqlite_makes_a_checkpoint_only_after_more_pages_than_by_default(tmp_path: Path) -> None:
    """Pages that change often are then written into the database once per checkpoint and not once per batch."""
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.connection.execute("CREATE TABLE filler (words BLOB)")
        write_ahead_log.fold_log(catalogue.connection)
        (page,) = catalogue.connection.execute("PRAGMA page_size").fetchone()
        before, sizes = path.stat().st_size, []
        for pages in (1_500, 1_000):
            with catalogue.transaction():
                catalogue.connection.execute("INSERT INTO filler VALUES (zeroblob(?))", (pages * page,))
            sizes.append(path.stat().st_size)
    assert sizes[0] == before
    assert sizes[1] > before + 2_000 * page
