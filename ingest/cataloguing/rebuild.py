"""Rebuild: make the catalogue again from the WARC files alone, or prove that it could be (law 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from archive.recovery import Recovery, Stretch, pieces, recover
from archive.store import finished_files, warc_files
from archive.warc.capture import Capture, Note, NoteKind
from archive.warc.reader import capture_of, note_of
from archive.warc.writer import OPEN, is_held, is_imported, locate_file, read_name
from db.catalogue import Catalogue
from db.imports import Import, every, merged_repeats, of_body
from db.model.decision import read_note
from db.query import outdated_readings
from db.schema.database import not_awaiting_the_disk
from db.schema.write_ahead_log import fold_log
from ingest.cataloguing.cataloguer import Cataloguer, Readers
from ingest.cataloguing.read_ahead import Batches
from ingest.collection.collection import Clock
from ingest.collection.imported import captures_of
from ingest.collection.rows import adopt_items

Found = Capture | Note | Stretch
"""What lies in a file: what a record states, and what no whole record covers."""
Listing = Callable[[Sequence[Path]], Iterable[Found]]
"""Gives what lies in files of ours, in their order."""


def listed_here(paths: Iterable[Path]) -> Iterator[Found]:
    """Yield what lies in the files at *paths*, of ours, file by file."""
    for listed in paths:
        path = locate_file(listed.parent, listed.name.removesuffix(OPEN))  # it may have got its final name meanwhile
        # What another process is writing has no end yet; that is no damage.
        growing = path.name.endswith(OPEN) and is_held(path)
        for piece in pieces(path, 0, path.stat().st_size):
            found = piece if isinstance(piece, Stretch) else capture_of(piece) or note_of(piece)
            if found is not None and not (growing and isinstance(found, Stretch)):
                yield found


def records(
    warcs: Path, damage: list[Stretch] | None = None, listing: Listing = listed_here
) -> Iterator[Capture | Note]:
    """Yield every capture and note in the files below *warcs*, file by file; of records with one id the first.

    What is in the files of others follows from their import notes, which are in ours: ours come first, by *listing*. A
    file that no note names was never wholly imported, and is passed over. Damage stops nothing: what no whole record
    covers is added to *damage*, and the records behind it are read.
    """
    damage = [] if damage is None else damage
    seen: set[str] = set()
    notes: list[Note] = []
    # Ours first, to the end: whose the captures in a file of others are, and under which ids, is said by notes.
    for found in listing([path for path in warc_files(warcs) if not is_imported(path.name)]):
        if isinstance(found, Stretch):
            damage.append(found)
            continue
        if isinstance(found, Note) and found.kind is NoteKind.IMPORT:
            notes.append(found)
        seen.add(found.id)
        yield found
    notes.sort(key=moment)
    imports: dict[str, Import] = {}
    for entry in (of_body(note.body, note.made) for note in notes):
        if entry is not None:
            # The first note of a file counts: a later one of the same name cannot change whose its captures were.
            imports.setdefault(entry.file, entry)
    repeats = merged_repeats(note.body for note in notes)
    # In the order in which they were brought in: of two records with one id the one that was here first counts.
    for name in sorted(imports, key=_serial):
        if not (warcs / name).exists():
            continue
        for capture in captures_of(warcs / name, imports[name], repeats, damage):
            if capture.id not in seen:
                seen.add(capture.id)
                yield capture


def _serial(file: str) -> int:
    name = read_name(file)
    return name.serial if name else 0


def moment(record: Capture | Note) -> tuple[object, str]:
    """Return the place of *record* in record order: (WARC-Date, record id)."""
    return (record.began if isinstance(record, Capture) else record.made, record.id)


def finish_files(warcs: Path) -> Recovery:
    """Give files that were left open their final names, and cut torn tails: nobody is there to do it later.

    Raises:
        DiskFailed: some are not finished yet; call again.
    """
    finished = {path.name: path.stat().st_size for path in finished_files(warcs)}
    return recover(warcs, finished)


_TOGETHER = 1024
"""So many records are folded in one transaction: nobody else has the catalogue, and a kill costs all of it anyway."""

# Notes that say how captures are read and folded, whenever they were made.
_FIRST = (NoteKind.SETTINGS, NoteKind.PROFILE)


def moves(notes: Iterable[Note]) -> frozenset[str]:
    """Return the ids of those of *notes* by which works moved from one address to another, or did not after all."""
    made = [found for note in notes if note.kind is NoteKind.DECISION and (found := read_note(note)) is not None]
    stated = {one.id for one in made if one.moved}
    return frozenset(stated | {one.id for one in made if one.undoes in stated})


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a catalogue was made of.

    Attributes:
        records: how many captures and notes.
        damage: what no whole record covers, in the order of files and offsets.
    """

    records: int
    damage: tuple[Stretch, ...] = ()


def rebuild(
    warcs: Path,
    catalogue: Catalogue,
    pool: Readers,
    *,
    clock: Clock,
    report: Callable[[int, int], None] = lambda _done, _total: None,
    given_up: Mapping[str, str] = MappingProxyType({}),
) -> Rebuilt:
    """Fill the empty *catalogue* from the files below *warcs*; damage in them stops nothing, and is listed.

    *report* is called with how many of how many are done. *given_up* are captures, by id, that a reader gave up before,
    and why: see `Cataloguer`.
    """
    found = gather(warcs)
    fill(warcs, catalogue, pool, found.ordered, report=report, given_up=given_up)
    finish(catalogue, found, clock)
    return Rebuilt(len(found.ordered), found.damage)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What lies in files: the records in record order, how far each finished file was read, and damage."""

    ordered: list[Capture | Note]
    read: Mapping[str, int]
    damage: tuple[Stretch, ...]


def gather(warcs: Path, listing: Listing = listed_here) -> Gathered:
    """Read every capture and note in the files below *warcs*, those in ours by *listing*."""
    damage: list[Stretch] = []
    # Before the records are read: a file that is finished meanwhile is read by the next recovery, and not passed over.
    read = {path.name: path.stat().st_size for path in finished_files(warcs)}
    # In record order, whatever files they lie in: imports bring records that are older than ours.
    ordered = sorted(records(warcs, damage, listing), key=moment)
    return Gathered(ordered, read, tuple(sorted(damage, key=lambda one: (one.file, one.offset))))


def fill(
    warcs: Path,
    catalogue: Catalogue,
    pool: Readers,
    ordered: Sequence[Capture | Note],
    *,
    report: Callable[[int, int], None] = lambda _done, _total: None,
    given_up: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Fold *ordered*, records in record order, into the empty *catalogue*; see `rebuild`."""
    moved = moves(record for record in ordered if isinstance(record, Note))
    with catalogue.transaction():
        # A page may have been captured before its publisher was described, and is read by what was learnt since.
        for record in ordered:
            if isinstance(record, Note) and (record.kind in _FIRST or record.id in moved):
                catalogue.add_note(record)
        # All rows of captures before any reading: which part belongs to a page is also said by captures that came after
        # it.
        catalogue.add_captures(record for record in ordered if isinstance(record, Capture))
    batches = Batches(catalogue, Cataloguer(catalogue, warcs, pool, given_up=given_up))
    for start in range(0, len(ordered), _TOGETHER):
        # A commit for each batch would write each page of each index that it touches, and a piece of the full-text
        # index, of which many have to be merged.
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
    """Write how far the files are catalogued, and when runs come back to each item."""
    mark_ends(catalogue, found)
    adopt_items(catalogue, clock())


def mark_ends(catalogue: Catalogue, found: Gathered) -> None:
    """Write how far the files are catalogued."""
    ends = dict(found.read)
    for record in found.ordered:
        ends[record.ref.file] = max(ends.get(record.ref.file, 0), record.ref.offset + record.ref.length)
    with catalogue.transaction():
        known = {entry.file for entry in every(catalogue.connection)}
        for file, end in ends.items():
            # An import that was never recorded is no part of the collection.
            if not is_imported(file) or file in known:
                catalogue.mark_file_end(file, end)


def anew(
    warcs: Path,
    made: Path,
    pool: Readers,
    *,
    clock: Clock,
    as_in: Path | None = None,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> Rebuilt:
    """Make a catalogue of the files below *warcs* at the path *made*, where nothing lies; see `rebuild`.

    What was given up, or waits, in the catalogue *as_in*, with which it is to be compared, is not read here.
    """
    catalogue = Catalogue.open(made, create=True)
    # Nobody has it but this process: what a power cut leaves of it is made again.
    not_awaiting_the_disk(catalogue.connection)
    try:
        rebuilt = rebuild(warcs, catalogue, pool, clock=clock, report=report, given_up=left_unread_in(as_in))
        # Without its log the file is whole by itself, and can take the place of another.
        fold_log(catalogue.connection)
        return rebuilt
    finally:
        catalogue.close()


def left_unread_in(catalogue: Path | None) -> dict[str, str]:
    """Return why some captures are not read in a rebuild that is to be compared with *catalogue*, by id; see `anew`."""
    if catalogue is None:
        return {}
    # A page at which the reader ran out of time is not tried against the clock again: on a busy machine the two
    # catalogues would differ by the load, and not by the records.
    with Catalogue.open(catalogue, read_only=True) as held:
        return outdated_readings.left_unread(held.connection)
