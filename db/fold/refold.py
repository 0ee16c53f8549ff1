"""Take back what was made from captures, and say which captures hang together, so that they can be added
again in order."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db import captures
from db.fold import aliases, editions, item_fields, witnesses
from db.fold.writer import Desk
from db.identity import url_key
from db.model.change import Entry, NeedsRefold
from db.terms import statements


def needed(connection: sqlite3.Connection, entry: Entry, keys: Sequence[str], why: str) -> NeedsRefold:
    """Return the error that asks for every capture that hangs together with *entry*."""
    kin, _ = aliases.kin(connection, entry.capture.publisher, keys)
    found = {entry.capture.id: entry.capture}
    for capture_id in kin:
        capture = captures.by_id(connection, capture_id)
        if capture is not None:
            found[capture.id] = capture
    return NeedsRefold(tuple(sorted(found.values(), key=lambda one: (one.began, one.id))), why)


def forget(desk: Desk, capture_id: str) -> None:
    """Delete what was made from a capture, and the items under its keys."""
    connection = desk.connection
    items = connection.execute(
        """SELECT DISTINCT item_alias.item FROM capture_key JOIN item_alias
        ON item_alias.key = capture_key.key AND item_alias.publisher = capture_key.publisher
        WHERE capture_key.capture = ?""",
        (capture_id,),
    ).fetchall()
    for (item,) in items:
        _drop(desk, item)
    capture = captures.by_id(connection, capture_id)
    if capture is not None:
        statements.drop(connection, statements.site_holder(capture.publisher, url_key(capture.url)))
    witnesses.drop(connection, capture_id)
    connection.execute("DELETE FROM event WHERE capture = ?", (capture_id,))
    connection.execute("DELETE FROM capture_key WHERE capture = ?", (capture_id,))
    captures.mark(connection, capture_id, captures.Read(False, None, None, None))


def _drop(desk: Desk, item: str) -> None:
    connection = desk.connection
    desk.index.forget(item)
    for (row,) in connection.execute("SELECT id FROM edition WHERE item = ?", (item,)).fetchall():
        editions.drop(connection, row)
    statements.drop(connection, item)
    connection.execute("DELETE FROM item_alias WHERE item = ?", (item,))
    item_fields.drop(connection, item)
