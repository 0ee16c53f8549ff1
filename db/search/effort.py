"""Effort: how much of the processor a search may take, and among how many texts it looks where all are too many."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from db.schema.connection import Connection, bounded
from db.search.index import day_at
from db.search.query import DATES, Filter, FilterKind, Group, GroupKind, Query
from db.search.where import Rows, rows_of_date

NARROWER = (10_000, 1000)
"""Among how many texts it is looked where to look through all takes too long, and where that does."""
# What fewer texts may take of the effort. The fewest may take more: behind them it is said that nothing was looked at.
_SHARE, _LAST_SHARE = 0.3, 1.5
# Of more texts in all, more time helps little: what two lists have not in common FTS5 seeks beyond any bound. Of 300
# strange queries it left 39 instead of 93 without an answer of 100,000 texts, and 114 instead of 121 of a million.
_MANY = 200_000


class TooMuch(Exception):
    """A search took all the effort that it may."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a search may take.

    Attributes:
        seconds: of the processor, by *clock*; where fewer texts are looked through then, these may take three tenths
            of it, and the fewest half as much again as all.
        steps: of SQLite's machine after which that is looked at.
    """

    seconds: float = 0.025
    steps: int = 500
    clock: Callable[[], float] = time.thread_time

    @contextmanager
    def spent(self, connection: sqlite3.Connection, share: float = 1.0) -> Iterator[Callable[[], bool]]:
        """Ask while the block lasts, which may take this *share* of it; yield what says whether it was taken, for work
        that SQLite has no part in.

        Raises:
            TooMuch: it took more.
        """
        # What has no end bounds nothing, and must not have it asked more rarely whether a page's own time is over.
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
            # Another bound, as that of a whole page, is not ours to answer for.
            if error.sqlite_errorname != "SQLITE_INTERRUPT" or not is_over():
                raise
            raise TooMuch from error


def within_seconds(seconds: float) -> Effort:
    """Return the effort for a whole text of somebody who waits for it: so many *seconds* by the clock."""
    return Effort(seconds, clock=time.monotonic)


USUAL = Effort()
WITHOUT_END = Effort(float("inf"), 1_000_000)
"""For whoever asks for all, and waits for it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Texts that lie side by side by their dates: so many, from the *first* day to the *last*; and what *share* of the
    effort for all texts it may take to look through them."""

    texts: int
    first: str
    last: str
    rows: Rows
    share: float = _SHARE

    def as_json(self) -> dict[str, object]:
        """Return it as whoever asked is told."""
        return {"texts": self.texts, "first": self.first, "last": self.last}


def narrowing(connection: sqlite3.Connection, query: Query, *, oldest: bool = False) -> Iterator[Stretch | None]:
    """Yield what is looked through, till one of it is not too much: all (None), the newest texts, fewer of these; or
    the *oldest*."""
    # All first: most queries are answered within their effort, and narrower ones only cost where they are not.
    yield None
    for texts in NARROWER:
        found = stretch(connection, query, texts, oldest=oldest)
        if found is not None:
            last = texts == NARROWER[-1] and not _are_many(connection)
            yield replace(found, share=_LAST_SHARE) if last else found


def _are_many(connection: sqlite3.Connection) -> bool:
    rows = f"SELECT 1 FROM search_doc LIMIT -1 OFFSET {_MANY}"
    return bool(connection.execute(f"SELECT EXISTS ({rows})").fetchone()[0])


def stretch(connection: sqlite3.Connection, query: Query, texts: int, *, oldest: bool = False) -> Stretch | None:
    """Return the newest *texts*, or the *oldest*, of those whose dates *query* lets through; None where there are none.

    A query of years long ago is looked for there, and not among what is newest of all.
    """
    # Rows lie in the order of their dates, so that a stretch of days is a stretch of rows.
    least, most = _let_through(query)
    order = "ASC" if oldest else "DESC"
    rows = f"SELECT rowid FROM search_doc WHERE rowid >= ? AND rowid < ? ORDER BY rowid {order}"
    ends = f"SELECT min(rowid), max(rowid), count(*) FROM ({rows} LIMIT ?)"
    first, last, count = connection.execute(ends, (least, most, texts)).fetchone()
    return Stretch(count, day_at(first), day_at(last), (first, last + 1)) if count else None


def _let_through(query: Query) -> Rows:
    least, most = 0, (1 << 63) - 1
    for node in query.nodes:
        # What is not of these days is looked for before them, and not among what is newest of all.
        if isinstance(node, Group) and node.kind is GroupKind.NONE and len(node.parts) == 1:
            (shut,) = node.parts
            if isinstance(shut, Filter) and shut.kind in DATES:
                first, last = rows_of_date(shut.value)
                least = max(least, last if shut.kind is FilterKind.TO else 0)
                most = min(most, first if shut.kind is FilterKind.FROM else most)
        if isinstance(node, Filter) and node.kind in DATES:
            first, last = rows_of_date(node.value)
            least = max(least, first if node.kind is not FilterKind.TO else 0)
            most = min(most, last if node.kind is not FilterKind.FROM else most)
    return least, most
