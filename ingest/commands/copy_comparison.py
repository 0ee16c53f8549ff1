"""`creditline verify --copy`: compare the collection with its second copy, and repair damage."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import Exit
from ingest.cli.console import Console
from ingest.progress import counted

if TYPE_CHECKING:
    from ingest.collection.collection import Collection, Layout
    from ingest.transfer.backup_target import Place
    from ingest.transfer.manifest import Manifest
    from ingest.verification.files import FileVerifier
    from ingest.verification.repair import Compared

REMADE = "mended; the catalogue knows other records"
_MENDED = ("mended", REMADE)


def compare_copy(console: Console, named: str, *, repair: bool) -> None:
    """Verify every WARC file here, and compare it with its copy at the place *named*.

    With *repair*, damaged or changed files are repaired. The comparison is recorded as an event. Ends the program.
    """
    from db.catalogue import Catalogue
    from ingest.collection.collection import Layout, open_for_work, read_settings
    from ingest.transfer.backup_target import place_of
    from ingest.transfer.restore import needed_manifest
    from ingest.verification.files import FileVerifier
    from ingest.verification.repair import compare, damaged_copies, files_not_in_manifest

    place = place_of(named)
    manifest = needed_manifest(place)
    layout = Layout(console.directory)
    settings = read_settings(layout)
    # A comparison changes nothing here, so it must work during a run and on a read-only disk.
    with (
        open_for_work(layout, settings, mending=True, command="verify --repair") if repair else nullcontext() as work,
        nullcontext(work.catalogue) if work else Catalogue.open(layout.catalogue, read_only=True) as catalogue,
    ):
        _refuse_other(catalogue, place, manifest)
        custody = FileVerifier(catalogue, layout.warcs)
        results = [
            _handle_file(console, one, (work, custody, place, manifest))
            for one in compare(layout, custody, place, manifest)
        ]
        extra = files_not_in_manifest(place, manifest)
    # Also report what is only at the copy, or damaged there, which the files here do not show.
    others = damaged_copies(place, manifest)
    for name in others:
        if console.as_json:
            console.out_json({"name": name, "faults": [], "copy": False, "outcome": "damaged there"})
        else:
            console.advise(f"FAULT  {name}  its copy at {place} is damaged or missing: creditline backup {place}")
    _record_repair(console, layout, place, results, len(others))
    _print_unmatched(console, results, extra, named)
    _summary(console, results, named, repair=repair, others=len(others))


def _record_repair(
    console: Console, layout: Layout, place: Place, results: list[tuple[Compared, str]], others: int
) -> None:
    """Record the comparison for `status`, unless nothing can be written here."""
    from archive.warc.capture import NoteKind
    from ingest.collection.notes import may_write, open_for_notes

    if not may_write(layout):
        console.talk(f"Not recorded as an event: {layout.directory.absolute()} cannot be written to")
        return
    here, there = _damaged(results), _bad_copies(results) + others
    body: dict[str, object] = {
        "scope": "copy",
        "outcome": "fault" if here or there else "ok",
        "place": str(place),
        "files": [],
        "compared": len(results),
        "damaged here": here,
        "damaged there": there,
    }
    with open_for_notes(layout) as notary:
        notary.note(NoteKind.FIXITY, body)


def _damaged(results: list[tuple[Compared, str]]) -> int:
    return sum(bool(one.faults) and outcome not in _MENDED for one, outcome in results)


def _bad_copies(results: list[tuple[Compared, str]]) -> int:
    return sum(one.copy is False for one, _ in results)


def _print_unmatched(console: Console, results: list[tuple[Compared, str]], extra: list[str], named: str) -> None:
    """Name files that exist on one side only, and files whose copy still contains what was erased here."""
    for one, _ in results:
        if one.behind:
            if console.as_json:
                console.out_json({"event": "erased here alone", "file": one.name})
            else:
                console.advise(
                    f"NOT ERASED  {one.name}  is erased here, but not yet at {named}: creditline backup {named}"
                )
        if one.copy is None:
            if console.as_json:
                console.out_json({"event": "no copy", "file": one.name})
            else:
                console.advise(f"NO COPY  {one.name}  is not at {named} yet: creditline backup {named}")
    for name in extra:
        if console.as_json:
            console.out_json({"event": "not named", "file": name})
        else:
            console.out(f"NOT NAMED  {name}  is at {named}, but its manifest does not name it")


def lying_at(layout: Layout, named: str) -> Layout:
    """Return a layout that reads the WARC files of the copy at the place *named*, with the catalogue from here.

    Raises:
    Raises:
        Refused: there is no finished copy of this collection (usage).
    """
    from ingest.collection.collection import Layout, open_for_reading
    from ingest.transfer.backup_target import place_of
    from ingest.transfer.bucket_path import BucketPath
    from ingest.transfer.restore import needed_manifest

    place = place_of(named)
    manifest = needed_manifest(place)
    with open_for_reading(layout) as catalogue:
        _refuse_other(catalogue, place, manifest)
    return Layout(BucketPath.of(named) if named.startswith("s3://") else Path(named), own=layout.directory)


def _refuse_other(catalogue: object, place: Place, manifest: Manifest) -> None:
    from archive.errors import Refused
    from db import notes
    from db.catalogue import Catalogue

    assert isinstance(catalogue, Catalogue)
    # Compare the first note of the chain, which two collections never share.
    if not notes.has(catalogue.connection, manifest.collection):
        raise Refused(f"{place} holds the copy of another collection", "name that of this one", Exit.USAGE)


def _handle_file(
    console: Console, one: Compared, with_what: tuple[Collection | None, FileVerifier, Place, Manifest]
) -> tuple[Compared, str]:
    """Report one file, repair it if requested, and return it with the outcome."""
    from ingest.verification.repair import repair_file

    work, custody, place, manifest = with_what
    outcome = "sound" if not one.faults else "damaged"
    if one.is_repairable and work is not None:
        mended = repair_file(work, custody, place, manifest, one)
        outcome = f"not mended: {mended.why}" if mended.why else REMADE if mended.remake else "mended"
    if console.as_json:
        console.out_json({**asdict(one), "outcome": outcome})
        return one, outcome
    for fault in one.faults:
        console.out(f"FAULT  {fault.file}:{fault.offset}  record {fault.record or '?'}  {fault.what}")
    if one.copy is False:
        console.advise(f"FAULT  {one.name}  its copy at {place} is damaged or missing: creditline backup {place}")
    if one.faults:
        copy = {True: "its copy is good", False: "its copy is no help", None: "there is no copy of it"}[one.copy]
        # What was erased by order must not come back from a copy.
        copy = "its copy holds what was erased here by order" if one.behind else copy
        console.out(f"    {one.name}: {outcome.replace('mended', 'repaired')}; {copy}")
    return one, outcome


def _summary(console: Console, results: list[tuple[Compared, str]], named: str, *, repair: bool, others: int) -> None:
    """Print the totals and what to do next, and end the program."""
    damaged = [outcome for one, outcome in results if one.faults]
    mended = sum(outcome in _MENDED for outcome in damaged)
    bad_copies = _bad_copies(results) + others
    if not console.as_json:
        summary = (
            f"{counted(len(results), 'file')} compared with {named}: {len(damaged)} damaged here, {bad_copies} there"
        )
        console.out(f"{summary}, {mended} repaired" if repair else summary)
        if not repair and any(one.is_repairable for one, _ in results):
            console.talk(f"Next: creditline verify --copy {named} --repair")
        if mended:
            rebuild = "; creditline rebuild, because the catalogue knows other records" if REMADE in damaged else ""
            console.talk(f"The damaged files are kept in the folder damaged. Next: creditline verify --all{rebuild}")
    if len(damaged) > mended or bad_copies:
        sys.exit(Exit.INTEGRITY)
    # An order is not carried out while a copy still holds what it erased.
    sys.exit(Exit.ATTENTION if any(one.behind for one, _ in results) else Exit.DONE)
