"""Selection: which items and records an export holds, found once and fixed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archive.errors import BadHead, CannotReplay, Damaged
from archive.replay import entity_of
from archive.warc.capture import Capture, CaptureKind
from archive.warc.reader import read_record_at
from archive.warc.record import Record, RecordType
from archive.warc.writer import locate_file
from db.model.item import Item, Tombstone
from db.query.echoes import SILENT, Echo
from db.query.export_selection import Chosen, Withheld
from ingest.exporting.order import Handed, Order, nothing
from ingest.progress import counted

# Echoes: what repeats a withheld item somewhere else: lists and feeds with its title or first words, text records.

_OF_CAPTURES = frozenset({RecordType.RESPONSE, RecordType.REVISIT, RecordType.REQUEST, RecordType.WARCINFO})


@dataclass(slots=True)
class Echoes:
    """Finds what repeats the items of *withheld*; nothing where there are none.

    Attributes:
        records: how many records beside captures and notes were left out for that reason.
    """

    order: Order
    withheld: Iterable[Withheld]
    records: int = 0
    _echo: Echo = field(init=False)

    def __post_init__(self) -> None:
        self._echo = Echo(self.withheld)

    def __bool__(self) -> bool:
        return bool(self._echo)

    def repeats(self, capture: Capture) -> bool:
        """Say whether *capture* shows a withheld item: its title, its first words, or in a feed its address.

        A sitemap that names the address alone says no more than that it was there. A record that cannot be read
        repeats nothing: whoever copies it will find that out.
        """
        if not self or capture.kind is not CaptureKind.RESPONSE or capture.media_type.startswith(SILENT):
            return False
        try:
            body = entity_of(self.order.layout.warcs, capture, self.order.catalogue.original).body
        except (Damaged, CannotReplay, BadHead, OSError):
            return False
        return self._echo.is_in(body, capture.media_type)

    def states(self, file: str, offset: int) -> bool:
        """Say whether the note at *offset* of *file* holds words of a withheld item."""
        if not self:
            return False
        try:
            return self._echo.says(read_record_at(locate_file(self.order.layout.warcs, file), offset).block)
        except (Damaged, OSError):
            return False

    def carries(self, record: Record) -> bool:
        """Say whether a record beside the captures, such as the text of a page, is about a withheld item."""
        if not self or record.type in _OF_CAPTURES:
            return False
        about = (record.get("WARC-Target-URI") or "").encode()
        found = self._echo.named(about) is not None or self._echo.says(record.block)
        self.records += found
        return found


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
    # Of all, the records too that no item was made of: only so is an export of all a copy of the archive.
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
    # By records and not by items: what was collected and makes no item is worth handing on.
    if not selection.chosen.files():
        raise nothing(choice, selection.withheld)
    return selection
