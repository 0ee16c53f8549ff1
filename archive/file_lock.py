"""Locks on files and folders: taken, waited for no longer than a bound, and who holds one that cannot be had."""

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
"""Seconds that a command waits for a lock that another program holds, before it gives up and says so."""
_SLICE = 0.05
_LOCKS = Path("/proc/locks")
_INSTEAD = ".lock"
"""What is locked in the place of a folder that cannot be."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a lock, and the name of its program, "" where that is not known."""

    pid: int
    name: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.name})" if self.name else f"process {self.pid}"


def locked(descriptor: int) -> bool:
    """Take the lock of the open file, without waiting; return whether it could be had."""
    try:
        # flock and not a POSIX lock: the latter goes as soon as this process closes any descriptor of the file, whoever
        # opened it, and does not keep two of its own threads apart.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def holding(directory: Path, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Hold the lock of *directory*, waiting for it: who names or takes over a file does so under it.

    Raises:
        HeldByAnother: another program holds it for longer than PATIENCE.
    """
    descriptor = _lockable(directory)
    try:
        # By the clock that nobody sets: a correction of the time must not end the waiting, nor make it endless.
        until = time.monotonic() + PATIENCE
        # Asked again and again, as flock has no waiting with an end.
        while not locked(descriptor):
            if time.monotonic() > until:
                raise HeldByAnother(directory, str(holder_of(directory) or ""))
            sleep(_SLICE)
        yield
    finally:
        # With its only descriptor the lock is given up, also where this process is killed.
        os.close(descriptor)


def _lockable(directory: Path) -> int:
    """Return a descriptor by which *directory* can be locked: its own, or that of a file in it."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return descriptor
    except OSError as error:
        os.close(descriptor)
        # NFS locks for one alone only what is open for writing, which a folder never is (flock(2)).
        if error.errno != errno.EBADF:
            raise
        return os.open(directory / _INSTEAD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    return descriptor


def holder_of(*paths: Path) -> Holder | None:
    """Return who holds a lock for writing on one of *paths*, as far as the system says; no process of another machine,
    and not this one.
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
        # "1: FLOCK  ADVISORY  WRITE 1234 08:01:131073 0 EOF"; one that is waited for has "->" behind the number.
        words = line.split()
        # The path is not listed, so files are told by device and inode. Locks for reading keep no writer of ours out.
        if len(words) < 6 or words[1] == "->" or words[3] != "WRITE":
            continue
        major, minor, node = words[5].split(":")
        pid = int(words[4])
        # Numbers of devices are in hexadecimal. A lock that no single process holds is listed under -1 (proc_locks(5)).
        if (int(major, 16), int(minor, 16), int(node)) in files and pid > 0 and pid != os.getpid():
            return Holder(pid, _name_of(pid))
    return None


def _name_of(pid: int) -> str:
    try:
        # It may have ended since it was listed.
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
