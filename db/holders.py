"""Holders: which items stand on a capture, and what the WARC files are expected to hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from archive.capture import printed_id
from archive.fixity import Expected


def items_on(connection: sqlite3.Connection, file: str, offset: int) -> list[str]:
    """Return the items of which an edition or a claim stands on the capture whose records hold *offset* of *file*.

    The records of a capture lie behind each other, its response or revisit first.
    """
    rows = connection.execute(
        """WITH held AS (SELECT id FROM capture WHERE file = ?1 AND offset <= ?2 ORDER BY offset DESC LIMIT 1)
        SELECT edition.item FROM edition_capture JOIN edition ON edition.id = edition_capture.edition
        WHERE edition_capture.capture IN held
        UNION SELECT item.id FROM item WHERE item.latest IN held ORDER BY 1""",
        (file, offset),
    )
    return [row[0] for row in rows]


def capture_at(connection: sqlite3.Connection, file: str, offset: int) -> str | None:
    """Return the capture whose records hold *offset* of *file*: a request lies behind its response."""
    row = connection.execute(
        "SELECT id FROM capture WHERE file = ? AND offset <= ? ORDER BY offset DESC LIMIT 1", (file, offset)
    ).fetchone()
    return None if row is None else str(row[0])


def expected(connection: sqlite3.Connection, file: str) -> Iterator[Expected]:
    """Yield what the catalogue expects of the records in *file*: its captures and notes."""
    rows = connection.execute(
        """SELECT file, offset, length, id, block_digest FROM capture WHERE file = ?1
        UNION ALL SELECT file, offset, length, id, digest FROM event WHERE file = ?1
        UNION ALL SELECT file, offset, length, id, digest FROM failure WHERE file = ?1 ORDER BY 2""",
        (file,),
    )
    for name, offset, length, record_id, digest in rows:
        yield Expected(name, offset, length, printed_id(record_id), digest)


def files(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the files that hold a record the catalogue knows."""
    rows = connection.execute(
        """SELECT file FROM capture UNION SELECT file FROM event WHERE file IS NOT NULL
        UNION SELECT file FROM failure
        UNION SELECT json_extract(detail, '$.file') FROM event
        WHERE type = 'import' AND json_extract(detail, '$.file') IS NOT NULL ORDER BY 1"""
    )
    return [row[0] for row in rows]
