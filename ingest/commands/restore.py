"""`creditline restore`: restore a collection from its second copy."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from archive.errors import Exit
from ingest.cli.command_line import on
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.progress import counted


@click.command(cls=Verb)
@click.argument("place")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def command(console: Console, place: str, folder: Path) -> None:
    """Restore the collection from the copy at PLACE into FOLDER, which is new or empty. Every file is compared with its
    digest. An interrupted restore continues where it stopped.

    The settings are restored with it: what they send to other machines is printed, so that you can look before `run`.
    """
    from ingest.collection.collection import Layout, read_settings
    from ingest.settings.outgoing import outgoing
    from ingest.transfer.backup_target import place_of
    from ingest.transfer.restore import restore

    # Read no settings: before a restore there is no collection yet.
    with console.steps("Restoring") as report:
        did = restore(place_of(place), folder, report=report)
    layout = Layout(folder)
    sends = list(outgoing(read_settings(layout))) if layout.settings.exists() else []
    if console.as_json:
        console.out_json({"files": did.files, "faults": did.faults, "outgoing": sends})
    else:
        for name, what in did.faults:
            console.out(f"FAULT  {name}  {what}")
        console.out(f"{counted(did.files, 'file')} restored to {folder}")
        if sends:
            # They are as they were, to the byte. If the copy is somebody else's, its settings are not yet known here.
            console.talk(f"Look at {layout.settings} before `run` or `start`. By these settings,")
            for one in sends:
                console.talk(f"  {one}")
        console.talk(f"Next: {on(folder)} verify --all")
    sys.exit(Exit.INTEGRITY if did.faults else Exit.DONE)
