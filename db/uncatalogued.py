"""Uncatalogued captures: where imported files hold captures that are not in the catalogue, so that an order to erase
finds them without reading the files.

These are captures of hosts without a publisher, with dates that are not believed, and copies of captures that another
file has. The rows are made when a file is imported, and again by a rebuild.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from archive.warc.capture import Capture
from db.identity import digest_of, url_key

# Other answers of one address may be alike without holding anything of the page: refusals, redirects.
_WITH_PAYLOAD = (200, 304)


@dataclass(frozen=True, slots=True)
class Uncatalogued:
    """A capture in the imported *file* at *offset*; *digest* is that of its payload, if it may be a page's."""

    file: str
    offset: int
    digest: str | None
    key: str


def of_capture(capture: Capture) -> Uncatalogued:
    """Return what is noted about *capture*."""
    digest = capture.payload_digest if capture.status in _WITH_PAYLOAD else None
    return Uncatalogued(capture.ref.file, capture.ref.offset, digest, url_key(capture.url))


def note(connection: sqlite3.Connection, file: str, length: int, found: Iterable[Uncatalogued]) -> None:
    """Note that *found* are all captures that only *file* knows, which was read whole and without damage."""
    connection.execute("DELETE FROM uncatalogued WHERE file = ?", (file,))
    connection.executemany(
        "INSERT OR IGNORE INTO uncatalogued (file, offset, payload_digest, url_key) VALUES (?, ?, ?, ?)",
        [(one.file, one.offset, one.digest, one.key) for one in found],
    )
    noted = (file, length, _digest(connection, file))
    connection.execute("INSERT OR REPLACE INTO noted_file (file, bytes, made) VALUES (?, ?, ?)", noted)


def is_noted(connection: sqlite3.Connection, file: str, length: int) -> bool:
    """Say whether everything in *file*, as it is now, is noted, in rows that are as they were made."""
    row = connection.execute("SELECT bytes, made FROM noted_file WHERE file = ?", (file,)).fetchone()
    return row is not None and tuple(row) == (length, _digest(connection, file))


def _digest(connection: sqlite3.Connection, file: str) -> str:
    """Return a digest of the rows of *file*: an order to erase must not miss a copy because of a damaged row."""
    asked = "SELECT offset, payload_digest, url_key FROM uncatalogued WHERE file = ? ORDER BY offset"
    return digest_of(connection.execute(asked, (file,)).fetchall())


def holding(connection: sqlite3.Connection, payloads: Iterable[str], keys: Iterable[str]) -> list[tuple[str, int]]:
    """Return file and offset of the captures that hold one of *payloads* or are of an address in *keys*."""
    rows = connection.execute(
        """SELECT file, offset FROM uncatalogued WHERE payload_digest IN (SELECT value FROM json_each(?))
        UNION SELECT file, offset FROM uncatalogued WHERE url_key IN (SELECT value FROM json_each(?))""",
        (json.dumps(sorted(payloads)), json.dumps(sorted(keys))),
    )
    return [(file, offset) for file, offset in rows]
