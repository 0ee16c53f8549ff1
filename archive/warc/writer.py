"""The files of one publisher: their names, and the one that records are written to, as `record.to_bytes` makes them."""

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
"""What the name of a file ends in while it is written."""

# Five digits and more: the hundred-thousandth file must not end the series. What an import has not finished ends in
# `.part`.
_NAME = re.compile(r"(?P<publisher>.+)-(?P<time>\d{14})-(?P<serial>\d{5,})\.warc(?P<gz>\.gz)?(?:\.open|\.part)?")
IMPORTED = "imported"
"""The series of files that others wrote; no publisher can have this id. Nothing is adopted from them, nothing cut."""
# It begins a file name: no separator, no leading dot, nothing that a shell or another system reads.
_PUBLISHER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_JOINED = 8 << 20
"""So many bytes of records are joined to be written at once."""


@dataclass(frozen=True, slots=True)
class FileName:
    """What the name of a file says: ``PUBLISHER-YYYYMMDDHHMMSS-SERIAL.warc.gz``; ``.warc`` where others wrote it so."""

    publisher: str
    opened: datetime
    serial: int
    compressed: bool = True

    def __str__(self) -> str:
        end = ".warc.gz" if self.compressed else ".warc"
        return f"{self.publisher}-{self.opened.astimezone(UTC):%Y%m%d%H%M%S}-{self.serial:05d}{end}"


def read_name(name: str) -> FileName | None:
    """Return what *name* (with or without ``.open``) says, or None where it is no name of ours."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        opened = datetime.strptime(found["time"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return FileName(found["publisher"], opened, int(found["serial"]), found["gz"] is not None)


def is_imported(file: str) -> bool:
    """Say whether *file* (with or without ``.open``) is in the series of files that others wrote."""
    name = read_name(file)
    return name is not None and name.publisher == IMPORTED


def next_serial(directory: Path) -> int:
    """Return the lowest serial above all that names in *directory* carry, whatever the publisher."""
    # From the names that are there, not from a counter: those of other programs and of killed ones count.
    names = (read_name(path.name) for path in directory.iterdir())
    return max((name.serial for name in names if name), default=0) + 1


def locate_file(directory: Path, file: str) -> Path:
    """Return where *file* (of a RecordRef) lies in *directory*: ``.open`` or under its final name."""
    final = directory / file
    being_written = directory / f"{file}{OPEN}"
    # Looked for in this order, a rename in between is not missed.
    return being_written if being_written.exists() and not final.exists() else final


def is_held(path: Path) -> bool:
    """Say whether a live process writes the file at *path*."""
    try:
        # For writing where that is allowed: over NFS no other lock keeps others out.
        descriptor = os.open(path, (os.O_RDWR if os.access(path, os.W_OK) else os.O_RDONLY) | os.O_CLOEXEC)
    except FileNotFoundError:  # finished meanwhile
        return False
    try:
        return not locked(descriptor)
    finally:
        os.close(descriptor)


class OpenFile:
    """A WARC file while it is written, locked, under a name that ends in ``.open``.

    Records are appended to a buffer; `flush` writes them, `sync` makes them durable, `finish` gives the file
    its final name. Each raises DiskFailed and may then be called again: what could not be written is kept,
    and the file is cut back to its last whole record. Only where the system could not sync is the file given
    up (*broken*), since it may call a page written the next time that it failed to write; recovery takes
    such a file over later.

    Attributes:
        name: the final name.
        warcinfo: the id of its warcinfo record, "" until there is one.
        synced: how many bytes are durable.
        sha256: of what was written.
        broken: it takes no more records.
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
        """Say whether the record at *ref* lies in this file and is not durable yet."""
        return ref.file == self.name and ref.offset + ref.length > self.synced

    def append(self, pieces: Sequence[bytes]) -> RecordRef:
        """Take the *pieces* of a record, already packed, into the buffer and return where it will lie."""
        ref = RecordRef(self.name, self.end, sum(map(len, pieces)))
        self._buffer += pieces
        self.buffered += ref.length
        return ref

    def flush(self) -> None:
        """Write what is buffered.

        Raises:
            DiskFailed: it is still buffered, and the file ends where it ended before.
        """
        if self.broken:
            raise DiskFailed(self._path, OSError(errno.EIO, os.strerror(errno.EIO)))
        # Many short records are one write; the pieces of a long one would be all of it once more.
        data, done = [b"".join(self._buffer)] if self.buffered <= _JOINED else self._buffer, 0
        try:
            for piece in data:
                left = piece
                while left:
                    taken = self._disk.write(self._descriptor, left, self._written + done)
                    # A write may take nothing without saying why (a full disk of some systems); it would be tried for
                    # ever.
                    if taken <= 0:
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301 - as a write
                    done += taken
                    left = left[taken:]
        except OSError as error:
            # Where the cut fails too, the next write covers the torn bytes, or recovery cuts them.
            with suppress(OSError):
                self._disk.truncate(self._descriptor, self._written)
            raise DiskFailed(self._path, error) from error
        self._written += done
        # Only what was written: what failed will be given again.
        for piece in data:
            self.sha256.update(piece)
        self._buffer.clear()
        self.buffered = 0

    def sync(self) -> None:
        """Write what is buffered and return once it is on the disk.

        Raises:
            DiskFailed: nothing since the last sync is durable.
        """
        self.flush()
        if self.synced == self._written:
            return
        try:
            self._disk.datasync(self._descriptor)
        except OSError as error:
            # The kernel reports a failed write-back once and may then call the page clean: a second sync that succeeds
            # proves nothing.
            self.broken = True
            raise DiskFailed(self._path, error) from error
        self.synced = self._written

    def finish(self) -> None:
        """Make the file durable and give it its final name.

        Raises:
            DiskFailed: it has not got its name for certain; call again, or leave it to recovery.
        """
        self.sync()
        # Durable before it has the name of a finished file; the rename is durable before anybody is told.
        final = self._path.with_name(self.name)
        try:
            # It may be called again after the folder could not be synced: then the rename has been done.
            if self._path != final:
                self._disk.rename(self._path, final)
                self._path = final
            self._disk.sync_directory(final.parent)
        except OSError as error:
            raise DiskFailed(self._path, error) from error

    def release(self) -> None:
        """Close the file and with it give up its lock, whatever state it is in."""
        os.close(self._descriptor)


def create(directory: Path, publisher: str, opened: datetime, disk: Disk) -> OpenFile:
    """Create the next file of *publisher*, locked, with a serial above all in *directory*.

    Raises:
        ValueError: *publisher* cannot stand in a file name.
        DiskFailed: it cannot be created.
    """
    if not _PUBLISHER.fullmatch(publisher):
        raise ValueError(f"{publisher!r} cannot be the id of a publisher: use letters, digits, - and .")
    try:
        with ExitStack() as undo:
            # Between its creation and its lock, recovery of another process could take it for left behind.
            with holding(directory):
                name, descriptor = _claim(directory, publisher, opened, disk)
            undo.callback(os.close, descriptor)
            # Records are synced into it from now on: its name must not be what a power cut takes.
            disk.sync_directory(directory)
            # Nothing failed: the descriptor is the caller's now.
            undo.pop_all()
    except OSError as error:
        raise DiskFailed(directory, error) from error
    return OpenFile(directory, name, descriptor, disk)


def _claim(directory: Path, publisher: str, opened: datetime, disk: Disk) -> tuple[str, int]:
    """Return the name and descriptor of a file that did not exist before, whoever else creates files here."""
    serial = next_serial(directory)
    while True:
        name = str(FileName(publisher, opened, serial))
        try:
            descriptor = disk.create(directory / f"{name}{OPEN}")
        except FileExistsError:  # by a program that does not hold the directory's lock
            serial += 1
            continue
        if locked(descriptor):
            return name, descriptor
        os.close(descriptor)
        serial += 1
