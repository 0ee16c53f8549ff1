"""Outdated readings: which captures were not read, or were read by an older reader than today's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence

from archive.warc.capture import Capture
from db import captures, profiles
from db.model.item import TEXT_UNREAD
from db.query.closure import Closure, closure_of_capture

Stamped = Callable[[str | None], str]
"""Gives today's stamp for the digest of a profile, or for None."""


def unread(connection: sqlite3.Connection, current: Stamped) -> list[Capture]:
    """Return the captures that no reader came to the end of, in record order.

    What is empty, a document that cannot be opened, or of a type that the same reader had no means to read, is not
    among them: it would not fare better.
    """
    # A better reader, or one with a package that was missing, may have the means.
    return _found(
        connection,
        current,
        "unread IS NOT NULL AND (stamp IS NOT ? OR page_kind NOT IN ('other', 'empty', 'document'))",
    )


def older(connection: sqlite3.Connection, current: Stamped) -> list[Capture]:
    """Return the captures that another reader read than today's, in record order."""
    return _found(connection, current, "stamp IS NOT NULL AND stamp <> ?")


def is_all(connection: sqlite3.Connection, found: Sequence[Capture]) -> bool:
    """Say whether *found*, as `older` returns it, is all that was ever read, and nothing waits to be read."""
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
    # In record order over all publishers: the fold adds in that order.
    known = (captures.by_id(connection, capture) for _, capture in sorted(found))
    return [capture for capture in known if capture is not None]


def editions(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Return what each edition (item, opened) reads as: the digest of its content."""
    rows = connection.execute("SELECT item, opened, digest FROM edition")
    return {(item, opened): digest for item, opened, digest in rows}


def is_older(connection: sqlite3.Connection, closure: Closure, current: Stamped) -> bool:
    """Say whether another reader than today's read a capture or an edition in *closure*."""
    rows = connection.execute(
        """SELECT capture.publisher, capture.stamp FROM capture WHERE stamp IS NOT NULL
        AND id IN (SELECT value FROM json_each(:captures))
        UNION SELECT item.publisher, edition.stamp FROM edition JOIN item ON item.id = edition.item
        WHERE item.id IN (SELECT value FROM json_each(:items))""",
        {"captures": json.dumps(closure.captures), "items": json.dumps(closure.items)},
    ).fetchall()
    return any(stamp != current(profiles.digest(connection, publisher)) for publisher, stamp in rows)


def apart(
    connection: sqlite3.Connection, current: Stamped, beside: sqlite3.Connection | None = None
) -> tuple[list[str], Closure]:
    """Return the stamps of other readers than today's, and all that was made of what they read, or of what waits to be
    read, or hangs together with it; what is made of it in the catalogue *beside* too.

    It is to be compared with nothing that today's reader makes.
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
        # A stamp holds the digest of the profile, so that it differs from publisher to publisher.
        if stamp == today[publisher]:
            continue
        if stamp is not None:
            stamps[stamp] = None
        capture = captures.by_id(connection, capture_id) if capture_id not in found["captures"] else None
        if capture is not None:
            # In both catalogues: what hangs together in the new one may not in the old one.
            for closure in (closure_of_capture(one, capture) for one in (connection, beside) if one is not None):
                for name, held in found.items():
                    held.update(getattr(closure, name))
    return list(stamps), Closure(*(tuple(sorted(held)) for held in found.values()))


def left_unread(connection: sqlite3.Connection) -> dict[str, str]:
    """Return why a rebuild that is to be compared with this catalogue reads some captures no more than was done here:
    those that the reader gave up, and those that wait to be read. By id.

    What waits says nothing yet of other pages either, such as a feed of those that it lists.
    """
    waiting = connection.execute("SELECT id FROM capture WHERE catalogued = 0").fetchall()
    return {**dict.fromkeys((row[0] for row in waiting), "kept and not read yet"), **given_up(connection)}


# A page whose text alone was not found was read to its end: it is read so again, with its title and its links.
_GIVEN_UP = (
    "unread IS NOT NULL AND page_kind NOT IN ('other', 'empty', 'document')"
    f" AND substr(unread, 1, {len(TEXT_UNREAD)}) != '{TEXT_UNREAD}'"
)


def given_up(connection: sqlite3.Connection, captures: Iterable[str] | None = None) -> dict[str, str]:
    """Return why the reader gave up those of *captures* (of all if None) that it did not come to the end of, by id.

    How long it had, and how much memory, depends on the machine and the hour: no other reading proves it wrong.
    """
    query = f"SELECT id, unread FROM capture WHERE {_GIVEN_UP}"
    if captures is None:
        return dict(connection.execute(query).fetchall())
    within = f"{query} AND id IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(within, (json.dumps(tuple(captures)),)).fetchall())
