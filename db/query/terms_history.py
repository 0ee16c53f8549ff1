"""The history of terms: what publishers changed, each change once, however many pages print it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from db.fold import alias_rows
from db.instant import from_text, maybe_instant, maybe_text, to_text
from db.model.item import Covers, Item, Use, Verdict
from db.query import held_items
from db.schema.tables import REACHES
from db.terms import statements
from db.terms.verdict import in_words, verdict, with_grade

_JUST_BEFORE = timedelta(microseconds=1)
# A terms page first seen at least this long after its publisher's first item counts as a change.
_NEW_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TermsChange:
    """One change in what a publisher states about reuse.

    Attributes:
        at, latest: when the first and the last page that shows it were read.
        ended, started: the words that are no longer printed, and those printed instead.
        items: the items whose own pages show it, the first one first.
        touches: how many items it affects: these, and those that still had the old words when last read; for a terms
            page, all items of the publisher in its reach.
        was, now: the verdict on publishing a whole text commercially, before and after: for the first item or, for a
            terms page, for the publisher's oldest text.
        site_wide: it was read on a terms page.
    """

    publisher: str
    at: datetime
    latest: datetime
    ended: tuple[str, ...]
    started: tuple[str, ...]
    items: tuple[str, ...]
    touches: int
    was: Verdict
    now: Verdict
    site_wide: bool

    @property
    def is_stricter(self) -> bool:
        """Whether something that was allowed is not allowed any more."""
        return self.was.is_yes and not self.now.is_yes

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values, with short verdicts."""
        return {
            "publisher": self.publisher,
            "at": self.at.isoformat(),
            "latest": self.latest.isoformat(),
            "touches": self.touches,
            "items": list(self.items),
            "ended": list(self.ended),
            "started": list(self.started),
            "was": _in_short(self.was),
            "now": _in_short(self.now),
            "site_wide": self.site_wide,
        }


def _in_short(found: Verdict) -> dict[str, object]:
    duties = [duty.value for duty in found.duties]
    return {"answer": found.answer.value, "duties": duties, "grade": found.grade and found.grade.value}


@dataclass(slots=True)
class _Group:
    publisher: str
    ended: tuple[str, ...]
    started: tuple[str, ...]
    site_wide: bool
    times: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)


def changes(
    connection: sqlite3.Connection, *, since: datetime | None = None, until: datetime | None = None
) -> list[TermsChange]:
    """Return the changes of terms shown by pages read between *since* and *until*, the newest first.

    The same change on several pages is one change with several items.
    """
    groups: list[_Group] = []
    latest: dict[tuple[object, ...], _Group] = {}
    # "~" sorts after every instant.
    for group, at, item in _page_changes(connection, maybe_text(since) or "", maybe_text(until) or "~"):
        key = (group.publisher, group.ended, group.started, group.site_wide)
        known = latest.get(key)
        # A page may change, change back, and change again: that is another change.
        if known is None or item in known.items:
            known = latest[key] = group
            groups.append(group)
        known.times.append(at)
        known.items.append(item)
    told = [_told(connection, group) for group in groups]
    return sorted((one for one in told if one is not None), key=lambda one: (one.at, one.items), reverse=True)


def changed_last(connection: sqlite3.Connection, item: str, *, until: datetime | None = None) -> datetime | None:
    """Return when the own page of *item* last showed changed terms, as of *until*; None if it never did."""
    (found,) = connection.execute(
        "SELECT max(at) FROM event WHERE item = ? AND type = 'terms changed' AND at <= ?",
        # "~" sorts after every instant.
        (item, maybe_text(until) or "~"),
    ).fetchone()
    return maybe_instant(found)


def _page_changes(connection: sqlite3.Connection, since: str, until: str) -> Iterator[tuple[_Group, str, str]]:
    """Yield the changes of each page: what changed, when, and on which item."""
    rows = connection.execute(
        """SELECT event.at, event.publisher, event.item, event.type, event.detail FROM event
        WHERE event.at >= ?1 AND event.at <= ?2 AND event.item IS NOT NULL
        AND event.type IN ('terms changed', 'gone') ORDER BY event.at, event.id""",
        (since, until),
    ).fetchall()
    pages = set(_terms_pages(connection))
    for at, publisher, named, kind, detail in rows:
        # An event names the item as it was known at the time.
        item = alias_rows.resolve(connection, named) or named
        if kind == "gone":
            if item in pages:
                # If a terms page is gone, all its words have ended.
                yield _Group(publisher, _open_words(connection, item, at), (), site_wide=True), at, item
            continue
        said = json.loads(detail)
        yield _Group(publisher, tuple(said["ended"]), tuple(said["started"]), item in pages), at, item
    for item, publisher, first_seen, known_since in _new_pages(connection, since, until):
        # If it was found soon after the first item, it existed before and was only found later in the first run.
        if from_text(first_seen) - from_text(known_since) >= _NEW_AFTER:
            yield _Group(publisher, (), _open_words(connection, item, first_seen), site_wide=True), first_seen, item


def _terms_pages(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        """SELECT DISTINCT term.item FROM statement JOIN term ON term.statement = statement.id
        WHERE statement.place = 'terms page' ORDER BY term.item"""
    )
    return [row[0] for row in rows]


def _new_pages(connection: sqlite3.Connection, since: str, until: str) -> list[tuple[str, str, str, str]]:
    marks = _marks(pages := _terms_pages(connection))
    return connection.execute(
        f"""SELECT id, publisher, first_seen, (SELECT min(first_seen) FROM item AS any
            WHERE any.publisher = item.publisher) FROM item
        WHERE id IN ({marks}) AND first_seen >= ? AND first_seen <= ? ORDER BY first_seen, id""",
        (*pages, since, until),
    ).fetchall()


def _open_words(connection: sqlite3.Connection, item: str, at: str) -> tuple[str, ...]:
    rows = connection.execute(
        """SELECT DISTINCT words FROM term JOIN statement ON statement.id = term.statement WHERE item = ?1
        AND place = 'terms page' AND first_seen <= ?2 AND (superseded IS NULL OR superseded > ?2) ORDER BY position""",
        (item, at),
    )
    return tuple(row[0] for row in rows)


def _told(connection: sqlite3.Connection, group: _Group) -> TermsChange | None:
    at = from_text(group.times[0])
    # The terms page itself is not reused; what its change means shows on a text in its reach.
    first = (_oldest(connection, group) if group.site_wide else None) or group.items[0]
    # Also of a withheld item, because its publisher's change is reported anyway.
    now = held_items.by_id(connection, first, group.times[0], withheld=True)
    if now is None:
        return None
    # The instant before is the last with the old terms.
    before = held_items.by_id(connection, first, to_text(at - _JUST_BEFORE), withheld=True)
    ended, started = (_without_hidden(connection, group.publisher, said) for said in (group.ended, group.started))
    if not (ended or started):
        return None
    return TermsChange(
        publisher=group.publisher,
        at=at,
        latest=from_text(group.times[-1]),
        ended=ended,
        started=started,
        items=tuple(group.items),
        touches=_touched(connection, group),
        was=_verdict(before),
        now=_verdict(now),
        site_wide=group.site_wide,
    )


def _without_hidden(connection: sqlite3.Connection, publisher: str, said: Sequence[str]) -> tuple[str, ...]:
    # The change of a withheld page is reported, but not words that no other page has.
    return tuple(words for words in said if not statements.is_hidden(connection, publisher, words))


def _oldest(connection: sqlite3.Connection, group: _Group) -> str | None:
    """Return the publisher's first text, other than a terms page, in the reach of the terms page."""
    pages = _terms_pages(connection)
    query = f"""SELECT id FROM item WHERE publisher = ? AND first_seen < ? AND id NOT IN ({_marks(pages)})
        AND {_held_by(group)} ORDER BY first_seen, id LIMIT 1"""
    found = connection.execute(query, (group.publisher, group.times[0], *pages, *group.items)).fetchone()
    return None if found is None else str(found[0])


def _verdict(item: Item | None) -> Verdict:
    return verdict([held.statement for held in item.terms] if item else (), Use.REPUBLISH, covers=Covers.TEXT)


def _touched(connection: sqlite3.Connection, group: _Group) -> int:
    if group.site_wide:
        query = f"""SELECT count(*) FROM item WHERE publisher = ? AND first_seen <= ?
            AND (id IN ({_marks(group.items)}) OR {_held_by(group)})"""
        # The items twice: once as the pages themselves, once for what they reach.
        named = (group.publisher, group.times[-1], *group.items, *group.items)
        return int(connection.execute(query, named).fetchone()[0])
    # Words that ended without a replacement still apply to pages that were not read since.
    still = _still_showing(connection, group.publisher, group.ended, group.times[0]) if group.started else set()
    return len(set(group.items) | still)


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _held_by(group: _Group) -> str:
    """Return the SQL condition that a terms page of *group* reaches an item."""
    return f"EXISTS (SELECT 1 FROM term WHERE term.item IN ({_marks(group.items)}) AND {REACHES})"


def _still_showing(connection: sqlite3.Connection, publisher: str, words: Sequence[str], at: str) -> set[str]:
    """Return the items for which *words* are still in force but were last seen before *at*."""
    found: set[str] = set()
    for one in words:
        rows = connection.execute(
            """SELECT DISTINCT term.item FROM statement JOIN term ON term.statement = statement.id
            WHERE statement.publisher = ? AND statement.words = ? AND term.superseded IS NULL
            AND term.last_confirmed < ?""",
            (publisher, one, at),
        )
        found.update(row[0] for row in rows)
    return found


def change_line(change: TermsChange) -> str:
    """Return a change as one line: ``2026-05-12 wi: 153 items: was yes with duties (attribute), now ask``."""
    where = "terms page" if change.site_wide else "on the items' own pages"
    # If reuse is still allowed, the grade matters too: a confirmation ends with the words that were confirmed.
    told = with_grade if change.was.is_yes and change.now.is_yes else in_words
    items = f"{change.touches} item{'' if change.touches == 1 else 's'}"
    return (
        f"terms changed on {change.at.astimezone(UTC):%Y-%m-%d}: {change.publisher}, {items}"
        f" ({where}): was {told(change.was)}, now {told(change.now)}"
    )
