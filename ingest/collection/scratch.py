"""Scratch folders inside a collection for things being made; the next command removes what a killed one left."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import DiskFailed
from archive.file_lock import holding, locked

PREFIX = ".making-"
"""The prefix of the names of such folders."""


@contextmanager
def scratch(directory: Path) -> Iterator[Path]:
    """Make a folder in *directory*, on the same disk, for the time of the block; remove what killed commands left.

    Raises:
        DiskFailed: it cannot be made.
    """
    clear(directory)
    try:
        with holding(directory):  # otherwise it could be cleared before it is locked
            made = Path(tempfile.mkdtemp(dir=directory, prefix=PREFIX))
            descriptor = _lock_folder(made)
    except OSError as error:
        raise DiskFailed(directory, error) from error
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


def clear(directory: Path) -> None:
    """Remove the folders whose maker is dead, which is so if their lock is free."""
    # Check before taking the lock, because there is nearly always nothing.
    left = sorted(directory.glob(f"{PREFIX}*"))
    if not left:
        return
    with holding(directory):
        for path in left:
            descriptor = _lock_folder(path)
            if descriptor is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(descriptor)


def _lock_folder(path: Path) -> int | None:
    """Return a descriptor that holds the folder's lock; None if another process holds it or the folder is gone."""
    try:
        # Do not follow links: a link with such a name would make us delete another folder.
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    if locked(descriptor):
        return descriptor
    os.close(descriptor)
    return None
