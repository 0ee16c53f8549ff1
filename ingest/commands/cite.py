"""`creditline cite`: export citations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from db.model.item import Tombstone
from ingest.cli.console import Console
from ingest.cli.item_choice import Choice
from ingest.commands.flags import choosing, chosen, free
from ingest.progress import counted

if TYPE_CHECKING:
    from db.model.item import Item

FORMATS = ("biblatex", "csl-json", "ris")


@click.command()
@choosing
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="biblatex by default; with --json, CSL-JSON, one citation a line.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to FILE, not to standard output; nothing half done.",
)
@click.option("--replace", is_flag=True, help="Write over FILE if it is there.")
@click.pass_obj
def command(
    console: Console,
    choice: Choice,
    form: str | None,
    output: Path | None,
    replace: bool,
) -> None:
    """Export citations of items, of all hits of a query, or of everything: all of them, streamed. Withheld
    items are left out, and it is said how many.
    """
    from archive.control_characters import escaped, neutral
    from archive.disk import whole_file
    from ingest.collection.collection import Layout, reading

    layout = Layout(console.directory)
    if output is not None:
        free(output, replace=replace)
    with reading(layout) as catalogue:
        # Counted as they stream by: a hundred thousand citations are never in memory at once.
        counting = _Counting(chosen(console, choice, catalogue))
        # A format that was named is meant, with --json or without.
        as_lines = console.as_json and form is None
        pieces = _lines(counting) if as_lines else _writer(form or "biblatex")(counting)
        # Titles of pages may hold what steers a terminal: in JSON it is escaped, elsewhere made harmless.
        pieces = map(escaped if as_lines or form == "csl-json" else neutral, pieces)
        if output is None:
            for piece in pieces:
                click.echo(piece, nl=False)
        else:
            with whole_file(output) as file:
                file.writelines(piece.encode() for piece in pieces)
    left = f"; {counting.withheld} withheld left out" if counting.withheld else ""
    where = f" to {output}" if output else ""
    console.talk(f"{counted(counting.written, 'citation')}{where}{left}")


class _Counting:
    """The items that are exported; counts them and those that are withheld."""

    def __init__(self, items: Iterable[Item | Tombstone]) -> None:
        self._items = items
        self.written = self.withheld = 0

    def __iter__(self) -> Iterator[Item]:
        for item in self._items:
            if isinstance(item, Tombstone):
                self.withheld += 1
                continue
            self.written += 1
            yield item


def _lines(items: Iterable[Item]) -> Iterator[str]:
    """Yield a line of CSL-JSON for each of *items*."""
    from db.citation import csl

    for item in items:
        yield json.dumps(csl.one(item), ensure_ascii=False) + "\n"


def _writer(form: str) -> Callable[[Iterable[Item]], Iterator[str]]:
    from db.citation import biblatex, csl, ris

    return {"biblatex": biblatex.write, "csl-json": csl.write, "ris": ris.write}[form]
