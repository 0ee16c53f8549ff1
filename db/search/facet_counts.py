"""Facet counts: how many hits each author, year, tag and so on has, to narrow a search further."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from db.search import reuse
from db.search.effort import WITHOUT_END, DateRange, Effort, EffortExceeded, narrower_ranges
from db.search.query import Query, parse
from db.search.search import RANKED, Results, rows_of
from db.search.where import known, where

FEWER = 1000
"""On a page with too many hits to rank, so many are counted; a thousand show what is common."""
COUNTED = 10_000
"""So many of the newest hits are counted at most; reading all of a million would take seconds."""
SHOWN = 10
# Counting this many hits takes as long again as finding them.
_OF_COUNTING = Effort(seconds=0.06)


class FacetKind(StrEnum):
    """What hits can be counted by."""

    AUTHOR = "author"
    YEAR = "year"
    TAG = "tag"
    SECTION = "section"
    LANGUAGE = "language"
    PUBLISHER = "publisher"
    LICENSE = "license"
    REUSE = "reuse"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet, and how many hits have it; *query* narrows a search to them."""

    value: str
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Facets:
    """The facet counts of the hits of a search.

    Attributes:
        counted: how many hits, the newest, were counted.
        whole: whether these are all hits and all texts were searched.
        values: for each facet, the most common values first.
    """

    counted: int
    whole: bool
    values: dict[FacetKind, tuple[Value, ...]]


_FIELDS = {FacetKind.LANGUAGE: "lang"}
Row = tuple[Any, ...]
_strings: Callable[[str], list[str]] = msgspec.json.Decoder(list[str]).decode


def facets(
    connection: sqlite3.Connection,
    text: str,
    kinds: Sequence[FacetKind],
    *,
    counted: int = COUNTED,
    shown: int = SHOWN,
    effort: Effort = _OF_COUNTING,
) -> Facets:
    """Return, for each of *kinds*, the *shown* most common values among the newest *counted* hits of *text* (negative:
    all). For an empty text all items are hits. If counting exceeds *effort*, fewer texts are counted, as in a search
    (see `search.page`)."""
    query = parse(text)
    if not query.parts:
        query = parse("kind:article OR kind:page OR kind:document")
    query = known(connection, query)
    # One more than is counted, to show that there are more.
    limit = counted + 1 if counted >= 0 else -1
    rows: list[Row] = []
    among: DateRange | None = None
    for among in narrower_ranges(connection, query):
        with suppress(EffortExceeded), (effort if counted >= 0 else WITHOUT_END).limiting(connection):
            rows = _rows(connection, query, kinds, limit, among)
            break
    else:
        return Facets(0, False, dict.fromkeys(kinds, ()))
    whole = among is None and (counted < 0 or len(rows) <= counted)
    # The extra one only shows that there are more.
    return _of_rows(rows if counted < 0 else rows[:counted], kinds, shown, _reuses(connection, kinds), whole=whole)


def facets_of(
    connection: sqlite3.Connection,
    results: Results,
    kinds: Sequence[FacetKind],
    *,
    shown: int = SHOWN,
    said: reuse.Reuses | None = None,
) -> Facets:
    """Return the same for the newest hits of *results*, without searching again: all hits up to `RANKED`, or `FEWER` of
    more. *said*, what the terms of all items say, is computed if not given."""
    begun = results.begun[: RANKED if results.total <= RANKED else FEWER]
    whole = results.exact and results.among is None and len(begun) == results.total
    rows = connection.execute(
        f"{_columns(kinds)} (SELECT value AS found FROM json_each(?)) {_OF_EACH}", (json.dumps(begun),)
    )
    return _of_rows(rows.fetchall(), kinds, shown, said or _reuses(connection, kinds), whole=whole)


def _reuses(connection: sqlite3.Connection, kinds: Sequence[FacetKind]) -> reuse.Reuses | None:
    # Terms are evaluated only if they are counted, because that takes longer than everything else.
    return reuse.reuses(connection) if {FacetKind.LICENSE, FacetKind.REUSE} & set(kinds) else None


def _of_rows(
    rows: Sequence[Row], kinds: Sequence[FacetKind], shown: int, said: reuse.Reuses | None, *, whole: bool
) -> Facets:
    """Count the values of each kind in *rows*."""
    columns = _asked(kinds)
    held = dict(zip(columns, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(columns, ())
    counts = {kind: _counted(kind, [held[column] for column in _COLUMNS[kind]], said) for kind in kinds}
    return Facets(
        len(rows),
        whole,
        {kind: tuple(_value(kind, *pair) for pair in counts[kind].most_common(shown)) for kind in kinds},
    )


def _asked(kinds: Sequence[FacetKind]) -> list[str]:
    return list(dict.fromkeys(column for kind in kinds for column in _COLUMNS[kind]))


def _columns(kinds: Sequence[FacetKind]) -> str:
    # Only the columns that are counted, because reading columns takes most of the time.
    return f"SELECT {', '.join(_asked(kinds))} FROM"


_OF_EACH = "CROSS JOIN search_doc ON search_doc.rowid = found"


def _rows(
    connection: sqlite3.Connection, query: Query, kinds: Sequence[FacetKind], limit: int, among: DateRange | None
) -> list[Row]:
    """Return the values for counting *kinds* of the newest *limit* hits in the rows of *among*."""
    rows = among.rows if among else None
    found = where(connection, query, among=rows)
    if found is None:
        return []
    newest = f"SELECT rowid AS found FROM {found.table} WHERE {found.condition} ORDER BY rowid DESC LIMIT ?"
    values: tuple[Any, ...] = (*found.values, limit)
    if query.editions:
        listed = json.dumps(rows_of(connection, query, limit, rows))
        newest, values = "SELECT value AS found FROM json_each(?)", (listed,)
    return connection.execute(f"{_columns(kinds)} ({newest}) {_OF_EACH}", values).fetchall()


_OF_TERMS = ("publisher", "terms_digest", "item")
# The columns of ``search_doc`` from which each facet is counted.
_COLUMNS: dict[FacetKind, tuple[str, ...]] = {
    FacetKind.AUTHOR: ("authors",),
    FacetKind.YEAR: ("substr(published, 1, 4)",),
    FacetKind.TAG: ("tags",),
    FacetKind.SECTION: ("section",),
    FacetKind.LANGUAGE: ("language",),
    FacetKind.PUBLISHER: ("publisher",),
    FacetKind.LICENSE: _OF_TERMS,
    FacetKind.REUSE: _OF_TERMS,
    FacetKind.KIND: ("kind",),
}


def _counted(kind: FacetKind, columns: Sequence[Sequence[Any]], said: reuse.Reuses | None) -> Counter[str]:
    if kind in (FacetKind.AUTHOR, FacetKind.TAG):
        return _listed(columns[0])
    if len(columns) == 1:
        counted = Counter(columns[0])
        # Items without a value are not counted.
        del counted[None]
        return counted
    assert said is not None, "the terms are asked where they are counted"
    publishers, digests, items = columns
    # For most items equal terms mean equal answers; the others are evaluated one by one.
    alone = [item if item in said.items else "" for item in items] if said.items else [""] * len(items)
    found: Counter[str] = Counter()
    for (publisher, digest, item), count in Counter(zip(publishers, digests, alone, strict=True)).items():
        one = said.of(publisher, digest, item)
        found[(one.license or "none") if kind is FacetKind.LICENSE else one.reuse.value] += count
    return found


def _listed(arrays: Iterable[str]) -> Counter[str]:
    # Many items have the same list, and each distinct list is parsed once.
    found: Counter[str] = Counter()
    for array, count in Counter(arrays).items():
        for value in dict.fromkeys(_strings(array)):
            found[value] += count
    return found


def _value(kind: FacetKind, value: str, count: int) -> Value:
    field = _FIELDS.get(kind, kind.value)
    exact = "=" if kind in (FacetKind.TAG, FacetKind.SECTION) else ""
    # A quotation mark inside would end the phrase; a typographic one folds to the same.
    quoted = value.replace('"', "“")
    return Value(value, count, f'{field}:{exact}"{quoted}"' if not value.isalnum() or exact else f"{field}:{value}")
