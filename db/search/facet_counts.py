"""Facet counts: how many hits there are of each author, year, tag and so on: what a search is narrowed by next."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from db.search import reuse
from db.search.query import parse
from db.search.where import where

COUNTED = 10_000
"""Among so many of the newest hits is counted: to look at each of a million takes seconds."""
SHOWN = 10


class FacetKind(StrEnum):
    """What hits are counted by."""

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
    """One value of a facet with how many hits have it; *query* narrows a search to them."""

    value: str
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Facets:
    """What the hits are.

    Attributes:
        counted: among how many hits, the newest, was counted.
        whole: whether these are all.
        values: by facet, the commonest first.
    """

    counted: int
    whole: bool
    values: dict[FacetKind, tuple[Value, ...]]


_FIELDS = {FacetKind.LANGUAGE: "lang"}
_strings: Callable[[str], list[str]] = msgspec.json.Decoder(list[str]).decode


def facets(
    connection: sqlite3.Connection,
    text: str,
    kinds: Sequence[FacetKind],
    *,
    counted: int = COUNTED,
    shown: int = SHOWN,
) -> Facets:
    """Return for each of *kinds* the *shown* commonest values among the newest *counted* hits of *text*; a negative
    number is all. Of no text at all the hits are all items."""
    query = parse(text)
    found = where(connection, query if query.parts else parse("kind:article OR kind:page OR kind:document"))
    if found is None:
        return Facets(0, True, dict.fromkeys(kinds, ()))
    # Terms are asked only where they are counted: it takes longer than all the rest.
    of_terms = any(kind in (FacetKind.LICENSE, FacetKind.REUSE) for kind in kinds)
    extra = ", item.publisher, item.terms_digest, item.id" if of_terms else ""
    joined = "JOIN item ON item.id = search_doc.item" if of_terms else ""
    # One more than is counted tells that there are more.
    limit = counted + 1 if counted >= 0 else -1
    rows: list[tuple[Any, ...]] = connection.execute(
        f"""SELECT search_doc.authors, substr(search_doc.published, 1, 4), search_doc.tags, search_doc.section,
        search_doc.language, search_doc.publisher, search_doc.kind{extra}
        FROM (SELECT rowid AS found FROM {found.table} WHERE {found.condition} ORDER BY rowid DESC LIMIT ?)
        CROSS JOIN search_doc ON search_doc.rowid = found {joined}""",
        (*found.values, limit),
    ).fetchall()
    whole = counted < 0 or len(rows) <= counted
    # The one too many is told and not counted.
    rows = rows if whole else rows[:counted]
    said = reuse.reuses(connection) if of_terms else None
    counts = {kind: _counted(kind, rows, said) for kind in kinds}
    return Facets(
        len(rows),
        whole,
        {kind: tuple(_value(kind, *pair) for pair in counts[kind].most_common(shown)) for kind in kinds},
    )


_COLUMNS = {FacetKind.YEAR: 1, FacetKind.SECTION: 3, FacetKind.LANGUAGE: 4, FacetKind.PUBLISHER: 5, FacetKind.KIND: 6}


def _counted(kind: FacetKind, rows: Sequence[tuple[Any, ...]], said: reuse.Reuses | None) -> Counter[str]:
    if kind in (FacetKind.AUTHOR, FacetKind.TAG):
        return _listed(row[0 if kind is FacetKind.AUTHOR else 2] for row in rows)
    if kind in _COLUMNS:
        at = _COLUMNS[kind]
        return Counter(row[at] for row in rows if row[at] is not None)
    assert said is not None, "the terms are asked where they are counted"
    held = Counter((row[7], row[8], row[9] if row[9] in said.items else "") for row in rows)
    found: Counter[str] = Counter()
    for (publisher, digest, item), count in held.items():
        one = said.of(publisher, digest, item)
        found[(one.license or "none") if kind is FacetKind.LICENSE else one.reuse.value] += count
    return found


def _listed(arrays: Iterable[str]) -> Counter[str]:
    # Most lists are those of other items too, and each is taken apart once.
    found: Counter[str] = Counter()
    for array, count in Counter(arrays).items():
        for value in dict.fromkeys(_strings(array)):
            found[value] += count
    return found


def _value(kind: FacetKind, value: str, count: int) -> Value:
    field = _FIELDS.get(kind, kind.value)
    exact = "=" if kind in (FacetKind.TAG, FacetKind.SECTION) else ""
    quoted = value.replace('"', " ")
    return Value(value, count, f'{field}:{exact}"{quoted}"' if not value.isalnum() or exact else f"{field}:{value}")
