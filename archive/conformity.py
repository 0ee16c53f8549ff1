"""One WARC record held against the standard: its head field by field, its block, its digests. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from archive.capture import digest_agrees
from archive.exchange import BadHead, payload, read_head
from archive.record import bare


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a record, in words, and the clause that it breaks."""

    what: str
    clause: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One record as the standard sees it.

    Attributes:
        id: without angle brackets, None where there is none.
        length: how many bytes it takes, its two empty lines included, before compression.
        refers: fields that name other records, and the ids that they name, without angle brackets.
        block_digest: as printed, None where there is none.
        ours: it names the publisher that it was collected for, as ours do.
    """

    id: str | None
    length: int
    faults: tuple[Fault, ...]
    refers: tuple[tuple[str, str], ...] = ()
    block_digest: str | None = None
    ours: bool = False


_HEAD_CLAUSE = "WARC 1.1, file and record model"
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_VERSIONS = (b"WARC/1.1", b"WARC/1.0")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ID = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]+>")
_DATE_1_0 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DATE_1_1 = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?)?)?")

_MANDATORY = {name.lower(): name for name in ("WARC-Record-ID", "Content-Length", "WARC-Date", "WARC-Type")}
_WITH_URI = frozenset({"response", "resource", "request", "revisit", "conversion", "continuation"})
_TYPES = _WITH_URI | {"warcinfo", "metadata"}
_HTTP = frozenset({"response", "request", "revisit"})
_LINKING = ("warc-concurrent-to", "warc-warcinfo-id")
_IDS = frozenset({"warc-record-id", *_LINKING})
_FORBIDDEN = {
    "warc-target-uri": frozenset({"warcinfo"}),
    "warc-ip-address": frozenset({"warcinfo", "conversion", "continuation"}),
    "warc-concurrent-to": frozenset({"warcinfo", "conversion", "continuation"}),
    "warc-refers-to": frozenset({"warcinfo", "response", "resource", "request", "continuation"}),
    "warc-refers-to-target-uri": _TYPES - {"revisit"},
    "warc-refers-to-date": _TYPES - {"revisit"},
    "warc-payload-digest": frozenset({"warcinfo", "metadata"}),
    "warc-warcinfo-id": frozenset({"warcinfo"}),
    "warc-filename": _TYPES - {"warcinfo"},
    "warc-profile": _TYPES - {"revisit"},
    "warc-segment-origin-id": _TYPES - {"continuation"},
    "warc-segment-total-length": _TYPES - {"continuation"},
}
"""The types of record in which a field shall not stand (WARC 1.1, named fields)."""


def check_record(data: bytes, start: int = 0) -> Checked:
    """Check the record at byte *start* of *data*, which is not compressed. Never raises for its bytes."""
    end = _HEAD_END.search(data, start)
    if end is None:
        endless = Fault("the head of the record does not end", _HEAD_CLAUSE)
        return Checked(None, len(data) - start, (endless,))
    head = data[start : end.end()]
    version, *lines = head[: end.start() - start].split(b"\n")
    fields, faults = _fields(lines)
    if version.removesuffix(b"\r") not in _VERSIONS:
        faults.append(Fault(f"the record begins with {version[:20]!r}", _HEAD_CLAUSE))
    if head.count(b"\n") != head.count(b"\r\n"):
        faults.append(Fault("lines of the head end without CR", _HEAD_CLAUSE))
    record = _Fields(fields, newer=version.startswith(b"WARC/1.1"))
    faults += record.faults()
    block, length, cut = _block(data, end.end(), record.get("content-length"))
    faults += cut or _digests(record, block)
    return Checked(
        id=bare(record.get("warc-record-id")) or None,
        length=length - start,
        faults=tuple(faults),
        refers=tuple((name, bare(value)) for name, value in fields if name.lower() in _LINKING),
        block_digest=record.get("warc-block-digest") or None,
        ours=bool(record.get("creditline-publisher")),
    )


def _fields(lines: list[bytes]) -> tuple[list[tuple[str, str]], list[Fault]]:
    """Return the fields of a head, folded lines joined, and what is wrong with its lines."""
    fields: list[tuple[str, str]] = []
    faults = []
    for line in lines:
        line = line.removesuffix(b"\r")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode("latin-1")
            faults.append(Fault(f"a line of the head is no UTF-8: {text[:40]!r}", _HEAD_CLAUSE))
        name, colon, value = text.partition(":")
        if colon and _NAME.fullmatch(name):
            fields.append((name, value.strip(" \t")))
        elif text[:1] in (" ", "\t") and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {text.strip()}".strip())
        else:
            faults.append(Fault(f"a line of the head is no field: {text[:40]!r}", _HEAD_CLAUSE))
    return fields, faults


def _block(data: bytes, start: int, printed: str) -> tuple[bytes, int, list[Fault]]:
    """Return the block that begins at *start*, where its record ends, and what is wrong with its bounds."""
    clause = "WARC 1.1, Content-Length"
    if not (printed.isascii() and printed.isdigit()) or len(printed) > 18:
        return b"", len(data), [Fault(f"Content-Length is {printed[:30]!r}", clause)] if printed else []
    end = start + int(printed)
    if end > len(data):
        return b"", len(data), [Fault(f"{end - len(data)} bytes of the block are missing", clause)]
    if data[end : end + 4] != b"\r\n\r\n":
        found = bytes(data[end : end + 4])
        what = f"two empty lines must follow the block, found is {found!r}: Content-Length may be wrong"
        return (
            data[start:end],
            min(len(data), end + len(found) - len(found.lstrip(b"\r\n"))),
            [Fault(what, clause)],
        )
    return data[start:end], end + 4, []


class _Fields:
    """The fields of one record, and the rules on them that need no block."""

    def __init__(self, fields: list[tuple[str, str]], *, newer: bool) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in fields:
            self._values.setdefault(name.lower(), []).append(value)
        self._newer = newer
        self.type = self.get("warc-type")

    def get(self, name: str) -> str:
        """Return the first value of the field *name* (lower case), "" if there is none."""
        values = self._values.get(name)
        return values[0] if values else ""

    def faults(self) -> Iterator[Fault]:
        """Yield fields that are missing, that may not be there, or not twice, and values out of form."""
        yield from self._missing()
        for name, values in self._values.items():
            if self.type in _FORBIDDEN.get(name, ()):
                yield Fault(f"{name} shall not stand in a {self.type} record", "WARC 1.1, named fields")
            if len(values) > 1 and name != "warc-concurrent-to":
                yield Fault(f"{name} stands there {len(values)} times", "WARC 1.1, named fields")
            if name in _IDS:
                yield from _ids_out_of_form(name, values)
        date = self.get("warc-date")
        if date and not _is_date(date, self._newer):
            yield Fault(f"WARC-Date is {date[:40]!r}", "WARC 1.1, WARC-Date")

    def _missing(self) -> Iterator[Fault]:
        for key, name in _MANDATORY.items():
            if not self.get(key):
                yield Fault(f"{name} is missing", "WARC 1.1, mandatory fields")
        if self.type in _WITH_URI and not self.get("warc-target-uri"):
            yield Fault("WARC-Target-URI is missing", "WARC 1.1, WARC-Target-URI")
        if self.type == "revisit" and not self.get("warc-profile"):
            yield Fault("WARC-Profile is missing", "WARC 1.1, WARC-Profile")
        has_block = self.get("content-length") not in ("", "0")
        if has_block and self.type != "continuation" and not self.get("content-type"):
            yield Fault("Content-Type is missing", "WARC 1.1, Content-Type")


def _ids_out_of_form(name: str, values: list[str]) -> Iterator[Fault]:
    for value in values:
        if not _ID.fullmatch(value):
            yield Fault(f"{name} is no URI in angle brackets: {value[:60]!r}", "WARC 1.1, WARC-Record-ID")


def _is_date(value: str, newer: bool) -> bool:
    if not (_DATE_1_1 if newer else _DATE_1_0).fullmatch(value):
        return False
    padded = value + "0000-01-01"[len(value) :] if len(value) < 10 else value
    try:
        datetime.fromisoformat(padded)
    except ValueError:
        return False
    return True


def _digests(record: _Fields, block: bytes) -> Iterator[Fault]:
    """Yield digests that do not agree with the block, or cannot be checked."""
    printed = record.get("warc-block-digest")
    if printed:
        yield from _compared("block", printed, block, "WARC 1.1, WARC-Block-Digest")
    printed = record.get("warc-payload-digest")
    if not printed or record.type not in ("response", "request", "resource", "conversion"):
        return
    if record.get("warc-segment-number"):  # it is the digest of the payload of all segments together
        return
    held = _payload(record, block)
    if held is None:
        yield Fault("there is a payload digest, and no readable head in the block", "WARC 1.1, WARC-Payload-Digest")
        return
    for fault in _compared("payload", printed, held, "WARC 1.1, WARC-Payload-Digest"):
        framed = record.type == "response" and digest_agrees(printed, block[read_head(block).length :])
        yield Fault(fault.what + " (it is that of the chunked bytes)", fault.clause) if framed else fault


def _payload(record: _Fields, block: bytes) -> bytes | None:
    """Return the payload in *block* with transfer coding removed, None where it cannot be told."""
    if record.type not in _HTTP or not record.get("content-type").lower().startswith("application/http"):
        return block
    if record.type == "request":
        end = _HEAD_END.search(block)
        return block[end.end() :] if end else None
    try:
        head = read_head(block)
        return payload(block, head)
    except BadHead:
        return None


def _compared(what: str, printed: str, data: bytes, clause: str) -> Iterator[Fault]:
    agrees = digest_agrees(printed, data)
    if agrees is None:
        yield Fault(f"the {what} digest is in a form that is not known: {printed[:30]!r}", clause)
    elif not agrees:
        yield Fault(f"the {what} does not agree with its digest", clause)
