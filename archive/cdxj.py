"""CDXJ: one line a capture, by which replay tools find it in a WARC file (CDXJ 0.1, and as cdxj-indexer has it)."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self

from archive.capture import Capture, CaptureKind
from archive.checksum import spelt
from archive.surt import surt

LINES_IN_MEMORY = 50_000
"""How many lines are sorted at once; more are sorted in pieces on disk."""

_NO_PAYLOAD = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
"""SHA-1 of nothing: what indexers print for a response that has no payload, and so no digest in its record."""


def line_of(capture: Capture, *, record_digest: str | None = None) -> str:
    """Return the line of *capture*, with its line end: sort key, 14-digit time, and fields as JSON.

    Numbers are texts, a revisit is of type ``warc/revisit`` and keeps the status that was sent, one whose record has
    no head (a 304) names no status, and the label of the digest stays: so pywb, wabac.js and cdxj-indexer have it.
    *record_digest* is that of the record's bytes as they lie in the file, for readers who fetch only those.
    """
    kept = capture.kind is CaptureKind.RESPONSE
    fields = {
        "url": capture.url,
        "mime": capture.media_type if kept else "warc/revisit",
        "status": None if capture.kind is CaptureKind.NOT_MODIFIED else str(capture.status),
        "digest": spelt(capture.payload_digest or (_NO_PAYLOAD if kept else "")),
        "length": str(capture.ref.length),
        "offset": str(capture.ref.offset),
        "filename": capture.ref.file,
        "recordDigest": record_digest,
    }
    named = {name: value for name, value in fields.items() if value}
    return f"{surt(capture.url)} {capture.began.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(named)}\n"


class LineSorter:
    """Lines given in any order and read back in the order of their bytes (as ``LC_ALL=C sort`` has it), each once.

    However many there are, only so many are held in memory; the rest waits in temporary files.
    """

    def __init__(self, scratch: Path | None = None, *, in_memory: int = LINES_IN_MEMORY) -> None:
        """Hold at most *in_memory* lines in memory, the rest in the folder *scratch* (that of the system if None)."""
        self._scratch, self._in_memory = scratch, in_memory
        self._held: list[bytes] = []
        self._runs: list[IO[bytes]] = []

    def add(self, line: str) -> None:
        """Take a line, with its line end."""
        self._held.append(line.encode())
        if len(self._held) >= self._in_memory:
            run = TemporaryFile(dir=self._scratch)  # noqa: SIM115 - it lives as long as the sorter
            run.writelines(sorted(self._held))
            self._runs.append(run)
            self._held = []

    def __iter__(self) -> Iterator[bytes]:
        for run in self._runs:
            run.seek(0)
        previous = b""
        for line in heapq.merge(*self._runs, sorted(self._held)):
            if line != previous:
                yield line
            previous = line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for run in self._runs:
            run.close()


def in_order(lines: Iterable[str], scratch: Path | None = None, *, in_memory: int = LINES_IN_MEMORY) -> Iterator[bytes]:
    """Yield *lines*, encoded and sorted, see `LineSorter`."""
    with LineSorter(scratch, in_memory=in_memory) as sorter:
        for line in lines:
            sorter.add(line)
        yield from sorter
