"""`creditline start`: work in the foreground for ever, by the schedule in the settings."""

from __future__ import annotations

import sys
import time

import click

from ingest.cli.console import Console
from ingest.commands.flags import settings_for
from ingest.errors import Exit
from ingest.progress import counted


@click.command()
@click.pass_obj
def command(console: Console) -> None:
    """Look for new pages, come back to known ones and verify, by the schedule in the settings. Ctrl-C or
    SIGTERM ends it after the page under way; what is due lies in the catalogue, so nothing is forgotten.
    """
    from ingest.cli.signals import stopping
    from ingest.collection.collection import Layout, now, read_settings
    from ingest.commands.service import Service
    from ingest.errors import Refused

    layout = Layout(console.directory)
    # Asked for here and not in the service: to be started with nothing to do is a slip, to run out of publishers later
    # is not.
    urls = [options.url for options in read_settings(layout).publishers]
    if not urls:
        raise Refused("no publisher is set", "add one: creditline add https://example.org/", Exit.SETTINGS)
    settings = settings_for(layout, urls, contact=None, connect=())

    def notify(event: dict[str, object]) -> None:
        if not console.quiet:
            console.out_json({"at": now().isoformat(timespec="seconds"), **event})

    with stopping() as stop, console.progress("Visiting") as progress:
        console.talk(f"Working on {counted(len(urls), 'publisher')}; stop with Ctrl-C")
        Service(layout, settings, progress, notify, clock=now).work(stop, time.sleep)
    sys.exit(stop.code or Exit.DONE)
