"""`creditline demo`: the whole story on a think tank served on this machine."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import click

from archive.errors import Exit
from ingest.cli.command_line import on
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb


@click.command(cls=Verb)
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def command(console: Console, folder: Path | None) -> None:
    """Serve a made-up think tank on loopback, collect it, change it, collect it again, and show what can be
    asked and proved. No network is needed; the collection is kept for further use.
    """
    from ingest.demo.server import serve
    from ingest.demo.site import Site

    folder = folder or next(_free(console.directory))
    site = Site()
    with serve(site) as port:
        story = _Story(Console(directory=folder, plain=True))
        story.say("A think tank with 24 articles in English and Polish is served on this machine.")
        connect = f"institute.example=127.0.0.1:{port}"
        story.do("init", "http://institute.example/", str(folder), "--connect", connect)
        story.enter(folder)
        story.do("run")
        story.say("The think tank edits one article, removes one and publishes one.")
        changed = site.change()
        story.do("run")
    story.say("Now without the site: search what is held, and see what it says.")
    story.do("search", "granite", "-n", "3")
    story.do("show", changed.edited, "--editions")
    story.say("On what terms? The publisher's own words, and the bytes that hold them:")
    story.do("terms", changed.edited)
    story.do("cite", changed.edited)
    story.do("cite", changed.edited, "--format", "ris")
    story.do("credit", changed.edited)
    story.say("And the proof, down to the bytes of the capture:")
    story.do("verify", changed.edited)
    story.do("verify", "--all")
    story.say(f"The collection is in {folder}. Go on with it: {on(folder)} search ports")


def _free(where: Path) -> Iterator[Path]:
    """Yield names for the demonstration's folder that do not exist yet."""
    number = 1
    while True:
        path = where / ("demo-collection" if number == 1 else f"demo-collection-{number}")
        if not path.exists():
            yield path
        number += 1


class _Story:
    """Shows the command lines of a story and runs them."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        """Print what comes next."""
        click.echo(f"\n# {text}")

    def enter(self, folder: Path) -> None:
        """Print `cd` into *folder* for what follows; this process stays where it is."""
        click.echo(f"\n$ cd {folder}")

    def do(self, verb: str, *arguments: str) -> None:
        """Show one command line and run it; if it fails, the story ends with its exit code."""
        shown = " ".join(argument for argument in arguments)
        click.echo(f"\n$ creditline {verb} {shown}".rstrip())
        module = importlib.import_module(f"ingest.commands.{verb}")
        try:
            # Run the real commands and not a script of their output, so that the story is always true.
            module.command.main(list(arguments), obj=self._console, standalone_mode=False)
        except SystemExit as ended:
            # "Attention" is part of the story: one page of the site is behind a password.
            if ended.code not in (Exit.DONE, Exit.ATTENTION):
                raise
