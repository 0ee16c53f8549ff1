"""Forms: which documents hold the work of an item, and of which item a document is a form.

Forms are not stored but computed from current links and titles, whatever came first.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from db.model.form import Form, format_of
from db.search.words import fold, words

_PAGE = re.compile(r'"page":\s?(\d+)')

# Shown titles, so that titles corrected by a person count and withheld items do not.
_FILES = """SELECT DISTINCT document.id, document.url, capture.media_type, shown.title, coalesce(document.language, '')
    FROM document_link JOIN item AS landing ON landing.id = document_link.item
    JOIN item_alias ON item_alias.key = document_link.key AND item_alias.publisher = landing.publisher
        AND item_alias.current = 1
    JOIN item AS document ON document.id = item_alias.item AND document.kind = 'document'
    JOIN search_doc AS shown ON shown.item = document.id
    JOIN capture ON capture.id = document.latest WHERE document_link.item = ? ORDER BY document.id"""
_LANDINGS = """SELECT DISTINCT landing.id, landing.first_seen FROM item_alias
    JOIN document_link ON document_link.key = item_alias.key
    JOIN item AS landing ON landing.id = document_link.item AND landing.publisher = item_alias.publisher
        AND landing.kind <> 'document'
    WHERE item_alias.item = ? AND item_alias.current = 1 ORDER BY landing.first_seen, landing.id"""


@dataclass(frozen=True, slots=True)
class _File:
    id: str
    url: str
    format: str


def linking(connection: sqlite3.Connection, items: Sequence[str]) -> frozenset[str]:
    """Return those of *items* whose page links to a file; the others have no forms."""
    query = "SELECT item FROM document_link WHERE item IN (SELECT value FROM json_each(?))"
    return frozenset(row[0] for row in connection.execute(query, (json.dumps(items),)))


def forms_of(connection: sqlite3.Connection, item: str) -> tuple[Form, ...]:
    """Return the forms of *item*, in the order of format and id; a document has none."""
    own = [one for one in _of_title(connection, item) if landing_of(connection, one.id) == item]
    shown = (Form(one.id, one.url, one.format, _pages(connection, one.id)) for one in own)
    return tuple(sorted(shown, key=lambda form: (form.format, form.id)))


def landing_of(connection: sqlite3.Connection, document: str) -> str | None:
    """Return the item of which *document* is a form (the one seen first, if several); None if it is a work of its
    own.
    """
    for landing, _ in connection.execute(_LANDINGS, (document,)).fetchall():
        if any(one.id == document for one in _of_title(connection, landing)):
            return str(landing)
    return None


def _of_title(connection: sqlite3.Connection, item: str) -> list[_File]:
    """Return the files that the page of *item* links to and that have its title: of a format, only a single one."""
    # Nearly all items have none, and then this query is all.
    rows = connection.execute(_FILES, (item,)).fetchall()
    if not rows:
        return []
    said = connection.execute(
        """SELECT shown.title, item.subtitle, coalesce(item.language, '') FROM search_doc AS shown
        JOIN item ON item.id = shown.item WHERE shown.item = ? AND item.kind <> 'document'""",
        (item,),
    ).fetchone()
    if said is None or not said[0]:
        return []
    # On a cover the subtitle is below the title and often read together with it.
    titles = {_said(said[0]), _said(f"{said[0]} {said[1] or ''}")}
    found = [
        _File(document, url, format_of(media_type, url))
        for document, url, media_type, title, language in rows
        if title and _said(title) in titles and not _differ(said[2], language)
    ]
    # A page "Annual report" links to those of all years; nothing says which one is the page's own.
    counted = Counter(one.format for one in found)
    return [one for one in found if counted[one.format] == 1]


def _said(title: str) -> tuple[str, ...]:
    # Quotation marks, dashes and capitals may differ in print.
    return tuple(words(fold(title)))


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one.lower().partition("-")[0] != other.lower().partition("-")[0]


def _pages(connection: sqlite3.Connection, document: str) -> int | None:
    (marks,) = connection.execute(
        "SELECT marks FROM edition WHERE item = ? ORDER BY opened DESC LIMIT 1", (document,)
    ).fetchone()
    return max(map(int, _PAGE.findall(marks)), default=None)
