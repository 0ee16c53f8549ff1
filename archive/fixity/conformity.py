"""Check one WARC record against the standard: its head field by field, its block, its digests. No I/O."""

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
from archive.warc.record import without_brackets

NAMED_FIELDS = "WARC 1.1, named fields"

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MANDATORY = {name.lower(): name for name in ("WARC-Record-ID", "Content-Length", "WARC-Date", "WARC-Type")}
# A warcinfo must not have a target URI; a metadata record may.
_WITH_URI = frozenset({"response", "resource", "request", "revisit", "conversion", "continuation"})
_TYPES = _WITH_URI | {"warcinfo", "metadata"}
# Fields that the standard defines and allows once per record; extension fields may be repeated.
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
# The record types in which a field must not occur (WARC 1.1, named fields).
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
    """What follows from the names in a head alone, without their values.

    Attributes:
        names: as printed, in order.
        first: for each name (lower case), the index of its first occurrence.
        ids: indexes of values that must be URIs in angle brackets.
        links: indexes of values that name a record of the same collection.
        dates: indexes of values that must have the form of WARC-Date.
        uris: indexes of values that must be URIs without angle brackets.
        sound: whether every name is a token.
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
    """Return the shape of a head with the field *names*, as printed. Cached: a file has many records but few shapes."""
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
    """Return the rules that the fields *names* break in a record of type *kind*.

    *empty* lists the indexes of fields without a value; *block* says whether the record has a block.
    """
    lower = [name.lower() for name in names]
    present = {name for at, name in enumerate(lower) if at not in empty}
    return (*_missing(present, kind, block), *_misplaced(lower, kind))


def is_name(name: str) -> bool:
    """Say whether *name* is allowed as a field name (a token, RFC 9110 section 5.6.2)."""
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
    # Only a *should*, and only if there is a block (WARC 1.1, Content-Type); a continuation takes the type from its
    # first segment.
    elif block and "content-type" not in present:
        yield Fault("Content-Type is missing", "WARC 1.1, Content-Type", Severity.ADVICE)


def _misplaced(lower: list[str], kind: str) -> Iterator[Fault]:
    for name, count in Counter(lower).items():
        if kind in _FORBIDDEN.get(name, ()):
            yield Fault(f"{name} shall not stand in a {kind} record", NAMED_FIELDS)
        if count > 1 and name in _DEFINED:
            yield Fault(f"{name} stands there {count} times", NAMED_FIELDS)


# Forms of heads that were found sound. The next head of a known form needs one match instead of a check of each field.

ID = r"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]+>"
"""A URI in angle brackets, as in WARC-Record-ID and the fields that name records."""

_UUID = r"<urn:uuid:[0-9a-f-]{36}>"
_URI = r"(?!<)\S*[^\s>]"
_VALUE = r"\S(?:.*\S)?"
_LENGTH = r"[0-9]{1,18}"
# Up to the version and "WARC-Type: res", or whatever field comes first. Heads that differ here share no form.
_PREFIX = 24
# How many forms are learnt. A file with more forms was not written by a normal program.
_MOST = 64
_MOST_ALIKE = 8


@dataclass(frozen=True, slots=True)
class Form:
    """The pattern that sound heads of one shape, version and type match, with a group per value."""

    pattern: re.Pattern[str]
    shape: Shape


class Forms:
    """The forms learnt so far, by the beginning of the head; the one that matched last is tried first."""

    def __init__(self) -> None:
        self._known: dict[str, list[Form]] = {}
        self._count = 0

    def match(self, head: str) -> tuple[Shape, tuple[str, ...]] | None:
        """Return shape and values of *head* (every line ended by CR LF) if its form is known to be sound, else None."""
        alike = self._known.get(head[:_PREFIX])
        if alike is None:
            return None
        for at, form in enumerate(alike):
            found = form.pattern.fullmatch(head)
            if found:
                if at:
                    # Records of one kind usually follow each other.
                    alike.insert(0, alike.pop(at))
                return form.shape, found.groups()
        return None

    def learn(self, head: str, version: str, shape: Shape, values: tuple[str, ...]) -> None:
        """Learn the form of *head*, whose fields have no faults."""
        alike = self._known.setdefault(head[:_PREFIX], [])
        # Without a limit a hostile file could teach one form per record, and each would be tried on every later head.
        if self._count >= _MOST or len(alike) >= _MOST_ALIKE:
            return
        lines = [
            f"{re.escape(name)}: ({_value(shape, at, value)})\r\n"
            for at, (name, value) in enumerate(zip(shape.names, values, strict=True))
        ]
        alike.insert(0, Form(re.compile(f"{re.escape(version)}\r\n{''.join(lines)}"), shape))
        self._count += 1


def _value(shape: Shape, at: int, value: str) -> str:
    """Return the pattern of all values at *at* that leave the verdict unchanged."""
    name = shape.names[at].lower()
    # The rules depend on the type and on whether there is a block at all, but not on its exact length.
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
    """One record as checked against the standard; a tuple for the same reason as `Member`.

    Attributes:
        id: without angle brackets; None if there is none.
        length: how many bytes the record takes before compression, its two empty lines included.
        shape, values: names and values of the head's fields, in order, as far as they can be read.
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
"""Heads with more fields are checked without the caches, which they would fill."""
_TOO_LONG = Fault(f"the head of the record is longer than {HEAD_LIMIT} bytes", _HEAD_CLAUSE)
# Longer heads are not learnt: no other head would share the form, and its pattern would be as long as the head.
_LEARNT = 8 * 1024


def check_record(data: bytes, start: int = 0) -> Checked:
    """Check the record at byte *start* of the uncompressed *data*. Never raises because of the bytes."""
    end = data.find(b"\r\n\r\n", start) + 4
    # The fast path can only confirm. Everything else takes the slow path, so that both report the same faults.
    read = _sound_head(data[start : end - 2]) if end > 3 else None
    if read is None:
        return check_field_by_field(data, start)
    shaped, values = read
    first = shaped.first
    stop = end + int(values[first["content-length"]])
    # The length may be wrong; the slow path says how.
    if data[stop : stop + 4] != b"\r\n\r\n":
        return check_field_by_field(data, start)
    faults = _disagreeing(_Values(shaped, values), memoryview(data)[end:stop])
    return Checked(values[first["warc-record-id"]][1:-1], stop + 4 - start, faults, shaped, values)


def _sound_head(head: bytes) -> tuple[Shape, tuple[str, ...]] | None:
    """Return shape and values of a head of a known form whose fields are all sound; None for any other head."""
    try:
        known = _FORMS.match(head.decode())
    except UnicodeDecodeError:
        return None
    if known is None or not all(_is_date(known[1][at], head[:8]) for at in known[0].dates):
        return None
    return known


def check_field_by_field(data: bytes, start: int = 0) -> Checked:
    """Check a record with the same result as `check_record`, and learn its form if its head is sound."""
    found = HEAD_END.search(data, start)
    if found is None:
        endless = Fault("the head of the record does not end", _HEAD_CLAUSE)
        return Checked(None, len(data) - start, (endless,))
    head = data[start : found.end()]
    # Reading such a head field by field would take many times its size in memory.
    if len(head) > HEAD_LIMIT:
        return Checked(None, len(data) - start, (_TOO_LONG,))
    version, shaped, values, faults = _checked_head(head)
    fields = _Values(shaped, values)
    block, length, cut = _block(data, found.end(), fields["content-length"])
    # Only a head without any fault may be a model for others.
    if not faults and not cut and len(head) <= _LEARNT:
        _FORMS.learn(head[:-2].decode(), version, shaped, values)
    faults += cut or _disagreeing(fields, block)
    return Checked(without_brackets(fields["warc-record-id"]) or None, length - start, tuple(faults), shaped, values)


def check_passed(passed: Passed) -> Checked:
    """Check a record that is too long for memory, as far as it was seen while it was read through."""
    if not passed.head:
        return Checked(None, passed.size, (Fault("the head of the record does not end", _HEAD_CLAUSE),))
    _, shaped, values, faults = _checked_head(passed.head)
    fields = _Values(shaped, values)
    printed = fields["content-length"]
    # isdigit alone also accepts digits of other scripts, which the grammar does not allow.
    whole = printed.isascii() and printed.isdigit() and len(printed) <= 18
    if not whole or int(printed) != passed.length:
        faults.append(Fault(f"the block has {passed.length} bytes, Content-Length is {printed[:30]!r}", _LENGTH_CLAUSE))
    if passed.tail != b"\r\n\r\n":
        what = f"two empty lines must follow the block, found is {passed.tail!r}: Content-Length may be wrong"
        faults.append(Fault(what, _LENGTH_CLAUSE))
    stated = fields["warc-block-digest"]
    if stated and passed.digest is not None and same_digest(stated, passed.digest) is False:
        faults.append(Fault("the block does not agree with its digest", "WARC 1.1, WARC-Block-Digest"))
    long = f"the record takes {passed.size} bytes once it is inflated: its block is verified, nothing is read in it"
    faults.append(Fault(long, _LENGTH_CLAUSE, Severity.UNCHECKED))
    return Checked(without_brackets(fields["warc-record-id"]) or None, passed.size, tuple(faults), shaped, values)


def _checked_head(head: bytes) -> tuple[str, Shape, tuple[str, ...], list[Fault]]:
    """Read a head; return its version, shape, values and faults."""
    version, shaped, values, faults = _head(head)
    version = version.upper()  # literals of the grammar may be in any case
    if version in _OLDER:
        faults.append(Fault(f"the record is of the older version {version}", _HEAD_CLAUSE, Severity.ADVICE))
    elif version not in _VERSIONS:
        faults.append(Fault(f"the record begins with {version[:20]!r}", _HEAD_CLAUSE))
    fields = _Values(shaped, values)
    printed = fields["content-length"]
    empty = tuple(at for at, value in enumerate(values) if not value)
    # A hostile head would fill the cache with shapes that never occur again.
    rules = broken if len(shaped.names) <= MOST_NAMES else broken.__wrapped__
    faults += rules(shaped.names, empty, fields["warc-type"].lower(), printed not in ("", "0"))
    faults += _out_of_form(shaped, values, version)
    return version, shaped, values, faults


class _Values:
    """The values of a head by lower-case field name, "" if there is no such field."""

    __slots__ = ("_first", "_values")

    def __init__(self, shaped: Shape, values: tuple[str, ...]) -> None:
        self._first, self._values = shaped.first, values

    def __getitem__(self, name: str) -> str:
        at = self._first.get(name)
        return "" if at is None else self._values[at]


def _head(head: bytes) -> tuple[str, Shape, tuple[str, ...], list[Fault]]:
    """Read any head, joining folded lines; return its version, shape, values and the faults of its lines."""
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
            # Read on for the other fields, so that one bad line is one fault.
            text = line.decode("latin-1")
            faults.append(Fault(f"a line of the head is no UTF-8: {text[:40]!r}", _HEAD_CLAUSE))
        name, colon, value = text.partition(":")
        if colon and is_name(name):
            fields.append((name, [value.strip(_BLANK)]))
        # A folded value is legal in 1.1 (named fields) and continues the value of the field before.
        elif text[:1] in (" ", "\t") and fields:
            fields[-1][1].append(text.strip())
        else:
            faults.append(Fault(f"a line of the head is no field: {text[:40]!r}", _HEAD_CLAUSE))
    printed = version.removesuffix(b"\r").decode("latin-1")
    values = tuple(" ".join(filter(None, parts)) if len(parts) > 1 else parts[0] for _, parts in fields)
    names = tuple(name for name, _ in fields)
    return printed, shape(names) if len(names) <= MOST_NAMES else shape.__wrapped__(names), values, faults


def _block(data: bytes, start: int, printed: str) -> tuple[memoryview, int, list[Fault]]:
    """Return the block that begins at *start*, the end of its record, and what is wrong with its bounds."""
    view = memoryview(data)
    # A missing length is already reported by the rules.
    if not (printed.isascii() and printed.isdigit()) or len(printed) > 18:
        return view[:0], len(data), [Fault(f"Content-Length is {printed[:30]!r}", _LENGTH_CLAUSE)] if printed else []
    end = start + int(printed)
    if data[end : end + 4] == b"\r\n\r\n":
        return view[start:end], end + 4, []
    if end > len(data):
        return view[:0], len(data), [Fault(f"{end - len(data)} bytes of the block are missing", _LENGTH_CLAUSE)]
    found = data[end : end + 4]
    what = f"two empty lines must follow the block, found is {found!r}: Content-Length may be wrong"
    # Too few empty lines still belong to this record, not to the next one.
    over = len(found) - len(found.lstrip(b"\r\n"))
    return view[start:end], min(len(data), end + over), [Fault(what, _LENGTH_CLAUSE)]


def _out_of_form(shaped: Shape, values: tuple[str, ...], version: str) -> Iterator[Fault]:
    """Yield ids that are not URIs in angle brackets, values that are not URIs, and values that are not dates."""
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
    """Say whether *value* may be a URI. The grammar of WARC 1.0 puts all URIs in angle brackets, 1.1 only ids."""
    bracketed = value.startswith("<") or value.endswith(">")
    return len(value.split()) == 1 and (not bracketed or version == "WARC/1.0")


@lru_cache(maxsize=64)
def _is_date(value: str, version: bytes) -> bool:
    if not (_DATE_1_1 if version == b"WARC/1.1" else _DATE_1_0).fullmatch(value):
        return False
    # WARC 1.1 allows a year or a month alone; Python needs a full date.
    padded = value + "0000-01-01"[len(value) :] if len(value) < 10 else value
    try:
        datetime.fromisoformat(padded)
    except ValueError:
        return False
    return True


def _disagreeing(fields: _Values, block: memoryview) -> tuple[Fault, ...]:
    """Return digests that do not match the block or cannot be checked."""
    faults: tuple[Fault, ...] = ()
    printed = fields["warc-block-digest"]
    if printed:
        faults = disagreement("block", printed, block)
    printed = fields["warc-payload-digest"]
    if printed and not fields["warc-segment-number"]:  # in a segment it is the digest of all segments' payload
        faults += payload_faults(printed, block, fields["warc-type"].lower(), fields["content-type"])
    return faults
