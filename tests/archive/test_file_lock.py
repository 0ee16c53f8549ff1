"""Locks also hold where a file system, like NFS, only locks files that are open for writing."""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from archive.disk import RealDisk
from archive.errors import HeldByAnother
from archive.file_lock import holding, locked
from archive.warc.writer import is_held


@pytest.fixture
def nfs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make locks behave as on NFS, which tests do not have."""
    real = fcntl.flock

    def flock(descriptor: int, operation: int) -> None:
        reading = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
        if reading and operation & fcntl.LOCK_EX:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)


@pytest.mark.usefixtures("nfs")
def test_a_folder_that_cannot_be_locked_is_locked_by_a_file_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.file_lock.PATIENCE", 0.0)
    with holding(tmp_path), pytest.raises(HeldByAnother), holding(tmp_path, sleep=lambda _: None):
        pass
    with holding(tmp_path):
        pass


def test_a_folder_that_another_program_locks_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    with ExitStack() as other:
        other.enter_context(holding(tmp_path))
        with holding(tmp_path, sleep=lambda _: other.close()):
            pass


@pytest.mark.usefixtures("nfs")
def test_file_being_written_is_seen_as_locked(tmp_path: Path) -> None:
    path = tmp_path / "p-20230424100000-00001.warc.gz.open"
    descriptor = RealDisk().create(path)
    assert not is_held(path)
    assert locked(descriptor)
    assert is_held(path)
    os.close(descriptor)
    assert not is_held(path)
