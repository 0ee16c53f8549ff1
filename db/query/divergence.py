"""Divergence: how much of a catalogue would be otherwise if today's reader and rules made it from the same records."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from db.query.snapshot import TABLES, differences, rows


@dataclass(frozen=True, slots=True)
class Divergence:
    """What would differ, each thing counted once.

    Attributes:
        items: the ids of the items of which any row would differ.
        editions: how many of their editions would.
        terms: how many items and pages would have other terms.
        captures: how many captures would be catalogued otherwise.
        notes: how many rows that follow from notes alone would differ.
        lost: ids that were shown and would lead nowhere.
    """

    items: tuple[str, ...]
    editions: int
    terms: int
    captures: int
    notes: int
    lost: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.items or self.editions or self.terms or self.captures or self.notes)


def divergence(held: sqlite3.Connection, made: sqlite3.Connection) -> Divergence:
    """Return how the catalogue *held* differs from *made*, but for the stamps, which say only who made a row."""
    owners: dict[str, set[str]] = {"items": set(), "captures": set(), "holders": set()}
    editions: set[str] = set()
    noted: Counter[tuple[str, str]] = Counter()
    for sign, name, text in differences(_unstamped(held), _unstamped(made)):
        table, row = TABLES[name], json.loads(text)
        if not table.owner or (row.get(table.owner) is None and table.of == "captures"):
            noted[name, sign] += 1
        elif table.owner == "edition.item" or name == "edition":
            edition = str(row["edition"]) if "edition" in row else f"{row['item']} {row['opened']}"
            editions.add(edition)
            owners["items"].add(edition.partition(" ")[0])
        else:
            owners[table.of].add(str(row[table.owner]))
    # A changed row is one that goes and one that comes.
    notes = sum(max(noted[name, "-"], noted[name, "+"]) for name in {name for name, _ in noted})
    return Divergence(
        tuple(sorted(owners["items"])),
        len(editions),
        len(owners["holders"]),
        len(owners["captures"]),
        notes,
        tuple(sorted(shown_ids(held) - shown_ids(made))),
    )


def shown_ids(connection: sqlite3.Connection) -> set[str]:
    """Return every id under which an item is or was shown."""
    return {row[0] for row in connection.execute("SELECT id FROM item_alias")}


def _unstamped(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for table, row in _compared(rows(connection)):
        if '"stamp"' not in row:
            yield table, row
            continue
        values = json.loads(row)
        values.pop("stamp", None)
        yield table, json.dumps(values, ensure_ascii=False, sort_keys=True)


def _compared(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    # The words of statements are in the rows of the terms.
    return (one for one in found if one[0] != "statement")
