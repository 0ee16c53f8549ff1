"""Disk: every call of the operating system by which the store can lose something, in one seam."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from archive.errors import DiskFailed
from archive.file_lock import locked


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
        # O_CLOEXEC, here and below: a lock lasts as long as anybody has its descriptor, and a child would inherit it.
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        # At its place and not at the end: where torn bytes could not be cut off, the next write covers them.
        return os.pwrite(descriptor, data, offset)

    def truncate(self, descriptor: int, length: int) -> None:
        os.ftruncate(descriptor, length)

    def datasync(self, descriptor: int) -> None:
        # The length is among what fdatasync makes durable; only times may be lost, and nobody relies on them.
        os.fdatasync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        old.rename(new)

    def remove(self, path: Path) -> None:
        path.unlink()

    def sync_directory(self, directory: Path) -> None:
        # A new name is durable once its folder is synced; syncing the file does not do it (fsync(2)).
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def commit(self, commit: Callable[[], None]) -> None:
        commit()

    def free(self, directory: Path) -> int:
        room = os.statvfs(directory)
        # What anyone may use: f_bfree would count the blocks that are set aside for root.
        return room.f_bavail * room.f_frsize


# A file or folder that appears under its name whole or not at all.

PART = ".part"
"""What the name of a file or folder ends in until it is whole; it begins with a dot, and says a number of its own."""


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file, to write and to read, that gets the name *path* once the block has ended and it is on the disk.

    If the block raises, nothing is left, and what had the name *path* still has it. It is written under a new name
    that nobody has; what a killed attempt left of one, the next clears.

    Raises:
        DiskFailed: it could not be written, or not be given its name.
    """
    try:
        _clear(path)
        part = _new_name(path)
        # Never another's file, nor where a link leads: O_EXCL refuses both.
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise DiskFailed(path, error) from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            # So that `_clear` of another process does not take it for what a killed attempt left.
            locked(file.fileno())
            yield file
            # In this order a power cut leaves what had the name before, or the whole of what is new.
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
        RealDisk().sync_directory(path.absolute().parent)
    except OSError as error:
        # A broken pipe is the reader's doing elsewhere, and no failure of this disk.
        if isinstance(error, BrokenPipeError):
            raise
        raise DiskFailed(path, error) from error
    finally:
        # Once it has its name there is nothing of this name to remove.
        part.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder that gets the name *path*, where nothing may be, once the block has ended and all is on disk.

    Raises:
        DiskFailed: it could not be written, or not be given its name.
    """
    part = None
    try:
        _clear(path)
        part = _new_name(path)
        part.mkdir()
        descriptor = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            locked(descriptor)
            yield part
            _sync_tree(part)
            # Where somebody has put a folder with something in it meanwhile, rename(2) refuses: nothing is written
            # over.
            part.rename(path)
        finally:
            os.close(descriptor)
        RealDisk().sync_directory(path.absolute().parent)
    except OSError as error:
        raise DiskFailed(path, error) from error
    finally:
        if part is not None:
            # After the rename nothing is there. What cannot be removed the next attempt clears.
            shutil.rmtree(part, ignore_errors=True)


def _new_name(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}{PART}")


def _clear(path: Path) -> None:
    """Remove what killed attempts left: names that only an attempt gives, whose lock is free."""
    # The full form of the name, since people have files of their own that end in .part, and those are never touched.
    ours = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{16}}{re.escape(PART)}")
    for left in path.absolute().parent.iterdir():
        if not ours.fullmatch(left.name):
            continue
        try:
            # A link of that name is nothing that we made; O_NOFOLLOW keeps from what it leads to.
            descriptor = os.open(left, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            # Somebody is writing it just now.
            if not locked(descriptor):
                continue
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
        finally:
            os.close(descriptor)


def _sync_tree(folder: Path) -> None:
    # All of it, before the folder gets its name: a name that is there must not lead to what a power cut took.
    for name in folder.rglob("*"):
        if name.is_dir():
            RealDisk().sync_directory(name)
            continue
        descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    RealDisk().sync_directory(folder)
