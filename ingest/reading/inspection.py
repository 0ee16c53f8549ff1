"""Inspection: read pages from files, without a collection and without the network, for a person or as JSON."""

from __future__ import annotations

import gzip
import os
import zlib
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from archive.errors import CreditlineError, Exit
from archive.http.exchange import Entity
from db.model.item import Context, Dated, Reading, Role
from ingest.reading.display import Line, as_json, describe, statement_line
from ingest.reading.pool import Pending, ReaderPool
from ingest.reading.reader import read

# A file has no Content-Type, so its suffix stands for one. Any other suffix means HTML, the most common saved file.
TYPES = {
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".json": "application/json",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".csv": "text/csv",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
LARGEST = 64 * 1024 * 1024
DEADLINE = 20.0

__all__ = ["as_json", "describe", "failed", "inspect", "inspect_batch", "inspect_page", "load"]


class FileRefused(CreditlineError, ValueError):
    """A file is not read; *why* says what is wrong with it, *hint* what to do."""

    code = Exit.USAGE

    def __init__(self, path: str, why: str, hint: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path, self.why, self.hint = path, why, hint


def load(path: str, url: str) -> Entity:
    """Return the page at *path* as an entity found at *url*. A ``.gz`` file is decompressed.

    Raises:
        OSError: the file cannot be read, or its gzip is damaged.
        FileRefused: it is larger than 64 MiB.
    """
    file = Path(path)
    packed = file.suffix == ".gz"
    try:
        with gzip.open(file) if packed else file.open("rb") as stream:
            # One byte over the limit is enough to know that a file is too large; a gzip bomb is never unpacked whole.
            body = stream.read(LARGEST + 1)
    except (EOFError, zlib.error) as error:
        raise OSError(f"{path}: the gzip stream is damaged: {error}") from error
    if len(body) > LARGEST:
        why = f"it is larger than {LARGEST // 1024 // 1024} MiB"
        raise FileRefused(path, why, "no page is that long: cut from it what is to be read")
    suffix = Path(file.stem).suffix if packed else file.suffix
    return Entity(url, body, TYPES.get(suffix.lower(), "text/html"))


def inspect(path: str, url: str) -> Reading:
    """Read the page at *path* as if it had come from *url*.

    Raises:
        OSError, FileRefused: see load.
    """
    return read(load(path, url), Context(url))


def inspect_bounded(path: str, url: str, deadline: float = DEADLINE) -> Reading:
    """Do what `inspect` does, in a separate process with *deadline* seconds and the memory limit of a reader.

    Raises:
        OSError, FileRefused: see load.
    """
    found = load(path, url)
    # In a separate process, because a parser that hangs cannot be interrupted in this one.
    with ReaderPool(1, deadline) as pool:
        return pool.submit(found, Context(url)).result()


def inspect_page(path: str, url: str) -> Line:
    """Read the page at *path* into one JSON-ready line. If it cannot be read, ``error`` says why."""
    try:
        reading = inspect(path, url)
    except (OSError, ValueError) as error:
        return failed(path, (error.strerror if isinstance(error, OSError) else None) or str(error))
    line: Line = {
        "path": path,
        "title": reading.title.value if reading.title else None,
        "authors": [a.name for a in reading.attributions if a.role in (Role.AUTHOR, Role.AGENCY)],
        "date": _day(reading.published),
        "tags": [tag.value for tag in reading.tags],
        "language": reading.language.value if reading.language else None,
        "text": reading.text or None,
        "terms": [statement_line(s) for s in reading.statements],
    }
    return line | {"error": reading.unread} if reading.unread else line


def failed(path: str, reason: str) -> Line:
    """Return the line of a page that could not be read."""
    # All keys, as for a page that was read: to load the lines into a table, every line needs the same shape.
    return {
        "path": path,
        "title": None,
        "authors": [],
        "date": None,
        "tags": [],
        "language": None,
        "text": None,
        "terms": [],
        "error": reason,
    }


def inspect_batch(listing: str, workers: int | None = None, deadline: float = DEADLINE) -> Iterator[Line]:
    """Read every page that *listing* names (one ``path TAB url`` per line) and yield one line for each, in order.

    Relative paths start from the working directory. By default, one worker per core reads.

    Raises:
        OSError, FileRefused: *listing* itself cannot be read.
    """
    try:
        listed = Path(listing).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FileRefused(listing, f"it is not UTF-8 text: {error}", "write `PATH TAB URL`, one a line") from error
    rows = [row.rstrip("\r\n").split("\t") for row in listed.splitlines() if row.strip()]
    count = max(1, min(workers or os.cpu_count() or 1, len(rows) or 1))
    waiting: deque[Pending[Line]] = deque()
    with ReaderPool(count, deadline) as pool:
        for row in rows:
            path, url = row[0], row[1] if len(row) > 1 else ""
            waiting.append(pool.schedule(inspect_page, (path, url), _Failed(path)))
            # Eight pages in the queue per reader keep all readers busy, and a long listing does not fill the memory.
            if len(waiting) >= 8 * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _Failed:
    """Builds the line for a page whose reader failed."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __call__(self, reason: str) -> Line:
        return failed(self._path, reason)


def _day(dated: Dated | None) -> str | None:
    return dated.value[:10] if dated else None
