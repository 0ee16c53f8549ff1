"""Displaced: texts that their own address no longer shows, though no answer says that they are gone; and how many texts
of a publisher went or moved.

Their address leads to another page, says "not found" but answers 200, or shows a list, another text or less than the
text. Each text stays as it was kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from db.fold.lesser_texts import BEGINNING, MESSAGE
from db.instant import to_text
from db.withholding import SHOWN

# Of an item's own address, and after the last capture that showed the item.
_DISPLACED = f"""FROM item JOIN event ON event.item = item.id AND event.at > item.last_seen
    AND (event.type IN ('redirected', 'missing', 'not an item') OR event.type = 'partial'
        AND (json_extract(event.detail, '$.why') GLOB '{BEGINNING}*'
            OR json_extract(event.detail, '$.why') GLOB '{MESSAGE}*'))
    AND event.url_key = item.latest_key
    WHERE item.publisher = ?1 AND item.gone IS NULL AND item.{SHOWN}"""


@dataclass(frozen=True, slots=True)
class Displaced:
    """A text, the address where it was last seen, and what was there at *since*, the first time it was not."""

    item: str
    url: str
    since: str
    because: str


def displaced(connection: sqlite3.Connection, publisher: str) -> Iterator[Displaced]:
    """Yield the displaced texts of *publisher*, by address."""
    rows = connection.execute(
        f"""SELECT item.id, item.url, min(event.at), json_extract(event.detail, '$.why') {_DISPLACED}
        GROUP BY item.id ORDER BY item.url""",
        (publisher,),
    )
    for item, url, since, why in rows:
        yield Displaced(item, url, since, why or "")


def count_displaced(connection: sqlite3.Connection, publisher: str) -> int:
    """Return how many texts of *publisher* are displaced."""
    row = connection.execute(f"SELECT count(DISTINCT item.id) {_DISPLACED}", (publisher,)).fetchone()
    return int(row[0])


def count_merged(connection: sqlite3.Connection, items: Iterable[str]) -> int:
    """Return how many of the ids *items* lead to another item by now: their text was known at another address."""
    query = "SELECT 1 FROM item_alias WHERE id = ? AND item <> id"
    return sum(connection.execute(query, (item,)).fetchone() is not None for item in items)


def departures(connection: sqlite3.Connection, publisher: str, since: datetime) -> tuple[int, int]:
    """Return how many texts of *publisher* that were known before *since* are gone since then, and how many are not."""
    row = connection.execute(
        """SELECT count(*) FILTER (WHERE gone >= ?2), count(*) FILTER (WHERE gone IS NULL) FROM item
        WHERE publisher = ?1 AND first_seen < ?2""",
        (publisher, to_text(since)),
    ).fetchone()
    return int(row[0]), int(row[1])
