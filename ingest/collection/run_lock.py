"""The run lock of a collection: one run at a time, held by ``flock`` for as long as its process lives."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from archive.errors import CreditlineError, DiskFailed, Exit
from archive.file_lock import holder_of

FILE_NAME = "run.lock"


class Locked(CreditlineError):
    """Another run holds the lock. Contains its process id and start time, as far as they are known."""

    code = Exit.LOCKED
    hint = "wait for it to end, or stop it: `creditline status` shows it"

    def __init__(self, path: Path, pid: int | None, since: str | None) -> None:
        # The file may have been read between truncating and writing, so either may be missing.
        holder = f"process {pid}" + (f", since {since}" if since else "") if pid else "another process"
        super().__init__(f"a run is under way in {path.parent} ({holder})")
        self.path, self.pid, self.since = path, pid, since


@contextmanager
def run_lock(directory: Path, *, now: datetime) -> Iterator[None]:
    """Hold the run lock of the collection in *directory* while the block is running.

    The file remains; the kernel releases the lock when the process ends, in whatever way.

    Raises:
        Locked: a live run holds it.
        DiskFailed: the folder is not writable, the disk is full, or its file system has no locks.
    """
    path = directory / FILE_NAME
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise DiskFailed(path, error) from error
    try:
        try:
            # Use flock and not a file to be deleted: a killed process then leaves nothing that looks like a lock.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Write only while holding the lock, because the file names the holder.
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "since": now.isoformat()}).encode(), 0)
        except BlockingIOError:
            raise Locked(path, *_holder(path, descriptor)) from None
        # A full disk shows up here first; and some network file systems have no locks.
        except OSError as error:
            raise DiskFailed(path, error) from error
        yield
    finally:
        os.close(descriptor)


def holder(directory: Path) -> tuple[int | None, str | None] | None:
    """Return (process id, since) of the live run in *directory*, or None if there is none."""
    path = directory / FILE_NAME
    if not path.exists():
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            # A shared lock, so that two processes that only check do not take each other for a run.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _holder(path, descriptor)
        return None
    finally:
        os.close(descriptor)


def _holder(path: Path, descriptor: int) -> tuple[int | None, str | None]:
    """Return what the holder wrote into the file; but if the system names another process, return that one."""
    seen = holder_of(path)
    try:
        said = json.loads(os.pread(descriptor, 4096, 0) or b"{}")
        pid, since = (int(said["pid"]), str(said["since"]))
    except (ValueError, TypeError, KeyError):  # read between truncating and writing, or from another program
        return (seen.pid if seen else None), None
    return (pid, since) if seen is None or seen.pid == pid else (seen.pid, None)
