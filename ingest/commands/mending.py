"""What `creditline verify --copy` does: compare the collection with its second copy, and mend what is damaged."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING

from ingest.console import Console, counted
from ingest.exits import Exit

if TYPE_CHECKING:
    from ingest.collection import Collection
    from ingest.custody import Custody
    from ingest.manifest import Manifest
    from ingest.mending import Compared
    from ingest.places import Place


def compare_copy(console: Console, named: str, *, repair: bool) -> None:
    """Verify every WARC file here and its copy at the place *named*; with *repair* mend the damaged ones. Ends the
    program.
    """
    from db.catalogue import Catalogue
    from ingest.collection import Layout, at_work, read_settings
    from ingest.custody import Custody
    from ingest.mending import compare, spoilt
    from ingest.places import place_of
    from ingest.restoring import needed_manifest

    place = place_of(named)
    manifest = needed_manifest(place)
    layout = Layout(console.directory)
    settings = read_settings(layout)
    with at_work(layout, settings) if repair else nullcontext() as work:
        catalogue = work.catalogue if work else Catalogue.open(layout.catalogue, read_only=True)
        _refuse_other(catalogue, place, manifest)
        custody = Custody(catalogue, layout.warcs)
        results = [
            _one(console, one, (work, custody, place, manifest)) for one in compare(layout, custody, place, manifest)
        ]
        if work is None:
            catalogue.close()
    others = spoilt(place, manifest)
    for name in others:
        if console.as_json:
            console.out_json({"name": name, "faults": [], "copy": False, "outcome": "damaged there"})
        else:
            console.out(f"FAULT  {name}  its copy at {place} is damaged or missing: creditline backup {place}")
    _summary(console, results, named, repair=repair, others=len(others))


def _refuse_other(catalogue: object, place: Place, manifest: Manifest) -> None:
    from db.catalogue import Catalogue
    from db.copied import has_note
    from ingest.exits import Refused

    assert isinstance(catalogue, Catalogue)
    if not has_note(catalogue.connection, manifest.collection):
        raise Refused(f"{place} holds the copy of another collection", "name that of this one", Exit.USAGE)


def _one(
    console: Console, one: Compared, with_what: tuple[Collection | None, Custody, Place, Manifest]
) -> tuple[Compared, str]:
    """Tell of one file and mend it if asked to; return it with what became of it."""
    from ingest.mending import mend

    work, custody, place, manifest = with_what
    outcome = "sound" if not one.faults else "damaged"
    if one.mendable and work is not None:
        why = mend(work, custody, place, manifest, one)
        outcome = f"not mended: {why}" if why else "mended"
    if console.as_json:
        console.out_json({**asdict(one), "outcome": outcome})
        return one, outcome
    for fault in one.faults:
        console.out(f"FAULT  {fault.file}:{fault.offset}  record {fault.record or '?'}  {fault.what}")
    if one.copy is False:
        console.out(f"FAULT  {one.name}  its copy at {place} is damaged or missing: creditline backup {place}")
    if one.faults:
        copy = {True: "its copy is good", False: "its copy is no help", None: "there is no copy of it"}[one.copy]
        console.out(f"    {one.name}: {outcome}; {copy}")
    return one, outcome


def _summary(console: Console, results: list[tuple[Compared, str]], named: str, *, repair: bool, others: int) -> None:
    damaged = [outcome for one, outcome in results if one.faults]
    mended = damaged.count("mended")
    bad_copies = sum(one.copy is False for one, _ in results) + others
    if not console.as_json:
        told = f"{counted(len(results), 'file')} compared with {named}: {len(damaged)} damaged here, {bad_copies} there"
        console.out(f"{told}, {mended} mended" if repair else told)
        if not repair and any(one.mendable for one, _ in results):
            console.talk(f"Next: creditline verify --copy {named} --repair")
        if mended:
            console.talk("The damaged files are kept in the folder damaged. Next: creditline verify --all")
    sys.exit(Exit.INTEGRITY if len(damaged) > mended or bad_copies else Exit.DONE)
