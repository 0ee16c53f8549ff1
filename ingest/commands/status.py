"""`creditline status`: what ran, what is due and what needs a look; answers at once."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ingest.cli.console import Console
from ingest.errors import Exit

if TYPE_CHECKING:
    from db.model.item import Profile

RUNS = 30
"""From how many of the newest runs it is told how fast the disk fills."""


@click.command()
@click.option("--learnt", is_flag=True, help="Only say, in words, what was learnt of each publisher's pages.")
@click.pass_obj
def command(console: Console, learnt: bool) -> None:
    """Say what is held, what ran last, what is due, what fails, when the disk will be full and whether a run is
    under way. Exit code 3 when something needs a look.
    """
    # No import that is slow: this answers within a quarter of a second, beside a live run too.
    from archive.disk import RealDisk
    from db import profiles, runs
    from db.schema.database import open_database
    from ingest.cli.status_text import standing
    from ingest.collection.disk_forecast import room
    from ingest.collection.run_lock import holder
    from ingest.errors import Refused
    from ingest.settings import values

    path = console.directory / "catalogue.db"
    if not path.exists() and not any((console.directory / "warcs").glob("*.warc*")):
        raise Refused(
            f"there is no collection in {console.directory.absolute()}",
            "name one with -C DIR, or begin with `creditline save URL` or `creditline init URL`",
            Exit.USAGE,
        )
    settings = console.directory / values.FILE_NAME
    reserve = (values.load(settings) if settings.exists() else values.Settings()).store.reserve_bytes
    now = datetime.now(UTC)
    connection = open_database(path, read_only=True)
    try:
        if learnt:
            _learnt(console, profiles.every(connection))
            return
        left = room(console.directory, reserve, runs.every(connection, RUNS), RealDisk(), now)
        found = standing(connection, left, now, holder(console.directory))
    finally:
        connection.close()
    if console.as_json:
        console.out_json(found.as_json())
    else:
        console.out("\n".join(found.lines()))
    sys.exit(Exit.ATTENTION if found.attention else Exit.DONE)


def _learnt(console: Console, held: list[tuple[str, Profile | None]]) -> None:
    from ingest.reading.layout import layout_of

    for publisher, profile in held:
        layout = layout_of(profile.body) if profile else None
        if console.as_json:
            console.out_json({"publisher": publisher, "layout": json.loads(profile.body) if profile else None})
            continue
        told = list(layout.explain()) if layout else ["nothing was learnt yet: its pages are read as any page"]
        console.out("\n    ".join([f"{publisher}: {told[0]}", *told[1:]]))
