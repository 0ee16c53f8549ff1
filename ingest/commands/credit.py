"""`creditline credit`: the credit line that a reuser prints."""

from __future__ import annotations

import click

from db.model.item import Tombstone
from ingest.cli.console import Console
from ingest.cli.item_choice import Choice
from ingest.commands.flags import choosing, chosen, tell_withheld


@click.command()
@choosing
@click.option("--lang", type=click.Choice(("en", "pl")), help="In this language; the item's own by default.")
@click.pass_obj
def command(
    console: Console,
    choice: Choice,
    lang: str | None,
) -> None:
    """Print the credit line of items, with the conditions it answers and where the publisher states them."""
    import msgspec

    from db.citation.credit_line import credit_line
    from ingest.cli.evidence_text import span
    from ingest.cli.terms_text import read_by
    from ingest.collection.collection import Layout, reading

    with reading(Layout(console.directory)) as catalogue:
        for item in chosen(console, choice, catalogue):
            if isinstance(item, Tombstone):
                # Aside, for what is on stdout is pasted: a notice there would be taken for a credit line.
                tell_withheld(console, item, aside=True)
                continue
            line = credit_line(item, language=lang)
            if console.as_json:
                console.out_json({"id": item.edition.id, **msgspec.to_builtins(line)})
                continue
            console.out(line.text)
            for condition in line.conditions:
                console.talk(f"  condition: {condition}")
            for held in item.terms:
                if held.statement.has_a_say:
                    evidence = held.statement.evidence
                    console.talk(f"  evidence: “{evidence.words}” {span(evidence)} of {evidence.capture}")
                    for note in read_by(item, held):
                        console.talk(note)
