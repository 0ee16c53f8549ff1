"""Read WARC records through warcio, and turn a record into a Capture or a Note."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from archive.digest import digest, normalize_digest, stated_digest
from archive.errors import BadHead, Damaged
from archive.http.charset import storable
from archive.http.exchange import (
    Ending,
    Framing,
    FramingKind,
    Head,
    Truncation,
    content_type,
    location,
    payload,
    read_head,
)
from archive.http.framing import ChunkScanner
from archive.warc.capture import Capture, CaptureKind, Note, NoteKind, RecordRef
from archive.warc.member import HEAD_END, Member, member_at, members
from archive.warc.record import Record, RecordType, one_line, read_warc_date, without_brackets
from archive.warc.revisit import NOT_MODIFIED
from archive.warc.writer import OPEN

_CAPTURES = (RecordType.RESPONSE, RecordType.REVISIT, RecordType.RESOURCE)
_FOLD = re.compile(rb"[ \t]*\r?\n[ \t]+")
# Lengths are shorter than this many digits; Python refuses to parse numbers of more than 4,300.
_DIGITS = 19
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read_records(path: Path, *, start: int = 0) -> Iterator[Record]:
    """Yield the records of a .warc or .warc.gz file from byte *start*, where one must begin, to its end.

    Raises:
        Damaged: with the offset of the first incomplete record; earlier records have been yielded.
        OSError: the file cannot be read.
    """
    for member in members(path, start=start):
        if member.passed is None:  # a record too long for memory is verified but not read
            yield parse(path, member)


def read_record_at(path: Path, offset: int) -> Record:
    """Return the record at byte *offset*.

    Raises:
        Damaged: no complete record begins there.
        OSError: the file cannot be read.
    """
    return parse(path, member_at(path, offset))


def parse(path: Path, member: Member) -> Record:
    """Return the record in *member* of the file *path*.

    Raises:
        Damaged: it holds no record, an incomplete one, or several (WARC 1.1 annex D: one record per member).
    """
    loader, load_failed = _warcio()
    if member.passed is not None:
        size = member.passed.size
        raise Damaged(path, member.offset, f"the record takes {size} bytes once it is inflated: more than are read")
    # From memory: the member has been inflated and its checksum verified.
    stream = io.BytesIO(_unfolded(member.data))
    try:
        # Only the record's own head: warcio would write the HTTP head again, and its original bytes would be lost.
        loaded = loader().parse_record_stream(stream, known_format="warc", no_record_parse=True)
    except (load_failed, EOFError) as error:
        raise Damaged(path, member.offset, "the member holds no WARC record") from error
    fields = tuple((str(name), str(value).strip()) for name, value in loaded.rec_headers.headers)
    length = (loaded.rec_headers.get_header("Content-Length") or "").strip()
    if not (length.isascii() and length.isdigit() and len(length) < _DIGITS):
        raise Damaged(path, member.offset, "the record names no Content-Length")
    block: bytes = loaded.raw_stream.read()
    if len(block) != int(length):
        raise Damaged(path, member.offset, f"the block has {len(block)} bytes, Content-Length says {length}")
    # warcio reads only as far as Content-Length says; surplus bytes show only here.
    if stream.read().strip(b"\r\n"):
        raise Damaged(path, member.offset, "the member holds more than one record, or more than it says")
    ref = RecordRef(path.name.removesuffix(OPEN), member.offset, member.length)
    return Record((loaded.rec_type or "").strip().lower(), fields, block, ref)


@cache
def _warcio() -> tuple[Callable[[], Any], type[Exception]]:
    """Return what makes warcio's reader of a record, and what that raises if there is none."""
    # Imported with the first record, because it loads many libraries and most commands only query the catalogue.
    import logging

    from warcio.exceptions import ArchiveLoadFailed
    from warcio.recordloader import ArcWarcRecordLoader

    # It prints a URI with spaces as it is, terminal sequences included, each time the record is read. Verification
    # reports such a URI.
    logging.getLogger("warcio").setLevel(logging.CRITICAL)
    return ArcWarcRecordLoader, ArchiveLoadFailed


def _unfolded(data: bytes) -> bytes:
    """Return a record with each field on one line: warcio would keep the spaces before a folded value."""
    end = HEAD_END.search(data)
    head = data[: end.start()] if end else b""
    return _FOLD.sub(b" ", head) + data[len(head) :] if _FOLD.search(head) else data


def capture_of(record: Record, *, ours: bool = True, head: Head | None = None) -> Capture | None:
    """Return the capture that *record*, a response or revisit, states by itself; None if it is not an HTTP capture.

    Unless the record is in a file of *ours*, its Creditline fields prove nothing, because anybody can write them.
    Records of other tools name no publisher and no ending; an ending is believed only if the framing shows it. Their
    payload digest is computed again if the block holds the payload. A resource that was stored under a web address
    without its exchange (warcit) counts as the answer of that address. Pass *head* if the head in the block has been
    read already.
    """
    if not ours:
        # An imported file may come from another Creditline, or from somebody who wants to be believed.
        record = replace(record, fields=tuple(field for field in record.fields if not _is_our_own(field[0])))
    if record.type not in _CAPTURES or not record.get("WARC-Target-URI") or not _may_be_capture(record):
        return None
    try:
        # Both an invalid date and an invalid head (BadHead) raise a ValueError: then it is not a capture, whatever its
        # type says.
        began = read_warc_date(record.get("WARC-Date") or "")
        head = head if head and record.block else _head(record)
    except ValueError:
        return None
    if record.type != RecordType.REVISIT:
        # An empty block in a response is not an answer; in a revisit it is one of the two forms.
        return None if head is None else _response(record, began, head)
    return _revisit(record, began, head)


def _is_our_own(name: str) -> bool:
    return name.lower().startswith("creditline-")


def answer_of(record: Record) -> bytes:
    """Return the HTTP response in *record*; for a resource, its block after a head that states its type."""
    if record.type != RecordType.RESOURCE:
        return record.block
    named = one_line(record.get("Content-Type") or "application/octet-stream")
    # This head was never sent, so it holds only what the record says.
    head = f"HTTP/1.0 200 OK\r\nContent-Type: {named}\r\nContent-Length: {len(record.block)}\r\n\r\n"
    return head.encode("latin-1", "replace") + record.block


def _may_be_capture(record: Record) -> bool:
    return record.type != RecordType.RESOURCE or _url(record).lower().startswith(("http://", "https://"))


def _head(record: Record) -> Head | None:
    """Return the head in the block; None for the empty block of a revisit. Raises BadHead for anything else."""
    if record.type == RecordType.RESOURCE:
        return read_head(answer_of(record))
    if not record.block:
        return None
    if not (record.get("Content-Type") or "").lower().startswith("application/http"):
        raise BadHead("the block is no HTTP message")
    return read_head(record.block)


def _response(record: Record, began: datetime, head: Head) -> Capture:
    answer = answer_of(record)
    body = payload(answer, head)
    how = _framing(head)
    ours = record.get("Creditline-Publisher")
    # Answers to HEAD, 204 and 304 have no payload (RFC 9110 section 6.4.1); a digest of nothing would match all others.
    has_payload = how.kind is not FramingKind.NONE
    media_type, _ = content_type(head)
    return Capture(
        id=record.id,
        publisher=ours or "",
        url=_url(record),
        began=began,
        kind=CaptureKind.RESPONSE,
        status=head.status,
        media_type=media_type,
        ref=record.ref,
        block_digest=_block_digest(record),
        # Other tools digest with chunks, without, or decoded. Revisits are found only by the standard's payload digest.
        payload_digest=_digest(record, "WARC-Payload-Digest") if ours else digest(body) if has_payload else None,
        payload_length=len(body),
        ending=_ending(record) or _seen_ending(how, answer[head.length :]),
        truncated=_truncation(record),
        ip=record.get("WARC-IP-Address"),
        location=location(_url(record), head),
        etag=head.get("ETag"),
        last_modified=head.get("Last-Modified"),
        retry_after=head.get("Retry-After"),
    )


def _revisit(record: Record, began: datetime, head: Head | None) -> Capture:
    # The profile's addresses differ between WARC 1.0 and 1.1, but end alike.
    unmodified = "not-modified" in (record.get("WARC-Profile") or NOT_MODIFIED)
    told = _told(record, head)
    return Capture(
        id=record.id,
        publisher=record.get("Creditline-Publisher") or "",
        url=_url(record),
        began=began,
        kind=CaptureKind.NOT_MODIFIED if unmodified else CaptureKind.REVISIT,
        status=304 if unmodified else head.status if head else 200,
        media_type=told["Media-Type"] or "",
        ref=record.ref,
        block_digest=_block_digest(record),
        payload_digest=_digest(record, "WARC-Payload-Digest"),
        # Its block ends with the head, so only our own field tells the length of the payload.
        payload_length=0 if unmodified else _number(record.get("Creditline-Payload-Length")),
        ending=_ending(record) or Ending.UNPROVED,
        ip=record.get("WARC-IP-Address"),
        location=location(_url(record), head) if head else None,
        refers_to_url=_url(record, "WARC-Refers-To-Target-URI") or None,
        refers_to_date=_date(record.get("WARC-Refers-To-Date")),
        etag=told["ETag"],
        last_modified=told["Last-Modified"],
        retry_after=told["Retry-After"],
    )


def _told(record: Record, head: Head | None) -> Mapping[str, str | None]:
    """Return the fields of a revisit that a catalogue needs, from extension fields if the block is empty."""
    if head is None:
        names = ("Media-Type", "ETag", "Last-Modified", "Retry-After")
        return {name: record.get(f"Creditline-{name}") for name in names}
    return {
        "Media-Type": content_type(head)[0] or None,
        "ETag": head.get("ETag"),
        "Last-Modified": head.get("Last-Modified"),
        "Retry-After": head.get("Retry-After"),
    }


def note_of(record: Record) -> Note | None:
    """Return the note in *record*, or None if it is not a note of ours."""
    if record.type != RecordType.METADATA or record.get("Creditline-Note") not in list(NoteKind):
        return None
    try:
        made = read_warc_date(record.get("WARC-Date") or "")
        statement = _statement(record.block)
        kind = NoteKind(statement["kind"])
        about, previous, body = statement["about"], statement["previous"], statement["body"]
    except (ValueError, KeyError, TypeError):
        return None
    return Note(
        id=record.id,
        publisher=record.get("Creditline-Publisher") or "",
        made=made,
        kind=kind,
        about=about,
        # Early notes print padded Base32; the chain compares digests in one spelling.
        previous=normalize_digest(previous) if isinstance(previous, str) else None,
        body=body,
        ref=record.ref,
        digest=_block_digest(record),
    )


def _statement(block: bytes) -> Any:
    """Return the JSON of a note with strings that can be stored. The shell passes a byte that is not UTF-8 as half a
    surrogate pair; the record holds it as an escape, but no row can hold it.
    """
    if not _SURROGATE.search(block):
        return json.loads(block)
    return json.loads(storable(json.dumps(json.loads(block), ensure_ascii=False)))


def _block_digest(record: Record) -> str:
    printed = stated_digest(record.get("WARC-Block-Digest"), empty=not record.block)
    return printed or digest(record.block)


def _digest(record: Record, name: str) -> str | None:
    """Return the digest in the field *name* in the catalogue's spelling."""
    printed = record.get(name)
    return normalize_digest(printed) if printed else None


def concurrent_to(record: Record) -> tuple[str, ...]:
    """Return the ids of the records that *record* belongs to, without angle brackets."""
    return tuple(without_brackets(value) for name, value in record.fields if name.lower() == "warc-concurrent-to")


def _framing(head: Head) -> Framing:
    try:
        return head.framing
    except BadHead:
        # Two lengths that differ: everything that came is the body.
        return Framing(FramingKind.CLOSE)


def _seen_ending(how: Framing, body: bytes) -> Ending:
    """Return what proves the end of *body*, judged from the bytes alone."""
    if how.kind is FramingKind.NONE or (how.length is not None and len(body) >= how.length):
        return Ending.LENGTH
    if how.kind is FramingKind.CHUNKED:
        try:
            return Ending.CHUNKED if ChunkScanner().feed(body) else Ending.UNPROVED
        except BadHead:
            return Ending.UNPROVED
    return Ending.UNPROVED


def _ending(record: Record) -> Ending | None:
    value = record.get("Creditline-Ending")
    return Ending(value) if value in list(Ending) else None


def _truncation(record: Record) -> Truncation | None:
    value = record.get("WARC-Truncated")
    if not value:
        return None
    # The standard allows other reasons; what counts is that the record was cut.
    return Truncation(value) if value in list(Truncation) else Truncation.UNSPECIFIED


def _url(record: Record, name: str = "WARC-Target-URI") -> str:
    return without_brackets(record.get(name) or "")  # wget 1.19 writes it in angle brackets


def _date(value: str | None) -> datetime | None:
    try:
        return read_warc_date(value) if value else None
    except ValueError:
        return None


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < _DIGITS else 0
