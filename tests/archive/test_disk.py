"""The anomaly loop: whichever system call fails, nothing durable is lost and no stray file is left."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.disk import RealDisk
from archive.errors import DiskFailed
from archive.fixity.verifier import verify_file
from archive.recovery import recover
from archive.store import Archive
from archive.warc.capture import Capture
from archive.warc.reader import capture_of, read_records

if TYPE_CHECKING:
    from tests.archive.conftest import MakeExchange, OpenArchive

PATHS = [f"/{at}" for at in range(8)]


class Killed(BaseException):
    """The process ends here."""


class FailingDisk(RealDisk):
    """A disk whose k-th call goes wrong in one of four ways; after a kill it makes no more calls."""

    def __init__(self, at: int, how: str) -> None:
        self.left = at
        self.how = how
        self.dead = False

    def _strike(self) -> bool:
        if self.dead:
            raise Killed
        self.left -= 1
        if self.left:
            return False
        if self.how == "kill":
            self.dead = True
            raise Killed
        if self.how == "EIO":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return True

    def _fail(self) -> None:
        if self._strike():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def create(self, path: Path) -> int:
        self._fail()
        return super().create(path)

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        if self.left == 1:
            super().write(descriptor, data[: len(data) // 2], offset)
            if self.how == "short":
                self.left = 0
                return len(data) // 2
        self._fail()
        return super().write(descriptor, data, offset)

    def truncate(self, descriptor: int, length: int) -> None:
        self._fail()
        super().truncate(descriptor, length)

    def datasync(self, descriptor: int) -> None:
        self._fail()
        super().datasync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        self._fail()
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        self._fail()
        super().remove(path)

    def sync_directory(self, directory: Path) -> None:
        self._fail()
        super().sync_directory(directory)


@dataclass
class Table:
    """The catalogue as far as the archive needs it: rows are added only after a sync."""

    rows: list[Capture] = field(default_factory=list)

    def known(self) -> dict[str, int]:
        ends: dict[str, int] = {}
        for row in self.rows:
            ends[row.ref.file] = max(ends.get(row.ref.file, 0), row.ref.offset + row.ref.length)
        return ends

    def missing(self) -> Iterator[str]:
        seen = {row.url for row in self.rows}
        return (path for path in PATHS if f"http://think.example{path}" not in seen)


def collect(archive: Archive, table: Table, exchange: MakeExchange) -> None:
    """One run: recover, then archive what is missing in batches of three, alternating between two publishers."""
    recovery = archive.recover(table.known())
    table.rows += (one for one in recovery.adopted if isinstance(one, Capture))
    batch: list[Capture] = []
    for path in list(table.missing()):
        publisher = "think" if int(path[1:]) % 2 else "tank"
        batch.append(archive.keep(publisher, exchange(path.encode() * 300, path=path, minute=int(path[1:]))))
        if len(batch) == 3:
            archive.sync()
            table.rows += batch
            batch = []
    archive.sync()
    table.rows += batch


def assert_sound(warcs: Path, table: Table) -> None:
    """Every file verifies, every row has its record, and every capture its row."""
    in_files = []
    for path in sorted(warcs.iterdir()):
        assert path.suffix == ".gz"
        assert verify_file(path).findings == ()
        in_files += [capture for capture in map(capture_of, read_records(path)) if capture]
    assert sorted(in_files, key=lambda one: one.id) == sorted(table.rows, key=lambda one: one.id)
    assert not list(table.missing())


@pytest.mark.slow
@pytest.mark.parametrize("how", ["EIO", "ENOSPC", "short", "kill"])
def test_next_run_completes_after_any_failed_system_call(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, how: str
) -> None:
    points = 0
    for at in count(1):
        table = Table()
        disk = FailingDisk(at, how)
        failed = False
        try:
            with open_archive(roll_bytes=2500, disk=disk) as archive:
                collect(archive, table, exchange)
        except (DiskFailed, Killed):
            failed = True
        with open_archive(roll_bytes=2500) as archive:
            collect(archive, table, exchange)
        assert_sound(warcs, table)
        for path in warcs.iterdir():
            path.unlink()
        if not failed and disk.left > 0:
            break
        points = at
    assert points > 20


@pytest.mark.parametrize("how", ["EIO", "kill"])
@pytest.mark.parametrize("killed_at", [4, 11])
def test_failed_or_killed_recovery_is_repeated_by_the_next_run(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, how: str, killed_at: int
) -> None:
    for at in count(1):
        table = Table()
        with pytest.raises(Killed), open_archive(disk=FailingDisk(killed_at, "kill")) as archive:
            collect(archive, table, exchange)
        disk = FailingDisk(at, how)
        try:
            with open_archive() as archive:
                recovery = recover(warcs, table.known(), disk=disk)
                table.rows += (one for one in recovery.adopted if isinstance(one, Capture))
        except (DiskFailed, Killed):
            pass
        with open_archive() as archive:
            collect(archive, table, exchange)
        assert_sound(warcs, table)
        for path in warcs.iterdir():
            path.unlink()
        if disk.left > 0:
            break
    assert at > 3


def test_full_disk_is_reported_and_nothing_is_lost(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    class Full(RealDisk):
        full = False

        def write(self, descriptor: int, data: bytes, offset: int) -> int:
            if self.full:
                super().write(descriptor, data[:10], offset)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(descriptor, data, offset)

    disk = Full()
    with open_archive(disk=disk) as archive:
        kept = [archive.keep("think", exchange())]
        archive.sync()
        size = archive.path(kept[0].ref.file).stat().st_size
        kept.append(archive.keep("think", exchange(minute=1)))
        disk.full = True
        with pytest.raises(DiskFailed) as failed:
            archive.sync()
        assert failed.value.errno == errno.ENOSPC
        assert failed.value.hint
        assert archive.path(kept[0].ref.file).stat().st_size == size
        kept.append(archive.keep("think", exchange(minute=2)))
        disk.full = False
        archive.sync()
    (file,) = warcs.iterdir()
    assert [one for one in map(capture_of, read_records(file)) if one] == kept
    assert verify_file(file).findings == ()


def test_file_that_failed_to_sync_is_never_reported_durable(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    class Forgetful(RealDisk):
        """Reports a lost page once, as Linux does, and then calls it written."""

        reported = False

        def datasync(self, descriptor: int) -> None:
            if not self.reported:
                self.reported = True
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            super().datasync(descriptor)

    archive = open_archive(disk=Forgetful())
    archive.keep("think", exchange())
    for _ in range(2):
        with pytest.raises(DiskFailed):
            archive.sync()
    with pytest.raises(DiskFailed):
        archive.close()
    assert [path.suffix for path in warcs.iterdir()] == [".open"]
    with open_archive() as archive:
        assert len(archive.recover({}).adopted) == 1
