"""Harvest: items with the time of their last change, so that a client that comes again only fetches what is new.

They come by id, not by this time, which no index holds. What changed since a day is found by what may have changed it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.instant import from_text, maybe_text
from db.query.held_items import resolve
from db.withholding import SHOWN, WITHHELD

_BROUGHT = """coalesce((SELECT max(brought.at) FROM edition JOIN edition_capture ON edition_capture.edition = edition.id
        JOIN capture ON capture.id = edition_capture.capture JOIN brought ON brought.file = capture.file
        WHERE edition.item = item.id), '')"""
_IMPORTS = """WITH brought AS MATERIALIZED (SELECT json_extract(detail, '$.file') AS file, max(at) AS at FROM event
    WHERE type = 'import' AND json_extract(detail, '$.file') IS NOT NULL GROUP BY 1)"""
# When the data about a row of ``item`` last changed, to the second: its newest edition, gone, withheld or released,
# decisions, and for imported content the time of the import.
_CHANGED = f"""substr(max(
    coalesce((SELECT max(opened) FROM edition WHERE edition.item = item.id), item.first_seen),
    coalesce(item.gone, ''),
    coalesce((SELECT max(made) FROM withholding WHERE withholding.id IN
        (SELECT id FROM item_alias WHERE item_alias.item = item.id)), ''),
    coalesce((SELECT max(made) FROM decision WHERE decision.item IN
        (SELECT id FROM item_alias WHERE item_alias.item = item.id)), ''),
    iif(EXISTS (SELECT 1 FROM brought), {_BROUGHT}, '')), 1, 19) || 'Z'"""

# Items erased by order: of their ids only the last orders about them are left.
_ERASED = """SELECT withholding.id, publisher.id AS publisher, substr(withholding.made, 1, 19) || 'Z' AS changed,
    1 AS withheld FROM withholding JOIN publisher
    ON substr(withholding.id, 1, length(publisher.id) + 1) = publisher.id || '-'
    AND instr(substr(withholding.id, length(publisher.id) + 2), '-') = 0
    WHERE NOT EXISTS (SELECT 1 FROM item_alias WHERE item_alias.id = withholding.id)"""


@dataclass(frozen=True, slots=True)
class HarvestSelection:
    """Which items are wanted: changed between *since* and *until*, both inclusive, of one *publisher* or of all."""

    since: datetime | None = None
    until: datetime | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An item, and the second of its last change.

    Attributes:
        withheld: the answer says only that the item existed.
    """

    item: str
    publisher: str
    changed: datetime
    withheld: bool


def page(connection: sqlite3.Connection, wanted: HarvestSelection, *, after: str, limit: int) -> list[Entry]:
    """Return the next *limit* of the *wanted* items, by id; *after* is the id returned last, or "" at the beginning."""
    since = _second(wanted.since)
    # An import brings items of any age, and only their files say so.
    if since is None or _brought_since(connection, since):
        return _entries(connection, wanted, after=after, limit=limit)
    found: list[Entry] = []
    while len(found) < limit:
        # Items that changed again after *until* are among these, so several rounds may be needed.
        ids = _changed_since(connection, wanted.publisher, since, after=after, limit=limit)
        last = ids[-1] if len(ids) == limit else None
        found += _entries(connection, wanted, after=after, limit=limit - len(found), ids=ids, last=last)
        if last is None:
            break
        after = last
    return found


# Where the time of a change is found without a look at each item; as in `_CHANGED`, without imports.
_SOURCES = (
    # The index on (item, opened) alone, in its order.
    "SELECT DISTINCT item FROM edition WHERE item > :id AND item < :end AND opened >= :since",
    "SELECT id FROM item INDEXED BY item_gone WHERE gone IS NOT NULL AND gone >= :since AND id > :id AND id < :end",
    """SELECT DISTINCT item_alias.item FROM withholding CROSS JOIN item_alias ON item_alias.id = withholding.id
    WHERE withholding.made >= :since AND item_alias.item > :id AND item_alias.item < :end""",
    """SELECT DISTINCT item_alias.item FROM decision CROSS JOIN item_alias ON item_alias.id = decision.item
    WHERE decision.made >= :since AND item_alias.item > :id AND item_alias.item < :end""",
)


def _changed_since(
    connection: sqlite3.Connection, publisher: str | None, since: str, *, after: str, limit: int
) -> list[str]:
    """Return the next *limit* items, by id, about which something changed at *since* or later."""
    # The ids of a publisher begin with its own; "." follows "-", and "~" every letter.
    first, end = ("", "~") if publisher is None else (f"{publisher}-", f"{publisher}.")
    # To the second, without the Z, which would sort after the fractions of that second.
    values = {"id": max(after, first), "end": end, "since": since[:19], "limit": limit}
    found: set[str] = set()
    for source in _SOURCES:
        found.update(row[0] for row in connection.execute(f"{source} ORDER BY 1 LIMIT :limit", values))
    return sorted(found)[:limit]


def _brought_since(connection: sqlite3.Connection, since: str) -> bool:
    query = "SELECT 1 FROM event WHERE type = 'import' AND at >= ? LIMIT 1"
    return connection.execute(query, (since[:19],)).fetchone() is not None


def _entries(
    connection: sqlite3.Connection,
    wanted: HarvestSelection,
    *,
    after: str,
    limit: int,
    ids: Sequence[str] | None = None,
    last: str | None = None,
) -> list[Entry]:
    """Return the next *limit* of the *wanted* items, of all or of those with *ids*, and of erased ones up to *last*."""
    values: Mapping[str, object] = {
        "since": _second(wanted.since) or "",
        "until": _second(wanted.until) or "9999-12-31T23:59:59Z",
        "publisher": wanted.publisher,
        "id": after,
        "last": last,
        "ids": json.dumps(ids),
        "limit": limit,
    }
    if ids is not None:
        rows_of = (
            "item WHERE id IN (SELECT value FROM json_each(:ids)) AND (:publisher IS NULL OR publisher = :publisher)"
        )
    # One publisher's items by their own index, or its first item would come after those of all others.
    elif wanted.publisher:
        rows_of = "item INDEXED BY item_publisher WHERE publisher = :publisher"
    else:
        rows_of = "item WHERE TRUE"
    rows = connection.execute(
        # A subquery with an offset is not flattened, so the time of a change is computed once for each row.
        f"""{_IMPORTS} SELECT id, publisher, changed, withheld FROM (
            SELECT id, publisher, {_CHANGED} AS changed, {WITHHELD} AS withheld FROM {rows_of} AND id > :id
            UNION ALL {_ERASED} AND withholding.id > :id AND (:publisher IS NULL OR publisher.id = :publisher)
            AND (:last IS NULL OR withholding.id <= :last)
            ORDER BY id LIMIT -1 OFFSET 0)
        WHERE changed >= :since AND changed <= :until LIMIT :limit""",
        values,
    )
    return [Entry(row[0], row[1], from_text(row[2]), bool(row[3])) for row in rows]


def one(connection: sqlite3.Connection, ref: str) -> Entry | None:
    """Return the item that *ref* names, even if withheld or erased, or None."""
    found = resolve(connection, ref)
    if found is None:
        row = connection.execute(f"SELECT * FROM ({_ERASED}) WHERE id = ?", (ref,)).fetchone()
    else:
        query = f"{_IMPORTS} SELECT id, publisher, {_CHANGED}, {WITHHELD} FROM item WHERE id = ?"
        row = connection.execute(query, (found[0],)).fetchone()
    return Entry(row[0], row[1], from_text(row[2]), bool(row[3])) if row else None


def publishers(connection: sqlite3.Connection) -> list[tuple[str, str | None]]:
    """Return the publishers of items, each with its name if it has one."""
    query = "SELECT id, name FROM publisher WHERE id IN (SELECT publisher FROM item) ORDER BY id"
    return [(row[0], row[1]) for row in connection.execute(query)]


def count(connection: sqlite3.Connection) -> int:
    """Return the number of items that may be shown."""
    return int(connection.execute(f"SELECT count(*) FROM item WHERE {SHOWN}").fetchone()[0])


def piece(connection: sqlite3.Connection, offset: int, limit: int) -> list[Entry]:
    """Return the items that may be shown, by id, from *offset* on."""
    rows = connection.execute(
        f"{_IMPORTS} SELECT id, publisher, {_CHANGED} FROM item WHERE {SHOWN} ORDER BY id LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return [Entry(row[0], row[1], from_text(row[2]), withheld=False) for row in rows]


def earliest(connection: sqlite3.Connection) -> datetime | None:
    """Return a second that is not after any change, or None if there are no items."""
    # No change of an item comes before the item, and this needs no look at its editions.
    (found,) = connection.execute(
        f"""SELECT min(changed) FROM (SELECT substr(min(first_seen), 1, 19) || 'Z' AS changed FROM item
            UNION ALL SELECT changed FROM ({_ERASED}))"""
    ).fetchone()
    return None if found is None else from_text(found)


def _second(instant: datetime | None) -> str | None:
    text = maybe_text(instant)
    return None if text is None else f"{text[:19]}Z"
