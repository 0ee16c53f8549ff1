"""Disk: every call of the operating system by which the store can lose something, in one seam."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class Disk(Protocol):
    """What the store asks of a file system. Each call may raise OSError; a test lets the k-th one fail."""

    def create(self, path: Path) -> int:
        """Create the file, which must not exist (O_EXCL), and return its descriptor, to read and write."""

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        """Write *data* at byte *offset*; return how many bytes were taken, which may be fewer."""

    def truncate(self, descriptor: int, length: int) -> None:
        """Cut the file to *length* bytes."""

    def datasync(self, descriptor: int) -> None:
        """Return once the file's data are on the disk."""

    def rename(self, old: Path, new: Path) -> None:
        """Give the file its final name."""

    def remove(self, path: Path) -> None:
        """Take the name of an empty file away."""

    def sync_directory(self, directory: Path) -> None:
        """Return once the names in *directory* are on the disk."""

    def commit(self, commit: Callable[[], None]) -> None:
        """Call *commit*, by which a database makes a transaction durable."""

    def free(self, directory: Path) -> int:
        """Return how many bytes more may be written in *directory*."""


class RealDisk:
    """The file system of the machine."""

    def create(self, path: Path) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        return os.pwrite(descriptor, data, offset)

    def truncate(self, descriptor: int, length: int) -> None:
        os.ftruncate(descriptor, length)

    def datasync(self, descriptor: int) -> None:
        os.fdatasync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        old.rename(new)

    def remove(self, path: Path) -> None:
        path.unlink()

    def sync_directory(self, directory: Path) -> None:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def commit(self, commit: Callable[[], None]) -> None:
        commit()

    def free(self, directory: Path) -> int:
        room = os.statvfs(directory)
        return room.f_bavail * room.f_frsize
