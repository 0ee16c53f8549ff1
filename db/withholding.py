"""Withholding: which items people have ordered not to be shown any more, and how these are left out.

All queries for items exclude those that are not `SHOWN`, or go through `db/query/held_items.py`. Archived pages are
refused by `db/reading_room/archived/holdings.py`.
`tests/ingest/test_withholding.py` tries every way to get at them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from db.instant import maybe_instant, to_text

SHOWN, WITHHELD = "withheld IS NULL", "withheld IS NOT NULL"
"""SQL conditions on a row of ``item``: may be shown, or is withheld (``item.{SHOWN}``). Written nowhere else."""

# In this join order, or the planner scans all further pages in the catalogue.
_PAGES_OF = """FROM edition CROSS JOIN edition_capture AS further ON further.edition = edition.id
    AND further.position > 0
    CROSS JOIN capture_key ON capture_key.capture = further.capture
    CROSS JOIN item_alias AS page ON page.key = capture_key.key AND page.current = 1 WHERE edition.item = :item"""
"""The addresses at which further pages of an item were captured. Each may have been a work of its own, with an id,
before the whole was known.
"""
# The editions that have a page of the item as a further page.
_WHOLE_OF = """FROM item_alias AS own CROSS JOIN publisher
    CROSS JOIN capture_key ON capture_key.key = own.key AND capture_key.publisher = publisher.id
    CROSS JOIN edition_capture AS further ON further.capture = capture_key.capture AND further.position > 0
    CROSS JOIN edition ON edition.id = further.edition WHERE own.item = :item"""
# The items that hold words of an item, including the item itself.
_COPIES = f"""SELECT other.item FROM item_alias AS own JOIN item_alias AS other ON other.key = own.key
    AND other.current = 1 WHERE own.item = :item AND own.current = 1
    UNION SELECT page.item {_PAGES_OF} UNION SELECT edition.item {_WHOLE_OF}"""
# The last order about an item under any of its ids, or about another item that holds its words.
_SAYS = f"""FROM withholding WHERE withholding.id IN (SELECT id FROM item_alias WHERE item = :item
    UNION SELECT id FROM item_alias WHERE item IN ({_COPIES}) UNION SELECT page.id {_PAGES_OF})
    ORDER BY withholding.made DESC, withholding.note DESC LIMIT 1"""


def record(connection: sqlite3.Connection, shown: str, reason: str | None, *, made: datetime, note: str) -> None:
    """Write the row of a *note* that withholds the item with the id *shown* or, without a *reason*, releases it.

    If there are two notes about one id, the later one counts.
    """
    connection.execute(
        # Stored under the id that was used and found by all ids of an item, because the id may later turn out to
        # belong to another item. A release keeps the row, to show that it was the last word.
        """INSERT INTO withholding (id, reason, made, note) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
        reason = excluded.reason, made = excluded.made, note = excluded.note
        WHERE (excluded.made, excluded.note) > (made, note)""",
        (shown, reason, to_text(made), note),
    )


def was_ever(connection: sqlite3.Connection) -> bool:
    """Say whether anything was ever withheld; in most collections nothing was."""
    return connection.execute("SELECT 1 FROM withholding LIMIT 1").fetchone() is not None


def ids_with_notes(connection: sqlite3.Connection, ids: Sequence[str]) -> list[str]:
    """Return those of *ids*, in order, that a note withheld, erased or released under exactly that id."""
    rows = connection.execute(
        "SELECT id FROM withholding WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    )
    found = {row[0] for row in rows}
    return [one for one in ids if one in found]


def is_settled(connection: sqlite3.Connection, item: str) -> bool:
    """Say whether the row of *item*, if there is one, shows the last order about it."""
    row = connection.execute("SELECT withheld FROM item WHERE id = ?", (item,)).fetchone()
    said = connection.execute(f"SELECT reason {_SAYS}", {"item": item}).fetchone()
    return row is None or row == (said or (None,))


def settle(connection: sqlite3.Connection, item: str) -> None:
    """Write the last order about *item* into its row."""
    connection.execute(f"UPDATE item SET withheld = (SELECT reason {_SAYS}) WHERE id = :item", {"item": item})


def copies(connection: sqlite3.Connection, item: str) -> tuple[str, ...]:
    """Return the items that hold words of *item* and are withheld with it: other publishers' items at its addresses,
    works of which it is a further page, and its further pages that are works of their own.
    """
    rows = connection.execute(_COPIES, {"item": item})
    return tuple(sorted({row[0] for row in rows} - {item}))


def reason(connection: sqlite3.Connection, item: str) -> str | None:
    """Return why *item* is withheld, or None if it is not."""
    row = connection.execute("SELECT withheld FROM item WHERE id = ?", (item,)).fetchone()
    return None if row is None else row[0]


def since(connection: sqlite3.Connection, item: str) -> datetime | None:
    """Return when *item* was last ordered to be withheld or shown; None if there was no such order."""
    found = connection.execute(f"SELECT made {_SAYS}", {"item": item}).fetchone()
    return None if found is None else maybe_instant(found[0])


def items(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the ids of the items that are withheld."""
    return frozenset(row[0] for row in connection.execute(f"SELECT id FROM item WHERE {WITHHELD}"))
