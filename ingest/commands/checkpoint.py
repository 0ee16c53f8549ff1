"""`creditline checkpoint`: one line of what the collection is, to be kept elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import free


@click.command(cls=Verb)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write it to FILE, and its time stamp to FILE.tsr if `timestamp.url` is set.",
)
@click.option("--replace", is_flag=True, help="Write over FILE if it is there.")
@click.pass_obj
def command(console: Console, output: Path | None, *, replace: bool) -> None:
    """Print one line with the digest of all finished files and of the newest note. Keep it where nobody who can write
    to the collection can change it: send it, print it, or get a time stamp for it. Later, `creditline verify
    --checkpoint LINE` proves that nothing that was there then is missing or changed. See docs/verification.md
    """
    from archive.disk import whole_file
    from ingest.collection.collection import Layout, now, open_for_reading
    from ingest.verification.checkpoint import take
    from ingest.verification.timestamp import token_of

    if output is not None:
        free(output, replace=replace)
        free(token_of(output), replace=replace)
    layout = Layout(console.directory)
    with open_for_reading(layout) as catalogue:
        taken = take(catalogue, layout.warcs, now())
    line = f"{taken}\n".encode()
    if output is not None:
        # An existing stamp belongs to the previous line.
        token_of(output).unlink(missing_ok=True)
        with whole_file(output) as file:
            file.write(line)
    if console.as_json:
        console.out_json({**asdict(taken), "at": taken.at.isoformat(), "line": str(taken)})
    else:
        console.out(str(taken))
    if output is not None:
        _stamp(console, output, line)


def _stamp(console: Console, output: Path, line: bytes) -> None:
    """Let the time stamp authority in the settings, if there is one, stamp the *line* in *output*."""
    from archive.disk import whole_file
    from ingest.collection.collection import now
    from ingest.crawl.run_setup import fetch_settings
    from ingest.settings import values
    from ingest.verification.timestamp import ask, read, token_of

    path = console.directory / values.FILE_NAME
    settings = values.load(path) if path.exists() else values.Settings()
    if settings.timestamp.url is None:
        return
    # The line is already written: if the authority cannot be reached, only the stamp is missing.
    token = ask(line, settings.timestamp.url, settings=fetch_settings(settings, console.directory), clock=now)
    with whole_file(token_of(output)) as file:
        file.write(token)
    stamped = read(token, line, None)
    console.talk(f"stamped on {stamped.at:%Y-%m-%d %H:%M:%S} UTC by {stamped.authority}: {token_of(output)}")
