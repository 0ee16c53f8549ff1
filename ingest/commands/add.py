"""`creditline add`: add a publisher to a collection."""

from __future__ import annotations

import sys

import click

from ingest.commands.flags import connecting
from ingest.console import Console
from ingest.exits import Exit


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
    from ingest.amending import amend
    from ingest.collection import Layout, at_work, read_settings
    from ingest.looking import as_json, look, options_of, tell
    from ingest.opening import ask_contact, check_id, check_new, with_flags, with_publisher
    from ingest.visiting import need_contact

    check_id(publisher_id)
    layout = Layout(console.directory)
    url = url if "://" in url else f"https://{url}"
    before = read_settings(layout)
    settings = with_flags(before, contact=contact, connect=connect)
    settings = ask_contact(settings, [url])
    need_contact(settings, [url])
    seen = look(url, settings)
    options = options_of(seen, publisher_id=publisher_id, name=name)
    check_new(settings, options)
    settings = with_publisher(settings, options)
    amend(layout.settings, before, settings)
    with at_work(layout, settings, locked=False):
        pass  # the settings are recorded at once, beside a live run too
    if console.as_json:
        console.out_json({**as_json(seen), "settings": str(layout.settings)})
    else:
        console.out("\n".join(tell(seen)))
        console.out(f"Added to {layout.settings}")
    console.talk(f"Next: {console.typed('run')}")
    sys.exit(Exit.ATTENTION if seen.findings.obstacles else Exit.DONE)
