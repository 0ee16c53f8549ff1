"""Scratch: a folder inside a collection for what is being made; what a killed command left of one, the next clears."""

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
"""What the name of such a folder begins with."""


@contextmanager
def scratch(directory: Path) -> Iterator[Path]:
    """Make a folder in *directory*, on the same disk, that is gone when the block ends; clear what killed ones left.

    Raises:
        DiskFailed: it cannot be made.
    """
    clear(directory)
    try:
        with holding(directory):  # or another could clear it between its creation and its lock
            made = Path(tempfile.mkdtemp(dir=directory, prefix=PREFIX))
            descriptor = _locked(made)
    except OSError as error:
        raise DiskFailed(directory, error) from error
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


def clear(directory: Path) -> None:
    """Remove the folders of which the maker is dead: its lock is free."""
    # Looked for before the lock is taken: nearly always there is nothing.
    left = sorted(directory.glob(f"{PREFIX}*"))
    if not left:
        return
    with holding(directory):
        for path in left:
            descriptor = _locked(path)
            if descriptor is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(descriptor)


def _locked(path: Path) -> int | None:
    """Return the descriptor that holds the lock of the folder, None where another holds it or it is gone."""
    try:
        # A link with such a name would lead the removal to somebody else's folder.
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    if locked(descriptor):
        return descriptor
    os.close(descriptor)
    return None
