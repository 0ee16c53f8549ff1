"""One WARC record held against the standard: its head field by field, its block, its digests. No I/O."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from archive.digest import same_digest
from archive.fixity.agreement import disagreement, payload_faults
from archive.fixity.finding import Fault, Severity
from archive.warc.member import HEAD_END, Passed
from archive.warc.record import bare

NAMED_FIELDS = "WARC 1.1, named fields"

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MANDATORY = {name.lower(): name for name in ("WARC-Record-ID", "Content-Length", "WARC-Date", "WARC-Type")}
# A warcinfo must not have one; a metadata record may.
_WITH_URI = frozenset({"response", "resource", "request", "revisit", "conversion", "continuation"})
_TYPES = _WITH_URI | {"warcinfo", "metadata"}
# The fields that the standard defines and lets stand once; extension fields may be repeated.
_DEFINED = frozenset(
    {
        "warc-record-id", "content-length", "warc-date", "warc-type", "content-type", "warc-block-digest",
        "warc-payload-digest", "warc-ip-address", "warc-refers-to", "warc-refers-to-target-uri", "warc-refers-to-date",
        "warc-target-uri", "warc-truncated", "warc-warcinfo-id", "warc-filename", "warc-profile",
        "warc-identified-payload-type", "warc-segment-number", "warc-segment-origin-id", "warc-segment-total-length",
    }
)  # fmt: skip
_LINKS = ("warc-concurrent-to", "warc-warcinfo-id")
_HOLD_IDS = frozenset({"warc-record-id", "warc-refers-to", "warc-segment-origin-id", *_LINKS})
_URIS = ("warc-target-uri", "warc-refers-to-target-uri", "warc-profile")
_DATES = ("warc-date", "warc-refers-to-date")
# The types of record in which a field shall not stand (WARC 1.1, named fields).
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


@dataclass(frozen=True, slots=True)
class Shape:
    """What the names in a head tell, without their values.

    Attributes:
        names: as printed, in order.
        first: where each name (lower case) stands first.
        ids: where values stand that must be URIs in angle brackets.
        links: where values stand that name a record of the same collection.
        dates: where values stand that must be dates of the form of WARC-Date.
        uris: where values stand that must be URIs without angle brackets.
        sound: every name is a token.
    """

    names: tuple[str, ...]
    first: Mapping[str, int]
    ids: tuple[int, ...]
    links: tuple[int, ...]
    dates: tuple[int, ...]
    uris: tuple[int, ...]
    sound: bool


@lru_cache(maxsize=512)
def shape(names: tuple[str, ...]) -> Shape:
    """Return the shape of a head whose fields have *names*, as printed: a file has few shapes, and many records."""
    first: dict[str, int] = {}
    lower = [name.lower() for name in names]
    for at, name in enumerate(lower):
        first.setdefault(name, at)
    return Shape(
        names,
        first,
        tuple(at for at, name in enumerate(lower) if name in _HOLD_IDS),
        tuple(at for at, name in enumerate(lower) if name in _LINKS),
        tuple(at for at, name in enumerate(lower) if name in _DATES),
        tuple(at for at, name in enumerate(lower) if name in _URIS),
        all(map(is_name, names)),
    )


@lru_cache(maxsize=512)
def broken(names: tuple[str, ...], empty: tuple[int, ...], kind: str, block: bool) -> tuple[Fault, ...]:
    """Return the rules that fields of *names* break in a record of type *kind*.

    *empty* says which of them have no value, *block* whether the record has one.
    """
    lower = [name.lower() for name in names]
    present = {name for at, name in enumerate(lower) if at not in empty}
    return (*_missing(present, kind, block), *_misplaced(lower, kind))


def is_name(name: str) -> bool:
    """Say whether *name* may stand before the colon (a token, RFC 9110 section 5.6.2)."""
    return _NAME.fullmatch(name) is not None


def _missing(present: set[str], kind: str, block: bool) -> Iterator[Fault]:
    for key, name in _MANDATORY.items():
        if key not in present:
            yield Fault(f"{name} is missing", "WARC 1.1, mandatory fields")
    if kind in _WITH_URI and "warc-target-uri" not in present:
        yield Fault("WARC-Target-URI is missing", "WARC 1.1, WARC-Target-URI")
    if kind == "revisit" and "warc-profile" not in present:
        yield Fault("WARC-Profile is missing", "WARC 1.1, WARC-Profile")
    if kind == "continuation":
        for name in ("WARC-Segment-Number", "WARC-Segment-Origin-ID"):
            if name.lower() not in present:
                yield Fault(f"{name} is missing", f"WARC 1.1, {name}")
    # *Should*, and only where there is a block (WARC 1.1, Content-Type); a continuation takes it from its first
    # segment.
    elif block and "content-type" not in present:
        yield Fault("Content-Type is missing", "WARC 1.1, Content-Type", Severity.ADVICE)


def _misplaced(lower: list[str], kind: str) -> Iterator[Fault]:
    for name, count in Counter(lower).items():
        if kind in _FORBIDDEN.get(name, ()):
            yield Fault(f"{name} shall not stand in a {kind} record", NAMED_FIELDS)
        if count > 1 and name in _DEFINED:
            yield Fault(f"{name} stands there {count} times", NAMED_FIELDS)


# Forms of heads that were found sound: the next head of that form is proved sound by one match, not field by field.

ID = r"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]+>"
"""A URI in angle brackets, as WARC-Record-ID and the fields that name records hold it."""

_UUID = r"<urn:uuid:[0-9a-f-]{36}>"
_URI = r"(?!<)\S*[^\s>]"
_VALUE = r"\S(?:.*\S)?"
_LENGTH = r"[0-9]{1,18}"
# The version, and "WARC-Type: res" or whatever field comes first: heads that differ so far share no form.
_PREFIX = 24
# How many forms are learnt; a file with more than that is of no machine's making.
_MOST = 64
_MOST_ALIKE = 8


@dataclass(frozen=True, slots=True)
class Form:
    """The pattern that sound heads of one shape, version and type match: a group a value."""

    pattern: re.Pattern[str]
    shape: Shape


class Forms:
    """The forms learnt so far, by how a head begins; the one that matched last is tried first."""

    def __init__(self) -> None:
        self._known: dict[str, list[Form]] = {}
        self._count = 0

    def match(self, head: str) -> tuple[Shape, tuple[str, ...]] | None:
        """Return shape and values of *head* (lines ended by CR and LF, the last too) if its form is known and sound."""
        alike = self._known.get(head[:_PREFIX])
        if alike is None:
            return None
        for at, form in enumerate(alike):
            found = form.pattern.fullmatch(head)
            if found:
                if at:
                    # Records of a kind come in series.
                    alike.insert(0, alike.pop(at))
                return form.shape, found.groups()
        return None

    def learn(self, head: str, version: str, shape: Shape, values: tuple[str, ...]) -> None:
        """Learn the form of *head*, whose fields have no fault."""
        alike = self._known.setdefault(head[:_PREFIX], [])
        # A hostile file could else teach a form a record, and each would be tried on every head that follows.
        if self._count >= _MOST or len(alike) >= _MOST_ALIKE:
            return
        lines = [
            f"{re.escape(name)}: ({_value(shape, at, value)})\r\n"
            for at, (name, value) in enumerate(zip(shape.names, values, strict=True))
        ]
        alike.insert(0, Form(re.compile(f"{re.escape(version)}\r\n{''.join(lines)}"), shape))
        self._count += 1


def _value(shape: Shape, at: int, value: str) -> str:
    """Return what the value at *at* may be for the verdict to stay the same."""
    name = shape.names[at].lower()
    # The rules ask for the type, and whether there is a block at all; of other lengths they do not care.
    if name == "warc-type" or (name == "content-length" and value == "0"):
        return re.escape(value)
    if name == "content-length":
        return _LENGTH
    if at in shape.ids:
        return _UUID if re.fullmatch(_UUID, value) else ID
    return _URI if at in shape.uris else _VALUE


# ── The record itself, field by field ───────────────────────────────────────────────────────────────────────

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
# A head of more bytes is no form that others share: what is learnt is a pattern of its length.
_LEARNT = 8 * 1024


def check_record(data: bytes, start: int = 0) -> Checked:
    """Check the record at byte *start* of *data*, which is not compressed. Never raises for its bytes."""
    end = data.find(b"\r\n\r\n", start) + 4
    # The quick way says only yes. Everything else goes the slow way, so that both find the same faults.
    read = _sound_head(data[start : end - 2]) if end > 3 else None
    if read is None:
        return check_field_by_field(data, start)
    shaped, values = read
    first = shaped.first
    stop = end + int(values[first["content-length"]])
    # The length may be wrong: the slow way says how.
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
    found = HEAD_END.search(data, start)
    if found is None:
        endless = Fault("the head of the record does not end", _HEAD_CLAUSE)
        return Checked(None, len(data) - start, (endless,))
    head = data[start : found.end()]
    # Reading it field by field would take memory many times its size.
    if len(head) > HEAD_LIMIT:
        return Checked(None, len(data) - start, (_TOO_LONG,))
    version, shaped, values, faults = _checked_head(head)
    fields = _Values(shaped, values)
    block, length, cut = _block(data, found.end(), fields["content-length"])
    # Only a head without any fault may stand for others.
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
    # isdigit alone takes digits of other scripts, which the grammar does not.
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
    # A hostile head would fill the cache with shapes that never come again.
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
            # Read on all the same, for the other fields: one bad line is one fault.
            text = line.decode("latin-1")
            faults.append(Fault(f"a line of the head is no UTF-8: {text[:40]!r}", _HEAD_CLAUSE))
        name, colon, value = text.partition(":")
        if colon and is_name(name):
            fields.append((name, [value.strip(_BLANK)]))
        # A folded value is legal in 1.1 (named fields), and goes on the value of the field before.
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
    # A missing length is a fault of the rules already, and is not told twice.
    if not (printed.isascii() and printed.isdigit()) or len(printed) > 18:
        return view[:0], len(data), [Fault(f"Content-Length is {printed[:30]!r}", _LENGTH_CLAUSE)] if printed else []
    end = start + int(printed)
    if data[end : end + 4] == b"\r\n\r\n":
        return view[start:end], end + 4, []
    if end > len(data):
        return view[:0], len(data), [Fault(f"{end - len(data)} bytes of the block are missing", _LENGTH_CLAUSE)]
    found = data[end : end + 4]
    what = f"two empty lines must follow the block, found is {found!r}: Content-Length may be wrong"
    # Empty lines that are there, though too few, belong to this record and not to the next.
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
    # 1.1 allows a year or a month alone; Python wants a day before it checks the rest.
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
