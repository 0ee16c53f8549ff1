"""Item values: the rows of many items made into values with a handful of queries.

Apart from `held_items.py`, the only door to items, which alone imports this and leaves out what is withheld.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from db import evidence, publishers, withholding
from db.decisions.overlay import Overlay
from db.fold import alias_rows, editions
from db.fold.editions import Standing
from db.instant import from_text, maybe_instant
from db.model.item import Edition, Item, ItemTerm, PageKind, Words
from db.terms import sitewide
from db.terms.sitewide import Asked

MOST_TEXT = 2_000_000
"""The most characters of texts that are read ahead."""


class Page(NamedTuple):
    """Items without decisions, the rows of their editions, and how many of the given ids they answer."""

    items: list[Item]
    rows: list[int]
    answered: int

    def decided(self, connection: sqlite3.Connection) -> list[Item]:
        """Return the items with people's decisions applied."""
        overlay = Overlay(connection, self.rows, (one.publisher.id for one in self.items))
        return [overlay.over(item, row) for item, row in zip(self.items, self.rows, strict=True)]


def read(
    connection: sqlite3.Connection,
    ids: Sequence[str],
    at: str | None = None,
    *,
    withheld: bool = False,
    bare: bool = False,
    terms: bool = True,
) -> Page:
    """Return the items with exactly these *ids*, in order, as of *at* (now if None).

    Ids without an item or an edition by then are skipped, and those of withheld items without *withheld*. If the texts
    are long, only the first ids are answered. *bare* items have no text, and their claims no places.
    """
    rows = _rows(connection, ids, withheld=withheld)
    standing = editions.standing(connection, list(rows), at)
    in_order = (standing[one] for one in ids if one in standing)
    stated = editions.in_rows(connection, in_order, most=MOST_TEXT, bare=bare)
    # Up to the first whose text was not read.
    unread = (place for place, one in enumerate(ids) if one in standing and standing[one].row not in stated)
    answered = next(unread, len(ids))
    shown = [one for one in ids[:answered] if one in standing]
    applying = sitewide.of_items(connection, [rows[one].asked for one in shown], at) if terms else {}
    parts = _Parts(connection, [rows[one] for one in shown], bare=bare)
    items = [
        parts.item(rows[one], standing[one], stated[standing[one].row], applying[one].found if terms else ())
        for one in shown
    ]
    return Page(items, [standing[one].row for one in shown], answered)


class _Row(NamedTuple):
    """A row of ``item``, in the order of `_COLUMNS`."""

    id: str
    kind: str
    url: str
    publisher: str
    first_seen: str
    last_seen: str
    gone: str | None
    withheld: str | None
    translations: str
    language: str | None
    language_evidence: int | None
    subtitle: str | None
    subtitle_evidence: int | None
    section: str | None
    section_evidence: int | None
    site_name: str | None
    site_name_evidence: int | None
    modified: str | None
    modified_precision: str | None
    modified_evidence: int | None

    @property
    def pointing(self) -> tuple[int | None, ...]:
        """The rows of its evidence."""
        fields = self.language_evidence, self.subtitle_evidence, self.section_evidence, self.site_name_evidence
        return (*fields, self.modified_evidence)

    @property
    def asked(self) -> Asked:
        """The question for its terms."""
        # The language that was read, whatever a person decided.
        return Asked(self.id, self.publisher, self.language)


_COLUMNS = ", ".join(_Row._fields)


def _rows(connection: sqlite3.Connection, ids: Sequence[str], *, withheld: bool) -> dict[str, _Row]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM item WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    )
    return {row[0]: _Row._make(row) for row in rows if withheld or row[7] is None}


class _Parts:
    """What rows of other tables say about the items in *rows*, read once for all of them."""

    def __init__(self, connection: sqlite3.Connection, rows: Sequence[_Row], *, bare: bool) -> None:
        self._connection = connection
        ids = [row.id for row in rows]
        self._evidence = None if bare else evidence.in_rows(connection, (one for row in rows for one in row.pointing))
        self._tags = _tags(connection, ids, bare=bare)
        self._keys = alias_rows.keys_of(connection, ids)
        self._settled = publishers.settled(connection, {row.publisher for row in rows})

    def item(self, row: _Row, place: Standing, edition: Edition, terms: tuple[ItemTerm, ...]) -> Item:
        """Return the item in *row* without decisions."""
        stands = self._evidence
        return Item(
            id=row.id,
            kind=PageKind(row.kind),
            url=row.url,
            publisher=self._settled.get(row.publisher) or publishers.guessed(row.publisher, row.url),
            edition=edition,
            editions=place.total,
            first_seen=from_text(row.first_seen),
            last_seen=from_text(row.last_seen),
            language=evidence.words_of(stands, row.language, row.language_evidence),
            subtitle=evidence.words_of(stands, row.subtitle, row.subtitle_evidence),
            section=evidence.words_of(stands, row.section, row.section_evidence),
            site_name=evidence.words_of(stands, row.site_name, row.site_name_evidence),
            modified=evidence.dated_of(stands, row.modified, row.modified_precision, row.modified_evidence),
            tags=self._tags.get(row.id, ()),
            terms=terms,
            # Most have none.
            translations=()
            if row.translations == "[]"
            else tuple([(code, url) for code, url in json.loads(row.translations)]),
            gone=maybe_instant(row.gone),
            withheld=row.withheld,
            withheld_since=None if row.withheld is None else withholding.since(self._connection, row.id),
            aliases=self._keys.get(row.id, ()),
        )


def _tags(connection: sqlite3.Connection, ids: Sequence[str], *, bare: bool) -> dict[str, tuple[Words, ...]]:
    stands = "" if bare else f", {evidence.COLUMNS.format('evidence')}"
    joined = "" if bare else "JOIN evidence ON evidence.id = tag.evidence"
    rows = connection.execute(
        f"""SELECT item, value{stands} FROM tag {joined} WHERE item IN (SELECT value FROM json_each(?))
        ORDER BY item, position""",
        (json.dumps(ids),),
    ).fetchall()
    return {
        item: tuple([Words(row[1], evidence.unplaced(row[1]) if bare else evidence.read(row[2:])) for row in group])
        for item, group in groupby(rows, key=itemgetter(0))
    }
