"""`creditline backup`: a second copy of the collection, elsewhere."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from archive.errors import Exit
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.progress import counted

if TYPE_CHECKING:
    from ingest.collection.collection import Layout
    from ingest.transfer.backup_target import Place
    from ingest.verification.rehearsal import Rehearsed


@click.command(cls=Verb)
@click.argument("place")
@click.option(
    "--rehearse",
    is_flag=True,
    help="Afterwards, restore the copy for a moment, verify all of it, and record the result.",
)
@click.pass_obj
def command(console: Console, place: str, rehearse: bool) -> None:
    """Copy the collection to PLACE: a folder, best on another disk, or a bucket as s3://BUCKET/PREFIX. Only new files
    are sent; every file is read again there. It can run while `creditline start` is running. A file that is damaged
    here never replaces its good copy.
    """
    from ingest.collection.collection import Layout, now, read_settings
    from ingest.transfer.backup import backup
    from ingest.transfer.backup_target import place_of

    layout = Layout(console.directory)
    # If there is no collection here, say so before touching the place.
    read_settings(layout)
    far = place_of(place)
    # Every file is read here and there, which takes hours for a large collection.
    with console.steps("Copying") as report:
        did = backup(layout, far, clock=now, report=report)
    rehearsed = _run_rehearsal(console, layout, far) if rehearse else None
    if console.as_json:
        told = {"copied": did.copied, "there": did.there, "bytes": did.sent, "faults": did.faults}
        console.out_json(told | ({"rehearsed": asdict(rehearsed)} if rehearsed else {}))
    else:
        for name, what in did.faults:
            console.advise(f"FAULT  {name}  {what}")
        console.well(f"{counted(did.copied, 'file')} copied ({did.sent:,} bytes), {did.there} there already: {place}")
        if rehearsed:
            _print_rehearsal(console, rehearsed)
    # A copy that is not sound is no copy, so both kinds of fault decide the exit code.
    sys.exit(Exit.INTEGRITY if did.faults or (rehearsed and rehearsed.faults) else Exit.DONE)


def _run_rehearsal(console: Console, layout: Layout, place: Place) -> Rehearsed:
    """Restore the copy for a moment, and record the result, even if it failed."""
    from archive.warc.capture import NoteKind
    from ingest.collection.collection import now
    from ingest.collection.notes import open_for_notes
    from ingest.verification.rehearsal import event_of, rehearse

    began = now()
    with console.steps("Rehearsing a restore") as report:
        done = rehearse(layout, place, report=report)
    # Record it in any case: a failed rehearsal must be found again.
    with open_for_notes(layout) as notary:
        notary.note(NoteKind.FIXITY, event_of(done, place, began))
    return done


def _print_rehearsal(console: Console, done: Rehearsed) -> None:
    for what in done.faults:
        console.out(f"FAULT  restored: {what}")
    if not done.faults:
        held = f"{counted(done.files, 'file')}, {counted(done.records, 'WARC record')}"
        console.well(f"restored for a moment, and sound: {held}, {counted(done.editions, 'edition')}")
