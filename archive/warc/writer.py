"""The WARC files of one publisher: their names, and the one that is being written with `record.to_bytes`."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.disk import Disk
from archive.errors import DiskFailed
from archive.file_lock import holding, locked
from archive.warc.capture import RecordRef

OPEN = ".open"
"""Ending of a file's name while it is being written."""

# Five digits or more, so that the hundred-thousandth file does not end the series. Unfinished imports end with
# `.part`.
_NAME = re.compile(r"(?P<publisher>.+)-(?P<time>\d{14})-(?P<serial>\d{5,})\.warc(?P<gz>\.gz)?(?:\.open|\.part)?")
IMPORTED = "imported"
"""The series of imported files; no publisher can have this id. Nothing is adopted from them or cut off them."""
# Part of a file name: no separator, no leading dot, nothing special to a shell or another system.
_PUBLISHER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_JOINED = 8 << 20
"""Up to so many bytes of records are joined for one write."""


@dataclass(frozen=True, slots=True)
class FileName:
    """The parts of a file's name: ``PUBLISHER-YYYYMMDDHHMMSS-SERIAL.warc.gz``, or ``.warc`` if it was imported so."""

    publisher: str
    opened: datetime
    serial: int
    compressed: bool = True

    def __str__(self) -> str:
        end = ".warc.gz" if self.compressed else ".warc"
        return f"{self.publisher}-{self.opened.astimezone(UTC):%Y%m%d%H%M%S}-{self.serial:05d}{end}"


def read_name(name: str) -> FileName | None:
    """Return the parts of *name* (with or without ``.open``), or None if it is not a name of ours."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    time = found["time"]
    try:
        # Not strptime, which takes most of the time for a folder with many files.
        month, day, hour, minute, second = (int(time[at : at + 2]) for at in range(4, 14, 2))
        opened = datetime(int(time[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return FileName(found["publisher"], opened, int(found["serial"]), found["gz"] is not None)


def is_imported(file: str) -> bool:
    """Say whether *file* (with or without ``.open``) is in the series of imported files."""
    name = read_name(file)
    return name is not None and name.publisher == IMPORTED


def next_serial(directory: Path) -> int:
    """Return the lowest serial above all serials of files in *directory*, whatever the publisher."""
    # From the names on disk, not from a counter: files of other and of killed programs count too.
    highest = 0
    for name in os.listdir(directory):  # noqa: PTH208 - paths of 250,000 files take four times as long as their names
        serial = name[: name.rfind(".warc")].rpartition("-")[2]
        # Asked for each file that is begun, however many there are, so only few names are read whole.
        if serial.isdecimal() and int(serial) > highest and read_name(name) is not None:
            highest = int(serial)
    return highest + 1


def locate_file(directory: Path, file: str) -> Path:
    """Return the current path of *file* (of a RecordRef) in *directory*: ``.open`` or with its final name."""
    final = directory / file
    being_written = directory / f"{file}{OPEN}"
    # In this order a rename in between is not missed.
    return being_written if being_written.exists() and not final.exists() else final


def is_held(path: Path) -> bool:
    """Say whether a live process is writing the file at *path*."""
    try:
        # Opened for writing if allowed: over NFS only such a lock keeps others out.
        descriptor = os.open(path, (os.O_RDWR if os.access(path, os.W_OK) else os.O_RDONLY) | os.O_CLOEXEC)
    except FileNotFoundError:  # finished meanwhile
        return False
    try:
        return not locked(descriptor)
    finally:
        os.close(descriptor)


class OpenFile:
    """A WARC file while it is being written: locked, with a name that ends in ``.open``.

    Records are appended to a buffer; `flush` writes them, `sync` makes them durable, `finish` gives the file its final
    name. If one of these raises DiskFailed, it may be called again: unwritten records stay in the buffer, and the file
    is cut back to its last whole record. Only after a failed sync is the file given up (*broken*), because the system
    may afterwards report a page as written that it failed to write. Recovery takes such a file over later.

    Attributes:
        name: the final name.
        warcinfo: the id of its warcinfo record, "" until there is one.
        synced: how many bytes are durable.
        sha256: of what was written.
        broken: whether it takes no more records.
        buffered: how many bytes wait to be written.
    """

    def __init__(self, directory: Path, name: str, descriptor: int, disk: Disk) -> None:
        self.name = name
        self.warcinfo = ""
        self.synced = 0
        self.broken = False
        self._path = directory / f"{name}{OPEN}"
        self._descriptor = descriptor
        self._disk = disk
        self._written = 0
        self.sha256 = hashlib.sha256()
        self._buffer: list[bytes] = []
        self.buffered = 0

    @property
    def end(self) -> int:
        """Where the next record will begin, in bytes."""
        return self._written + self.buffered

    def holds(self, ref: RecordRef) -> bool:
        """Say whether the record at *ref* is in this file and is not durable yet."""
        return ref.file == self.name and ref.offset + ref.length > self.synced

    def append(self, pieces: Sequence[bytes]) -> RecordRef:
        """Put the packed *pieces* of a record into the buffer and return where it will be in the file."""
        ref = RecordRef(self.name, self.end, sum(map(len, pieces)))
        self._buffer += pieces
        self.buffered += ref.length
        return ref

    def flush(self) -> None:
        """Write the buffer to the file.

        Raises:
            DiskFailed: the records are still buffered, and the file ends where it ended before.
        """
        if self.broken:
            raise DiskFailed(self._path, OSError(errno.EIO, os.strerror(errno.EIO)))
        # Many short records go into one write; joining the pieces of a long one would copy it.
        data, done = [b"".join(self._buffer)] if self.buffered <= _JOINED else self._buffer, 0
        try:
            for piece in data:
                left = piece
                while left:
                    taken = self._disk.write(self._descriptor, left, self._written + done)
                    # On some systems a full disk makes a write take nothing without an error, which would loop for
                    # ever.
                    if taken <= 0:
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301 - as a write
                    done += taken
                    left = left[taken:]
        except OSError as error:
            # If this cut fails too, the next write covers the torn bytes, or recovery cuts them.
            with suppress(OSError):
                self._disk.truncate(self._descriptor, self._written)
            raise DiskFailed(self._path, error) from error
        self._written += done
        # Only what was written, because failed pieces will be written again.
        for piece in data:
            self.sha256.update(piece)
        self._buffer.clear()
        self.buffered = 0

    def sync(self) -> None:
        """Write the buffer and return once everything is on the disk.

        Raises:
            DiskFailed: nothing since the last sync is known to be durable.
        """
        self.flush()
        if self.synced == self._written:
            return
        try:
            self._disk.datasync(self._descriptor)
        except OSError as error:
            # The kernel reports a failed write-back once and may then treat the page as clean, so a second sync that
            # succeeds proves nothing.
            self.broken = True
            raise DiskFailed(self._path, error) from error
        self.synced = self._written

    def finish(self) -> None:
        """Make the file durable and give it its final name.

        Raises:
            DiskFailed: the file may not have its final name; call again, or leave it to recovery.
        """
        self.sync()
        # The file is durable before it gets its final name, and the rename is durable before this returns.
        final = self._path.with_name(self.name)
        try:
            # After a failed sync of the folder this may be called again; then the rename has been done.
            if self._path != final:
                self._disk.rename(self._path, final)
                self._path = final
            self._disk.sync_directory(final.parent)
        except OSError as error:
            raise DiskFailed(self._path, error) from error

    def release(self) -> None:
        """Close the file and release its lock, whatever its state."""
        os.close(self._descriptor)


def create(directory: Path, publisher: str, opened: datetime, disk: Disk) -> OpenFile:
    """Create and lock the next file of *publisher*, with a serial above all others in *directory*.

    Raises:
        ValueError: *publisher* cannot be part of a file name.
        DiskFailed: the file cannot be created.
    """
    if not _PUBLISHER.fullmatch(publisher):
        raise ValueError(f"{publisher!r} cannot be the id of a publisher: use letters, digits, - and .")
    try:
        with ExitStack() as undo:
            # Under the folder's lock: between creation and lock, another process's recovery could take the file over.
            with holding(directory):
                name, descriptor = _claim(directory, publisher, opened, disk)
            undo.callback(os.close, descriptor)
            # Records will be synced into it, so a power cut must not take its name away.
            disk.sync_directory(directory)
            # Success: the caller now owns the descriptor.
            undo.pop_all()
    except OSError as error:
        raise DiskFailed(directory, error) from error
    return OpenFile(directory, name, descriptor, disk)


def _claim(directory: Path, publisher: str, opened: datetime, disk: Disk) -> tuple[str, int]:
    """Return name and descriptor of a new, locked file, even if other programs create files here at the same time."""
    serial = next_serial(directory)
    while True:
        name = str(FileName(publisher, opened, serial))
        try:
            descriptor = disk.create(directory / f"{name}{OPEN}")
        except FileExistsError:  # created by a program that does not hold the folder's lock
            serial += 1
            continue
        if locked(descriptor):
            return name, descriptor
        os.close(descriptor)
        serial += 1
