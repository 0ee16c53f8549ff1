"""WARC records as values, and how each kind of ours is built and written (WARC 1.1). No I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from archive.digest import digest
from archive.http.exchange import Exchange
from archive.warc.capture import NoteKind, RecordRef

HTTP_RESPONSE = "application/http;msgtype=response"
HTTP_REQUEST = "application/http;msgtype=request"
Field = tuple[str, str]


class RecordType(StrEnum):
    """The types of record that we write (WARC 1.1, WARC-Type)."""

    WARCINFO = "warcinfo"
    RESPONSE = "response"
    REQUEST = "request"
    REVISIT = "revisit"
    METADATA = "metadata"
    RESOURCE = "resource"
    """Written only where an ARC file is made into a WARC file."""


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record as read.

    Attributes:
        type: the value of WARC-Type, as printed; records by others may have types that we do not write.
        fields: names as printed and values, in order.
        block: what Content-Length counts.
        ref: where it lies; the length is that of the gzip member.
    """

    type: str
    fields: tuple[Field, ...]
    block: bytes
    ref: RecordRef

    def get(self, name: str) -> str | None:
        """Return the first value of the field *name* (any case), or None."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), None)

    @property
    def id(self) -> str:
        """WARC-Record-ID without angle brackets, "" if there is none."""
        return bare(self.get("WARC-Record-ID") or "")


def bare(identifier: str) -> str:
    """Return a record id without its angle brackets."""
    return identifier.removeprefix("<").removesuffix(">")


@dataclass(frozen=True, slots=True)
class Draft:
    """A WARC record not written yet: its block, and its fields but for digest and length."""

    fields: tuple[Field, ...]
    block: bytes

    def complete(self) -> tuple[Field, ...]:
        """Return all fields of the record, as they will be read again."""
        return (
            *((name, one_line(value)) for name, value in self.fields),
            ("WARC-Block-Digest", digest(self.block)),
            ("Content-Length", str(len(self.block))),
        )


def to_bytes(fields: tuple[Field, ...], block: bytes) -> bytes:
    """Return a record as WARC 1.1, file and record model has it, ending in its two empty lines."""
    return b"".join(to_parts(fields, block))


def to_parts(fields: tuple[Field, ...], block: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what `to_bytes` does, the block as it is: of a long one no copy is made."""
    head = "".join([f"{name}: {value}\r\n" for name, value in fields])
    return f"WARC/1.1\r\n{head}\r\n".encode(), block, b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Origin:
    """What all records of one capture, or one note, share.

    Attributes:
        warcinfo: the id of the warcinfo record of the file.
        began: WARC-Date; aware.
    """

    publisher: str
    warcinfo: str
    began: datetime


def one_line(value: str) -> str:
    """Return *value* as a field can carry it: control characters and runs of white space become one space."""
    # Nearly every field is so, and a record has a dozen.
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    return " ".join("".join(" " if ord(char) < 32 or 127 <= ord(char) < 160 else char for char in value).split())


def warc_date(moment: datetime) -> str:
    """Return *moment* as WARC-Date has it, to the microsecond (WARC 1.1, WARC-Date)."""
    # Always with its fraction, zeros too: dates are compared as text in indexes, and a missing one would sort
    # otherwise.
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_warc_date(value: str) -> datetime:
    """Read a WARC-Date, whole seconds or with any fraction, or only to the year, month or day.

    Raises:
        ValueError: it is none.
    """
    # The grammar spells T and Z in any case; a year or a month alone begins on its first day.
    padded = value.upper() + "0000-01-01"[len(value) :] if len(value) in (4, 7) else value.upper()
    moment = datetime.fromisoformat(padded)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:  # a zone that leads before the year 1 or beyond 9999
        raise ValueError(f"no instant: {value!r}") from error


def warcinfo(record_id: str, filename: str, origin: Origin, info: Mapping[str, str]) -> Draft:
    """Build the record that opens a file: what wrote it, for whom, by which rules (WARC 1.1, 'warcinfo').

    A file that holds records of several publishers names none: "".
    """
    standard = {
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    lines = "".join(f"{name}: {one_line(value)}\r\n" for name, value in {**standard, **info}.items())
    return Draft(
        (
            ("WARC-Type", RecordType.WARCINFO),
            ("WARC-Record-ID", f"<{record_id}>"),
            ("WARC-Date", warc_date(origin.began)),
            ("WARC-Filename", filename),
            # Extension fields (WARC 1.1, named fields): other programs pass over what they do not know.
            *optional_field("Creditline-Publisher", origin.publisher),
            ("Content-Type", "application/warc-fields"),
        ),
        lines.encode(),
    )


def response(record_id: str, origin: Origin, exchange: Exchange, payload_digest: str | None) -> Draft:
    """Build the response record: what came, from the final status line on (WARC 1.1, 'response')."""
    return Draft(
        (
            *capture_fields(RecordType.RESPONSE, record_id, origin, exchange),
            *optional_field("WARC-Payload-Digest", payload_digest),
            *optional_field("WARC-Truncated", exchange.truncated),
            ("Content-Type", HTTP_RESPONSE),
        ),
        exchange.response,
    )


def request(record_id: str, origin: Origin, exchange: Exchange, capture_id: str) -> Draft:
    """Build the request record beside the capture *capture_id* (WARC 1.1, 'request')."""
    return Draft(
        (
            *common_fields(RecordType.REQUEST, record_id, origin),
            ("WARC-Target-URI", exchange.url),
            *optional_field("WARC-IP-Address", exchange.ip),
            ("WARC-Concurrent-To", f"<{capture_id}>"),
            ("Content-Type", HTTP_REQUEST),
        ),
        exchange.request,
    )


def companion(record_id: str, origin: Origin, heads: bytes, capture_id: str) -> Draft:
    """Build the metadata record beside *capture_id*, for the heads that its own record has no room for.

    These are the heads of 1xx and 304 answers. It names no target URI, so that no index takes it for a
    capture of its own.
    """
    return Draft(
        (
            *common_fields(RecordType.METADATA, record_id, origin),
            ("WARC-Concurrent-To", f"<{capture_id}>"),
            ("Content-Type", HTTP_RESPONSE),
        ),
        heads,
    )


def note(record_id: str, origin: Origin, kind: NoteKind, statement: Mapping[str, object]) -> Draft:
    """Build a metadata record of ours; *statement* holds about, previous and body (JSON values).

    It names no target URI, not even where it is about one: replay tools would show it in the place of the page.

    Raises:
        TypeError, ValueError: *statement* holds what JSON cannot.
    """
    # Sorted, so that the same statement is the same bytes. NaN is no JSON, and other readers would refuse the whole
    # note.
    block = json.dumps({"kind": kind, **statement}, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return Draft(
        (
            *common_fields(RecordType.METADATA, record_id, origin),
            ("Creditline-Note", kind),
            ("Creditline-Publisher", origin.publisher),
            ("Content-Type", "application/json"),
        ),
        block.encode(),
    )


def is_uri(text: str) -> bool:
    """Say whether *text* may stand as WARC-Target-URI: http(s), printable ASCII without space."""
    return text.startswith(("http://", "https://")) and text.isascii() and text.isprintable() and " " not in text


def common_fields(kind: RecordType, record_id: str, origin: Origin) -> tuple[Field, ...]:
    """Return the fields that every record but a warcinfo begins with."""
    return (
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{record_id}>"),
        # In each record: cut out of its file, it still tells what wrote it.
        ("WARC-Warcinfo-ID", f"<{origin.warcinfo}>"),
        ("WARC-Date", warc_date(origin.began)),
    )


def capture_fields(kind: RecordType, record_id: str, origin: Origin, exchange: Exchange) -> tuple[Field, ...]:
    """Return the fields that a response and a revisit record of *exchange* share."""
    return (
        *common_fields(kind, record_id, origin),
        ("WARC-Target-URI", exchange.url),
        *optional_field("WARC-IP-Address", exchange.ip),
        ("Creditline-Publisher", origin.publisher),
        ("Creditline-Ending", exchange.ending),
    )


def optional_field(name: str, value: str | None) -> tuple[Field, ...]:
    """Return the field *name*, or none where there is no *value*."""
    return ((name, value),) if value else ()
