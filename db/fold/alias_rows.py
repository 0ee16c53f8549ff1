"""Aliases: rows that lead from a URL to an item, the ids derived from them, and what must be read again when an older
capture arrives. `item_resolution.py` decides whether two items are one work.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from operator import itemgetter
from typing import Any

from db.decisions import moves
from db.identity import ids_of, item_id, shorter_id


@dataclass(frozen=True, slots=True)
class Alias:
    """One key and its item. *source*: captured, canonical, redirect, part or shortlink."""

    id: str
    key: str
    item: str
    source: str


def find(connection: sqlite3.Connection, publisher: str, key: str) -> Alias | None:
    """Return the alias in force for *key*, or None."""
    row = connection.execute(
        # Per publisher, because two publishers may have a page at one address, each with its own item.
        "SELECT id, key, item, source FROM item_alias WHERE key = ? AND publisher = ? AND current = 1",
        (key, publisher),
    ).fetchone()
    return None if row is None else Alias(*row)


def resolve(connection: sqlite3.Connection, shown: str) -> str | None:
    """Return the item to which an id that was shown once leads now, or None.

    An id may have been extended because another work had the shorter one. If later records show that there was no such
    work, the longer id leads where the shorter one does.
    """
    row = connection.execute("SELECT item FROM item_alias WHERE id = ?", (shown,)).fetchone()
    if row is not None:
        return str(row[0])
    # Tried last, because the longer id may be in force as well.
    shorter = shorter_id(shown)
    return None if shorter is None else resolve(connection, shorter)


def of_key(connection: sqlite3.Connection, key: str) -> str | None:
    """Return the item to which *key* leads, whoever published it, or None."""
    row = connection.execute("SELECT item FROM item_alias WHERE key = ? AND current = 1", (key,)).fetchone()
    return None if row is None else str(row[0])


def keys(connection: sqlite3.Connection, item: str) -> tuple[str, ...]:
    """Return the keys that lead to *item*, the one seen first in front."""
    return keys_of(connection, [item]).get(item, ())


def keys_of(connection: sqlite3.Connection, items: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the keys that lead to each of *items*, the one seen first in front."""
    rows = connection.execute(
        # Of keys seen at the same instant, the one that gave the id comes first.
        """SELECT item, key FROM item_alias WHERE item IN (SELECT value FROM json_each(?)) AND current = 1
        ORDER BY item, first_seen, id <> item, key""",
        (json.dumps(items),),
    )
    return {item: tuple([key for _, key in group]) for item, group in groupby(rows, key=itemgetter(0))}


def leads_to(connection: sqlite3.Connection, shown: Iterable[str]) -> dict[str, str]:
    """Return the items to which the ids *shown* lead now, as `resolve` does; ids that lead nowhere are left out."""
    asked = list(shown)
    rows = connection.execute(
        "SELECT id, item FROM item_alias WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(asked),)
    )
    found: dict[str, str] = dict(rows.fetchall())
    for one in asked:
        if one not in found and (item := resolve(connection, one)) is not None:
            found[one] = item
    return found


def name(connection: sqlite3.Connection, publisher: str, key: str, item: str, first_seen: str) -> None:
    """Make the id of *key* resolve to *item*, a page of which names *key* as its address without being believed.

    With other records it may have been believed, and the id shown. If *key* turns out to belong to a work, the id
    becomes that work's. Such a row looks like that of a captured key that leads nowhere.
    """
    if find(connection, publisher, key) is None:
        connection.execute(
            """INSERT OR IGNORE INTO item_alias (id, publisher, key, item, source, first_seen, current)
            VALUES (?, ?, ?, ?, 'captured', ?, 0)""",
            (item_id(publisher, key), publisher, key, item, first_seen),
        )
        _follow(connection, publisher, key)


# Rows that only `name` and `_follow` write: captured, and not current.
_ONLY_NAMED = "item_alias.key = ? AND source = 'captured' AND current = 0"


_ANYBODY_SPOKE = """SELECT EXISTS (SELECT 1 FROM decision) OR EXISTS (SELECT 1 FROM withholding)
    OR EXISTS (SELECT 1 FROM annotation) OR EXISTS (SELECT 1 FROM reuse)"""


def ids_with_notes(connection: sqlite3.Connection, publisher: str, key: str) -> frozenset[str]:
    """Return the ids of *key* under which people decided, withheld, annotated or reused something."""
    # Asked for every key, so if there are no such notes at all, skip computing its ids.
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


def items_of_ids(connection: sqlite3.Connection, publisher: str, key: str) -> tuple[str, ...]:
    """Return the items to which the ids of *key* lead."""
    rows = connection.execute(
        "SELECT DISTINCT item FROM item_alias WHERE id IN (SELECT value FROM json_each(?)) ORDER BY item",
        (json.dumps(ids_of(publisher, key)),),
    )
    return tuple(row[0] for row in rows)


def add_row_for_noted_id(connection: sqlite3.Connection, shown: str) -> None:
    """Give *shown*, an id used in a note, a row of its own if a shorter id of its key leads to an item.

    Call this when the rows of the note are written; `attach` and `name` handle what comes later.
    """
    shorter: str | None = shown
    while shorter is not None:
        row = connection.execute("SELECT publisher, key FROM item_alias WHERE id = ?", (shorter,)).fetchone()
        if row is not None:
            _follow(connection, *row)
            return
        shorter = shorter_id(shorter)


def _follow(connection: sqlite3.Connection, publisher: str, key: str) -> None:
    """Make longer ids of *key* that people have used lead where the next shorter one does.

    They need rows, or SQL queries for the ids of an item would miss what was said under an extended id.
    """
    named = ids_with_notes(connection, publisher, key)
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
    """Return the id of *key*, extended by two characters while another key has it (no id is used twice)."""
    for extra in count():
        wanted = item_id(publisher, key, extra)
        # A row that only keeps an id resolving makes way for the work whose key has that id.
        taken = f"SELECT 1 FROM item_alias WHERE id = ? AND NOT ({_ONLY_NAMED})"
        if connection.execute(taken, (wanted, key)).fetchone() is None:
            return wanted
    raise AssertionError("unreachable: count() does not end")


def attach(connection: sqlite3.Connection, publisher: str, wanted: Alias, first_seen: str) -> None:
    """Write an alias, or redirect an existing one; a captured key stays marked as captured."""
    connection.execute(f"DELETE FROM item_alias WHERE id = ? AND {_ONLY_NAMED}", (wanted.id, wanted.key))
    connection.execute(
        # Id and date stay, because an id that was shown never becomes another key's.
        """INSERT INTO item_alias (id, publisher, key, item, source, first_seen) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (key, publisher) WHERE current = 1 DO UPDATE SET item = excluded.item,
        source = CASE WHEN source = 'captured' THEN source ELSE excluded.source END""",
        (wanted.id, publisher, wanted.key, wanted.item, wanted.source, first_seen),
    )
    _follow(connection, publisher, wanted.key)


def detach(connection: sqlite3.Connection, alias: Alias) -> None:
    """Free the key of *alias* for an item of its own; the id still resolves."""
    # Not deleted, because somebody may have cited the id. No longer marked as captured: such a row that is not current
    # makes way for another work (`_ONLY_NAMED`), and this id stays that of its item.
    connection.execute(
        """UPDATE item_alias SET current = 0,
        source = CASE source WHEN 'captured' THEN 'redirect' ELSE source END WHERE id = ?""",
        (alias.id,),
    )


def redirect_sources(
    connection: sqlite3.Connection, publisher: str, targets: Iterable[str], leads: Callable[[str], bool]
) -> list[str]:
    """Return the keys from which catalogued redirects, and moves found by a person, lead to *targets*, in any number of
    steps.

    *leads* says whether redirects to a key count; those to a front page do not.
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
        # If a site redirects every lost page to its front page, these pages are not one work.
        if not rows or not leads(target):
            continue
        # Redirects may be circular.
        fresh = [row[0] for row in rows if row[0] not in seen]
        seen.update(fresh)
        found.extend(fresh)
        waiting.extend(fresh)
    return found


def last_redirect(connection: sqlite3.Connection, publisher: str, key: str) -> str | None:
    """Return when *key* last redirected, as far as that is catalogued, or None."""
    (found,) = connection.execute(
        """SELECT max(began) FROM capture WHERE url_key = ? AND publisher = ? AND catalogued = 1
        AND status BETWEEN 300 AND 399""",
        (key, publisher),
    ).fetchone()
    return None if found is None else str(found)


def shortlinks(connection: sqlite3.Connection, item: str) -> frozenset[str]:
    """Return the keys of the shortlinks of *item*."""
    rows = connection.execute(
        "SELECT key FROM item_alias WHERE item = ? AND current = 1 AND source = 'shortlink'", (item,)
    )
    return frozenset(row[0] for row in rows)


# ── Which captures were catalogued under which key ──────────────────────────────────────────────────────────


def record_keys(
    connection: sqlite3.Connection, publisher: str, touched: Iterable[str], *, began: str, capture: str
) -> None:
    """Record that *capture* was catalogued under the keys *touched*."""
    connection.executemany(
        "INSERT OR IGNORE INTO capture_key (publisher, key, began, capture) VALUES (?, ?, ?, ?)",
        [(publisher, key, began, capture) for key in touched],
    )


def has_later(
    connection: sqlite3.Connection, publisher: str, touched: Iterable[str], *, began: str, capture: str
) -> bool:
    """Say whether a capture later in record order has been catalogued under one of the keys *touched*."""
    # Compared as a pair, because imported captures share seconds; the primary key answers it in one step.
    query = "SELECT 1 FROM capture_key WHERE publisher = ? AND key = ? AND (began, capture) > (?, ?) LIMIT 1"
    return any(connection.execute(query, (publisher, key, began, capture)).fetchone() for key in touched)


def last_before(
    connection: sqlite3.Connection, publisher: str, touched: Iterable[str], *, began: str, capture: str
) -> str | None:
    """Return the last capture before *capture*, in record order, under one of the keys *touched*."""
    query = """SELECT began, capture FROM capture_key WHERE publisher = ? AND key = ? AND (began, capture) < (?, ?)
        ORDER BY began DESC, capture DESC LIMIT 1"""
    rows = (connection.execute(query, (publisher, key, began, capture)).fetchone() for key in touched)
    found = max((tuple(row) for row in rows if row is not None), default=None)
    return None if found is None else str(found[1])


def first_touched(connection: sqlite3.Connection, publisher: str, candidates: Iterable[str]) -> list[tuple[str, str]]:
    """Return (when, key) for *candidates*, in the order they were first seen; ties in the given order."""
    query = "SELECT began, capture FROM capture_key WHERE publisher = ? AND key = ? ORDER BY began, capture LIMIT 1"
    dated: list[tuple[Any, int, str]] = []
    for place, key in enumerate(dict.fromkeys(candidates)):
        row = connection.execute(query, (publisher, key)).fetchone()
        if row is not None:
            dated.append((tuple(row), place, key))
    return [(when[0], key) for when, _, key in sorted(dated)]


def connected_captures(
    connection: sqlite3.Connection, publisher: str, touched: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Return all captures, in record order, and all keys that are connected with the keys *touched*."""
    keys_found = set(touched)
    captures: set[tuple[str, str]] = set()
    waiting = sorted(keys_found)
    while waiting:
        rows = connection.execute(
            "SELECT began, capture FROM capture_key WHERE publisher = ? AND key = ?",
            (publisher, waiting.pop()),
        ).fetchall()
        # Follow captures to keys and keys to captures until nothing new is found; otherwise the fold would miss some.
        for row in set(rows) - captures:
            captures.add(row)
            others = connection.execute("SELECT key FROM capture_key WHERE capture = ?", (row[1],)).fetchall()
            fresh = sorted({other[0] for other in others} - keys_found)
            keys_found.update(fresh)
            waiting.extend(fresh)
    return [capture for _, capture in sorted(captures)], sorted(keys_found)
