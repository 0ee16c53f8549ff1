"""Status: the state of a collection: what is held, what ran last, what is due, and what a person should look at."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from archive.disk import RealDisk
from archive.http.failure import ANSWERED
from db import fixity_log, rules, runs
from db.model.coverage import counts_in_words
from db.model.terms import Grade
from db.query import wordings
from db.query.overview import Overview, overview
from db.runs import ALWAYS, TROUBLE
from db.schema.database import open_database
from ingest.collection.clock import lag_of, remark
from ingest.collection.disk_forecast import DiskSpace, disk_space
from ingest.collection.leases import Crew, crew_of
from ingest.collection.run_lock import SERVICE, Holder, holder
from ingest.progress import counted

RUNS = 30
"""The number of newest runs from which the growth of the collection is calculated."""
FEW = 5
"""Up to so many publishers, `status` has a line for each."""
LATE = 86_400.0
"""The seconds after which a page that is due counts as overdue."""


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """The state: an overview, the disk, who is working, and what needs attention."""

    seen: Overview
    room: DiskSpace
    running: Holder | None
    attention: tuple[str, ...]
    compared: tuple[datetime, str, int, int] | None = None
    """When the files were last compared with a copy, where it is, and how many were damaged here and there."""
    verified: datetime | None = None
    """When the whole collection was last verified."""
    waiting: int = 0
    """The number of statements on reuse that wait for a person; texts that depend on them are not given out."""
    rehearsed: tuple[datetime, str, int] | None = None
    """When restoring a copy was last rehearsed, where the copy is, and how many faults the restored files had."""
    crew: Crew = field(default_factory=Crew)
    """The workers that visit its publishers, if these are shared."""
    other_rules: tuple[str, ...] = ()
    """By which rules, other than this program's, rows of the catalogue were folded."""
    collects: bool = True
    """Whether the settings name a publisher; else nothing is ever visited."""
    service: Holder | None = None
    """The process of the service that works on the collection, and since when."""

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        values = asdict(self.seen)
        for name in ("next_due", "newest", "unfinished", "erased"):
            when = getattr(self.seen, name)
            values[name] = when.isoformat() if when else None
        at, place, here, there = self.compared or (None, None, 0, 0)
        copy = at and {"compared": at.isoformat(), "place": place, "damaged_here": here, "damaged_there": there}
        when, where, faults = self.rehearsed or (None, None, 0)
        crew = {name: {"seen": at.isoformat(), "publishers": n} for name, (at, n) in self.crew.workers.items()}
        began = self.crew.started
        return {
            **values,
            "workers": crew,
            "round": began and {"started": began.isoformat(), "done": self.crew.done, "under_way": self.crew.under_way},
            "waiting_statements": self.waiting,
            "copy": copy,
            "rehearsal": when and {"at": when.isoformat(), "place": where, "faults": faults},
            "disk": self.room.as_json(),
            "running": self.running and (self.running.pid, self.running.since),
            "command": self.running and self.running.command,
            "service": self.service and (self.service.pid, self.service.since),
            "other_rules": list(self.other_rules),
            "attention": list(self.attention),
        }

    def lines(self) -> list[str]:
        """Return it as lines for a person."""
        seen = self.seen
        # With only one kind, its count would repeat the total.
        parts = [counted(number, kind) for kind, number in seen.kinds.items()] if len(seen.kinds) > 1 else []
        parts += [f"{seen.withheld} withheld"] if seen.withheld else []
        held = f"items {seen.items}" + (f" ({', '.join(parts)})" if parts else "")
        failed = count_repairable(seen)
        requisites = _repairable(seen.requisites)
        otherwise = seen.failures - failed - requisites
        answered = f" · without a page {otherwise}" if otherwise else ""
        # Counted as in the summary of a run: a missing picture is not a failed page.
        answered += f" · missing pictures and styles {requisites}" if requisites else ""
        lines = [f"{held} · captures {seen.captures} · gone {seen.gone} · failures {failed}{answered}"]
        if self.running:
            lines.append(f"running     {self.running.at_work()}: {self.running.in_words()}")
        if self.service:
            lines.append(f"service     {self.service.in_words()}")
        if seen.last is not None:
            summary = seen.last["summary"]
            # A site that only answers with errors fails in no visit, so these are named too.
            shown = [*ALWAYS, *(word for word in TROUBLE if word not in ALWAYS and summary.get(word))]
            counts = " · ".join(f"{word} {summary.get(word, 0)}" for word in shown)
            outcome = f"{seen.last['kind']} failed: {broken}" if (broken := summary.get("job failed")) else counts
            lines.append(f"last run    {seen.last['finished'][:16].replace('T', ' ')} UTC   {outcome}")
        elif self.collects:
            lines.append(f"last run    {'none has ended' if seen.unfinished else 'none yet'}: creditline run")
        if seen.limited is not None and not self.running:
            lines.append(f"begun       {counted(seen.limited, 'page')} left by a run with a limit: creditline run")
        lines += self._shared()
        lines += self._terms()
        lines += self._coverage()
        lines.append(
            f"due         {counted(seen.due, 'page')} now"
            + (f"; next {seen.next_due:%Y-%m-%d %H:%M} UTC" if seen.next_due else "")
            if self.collects
            else "due         nothing: no publisher is collected; creditline add URL adds one"
        )
        if self.waiting:
            wait = "waits" if self.waiting == 1 else "wait"
            lines.append(
                f"reuse       {counted(self.waiting, 'statement')} {wait} for a decision: creditline review --terms"
            )
        lines.append(f"disk        {self.room.words()}")
        lines.append(f"copy        {self._copy()}")
        if self.rehearsed is not None:
            when, where, faults = self.rehearsed
            state = counted(faults, "fault") if faults else "sound"
            lines.append(f"rehearsal   restored {when:%Y-%m-%d %H:%M} UTC from {where}: {state}")
        if self.other_rules:
            lines.append(
                "rules       of another Creditline: `creditline rebuild --check` says what would differ by today's"
            )
        lines.append("attention   " + ("; ".join(self.attention) if self.attention else "nothing"))
        return lines

    def _shared(self) -> list[str]:
        """Return lines about the workers, if the collection has ever been shared."""
        crew = self.crew
        if crew.started is None:
            return []
        way = f", {crew.under_way} under way" if crew.under_way else ""
        lines = [f"round       of {crew.started:%Y-%m-%d %H:%M} UTC: {counted(crew.done, 'publisher')} done{way}"]
        return lines + [
            f"worker      {name}: {counted(publishers, 'publisher')}, last sign {at:%Y-%m-%d %H:%M:%S} UTC"
            for name, (at, publishers) in sorted(crew.workers.items())
        ]

    def _terms(self) -> list[str]:
        """Return a line if publishers changed their terms, which the newest run noticed."""
        changes = (self.seen.last or {"summary": {}})["summary"].get("terms changed") or ()
        if not changes:
            return []
        # Not among what needs attention: the run, and the alerts of the service, have reported it.
        touched = counted(sum(int(one.get("touches", 0)) for one in changes), "item")
        return [f"terms       changed in the last run, for {touched}: creditline terms --changes"]

    def _coverage(self) -> list[str]:
        # From the newest run's summary, because counting here would take too long for `status`.
        summary = (self.seen.last or {"summary": {}})["summary"]
        compared = summary.get("coverage", ())
        # Of many publishers, only those of which something is missing: a person looks for these.
        whole = [one for one in compared if not one["missing"]] if len(compared) > FEW else []
        erased = self.seen.erased
        lines = []
        if erased is not None:
            lines.append(f"coverage    not known since records were erased on {erased:%Y-%m-%d}: creditline run")
        lines += [
            f"coverage    {one['publisher']}: named {one['named']} · held {one['held']} · missing {one['missing']}"
            + (f" ({counts_in_words(one['classes'])})" if one["classes"] else "")
            for one in compared
            if one not in whole
        ]
        if whole:
            lines.append(f"coverage    nothing is missing of {counted(len(whole), 'publisher')}: creditline coverage")
        return lines + [
            f"budget      {publisher}: {spent['left']} pages left by that of {spent['budget']}; the next run goes on"
            for publisher, spent in summary.get("budgets", {}).items()
        ]

    def _copy(self) -> str:
        if self.compared is None:
            # After a rehearsal, there is already a copy.
            where = self.rehearsed and self.rehearsed[1]
            way = f"verify --copy {where}" if where else "backup PLACE, then verify --copy PLACE"
            return f"compared with none yet: creditline {way}"
        at, place, here, there = self.compared
        return f"compared {at:%Y-%m-%d %H:%M} UTC with {place}: {here} damaged here, {there} there"


def read_status(
    directory: Path,
    reserve: int,
    now: datetime,
    least: Grade = Grade.MACHINE_READABLE,
    collected: Collection[str] | None = None,
) -> CollectionStatus:
    """Return the state of the collection in *directory* at *now*.

    *reserve* bytes of its disk are never used; *least* is how certain a *yes* to reuse must be; *collected* are the ids
    of the publishers in the settings, None if there are no settings. Raises
    `CatalogueRefused`, and OSError if the free space cannot be determined.
    """
    connection = open_database(directory / "catalogue.db", read_only=True)
    try:
        left = disk_space(directory, reserve, runs.every(connection, RUNS), RealDisk(), now)
        seen = status_of(connection, left, now, holder(directory), least, collected)
        return replace(seen, crew=crew_of(directory), service=holder(directory, SERVICE))
    finally:
        connection.close()


def status_of(
    connection: sqlite3.Connection,
    room: DiskSpace,
    now: datetime,
    running: Holder | None,
    least: Grade = Grade.MACHINE_READABLE,
    collected: Collection[str] | None = None,
) -> CollectionStatus:
    """Return the state of the collection at *now*, with *room* on the disk."""
    # Read the clock once: what is due and how late it is must agree.
    seen = overview(connection, now, collected)
    looks = (
        *_fault_remarks(connection),
        *attention(seen, room, now, running=running is not None),
        *_reuse_remarks(connection),
    )
    compared, verified = fixity_log.last_comparison(connection), fixity_log.last_round(connection)
    waiting, rehearsed = wordings.waiting(connection, least), fixity_log.last_rehearsal(connection)
    told = CollectionStatus(seen, room, running, looks, compared, verified, waiting, rehearsed)
    return replace(told, other_rules=rules.others(connection), collects=collected is None or bool(collected))


def _fault_remarks(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield a line if the last verification of everything found faults, until another one finds none."""
    at, faults = fixity_log.last_faults(connection) or (None, 0)
    if at is not None and faults:
        yield f"the verification of {at:%Y-%m-%d %H:%M} found {counted(faults, 'fault')}: `creditline verify`"


def _reuse_remarks(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield a line if texts that were reused, or their terms, have changed or were withheld."""
    from db.decisions import annotation_rows

    if not annotation_rows.was_reused(connection):
        return
    from db.query.reuse_register import register

    changed = len({one.reused.item for one in register(connection) if one.changes})
    if changed:
        yield f"{counted(changed, 'reused item')} changed since: `creditline reuse`"
    if withheld := annotation_rows.withheld_since(connection):
        yield f"{counted(withheld, 'reused item')} withheld since: `creditline withhold` says why"


def count_repairable(seen: Overview) -> int:
    """Return how many failed pages a person, or time, can repair.

    This leaves out answers by the publisher, such as a removed page, and failed pictures, style sheets and the like.
    These are often on other sites and hold up no text.
    """
    return _repairable(seen.reasons) - _repairable(seen.requisites)


def _repairable(reasons: Mapping[str, int]) -> int:
    return sum(number for reason, number in reasons.items() if reason not in ANSWERED)


def attention(seen: Overview, room: DiskSpace, now: datetime, *, running: bool) -> tuple[str, ...]:
    """Return what needs attention in the collection, one line each; () if nothing does."""
    looks = []
    if seen.unfinished is not None and seen.limited is None and not running:
        # Not during a run: then an unfinished run does not mean that it was killed.
        looks.append(f"the run of {seen.unfinished:%Y-%m-%d %H:%M} is not finished: `creditline run` goes on with it")
    # A page that the publisher removed or closed to robots is a valid answer, and nobody can repair it.
    if failed := count_repairable(seen):
        looks.append(f"{counted(failed, 'failure')}: `creditline failures`")
    if seen.late > LATE:
        days = counted(round(seen.late / LATE), "day")
        looks.append(f"{counted(seen.due, 'page')} overdue, by {days}: `creditline run --due`")
    if seen.unread_statements:
        looks.append(f"{counted(seen.unread_statements, 'statement')} not understood: `creditline review`")
    looks += [str(remark) for remark in seen.last["summary"].get("remarks", ())] if seen.last is not None else []
    lag = lag_of(seen.newest, now)
    if lag is not None:
        looks.append(remark(lag))
    return (*looks, *room.attention(now))
