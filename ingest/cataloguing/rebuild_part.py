"""Part of a rebuild: the catalogue of some publishers, made by a process of its own."""

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
from db.schema.database import not_awaiting_the_disk
from ingest.cataloguing.apart import TRIES, once
from ingest.cataloguing.cataloguer import Readers
from ingest.cataloguing.rebuild import fill, listed_here
from ingest.collection.rows import adopt_items
from ingest.reading.pool import ReaderPool, load_readers, spare


class PartFailed(CreditlineError):
    """A process that makes a part of the catalogue died again and again."""

    code = Exit.ATTENTION
    hint = "with one process: creditline rebuild"


@dataclass(frozen=True, slots=True)
class Part:
    """What one process is given.

    Attributes:
        warcs: the folder of the files.
        beside: the folder in which its catalogue gets a folder of its own.
        records: the file of its records: the captures of some publishers, and every note, in record order.
        given_up: see `rebuild.fill`.
        deadline: seconds for a page.
        at: when the whole is made.
        is_first: whether its catalogue is the one that those of the others are put into.
    """

    warcs: Path
    beside: Path
    records: Path
    given_up: Mapping[str, str]
    deadline: float
    at: datetime
    is_first: bool = False


def lay_down(records: Sequence[object], path: Path) -> Path:
    """Write *records* to the file *path*, from where whoever goes on with them takes them: a scheduler must not hold
    what are hundreds of megabytes for a million pages.

    Raises:
        DiskFailed: there is no room.
    """
    try:
        with path.open("wb") as file:
            pickle.dump(records, file)
    except OSError as error:
        raise DiskFailed(path, error) from error
    return path


def taken_up(path: Path) -> Any:
    """Return what was laid down at *path*; see `lay_down`.

    Raises:
        DiskFailed: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            records = pickle.load(file)  # noqa: S301 - laid down by a process of ours
    except OSError as error:
        raise DiskFailed(path, error) from error
    return records


def listed_apart(paths: Sequence[Path], beside: Path, ended: Event | None = None) -> Path | None:
    """Write what lies in the files at *paths*, of ours, file by file, to a file in the folder *beside*, and return its
    place: see `taken_up`. It is done in the process that will make a part, which begins to load the reader meanwhile;
    None where that died, or *ended* tells that nobody wants it any more.

    Raises:
        DiskFailed: there is no room.
    """
    done = once(partial(_list, tuple(paths), beside), ended)
    return None if done is None else done.result


def _list(paths: Sequence[Path], beside: Path) -> Path:
    load_readers()
    found = [list(listed_here([path])) for path in paths]
    # A new place each time, as for a part.
    descriptor, name = mkstemp(prefix="listed-", dir=beside)
    os.close(descriptor)
    return lay_down(found, Path(name))


def made_apart(part: Part, ended: Event | None = None) -> Path:
    """Make the catalogue of *part* in a process of its own, begun again where it dies, and return where it lies;
    *ended* tells that nobody wants it any more.

    Raises:
        PartFailed: it died `TRIES` times.
        DiskFailed: there is no room, which no further try would find.
    """
    for _ in range(TRIES):
        # A new place each time: one that is taken for dead may write yet, on a machine that is out of reach.
        folder = Path(mkdtemp(prefix="part-", dir=part.beside))
        path = folder / "catalogue.db"
        if once(partial(_make, part, path), ended) is not None:
            return path
        rmtree(folder)
        if ended is not None and ended.is_set():
            break
    raise PartFailed(f"a process that makes a part of the catalogue ended {TRIES} times before it was done")


def _make(part: Part, path: Path) -> None:
    # One reader a part: as many parts are made at a time as there are workers.
    with ReaderPool(1, part.deadline) as pool:
        make_part(part, path, pool)


def make_part(part: Part, path: Path, pool: Readers) -> None:
    """Make the catalogue of *part* at *path*, where nothing lies, read by *pool*."""
    with Catalogue.open(path, create=True) as catalogue:
        # A part that a cut of power spoils is made again, so it need not wait for the disk.
        not_awaiting_the_disk(catalogue.connection)
        if not part.is_first:
            union.as_part(catalogue.connection)
        records: Sequence[Capture | Note] = taken_up(part.records)
        # Kept to the end, and hundreds of thousands of values: to look through them for garbage every few pages would
        # take more time the more there are.
        spare()
        fill(part.warcs, catalogue, pool, records, given_up=part.given_up)
        adopt_items(catalogue, part.at)
