"""Extract: the rows of the catalogue about what is chosen, as the public views show them. See `db.chosen`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from db.instant import maybe_text

_QUERIES = {
    "editions": "SELECT * FROM editions WHERE item IN (SELECT item FROM chosen_item) AND opened <= ? ORDER BY id",
    "terms": """SELECT * FROM terms WHERE item IN (SELECT item FROM chosen_item) AND first_seen <= ?
        ORDER BY item, first_seen""",
    "captures": """SELECT * FROM captures WHERE id IN (SELECT id FROM chosen_record) AND began <= ?
        ORDER BY began, id""",
    "decisions": """SELECT * FROM decisions WHERE id IN (SELECT id FROM chosen_record) AND made <= ?
        ORDER BY made, id""",
    "failures": """SELECT id, at, publisher, url, reason, detail FROM failure
        WHERE id IN (SELECT id FROM chosen_record) AND at <= ? ORDER BY at, id""",
    "events": """SELECT id, type, at, publisher, about, item, capture, detail FROM event
        WHERE coalesce(capture, id) IN (SELECT id FROM chosen_record) AND at <= ? ORDER BY at, id""",
}
TABLES = tuple(_QUERIES)


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the names of the columns of *table*, which may have no row."""
    cursor = connection.execute(f"SELECT * FROM ({_QUERIES[table]}) LIMIT 0", ("",))
    return [column[0] for column in cursor.description]


def rows(connection: sqlite3.Connection, table: str, until: datetime | None = None) -> Iterator[dict[str, object]]:
    """Yield the rows of *table* (one of TABLES) about what is chosen on *connection*, up to *until*."""
    cursor = connection.execute(_QUERIES[table], (maybe_text(until) or "9999",))
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))
