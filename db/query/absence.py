"""Absence: what was seen at an address, and what that says of it on one day."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from archive.warc.capture import RecordRef
from db.identity import host_of, url_key
from db.instant import from_text, maybe_instant
from db.schema.tables import EventType


class State(StrEnum):
    """What an address was: once, when it was asked for, or on a day."""

    THERE = "there"
    SENT_ON = "sent on"
    """It led to another address."""
    GONE = "gone"
    """404, 410, 451, or a page that says "not found"."""
    REFUSED = "refused"
    """robots.txt forbids it, or it wants a login, or it was not shown to us."""
    NOT_REACHED = "not reached"
    """No answer came, or one that says that the server is at fault."""
    NOT_ASKED = "not asked"
    """On that day; before or after it was."""
    NEVER_ASKED = "never asked"


# What was there at noon was no absence, whatever came at midnight: the first of these that a day saw counts for it.
_WEIGHS_MOST = (State.THERE, State.SENT_ON, State.GONE, State.REFUSED, State.NOT_REACHED)
_OF_EVENTS = {
    EventType.MISSING.value: State.GONE,
    EventType.PROTECTED.value: State.REFUSED,
    EventType.BLOCKED.value: State.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """One time that an address was asked for.

    Attributes:
        record: the id of the WARC record that shows it, which lies at *ref* with the block digest *digest*.
        status: of the answer; None where none came.
        words: the answer, or the reason why there is none.
    """

    record: str
    url: str
    at: datetime
    state: State
    status: int | None
    words: str
    ref: RecordRef
    digest: str


@dataclass(frozen=True, slots=True)
class HostSeen:
    """How often anything of a host was answered, and when first and last."""

    name: str
    captures: int
    first: datetime | None
    last: datetime | None


def sightings(connection: sqlite3.Connection, url: str) -> list[Sighting]:
    """Return every time that *url* was asked for, the oldest first.

    Raises:
        ValueError: *url* is no address.
    """
    key = url_key(url)
    return sorted((*_answers(connection, key), *_failures(connection, key)), key=lambda one: (one.at, one.record))


def newest(connection: sqlite3.Connection) -> datetime | None:
    """Return when the newest visit began that is held, whatever came of it; None where there is none."""
    (found,) = connection.execute(
        "SELECT max(at) FROM (SELECT max(began) AS at FROM capture UNION ALL SELECT max(at) FROM failure)"
    ).fetchone()
    return maybe_instant(found)


def _answers(connection: sqlite3.Connection, key: str) -> Iterator[Sighting]:
    rows = connection.execute(
        f"""SELECT id, url, began, status, location, (SELECT type FROM event WHERE event.capture = capture.id
            AND type IN ({", ".join(f"'{one}'" for one in _OF_EVENTS)}) LIMIT 1), file, offset, length, block_digest
        FROM capture WHERE url_key = ?""",
        (key,),
    )
    for record, url, began, status, location, event, file, offset, length, digest in rows:
        state = _OF_EVENTS.get(event) or _of_status(status)
        words = f"answered {status}"
        if state is State.SENT_ON and location:
            words += f", on to {location}"
        elif event and status == 200:
            words += f", with a page that is {event}"
        yield Sighting(record, url, from_text(began), state, status, words, RecordRef(file, offset, length), digest)


def _of_status(status: int) -> State:
    """Return what an answer says by its status alone (RFC 9110, section 15; 451: RFC 7725)."""
    if status in (404, 410, 451):
        return State.GONE
    # 429 too: the page may well be there, and was not shown to us.
    if status in (401, 403, 407, 429):
        return State.REFUSED
    if status == 304 or 200 <= status < 300:
        return State.THERE
    return State.SENT_ON if 300 <= status < 400 else State.NOT_REACHED


def _failures(connection: sqlite3.Connection, key: str) -> Iterator[Sighting]:
    rows = connection.execute(
        "SELECT id, url, at, reason, detail, file, offset, length, digest FROM failure WHERE url_key = ?", (key,)
    )
    for record, url, at, reason, detail, file, offset, length, digest in rows:
        state = State.REFUSED if reason == "robots" else State.NOT_REACHED
        words = f"{reason}: {detail}" if detail else reason
        yield Sighting(record, url, from_text(at), state, None, words, RecordRef(file, offset, length), digest)


def on_day(seen: Sequence[Sighting], day: date) -> tuple[State, tuple[Sighting, ...]]:
    """Return what *seen*, all sightings of an address in order, says of it on *day* (UTC), and those that say so: those
    of the day, the last before it, and the first after it.
    """
    before = [one for one in seen if one.at.date() < day]
    after = [one for one in seen if one.at.date() > day]
    of_day = [one for one in seen if one.at.date() == day]
    named = (*before[-1:], *of_day, *after[:1])
    # Nothing is concluded from the days around it: what was there before and after may have been away between.
    if not of_day:
        return State.NOT_ASKED if seen else State.NEVER_ASKED, named
    return next(state for state in _WEIGHS_MOST if any(one.state is state for one in of_day)), named


def host_seen(connection: sqlite3.Connection, url: str) -> HostSeen:
    """Return how often anything of the host of *url* was answered."""
    host = host_of(url)
    count, first, last = connection.execute(
        # "@" is the first sign behind "?" and "/", in one of which a host ends; other hosts may begin as this one does.
        """SELECT count(*), min(began), max(began) FROM capture WHERE url_key >= ?1 AND url_key < ?1 || '@'
        AND (url_key = ?1 OR substr(url_key, length(?1) + 1, 1) IN ('/', '?'))""",
        (host,),
    ).fetchone()
    return HostSeen(host, count, maybe_instant(first), maybe_instant(last))
