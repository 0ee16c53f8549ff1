"""`creditline status`: what ran, what is due and what needs a look; answers at once."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from ingest.console import Console
from ingest.exits import Exit


@click.command()
@click.pass_obj
def command(console: Console) -> None:
    """Say what is held, what ran last, what is due, what fails and whether a run is under way. Exit code 3
    when something needs a look.
    """
    # No import that is slow: this answers within a quarter of a second, beside a live run too.
    from db.schema import open_database
    from ingest.exits import Refused
    from ingest.locks import holder
    from ingest.standing import standing

    path = console.directory / "catalogue.db"
    if not path.exists():
        raise Refused(
            f"there is no collection in {console.directory.absolute()}",
            "name one with -C DIR, or begin with `creditline save URL` or `creditline init URL`",
            Exit.USAGE,
        )
    connection = open_database(path, read_only=True)
    try:
        found = standing(connection, datetime.now(UTC), holder(console.directory))
    finally:
        connection.close()
    if console.as_json:
        console.out_json(found.as_json())
    else:
        console.out("\n".join(found.lines()))
    sys.exit(Exit.ATTENTION if found.attention else Exit.DONE)
