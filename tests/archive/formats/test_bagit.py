"""Bags: what RFC 8493 requires, and what the reference implementation says about ours."""

from __future__ import annotations

import errno
import hashlib
from datetime import date
from pathlib import Path

import bagit
import pytest

from archive.disk import whole_file, whole_folder
from archive.errors import DiskFailed
from archive.formats.bagit import BagWriter

INFO = [("Source-Organization", "Łódź\nInstitute"), ("Contact-Name", "")]


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """A bag of three files, one of them empty, one with a name that is not ASCII."""
    folder = tmp_path / "bag"
    folder.mkdir()
    writer = BagWriter(folder)
    for path, data in (("warcs/a.warc.gz", b"record"), ("catalogue/ó.txt", b"x" * 1500), ("empty.csv", b"")):
        with writer.entry(path) as out:
            out.write(data)
    writer.finish(INFO, date(2026, 11, 25))
    return folder


def test_reference_implementation_accepts_the_bag_and_rejects_a_changed_one(bag: Path) -> None:
    assert bagit.Bag(str(bag)).validate()
    (bag / "data/warcs/a.warc.gz").write_bytes(b"rekord")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(bag)).validate()


def test_tag_files_follow_the_standard_and_have_their_own_manifest(bag: Path) -> None:
    assert (bag / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    told = (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    assert told == [
        "Source-Organization: Łódź Institute",
        "Bagging-Date: 2026-11-25",
        "Payload-Oxum: 1506.3",
        "Bag-Size: 1 KB",
    ]
    listed = {line.split("  ", 1)[1] for line in (bag / "manifest-sha512.txt").read_text("utf-8").splitlines()}
    assert listed == {"data/warcs/a.warc.gz", "data/catalogue/ó.txt", "data/empty.csv"}
    for line in (bag / "tagmanifest-sha512.txt").read_text().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha512((bag / name).read_bytes()).hexdigest() == digest


# ── All or nothing ────────────────────────────────────────────────────────────────────────────────────────────


def test_file_or_folder_gets_its_name_only_when_complete(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"before")
    with pytest.raises(ZeroDivisionError), whole_file(tmp_path / "file") as file:
        file.write(b"half" * (1 // 0))
    with pytest.raises(ZeroDivisionError), whole_folder(tmp_path / "folder") as folder:
        (folder / "half").write_bytes(b"half" * (1 // 0))
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("file", b"before")]
    left = tmp_path / f".folder.{'0' * 16}.part"
    left.mkdir()
    (left / "by a crash").touch()
    with whole_file(tmp_path / "file") as file:
        file.write(b"whole")
    with whole_folder(tmp_path / "folder") as folder:
        (folder / "one").mkdir()
        (folder / "one" / "two").write_bytes(b"2")
    assert (tmp_path / "file").read_bytes() == b"whole"
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["file", "folder", "one", "two"]


def test_part_files_of_others_are_never_touched(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "file.part").symlink_to(tmp_path / "mine")
    (tmp_path / "folder.part").mkdir()
    (tmp_path / "folder.part" / "letters").write_bytes(b"mine")
    with whole_file(tmp_path / "file") as file:
        file.write(b"whole")
    with whole_folder(tmp_path / "folder"):
        pass
    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert (tmp_path / "file.part").is_symlink()
    assert (tmp_path / "folder.part" / "letters").read_bytes() == b"mine"


def test_concurrent_attempt_is_not_cleared_away(tmp_path: Path) -> None:
    with whole_file(tmp_path / "file") as one, whole_file(tmp_path / "file") as other:
        one.write(b"one")
        other.write(b"other")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"one"


def test_disk_error_raises_disk_failed(tmp_path: Path) -> None:
    with pytest.raises(DiskFailed), whole_file(tmp_path / "nowhere" / "file") as file:
        file.write(b"x")
    with pytest.raises(DiskFailed), whole_file(tmp_path / "full"), Path("/dev/full").open("wb", buffering=0) as full:
        full.write(b"x")
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_file_that_fails_is_named_by_the_name_it_was_to_get(tmp_path: Path) -> None:
    other = tmp_path / "other"
    for by_name, named in ((True, tmp_path / "file"), (False, other)):
        with pytest.raises(DiskFailed) as told, whole_file(tmp_path / "file") as file:
            raise DiskFailed(Path(file.name) if by_name else other, OSError(errno.ENOSPC, "full"))
        assert (told.value.path, str(told.value), told.value.errno) == (named, f"{named}: full", errno.ENOSPC)


@pytest.mark.parametrize("path", ["100%.txt", "a\nb"])
def test_path_that_few_manifest_readers_understand_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="manifest"), BagWriter(tmp_path).entry(path):
        pass
