"""`creditline stats`: how many items there are by year, author, section, licence and publisher."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ingest.cli.console import Console
from ingest.commands.flags import free
from ingest.errors import Exit, Refused

KINDS = ("year", "author", "section", "license", "publisher", "tag", "language", "reuse", "kind")
FORMATS = ("table", "json", "svg")
EVERYTHING = "kind:article OR kind:page OR kind:document"


@click.command()
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@click.option("--by", "kind", type=click.Choice(KINDS), default="year", help="year by default.")
@click.option(
    "--format", "form", type=click.Choice(("table", "json", "svg")), default="table", help="table by default."
)
@click.option(
    "-n", "shown", type=click.IntRange(min=1), default=30, metavar="N", help="The N commonest; 30 by default."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to FILE.")
@click.option("--replace", is_flag=True, help="Write over FILE if it is there.")
@click.pass_obj
def command(
    console: Console,
    words: tuple[str, ...],
    kind: str,
    form: str,
    shown: int,
    output: Path | None,
    replace: bool,
) -> None:
    """Count items, those that a search for WORDS finds or all, by year, author and so on: as a table with bars, as
    JSON, or as a plot in SVG. All are counted, however many.
    """
    from archive.disk import whole_file
    from db.search.facet_counts import FacetKind, facets
    from db.search.query import misread
    from ingest.cli import counts_text
    from ingest.collection.collection import Layout, reading

    text = " ".join(words) if words else EVERYTHING
    told = misread(text)
    if told is not None:
        raise Refused(told.what, told.hint, Exit.USAGE)
    if output is not None:
        free(output, replace=replace)
    one = FacetKind(kind)
    with reading(Layout(console.directory)) as catalogue:
        found = facets(catalogue.connection, text, [one], counted=-1, shown=sys.maxsize)
    values = [(value.value, value.count) for value in found.values[one]]
    # Years in their order, all else by how many.
    rows = sorted(values) if kind == "year" else values[:shown]
    if console.as_json or form == "json":
        said = counts_text.as_json(text, kind, found.counted, rows)
    elif form == "svg":
        said = counts_text.as_svg(f"Items by {kind}", rows)
    else:
        said = "\n".join(counts_text.as_table(rows))
    if output is None:
        console.out(said)
        return
    with whole_file(output) as file:
        file.write(said.encode() + b"\n")
