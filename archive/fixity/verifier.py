"""The strict verifier: each member, head, digest and reference of a WARC file, the file as it was when it was finished,
and what else is expected of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.digest import same_digest
from archive.errors import Damaged
from archive.fixity.conformity import Checked, check_passed, check_record
from archive.fixity.expectation import Expectation, Expected, Whole
from archive.fixity.finding import Fault, Finding, Severity
from archive.fixity.references import References, crossed
from archive.warc.capture import RecordRef
from archive.warc.member import (
    PACKED_HEAD,
    FileFormat,
    Member,
    begins_record,
    file_format,
    member_at,
    members,
    pack,
    resume,
)
from archive.warc.writer import OPEN

__all__ = [
    "CATALOGUE_CLAUSE",
    "Examined",
    "Finding",
    "Report",
    "examine",
    "verify_file",
    "verify_record",
]


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification saw: how many records and bytes, and what is wrong, in the order of the file."""

    records: int
    bytes: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was seen of one file by itself; its *references* are to be crossed with those of the other files."""

    records: int
    bytes: int
    findings: tuple[Finding, ...]
    references: References


_MEMBERS = "WARC 1.1 annex D"
_MODEL = "WARC 1.1, file and record model"
CATALOGUE_CLAUSE = "the catalogue"
_GZIP = "RFC 1952 section 2.3"


class _File:
    """What is gathered of one file while it is read."""

    def __init__(self, name: str, expectation: Expectation) -> None:
        self.name = name
        self.records = 0
        self.findings: list[Finding] = []
        self.references = References(name)
        self.wanted = {one.offset: one for one in expectation.records if one.file == name}
        self.known = bool(self.wanted)
        self.unknown: list[int] = []
        self._complete = expectation.complete
        self._ours = expectation.ours

    def take(self, member: Member) -> None:
        """Check what *member* holds."""
        if member.passed is not None:
            self._let_pass(member.offset, check_passed(member.passed))
            return
        checked = check_record(member.data)
        # Sound records, one a member, are nearly all there is: the rest of the work is for the others.
        if checked.faults or checked.length != len(member.data):
            self._take_each(member, checked)
        else:
            self.records += 1
            self.references.add(member.offset, checked)
        # No checksum covers the head of a gzip member: a flipped bit in it shows in no other way. Plain records have
        # none.
        if self._ours and member.head != PACKED_HEAD and member.head:
            changed = f"the head of the gzip member is {member.head.hex()}, not as it was written"
            self.find(member.offset, checked.id, changed, _GZIP)
        if member.offset in self.wanted:
            self._compare(self.wanted.pop(member.offset), member, checked)
        # Requests, companions and warcinfos have no rows; only what should have one can be one too many.
        elif self._complete and _is_catalogued(checked):
            self.unknown.append(member.offset)

    def find(
        self, offset: int, record_id: str | None, what: str, clause: str, severity: Severity = Severity.FAULT
    ) -> None:
        """Note a finding."""
        self.findings.append(Finding(self.name, offset, record_id, what, clause, severity))

    def _let_pass(self, offset: int, checked: Checked) -> None:
        """Take a record that is too long to be held."""
        self.records += 1
        self.references.add(offset, checked)
        for fault in checked.faults:
            self.find(offset, checked.id, fault.what, fault.clause, fault.severity)

    def _take_each(self, member: Member, first: Checked) -> None:
        """Take the records of a member that holds a faulty one, or more than one, or more than a record."""
        held = _records_in(member, first)
        if len(held) > 1:
            several = f"one gzip member holds {len(held)} records, so that none can be read by itself"
            self.find(member.offset, first.id, several, _MEMBERS)
        for checked in held:
            for fault in checked.faults:
                self.find(member.offset, checked.id, fault.what, fault.clause, fault.severity)
            self.references.add(member.offset, checked)
        self.records += len(held)

    def _compare(self, wanted: Expected, member: Member, found: Checked) -> None:
        # A record of others may print no digest: then there is none to compare.
        digest = found.get("warc-block-digest") or wanted.block_digest
        for name, is_so, should in (
            ("id", found.id, wanted.id),
            ("length", member.length, wanted.length),
            ("block digest", digest, wanted.block_digest),
        ):
            # Two spellings of one digest are the same digest.
            if is_so != should and not (name == "block digest" and same_digest(digest, wanted.block_digest)):
                what = f"the {name} of this record is {is_so}; the catalogue expects {should}"
                self.find(wanted.offset, wanted.id, what, CATALOGUE_CLAUSE)


def verify_file(path: Path, expected: Iterable[Expected] = ()) -> Report:
    """Verify every byte of a WARC file, compressed or not, by itself, and that it holds what is *expected* of it.

    What its records name may lie in files that are not here.

    Faults are values, in the order of offsets; reading goes on behind a fault where another record begins.
    *expected* may name other files too, which are left out.

    Raises:
        OSError: the file cannot be read.
    """
    seen = examine(path, Expectation(expected))
    across = crossed([seen.references], complete=False)
    return Report(seen.records, seen.bytes, tuple(sorted([*seen.findings, *across], key=_place)))


def examine(path: Path, expectation: Expectation) -> Examined:
    """Verify a file as `verify_file` does, all but what its records say of each other: `references.crossed` does that.

    Raises:
        OSError: the file cannot be read.
    """
    file = _File(path.name.removesuffix(OPEN), expectation)
    # Said once, with the way on: read as WARC, every byte of it would be a finding.
    other = _other_format(path)
    if other:
        file.find(0, None, other, _MODEL)
        return Examined(0, path.stat().st_size, tuple(file.findings), file.references)
    for piece in pieces(path):
        if isinstance(piece, Damaged):
            file.find(piece.offset, None, piece.what, _MEMBERS)
        else:
            file.take(piece)
    # What is still expected after the last record does not begin anywhere.
    for missed in file.wanted.values():
        file.find(missed.offset, missed.id, "no record begins here; the catalogue expects one", CATALOGUE_CLAUSE)
    _tell_unknown(path, file)
    if expectation.whole is not None:
        file.findings += changed_since(path, file.name, expectation.whole, found=bool(file.findings))
    file.references.settle()
    return Examined(file.records, path.stat().st_size, tuple(sorted(file.findings, key=_place)), file.references)


def _is_catalogued(checked: Checked) -> bool:
    """Say whether the record looks like one that a catalogue has a row for: a capture, or a note of ours."""
    return checked.get("warc-type").lower() in ("response", "revisit") or bool(checked.get("creditline-note"))


def _place(finding: Finding) -> int:
    return finding.offset


def _other_format(path: Path) -> str | None:
    """Say what the file is where it is no WARC file that can be read as it lies there, None where it may be one."""
    match file_format(path):
        case FileFormat.EMPTY:
            return "the file is empty: a WARC file holds at least one record"
        case FileFormat.ARC:
            return "this is an ARC file, the format before WARC: `creditline import` makes a WARC file of it"
        case FileFormat.ZSTD:
            return "this file is compressed with Zstandard: `creditline import` makes a file of it that all can read"
        case FileFormat.WARC:
            return None


def _tell_unknown(path: Path, file: _File) -> None:
    """Find the captures and notes of a finished file that the catalogue does not know."""
    if not file.unknown:
        return
    # Imported only here: it loads warcio, and whoever merely asks the catalogue for rows loads this module too.
    from archive.warc.reader import capture_of, note_of, read_record_at

    unknown = []
    for offset in file.unknown:
        try:
            record = read_record_at(path, offset)
        except Damaged:
            continue  # told already
        if capture_of(record) or note_of(record):
            unknown.append((offset, record.id))
    # A file that was put here, or a catalogue of another collection: one finding, and not one for each record.
    if len(unknown) > 1 and len(unknown) == len(file.unknown) and not file.known:
        what = f"the catalogue knows none of the {len(unknown)} captures and notes in this file"
        file.find(0, None, what, CATALOGUE_CLAUSE)
        return
    for offset, record_id in unknown:
        file.find(offset, record_id, "the catalogue does not know this record", CATALOGUE_CLAUSE)


def verify_record(path: Path, ref: RecordRef) -> tuple[Finding, ...]:
    """Verify the one record at *ref* in the file at *path*: member, head and digests; no cross-references.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        member = member_at(path, ref.offset)
    except Damaged as damaged:
        return (Finding(ref.file, ref.offset, None, damaged.what, _MEMBERS),)
    checked = check_passed(member.passed) if member.passed else check_record(member.data)
    findings = [
        Finding(ref.file, ref.offset, checked.id, fault.what, fault.clause, fault.severity) for fault in checked.faults
    ]
    if member.length != ref.length:
        other = f"the record takes {member.length} bytes, expected are {ref.length}"
        findings.append(Finding(ref.file, ref.offset, checked.id, other, CATALOGUE_CLAUSE))
    return tuple(findings)


def pieces(path: Path) -> Iterator[Member | Damaged]:
    """Yield the members of the file and, in their place, the stretches that are in none."""
    at: int | None = 0
    while at is not None:
        try:
            yield from members(path, start=at)
        except Damaged as damaged:
            yield damaged
            # The next byte may begin a sound member: damage in one record must not hide the others.
            at = resume(path, damaged.offset + 1)
        else:
            return


def _records_in(member: Member, first: Checked) -> list[Checked]:
    """Check the records of one member: one in a sound file, many where a file was compressed as a whole."""
    found = [first]
    at = first.length
    while at < len(member.data) and begins_record(member.data, at):
        found.append(check_record(member.data, at))
        at += found[-1].length
    if at < len(member.data):
        rest = Fault(f"{len(member.data) - at} bytes follow the record in its member", _MEMBERS)
        # Told of the last record, since it is what it should have ended with.
        found[-1] = found[-1]._replace(faults=(*found[-1].faults, rest))
    return found


FINISHED_CLAUSE = "the digest of the finished file"


def whole(path: Path) -> Whole:
    """Return what the file at *path* is as a whole; it must not be growing.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return Whole(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def changed_since(path: Path, name: str, finished: Whole, *, found: bool) -> Iterator[Finding]:
    """Yield how the file at *path*, called *name*, differs from what it was when it was *finished*.

    Where records already showed it (*found*), the file as a whole is not blamed again; but that it ends too early is
    told always, for a file cut between two records shows by none of its own what is missing first.

    Raises:
        OSError: it cannot be read.
    """
    size = path.stat().st_size
    # Told first, and without reading: nothing that is left can show what is missing.
    if size < finished.bytes:
        what = f"the file ends here; it had {finished.bytes} bytes when it was finished"
        yield Finding(name, size, None, what, FINISHED_CLAUSE)
        return
    if found or (now := whole(path)) == finished:
        return
    # Only where no byte came or went can a member be packed again at its place.
    places = list(repacked_otherwise(path, name)) if now.bytes == finished.bytes else []
    if places:
        yield from places
        return
    what = f"the file is not as it was finished: its SHA-256 is {now.sha256}, then {finished.sha256}"
    yield Finding(name, 0, None, what, FINISHED_CLAUSE)


def repacked_otherwise(path: Path, name: str) -> Iterator[Finding]:
    """Yield the members of a file of ours that packing their record again makes other bytes of.

    Nothing where most differ: then the file was packed by another version of the packer, and this says nothing.
    """
    odd: list[Finding] = []
    count = 0
    try:
        with path.open("rb") as file:
            for member in members(path):
                count += 1
                file.seek(member.offset)
                # A record that is too long to be held cannot be packed again.
                if member.passed is None and file.read(member.length) != pack(member.data):
                    what = "the bytes of this gzip member were changed where the record does not show it"
                    odd.append(Finding(name, member.offset, check_record(member.data).id, what, FINISHED_CLAUSE))
    # The damage itself is told by whoever reads the members.
    except Damaged:
        return
    if len(odd) * 2 <= count:
        yield from odd
