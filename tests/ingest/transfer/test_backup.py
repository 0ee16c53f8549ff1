"""The second copy: made beside a live service, proved, never made worse; and a collection restored from it."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from archive.digest import digest
from archive.errors import DiskFailed, Exit, Refused
from archive.http.exchange import Ending, Exchange
from archive.warc.capture import NoteKind
from archive.warc.member import members, pack
from db import fixity_log
from db.catalogue import Catalogue
from db.schema.database import copy_catalogue
from ingest.collection.collection import Collection, Layout, make, open_for_work
from ingest.settings import values
from ingest.settings.values import PublisherOptions, Settings
from ingest.transfer import restore
from ingest.transfer.backup import backup
from ingest.transfer.backup_target import Folder
from ingest.transfer.manifest import NAME

Command = Callable[..., Any]
INSTITUTE = Settings(publishers=(PublisherOptions("http://institute.example/", id="bl", name="Baltic Lantern"),))
BEGAN = datetime(2023, 4, 24, 10, tzinfo=UTC)


def keep(work: Collection, path: str, *, commit: bool = True) -> None:
    """Archive a page; without *commit* it is in the file, but the catalogue does not know it."""
    body = b"<p>" + path.encode() * 50 + b"</p>"
    response = b"HTTP/1.0 200 OK\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    url = f"http://institute.example{path}"
    capture = work.archive.keep("bl", Exchange(url, BEGAN, b"", response, Ending.LENGTH))
    work.archive.sync()
    if commit:
        with work.catalogue.transaction():
            work.catalogue.add_captures([capture])
            work.catalogue.mark_file_end(capture.ref.file, capture.ref.offset + capture.ref.length)


@pytest.fixture(scope="module")
def unread_collection(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A collection with some captures and no reading."""
    layout = Layout(tmp_path_factory.mktemp("made") / "collection")
    make(layout, INSTITUTE)
    with open_for_work(layout, INSTITUTE) as work:
        keep(work, "/one")
        keep(work, "/two")
    return layout


@pytest.fixture
def layout(unread_collection: Layout, tmp_path: Path) -> Layout:
    """A copy of it, to be changed."""
    return Layout(Path(shutil.copytree(unread_collection.directory, tmp_path / "collection")))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def tree(folder: Path) -> dict[str, str]:
    """Return the files below *folder* by name, with their digests."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def manifest(copy: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((copy / NAME).read_text("utf-8"))
    return told


def captures(directory: Path) -> list[str]:
    with Catalogue.open(directory / "catalogue.db", read_only=True) as catalogue:
        return sorted(capture.url.rpartition("/")[2] for capture in catalogue.all_captures())


def series(layout: Layout) -> Path:
    """Return the file with the captures."""
    (path,) = layout.warcs.glob("bl-*.warc.gz")
    return path


def damage(path: Path, at: int = -40) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x20
    path.write_bytes(data)


def test_files_are_copied_to_a_folder_that_is_listed_once_for_what_a_killed_copy_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[Path] = []
    folder, iterdir = tmp_path / "warcs", Path.iterdir
    folder.mkdir()
    (folder / f".b.{'0' * 16}.part").touch()
    somebodys = folder / ".b.part"
    somebodys.touch()

    def counted(path: Path) -> Iterator[Path]:
        listed.append(path)
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", counted)
    place = Folder(tmp_path)
    for name in "abc":
        place.write(f"warcs/{name}", io.BytesIO(name.encode()))
    place.write("d", io.BytesIO(b"d"))
    assert listed == [folder, tmp_path]
    assert place.names() == ["d", "warcs/.b.part", "warcs/a", "warcs/b", "warcs/c"]


def test_a_copy_holds_every_file_with_its_digest(creditline: Command, layout: Layout, copy: Path) -> None:
    ended = creditline("-C", layout.directory, "backup", copy)
    assert ended.code == Exit.DONE, ended.err
    told = manifest(copy)
    assert {name.partition("/")[0] for name in told["files"]} == {"warcs", "catalogue", "settings"}
    for name in (one for one in told["files"] if one.startswith("warcs/")):
        assert (copy / name).read_bytes() == (layout.directory / name).read_bytes()
        assert told["files"][name]["length"] == (copy / name).stat().st_size
    assert set(tree(copy)) == {*told["files"], NAME}
    assert not list(layout.directory.glob(".backup-*"))


def test_a_backup_and_a_restore_report_each_file(layout: Layout, copy: Path, tmp_path: Path) -> None:
    copied: list[tuple[int, int, str]] = []
    backup(layout, Folder(copy), clock=lambda: BEGAN, report=lambda *step: copied.append(step))
    files = sorted(path.name for path in layout.warcs.iterdir())
    assert [name for _, _, name in copied] == [*files, "catalogue.db"]
    assert [done for done, _, _ in copied] == [*range(1, len(files) + 2)]
    assert {total for _, total, _ in copied} == {len(files) + 1}
    restored: list[tuple[int, int, str]] = []
    restore.restore(Folder(copy), tmp_path / "again", report=lambda *step: restored.append(step))
    assert [step[:2] for step in restored] == [(done, len(files) + 2) for done in range(1, len(files) + 3)]


def test_a_second_backup_sends_only_new_files(creditline: Command, layout: Layout, copy: Path) -> None:
    creditline("-C", layout.directory, "backup", copy)
    again = json.loads(creditline("-C", layout.directory, "--json", "backup", copy).out)
    assert (again["copied"], again["bytes"]) == (0, 0)
    with open_for_work(layout, INSTITUTE) as work:
        keep(work, "/three")
    more = json.loads(creditline("-C", layout.directory, "--json", "backup", copy).out)
    assert more["copied"] == 3  # the new file, the one with its digest, and the catalogue
    assert len([name for name in tree(copy) if name.startswith("catalogue/")]) == 1


def test_a_collection_is_restored_on_an_empty_machine(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    fresh = tmp_path / "fresh"
    ended = creditline("restore", copy, fresh)
    assert ended.code == Exit.DONE, ended.err
    assert captures(fresh) == captures(layout.directory)
    assert (fresh / values.FILE_NAME).read_bytes() == layout.settings.read_bytes()
    assert creditline("-C", fresh, "verify", "--all").code == Exit.DONE
    # It is the same collection, and continues with the same copy.
    assert creditline("-C", fresh, "backup", copy).code == Exit.DONE


def test_a_restore_says_whom_the_settings_make_the_collection_talk_to(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path
) -> None:
    layout.settings.write_text("""contact = "archive@elsewhere.example"
[[publisher]]
url = "http://institute.example/"
id = "bl"
[alert]
webhook = "https://chat.example/hooks/secret"
mail = ["keeper@elsewhere.example"]
smtp = "mail.example:25"
[connect]
"institute.example" = "10.0.0.8:80"
""")
    creditline("-C", layout.directory, "backup", copy)
    ended = creditline("restore", copy, tmp_path / "fresh")
    assert ended.code == Exit.DONE, ended.err
    told = [
        "every site is told to write to archive@elsewhere.example (contact)",
        "pages of institute.example are asked for at 10.0.0.8:80 ([connect])",
        "what happens is posted to chat.example (alert.webhook)",
        "what needs attention is mailed to keeper@elsewhere.example through mail.example:25 (alert.mail)",
    ]
    assert [line.strip() for line in ended.err.splitlines() if line.startswith("  ")] == told
    assert f"Look at {tmp_path / 'fresh' / values.FILE_NAME} before `run` or `start`" in ended.err
    assert json.loads(creditline("--json", "restore", copy, tmp_path / "other").out)["outgoing"] == told


def test_a_copy_made_during_a_run_is_complete(creditline: Command, layout: Layout, copy: Path, tmp_path: Path) -> None:
    with open_for_work(layout, INSTITUTE) as work:
        keep(work, "/three")
        keep(work, "/four", commit=False)
        (being_written,) = layout.warcs.glob("*.open")
        assert creditline("-C", layout.directory, "backup", copy).code == Exit.DONE
        far = copy / "warcs" / being_written.name.removesuffix(".open")
        assert 0 < far.stat().st_size < being_written.stat().st_size
        assert being_written.read_bytes().startswith(far.read_bytes())
    fresh = tmp_path / "fresh"
    assert creditline("restore", copy, fresh).code == Exit.DONE
    assert captures(fresh) == ["one", "three", "two"]
    assert creditline("-C", fresh, "verify", "--all").code == Exit.DONE
    # The file has grown since: its copy follows.
    assert creditline("-C", layout.directory, "backup", copy).code == Exit.DONE
    assert far.read_bytes() == (layout.warcs / far.name).read_bytes()


def test_an_interrupted_backup_leaves_the_previous_one_complete(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path
) -> None:
    with open_for_work(layout, INSTITUTE) as work:
        keep(work, "/three")
        creditline("-C", layout.directory, "backup", copy)
        before = manifest(copy)
        keep(work, "/four")
    # As if the next copy had been killed before its manifest: one file longer, one incomplete.
    grown = next(name for name in before["files"] if (copy / name).stat().st_size < _size(layout, name))
    shutil.copy(layout.directory / grown, copy / grown)
    (copy / "warcs" / "bl-20990101000000-00099.warc.gz.part").write_bytes(b"half")
    fresh = tmp_path / "fresh"
    assert creditline("restore", copy, fresh).code == Exit.DONE
    assert captures(fresh) == ["one", "three", "two"]
    assert creditline("-C", fresh, "verify", "--all").code == Exit.DONE


def _size(layout: Layout, name: str) -> int:
    path = layout.directory / name
    return path.stat().st_size if path.exists() else 0


def test_a_damaged_file_never_replaces_its_good_copy(creditline: Command, layout: Layout, copy: Path) -> None:
    creditline("-C", layout.directory, "backup", copy)
    good = series(layout).read_bytes()
    damage(series(layout))
    ended = creditline("-C", layout.directory, "backup", copy)
    assert ended.code == Exit.INTEGRITY
    assert f"FAULT  {series(layout).name}" in ended.out
    assert (copy / "warcs" / series(layout).name).read_bytes() == good


def test_the_next_backup_repairs_a_damaged_copy(creditline: Command, layout: Layout, copy: Path) -> None:
    creditline("-C", layout.directory, "backup", copy)
    damage(copy / "warcs" / series(layout).name)
    compared = creditline("-C", layout.directory, "verify", "--copy", copy)
    assert compared.code == Exit.INTEGRITY
    assert "its copy at" in compared.out
    assert creditline("-C", layout.directory, "backup", copy).code == Exit.DONE
    assert (copy / "warcs" / series(layout).name).read_bytes() == series(layout).read_bytes()


class Lossy(Folder):
    """A disk that accepts every byte of a WARC file and then holds a different one."""

    def write(self, name: str, source: Any) -> None:
        super().write(name, source)
        if name.startswith("warcs/"):
            damage(self._path / name)


def test_a_copy_that_does_not_read_back_as_written_is_refused(layout: Layout, copy: Path) -> None:
    with pytest.raises(Refused, match="reads as something else than was written") as refused:
        backup(layout, Lossy(copy), clock=lambda: BEGAN)
    assert refused.value.code is Exit.INTEGRITY
    assert manifest(copy)["made"] == ""


def test_a_lost_file_is_reported_and_its_copy_is_kept(creditline: Command, layout: Layout, copy: Path) -> None:
    creditline("-C", layout.directory, "backup", copy)
    lost = series(layout)
    lost.unlink()
    ended = creditline("-C", layout.directory, "backup", copy)
    assert ended.code == Exit.INTEGRITY
    assert "missing here" in ended.out
    assert (copy / "warcs" / lost.name).exists()
    assert f"warcs/{lost.name}" in manifest(copy)["files"]


# ── What is refused ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("inside", [".", "warcs", "backups/today"])
def test_a_place_inside_the_collection_is_refused(creditline: Command, layout: Layout, inside: str) -> None:
    before = tree(layout.directory)
    ended = creditline("-C", layout.directory, "backup", layout.directory / inside)
    assert ended.code == Exit.USAGE
    assert "inside the collection" in ended.err
    assert set(tree(layout.directory)) == set(before)


@pytest.mark.parametrize("inside", ["today", "warcs", "warcs/today"])
def test_a_place_inside_another_copy_is_refused(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path, inside: str
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    (tmp_path / "link").symlink_to(copy)
    before = set(tree(copy))
    for place in (copy, tmp_path / "link"):
        ended = creditline("-C", layout.directory, "backup", place / inside)
        assert ended.code == Exit.USAGE
        assert f"is inside another copy, {copy}" in ended.err
        assert f"creditline -C {layout.directory} backup {copy}; a second one belongs elsewhere" in ended.err
    assert set(tree(copy)) == before
    assert creditline("-C", layout.directory, "backup", copy).code == Exit.DONE
    # Beside it, and in a folder of its kind, is room.
    assert creditline("-C", layout.directory, "backup", copy.parent / "second").code == Exit.DONE


def test_a_place_with_the_copy_of_another_collection_is_refused(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    other = Layout(tmp_path / "other")
    make(other, INSTITUTE)
    with open_for_work(other, INSTITUTE):
        pass
    before = tree(copy)
    assert creditline("-C", other.directory, "backup", copy).code == Exit.USAGE
    assert creditline("-C", other.directory, "verify", "--copy", copy, "--repair").code == Exit.USAGE
    assert tree(copy) == before


def test_a_place_that_holds_something_else_is_refused(creditline: Command, layout: Layout, copy: Path) -> None:
    copy.mkdir()
    (copy / "letters.txt").write_text("mine", "utf-8")
    assert creditline("-C", layout.directory, "backup", copy).code == Exit.USAGE
    assert list(tree(copy)) == ["letters.txt"]


def test_an_empty_collection_is_not_copied(creditline: Command, copy: Path, tmp_path: Path) -> None:
    empty = Layout(tmp_path / "empty")
    make(empty, INSTITUTE)
    assert creditline("-C", empty.directory, "backup", copy).code == Exit.USAGE
    assert not copy.exists()


def test_a_restore_needs_a_finished_copy_and_an_empty_folder(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path
) -> None:
    assert creditline("restore", copy, tmp_path / "fresh").code == Exit.USAGE
    creditline("-C", layout.directory, "backup", copy)
    before = tree(layout.directory)
    assert creditline("restore", copy, layout.directory.parent).code == Exit.USAGE
    assert tree(layout.directory) == before


def test_an_interrupted_restore_can_be_continued(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    fresh = tmp_path / "fresh"
    (fresh / "warcs").mkdir(parents=True)
    (fresh / "warcs" / series(layout).name).write_bytes(b"half")
    assert creditline("restore", copy, fresh).code == Exit.DONE
    assert creditline("-C", fresh, "verify", "--all").code == Exit.DONE


def test_a_restore_killed_while_it_marks_the_folder_can_be_begun_again(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    fresh = tmp_path / "fresh"

    def killed(*_: object, **__: object) -> None:
        os._exit(9)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(Path, "replace", killed)
        with suppress(BaseException):
            restore.restore(Folder(copy), fresh)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert [path.suffix for path in fresh.iterdir()] == [".part"]
    assert creditline("restore", copy, fresh).code == Exit.DONE
    assert not list(fresh.glob(".*.part"))


def test_a_damaged_copy_is_reported_and_not_restored(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    damage(copy / "warcs" / series(layout).name)
    ended = creditline("restore", copy, tmp_path / "fresh")
    assert ended.code == Exit.INTEGRITY
    assert series(layout).name in ended.out
    assert not (tmp_path / "fresh" / "warcs" / series(layout).name).exists()


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.ENFILE])
@pytest.mark.parametrize("opened", [True, False])
def test_a_file_of_the_copy_that_cannot_be_read_does_not_stop_the_restore_of_the_others(
    creditline: Command,
    layout: Layout,
    copy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    opened: bool,
) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(number, os.strerror(number))

    creditline("-C", layout.directory, "backup", copy)
    bad, sound = copy / "warcs" / series(layout).name, Folder.open

    def broken(place: Folder, name: str) -> BinaryIO | None:
        if Path(str(place)) / name != bad:
            return sound(place, name)
        if opened:
            return Broken()
        raise DiskFailed(bad, OSError(number, os.strerror(number)))

    monkeypatch.setattr(Folder, "open", broken)
    if number == errno.ENFILE:  # too many open files say nothing about this one
        with pytest.raises((DiskFailed, OSError)):
            restore.restore(Folder(copy), tmp_path / "fresh")
        return
    ended = creditline("restore", copy, tmp_path / "fresh")
    assert ended.code == Exit.INTEGRITY
    assert f"FAULT  warcs/{bad.name}  its copy at {copy} is damaged or missing, or cannot be read" in ended.out
    assert sorted(one.name for one in (tmp_path / "fresh" / "warcs").glob("*.gz")) == [
        one.name for one in sorted((copy / "warcs").iterdir()) if one != bad
    ]


def test_a_file_is_no_copy_and_nothing_is_restored_into_a_copy(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    held = sorted(copy.rglob("*"))
    (tmp_path / "link").symlink_to(copy)
    for folder in (copy / "fresh", tmp_path / "link" / "fresh"):
        inside = creditline("restore", copy, folder)
        assert inside.code == Exit.USAGE
        assert f"{folder} is inside the copy" in inside.err
    assert sorted(copy.rglob("*")) == held
    file = creditline("restore", layout.settings, tmp_path / "fresh")
    assert (file.code, f"{layout.settings} is a file" in file.err) == (Exit.USAGE, True)
    assert not (tmp_path / "fresh").exists()
    (tmp_path / "file").touch()
    below = creditline("-C", layout.directory, "backup", tmp_path / "file" / "below")
    assert (below.code, "a file is where a folder should be" in below.err) == (Exit.DISK, True)


LIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a file outside": lambda told: told["files"].update({"warcs/../../escaped.warc.gz": one_of(told)}),
    "an absolute file": lambda told: told["files"].update({"/etc/escaped": one_of(told)}),
    "a file in a folder": lambda told: told["files"].update({"warcs/a/b.warc.gz": one_of(told)}),
    "a catalogue in no list": lambda told: told.update(catalogue="catalogue/0123456789abcdef.db"),
    "settings outside": lambda told: told.update(settings="../x"),
    "a catalogue that is a file of records": lambda told: told.update(catalogue=max(told["files"])),
    "no settings": lambda told: told.update(settings=""),
    "a negative length": lambda told: one_of(told).update(length=-1),
    "a length in words": lambda told: one_of(told).update(length="many"),
    "no digest": lambda told: one_of(told).pop("digest"),
    "files as a list": lambda told: told.update(files=[]),
    "a name that is a number": lambda told: told.update(collection=7),
    "another digest, with its own as it was": lambda told: one_of(told).update(digest="sha256:" + "0" * 64),
    "something more": lambda told: told.update(colour="blue"),
}


@pytest.mark.slow
def test_a_command_in_a_copy_says_that_it_is_one_and_changes_nothing(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path
) -> None:
    assert creditline("-C", layout.directory, "backup", copy).code == Exit.DONE
    before = tree(copy)
    for words in (["search", "x"], ["status"], ["rebuild"], ["rebuild", "--check"], ["run"]):
        told = creditline("-C", copy, *words)
        assert (told.code, f"{copy} is the second copy of a collection" in told.err) == (Exit.USAGE, True), words
        assert f"restore {copy} NEW" in told.err
    assert tree(copy) == before
    # The files of a copy alone, without its list, are those of any collection.
    shutil.copytree(copy / "warcs", tmp_path / "alone" / "warcs")
    assert creditline("-C", tmp_path / "alone", "rebuild").code == Exit.DONE
    # With settings, somebody has made a collection of it.
    shutil.copy(layout.settings, copy / layout.settings.name)
    assert creditline("-C", copy, "rebuild").code == Exit.DONE
    assert creditline("-C", copy, "status").code == Exit.DONE


def one_of(told: dict[str, Any]) -> dict[str, Any]:
    held: dict[str, Any] = next(iter(told["files"].values()))
    return held


@pytest.mark.slow
@pytest.mark.parametrize("lie", list(LIES))
@pytest.mark.parametrize("verb", ["restore", "compare", "backup"])
def test_a_forged_manifest_is_reported_and_writes_nothing_elsewhere(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path, lie: str, verb: str
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    told = manifest(copy)
    LIES[lie](told)
    (copy / NAME).write_text(json.dumps(told), "utf-8")
    before = tree(copy)
    command = {
        "restore": ("restore", copy, tmp_path / "fresh"),
        "compare": ("-C", layout.directory, "verify", "--copy", copy),
        "backup": ("-C", layout.directory, "backup", copy),
    }[verb]
    ended = creditline(*command)
    assert (ended.code, NAME in ended.err) == (Exit.INTEGRITY, True), ended.err
    assert not (tmp_path / "fresh").exists()
    assert not (tmp_path / "escaped.warc.gz").exists()
    assert tree(copy) == before


@pytest.mark.parametrize("text", [b"", b"[" * 100_000, b"{", b"\xff\xfe", b"[]", b'{"format": "creditline backup 9"}'])
def test_an_invalid_manifest_is_reported(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path, text: bytes
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    (copy / NAME).write_bytes(text)
    ended = creditline("restore", copy, tmp_path / "fresh")
    assert (ended.code, NAME in ended.err) == (Exit.INTEGRITY, True), ended.err


def test_a_manifest_of_an_older_copy_without_a_digest_is_accepted(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    told = manifest(copy)
    del told["seal"]
    (copy / NAME).write_text(json.dumps(told), "utf-8")
    assert creditline("restore", copy, tmp_path / "fresh").code == Exit.DONE


@pytest.mark.parametrize("verb", ["restore", "backup"])
def test_nothing_is_written_through_a_symlink_to_another_folder(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path, verb: str
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    elsewhere, fresh = tmp_path / "elsewhere", tmp_path / "fresh"
    if verb == "restore":
        elsewhere.mkdir()
        fresh.mkdir()
        (fresh / "warcs").symlink_to(elsewhere)
        ended = creditline("restore", copy, fresh)
    else:
        (copy / "warcs").rename(elsewhere)
        (copy / "warcs").symlink_to(elsewhere)
        with open_for_work(layout, INSTITUTE) as work:
            keep(work, "/three")
        ended = creditline("-C", layout.directory, "backup", copy)
    before = tree(elsewhere)
    assert ended.code == Exit.USAGE, ended.err
    assert "warcs" in ended.err
    assert tree(elsewhere) == before
    assert len(before) == (0 if verb == "restore" else 2)


def test_a_restore_killed_while_moving_files_can_be_continued(
    creditline: Command, layout: Layout, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    fresh = tmp_path / "fresh"

    def killed(*_: object, **__: object) -> None:
        (fresh / "run.lock").touch()
        (fresh / "catalogue.db-wal").write_bytes(b"of a catalogue that is gone")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(restore, "open_for_work", killed)
        with pytest.raises(KeyboardInterrupt):
            restore.restore(Folder(copy), fresh)
    assert creditline("restore", copy, fresh).code == Exit.DONE
    assert creditline("-C", fresh, "verify", "--all").code == Exit.DONE
    again = creditline("restore", copy, fresh)  # an existing collection is never overwritten
    assert (again.code, "holds something else" in again.err) == (Exit.USAGE, True)


# ── Repairing ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=["flipped", "cut", "gone", "emptied"])
def harmed(request: pytest.FixtureRequest, creditline: Command, layout: Layout, copy: Path) -> bytes:
    """The collection with one file damaged after it was copied; and what the file was."""
    creditline("-C", layout.directory, "backup", copy)
    path = series(layout)
    good = path.read_bytes()
    if request.param == "flipped":
        damage(path)
    elif request.param == "cut":
        path.write_bytes(good[:-30])
    elif request.param == "emptied":
        path.write_bytes(b"")
    else:
        path.unlink()
    return good


def test_a_damaged_file_is_repaired_from_its_copy_and_the_repair_is_recorded(
    creditline: Command, layout: Layout, copy: Path, harmed: bytes
) -> None:
    told = creditline("-C", layout.directory, "verify", "--copy", copy)
    assert told.code == Exit.INTEGRITY
    assert "--repair" in told.err
    name = next(one for one in manifest(copy)["files"] if one.startswith("warcs/bl-")).removeprefix("warcs/")
    damaged = (layout.warcs / name).read_bytes() if (layout.warcs / name).exists() else None
    ended = creditline("-C", layout.directory, "verify", "--copy", copy, "--repair")
    assert ended.code == Exit.DONE, ended.out
    assert (layout.warcs / name).read_bytes() == harmed
    aside = [path.read_bytes() for path in layout.directory.glob("damaged/*")]
    assert aside == ([] if damaged is None else [damaged])
    assert creditline("-C", layout.directory, "verify", "--all").code == Exit.DONE
    assert repaired(layout)


@pytest.mark.slow
def test_a_rebuild_keeps_the_record_of_a_repair(creditline: Command, layout: Layout, copy: Path) -> None:
    creditline("-C", layout.directory, "backup", copy)
    damage(series(layout))
    assert creditline("-C", layout.directory, "verify", "--copy", copy, "--repair").code == Exit.DONE
    assert creditline("-C", layout.directory, "rebuild").code == Exit.DONE
    assert repaired(layout)
    assert creditline("-C", layout.directory, "rebuild", "--check").code == Exit.DONE


def repaired(layout: Layout) -> bool:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return catalogue.latest_note(NoteKind.REPAIR) is not None


def test_a_repair_does_not_touch_good_files(creditline: Command, layout: Layout, copy: Path) -> None:
    creditline("-C", layout.directory, "backup", copy)
    before = {path.name: path.stat().st_ino for path in layout.warcs.iterdir()}
    ended = creditline("-C", layout.directory, "verify", "--copy", copy, "--repair")
    assert ended.code == Exit.DONE
    after = {path.name: path.stat().st_ino for path in layout.warcs.iterdir()}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1  # the note that says when the files were compared


def test_repairing_a_file_that_has_grown_keeps_its_newer_records(
    creditline: Command, layout: Layout, copy: Path
) -> None:
    with open_for_work(layout, INSTITUTE) as work:
        keep(work, "/three")
        creditline("-C", layout.directory, "backup", copy)
        keep(work, "/four")
        keep(work, "/five")
        grown = next(layout.warcs.glob("bl-*.open"))
    path = layout.warcs / grown.name.removesuffix(".open")
    good = path.read_bytes()
    damage(path, 200)
    assert creditline("-C", layout.directory, "verify", "--copy", copy, "--repair").code == Exit.DONE
    assert path.read_bytes() == good


def test_a_damaged_copy_is_not_used_for_a_repair(creditline: Command, layout: Layout, copy: Path) -> None:
    creditline("-C", layout.directory, "backup", copy)
    damage(series(layout))
    damage(copy / "warcs" / series(layout).name, 100)
    damaged = series(layout).read_bytes()
    ended = creditline("-C", layout.directory, "verify", "--copy", copy, "--repair")
    assert ended.code == Exit.INTEGRITY
    assert "its copy is no help" in ended.out
    assert series(layout).read_bytes() == damaged


def made_anew(path: Path, other: bytes) -> None:
    """Change what a publisher said, updating every digest and record position to match."""
    said = b"/two" * 50
    parts = []
    for member in members(path):
        data = member.data
        if said in data:
            data = data.replace(said, other)
            block = data.partition(b"\r\n\r\n")[2][: -len(b"\r\n\r\n")]
            for name, of in ((b"Block", block), (b"Payload", block.partition(b"\r\n\r\n")[2])):
                taken = f"WARC-{name.decode()}-Digest: {digest(of)}".encode()
                data = re.sub(b"WARC-" + name + b"-Digest: [^\r]+", taken, data)
        parts.append(pack(data))
    path.write_bytes(b"".join(parts))


@pytest.mark.slow
@pytest.mark.parametrize("other", [b"/ten" * 50, bytes(range(32, 82)) * 4], ids=["same length", "longer"])
def test_a_file_rewritten_with_new_digests_is_found_by_its_copy_and_repaired(
    creditline: Command, layout: Layout, copy: Path, other: bytes
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    before = series(layout).read_bytes()
    made_anew(series(layout), other)
    layout.catalogue.unlink()
    assert creditline("verify", series(layout)).code == Exit.DONE, "it agrees with itself"
    assert creditline("-C", layout.directory, "rebuild").code == Exit.DONE
    with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
        taken = hashlib.sha256(series(layout).read_bytes()).hexdigest()
        query = "UPDATE finished_file SET sha256 = ?, bytes = ? WHERE file = ?"
        catalogue.connection.execute(query, (taken, series(layout).stat().st_size, series(layout).name))
    told = creditline("-C", layout.directory, "verify", "--copy", copy)
    assert told.code == Exit.INTEGRITY
    assert f"{series(layout).name}:0" in told.out
    assert "it does not begin as it did when it was copied" in told.out
    ended = creditline("-C", layout.directory, "verify", "--copy", copy, "--repair")
    assert (ended.code, "1 repaired" in ended.out) == (Exit.DONE, True), ended.out
    assert f"creditline -C {layout.directory} rebuild" in ended.err
    assert series(layout).read_bytes() == before
    assert creditline("-C", layout.directory, "rebuild").code == Exit.DONE
    assert creditline("-C", layout.directory, "verify", "--all").code == Exit.DONE


@pytest.mark.parametrize(
    "appended",
    [b"\x00" * 30, b"words", pack(b"WARC/1.1\r\nWARC-Type: no\r\n\r\n"), b"\x1f\x8b\x08half"],
    ids=["zeros", "words", "a member", "half"],
)
def test_a_repair_removes_bytes_appended_to_a_finished_file(
    creditline: Command, layout: Layout, copy: Path, appended: bytes
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    before = series(layout).read_bytes()
    series(layout).write_bytes(before + appended)
    ended = creditline("-C", layout.directory, "verify", "--copy", copy, "--repair")
    assert (ended.code, "1 repaired" in ended.out) == (Exit.DONE, True), ended.out
    assert series(layout).read_bytes() == before


def test_files_that_are_missing_on_one_side_are_listed(creditline: Command, layout: Layout, copy: Path) -> None:
    creditline("-C", layout.directory, "backup", copy)
    with open_for_work(layout, INSTITUTE) as work:
        keep(work, "/three")
    (copy / "warcs" / "stray.warc.gz").write_bytes(b"")
    ended = creditline("-C", layout.directory, "verify", "--copy", copy)
    new = max(layout.warcs.glob("bl-*.warc.gz")).name
    assert f"NO COPY  {new}" in ended.out
    assert "NOT NAMED  warcs/stray.warc.gz" in ended.out


@pytest.mark.parametrize("kind", ["settings", "catalogue"])
def test_a_damaged_copy_of_settings_or_catalogue_is_reported(
    creditline: Command, layout: Layout, copy: Path, kind: str
) -> None:
    creditline("-C", layout.directory, "backup", copy)
    damage(next((copy / kind).iterdir()))
    ended = creditline("-C", layout.directory, "verify", "--copy", copy)
    assert (ended.code, f"FAULT  {kind}/" in ended.out) == (Exit.INTEGRITY, True), ended.out


def test_status_shows_the_last_comparison_with_a_copy(creditline: Command, layout: Layout, copy: Path) -> None:
    creditline("-C", layout.directory, "backup", copy)
    assert "copy        compared with none yet" in creditline("-C", layout.directory, "status").out
    creditline("-C", layout.directory, "verify", "--copy", copy)
    assert f"with {copy}: 0 damaged here, 0 there" in creditline("-C", layout.directory, "status").out
    told = json.loads(creditline("-C", layout.directory, "--json", "status").out)["copy"]
    assert (told["place"], told["damaged_here"]) == (str(copy), 0)


def test_a_rehearsal_restores_the_copy_and_status_shows_its_date(
    creditline: Command, layout: Layout, copy: Path
) -> None:
    done = creditline("-C", layout.directory, "backup", copy, "--rehearse")
    assert done.code == Exit.DONE, done.out
    assert "restored for a moment, and sound: " in done.out
    told = creditline("-C", layout.directory, "status")
    assert re.search(rf"rehearsal   restored \S+ \S+ UTC from {re.escape(str(copy))}: sound", told.out)
    assert f"compared with none yet: creditline -C {layout.directory} verify --copy {copy}\n" in told.out
    assert [path.name for path in layout.directory.iterdir() if path.name.startswith(".")] == []
    # It is no verification of the collection, and no comparison.
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert fixity_log.last_round(catalogue.connection) is None
        assert fixity_log.last_comparison(catalogue.connection) is None


def test_a_copy_named_from_the_current_folder_is_named_from_everywhere(
    creditline: Command, layout: Layout, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.mkdir(parents=True)
    monkeypatch.chdir(copy.parent)
    creditline("-C", layout.directory, "backup", copy.name, "--rehearse")
    assert f"UTC from {copy}: sound" in creditline("-C", layout.directory, "status").out
    creditline("-C", layout.directory, "verify", "--copy", copy.name)
    assert f"with {copy}: 0 damaged here" in creditline("-C", layout.directory, "status").out


@pytest.mark.damages_collection("a file is damaged before it is copied")
def test_a_rehearsal_finds_a_file_that_was_damaged_when_copied(creditline: Command, layout: Layout, copy: Path) -> None:
    damage(series(layout))
    done = creditline("-C", layout.directory, "backup", copy, "--rehearse")
    assert done.code == Exit.INTEGRITY
    assert "FAULT  restored: " in done.out
    assert re.search(r"rehearsal   restored .*: \d+ faults?", creditline("-C", layout.directory, "status").out)


def test_verify_repair_is_refused_without_a_copy(creditline: Command, layout: Layout) -> None:
    assert creditline("-C", layout.directory, "verify", "--repair").code == Exit.USAGE


@pytest.mark.slow
def test_keys_for_a_bucket_are_never_requested_from_the_metadata_service(
    creditline: Command, layout: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("boto3")
    with closing(socket.create_server(("127.0.0.1", 0))) as metadata:
        metadata.settimeout(0)
        for name in [one for one in os.environ if one.startswith("AWS_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{metadata.getsockname()[1]}")
        ended = creditline("-C", layout.directory, "backup", "s3://bucket/prefix")
        assert (ended.code, "no keys are set" in ended.err) == (Exit.USAGE, True), ended.err
        with pytest.raises(BlockingIOError):
            metadata.accept()


def test_a_bucket_without_boto3_or_without_a_name_is_refused(creditline: Command, layout: Layout) -> None:
    assert creditline("-C", layout.directory, "backup", "s3:///prefix").code == Exit.USAGE
    assert creditline("-C", layout.directory, "backup", "ftp://host/folder").code == Exit.USAGE


def test_a_full_disk_is_named_by_the_copy_and_not_by_the_catalogue(unread_collection: Layout) -> None:
    with pytest.raises(DiskFailed, match=r"^/dev/full: "):
        copy_catalogue(unread_collection.catalogue, Path("/dev/full"))
