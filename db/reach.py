"""Reach: what the terms page of a section holds for. Its permissions end at its folder, unless a page links to it."""

from __future__ import annotations

import re
import sqlite3

from db.identity import url_key
from db.reuse import Statement, StatementPlace

_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-zA-Z]{2})?")


def folder_of(terms_page: str) -> str | None:
    """Return the key that all texts of the section of a *terms_page* begin with; None where it is of the whole site.

    ``/review/terms/`` is of the section ``/review/``; ``/terms/`` and ``/en/terms/`` are of the whole site.
    """
    try:
        host, *path = url_key(terms_page).partition("?")[0].split("/")
    except ValueError:
        return None
    steps = path[:-1]
    section = steps[1:] if steps and _LANGUAGE.fullmatch(steps[0]) else steps
    return "/".join((host, *steps, "")) if section else None


def of_statement(connection: sqlite3.Connection, statement: Statement) -> str | None:
    """Return the folder that a *statement* on a terms page reaches; None if the whole site or elsewhere."""
    if statement.place is not StatementPlace.TERMS_PAGE:
        return None
    found = connection.execute("SELECT url FROM capture WHERE id = ?", (statement.evidence.capture,)).fetchone()
    return folder_of(found[0]) if found else None


def linked(terms_links: tuple[str, ...]) -> str:
    """Return the keys of those of *terms_links* that are of a section, each between spaces, as REACHES seeks them."""
    keys = sorted({url_key(url) for url in terms_links if folder_of(url) is not None})
    return f" {' '.join(keys)} " if keys else ""


REACHES = """(term.reach IS NULL OR term.permission IN ('ask', 'prohibited')
        OR EXISTS (SELECT 1 FROM item_alias AS own WHERE own.item = item.id AND own.current = 1
            AND instr(own.key, term.reach) = 1)
        OR EXISTS (SELECT 1 FROM item_alias AS named WHERE named.item = term.item AND named.current = 1
            AND instr(item.terms_links, ' ' || named.key || ' ') > 0))"""
"""Whether a row of ``term`` from a terms page holds for a row of ``item``.

What a section withholds is told everywhere, for the stricter governs; what it permits holds for what lies in its folder
and for what links to it, as every page does to the terms that its site's footer names.
"""

HOLDS = f"""EXISTS (SELECT 1 FROM term WHERE term.statement = statement.id AND term.superseded IS NULL
        AND (term.item = item.id OR {REACHES}))"""
"""Whether a row of ``statement`` that stands on terms pages holds for a row of ``item`` now."""
