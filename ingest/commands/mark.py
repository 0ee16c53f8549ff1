"""`creditline mark`: a user's own tags, notes and named sets on items."""

from __future__ import annotations

from dataclasses import dataclass

import click

from archive.errors import Exit, Refused
from db.model.annotation import AnnotationKind, value_of
from db.model.item import Tombstone
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.collection.item_choice import Choice
from ingest.commands.flags import item_options, packing
from ingest.progress import counted


@dataclass(frozen=True, slots=True)
class Marks:
    """What the command line adds to items."""

    tags: tuple[str, ...]
    sets: tuple[str, ...]
    notes: tuple[str, ...]
    name: str
    remove: bool

    def values(self) -> list[tuple[AnnotationKind, str]]:
        """Return each value with its kind. Raises `BadDecision` if one is empty or too long."""
        named = ((AnnotationKind.TAG, self.tags), (AnnotationKind.SET, self.sets), (AnnotationKind.NOTE, self.notes))
        return [(kind, value_of(kind, value, remove=self.remove)) for kind, values in named for value in values]


@click.command(cls=Verb)
@item_options
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="A tag of your own; `tag:` finds it.")
@click.option("--set", "sets", multiple=True, metavar="NAME", help="A named set the items are in; `set:` finds it.")
@click.option("--note", "notes", multiple=True, metavar="TEXT", help="A note; `note:` finds its words.")
@click.option("--by", "name", default="", metavar="NAME", help="Who marks it; recorded.")
@click.option("--remove", is_flag=True, help="Remove these.")
@packing(Marks, "marks")
@click.pass_obj
def command(console: Console, choice: Choice, marks: Marks) -> None:
    """Give items tags, notes and named sets of your own, recorded in the WARC files like every decision. Without any of
    these options, list what items have; without an item, list the sets.
    """
    if not marks.values():
        _list(console, choice)
        return
    if not marks.name.strip():
        raise Refused("no name is given", "say who says so with --by NAME: it is recorded", Exit.USAGE)
    _record(console, choice, marks)


def _record(console: Console, choice: Choice, marks: Marks) -> None:
    from db.decisions.annotation_rows import every
    from ingest.collection.collection import Layout
    from ingest.collection.notes import open_for_notes
    from ingest.commands import decision_notes

    with open_for_notes(Layout(console.directory)) as notary:
        # Make the full list before recording the first: a note changes what a query finds.
        held = [item.id for item in choice.items(notary.catalogue) if not isinstance(item, Tombstone)]
        wanted = [(item, kind, value) for item in held for kind, value in marks.values()]
        if marks.remove:
            there = {(one.item, one.kind, one.value) for one in every(notary.catalogue.connection, held)}
            wanted = [one for one in wanted if one in there]
            # To say that it is taken away would hide a typing error.
            if held and not wanted:
                hint = "`creditline mark ITEM` lists what an item has"
                raise Refused("no mark of this name is there to take away", hint, Exit.USAGE)
        for item, kind, value in wanted:
            by = marks.name.strip()
            decision_notes.mark(notary, item, kind, value, by=by, remove=marks.remove)
            if console.as_json:
                told = {"item": item, "annotation": kind.value, "value": value, "by": by}
                console.out_json({**told, "removed": marks.remove})
    touched = len({item for item, _, _ in wanted})
    done = counted(len(wanted), "mark")
    console.talk(f"{done} {'taken away' if marks.remove else 'put'} on {counted(touched, 'item')}")


def _list(console: Console, choice: Choice) -> None:
    """Print the named sets; or, with items, what is marked on them."""
    from db.decisions import annotation_rows
    from ingest.collection.collection import Layout, open_for_reading

    with open_for_reading(Layout(console.directory)) as catalogue:
        if not choice.named:
            sets = annotation_rows.sets(catalogue.connection)
            for name, count in sets:
                if console.as_json:
                    console.out_json({"set": name, "items": count})
                else:
                    console.out(f"{counted(count, 'item'):>12}  {name}")
            if not sets:
                console.talk("no set is named yet: creditline mark ITEM --set NAME --by NAME")
            return
        ids = [item.id for item in choice.items(catalogue) if not isinstance(item, Tombstone)]
        found = annotation_rows.every(catalogue.connection, ids)
    if not found:
        console.talk("nothing was put to it: creditline mark ITEM --tag TAG --by NAME")
    for one in found:
        if console.as_json:
            console.out_json({"item": one.item, "kind": one.kind.value, "value": one.value, "by": one.by,
                              "made": one.made.isoformat(), "record": one.id})  # fmt: skip
        else:
            console.out(f"{one.item}  {one.kind.value:<4}  {one.value}  ({one.by}, {one.made:%Y-%m-%d})")
