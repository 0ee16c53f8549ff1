"""The locks on the catalogue: nothing that this process does beside an open connection may release them.

POSIX releases every lock of a process on a file when the process closes any descriptor of it. Another process then
believes that it is the last user of the database, and deletes the log while others still write to it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from db.catalogue import Catalogue
from db.errors import CatalogueRefused
from db.schema.database import copy_catalogue, examine, newest_capture
from ingest.collection.collection import Layout, open_for_work
from ingest.collection.notes import open_for_notes

Command = Callable[..., Any]
_PARTS = ("catalogue.db", "catalogue.db-wal", "catalogue.db-shm")
_watched: list[tuple[Path, list[str]]] = []


def _see(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _watched and isinstance(arguments[0], str | bytes | os.PathLike):
        folder, seen = _watched[-1]
        path = Path(os.fsdecode(arguments[0]))
        if path.name in _PARTS and path.absolute().parent == folder:
            seen.append(str(path))


@cache
def _watch() -> None:
    """Watch from now on: the hook stays and slows down the whole process, so only tests that need it set it."""
    sys.addaudithook(_see)


@contextmanager
def opened_by_hand(folder: Path) -> Iterator[list[str]]:
    """List the files of the database in *folder* that this process opens itself; SQLite's own opens are not seen."""
    seen: list[str] = []
    _watch()
    _watched.append((folder.absolute(), seen))
    try:
        yield seen
    finally:
        _watched.pop()


def locks(path: Path) -> list[tuple[str, ...]]:
    """Return the locks that this process holds on the database at *path* and the index of its log."""
    nodes = [str(part.stat().st_ino) for part in (path, path.with_name(f"{path.name}-shm")) if part.exists()]
    lines = [line.split()[1:] for line in Path("/proc/locks").read_text().splitlines()]
    ours = [line for line in lines if "POSIX" in line and str(os.getpid()) in line]
    # Each only once: while others lock and unlock, the kernel may list one twice.
    return sorted({tuple(line) for line in ours if line[4].rpartition(":")[2] in nodes})


WAYS: dict[str, Callable[[Path], object]] = {
    "to read": lambda path: Catalogue.open(path, read_only=True).close(),
    "to write": lambda path: Catalogue.open(path).close(),
    "to make": lambda path: Catalogue.open(path, create=True).close(),
    "for its newest capture": newest_capture,
    "to be examined": examine,
    "to be copied": lambda path: copy_catalogue(path, path.with_name("copy.db")),
}


@pytest.mark.parametrize("way", WAYS)
def test_opening_a_catalogue_again_releases_no_lock_of_the_open_one(tmp_path: Path, way: str) -> None:
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as held:
        held.counts()
        before = locks(path)
        assert len(before) >= 2
        with opened_by_hand(tmp_path) as seen:
            WAYS[way](path)
        assert locks(path) == before
        assert seen == []


def test_a_file_that_is_not_a_database_is_refused_without_opening_it_by_hand(tmp_path: Path) -> None:
    (tmp_path / "catalogue.db").write_bytes(b"no database, but longer than what SQLite looks at first" * 9)
    with opened_by_hand(tmp_path) as seen, pytest.raises(CatalogueRefused):
        Catalogue.open(tmp_path / "catalogue.db", create=True)
    assert seen == []


@pytest.mark.slow
def test_no_command_opens_the_database_by_hand_or_releases_its_locks(
    story: Any, tmp_path: Path, creditline: Command, foreign_warc: Callable[..., Any]
) -> None:
    layout = Layout(Path(shutil.copytree(story.first.layout.directory, tmp_path / "copy")))
    theirs = foreign_warc()
    theirs.response("http://elsewhere.example/a", b"<html><title>Rivers</title></html>")
    with Catalogue.open(layout.catalogue) as held, opened_by_hand(layout.directory) as seen:
        [item, *_] = held.all_item_ids()
        commands: list[tuple[object, ...]] = [
            ("status",),
            ("search", "nuclear"),
            ("show", item),
            ("verify", "--all"),
            ("verify", item),
            ("withhold", item, "--reason", "a letter", "--by", "jan"),
            ("withhold", item, "--lift", "--by", "jan"),
            ("review", item, "--field", "title", "--set", "Another", "--by", "jan"),
            ("export", "bag", "--all", "-o", tmp_path / "bag"),
            ("export", "sqlite", "--all", "-o", tmp_path / "all.db"),
            ("export", "notes", "--all", "-o", tmp_path / "notes.json"),
            ("mark", item, "--tag", "seen", "--by", "jan"),
            ("reuse", item, "--where", "a paper", "--by", "jan"),
            ("status", "--prometheus"),
            *((one, "--all") for one in ("terms", "credit", "cite")),
            *((one,) for one in ("stats", "coverage", "failures", "checkpoint", "doctor")),
            ("absent", "http://institute.example/", "--on", "2020-01-01"),
            ("import", theirs.path, "--publisher", "http://elsewhere.example/"),
            ("backup", tmp_path / "second"),
            ("verify", "--copy", tmp_path / "second"),
            ("backup", tmp_path / "second", "--rehearse"),
            ("rebuild", "--check"),
            ("upgrade",),
            ("erase", item, "--order", "a court", "--by", "jan"),
            ("rebuild",),
        ]
        before = locks(layout.catalogue)
        for words in commands:
            told = creditline("-C", layout.directory, *words)
            assert locks(layout.catalogue) == before, words
            assert seen == [], words
            assert told.code not in (1, 2), (words, told.err)  # it did what was typed
        with open_for_work(layout, story.settings), open_for_notes(layout):
            pass
        assert locks(layout.catalogue) == before


def test_the_log_survives_another_process_that_closes_the_database(tmp_path: Path) -> None:
    """This once lost decisions: the service has its connection open and verifies; then a `withhold` ends."""
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as held:
        Catalogue.open(path, read_only=True).close()
        other = f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('SELECT id FROM item').fetchall()"
        subprocess.run([sys.executable, "-c", other], check=True, timeout=300)
        assert path.with_name("catalogue.db-wal").exists()
        held.mark_file_end("a.warc.gz", 7)
    with Catalogue.open(path, read_only=True) as again:
        assert again.known_ends() == {"a.warc.gz": 7}
