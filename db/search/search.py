"""Search: find, count and sort items."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import islice

from db.search.effort import USUAL, WITHOUT_END, DateRange, Effort, EffortExceeded, narrower_ranges
from db.search.hit import Hit, first_hits
from db.search.index import WEIGHTS
from db.search.query import DATES, Atom, Filter, FilterKind, Query, parse
from db.search.where import Rows, Value, Where, current_and_older, known, where

RANKED = 2000
"""So many of the newest hits are ranked; ranking all of a million would take seconds."""
COUNTED = 5000
"""Up to so many hits are counted; beyond that it is enough to know that there are more."""
COMMON = 5000
"""A word in more items than this does not tell good hits from others, so only the title decides. Weighing it would mean
reading all of these items."""
# Shares of a search's effort. Counting gets least, because "more than so many" is good enough.
_FINDING, _COUNTING, _ORDERING = 0.45, 0.25, 0.3

# The weights with the name of the index in front, as a query needs them.
_BEST = WEIGHTS.replace("bm25(", "bm25(search, ")


_BY_DATE = "search_doc.published IS NULL, found DESC"
"""The newest first, items without a stated day last."""


class Sort(StrEnum):
    """The order of hits."""

    RELEVANCE = "relevance"
    NEW = "new"
    OLD = "old"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits.

    Attributes:
        total: how many items were found.
        exact: whether *total* is exact; otherwise there are more.
        ranked: how many of the newest hits were ranked, the best first; the others follow, newest first.
        uncounted: whether there was no time to count.
        unranked: whether there was no time to rank, so that the newest come first.
        among: the texts that were searched, if searching all would have taken too long; None if all were.
        begun: the rows of the hits that were found first, the newest.
        hits: the first of them.
        behind: row and item of each further hit; `hit.further_hits` reads these.
        in_force: the rows of hits that match in the edition in force, if that is known.
    """

    query: Query
    total: int
    ranked: int
    hits: tuple[Hit, ...]
    exact: bool = True
    among: DateRange | None = None
    begun: Sequence[int] = ()
    uncounted: bool = False
    unranked: bool = False
    behind: Sequence[tuple[int, str]] = ()
    in_force: frozenset[int] | None = None

    @property
    def shown(self) -> int:
        """How many hits are on the page."""
        return len(self.hits) + len(self.behind)

    @property
    def is_hurried(self) -> bool:
        """Whether a repeated search may give more, because there may be more time."""
        return self.among is not None or self.uncounted or self.unranked


@dataclass(frozen=True, slots=True)
class Page:
    """Which hits are wanted: at most *limit* (negative: no limit) from *offset* on, in an order; the newest *ranked*
    are ranked, the best first. *effort* limits the search, unless all hits are wanted, or more than usual are to be
    ranked."""

    limit: int = 20
    offset: int = 0
    sort: Sort = Sort.RELEVANCE
    ranked: int = RANKED
    effort: Effort = USUAL

    @property
    def bound(self) -> Effort:
        """The effort that applies."""
        return WITHOUT_END if self.limit < 0 or self.ranked > RANKED else self.effort


def search(
    connection: sqlite3.Connection, text: str, *, limit: int = 20, offset: int = 0, ranked: int = RANKED
) -> Results:
    """Return the hits of *text* (see `query.parse`) from *offset* on, at most *limit*.

    The newest *ranked* hits come first, ordered by rank, then the others, newest first. No text is an error.
    """
    return page(connection, parse(text), Page(max(limit, 0), max(offset, 0), ranked=ranked))


def page(connection: sqlite3.Connection, query: Query, wanted: Page) -> Results:
    """Return the *wanted* hits of *query*, counted up to `COUNTED`, or completely if all are ranked.

    If searching all texts takes too long, only the newest (or the oldest, if these come first) are searched, and fewer
    of them if needed.
    """
    query = known(connection, query)
    for among in narrower_ranges(connection, query, oldest=wanted.sort is Sort.OLD):
        with suppress(EffortExceeded):
            return _found(connection, query, wanted, among)
    return Results(query, 0, 0, (), exact=False, among=DateRange(0, "", "", (0, 0)))


def _found(connection: sqlite3.Connection, query: Query, wanted: Page, among: DateRange | None) -> Results:
    """Return what is *wanted* from the rows of *among*.

    Raises:
        EffortExceeded: there are too many of them.
    """
    rows, whole = (None, 1.0) if among is None else (among.rows, among.share)
    # With few texts, all hits are listed at once and need not be counted separately.
    finding = _FINDING if among is None else _FINDING + _COUNTING
    if query.editions and wanted.sort is not Sort.TITLE:
        return replace(_page_of_editions(connection, query, wanted, rows, whole * finding), among=among)
    with wanted.bound.limiting(connection, whole * finding):
        found = where(connection, query, among=rows)
        if found is None:
            return Results(query, 0, 0, ())
        # One scan finds the newest hits and then counts, because starting a scan takes longest if words are common.
        walk = _walk(connection, query, found, among)
        begun = list(islice(walk, wanted.ranked))
    uncounted = unranked = False
    try:
        with closing(walk), wanted.bound.limiting(connection, whole * _COUNTING):
            total, exact = _total(connection, found, begun, wanted, walk)
    except EffortExceeded:
        # The last known row shows that there are more than the rows before it.
        total, exact, uncounted = max(len(begun) - 1, 0), False, True
    atoms = query.atoms()
    # Without words there is nothing to rank by: filters are satisfied or not.
    by_rank = bool(atoms) and wanted.sort is Sort.RELEVANCE and found.table == "search"
    try:
        with wanted.bound.limiting(connection, whole * _ORDERING):
            if by_rank:
                # A single hit needs no ranking, and without hits a timeout message would be wrong.
                few = len(begun) < 2 or wanted.ranked > RANKED
                common = [] if few else _common(connection, query, total, exact=exact)
                shown = _ranked(connection, found, wanted, begun, (atoms, common))
            elif wanted.sort is Sort.TITLE:
                shown = _sorted(connection, found, wanted)
            else:
                shown = _dated(connection, query, wanted, begun if len(begun) < wanted.ranked else None, rows)
    except EffortExceeded:
        # Unranked hits are better than ranked ones among fewer texts.
        if not by_rank or wanted.offset >= len(begun):
            raise
        by_rank, unranked, shown = False, True, begun[wanted.offset :][: wanted.limit]
    hits, behind = first_hits(connection, shown, query)
    ranked = min(total, wanted.ranked) if by_rank else 0
    return Results(query, total, ranked, hits, exact, among, begun, uncounted, unranked, behind)


_FEW = 500
# Filters that often leave few items.
_NARROW = frozenset((*DATES, FilterKind.TAG, FilterKind.SECTION, FilterKind.SET, FilterKind.NOTE, FilterKind.ADDRESS))


def _walk(connection: sqlite3.Connection, query: Query, found: Where, among: DateRange | None) -> Generator[int]:
    """Yield the rows of *found*, the newest first."""
    # FTS5 scans forward several times faster than backward, so list forward if there may be few hits or if only few
    # texts are searched.
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
    """Return the rows of the *wanted* page by date, undated items last. *every* are all rows in *among*, the newest
    first, if they are known.

    In the index, undated items are at the day they were first seen, which is not their date.
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
    # After the last dated item; how many there are before the page is counted only if needed.
    before = 0 if rows and not wanted.offset else wanted.offset - _counted(connection, found)
    left = wanted.limit if wanted.limit < 0 else wanted.limit - len(rows)
    return rows + _sorted(connection, rest, Page(left, max(before, 0), wanted.sort))


def _undated(connection: sqlite3.Connection, rows: Sequence[int]) -> frozenset[int]:
    asked = "SELECT rowid FROM search_doc WHERE rowid IN (SELECT value FROM json_each(?)) AND published IS NULL"
    return frozenset(row[0] for row in connection.execute(asked, (json.dumps(rows),)))


def rows_of(connection: sqlite3.Connection, query: Query, limit: int, among: Rows | None = None) -> list[int]:
    """Return the rows of the newest *limit* hits of *query* in *among*, the newest first; negative means no limit."""
    if query.editions:
        return _newest_of_both(connection, query, Page(limit), among)[0]
    found = where(connection, query, among=among)
    return [] if found is None else _sorted(connection, found, Page(limit, sort=Sort.NEW))


def _page_of_editions(
    connection: sqlite3.Connection, query: Query, wanted: Page, among: Rows | None, share: float
) -> Results:
    # Each half is read so far; what they share is counted once.
    reach = wanted.limit if wanted.limit < 0 else max(wanted.limit + wanted.offset, COUNTED + 1)
    with wanted.bound.limiting(connection, share):
        rows, in_force, most = _newest_of_both(connection, query, Page(reach, sort=wanted.sort), among)
    exact = most < reach or reach < 0
    shown = rows[wanted.offset :][: None if wanted.limit < 0 else wanted.limit]
    hits, behind = first_hits(connection, shown, query, in_force)
    total = len(rows) if exact else COUNTED
    # The newest first in any order, because facets are counted among these.
    begun = sorted(rows, reverse=True)
    return Results(query, total, 0, hits, exact, begun=begun, behind=behind, in_force=in_force)


def _newest_of_both(
    connection: sqlite3.Connection, query: Query, wanted: Page, among: Rows | None = None
) -> tuple[list[int], frozenset[int], int]:
    """Return the first *wanted* rows of a *query* that includes older editions, which of them match in the edition in
    force, and the larger number of rows that one half of the query gave."""
    both = current_and_older(connection, query, among)
    if both is None:
        return [], frozenset(), 0
    # The first n of each half contain the first n of both.
    found = [_sorted(connection, half, wanted) for half in both]
    rows = sorted({*found[0], *found[1]}, reverse=wanted.sort is not Sort.OLD)
    most = max(map(len, found))
    # Undated items can be moved to the end only if all rows are known.
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
    """Return the ids of all items that *text* finds, the newest first, for exports."""
    found = where(connection, parse(text))
    if found is None:
        return []
    rows = connection.execute(listed(found, "search_doc.item", _BY_DATE), found.values)
    return [row[0] for row in rows]


def newest_ids(connection: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """Return the ids of the newest *limit* items that *text* finds, the newest first, for feeds."""
    found = where(connection, parse(text))
    if found is None:
        return []
    rows = connection.execute(f"{listed(found, 'search_doc.item')} LIMIT ?", (*found.values, limit))
    return [row[0] for row in rows]


def listed(found: Where, columns: str, order: str = "found DESC") -> str:
    """Return the SQL that selects *columns* of ``search_doc`` for all hits."""
    # CROSS JOIN fixes the order: first the index, once, then each row by number.
    return f"""SELECT {columns} FROM (SELECT rowid AS found FROM {found.table} WHERE {found.condition})
        CROSS JOIN search_doc ON search_doc.rowid = found ORDER BY {order}"""


def sql(connection: sqlite3.Connection, query: Query, wanted: Page) -> str:
    """Return the SQL that finds the rows of *query*, with its values filled in, to be run on any open catalogue."""
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
    # Literal values, because a copied query has nobody to bind them; quotation marks are doubled as SQL
    # requires.
    literal = [str(one) if isinstance(one, int) else "'" + one.replace("'", "''") + "'" for one in values]
    return "".join(piece for pair in zip(parts, [*literal, ""], strict=True) for piece in pair)


def _total(
    connection: sqlite3.Connection, found: Where, begun: Sequence[int], wanted: Page, walk: Iterator[int]
) -> tuple[int, bool]:
    """Return how many hits there are and whether that is exact; *begun* are the newest, after which *walk* goes
    on."""
    # Most searches end here.
    if len(begun) < wanted.ranked:
        return (len(begun), True) if wanted.ranked > RANKED else (min(len(begun), COUNTED), len(begun) <= COUNTED)
    if wanted.ranked > RANKED and not found.costly:
        return _counted(connection, found), True
    # Stop here, because it is enough to know that there are more.
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
    """Return the rows of the *wanted* page, the best first; *words* are all words searched for, and the common ones
    among them.
    """
    # Ranking takes time per hit, so only the newest are ranked and the others follow, newest first.
    if len(newest) < 2:
        return newest[wanted.offset :][: None if wanted.limit < 0 else wanted.limit]
    first, last = wanted.offset, None if wanted.limit < 0 else wanted.offset + wanted.limit
    if words[1]:
        best = _told_apart(connection, found, newest, last, words)
    else:
        best = _best_of(connection, found, newest, last)
    rows = best[first:last]
    # The page extends beyond the ranked hits, or lies after them.
    if (last is None or last > len(newest)) and len(newest) == wanted.ranked:
        left = -1 if last is None else last - max(len(newest), first)
        rows += _sorted(connection, found, Page(left, max(len(newest), first), sort=Sort.NEW))
    return rows


def _best_of(connection: sqlite3.Connection, found: Where, newest: list[int], last: int | None) -> list[int]:
    """Return the rows *newest* up to *last*, the best first, newer ones first among equals, so that pages never
    overlap.
    """
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
    """Return the rows *newest* up to *last*: first the best by *words* that are not common, then those with a common
    word in the title, then the others, undated ones last.
    """
    atoms, common = words
    rare = [atom.match() for atom in atoms if atom not in common]
    titled = [f"(title : {atom.match()})" for atom in common if atom.column is None]
    first: dict[int, None] = {}
    if rare:
        # Weigh only found rows, because a rare word may occur in thousands of others.
        only = "AND +rowid IN (SELECT value FROM json_each(?))"
        first |= dict.fromkeys(_matching(connection, " OR ".join(rare), newest, f"{only} ORDER BY {_BEST}"))
    if titled:
        held, match = set(newest), " OR ".join(titled)
        # With few hits, some word is rare and leads to them, while a common word occurs in many titles.
        if len(newest) <= _FEW:
            match = f"({found.values[0]}) AND ({match})"
        first |= dict.fromkeys(
            row for row in _matching(connection, match, newest, "ORDER BY rowid DESC") if row in held
        )
    left = None if last is None else max(last - len(first), 0)
    return [*first, *_dated_first(connection, [row for row in newest if row not in first], left)]


def _matching(connection: sqlite3.Connection, match: str, newest: Sequence[int], more: str) -> list[int]:
    """Return the rows that *match* between the first and the last of *newest*, with further SQL in *more*."""
    asked = f"SELECT rowid FROM search WHERE search MATCH ? AND rowid >= ? AND rowid <= ? {more}"
    listed = (json.dumps(newest),) if "?" in more else ()
    return [row[0] for row in connection.execute(asked, (match, newest[-1], newest[0], *listed))]


_AT_ONCE = 100


def _dated_first(connection: sqlite3.Connection, rows: Sequence[int], last: int | None) -> list[int]:
    """Return *rows* up to *last*, undated ones after the others."""
    dated: list[int] = []
    without: list[int] = []
    # A page shows twenty hits; loading the dates of two thousand would take as long as everything else.
    for at in range(0, len(rows), _AT_ONCE):
        if last is not None and len(dated) >= last:
            break
        some = rows[at : at + _AT_ONCE]
        undated = _undated(connection, some)
        dated += [row for row in some if row not in undated]
        without += [row for row in some if row in undated]
    return [*dated, *without][:last]


def _common(connection: sqlite3.Connection, query: Query, total: int, *, exact: bool) -> list[Atom]:
    """Return the words of *query* that more than `COMMON` items have, and phrases made only of such words. The query
    has
    *total* hits, or more if not *exact*."""
    distinct = list(dict.fromkeys(query.atoms()))
    # A single word was counted with the query; and no word is in more items than there are editions.
    (editions,) = connection.execute("SELECT max(id) FROM edition").fetchone()
    alone = len(query.parts) == len(distinct) == len(distinct[0].words) == 1
    if (exact and alone) or (editions or 0) <= COMMON:
        return []
    # If more items than that have all the words, at least as many have each of them.
    many = not exact and total >= COMMON
    known = {node for node in query.nodes if isinstance(node, Atom) and len(node.words) == 1} if many else set()
    asked = "SELECT 1 FROM search WHERE search MATCH ? LIMIT 1 OFFSET ?"

    @cache
    def is_common(atom: Atom) -> bool:
        if len(atom.words) > 1:
            # Finding where two very common words are adjacent takes as long as the rest of the search, and is repeated
            # for each weight, so for such phrases the title decides too.
            return all(is_common(Atom((word,), languages=atom.languages)) for word in atom.words)
        # In any column: finding those with the word in the title would scan all that have it anywhere.
        anywhere = replace(atom, column=None)
        return anywhere in known or connection.execute(asked, (anywhere.match(), COMMON)).fetchone() is not None

    return [one for one in distinct if is_common(one)]
