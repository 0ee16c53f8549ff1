"""`creditline credit`: the credit line that a reuser prints."""

from __future__ import annotations

from datetime import datetime

import click

from ingest.commands.flags import at, choosing
from ingest.console import Console


@click.command()
@choosing
@at
@click.option("--lang", metavar="CODE", help="In this language; the item's own by default.")
@click.pass_obj
def command(
    console: Console,
    items: tuple[str, ...],
    query: str | None,
    everything: bool,
    at: datetime | None,
    lang: str | None,
) -> None:
    """Print the credit line of items, with the conditions it answers and where the publisher states them."""
    import msgspec

    from db.credit import credit_line
    from ingest.account import chosen, span
    from ingest.collection import Layout, reading

    with reading(Layout(console.directory)) as catalogue:
        for ref in chosen(catalogue, items, query, everything=everything):
            item = catalogue.item(ref, at=at)
            if item is None:
                console.talk(f"{ref} was not held on that day")
                continue
            line = credit_line(item, language=lang)
            if console.as_json:
                console.out_json({"id": item.edition.id, **msgspec.to_builtins(line)})
                continue
            console.out(line.text)
            for condition in line.conditions:
                console.talk(f"  condition: {condition}")
            for held in item.terms:
                evidence = held.statement.evidence
                console.talk(f"  evidence: “{evidence.words}” {span(evidence)} of {evidence.capture}")
