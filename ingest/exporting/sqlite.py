"""`export sqlite`: the items as a database that sqlite3, sqlite-utils and Datasette open."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from db.model.item import Tombstone
from db.query.subset import write_subset
from ingest.exporting.order import Handed, Order, nothing
from ingest.exporting.readable_item import READING
from ingest.exporting.records import software


def export(order: Order) -> Handed:
    """Write the database; its table ``about`` says what was asked for, when, and how many items are in it."""
    target = order.file()
    found: dict[str, None] = {}
    withheld = 0
    for item in order.choice.items(order.catalogue):
        if isinstance(item, Tombstone):
            withheld += 1
        else:
            found[item.id] = None
    if not found:
        raise nothing(order.choice, withheld)
    told = {
        "made": f"{order.made:%Y-%m-%dT%H:%M:%SZ}",
        "made by": software(),
        "asked for": order.choice.in_words,
        "withheld": str(withheld),
        "reuse": READING,
    }
    # Under its name once it is whole; in a folder of its own, since a file that is called so may be somebody's.
    place = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    part = place / target.name
    try:
        count = write_subset(order.catalogue.connection, part, found, told)
        part.replace(target)
    finally:
        shutil.rmtree(place)
    return Handed(count, withheld)
