"""`creditline credit`: the credit line to put below a reused text."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from archive.errors import Exit
from db.model.item import Tombstone
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.collection.item_choice import Choice
from ingest.commands.flags import (
    chosen,
    item_options,
    report_unchecked,
    seconds_option,
    tell_withheld,
)
from ingest.progress import counted


@click.command(cls=Verb)
@item_options
@click.option("--lang", type=click.Choice(("en", "pl")), help="In this language; the item's own by default.")
@click.option(
    "--markup",
    type=click.Choice(("text", "html", "markdown")),
    default="text",
    help="With links, for a page or a draft; text by default.",
)
@click.option(
    "--check",
    "manuscript",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Instead, check whether a text (txt, md, tex, html, docx) credits the items from which it takes quotations or "
    "whole paragraphs.",
)
@seconds_option
@click.pass_obj
def command(
    console: Console,
    choice: Choice,
    lang: str | None,
    markup: str,
    manuscript: Path | None,
    seconds: int,
) -> None:
    """Print the credit line of items, with the conditions it meets and where the publisher states them.

    With --check, exit code 3 if a credit lacks the author, the publisher, or a required link; 0 if nothing of the
    collection is recognised, which is said.
    """
    if manuscript is not None:
        sys.exit(_check(console, manuscript, seconds))
    import msgspec

    from db.citation.credit_line import credit_line, marked_up
    from db.citation.styles import Markup
    from ingest.cli.evidence_text import span
    from ingest.cli.terms_text import read_by
    from ingest.collection.collection import Layout, open_for_reading

    with open_for_reading(Layout(console.directory)) as catalogue:
        for item in chosen(console, choice, catalogue):
            if isinstance(item, Tombstone):
                # On stderr, because stdout is pasted: there, a notice would be taken for a credit line.
                tell_withheld(console, item, aside=True)
                continue
            line = credit_line(item, language=lang)
            line = replace(line, text=marked_up(line.text, Markup(markup), item.url))
            if console.as_json:
                console.out_json({"id": item.edition.id, **msgspec.to_builtins(line)})
                continue
            console.out(line.text)
            for condition in line.conditions:
                console.talk(f"  condition: {condition}")
            for held in item.terms:
                # A statement that says nothing about reuse asks for no credit, so do not show it as if it did.
                if held.statement.has_a_say:
                    evidence = held.statement.evidence
                    console.talk(f"  evidence: “{evidence.words}” {span(evidence)} of {evidence.capture}")
                    for note in read_by(item, held):
                        console.talk(note)


def _check(console: Console, path: Path, seconds: int) -> Exit:
    """Say for each item that the text takes from whether it is credited; if not, show the credit line."""
    import msgspec

    from db.search.effort import within_seconds
    from ingest.collection.collection import Layout, open_for_reading
    from ingest.quoting.credit_check import LONG, check
    from ingest.quoting.manuscript import FEWEST, plain, quoted_in

    text = plain(path)
    with open_for_reading(Layout(console.directory)) as catalogue:
        found, passed = check(catalogue, text, quoted_in(text), within_seconds(seconds))
    for one in found:
        if console.as_json:
            console.out_json(msgspec.to_builtins(one))
            continue
        state = f"missing: {', '.join(one.missing)}" if one.missing else "credited"
        console.out(f"{path.name}:{one.line}  {state}  {one.item}  “{one.title}” ({counted(one.passages, 'passage')})")
        if one.missing:
            console.out(f"    {one.credit}")
    # Missing credit is not an error: the text is the user's own.
    wanting = sum(bool(one.missing) for one in found)
    if found:
        console.talk(f"{counted(len(found), 'item')} reused, {wanting} without enough credit")
    else:
        # Not "0 items reused": what is taken in other words, translated or shortened is not seen.
        console.talk(f"{path.name}: nothing of this collection was recognised, so no credit was checked")
        console.talk(f"  quotations of {FEWEST} words or more and paragraphs of {LONG} or more are, word for word")
    report_unchecked(console, len(passed), seconds)
    return Exit.ATTENTION if wanting or passed else Exit.DONE
