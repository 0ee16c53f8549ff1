"""`creditline status`: what ran, what is due and what needs a look; answers at once."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from db import fixity_log
from db.query.overview import Overview, overview
from ingest.cli.console import Console
from ingest.collection.clock import lag_of, remark
from ingest.collection.disk_forecast import Room
from ingest.errors import Exit
from ingest.http.failure import ANSWERED
from ingest.progress import counted

if TYPE_CHECKING:
    from db.model.item import Profile


RUNS = 30
"""From how many of the newest runs it is told how fast the disk fills."""
LATE = 86_400.0
"""Seconds after which a page that is due counts as overdue."""


@click.command()
@click.option("--learnt", is_flag=True, help="Only say, in words, what was learnt of each publisher's pages.")
@click.pass_obj
def command(console: Console, learnt: bool) -> None:
    """Say what is held, what ran last, what is due, what fails, when the disk will be full and whether a run is
    under way. Exit code 3 when something needs a look.
    """
    # No import that is slow: this answers within a quarter of a second, beside a live run too.
    from archive.disk import RealDisk
    from db import profiles, runs
    from db.schema.database import open_database
    from ingest.collection.disk_forecast import room
    from ingest.collection.run_lock import holder
    from ingest.errors import Refused
    from ingest.settings import values

    path = console.directory / "catalogue.db"
    # With files and no catalogue there is a collection: opening it says how to make the catalogue again.
    if not path.exists() and not any((console.directory / "warcs").glob("*.warc*")):
        raise Refused(
            f"there is no collection in {console.directory.absolute()}",
            "name one with -C DIR, or begin with `creditline save URL` or `creditline init URL`",
            Exit.USAGE,
        )
    settings = console.directory / values.FILE_NAME
    # Without a settings file too: `status` is what people ask when something is wrong.
    reserve = (values.load(settings) if settings.exists() else values.Settings()).store.reserve_bytes
    now = datetime.now(UTC)
    connection = open_database(path, read_only=True)
    try:
        if learnt:
            _learnt(console, profiles.every(connection))
            return
        left = room(console.directory, reserve, runs.every(connection, RUNS), RealDisk(), now)
        found = standing(connection, left, now, holder(console.directory))
    finally:
        connection.close()
    if console.as_json:
        console.out_json(found.as_json())
    else:
        console.out("\n".join(found.lines()))
    sys.exit(Exit.ATTENTION if found.attention else Exit.DONE)


def _learnt(console: Console, held: list[tuple[str, Profile | None]]) -> None:
    from ingest.reading.layout import layout_of

    for publisher, profile in held:
        layout = layout_of(profile.body) if profile else None
        if console.as_json:
            console.out_json({"publisher": publisher, "layout": json.loads(profile.body) if profile else None})
            continue
        lines = list(layout.explain()) if layout else ["nothing was learnt yet: its pages are read as any page"]
        console.out("\n    ".join([f"{publisher}: {lines[0]}", *lines[1:]]))


# ── How a collection stands ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Standing:
    """An overview, the disk, who is at work, and what needs a look."""

    seen: Overview
    room: Room
    running: tuple[int | None, str | None] | None
    attention: tuple[str, ...]
    compared: tuple[datetime, str, int, int] | None = None
    """When the files were compared with a copy last, where it lies, how many were damaged here and there."""

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        values = asdict(self.seen)
        for name in ("next_due", "newest", "unfinished"):
            when = getattr(self.seen, name)
            values[name] = when.isoformat() if when else None
        at, place, here, there = self.compared or (None, None, 0, 0)
        copy = at and {"compared": at.isoformat(), "place": place, "damaged_here": here, "damaged_there": there}
        return {
            **values,
            "copy": copy,
            "disk": self.room.as_json(),
            "running": self.running,
            "attention": list(self.attention),
        }

    def lines(self) -> list[str]:
        """Return it in lines for a person."""
        seen = self.seen
        # Where all are articles the kinds say nothing that the number does not.
        parts = [counted(number, kind) for kind, number in seen.kinds.items()] if len(seen.kinds) > 1 else []
        parts += [f"{seen.withheld} withheld"] if seen.withheld else []
        held = f"items {seen.items}" + (f" ({', '.join(parts)})" if parts else "")
        failed = wanting(seen)
        answered = f" · answered otherwise {seen.failures - failed}" if seen.failures > failed else ""
        lines = [f"{held} · captures {seen.captures} · gone {seen.gone} · failures {failed}{answered}"]
        if self.running:
            lines.append(f"running     process {self.running[0]}, since {self.running[1]}")
        if seen.last is not None:
            summary = seen.last["summary"]
            counts = " · ".join(f"{k} {summary.get(k, 0)}" for k in ("new", "changed", "unchanged", "gone", "failed"))
            outcome = f"{seen.last['kind']} failed: {broken}" if (broken := summary.get("job failed")) else counts
            lines.append(f"last run    {seen.last['finished'][:16].replace('T', ' ')} UTC   {outcome}")
        else:
            lines.append(f"last run    {'none has ended' if seen.unfinished else 'none yet'}: creditline run")
        lines += self._coverage()
        lines.append(
            f"due         {counted(seen.due, 'page')} now"
            + (f"; next {seen.next_due:%Y-%m-%d %H:%M} UTC" if seen.next_due else "")
        )
        lines.append(f"disk        {self.room.words()}")
        lines.append(f"copy        {self._copy()}")
        lines.append("attention   " + ("; ".join(self.attention) if self.attention else "nothing"))
        return lines

    def _coverage(self) -> list[str]:
        return [
            # As the newest run counted it: to count it here would take longer than `status` may.
            f"coverage    {one['publisher']}: named {one['named']} · held {one['held']} · missing {one['missing']}"
            + (f" ({', '.join(f'{name} {n}' for name, n in one['classes'].items())})" if one["classes"] else "")
            for one in (self.seen.last or {"summary": {}})["summary"].get("coverage", ())
        ]

    def _copy(self) -> str:
        if self.compared is None:
            return "compared with none yet: creditline backup PLACE, then verify --copy PLACE"
        at, place, here, there = self.compared
        return f"compared {at:%Y-%m-%d %H:%M} UTC with {place}: {here} damaged here, {there} there"


def standing(
    connection: sqlite3.Connection, room: Room, now: datetime, running: tuple[int | None, str | None] | None
) -> Standing:
    """Return how the collection stands at *now*, on a disk with *room*."""
    # One reading of the clock for all of it: what is due and how late it is must not disagree.
    seen = overview(connection, now)
    looks = (*attention(seen, room, now, running=running is not None), *_reused(connection))
    return Standing(seen, room, running, looks, fixity_log.last_comparison(connection))


def _reused(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield a line where a text that was reused, or its terms, are not what they were."""
    from db.decisions import annotation_rows

    if not annotation_rows.was_reused(connection):
        return
    from db.query.reuse_register import register

    changed = len({one.reused.item for one in register(connection) if one.changes})
    if changed:
        yield f"{counted(changed, 'reused item')} changed since: `creditline reuse`"


def wanting(seen: Overview) -> int:
    """Return how many failures a person, or time, can mend: not those that are the publisher's answer."""
    return sum(number for reason, number in seen.reasons.items() if reason not in ANSWERED)


def attention(seen: Overview, room: Room, now: datetime, *, running: bool) -> tuple[str, ...]:
    """Return what of the collection needs a look, a line each; () where nothing does."""
    looks = []
    if seen.unfinished is not None and not running:
        # Not while it is under way: then it is no sign of a kill.
        looks.append(f"the run of {seen.unfinished:%Y-%m-%d %H:%M} is not finished: `creditline run` goes on with it")
    # A page that its publisher took down or closes to robots is an answer, and nobody has anything to mend.
    if failed := wanting(seen):
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
