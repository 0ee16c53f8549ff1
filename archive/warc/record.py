"""WARC records as values, and how each of our kinds is built and written (WARC 1.1). No I/O."""

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
    """The types of record that Creditline writes (WARC 1.1, WARC-Type)."""

    WARCINFO = "warcinfo"
    RESPONSE = "response"
    REQUEST = "request"
    REVISIT = "revisit"
    METADATA = "metadata"
    RESOURCE = "resource"
    """Written only when an ARC file is converted to WARC."""


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record as read.

    Attributes:
        type: the value of WARC-Type, as printed; records of other tools may have further types.
        fields: names and values as printed, in order.
        block: the bytes that Content-Length counts.
        ref: where it is; the length is that of the gzip member.
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
        return without_brackets(self.get("WARC-Record-ID") or "")


def without_brackets(identifier: str) -> str:
    """Return a record id without its angle brackets."""
    return identifier.removeprefix("<").removesuffix(">")


@dataclass(frozen=True, slots=True)
class Draft:
    """A WARC record that is not written yet: its block, and its fields without digest and length."""

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
    """Return a record in the form of WARC 1.1, file and record model, ending with its two empty lines."""
    return b"".join(to_parts(fields, block))


def to_parts(fields: tuple[Field, ...], block: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the parts of what `to_bytes` returns, without copying the block."""
    head = "".join([f"{name}: {value}\r\n" for name, value in fields])
    return f"WARC/1.1\r\n{head}\r\n".encode(), block, b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Origin:
    """What all records of one capture or one note share.

    Attributes:
        warcinfo: the id of the warcinfo record of the file.
        began: WARC-Date; aware.
    """

    publisher: str
    warcinfo: str
    began: datetime


def one_line(value: str) -> str:
    """Return *value* as a field can hold it: control characters and runs of white space become one space."""
    # The fast path for nearly every field; a record has a dozen.
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    return " ".join("".join(" " if ord(char) < 32 or 127 <= ord(char) < 160 else char for char in value).split())


def warc_date(moment: datetime) -> str:
    """Return *moment* in the form of WARC-Date, to the microsecond (WARC 1.1, WARC-Date)."""
    # Always with a fraction, even zeros: indexes compare dates as text, and a date without one would sort
    # differently.
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_warc_date(value: str) -> datetime:
    """Read a WARC-Date: whole seconds or with any fraction, or only to the year, month or day.

    Raises:
        ValueError: it is not a WARC-Date.
    """
    # The grammar allows T and Z in any case; a year or a month alone means its first day.
    padded = value.upper() + "0000-01-01"[len(value) :] if len(value) in (4, 7) else value.upper()
    moment = datetime.fromisoformat(padded)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:  # its zone moves it before year 1 or after 9999
        raise ValueError(f"no instant: {value!r}") from error


def warcinfo(record_id: str, filename: str, origin: Origin, info: Mapping[str, str]) -> Draft:
    """Build the record that opens a file: what wrote it, for whom, by which rules (WARC 1.1, 'warcinfo').

    For a file with records of several publishers, the publisher is "".
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
            # Extension fields (WARC 1.1, named fields): other programs ignore fields they do not know.
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
    """Build the request record that belongs to the capture *capture_id* (WARC 1.1, 'request')."""
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
    """Build the metadata record of *capture_id* for heads that have no place in the capture's own record.

    These are the heads of 1xx and 304 answers. The record names no target URI, so that no index takes it for a
    capture.
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
    """Build a metadata record of this program; *statement* holds about, previous and body (JSON values).

    It names no target URI, even if it concerns one, because replay tools would show it instead of the page.

    Raises:
        TypeError, ValueError: *statement* holds values that JSON cannot.
    """
    # Sorted, so that the same statement gives the same bytes. NaN is not JSON, and other readers would reject the whole
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
    """Say whether *text* is allowed as WARC-Target-URI: http(s), printable ASCII without spaces."""
    return text.startswith(("http://", "https://")) and text.isascii() and text.isprintable() and " " not in text


def common_fields(kind: RecordType, record_id: str, origin: Origin) -> tuple[Field, ...]:
    """Return the first fields of every record except a warcinfo."""
    return (
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{record_id}>"),
        # In each record, so that it names the software that wrote it even after it was cut out of its file.
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
    """Return the field *name*, or nothing if there is no *value*."""
    return ((name, value),) if value else ()
