"""Outdated readings: captures that were not read, or were read by an older reader than the present one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence

from archive.warc.capture import Capture
from db import captures, profiles
from db.model.item import TEXT_UNREAD
from db.query.closure import Closure, closure_of_capture

Stamped = Callable[[str | None], str]
"""Returns the present stamp for the digest of a profile, or for None."""


def unread(connection: sqlite3.Connection, current: Stamped) -> list[Capture]:
    """Return, in record order, the captures whose reading did not finish.

    Not included are empty pages, documents that cannot be opened, and types that the same reader cannot read: reading
    them again would not help.
    """
    # A better reader, or one with a package that was missing, may succeed.
    return _found(
        connection,
        current,
        "unread IS NOT NULL AND (stamp IS NOT ? OR page_kind NOT IN ('other', 'empty', 'document'))",
    )


def older(connection: sqlite3.Connection, current: Stamped) -> list[Capture]:
    """Return, in record order, the captures that were read by another reader than the present one."""
    return _found(connection, current, "stamp IS NOT NULL AND stamp <> ?")


def is_all(connection: sqlite3.Connection, found: Sequence[Capture]) -> bool:
    """Say whether *found*, the result of `older`, is everything ever read, and nothing waits to be read."""
    return bool(found) and count_read(connection) == len(found) and not captures.count_waiting(connection)


def count_read(connection: sqlite3.Connection) -> int:
    """Return how many captures a reader read."""
    (count,) = connection.execute("SELECT count(*) FROM capture WHERE stamp IS NOT NULL").fetchone()
    return int(count)


def _found(connection: sqlite3.Connection, current: Stamped, condition: str) -> list[Capture]:
    found: list[tuple[str, str]] = []
    for publisher, profile in profiles.every(connection):
        stamp = current(profile.digest if profile else None)
        query = f"SELECT began, id FROM capture WHERE publisher = ? AND {condition}"
        found += connection.execute(query, (publisher, stamp)).fetchall()
    # In record order over all publishers, the order in which the fold adds captures.
    known = (captures.by_id(connection, capture) for _, capture in sorted(found))
    return [capture for capture in known if capture is not None]


def editions(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Return the digest of the content of each edition, by (item, opened)."""
    rows = connection.execute("SELECT item, opened, digest FROM edition")
    return {(item, opened): digest for item, opened, digest in rows}


def is_older(connection: sqlite3.Connection, closure: Closure, current: Stamped) -> bool:
    """Say whether a capture or an edition in *closure* was read by another reader than the present one."""
    rows = connection.execute(
        """SELECT capture.publisher, capture.stamp FROM capture WHERE stamp IS NOT NULL
        AND id IN (SELECT value FROM json_each(:captures))
        UNION SELECT item.publisher, edition.stamp FROM edition JOIN item ON item.id = edition.item
        WHERE item.id IN (SELECT value FROM json_each(:items))""",
        {"captures": json.dumps(closure.captures), "items": json.dumps(closure.items)},
    ).fetchall()
    return any(stamp != current(profiles.digest(connection, publisher)) for publisher, stamp in rows)


def from_other_readers(
    connection: sqlite3.Connection, current: Stamped, beside: sqlite3.Connection | None = None
) -> tuple[list[str], Closure]:
    """Return the stamps of other readers than the present one, and everything made from what they read or from what
    waits to be read, including everything connected with it, also in the catalogue *beside*.

    None of this can be compared with results of the present reader.
    """
    rows = connection.execute(
        """SELECT id, publisher, stamp FROM capture WHERE stamp IS NOT NULL OR catalogued = 0
        UNION SELECT capture, item.publisher, edition.stamp FROM edition JOIN item ON item.id = edition.item
        JOIN edition_capture ON edition_capture.edition = edition.id ORDER BY stamp, id"""
    ).fetchall()
    today = {publisher: current(profiles.digest(connection, publisher)) for publisher in {row[1] for row in rows}}
    stamps: dict[str, None] = {}
    found: dict[str, set[str]] = {name: set() for name in Closure.__slots__}
    for capture_id, publisher, stamp in rows:
        # A stamp contains the digest of the profile, so it differs between publishers.
        if stamp == today[publisher]:
            continue
        if stamp is not None:
            stamps[stamp] = None
        capture = captures.by_id(connection, capture_id) if capture_id not in found["captures"] else None
        if capture is not None:
            # In both catalogues, because captures may be connected in only one of them.
            for closure in (closure_of_capture(one, capture) for one in (connection, beside) if one is not None):
                for name, held in found.items():
                    held.update(getattr(closure, name))
    return list(stamps), Closure(*(tuple(sorted(held)) for held in found.values()))


def left_unread(connection: sqlite3.Connection) -> dict[str, str]:
    """Return by id why a rebuild, to be comparable with this catalogue, must not read some captures either: the reader
    gave up on them, or they still wait to be read.

    A waiting capture, such as a feed, does not yet say anything about other pages either.
    """
    waiting = connection.execute("SELECT id FROM capture WHERE catalogued = 0").fetchall()
    return {**dict.fromkeys((row[0] for row in waiting), "kept and not read yet"), **reasons_given_up(connection)}


# A page of which only the text was not found was read to its end; it is read again in the same way.
_GIVEN_UP = (
    "unread IS NOT NULL AND page_kind NOT IN ('other', 'empty', 'document')"
    f" AND substr(unread, 1, {len(TEXT_UNREAD)}) != '{TEXT_UNREAD}'"
)


def reasons_given_up(connection: sqlite3.Connection, captures: Iterable[str] | None = None) -> dict[str, str]:
    """Return by id why the reader gave up on some of *captures* (all if None).

    How much time and memory it had depends on the machine and the moment, so another reading cannot disprove it.
    """
    query = f"SELECT id, unread FROM capture WHERE {_GIVEN_UP}"
    if captures is None:
        return dict(connection.execute(query).fetchall())
    within = f"{query} AND id IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(within, (json.dumps(tuple(captures)),)).fetchall())
