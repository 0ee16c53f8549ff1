"""Rebuild: make the catalogue again from the WARC files alone (law 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from archive.errors import UNREADABLE, DiskFailed
from archive.foreign.foreign_warc import read_foreign
from archive.recovery import DamagedRange, Recovery, UnreadFile, records_and_damage, recover
from archive.store import finished_files, warc_files
from archive.warc.capture import Capture, Note, NoteKind
from archive.warc.reader import capture_of, note_of
from archive.warc.writer import OPEN, is_held, is_imported, locate_file, read_name
from db import uncatalogued
from db.catalogue import Catalogue
from db.imports import Import, every, merged_repeats, of_body
from db.model.decision import read_note
from db.query import outdated_readings
from db.schema.database import without_sync
from db.schema.write_ahead_log import fold_log
from db.uncatalogued import Uncatalogued, of_capture
from ingest.cataloguing.cataloguer import Cataloguer, Readers
from ingest.cataloguing.read_ahead import Batches
from ingest.collection.collection import Clock
from ingest.collection.imported import owned
from ingest.collection.rows import SERIES, adopt_items

Found = Capture | Note | DamagedRange | UnreadFile
"""One thing in a WARC file: a capture, a note, or a damaged stretch that no complete record covers; or the whole file,
which cannot be read.
"""
Listing = Callable[[Sequence[Path]], Iterable[Found]]
"""A function that lists the contents of our own files, in their order."""


def list_files(paths: Iterable[Path]) -> Iterator[Found]:
    """Yield the contents of our own files at *paths*, file by file."""
    for listed in paths:
        path = locate_file(listed.parent, listed.name.removesuffix(OPEN))  # it may have its final name by now
        # The last record of a file that another process is writing may be incomplete; that is no damage.
        growing = path.name.endswith(OPEN) and is_held(path)
        try:
            for piece in records_and_damage(path, 0, path.stat().st_size):
                found = piece if isinstance(piece, DamagedRange) else capture_of(piece) or note_of(piece)
                if found is not None and not (growing and isinstance(found, DamagedRange)):
                    yield found
        except OSError as error:
            yield _may_be_left(path, error)


def _may_be_left(path: Path, error: OSError) -> UnreadFile:
    """Return the finding about a file that cannot be read, if a catalogue may be made without it.

    Raises:
        DiskFailed: not of this one: it holds what people decided and withheld, and without it that would be shown.
    """
    name = read_name(path.name)
    if (name is not None and name.publisher == SERIES) or path.name.endswith(OPEN) or error.errno not in UNREADABLE:
        raise DiskFailed(path, error) from error
    return UnreadFile.of(path, error)


@dataclass(frozen=True, slots=True)
class Searched:
    """An imported *file* of *length* bytes that was read whole, and the captures that only it holds."""

    file: str
    length: int
    others: tuple[Uncatalogued, ...]


def records(
    warcs: Path,
    damage: list[DamagedRange] | None = None,
    listing: Listing = list_files,
    searched: list[Searched] | None = None,
    unread: list[UnreadFile] | None = None,
) -> Iterator[Capture | Note]:
    """Yield every capture and note in the files below *warcs*, file by file; of records with the same id only the
    first.

    Our own files come first, listed by *listing*, because they hold the import notes that describe imported files. An
    imported file that no note names was not imported completely, and is skipped. Damage stops nothing: damaged
    stretches are added to *damage*, and reading continues behind them. Files that cannot be read are added to *unread*,
    imported files without damage to *searched*.
    """
    damage, unread = [] if damage is None else damage, [] if unread is None else unread
    seen: set[str] = set()
    notes: list[Note] = []
    # All of our own files first: their notes say to which publisher, and under which ids, imported captures belong.
    for found in listing([path for path in warc_files(warcs) if not is_imported(path.name)]):
        if isinstance(found, DamagedRange):
            damage.append(found)
            continue
        if isinstance(found, UnreadFile):
            unread.append(found)
            continue
        if isinstance(found, Note) and found.kind is NoteKind.IMPORT:
            notes.append(found)
        seen.add(found.id)
        yield found
    notes.sort(key=moment)
    imports: dict[str, Import] = {}
    for entry in (of_body(note.body, note.made) for note in notes):
        if entry is not None:
            # The first note about a file counts: a later one must not change the publisher of its captures.
            imports.setdefault(entry.file, entry)
    repeats = merged_repeats(note.body for note in notes)
    # In the order of import, because the first of two records with the same id counts.
    for name in sorted(imports, key=_serial):
        if not (warcs / name).exists():
            continue
        length, before = (warcs / name).stat().st_size, (len(damage), len(unread))
        held = _captures_in(warcs / name, damage, unread)
        here: set[int] = set()
        for capture in owned(held, imports[name], repeats):
            if capture.id not in seen:
                seen.add(capture.id)
                here.add(capture.ref.offset)
                yield capture
        # Behind damage there may be a capture that is found once the file is repaired.
        if searched is not None and (len(damage), len(unread)) == before:
            others = tuple(of_capture(one) for one in held if one.ref.offset not in here)
            searched.append(Searched(name, length, others))


def _captures_in(path: Path, damage: list[DamagedRange], unread: list[UnreadFile]) -> Sequence[Capture]:
    """Return the captures in an imported file; none, and the file in *unread*, if it cannot be read."""
    try:
        return read_foreign(path, damage).captures
    except OSError as error:
        unread.append(_may_be_left(path, error))
        return ()


def _serial(file: str) -> int:
    name = read_name(file)
    return name.serial if name else 0


def moment(record: Capture | Note) -> tuple[object, str]:
    """Return the sort key of *record* for record order: (WARC-Date, record id)."""
    return (record.began if isinstance(record, Capture) else record.made, record.id)


def finish_files(warcs: Path) -> Recovery:
    """Give files that were left open their final names, and cut off incomplete records at their ends.

    Raises:
        DiskFailed: some files are not finished yet; call again.
    """
    finished = {path.name: path.stat().st_size for path in finished_files(warcs)}
    return recover(warcs, finished)


_TOGETHER = 1024
"""How many records are folded in one transaction. Nobody else uses the catalogue, and a kill loses it all anyway."""

# Notes that say how captures are read and folded; they are added first, whatever their date.
_FIRST = (NoteKind.SETTINGS, NoteKind.PROFILE)


def moves(notes: Iterable[Note]) -> frozenset[str]:
    """Return the ids of *notes* with decisions that a work moved to another address, or that undo such a decision."""
    made = [found for note in notes if note.kind is NoteKind.DECISION and (found := read_note(note)) is not None]
    stated = {one.id for one in made if one.moved}
    return frozenset(stated | {one.id for one in made if one.undoes in stated})


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a catalogue was rebuilt from.

    Attributes:
        records: the number of captures and notes.
        damage: the stretches that no complete record covers, by file and offset.
        unread: the files that could not be read. Nothing of them is lost: they are catalogued once they can be.
    """

    records: int
    damage: tuple[DamagedRange, ...] = ()
    unread: tuple[UnreadFile, ...] = ()


def rebuild(
    warcs: Path,
    catalogue: Catalogue,
    pool: Readers,
    *,
    clock: Clock,
    report: Callable[[int, int], None] = lambda _done, _total: None,
    given_up: Mapping[str, str] = MappingProxyType({}),
) -> Rebuilt:
    """Fill the empty *catalogue* from the files below *warcs*. Damage in the files stops nothing and is listed.

    *report* is called with the number of records done and their total. *given_up*: capture id → why a reader gave up on
    it before; see `Cataloguer`.
    """
    found = gather(warcs)
    fill(warcs, catalogue, pool, found.ordered, report=report, given_up=given_up)
    finish(catalogue, found, clock)
    return Rebuilt(len(found.ordered), found.damage, found.unread)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The contents of all files.

    Attributes:
        ordered: captures and notes in record order.
        read: the name of each finished file → how many of its bytes were read.
        damage: the stretches that no complete record covers.
        searched: the imported files without damage.
        unread: the files that could not be read.
    """

    ordered: list[Capture | Note]
    read: Mapping[str, int]
    damage: tuple[DamagedRange, ...]
    searched: tuple[Searched, ...] = ()
    unread: tuple[UnreadFile, ...] = ()


def gather(warcs: Path, listing: Listing = list_files) -> Gathered:
    """Read every capture and note in the files below *warcs*; *listing* reads our own files."""
    damage: list[DamagedRange] = []
    # Taken before the records are read, so a file that is finished meanwhile is left to the next recovery.
    read = {path.name: path.stat().st_size for path in finished_files(warcs)}
    # In record order across files, because imports contain records that are older than ours.
    searched: list[Searched] = []
    unread: list[UnreadFile] = []
    ordered = sorted(records(warcs, damage, listing, searched, unread), key=moment)
    for one in unread:
        # Otherwise nobody would look into it again.
        read.pop(one.file, None)
    sorted_damage = tuple(sorted(damage, key=lambda one: (one.file, one.offset)))
    return Gathered(ordered, read, sorted_damage, tuple(searched), tuple(unread))


def fill(
    warcs: Path,
    catalogue: Catalogue,
    pool: Readers,
    ordered: Sequence[Capture | Note],
    *,
    report: Callable[[int, int], None] = lambda _done, _total: None,
    given_up: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Read and fold *ordered*, all records in record order, into the empty *catalogue*; see `rebuild`."""
    moved = moves(record for record in ordered if isinstance(record, Note))
    with catalogue.transaction():
        # First, because a page may have been captured before its publisher was described or its profile learnt.
        for record in ordered:
            if isinstance(record, Note) and (record.kind in _FIRST or record.id in moved):
                catalogue.add_note(record)
        # All capture rows before any reading, because which part belongs to a page also depends on later captures.
        catalogue.add_captures(record for record in ordered if isinstance(record, Capture))
    batches = Batches(catalogue, Cataloguer(catalogue, warcs, pool, given_up=given_up))
    for start in range(0, len(ordered), _TOGETHER):
        # One commit for many batches: each commit writes all index pages that it touched, and adds a segment to the
        # full-text index that has to be merged later.
        with catalogue.transaction():
            for done, record in enumerate(ordered[start : start + _TOGETHER], start=start + 1):
                if isinstance(record, Note):
                    catalogue.add_note(record)
                else:
                    batches.add(record)
                if batches.is_full:
                    batches.settle_batch()
                    report(done, len(ordered))
    batches.settle_rest()
    report(len(ordered), len(ordered))


def finish(catalogue: Catalogue, found: Gathered, clock: Clock) -> None:
    """Record how far the files are catalogued, and add the items to the frontier."""
    mark_ends(catalogue, found)
    adopt_items(catalogue, clock())


def mark_ends(catalogue: Catalogue, found: Gathered) -> None:
    """Record how far each file is catalogued, and what imported files hold besides."""
    ends = dict(found.read)
    for record in found.ordered:
        ends[record.ref.file] = max(ends.get(record.ref.file, 0), record.ref.offset + record.ref.length)
    with catalogue.transaction():
        known = {entry.file for entry in every(catalogue.connection)}
        for file, end in ends.items():
            # An imported file without a note is not part of the collection.
            if not is_imported(file) or file in known:
                catalogue.mark_file_end(file, end)
        for one in found.searched:
            uncatalogued.note(catalogue.connection, one.file, one.length, one.others)


def make_catalogue(
    warcs: Path,
    made: Path,
    pool: Readers,
    *,
    clock: Clock,
    as_in: Path | None = None,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> Rebuilt:
    """Make a new catalogue of the files below *warcs* at the path *made*, which must not exist; see `rebuild`.

    If the result will be compared with the catalogue *as_in*, captures that are unread there are not read here either.
    """
    catalogue = Catalogue.open(made, create=True)
    # Do not wait for the disk: only this process uses the catalogue, and after a power cut it is made again.
    without_sync(catalogue.connection)
    try:
        rebuilt = rebuild(warcs, catalogue, pool, clock=clock, report=report, given_up=left_unread_in(as_in))
        # Fold in the write-ahead log, so the file is complete by itself and can replace another.
        fold_log(catalogue.connection)
        return rebuilt
    finally:
        catalogue.close()


def left_unread_in(catalogue: Path | None) -> dict[str, str]:
    """Return capture id → reason for the captures that are unread in *catalogue*; see `make_catalogue`."""
    if catalogue is None:
        return {}
    # Do not try a page again at which the reader ran out of time: on a busy machine the two catalogues would then
    # differ because of the load, not because of the records.
    with Catalogue.open(catalogue, read_only=True) as held:
        return outdated_readings.left_unread(held.connection)
