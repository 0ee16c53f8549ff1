"""`creditline upgrade`: bring a collection that was made by an older Creditline up to date."""

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


@click.command(cls=Verb)
@click.option("--backup", "place", metavar="PLACE", help="First make the second copy at PLACE, or bring it up to date.")
@click.pass_obj
def command(console: Console, place: str | None) -> None:
    """Bring a catalogue that was made by an older Creditline up to date. This is rehearsed on a copy, compared with the
    old catalogue row by row, and put in place in one step. The WARC files are not changed. Exit code 3 if some pages
    were read by an older reader: `creditline rebuild --older` reads them again.
    """
    from ingest.collection.collection import Layout, now, read_settings
    from ingest.reading.version import stamp
    from ingest.transfer.upgrade import upgrade

    layout = Layout(console.directory)
    read_settings(layout)
    # Back up before changing anything, so that whatever goes wrong can be restored from there.
    if place is not None:
        _back_up(console, layout, place)
    did = upgrade(layout, clock=now, stamp=stamp)
    # After a failed rehearsal, the present catalogue has the old schema and cannot be queried.
    copy = place or (None if did.faults else _last_copy(layout))
    if console.as_json:
        console.out_json({**asdict(did), "copy": copy})
    elif did.faults:
        for what in did.faults:
            console.out(f"FAULT  {what}")
        console.talk("The rehearsal failed, and the catalogue is unchanged. To make it again: creditline rebuild")
    else:
        _print_result(console, did.before, did.after)
        if copy is None:
            console.talk("No second copy is known of: creditline backup PLACE")
        elif place is None:
            console.talk(f"The second copy that it was last compared with: {copy}")
        if did.older:
            console.talk(f"{counted(did.older, 'capture')} read by an older reader: creditline rebuild --older")
        elif did.other_rules:
            console.talk("Folded by other rules: creditline rebuild --check says what would differ by today's")
    if did.faults:
        sys.exit(Exit.INTEGRITY)
    sys.exit(Exit.ATTENTION if did.older else Exit.DONE)


def _print_result(console: Console, before: int, after: int) -> None:
    if before == after:
        console.well(f"The catalogue is up to date (schema {after})")
    else:
        console.out(f"Upgraded from schema {before} to {after}: no row lost or changed, and found sound")


def _back_up(console: Console, layout: Layout, place: str) -> None:
    """Make the second copy; a damaged file here ends the program before anything is changed."""
    from ingest.collection.collection import now
    from ingest.transfer.backup import backup
    from ingest.transfer.backup_target import place_of

    did = backup(layout, place_of(place), clock=now)
    for name, what in did.faults:
        console.out(f"FAULT  {name}  {what}")
    # With damaged files, the copy could be all that is left of them.
    if did.faults:
        sys.exit(Exit.INTEGRITY)
    console.talk(f"{counted(did.copied, 'file')} copied, {did.there} there already: {place}")


def _last_copy(layout: Layout) -> str | None:
    """Return where the last compared copy is, and when it was compared."""
    from db import fixity_log
    from ingest.collection.collection import open_for_reading

    with open_for_reading(layout) as catalogue:
        found = fixity_log.last_comparison(catalogue.connection)
    return None if found is None else f"{found[1]} ({found[0]:%Y-%m-%d})"
