"""Find items: rank first, then show the words around the hits, from the original text."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.claims import Role
from db.decision import DecisionField
from db.decision_tables import shown
from db.decisions import set_values
from db.search.index import searched
from db.search.place import first_place, place_after
from db.search.query import DATES, Atom, Filter, FilterKind, Query, parse
from db.search.snippet import Snippet, snippet

RANKED = 2000
"""Among how many of the newest hits the best come first; ranking all of a million would take seconds."""

_WEIGHTS = "bm25(search, 10.0, 8.0, 1.0, 0.5, 0.0)"

_BEFORE = "(+rowid < ? OR +rowid IN (SELECT rowid FROM search_doc WHERE published = ''))"
_BEHIND = "(+rowid >= ? OR +rowid IN (SELECT rowid FROM search_doc WHERE published = ''))"
"""What does not begin, or does not end, with a date. The plus keeps SQLite from asking the index once a row."""

_TITLE = shown(DecisionField.TITLE, "edition.title")
_PUBLISHED = shown(DecisionField.PUBLISHED, "edition.published")
_LANGUAGE = shown(DecisionField.LANGUAGE, "item.language")


@dataclass(frozen=True, slots=True)
class Hit:
    """One item found.

    Attributes:
        kind: whether it is an article.
        gone: since when it is off the site, or None.
        snippet: from its text, with the places of the words looked for.
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


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.

    Attributes:
        total: how many items were found in all.
        ranked: among how many of the newest of them the best come first; the others follow, newest first.
    """

    query: Query
    total: int
    ranked: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Where:
    """The rows of the index that a query finds: a condition with its values. Every part of it is answered in one pass
    over the index; joined to another table, it would be asked for each row of that."""

    condition: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Window:
    """Which of *total* hits are wanted, and how many of the newest are ranked."""

    total: int
    ranked: int
    limit: int
    offset: int


def search(
    connection: sqlite3.Connection, text: str, *, limit: int = 20, offset: int = 0, ranked: int = RANKED
) -> Results:
    """Return the hits of *text* (see `query.parse`) from *offset* on, at most *limit*.

    The best of the newest *ranked* come first, then the others, newest first. No text is an error.
    """
    query = parse(text)
    where = _where(query)
    if where is None:
        return Results(query, 0, 0, ())
    (total,) = connection.execute(f"SELECT count(*) FROM search WHERE {where.condition}", where.values).fetchone()
    window = _Window(total, ranked, max(limit, 0), max(offset, 0))
    rows = _page(connection, query, where, window)
    atoms = [atom for group in query.groups for atom in group]
    hits = tuple(_hit(connection, row, atoms) for row in rows)
    return Results(query, total, min(total, ranked) if query.groups else 0, hits)


def all_ids(connection: sqlite3.Connection, text: str) -> list[str]:
    """Return the ids of every item that *text* finds, newest first: what an export takes."""
    where = _where(parse(text))
    if where is None:
        return []
    rows = connection.execute(
        f"""SELECT search_doc.item FROM (SELECT rowid AS found FROM search WHERE {where.condition})
        CROSS JOIN search_doc ON search_doc.rowid = found ORDER BY found DESC""",
        where.values,
    )
    return [row[0] for row in rows]


def _where(query: Query) -> _Where | None:
    match = query.match()
    if match is None:
        return None
    conditions: list[str] = ["search MATCH ?"]
    values: list[str | int] = [match]
    for one in query.filters:
        if one.kind in DATES:
            condition, place = _dated(one)
            conditions.append(condition)
            values.append(place)
    return _Where(" AND ".join(conditions), tuple(values))


def _dated(one: Filter) -> tuple[str, int]:
    """Return the rows that a filter by date leaves: they are in the order of the dates."""
    if one.kind is FilterKind.FROM:
        return _BEFORE if one.negated else "rowid >= ?", first_place(one.value)
    return _BEHIND if one.negated else "rowid < ?", place_after(one.value)


def _page(connection: sqlite3.Connection, query: Query, where: _Where, window: _Window) -> list[int]:
    newest = f"SELECT rowid FROM search WHERE {where.condition}"
    limit, offset, ranked = window.limit, window.offset, window.ranked
    if not query.groups:
        order = f"{newest} ORDER BY rowid DESC LIMIT ? OFFSET ?"
        return [row[0] for row in connection.execute(order, (*where.values, limit, offset))]
    floor = 0
    if window.total > ranked:
        last = f"{newest} ORDER BY rowid DESC LIMIT 1 OFFSET ?"
        (floor,) = connection.execute(last, (*where.values, ranked - 1)).fetchone()
    best = f"{newest} AND rowid >= ? ORDER BY {_WEIGHTS}, rowid DESC LIMIT ? OFFSET ?"
    rows = [row[0] for row in connection.execute(best, (*where.values, floor, limit, offset))]
    if len(rows) < limit and window.total > ranked:
        rest = f"{newest} AND rowid < ? ORDER BY rowid DESC LIMIT ? OFFSET ?"
        values = (*where.values, floor, limit - len(rows), max(offset - ranked, 0))
        rows += [row[0] for row in connection.execute(rest, values)]
    return rows


def _hit(connection: sqlite3.Connection, row: int, atoms: Sequence[Atom]) -> Hit:
    found = connection.execute(
        f"""SELECT item.id, {_TITLE}, {_PUBLISHED}, {_LANGUAGE}, item.publisher, edition.text, edition.id,
        edition.marks, item.kind, item.gone
        FROM search_doc JOIN item ON item.id = search_doc.item JOIN edition ON edition.item = item.id
        WHERE search_doc.rowid = ? ORDER BY edition.opened DESC LIMIT 1""",
        (row,),
    ).fetchone()
    return Hit(
        item=found[0],
        title=found[1],
        authors=_authors(connection, found[6]),
        published=found[2],
        language=found[3],
        publisher=found[4],
        kind=found[8],
        gone=found[9],
        snippet=snippet(searched(found[5], found[7]), atoms),
    )


def _authors(connection: sqlite3.Connection, edition: int) -> tuple[str, ...]:
    named = set_values(connection, edition).get(DecisionField.AUTHOR)
    if named is not None:
        return tuple(one.value for one in named if one.role is Role.AUTHOR)
    query = "SELECT name FROM attribution WHERE edition = ? AND role = 'author' ORDER BY position"
    return tuple(name[0] for name in connection.execute(query, (edition,)))
