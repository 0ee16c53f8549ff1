"""CDXJ: one line a capture, by which replay tools find it in a WARC file (CDXJ 0.1, and as cdxj-indexer has it)."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC
from tempfile import TemporaryFile

from archive.capture import Capture, CaptureKind
from archive.surt import surt

LINES_IN_MEMORY = 50_000
"""How many lines are sorted at once; more are sorted in pieces on disk."""

_NO_PAYLOAD = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
"""SHA-1 of nothing: what indexers print for a response that has no payload, and so no digest in its record."""


def line_of(capture: Capture) -> str:
    """Return the line of *capture*, with its line end: sort key, 14-digit time, and fields as JSON.

    Numbers are texts, a revisit is of type ``warc/revisit`` and keeps the status that was sent, one whose record has
    no head (a 304) names no status, and the label of the digest stays: so pywb, wabac.js and cdxj-indexer have it.
    """
    fields = {
        "url": capture.url,
        "mime": capture.media_type if capture.kind is CaptureKind.RESPONSE else "warc/revisit",
        "status": None if capture.kind is CaptureKind.NOT_MODIFIED else str(capture.status),
        "digest": capture.payload_digest or (_NO_PAYLOAD if capture.kind is CaptureKind.RESPONSE else None),
        "length": str(capture.ref.length),
        "offset": str(capture.ref.offset),
        "filename": capture.ref.file,
    }
    named = {name: value for name, value in fields.items() if value}
    return f"{surt(capture.url)} {capture.began.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(named)}\n"


def in_order(lines: Iterable[str], *, in_memory: int = LINES_IN_MEMORY) -> Iterator[bytes]:
    """Yield *lines*, encoded, in the order of their bytes (as ``LC_ALL=C sort`` has it), each once.

    However many there are, *in_memory* of them are held in memory; the rest waits in temporary files.
    """
    with ExitStack() as stack:
        runs: list[Iterable[bytes]] = []
        held: list[bytes] = []
        for line in lines:
            held.append(line.encode())
            if len(held) >= in_memory:
                run = stack.enter_context(TemporaryFile())
                run.writelines(sorted(held))
                run.seek(0)
                runs.append(run)
                held = []
        previous = b""
        for encoded in heapq.merge(*runs, sorted(held)):
            if encoded != previous:
                yield encoded
            previous = encoded
