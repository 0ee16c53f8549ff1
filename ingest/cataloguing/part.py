"""Part: the catalogue of some publishers, made by a process of its own: ``python -m ingest.cataloguing.part``, which is
handed it on standard input.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from subprocess import PIPE
from tempfile import mkdtemp
from threading import Event, Thread

from archive.errors import DiskFailed
from archive.warc.capture import Capture, Note
from db import union
from db.catalogue import Catalogue
from db.schema.database import not_awaiting_the_disk
from ingest.cataloguing.cataloguer import Readers
from ingest.cataloguing.rebuild import fill
from ingest.errors import CreditlineError, Exit
from ingest.reading.pool import ReaderPool

TRIES = 3
"""So often is a part begun whose process dies."""
_GLANCE = 0.5
"""Seconds after which whoever waits for a process looks whether it is still wanted."""


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
        records: captures of some publishers, and every note, in record order.
        given_up: see `rebuild.fill`.
        deadline: seconds for a page.
    """

    warcs: Path
    beside: Path
    records: Sequence[Capture | Note]
    given_up: Mapping[str, str]
    deadline: float


def made_apart(part: Part, ended: Event | None = None) -> Path:
    """Make the catalogue of *part* in a new process, begun again where it dies, and return where it lies; *ended* tells
    that nobody wants it any more.

    Raises:
        PartFailed: it died `TRIES` times.
        DiskFailed: there is no room, which no further try would find.
    """
    # Not a copy of this process, which would inherit its locks; nor one that multiprocessing begins, for a worker of a
    # cluster may begin none. -P: a folder called `ingest` where the command is given is none of ours.
    command = [sys.executable, "-P", "-m", "ingest.cataloguing.part"]
    for _ in range(TRIES):
        # A new place each time: one that is taken for dead may write yet, on a machine that is out of reach.
        folder = Path(mkdtemp(prefix="part-", dir=part.beside))
        path = folder / "catalogue.db"
        with subprocess.Popen(command, stdin=PIPE, stdout=PIPE) as process:  # noqa: S603 - no words of others in it
            try:
                code = _ended(process, ended) if _handed(process, part, path) else None
                if code == Exit.DONE:
                    return path
                if code == Exit.DISK and process.stdout is not None:
                    failed: DiskFailed = pickle.load(process.stdout)  # noqa: S301 - of a process of ours
                    raise failed
            finally:
                process.kill()
        rmtree(folder)
        if ended is not None and ended.is_set():
            break
    raise PartFailed(f"a process that makes a part of the catalogue ended {TRIES} times before it was done")


def _handed(process: subprocess.Popen[bytes], part: Part, path: Path) -> bool:
    assert process.stdin is not None
    try:
        pickle.dump((part, path), process.stdin)
        # And left open: it ends the process with this one.
        process.stdin.flush()
    except BrokenPipeError:
        return False
    return True


def _ended(process: subprocess.Popen[bytes], ended: Event | None) -> int | None:
    """Return how *process* ended, None where it is not waited for any more."""
    while ended is None or not ended.is_set():
        try:
            return process.wait(_GLANCE)
        except subprocess.TimeoutExpired:
            continue
    return None


def make_part(part: Part, path: Path, pool: Readers) -> None:
    """Make the catalogue of *part* at *path*, where nothing lies, read by *pool*."""
    with Catalogue.open(path, create=True) as catalogue:
        not_awaiting_the_disk(catalogue.connection)
        union.as_part(catalogue.connection)
        fill(part.warcs, catalogue, pool, part.records, given_up=part.given_up)


def _end_with_parent() -> None:
    # Not by `sys.stdin`, whose lock this thread would hold when the program ends.
    while os.read(0, 1):
        pass
    # At once: what it makes is of no use to anybody any more.
    os._exit(1)


def main() -> None:
    """Make the part that standard input holds."""
    # Whoever began it decides: it ends the others too where a person breaks it off, and they end with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    part, path = pickle.load(sys.stdin.buffer)  # noqa: S301 - of the process that began this one
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        with ReaderPool(1, part.deadline) as pool:
            make_part(part, path, pool)
    except DiskFailed as error:
        pickle.dump(error, sys.stdout.buffer)
        sys.exit(Exit.DISK)


if __name__ == "__main__":
    main()
