"""Hit: an item that was found, as it is shown: with the words around the match, from the original text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from db.model.text_marks import from_json, page_at
from db.search.effort import USUAL, EffortExceeded
from db.search.forms import landing_of
from db.search.index import searched
from db.search.query import Atom, Column, Group, GroupKind, Node, Query
from db.search.snippet import Snippet, marks, snippet
from db.search.where import where

HELD = 200
"""So many hits are in memory at once, with the words from their texts."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One item found.

    Attributes:
        kind: whether it is an article.
        url: its address.
        gone: since when it has been gone from its site, or None.
        snippet: from its text, with the places of the words searched for.
        edition: the older edition that was found, if the edition in force does not match; the snippet is from that one.
        page: for a document, the page with the first match in the snippet.
        form_of: for a document, the item whose work it holds.
        title_marks: half-open ranges of the title that match.
        tags: those of its tags that match, because the words may occur nowhere else.
    """

    item: str
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    language: str | None
    publisher: str
    kind: str
    gone: str | None
    snippet: Snippet
    edition: str | None = None
    page: int | None = None
    title_marks: tuple[tuple[int, int], ...] = ()
    tags: tuple[str, ...] = ()
    form_of: str | None = None
    url: str = ""


_SHOWN = """SELECT search_doc.item, search_doc.title, search_doc.authors, search_doc.published, search_doc.language,
    search_doc.publisher, search_doc.kind, item.gone, edition.text, edition.marks, search_doc.tags, item.url
    FROM search_doc JOIN item ON item.id = search_doc.item JOIN edition ON edition.item = item.id
    WHERE search_doc.rowid = ? ORDER BY edition.opened DESC LIMIT 1"""


def hits_at(
    connection: sqlite3.Connection, rows: Sequence[int], query: Query, in_force: frozenset[int] | None = None
) -> tuple[Hit, ...]:
    """Return the items at *rows* as hits; *in_force* are those whose edition in force matches, if that is known."""
    older: dict[int, int] = {}
    if query.editions:
        known = _in_force(connection, rows, query) if in_force is None else in_force
        behind = [row for row in rows if row not in known]
        older = _older(connection, behind, query) if behind else {}
    return tuple(_hit(connection, row, query, older.get(row)) for row in rows)


def first_hits(
    connection: sqlite3.Connection, rows: Sequence[int], query: Query, in_force: frozenset[int] | None = None
) -> tuple[tuple[Hit, ...], list[tuple[int, str]]]:
    """Return the items at the first `HELD` of *rows* as hits, and row and item of the others for `further_hits`."""
    return hits_at(connection, rows[:HELD], query, in_force), _named(connection, rows[HELD:])


def further_hits(
    connection: sqlite3.Connection,
    behind: Sequence[tuple[int, str]],
    query: Query,
    in_force: frozenset[int] | None = None,
) -> Iterator[tuple[Hit, ...]]:
    """Yield the hits *behind* the first, `HELD` at a time, in a short transaction each.

    An item that was withheld, erased or dated otherwise since the search is left out.
    """
    for at in range(0, len(behind), HELD):
        some = behind[at : at + HELD]
        connection.execute("BEGIN")
        try:
            same = frozenset(_named(connection, [row for row, _ in some]))
            found = hits_at(connection, [one[0] for one in some if one in same], query, in_force)
        finally:
            connection.execute("COMMIT")
        yield found


def _named(connection: sqlite3.Connection, rows: Sequence[int]) -> list[tuple[int, str]]:
    """Return *rows* in their order, each with its item."""
    if not rows:
        return []
    asked = "SELECT rowid, item FROM search_doc WHERE rowid IN (SELECT value FROM json_each(?))"
    items = dict(connection.execute(asked, (json.dumps(rows),)))
    return [(row, items[row]) for row in rows if row in items]


def _hit(connection: sqlite3.Connection, row: int, query: Query, older: int | None) -> Hit:
    """Return the item at *row* as a hit, in the *older* edition with this number if given."""
    atoms = query.atoms()
    found: tuple[Any, ...] = connection.execute(_SHOWN, (row,)).fetchone()
    text, edition = searched(found[8], found[9]), None
    if older is not None:
        text, edition = _edition(connection, older)
    shown = snippet(text, atoms)
    # Only documents have pages, and the text of another edition has other marks.
    page = page_at(text, from_json(found[9]), shown.first) if found[6] == "document" and edition is None else None
    return Hit(
        item=found[0],
        title=found[1],
        authors=tuple(msgspec.json.decode(found[2])),
        published=found[3],
        language=found[4],
        publisher=found[5],
        kind=found[6],
        gone=found[7],
        snippet=shown,
        edition=edition,
        page=page,
        title_marks=marks(found[1] or "", [atom for atom in atoms if atom.column is not Column.AUTHOR]),
        tags=_tags(found[10], [atom for atom in atoms if atom.column is None]),
        form_of=landing_of(connection, found[0]) if found[6] == "document" else None,
        url=found[11],
    )


def _tags(listed: str, atoms: Sequence[Atom]) -> tuple[str, ...]:
    # Parse tags only if needed, because most items have few.
    return tuple(tag for tag in msgspec.json.decode(listed) if marks(tag, atoms)) if atoms and listed != "[]" else ()


def _in_force(connection: sqlite3.Connection, rows: Sequence[int], query: Query) -> frozenset[int]:
    """Return those of *rows* whose edition in force has the words searched for."""
    found = where(connection, Query(query.parts))
    if found is None:
        return frozenset(rows)
    # The plus sign keeps SQLite from querying the index once per row.
    asked = f"{found.rows()} AND +rowid IN (SELECT value FROM json_each(?))"
    try:
        with USUAL.limiting(connection, 0.35):
            return frozenset(row for (row,) in connection.execute(asked, (*found.values, json.dumps(rows))))
    except EffortExceeded:
        # Shown in their present state: it is not worth waiting to learn whether an older edition matched.
        return frozenset(rows)


_OLDER = """WITH found AS MATERIALIZED (SELECT rowid FROM search_edition WHERE search_edition MATCH ?)
    SELECT shown.value, held.rowid FROM json_each(?) AS shown CROSS JOIN search_doc ON search_doc.rowid = shown.value
    CROSS JOIN search_edition_doc AS held ON held.item = search_doc.item CROSS JOIN edition ON edition.id = held.rowid
    WHERE +held.rowid IN found ORDER BY edition.opened"""
"""One index query per page of hits, not one per hit."""


def _older(connection: sqlite3.Connection, rows: Sequence[int], query: Query) -> dict[int, int]:
    """Return, for each of *rows*, the number of the newest older edition with the words, if there is one."""
    # Only words: filters concern the item and were satisfied when it was found.
    found = where(connection, Query(tuple((node, said) for node, said in query.parts if _is_words(node))))
    # Of two editions of an item the newer comes last and so overwrites the older.
    return {} if found is None else dict(connection.execute(_OLDER, (found.values[0], json.dumps(rows))))


def _edition(connection: sqlite3.Connection, number: int) -> tuple[str, str]:
    """Return text and id of the edition with this *number*."""
    asked = "SELECT item, opened, text, marks FROM edition WHERE id = ?"
    item, opened, text, marked = connection.execute(asked, (number,)).fetchone()
    named = "SELECT id FROM editions WHERE item = ? AND opened = ?"
    return searched(text, marked), str(connection.execute(named, (item, opened)).fetchone()[0])


def _is_words(node: Node) -> bool:
    if isinstance(node, Group):
        return node.kind is not GroupKind.NONE and all(_is_words(part) for part in node.parts)
    return isinstance(node, Atom)
