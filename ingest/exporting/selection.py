"""Selection: which items and records an export holds, found once and fixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from db.chosen import Chosen
from db.model import Item, Tombstone
from ingest.console import counted
from ingest.exporting.echoes import Echoes
from ingest.exporting.order import Handed, Order, nothing


@dataclass(slots=True)
class Selection:
    """What an export holds.

    Attributes:
        echoes: finds what repeats a withheld item; whoever copies records the catalogue does not know asks it.
        withheld: how many of the items that were named are withheld.
        absent: references of items that were not held yet on the day asked for.
    """

    chosen: Chosen
    echoes: Echoes
    withheld: int = 0
    absent: list[str] = field(default_factory=list)

    def items(self, order: Order) -> Iterator[Item]:
        """Yield the items that are handed on, as they stood on the day asked for."""
        shown: set[str] = set()
        for item in order.choice.items(order.catalogue):
            if not isinstance(item, Tombstone) and item.id not in shown:
                if not order.choice.everything:  # there each comes once
                    shown.add(item.id)
                yield item

    def handed(self, **contents: int) -> Handed:
        """Return what was handed on, with how many there are of each thing in *contents*."""
        notes = [f"{ref} was not held on that day" for ref in self.absent]
        if self.chosen.echoes:
            pages = counted(self.chosen.echoes, "capture")
            notes.append(f"left out too: {pages} of lists, feeds and other pages with its title or first words")
        if self.echoes.records:
            notes.append(f"left out too: {counted(self.echoes.records, 'record')} about what is withheld")
        if self.chosen.unshown:
            notes.append(
                f"left out too: {counted(self.chosen.unshown, 'capture')} with the same bytes as what is withheld"
            )
        named = {noun.replace("_", " "): number for noun, number in contents.items()}
        return Handed(self.chosen.count(), self.withheld, named, tuple(notes))


def select(order: Order) -> Selection:
    """Find what *order* names.

    Raises:
        Refused: nothing was named, or nothing is left of it (usage).
    """
    choice, catalogue = order.choice, order.catalogue
    chosen = Chosen(catalogue.connection, until=choice.at)
    selection = Selection(chosen, Echoes(order, chosen.withheld()))
    if choice.everything and not choice.refs and choice.query is None:
        selection.chosen.add_everything(settings=order.with_settings)
        selection.withheld = catalogue.counts()["withheld"]
    else:
        for item in choice.items(catalogue, selection.absent.append):
            if isinstance(item, Tombstone):
                selection.withheld += 1
            else:
                selection.chosen.add_item(item)
    selection.chosen.settle(selection.echoes.repeats, selection.echoes.states)
    if not selection.chosen.files():
        raise nothing(choice, selection.withheld)
    return selection
