"""Order: what an erasure order covers in a collection, and how it is carried out: note, files, new catalogue."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from archive.disk import RealDisk
from archive.errors import Damaged, DiskFailed, Exit, Refused
from archive.fixity.verifier import measure_file
from archive.foreign.foreign_warc import read_foreign
from archive.warc import erasure as overwriting
from archive.warc.capture import NoteKind
from archive.warc.erasure import Gap, Order
from archive.warc.writer import locate_file
from db import erasures, imports, uncatalogued
from db.catalogue import Catalogue
from db.erasures import Erasure
from ingest.cataloguing.cataloguer import Readers
from ingest.cataloguing.rebuild import finish_files, make_catalogue
from ingest.collection.collection import Clock, Collection, Layout, open_for_work, read_settings
from ingest.collection.notes import replace_catalogue
from ingest.collection.run_lock import run_lock
from ingest.collection.scratch import scratch
from ingest.erasure.traces import Passages, Trace, passages, traces


@dataclass(frozen=True, slots=True)
class Reach:
    """What an order covers.

    Attributes:
        items: the items of which nothing is left: all ids under which they were shown.
        captures: the captures whose records are overwritten, including those with the same bytes or repeating them.
        gaps: where those records are, together with their requests and related records.
        notes: the digests of the notes among them, each about a failed visit.
        passages: passages of the erased texts, for finding the same words elsewhere.
    """

    items: tuple[str, ...]
    captures: frozenset[str]
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]
    passages: Passages

    @property
    def records(self) -> int:
        """The number of records that are overwritten."""
        return sum(len(gap.records) for gap in self.gaps)


def reach(catalogue: Catalogue, warcs: Path, refs: Iterable[str]) -> Reach:
    """Return what an order about *refs* covers: ids and URLs of items, ids of editions, ids of records.

    For an item, it covers every capture of its addresses and every failed visit to them; for an edition or a record,
    only its captures, and those with the same payload. If nothing of an item is left then, it covers the item, too.

    Raises:
        Refused: a reference is not held (usage), or a file cannot be overwritten in part (integrity).
    """
    items: set[str] = set()
    asked: set[str] = set()
    named: set[str] = set()
    failed: dict[str, str] = {}
    for ref in refs:
        if told := erasures.failure_digests(catalogue.connection, {_record_id(ref)}):
            failed |= told
            continue
        if (capture := catalogue.capture(_record_id(ref))) is not None:
            named.add(capture.id)
            continue
        item = catalogue.item(ref, withheld=True)
        # What was erased is no longer in any table, but people may ask twice.
        if item is None and (stone := catalogue.erased(ref)) is not None:
            hint = "without arguments `creditline erase` lists what was"
            raise Refused(f"{ref} was {stone.reason} already", hint, Exit.USAGE)
        if item is None:
            raise Refused(f"neither an item nor a record {ref!r} is held", _HINT, Exit.USAGE)
        asked.add(item.id)
        # For the id of an edition, take only its captures; other editions of the item stay.
        if "@" in ref:
            named.update(item.edition.captures)
        else:
            items.add(item.id)
            named |= erasures.captures_of_item(catalogue.connection, item.id)
    reached = erasures.with_the_same_payload(catalogue.connection, named)
    touched = erasures.items_at(catalogue.connection, reached)
    # Otherwise its ids would lead nowhere, and the next run would fetch its words again.
    items |= {one for one in touched if not erasures.is_still_shown(catalogue.connection, one, reached)}
    tried = {one for item in items for one in erasures.failures_of_item(catalogue.connection, item)}
    failed |= erasures.failure_digests(catalogue.connection, tried)
    places = erasures.places(catalogue.connection, reached | set(failed))
    for file, offset in _uncatalogued(catalogue, warcs, reached, items):
        places.setdefault(file, set()).add(offset)
    gaps = _gaps(warcs, places)
    shown = {one for item in items for one in erasures.ids_of_item(catalogue.connection, item)}
    # Only search for the words of named items, if there are any: records named besides them merely repeat their words.
    sought = _passages_of(catalogue, asked or touched, reached)
    return Reach(tuple(sorted(shown)), frozenset(reached), gaps, tuple(sorted(failed.values())), sought)


def _passages_of(catalogue: Catalogue, items: Iterable[str], reached: set[str]) -> Passages:
    """Return the passages to look for: of the editions of *items* that were opened by a capture in *reached*."""
    found = Passages()
    for edition in (one for item in items for one in catalogue.editions(item, withheld=True)):
        if edition.captures[0] in reached:
            found |= passages(edition.title.value if edition.title else None, edition.text)
    return found


_HINT = "`creditline search` finds the ids of items, `creditline show ITEM --editions` those of records"


def _record_id(ref: str) -> str:
    return ref if ref.startswith("urn:") else f"urn:uuid:{ref}"


def _uncatalogued(catalogue: Catalogue, warcs: Path, reached: set[str], items: set[str]) -> Iterator[tuple[str, int]]:
    """Yield file and offset of captures in imported files that are not in the catalogue, but hold the payload of one in
    *reached* or are of an address of *items*.

    These are captures of hosts without a publisher, with dates that are not believed, and copies of captures that
    another file has.
    """
    payloads, keys = erasures.payloads_and_keys(catalogue.connection, reached, items)
    yield from uncatalogued.holding(catalogue.connection, payloads, keys)
    for file in dict.fromkeys(entry.file for entry in imports.every(catalogue.connection)):
        path = warcs / file
        # Read only what an older program, or a rebuild around damage, has not noted completely.
        if path.exists() and uncatalogued.is_noted(catalogue.connection, file, path.stat().st_size):
            continue
        try:
            found = read_foreign(path, []).captures
        except (Damaged, OSError) as error:
            hint = "repair it first: creditline verify --copy PLACE --repair"
            raise Refused(f"{file} cannot be searched for copies: {error}", hint, Exit.INTEGRITY) from error
        known = erasures.catalogued_in(catalogue.connection, file)
        for capture in found:
            one = uncatalogued.of_capture(capture)
            if one.offset not in known and (one.digest in payloads or one.key in keys):
                yield one.file, one.offset


def _gaps(warcs: Path, places: Mapping[str, set[int]]) -> tuple[Gap, ...]:
    """Return the records at *places*, offsets by file.

    Raises:
        Refused: one cannot be overwritten alone (integrity).
    """
    found: list[Gap] = []
    for file, offsets in sorted(places.items()):
        try:
            found += overwriting.gaps(locate_file(warcs, file), offsets)
        except (Damaged, OSError) as error:
            raise Refused(
                f"{file} cannot be overwritten in part: {error}",
                "repair it first: creditline verify --copy PLACE --repair; if an imported file has several records in"
                " one gzip member, erase nothing and get the file in another form",
                Exit.INTEGRITY,
            ) from error
    return tuple(found)


def find_traces(catalogue: Catalogue, warcs: Path, reached: Reach) -> list[Trace]:
    """Return the records that the order does not cover but that contain words of what it covers."""
    return list(traces(catalogue, warcs, reached.passages, set(reached.captures)))


def carry_out(layout: Layout, refs: Iterable[str], order: str, by: str, *, clock: Clock) -> tuple[Reach, list[Trace]]:
    """Overwrite all that an order covers; the caller holds the run lock.

    Afterwards the catalogue must be made again (`remake`), which removes the words from it, its index and its log. The
    note is written first, so that `finish` can complete what a kill interrupts.

    Raises:
        Refused: as for `reach`.
        DiskFailed: there is no room; what is overwritten stays so.
    """
    # First finish files that were left open, so that their bytes no longer move.
    finish_files(layout.warcs)
    with open_for_work(layout, read_settings(layout), clock=clock, command=None) as work:
        reached = reach(work.catalogue, layout.warcs, refs)
        left = find_traces(work.catalogue, layout.warcs, reached)
        _record(work, reached, order, by)
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        finish(layout, erasures.every(catalogue.connection)[-1:])
    return reached, left


def _record(work: Collection, reached: Reach, order: str, by: str) -> None:
    """Write the note; it contains the digests that the files will have afterwards."""
    erasure = Erasure(work.clock(), order, by, reached.items, reached.gaps, notes=reached.notes)
    digests, sizes = {}, {}
    with scratch(work.layout.directory) as folder:
        for file in sorted({gap.ref.file for gap in reached.gaps}):
            made = _write_overwritten(work.layout.warcs, file, erasure, folder)
            digests[file], sizes[file] = measure_file(made).sha256, made.stat().st_size
            # Only the digest is needed now; `finish` writes the file again once the note is durable.
            made.unlink()
    work.note(NoteKind.ERASURE, erasures.as_body(replace(erasure, files=digests), sizes))


def _write_overwritten(warcs: Path, file: str, erasure: Erasure, folder: Path) -> Path:
    """Write the overwritten version of *file* durably into *folder*, and return its path."""
    made = folder / file
    path = locate_file(warcs, file)
    gaps = [gap for gap in erasure.gaps if gap.ref.file == file]
    try:
        with made.open("xb") as target:
            overwriting.write(path, gaps, Order(erasure.order, erasure.at), target)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise DiskFailed(made, error) from error
    return made


def unfinished(catalogue: Catalogue, warcs: Path) -> list[Erasure]:
    """Return the erasures that are not complete in the files or the catalogue, because a process was killed."""
    return [
        one
        for one in erasures.every(catalogue.connection)
        if any(
            overwriting.has_content(locate_file(warcs, gap.ref.file), gap)
            or any(catalogue.has_row(record) for record in gap.records)
            for gap in one.gaps
        )
    ]


def finish(layout: Layout, found: Iterable[Erasure]) -> None:
    """Overwrite the gaps of the erasures *found*; files already overwritten are written again with the same bytes.

    Raises:
        DiskFailed: there is no room, or the disk failed; call again.
    """
    with scratch(layout.directory) as folder:
        for erasure in found:
            for file in sorted(erasure.files):
                made = _write_overwritten(layout.warcs, file, erasure, folder)
                # Replace it in one step: a reader has the whole old file or the whole new one.
                made.replace(locate_file(layout.warcs, file))
        RealDisk().sync_directory(layout.warcs)


def remake(layout: Layout, pool: Readers, *, clock: Clock) -> int:
    """Replace the catalogue with a new one made from the files; return the number of its records.

    Deleted words remain in the free pages of a database, in its index and in its log; only a new file is free of them.

    Raises:
        DiskFailed: there is no room for it; call again.
    """
    with scratch(layout.directory) as folder:
        made = folder / "catalogue.db"
        rebuilt = make_catalogue(layout.warcs, made, pool, clock=clock)
        replace_catalogue(layout, made)
    return rebuilt.records


def delete_if_erased(layout: Layout, *, clock: Clock) -> bool:
    """Delete a worker's own catalogue if it contains what was erased since; return whether it was deleted.

    It is made again from the files when it is needed. With the old one, the erased page would be visited again, and its
    revisit records would refer to records that are gone.

    Raises:
        Locked: another worker uses the folder.
    """
    if not layout.catalogue.exists():
        return False
    # Open it for work, because that updates a catalogue of an older program.
    with open_for_work(layout, read_settings(layout), clock=clock) as work:
        if not unfinished(work.catalogue, layout.warcs):
            return False
    with run_lock(layout.place, now=clock()):
        # Delete its log, too, which also contains the words.
        for path in layout.place.glob(f"{layout.catalogue.name}*"):
            path.unlink()
    return True
