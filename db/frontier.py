"""Frontier: what is to be visited, when it is due, and what became of it; and the runs that visit it. Working rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archive.capture import Capture, Note
from db.identity import url_key
from db.instant import from_text, maybe_instant, maybe_text, to_text

if TYPE_CHECKING:
    from db.catalogue import Catalogue

HISTORY = 20
"""How many outcomes a visit remembers."""


@dataclass(frozen=True, slots=True)
class Found:
    """A URL that was found, and where: *via* a sitemap, a feed or a page."""

    url: str
    via: str
    lastmod: datetime | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """One row of the frontier.

    Attributes:
        history: what became of the last visits, the latest last.
    """

    id: int
    publisher: str
    url: str
    kind: str
    lastmod: datetime | None
    outcome: str | None
    visited: datetime | None
    attempts: int
    history: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run: *finished* is None while it is under way, or where it was killed."""

    id: int
    kind: str
    started: datetime
    finished: datetime | None
    summary: dict[str, Any]


_VISIT = "id, publisher, url, kind, lastmod, outcome, visited_at, attempts, history"


class Frontier:
    """The frontier of a collection. Everything that writes is called inside a transaction of its catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._db = catalogue.connection

    def seed(self, publisher: str, found: Iterable[Found], now: datetime, kind: str = "page") -> int:
        """Take in what was found; return how many URLs were not known. A newer lastmod is remembered."""
        before = self._db.total_changes
        rows = [
            (publisher, url_key(one.url), one.url, kind, one.via, maybe_text(one.lastmod), one.priority)
            for one in found
        ]
        (known,) = self._db.execute("SELECT count(*) FROM visit").fetchone()
        self._db.executemany(
            """INSERT INTO visit (publisher, key, url, kind, via, lastmod, priority, added)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (publisher, kind, key) DO UPDATE SET
            lastmod = max(coalesce(lastmod, ''), excluded.lastmod) WHERE excluded.lastmod > coalesce(lastmod, '')""",
            [(*row, to_text(now)) for row in rows],
        )
        (after,) = self._db.execute("SELECT count(*) FROM visit").fetchone()
        return int(after - known) if self._db.total_changes > before else 0

    def pending(
        self, publisher: str, *, since: datetime, limit: int, now: datetime, due_only: bool = False
    ) -> list[Visit]:
        """Return the pages not visited since *since*, the newest first; with *due_only* those that are due."""
        due = "AND (visited_at IS NULL OR due <= ? OR lastmod > visited_at)" if due_only else ""
        values = (publisher, to_text(since), *([to_text(now)] if due_only else []), limit)
        rows = self._db.execute(
            f"""SELECT {_VISIT} FROM visit WHERE publisher = ? AND kind = 'page'
            AND (visited_at IS NULL OR visited_at < ?) {due}
            ORDER BY priority DESC, lastmod IS NULL, lastmod DESC, id LIMIT ?""",
            values,
        )
        return [_visit(row) for row in rows]

    def find(self, publisher: str, url: str, kind: str = "page") -> Visit | None:
        """Return the visit of *url*, or None."""
        row = self._db.execute(
            f"SELECT {_VISIT} FROM visit WHERE publisher = ? AND kind = ? AND key = ?",
            (publisher, kind, url_key(url)),
        ).fetchone()
        return None if row is None else _visit(row)

    def kept(self, visit: int, record: Capture | Note, now: datetime) -> None:
        """Record that *visit* brought *record*: it is not made again in this run."""
        outcome = f"status {record.status}" if isinstance(record, Capture) else str(record.body.get("reason"))
        self._db.execute(
            """UPDATE visit SET visited_at = ?, attempts = attempts + 1, outcome = ?, capture = ? WHERE id = ?""",
            (to_text(now), outcome, record.id, visit),
        )

    def settled(self, visit: int, outcome: str) -> None:
        """Record what the capture of *visit* meant for the catalogue."""
        (history,) = self._db.execute("SELECT history FROM visit WHERE id = ?", (visit,)).fetchone()
        told = [*filter(None, history.split(",")), outcome][-HISTORY:]
        self._db.execute(
            "UPDATE visit SET outcome = ?, history = ? WHERE id = ?", (outcome, ",".join(told), visit)
        )

    def postpone(self, visit: int, due: datetime | None) -> None:
        """Set when *visit* is due again; None: never by itself."""
        self._db.execute("UPDATE visit SET due = ? WHERE id = ?", (maybe_text(due), visit))

    def adopt(self, capture: Capture) -> None:
        """Record that *capture*, which a killed run kept, was a visit of its URL."""
        self._db.execute(
            """UPDATE visit SET visited_at = ?, outcome = ?, capture = ? WHERE publisher = ? AND key = ?
            AND (visited_at IS NULL OR visited_at < ?)""",
            (
                to_text(capture.began),
                f"status {capture.status}",
                capture.id,
                capture.publisher,
                url_key(capture.url),
                to_text(capture.began),
            ),
        )

    # ── Runs ──────────────────────────────────────────────────────────────────────────────────────

    def begin_run(self, kind: str, now: datetime) -> Run:
        """Begin a run of *kind*, or go on with one of that kind that never ended."""
        row = self._db.execute(
            "SELECT id, kind, started, finished, summary FROM run WHERE kind = ? AND finished IS NULL",
            (kind,),
        ).fetchone()
        if row is not None:
            return _run(row)
        cursor = self._db.execute("INSERT INTO run (kind, started) VALUES (?, ?)", (kind, to_text(now)))
        return Run(int(cursor.lastrowid or 0), kind, now, None, {})

    def end_run(self, run: Run, now: datetime, summary: dict[str, object]) -> None:
        """Record that *run* has ended."""
        self._db.execute(
            "UPDATE run SET finished = ?, summary = ? WHERE id = ?",
            (to_text(now), json.dumps(summary, sort_keys=True), run.id),
        )

    def last_run(self, kind: str) -> Run | None:
        """Return the newest run of *kind* that ended, or None."""
        row = self._db.execute(
            """SELECT id, kind, started, finished, summary FROM run WHERE kind = ? AND finished IS NOT NULL
            ORDER BY started DESC LIMIT 1""",
            (kind,),
        ).fetchone()
        return None if row is None else _run(row)

    def runs(self, limit: int = 20) -> list[Run]:
        """Return the newest runs, the newest first."""
        rows = self._db.execute(
            "SELECT id, kind, started, finished, summary FROM run ORDER BY started DESC LIMIT ?", (limit,)
        )
        return [_run(row) for row in rows]

    def counts(self, now: datetime) -> tuple[int, int, datetime | None]:
        """Return how many pages are known, how many are due, and when the next one is."""
        known, due, following = self._db.execute(
            """SELECT count(*), coalesce(sum(visited_at IS NULL OR due <= ?1), 0),
            min(CASE WHEN due > ?1 THEN due END) FROM visit WHERE kind = 'page'""",
            (to_text(now),),
        ).fetchone()
        return int(known), int(due), maybe_instant(following)

    # ── Hosts ─────────────────────────────────────────────────────────────────────────────────────

    def dialects(self) -> list[tuple[str, str, str]]:
        """Return (host, dialect, when it was learnt) of the hosts that were asked."""
        return [
            (row[0], row[1], row[2])
            for row in self._db.execute("SELECT host, dialect, learnt FROM host_dialect ORDER BY host")
        ]

    def remember_dialects(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Store what `dialects` gives back."""
        self._db.executemany(
            "INSERT OR REPLACE INTO host_dialect (host, dialect, learnt) VALUES (?, ?, ?)", list(rows)
        )


def _visit(row: tuple[Any, ...]) -> Visit:
    history = tuple(filter(None, row[8].split(",")))
    return Visit(
        row[0], row[1], row[2], row[3], maybe_instant(row[4]), row[5], maybe_instant(row[6]), row[7], history
    )


def _run(row: tuple[Any, ...]) -> Run:
    return Run(row[0], row[1], from_text(row[2]), maybe_instant(row[3]), json.loads(row[4]))
