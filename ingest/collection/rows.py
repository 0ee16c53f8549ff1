"""Rows of records: added when a record is written, and later for records in the files that have none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from itertools import takewhile
from pathlib import Path

from archive.recovery import Recovery, info_of, records_and_damage
from archive.store import Archive
from archive.warc.capture import Capture, Note, NoteKind
from archive.warc.reader import note_of
from archive.warc.record import Record
from archive.warc.writer import OPEN, read_name
from db.catalogue import Catalogue
from db.frontier import Discovery, Frontier, VisitKind, VisitResult
from db.identity import url_key
from db.query import held_items
from ingest.collection.recrawl_interval import due_again
from ingest.settings.recorded import schedule_in_force

SERIES = "collection"
"""The series of files for notes about no single publisher; no publisher can have this id."""
NOTES = frozenset({SERIES})
WORKER_FIELD = "creditline-worker"
"""The warcinfo field in which one of several workers says that it wrote the file."""

# Media types of pages, and of what pages need; all others are lists.
_PAGES = ("html", "xhtml+xml", "/pdf", "/epub+zip", "wordprocessingml.document", "opendocument.text")
_REQUISITES = ("image/", "font/", "text/css", "application/font", "text/javascript", "application/javascript")


def record(
    catalogue: Catalogue,
    archive: Archive,
    kind: NoteKind,
    body: Mapping[str, object],
    *,
    about: str | None = None,
    publisher: str = SERIES,
) -> Note:
    """Record a note, which refers to the note before it, whichever process wrote that one.

    The catalogue stays locked for writing from reading the previous note until the new row is written. Otherwise two
    processes could refer to the same previous note.
    """
    with catalogue.transaction():
        # The row comes last: if the process is killed after the sync, the next opening adopts the record.
        note = archive.note(publisher, kind, body, about=about, previous=catalogue.last_note_digest())
        archive.sync()
        catalogue.add_note(note)
        mark_ends(catalogue, archive, [note])
    return note


def mark_ends(catalogue: Catalogue, archive: Archive, records: Sequence[Capture | Note]) -> None:
    """Record how far files are complete in the catalogue; call it in the transaction that adds the rows of *records*.

    Every function that adds rows of new records must use this. An end beyond a record without a row would lose that
    record for good.
    """
    # Not the end of the file: another record may already follow that has no row yet.
    for file, end in archive.ends_with(records).items():
        catalogue.mark_file_end(file, end)
    catalogue.after_commit(partial(archive.rows_committed, records))


def adopt(
    catalogue: Catalogue, archive: Archive, series: Collection[str] | None = None, *, killed: bool = True
) -> Recovery:
    """Add rows for records in the files (only of *series*, if given) that have none, and record that (law 5).

    With *killed*, the writer was killed or could not commit. Without, rows are only missing because the catalogue is
    new, so only cut or damaged parts are recorded. Returns what was found, except what another process adopted
    meanwhile and what other workers wrote, because nothing went wrong there. Their captures count as visits.

    Raises:
        DiskFailed: nothing is adopted; call again.
    """
    found = archive.recover(catalogue.gapless_ends(), series)
    # Usually nothing is found; then do not begin a transaction or wait for a lock.
    if not (found.read or found.cut):
        return found
    # A worker passes *series*; all records it does not know are then other workers'.
    shared = {file for file in found.read if series is not None or WORKER_FIELD in info_of(archive.path(file))}
    frontier = Frontier(catalogue)
    with catalogue.transaction():
        # Read again inside the transaction, which excludes all other writers.
        ends = catalogue.gapless_ends()
        # Another process may have committed or adopted since the files were read.
        fresh = tuple(record for record in found.adopted if not catalogue.has_row(record.id))
        untold = tuple(one for one in found.damaged if ends.get(one.file, 0) < found.read[one.file])
        for record in fresh:
            if not isinstance(record, Capture):
                catalogue.add_note(record)
                continue
            catalogue.add_captures([record])
            if record.ref.file in shared:
                _take_over(frontier, record)
            else:
                frontier.adopt(record)
        for file, end in found.read.items():
            catalogue.mark_file_end(file, end)
        left = tuple(record for record in fresh if record.ref.file not in shared)
        found = replace(found, adopted=left, damaged=untold)
        record_recovery(catalogue, archive, found if killed else replace(found, adopted=()))
    return found


def adopt_items(catalogue: Catalogue, now: datetime) -> None:
    """Restore the visit of every item from its last capture, including items that their publisher no longer lists.

    The frontier is a working table that no record describes; what is known of the items is enough to continue.
    """
    frontier, schedule = Frontier(catalogue), schedule_in_force(catalogue)
    # Load addresses only: loading whole items with text and claims would take as long as folding them.
    found = held_items.addresses(catalogue.connection)
    with catalogue.transaction():
        frontier.seed([Discovery(url, publisher, via="rebuild") for publisher, url in found], now=now)
        for publisher, url in found:
            visit = frontier.find(publisher, url)
            seen = catalogue.captures_of(url_key(url))
            if visit is not None and seen:
                due = due_again(url, seen[-1].began, schedule)
                frontier.done(visit.id, VisitResult("adopted", seen[-1].began, due, seen[-1].id))


def adopt_beside(catalogue: Catalogue, warcs: Path) -> None:
    """Add rows for the notes of commands that are still at work, whose files `adopt` leaves alone.

    Call this only while nobody may write to the catalogue they use: then none of them is in the middle of a note.
    """
    known = catalogue.gapless_ends()
    with catalogue.transaction():
        for path in sorted(warcs.glob(f"{SERIES}-*{OPEN}")):
            # The file may have been finished at this moment; the next adoption will find it.
            with suppress(FileNotFoundError):
                # Skip workers: they write to another catalogue, at any time.
                if read_name(path.name) is not None and WORKER_FIELD not in info_of(path):
                    _adopt_whole(catalogue, path, known.get(path.name.removesuffix(OPEN), 0))


def _adopt_whole(catalogue: Catalogue, path: Path, start: int) -> None:
    """Add rows for the notes in the file at *path* from *start* on, up to the first incomplete record."""
    end = start
    for record in takewhile(lambda one: isinstance(one, Record), records_and_damage(path, start, path.stat().st_size)):
        assert isinstance(record, Record)
        note, end = note_of(record), record.ref.offset + record.ref.length
        if note is not None and not catalogue.has_row(note.id):
            catalogue.add_note(note)
    if end > start:
        catalogue.mark_file_end(path.name.removesuffix(OPEN), end)


def _take_over(frontier: Frontier, capture: Capture) -> None:
    """Record a visit made by another process, of which only the capture is known here.

    The purpose of the visit is inferred from the media type. Lists and robots.txt are requested in each run anyway, and
    failed visits are repeated.
    """
    came = capture.status in (200, 304) or capture.location is not None
    kind = _kind_of(capture.media_type) if came else None
    if kind is None:
        frontier.adopt(capture)
        return
    found = Discovery(capture.url, capture.publisher, kind, via="another worker")
    frontier.seed([found], now=capture.began)
    visit = frontier.find(capture.publisher, capture.url, kind)
    if visit is not None and (visit.visited_at is None or visit.visited_at < capture.began):
        # Mark it as stored but not yet read; reading decides when it is due next.
        frontier.kept(visit.id, at=capture.began, capture=capture.id)


def _kind_of(media_type: str) -> VisitKind | None:
    if media_type.endswith(_PAGES):
        return VisitKind.PAGE
    return VisitKind.REQUISITE if media_type.startswith(_REQUISITES) else None


def record_recovery(catalogue: Catalogue, archive: Archive, recovered: Recovery) -> None:
    """Record what recovery adopted, cut or could not read, if anything (law 5)."""
    if not (recovered.adopted or recovered.cut or recovered.damaged):
        return
    body = {
        "adopted": [one.id for one in recovered.adopted],
        "cut": [asdict(stretch) for stretch in recovered.cut],
        "damaged": [asdict(stretch) for stretch in recovered.damaged],
    }
    record(catalogue, archive, NoteKind.RECOVERY, body)
