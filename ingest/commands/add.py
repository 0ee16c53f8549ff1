"""`creditline add`: add a publisher to a collection."""

from __future__ import annotations

import sys
from typing import Any

import click

from archive.errors import Exit
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import LOOKING, contact_options, to_visit


@click.command(cls=Verb)
@click.argument("url")
@click.option("--id", "publisher_id", metavar="ID", help="Short name for its items; never changes.")
@click.option("--name", metavar="NAME", help="The publisher's name, if its site does not state it.")
@click.option("--to", "owner", metavar="ID", help="Add URL's host to the hosts of this publisher.")
@contact_options
@click.pass_obj
def command(
    console: Console,
    /,
    url: str,
    publisher_id: str | None,
    name: str | None,
    owner: str | None,
    **connection: Any,
) -> None:
    """Add a publisher: look at its site as `init` does, and write it to the settings. With --to, add another host of
    an existing publisher: the next run visits its pages.
    """
    if owner is not None:
        _add_host(console, url, owner)
        return
    _add_publisher(console, url, (publisher_id, name), **connection)


def _add_host(console: Console, url: str, owner: str) -> None:
    """Add the host of *url* to the publisher *owner* in the settings; no request is made."""
    from ingest.collection.collection import Layout, read_settings
    from ingest.settings.toml_file import amend
    from ingest.settings.values import publisher_of, with_host

    layout = Layout(console.directory)
    before = read_settings(layout)
    after = with_host(before, owner, url)
    added = after != before
    if added:
        amend(layout.settings, before, after)
    if console.as_json:
        hosts = next(one.hosts for one in map(publisher_of, after.publishers) if one.id == owner)
        console.out_json({"id": owner, "hosts": list(hosts), "added": added, "settings": str(layout.settings)})
    elif added:
        console.out(f"Added to the hosts of {owner} in {layout.settings}")
    else:
        console.out(f"Nothing to add: {owner} has this host in {layout.settings}")
    console.talk("Next: creditline run")


def _add_publisher(
    console: Console,
    url: str,
    called: tuple[str | None, str | None],
    contact: str | None,
    connect: tuple[str, ...],
) -> None:
    from ingest.cli.signals import stopping
    from ingest.collection.collection import Layout, read_settings
    from ingest.crawl.site_preview import add, as_json, tell
    from ingest.settings.values import PublisherOptions, check_id

    publisher_id, name = called
    # Check the id first, because it is permanent: a wrong one must not lead to any request.
    check_id(publisher_id)
    layout = Layout(console.directory)
    url = url if "://" in url else f"https://{url}"
    # Keep the settings as in the file, so that only what this command adds is written.
    before = read_settings(layout)
    settings = to_visit([url], before, contact, connect)
    console.wait(LOOKING.format(url))
    with stopping() as stop:
        seen = add(layout, before, settings, PublisherOptions(url, publisher_id, name), stopped=stop)
    if seen is None:
        console.talk("Stopped by a signal: nothing was added")
        sys.exit(stop.code or Exit.INTERRUPTED)
    if console.as_json:
        console.out_json({**as_json(seen), "settings": str(layout.settings)})
    else:
        console.out("\n".join(tell(seen)))
        console.out(f"Added to {layout.settings}")
    console.talk("Next: creditline run")
    sys.exit(Exit.ATTENTION if seen.findings.obstacles else Exit.DONE)
