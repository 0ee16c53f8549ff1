"""`creditline status`: what ran, what is due and what needs attention; answers at once."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.errors import Exit
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb


@click.command(cls=Verb)
@click.option("--learnt", is_flag=True, help="Only explain what was learnt about each publisher's pages.")
@click.option("--prometheus", is_flag=True, help="Print it as metrics, for a monitor that collects text files.")
@click.pass_obj
def command(console: Console, learnt: bool, prometheus: bool) -> None:
    """Say what is held, what ran last, what is due, what fails, when the disk will be full, and whether a run is in
    progress. Exit code 3 if something needs attention.
    """
    # Import nothing slow: this answers within a quarter of a second, even during a run.
    from archive.errors import Refused
    from db.model.terms import Grade
    from ingest.collection.nearby import is_copy, no_collection
    from ingest.collection.status import read_status
    from ingest.settings import values

    path = console.directory / "catalogue.db"
    if is_copy(console.directory):
        raise no_collection(console.directory)
    # With WARC files there is a collection, and opening it says how to rebuild the missing catalogue.
    if not path.exists() and not any((console.directory / "warcs").glob("*.warc*")):
        # Settings written by hand, before the first run: also the place to report errors in them.
        if (console.directory / values.FILE_NAME).exists():
            values.load(console.directory / values.FILE_NAME)
            raise Refused(
                f"nothing is collected yet in {console.directory.absolute()}: there are only settings",
                "begin with `creditline run` or `creditline start`",
                Exit.USAGE,
            )
        raise no_collection(console.directory)
    if learnt:
        _print_learnt(console, path)
        return
    settings = console.directory / values.FILE_NAME
    # It works without a settings file, too, because people ask for `status` when something is wrong.
    known = values.load(settings) if settings.exists() else values.Settings()
    collected = [values.publisher_of(one).id for one in known.publishers] if settings.exists() else None
    least = Grade.CONFIRMED if known.reuse.confirmed_only else Grade.MACHINE_READABLE
    found = read_status(console.directory, known.store.reserve_bytes, datetime.now(UTC), least, collected)
    if prometheus:
        from ingest.service.metrics import exposition

        console.out(exposition(found).removesuffix("\n"))
        return
    if console.as_json:
        console.out_json(found.as_json())
    else:
        console.advise("\n".join(found.lines()))
    sys.exit(Exit.ATTENTION if found.attention else Exit.DONE)


def _print_learnt(console: Console, path: Path) -> None:
    """Print, for each publisher, what was learnt about the layout of its pages."""
    from db import profiles
    from db.schema.database import open_database
    from ingest.reading.layout.layout import layout_of

    connection = open_database(path, read_only=True)
    try:
        held = profiles.every(connection)
    finally:
        connection.close()
    for publisher, profile in held:
        layout = layout_of(profile.body) if profile else None
        if console.as_json:
            console.out_json({"publisher": publisher, "layout": json.loads(profile.body) if profile else None})
            continue
        lines = list(layout.explain()) if layout else ["nothing was learnt yet: its pages are read as any page"]
        console.out("\n    ".join([f"{publisher}: {lines[0]}", *lines[1:]]))
