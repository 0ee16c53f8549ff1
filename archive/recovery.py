"""What a killed process left behind: whole records are adopted, torn tails are cut, files get their final names."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archive.disk import Disk, RealDisk
from archive.errors import Damaged, DiskFailed
from archive.file_lock import holding, locked
from archive.warc.capture import Capture, Note
from archive.warc.member import member_at, members, resume
from archive.warc.reader import capture_of, note_of, parse
from archive.warc.record import Record
from archive.warc.writer import OPEN, is_imported, read_name


@dataclass(frozen=True, slots=True)
class Stretch:
    """*length* bytes of *file* (its final name) from byte *offset* on, and what is wrong with them."""

    file: str
    offset: int
    length: int
    what: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """What recovery found and did.

    Attributes:
        adopted: captures and notes that the catalogue does not know, in the order in which they lie in their
            files.
        cut: torn tails that were cut off. No whole record began in them.
        damaged: stretches that no whole record covers and that were left alone: sound records follow them,
            or the file had its final name already. Only a copy can mend them.
        finished: files that got their final names.
        removed: files in which no whole record was left.
        read: up to which byte each file was read: what lies before it need not be looked at again.
    """

    adopted: tuple[Capture | Note, ...] = ()
    cut: tuple[Stretch, ...] = ()
    damaged: tuple[Stretch, ...] = ()
    finished: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    read: Mapping[str, int] = field(default_factory=dict, compare=False)

    def __add__(self, other: Recovery) -> Recovery:
        return Recovery(
            self.adopted + other.adopted,
            self.cut + other.cut,
            self.damaged + other.damaged,
            self.finished + other.finished,
            self.removed + other.removed,
            {**self.read, **other.read},
        )


def recover(
    directory: Path, known: Mapping[str, int], *, disk: Disk | None = None, series: Collection[str] | None = None
) -> Recovery:
    """Recover the files in *directory* that lie past what a catalogue knows.

    Files that another process holds are left alone. What is adopted is durable on return. A good byte is never written
    again: a file is only ever cut where nothing whole begins any more, and only under its ``.open`` name.

    Args:
        known: for each file, where the last record that the catalogue has ends, in bytes.
        series: of these publishers alone.

    Raises:
        DiskFailed: some files are not recovered yet; call again.
    """
    recovery = Recovery()
    # In the order of their names, so that what is found is told in the same order each time.
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        name = read_name(path.name)
        # Files of others are copied in whole or not at all, and their captures have rows by the note of their import.
        if name is None or is_imported(path.name) or (series is not None and name.publisher not in series):
            continue
        start = known.get(path.name.removesuffix(OPEN), 0)
        # A file that has its final name may lack rows too: the commit behind its last batch may have failed.
        if path.name.endswith(OPEN) or path.stat().st_size > start:
            recovery += _recover_file(path, start, disk or RealDisk())
    return recovery


def _recover_file(path: Path, start: int, disk: Disk) -> Recovery:
    try:
        with holding(path.parent):  # else a file could be taken between its creation and its lock
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            if not locked(descriptor):
                os.close(descriptor)
                return Recovery()
    except FileNotFoundError:  # finished by its process meanwhile
        return Recovery()
    try:
        return _take_over(path, start, descriptor, disk)
    except OSError as error:
        raise DiskFailed(path, error) from error
    finally:
        os.close(descriptor)


def _take_over(path: Path, start: int, descriptor: int, disk: Disk) -> Recovery:
    size = os.fstat(descriptor).st_size
    # A catalogue may know more than is there, where the file was cut by somebody else.
    adopted, damage = _scan(path, min(start, size), size)
    # A finished file is never written to again: its digest has been recorded.
    if not path.name.endswith(OPEN):
        return Recovery(adopted, damaged=damage, read={path.name: size})
    name = path.name.removesuffix(OPEN)
    cut: tuple[Stretch, ...] = ()
    # Only what reaches to the end is a torn tail. Damage that records follow may still be mended from a copy.
    if damage and damage[-1].offset + damage[-1].length == size:
        *kept, tail = damage
        cut, damage = (tail,), tuple(kept)
        disk.truncate(descriptor, tail.offset)
        size = tail.offset
    # Rows of what is adopted are committed next; the killed process may not have come to its own sync.
    disk.datasync(descriptor)
    # No record began in it, not even the warcinfo.
    if not size:
        disk.remove(path)
        disk.sync_directory(path.parent)
        return Recovery(cut=cut, removed=(name,))
    disk.rename(path, path.with_name(name))
    disk.sync_directory(path.parent)
    return Recovery(adopted, cut, damage, finished=(name,), read={name: size})


def _scan(path: Path, start: int, size: int) -> tuple[tuple[Capture | Note, ...], tuple[Stretch, ...]]:
    """Return what whole records from *start* on state, and the stretches that are in none."""
    adopted: list[Capture | Note] = []
    damage: list[Stretch] = []
    for piece in pieces(path, start, size):
        if isinstance(piece, Stretch):
            damage.append(piece)
        else:
            adopted += [found for found in (capture_of(piece) or note_of(piece),) if found]
    return tuple(adopted), tuple(damage)


def pieces(path: Path, start: int, size: int) -> Iterator[Record | Stretch]:
    """Yield the whole records of the first *size* bytes of the file from *start* on, and in their place the stretches
    that are in none.

    Raises:
        OSError: the file cannot be read.
    """
    at: int | None = start
    while at is not None and at < size:
        try:
            for member in members(path, start=at):
                # What is too long to be held is whole, and is verified; no capture of ours is that long.
                if member.passed is None:
                    yield parse(path, member)
            at = None
        except Damaged as damaged:
            # From the next byte on: the damage may be in a length, and hide sound records behind it.
            at = resume(path, damaged.offset + 1, _mark(path))
            end = size if at is None else at
            yield Stretch(path.name.removesuffix(OPEN), damaged.offset, end - damaged.offset, damaged.what)


def info_of(path: Path) -> dict[str, str]:
    """Return what the warcinfo at the begin of a file of ours says, field by field; {} where it has none to be read."""
    try:
        block = parse(path, member_at(path, 0)).block
    except Damaged:
        return {}
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def _mark(path: Path) -> bytes:
    """Return what the head of each record holds and nothing archived can: the id of the warcinfo; of others' files
    nothing is known but how a record begins.
    """
    if is_imported(path.name):
        return b"WARC/"
    try:
        warcinfo = parse(path, member_at(path, 0))
    except Damaged:
        return b"WARC/"
    return f"WARC-Warcinfo-ID: <{warcinfo.id}>".encode()
