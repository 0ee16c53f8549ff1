"""`creditline stats`: the number of items by year, author, section, licence, publisher and so on."""

from __future__ import annotations

import csv
import html
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from archive.control_characters import in_json, replace_control_characters
from archive.errors import Exit, Refused
from db.model.cell import cell
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import free, packing
from ingest.progress import counted

KINDS = ("year", "author", "section", "license", "publisher", "tag", "language", "reuse", "kind")
FORMATS = ("table", "json", "csv", "svg")
_PLAIN = ("", "md", "text", "txt")
EVERYTHING = "kind:article OR kind:page OR kind:document"
Rows = Sequence[tuple[str, int]]
# The length of the longest bar in characters.
_BAR = 40
# The plot in pixels: the height of a row, the start of the bars, and the whole width.
_ROW, _LEFT, _WIDTH = 22, 220, 720


@dataclass(frozen=True, slots=True)
class Plot:
    """What is counted, how it is shown, and where it is written; None means standard output."""

    kind: str
    form: str | None
    shown: int
    output: Path | None
    replace: bool


@click.command(cls=Verb)
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@click.option("--by", "kind", type=click.Choice(KINDS), default="year", help="year by default.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="table by default, or as FILE ends (.csv, .json, .svg, .txt)."
)
@click.option(
    "-n",
    "shown",
    type=click.IntRange(min=1),
    default=30,
    metavar="N",
    help="The N most common values, or latest years; 30 by default.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to FILE.")
@click.option("--replace", is_flag=True, help="Write over FILE if it is there.")
@packing(Plot, "plot")
@click.pass_obj
def command(console: Console, words: tuple[str, ...], plot: Plot) -> None:
    """Count all items, or those that a search for WORDS finds, by year, author and so on: as a table with bars, as
    JSON, as CSV for a spreadsheet, or as a chart in SVG. All are counted, however many.
    """
    from archive.disk import whole_file
    from db.search.facet_counts import FacetKind, facets
    from db.search.query import find_mistake
    from ingest.collection.collection import Layout, open_for_reading

    if plot.form is None and plot.output is not None:
        plot = replace(plot, form=_form_of(plot.output))
    typed = " ".join(words)
    text = typed or EVERYTHING
    told = find_mistake(text)
    if told is not None:
        raise Refused(told.what, told.hint, Exit.USAGE)
    if plot.output is not None:
        free(plot.output, replace=plot.replace)
    one = FacetKind(plot.kind)
    with open_for_reading(Layout(console.directory)) as catalogue:
        found = facets(catalogue.connection, text, [one], counted=-1, shown=sys.maxsize)
    values = [(value.value, value.count) for value in found.values[one]]
    # Years in order, keeping the latest; everything else by count.
    rows = sorted(values)[-plot.shown :] if plot.kind == "year" else values[: plot.shown]
    if console.as_json or plot.form == "json":
        said = _json(typed, plot.kind, found.counted, rows)
    elif plot.form == "svg":
        said = _svg(f"Items by {plot.kind}", rows)
    elif plot.form == "csv":
        said = _csv(plot.kind, rows)
    else:
        said = "\n".join(_table(rows))
    if plot.output is None:
        console.out(said)
    else:
        with whole_file(plot.output) as file:
            file.write(said.encode() + b"\n")
    if not (console.as_json or plot.form == "json"):
        console.talk(_left_out(plot, found.counted, values, len(rows)))


def _form_of(output: Path) -> str:
    """Return the format that the name of a file promises; a table for plain text.

    Raises:
        Refused: the name promises a format that is not written here, such as ``.xlsx`` (usage).
    """
    ending = output.suffix.lower().removeprefix(".")
    if ending in FORMATS:
        return ending
    if ending not in _PLAIN:
        hint = "end it in .csv for a spreadsheet, .json, .svg or .txt, or choose with --format"
        raise Refused(f"nothing is written as .{ending} here", hint, Exit.USAGE)
    return "table"


def _left_out(plot: Plot, items: int, values: Sequence[tuple[str, int]], shown: int) -> str:
    """Say how many items were counted, and what no row shows, so that nobody takes the rows for everything."""
    told = [counted(items, "item")]
    silent = items - sum(count for _, count in values)
    # Only for these kinds: of the others, an item has several values, or always one.
    if plot.kind in ("year", "section", "language") and silent > 0:
        told.append(f"{silent:,} without a {plot.kind}")
    if shown < len(values):
        which = "latest" if plot.kind == "year" else "commonest"
        told.append(f"the {which} {shown:,} of {len(values):,}, -n shows more")
    return "; ".join(told)


def _table(rows: Rows) -> list[str]:
    """Return a line for each row: value, count, and a bar."""
    most = max((count for _, count in rows), default=1)
    width = min(max((len(value) for value, _ in rows), default=0), 40)
    return [f"{value[:40]:<{width}}  {count:>8,}  {'█' * max(1, count * _BAR // most)}" for value, count in rows]


def _json(query: str, kind: str, total: int, rows: Rows) -> str:
    """Return *rows* as one JSON object."""
    counts = [{"value": value, "items": count} for value, count in rows]
    return in_json({"query": query, "by": kind, "items": total, "counts": counts})


def _csv(kind: str, rows: Rows) -> str:
    """Return *rows* as CSV with a heading; no cell is one that a spreadsheet would calculate or execute."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([(kind, "items"), *((cell(value), count) for value, count in rows)])
    return text.getvalue().removesuffix("\n")


def _svg(title: str, rows: Rows) -> str:
    """Return *rows* as a bar chart, with value and count as text, so that it can be read aloud and printed."""
    most = max((count for _, count in rows), default=1)
    height = _ROW * (len(rows) + 2)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="13">',
        f"<title>{html.escape(title)}</title>",
        f'<text x="8" y="{_ROW - 6}" font-weight="bold">{html.escape(title)}</text>',
    ]
    for number, (value, count) in enumerate(rows, 1):
        y = _ROW * number
        length = (_WIDTH - _LEFT - 80) * count // most
        shown = html.escape(replace_control_characters(value if len(value) <= 30 else f"{value[:29]}…"))
        lines.append(f'<text x="{_LEFT - 8}" y="{y + 16}" text-anchor="end">{shown}</text>')
        lines.append(f'<rect x="{_LEFT}" y="{y + 4}" width="{length}" height="{_ROW - 8}" fill="#3b6ea5"/>')
        lines.append(f'<text x="{_LEFT + length + 6}" y="{y + 16}">{count:,}</text>')
    return "\n".join([*lines, "</svg>"])
