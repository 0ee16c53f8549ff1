"""`creditline cite`: export citations."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import Exit, Refused
from db.model.item import PageKind, Tombstone
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.collection.item_choice import Choice
from ingest.commands.flags import (
    chosen,
    free,
    item_options,
    packing,
    report_unchecked,
    seconds_option,
)
from ingest.progress import counted

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.citation.address import Archive
    from db.model.item import Item
    from ingest.collection.collection import Layout

FORMATS = (
    *("biblatex", "bibtex", "csl-json", "ris", "wikipedia", "cytuj", "robust-links", "json-ld", "markdown", "pwid"),
    *("chicago-notes", "chicago-author-date", "apa", "mla", "iso690"),
)
"""The names in `db.citation.formats`, repeated because --help must not import the catalogue's code."""
BY_ENDING = {".json": "csl-json", ".jsonld": "json-ld", ".md": "markdown", ".ris": "ris"}
"""What programs expect in a file that is named so, unless --format says otherwise; in others, BibLaTeX is written."""


@dataclass(frozen=True, slots=True)
class CiteOptions:
    """The flags that describe the citations."""

    form: str | None
    lang: str | None
    markup: str
    address: str
    public_url: str | None
    name: str | None
    output: Path | None
    replace: bool
    document: Path | None
    seconds: int
    page: int | None

    def archive(self, layout: Layout) -> Archive:
        """Return the archive as citations name it: from the flags, else from the settings of the collection.

        Raises:
            Refused: the archive's web address is needed and not known (usage).
        """
        from db.citation.address import Archive, UrlChoice
        from ingest.collection.collection import archive_of

        stated = archive_of(layout)
        public_url = self.public_url or stated.public_url
        # Both print the archive's web address, and would print a wrong one.
        if public_url is None and (self.form == "pwid" or self.address == "archive"):
            hint = "say so with --public-url URL, or as public_url in the [archive] of the settings"
            raise Refused("it is not known where the archive is on the web", hint, Exit.USAGE)
        return Archive(self.name or stated.name, public_url, UrlChoice(self.address), self.page)


@click.command(cls=Verb)
@item_options
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="biblatex by default, or as FILE ends: .json (CSL-JSON), .jsonld, .md, .ris; with --json, CSL-JSON, one "
    "citation a line.",
)
@click.option(
    "--lang", type=click.Choice(("en", "pl")), help="The language of a formatted style; the item's own by default."
)
@click.option(
    "--markup",
    type=click.Choice(("text", "html", "markdown")),
    default="text",
    help="How a formatted style writes italics.",
)
@click.option(
    "--url",
    "address",
    type=click.Choice(("original", "archive", "auto")),
    default="auto",
    help="auto by default: the original address, or the archived one if the page is gone.",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="Where this archive is on the web, if the settings do not say it; without it there is no link.",
)
@click.option("--archive", "name", metavar="NAME", help="The name of the archive, if the settings do not give it.")
@click.option("--page", type=click.IntRange(min=1), metavar="N", help="Cite this page of a document; `quote` finds it.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to FILE instead of standard output; never a partial file.",
)
@click.option("--replace", is_flag=True, help="Write over FILE if it is there.")
@click.option(
    "--check",
    "document",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Instead, check the addresses in a .bib, .tex, .md, .txt, .html, .ris or .docx: gone, changed since, never "
    "archived. With -o, write a copy of a .bib, .tex, .md or .txt that says where each is archived.",
)
@seconds_option
@packing(CiteOptions, "asked")
@click.pass_obj
def command(
    console: Console,
    choice: Choice,
    asked: CiteOptions,
) -> None:
    """Export citations of items, of all hits of a query, or of everything: all of them, streamed. Withheld
    items are left out and counted.
    """
    from archive.control_characters import escaped, replace_control_characters
    from archive.disk import whole_file
    from ingest.collection.collection import Layout, open_for_reading

    layout = Layout(console.directory)
    _refuse(asked, choice)
    if asked.form is None and asked.output is not None and not console.as_json:
        asked = replace(asked, form=BY_ENDING.get(asked.output.suffix.lower()))
    archive = asked.archive(layout)
    if asked.output is not None:
        free(asked.output, replace=asked.replace)
    # Without a file, the citations show the progress themselves.
    bar = console.steps("Citing", shown=asked.output is not None and asked.document is None)
    with open_for_reading(layout) as catalogue, bar as report:
        if asked.document is not None:
            sys.exit(_check(console, catalogue, asked, archive))
        if asked.page is not None:
            _refuse_page(catalogue.item(choice.refs[0]))
        # Count while streaming: a hundred thousand citations are never in memory at once.
        counting = _Counting(chosen(console, replace(choice, report=report), catalogue, bare=True))
        as_lines = console.as_json and asked.form is None
        pieces = _lines(counting, archive) if as_lines else _written(counting, asked, archive)
        # Titles of pages may contain control characters for a terminal: escape them in JSON, neutralize them elsewhere.
        pieces = map(
            escaped if as_lines or asked.form in ("csl-json", "json-ld") else replace_control_characters, pieces
        )
        if asked.output is None:
            for piece in pieces:
                click.echo(piece, nl=False)
        else:
            # A manuscript may be reading the file: it must contain all citations, or the previous ones.
            with whole_file(asked.output) as file:
                file.writelines(piece.encode() for piece in pieces)
    left = f"; {counting.withheld} withheld left out" if counting.withheld else ""
    where = f" to {asked.output}" if asked.output else ""
    console.talk(f"{counted(counting.written, 'citation')}{where}{left}")


def _refuse(asked: CiteOptions, choice: Choice) -> None:
    if asked.page is not None and (len(choice.refs) != 1 or choice.query is not None or choice.everything):
        raise Refused("a page belongs to one document", "name that alone", Exit.USAGE)
    if asked.public_url is not None and not asked.public_url.startswith(("http://", "https://")):
        raise Refused(f"{asked.public_url!r} is not a web address", "begin it with https://", Exit.USAGE)


def _refuse_page(item: Item | None) -> None:
    if item is not None and item.kind is not PageKind.DOCUMENT:
        raise Refused(f"{item.id} is no document: it has no pages", "leave --page out", Exit.USAGE)


def _written(items: Iterable[Item], asked: CiteOptions, archive: Archive) -> Iterator[str]:
    from db.citation.formats import CitationForm, write
    from db.citation.styles import Markup

    return write(items, CitationForm(asked.form or "biblatex", Markup(asked.markup), asked.lang), archive)


def _check(console: Console, catalogue: Catalogue, asked: CiteOptions, archive: Archive) -> Exit:
    """Report the state of every address in a document, and write an annotated copy if requested."""
    from archive.disk import whole_file
    from db.search.effort import within_seconds
    from ingest.quoting.references import ReferenceState, annotated, check, read

    assert asked.document is not None
    text = read(asked.document)
    found = check(catalogue, text, archive, within_seconds(asked.seconds))
    for one in found:
        if console.as_json:
            import msgspec

            console.out_json(msgspec.to_builtins(one))
            continue
        console.out(f"{asked.document.name}:{one.line}  {one.state.value}  {one.url}")
        if one.detail:
            console.advise(f"    {one.detail}")
    if asked.output is not None:
        with whole_file(asked.output) as file:
            file.write(annotated(asked.document, text, found).encode())
        console.talk(f"written to {asked.output}")
    counts = Counter(one.state.value for one in found)
    console.talk(", ".join(f"{count} {state}" for state, count in counts.items()) or "no address is in it")
    report_unchecked(console, counts[ReferenceState.NOT_LOOKED_AT.value], asked.seconds)
    # For scripts that check a manuscript: 0 only if every page is as it was cited.
    return Exit.ATTENTION if any(one.state.value != "archived" for one in found) else Exit.DONE


class _Counting:
    """The items to export; counts them, and those that are withheld."""

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


def _lines(items: Iterable[Item], archive: Archive) -> Iterator[str]:
    """Yield a line of CSL-JSON for each of *items*."""
    from db.citation import csl

    for item in items:
        yield json.dumps(csl.one(item, archive), ensure_ascii=False) + "\n"
