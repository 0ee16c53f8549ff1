"""Replay: turn a Capture back into its Exchange, following revisits to the record that holds the payload."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from archive.digest import digest_agrees
from archive.errors import UNREADABLE, CannotReplay, Damaged, DiskFailed
from archive.http.exchange import (
    ENTITY_LIMIT,
    Entity,
    Exchange,
    FramingKind,
    Response,
    payload,
    read_head,
)
from archive.warc.capture import ORIGINAL_MISSING, ORIGINAL_UNNAMED, Capture, CaptureKind
from archive.warc.reader import answer_of, concurrent_to, read_record_at, read_records
from archive.warc.record import Record, RecordType
from archive.warc.writer import locate_file

FindOriginal = Callable[[str, datetime], Capture | None]
"""Finds the capture of a URL at a time in the catalogue."""

HOPS = 5
"""How many revisits of revisits are followed. Ours never refer to a revisit; those of other tools may."""


def replay(directory: Path, capture: Capture, find_original: FindOriginal) -> Exchange:
    """Return the exchange that *capture* keeps, read from the WARC files in *directory*.

    A revisit has its own head and the original's payload; a 304 has the original's whole response. A capture without
    companion records (adopted after a crash) has an empty request.

    Raises:
        CannotReplay: the file or the original is missing or unreadable, or does not match the revisit.
        Damaged: a record is incomplete.
        OSError: no file can be read.
    """
    record, request, heads = _records_of(directory, capture)
    exchange = Exchange(
        url=capture.url,
        began=capture.began,
        request=request,
        response=answer_of(record),
        ending=capture.ending,
        ip=capture.ip,
        interim=heads,
        truncated=capture.truncated,
    )
    if capture.kind is CaptureKind.RESPONSE:
        return exchange
    original, held = _original(directory, capture, find_original)
    # A revisit has a head of its own, from its own day; only the body is the original's.
    if capture.kind is CaptureKind.REVISIT and record.block:
        return replace(exchange, response=_under(record.block, payload(held)))
    return replace(
        exchange,
        response=held,
        # The last of the heads is that of the 304 itself, which the original's head replaces here.
        interim=_interim(heads),
        ending=original.ending,
        truncated=original.truncated,
    )


def entity_of(directory: Path, capture: Capture, find_original: FindOriginal, *, limit: int = ENTITY_LIMIT) -> Entity:
    """Return the entity of *capture*: transfer and content coding undone, at most *limit* bytes. Raises what `replay`
    raises.
    """
    return replay(directory, capture, find_original).entity(limit=limit)


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a response of *size* bytes is stored, so that the process that reads the page can load it."""

    url: str
    size: int
    directory: Path
    file: str
    offset: int
    capture: str

    def response(self) -> Response:
        """Return the response.

        Raises:
            Damaged: the record that the catalogue names is not there, is incomplete, or lies in an unreadable file.
            DiskFailed: nothing can be read.
        """
        path = locate_file(self.directory, self.file)
        try:
            with suppress(FileNotFoundError):
                return self._at(path)
            path = self.directory / self.file  # its final name, which it got meanwhile
            return self._at(path)
        except FileNotFoundError as error:
            raise Damaged(path, self.offset, "the file is missing") from error
        except OSError as error:
            if error.errno in UNREADABLE:
                raise Damaged(path, self.offset, f"the file cannot be read: {error.strerror}") from error
            raise DiskFailed(path, error) from error

    def _at(self, path: Path) -> Response:
        record = read_record_at(path, self.offset)
        # The file may have been replaced since the row was read.
        if record.id != self.capture:
            raise Damaged(path, self.offset, f"here lies record {record.id}, not {self.capture}")
        return Response(self.url, answer_of(record))


def stored(directory: Path, capture: Capture) -> Stored | None:
    """Return where the response of *capture* is stored; None if another capture holds it, or the file is missing or may
    not be read."""
    # Which of its two names the file has is looked up when it is read, because it may be finished in between.
    if capture.kind is not CaptureKind.RESPONSE or not os.access(locate_file(directory, capture.ref.file), os.R_OK):
        return None
    ref = capture.ref
    # Absolute, because the process that reads it may run in another folder.
    return Stored(capture.url, capture.payload_length, directory.absolute(), ref.file, ref.offset, capture.record_id)


def read_back(directory: Path, capture: Capture, find_original: FindOriginal) -> tuple[bytes, Response]:
    """Return the response head that *capture* is read from, and the response, as received and undecoded.

    For a revisit, both come from its `source`, which has its payload: a head is never read without the bytes that
    belong to it, and evidence in a head names the record that holds both.

    Raises what `replay` raises.
    """
    if capture.kind is CaptureKind.RESPONSE:
        exchange = replay(directory, capture, find_original)
        return exchange.head_bytes, exchange.answer()
    _records_of(directory, capture)  # raises if the revisit itself is missing or changed
    _, held = _original(directory, capture, find_original)
    head = read_head(held)
    return held[: head.length], Response(capture.url, held, head)


def source(capture: Capture, find_original: FindOriginal) -> Capture | None:
    """Return the capture whose record holds the payload of *capture*: itself or the one it repeats; None if unknown."""
    at: Capture | None = capture
    for _ in range(HOPS + 1):
        if at is None or at.kind is CaptureKind.RESPONSE:
            return at
        at = find_original(at.refers_to_url, at.refers_to_date) if at.refers_to_url and at.refers_to_date else None
    return None


def source_of(capture: Capture, find_original: FindOriginal) -> Capture:
    """Return what `source` returns, or *capture* itself if that is unknown."""
    return source(capture, find_original) or capture


def head_of(directory: Path, capture: Capture) -> bytes:
    """Return the response head as received; needs no original. For a 304 this is its own head.

    Raises:
        CannotReplay, Damaged, OSError: as `replay`.
    """
    record, _, heads = _records_of(directory, capture)
    # The block of a 304 is empty: its head is the last one in its companion record.
    block = answer_of(record) or heads[len(_interim(heads)) :]
    return block[: read_head(block).length] if block else b""


def holds_payload(directory: Path, capture: Capture, labelled: str) -> bool:
    """Say whether the response *capture* holds the payload with the digest *labelled*.

    Raises:
        CannotReplay, Damaged, OSError: as `replay`.
    """
    return _is_digest_of(labelled, answer_of(_records_of(directory, capture)[0]))


def _records_of(directory: Path, capture: Capture) -> tuple[Record, bytes, bytes]:
    """Return the record of *capture*, the bytes of its request, and the heads in its companion record."""
    path = locate_file(directory, capture.ref.file)
    try:
        record = read_record_at(path, capture.ref.offset)
    except FileNotFoundError as error:
        # Not reported as a failure of the disk: one missing file must not stop work on the others.
        raise CannotReplay(capture.url, capture.began, f"the file that holds it is missing: {path.name}") from error
    except OSError as error:
        # Neither is one file that belongs to another user or lies on a bad part of the disk.
        if error.errno not in UNREADABLE:
            raise
        what = f"the file that holds it cannot be read: {path.name}: {error.strerror}"
        raise CannotReplay(capture.url, capture.began, what) from error
    if record.id not in (capture.id, capture.record_id):
        raise Damaged(path, capture.ref.offset, f"here lies record {record.id}, not {capture.id}")
    request = heads = b""
    for follower in _companions(path, capture):
        if follower.type == RecordType.REQUEST:
            request = follower.block
        elif follower.type == RecordType.METADATA:
            heads = follower.block
    return record, request, heads


def _companions(path: Path, capture: Capture) -> list[Record]:
    """Return the records of the same capture. Ours follow it directly; those of other tools may precede it."""
    found = []
    try:
        for record in read_records(path, start=capture.ref.offset + capture.ref.length):
            # Companions name their capture; the first record that does not is the next capture.
            if {capture.id, capture.record_id}.isdisjoint(concurrent_to(record)):
                break
            found.append(record)
    except Damaged:
        # Damage after the capture is not the capture's fault; `verify` reports it.
        return found
    return found


def _original(directory: Path, capture: Capture, find_original: FindOriginal) -> tuple[Capture, bytes]:
    """Return the capture that holds the payload of the revisit *capture*, and its whole response."""
    at = capture
    for _ in range(HOPS):
        if at.refers_to_url is None or at.refers_to_date is None:
            raise CannotReplay(capture.url, capture.began, ORIGINAL_UNNAMED)
        original = find_original(at.refers_to_url, at.refers_to_date)
        # If dates are whole seconds and the original is lost, a revisit from the same second may find itself here.
        if original is None or original == at:
            raise CannotReplay(capture.url, capture.began, f"{ORIGINAL_MISSING}: {at.refers_to_url}")
        if original.kind is CaptureKind.RESPONSE:
            response = answer_of(_records_of(directory, original)[0])
            # URL and date may match another capture by chance, above all if dates are whole seconds. The digest
            # decides.
            if capture.payload_digest and not _is_digest_of(capture.payload_digest, response):
                raise CannotReplay(
                    capture.url, capture.began, f"the capture it repeats holds another payload: {original.id}"
                )
            return original, response
        at = original
    raise CannotReplay(capture.url, capture.began, f"more than {HOPS} revisits refer to each other")


def _is_digest_of(labelled: str, response: bytes) -> bool:
    """Say whether *labelled* may be the payload digest of *response*. Some tools compute it over the chunked bytes."""
    head = read_head(response)
    whole = memoryview(response)[head.length :]
    return digest_agrees(labelled, payload(response, head)) is not False or digest_agrees(labelled, whole) is True


def _under(head: bytes, body: memoryview) -> bytes:
    """Return a response made of *head* and of *body* in the framing that the head names."""
    if read_head(head).framing.kind is FramingKind.CHUNKED:
        # The head says chunked, so readers expect chunks. The original chunk sizes are not known any more.
        return b"".join((head, b"%x\r\n" % len(body), body, b"\r\n0\r\n\r\n"))
    return head + body


def _interim(heads: bytes) -> bytes:
    """Return the leading heads of *heads* that are 1xx answers."""
    at = 0
    while at < len(heads) and (head := read_head(heads[at:])).status < 200:
        at += head.length
    return heads[:at]
