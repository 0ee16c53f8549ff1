"""A file or folder that appears under its name whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.disk import RealDisk
from archive.errors import DiskFailed

PART = ".part"
"""What the name of a file or folder ends in until it is whole."""


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file, to write and to read, that gets the name *path* once the block has ended and it is on the disk.

    If the block raises, nothing is left, and what had the name *path* still has it. After a crash ``PATH.part`` may
    be left; the next attempt writes over it.

    Raises:
        DiskFailed: it could not be written, or not be given its name.
    """
    part = path.with_name(path.name + PART)
    try:
        with part.open("w+b") as file:
            yield file
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
        part.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder that gets the name *path*, where nothing may be, once the block has ended and all is on disk.

    Raises:
        DiskFailed: it could not be written, or not be given its name.
    """
    part = path.with_name(path.name + PART)
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir()
        yield part
        _sync_tree(part)
        part.rename(path)
        RealDisk().sync_directory(path.absolute().parent)
    except OSError as error:
        raise DiskFailed(path, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _sync_tree(folder: Path) -> None:
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
