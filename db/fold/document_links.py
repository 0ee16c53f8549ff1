"""Document links: the addresses of files to which an item's page links, from which its forms are found."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from urllib.parse import urlsplit

from db.captures import key_of

MOST = 40
"""The most links kept per page. A page with more is a list, and none of the files is a form of the page itself."""
_FILE = re.compile(
    r"\.(?:pdf|epub|docx|odt)$|/(?:downloads?|files?|pdf|media|attachments?|uploads?|bitstreams?)(?:/|$)", re.IGNORECASE
)
"""How the address of a document looks. Only a request would show what is really there."""
# A quick test, because most links lead to pages and need not be parsed.
_MAY_BE = re.compile(r"\.(?:pdf|epub|docx|odt)|/(?:download|file|pdf|media|attachment|upload|bitstream)", re.IGNORECASE)


def linked(links: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of those of *links* that may lead to documents, sorted, each once; none if there are too many."""
    likely = filter(_MAY_BE.search, links)
    keys = {key for url in likely if _FILE.search(urlsplit(url).path) and (key := key_of(url)) is not None}
    return tuple(sorted(keys)) if len(keys) <= MOST else ()


def of_item(connection: sqlite3.Connection, item: str) -> tuple[str, ...]:
    """Return the keys that were last written for *item*."""
    rows = connection.execute("SELECT key FROM document_link WHERE item = ? ORDER BY key", (item,))
    return tuple(row[0] for row in rows)


def write(connection: sqlite3.Connection, item: str, keys: Iterable[str]) -> None:
    """Record that the page of *item* links to the files with *keys*, and to no others."""
    drop(connection, item)
    connection.executemany("INSERT INTO document_link (item, key) VALUES (?, ?)", [(item, key) for key in keys])


def drop(connection: sqlite3.Connection, item: str) -> None:
    """Delete the recorded links of the page of *item*."""
    connection.execute("DELETE FROM document_link WHERE item = ?", (item,))
