"""Reach: what a section's terms page applies to. Its permissions are limited to its folder and to pages that link to
it.
"""

from __future__ import annotations

import re
import sqlite3

from db.identity import url_key
from db.model.terms import Statement, StatementPlace
from db.schema.tables import REACHES

# `/en/` and `/pt-br/` are not sections but language versions of the site.
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-zA-Z]{2})?")


def folder_of(terms_page: str) -> str | None:
    """Return the key prefix of all texts in the section of *terms_page*; None if it is for the whole site.

    ``/review/terms/`` is for the section ``/review/``; ``/terms/`` and ``/en/terms/`` are for the whole site.
    """
    try:
        host, *path = url_key(terms_page).partition("?")[0].split("/")
    except ValueError:
        return None
    steps = path[:-1]
    section = steps[1:] if steps and _LANGUAGE.fullmatch(steps[0]) else steps
    return "/".join((host, *steps, "")) if section else None


def of_statement(connection: sqlite3.Connection, statement: Statement) -> str | None:
    """Return the folder that a *statement* on a terms page reaches; None if the whole site, or if it is elsewhere."""
    if statement.place is not StatementPlace.TERMS_PAGE:
        return None
    found = connection.execute("SELECT url FROM capture WHERE id = ?", (statement.evidence.capture,)).fetchone()
    return folder_of(found[0]) if found else None


def section_keys(terms_links: tuple[str, ...]) -> str:
    """Return the keys of those *terms_links* that belong to a section, each between spaces, the form for REACHES."""
    keys = sorted({url_key(url) for url in terms_links if folder_of(url) is not None})
    # A space on either side, so that no key is found inside a longer one.
    return f" {' '.join(keys)} " if keys else ""


def link(connection: sqlite3.Connection, item: str, keys: str, since: str) -> None:
    """Record that *item* has linked to the terms pages with *keys* (see `section_keys`) since *since*,
    if that is new."""
    # An interval begins only with a change, so that a question about a day gets the links of that day.
    if links_of(connection, item) != keys:
        connection.execute("INSERT OR REPLACE INTO linked (item, since, keys) VALUES (?, ?, ?)", (item, since, keys))


def unlink(connection: sqlite3.Connection, item: str) -> None:
    """Delete the recorded links of *item*."""
    connection.execute("DELETE FROM linked WHERE item = ?", (item,))


def merge(connection: sqlite3.Connection, item: str, other: str, *, later: str, seen: str) -> None:
    """Move the links of *other* to *item*; from *seen* on, those of the one seen *later* apply."""
    keys = links_of(connection, later)
    # If both have a row for one instant, the item's own stays.
    connection.execute("UPDATE OR IGNORE linked SET item = ? WHERE item = ?", (item, other))
    unlink(connection, other)
    link(connection, item, keys, seen)


def links_of(connection: sqlite3.Connection, item: str) -> str:
    """Return the value of `section_keys` that was last recorded for *item*."""
    # The newest interval, which lasts until another begins.
    query = "SELECT keys FROM linked WHERE item = ? ORDER BY since DESC LIMIT 1"
    found: tuple[str] | None = connection.execute(query, (item,)).fetchone()
    return found[0] if found else ""


HOLDS = f"""EXISTS (SELECT 1 FROM term WHERE term.statement = statement.id AND term.superseded IS NULL
        AND (term.item = item.id OR {REACHES}))"""
"""Whether a row of ``statement`` from terms pages applies to a row of ``item`` now."""
