"""Runs as rows. A run's row is written before its first visit, so that a killed run can continue as the same run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from db.instant import from_text, maybe_instant, to_text

ALWAYS = ("new", "changed", "unchanged", "gone", "failed")
"""The words in the summary of a run whose counts are shown even if they are 0."""
TROUBLE = ("failed", "errors", "blocked", "left alone", "robots.txt not available", "unproved", "partial")
"""The words for what a person, or time, can repair; "gone", "absent" and refusals by robots.txt are clear answers."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run. *finished* is None while it runs, or if it was killed; *summary* holds JSON values."""

    id: int
    kind: str
    started: datetime
    finished: datetime | None
    summary: Mapping[str, object]


def begin(connection: sqlite3.Connection, kind: str, started: datetime) -> Run:
    """Insert the row of a run that starts at *started* and return it."""
    connection.execute(
        # A run that continues after a kill keeps its original start time, so its row is already there.
        "INSERT INTO run (kind, started) VALUES (?, ?) ON CONFLICT (started) DO NOTHING",
        (kind, to_text(started)),
    )
    row = connection.execute("SELECT id FROM run WHERE started = ?", (to_text(started),)).fetchone()
    return Run(row[0], kind, started, None, {})


def unfinished(connection: sqlite3.Connection, kind: str | None = None) -> Run | None:
    """Return the newest run (of *kind*) that never finished, or None."""
    row = connection.execute(
        """SELECT id, kind, started, finished, summary FROM run WHERE finished IS NULL AND (?1 IS NULL OR
        kind = ?1)
        ORDER BY started DESC LIMIT 1""",
        (kind,),
    ).fetchone()
    return None if row is None else _value(row)


def keep(connection: sqlite3.Connection, run: int, summary: Mapping[str, object]) -> None:
    """Save the progress of *run*, for the process that continues it."""
    told = json.dumps(summary, ensure_ascii=False, sort_keys=True)
    connection.execute("UPDATE run SET summary = ? WHERE id = ?", (told, run))


def finish(
    connection: sqlite3.Connection, kind: str, started: datetime, finished: datetime, summary: Mapping[str, object]
) -> None:
    """Record that the run that began at *started* has ended, and how. Older runs of the same kind without an end are
    deleted, because nobody will continue them; their results are in the visits."""
    told = json.dumps(summary, ensure_ascii=False, sort_keys=True)
    connection.execute(
        # Inserted if missing, because a rebuild knows a run only by the note about its end.
        """INSERT INTO run (kind, started, finished, summary) VALUES (?, ?, ?, ?) ON CONFLICT (started) DO UPDATE SET
        finished = excluded.finished, summary = excluded.summary""",
        (kind, to_text(started), to_text(finished), told),
    )
    # Otherwise `unfinished` would continue a run that a later one has replaced.
    _forget(connection, "kind = ? AND started < ?", kind, to_text(started))


def forget_unfinished(connection: sqlite3.Connection, *, since: datetime) -> None:
    """Delete the runs that began after *since* and have not ended, so that nobody continues them."""
    _forget(connection, "started > ?", to_text(since))


def _forget(connection: sqlite3.Connection, which: str, *values: str) -> None:
    """Delete the unfinished runs that meet the condition *which*; their visits no longer name a run."""
    found = connection.execute(f"SELECT id FROM run WHERE finished IS NULL AND {which}", values).fetchall()
    for run in found:
        connection.execute("UPDATE visit SET run = NULL WHERE run = ?", run)
        connection.execute("DELETE FROM run WHERE id = ?", run)


def before(connection: sqlite3.Connection, kind: str, started: datetime) -> Run | None:
    """Return the newest finished run of *kind* that began before *started*, or None."""
    row = connection.execute(
        """SELECT id, kind, started, finished, summary FROM run WHERE finished IS NOT NULL AND kind = ? AND started < ?
        ORDER BY started DESC LIMIT 1""",
        (kind, to_text(started)),
    ).fetchone()
    return None if row is None else _value(row)


def numbered(connection: sqlite3.Connection, number: int) -> Run | None:
    """Return the run with this number, or None."""
    row = connection.execute("SELECT id, kind, started, finished, summary FROM run WHERE id = ?", (number,)).fetchone()
    return None if row is None else _value(row)


def every(connection: sqlite3.Connection, limit: int = 50) -> list[Run]:
    """Return the newest runs, the newest first."""
    rows = connection.execute(
        "SELECT id, kind, started, finished, summary FROM run ORDER BY started DESC LIMIT ?", (limit,)
    )
    return [_value(row) for row in rows]


def _value(row: tuple[int, str, str, str | None, str]) -> Run:
    return Run(row[0], row[1], from_text(row[2]), maybe_instant(row[3]), json.loads(row[4]))
