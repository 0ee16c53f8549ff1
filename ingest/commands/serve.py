"""`creditline serve`: the reading room, where people meet the collection in a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import Exit
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import packing
from ingest.commands.reading_room import Where, planned

if TYPE_CHECKING:
    from db.reading_room.room_settings import RoomSettings
    from ingest.collection.collection import Layout

TEXTS = ("all", "permitted", "permitted, not for sale")
"""The values of `db.reading_room.allowance.Texts`, repeated because the help must not import it."""


@click.command(cls=Verb)
@click.option("--open", "show", is_flag=True, help="Open it in the browser.")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="8000 by default; 0 takes any free port.")
@click.option(
    "--archive-port",
    "archived_port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="The port for archived pages; the next one by default.",
)
@click.option("--host", metavar="ADDRESS", help="127.0.0.1 by default: this machine only.")
@click.option(
    "--token",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A file whose first line every visitor has to give, as a bearer token or as a password.",
)
@click.option("--proxy", metavar="ADDRESS", help="The address of a reverse proxy that decides who may come in.")
@click.option(
    "--reviewers",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The people who may decide in the browser: a file of names and hashes of their passwords.",
)
@click.option(
    "--add-reviewer", "added", metavar="NAME", help="Ask for a password of NAME, put both into that file, and end."
)
@click.option("--public-url", metavar="URL", help="Where the room is on the web.")
@click.option("--archive-url", "archived_url", metavar="URL", help="Where the archived pages are on the web.")
@click.option("--allow-host", "names", multiple=True, metavar="NAME", help="Answer to this name too; may be repeated.")
@click.option(
    "--texts",
    type=click.Choice(TEXTS),
    help="Which texts are shown whole: all (without --public-url), or those whose terms permit republishing.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    metavar="N",
    help="The number of answering processes; by default one per processor, at most 8.",
)
@click.option("--archive", "name", metavar="NAME", help="The name of the archive.")
@packing(Where, "where")
@click.pass_obj
def command(console: Console, where: Where, added: str | None) -> None:
    """Serve the reading room until Ctrl-C: search, items with their terms, citations and evidence, and the archived
    pages on a second port. Without a token or a proxy it serves this machine alone. It only reads; nothing is
    written except the decisions of reviewers who sign in.
    """
    from dataclasses import replace

    from db.reading_room.server import serve
    from ingest.cli.signals import stopping
    from ingest.collection.collection import Layout, open_for_reading, read_settings
    from ingest.commands.pictures import PictureReader

    layout = Layout(console.directory)
    if added is not None:
        _add(console, layout, where, added)
        return
    # Open it once now, so that errors appear here and not on the first page.
    with open_for_reading(layout):
        pass
    room_settings, listen = planned(layout, read_settings(layout), where)

    def ready(named: RoomSettings, url: str) -> None:
        if console.as_json:
            console.out_json({"event": "serving", "url": url, "archived": named.archived_url})
        console.talk(f"The reading room is at {url} (archived pages: {named.archived_url}); stop with Ctrl-C")
        if where.show:
            click.launch(url)

    with PictureReader() as look, stopping() as stop:
        serve(replace(room_settings, look=look), listen, ready, stop)
    sys.exit(stop.code or Exit.DONE)


def _add(console: Console, layout: Layout, where: Where, name: str) -> None:
    from archive.errors import Refused
    from db.reading_room.review.reviewers import SHORTEST, add
    from ingest.collection.collection import read_settings

    stated = read_settings(layout).serve.reviewers_file
    if where.reviewers is None and stated is None:
        raise Refused("no file of reviewers is named", "name it: --reviewers FILE, or serve.reviewers_file", Exit.USAGE)
    # A path in the settings is relative to the collection; a typed path is relative to the current folder.
    file = where.reviewers or layout.directory / str(stated)
    password = click.prompt(
        f"Password of {name} ({SHORTEST} characters or more)", hide_input=True, confirmation_prompt=True, err=True
    )
    add(file, name, password)
    console.talk(f"{name} may sign in to review; a room that is open knows it at once ({file})")
