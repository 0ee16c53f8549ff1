"""The locks of a collection: one run at a time and one service, each held by ``flock`` while its process lives."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.errors import NO_ROOM, CreditlineError, DiskFailed, Exit
from archive.file_lock import holder_of

FILE_NAME, SERVICE = "run.lock", "service.lock"
"""The files that are locked by a run, and by `start`. They remain and name the last holder."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: the process, since when, and the command that it carries out, as far as they are known."""

    pid: int | None = None
    since: str | None = None
    command: str | None = None

    def in_words(self) -> str:
        """Return the process and since when it holds the lock, as messages show it."""
        # The file may have been read between truncating and writing, so either may be missing.
        if not self.pid or not self.since:
            return f"process {self.pid}" if self.pid else "another process"
        since = self.since
        with suppress(ValueError):  # another program may have written it
            since = f"{datetime.fromisoformat(since).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return f"process {self.pid}, since {since}"

    def at_work(self) -> str:
        """Return what the holder of a run lock does, as messages call it."""
        # An older program named no command, and then it is nearly always a run.
        return f"`{self.command}`" if self.command not in (None, "run") else "a run"


class Locked(CreditlineError):
    """Another command holds the lock."""

    code = Exit.LOCKED
    hint = "wait for it to end, or stop it: `creditline status` shows it"

    def __init__(self, path: Path, held: Holder) -> None:
        self.path, self.held = path, held
        super().__init__(f"{self.what} in {path.parent.absolute()} ({held.in_words()})")

    @property
    def what(self) -> str:
        """What is under way, in words."""
        return f"{self.held.at_work()} is under way"


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
def run_lock(directory: Path, *, now: datetime, command: str = "run") -> Iterator[None]:
    """Hold the run lock of the collection in *directory* while the block is running.

    *command* is what to tell others that is under way, such as ``rebuild``.
    The file remains; the kernel releases the lock when the process ends, in whatever way.

    Raises:
        Locked: a live command holds it.
        DiskFailed: the folder is not writable, the disk is full, or its file system has no locks.
    """
    lock = _taken(directory / FILE_NAME, now, Locked, command)
    try:
        yield
    finally:
        os.close(lock)


def _taken(path: Path, now: datetime, refusal: type[Locked], command: str = "start") -> int:
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
            held = {"pid": os.getpid(), "since": now.isoformat(), "command": command}
            os.pwrite(descriptor, json.dumps(held).encode(), 0)
        except BlockingIOError:
            raise refusal(path, _holder(path, descriptor)) from None
        # A full disk shows up here first; and some network file systems have no locks.
        except OSError as error:
            raise DiskFailed(path, error) from error
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def holder(directory: Path, name: str = FILE_NAME) -> Holder | None:
    """Return who works in *directory*, or is the service there (*name* `SERVICE`); None if nobody is."""
    path = directory / name
    if not path.exists():
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except PermissionError:
        # Another user's, as after a command of root. The system lists who holds its lock, though not since when.
        seen = holder_of(path)
        return Holder(seen.pid) if seen else None
    try:
        try:
            # A shared lock, so that two processes that only check do not take each other for a run.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _holder(path, descriptor)
        return None
    finally:
        os.close(descriptor)


def _holder(path: Path, descriptor: int) -> Holder:
    """Return what the holder wrote into the file; but if the system names another process, return that one."""
    seen = holder_of(path)
    try:
        said = json.loads(os.pread(descriptor, 4096, 0) or b"{}")
        named = Holder(int(said["pid"]), str(said["since"]), str(said.get("command") or "run"))
    except (ValueError, TypeError, KeyError):  # read between truncating and writing, or from another program
        return Holder(seen.pid if seen else None)
    return named if seen is None or seen.pid == named.pid else Holder(seen.pid)
