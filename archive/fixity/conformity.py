"""One WARC record held against the standard: its head field by field, its block, its digests. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from archive.digest import digest_agrees, same_digest
from archive.errors import BadHead
from archive.fixity.finding import Fault, Severity
from archive.fixity.record_rules import ID, Forms, Shape, broken, is_name, shape
from archive.http.exchange import head_end, payload, payload_as_framed, read_head
from archive.http.framing import TOO_MANY_CHUNKS
from archive.warc.long_record import Passed
from archive.warc.record import bare

# Agreement: whether a block and its payload are what the digests beside them say. No I/O.

_HTTP = frozenset({"response", "request", "revisit"})
_WITH_PAYLOAD = frozenset({"response", "request", "resource", "conversion"})
_CLAUSES = {"block": "WARC 1.1, WARC-Block-Digest", "payload": "WARC 1.1, WARC-Payload-Digest"}
_LABELLED = "WARC 1.1, labelled-digest"
OTHERWISE = "it is that of the"
"""How a finding goes on where a payload digest is right, but was taken of something else: no byte was changed."""
_HEAD_WINDOW = 4096
_PLAIN_STATUS = re.compile(rb"http/1\.[01] (?!204|304)[2-5]\d\d[ \r]")
_TELLING = re.compile(rb"\n(transfer-encoding|content-length|[ \t])([^\n]*)")
"""In a lower-case head: the fields that say where a body ends, and lines that go on from the one before."""


def payload_faults(printed: str, block: memoryview, kind: str, media_type: str) -> tuple[Fault, ...]:
    """Return what is wrong between the *printed* digest and the payload in the *block* of a record of type *kind*."""
    if kind not in _WITH_PAYLOAD:
        return ()
    held = _payload(block, kind, media_type)
    if held is None:
        if digest_agrees(printed, _after_head(block)):
            return ()
        what = "the payload is not held against its digest: no head in the block says where it begins"
        return (Fault(what, _CLAUSES["payload"], Severity.UNCHECKED),)
    faults = disagreement("payload", printed, held)
    if not faults or faults[0].severity is not Severity.FAULT:
        return faults
    for taken, data in (("chunked bytes", _after_head(block)), ("whole block", block)):
        if kind == "response" and digest_agrees(printed, data):
            return (Fault(f"{faults[0].what} ({OTHERWISE} {taken})", faults[0].clause),)
    if kind == "response" and _has_too_many_chunks(bytes(block)):
        beyond = f"the payload is not held against its digest: it has {TOO_MANY_CHUNKS}"
        return (Fault(beyond, _CLAUSES["payload"], Severity.UNCHECKED),)
    return faults


def _has_too_many_chunks(response: bytes) -> bool:
    try:
        return payload_as_framed(read_head(response), response)[1] == TOO_MANY_CHUNKS
    except BadHead:
        return False


def disagreement(what: str, printed: str, data: memoryview | bytes) -> tuple[Fault, ...]:
    """Return what is wrong between the *printed* digest and *data*, which is *what*: "block" or "payload"."""
    agrees = digest_agrees(printed, data)
    if agrees:
        return ()
    algorithm, colon, value = printed.partition(":")
    if not (algorithm.strip() and colon and value.strip()):
        return (Fault(f"the {what} digest names no algorithm and value: {printed[:30]!r}", _LABELLED),)
    if agrees is None:
        unknown = f"the {what} digest is not checked: the algorithm {algorithm.strip()[:30]!r} is not known"
        return (Fault(unknown, _CLAUSES[what], Severity.UNCHECKED),)
    return (Fault(f"the {what} does not agree with its digest", _CLAUSES[what]),)


def _payload(block: memoryview, kind: str, media_type: str) -> memoryview | bytes | None:
    """Return the payload in *block* with transfer coding removed, None where it cannot be told."""
    if kind not in _HTTP or not media_type.lower().startswith("application/http"):
        return block if len(block) or kind not in _HTTP else None
    if kind == "request":
        end = head_end(bytes(block))
        return block[end:] if end else None
    plain = _plain_payload(block)
    if plain is not None:
        return plain
    whole = bytes(block)
    try:
        return payload(whole, read_head(whole))
    except BadHead:
        return None


def _plain_payload(block: memoryview) -> memoryview | None:
    """Return the payload of a plain answer: a head as everybody writes it, one length or none, no transfer coding.

    None where it takes a full reading. Most answers are plain, and reading a head costs more than their digest.
    """
    window = bytes(block[:_HEAD_WINDOW])
    end = window.find(b"\r\n\r\n")
    head = window[: end + 2].lower()
    if end < 0 or not _PLAIN_STATUS.match(head) or head.count(b"\n") != head.count(b"\r\n"):
        return None
    told = _TELLING.findall(head)
    body = block[end + 4 :]
    if not told:
        return body
    (name, value), *more = told
    number = value[1:].strip(b" \t\r")
    if more or name != b"content-length" or value[:1] != b":" or not number.isdigit() or len(number) > 18:
        return None
    return body[: int(number)]


def _after_head(block: memoryview) -> memoryview:
    return block[head_end(bytes(block)) or 0 :]


_NOTHING = shape(())


class Checked(NamedTuple):
    """One record as the standard sees it; a tuple for the reason that `Member` is one.

    Attributes:
        id: without angle brackets, None where there is none.
        length: how many bytes it takes, its two empty lines included, before compression.
        shape, values: the names and the values of the fields of its head, in order, as far as they can be read.
    """

    id: str | None
    length: int
    faults: tuple[Fault, ...]
    shape: Shape = _NOTHING
    values: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """Return the first value of the field *name* (lower case), "" if there is none."""
        at = self.shape.first.get(name)
        return "" if at is None else self.values[at]

    def refers(self) -> list[tuple[str, str]]:
        """Return the fields that name other records, and the ids that they name, without angle brackets."""
        return [(self.shape.names[at], bare(self.values[at])) for at in self.shape.links]


_HEAD_CLAUSE = "WARC 1.1, file and record model"
_LENGTH_CLAUSE = "WARC 1.1, Content-Length"
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_VERSIONS = ("WARC/1.1", "WARC/1.0")
_OLDER = ("WARC/0.17", "WARC/0.18")
_ID = re.compile(ID)
_DATE_1_0 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DATE_1_1 = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?)?)?", re.ASCII)
_BLANK = " \t"

_FORMS = Forms()
HEAD_LIMIT = 256 * 1024
"""The most bytes of a head that are read field by field."""
MOST_NAMES = 64
"""What rules say of a head with more fields is not remembered."""
_TOO_LONG = Fault(f"the head of the record is longer than {HEAD_LIMIT} bytes", _HEAD_CLAUSE)
_LEARNT = 8 * 1024
"""A head of more bytes is no form that others share: what is learnt is a pattern of its length."""


def check_record(data: bytes, start: int = 0) -> Checked:
    """Check the record at byte *start* of *data*, which is not compressed. Never raises for its bytes."""
    end = data.find(b"\r\n\r\n", start) + 4
    read = _sound_head(data[start : end - 2]) if end > 3 else None
    if read is None:
        return check_field_by_field(data, start)
    shaped, values = read
    first = shaped.first
    stop = end + int(values[first["content-length"]])
    if data[stop : stop + 4] != b"\r\n\r\n":
        return check_field_by_field(data, start)
    faults = _disagreeing(_Values(shaped, values), memoryview(data)[end:stop])
    return Checked(values[first["warc-record-id"]][1:-1], stop + 4 - start, faults, shaped, values)


def _sound_head(head: bytes) -> tuple[Shape, tuple[str, ...]] | None:
    """Return the fields of a head of a known form, all of them sound, None for any other head."""
    try:
        known = _FORMS.match(head.decode())
    except UnicodeDecodeError:
        return None
    if known is None or not all(_is_date(known[1][at], head[:8]) for at in known[0].dates):
        return None
    return known


def check_field_by_field(data: bytes, start: int = 0) -> Checked:
    """Check a record as `check_record` does, with the same result, and learn its form where its head is sound."""
    found = _HEAD_END.search(data, start)
    if found is None:
        endless = Fault("the head of the record does not end", _HEAD_CLAUSE)
        return Checked(None, len(data) - start, (endless,))
    head = data[start : found.end()]
    if len(head) > HEAD_LIMIT:
        return Checked(None, len(data) - start, (_TOO_LONG,))
    version, shaped, values, faults = _checked_head(head)
    fields = _Values(shaped, values)
    block, length, cut = _block(data, found.end(), fields["content-length"])
    if not faults and not cut and len(head) <= _LEARNT:
        _FORMS.learn(head[:-2].decode(), version, shaped, values)
    faults += cut or _disagreeing(fields, block)
    return Checked(bare(fields["warc-record-id"]) or None, length - start, tuple(faults), shaped, values)


def check_passed(passed: Passed) -> Checked:
    """Check a record that is too long to be held, as far as it was seen while it passed."""
    if not passed.head:
        return Checked(None, passed.size, (Fault("the head of the record does not end", _HEAD_CLAUSE),))
    _, shaped, values, faults = _checked_head(passed.head)
    fields = _Values(shaped, values)
    printed = fields["content-length"]
    if not (printed.isascii() and printed.isdigit() and int(printed) == passed.length):
        faults.append(Fault(f"the block has {passed.length} bytes, Content-Length is {printed[:30]!r}", _LENGTH_CLAUSE))
    if passed.tail != b"\r\n\r\n":
        what = f"two empty lines must follow the block, found is {passed.tail!r}: Content-Length may be wrong"
        faults.append(Fault(what, _LENGTH_CLAUSE))
    stated = fields["warc-block-digest"]
    if stated and passed.digest is not None and same_digest(stated, passed.digest) is False:
        faults.append(Fault("the block does not agree with its digest", "WARC 1.1, WARC-Block-Digest"))
    long = f"the record takes {passed.size} bytes once it is inflated: its block is verified, nothing is read in it"
    faults.append(Fault(long, _LENGTH_CLAUSE, Severity.UNCHECKED))
    return Checked(bare(fields["warc-record-id"]) or None, passed.size, tuple(faults), shaped, values)


def _checked_head(head: bytes) -> tuple[str, Shape, tuple[str, ...], list[Fault]]:
    """Read a head: its version, shape and values, and what is wrong with it."""
    version, shaped, values, faults = _head(head)
    version = version.upper()  # what the grammar spells out may stand in any case
    if version in _OLDER:
        faults.append(Fault(f"the record is of the older version {version}", _HEAD_CLAUSE, Severity.ADVICE))
    elif version not in _VERSIONS:
        faults.append(Fault(f"the record begins with {version[:20]!r}", _HEAD_CLAUSE))
    fields = _Values(shaped, values)
    printed = fields["content-length"]
    empty = tuple(at for at, value in enumerate(values) if not value)
    rules = broken if len(shaped.names) <= MOST_NAMES else broken.__wrapped__
    faults += rules(shaped.names, empty, fields["warc-type"].lower(), printed not in ("", "0"))
    faults += _out_of_form(shaped, values, version)
    return version, shaped, values, faults


class _Values:
    """The values of a head by the lower-case name of their fields, "" where there is none."""

    __slots__ = ("_first", "_values")

    def __init__(self, shaped: Shape, values: tuple[str, ...]) -> None:
        self._first, self._values = shaped.first, values

    def __getitem__(self, name: str) -> str:
        at = self._first.get(name)
        return "" if at is None else self._values[at]


def _head(head: bytes) -> tuple[str, Shape, tuple[str, ...], list[Fault]]:
    """Read any head, folded lines joined: version, names, values, and what is wrong with its lines."""
    version, *lines = head.rstrip(b"\r\n").split(b"\n")
    fields: list[tuple[str, list[str]]] = []
    faults = []
    if head.count(b"\n") != head.count(b"\r\n"):
        faults.append(Fault("lines of the head end without CR", _HEAD_CLAUSE))
    for line in lines:
        line = line.removesuffix(b"\r")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode("latin-1")
            faults.append(Fault(f"a line of the head is no UTF-8: {text[:40]!r}", _HEAD_CLAUSE))
        name, colon, value = text.partition(":")
        if colon and is_name(name):
            fields.append((name, [value.strip(_BLANK)]))
        elif text[:1] in (" ", "\t") and fields:
            fields[-1][1].append(text.strip())
        else:
            faults.append(Fault(f"a line of the head is no field: {text[:40]!r}", _HEAD_CLAUSE))
    printed = version.removesuffix(b"\r").decode("latin-1")
    values = tuple(" ".join(filter(None, parts)) if len(parts) > 1 else parts[0] for _, parts in fields)
    names = tuple(name for name, _ in fields)
    return printed, shape(names) if len(names) <= MOST_NAMES else shape.__wrapped__(names), values, faults


def _block(data: bytes, start: int, printed: str) -> tuple[memoryview, int, list[Fault]]:
    """Return the block that begins at *start*, where its record ends, and what is wrong with its bounds."""
    view = memoryview(data)
    if not (printed.isascii() and printed.isdigit()) or len(printed) > 18:
        return view[:0], len(data), [Fault(f"Content-Length is {printed[:30]!r}", _LENGTH_CLAUSE)] if printed else []
    end = start + int(printed)
    if data[end : end + 4] == b"\r\n\r\n":
        return view[start:end], end + 4, []
    if end > len(data):
        return view[:0], len(data), [Fault(f"{end - len(data)} bytes of the block are missing", _LENGTH_CLAUSE)]
    found = data[end : end + 4]
    what = f"two empty lines must follow the block, found is {found!r}: Content-Length may be wrong"
    over = len(found) - len(found.lstrip(b"\r\n"))
    return view[start:end], min(len(data), end + over), [Fault(what, _LENGTH_CLAUSE)]


def _out_of_form(shaped: Shape, values: tuple[str, ...], version: str) -> Iterator[Fault]:
    """Yield ids that are no URIs in angle brackets, and dates that are none."""
    for at in shaped.ids:
        value = values[at]
        if value and not _ID.fullmatch(value):
            what = f"{shaped.names[at]} is no URI in angle brackets: {value[:60]!r}"
            yield Fault(what, "WARC 1.1, WARC-Record-ID")
    for at in shaped.uris:
        if not _is_uri(values[at], version) and values[at]:
            yield Fault(f"{shaped.names[at]} is no URI: {values[at][:60]!r}", f"WARC 1.1, {shaped.names[at]}")
    for at in shaped.dates:
        date = values[at]
        if date and not _is_date(date.upper(), version.encode()):
            yield Fault(f"{shaped.names[at]} is {date[:40]!r}", f"WARC 1.1, {shaped.names[at]}")


def _is_uri(value: str, version: str) -> bool:
    """Say whether *value* may be a URI; the grammar of WARC 1.0 has every one in angle brackets, 1.1 only ids."""
    bracketed = value.startswith("<") or value.endswith(">")
    return len(value.split()) == 1 and (not bracketed or version == "WARC/1.0")


@lru_cache(maxsize=64)
def _is_date(value: str, version: bytes) -> bool:
    if not (_DATE_1_1 if version == b"WARC/1.1" else _DATE_1_0).fullmatch(value):
        return False
    padded = value + "0000-01-01"[len(value) :] if len(value) < 10 else value
    try:
        datetime.fromisoformat(padded)
    except ValueError:
        return False
    return True


def _disagreeing(fields: _Values, block: memoryview) -> tuple[Fault, ...]:
    """Return digests that do not agree with the block, or cannot be checked."""
    faults: tuple[Fault, ...] = ()
    printed = fields["warc-block-digest"]
    if printed:
        faults = disagreement("block", printed, block)
    printed = fields["warc-payload-digest"]
    if printed and not fields["warc-segment-number"]:  # else it is that of the payload of all segments together
        faults += payload_faults(printed, block, fields["warc-type"].lower(), fields["content-type"])
    return faults
