"""`creditline inspect`: read a page from disk."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from archive.errors import Exit
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.progress import counted


@click.command(cls=Verb)
@click.argument("file", required=False, type=click.Path(dir_okay=False))
@click.option("--url", metavar="URL", help="The address the page was taken from.")
@click.option(
    "--batch", type=click.Path(dir_okay=False), metavar="LIST.tsv", help="Read many: each line is PATH, a tab, URL."
)
@click.pass_obj
def command(console: Console, file: str | None, url: str | None, batch: str | None) -> None:
    """Read a page from disk, without a collection or network, and print what is found in it, with the evidence
    for each claim. With --batch, print one JSON object per line, using all cores; .gz is understood; exit code 3 if a
    page could not be read, and "error" in its line says why.
    """
    from archive.errors import Refused
    from ingest.commands import inspection

    try:
        if batch is not None:
            failed = pages = 0
            # Print each line as it comes: a batch may contain a hundred thousand pages.
            for line in inspection.inspect_batch(batch):
                console.out_json(line)
                pages, failed = pages + 1, failed + ("error" in line)
            if failed:
                console.talk(f'{failed} of {counted(pages, "page")} could not be read: see "error" in their lines')
            sys.exit(Exit.ATTENTION if failed else Exit.DONE)
        if file is not None:
            Path(file).stat()
        if file is None or url is None:
            raise Refused(
                "name a file and its --url, or --batch LIST.tsv" if file is None else f"the URL of {file} is not named",
                f"as in: creditline inspect {shlex.quote(str(file or 'page.html'))} --url https://example.org/page",
                Exit.USAGE,
            )
        reading = inspection.inspect_bounded(file, url)
    except FileNotFoundError as error:
        raise Refused(f"there is no file {error.filename}", "name one that you may read", Exit.USAGE) from error
    # gzip raises EOFError for a truncated file.
    except (OSError, EOFError) as error:
        raise Refused(
            f"cannot read: {error}", "check the path: it must be a file that you may read", Exit.USAGE
        ) from error
    if console.as_json:
        console.out_json(inspection.as_json(reading))
    else:
        console.out(inspection.describe(reading))
    sys.exit(Exit.ATTENTION if reading.unread else Exit.DONE)
