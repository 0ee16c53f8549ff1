"""Publishers as the settings in force describe them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from db.identity import host_of
from db.model.item import Publisher

# What is known about hosts that were asked. These are working rows: if they are lost, they are learnt again.


def http_versions(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Return (host, HTTP version it is asked in, when that was learnt), by host."""
    rows = connection.execute("SELECT host, dialect, learnt FROM host_dialect ORDER BY host")
    return [(row[0], row[1], row[2]) for row in rows]


def remember_http_versions(connection: sqlite3.Connection, rows: Iterable[tuple[str, str, str]]) -> None:
    """Store rows in the form that `http_versions` returns."""
    connection.executemany("INSERT OR REPLACE INTO host_dialect (host, dialect, learnt) VALUES (?, ?, ?)", list(rows))


def publisher(connection: sqlite3.Connection, publisher_id: str) -> Publisher | None:
    """Return the publisher with *publisher_id*, or None."""
    found = connection.execute(
        "SELECT id, url, name, hosts, languages FROM publisher WHERE id = ?", (publisher_id,)
    ).fetchone()
    return None if found is None else _value(found)


def of_item(connection: sqlite3.Connection, publisher_id: str, url: str) -> Publisher:
    """Return the publisher of an item as currently described, or, without a description, as derived from *url*."""
    return settled(connection, [publisher_id]).get(publisher_id) or guessed(publisher_id, url)


def settled(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Publisher]:
    """Return those publishers that settings describe, as currently described."""
    # Not the others: their rows were guessed from whichever capture came first, which differs between a run, an import
    # and a rebuild.
    query = """SELECT id, url, name, hosts, languages FROM publisher
        WHERE id IN (SELECT value FROM json_each(?)) AND settled IS NOT NULL"""
    return {row[0]: _value(row) for row in connection.execute(query, (json.dumps(list(ids)),))}


def guessed(publisher_id: str, url: str) -> Publisher:
    """Return a publisher that no settings describe, as derived from the *url* of an item."""
    return Publisher(publisher_id, url, (host_of(url),))


def in_force(connection: sqlite3.Connection, publisher_id: str, at: str) -> Publisher | None:
    """Return the publisher as described by the settings in force at *at*; before the first settings, by the first.

    So a page is read in the same way whenever its capture arrives. Return None if no settings describe the publisher: a
    guess would depend on which capture came first.
    """
    columns = "SELECT publisher, url, name, hosts, languages FROM description WHERE publisher = ?"
    found = connection.execute(
        f"{columns} AND made <= ? ORDER BY made DESC, note DESC LIMIT 1", (publisher_id, at)
    ).fetchone()
    # Captures older than the first settings come from imports. The first settings apply to them, in whatever order they
    # arrived.
    found = found or connection.execute(f"{columns} ORDER BY made, note LIMIT 1", (publisher_id,)).fetchone()
    return None if found is None else _value(found)


def publishers(connection: sqlite3.Connection) -> list[Publisher]:
    """Return all publishers, by id."""
    rows = connection.execute("SELECT id, url, name, hosts, languages FROM publisher ORDER BY id")
    return [_value(row) for row in rows]


def name_from_capture(connection: sqlite3.Connection, publisher_id: str, url: str) -> None:
    """Make sure that *publisher_id* has a row; if no settings describe it yet, derive the row from *url*."""
    if connection.execute("SELECT 1 FROM publisher WHERE id = ?", (publisher_id,)).fetchone():
        return
    parts = urlsplit(url)
    connection.execute(
        "INSERT INTO publisher (id, url, hosts) VALUES (?, ?, ?)",
        (publisher_id, f"{parts.scheme}://{parts.netloc}/", json.dumps([host_of(url)])),
    )


def settle(connection: sqlite3.Connection, described: Publisher, *, made: str, note: str) -> bool:
    """Record *described* as stated by the settings note *note* made at *made*; say whether anything changed.

    A note older than the one in force changes only what `in_force` returns for earlier times. Captures that were
    catalogued under another description are marked to be read again.
    """
    # First, while the tables still show what was in force before this note.
    _wait(connection, described, made=made, note=note)
    connection.execute(
        """INSERT OR IGNORE INTO description (publisher, made, note, url, name, hosts, languages)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (
            described.id,
            made,
            note,
            described.url,
            described.name,
            json.dumps(described.hosts),
            json.dumps(described.languages),
        ),
    )
    held = connection.execute("SELECT settled, note FROM publisher WHERE id = ?", (described.id,)).fetchone()
    # The newest note in record order counts, and it may have arrived before this one.
    if held is not None and held[0] is not None and (held[0], held[1]) >= (made, note):
        return False
    before = publisher(connection, described.id)
    connection.execute(
        """INSERT INTO publisher (id, url, name, hosts, languages, settled, note) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET url = excluded.url, name = excluded.name, hosts = excluded.hosts,
        languages = excluded.languages, settled = excluded.settled, note = excluded.note""",
        (
            described.id,
            described.url,
            described.name,
            json.dumps(described.hosts),
            json.dumps(described.languages),
            made,
            note,
        ),
    )
    return before != described


def _wait(connection: sqlite3.Connection, described: Publisher, *, made: str, note: str) -> None:
    """Mark captures to be read again that were catalogued before this description of their publisher arrived.

    A note may arrive late, for example during a run or from another machine.
    """
    columns = "SELECT publisher, url, name, hosts, languages, made FROM description WHERE publisher = ?"
    place = (described.id, made, note)
    before = connection.execute(f"{columns} AND (made, note) < (?, ?) ORDER BY made DESC, note DESC LIMIT 1", place)
    after = connection.execute(f"{columns} AND (made, note) > (?, ?) ORDER BY made, note LIMIT 1", place)
    former, next_one = before.fetchone(), after.fetchone()
    # What `in_force` has returned so far for the time from this note on.
    held = former or next_one
    # Nothing would be read differently: each run records its settings, usually the same ones.
    if held is not None and _value(held[:5]) == described:
        return
    # The first description also applies to the time before it.
    since, until = made if former else "", next_one[5] if next_one else "9999-99"
    connection.execute(
        # Only marked; their rows stay until they have been read again.
        "UPDATE capture SET catalogued = 0 WHERE publisher = ? AND catalogued = 1 AND began >= ? AND began < ?",
        (described.id, since, until),
    )


# Cached, because each page asks several times and there are few publishers.
@lru_cache(maxsize=256)
def _value(row: tuple[str, str, str | None, str, str]) -> Publisher:
    return Publisher(row[0], row[1], tuple(json.loads(row[3])), row[2], tuple(json.loads(row[4])))
