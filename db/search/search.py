"""Find items: order the hits, then show the words around them, from the original text."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from db.model.text_marks import from_json, page_at
from db.search.index import WEIGHTS, searched
from db.search.query import Atom, Column, Group, GroupKind, Node, Query, parse
from db.search.snippet import Snippet, marks, snippet
from db.search.where import Value, Where, where

RANKED = 2000
"""Among how many of the newest hits the best come first; ranking all of a million would take seconds."""
COUNTED = 10_000
"""Up to how many hits are counted where each of them has to be looked at."""

# The weights with the name of the index before them, as a query wants them.
_BEST = WEIGHTS.replace("bm25(", "bm25(search, ")


class Sort(StrEnum):
    """In what order hits come."""

    RELEVANCE = "relevance"
    NEW = "new"
    OLD = "old"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Hit:
    """One item found.

    Attributes:
        kind: whether it is an article.
        gone: since when it is off the site, or None.
        snippet: from its text, with the places of the words looked for.
        edition: the older edition that was found, where the one in force has not what is looked for; the snippet is
            from that one.
        page: of a document, the page on which the first hit of the snippet stands.
        title_marks: half-open ranges of the title that are hits.
        tags: those of its tags that are hits: what it was found by may stand nowhere else.
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


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.

    Attributes:
        total: how many items were found in all.
        exact: whether *total* is all; else there are more.
        ranked: among how many of the newest of them the best come first; the others follow, newest first.
    """

    query: Query
    total: int
    ranked: int
    hits: tuple[Hit, ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """Which hits are wanted: at most *limit* (a negative one is none at all) from *offset* on, in an order; of the
    newest *ranked* the best come first."""

    limit: int = 20
    offset: int = 0
    sort: Sort = Sort.RELEVANCE
    ranked: int = RANKED


def search(
    connection: sqlite3.Connection, text: str, *, limit: int = 20, offset: int = 0, ranked: int = RANKED
) -> Results:
    """Return the hits of *text* (see `query.parse`) from *offset* on, at most *limit*.

    The best of the newest *ranked* come first, then the others, newest first. No text is an error.
    """
    return page(connection, parse(text), Page(max(limit, 0), max(offset, 0), ranked=ranked))


def page(connection: sqlite3.Connection, query: Query, wanted: Page) -> Results:
    """Return the hits of *query* that are *wanted*. What is costly to count is counted up to `COUNTED`."""
    found = where(connection, query)
    if found is None:
        return Results(query, 0, 0, ())
    total, exact = _total(connection, found)
    atoms = query.atoms()
    # Without a word there is nothing to rank by: filters are met or not.
    by_rank = bool(atoms) and wanted.sort is Sort.RELEVANCE and found.table == "search"
    rows = _ranked(connection, found, wanted, total) if by_rank else _sorted(connection, found, wanted)
    hits = tuple(_hit(connection, row, query, atoms) for row in rows)
    return Results(query, total, min(total, wanted.ranked) if by_rank else 0, hits, exact)


def count(connection: sqlite3.Connection, text: str) -> int:
    """Return how many items *text* finds, exactly."""
    found = where(connection, parse(text))
    if found is None:
        return 0
    query = f"SELECT count(*) FROM {found.table} WHERE {found.condition}"
    return int(connection.execute(query, found.values).fetchone()[0])


def all_ids(connection: sqlite3.Connection, text: str) -> list[str]:
    """Return the ids of every item that *text* finds, newest first: what an export takes."""
    found = where(connection, parse(text))
    if found is None:
        return []
    rows = connection.execute(listed(found, "search_doc.item"), found.values)
    return [row[0] for row in rows]


def listed(found: Where, columns: str, order: str = "found DESC") -> str:
    """Return the query for *columns* of ``search_doc`` of all hits."""
    # CROSS JOIN fixes the order: the index first, once, and then each row by its number.
    return f"""SELECT {columns} FROM (SELECT rowid AS found FROM {found.table} WHERE {found.condition})
        CROSS JOIN search_doc ON search_doc.rowid = found ORDER BY {order}"""


def sql(connection: sqlite3.Connection, query: Query, wanted: Page) -> str:
    """Return the SQL that finds the rows of *query*, its values in it: it can be run wherever the catalogue is open."""
    found = where(connection, query)
    if found is None:
        return "SELECT item FROM search_doc WHERE 0"
    order = {Sort.OLD: "found", Sort.TITLE: "search_doc.sorted_title, found DESC"}.get(wanted.sort, "found DESC")
    asked = listed(found, "search_doc.item, search_doc.published, search_doc.title", order)
    limit = f" LIMIT {wanted.limit} OFFSET {wanted.offset}" if wanted.limit >= 0 else ""
    return " ".join(_filled(asked, found.values).split()) + limit


def _filled(asked: str, values: Sequence[Value]) -> str:
    parts = asked.split("?")
    # Written out, since whoever copies the query has nobody to bind its values; quotation marks are doubled, as SQL has
    # it.
    literal = [str(one) if isinstance(one, int) else "'" + one.replace("'", "''") + "'" for one in values]
    return "".join(piece for pair in zip(parts, [*literal, ""], strict=True) for piece in pair)


def _total(connection: sqlite3.Connection, found: Where) -> tuple[int, bool]:
    if not found.costly:
        query = f"SELECT count(*) FROM {found.table} WHERE {found.condition}"
        return int(connection.execute(query, found.values).fetchone()[0]), True
    # So far and no further: that there are more than ten thousand is enough to know.
    few = f"SELECT count(*) FROM ({found.rows()} LIMIT {COUNTED + 1})"
    (counted,) = connection.execute(few, found.values).fetchone()
    return min(counted, COUNTED), counted <= COUNTED


def _sorted(connection: sqlite3.Connection, found: Where, wanted: Page) -> list[int]:
    if wanted.sort is Sort.TITLE:
        order = listed(found, "found", "search_doc.sorted_title, found DESC")
    else:
        order = f"{found.rows()} ORDER BY rowid {'ASC' if wanted.sort is Sort.OLD else 'DESC'}"
    rows = connection.execute(f"{order} LIMIT ? OFFSET ?", (*found.values, wanted.limit, wanted.offset))
    return [row[0] for row in rows]


def _ranked(connection: sqlite3.Connection, found: Where, wanted: Page, total: int) -> list[int]:
    newest, limit = found.rows(), wanted.limit
    floor = 0
    # Ranking costs as much as there are hits. The row of the oldest that is still ranked bounds it.
    if total > wanted.ranked:
        last = f"{newest} ORDER BY rowid DESC LIMIT 1 OFFSET ?"
        (floor,) = connection.execute(last, (*found.values, wanted.ranked - 1)).fetchone()
    # Among equals the newest, so that pages of results do not overlap.
    best = f"{newest} AND rowid >= ? ORDER BY {_BEST}, rowid DESC LIMIT ? OFFSET ?"
    rows = [row[0] for row in connection.execute(best, (*found.values, floor, limit, wanted.offset))]
    # The page reaches beyond those that are ranked, or lies behind them.
    if (limit < 0 or len(rows) < limit) and total > wanted.ranked:
        rest = f"{newest} AND rowid < ? ORDER BY rowid DESC LIMIT ? OFFSET ?"
        left = limit if limit < 0 else limit - len(rows)
        values = (*found.values, floor, left, max(wanted.offset - wanted.ranked, 0))
        rows += [row[0] for row in connection.execute(rest, values)]
    return rows


_SHOWN = """SELECT search_doc.item, search_doc.title, search_doc.authors, search_doc.published, search_doc.language,
    search_doc.publisher, search_doc.kind, item.gone, edition.text, edition.marks, search_doc.tags
    FROM search_doc JOIN item ON item.id = search_doc.item JOIN edition ON edition.item = item.id
    WHERE search_doc.rowid = ? ORDER BY edition.opened DESC LIMIT 1"""


def _hit(connection: sqlite3.Connection, row: int, query: Query, atoms: Sequence[Atom]) -> Hit:
    found: tuple[Any, ...] = connection.execute(_SHOWN, (row,)).fetchone()
    text, edition = searched(found[8], found[9]), None
    if query.editions and not _is_in_force(connection, row, query):
        older = _older(connection, found[0], query)
        if older is not None:
            text, edition = older
    shown = snippet(text, atoms)
    # Only documents have pages, and a text of another edition has other marks.
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
    )


def _tags(listed: str, atoms: Sequence[Atom]) -> tuple[str, ...]:
    # Most items have few, and most searches no need to take them apart.
    return tuple(tag for tag in msgspec.json.decode(listed) if marks(tag, atoms)) if atoms and listed != "[]" else ()


def _is_in_force(connection: sqlite3.Connection, row: int, query: Query) -> bool:
    """Say whether the edition in force has the words that are looked for."""
    found = where(connection, Query(query.parts))
    if found is None:
        return True
    return connection.execute(f"{found.rows()} AND rowid = ?", (*found.values, row)).fetchone() is not None


def _older(connection: sqlite3.Connection, item: str, query: Query) -> tuple[str, str] | None:
    """Return text and id of the newest older edition of *item* that has the words, or None."""
    # Only its words: filters are of the item, and were met when it was found.
    found = where(connection, Query(tuple((node, said) for node, said in query.parts if _is_words(node))))
    if found is None:
        return None
    row = connection.execute(
        """SELECT edition.opened, edition.text, edition.marks FROM search_edition_doc
        JOIN edition ON edition.id = search_edition_doc.rowid WHERE search_edition_doc.item = ?
        AND +edition.id IN (SELECT rowid FROM search_edition WHERE search_edition MATCH ?)
        ORDER BY edition.opened DESC LIMIT 1""",
        (item, found.values[0]),
    ).fetchone()
    if row is None:
        return None
    named = "SELECT id FROM editions WHERE item = ? AND opened = ?"
    return searched(row[1], row[2]), str(connection.execute(named, (item, row[0])).fetchone()[0])


def _is_words(node: Node) -> bool:
    if isinstance(node, Group):
        return node.kind is not GroupKind.NONE and all(_is_words(part) for part in node.parts)
    return isinstance(node, Atom)
