"""`creditline add`: add a publisher to a collection."""

from __future__ import annotations

import sys

import click

from ingest.cli.console import Console
from ingest.commands.flags import ask_contact, connecting
from ingest.errors import Exit


@click.command()
@click.argument("url")
@click.option("--id", "publisher_id", metavar="ID", help="Short name for its items; never changes.")
@click.option("--name", metavar="NAME", help="The publisher's name, where its site does not say it.")
@connecting
@click.pass_obj
def command(
    console: Console,
    url: str,
    publisher_id: str | None,
    name: str | None,
    contact: str | None,
    connect: tuple[str, ...],
) -> None:
    """Add a publisher: look at its site as `init` does, and write it to the settings."""
    from ingest.cli.signals import stopping
    from ingest.collection.collection import Layout, read_settings
    from ingest.crawl.site_preview import add, as_json, tell
    from ingest.settings.values import PublisherOptions, check_id, need_contact, with_flags

    check_id(publisher_id)
    layout = Layout(console.directory)
    url = url if "://" in url else f"https://{url}"
    # The settings as the file has them, to write only what this command adds.
    before = read_settings(layout)
    settings = ask_contact(with_flags(before, contact=contact, connect=connect), [url])
    need_contact(settings, [url])
    with stopping() as stop:
        seen = add(layout, before, settings, PublisherOptions(url, publisher_id, name), stopped=stop)
    if seen is None:
        sys.exit(stop.code or Exit.INTERRUPTED)
    if console.as_json:
        console.out_json({**as_json(seen), "settings": str(layout.settings)})
    else:
        console.out("\n".join(tell(seen)))
        console.out(f"Added to {layout.settings}")
    console.talk(f"Next: {console.typed('run')}")
    sys.exit(Exit.ATTENTION if seen.findings.obstacles else Exit.DONE)
