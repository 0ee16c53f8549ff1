"""`creditline init`: look at a site and make a collection for it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from archive.errors import Exit
from ingest.cli.command_line import on
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import LOOKING, contact_options, packing, to_visit


@dataclass(frozen=True, slots=True)
class Names:
    """The id and name of a publisher from the command line."""

    publisher_id: str | None
    name: str | None


@click.command(cls=Verb)
@click.argument("url")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--id", "publisher_id", metavar="ID", help="Short name for its items, e.g. wi; never changes.")
@click.option("--name", metavar="NAME", help="The publisher's name, if its site does not state it.")
@contact_options
@packing(Names, "names")
@click.pass_obj
def command(
    console: Console,
    url: str,
    folder: Path | None,
    names: Names,
    contact: str | None,
    connect: tuple[str, ...],
) -> None:
    """Look at a site (robots.txt, sitemap, feed, the terms it states), write a commented creditline.toml and
    say what was found and what the obstacles are. It follows the rules of a run: it obeys robots.txt, pauses between
    requests, and stores what it fetches.
    """
    from archive.errors import Refused
    from ingest.cli.signals import stopping
    from ingest.collection.collection import Layout
    from ingest.crawl.site_preview import as_json, begin, tell
    from ingest.settings.values import PublisherOptions, Settings, check_id

    layout = Layout(folder or console.directory)
    if layout.settings.exists():
        raise Refused(
            f"{layout.directory.absolute()} holds a collection already",
            f"add another publisher to it: {on(layout.directory)} add URL",
            Exit.USAGE,
        )
    # Check the id before visiting the site, so that a wrong flag causes no request. An id is permanent: it begins the
    # id of every item.
    check_id(names.publisher_id)
    # Assume https, as browsers do; a site without it must be named with http://.
    url = url if "://" in url else f"https://{url}"
    settings = to_visit([url], Settings(), contact, connect)
    console.wait(LOOKING.format(url))
    with stopping() as stop:
        seen = begin(layout, settings, PublisherOptions(url, names.publisher_id, names.name), stopped=stop)
    if seen is None:
        console.talk("Stopped by a signal: no collection was made")
        sys.exit(stop.code or Exit.INTERRUPTED)
    if console.as_json:
        console.out_json({**as_json(seen), "settings": str(layout.settings)})
    else:
        console.out("\n".join(tell(seen)))
        console.out(f"Wrote {layout.settings} and {layout.catalogue}")
    console.talk(f"Next: {on(layout.directory)} run --limit 25")
    sys.exit(Exit.ATTENTION if seen.findings.obstacles else Exit.DONE)
