"""Rows of records: made as a record is written, and given to what lies in the files and has none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from itertools import takewhile
from pathlib import Path

from archive.recovery import Recovery, info_of, pieces
from archive.store import Archive
from archive.warc.capture import Capture, Note, NoteKind
from archive.warc.reader import note_of
from archive.warc.record import Record
from archive.warc.writer import OPEN, read_name
from db.catalogue import Catalogue
from db.frontier import Became, Discovery, Frontier, VisitKind
from db.identity import url_key
from db.query import held_items
from ingest.collection.recrawl_interval import due_again
from ingest.settings.recorded import schedule_in_force

SERIES = "collection"
"""The series of files that holds notes about no single publisher; no publisher can have this id."""
NOTES = frozenset({SERIES})
WORKER_FIELD = "creditline-worker"
"""The field of the warcinfo of a file by which one of several workers says that it wrote it."""

# What is asked for as a page, and as what a page needs, by media type; the rest are lists.
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
    """Record a note; it names the one before it, whichever process wrote that.

    The catalogue stays locked for writing from the look at the note before until the row is there: two processes would
    else name the same note as the one before theirs.
    """
    with catalogue.transaction():
        # The row comes last, for a kill after the sync leaves a record that the next opening adopts.
        note = archive.note(publisher, kind, body, about=about, previous=catalogue.last_note_digest())
        archive.sync()
        catalogue.add_note(note)
        mark_ends(catalogue, archive, [note])
    return note


def mark_ends(catalogue: Catalogue, archive: Archive, records: Sequence[Capture | Note]) -> None:
    """Record, in the transaction that adds the rows of *records*, up to where their files have no gap any more.

    Everything that adds rows of records just written does it by this: an end that passed over a record whose row did
    not come would lose it for good.
    """
    # Not simply to the end of the file: another record may have been written behind these and have no row yet.
    for file, end in archive.ends_with(records).items():
        catalogue.mark_file_end(file, end)
    catalogue.once_committed(partial(archive.settled, records))


def adopt(
    catalogue: Catalogue, archive: Archive, series: Collection[str] | None = None, *, killed: bool = True
) -> Recovery:
    """Give rows to what lies in the files (of *series* alone) and has none, and record that it was so (law 5).

    Whoever wrote it was *killed*, or could not commit; where that is not so, since the catalogue was made meanwhile,
    only what was cut or is damaged is recorded. Return what was found, without what another adopted meanwhile, and
    without what other workers kept: nothing went wrong there, so that is told nowhere. A visit of theirs counts as one.

    Raises:
        DiskFailed: nothing is adopted; call again.
    """
    found = archive.recover(catalogue.gapless_ends(), series)
    # Most openings find nothing: no transaction is begun for them, and no lock waited for.
    if not (found.read or found.cut):
        return found
    # Whoever is dealt single series is a worker, to whom all else is of others.
    shared = {file for file in found.read if series is not None or WORKER_FIELD in info_of(archive.path(file))}
    frontier = Frontier(catalogue)
    with catalogue.transaction():
        # Asked again, inside the transaction that nobody else can be in.
        ends = catalogue.gapless_ends()
        # Between the look at the files and this transaction another may have committed, or adopted.
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
    """Give every item its visit again, when its last capture says that it is due: also one that its publisher lists no
    more.

    The frontier is a working table, and no record says what it held; what is known of the items is enough to go on.
    """
    frontier, schedule = Frontier(catalogue), schedule_in_force(catalogue)
    # Addresses alone: an item whole, with its text and every claim, takes as long to load as it takes to be folded.
    found = held_items.addresses(catalogue.connection)
    with catalogue.transaction():
        frontier.seed([Discovery(url, publisher, via="rebuild") for publisher, url in found], now=now)
        for publisher, url in found:
            visit = frontier.find(publisher, url)
            seen = catalogue.captures_of(url_key(url))
            if visit is not None and seen:
                due = due_again(url, seen[-1].began, schedule)
                frontier.done(visit.id, Became("adopted", seen[-1].began, due, seen[-1].id))


def adopt_beside(catalogue: Catalogue, warcs: Path) -> None:
    """Give rows to the notes of commands that are at work: `adopt` leaves the files alone that they hold.

    Only while nobody may write to the catalogue that they use: then none of them is in the midst of a note.
    """
    known = catalogue.gapless_ends()
    with catalogue.transaction():
        for path in sorted(warcs.glob(f"{SERIES}-*{OPEN}")):
            # Finished in this moment, and held no more: whoever adopts next finds it.
            with suppress(FileNotFoundError):
                # A worker writes to another catalogue, whenever it likes.
                if read_name(path.name) is not None and WORKER_FIELD not in info_of(path):
                    _adopt_whole(catalogue, path, known.get(path.name.removesuffix(OPEN), 0))


def _adopt_whole(catalogue: Catalogue, path: Path, start: int) -> None:
    """Give rows to the notes in the file at *path* from *start* on, up to what is no whole record."""
    end = start
    for record in takewhile(lambda one: isinstance(one, Record), pieces(path, start, path.stat().st_size)):
        assert isinstance(record, Record)
        note, end = note_of(record), record.ref.offset + record.ref.length
        if note is not None and not catalogue.has_row(note.id):
            catalogue.add_note(note)
    if end > start:
        catalogue.mark_file_end(path.name.removesuffix(OPEN), end)


def _take_over(frontier: Frontier, capture: Capture) -> None:
    """Count a visit that another process made, of which nothing is known here but its capture.

    What it was for is seen by what came: lists and robots.txt are asked for in each run anyhow, and what came to
    nothing is asked for again.
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
        # As kept, and not due before it is read: that says when it is due next.
        frontier.kept(visit.id, at=capture.began, capture=capture.id)


def _kind_of(media_type: str) -> VisitKind | None:
    if media_type.endswith(_PAGES):
        return VisitKind.PAGE
    return VisitKind.REQUISITE if media_type.startswith(_REQUISITES) else None


def record_recovery(catalogue: Catalogue, archive: Archive, recovered: Recovery) -> None:
    """Record what recovery took over, cut or could not read, if anything (law 5)."""
    if not (recovered.adopted or recovered.cut or recovered.damaged):
        return
    body = {
        "adopted": [one.id for one in recovered.adopted],
        "cut": [asdict(stretch) for stretch in recovered.cut],
        "damaged": [asdict(stretch) for stretch in recovered.damaged],
    }
    record(catalogue, archive, NoteKind.RECOVERY, body)
