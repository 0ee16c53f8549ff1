"""Nearby: what to say where there is no collection, with those that lie next to the folder that was named."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from archive.errors import Exit, Refused
from ingest.settings import values

# A wrong folder may be a person's home, or hold a million files.
_LOOKED_AT, _NAMED = 1000, 3
COPIED = "creditline-backup.json"
"""The file with which a second copy begins to be whole; it names all the others."""


def is_copy(directory: Path) -> bool:
    """Return whether *directory* holds a second copy and not a collection: its catalogue and settings lie deeper."""
    return (directory / COPIED).is_file() and not (directory / values.FILE_NAME).exists()


def no_collection(directory: Path) -> Refused:
    """Return the error for *directory*, which holds no collection (usage)."""
    if is_copy(directory):
        # What is begun or made here would change the copy.
        hint = (
            f"work in the collection; if that is lost, restore it: creditline restore {shlex.quote(str(directory))} NEW"
        )
        return Refused(f"{directory.absolute()} is the second copy of a collection", hint, Exit.USAGE)
    near = ", ".join(shlex.quote(str(one)) for one in islice(_near(directory), _NAMED))
    begin = "name one with -C DIR, or begin with `creditline save URL` or `creditline init URL`"
    hint = f"name one with -C DIR: there is {near}" if near else begin
    return Refused(f"there is no collection in {directory.absolute()}", hint, Exit.USAGE)


def _near(directory: Path) -> Iterator[Path]:
    """Yield the folder around *directory* if it is a collection, as for its `warcs`, else the collections in it."""
    around = directory.absolute().parent
    if (around / values.FILE_NAME).is_file():
        yield around
        return
    with suppress(OSError), os.scandir(directory) as entries:
        names = sorted(one.name for one in islice(entries, _LOOKED_AT))
        yield from (directory / name for name in names if (directory / name / values.FILE_NAME).is_file())
