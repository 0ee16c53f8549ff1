"""The frontier: what is due and in which order, what was done, what failed. Losing its rows costs only requests.

`ingest/collection/recrawl_interval.py` calculates when an address is due again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from archive.warc.capture import Capture
from db import erasures, runs
from db.captures import key_of
from db.identity import ids_in_any_order
from db.instant import from_text, maybe_instant, maybe_text, to_text
from db.model.coverage import LISTED, Covered, Missing, Source
from db.runs import Run

if TYPE_CHECKING:
    from db.catalogue import Catalogue

# How many characters of a visit's history are kept, the newest outcomes.
_HISTORY = 1000

UNTOLD = "x"
"""In a page's history: a change that the list which dates the page did not report."""
# With fewer texts than this all are requested; with more, lists must date this share of them.
_MANY, _NEARLY = 40, 0.8

# How many rows are changed at a time.
_SHARE = 10_000

PUT_OFF = "put off"
"""The outcome of a visit that was not made because its host asked for a pause."""

_COLUMNS = "id, publisher, url, kind, via, lastmod, priority, due, attempts, outcome, visited_at, run, capture, history"


class VisitKind(StrEnum):
    """What kind of content is expected at a URL."""

    PAGE = "page"
    SITEMAP = "sitemap"
    FEED = "feed"
    ROBOTS = "robots"
    PART = "part"
    REQUISITE = "requisite"
    """A file that a page needs to be shown."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """A URL that was found. *via* is the place that names it; *lastmod* is the last change according to that place.

    Attributes:
        source: what kind of place *via* is.
        language: the language of the page according to that place, or None.
    """

    url: str
    publisher: str
    kind: VisitKind = VisitKind.PAGE
    via: str | None = None
    lastmod: datetime | None = None
    priority: int = 0
    source: Source = Source.NONE
    language: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A URL that was found but will not be requested, and the reason (*because*)."""

    found: Discovery
    status: Missing | Covered
    because: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A URL in the frontier, and the result of its last visit.

    Attributes:
        attempts: how often it has failed in a row.
        history: a letter for each outcome, the oldest first.
    """

    id: int
    publisher: str
    url: str
    kind: VisitKind
    via: str | None
    lastmod: datetime | None
    priority: int
    due: datetime | None
    attempts: int
    outcome: str | None
    visited_at: datetime | None
    run: int | None
    capture: str | None
    history: str


# Old addresses that lead elsewhere or to nothing, at the last two visits: such an address mostly stays like that, and a
# site that has moved has many. Not if a list has named it since.
_DEAD = """(coalesce(outcome = 'still gone' OR outcome = 'absent' AND history LIKE '%aa'
    OR outcome = 'redirect' AND history LIKE '%rr', 0) AND coalesce(listed, '') <= coalesce(visited_at, ''))"""


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which visits a run looks for: those of *kind* at *publisher* not yet made since *run_started*.

    Attributes:
        due_only: only visits due by *now*. Visits that were put off never come before they are due.
        with_dead: also addresses that showed no text twice in a row, before they are due.
    """

    publisher: str
    run_started: datetime
    now: datetime
    due_only: bool = True
    kind: VisitKind = VisitKind.PAGE
    with_dead: bool = True

    @property
    def condition(self) -> tuple[str, tuple[object, ...]]:
        """The SQL condition for these visits, without the time of their last visit, and its values."""
        awaited = f"outcome IS NOT '{PUT_OFF}'" if self.with_dead else f"outcome IS NOT '{PUT_OFF}' AND NOT {_DEAD}"
        due = "due <= ?" if self.due_only else f"(due <= ? OR {awaited})"
        return f"publisher = ? AND kind = ? AND {due}", (self.publisher, self.kind.value, to_text(self.now))


@dataclass(frozen=True, slots=True)
class VisitResult:
    """The result of a visit made at *at*, and when it is due next (None: never).

    Attributes:
        mark: its letter in the history, if that is not the first letter of *outcome*.
    """

    outcome: str
    at: datetime
    next_due: datetime | None
    capture: str | None = None
    run: int | None = None
    mark: str | None = None


# A page that has changed since its last visit, according to a list.
_CHANGED = "lastmod > visited_at"
# Each part of the pending visits has an index in the wanted order, which visited rows leave. So the next pages are
# found without scanning the visited ones, however many there are.
_UNSEEN = ("visit_unseen", "visited_at IS NULL", "lastmod DESC")
_TOLD = ("visit_told", f"{_CHANGED} AND visited_at < ?", "lastmod DESC")
# Undated visits come after dated ones. Further parts of a text are undated; they are visited with its first part.
_BEFORE = f"(lastmod IS NULL) = {{0}} AND visited_at < ? AND NOT coalesce({_CHANGED}, 0)"
_DUE = tuple(("visit_ready", _BEFORE.format(undated), "due") for undated in (0, 1))
_KNOWN = tuple(("visit_seen", _BEFORE.format(undated), "visited_at") for undated in (0, 1))


class Frontier:
    """The visits in a catalogue. The caller provides all times."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._db: sqlite3.Connection = catalogue.connection

    def seed(self, found: Iterable[Discovery], *, now: datetime) -> int:
        """Add new URLs and return how many were new; known URLs take over a newer *lastmod* and a higher priority.

        A known page is due at once if its lastmod is newer than its last visit. URLs without a key are skipped, and so
        are URLs whose page was erased by order.
        """
        new = 0
        with self._catalogue.transaction():
            forbidden = erasures.forbidden(self._db)
            for one in found:
                key = key_of(one.url)
                if key is None or not forbidden.isdisjoint(ids_in_any_order(one.publisher, key) if forbidden else ()):
                    continue
                new += self._seed(one, key, to_text(now))
        return new

    def _seed(self, one: Discovery, key: str, now: str) -> int:
        lastmod, listed = maybe_text(one.lastmod), now if one.source & LISTED else None
        source, language = int(one.source), one.language
        inserted = self._db.execute(
            # By key, so that a page has one visit however it is found; it keeps the URL that was found first.
            """INSERT INTO visit
            (publisher, key, url, kind, via, lastmod, priority, due, added, sources, language, listed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (publisher, kind, key) DO NOTHING""",
            # Due at once, because it has never been visited.
            (
                *(one.publisher, key, one.url, one.kind.value, one.via, lastmod, one.priority, now, now),
                *(source, language, listed),
            ),
        ).rowcount
        if inserted:
            # Today's settings may include what earlier settings left out.
            self._db.execute("DELETE FROM left_out WHERE publisher = ? AND key = ?", (one.publisher, key))
            return 1
        self._db.execute(
            # max() of two values is NULL if one of them is. A page that reports a change since its last visit is due at
            # once; a date after today is not believed, because the page would be due in every run.
            """UPDATE visit SET lastmod = coalesce(max(lastmod, ?1), lastmod, ?1), priority = max(priority, ?2),
            due = CASE WHEN ?1 > visited_at AND ?1 <= ?10 THEN min(coalesce(due, ?3), ?3) ELSE due END,
            sources = sources | ?7, language = coalesce(?8, language), listed = coalesce(?9, listed)
            WHERE publisher = ?4 AND kind = ?5 AND key = ?6""",
            (
                *(lastmod, one.priority, now, one.publisher, one.kind.value, key, source, language, listed),
                f"{now[:10]}T23:59:59.999999Z",
            ),
        )
        return 0

    def leave_out(self, left: Iterable[LeftOut], *, now: datetime) -> int:
        """Record URLs that will not be requested; return how many are new. URLs without a key are skipped."""
        new = 0
        with self._catalogue.transaction():
            for one in left:
                key = key_of(one.found.url)
                new += 0 if key is None else self._leave_out(one, key, to_text(now))
        return new

    def _leave_out(self, one: LeftOut, key: str, now: str) -> int:
        found, why, source = one.found, (one.status.value, one.because), int(one.found.source)
        inserted = self._db.execute(
            """INSERT INTO left_out (publisher, key, url, standing, because, sources, language, via, added, named)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (publisher, key) DO NOTHING""",
            (found.publisher, key, found.url, *why, source, found.language, found.via, now, now),
        ).rowcount
        if not inserted:
            self._db.execute(
                # The newest reason replaces the older one, because it may change.
                """UPDATE left_out SET standing = ?, because = ?, sources = sources | ?, named = ?,
                language = coalesce(?, language) WHERE publisher = ? AND key = ?""",
                (*why, source, now, found.language, found.publisher, key),
            )
        return inserted

    def withdraw(self, visit: int) -> None:
        """Delete *visit*, which was never made and is not under way."""
        self._db.execute("DELETE FROM visit WHERE id = ? AND visited_at IS NULL", (visit,))

    def left_out_because(self, publisher: str, classes: Iterable[Missing]) -> Iterator[Discovery]:
        """Yield the URLs of *publisher* left out for one of these reasons, because settings may admit them now."""
        wanted = [one.value for one in classes]
        marks = ", ".join("?" * len(wanted))
        rows = self._db.execute(
            f"""SELECT url, via, sources, language FROM left_out WHERE publisher = ? AND standing IN ({marks})""",
            (publisher, *wanted),
        )
        # Read to the end first, because the caller may seed these, which deletes rows from this table.
        for url, via, sources, language in rows.fetchall():
            yield Discovery(url, publisher, via=via, source=Source(sources), language=language)

    def left_out(self, publisher: str) -> Mapping[str, int]:
        """Return, for each reason, how many URLs of *publisher* are recorded as left out."""
        counted = "SELECT standing, count(*) FROM left_out WHERE publisher = ? GROUP BY standing"
        return dict(self._db.execute(counted, (publisher,)).fetchall())

    def adopt(self, capture: Capture) -> None:
        """Record a visit whose capture was found in the files but not in the catalogue."""
        key = key_of(capture.url)
        self._db.execute(
            # Only the result of that visit was lost with its process, so it need not be repeated in this run.
            """UPDATE visit SET visited_at = ?1, capture = ?2, outcome = 'adopted', attempts = 0
            WHERE publisher = ?3 AND key = ?4 AND (visited_at IS NULL OR visited_at < ?1)""",
            (to_text(capture.began), capture.id, capture.publisher, key),
        )

    def pending(self, wanted: VisitFilter, limit: int | None = None, *, but: Collection[int] = ()) -> list[Visit]:
        """Return at most *limit* of the *wanted* visits, without those whose ids are in *but*.

        In each priority, visits never made come first, then pages that a list says have changed, both newest first.
        Then come the others, those waiting longest first. Within each group, visits without a lastmod come last.
        """
        where, values = wanted.condition
        found: list[Visit] = []
        for priority in self._priorities(wanted):
            for index, part, order in (_UNSEEN, _TOLD, *(_DUE if wanted.due_only else _KNOWN)):
                started = (to_text(wanted.run_started),) * part.count("?")
                rows = self._db.execute(
                    # Ordering by id too makes a run's order repeatable. NULL sorts lowest, so a missing lastmod comes
                    # last.
                    f"""SELECT {_COLUMNS} FROM visit INDEXED BY {index} WHERE {where} AND priority = ? AND {part}
                    ORDER BY {order}, id""",
                    (*values, priority, *started),
                )
                # Read only as far as needed; skipping rows under way costs no more than counting them.
                for row in rows:
                    if len(found) == limit:
                        return found
                    if row[0] not in but:
                        found.append(_value(row))
        return found

    def _priorities(self, wanted: VisitFilter) -> list[int]:
        """Return the few priorities that visits of this kind have, the highest first."""
        rows = self._db.execute(
            # Steps from each priority to the next lower one in the index, instead of scanning all visits.
            """WITH RECURSIVE held (priority) AS (SELECT max(priority) FROM visit WHERE publisher = ?1 AND kind = ?2
            UNION ALL SELECT (SELECT max(priority) FROM visit WHERE publisher = ?1 AND kind = ?2
            AND priority < held.priority)
            FROM held WHERE held.priority IS NOT NULL) SELECT priority FROM held WHERE priority IS NOT NULL""",
            (wanted.publisher, wanted.kind.value),
        )
        return [row[0] for row in rows]

    def count_pending(self, wanted: VisitFilter) -> int:
        """Return how many visits `pending` would return without a limit."""
        where, values = wanted.condition
        row = self._db.execute(
            f"SELECT count(*) FROM visit WHERE {where} AND (visited_at IS NULL OR visited_at < ?)",
            (*values, to_text(wanted.run_started)),
        ).fetchone()
        return int(row[0])

    def find(self, publisher: str, url: str, kind: VisitKind = VisitKind.PAGE) -> Visit | None:
        """Return the visit of *url*, or None."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM visit WHERE publisher = ? AND kind = ? AND key = ?",
            (publisher, kind.value, key_of(url)),
        ).fetchone()
        return None if row is None else _value(row)

    def kept(self, visit: int, *, at: datetime, capture: str) -> None:
        """Record that an answer to *visit* is kept; its result is recorded when it is catalogued."""
        self._db.execute(
            # Not due while it is being read. After a kill the capture still gets catalogued, which sets the next due
            # time.
            "UPDATE visit SET outcome = 'kept', visited_at = ?, due = NULL, capture = ? WHERE id = ?",
            (to_text(at), capture, visit),
        )

    def readdress(self, visit: int, url: str) -> None:
        """Make *visit* request *url*, another spelling of its address, from now on."""
        self._db.execute("UPDATE visit SET url = ? WHERE id = ? AND key = ?", (url, visit, key_of(url)))

    def attempts(self, visit: int) -> int:
        """Return how often *visit* has failed in a row."""
        row = self._db.execute("SELECT attempts FROM visit WHERE id = ?", (visit,)).fetchone()
        return 0 if row is None else int(row[0])

    def put_off(self, visit: int, *, until: datetime) -> None:
        """Record that *visit* was not made because its host asked for no requests before *until*."""
        # No request went out, so the time of the last visit stays and a later run still makes this visit.
        self._db.execute("UPDATE visit SET outcome = ?, due = ? WHERE id = ?", (PUT_OFF, to_text(until), visit))

    def paused_hosts(self, now: datetime) -> list[tuple[str, datetime]]:
        """Return a URL on each host that currently asks for no requests, and until when."""
        rows = self._db.execute(
            f"SELECT url, due FROM visit WHERE outcome = '{PUT_OFF}' AND due > ?",  # as in its index
            (to_text(now),),
        )
        return [(str(url), from_text(due)) for url, due in rows]

    def done(self, visit: int, became: VisitResult) -> None:
        """Record that *visit* was made, and its result."""
        self._settle(visit, became, attempts="0")

    def postponed(self, visit: int, became: VisitResult) -> None:
        """Record that *visit* failed: it counts as made in this run, and as one more failure in a row."""
        # The visit keeps the capture of its last success.
        self._settle(visit, became, attempts="attempts + 1")

    def _settle(self, visit: int, became: VisitResult, *, attempts: str) -> None:
        mark = became.outcome[:1] if became.mark is None else became.mark
        times = (to_text(became.at), maybe_text(became.next_due))
        self._db.execute(
            # The history shows how often a page changes; only its newest part matters.
            f"""UPDATE visit SET outcome = ?1, visited_at = ?2, due = ?3, capture = coalesce(?4, capture), run = ?5,
            history = substr(history || ?6, -{_HISTORY}), attempts = {attempts} WHERE id = ?7""",
            (became.outcome, *times, became.capture, became.run, mark, visit),
        )

    def next_due(self) -> datetime | None:
        """Return when the next visit is due, or None if none is planned."""
        return maybe_instant(self._db.execute("SELECT min(due) FROM visit").fetchone()[0])

    def lists_are_reliable(self, publisher: str, since: datetime) -> bool:
        """Say whether the lists of *publisher*, as read since *since*, date the last change of nearly all texts and
        have been right so far. Then pages that they do not report as changed need not be requested.
        """
        row = self._db.execute(
            f"""SELECT count(*), count(*) FILTER (WHERE visit.listed >= ?2 AND visit.lastmod IS NOT NULL),
            count(*) FILTER (WHERE instr(visit.history, '{UNTOLD}') > 0)
            FROM item LEFT JOIN visit ON visit.publisher = item.publisher AND visit.kind = 'page'
            AND visit.key = item.latest_key
            WHERE item.publisher = ?1 AND item.gone IS NULL AND item.kind <> 'document'""",
            (publisher, to_text(since)),
        ).fetchone()
        texts, told, untold = (int(one) for one in row)
        return texts >= _MANY and told >= _NEARLY * texts and untold <= (1 - _NEARLY) * texts

    def take_back(self, now: datetime, longest_pause: timedelta) -> None:
        """Make due what a clock that was ahead of *now* recorded as found or visited, and forget a run that began then.

        Otherwise nothing would be visited until the clock reaches those times again. A host that asked for a pause is
        still left alone, for *longest_pause* at most.
        """
        # A second before, so that a run that begins now does not take these for its own visits.
        before, until = to_text(now - timedelta(seconds=1)), to_text(now + longest_pause)
        with self._catalogue.transaction():
            self._db.execute(
                f"""UPDATE visit SET visited_at = min(visited_at, ?1), listed = min(listed, ?1),
                due = CASE WHEN outcome = '{PUT_OFF}' THEN min(due, ?3) ELSE min(due, ?2) END
                WHERE visited_at > ?2 OR listed > ?2 OR visited_at IS NULL AND due > ?2""",
                (before, to_text(now), until),
            )
            runs.forget_unfinished(self._db, since=now)

    def adjust_waiting_times(self, was: timedelta, longest: timedelta) -> None:
        """Shorten or lengthen the waiting times of visits after the longest interval changed from *was* to *longest*.

        No visit waits longer than *longest*; a longer maximum extends the others in proportion. Failed visits are not
        changed.
        """
        share, days = longest / was, longest / timedelta(days=1)
        last = 0
        # In portions, so that a large frontier is never held in memory.
        while rows := self._db.execute(
            """SELECT id, visited_at, due FROM visit WHERE id > ? AND due > visited_at AND attempts = 0
            AND kind = 'page' AND outcome IS NOT ? AND (? > 1 OR julianday(due) - julianday(visited_at) > ?)
            ORDER BY id LIMIT ?""",
            (last, PUT_OFF, share, days, _SHARE),
        ).fetchall():
            planned = ((row, from_text(made), from_text(due)) for row, made, due in rows)
            self._db.executemany(
                "UPDATE visit SET due = ? WHERE id = ?",
                [(to_text(made + min((due - made) * max(share, 1.0), longest)), row) for row, made, due in planned],
            )
            last = rows[-1][0]

    def census(self, publisher: str, since: datetime) -> tuple[int, int, int]:
        """Return, for *publisher* since *since*: how many pages lists named, how many pages were fetched, and how many
        of those consist only of scripts.
        """
        row = self._db.execute(
            """SELECT count(*) FILTER (WHERE visit.listed >= ?2),
            count(*) FILTER (WHERE visit.visited_at >= ?2 AND capture.status = 200),
            count(*) FILTER (WHERE visit.visited_at >= ?2 AND capture.page_kind = 'shell')
            FROM visit LEFT JOIN capture ON capture.id = visit.capture
            WHERE visit.publisher = ?1 AND visit.kind = 'page'""",
            (publisher, to_text(since)),
        ).fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    # ── Runs ────────────────────────────────────────────────────────────────────────────────────────────────

    def begin_run(self, kind: str, started: datetime) -> Run:
        """Begin a run; its row is written before its first visit."""
        return runs.begin(self._db, kind, started)

    def first_run(self) -> datetime | None:
        """Return when the first run of the collection began, or None."""
        return maybe_instant(self._db.execute("SELECT min(started) FROM run").fetchone()[0])

    def unfinished_run(self, kind: str | None = None) -> Run | None:
        """Return the run that was killed before it finished; it continues with its original start time."""
        return runs.unfinished(self._db, kind)

    def keep_run(self, run: int, summary: Mapping[str, object]) -> None:
        """Save the progress of *run*; a note will tell that it has ended."""
        runs.keep(self._db, run, summary)


def _value(row: tuple[Any, ...]) -> Visit:
    return Visit(
        # By position, in the order of `_COLUMNS`.
        id=row[0],
        publisher=row[1],
        url=row[2],
        kind=VisitKind(row[3]),
        via=row[4],
        lastmod=None if row[5] is None else from_text(row[5]),
        priority=row[6],
        due=maybe_instant(row[7]),
        attempts=row[8],
        outcome=row[9],
        visited_at=maybe_instant(row[10]),
        run=row[11],
        capture=row[12],
        history=row[13],
    )
