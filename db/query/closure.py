"""Closure: captures, items and terms that depend on each other and can only be remade or compared together."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive.warc.capture import Capture
from db.fold import alias_rows
from db.terms import statements


@dataclass(frozen=True, slots=True)
class Closure:
    """A part of the catalogue: *captures*, the *items* made from them, and the *holders* of terms."""

    captures: tuple[str, ...]
    items: tuple[str, ...]
    holders: tuple[str, ...]


def closure_of_item(held: sqlite3.Connection, item: str) -> Closure:
    """Return everything connected with *item*: all captures from which it and related items are made, in record order.

    An item without any captures is its own closure.
    """
    row = held.execute("SELECT publisher, latest FROM item WHERE id = ?", (item,)).fetchone()
    if row is None:
        return Closure((), (item,), (item,))
    publisher, latest = row
    named = held.execute("SELECT key FROM item_alias WHERE item = ? AND publisher = ?", (item, publisher)).fetchall()
    shown = held.execute(
        # Besides its keys, use the captures that the item itself names: manual changes may have removed either.
        """SELECT id FROM capture WHERE id IN (SELECT ?1 UNION ALL SELECT capture FROM edition_capture
        JOIN edition ON edition.id = edition_capture.edition WHERE edition.item = ?2)""",
        (latest, item),
    ).fetchall()
    for capture in shown:
        # All keys of these captures, because any key can connect them.
        named += held.execute("SELECT key FROM capture_key WHERE capture = ?", capture).fetchall()
    found = closure_of_keys(held, publisher, (row[0] for row in named))
    return Closure(
        captures=tuple(dict.fromkeys((*found.captures, *(row[0] for row in shown)))),
        items=tuple(dict.fromkeys((item, *found.items))),
        holders=tuple(dict.fromkeys((item, *found.holders))),
    )


def closure_of_capture(held: sqlite3.Connection, capture: Capture) -> Closure:
    """Return everything connected with *capture*, such as a machine-readable file for a whole site."""
    rows = held.execute("SELECT key FROM capture_key WHERE capture = ?", (capture.id,)).fetchall()
    found = closure_of_keys(held, capture.publisher, (row[0] for row in rows))
    return replace(found, captures=tuple(dict.fromkeys((*found.captures, capture.id))))


def closure_of_keys(held: sqlite3.Connection, publisher: str, keys: Iterable[str]) -> Closure:
    """Return what was made under *keys*, and everything connected with it."""
    made, touched = alias_rows.connected_captures(held, publisher, keys)
    at = "SELECT item FROM item_alias WHERE key IN (SELECT value FROM json_each(?2)) AND publisher = ?1 AND current ="
    # Current and former aliases separately, because each has an index; together all aliases would be scanned.
    items = held.execute(f"{at} 1 UNION {at} 0 ORDER BY item", (publisher, json.dumps(touched))).fetchall()
    # A machine-readable file for the whole site holds terms under its key and has no item.
    sites = (statements.site_holder(publisher, key) for key in touched)
    named = tuple(row[0] for row in items)
    return Closure(tuple(made), named, (*named, *sites))
