"""Archive: keep exchanges and notes in a collection's WARC files, and make them durable in batches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from archive.digest import digest
from archive.disk import Disk, RealDisk
from archive.errors import DiskFailed
from archive.fixity.expectation import Whole
from archive.http.exchange import Exchange, FramingKind, Head, content_type, payload
from archive.http.framing import BadFraming
from archive.recovery import Recovery, recover
from archive.warc import record as records
from archive.warc import revisit
from archive.warc.capture import Capture, CaptureKind, Note, NoteKind
from archive.warc.member import pack_parts
from archive.warc.reader import capture_of, note_of
from archive.warc.record import Draft, Origin, Record
from archive.warc.revisit import Original
from archive.warc.writer import OPEN, OpenFile, create, locate_file

BUFFER_BYTES = 4 * 1024 * 1024
"""How many bytes of packed records may wait in memory before they are written to the file."""
# About the size that the standard recommends (WARC 1.1 annex C): small enough to copy, large enough to stay few.
ROLL_BYTES = 1_000_000_000

__all__ = ["Archive", "DiskFailed", "Recovery"]


# The only list of a collection's files, so that every part of the program sees the same ones.
def warc_files(warcs: Path) -> list[Path]:
    """Return the WARC files in *warcs*, unfinished ones too; an empty list if the folder does not exist."""
    # In name order (publisher, time, serial), so that every machine goes through them in the same order.
    # By name and not by path, which takes three times as long; not from `os`, because it may be a path into a bucket.
    listed = sorted(warcs.iterdir(), key=attrgetter("name")) if warcs.is_dir() else []
    return [path for path in listed if path.name.endswith((".warc", ".warc.gz", OPEN))]


def finished_files(warcs: Path) -> list[Path]:
    """Return the WARC files in *warcs* that have their final name."""
    return [path for path in warc_files(warcs) if not path.name.endswith(OPEN)]


@dataclass(frozen=True, slots=True)
class Setting:
    """The arguments of `Archive.open`."""

    info: Mapping[str, str]
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    roll_bytes: int
    disk: Disk


@dataclass(slots=True)
class _Awaited:
    id: str
    end: int
    came: bool = False


class _Rows:
    """For each file, in file order: which of its captures and notes already have a row in the catalogue."""

    def __init__(self) -> None:
        self._files: dict[str, list[_Awaited]] = {}

    def await_for(self, record: Capture | Note, end: int) -> None:
        """Expect a row for *record*, which ends, companions included, at byte *end*."""
        self._files.setdefault(record.ref.file, []).append(_Awaited(record.id, end))

    def ends_with(self, rows: Iterable[Capture | Note]) -> dict[str, int]:
        """For each file of *rows*, return the byte before which no row will be missing once *rows* are there."""
        ids = {row.id for row in rows}
        ends: dict[str, int] = {}
        for file, awaited in self._files.items():
            if not any(one.id in ids for one in awaited):
                continue
            for one in awaited:
                # Later records may have rows already. There must be no gap before the mark, or a record without a row
                # would never be looked for again.
                if not one.came and one.id not in ids:
                    break
                ends[file] = one.end
        return ends

    def came(self, rows: Collection[Capture | Note]) -> None:
        """Mark *rows* as being in the catalogue."""
        ids = {row.id for row in rows}
        for file in {row.ref.file for row in rows} & set(self._files):
            awaited = self._files[file]
            for one in awaited:
                one.came = one.came or one.id in ids
            # Only from the front: entries after a record without a row are still needed to see the gap.
            while awaited and awaited[0].came:
                awaited.pop(0)

    def wanting(self, file: str) -> bool:
        """Say whether a record of *file* has no row yet."""
        return bool(self._files.get(file))


class Archive:
    """A collection's WARC files, one series per publisher. A context manager: leaving it closes the archive.

    Attributes:
        finished: the files that got their final names, with size and digest as written.

    What `keep` and `note` return is written soon and is durable after the next `sync`; only then may a
    catalogue name it. For use in one thread. A file is created at its first record, and no other process
    opens it for writing again.
    """

    def __init__(self, directory: Path, setting: Setting) -> None:
        self._directory = directory
        self._set = setting
        self._files: dict[str, OpenFile] = {}
        self.finished: dict[str, Whole] = {}
        self._full: list[OpenFile] = []
        self._rows = _Rows()
        self._extra_info: dict[str, Mapping[str, str]] = {}

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        info: Mapping[str, str],
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
        roll_bytes: int = ROLL_BYTES,
        disk: Disk | None = None,
    ) -> Archive:
        """Open the archive in *directory*, creating the folder if it is missing.

        Args:
            info: fields of the warcinfo records: software, operator, http-header-user-agent, robots,
                description.
            clock: the time now, aware.
            new_id: a new random UUID, such as `uuid.uuid4`.
            roll_bytes: from this size on, a file is finished and the next one begun.
            disk: the file system; tests pass another one.

        Raises:
            DiskFailed: the directory cannot be made.
        """
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DiskFailed(directory, error) from error
        return cls(directory, Setting(dict(info), clock, new_id, roll_bytes, disk or RealDisk()))

    def keep(self, publisher: str, exchange: Exchange, *, earlier: Capture | None = None) -> Capture:
        """Keep *exchange* for *publisher* as the records of one capture, and return the capture.

        Args:
            earlier: the catalogue's capture that this one may repeat. It is referred to only if it is durable;
                `archive.warc.revisit` describes the other conditions and the form of the revisit.

        Raises:
            BadHead: the response does not begin with a readable head; nothing is kept.
            ValueError: the URL cannot be written in a record, or the publisher in a file name; nothing is kept.
            DiskFailed: nothing of this exchange is kept. What was kept before is still buffered; try again.
        """
        # Check everything that can be refused before `_file`, which may create a file: a refusal must leave nothing
        # behind.
        if not records.is_uri(exchange.url):
            raise ValueError(f"{exchange.url!r} is no absolute http(s) URL in printable ASCII")
        head = exchange.head
        file = self._file(publisher)
        origin = Origin(publisher, file.warcinfo, exchange.began)
        earlier = revisit.may_repeat(earlier, publisher, exchange.url) if self._durable(earlier) else None
        # The first record alone holds all that a catalogue needs, so a crash after it loses companions but no capture.
        first = self._first_record(origin, exchange, head, earlier)
        # Made from the record as it is written, so that a rebuild makes exactly the same capture from it.
        capture = capture_of(_append(file, first), head=head)
        if capture is None:
            # Impossible: the head was read above, and the date and the URL are ours.
            raise AssertionError("a capture of ours reads as none")
        if exchange.request:
            _append(file, records.request(self._id(), origin, exchange, capture.id))
        # The block of a 304 stays empty, because replay tools accept it only that way. The head as received
        # goes into the companion record (decision 010).
        unmodified = exchange.response if capture.kind is CaptureKind.NOT_MODIFIED else b""
        if exchange.interim or unmodified:
            _append(file, records.companion(self._id(), origin, exchange.interim + unmodified, capture.id))
        # Up to the end of the companions, which have no rows of their own.
        self._rows.await_for(capture, file.end)
        return capture

    def note(
        self,
        publisher: str,
        kind: NoteKind,
        body: Mapping[str, object],
        *,
        about: str | None = None,
        previous: str | None = None,
    ) -> Note:
        """Store a note of this program (JSON values) in the series of *publisher*; return it as it will read later.

        Raises:
            TypeError, ValueError: *body* holds values that JSON cannot; nothing is kept.
            DiskFailed: the note is not kept.
        """
        statement = {"about": about, "previous": previous, "body": dict(body)}
        file = self._file(publisher)
        draft = records.note(self._id(), Origin(publisher, file.warcinfo, self._set.clock()), kind, statement)
        note = note_of(_append(file, draft))
        if note is None:
            raise AssertionError("a note of ours reads as none")
        self._rows.await_for(note, file.end)
        return note

    def sync(self) -> None:
        """Write everything that was kept to the disk, and return once it is durable.

        Raises:
            DiskFailed: what was kept since the last sync may not be durable and must not be catalogued.
        """
        for file in self._files.values():
            file.sync()

    def ends_with(self, rows: Iterable[Capture | Note]) -> dict[str, int]:
        """For each file of *rows*, return the byte before which every record will have a row once *rows* are committed.

        A record without a row, for example because its transaction failed, stops its file there. The next process that
        opens the collection adopts everything from that record on.
        """
        return self._rows.ends_with(rows)

    def rows_committed(self, rows: Collection[Capture | Note]) -> None:
        """Note that *rows* are committed. A full file that waits for no more rows is released."""
        self._rows.came(rows)
        for file in [one for one in self._full if not self._rows.wanting(one.name)]:
            self._full.remove(file)
            file.release()

    def finish(self, *, but: str | None = None) -> None:
        """Make everything durable and give all files their final names, except the file of the publisher *but*.

        Raises:
            DiskFailed: the first failure, after all files were tried; recovery finishes the others.
        """
        files = {name: file for name, file in self._files.items() if name != but}
        # Dropped before anything can fail: an unfinished file is left to recovery and takes no more records.
        self._files = {name: file for name, file in self._files.items() if name == but}
        full, self._full = self._full, []
        failed: list[DiskFailed] = []
        with ExitStack() as locks:
            for file in (*files.values(), *full):
                # Release every lock at the end, whatever fails, or recovery could not take the file over.
                locks.callback(file.release)
            for file in files.values():
                try:
                    self._finish(file)
                except DiskFailed as error:
                    failed.append(error)
        if failed:
            raise failed[0]

    def finish_series(self, publisher: str) -> None:
        """Make one publisher's file durable and give it its final name. Later records go into a new file.

        Raises:
            DiskFailed: the file may not have its final name; `finish` tries again.
        """
        file = self._files.get(publisher)
        if file is not None:
            self._finish(file)
            # As with a full file, the lock is kept until the records are catalogued.
            self._full.append(self._files.pop(publisher))
            self.rows_committed(())

    def add_warcinfo_fields(self, publisher: str, fields: Mapping[str, str]) -> None:
        """Add *fields* to the warcinfo record of all files of *publisher* that are begun from now on."""
        self._extra_info[publisher] = fields

    @property
    def has_written(self) -> bool:
        """Whether anything has been kept since the archive was opened."""
        return bool(self._files or self.finished)

    def close(self) -> None:
        """Finish all files; raises what `finish` raises."""
        self.finish()

    def path(self, file: str) -> Path:
        """Return the current path of *file* (of a RecordRef): still ``.open``, or with its final name."""
        return locate_file(self._directory, file)

    def free(self) -> int:
        """Return how many more bytes can be written.

        Raises:
            DiskFailed: the file system does not say.
        """
        try:
            return self._set.disk.free(self._directory)
        except OSError as error:
            raise DiskFailed(self._directory, error) from error

    def recover(self, known: Mapping[str, int], series: Collection[str] | None = None) -> Recovery:
        """Adopt whole records that the catalogue does not know, and cut torn tails; see `archive.recovery`.

        Args:
            known: for each file, the end of the last record that the catalogue has, in bytes.
            series: only the files of these publishers; None for all.

        Raises:
            DiskFailed: some files are not recovered yet; call again.
        """
        return recover(self._directory, known, disk=self._set.disk, series=series)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _id(self) -> str:
        return f"urn:uuid:{self._set.new_id()}"

    def _durable(self, earlier: Capture | None) -> bool:
        # A power cut may still take an undurable record; a revisit of it would repeat nothing.
        return earlier is not None and not any(file.holds(earlier.ref) for file in self._files.values())

    def _file(self, publisher: str) -> OpenFile:
        """Return the file for the next record of *publisher*. Whatever can fail has been done by then."""
        file = self._files.get(publisher)
        if file and file.end >= self._set.roll_bytes:
            self._finish(file)
            # Its lock is kept until its records are catalogued, or another process would take it for an abandoned file.
            self._full.append(self._files.pop(publisher))
            file = None
        elif file and file.buffered >= BUFFER_BYTES:
            file.flush()
        if file is None:
            # Created only for a first record, so that a run that keeps nothing leaves no file.
            opened = self._set.clock()
            file = create(self._directory, publisher, opened, self._set.disk)
            file.warcinfo = self._id()
            # Every file names the software that wrote it, because it may be handed on alone.
            told = {**self._set.info, **self._extra_info.get(publisher, {})}
            info = records.warcinfo(file.warcinfo, file.name, Origin(publisher, "", opened), told)
            _append(file, info)
            self._files[publisher] = file
        return file

    def _finish(self, file: OpenFile) -> None:
        file.finish()
        self.finished[file.name] = Whole(file.synced, file.sha256.hexdigest())

    def _first_record(self, origin: Origin, exchange: Exchange, head: Head, earlier: Capture | None) -> Draft:
        """Return the record that alone tells a catalogue everything about the capture."""
        body, named = _payload(exchange, head)
        kind, original = revisit.form(head.status, named, len(body), truncated=exchange.truncated, earlier=earlier)
        if original is None or earlier is None or kind is CaptureKind.RESPONSE:
            return records.response(self._id(), origin, exchange, named)
        if kind is CaptureKind.NOT_MODIFIED:
            return revisit.not_modified(self._id(), origin, exchange, original, known=_known(head, earlier))
        return _identical(self._id(), origin, exchange, original, head, len(body))


def _append(file: OpenFile, draft: Draft) -> Record:
    """Append a record to *file* and return it as it will be read again."""
    fields = draft.complete()
    ref = file.append(pack_parts(records.to_parts(fields, draft.block)))
    # In all our drafts the first field is WARC-Type.
    return Record(fields[0][1], fields, draft.block, ref)


def _identical(
    record_id: str, origin: Origin, exchange: Exchange, original: Original, head: Head, payload_length: int
) -> Draft:
    sent = exchange.response[: head.length]
    return revisit.identical(record_id, origin, exchange, original, head=sent, payload_length=payload_length)


def _payload(exchange: Exchange, head: Head) -> tuple[memoryview, str | None]:
    """Return the payload and its digest; None if no payload is defined (WARC 1.1, WARC-Payload-Digest)."""
    body = payload(exchange.response, head)
    # If two lengths contradict each other there is still a body; its digest covers all bytes that came.
    with suppress(BadFraming):
        if head.framing.kind is FramingKind.NONE:
            return body, None
    return body, digest(body)


def _known(head: Head, earlier: Capture) -> dict[str, str | None]:
    """Return the fields of a 304 that a catalogue needs. Validators it does not repeat stay (RFC 9111 section
    4.3.4).
    """
    return {
        # A 304 usually names no type, so that of the repeated payload still holds.
        "Media-Type": earlier.media_type or content_type(head)[0],
        "ETag": head.get("ETag") or earlier.etag,
        "Last-Modified": head.get("Last-Modified") or earlier.last_modified,
        "Retry-After": head.get("Retry-After"),
    }
