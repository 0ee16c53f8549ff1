"""Locks on files and folders: take one, wait for it up to a limit, and find out who holds it."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from archive.errors import HeldByAnother

PATIENCE = 30.0
"""Seconds that a command waits for another program's lock before it gives up with a message."""
_SLICE = 0.05
_LOCKS = Path("/proc/locks")
_INSTEAD = ".lock"
"""Name of the file that is locked instead of a folder, where folders cannot be locked."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a lock, and its program's name ("" if unknown)."""

    pid: int
    name: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.name})" if self.name else f"process {self.pid}"


def locked(descriptor: int) -> bool:
    """Try to take the lock of the open file without waiting; return whether it was taken."""
    try:
        # flock, not a POSIX lock: a POSIX lock is lost when this process closes any descriptor of the file, whoever
        # opened it, and it does not separate two threads of one process.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def holding(directory: Path, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Hold the lock of *directory*, waiting if needed. Hold it to name a file in the folder or to take one over.

    Raises:
        HeldByAnother: another program holds the lock for longer than PATIENCE.
    """
    descriptor = _lockable(directory)
    try:
        # The monotonic clock: setting the system time must not end the wait or make it endless.
        until = time.monotonic() + PATIENCE
        # Polled, because flock has no wait with a time limit.
        while not locked(descriptor):
            if time.monotonic() > until:
                raise HeldByAnother(directory, str(holder_of(directory) or ""))
            sleep(_SLICE)
        yield
    finally:
        # Closing the only descriptor releases the lock; so does the end of a killed process.
        os.close(descriptor)


def _lockable(directory: Path) -> int:
    """Return a descriptor that can be locked for *directory*: of the folder itself or of a file in it."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return descriptor
    except OSError as error:
        os.close(descriptor)
        # NFS allows an exclusive lock only on what is open for writing, which a folder cannot be (flock(2)).
        if error.errno != errno.EBADF:
            raise
        return os.open(directory / _INSTEAD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    return descriptor


def holder_of(*paths: Path) -> Holder | None:
    """Return a process that holds a write lock on one of *paths*, if the system lists it. Processes of other machines
    and this process itself are never returned.
    """
    files = set()
    for path in paths:
        with suppress(OSError):
            found = path.stat()
            files.add((os.major(found.st_dev), os.minor(found.st_dev), found.st_ino))
    try:
        lines = _LOCKS.read_text().splitlines()
    except OSError:  # another system than Linux
        return None
    for line in lines:
        # "1: FLOCK  ADVISORY  WRITE 1234 08:01:131073 0 EOF"; a waiting request has "->" after the number.
        words = line.split()
        # Paths are not listed, so files are compared by device and inode. Read locks do not keep a writer out.
        if len(words) < 6 or words[1] == "->" or words[3] != "WRITE":
            continue
        major, minor, node = words[5].split(":")
        pid = int(words[4])
        # Device numbers are hexadecimal. A lock held by no single process is listed with -1 (proc_locks(5)).
        if (int(major, 16), int(minor, 16), int(node)) in files and pid > 0 and pid != os.getpid():
            return Holder(pid, _name_of(pid))
    return None


def _name_of(pid: int) -> str:
    try:
        # The process may have ended meanwhile.
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
