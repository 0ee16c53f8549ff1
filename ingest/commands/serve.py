"""`creditline serve`: the reading room, where people meet the collection in a browser."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from ingest.cli.console import Console
from ingest.commands.flags import packing
from ingest.errors import Exit, Refused


@dataclass(frozen=True, slots=True)
class Where:
    """Where the command line wants the room to be."""

    host: str
    port: int
    archived_port: int | None
    public_url: str | None
    archived_url: str | None
    names: tuple[str, ...]
    token: Path | None
    proxy: str | None
    name: str | None
    show: bool


@click.command()
@click.option("--open", "show", is_flag=True, help="Open it in the browser.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, metavar="N", help="8000 by default; 0 any.")
@click.option(
    "--archive-port",
    "archived_port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Where archived pages come from; the next port by default.",
)
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="127.0.0.1 by default: this machine alone.")
@click.option(
    "--token",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A file whose first line whoever asks has to show, as a bearer token or as a password.",
)
@click.option("--proxy", metavar="ADDRESS", help="A reverse proxy stands at ADDRESS and lets in whom it should.")
@click.option("--public-url", metavar="URL", help="Where the room is on the web.")
@click.option("--archive-url", "archived_url", metavar="URL", help="Where the archived pages are on the web.")
@click.option("--allow-host", "names", multiple=True, metavar="NAME", help="Answer to this name too; may be repeated.")
@click.option("--archive", "name", metavar="NAME", help="What the archive is called.")
@packing(Where, "where")
@click.pass_obj
def command(console: Console, where: Where) -> None:
    """Serve the reading room, read only, until Ctrl-C: search, items with their terms, citations and evidence, and
    the archived pages on a second port. Without a token or a proxy it is for this machine alone.
    """
    from db.reading_room.premises import LOOPBACK, Premises
    from db.reading_room.server import Listen, serve
    from ingest.cli.signals import stopping
    from ingest.collection.collection import Layout, reading
    from ingest.settings.values import archive_of

    layout = Layout(console.directory)
    # Opened once, so that what is wrong with it is said here, and not on the first page.
    with reading(layout):
        pass
    for url in (where.public_url, where.archived_url):
        if url is not None and not url.startswith(("http://", "https://")):
            raise Refused(f"{url!r} is no address on the web", "begin it with https://", Exit.USAGE)
    token = _token(where.token)
    if where.host not in (*LOOPBACK, "::1") and token is None and where.proxy is None:
        raise Refused(
            f"on {where.host} anybody could ask",
            "say who may: --token FILE, or --proxy ADDRESS where a reverse proxy lets people in",
            Exit.USAGE,
        )
    stated = archive_of(layout.settings)
    public_url = where.public_url or stated.public_url
    premises = Premises(
        catalogue=layout.catalogue,
        warcs=layout.warcs,
        name=where.name or stated.name,
        public_url=public_url and public_url.rstrip("/"),
        archived_url=where.archived_url and where.archived_url.rstrip("/"),
        hosts=where.names,
        token=token,
    )

    def ready(named: Premises, url: str) -> None:
        if console.as_json:
            console.out_json({"event": "serving", "url": url, "archived": named.archived_url})
        console.talk(f"The reading room is at {url} (archived pages: {named.archived_url}); stop with Ctrl-C")
        if where.show:
            click.launch(url)

    listen = Listen(where.host, where.port, where.archived_port, where.proxy)
    with stopping() as stop:
        serve(premises, listen, ready, stop)
    sys.exit(stop.code or Exit.DONE)


def _token(file: Path | None) -> str | None:
    if file is None:
        return None
    first = (file.read_text("utf-8", "replace").splitlines() or [""])[0].strip()
    # A short one is guessed: nothing here counts how often somebody tries.
    if len(first) < 16:
        raise Refused(f"the token in {file} is too short", "16 characters or more: openssl rand -hex 16", Exit.USAGE)
    return first
