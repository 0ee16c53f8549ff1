"""`creditline stats`: how many items there are by year, author, section, licence and publisher."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from ingest.cli.console import Console
from ingest.commands.flags import free, packing
from ingest.errors import Exit, Refused
from ingest.progress import counted

KINDS = ("year", "author", "section", "license", "publisher", "tag", "language", "reuse", "kind")
FORMATS = ("table", "json", "svg")
EVERYTHING = "kind:article OR kind:page OR kind:document"


@dataclass(frozen=True, slots=True)
class Plot:
    """What is counted, how it is shown, and where it goes: to standard output without an *output*."""

    kind: str
    form: str
    shown: int
    output: Path | None
    replace: bool


@click.command()
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@click.option("--by", "kind", type=click.Choice(KINDS), default="year", help="year by default.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help="table by default.")
@click.option(
    "-n",
    "shown",
    type=click.IntRange(min=1),
    default=30,
    metavar="N",
    help="The N commonest, of years the latest; 30 by default.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to FILE.")
@click.option("--replace", is_flag=True, help="Write over FILE if it is there.")
@packing(Plot, "plot")
@click.pass_obj
def command(console: Console, words: tuple[str, ...], plot: Plot) -> None:
    """Count items, those that a search for WORDS finds or all, by year, author and so on: as a table with bars, as
    JSON, or as a plot in SVG. All are counted, however many.
    """
    from archive.disk import whole_file
    from db.search.facet_counts import FacetKind, facets
    from db.search.query import misread
    from ingest.cli import counts_text
    from ingest.collection.collection import Layout, reading

    typed = " ".join(words)
    text = typed or EVERYTHING
    told = misread(text)
    if told is not None:
        raise Refused(told.what, told.hint, Exit.USAGE)
    if plot.output is not None:
        free(plot.output, replace=plot.replace)
    one = FacetKind(plot.kind)
    with reading(Layout(console.directory)) as catalogue:
        found = facets(catalogue.connection, text, [one], counted=-1, shown=sys.maxsize)
    values = [(value.value, value.count) for value in found.values[one]]
    # Years in their order, the latest of them; all else by how many.
    rows = sorted(values)[-plot.shown :] if plot.kind == "year" else values[: plot.shown]
    if console.as_json or plot.form == "json":
        said = counts_text.as_json(typed, plot.kind, found.counted, rows)
    elif plot.form == "svg":
        said = counts_text.as_svg(f"Items by {plot.kind}", rows)
    else:
        said = "\n".join(counts_text.as_table(rows))
    if plot.output is None:
        console.out(said)
    else:
        with whole_file(plot.output) as file:
            file.write(said.encode() + b"\n")
    if not (console.as_json or plot.form == "json"):
        console.talk(_left_out(plot, found.counted, values, len(rows)))


def _left_out(plot: Plot, items: int, values: Sequence[tuple[str, int]], shown: int) -> str:
    """Say how many items were counted, and what is in no row: a plot that leaves some out unsaid is believed."""
    told = [counted(items, "item")]
    silent = items - sum(count for _, count in values)
    # Of others an item has several, or always one.
    if plot.kind in ("year", "section", "language") and silent > 0:
        told.append(f"{silent:,} without a {plot.kind}")
    if shown < len(values):
        which = "latest" if plot.kind == "year" else "commonest"
        told.append(f"the {which} {shown:,} of {len(values):,}, -n shows more")
    return "; ".join(told)
