"""Effort: how much processor time a search may use, and how many texts it searches if searching all takes too long."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import thread_time

from db.schema.connection import Connection, bounded
from db.search.index import day_at
from db.search.query import DATES, Filter, FilterKind, Group, GroupKind, Node, Query
from db.search.where import Rows, rows_of_date

NARROWER = (10_000, 1000)
"""The number of texts that are searched if searching all takes too long, and if even that takes too long."""
# Share of the effort for the larger and for the smallest number of texts. The last may use more, because after it the
# search gives up.
_SHARE, _LAST_SHARE = 0.3, 1.5
# With more texts than this, more time hardly helps: FTS5 takes very long to find what two long lists have in common. Of
# 300 difficult queries, more time left 39 instead of 93 unanswered with 100,000 texts, but 114 instead of 121 with a
# million.
_MANY = 200_000
# The largest number of a row in SQLite.
_LAST_ROW = (1 << 63) - 1


class EffortExceeded(Exception):
    """A search has used all the effort that it may."""


def processor_time() -> float:
    """Return how long this thread has used the processor, in seconds."""
    return thread_time()


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a search may use.

    Attributes:
        seconds: of *clock*, normally processor time. If fewer texts are then searched, these may use three tenths of
            it, the smallest number half as much again.
        steps: of SQLite's virtual machine between two checks.
    """

    seconds: float = 0.025
    steps: int = 500
    clock: Callable[[], float] = processor_time

    @contextmanager
    def limiting(self, connection: sqlite3.Connection, share: float = 1.0) -> Iterator[Callable[[], bool]]:
        """Limit the queries in the block to this *share* of the effort; yield a function that says whether it is used
        up, for work outside SQLite.

        Raises:
            EffortExceeded: the limit was reached.
        """
        # An unlimited effort must not replace the limit of a page by one that is checked less often.
        if self.seconds == float("inf") and isinstance(connection, Connection) and connection.bounds:
            yield lambda: False
            return
        end = self.clock() + self.seconds * share

        def is_over() -> bool:
            return self.clock() >= end

        try:
            with bounded(connection, is_over, steps=self.steps):
                yield is_over
        except sqlite3.OperationalError as error:
            # Another limit, such as that of a whole page, is not handled here.
            if error.sqlite_errorname != "SQLITE_INTERRUPT" or not is_over():
                raise
            raise EffortExceeded from error


def within_seconds(seconds: float) -> Effort:
    """Return the effort for a search that somebody waits for: *seconds* of elapsed time."""
    return Effort(seconds, clock=time.monotonic)


USUAL = Effort()
WITHOUT_END = Effort(float("inf"), 1_000_000)
"""For callers that want everything and wait for it."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """Texts adjacent by date: how many, from the *first* day to the *last*, and the *share* of the effort that
    searching them may use.
    """

    texts: int
    first: str
    last: str
    rows: Rows
    share: float = _SHARE

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values for an answer."""
        return {"texts": self.texts, "first": self.first, "last": self.last}


def narrower_ranges(
    connection: sqlite3.Connection, query: Query, *, oldest: bool = False
) -> Iterator[DateRange | None]:
    """Yield what to search until one of them is not too much: everything (None), then the newest texts (or the
    *oldest*),
    then fewer of these."""
    # Everything first: most queries finish within their effort.
    yield None
    for texts in NARROWER:
        found = date_range(connection, query, texts, oldest=oldest)
        if found is not None:
            last = texts == NARROWER[-1] and not _are_many(connection)
            yield replace(found, share=_LAST_SHARE) if last else found


def _are_many(connection: sqlite3.Connection) -> bool:
    rows = f"SELECT 1 FROM search_doc LIMIT -1 OFFSET {_MANY}"
    return bool(connection.execute(f"SELECT EXISTS ({rows})").fetchone()[0])


def date_range(connection: sqlite3.Connection, query: Query, texts: int, *, oldest: bool = False) -> DateRange | None:
    """Return the newest *texts* (or the *oldest*) in the date range of *query*; None if there are none.

    A query for long ago is answered from that time, not from the newest texts.
    """
    # Rows are in date order, so a range of days is a range of rows.
    least, most = _let_through(query)
    order = "ASC" if oldest else "DESC"
    rows = f"SELECT rowid FROM search_doc WHERE rowid >= ? AND rowid < ? ORDER BY rowid {order}"
    ends = f"SELECT min(rowid), max(rowid), count(*) FROM ({rows} LIMIT ?)"
    first, last, count = connection.execute(ends, (least, most, texts)).fetchone()
    return DateRange(count, day_at(first), day_at(last), (first, last + 1)) if count else None


def _let_through(query: Query) -> Rows:
    least, most = 0, _LAST_ROW
    for node in query.nodes:
        first, last = _rows_of(node)
        least, most = max(least, first), min(most, last)
    return least, most


def _rows_of(node: Node) -> Rows:
    """Return the rows that a filter by date lets through; all for another part of a query."""
    # For excluded days, search before (or after) them, not among the newest texts.
    shut = isinstance(node, Group) and node.kind is GroupKind.NONE and len(node.parts) == 1
    named = node.parts[0] if isinstance(node, Group) and shut else node
    if not isinstance(named, Filter) or named.kind not in DATES:
        return 0, _LAST_ROW
    first, last = rows_of_date(named.value)
    if shut:
        return (last if named.kind is FilterKind.TO else 0), (first if named.kind is FilterKind.FROM else _LAST_ROW)
    return (0 if named.kind is FilterKind.TO else first), (_LAST_ROW if named.kind is FilterKind.FROM else last)
