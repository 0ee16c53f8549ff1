"""`creditline show`: an item with its text, attribution, editions and evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from archive.errors import Exit, Refused
from db.model.item import Tombstone
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.collection.item_choice import Choice
from ingest.commands.flags import EditionMoment, chosen, item_options, packing, tell_withheld

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.identity import Span
    from db.model.item import Item
    from db.model.picture import Pictures
    from ingest.collection.collection import Layout


@dataclass(frozen=True, slots=True)
class View:
    """What to show of an item."""

    with_text: bool
    markdown: bool
    with_evidence: bool
    with_editions: bool
    with_pictures: bool
    moments: tuple[Span, Span] | None


@click.command(cls=Verb)
@item_options
@click.option("--text", "with_text", is_flag=True, help="Add the text.")
@click.option(
    "--markdown",
    is_flag=True,
    help="Instead, print the text as Markdown for publishing: title, authors and date, the text with its headings, "
    "lists, quotations, tables, notes and captions, and the credit line.",
)
@click.option(
    "--evidence",
    "with_evidence",
    is_flag=True,
    help="Add, for each claim, the words and bytes that state it, and what other witnesses say.",
)
@click.option(
    "--editions",
    "with_editions",
    is_flag=True,
    help="Add every edition, when it was in force and what changed in it, and what visits saw besides: redirects, "
    "errors, less than the text.",
)
@click.option(
    "--pictures",
    "with_pictures",
    is_flag=True,
    help="Add its pictures: their captions and credits, what their files state (IPTC, XMP, Exif), and whether each "
    "may be used.",
)
@click.option(
    "--diff",
    "moments",
    nargs=2,
    type=EditionMoment(),
    metavar="TIME TIME",
    help="Instead, show what changed between the editions in force at two times: dates, or the ends of edition ids.",
)
@packing(View, "view")
@click.pass_obj
def command(
    console: Console,
    choice: Choice,
    view: View,
) -> None:
    """Show items, named by id, edition id or URL, or all hits of a query: title, authors, date, reuse, the
    publisher's words about it, and the credit line.
    """
    from db.model.text_marks import read_text
    from ingest.cli.item_text import picture_lines
    from ingest.collection.collection import Layout, open_for_reading

    layout = Layout(console.directory)
    with open_for_reading(layout) as catalogue, _picture_reader(layout, wanted=view.with_pictures) as look:
        for number, item in enumerate(chosen(console, choice, catalogue)):
            if isinstance(item, Tombstone):
                tell_withheld(console, item, aside=view.markdown)
            elif view.moments is not None:
                _differences(console, catalogue, item, view.moments)
            elif console.as_json:
                console.out_json(_as_json(catalogue, item, view, look))
            elif view.markdown:
                _print_markdown(console, item, number)
            else:
                lines = _lines(catalogue, item, with_editions=view.with_editions, with_evidence=view.with_evidence)
                lines += picture_lines(look(item)) if look is not None else []
                # Pointers to notes are put in brackets: printed plainly, their digits would run into the words.
                lines += ["", read_text(item.edition.text, item.edition.marks)] if view.with_text else []
                console.read("\n".join([*([""] if number else []), *lines]))


def _print_markdown(console: Console, item: Item, number: int) -> None:
    from db.model.item import Use
    from db.terms.verdict import verdict_of
    from ingest.exporting.markdown import article
    from ingest.exporting.readable_item import readable

    asked = verdict_of(item, Use.REPUBLISH)
    if not asked.is_yes:
        # On stderr, so that it does not become part of what is published; but it must not be silent either.
        console.talk(f"{item.id}: may it be published? {asked.answer.value}: creditline terms {item.id}")
    console.out(("\n" if number else "") + article(readable(item, None), number + 1 if number else None))


def _lines(catalogue: Catalogue, item: Item, *, with_editions: bool, with_evidence: bool) -> list[str]:
    from ingest.cli.evidence_text import evidence_lines
    from ingest.cli.item_text import brief, edition_lines, history_lines, seen_instead_lines, translation_lines

    lines = [*brief(item), *seen_instead_lines(catalogue, item), *translation_lines(catalogue, item)]
    if with_editions:
        lines += [*edition_lines(catalogue.editions(item.id)), *history_lines(catalogue, item)]
    return lines + (evidence_lines(catalogue, item) if with_evidence else [])


@contextmanager
def _picture_reader(layout: Layout, *, wanted: bool) -> Iterator[Callable[[Item], Pictures] | None]:
    """Provide a reader of an item's pictures, if *wanted*."""
    if not wanted:
        yield None
        return
    from ingest.commands.pictures import PictureReader

    with PictureReader() as reader:
        yield lambda item: reader(layout.catalogue, layout.warcs, item)


def _as_json(
    catalogue: Catalogue, item: Item, view: View, look: Callable[[Item], Pictures] | None
) -> dict[str, object]:
    """Return an item as JSON values, with its rivals and translations, and what the flags add."""
    from dataclasses import asdict

    from db.fold.editions import rivals_of
    from db.model.json_values import json_values
    from db.query.translations import translations
    from ingest.cli.item_text import as_json, editions_as_json, history_as_json

    values = as_json(item, rivals_of(catalogue.connection, item))
    values |= {"translations": [asdict(one) for one in translations(catalogue.connection, item)]}
    if view.with_editions:
        values["history"] = editions_as_json(catalogue.editions(item.id))
        values |= history_as_json(catalogue, item)
    if look is not None:
        found = look(item)
        values["pictures"] = json_values(found.shown)
        values |= {"pictures_unread": found.unread} if found.unread is not None else {}
    return values


def _differences(console: Console, catalogue: Catalogue, item: Item, spans: tuple[Span, Span]) -> None:
    from db.identity import resolve_span
    from ingest.cli.item_text import difference_as_json, difference_lines

    editions = catalogue.editions(item.id)
    # Accept both orders: whoever compares two days need not know which edition is older.
    moments = sorted(resolve_span(span, (one.opened for one in editions)) for span in spans)
    # The edition in force at each time: the last one opened by then.
    found = [next((one for one in reversed(editions) if one.opened <= moment), None) for moment in moments]
    one, other = found
    if one is None or other is None:
        first = editions[0]
        raise Refused(
            f"{item.id} was not held at {moments[0]:%Y-%m-%d %H:%M} UTC",
            f"its first edition is {first.id}; `creditline show {item.id} --editions` lists them all",
            Exit.USAGE,
        )
    if console.as_json:
        console.out_json(difference_as_json(one, other))
    elif one.id == other.id:
        console.out(f"{one.id} was in force at both times")
    else:
        console.read("\n".join(difference_lines(one, other)))
