"""The strict verifier: each member, head, digest and reference of a WARC file, and what is expected of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from archive.capture import RecordRef
from archive.conformity import Checked, Fault, check_record
from archive.member import PACKED_HEAD, Damaged, Member, member_at, members, resume
from archive.warc import OPEN


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: where it is, what it is in words, and the clause that is broken.

    Attributes:
        file: its final name.
        offset: of the member or record, in bytes.
        record_id: without angle brackets; None where it cannot be read.
    """

    file: str
    offset: int
    record_id: str | None
    what: str
    clause: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a catalogue expects of one record: where it lies (bytes), its id and the digest of its block."""

    file: str
    offset: int
    length: int
    id: str
    block_digest: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification saw: how many records and bytes, and what is wrong, in the order of the file."""

    records: int
    bytes: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is remembered of a record until its file has been read."""

    offset: int
    length: int
    checked: Checked


_MEMBERS = "WARC 1.1 annex D"
_CATALOGUE = "the catalogue"


def verify_file(path: Path, expected: Iterable[Expected] = ()) -> Report:
    """Verify every byte of a WARC file, compressed or not, and that it holds what is *expected* of it.

    Faults are values, in the order of offsets; reading goes on behind a fault where another record begins.
    *expected* may name other files too, which are left out.

    Raises:
        OSError: the file cannot be read.
    """
    file = path.name.removesuffix(OPEN)
    seen: list[_Seen] = []
    findings: list[Finding] = []
    for piece in _pieces(path):
        if isinstance(piece, Damaged):
            findings.append(Finding(file, piece.offset, None, piece.what, _MEMBERS))
            continue
        checked, *more = _records_in(piece)
        findings += _findings(file, piece.offset, checked)
        if more:
            several = f"one gzip member holds {1 + len(more)} records, so that none can be read by itself"
            findings.append(Finding(file, piece.offset, checked.id, several, _MEMBERS))
            findings += (one for inner in more for one in _findings(file, piece.offset, inner))
        seen += (_Seen(piece.offset, piece.length, one) for one in (checked, *more))
        if seen[0].checked.ours and piece.head not in (b"", PACKED_HEAD):
            changed = f"the head of the gzip member is {piece.head.hex()}, not as it was written"
            findings.append(Finding(file, piece.offset, checked.id, changed, "RFC 1952 section 2.3"))
    findings += _cross_references(file, seen)
    findings += _unmet(file, seen, expected)
    findings.sort(key=lambda finding: finding.offset)
    return Report(len(seen), path.stat().st_size, tuple(findings))


def verify_record(path: Path, ref: RecordRef) -> tuple[Finding, ...]:
    """Verify the one record at *ref* in the file at *path*: member, head and digests; no cross-references.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        member = member_at(path, ref.offset)
    except Damaged as damaged:
        return (Finding(ref.file, ref.offset, None, damaged.what, _MEMBERS),)
    checked = check_record(member.data)
    findings = _findings(ref.file, ref.offset, checked)
    if member.length != ref.length:
        other = f"the record takes {member.length} bytes, expected are {ref.length}"
        findings.append(Finding(ref.file, ref.offset, checked.id, other, _CATALOGUE))
    return tuple(findings)


def _pieces(path: Path) -> Iterator[Member | Damaged]:
    """Yield the members of the file and, in their place, the stretches that are in none."""
    at: int | None = 0
    while at is not None:
        try:
            yield from members(path, start=at)
        except Damaged as damaged:
            yield damaged
            at = resume(path, damaged.offset + 1)
        else:
            return


def _records_in(member: Member) -> list[Checked]:
    """Check the records of one member: one in a sound file, many where a file was compressed as a whole."""
    first = check_record(member.data)
    found = [first]
    at = first.length
    while at < len(member.data) and member.data.startswith(b"WARC/", at):
        found.append(check_record(member.data, at))
        at += found[-1].length
    if at < len(member.data):
        rest = Fault(f"{len(member.data) - at} bytes follow the record in its member", _MEMBERS)
        found[-1] = replace(found[-1], faults=(*found[-1].faults, rest))
    return found


def _findings(file: str, offset: int, checked: Checked) -> list[Finding]:
    return [Finding(file, offset, checked.id, fault.what, fault.clause) for fault in checked.faults]


def _cross_references(file: str, seen: list[_Seen]) -> Iterator[Finding]:
    """Yield ids that occur twice, and references to records of the same file that are not there."""
    count = Counter(one.checked.id for one in seen)
    for one in seen:
        if one.checked.id and count[one.checked.id] > 1:
            twice = f"{count[one.checked.id]} records have this WARC-Record-ID"
            yield Finding(file, one.offset, one.checked.id, twice, "WARC 1.1, WARC-Record-ID")
        for name, target in one.checked.refers:
            if target not in count:
                lost = f"{name} names {target}, which is not in this file"
                yield Finding(file, one.offset, one.checked.id, lost, "WARC 1.1, named fields")


def _unmet(file: str, seen: list[_Seen], expected: Iterable[Expected]) -> Iterator[Finding]:
    """Yield what is expected of the file and is not so."""
    at = {one.offset: one for one in seen}
    for wanted in expected:
        if wanted.file != file:
            continue
        found = at.get(wanted.offset)
        if found is None:
            what = "no record begins here; the catalogue expects one"
            yield Finding(file, wanted.offset, wanted.id, what, _CATALOGUE)
            continue
        for name, is_so, should in (
            ("id", found.checked.id, wanted.id),
            ("length", found.length, wanted.length),
            ("block digest", found.checked.block_digest, wanted.block_digest),
        ):
            if is_so != should:
                what = f"the {name} of this record is {is_so}; the catalogue expects {should}"
                yield Finding(file, wanted.offset, wanted.id, what, _CATALOGUE)
