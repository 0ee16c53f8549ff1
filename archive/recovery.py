"""Recover what a killed process left behind: adopt whole records, cut torn tails, give files their final names."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archive.disk import Disk, RealDisk
from archive.errors import UNREADABLE, Damaged, DiskFailed
from archive.file_lock import holding, locked
from archive.warc.capture import Capture, Note
from archive.warc.member import member_at, members, resume
from archive.warc.reader import capture_of, note_of, parse
from archive.warc.record import Record
from archive.warc.writer import OPEN, is_imported, read_name


@dataclass(frozen=True, slots=True)
class DamagedRange:
    """*length* bytes of *file* (its final name) from byte *offset*, and what is wrong with them."""

    file: str
    offset: int
    length: int
    what: str


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A *file* that may not be read, or lies on a bad part of the disk, and *why*. Nothing of it is lost: it is read
    as soon as it can be.
    """

    file: str
    why: str

    @classmethod
    def of(cls, path: Path, error: OSError) -> UnreadFile:
        """Return what to say of the file at *path*.

        Raises:
            OSError: the *error*, if it is not about one file.
        """
        if error.errno not in UNREADABLE:
            raise error
        return cls(path.name.removesuffix(OPEN), f"the file cannot be read: {error.strerror}")


@dataclass(frozen=True, slots=True)
class Recovery:
    """What recovery found and did.

    Attributes:
        adopted: captures and notes that the catalogue does not know, in file order.
        cut: torn tails that were cut off. No whole record began in them.
        damaged: stretches outside any whole record that were left alone, because sound records follow them
            or the file already had its final name. Only a copy can repair them.
        finished: files that got their final name.
        removed: files that held no whole record.
        read: for each file, up to which byte it was read; nothing before that need be read again.
        unread: finished files that could not be read; the next recovery tries again.
    """

    adopted: tuple[Capture | Note, ...] = ()
    cut: tuple[DamagedRange, ...] = ()
    damaged: tuple[DamagedRange, ...] = ()
    finished: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    read: Mapping[str, int] = field(default_factory=dict, compare=False)
    unread: tuple[UnreadFile, ...] = ()

    def __add__(self, other: Recovery) -> Recovery:
        return Recovery(
            self.adopted + other.adopted,
            self.cut + other.cut,
            self.damaged + other.damaged,
            self.finished + other.finished,
            self.removed + other.removed,
            {**self.read, **other.read},
            self.unread + other.unread,
        )


def recover(
    directory: Path, known: Mapping[str, int], *, disk: Disk | None = None, series: Collection[str] | None = None
) -> Recovery:
    """Recover the files in *directory* that hold more than the catalogue knows.

    Files that another process holds are left alone. Adopted records are durable on return. No good byte is ever written
    again: a file is cut only where no whole record follows, and only under its ``.open`` name.

    Args:
        known: for each file, the end of the last record that the catalogue has, in bytes.
        series: only the files of these publishers; None for all.

    Raises:
        DiskFailed: some files are not recovered yet; call again.
    """
    recovery = Recovery()
    # In name order, so that findings are always reported in the same order.
    names = os.listdir(directory) if directory.is_dir() else []  # noqa: PTH208 - names are sorted faster than paths
    for found in sorted(names):
        path, name = directory / found, read_name(found)
        # Imported files are copied in whole or not at all, and the note of their import gives their captures rows.
        if name is None or is_imported(path.name) or (series is not None and name.publisher not in series):
            continue
        start = known.get(path.name.removesuffix(OPEN), 0)
        # A finished file may lack rows too, if the commit for its last batch failed.
        if path.name.endswith(OPEN) or path.stat().st_size > start:
            recovery += _recover_file(path, start, disk or RealDisk())
    return recovery


def _recover_file(path: Path, start: int, disk: Disk) -> Recovery:
    """Recover one file; nothing is found if another process still holds it or has finished it."""
    # A file that was being written is not left alone: new records may have to follow what it holds.
    finished = not path.name.endswith(OPEN)
    try:
        with holding(path.parent):  # or a file could be taken before its creator locks it
            # For the lock alone, unless it is cut: a finished file is never written to.
            only_read = finished and not os.access(path, os.W_OK)
            descriptor = os.open(path, (os.O_RDONLY if only_read else os.O_RDWR) | os.O_CLOEXEC)
            if not locked(descriptor):
                os.close(descriptor)
                return Recovery()
    except FileNotFoundError:  # finished by its process meanwhile
        return Recovery()
    except OSError as error:
        if finished:
            return Recovery(unread=(UnreadFile.of(path, error),))
        raise DiskFailed(path, error) from error
    try:
        return _take_over(path, start, descriptor, disk)
    except OSError as error:
        if finished and error.errno in UNREADABLE:
            return Recovery(unread=(UnreadFile.of(path, error),))
        raise DiskFailed(path, error) from error
    finally:
        os.close(descriptor)


def _take_over(path: Path, start: int, descriptor: int, disk: Disk) -> Recovery:
    size = os.fstat(descriptor).st_size
    # The catalogue may know more bytes than there are, if somebody else cut the file.
    adopted, damage = _scan(path, min(start, size), size)
    # A finished file is never written to again: its digest has been recorded.
    if not path.name.endswith(OPEN):
        return Recovery(adopted, damaged=damage, read={path.name: size})
    name = path.name.removesuffix(OPEN)
    cut: tuple[DamagedRange, ...] = ()
    # Only damage that reaches the end is a torn tail. Damage followed by records may still be repaired from a copy.
    if damage and damage[-1].offset + damage[-1].length == size:
        *kept, tail = damage
        cut, damage = (tail,), tuple(kept)
        disk.truncate(descriptor, tail.offset)
        size = tail.offset
    # The rows of adopted records are committed next, and the killed process may not have synced the file.
    disk.datasync(descriptor)
    # Not even the warcinfo record was whole.
    if not size:
        disk.remove(path)
        disk.sync_directory(path.parent)
        return Recovery(cut=cut, removed=(name,))
    disk.rename(path, path.with_name(name))
    disk.sync_directory(path.parent)
    return Recovery(adopted, cut, damage, finished=(name,), read={name: size})


def _scan(path: Path, start: int, size: int) -> tuple[tuple[Capture | Note, ...], tuple[DamagedRange, ...]]:
    """Return the captures and notes in whole records from *start* on, and the stretches outside any record."""
    adopted: list[Capture | Note] = []
    damage: list[DamagedRange] = []
    for piece in records_and_damage(path, start, size):
        if isinstance(piece, DamagedRange):
            damage.append(piece)
        else:
            adopted += [found for found in (capture_of(piece) or note_of(piece),) if found]
    return tuple(adopted), tuple(damage)


def records_and_damage(path: Path, start: int, size: int) -> Iterator[Record | DamagedRange]:
    """Yield, from *start* on, the whole records in the first *size* bytes of the file and, in their place, the
    stretches outside any record.

    Raises:
        OSError: the file cannot be read.
    """
    at: int | None = start
    while at is not None and at < size:
        try:
            for member in members(path, start=at):
                # A record too long for memory is whole and gets verified; no capture of this program is that long.
                if member.passed is None:
                    yield parse(path, member)
            at = None
        except Damaged as damaged:
            # From the next byte on: a damaged length may hide sound records.
            at = resume(path, damaged.offset + 1, _mark(path))
            end = size if at is None else at
            yield DamagedRange(path.name.removesuffix(OPEN), damaged.offset, end - damaged.offset, damaged.what)


def info_of(path: Path) -> dict[str, str]:
    """Return the fields of the warcinfo at the start of one of our files; {} if it has none that can be read."""
    try:
        block = parse(path, member_at(path, 0)).block
    except Damaged:
        return {}
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def _mark(path: Path) -> bytes:
    """Return bytes that the head of each record holds and archived content cannot: the warcinfo's id. For imported
    files only the start of a record is known.
    """
    if is_imported(path.name):
        return b"WARC/"
    try:
        warcinfo = parse(path, member_at(path, 0))
    except Damaged:
        return b"WARC/"
    return f"WARC-Warcinfo-ID: <{warcinfo.id}>".encode()
