"""What a killed process left behind: whole records are adopted, torn tails are cut, files get their final
names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.capture import Capture, Note
from archive.disk import Disk, RealDisk, holding, locked
from archive.errors import Damaged, DiskFailed
from archive.member import member_at, members, resume
from archive.series import IMPORTED, OPEN, read_name
from archive.warc import capture_of, note_of, parse


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
    """

    adopted: tuple[Capture | Note, ...] = ()
    cut: tuple[Stretch, ...] = ()
    damaged: tuple[Stretch, ...] = ()
    finished: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __add__(self, other: Recovery) -> Recovery:
        return Recovery(
            self.adopted + other.adopted,
            self.cut + other.cut,
            self.damaged + other.damaged,
            self.finished + other.finished,
            self.removed + other.removed,
        )


def recover(directory: Path, known: Mapping[str, int], *, disk: Disk | None = None) -> Recovery:
    """Recover the files in *directory* that lie past what a catalogue knows.

    Files that another process holds are left alone. What is adopted is durable on return. A good byte is
    never
    written again: a file is only ever cut where nothing whole begins any more, and only under its ``.open``
        name.

    Args:
        known: for each file, where the last record that the catalogue has ends, in bytes.

    Raises:
        DiskFailed: some files are not recovered yet; call again.
    """
    recovery = Recovery()
    for path in sorted(directory.iterdir()):
        name = read_name(path.name)
        if name is None or name.publisher == IMPORTED:
            continue
        start = known.get(path.name.removesuffix(OPEN), 0)
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
    adopted, damage = _scan(path, min(start, size), size)
    if not path.name.endswith(OPEN):
        return Recovery(adopted, damaged=damage)
    name = path.name.removesuffix(OPEN)
    cut: tuple[Stretch, ...] = ()
    if damage and damage[-1].offset + damage[-1].length == size:
        *kept, tail = damage
        cut, damage = (tail,), tuple(kept)
        disk.truncate(descriptor, tail.offset)
        size = tail.offset
    disk.datasync(descriptor)
    if not size:
        disk.remove(path)
        disk.sync_directory(path.parent)
        return Recovery(cut=cut, removed=(name,))
    disk.rename(path, path.with_name(name))
    disk.sync_directory(path.parent)
    return Recovery(adopted, cut, damage, finished=(name,))


def _scan(path: Path, start: int, size: int) -> tuple[tuple[Capture | Note, ...], tuple[Stretch, ...]]:
    """Return what whole records from *start* on state, and the stretches that are in none."""
    adopted: list[Capture | Note] = []
    damage: list[Stretch] = []
    belongs = _mark(path)
    at: int | None = start
    while at is not None and at < size:
        try:
            for member in members(path, start=at):
                record = parse(path, member)
                found = capture_of(record) or note_of(record)
                if found:
                    adopted.append(found)
            break
        except Damaged as damaged:
            at = resume(path, damaged.offset + 1, belongs)
            end = size if at is None else at
            damage.append(Stretch(path.name.removesuffix(OPEN), damaged.offset, end - damaged.offset, damaged.what))
    return tuple(adopted), tuple(damage)


def _mark(path: Path) -> bytes:
    """Return what the head of each record holds and nothing archived can: the id of the warcinfo."""
    try:
        warcinfo = parse(path, member_at(path, 0))
    except Damaged:
        return b"WARC/"
    return f"WARC-Warcinfo-ID: <{warcinfo.id}>".encode()
