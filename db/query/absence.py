"""Absence: what was seen at an address, and what that proves for a given day."""

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
    """The state of an address: at one request, or on a day."""

    THERE = "there"
    SENT_ON = "sent on"
    """It redirected to another address."""
    GONE = "gone"
    """404, 410, 451, or a page that says "not found"."""
    REFUSED = "refused"
    """robots.txt forbids it, it needs a login, or the server refused to show it."""
    NOT_REACHED = "not reached"
    """No answer came, or an answer that reports a fault of the server."""
    NOT_ASKED = "not asked"
    """Not requested on that day, but before or after it."""
    NEVER_ASKED = "never asked"


# A page seen at noon was not absent, whatever came at midnight: the first state in this list that occurred on the day.
_WEIGHS_MOST = (State.THERE, State.SENT_ON, State.GONE, State.REFUSED, State.NOT_REACHED)
_OF_EVENTS = {
    EventType.MISSING.value: State.GONE,
    EventType.PROTECTED.value: State.REFUSED,
    EventType.BLOCKED.value: State.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """One request for an address.

    Attributes:
        record: the id of the WARC record that proves it; it is at *ref* and has the block digest *digest*.
        status: of the answer; None if there was none.
        words: the answer, or why there is none.
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
    """How often anything on a host was answered, and when first and last."""

    name: str
    captures: int
    first: datetime | None
    last: datetime | None


def sightings(connection: sqlite3.Connection, url: str) -> list[Sighting]:
    """Return all requests for *url*, the oldest first.

    Raises:
        ValueError: *url* is not a valid address.
    """
    key = url_key(url)
    return sorted((*_answers(connection, key), *_failures(connection, key)), key=lambda one: (one.at, one.record))


def newest(connection: sqlite3.Connection) -> datetime | None:
    """Return when the newest recorded visit began, whatever its result; None if there is none."""
    (found,) = connection.execute(
        "SELECT max(at) FROM (SELECT max(began) AS at FROM capture UNION ALL SELECT max(at) FROM failure)"
    ).fetchone()
    return maybe_instant(found)


def _answers(connection: sqlite3.Connection, key: str) -> Iterator[Sighting]:
    """Yield every capture of the address as a sighting."""
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
    """Return what the status of an answer alone proves (RFC 9110, section 15; 451: RFC 7725)."""
    if status in (404, 410, 451):
        return State.GONE
    # 429 too: the page may exist but was not shown.
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
    """Return the state of an address on *day* (UTC), given all its sightings in order, with the sightings that matter:
    those of the day, the last before it and the first after it.
    """
    before = [one for one in seen if one.at.date() < day]
    after = [one for one in seen if one.at.date() > day]
    of_day = [one for one in seen if one.at.date() == day]
    named = (*before[-1:], *of_day, *after[:1])
    # Other days prove nothing: a page seen before and after may have been missing in between.
    if not of_day:
        return State.NOT_ASKED if seen else State.NEVER_ASKED, named
    return next(state for state in _WEIGHS_MOST if any(one.state is state for one in of_day)), named


def host_seen(connection: sqlite3.Connection, url: str) -> HostSeen:
    """Return how often anything on the host of *url* was answered."""
    host = host_of(url)
    count, first, last = connection.execute(
        # "@" is the next character after "?", and a host ends with "/" or "?"; other hosts may begin with this one's
        # name.
        """SELECT count(*), min(began), max(began) FROM capture WHERE url_key >= ?1 AND url_key < ?1 || '@'
        AND (url_key = ?1 OR substr(url_key, length(?1) + 1, 1) IN ('/', '?'))""",
        (host,),
    ).fetchone()
    return HostSeen(host, count, maybe_instant(first), maybe_instant(last))
