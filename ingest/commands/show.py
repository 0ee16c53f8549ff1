"""`creditline show`: an item with its text, attribution, editions and evidence."""

from __future__ import annotations

import click

from ingest.choice import Choice
from ingest.commands.flags import choosing
from ingest.commands.tombstone import tell_withheld
from ingest.console import Console


@click.command()
@choosing
@click.option("--text", "with_text", is_flag=True, help="Add the text.")
@click.option(
    "--evidence", "with_evidence", is_flag=True, help="Add, for each claim, the words and the bytes that hold it."
)
@click.option(
    "--editions", "with_editions", is_flag=True, help="Add every edition: what it was called, and when it stood."
)
@click.pass_obj
def command(
    console: Console,
    choice: Choice,
    with_text: bool,
    with_evidence: bool,
    with_editions: bool,
) -> None:
    """Show items, named by id, edition id or URL, or all hits of a query: title, authors, date, reuse, the
    publisher's words about it, and the credit line.
    """
    from db import rivals
    from ingest.account import as_json, brief, edition_lines, evidence_lines
    from ingest.collection import Layout, reading

    with reading(Layout(console.directory)) as catalogue:
        for number, item in enumerate(choice.items(catalogue, console.absent)):
            if item.withheld is not None:
                tell_withheld(console, item)
                continue
            if console.as_json:
                console.out_json(as_json(item, rivals.of_item(catalogue.connection, item)))
                continue
            lines = brief(item)
            if with_editions:
                lines += edition_lines(catalogue.editions(item.id))
            if with_evidence:
                lines += evidence_lines(catalogue, item)
            if with_text:
                lines += ["", item.edition.text]
            console.out("\n".join([*([""] if number else []), *lines]))
