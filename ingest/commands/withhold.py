"""`creditline withhold`: keep an item's bytes, but give nothing of it out."""

from __future__ import annotations

import click

from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.progress import counted


@click.command(cls=Verb)
@click.argument("items", nargs=-1, metavar="[ITEM]...")
@click.option("--reason", metavar="TEXT", help="Why; shown instead of the item from now on.")
@click.option("--by", "name", default="", metavar="NAME", help="Who decides; recorded.")
@click.option("--lift", is_flag=True, help="Show the items again.")
@click.pass_obj
def command(console: Console, items: tuple[str, ...], reason: str | None, name: str, lift: bool) -> None:
    """Withhold items: their captures stay and can be verified, but search, show, terms, citations, exports and views
    leave them out and give the date and the reason instead. The decision is recorded in the WARC files. Without
    an item: list what is withheld.
    """
    from archive.errors import Exit, Refused
    from ingest.collection.collection import Layout
    from ingest.collection.notes import open_for_notes
    from ingest.commands import decision_notes

    if not items and not (lift or reason or name):
        _list(console)
        return
    if not items:
        raise Refused("no item is named", "name ids or URLs; alone, `creditline withhold` lists", Exit.USAGE)
    # Whoever finds the tombstone later has only this reason to go by.
    if not lift and not (reason or "").strip():
        raise Refused("no reason is given", "say why with --reason TEXT: it is shown in the item's place", Exit.USAGE)
    if not name.strip():
        raise Refused("no name is given", "say who decides with --by NAME: it is recorded", Exit.USAGE)
    # Do not take the run lock: what must no longer be shown cannot wait for a run to end.
    with open_for_notes(Layout(console.directory)) as notary:
        # Look all up before recording the first: one misspelt reference leaves nothing half done.
        for item in [decision_notes.withholdable(notary, ref, lift=lift) for ref in items]:
            decision_notes.withhold(notary, item, (reason or "").strip(), by=name, lift=lift)
            state = "shown again" if lift else f"withheld: {reason}"
            # The same address may belong to another publisher, too, and is withheld there as well.
            for one in (item.id, *notary.catalogue.copies(item.id)):
                if console.as_json:
                    console.out_json({"id": one, "withheld": None if lift else reason, "by": name})
                else:
                    console.out(f"{one}  {state}" + ("" if one == item.id else f" (the same address as {item.id})"))
            for form in item.forms:
                # The file is a separate item with its own terms; a person decides whether to withhold it, too.
                again = f"creditline withhold {form.id} --by NAME " + ("--lift" if lift else "--reason TEXT")
                console.talk(
                    f"Its {form.format} is an item of its own and does not change; decide about it too: {again}"
                )


def _list(console: Console) -> None:
    """Print what is withheld, with date and reason, latest first."""
    from ingest.collection.collection import Layout, open_for_reading
    from ingest.commands.flags import tell_withheld

    with open_for_reading(Layout(console.directory)) as catalogue:
        found = [stone for one in sorted(catalogue.withheld()) if (stone := catalogue.tombstone(one)) is not None]
    for stone in sorted(found, key=lambda one: str(one.since), reverse=True):
        tell_withheld(console, stone)
    console.talk(f"{counted(len(found), 'item')} withheld")
