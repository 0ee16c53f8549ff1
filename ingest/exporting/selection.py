"""Selection: the items and records of an export, determined once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.errors import BadHead, CannotReplay, Damaged
from archive.replay import entity_of
from archive.warc.capture import Capture, CaptureKind
from archive.warc.reader import read_record_at
from archive.warc.record import Record, RecordType
from archive.warc.writer import locate_file
from db.model.item import Item, Tombstone
from db.query.echoes import SILENT, Echo
from db.query.export_selection import Chosen
from ingest.exporting.order import ExportResult, Order, empty_export_error
from ingest.progress import counted

# ── Echoes: captures and records that repeat a withheld item: lists and feeds with its title, text records ───────

# Record types that `repeats` checks by their capture, so `carries` can skip them.
_OF_CAPTURES = frozenset({RecordType.RESPONSE, RecordType.REVISIT, RecordType.REQUEST, RecordType.WARCINFO})


# So many items are named one by one.
_NAMED = 10


@dataclass(slots=True)
class Echoes:
    """Find captures and records that repeat withheld items. False if nothing is withheld.

    Attributes:
        records: how many records, other than captures and notes, were left out for this reason.
    """

    order: Order
    records: int = 0
    _echo: Echo = field(init=False)

    def __post_init__(self) -> None:
        self._echo = Echo(self.order.catalogue.connection)

    def __bool__(self) -> bool:
        return bool(self._echo)

    def repeats(self, capture: Capture) -> bool:
        """Return whether *capture* shows the title, the first words or, in a feed, the address of a withheld item.

        A sitemap shows only addresses, so it never does. A damaged record counts as no echo, because copying it will
        fail anyway.
        """
        if not self or capture.kind is not CaptureKind.RESPONSE or capture.media_type.startswith(SILENT):
            return False
        try:
            body = entity_of(self.order.layout.warcs, capture, self.order.catalogue.original).body
        except (Damaged, CannotReplay, BadHead, OSError):
            return False
        return self._echo.occurs_in(body, capture.media_type)

    def states(self, file: str, offset: int) -> bool:
        """Return whether the note at *offset* of *file* contains words of a withheld item."""
        if not self:
            return False
        try:
            return self._echo.contains_words(read_record_at(locate_file(self.order.layout.warcs, file), offset).block)
        except (Damaged, OSError):
            return False

    def carries(self, record: Record) -> bool:
        """Return whether a record other than a capture, such as the text of a page, is about a withheld item."""
        if not self or record.type in _OF_CAPTURES:
            return False
        about = (record.get("WARC-Target-URI") or "").encode()
        found = self._echo.named(about) is not None or self._echo.contains_words(record.block)
        self.records += found
        return found


@dataclass(slots=True)
class Selection:
    """The contents of an export.

    Attributes:
        chosen: the records that are exported.
        echoes: used to check records that the catalogue does not know.
        withheld: how many of the named items are withheld.
        absent: named items that were not yet held on the requested day.
    """

    chosen: Chosen
    echoes: Echoes
    withheld: int = 0
    absent: list[str] = field(default_factory=list)

    def items(self, order: Order) -> Iterator[Item]:
        """Yield the exported items, as they were on the requested day."""
        shown: set[str] = set()
        for item in order.choice.items(order.catalogue):
            if not isinstance(item, Tombstone) and item.id not in shown:
                if not order.choice.everything:  # otherwise each occurs once anyway
                    shown.add(item.id)
                yield item

    def result(self, **contents: int) -> ExportResult:
        """Return the result of the export; *contents* are numbers by noun, with _ for spaces."""
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
        # Their number is among the items, and nothing else would say that their pages are missing.
        if (self.chosen.echoes or self.chosen.unshown) and (bare := self.chosen.without_page()):
            shown = ", ".join(bare[:_NAMED]) + (f" and {len(bare) - _NAMED} more" if len(bare) > _NAMED else "")
            notes.append(f"without their archived pages, which show it too: {shown}")
        named = {noun.replace("_", " "): number for noun, number in contents.items()}
        return ExportResult(self.chosen.count(), self.withheld, named, tuple(notes))


def select(order: Order) -> Selection:
    """Return the selection for *order*.

    Raises:
        Refused: the selection is empty (exit code: usage).
    """
    choice, catalogue = order.choice, order.catalogue
    chosen = Chosen(catalogue.connection, until=choice.at)
    selection = Selection(chosen, Echoes(order))
    # An export of everything includes records without an item, because it has to be a copy of the archive.
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
    # Check records, not items: an export may consist of captures without items.
    if not selection.chosen.files():
        raise empty_export_error(choice, selection.withheld)
    return selection
