"""Disk: every system call through which the store can lose data, behind one protocol."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from archive.errors import DiskFailed
from archive.file_lock import locked


class Disk(Protocol):
    """What the store needs from a file system. Each call may raise OSError; a test can make the k-th call fail."""

    def create(self, path: Path) -> int:
        """Create the file, which must not exist yet (O_EXCL), and return a descriptor for reading and writing."""

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        """Write *data* at byte *offset*; return how many bytes were written, possibly fewer than given."""

    def truncate(self, descriptor: int, length: int) -> None:
        """Cut the file to *length* bytes."""

    def datasync(self, descriptor: int) -> None:
        """Return once the file's data are on the disk."""

    def rename(self, old: Path, new: Path) -> None:
        """Give the file its final name."""

    def remove(self, path: Path) -> None:
        """Remove the name of an empty file."""

    def sync_directory(self, directory: Path) -> None:
        """Return once the names in *directory* are on the disk."""

    def commit(self, commit: Callable[[], None]) -> None:
        """Call *commit*, which makes a database transaction durable."""

    def free(self, directory: Path) -> int:
        """Return how many more bytes can be written in *directory*."""


class RealDisk:
    """The file system of the machine."""

    def create(self, path: Path) -> int:
        # O_CLOEXEC, here and below: a child process would inherit the descriptor and so keep the lock alive.
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        # At a given offset, not at the end: if torn bytes could not be cut off, the next write covers them.
        return os.pwrite(descriptor, data, offset)

    def truncate(self, descriptor: int, length: int) -> None:
        os.ftruncate(descriptor, length)

    def datasync(self, descriptor: int) -> None:
        # fdatasync also makes the length durable. It may lose only timestamps, which nothing relies on.
        os.fdatasync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        old.rename(new)

    def remove(self, path: Path) -> None:
        path.unlink()

    def sync_directory(self, directory: Path) -> None:
        # A new name is durable only once its folder is synced; syncing the file is not enough (fsync(2)).
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def commit(self, commit: Callable[[], None]) -> None:
        commit()

    def free(self, directory: Path) -> int:
        room = os.statvfs(directory)
        # f_bavail is what any user may write; f_bfree also counts the blocks reserved for root.
        return room.f_bavail * room.f_frsize


# Files and folders that appear under their name complete or not at all.

PART = ".part"
"""Ending of the temporary name of an unfinished file or folder. That name starts with a dot and holds a random
number.
"""
# The full form of the name: people have files of their own that end in .part, which must not be touched.
_UNFINISHED = re.compile(rf"\.(.+)\.[0-9a-f]{{16}}{re.escape(PART)}", re.DOTALL)


@contextmanager
def whole_file(path: Path, *, left: Iterable[Path] | None = None) -> Iterator[BinaryIO]:
    """Yield a file, open for writing and reading, that gets the name *path* when the block ends and it is on the disk.
    Its `name` is that of the unfinished file.

    If the block raises, nothing is left behind and an older file at *path* stays. The file is written under a new,
    unique name; the next call removes what a killed call left behind. Pass what `left_over` returned (*left*) if many
    files are written to one folder, so that it is not listed for each.

    Raises:
        DiskFailed: the file could not be written or renamed.
    """
    try:
        _clear(path, left)
        part = _new_name(path)
        # Exclusively: never open somebody else's file, and never follow a link.
        opened = part.open("x+b")
    except OSError as error:
        raise DiskFailed(path, error) from error
    try:
        with opened as file:
            # The lock keeps `_clear` in another process from taking this file for the remains of a killed call.
            locked(file.fileno())
            yield file
            # In this order: after a power cut *path* holds either the old file or all of the new one.
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
        RealDisk().sync_directory(path.absolute().parent)
    except DiskFailed as error:
        if error.path != part:
            raise
        # The name of the unfinished file says nothing to a person, and it is gone by the time they look.
        raise error.of(path) from error
    except OSError as error:
        # A broken pipe means that some reader went away; this disk did not fail.
        if isinstance(error, BrokenPipeError):
            raise
        raise DiskFailed(path, error) from error
    finally:
        # After the rename no file of this name is left to remove.
        part.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder that gets the name *path*, which must be free, when the block ends and all of it is on disk.

    Raises:
        DiskFailed: the folder could not be written or renamed.
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
            # If a folder with files in it has appeared at *path* meanwhile, rename(2) refuses, so nothing is
            # overwritten.
            part.rename(path)
        finally:
            os.close(descriptor)
        RealDisk().sync_directory(path.absolute().parent)
    except OSError as error:
        raise DiskFailed(path, error) from error
    finally:
        if part is not None:
            # After a rename nothing is there. What cannot be removed now is cleared by the next call.
            shutil.rmtree(part, ignore_errors=True)


def _new_name(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}{PART}")


def is_left_over(name: str, of: str) -> bool:
    """Say whether *name* is that of a file that a killed process left when it wrote the file *of*."""
    found = _UNFINISHED.fullmatch(name)
    return found is not None and found[1] == of


def left_over(folder: Path) -> list[Path]:
    """Return the files and folders in *folder* whose names only `_new_name` gives: some may still be written."""
    return [one for one in folder.absolute().iterdir() if _UNFINISHED.fullmatch(one.name)]


def _clear(path: Path, among: Iterable[Path] | None = None) -> None:
    """Remove what killed calls left behind of *path*: files with a name that only `_new_name` gives and with a free
    lock.
    """
    for left in left_over(path.parent) if among is None else among:
        if not is_left_over(left.name, path.name):
            continue
        try:
            # We never make links, so do not follow one of that name (O_NOFOLLOW).
            descriptor = os.open(left, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            # Another process is writing it now.
            if not locked(descriptor):
                continue
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
        finally:
            os.close(descriptor)


def _sync_tree(folder: Path) -> None:
    # Sync everything before the rename: the final name must not lead to files that a power cut could take away.
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
