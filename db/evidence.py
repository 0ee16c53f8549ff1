"""Evidence as rows: where the words of a claim stand. Each piece is written once; other rows refer to it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from archive.evidence.passage import Decoding, Place
from db.model.item import Dated, Evidence, Layer, Precision, Words

# Listed by name, because `read` takes them by position.
COLUMNS = "{0}.capture, {0}.layer, {0}.ranges, {0}.charset, {0}.place, {0}.words, {0}.basis"
"""The columns for `read`, to be formatted with the alias of the evidence table."""

_FIELDS = "capture, layer, ranges, charset, place, words, basis"
# For queries with evidence after columns of their own.
WIDTH = 7
"""How many columns `COLUMNS` names."""

_POINTING_IF_ANY = {
    "item": "language_evidence subtitle_evidence section_evidence site_name_evidence modified_evidence",
    "edition": "title_evidence published_evidence",
}
POINTING_ALWAYS = ("attribution", "tag", "term", "rival", "restated")
"""Tables whose rows all refer to evidence."""
POINTING_INDEXES = (
    *(
        f"CREATE INDEX {table}_{column} ON {table} ({column}) WHERE {column} IS NOT NULL"
        for table, columns in _POINTING_IF_ANY.items()
        for column in columns.split()
    ),
    # Not "where not null" of columns that never are: SQLite up to 3.40 would not use the index.
    *(f"CREATE INDEX {table}_evidence ON {table} (evidence)" for table in POINTING_ALWAYS),
)
"""Indexes on all columns that refer to evidence; deleting evidence checks each of these tables."""


def write(connection: sqlite3.Connection, evidence: Evidence) -> int:
    """Insert *evidence* and return its row."""
    cursor = connection.execute(f"INSERT INTO evidence ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?)", _packed(evidence))
    return int(cursor.lastrowid or 0)


def write_all(connection: sqlite3.Connection, found: Sequence[Evidence]) -> list[int]:
    """Insert all of *found* and return the row of each."""
    if not found:
        return []
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM evidence").fetchone()
    # Numbered as SQLite would: a page has a dozen rows, and one statement for each takes twice the time.
    rows = list(range(last + 1, last + 1 + len(found)))
    connection.executemany(
        f"INSERT INTO evidence (id, {_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(row, *_packed(one)) for row, one in zip(rows, found, strict=True)],
    )
    return rows


def _packed(evidence: Evidence) -> tuple[object, ...]:
    decoding = evidence.decoding
    return (
        evidence.capture,
        evidence.layer.value,
        # JSON, so that people who open the file can read the ranges with `json_each`.
        "[" + ",".join([f"[{start},{end}]" for start, end in evidence.ranges]) + "]",
        None if decoding is None else decoding.charset,
        None if decoding is None else decoding.place.value,
        evidence.words,
        evidence.basis,
    )


def write_words(connection: sqlite3.Connection, claim: Words | None) -> tuple[str | None, int | None]:
    """Write the evidence of *claim*; return its value and the row of its evidence."""
    return (None, None) if claim is None else (claim.value, write(connection, claim.evidence))


def write_dated(connection: sqlite3.Connection, claim: Dated | None) -> tuple[str | None, str | None, int | None]:
    """Write the evidence of *claim*; return its value, its precision and the row of its evidence."""
    return (
        (None, None, None) if claim is None else (claim.value, claim.precision.value, write(connection, claim.evidence))
    )


def read(columns: tuple[Any, ...]) -> Evidence:
    """Return the Evidence in the seven *columns* that `COLUMNS` selects."""
    capture, layer, ranges, charset, place, words, basis = columns
    return Evidence(
        words=words,
        capture=capture,
        layer=_LAYERS[layer],
        ranges=tuple([(start, end) for start, end in json.loads(ranges)]),
        decoding=None if charset is None else _decoding(charset, place),
        basis=basis,
    )


# Made once each: an item has a dozen pieces of evidence, and an export reads those of every item.
_LAYERS = {layer.value: layer for layer in Layer}


@lru_cache(maxsize=256)
def _decoding(charset: str, place: str) -> Decoding:
    return Decoding(charset, Place(place))


def in_rows(connection: sqlite3.Connection, rows: Iterable[int | None]) -> dict[int, Evidence]:
    """Return the evidence in *rows*, all of which must exist, by row."""
    found = connection.execute(
        f"SELECT id, {COLUMNS.format('evidence')} FROM evidence WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([row for row in rows if row is not None]),),
    )
    return {row[0]: read(row[1:]) for row in found}


def unplaced(words: str) -> Evidence:
    """Return what stands for the evidence of *words* where nobody asks where they stand."""
    return Evidence(words, "")


def words_of(held: Mapping[int, Evidence] | None, value: str | None, row: int | None) -> Words | None:
    """Return the claim that `write_words` wrote, with its evidence from *held*; `unplaced` if that is None."""
    return None if value is None or row is None else Words(value, unplaced(value) if held is None else held[row])


def dated_of(
    held: Mapping[int, Evidence] | None, value: str | None, precision: str | None, row: int | None
) -> Dated | None:
    """Return the claim that `write_dated` wrote, with its evidence from *held*; `unplaced` if that is None."""
    if value is None or precision is None or row is None:
        return None
    return Dated(value, Precision(precision), unplaced(value) if held is None else held[row])


def drop(connection: sqlite3.Connection, rows: Iterable[int | None]) -> None:
    """Delete evidence that nothing refers to any more."""
    # The rows that referred to it must be gone, or the foreign keys refuse.
    connection.executemany("DELETE FROM evidence WHERE id = ?", [(row,) for row in rows if row is not None])
