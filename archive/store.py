"""Archive: keeps exchanges and notes in the WARC files of a collection, and makes batches of them durable."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
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
"""How many bytes of packed records may wait in memory before they are written."""
# About what the standard recommends for a file (WARC 1.1 annex C): small enough to copy, large enough to be few.
ROLL_BYTES = 1_000_000_000

__all__ = ["Archive", "DiskFailed", "Recovery"]


# The one list of the files of a collection: what all go through is the same everywhere.
def warc_files(warcs: Path) -> list[Path]:
    """Return the WARC files in *warcs*, those that are being written too; none where there is no such folder."""
    # By name: publisher, time and serial stand in it, so that every machine goes through them in one order.
    listed = sorted(warcs.iterdir()) if warcs.is_dir() else []
    return [path for path in listed if path.name.endswith((".warc", ".warc.gz", OPEN))]


def finished_files(warcs: Path) -> list[Path]:
    """Return the WARC files in *warcs* that have their final names."""
    return [path for path in warc_files(warcs) if not path.name.endswith(OPEN)]


@dataclass(frozen=True, slots=True)
class Setting:
    """What an archive is given: see `Archive.open`."""

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
    """What the catalogue has of the captures and notes of an archive, file by file, in the order of the file."""

    def __init__(self) -> None:
        self._files: dict[str, list[_Awaited]] = {}

    def await_for(self, record: Capture | Note, end: int) -> None:
        """Wait for the row of *record*, which ends, with all that belongs to it, at byte *end*."""
        self._files.setdefault(record.ref.file, []).append(_Awaited(record.id, end))

    def ends_with(self, rows: Iterable[Capture | Note]) -> dict[str, int]:
        """Return up to which byte no row is missing once *rows* are there, for each of their files that has such."""
        ids = {row.id for row in rows}
        ends: dict[str, int] = {}
        for file, awaited in self._files.items():
            if not any(one.id in ids for one in awaited):
                continue
            for one in awaited:
                # Later records may have rows already. What is marked must have no gap before it, or the record that
                # lacks its row would never be looked for again.
                if not one.came and one.id not in ids:
                    break
                ends[file] = one.end
        return ends

    def came(self, rows: Collection[Capture | Note]) -> None:
        """Take note that *rows* are there."""
        ids = {row.id for row in rows}
        for file in {row.ref.file for row in rows} & set(self._files):
            awaited = self._files[file]
            for one in awaited:
                one.came = one.came or one.id in ids
            # From the front alone: what stands behind a record without a row is still needed to see the gap.
            while awaited and awaited[0].came:
                awaited.pop(0)

    def wanting(self, file: str) -> bool:
        """Say whether a record of *file* has no row yet."""
        return bool(self._files.get(file))


class Archive:
    """The WARC files of a collection, one series a publisher; a context manager that closes itself.

    Attributes:
        finished: the files that got their final names, as they were written.

    What `keep` and `note` return is written soon and durable after the next `sync`; only then may a
    catalogue name it. For one thread. Files are created at the first record, and never opened again by
    another process.
    """

    def __init__(self, directory: Path, setting: Setting) -> None:
        self._directory = directory
        self._set = setting
        self._files: dict[str, OpenFile] = {}
        self.finished: dict[str, Whole] = {}
        self._full: list[OpenFile] = []
        self._rows = _Rows()
        self._told: dict[str, Mapping[str, str]] = {}

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
        """Open the archive in *directory*, which is made if it is missing.

        Args:
            info: fields of the warcinfo records: software, operator, http-header-user-agent, robots,
                description.
            clock: the time now, aware.
            new_id: a new random UUID, such as `uuid.uuid4`.
            roll_bytes: the size from which on a file is finished and the next one begun.
            disk: the file system; another one in tests.

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
            earlier: the capture that this one may repeat, as the catalogue has it. It is only referred to if
                it is durable; see `archive.warc.revisit` for what else is asked of it and the form that is chosen.

        Raises:
            BadHead: the response does not begin with a readable head; nothing is kept.
            ValueError: the URL cannot stand in a record, or the publisher in a file name; nothing is kept.
            DiskFailed: nothing of this exchange is kept; what was kept before still is, and can be tried
            again.
        """
        # Whatever can be refused is refused before `_file`, which may create one: nothing is left of what is not kept.
        if not records.is_uri(exchange.url):
            raise ValueError(f"{exchange.url!r} is no absolute http(s) URL in printable ASCII")
        head = exchange.head
        file = self._file(publisher)
        origin = Origin(publisher, file.warcinfo, exchange.began)
        earlier = revisit.may_repeat(earlier, publisher, exchange.url) if self._durable(earlier) else None
        # The first record alone holds all that a catalogue needs: a crash behind it costs companions, and no capture.
        first = self._first_record(origin, exchange, head, earlier)
        # Read back from the record as it is written, so that a rebuild makes the very same capture of it.
        capture = capture_of(_append(file, first), head=head)
        if capture is None:
            # Cannot be: the head was read above, and the date and the URL are ours.
            raise AssertionError("a capture of ours reads as none")
        if exchange.request:
            _append(file, records.request(self._id(), origin, exchange, capture.id))
        # The block of a 304 is empty, since readers replay it only that way; the head that came
        # is kept beside it (decision 010).
        unmodified = exchange.response if capture.kind is CaptureKind.NOT_MODIFIED else b""
        if exchange.interim or unmodified:
            _append(file, records.companion(self._id(), origin, exchange.interim + unmodified, capture.id))
        # Up to the end of its companions: they have no rows of their own.
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
        """Keep a statement of ours (JSON values) in the series of *publisher* and return it as it will be
        read again.

        Raises:
            TypeError, ValueError: *body* holds what JSON cannot; nothing is kept.
            DiskFailed: it is not kept.
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
        """Return once everything that was kept is on the disk.

        Raises:
            DiskFailed: what was kept since the last sync is not known to be durable and must not be
            catalogued.
        """
        for file in self._files.values():
            file.sync()

    def ends_with(self, rows: Iterable[Capture | Note]) -> dict[str, int]:
        """Return how far the files will have no gap once *rows* are there: up to which byte, for each of these files.

        A record whose row did not come yet, or never will since its transaction failed, stops its file there: what
        lies from it on is adopted by the next who opens the collection.
        """
        return self._rows.ends_with(rows)

    def settled(self, rows: Collection[Capture | Note]) -> None:
        """Take note that *rows* are committed. A full file that waits for no more is given up."""
        self._rows.came(rows)
        for file in [one for one in self._full if not self._rows.wanting(one.name)]:
            self._full.remove(file)
            file.release()

    def finish(self, *, but: str | None = None) -> None:
        """Make everything durable and give the files their final names, all but that of the publisher *but*.

        Raises:
            DiskFailed: the first failure, after all files were tried; recovery takes over what is left.
        """
        files = {name: file for name, file in self._files.items() if name != but}
        # Given up before anything can fail: what is not finished now is left to recovery, and takes no more records.
        self._files = {name: file for name, file in self._files.items() if name == but}
        full, self._full = self._full, []
        failed: list[DiskFailed] = []
        with ExitStack() as locks:
            for file in (*files.values(), *full):
                # Whatever fails, each lock is given up at the end, or recovery could not take the file over.
                locks.callback(file.release)
            for file in files.values():
                try:
                    self._finish(file)
                except DiskFailed as error:
                    failed.append(error)
        if failed:
            raise failed[0]

    def finish_series(self, publisher: str) -> None:
        """Make the file of one publisher durable and give it its final name; what comes of it later goes into another.

        Raises:
            DiskFailed: it has not got its name for certain; `finish` tries again.
        """
        file = self._files.get(publisher)
        if file is not None:
            self._finish(file)
            # Its lock is kept until its records are catalogued, as that of a file that is full.
            self._full.append(self._files.pop(publisher))
            self.settled(())

    def tell(self, publisher: str, fields: Mapping[str, str]) -> None:
        """Have the files of *publisher* that are begun from now on say *fields* beside what all say of themselves."""
        self._told[publisher] = fields

    @property
    def wrote(self) -> bool:
        """Whether anything was kept since the archive was opened."""
        return bool(self._files or self.finished)

    def close(self) -> None:
        """Finish all files; raises what `finish` raises."""
        self.finish()

    def path(self, file: str) -> Path:
        """Return where *file* (of a RecordRef) lies now: still ``.open``, or under its final name."""
        return locate_file(self._directory, file)

    def free(self) -> int:
        """Return how many bytes more may be written.

        Raises:
            DiskFailed: the disk does not say.
        """
        try:
            return self._set.disk.free(self._directory)
        except OSError as error:
            raise DiskFailed(self._directory, error) from error

    def recover(self, known: Mapping[str, int], series: Collection[str] | None = None) -> Recovery:
        """Adopt what lies in the files past what a catalogue knows, and cut torn tails; see
        `archive.recovery`.

        Args:
            known: for each file, where the last record that the catalogue has ends, in bytes.
            series: of these publishers alone.

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
        # A revisit of a record that a power cut may still take would repeat what is nowhere.
        return earlier is not None and not any(file.holds(earlier.ref) for file in self._files.values())

    def _file(self, publisher: str) -> OpenFile:
        """Return the file that takes the next record of *publisher*; what can fail has been done by then."""
        file = self._files.get(publisher)
        if file and file.end >= self._set.roll_bytes:
            self._finish(file)
            # Its lock is kept until its records are catalogued: another process would take them for left behind.
            self._full.append(self._files.pop(publisher))
            file = None
        elif file and file.buffered >= BUFFER_BYTES:
            file.flush()
        if file is None:
            # Only for the first record: a run that keeps nothing leaves no file.
            opened = self._set.clock()
            file = create(self._directory, publisher, opened, self._set.disk)
            file.warcinfo = self._id()
            # Each file says by itself what wrote it, for it may be handed on alone.
            told = {**self._set.info, **self._told.get(publisher, {})}
            info = records.warcinfo(file.warcinfo, file.name, Origin(publisher, "", opened), told)
            _append(file, info)
            self._files[publisher] = file
        return file

    def _finish(self, file: OpenFile) -> None:
        file.finish()
        self.finished[file.name] = Whole(file.synced, file.sha256.hexdigest())

    def _first_record(self, origin: Origin, exchange: Exchange, head: Head, earlier: Capture | None) -> Draft:
        """Return the record that alone tells a catalogue all about the capture."""
        body, named = _payload(exchange, head)
        kind, original = revisit.form(head.status, named, len(body), truncated=exchange.truncated, earlier=earlier)
        if original is None or earlier is None or kind is CaptureKind.RESPONSE:
            return records.response(self._id(), origin, exchange, named)
        if kind is CaptureKind.NOT_MODIFIED:
            return revisit.not_modified(self._id(), origin, exchange, original, known=_known(head, earlier))
        return _identical(self._id(), origin, exchange, original, head, len(body))


def _append(file: OpenFile, draft: Draft) -> Record:
    """Put a record into *file* and return it as it will be read again."""
    fields = draft.complete()
    ref = file.append(pack_parts(records.to_parts(fields, draft.block)))
    # The first field is WARC-Type in every draft of ours.
    return Record(fields[0][1], fields, draft.block, ref)


def _identical(
    record_id: str, origin: Origin, exchange: Exchange, original: Original, head: Head, payload_length: int
) -> Draft:
    sent = exchange.response[: head.length]
    return revisit.identical(record_id, origin, exchange, original, head=sent, payload_length=payload_length)


def _payload(exchange: Exchange, head: Head) -> tuple[memoryview, str | None]:
    """Return the payload and its digest, None where none is defined (WARC 1.1, WARC-Payload-Digest)."""
    body = payload(exchange.response, head)
    # Where two lengths contradict each other there still is a body, and its digest is that of all that came.
    with suppress(BadFraming):
        if head.framing.kind is FramingKind.NONE:
            return body, None
    return body, digest(body)


def _known(head: Head, earlier: Capture) -> dict[str, str | None]:
    """Return what a catalogue must know of a 304; validators not repeated stay (RFC 9111 section 4.3.4)."""
    return {
        # A 304 mostly names no type; that of the payload which it repeats still holds.
        "Media-Type": earlier.media_type or content_type(head)[0],
        "ETag": head.get("ETag") or earlier.etag,
        "Last-Modified": head.get("Last-Modified") or earlier.last_modified,
        "Retry-After": head.get("Retry-After"),
    }
