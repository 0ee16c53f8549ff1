"""Digests of the tables: what a verification saw of the catalogue, so that the next can tell what changed by itself.

A row may be changed without any record to say so, by a failing disk or by a person. Where nothing was added since the
last verification, and nothing was read anew, every table must be what it was, also where today's reader has nothing to
compare with.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from archive.warc.capture import NoteKind
from db.identity import digest_of
from db.query import snapshot

_OWN_NOTES = (NoteKind.FIXITY.value, NoteKind.DIGEST.value)
"""Notes of verifications themselves: they change no table but those of notes."""
_GROWING = frozenset({"finished_file"})


@dataclass(frozen=True, slots=True)
class Seen:
    """The digest of each table, and of what must be the same for them to be the same."""

    state: str
    tables: dict[str, str]


def take(connection: sqlite3.Connection) -> Seen:
    """Return what the tables are, as one transaction sees them."""
    hashes: defaultdict[str, hashlib._Hash] = defaultdict(hashlib.sha256)
    for table, row in snapshot.rows(connection):
        if table in _GROWING or (table == "event" and json.loads(row)["type"] in _OWN_NOTES):
            continue
        hashes[table].update(row.encode("utf-8", "surrogatepass") + b"\n")
    return Seen(_state(connection), {table: taken.hexdigest() for table, taken in sorted(hashes.items())})


def last(connection: sqlite3.Connection) -> Seen | None:
    """Return what the last verification of the whole collection saw, or None."""
    row = connection.execute(
        """SELECT json_extract(detail, '$.state'), json_extract(detail, '$.tables') FROM event
        WHERE type = ? AND json_type(detail, '$.tables') = 'object' ORDER BY at DESC, id DESC LIMIT 1""",
        (NoteKind.FIXITY.value,),
    ).fetchone()
    return None if row is None else Seen(str(row[0]), json.loads(row[1]))


def changed(before: Seen | None, now: Seen) -> list[str]:
    """Return the tables that are not what they were, though nothing was added or read anew since."""
    if before is None or before.state != now.state:
        return []
    names = sorted(before.tables.keys() | now.tables.keys())
    return [name for name in names if before.tables.get(name) != now.tables.get(name)]


def _state(connection: sqlite3.Connection) -> str:
    """Return a digest of what grows or moves with every record that is added and every page that is read anew.

    Rows that are written anew get numbers that none had before: a value that changed in its place got none.
    """
    own = ", ".join("?" * len(_OWN_NOTES))
    queries: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("SELECT count(*), max(began), sum(catalogued) FROM capture", ()),
        (f"SELECT count(*), max(at) FROM event WHERE type NOT IN ({own})", _OWN_NOTES),
        ("SELECT count(*), max(at) FROM failure", ()),
        ("SELECT stamp, unread IS NULL, count(*) FROM capture GROUP BY 1, 2 ORDER BY 1, 2", ()),
        ("SELECT count(*), max(id) FROM evidence", ()),
        ("SELECT count(*), max(id) FROM edition", ()),
        ("PRAGMA user_version", ()),
    )
    return digest_of([connection.execute(query, values).fetchall() for query, values in queries])
