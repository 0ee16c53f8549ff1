"""Item history: what visits saw at the addresses of an item besides its text, and which address was another item's.

Apart from `absence.py`, which tells of one address and needs no item, and from `db/fold/editions.py`: editions are
states of a text.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from db.instant import from_text
from db.schema.tables import EventType

# Changed terms are told with the terms; what is wrong with an address that is not the item's own says nothing of it.
_TOLD = tuple(one for one in EventType if one not in (EventType.TERMS, EventType.ABSENT))


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that visits saw, once or several times in a row.

    Attributes:
        first, last: when it was seen first and last; *times* says how often.
        url: the address at which it was seen.
    """

    first: datetime
    last: datetime
    times: int
    what: EventType
    why: str
    url: str

    @property
    def words(self) -> str:
        """What happened, in one line."""
        named = [] if self.what is EventType.NOT_AN_ITEM else [self.what.value]
        return ": ".join((*named, *([self.why] if self.why else [])))


def happenings(connection: sqlite3.Connection, item: str) -> tuple[Happening, ...]:
    """Return what visits saw at the addresses of *item*, the oldest first; the same several times in a row as one."""
    rows = connection.execute(
        f"""SELECT at, type, coalesce(json_extract(detail, '$.why'), ''), coalesce(about, '') FROM event
        WHERE item = ? AND capture IS NOT NULL AND type IN ({", ".join(f"'{one.value}'" for one in _TOLD)})
        ORDER BY at, id""",
        (item,),
    )
    seen = [Happening(from_text(at), from_text(at), 1, EventType(kind), why, url) for at, kind, why, url in rows]
    together = (list(equal) for _, equal in groupby(seen, key=lambda one: (one.what, one.why, one.url)))
    return tuple(replace(equal[0], last=equal[-1].last, times=len(equal)) for equal in together)


def latest(connection: sqlite3.Connection, item: str) -> Happening | None:
    """Return what the newest visit of *item* saw instead of its text; None if it saw the text."""
    (seen,) = connection.execute("SELECT last_seen FROM item WHERE id = ?", (item,)).fetchone()
    found = happenings(connection, item)[-1:]
    return next((one for one in found if one.last > from_text(seen)), None)


@dataclass(frozen=True, slots=True)
class FormerItem:
    """An address or number of an item that was that of another item before, as *key*."""

    key: str
    item: str


def former_items(connection: sqlite3.Connection, item: str) -> tuple[FormerItem, ...]:
    """Return the addresses and numbers of *item* that were those of other items, which keep their ids."""
    rows = connection.execute(
        """SELECT DISTINCT mine.key, former.item FROM item_alias AS mine JOIN item_alias AS former
        ON former.key = mine.key AND former.publisher = mine.publisher AND former.current = 0
        AND former.item <> mine.item WHERE mine.item = ? AND mine.current = 1 ORDER BY mine.key, former.item""",
        (item,),
    )
    return tuple(FormerItem(*row) for row in rows)
