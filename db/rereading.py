"""Rereading: which captures were not read, or were read by an older reader than today's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from archive.capture import Capture
from db import captures, profiles

Stamped = Callable[[str | None], str]
"""Gives today's stamp for the digest of a profile, or for None."""


def unread(connection: sqlite3.Connection, current: Stamped) -> list[Capture]:
    """Return the captures that no reader came to the end of, in record order.

    What is empty, or of a type that the same reader had no means to read, is not among them: it would not fare
    better.
    """
    return _found(connection, current, "unread IS NOT NULL AND (stamp IS NOT ? OR page_kind NOT IN ('other', 'empty'))")


def older(connection: sqlite3.Connection, current: Stamped) -> list[Capture]:
    """Return the captures that another reader read than today's, in record order."""
    return _found(connection, current, "stamp IS NOT NULL AND stamp <> ?")


def _found(connection: sqlite3.Connection, current: Stamped, condition: str) -> list[Capture]:
    found: list[tuple[str, str]] = []
    for publisher, profile in profiles.every(connection):
        stamp = current(profile.digest if profile else None)
        query = f"SELECT began, id FROM capture WHERE publisher = ? AND {condition}"
        found += connection.execute(query, (publisher, stamp)).fetchall()
    known = (captures.by_id(connection, capture) for _, capture in sorted(found))
    return [capture for capture in known if capture is not None]


def editions(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Return what each edition (item, opened) reads as: the digest of its content."""
    rows = connection.execute("SELECT item, opened, digest FROM edition")
    return {(item, opened): digest for item, opened, digest in rows}
