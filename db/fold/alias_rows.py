"""Aliases: the rows that lead a URL to an item, the ids derived from them, and what must be read again when an older
capture turns up. Whether two are one work is decided in `item_resolution.py`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from db.decisions import moves
from db.identity import ids_of, item_id, shorter_id


@dataclass(frozen=True, slots=True)
class Alias:
    """One key and the item that it leads to. *source*: captured, canonical, redirect, part or shortlink."""

    id: str
    key: str
    item: str
    source: str


def find(connection: sqlite3.Connection, publisher: str, key: str) -> Alias | None:
    """Return the alias in force for *key*, or None."""
    row = connection.execute(
        # Of one publisher: two may have a page at one address, and each has its own item.
        "SELECT id, key, item, source FROM item_alias WHERE key = ? AND publisher = ? AND current = 1",
        (key, publisher),
    ).fetchone()
    return None if row is None else Alias(*row)


def resolve(connection: sqlite3.Connection, shown: str) -> str | None:
    """Return the id of the item that an id once shown leads to now, or None.

    An id that had grown, because another work was shown under the shorter one first, leads where the shorter one does
    once records came by which there was no such work.
    """
    row = connection.execute("SELECT item FROM item_alias WHERE id = ?", (shown,)).fetchone()
    if row is not None:
        return str(row[0])
    # Asked last, since the longer id may be in force as well.
    shorter = shorter_id(shown)
    return None if shorter is None else resolve(connection, shorter)


def of_key(connection: sqlite3.Connection, key: str) -> str | None:
    """Return the item that *key* leads to, whoever published it, or None."""
    row = connection.execute("SELECT item FROM item_alias WHERE key = ? AND current = 1", (key,)).fetchone()
    return None if row is None else str(row[0])


def keys(connection: sqlite3.Connection, item: str) -> tuple[str, ...]:
    """Return the keys that lead to *item*, the one seen first in front."""
    rows = connection.execute(
        # The key that gave the id comes first among those seen at the same instant.
        "SELECT key FROM item_alias WHERE item = ? AND current = 1 ORDER BY first_seen, id <> item, key",
        (item,),
    )
    return tuple(row[0] for row in rows)


def name(connection: sqlite3.Connection, publisher: str, key: str, item: str, first_seen: str) -> None:
    """Let the id of *key* resolve to *item*, a page of which names *key* as its address and is not believed.

    With other records at hand it may have been believed, and the id was shown. Where the key turns out to be a work's,
    the id is that work's. Such a row is that of a key that was captured and does not lead anywhere.
    """
    if find(connection, publisher, key) is None:
        connection.execute(
            """INSERT OR IGNORE INTO item_alias (id, publisher, key, item, source, first_seen, current)
            VALUES (?, ?, ?, ?, 'captured', ?, 0)""",
            (item_id(publisher, key), publisher, key, item, first_seen),
        )
        _follow(connection, publisher, key)


# What `name` and `_follow` write, and no other: captured, and leading nowhere.
_ONLY_NAMED = "item_alias.key = ? AND source = 'captured' AND current = 0"


_ANYBODY_SPOKE = """SELECT EXISTS (SELECT 1 FROM decision) OR EXISTS (SELECT 1 FROM withholding)
    OR EXISTS (SELECT 1 FROM annotation) OR EXISTS (SELECT 1 FROM reuse)"""


def spoken_of(connection: sqlite3.Connection, publisher: str, key: str) -> frozenset[str]:
    """Return the ids of *key* by which people decided, withheld, noted or reused something."""
    # Asked of every key, and of none where nobody said anything yet: its ids have to be made before.
    if not connection.execute(_ANYBODY_SPOKE).fetchone()[0]:
        return frozenset()
    rows = connection.execute(
        """SELECT item FROM decision WHERE item IN (SELECT value FROM json_each(?1))
        UNION SELECT id FROM withholding WHERE id IN (SELECT value FROM json_each(?1))
        UNION SELECT item FROM annotation WHERE item IN (SELECT value FROM json_each(?1))
        UNION SELECT item FROM reuse WHERE item IN (SELECT value FROM json_each(?1))""",
        (json.dumps(ids_of(publisher, key)),),
    )
    return frozenset(row[0] for row in rows)


def led_to(connection: sqlite3.Connection, publisher: str, key: str) -> tuple[str, ...]:
    """Return the items that the ids of *key* lead to."""
    rows = connection.execute(
        "SELECT DISTINCT item FROM item_alias WHERE id IN (SELECT value FROM json_each(?)) ORDER BY item",
        (json.dumps(ids_of(publisher, key)),),
    )
    return tuple(row[0] for row in rows)


def named_by_a_note(connection: sqlite3.Connection, shown: str) -> None:
    """Let *shown*, by which a person spoke of an item, lead by a row of its own where a shorter id of its key does.

    To be called when the rows of the note are written; `attach` and `name` see to it for what comes later.
    """
    shorter: str | None = shown
    while shorter is not None:
        row = connection.execute("SELECT publisher, key FROM item_alias WHERE id = ?", (shorter,)).fetchone()
        if row is not None:
            _follow(connection, *row)
            return
        shorter = shorter_id(shorter)


def _follow(connection: sqlite3.Connection, publisher: str, key: str) -> None:
    """Have the longer ids of *key* by which people spoke of an item lead where the next shorter one does.

    As rows, or whatever asks for the ids of an item in SQL would overlook what was said of it by one that had grown.
    """
    named = spoken_of(connection, publisher, key)
    leads: tuple[str, str] | None = None
    for shown in ids_of(publisher, key) if named else ():
        row = connection.execute(
            f"SELECT item, first_seen, {_ONLY_NAMED} FROM item_alias WHERE id = ? AND publisher = ? AND key = ?",
            (key, shown, publisher, key),
        ).fetchone()
        if leads is not None and shown in named and (row is None or row[2]):
            connection.execute(
                f"""INSERT INTO item_alias (id, publisher, key, item, source, first_seen, current)
                VALUES (?, ?, ?, ?, 'captured', ?, 0) ON CONFLICT (id) DO UPDATE
                SET item = excluded.item, first_seen = excluded.first_seen WHERE {_ONLY_NAMED}""",
                (shown, publisher, key, *leads, key),
            )
        elif row is not None:
            leads = (row[0], row[1])


def free_id(connection: sqlite3.Connection, publisher: str, key: str) -> str:
    """Return the id of *key*, grown by two characters as long as another key has it (no id is used twice)."""
    for extra in count():
        wanted = item_id(publisher, key, extra)
        # A row that only keeps an id resolving gives way to the work whose key has that id.
        taken = f"SELECT 1 FROM item_alias WHERE id = ? AND NOT ({_ONLY_NAMED})"
        if connection.execute(taken, (wanted, key)).fetchone() is None:
            return wanted
    raise AssertionError("unreachable: count() does not end")


def attach(connection: sqlite3.Connection, publisher: str, wanted: Alias, first_seen: str) -> None:
    """Write an alias, or move one that leads elsewhere; a key that was captured stays known as captured."""
    connection.execute(f"DELETE FROM item_alias WHERE id = ? AND {_ONLY_NAMED}", (wanted.id, wanted.key))
    connection.execute(
        # The id and the day stay what they were: an id that was shown is never another key's.
        """INSERT INTO item_alias (id, publisher, key, item, source, first_seen) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (key, publisher) WHERE current = 1 DO UPDATE SET item = excluded.item,
        source = CASE WHEN source = 'captured' THEN source ELSE excluded.source END""",
        (wanted.id, publisher, wanted.key, wanted.item, wanted.source, first_seen),
    )
    _follow(connection, publisher, wanted.key)


def detach(connection: sqlite3.Connection, alias: Alias) -> None:
    """Free the key of *alias* for an item of its own; the id still resolves."""
    # Not deleted, for the id may stand in somebody's footnote.
    connection.execute("UPDATE item_alias SET current = 0 WHERE id = ?", (alias.id,))


def redirect_sources(
    connection: sqlite3.Connection, publisher: str, targets: Iterable[str], leads: Callable[[str], bool]
) -> list[str]:
    """Return the keys that catalogued redirects, and moves that a person found, lead from to *targets*, over any number
    of steps.

    *leads* says of a key whether what redirects to it counts: not of a front page.
    """
    found: list[str] = []
    seen = set(targets)
    waiting = sorted(seen)
    while waiting:
        target = waiting.pop()
        rows = connection.execute(
            """SELECT DISTINCT url_key FROM capture WHERE location_key = ? AND publisher = ? AND catalogued = 1
            AND status BETWEEN 300 AND 399 ORDER BY url_key""",
            (target, publisher),
        ).fetchall()
        rows += [(key,) for key in moves.sources(connection, publisher, target)]
        # A site that sends every lost page to its front page makes no work of them.
        if not rows or not leads(target):
            continue
        # Redirects may go in a circle.
        fresh = [row[0] for row in rows if row[0] not in seen]
        seen.update(fresh)
        found.extend(fresh)
        waiting.extend(fresh)
    return found


# ── What was catalogued under which key ─────────────────────────────────────────────────────────────────────


def touch(connection: sqlite3.Connection, publisher: str, touched: Iterable[str], *, began: str, capture: str) -> None:
    """Record that *capture* was catalogued under the keys *touched*."""
    connection.executemany(
        "INSERT OR IGNORE INTO capture_key (publisher, key, began, capture) VALUES (?, ?, ?, ?)",
        [(publisher, key, began, capture) for key in touched],
    )


def has_later(
    connection: sqlite3.Connection, publisher: str, touched: Iterable[str], *, began: str, capture: str
) -> bool:
    """Say whether a capture later in record order was catalogued under one of the keys *touched*."""
    # As a pair, since captures of others share their second; the primary key answers it in one step.
    query = "SELECT 1 FROM capture_key WHERE publisher = ? AND key = ? AND (began, capture) > (?, ?) LIMIT 1"
    return any(connection.execute(query, (publisher, key, began, capture)).fetchone() for key in touched)


def last_before(
    connection: sqlite3.Connection, publisher: str, touched: Iterable[str], *, began: str, capture: str
) -> str | None:
    """Return the capture that came last in record order before *capture* under one of the keys *touched*."""
    query = """SELECT began, capture FROM capture_key WHERE publisher = ? AND key = ? AND (began, capture) < (?, ?)
        ORDER BY began DESC, capture DESC LIMIT 1"""
    rows = (connection.execute(query, (publisher, key, began, capture)).fetchone() for key in touched)
    found = max((tuple(row) for row in rows if row is not None), default=None)
    return None if found is None else str(found[1])


def first_touched(connection: sqlite3.Connection, publisher: str, candidates: Iterable[str]) -> list[tuple[str, str]]:
    """Return (when, key) for *candidates*, the key seen first in front; of keys seen at once the one named first."""
    query = "SELECT began, capture FROM capture_key WHERE publisher = ? AND key = ? ORDER BY began, capture LIMIT 1"
    dated: list[tuple[Any, int, str]] = []
    for place, key in enumerate(dict.fromkeys(candidates)):
        row = connection.execute(query, (publisher, key)).fetchone()
        if row is not None:
            dated.append((tuple(row), place, key))
    return [(when[0], key) for when, _, key in sorted(dated)]


def kin(connection: sqlite3.Connection, publisher: str, touched: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return all captures, in record order, and all keys that hang together with the keys *touched*."""
    keys_found = set(touched)
    captures: set[tuple[str, str]] = set()
    waiting = sorted(keys_found)
    while waiting:
        rows = connection.execute(
            "SELECT began, capture FROM capture_key WHERE publisher = ? AND key = ?",
            (publisher, waiting.pop()),
        ).fetchall()
        # Captures lead to keys, and keys to captures, until nothing new is found: whoever reads less would fold less.
        for row in set(rows) - captures:
            captures.add(row)
            others = connection.execute("SELECT key FROM capture_key WHERE capture = ?", (row[1],)).fetchall()
            fresh = sorted({other[0] for other in others} - keys_found)
            keys_found.update(fresh)
            waiting.extend(fresh)
    return [capture for _, capture in sorted(captures)], sorted(keys_found)
