"""Import: copy a WARC file made by another program into the collection, after verification, and add its captures."""

from __future__ import annotations

import errno
import shutil
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import BinaryIO

from archive.digest import stream_digest
from archive.disk import PART, RealDisk
from archive.errors import NO_ARCHIVE, Damaged, DiskFailed, Exit, Refused
from archive.file_lock import holding
from archive.fixity.agreement import OTHERWISE
from archive.fixity.finding import Finding, Severity
from archive.fixity.verifier import verify_file
from archive.foreign.arc import UnreadablePart
from archive.foreign.conversion import Converted, Source, convert
from archive.foreign.foreign_warc import ForeignFile, read_foreign
from archive.formats.wacz import Package
from archive.warc.capture import Capture, Note, NoteKind
from archive.warc.member import GZIP_MAGIC, FileFormat, file_format
from archive.warc.reader import read_records
from archive.warc.writer import IMPORTED, FileName, next_serial
from db.identity import host_of
from db.imports import Import, as_body, every, of_digest
from ingest.collection.collection import Collection
from ingest.collection.imported import add_rows, is_believed
from ingest.transfer.ownership import find_originals, hosts_of, new_captures, repeats_of

DOUBTED = "capture of a date that is not believed"
COMPANIONS = ("warcinfo", "request", "metadata")
"""The records that describe a file or its captures, by type."""
_PIECE = 1 << 20  # bytes to copy at a time
# The clauses by which the verifier reports a file without one member per record, and wrong digests.
_MEMBERS = "WARC 1.1 annex D"
_DIGESTS = ("WARC 1.1, WARC-Block-Digest", "WARC 1.1, WARC-Payload-Digest")
# How many of the lost records a note lists; all are counted.
_LISTED = 1000


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A WARC file to import: a file of its own, or the *member* of a WACZ."""

    path: Path
    package: Package | None = None
    member: str = ""

    def open(self) -> BinaryIO:
        """Open the file for reading."""
        return self.package.open(self.member) if self.package else self.path.open("rb")

    def __str__(self) -> str:
        return f"{self.path.name}: {self.member}" if self.member else self.path.name


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of an import.

    Attributes:
        by: the person who imports.
        default: the publisher for hosts that belong to none; "": leave such captures out.
        accept: accept wrong digests, and record them as known.
    """

    by: str
    default: str = ""
    accept: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of importing one file.

    Attributes:
        file: its name below ``warcs/``, or the name of a file with the same content. Empty if its captures are held in
            several files, or if none belongs to a publisher.
        new: whether it was imported now.
        records, captures: how many it has.
        owned: how many of the captures belong to a publisher.
        software: the program that wrote it.
        left: how many records are not catalogued, by kind.
        hosts: how many captures belong to no publisher, by host.
        findings: the findings of the verifier; all are recorded as known.
        clashes: how many captures have the record id of another capture that is held; both are kept, with two ids.
        made: the result of the conversion; None if the file was copied unchanged.
    """

    file: str
    new: bool
    records: int = 0
    captures: int = 0
    owned: int = 0
    software: str = ""
    left: Mapping[str, int] = field(default_factory=dict)
    hosts: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    clashes: int = 0
    made: Converted | None = None


def import_file(work: Collection, source: SourceFile, options: ImportOptions) -> Imported:
    """Copy *source* into the collection under the next serial, record the import, and add the rows of its captures.

    A file that cannot be read record by record (ARC, Zstandard, compressed as a whole, cut off) is converted: a WARC
    file of its sound records is made, and the others are listed in the note.

    A file whose captures are all held, or belong to no publisher, changes nothing. If captures of a held file were not
    catalogued because their hosts had no publisher then, and have one now, the file is imported again for these. The
    new captures are read by `ingest.cataloguing.backlog`.

    Raises:
        Refused: no record can be read, or digests are wrong; nothing is changed.
        DiskFailed: the file could not be copied; nothing is changed.
    """
    origin = _digest(source)
    # Before anything is written: importing a file twice costs only one reading.
    held = of_digest(work.catalogue.connection, origin[0])
    before = frozenset(host for one in held for host in one.hosts)
    others = frozenset(host for one in held for host in one.others) - before
    if held and not hosts_of(work.catalogue.publishers(), others, options.default):
        return Imported(held[0].file, new=False)
    _delete_unfinished(work)
    with _brought(work, source, origin) as (copy, made, findings):
        _refuse_findings(source, findings, accept=options.accept)
        found = _read(source, copy.path)
        named = {host_of(capture.url) for capture in found.captures} - before
        hosts = hosts_of(work.catalogue.publishers(), named, options.default)
        owned, strange, left = _by_owner(found, hosts, work.clock())
        strange = {host: count for host, count in strange.items() if host not in before}
        counts = (found.records, len(found.captures), len(owned), found.software, left, strange, findings)
        fresh, renamed = new_captures(work, copy.path, owned)
        if not fresh:
            return Imported("", False, *counts, made=made)
        digest, length = _digest(SourceFile(copy.path)) if made else origin
        entry = Import(
            file=copy.name,
            origin=source.path.name,
            member=source.member,
            digest=digest,
            length=length,
            hosts=hosts,
            repeats=repeats_of(work, found, fresh),
            findings=_by_clause(findings),
            by=options.by,
            renamed=renamed,
        )
        # Rename before the note is written: a kill in between leaves a file without a note, which the next import uses.
        copy.keep()
    note = _record(work, source, entry, _Contents(found, left, strange, made, origin))
    add_rows(work.catalogue, work.layout.warcs, replace(entry, at=note.made))
    find_originals(work)
    return Imported(copy.name, True, *counts, clashes=len(renamed), made=made)


def _by_owner(
    found: ForeignFile, hosts: Container[str], now: datetime
) -> tuple[list[Capture], dict[str, int], dict[str, int]]:
    """Return the captures of *hosts* with a credible date, the number by other host, and of records left out."""
    counted = Counter(host_of(capture.url) for capture in found.captures)
    strange = {host: count for host, count in counted.most_common() if host not in hosts}
    mine = [capture for capture in found.captures if host_of(capture.url) in hosts]
    owned = [capture for capture in mine if is_believed(capture, now)]
    # Adding two counters drops zeros.
    left = Counter(found.left) + Counter({DOUBTED: len(mine) - len(owned)})
    return owned, strange, left


@dataclass(frozen=True, slots=True)
class _Contents:
    """What the note of an import says about a file.

    Attributes:
        left: how many records are not catalogued, by kind.
        strange: how many captures belong to no publisher, by host.
        made: the result of a conversion, or None.
        origin: digest and length of the original file.
    """

    found: ForeignFile
    left: Mapping[str, int]
    strange: Mapping[str, int]
    made: Converted | None
    origin: tuple[str, int]


def _record(work: Collection, source: SourceFile, entry: Import, seen: _Contents) -> Note:
    """Write the note that records an import."""
    body: dict[str, object] = {
        "software": seen.found.software,
        "records": seen.found.records,
        "captures": len(seen.found.captures),
        "left": dict(seen.left),
        # Only the hundred hosts with most captures, because a crawl of the whole web may have a million hosts.
        "other hosts": dict(list(seen.strange.items())[:100]),
    }
    if source.package:
        body["package"] = {"findings": list(source.package.findings), "signature": asdict(source.package.signature)}
    if seen.made:
        digest, length = seen.origin
        lost = [[one.offset, one.what] for one in seen.made.left[:_LISTED]]
        counted = {"records": seen.made.records, "lost": len(seen.made.left)}
        # The digest of the original file lets its maker prove that the converted file came from it.
        body["converted"] = {"why": seen.made.why, "digest": digest, "length": length, **counted, "list": lost}
    return work.note(NoteKind.IMPORT, {**as_body(entry), **body})


# ── The file ─────────────────────────────────────────────────────────────────────────────────────


def _digest(source: SourceFile) -> tuple[str, int]:
    """Return digest and length of *source*.

    Raises:
        DiskFailed: it could not be read.
    """
    try:
        with source.open() as file:
            return stream_digest(file)
    except OSError as error:
        raise DiskFailed(source.path, error) from error


def _pieces(source: SourceFile) -> Iterator[bytes]:
    """Yield the bytes of *source*.

    Raises:
        DiskFailed: it could not be read. The collection's folder, where the bytes go, is not to blame.
    """
    try:
        with source.open() as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        raise DiskFailed(source.path, error) from error


class _Copy:
    """A file that is being imported; its name ends in ``.part`` until `keep` is called."""

    def __init__(self, path: Path) -> None:
        self.name = path.name.removesuffix(PART)
        self.path = path

    def keep(self) -> None:
        """Give the file its final name and sync the folder."""
        final, disk = self.path.with_name(self.name), RealDisk()
        try:
            if self.path != final:
                disk.rename(self.path, final)
            disk.sync_directory(final.parent)
        except OSError as error:
            raise DiskFailed(self.path, error) from error


@contextmanager
def _brought(
    work: Collection, source: SourceFile, origin: tuple[str, int]
) -> Iterator[tuple[_Copy, Converted | None, tuple[Finding, ...]]]:
    """Copy *source*, of the digest and length *origin*, and convert the copy if it has to be; yield it, the result of
    the conversion, and what the verifier finds in it.
    """
    with ExitStack() as stack:
        copy, made = stack.enter_context(_copied(work, source, *origin)), None
        # Read the copy back, because from here on only the copy counts.
        if _digest(SourceFile(copy.path)) != origin:
            raise DiskFailed(copy.path, OSError(errno.EIO, "what was written reads as something else"))
        findings = verify_file(copy.path).findings
        # A converted file takes all the same steps as an unchanged one, including verification.
        if _must_be_converted(source, copy.path, findings):
            copy, made = stack.enter_context(_converted(work, source, copy.path, origin[0]))
            findings = verify_file(copy.path).findings
        yield copy, made, findings


@contextmanager
def _copied(work: Collection, source: SourceFile, digest: str, length: int) -> Iterator[_Copy]:
    """Copy *source* into the folder of WARC files and sync it; delete the copy at the end unless it is kept.

    If a killed import left the same file behind without recording it, that file is used.
    """
    try:
        path = _left_behind(work, digest, length)
        if path is not None:
            yield _Copy(path)
            return
        path = _create(work, length, compressed=_is_gzip(source))
        try:
            with path.open("r+b") as target:
                for piece in _pieces(source):
                    target.write(piece)
                target.flush()
                RealDisk().datasync(target.fileno())
            yield _Copy(path)
        finally:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise DiskFailed(work.layout.warcs, error) from error


@contextmanager
def _converted(work: Collection, source: SourceFile, path: Path, digest: str) -> Iterator[tuple[_Copy, Converted]]:
    """Make a WARC file of the sound records in the file at *path* and sync it; delete it at the end unless it is kept.

    Raises:
        Refused: there is no sound record.
        DiskFailed: the file could not be written.
    """
    try:
        target = _create(work, path.stat().st_size, compressed=True)
        try:
            with target.open("r+b") as out:
                software = f"creditline/{metadata.version('creditline')}"
                made = convert(path, out, Source(digest, str(source), software))
                out.flush()
                RealDisk().datasync(out.fileno())
            if not made.records:
                raise _unreadable(source, made.left)
            yield _Copy(_left_behind(work, *_digest(SourceFile(target))) or target), made
        finally:
            target.unlink(missing_ok=True)
    except OSError as error:
        raise DiskFailed(work.layout.warcs, error) from error


def _left_behind(work: Collection, digest: str, length: int) -> Path | None:
    """Return the file with this digest that a killed import left behind without a note, or None."""
    known = {entry.file for entry in every(work.catalogue.connection)}
    for path in work.layout.warcs.glob(f"{IMPORTED}-*.warc*"):
        unknown = path.name not in known and not path.name.endswith(PART)
        if unknown and path.stat().st_size == length and _digest(SourceFile(path))[0] == digest:
            return path
    return None


def _is_gzip(source: SourceFile) -> bool:
    return next(_pieces(source), b"").startswith(GZIP_MAGIC)


def _delete_unfinished(work: Collection) -> None:
    """Delete unfinished files of killed imports. We hold the run lock, so nobody is writing them."""
    for stale in work.layout.warcs.glob(f"{IMPORTED}-*{PART}"):
        stale.unlink()


def _create(work: Collection, length: int, *, compressed: bool) -> Path:
    """Create an empty file under the next serial."""
    warcs = work.layout.warcs
    # Check the space first, because a failing copy would fill the disk for all other programs.
    if shutil.disk_usage(warcs).free < length:
        raise DiskFailed(warcs, OSError(errno.ENOSPC, f"no room for {length} bytes"))
    # Locked, because two processes could otherwise find the same next serial.
    with holding(warcs):
        path = warcs / f"{FileName(IMPORTED, work.clock(), next_serial(warcs), compressed)}{PART}"
        path.touch(exist_ok=False)
    return path


# ── What is refused ──────────────────────────────────────────────────────────────────────────────


def _must_be_converted(source: SourceFile, path: Path, findings: tuple[Finding, ...]) -> bool:
    """Return whether the file has to be converted, because it cannot be read record by record.

    Raises:
        Refused: the file is empty.
    """
    form = file_format(path)
    if form is FileFormat.EMPTY:
        raise Refused(f"{source} is empty, not a WARC file", "get the file again", Exit.INTEGRITY)
    # Each record has to be a gzip member of its own, to be found by its offset (WARC 1.1 annex D).
    if form in (FileFormat.ARC, FileFormat.ZSTD) or any(one.clause == _MEMBERS for one in findings):
        return True
    try:
        for _ in read_records(path):
            pass
    except Damaged:
        return True
    return False


def _read(source: SourceFile, path: Path) -> ForeignFile:
    try:
        return read_foreign(path)
    except Damaged as damaged:
        raise _unreadable(source, (UnreadablePart(damaged.offset, damaged.what),)) from damaged


def _unreadable(source: SourceFile, lost: Sequence[UnreadablePart]) -> Refused:
    place = f": at byte {lost[0].offset}, {lost[0].what}" if lost else ""
    more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
    # A file that begins as no archive does was never one: getting it again would not help.
    is_other = bool(lost) and lost[0].offset == 0 and lost[0].what.startswith("neither gzip")
    hint = NO_ARCHIVE if is_other else "get the file again"
    return Refused(f"{source} holds no complete record{place}{more}", hint, Exit.INTEGRITY)


def _refuse_findings(source: SourceFile, findings: tuple[Finding, ...], *, accept: bool) -> None:
    """Refuse a file with wrong digests, unless they are accepted."""
    # Only wrong digests are refused, because such bytes may be falsified. Other violations of the standard are habits
    # of the program that wrote the file.
    faults = [one for one in findings if one.severity is Severity.FAULT and one.clause in _DIGESTS]
    # Some programs include the chunk framing in the digest; these digests agree if computed in the same way.
    wrong = [one for one in faults if OTHERWISE not in one.what]
    if wrong and not accept:
        raise Refused(
            f"{source} holds bytes that are not what its records say: {_first_of(wrong)}",
            "get the file again; or import it as it is, with these faults recorded: --accept-findings",
            Exit.INTEGRITY,
        )


def _first_of(findings: list[Finding]) -> str:
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"at byte {first.offset}, {first.what}{more}"


def nobody(named: str, imported: Sequence[Imported]) -> Refused:
    """Return the error for files without any capture of a publisher of this collection."""
    strange: Counter[str] = Counter()
    for one in imported:
        strange.update(one.hosts)
    if any(one.left.get(DOUBTED) for one in imported):
        dated = f"no capture of a publisher in {named} is of a day after the web began and before today"
        return Refused(dated, "look at its WARC-Date: creditline verify FILE", Exit.INTEGRITY)
    if not strange:
        held: Counter[str] = Counter()
        for one in imported:
            held.update(one.left)
        empty = f"{named} holds no capture of http or https, only {listed_kinds(held)}"
        return Refused(empty, "name the file with the answers of the servers (response records)", Exit.USAGE)
    listed = ", ".join(f"{host} ({count})" for host, count in strange.most_common(5))
    return Refused(
        f"no publisher of this collection has a capture in {named}; it holds {listed}",
        f"name whose they are: --publisher https://{strange.most_common(1)[0][0]}/",
        Exit.USAGE,
    )


def listed_kinds(left: Mapping[str, int]) -> str:
    """Return the counts of records by kind as a person reads them: ``resource 14, warcinfo 1``."""
    ordered = sorted(left.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{kind} {count}" for kind, count in ordered[:8]) or "nothing"


def _by_clause(findings: tuple[Finding, ...]) -> dict[str, tuple[int, ...]]:
    # By clause and offset, so a later verification can tell known findings from new ones.
    clauses: dict[str, list[int]] = {}
    for one in findings:
        clauses.setdefault(one.clause, []).append(one.offset)
    return {clause: tuple(offsets) for clause, offsets in clauses.items()}
