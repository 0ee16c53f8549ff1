"""What a killed process left: it is adopted, cut or finished, and never made worse."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.disk import RealDisk
from archive.errors import BadHead
from archive.fixity.verifier import verify_file
from archive.recovery import Recovery, recover
from archive.replay import replay
from archive.warc.capture import Capture, Note, NoteKind
from archive.warc.member import pack
from archive.warc.reader import read_records

if TYPE_CHECKING:
    from tests.archive.conftest import MakeExchange, OpenArchive


class NoSyncDisk(RealDisk):
    """Does not wait for the disk."""

    def datasync(self, descriptor: int) -> None:
        pass

    def sync_directory(self, directory: Path) -> None:
        pass


FILE = "think-20261125100000-00001.warc.gz"


@pytest.fixture
def left_behind(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, tmp_path: Path
) -> tuple[Path, list[Capture | Note]]:
    """A directory as a killed process leaves it: one ``.open`` file with two captures and a note."""
    kept: list[Capture | Note] = []
    directory = tmp_path / "left"
    directory.mkdir()
    with open_archive() as archive:
        kept.append(archive.keep("think", exchange()))
        kept.append(archive.note("think", NoteKind.RUN, {"new": 1}))
        kept.append(archive.keep("think", exchange(b"another page", path="/b", minute=1)))
        archive.sync()
        shutil.copy(warcs / f"{FILE}.open", directory)
    return directory, kept


def test_records_unknown_to_the_catalogue_are_adopted(left_behind: tuple[Path, list[Capture | Note]]) -> None:
    directory, kept = left_behind
    recovery = recover(directory, {})
    assert list(recovery.adopted) == kept
    assert recovery.finished == (FILE,)
    assert recovery.cut == recovery.damaged == ()
    assert recovery.removed == ()
    assert [path.name for path in directory.iterdir()] == [FILE]
    assert verify_file(directory / FILE).findings == ()


def test_records_known_to_the_catalogue_are_not_adopted_again(left_behind: tuple[Path, list[Capture | Note]]) -> None:
    directory, kept = left_behind
    note = kept[1]
    assert list(recover(directory, {FILE: note.ref.offset + note.ref.length}).adopted) == kept[2:]
    assert recover(directory, {FILE: (directory / FILE).stat().st_size}).adopted == ()
    assert list(recover(directory, {}).adopted) == kept


@pytest.mark.slow
def test_a_file_cut_at_any_byte_of_its_last_records_loses_only_those(
    left_behind: tuple[Path, list[Capture | Note]], tmp_path: Path
) -> None:
    directory, kept = left_behind
    whole = (directory / f"{FILE}.open").read_bytes()
    last = kept[2].ref
    ends = [last.offset, last.offset + last.length, len(whole)]
    for size in range(last.offset, len(whole) + 1):
        place = tmp_path / str(size)
        place.mkdir()
        (place / f"{FILE}.open").write_bytes(whole[:size])
        recovery = recover(place, {}, disk=NoSyncDisk())
        end = max(at for at in ends if at <= size)
        assert (place / FILE).read_bytes() == whole[:end]
        assert list(recovery.adopted) == (kept if end > last.offset else kept[:2])
        assert [(one.offset, one.length) for one in recovery.cut] == ([(end, size - end)] if size > end else [])
        shutil.rmtree(place)
    for end in ends:
        (tmp_path / FILE).write_bytes(whole[:end])
        assert verify_file(tmp_path / FILE).findings == ()


@pytest.mark.parametrize("tail", [b"\0" * 5000, b"\x1f\x8b\x08\0" * 9, b"WARC/1.1\r\nContent-Length: 9", b"x"])
def test_tail_of_other_bytes_is_cut(left_behind: tuple[Path, list[Capture | Note]], tail: bytes) -> None:
    directory, kept = left_behind
    with (directory / f"{FILE}.open").open("ab") as file:
        file.write(tail)
    recovery = recover(directory, {})
    assert list(recovery.adopted) == kept
    assert sum(one.length for one in recovery.cut) == len(tail)
    assert verify_file(directory / FILE).findings == ()


def test_an_adopted_response_without_companions_replays(left_behind: tuple[Path, list[Capture | Note]]) -> None:
    directory, kept = left_behind
    last = kept[2].ref
    with (directory / f"{FILE}.open").open("r+b") as file:
        file.truncate(last.offset + last.length + 5)
    (*_, capture) = recover(directory, {}).adopted
    assert isinstance(capture, Capture)
    shown = replay(directory, capture, lambda *_: None)
    assert shown.request == b""
    assert shown.response.endswith(b"another page")


@pytest.mark.parametrize("what", ["half a warcinfo", "zeros"])
def test_file_without_a_complete_record_is_removed(left_behind: tuple[Path, list[Capture | Note]], what: str) -> None:
    directory, _ = left_behind
    path = directory / f"{FILE}.open"
    path.write_bytes(path.read_bytes()[:20] if what == "half a warcinfo" else bytes(9000))
    size = path.stat().st_size
    recovery = recover(directory, {})
    assert recovery.removed == (FILE,)
    assert [one.length for one in recovery.cut] == [size]
    assert list(directory.iterdir()) == []


def test_empty_file_is_removed_without_a_report(tmp_path: Path) -> None:
    (tmp_path / f"{FILE}.open").touch()
    assert recover(tmp_path, {}) == Recovery(removed=(FILE,))
    assert list(tmp_path.iterdir()) == []


def test_zeros_in_the_middle_of_a_record_lose_only_that_record(
    left_behind: tuple[Path, list[Capture | Note]],
) -> None:
    """A power cut leaves this when the size of a file reached the disk and its last pages did not."""
    directory, kept = left_behind
    path = directory / f"{FILE}.open"
    data, last = path.read_bytes(), kept[2].ref
    torn = last.offset + last.length // 2
    path.write_bytes(data[:torn] + bytes(len(data) - torn))
    recovery = recover(directory, {})
    assert list(recovery.adopted) == kept[:2]
    assert (directory / FILE).read_bytes() == data[: last.offset]
    assert [(one.offset, one.length) for one in recovery.cut] == [(last.offset, len(data) - last.offset)]


def test_each_file_left_behind_is_recovered_separately(left_behind: tuple[Path, list[Capture | Note]]) -> None:
    directory, kept = left_behind
    path = directory / f"{FILE}.open"
    whole = path.read_bytes()
    other = FILE.replace("00001", "00002")
    (directory / f"{other}.open").write_bytes(whole)
    path.write_bytes(whole[:-7] + b"torn")
    recovery = recover(directory, {other: kept[1].ref.offset})
    adopted = [(record.id, record.ref.file) for record in recovery.adopted]
    assert adopted == [(one.id, FILE) for one in kept] + [(one.id, other) for one in kept[1:]]
    assert [stretch.file for stretch in recovery.cut] == [FILE]
    assert recovery.finished == (FILE, other)
    assert (directory / other).read_bytes() == whole


@pytest.mark.parametrize("name", ["finished", "open"])
def test_recovery_never_overwrites_good_bytes(left_behind: tuple[Path, list[Capture | Note]], name: str) -> None:
    class Watched(RealDisk):
        """Records what was overwritten or cut; nothing may be written."""

        def write(self, descriptor: int, data: bytes, offset: int) -> int:
            raise AssertionError(f"{len(data)} bytes written at {offset} of {descriptor}")

    directory, _ = left_behind
    path = directory / f"{FILE}.open"
    whole = path.read_bytes()
    if name == "finished":
        path = path.rename(directory / FILE)
    path.write_bytes(whole + b"\0torn")
    recover(directory, {}, disk=Watched())
    assert (directory / FILE).read_bytes() == (whole + b"\0torn" if name == "finished" else whole)


def test_file_is_synced_before_its_rename_and_the_rename_before_the_report(
    left_behind: tuple[Path, list[Capture | Note]],
) -> None:
    """Otherwise a power cut could leave a finished name over bytes that were never written."""
    done: list[str] = []

    class Watched(RealDisk):
        def truncate(self, descriptor: int, length: int) -> None:
            done.append("truncate")
            super().truncate(descriptor, length)

        def datasync(self, descriptor: int) -> None:
            done.append("datasync")
            super().datasync(descriptor)

        def rename(self, old: Path, new: Path) -> None:
            done.append("rename")
            super().rename(old, new)

        def sync_directory(self, directory: Path) -> None:
            done.append("sync_directory")
            super().sync_directory(directory)

    directory, _ = left_behind
    path = directory / f"{FILE}.open"
    path.write_bytes(path.read_bytes() + b"\0torn")
    assert recover(directory, {}, disk=Watched()).finished == (FILE,)
    assert done == ["truncate", "datasync", "rename", "sync_directory"]


def test_damage_before_sound_records_is_left_and_the_records_are_adopted(
    left_behind: tuple[Path, list[Capture | Note]],
) -> None:
    directory, kept = left_behind
    path = directory / f"{FILE}.open"
    data = bytearray(path.read_bytes())
    at = kept[0].ref.offset + kept[0].ref.length // 2
    data[at : at + 4] = b"\0\0\0\0"
    path.write_bytes(data)
    recovery = recover(directory, {})
    assert list(recovery.adopted) == kept[1:]
    assert [(one.offset, one.length) for one in recovery.damaged] == [(kept[0].ref.offset, kept[0].ref.length)]
    assert recovery.cut == ()
    assert (directory / FILE).read_bytes() == bytes(data)


def test_a_finished_file_is_never_cut(left_behind: tuple[Path, list[Capture | Note]]) -> None:
    directory, kept = left_behind
    data = (directory / f"{FILE}.open").read_bytes()[:-3]
    (directory / f"{FILE}.open").unlink()
    (directory / FILE).write_bytes(data)
    recovery = recover(directory, {})
    assert list(recovery.adopted) == kept
    assert recovery.cut == ()
    assert len(recovery.damaged) == 1
    assert (directory / FILE).read_bytes() == data


def test_records_inside_archived_content_are_not_adopted(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, tmp_path: Path
) -> None:
    """A site that serves WARC files cannot plant captures through a torn member that holds them."""
    planted = pack(
        b"WARC/1.1\r\nWARC-Type: response\r\n"
        b"WARC-Record-ID: <urn:uuid:planted>\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        b"WARC-Target-URI: http://think.example/planted\r\nCreditline-Publisher: think\r\n"
        b"Content-Type: application/http\r\nContent-Length: 19\r\n\r\nHTTP/1.0 200 OK\r\n\r\n\r\n\r\n"
    )
    with open_archive() as archive:
        archive.keep("think", exchange())
        archive.sync()
        data = (warcs / f"{FILE}.open").read_bytes()
    (tmp_path / f"{FILE}.open").write_bytes(data + b"\x1f\x8b\x08\x00torn" + planted + b"more")
    recovery = recover(tmp_path, {})
    assert len(recovery.adopted) == 1
    assert (tmp_path / FILE).read_bytes() == data


def test_file_that_another_process_is_writing_is_left_alone(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    with open_archive() as other:
        kept = other.keep("think", exchange())
        other.sync()
        with open_archive() as archive:
            assert archive.recover({}).adopted == ()
            assert archive.recover({}).finished == ()
        other.keep("think", exchange(minute=1))
    assert [path.name for path in warcs.iterdir()] == [kept.ref.file]


def test_full_file_with_uncatalogued_records_is_not_recovered_by_others(
    open_archive: OpenArchive, exchange: MakeExchange
) -> None:
    with open_archive(roll_bytes=1) as busy, open_archive() as beside:
        first = busy.keep("think", exchange())
        second = busy.keep("think", exchange(minute=1))
        assert not busy.path(first.ref.file).name.endswith(".open")
        assert beside.recover({}) == Recovery()
        busy.sync()  # from here on both may be catalogued
        assert beside.recover({}) == Recovery()
        busy.rows_committed([second])
        busy.sync()
        assert beside.recover({}) == Recovery()  # the first is not catalogued yet
        busy.rows_committed([first])
        assert beside.recover({second.ref.file: second.ref.offset + second.ref.length}).adopted == (first,)


def test_files_that_are_not_ours_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert recover(tmp_path, {}).adopted == ()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_refused_exchange_leaves_no_record(open_archive: OpenArchive, exchange: MakeExchange, warcs: Path) -> None:
    with open_archive() as archive:
        archive.keep("think", exchange())
        with pytest.raises(BadHead):
            archive.keep("think", exchange(head=b"<html>"))
    assert len(list(read_records(warcs / FILE))) == 3
