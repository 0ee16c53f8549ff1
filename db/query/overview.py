"""Overview: the figures that describe the state of a collection, from a few queries."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archive.warc.capture import NoteKind
from db import captures
from db.instant import maybe_instant, to_text
from db.query.review_queue import UNREAD
from db.withholding import WITHHELD


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of a collection.

    Attributes:
        kinds: how many items there are of each kind: articles, and other pages (about us, terms of use).
        reasons: how many failures there are of each reason.
        requisites: how many of these, by reason, concern pictures and styles that pages need, or the robots.txt of
            their hosts; the pages themselves are held.
        unread_statements: how many statements wait for a person, as the review lists them.
        due: how many pages are due now; *late*: for how many seconds the oldest of them has been.
        next_due: when the next page will be due.
        last: the newest finished run that did not begin after now, or else the newest: kind, started, finished,
            summary. A run begins after now if the clock was ahead.
        withheld: how many of the items are withheld.
        newest: when the newest record was made, or None.
        unfinished: when a run began that has not ended and will be continued, or None.
        limited: if that run stopped at its limit, how many pages it left; else None.
        erased: when records were erased after a run had counted the coverage, which is then left out of *last*; else
            None.
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
    requisites: Mapping[str, int] = field(default_factory=dict)
    limited: int | None = None
    erased: datetime | None = None


_VISITED = "EXISTS (SELECT 1 FROM visit WHERE visit.publisher = one.publisher AND visit.kind = '{}' AND visit.key {})"
# A host's robots.txt is requested before anything else on the host. All keys of a host are between HOST/ and HOST0,
# because 0 is the character after the slash.
_OF_ITSELF = "= one.key"
_OF_HOST = ">= substr(one.key, 1, length(one.key) - 10) AND visit.key < substr(one.key, 1, length(one.key) - 11) || '0'"
# A rebuild makes no visit for what failed, but the note of the failure says for what it was requested.
_NOTED = """EXISTS (SELECT 1 FROM failure AS visit WHERE visit.publisher = one.publisher AND visit.url_key {}
        AND json_extract(visit.body, '$.purpose') = 'requisite')"""
_NOTED_HOST = _NOTED.format(_OF_HOST.replace("visit.key", "visit.url_key"))
# Only this kind: fetching a single page is a run of another kind and is not continued.
_BEGUN = """SELECT started, CASE WHEN json_extract(summary, '$.stopped.why') LIKE '--limit %'
    THEN json_extract(summary, '$.stopped.left') END FROM run WHERE finished IS NULL AND kind = 'run'
    ORDER BY started DESC LIMIT 1"""
_REASONS = f"""WITH one AS MATERIALIZED (SELECT failures.reason, failures.publisher,
        coalesce(failure.url_key, capture.url_key) AS key FROM failures
        LEFT JOIN failure ON failure.id = failures.record LEFT JOIN capture ON capture.id = failures.record)
    SELECT reason, count(*), total(
        ({_VISITED.format("requisite", _OF_ITSELF)} OR {_NOTED.format(_OF_ITSELF)})
            AND NOT {_VISITED.format("page", _OF_ITSELF)}
        OR key LIKE '%/robots.txt' AND ({_VISITED.format("requisite", _OF_HOST)} OR {_NOTED_HOST})
            AND NOT {_VISITED.format("page", _OF_HOST)}) FROM one
    GROUP BY reason ORDER BY reason"""


def _summary(last: str, whole: str | None, erased: str | None) -> dict[str, Any]:
    """Return the summary of the *last* run; of a single page, with what the last *whole* one found about publishers.

    Without the coverage if something was *erased* since, which it counts.
    """
    found, newest = json.loads(whole or "{}"), dict(json.loads(last))
    told = {key: found[key] for key in ("coverage", "budgets", "remarks") if key in found} | newest
    return {key: value for key, value in told.items() if erased is None or key != "coverage"}


def overview(connection: sqlite3.Connection, now: datetime, collected: Collection[str] | None = None) -> Overview:
    """Return the state of the collection at *now*. Pages of publishers that are not *collected* (all are, if None), as
    after an import, are never due.
    """
    known = {row[0] for row in connection.execute("SELECT id FROM publisher")}
    # Usually all are, and then the index on the times alone answers.
    theirs = None if collected is None or known <= set(collected) else json.dumps(sorted(collected))
    due = "visit WHERE kind = 'page' AND (?2 IS NULL OR publisher IN (SELECT value FROM json_each(?2))) AND due"
    row = connection.execute(
        # In one query, because `status` has to answer at once.
        f"""SELECT (SELECT count(*) FROM item), (SELECT count(*) FROM capture),
        (SELECT count(*) FROM item WHERE gone IS NOT NULL),
        (SELECT count(*) FROM (SELECT DISTINCT statement.publisher, statement.words {UNREAD})),
        (SELECT count(*) FROM {due} <= ?1), (SELECT min(due) FROM {due} <= ?1), (SELECT min(due) FROM {due} > ?1),
        (SELECT count(*) FROM item WHERE {WITHHELD})""",
        (to_text(now), theirs),
    ).fetchone()
    order = "ORDER BY started <= ?1 DESC, started DESC LIMIT 1"
    last = connection.execute(
        f"SELECT kind, started, finished, summary FROM run WHERE finished IS NOT NULL {order}", (to_text(now),)
    ).fetchone()
    whole, counted = connection.execute(
        f"""SELECT summary, finished FROM run WHERE finished IS NOT NULL
        AND json_extract(summary, '$.coverage') IS NOT NULL {order}""",
        (to_text(now),),
    ).fetchone() or (None, None)
    (erased,) = connection.execute(
        "SELECT max(at) FROM event WHERE at > ? AND type = ?", (counted, NoteKind.ERASURE.value)
    ).fetchone()
    begun = connection.execute(_BEGUN).fetchone()
    failed = connection.execute(_REASONS).fetchall()
    reasons = {reason: int(count) for reason, count, _ in failed}
    requisites = {reason: int(count) for reason, _, count in failed if count}
    kinds = dict(connection.execute("SELECT kind, count(*) FROM item GROUP BY kind ORDER BY kind"))
    oldest = maybe_instant(row[5])
    return Overview(
        items=row[0],
        kinds=kinds,
        captures=row[1],
        gone=row[2],
        failures=sum(reasons.values()),
        reasons=reasons,
        requisites=requisites,
        unread_statements=row[3],
        withheld=row[7],
        due=row[4],
        late=(now - oldest).total_seconds() if oldest else 0.0,
        next_due=maybe_instant(row[6]),
        last=None
        if last is None
        else {"kind": last[0], "started": last[1], "finished": last[2], "summary": _summary(last[3], whole, erased)},
        newest=captures.newest(connection),
        unfinished=maybe_instant(begun[0] if begun else None),
        limited=begun[1] if begun else None,
        erased=maybe_instant(erased),
    )
