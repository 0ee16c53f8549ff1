"""The locks of a collection: one run at a time and one service, each held by ``flock`` while its process lives."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from archive.errors import NO_ROOM, CreditlineError, DiskFailed, Exit
from archive.file_lock import holder_of

FILE_NAME, SERVICE = "run.lock", "service.lock"
"""The files that are locked by a run, and by `start`. They remain and name the last holder."""


def in_words(pid: int | None, since: str | None) -> str:
    """Return who holds a lock, as far as it is known, with the time as messages show it."""
    # The file may have been read between truncating and writing, so either may be missing.
    if not pid or not since:
        return f"process {pid}" if pid else "another process"
    with suppress(ValueError):  # another program may have written it
        since = f"{datetime.fromisoformat(since).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"process {pid}, since {since}"


class Locked(CreditlineError):
    """Another run holds the lock. Contains its process id and start time, as far as they are known."""

    code = Exit.LOCKED
    hint = "wait for it to end, or stop it: `creditline status` shows it"
    what = "a run is under way"

    def __init__(self, path: Path, pid: int | None, since: str | None) -> None:
        super().__init__(f"{self.what} in {path.parent.absolute()} ({in_words(pid, since)})")
        self.path, self.pid, self.since = path, pid, since


class ServiceWorks(Locked):
    """A service already works in the collection."""

    hint = "leave the work to it, or stop it first: `creditline status` shows it"
    what = "a service already works"


@contextmanager
def service_lock(directory: Path, *, now: datetime) -> Iterator[None]:
    """Hold the lock of the service in *directory* while the block is running.

    A second service would do no harm, as its jobs wait for the run lock, but whoever stops one would believe that none
    works any longer.

    Raises:
        ServiceWorks: another one works there.
        DiskFailed: as for `run_lock`.
    """
    try:
        lock = _taken(directory / SERVICE, now, ServiceWorks)
    except DiskFailed as failed:
        # A service waits for room on a full disk and tells people of it, so it must not end because of it.
        if failed.errno not in NO_ROOM:
            raise
        yield
        return
    try:
        yield
    finally:
        os.close(lock)


@contextmanager
def run_lock(directory: Path, *, now: datetime) -> Iterator[None]:
    """Hold the run lock of the collection in *directory* while the block is running.

    The file remains; the kernel releases the lock when the process ends, in whatever way.

    Raises:
        Locked: a live run holds it.
        DiskFailed: the folder is not writable, the disk is full, or its file system has no locks.
    """
    lock = _taken(directory / FILE_NAME, now, Locked)
    try:
        yield
    finally:
        os.close(lock)


def _taken(path: Path, now: datetime, refusal: type[Locked]) -> int:
    """Lock the file and write into it who holds it; return its descriptor, whose closing ends the lock."""
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
            raise refusal(path, *_holder(path, descriptor)) from None
        # A full disk shows up here first; and some network file systems have no locks.
        except OSError as error:
            raise DiskFailed(path, error) from error
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def holder(directory: Path, name: str = FILE_NAME) -> tuple[int | None, str | None] | None:
    """Return (process id, since) of the live run in *directory*, or of the service (*name* `SERVICE`), else None."""
    path = directory / name
    if not path.exists():
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except PermissionError:
        # Another user's, as after a command of root. The system lists who holds its lock, though not since when.
        seen = holder_of(path)
        return (seen.pid, None) if seen else None
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
