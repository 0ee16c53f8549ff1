"""One line kept elsewhere shows whether anything in a collection was removed or changed since."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.http.exchange import Ending, Exchange
from ingest.collection.collection import Layout, make, open_for_work
from ingest.settings.values import PublisherOptions, Settings
from ingest.verification.checkpoint import read

Command = Callable[..., Any]
SETTINGS = Settings(publishers=(PublisherOptions("http://institute.example/", id="bl"),))
BEGAN = datetime(2023, 4, 24, 10, tzinfo=UTC)


def work_on(layout: Layout, path: str) -> None:
    with open_for_work(layout, SETTINGS) as work:
        response = b"HTTP/1.0 200 OK\r\nContent-Type: image/png\r\nContent-Length: 2\r\n\r\nab"
        capture = work.archive.keep(
            "bl", Exchange(f"http://institute.example{path}", BEGAN, b"", response, Ending.LENGTH)
        )
        work.archive.sync()
        work.catalogue.add_captures([capture])


@pytest.fixture(scope="module")
def two_pages(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = Layout(tmp_path_factory.mktemp("two_pages") / "collection")
    make(layout, SETTINGS)
    work_on(layout, "/one")
    work_on(layout, "/two")
    return layout


@pytest.fixture
def layout(two_pages: Layout, tmp_path: Path) -> Layout:
    """A copy of a collection of two pages, to be changed."""
    return Layout(Path(shutil.copytree(two_pages.directory, tmp_path / "collection")))


@pytest.fixture
def line(creditline: Command, layout: Layout) -> str:
    ended = creditline("-C", layout.directory, "checkpoint")
    assert ended.code == Exit.DONE, ended.err
    (line,) = ended.out.splitlines()
    return str(line)


def test_records_added_after_a_checkpoint_are_not_faults(
    creditline: Command, layout: Layout, line: str, tmp_path: Path
) -> None:
    work_on(layout, "/three")
    ended = creditline("-C", layout.directory, "verify", "--checkpoint", line)
    assert (ended.code, ended.out.startswith("ok  4 files and all notes as on ")) == (Exit.DONE, True), ended.out
    kept = tmp_path / "kept.txt"
    kept.write_text(f"{line}\n{creditline('-C', layout.directory, 'checkpoint').out}\n", "utf-8-sig")
    ended = creditline("-C", layout.directory, "--json", "verify", "--checkpoint", kept)
    assert [json.loads(one)["faults"] for one in ended.out.splitlines()] == [[], []]


def test_a_lost_file_of_notes_is_found_even_after_a_rebuild(creditline: Command, layout: Layout, line: str) -> None:
    newest = max(layout.warcs.glob("collection-*"), key=lambda path: path.name.rpartition("-")[2])
    newest.unlink()
    assert creditline("-C", layout.directory, "rebuild").code == Exit.DONE
    ended = creditline("-C", layout.directory, "verify", "--checkpoint", line)
    assert ended.code == Exit.INTEGRITY
    assert f"no file has the serial {int(newest.name.rpartition('-')[2].partition('.')[0])}" in ended.out
    assert "the newest note of that time" in ended.out
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE, "nothing else says so"
    # By now its own note has taken the serial number.
    assert creditline("-C", layout.directory, "verify", "--checkpoint", line).code == Exit.INTEGRITY


def test_a_changed_file_is_reported_by_name(creditline: Command, layout: Layout, line: str) -> None:
    path = next(layout.warcs.glob("bl-*"))
    path.write_bytes(path.read_bytes() + b"x")
    ended = creditline("-C", layout.directory, "verify", "--checkpoint", line)
    assert (ended.code, f"{path.name} is not as it was finished" in ended.out) == (Exit.INTEGRITY, True), ended.out


def test_a_file_that_is_still_being_written_does_not_count(creditline: Command, layout: Layout) -> None:
    with open_for_work(layout, SETTINGS) as work:
        response = b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"
        work.archive.keep("bl", Exchange("http://institute.example/x", BEGAN, b"", response, Ending.LENGTH))
        line = creditline("-C", layout.directory, "checkpoint").out
        assert read(line).growing != ()
    assert creditline("-C", layout.directory, "verify", "--checkpoint", line).code == Exit.DONE


@pytest.mark.parametrize(
    "line", ["", "no line", "creditline-checkpoint-1 x serial=1 open=- files=1 bytes=1 sha256=ab head=-"]
)
def test_text_that_is_not_a_checkpoint_is_refused(creditline: Command, layout: Layout, line: str) -> None:
    ended = creditline("-C", layout.directory, "verify", "--checkpoint", line)
    assert (ended.code, "this is not a checkpoint" in ended.err) == (Exit.USAGE, True), ended.err


def test_a_file_of_checkpoints_that_is_not_there_is_said_not_to_be_there(creditline: Command, layout: Layout) -> None:
    ended = creditline("-C", layout.directory, "verify", "--checkpoint", "kept.txt")
    assert (ended.code, "there is no file kept.txt" in ended.err) == (Exit.USAGE, True), ended.err
    assert "there is no file" not in creditline("-C", layout.directory, "verify", "--checkpoint", "no line").err
