"""Part of a rebuild: the catalogue of some publishers, made in a separate process."""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp, mkstemp
from threading import Event
from typing import Any

from archive.errors import CreditlineError, DiskFailed, Exit
from archive.warc.capture import Capture, Note
from db import union
from db.catalogue import Catalogue
from db.schema.database import without_sync
from ingest.cataloguing.cataloguer import Readers
from ingest.cataloguing.child_process import TRIES, run_once
from ingest.cataloguing.reader_pool import ReaderPool, load_readers, tune_garbage_collector
from ingest.cataloguing.rebuild import fill, list_files
from ingest.collection.rows import adopt_items


class PartFailed(CreditlineError):
    """A process that makes a part of the catalogue died `TRIES` times."""

    code = Exit.ATTENTION
    hint = "rebuild with one process: creditline rebuild"


@dataclass(frozen=True, slots=True)
class Part:
    """The work of one process.

    Attributes:
        warcs: the folder with the WARC files.
        beside: the folder in which its catalogue gets a folder of its own.
        records: the file with its records in record order: the captures of some publishers, and all notes.
        given_up: see `rebuild.fill`.
        deadline: seconds for each page.
        at: the time of the rebuild.
        is_first: whether the other parts will be copied into this one.
    """

    warcs: Path
    beside: Path
    records: Path
    given_up: Mapping[str, str]
    deadline: float
    at: datetime
    is_first: bool = False


def write_records(records: Sequence[object], path: Path) -> Path:
    """Write *records* to the file *path*, for another process to read, and return the path.

    They are passed by file because they are hundreds of megabytes for a million pages, too much for a cluster's
    scheduler.

    Raises:
        DiskFailed: there is no room.
    """
    try:
        with path.open("wb") as file:
            pickle.dump(records, file)
    except OSError as error:
        raise DiskFailed(path, error) from error
    return path


def load_records(path: Path) -> Any:
    """Return the records written to *path* by `write_records`.

    Raises:
        DiskFailed: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            records = pickle.load(file)  # noqa: S301 - laid down by a process of ours
    except OSError as error:
        raise DiskFailed(path, error) from error
    return records


def list_in_process(paths: Sequence[Path], beside: Path, ended: Event | None = None) -> Path | None:
    """List the contents of our own files at *paths*, file by file, into a new file in the folder *beside*.

    Returns the path of that file (see `load_records`). Returns None if the process died or if *ended* was set, because
    the result is no longer wanted. The work is done in the process that will make a part later; it starts loading the
    reader meanwhile.

    Raises:
        DiskFailed: there is no room.
    """
    done = run_once(partial(_list, tuple(paths), beside), ended)
    return None if done is None else done.result


def _list(paths: Sequence[Path], beside: Path) -> Path:
    load_readers()
    found = [list(list_files([path])) for path in paths]
    # A new name each time, as for a part.
    descriptor, name = mkstemp(prefix="listed-", dir=beside)
    os.close(descriptor)
    return write_records(found, Path(name))


def make_in_process(part: Part, ended: Event | None = None) -> Path:
    """Make the catalogue of *part* in a separate process, which is started again if it dies; return its path.

    *ended* is set when the result is no longer wanted.

    Raises:
        PartFailed: the process died `TRIES` times.
        DiskFailed: there is no room; trying again would not help.
    """
    for _ in range(TRIES):
        # A new folder each time: a process taken for dead may still be writing, on a machine that cannot be reached.
        folder = Path(mkdtemp(prefix="part-", dir=part.beside))
        path = folder / "catalogue.db"
        if run_once(partial(_make, part, path), ended) is not None:
            return path
        rmtree(folder)
        if ended is not None and ended.is_set():
            break
    raise PartFailed(f"a process that makes a part of the catalogue ended {TRIES} times before it was done")


def _make(part: Part, path: Path) -> None:
    # One reader for each part, because as many parts are made at a time as there are workers.
    with ReaderPool(1, part.deadline) as pool:
        make_part(part, path, pool)


def make_part(part: Part, path: Path, pool: Readers) -> None:
    """Make the catalogue of *part* at *path*, which must not exist, with the readers *pool*."""
    with Catalogue.open(path, create=True) as catalogue:
        # Do not wait for the disk: a part that a power cut spoils is made again.
        without_sync(catalogue.connection)
        if not part.is_first:
            union.as_part(catalogue.connection)
        records: Sequence[Capture | Note] = load_records(part.records)
        # The records are hundreds of thousands of values that live to the end. Exempt them from garbage collection,
        # which would look through all of them every few pages.
        tune_garbage_collector()
        fill(part.warcs, catalogue, pool, records, given_up=part.given_up)
        adopt_items(catalogue, part.at)
