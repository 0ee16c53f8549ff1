"""Files that were brought in, seen as captures of this collection: what their import notes make of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from archive.capture import Capture
from archive.foreign import read_foreign
from archive.series import IMPORTED, read_name
from db.catalogue import Catalogue
from db.identity import host_of
from db.imports import Import, unfinished


def is_imported(file: str) -> bool:
    """Say whether *file* (with or without ``.open``) is in the series of files of others."""
    name = read_name(file)
    return name is not None and name.publisher == IMPORTED


def captures_of(path: Path, brought: Import) -> list[Capture]:
    """Return the captures in the file at *path* that are catalogued, in the order of the file.

    They follow from the bytes of the file and from its import note, so that a rebuild finds the same.

    Raises:
        Damaged, OSError: see `archive.foreign.read_foreign`.
    """
    return owned(read_foreign(path).captures, brought)


def owned(captures: Iterable[Capture], brought: Import) -> list[Capture]:
    """Return those of *captures* whose host has a publisher, with what the import note says of each."""
    found = []
    for capture in captures:
        publisher = brought.hosts.get(host_of(capture.url))
        if publisher is None:
            continue
        url, began = brought.repeats.get(capture.id, (capture.refers_to_url, capture.refers_to_date))
        found.append(replace(capture, publisher=publisher, refers_to_url=url, refers_to_date=began))
    return found


def add_rows(catalogue: Catalogue, warcs: Path, brought: Import) -> int:
    """Add the rows of the captures in a file that was brought in, and return how many are in it.

    Raises:
        Damaged, OSError: the file cannot be read; nothing is added.
    """
    path = warcs / brought.file
    captures = captures_of(path, brought)
    with catalogue.transaction():
        catalogue.add_captures(captures)
        catalogue.mark_file_end(brought.file, path.stat().st_size)
    return len(captures)


def finish_imports(catalogue: Catalogue, warcs: Path) -> None:
    """Add the rows of files whose import was recorded and then broken off by a kill."""
    for brought in unfinished(catalogue.connection):
        if (warcs / brought.file).exists():  # verify tells of a file that is missing
            add_rows(catalogue, warcs, brought)
