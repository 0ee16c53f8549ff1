"""Hits exported as a folder of Markdown and as a database of their own: all of them, with the query."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit

Command = Callable[..., Any]


@pytest.fixture
def collection(story: Any) -> Path:
    return Path(story.third.layout.directory)


def test_an_exported_database_of_hits_has_the_known_tables_and_a_search(
    creditline: Command, collection: Path, tmp_path: Path
) -> None:
    target = tmp_path / "heat.db"
    somebodys = target.with_name(f".{target.name}.part")
    somebodys.write_text("mine")
    ended = creditline("-C", collection, "export", "sqlite", "-q", "lang:en", "-o", target)
    assert somebodys.read_text() == "mine"
    assert ended.code == Exit.DONE, ended.err
    found = creditline("-C", collection, "search", "lang:en", "--ids").out.split()
    with closing(sqlite3.connect(target)) as made:
        assert {row[0] for row in made.execute("SELECT id FROM items")} == set(found)
        about = dict(made.execute("SELECT name, value FROM about").fetchall())
        assert (about["asked for"], about["items"]) == ("hits of the search “lang:en”", str(len(found)))
        words = "SELECT items.title FROM search JOIN items USING (id) WHERE search MATCH 'title : zelazny OR granite'"
        assert ("Heat Pumps in Granite Towns",) in made.execute(words).fetchall()
        joined = "SELECT count(*) FROM item_author JOIN items ON items.id = item_author.item"
        assert made.execute(joined).fetchone()[0] >= len(found) // 2
        assert made.execute("SELECT count(*) FROM editions").fetchone()[0] > len(found)
        assert made.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert made.execute("PRAGMA foreign_key_check").fetchall() == []
    again = creditline("-C", collection, "export", "sqlite", "-q", "lang:en", "-o", target)
    assert again.code == Exit.USAGE


def test_an_exported_database_is_on_the_disk_before_it_has_its_name(
    creditline: Command, collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, synced, sync = tmp_path / "heat.db", [], os.fsync

    def recorded(descriptor: int) -> None:
        sync(descriptor)
        synced.append((Path(f"/proc/self/fd/{descriptor}").readlink(), target.exists(), os.fstat(descriptor).st_size))

    monkeypatch.setattr(os, "fsync", recorded)
    assert creditline("-C", collection, "export", "sqlite", "-q", "lang:en", "-o", target).code == Exit.DONE
    (file, named, size), (folder, renamed, _) = synced[-2:]
    assert (file.parent, named, size) == (tmp_path, False, target.stat().st_size)
    assert (folder, renamed) == (tmp_path, True)
    assert list(tmp_path.iterdir()) == [target]


def test_a_database_that_finds_no_room_is_named_as_the_person_named_it(
    creditline: Command, collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_asked: object) -> int:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr("db.query.subset._written", fails)
    ended = creditline("-C", collection, "export", "sqlite", "--all", "-o", tmp_path / "all.db")
    assert ended.code == Exit.DISK
    assert ended.err.startswith(f"creditline: {tmp_path / 'all.db'}: database or disk is full\n")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_notes_has_one_file_per_item_and_an_index(
    creditline: Command, collection: Path, tmp_path: Path
) -> None:
    target = tmp_path / "notes"
    told = json.loads(creditline("-C", collection, "--json", "export", "notes", "--all", "-o", target).out)
    files = {path.name: path.read_text("utf-8") for path in target.iterdir()}
    index = files.pop("index.md")
    assert len(files) == told["items"] > 20
    assert "everything. Made " in index
    assert set(re.findall(r"\]\(([^)]+)\)", index)) == set(files)
    (pumps,) = (text for text in files.values() if 'title: "Heat Pumps in Granite Towns"' in text)
    assert pumps.startswith("---\ncitekey: ")
    assert "Granite keeps the cold." in pumps
    assert "may be disseminated on the condition" in pumps
    # What exists already belongs to someone, even if its name looks like a partial file of ours.
    mine = tmp_path / ".more.part"
    mine.mkdir()
    (mine / "thesis.md").write_text("mine")
    assert creditline("-C", collection, "export", "notes", "--all", "-o", tmp_path / "more").code == Exit.DONE
    assert (mine / "thesis.md").read_text() == "mine"
    assert creditline("-C", collection, "export", "notes", "--all", "-o", mine, "--replace").code == Exit.USAGE
    assert creditline("-C", collection, "export", "notes", "-q", "zzzz", "-o", tmp_path / "none").code == Exit.USAGE
    assert sorted(path.name for path in tmp_path.iterdir()) == [".more.part", "more", "notes"]
