"""`export bag`: items as a BagIt bag for a repository: WARC files, the rows of the catalogue, and PREMIS events."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping

from archive import premis
from archive.bag import BagWriter
from archive.controls import in_json, neutral
from archive.warc import capture_of
from archive.whole import whole_folder
from db import extract
from db.credit import credit_line
from db.model import Item, Role
from ingest.collection import read_settings
from ingest.exporting.deeds import Deeds
from ingest.exporting.gathering import described, lay, software
from ingest.exporting.order import Handed, Order
from ingest.exporting.selection import Selection, select


def export(order: Order) -> Handed:
    """Write the bag, a folder."""
    output = order.file()
    selection = select(order)
    with whole_folder(output) as folder:
        bag = BagWriter(folder)
        laid = lay(order, selection, lambda name, _size: bag.entry(f"warcs/{name}"))
        captures = sum(capture_of(copied.record) is not None for copied in laid)
        _rows(bag, "items", list(_ITEM), (_item(item) for item in selection.items(order)))
        connection = order.catalogue.connection
        for table in extract.TABLES:
            columns = extract.columns(connection, table)
            _rows(bag, table, columns, extract.rows(connection, table, order.choice.at))
        with bag.entry("premis.xml") as out:
            premis.write(out, Deeds(order, selection).document(bag.payload))
        files = len(bag.payload)
        bag.finish(_info(order, selection), order.made.date())
    return selection.handed(capture=captures, file=files)


def _rows(bag: BagWriter, table: str, columns: list[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write *rows* twice: as JSON lines for programs, as they are; as CSV for people, who open it in a spreadsheet."""
    with bag.entry(f"catalogue/{table}.jsonl") as lines, bag.entry(f"catalogue/{table}.csv") as sheet:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        for row in rows:
            lines.write(in_json(row).encode() + b"\n")
            writer.writerow([_cell(row[name]) for name in columns])
            sheet.write(text.getvalue().encode())
            text.seek(0)
            text.truncate()
        sheet.write(text.getvalue().encode())


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, the wide forms of East Asia too."""


def _cell(value: object) -> object:
    """Return *value* as a cell that is read as text: behind an apostrophe where it would be reckoned or run."""
    if not isinstance(value, str):
        return value
    shown = neutral(value)
    return f"'{shown}" if shown.lstrip(" \u00a0").startswith(_FORMULA) else shown


_ITEM: Mapping[str, Callable[[Item], object]] = {
    "id": lambda item: item.id,
    "edition": lambda item: item.edition.id,
    "url": lambda item: item.url,
    "publisher": lambda item: item.publisher.id,
    "publisher_name": lambda item: item.publisher.name,
    "kind": lambda item: item.kind.value,
    "language": lambda item: item.language and item.language.value,
    "title": lambda item: item.edition.title and item.edition.title.value,
    "authors": lambda item: "; ".join(one.name for one in item.edition.attributions if one.role is Role.AUTHOR),
    "tags": lambda item: "; ".join(tag.value for tag in item.tags),
    "published": lambda item: item.edition.published and item.edition.published.value,
    "text": lambda item: item.edition.text,
    "terms_words": lambda item: "; ".join(held.statement.words for held in item.terms if not held.statement.is_silent),
    "credit_line": lambda item: credit_line(item).text,
    "first_seen": lambda item: item.first_seen.isoformat(),
    "last_seen": lambda item: item.last_seen.isoformat(),
    "gone": lambda item: item.gone and item.gone.isoformat(),
}
"""The columns of an item: those of the view ``items``, as they were on the day asked for."""


def _item(item: Item) -> Mapping[str, object]:
    return {name: value(item) for name, value in _ITEM.items()}


def _info(order: Order, selection: Selection) -> list[tuple[str, str]]:
    contact = read_settings(order.layout).contact
    known = [order.catalogue.publisher(one) for one in selection.chosen.publishers()]
    return [
        ("Source-Organization", "; ".join(one.name or one.id for one in known if one is not None)),
        ("Contact-Email" if contact and "@" in contact else "Contact-Name", contact or ""),
        ("External-Description", described(order, selection)),
        ("Bag-Software-Agent", software()),
    ]
