"""`export sqlite`: write items as an SQLite database for sqlite3, sqlite-utils and Datasette."""

from __future__ import annotations

from pathlib import Path

from archive.disk import whole_file
from db.model.item import Tombstone
from db.query.subset import write_subset
from ingest.exporting.order import ExportResult, Order, empty_export_error
from ingest.exporting.readable_item import READING
from ingest.exporting.records import software


def export(order: Order) -> ExportResult:
    """Write the database. Its table ``about`` says what was exported and when."""
    target = order.file()
    found: dict[str, None] = {}
    withheld = 0
    for item in order.choice.items(order.catalogue):
        if isinstance(item, Tombstone):
            withheld += 1
        else:
            found[item.id] = None
    if not found:
        raise empty_export_error(order.choice, withheld)
    told = {
        "made": f"{order.made:%Y-%m-%dT%H:%M:%SZ}",
        "made by": software(),
        "asked for": order.choice.in_words,
        "withheld": str(withheld),
        "reuse": READING,
    }
    with whole_file(target) as file:
        # By its name: SQLite writes the file itself, and an empty file is an empty database.
        count = write_subset(order.catalogue.connection, Path(file.name), found, told)
    return ExportResult(count, withheld)
