"""Withholding: what people said is to be handed out no more, the items that it is about, and how they are left out.

Whatever asks the catalogue for items leaves out those that are not `SHOWN`, or comes by `db/query/held_items.py`;
archived pages are refused by `db/reading_room/archived/holdings.py`.
`tests/ingest/test_withholding.py` tries every way out.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from db.instant import maybe_instant, to_text

SHOWN, WITHHELD = "withheld IS NULL", "withheld IS NOT NULL"
"""The conditions on a row of ``item`` by which it may be handed out, or not: ``item.{SHOWN}``. Written nowhere else."""

# In this order, or the planner looks through all further pages there are.
_PAGES_OF = """FROM edition CROSS JOIN edition_capture AS further ON further.edition = edition.id
    AND further.position > 0
    CROSS JOIN capture_key ON capture_key.capture = further.capture
    CROSS JOIN item_alias AS page ON page.key = capture_key.key AND page.current = 1 WHERE edition.item = :item"""
"""The addresses under which the further pages of an item were captured: each may have been a work as long as nobody
knew the whole, and been called by an address that it names.
"""
# The editions of which a page of an item is a further page.
_WHOLE_OF = """FROM item_alias AS own CROSS JOIN publisher
    CROSS JOIN capture_key ON capture_key.key = own.key AND capture_key.publisher = publisher.id
    CROSS JOIN edition_capture AS further ON further.capture = capture_key.capture AND further.position > 0
    CROSS JOIN edition ON edition.id = further.edition WHERE own.item = :item"""
# The items that hold words of an item, that itself among them.
_COPIES = f"""SELECT other.item FROM item_alias AS own JOIN item_alias AS other ON other.key = own.key
    AND other.current = 1 WHERE own.item = :item AND own.current = 1
    UNION SELECT page.item {_PAGES_OF} UNION SELECT edition.item {_WHOLE_OF}"""
# What people said last of an item under any of its ids, or of another that holds its words.
_SAYS = f"""FROM withholding WHERE withholding.id IN (SELECT id FROM item_alias WHERE item = :item
    UNION SELECT id FROM item_alias WHERE item IN ({_COPIES}) UNION SELECT page.id {_PAGES_OF})
    ORDER BY withholding.made DESC, withholding.note DESC LIMIT 1"""


def record(connection: sqlite3.Connection, shown: str, reason: str | None, *, made: datetime, note: str) -> None:
    """Write the row of a *note* that says to withhold the item with the id *shown*, or without a *reason* to show it.

    Of two about one id the later counts.
    """
    connection.execute(
        # Kept by the id that was used, and found by all ids of an item: it may turn out later to be another. The row
        # stays where it is lifted: it tells that the last word on it was to show it.
        """INSERT INTO withholding (id, reason, made, note) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
        reason = excluded.reason, made = excluded.made, note = excluded.note
        WHERE (excluded.made, excluded.note) > (made, note)""",
        (shown, reason, to_text(made), note),
    )


def was_ever(connection: sqlite3.Connection) -> bool:
    """Say whether anybody ever withheld anything; in most collections nobody does."""
    return connection.execute("SELECT 1 FROM withholding LIMIT 1").fetchone() is not None


def spoken_of(connection: sqlite3.Connection, ids: Sequence[str]) -> list[str]:
    """Return those of *ids* that a note withheld, erased or lifted by that very id, in their order."""
    rows = connection.execute(
        "SELECT id FROM withholding WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    )
    found = {row[0] for row in rows}
    return [one for one in ids if one in found]


def is_settled(connection: sqlite3.Connection, item: str) -> bool:
    """Say whether the row of *item*, if there is one, has what people said last of it."""
    row = connection.execute("SELECT withheld FROM item WHERE id = ?", (item,)).fetchone()
    said = connection.execute(f"SELECT reason {_SAYS}", {"item": item}).fetchone()
    return row is None or row == (said or (None,))


def settle(connection: sqlite3.Connection, item: str) -> None:
    """Write on *item* what people said last of it."""
    connection.execute(f"UPDATE item SET withheld = (SELECT reason {_SAYS}) WHERE id = :item", {"item": item})


def copies(connection: sqlite3.Connection, item: str) -> tuple[str, ...]:
    """Return the items that hold words of *item*, and are withheld with it: those that other publishers have at its
    addresses, works of which it is a further page, and further pages of it that are works by themselves.
    """
    rows = connection.execute(_COPIES, {"item": item})
    return tuple(sorted({row[0] for row in rows} - {item}))


def reason(connection: sqlite3.Connection, item: str) -> str | None:
    """Return why *item* is withheld, or None where it is not."""
    row = connection.execute("SELECT withheld FROM item WHERE id = ?", (item,)).fetchone()
    return None if row is None else row[0]


def since(connection: sqlite3.Connection, item: str) -> datetime | None:
    """Return when people said last that *item* be withheld, or shown; None where nobody did."""
    found = connection.execute(f"SELECT made {_SAYS}", {"item": item}).fetchone()
    return None if found is None else maybe_instant(found[0])


def items(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the ids of the items that are withheld."""
    return frozenset(row[0] for row in connection.execute(f"SELECT id FROM item WHERE {WITHHELD}"))
