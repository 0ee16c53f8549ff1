"""`creditline cite`: export citations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.commands.flags import at, choosing
from ingest.console import Console, counted

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.model import Item

FORMATS = ("biblatex", "csl-json", "ris")


@click.command()
@choosing
@at
@click.option("--format", "form", type=click.Choice(FORMATS), default="biblatex", help="biblatex by default.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to FILE, not to standard output.",
)
@click.pass_obj
def command(
    console: Console,
    items: tuple[str, ...],
    query: str | None,
    everything: bool,
    at: datetime | None,
    form: str,
    output: Path | None,
) -> None:
    """Export citations of items, of all hits of a query, or of everything: all of them, streamed. Withheld
    items are left out, and it is said how many.
    """
    from ingest.account import chosen
    from ingest.collection import Layout, reading

    with reading(Layout(console.directory)) as catalogue:
        refs = chosen(catalogue, items, query, everything=everything)
        counting = _Counting(_held(catalogue, refs, at))
        pieces = _writer(form)(counting)
        if output is None:
            for piece in pieces:
                click.echo(piece, nl=False)
        else:
            with output.open("w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
    left = f"; {counting.withheld} withheld left out" if counting.withheld else ""
    where = f" to {output}" if output else ""
    console.talk(f"{counted(counting.written, 'citation')} of {counted(len(refs), 'item')}{where}{left}")


def _held(catalogue: Catalogue, refs: Iterable[str], at: datetime | None) -> Iterator[Item]:
    found = (catalogue.item(ref, at=at) for ref in refs)
    return (item for item in found if item is not None)


class _Counting:
    """The items that are exported; counts them and those that are withheld."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = items
        self.written = self.withheld = 0

    def __iter__(self) -> Iterator[Item]:
        for item in self._items:
            if item.withheld is not None:
                self.withheld += 1
                continue
            self.written += 1
            yield item


def _writer(form: str) -> Callable[[Iterable[Item]], Iterator[str]]:
    from db.citation import biblatex, csl, ris

    return {"biblatex": biblatex.write, "csl-json": csl.write, "ris": ris.write}[form]
