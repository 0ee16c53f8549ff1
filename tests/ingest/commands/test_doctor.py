"""`creditline doctor`: it reports what it tries, and for each problem of the machine a way out."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from ingest.commands import doctor

Command = Callable[..., Any]
CHECKS = ["libraries", "sqlite", "locks", "disk", "files", "catalogue", "clock", "bytes"]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of the collection that the tests copy."""
    return tmp_path_factory.mktemp("first") / "collection"


@pytest.fixture
def collection(creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path, first: Path) -> Path:
    """A collection with one capture."""
    if not first.exists():
        warc = foreign_warc()
        warc.response("http://institute.example/", b"<html>Rivers</html>", date="2019-03-01T10:00:00Z")
        brought = creditline("-C", first, "import", warc.path, "--publisher", "http://institute.example/")
        assert brought.code == Exit.DONE, brought.err
    return shutil.copytree(first, tmp_path / "collection")


def test_each_check_is_printed_with_its_finding(creditline: Command, collection: Path) -> None:
    ended = creditline("-C", collection, "doctor")
    assert ended.code == Exit.DONE, ended.out
    told = [line.split() for line in ended.out.splitlines()]
    assert [(words[0], words[1]) for words in told] == [("ok", name) for name in CHECKS]
    found = [json.loads(line) for line in creditline("-C", collection, "--json", "doctor").out.splitlines()]
    assert [(one["check"], one["ok"]) for one in found] == [(name, True) for name in CHECKS]
    assert all(one["detail"] for one in found)


def test_doctor_checks_a_machine_without_a_collection(creditline: Command, tmp_path: Path) -> None:
    ended = creditline("-C", tmp_path / "none", "doctor")
    assert ended.code == Exit.DONE
    assert f"there is no folder {tmp_path / 'none'} yet\n" in ended.out
    assert "there are none here\n" in creditline("-C", tmp_path, "doctor").out
    assert not (tmp_path / "none").exists()


def test_a_sqlite_that_is_too_old_is_named_before_anything_is_made(
    creditline: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.34.1")
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    ended = creditline("-C", tmp_path / "new", "save", "http://institute.example/", "--contact", "a@institute.example")
    assert ended.code == Exit.SETTINGS
    assert "this Python has SQLite 3.34.1, and Creditline needs 3.37 or newer" in ended.err
    assert "sqlite3.sqlite_version" in ended.err
    assert not (tmp_path / "new" / "catalogue.db").exists()
    (bad,) = [line for line in creditline("doctor").out.splitlines() if not line.startswith("ok")]
    assert bad.startswith("BAD  sqlite")
    assert "needs 3.37 or newer" in bad


@pytest.mark.damages_collection("a date is changed by hand")
def test_doctor_reports_a_clock_behind_the_newest_capture(creditline: Command, collection: Path) -> None:
    with closing(sqlite3.connect(collection / "catalogue.db")) as connection, connection:
        connection.execute("UPDATE capture SET began = '2999-01-01T00:00:00.000000Z'")
    ended = creditline("-C", collection, "doctor")
    assert ended.code == Exit.ATTENTION
    (bad,) = [line for line in ended.out.splitlines() if not line.startswith("ok")]
    assert bad.startswith("BAD  clock")
    assert "before the newest capture (2999-01-01 00:00)" in bad


def test_doctor_reports_a_disk_without_room_for_one_more_file(
    creditline: Command, collection: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "ROOM", 10**18)
    ended = creditline("-C", collection, "--json", "doctor")
    assert ended.code == Exit.ATTENTION
    bad = [json.loads(line) for line in ended.out.splitlines() if '"ok": false' in line or '"ok":false' in line]
    assert [one["check"] for one in bad] == ["disk"]
    assert "make room before the next run" in bad[0]["detail"]


def harm(catalogue: Path, how: str) -> None:
    """Remove it, overwrite it, or overwrite pages in its middle."""
    if how == "gone":
        catalogue.unlink()
    elif how == "something else":
        catalogue.write_bytes(b"no database at all, but words")
    else:
        with closing(sqlite3.connect(catalogue)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            (size,) = connection.execute("PRAGMA page_size").fetchone()
            tables = "SELECT rootpage FROM sqlite_schema WHERE name IN ('capture', 'item')"
            pages = [row[0] for row in connection.execute(tables)]
        data = bytearray(catalogue.read_bytes())
        for page in pages:
            data[(page - 1) * size : page * size] = b"\xff" * size
        catalogue.write_bytes(data)


@pytest.mark.damages_collection("the catalogue is damaged")
@pytest.mark.parametrize("how", ["gone", "something else", "pages"])
def test_doctor_reports_a_damaged_catalogue_with_its_remedy_and_goes_on(
    creditline: Command, collection: Path, how: str
) -> None:
    harm(collection / "catalogue.db", how)
    ended = creditline("-C", collection, "doctor")
    assert [line.split()[1] for line in ended.out.splitlines()] == CHECKS
    assert ended.code == Exit.ATTENTION
    (bad,) = [line for line in ended.out.splitlines() if not line.startswith("ok")]
    assert bad.startswith("BAD  catalogue")
    assert f"creditline -C {collection} rebuild" in bad


@pytest.mark.damages_collection("the catalogue is damaged")
@pytest.mark.parametrize("verb", ["status", "failures", "verify", "rebuild", "review"])
@pytest.mark.parametrize("how", ["something else", "pages"])
def test_commands_on_a_damaged_catalogue_recommend_a_rebuild(
    creditline: Command, collection: Path, how: str, verb: str
) -> None:
    harm(collection / "catalogue.db", how)
    ended = creditline("-C", collection, verb, *(["--check"] if verb == "rebuild" else []))
    assert ended.code == Exit.INTEGRITY, ended.err
    assert "the catalogue is damaged" in ended.err
    assert f"creditline -C {collection} rebuild" in ended.err


@pytest.mark.parametrize("verb", ["withhold", "review", "status", "verify"])
def test_a_short_command_does_not_replace_a_missing_catalogue_by_an_empty_one(
    creditline: Command, collection: Path, verb: str
) -> None:
    harm(collection / "catalogue.db", "gone")
    withholding = ("http://institute.example/", "--reason", "asked to", "--by", "A. Nowak")
    ended = creditline("-C", collection, verb, *(withholding if verb == "withhold" else ()))
    assert ended.code == Exit.USAGE
    assert "the catalogue is missing, and its WARC files are there" in ended.err
    assert f"creditline -C {collection} rebuild" in ended.err
    assert not (collection / "catalogue.db").exists()


def test_a_damaged_catalogue_is_rebuilt_from_the_files(creditline: Command, collection: Path) -> None:
    harm(collection / "catalogue.db", "pages")
    assert creditline("-C", collection, "rebuild").code == Exit.DONE
    assert creditline("-C", collection, "verify").code == Exit.DONE
    assert creditline("-C", collection, "doctor").code == Exit.DONE
