"""Closure: all that is connected with an item is found by indexes, however many items there are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from db.catalogue import Catalogue
from db.query.closure import closure_of_item, closure_of_keys


def test_closure_queries_use_indexes_only(tmp_path: Path) -> None:
    with closing(Catalogue.open(tmp_path / "catalogue.db", create=True)) as catalogue:
        asked: list[str] = []
        connection = catalogue.connection
        connection.set_trace_callback(asked.append)
        found = closure_of_keys(connection, "in", ["example,institute)/a", "example,institute)/b"])
        closure_of_item(connection, "in-1")
        connection.set_trace_callback(None)
        assert (found.captures, found.items) == ((), ())
        plans = {one: _plan(connection, one) for one in asked}
    assert any("item_alias" in one for one in plans)
    # The given keys are themselves a list, which is read completely.
    scans = [(one, step) for one, plan in plans.items() for step in plan if "SCAN" in step and "VIRTUAL" not in step]
    assert scans == []


def _plan(connection: sqlite3.Connection, statement: str) -> list[str]:
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]


def test_item_is_found_by_its_current_and_former_keys(tmp_path: Path) -> None:
    with closing(Catalogue.open(tmp_path / "catalogue.db", create=True)) as catalogue:
        connection, day = catalogue.connection, datetime(2023, 4, 24, tzinfo=UTC).isoformat()
        connection.execute("PRAGMA foreign_keys = OFF")
        for number, (key, item, current) in enumerate((("now", "in-1", 1), ("before", "in-2", 0), ("else", "in-3", 1))):
            connection.execute(
                "INSERT INTO item_alias (id, publisher, key, item, source, first_seen, current) VALUES"
                " (?, 'in', ?, ?, 'captured', ?, ?)",
                (f"in-{number}", key, item, day, current),
            )
        connection.execute(
            "INSERT INTO item_alias (id, publisher, key, item, source, first_seen) VALUES"
            " ('of-another', 'other', 'now', 'other-1', 'captured', ?)",
            (day,),
        )
        assert closure_of_keys(connection, "in", ["now", "before"]).items == ("in-1", "in-2")
