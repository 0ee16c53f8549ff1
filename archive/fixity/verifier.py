"""The strict verifier: checks each member, head, digest and reference of a WARC file, the file's digest when finished,
and what else is expected of the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.digest import same_digest, stated_digest
from archive.errors import Damaged
from archive.fixity.conformity import Checked, check_passed, check_record
from archive.fixity.expectation import Expectation, Expected, Whole
from archive.fixity.finding import Fault, Finding, Severity
from archive.fixity.references import References, check_references
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
    """The result of a verification: how many records and bytes were read, and what is wrong, in file order."""

    records: int
    bytes: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in one file alone; its *references* still have to be compared with those of the other files."""

    records: int
    bytes: int
    findings: tuple[Finding, ...]
    references: References


_MEMBERS = "WARC 1.1 annex D"
_MODEL = "WARC 1.1, file and record model"
CATALOGUE_CLAUSE = "the catalogue"
_GZIP = "RFC 1952 section 2.3"


class _File:
    """What is collected about one file while it is read."""

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
        """Check the contents of *member*."""
        if member.passed is not None:
            self._let_pass(member.offset, check_passed(member.passed))
            return
        checked = check_record(member.data)
        # Nearly all members are one sound record. Only the others need more work.
        if checked.faults or checked.length != len(member.data):
            self._take_each(member, checked)
        else:
            self.records += 1
            self.references.add(member.offset, checked)
        # No checksum covers the header of a gzip member, so a flipped bit in it shows only here. Plain records have
        # none.
        if self._ours and member.head != PACKED_HEAD and member.head:
            changed = f"the head of the gzip member is {member.head.hex()}, not as it was written"
            self.find(member.offset, checked.id, changed, _GZIP)
        if member.offset in self.wanted:
            self._compare(self.wanted.pop(member.offset), member, checked)
        # Requests, companions and warcinfos have no rows, so only captures and notes can be unexpected.
        elif self._complete and _is_catalogued(checked):
            self.unknown.append(member.offset)

    def find(
        self, offset: int, record_id: str | None, what: str, clause: str, severity: Severity = Severity.FAULT
    ) -> None:
        """Note a finding."""
        self.findings.append(Finding(self.name, offset, record_id, what, clause, severity))

    def _let_pass(self, offset: int, checked: Checked) -> None:
        """Take a record that is too long for memory."""
        self.records += 1
        self.references.add(offset, checked)
        for fault in checked.faults:
            self.find(offset, checked.id, fault.what, fault.clause, fault.severity)

    def _take_each(self, member: Member, first: Checked) -> None:
        """Take the records of a member with a faulty record, several records, or bytes after its record."""
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
        # An imported record may print no digest, or one that says nothing; then there is nothing to compare.
        printed = stated_digest(found.get("warc-block-digest"), empty=found.get("content-length") == "0")
        digest = printed or wanted.block_digest
        for name, is_so, should in (
            ("id", found.id, wanted.id),
            ("length", member.length, wanted.length),
            ("block digest", digest, wanted.block_digest),
        ):
            # Two spellings of one digest are equal.
            if is_so != should and not (name == "block digest" and same_digest(digest, wanted.block_digest)):
                what = f"the {name} of this record is {is_so}; the catalogue expects {should}"
                self.find(wanted.offset, wanted.id, what, CATALOGUE_CLAUSE)


def verify_file(path: Path, expected: Iterable[Expected] = ()) -> Report:
    """Verify every byte of a WARC file, compressed or not, by itself, and that it holds what is *expected*.

    Records that it refers to may be in other files.

    Faults are returned as values, in offset order. After a fault, reading continues at the next record. Expectations
    for other files are ignored.

    Raises:
        OSError: the file cannot be read.
    """
    seen = examine(path, Expectation(expected))
    across = check_references([seen.references], complete=False)
    return Report(seen.records, seen.bytes, tuple(sorted([*seen.findings, *across], key=_place)))


def examine(path: Path, expectation: Expectation) -> Examined:
    """Verify a file as `verify_file` does, except its records' references to each other: see
    `references.check_references`.

    Raises:
        OSError: the file cannot be read.
    """
    file = _File(path.name.removesuffix(OPEN), expectation)
    # Reported once, with a remedy. Read as WARC, every byte of it would be a finding.
    other = _other_format(path)
    if other:
        file.find(0, None, other, _MODEL)
        return Examined(0, path.stat().st_size, tuple(file.findings), file.references)
    for piece in members_and_damage(path):
        if isinstance(piece, Damaged):
            file.find(piece.offset, None, piece.what, _MEMBERS)
        else:
            file.take(piece)
    # Expected records that are left over begin nowhere in the file.
    for missed in file.wanted.values():
        file.find(missed.offset, missed.id, "no record begins here; the catalogue expects one", CATALOGUE_CLAUSE)
    _tell_unknown(path, file)
    if expectation.whole is not None:
        file.findings += changed_since(path, file.name, expectation.whole, found=bool(file.findings))
    file.references.settle()
    return Examined(file.records, path.stat().st_size, tuple(sorted(file.findings, key=_place)), file.references)


def _is_catalogued(checked: Checked) -> bool:
    """Say whether the record should have a row in the catalogue: a capture, or a note of this program."""
    return checked.get("warc-type").lower() in ("response", "revisit") or bool(checked.get("creditline-note"))


def _place(finding: Finding) -> int:
    return finding.offset


def _other_format(path: Path) -> str | None:
    """Say what the file is if it is not a WARC file that can be read directly; None if it may be one."""
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
    """Report the captures and notes of a file that the catalogue does not know."""
    if not file.unknown:
        return
    # Imported here because it loads warcio, which code that only queries the catalogue does not need.
    from archive.warc.reader import capture_of, note_of, read_record_at

    unknown = []
    for offset in file.unknown:
        try:
            record = read_record_at(path, offset)
        except Damaged:
            continue  # already reported
        if capture_of(record) or note_of(record):
            unknown.append((offset, record.id))
    # A file copied in by hand, or the catalogue of another collection: one finding instead of one per record.
    if len(unknown) > 1 and len(unknown) == len(file.unknown) and not file.known:
        what = f"the catalogue knows none of the {len(unknown)} captures and notes in this file"
        file.find(0, None, what, CATALOGUE_CLAUSE)
        return
    for offset, record_id in unknown:
        file.find(offset, record_id, "the catalogue does not know this record", CATALOGUE_CLAUSE)


def verify_record(path: Path, ref: RecordRef) -> tuple[Finding, ...]:
    """Verify the record at *ref* in the file at *path*: member, head and digests, but no references.

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


def members_and_damage(path: Path) -> Iterator[Member | Damaged]:
    """Yield the members of the file and, in their place, the damaged stretches between them."""
    at: int | None = 0
    while at is not None:
        try:
            yield from members(path, start=at)
        except Damaged as damaged:
            yield damaged
            # The next byte may begin a sound member: damage in one record must not hide the records after it.
            at = resume(path, damaged.offset + 1)
        else:
            return


def _records_in(member: Member, first: Checked) -> list[Checked]:
    """Check the records of one member: one in a sound file, several if the file was compressed as a whole."""
    found = [first]
    at = first.length
    while at < len(member.data) and begins_record(member.data, at):
        found.append(check_record(member.data, at))
        at += found[-1].length
    if at < len(member.data):
        rest = Fault(f"{len(member.data) - at} bytes follow the record in its member", _MEMBERS)
        # Reported for the last record, after which the member should have ended.
        found[-1] = found[-1]._replace(faults=(*found[-1].faults, rest))
    return found


FINISHED_CLAUSE = "the digest of the finished file"


def measure_file(path: Path) -> Whole:
    """Return size and digest of the file at *path*, which must not be growing.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return Whole(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def changed_since(path: Path, name: str, finished: Whole, *, found: bool) -> Iterator[Finding]:
    """Yield how the file at *path*, called *name*, differs from what it was when it was *finished*.

    If its records already showed a fault (*found*), the whole file is not reported again, unless it is too short: if a
    file was cut between two records, none of those that are left shows what is missing.

    Raises:
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    # Checked first, and without reading the file: nothing that is left can show what is missing.
    if size < finished.bytes:
        what = f"the file ends here; it had {finished.bytes} bytes when it was finished"
        yield Finding(name, size, None, what, FINISHED_CLAUSE)
        return
    if found or (now := measure_file(path)) == finished:
        return
    # Repacking can point out the changed members only if the size is the same, so that none has moved.
    places = list(find_repacked_members(path, name)) if now.bytes == finished.bytes else []
    if places:
        yield from places
        return
    what = f"the file is not as it was finished: its SHA-256 is {now.sha256}, then {finished.sha256}"
    yield Finding(name, 0, None, what, FINISHED_CLAUSE)


def find_repacked_members(path: Path, name: str) -> Iterator[Finding]:
    """Yield the members of one of our files whose bytes change when their record is packed again.

    Yield nothing if most differ: then another version of the packer wrote the file, and a difference means nothing.
    """
    odd: list[Finding] = []
    count = 0
    try:
        with path.open("rb") as file:
            for member in members(path):
                count += 1
                file.seek(member.offset)
                # A record that is too long for memory cannot be packed again.
                if member.passed is None and file.read(member.length) != pack(member.data):
                    what = "the bytes of this gzip member were changed where the record does not show it"
                    odd.append(Finding(name, member.offset, check_record(member.data).id, what, FINISHED_CLAUSE))
    # The code that reads the members reports the damage itself.
    except Damaged:
        return
    if len(odd) * 2 <= count:
        yield from odd
