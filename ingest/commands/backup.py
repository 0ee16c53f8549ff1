"""`creditline backup`: a second copy of the collection, elsewhere."""

from __future__ import annotations

import sys

import click

from ingest.cli.console import Console
from ingest.errors import Exit
from ingest.progress import counted


@click.command()
@click.argument("place")
@click.pass_obj
def command(console: Console, place: str) -> None:
    """Copy the collection to PLACE: a folder, best on another disk, or a bucket as s3://BUCKET/PREFIX. Only what is new
    is sent; every file is read again there. It may run beside `creditline start`. A file that is damaged here never
    takes the place of its good copy.
    """
    from ingest.collection.collection import Layout, now, read_settings
    from ingest.transfer.backup import backup
    from ingest.transfer.backup_target import place_of

    layout = Layout(console.directory)
    # That there is a collection here is said before the place is touched.
    read_settings(layout)
    did = backup(layout, place_of(place), clock=now)
    if console.as_json:
        console.out_json({"copied": did.copied, "there": did.there, "bytes": did.sent, "faults": did.faults})
    else:
        for name, what in did.faults:
            console.out(f"FAULT  {name}  {what}")
        console.out(f"{counted(did.copied, 'file')} copied ({did.sent:,} bytes), {did.there} there already: {place}")
    sys.exit(Exit.INTEGRITY if did.faults else Exit.DONE)
