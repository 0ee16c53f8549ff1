"""Document links: the addresses of files that an item's page leads to, from which its forms are known."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from urllib.parse import urlsplit

from db.captures import key_of

MOST = 40
"""So many of one page are kept: a page that leads to more of them is a list, whose own form none of them is."""
_FILE = re.compile(
    r"\.(?:pdf|epub|docx|odt)$|/(?:downloads?|files?|pdf|media|attachments?|uploads?|bitstreams?)(?:/|$)", re.IGNORECASE
)
"""What the address of a document looks like: what is behind it nobody knows before it was asked for."""
# What stands in each such address. Most links are of pages, and need not be taken apart to be told.
_MAY_BE = re.compile(r"\.(?:pdf|epub|docx|odt)|/(?:download|file|pdf|media|attachment|upload|bitstream)", re.IGNORECASE)


def linked(links: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of those of *links* that may be of documents, sorted, each once; none where they are too many."""
    likely = filter(_MAY_BE.search, links)
    keys = {key for url in likely if _FILE.search(urlsplit(url).path) and (key := key_of(url)) is not None}
    return tuple(sorted(keys)) if len(keys) <= MOST else ()


def of_item(connection: sqlite3.Connection, item: str) -> tuple[str, ...]:
    """Return what `linked` returned of *item* last."""
    rows = connection.execute("SELECT key FROM document_link WHERE item = ? ORDER BY key", (item,))
    return tuple(row[0] for row in rows)


def write(connection: sqlite3.Connection, item: str, keys: Iterable[str]) -> None:
    """Record that the page of *item* leads to the files with *keys*, and to no others."""
    drop(connection, item)
    connection.executemany("INSERT INTO document_link (item, key) VALUES (?, ?)", [(item, key) for key in keys])


def drop(connection: sqlite3.Connection, item: str) -> None:
    """Delete what the page of *item* leads to."""
    connection.execute("DELETE FROM document_link WHERE item = ?", (item,))
