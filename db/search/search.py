"""Search: find items, count them and put them in order."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import islice

from db.search.effort import USUAL, WITHOUT_END, Effort, Stretch, TooMuch, narrowing
from db.search.hit import Hit, hits_at
from db.search.index import WEIGHTS
from db.search.query import DATES, Atom, Filter, FilterKind, Query, parse
from db.search.where import Rows, Value, Where, halves, spelt_out, where

RANKED = 2000
"""Among how many of the newest hits the best come first; ranking all of a million would take seconds."""
COUNTED = 5000
"""Up to how many hits are counted: that there are more is enough to know."""
COMMON = 5000
"""A word that more items have says nothing of which is the best: for it the title decides. To weigh it would be to walk
through all of them."""
# Of what a search may take. To count is least: that there are more than so many is enough to know.
_FINDING, _COUNTING, _ORDERING = 0.45, 0.25, 0.3

# The weights with the name of the index before them, as a query wants them.
_BEST = WEIGHTS.replace("bm25(", "bm25(search, ")


_BY_DATE = "search_doc.published IS NULL, found DESC"
"""The newest first, and last those of which no day is stated."""


class Sort(StrEnum):
    """In what order hits come."""

    RELEVANCE = "relevance"
    NEW = "new"
    OLD = "old"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.

    Attributes:
        total: how many items were found in all.
        exact: whether *total* is all; else there are more.
        ranked: among how many of the newest of them the best come first; the others follow, newest first.
        uncounted: whether there was no time to count so far.
        unranked: whether there was none to rank them: then the newest come first.
        among: the texts that were looked through alone, where all would have taken too long; None where all were.
        begun: the rows of so many of the hits as were found at once, the newest.
    """

    query: Query
    total: int
    ranked: int
    hits: tuple[Hit, ...]
    exact: bool = True
    among: Stretch | None = None
    begun: Sequence[int] = ()
    uncounted: bool = False
    unranked: bool = False

    @property
    def is_hurried(self) -> bool:
        """Whether the next who asks may be told more, since more time may be left for it."""
        return self.among is not None or self.uncounted or self.unranked


@dataclass(frozen=True, slots=True)
class Page:
    """Which hits are wanted: at most *limit* (a negative one is none at all) from *offset* on, in an order; of the
    newest *ranked* the best come first. *effort* is what it may take; whoever wants all hits, or all ranked, waits for
    them."""

    limit: int = 20
    offset: int = 0
    sort: Sort = Sort.RELEVANCE
    ranked: int = RANKED
    effort: Effort = USUAL

    @property
    def bound(self) -> Effort:
        """What it may take."""
        return WITHOUT_END if self.limit < 0 or self.ranked > RANKED else self.effort


def search(
    connection: sqlite3.Connection, text: str, *, limit: int = 20, offset: int = 0, ranked: int = RANKED
) -> Results:
    """Return the hits of *text* (see `query.parse`) from *offset* on, at most *limit*.

    The best of the newest *ranked* come first, then the others, newest first. No text is an error.
    """
    return page(connection, parse(text), Page(max(limit, 0), max(offset, 0), ranked=ranked))


def page(connection: sqlite3.Connection, query: Query, wanted: Page) -> Results:
    """Return the hits of *query* that are *wanted*. They are counted up to `COUNTED`; all of them where all are ranked.

    Where it takes too long to look through all texts, the newest alone are looked through (the oldest, where these
    come first), fewer where these are too many as well.
    """
    query = spelt_out(connection, query)
    for among in narrowing(connection, query, oldest=wanted.sort is Sort.OLD):
        with suppress(TooMuch):
            return _found(connection, query, wanted, among)
    return Results(query, 0, 0, (), exact=False, among=Stretch(0, "", "", (0, 0)))


def _found(connection: sqlite3.Connection, query: Query, wanted: Page, among: Stretch | None) -> Results:
    """Return what is *wanted* among the rows of *among*.

    Raises:
        TooMuch: they are too many.
    """
    rows, whole = (None, 1.0) if among is None else (among.rows, among.share)
    # Of few texts all are listed at once, and counted by that.
    finding = _FINDING if among is None else _FINDING + _COUNTING
    if query.editions and wanted.sort is not Sort.TITLE:
        return replace(_page_of_editions(connection, query, wanted, rows, whole * finding), among=among)
    with wanted.bound.spent(connection, whole * finding):
        found = where(connection, query, among=rows)
        if found is None:
            return Results(query, 0, 0, ())
        # One walk finds the newest, and goes on to count: to begin is what takes longest where words are many.
        walk = _walk(connection, query, found, among)
        begun = list(islice(walk, wanted.ranked))
    uncounted = unranked = False
    try:
        with closing(walk), wanted.bound.spent(connection, whole * _COUNTING):
            total, exact = _total(connection, found, begun, wanted, walk)
    except TooMuch:
        # The last that is known of says that there are more than those before.
        total, exact, uncounted = max(len(begun) - 1, 0), False, True
    atoms = query.atoms()
    # Without a word there is nothing to rank by: filters are met or not.
    by_rank = bool(atoms) and wanted.sort is Sort.RELEVANCE and found.table == "search"
    try:
        with wanted.bound.spent(connection, whole * _ORDERING):
            if by_rank:
                # Of one hit nothing is weighed, and of none it would be said that to look for it took too long.
                few = len(begun) < 2 or wanted.ranked > RANKED
                common = [] if few else _common(connection, query, total, exact=exact)
                shown = _ranked(connection, found, wanted, begun, (atoms, common))
            elif wanted.sort is Sort.TITLE:
                shown = _sorted(connection, found, wanted)
            else:
                shown = _dated(connection, query, wanted, begun if len(begun) < wanted.ranked else None, rows)
    except TooMuch:
        # What is found and not ranked is worth more than what is ranked among fewer texts.
        if not by_rank or wanted.offset >= len(begun):
            raise
        by_rank, unranked, shown = False, True, begun[wanted.offset :][: wanted.limit]
    hits = hits_at(connection, shown, query)
    ranked = min(total, wanted.ranked) if by_rank else 0
    return Results(query, total, ranked, hits, exact, among, begun, uncounted, unranked)


_FEW = 500
# Of these few items are often left.
_NARROW = frozenset((*DATES, FilterKind.TAG, FilterKind.SECTION, FilterKind.SET, FilterKind.NOTE, FilterKind.ADDRESS))


def _walk(connection: sqlite3.Connection, query: Query, found: Where, among: Stretch | None) -> Generator[int]:
    """Yield the rows of what is *found*, the newest first."""
    # FTS5 walks on several times as fast as back: where they may be few they are listed so, and where few texts alone
    # are looked through.
    may_be_few = any(isinstance(node, Filter) and node.kind in _NARROW for node in query.nodes)
    if among is not None or may_be_few:
        most = -1 if among is not None else _FEW
        listed = connection.execute(f"{found.rows()} ORDER BY rowid LIMIT ?", (*found.values, most)).fetchall()
        if len(listed) != most:
            yield from (row for (row,) in reversed(listed))
            return
    with closing(connection.execute(f"{found.rows()} ORDER BY rowid DESC", found.values)) as rows:
        for (row,) in rows:
            yield row


def _dated(
    connection: sqlite3.Connection, query: Query, wanted: Page, every: Sequence[int] | None, among: Rows | None
) -> list[int]:
    """Return the rows of the page that is *wanted* by date, those without one last; *every* is all there are *among*
    these rows, the newest first, where that is known.

    They lie in the index where they were first seen, which for a text of an unknown day is no date.
    """
    if every is not None:
        undated = _undated(connection, every)
        ordered = [row for row in every if row not in undated]
        without = [row for row in every if row in undated]
        both = [*reversed(ordered), *reversed(without)] if wanted.sort is Sort.OLD else [*ordered, *without]
        return both[wanted.offset :][: None if wanted.limit < 0 else wanted.limit]
    found = where(connection, query, dated=True, among=among)
    rest = where(connection, query, dated=False, among=among)
    if found is None or rest is None:
        return []
    rows = _sorted(connection, found, wanted)
    if 0 <= wanted.limit <= len(rows):
        return rows
    # Behind the last with a date: how many of those there are is only asked for there.
    before = 0 if rows and not wanted.offset else wanted.offset - _counted(connection, found)
    left = wanted.limit if wanted.limit < 0 else wanted.limit - len(rows)
    return rows + _sorted(connection, rest, Page(left, max(before, 0), wanted.sort))


def _undated(connection: sqlite3.Connection, rows: Sequence[int]) -> frozenset[int]:
    asked = "SELECT rowid FROM search_doc WHERE rowid IN (SELECT value FROM json_each(?)) AND published IS NULL"
    return frozenset(row[0] for row in connection.execute(asked, (json.dumps(rows),)))


def rows_of(connection: sqlite3.Connection, query: Query, limit: int, among: Rows | None = None) -> list[int]:
    """Return the rows of the newest *limit* hits of *query* *among* these, newest first; a negative limit is none."""
    if query.editions:
        return _newest_of_both(connection, query, Page(limit), among)[0]
    found = where(connection, query, among=among)
    return [] if found is None else _sorted(connection, found, Page(limit, sort=Sort.NEW))


def _page_of_editions(
    connection: sqlite3.Connection, query: Query, wanted: Page, among: Rows | None, share: float
) -> Results:
    # Each half is looked at so far; what they share is counted once.
    reach = wanted.limit if wanted.limit < 0 else max(wanted.limit + wanted.offset, COUNTED + 1)
    with wanted.bound.spent(connection, share):
        rows, in_force, most = _newest_of_both(connection, query, Page(reach, sort=wanted.sort), among)
    exact = most < reach or reach < 0
    shown = rows[wanted.offset :][: None if wanted.limit < 0 else wanted.limit]
    hits = hits_at(connection, shown, query, in_force)
    # The newest first in any order: what narrows a search is counted among these.
    return Results(query, len(rows) if exact else COUNTED, 0, hits, exact, begun=sorted(rows, reverse=True))


def _newest_of_both(
    connection: sqlite3.Connection, query: Query, wanted: Page, among: Rows | None = None
) -> tuple[list[int], frozenset[int], int]:
    """Return the first rows that are *wanted* of a *query* that looks at older editions too, which of them are found in
    the edition in force, and how many rows one half of the query gave at most."""
    both = halves(connection, query, among)
    if both is None:
        return [], frozenset(), 0
    # So many of each hold the first so many of both.
    found = [_sorted(connection, half, wanted) for half in both]
    rows = sorted({*found[0], *found[1]}, reverse=wanted.sort is not Sort.OLD)
    most = max(map(len, found))
    # Only where all are known can those without a date be put last.
    if most < wanted.limit or wanted.limit < 0:
        undated = _undated(connection, rows)
        rows.sort(key=lambda row: row in undated)
    return rows[: None if wanted.limit < 0 else wanted.limit], frozenset(found[0]), most


def count(connection: sqlite3.Connection, text: str) -> int:
    """Return how many items *text* finds, exactly."""
    found = where(connection, parse(text))
    if found is None:
        return 0
    return _counted(connection, found)


def _counted(connection: sqlite3.Connection, found: Where) -> int:
    query = f"SELECT count(*) FROM {found.table} WHERE {found.condition}"
    return int(connection.execute(query, found.values).fetchone()[0])


def all_ids(connection: sqlite3.Connection, text: str) -> list[str]:
    """Return the ids of every item that *text* finds, newest first: what an export takes."""
    found = where(connection, parse(text))
    if found is None:
        return []
    rows = connection.execute(listed(found, "search_doc.item", _BY_DATE), found.values)
    return [row[0] for row in rows]


def newest_ids(connection: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """Return the ids of the newest *limit* items that *text* finds, newest first: what a feed tells."""
    found = where(connection, parse(text))
    if found is None:
        return []
    rows = connection.execute(f"{listed(found, 'search_doc.item')} LIMIT ?", (*found.values, limit))
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
    ordered = {
        Sort.OLD: "search_doc.published IS NULL, found",
        Sort.TITLE: "search_doc.sorted_title, found DESC",
    }
    order = ordered.get(wanted.sort, _BY_DATE)
    asked = listed(found, "search_doc.item, search_doc.published, search_doc.title", order)
    limit = f" LIMIT {wanted.limit} OFFSET {wanted.offset}" if wanted.limit >= 0 else ""
    return " ".join(_filled(asked, found.values).split()) + limit


def _filled(asked: str, values: Sequence[Value]) -> str:
    parts = asked.split("?")
    # Written out, since whoever copies the query has nobody to bind its values; quotation marks are doubled, as SQL has
    # it.
    literal = [str(one) if isinstance(one, int) else "'" + one.replace("'", "''") + "'" for one in values]
    return "".join(piece for pair in zip(parts, [*literal, ""], strict=True) for piece in pair)


def _total(
    connection: sqlite3.Connection, found: Where, begun: Sequence[int], wanted: Page, walk: Iterator[int]
) -> tuple[int, bool]:
    """Return how many hits there are, and whether that is all, where the newest are *begun*, behind which the *walk*
    goes on."""
    # Most searches end here.
    if len(begun) < wanted.ranked:
        return (len(begun), True) if wanted.ranked > RANKED else (min(len(begun), COUNTED), len(begun) <= COUNTED)
    if wanted.ranked > RANKED and not found.costly:
        return _counted(connection, found), True
    # So far and no further: that there are more than so many is enough to know.
    most = max(COUNTED, len(begun))
    counted = len(begun) + sum(1 for _ in islice(walk, most + 1 - len(begun)))
    return min(counted, most), counted <= most


def _sorted(connection: sqlite3.Connection, found: Where, wanted: Page) -> list[int]:
    if wanted.sort is Sort.TITLE:
        order = listed(found, "found", "search_doc.sorted_title, found DESC")
    else:
        order = f"{found.rows()} ORDER BY rowid {'ASC' if wanted.sort is Sort.OLD else 'DESC'}"
    rows = connection.execute(f"{order} LIMIT ? OFFSET ?", (*found.values, wanted.limit, wanted.offset))
    return [row[0] for row in rows]


def _ranked(
    connection: sqlite3.Connection,
    found: Where,
    wanted: Page,
    newest: list[int],
    words: tuple[Sequence[Atom], Sequence[Atom]],
) -> list[int]:
    """Return the rows of the page that is *wanted*, the best first; *words* are all that are looked for, and of these
    the common ones."""
    # Ranking costs as much as there are hits: the newest are ranked, and the others follow, newest first.
    if len(newest) < 2:
        return newest[wanted.offset :][: None if wanted.limit < 0 else wanted.limit]
    first, last = wanted.offset, None if wanted.limit < 0 else wanted.offset + wanted.limit
    if words[1]:
        best = _told_apart(connection, found, newest, last, words)
    else:
        best = _best_of(connection, found, newest, last)
    rows = best[first:last]
    # The page reaches beyond those that are ranked, or lies behind them.
    if (last is None or last > len(newest)) and len(newest) == wanted.ranked:
        left = -1 if last is None else last - max(len(newest), first)
        rows += _sorted(connection, found, Page(left, max(len(newest), first), sort=Sort.NEW))
    return rows


def _best_of(connection: sqlite3.Connection, found: Where, newest: list[int], last: int | None) -> list[int]:
    """Return the rows *newest* up to the *last*, the best first; among equals the newer, so that no pages overlap."""
    best = f"{found.rows()} AND rowid >= ? AND rowid <= ? ORDER BY {_BEST}, rowid DESC LIMIT ?"
    limit = -1 if last is None else last
    return [row[0] for row in connection.execute(best, (*found.values, newest[-1], newest[0], limit))]


def _told_apart(
    connection: sqlite3.Connection,
    found: Where,
    newest: list[int],
    last: int | None,
    words: tuple[Sequence[Atom], Sequence[Atom]],
) -> list[int]:
    """Return the rows *newest* up to the *last*, those first that are the best by the *words* that are not common; then
    those with a common one in their title; of the others those without a date come last."""
    atoms, common = words
    rare = [atom.match() for atom in atoms if atom not in common]
    titled = [f"(title : {atom.match()})" for atom in common if atom.column is None]
    first: dict[int, None] = {}
    if rare:
        # Weighed are those alone that are found: a rare word may stand in thousands of others.
        only = "AND +rowid IN (SELECT value FROM json_each(?))"
        first |= dict.fromkeys(_matching(connection, " OR ".join(rare), newest, f"{only} ORDER BY {_BEST}"))
    if titled:
        held, match = set(newest), " OR ".join(titled)
        # Of few hits something that is looked for is rare, and leads to them: a common word stands in many titles.
        if len(newest) <= _FEW:
            match = f"({found.values[0]}) AND ({match})"
        first |= dict.fromkeys(
            row for row in _matching(connection, match, newest, "ORDER BY rowid DESC") if row in held
        )
    left = None if last is None else max(last - len(first), 0)
    return [*first, *_dated_first(connection, [row for row in newest if row not in first], left)]


def _matching(connection: sqlite3.Connection, match: str, newest: Sequence[int], more: str) -> list[int]:
    """Return the rows that *match*, from the first of *newest* to the last, and with *more* that is asked of them."""
    asked = f"SELECT rowid FROM search WHERE search MATCH ? AND rowid >= ? AND rowid <= ? {more}"
    listed = (json.dumps(newest),) if "?" in more else ()
    return [row[0] for row in connection.execute(asked, (match, newest[-1], newest[0], *listed))]


_AT_ONCE = 100


def _dated_first(connection: sqlite3.Connection, rows: Sequence[int], last: int | None) -> list[int]:
    """Return *rows* up to the *last*, those without a date behind the others."""
    dated: list[int] = []
    without: list[int] = []
    # A page shows twenty: the dates of two thousand would take as long as all else.
    for at in range(0, len(rows), _AT_ONCE):
        if last is not None and len(dated) >= last:
            break
        some = rows[at : at + _AT_ONCE]
        undated = _undated(connection, some)
        dated += [row for row in some if row not in undated]
        without += [row for row in some if row in undated]
    return [*dated, *without][:last]


def _common(connection: sqlite3.Connection, query: Query, total: int, *, exact: bool) -> list[Atom]:
    """Return those words of *query* that more than `COMMON` items have, and phrases of such words alone; it has *total*
    hits, *exact* or more."""
    distinct = list(dict.fromkeys(query.atoms()))
    # One word alone was counted with the query; and no word is in more items than there ever were editions.
    (editions,) = connection.execute("SELECT max(id) FROM edition").fetchone()
    alone = len(query.parts) == len(distinct) == len(distinct[0].words) == 1
    if (exact and alone) or (editions or 0) <= COMMON:
        return []
    # And where more items than that have all of them, as many have each.
    many = not exact and total >= COMMON
    known = {node for node in query.nodes if isinstance(node, Atom) and len(node.words) == 1} if many else set()
    asked = "SELECT 1 FROM search WHERE search MATCH ? LIMIT 1 OFFSET ?"

    @cache
    def is_common(atom: Atom) -> bool:
        if len(atom.words) > 1:
            # To find where two of the commonest words stand side by side takes as long as all the rest of a search, and
            # is asked anew for each weight: of such a phrase the title decides, too.
            return all(is_common(Atom((word,))) for word in atom.words)
        # Wherever it stands: to find those that have it in their title all that have it are walked through.
        anywhere = replace(atom, column=None)
        return anywhere in known or connection.execute(asked, (anywhere.match(), COMMON)).fetchone() is not None

    return [one for one in distinct if is_common(one)]
