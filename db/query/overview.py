"""Overview: the few numbers that say how a collection stands, asked in one go."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db import captures
from db.instant import maybe_instant, to_text
from db.query.review_queue import UNREAD
from db.withholding import WITHHELD


@dataclass(frozen=True, slots=True)
class Overview:
    """How a collection stands.

    Attributes:
        kinds: how many of the items are of each kind: articles, and pages that are none (about us, terms of use).
        reasons: how many of the failures were listed under each reason.
        unread_statements: how many statements wait for a person, as the review lists them.
        due: pages that are due by now; *late* is for how many seconds the oldest of them has been.
        next_due: when the next page is due after now.
        last: the newest run that ended: kind, started, finished, summary.
        withheld: how many of the items are withheld.
        newest: when the newest record was made, or None.
        unfinished: when a run began that never ended and is gone on with, or None.
    """

    items: int
    kinds: Mapping[str, int]
    captures: int
    gone: int
    failures: int
    reasons: Mapping[str, int]
    unread_statements: int
    withheld: int
    due: int
    late: float
    next_due: datetime | None
    last: Mapping[str, Any] | None
    newest: datetime | None
    unfinished: datetime | None


def overview(connection: sqlite3.Connection, now: datetime) -> Overview:
    """Return how the collection stands at *now*."""
    row = connection.execute(
        # In one question, since `status` has to answer at once.
        f"""SELECT (SELECT count(*) FROM item), (SELECT count(*) FROM capture),
        (SELECT count(*) FROM item WHERE gone IS NOT NULL),
        (SELECT count(*) FROM (SELECT DISTINCT statement.publisher, statement.words {UNREAD})),
        (SELECT count(*) FROM visit WHERE kind = 'page' AND due <= ?1),
        (SELECT min(due) FROM visit WHERE kind = 'page' AND due <= ?1),
        (SELECT min(due) FROM visit WHERE kind = 'page' AND due > ?1),
        (SELECT count(*) FROM item WHERE {WITHHELD})""",
        (to_text(now),),
    ).fetchone()
    last = connection.execute(
        """SELECT kind, started, finished, summary FROM run WHERE finished IS NOT NULL
        ORDER BY started DESC LIMIT 1"""
    ).fetchone()
    # Of this kind alone: one page asked for by itself is a run of another kind, and no run that goes on.
    begun = connection.execute("SELECT max(started) FROM run WHERE finished IS NULL AND kind = 'run'").fetchone()[0]
    reasons = dict(connection.execute("SELECT reason, count(*) FROM failures GROUP BY reason ORDER BY reason"))
    kinds = dict(connection.execute("SELECT kind, count(*) FROM item GROUP BY kind ORDER BY kind"))
    oldest = maybe_instant(row[5])
    return Overview(
        items=row[0],
        kinds=kinds,
        captures=row[1],
        gone=row[2],
        failures=sum(reasons.values()),
        reasons=reasons,
        unread_statements=row[3],
        withheld=row[7],
        due=row[4],
        late=(now - oldest).total_seconds() if oldest else 0.0,
        next_due=maybe_instant(row[6]),
        last=None
        if last is None
        else {"kind": last[0], "started": last[1], "finished": last[2], "summary": json.loads(last[3])},
        newest=captures.newest(connection),
        unfinished=maybe_instant(begun),
    )
