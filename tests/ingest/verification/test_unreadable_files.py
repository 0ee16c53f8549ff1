"""Files that this user may not read or write: named with their reason, and they stop nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.errors import CannotReplay, Damaged, DiskFailed, Exit
from archive.replay import replay, stored
from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.schema.database import open_database
from ingest.collection.collection import Layout, open_for_work
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.toml_file import render
from ingest.settings.values import Settings
from ingest.verification.audit import Plan, audit

Bound = Callable[..., Any]
_BROKEN = Path("/proc/self/mem")
"""A file of Linux that everybody may open, and whose first byte nobody can read (EIO)."""


@pytest.fixture
def copy(story: Any, tmp_path: Path) -> Layout:
    """The institute's collection after one run, to be harmed."""
    return Layout(Path(shutil.copytree(story.first.layout.directory, tmp_path / "copy")))


@pytest.fixture
def bound(creditline_script: Path) -> Bound:
    """Return a function that runs a command as a user whom the rights of files bind, as they do not bind root."""
    words: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root reads everything, and there is no setpriv to give that up")
        gone = "-dac_override,-dac_read_search"
        words = ["setpriv", "--bounding-set", gone, "--inh-caps", gone]

    def run(layout: Layout, *verb: object) -> subprocess.CompletedProcess[str]:
        command = [*words, str(creditline_script), "-C", str(layout.directory), *map(str, verb)]
        return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)

    return run


def largest(layout: Layout) -> Path:
    return max(layout.warcs.iterdir(), key=lambda path: path.stat().st_size)


@pytest.mark.slow
def test_one_file_that_may_not_be_read_stops_nothing_and_all_is_well_once_it_may(
    copy: Layout, bound: Bound, settings_at: Callable[[int], Settings], tmp_path: Path
) -> None:
    closed = largest(copy)
    closed.chmod(0)
    verified = bound(copy, "verify", "--all")
    assert verified.returncode == Exit.INTEGRITY
    assert f"FAULT  {closed.name}:0  record ?  the file cannot be read: Permission denied" in verified.stdout
    assert f"it depends on the file {closed.name}, which cannot be read: Permission denied" in verified.stdout
    assert "Errno" not in verified.stdout
    told = [line for line in verified.stdout.splitlines() if line.startswith(f"FAULT  {closed.name}")]
    assert len(told) == 1, "each record of it would be a fault"
    assert re.search(r"  items: (bl-\w{10}, ){19}bl-\w{10} and \d+ more  ", told[0])
    assert "change who may read it" in verified.stderr
    assert "--repair" not in verified.stderr
    copied = bound(copy, "backup", tmp_path / "second")
    assert copied.returncode == Exit.INTEGRITY
    assert f"FAULT  {closed.name}  it cannot be read here, and it was not copied: Permission denied" in copied.stdout
    assert len(list((tmp_path / "second" / "warcs").iterdir())) == len(list(copy.warcs.iterdir())) - 1
    assert "BAD  files" in bound(copy, "doctor").stdout
    with serve(Site()) as port:
        copy.settings.write_text(render(settings_at(port)))
        ran = bound(copy, "run", "--all")
    assert ran.returncode in (Exit.DONE, Exit.ATTENTION), ran.stderr
    assert f"1 WARC file may not be read, as {closed.name}" in ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1])["failed"] == 0
    closed.chmod(0o644)
    assert bound(copy, "rebuild", "--unread").returncode == Exit.DONE
    again = bound(copy, "rebuild", "--check")
    assert again.returncode == Exit.DONE, again.stdout
    assert bound(copy, "verify", "--all").returncode == Exit.DONE


@pytest.mark.slow
@pytest.mark.damages_collection("a file may not be read, and is then missing")
@pytest.mark.parametrize("words", [("warc", "--all"), ("wacz", "--all"), ("bag", "-q", "lang:en")])
def test_an_export_of_a_file_that_may_not_be_read_says_so_and_calls_nothing_damaged(
    copy: Layout, bound: Bound, tmp_path: Path, words: tuple[str, ...]
) -> None:
    closed = _of_publisher(copy)
    closed.chmod(0)
    target = tmp_path / "out" / {"warc": "all.warc.gz", "wacz": "all.wacz", "bag": "all"}[words[0]]
    target.parent.mkdir()
    ended = bound(copy, "export", *words, "-o", target)
    assert (ended.returncode, ended.stdout) == (Exit.DISK, "")
    assert f"creditline: {closed} may not be read: Permission denied\n" in ended.stderr
    assert "  let this user read it, as `creditline -C " in ended.stderr
    assert list(target.parent.iterdir()) == []
    # A file on a bad part of the disk is another matter: no right would help.
    closed.unlink()
    closed.symlink_to(_BROKEN)
    ended = bound(copy, "export", *words, "-o", target)
    assert ended.returncode == Exit.INTEGRITY
    assert "the file cannot be read: Input/output error" in ended.stderr
    closed.unlink()
    ended = bound(copy, "export", *words, "-o", target)
    assert ended.returncode == Exit.INTEGRITY
    assert f"creditline: {closed} is not there, and its records are to be exported\n" in ended.stderr
    assert "verify --copy PLACE --repair" in ended.stderr


@pytest.mark.damages_collection("a file is replaced by one that nobody can read")
def test_a_file_on_a_bad_part_of_the_disk_is_one_fault_and_its_captures_are_known_as_lost(copy: Layout) -> None:
    broken = largest(copy)
    with Catalogue.open(copy.catalogue, read_only=True) as catalogue:
        ids = [row[0] for row in catalogue.connection.execute("SELECT id FROM capture WHERE file = ?", (broken.name,))]
        capture = next(one for name in ids if (one := catalogue.capture(name)) and stored(copy.warcs, one))
    broken.unlink()
    broken.symlink_to(_BROKEN)
    faults = audit(copy, Plan("all", tuple(copy.warcs.iterdir())), jobs=1).faults
    assert [fault.what for fault in faults if fault.clause == "a file that can be read"] == [
        "the file cannot be read: Input/output error"
    ]
    # Rows that its notes make are the only other faults.
    assert {fault.file for fault in faults if fault.clause != "the notes"} == {broken.name}
    with pytest.raises(CannotReplay, match=r"cannot be read: .*Input/output error"):
        replay(copy.warcs, capture, lambda _url, _date: None)
    lying = stored(copy.warcs, capture)
    assert lying is not None
    with pytest.raises(Damaged, match="cannot be read: Input/output error"):
        lying.response()


@pytest.mark.damages_collection("a file is added that nobody can read")
def test_a_file_that_cannot_be_digested_does_not_end_a_run(copy: Layout, story: Any) -> None:
    settings = story.settings
    with open_for_work(copy, settings) as work:
        work.note(NoteKind.RECOVERY, {})
        (copy.warcs / "imported-20200101000000-99999.warc.gz").symlink_to(_BROKEN)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["catalogue.db", "catalogue.db-wal"])
def test_a_part_of_the_catalogue_that_may_not_be_read_is_named(copy: Layout, bound: Bound, part: str) -> None:
    with closing(open_database(copy.catalogue, read_only=False)) as held:
        held.execute("BEGIN IMMEDIATE")
        held.execute("CREATE TABLE other (a)")
        held.execute("ROLLBACK")
        (copy.directory / part).chmod(0)
        for verb in ("status", "run"):
            ended = bound(copy, verb)
            assert (ended.returncode, f"{part}: Permission denied" in ended.stderr) == (Exit.DISK, True), ended.stderr
        checked = bound(copy, "doctor")
    assert f"BAD  catalogue    {copy.directory / part}: Permission denied" in checked.stdout
    assert "bytes" in checked.stdout


def test_a_catalogue_without_room_for_the_files_beside_it_is_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from db.schema.access_error import as_access_error

    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    assert as_access_error(error, tmp_path / "catalogue.db") is None
    real = os.statvfs(tmp_path)
    monkeypatch.setattr(os, "statvfs", lambda _path: os.statvfs_result([*real[:7], 0, *real[8:]]))
    found = as_access_error(error, tmp_path / "catalogue.db")
    assert isinstance(found, DiskFailed)
    assert "make room" in found.hint


@pytest.mark.slow
def test_the_lock_file_of_another_user_does_not_hide_the_state(copy: Layout, bound: Bound) -> None:
    (copy.directory / "run.lock").touch()
    (copy.directory / "run.lock").chmod(0)
    assert "items" in bound(copy, "status").stdout
    ended = bound(copy, "run")
    assert (ended.returncode, "run.lock: Permission denied" in ended.stderr) == (Exit.DISK, True)


def _of_publisher(layout: Layout) -> Path:
    """Return the largest file with captures: one that a catalogue can do without."""
    of_publishers = (path for path in layout.warcs.iterdir() if not path.name.startswith("collection-"))
    return max(of_publishers, key=lambda path: path.stat().st_size)


@pytest.mark.slow
def test_a_rebuild_leaves_out_a_file_that_cannot_be_read_and_loses_nothing(
    copy: Layout, bound: Bound, settings_at: Callable[[int], Settings]
) -> None:
    closed = _of_publisher(copy)
    with Catalogue.open(copy.catalogue, read_only=True) as before:
        items = set(before.all_item_ids())
    closed.chmod(0)
    left = bound(copy, "rebuild")
    assert left.returncode == Exit.ATTENTION, left.stderr
    assert f"LEFT OUT  {closed.name}  the file cannot be read: Permission denied" in left.stdout
    assert "shown before, leading nowhere now" in left.stderr
    with Catalogue.open(copy.catalogue, read_only=True) as made:
        lost = items - set(made.all_item_ids())
    assert lost
    # What only the former catalogue still tells is kept, in case that file never comes back.
    (former,) = copy.directory.glob("former-catalogue-*.db")
    with Catalogue.open(former, read_only=True) as kept:
        assert all(kept.item(one, withheld=True) is not None for one in lost)
    assert "Nothing was compared" in bound(copy, "rebuild", "--check").stderr
    # A run does not know the file either, and goes on.
    with serve(Site()) as port:
        copy.settings.write_text(render(settings_at(port)))
        ran = bound(copy, "run", "--limit", "1")
        assert ran.returncode in (Exit.DONE, Exit.ATTENTION, Exit.LIMIT), ran.stderr
        assert f"1 WARC file may not be read, as {closed.name}" in ran.stderr
        closed.chmod(0o644)
        assert bound(copy, "run", "--limit", "1").returncode in (Exit.DONE, Exit.ATTENTION, Exit.LIMIT)
    with Catalogue.open(copy.catalogue, read_only=True) as again:
        assert items <= set(again.all_item_ids())
    checked = bound(copy, "rebuild", "--check")
    assert checked.returncode == Exit.DONE, checked.stdout


@pytest.mark.slow
def test_of_a_file_of_notes_that_may_not_be_read_only_that_is_told(copy: Layout, bound: Bound) -> None:
    notes = next(copy.warcs.glob("collection-*.warc.gz"))
    notes.chmod(0)
    verified = bound(copy, "verify", "--all")
    assert verified.returncode == Exit.INTEGRITY
    faults = [line for line in verified.stdout.splitlines() if line.startswith("FAULT")]
    assert [line.partition("  record")[0] for line in faults] == [f"FAULT  {notes.name}:0"]


@pytest.mark.slow
def test_no_catalogue_is_made_without_the_file_that_says_what_is_withheld(copy: Layout, bound: Bound) -> None:
    notes = next(copy.warcs.glob("collection-*.warc.gz"))
    before = copy.catalogue.stat().st_ino
    notes.chmod(0)
    refused = bound(copy, "rebuild")
    assert refused.returncode == Exit.DISK
    assert notes.name in refused.stderr
    assert copy.catalogue.stat().st_ino == before


@pytest.mark.slow
@pytest.mark.damages_collection("a file may not be read")
def test_a_file_that_a_rebuild_could_not_read_is_not_noted_as_searched(
    copy: Layout, bound: Bound, creditline: Bound, foreign_warc: Callable[..., Any]
) -> None:
    """An order to erase would believe that it holds no copy."""
    theirs = foreign_warc()
    theirs.response("http://institute.example/old-tides/", b"<html><title>Old tides</title></html>")
    assert creditline("-C", copy.directory, "import", theirs.path).code == Exit.DONE

    def noted() -> list[str]:
        with closing(sqlite3.connect(copy.catalogue)) as made:
            return [file for (file,) in made.execute("SELECT file FROM noted_file")]

    (imported,) = copy.warcs.glob("imported-*")
    assert noted() == [imported.name]
    imported.chmod(0)
    assert bound(copy, "rebuild").returncode == Exit.ATTENTION
    assert noted() == []


@pytest.mark.damages_collection("a file is replaced by one that nobody can read")
@pytest.mark.parametrize("form", ["warc", "wacz", "bag"])
def test_an_export_names_the_source_that_cannot_be_read_and_not_its_output(
    copy: Layout, creditline: Callable[..., Any], form: str, tmp_path: Path
) -> None:
    broken = _of_publisher(copy)
    broken.unlink()
    broken.symlink_to(_BROKEN)
    output = tmp_path / {"warc": "out.warc.gz", "wacz": "out.wacz", "bag": "the-bag"}[form]
    ended = creditline("-C", copy.directory, "export", form, "--all", "-o", output)
    assert ended.code == Exit.INTEGRITY
    assert f"{broken.name}" in ended.err
    assert output.name not in ended.err
    assert not output.exists()
