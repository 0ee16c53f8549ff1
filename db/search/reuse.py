"""Reuse: what the terms let everyone do with each text, for all items: those with the same terms are asked once.

Nothing of it is stored: a terms page that changes changes the answer for all items of its publisher at once.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.decisions import overlay
from db.model.terms import Answer, Covers, Use
from db.schema.tables import REACHES
from db.search.query import Filter, FilterKind, Reuse
from db.terms import sitewide
from db.terms.verdict import license_of, verdict
from db.withholding import SHOWN

# With duties is a yes for who looks for texts: which they are is shown with each.
_ANSWERS = {
    Answer.YES: Reuse.YES,
    Answer.WITH_DUTIES: Reuse.YES,
    Answer.ASK: Reuse.ASK,
    Answer.NO: Reuse.NO,
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the terms of an item come to.

    Attributes:
        reuse: whether its text may be published whole, for sale too.
        license: the licence that its terms name, by its id, or the words that permit it, by theirs; "" where none.
    """

    reuse: Reuse
    license: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Items with an answer that is looked for: by publisher and digest of their own terms, and by id."""

    classes: list[str]
    items: list[str]


@dataclass(frozen=True, slots=True)
class Reuses:
    """What the terms say of all items.

    Attributes:
        classes: by ``PUBLISHER DIGEST``, for the items whose terms alone decide.
        items: by id, for those of which it matters too where they lie, or when they were read.
    """

    classes: dict[str, Said]
    items: dict[str, Said]

    def of(self, publisher: str, digest: str, item: str) -> Said:
        """Return what holds for *item*."""
        return self.items.get(item) or self.classes.get(f"{publisher} {digest}") or Said(Reuse.UNKNOWN, "")

    def chosen(self, one: Filter) -> Chosen:
        """Return the items that the filter leaves: by ``reuse:``, or by ``license:``, which takes no version."""
        wanted = one.value.lower()

        def meets(said: Said) -> bool:
            if one.kind is FilterKind.REUSE:
                return said.reuse == wanted
            # So that `license:none` finds what names no licence.
            held = said.license.lower() or "none"
            rest = held.removeprefix(wanted)
            # CC-BY is that of any version, and never CC-BY-SA.
            return held.startswith(wanted) and (one.prefix or re.fullmatch(r"(-\d[\d.]*)?", rest) is not None)

        return Chosen(
            [key for key, said in self.classes.items() if meets(said)],
            [key for key, said in self.items.items() if meets(said)],
        )


_CLASSES = """WITH RECURSIVE class (publisher, digest) AS (
        SELECT * FROM (SELECT publisher, terms_digest FROM item ORDER BY publisher, terms_digest LIMIT 1)
        UNION ALL
        SELECT following.publisher, following.terms_digest FROM class JOIN item AS following
        ON following.id = coalesce(
            (SELECT later.id FROM item AS later WHERE later.publisher = class.publisher
                AND later.terms_digest > class.digest ORDER BY later.terms_digest LIMIT 1),
            (SELECT later.id FROM item AS later WHERE later.publisher > class.publisher
                ORDER BY later.publisher, later.terms_digest LIMIT 1)))
    SELECT publisher, digest FROM class"""
"""Each pair once, by as many steps through their index as there are pairs. Two questions a step: SQLite seeks a pair
that is greater by its first half alone, and would walk through all items of a publisher."""

_APART = """SELECT DISTINCT statement.publisher FROM statement JOIN term ON term.statement = statement.id
    WHERE term.reach IS NOT NULL OR term.superseded IS NOT NULL"""
"""The publishers with terms of a section, and with words that were replaced: there each item may stand otherwise."""

_GROUPED = f"""SELECT item.id, item.language, item.publisher, item.terms_digest || ' ' || coalesce((
        SELECT group_concat(term.holder || ' ' || term.first_seen || ' ' || term.position || ' ' || ({REACHES}) || ' '
            || EXISTS (SELECT 1 FROM item_alias AS near WHERE near.item = item.id AND near.current = 1
                AND instr(near.key, term.reach) = 1), '|')
        FROM statement JOIN term ON term.statement = statement.id
        WHERE statement.publisher = item.publisher AND term.reach IS NOT NULL AND term.superseded IS NULL), '')
    || ' ' || coalesce((SELECT group_concat(own.statement, '|') FROM term AS own WHERE own.holder = item.id
        AND own.superseded IS NULL AND own.last_confirmed <
            (SELECT max(ended.superseded) FROM term AS ended WHERE ended.statement = own.statement)), '') AS grouped
    FROM item WHERE item.publisher = ? AND item.{SHOWN}"""
"""The items of a publisher, each with all that its terms hang on: equal where the answer is."""


_FEW = 200
"""Of so many items each is asked by itself: a page of hits must not walk through all that a publisher has."""


def reuses(connection: sqlite3.Connection, only: Sequence[str] | None = None) -> Reuses:
    """Return what the terms say of all items that are not withheld, or *only* of those with these ids."""
    if only is not None and len(only) <= _FEW:
        rows = connection.execute(
            f"SELECT id, publisher, language FROM item WHERE id IN (SELECT value FROM json_each(?)) AND {SHOWN}",
            (json.dumps(list(only)),),
        ).fetchall()
        return Reuses({}, {item: _said(connection, item, publisher, language) for item, publisher, language in rows})
    # A few publishers: of all others equal terms mean an equal answer, so one item of each kind is asked.
    apart = {row[0] for row in connection.execute(_APART)}
    classes: dict[str, Said] = {}
    items: dict[str, Said] = {}
    for publisher, digest in connection.execute(_CLASSES).fetchall():
        if publisher in apart:
            continue
        # Of an item that was just made of two nobody knows yet what it states.
        if not digest:
            alone = f"SELECT id, language FROM item WHERE publisher = ? AND terms_digest = '' AND {SHOWN}"
            for item, language in connection.execute(alone, (publisher,)).fetchall():
                items[item] = _said(connection, item, publisher, language)
            continue
        found = connection.execute(
            f"SELECT id, language FROM item WHERE publisher = ? AND terms_digest = ? AND {SHOWN} LIMIT 1",
            (publisher, digest),
        ).fetchone()
        if found is not None:
            classes[f"{publisher} {digest}"] = _said(connection, found[0], publisher, found[1])
    for publisher in sorted(apart):
        known: dict[str, Said] = {}
        for item, language, _, grouped in connection.execute(_GROUPED, (publisher,)).fetchall():
            # All that the answer hangs on is in the group, so it is asked once for each.
            if grouped not in known:
                known[grouped] = _said(connection, item, publisher, language)
            items[item] = known[grouped]
    return Reuses(classes, items)


def _said(connection: sqlite3.Connection, item: str, publisher: str, language: str | None) -> Said:
    held = sitewide.of_item(connection, item, publisher, language=language)
    shown = overlay.of_terms(connection, publisher, held)[0]
    # As people decided, by the strictest question: what is found to be free may be sold.
    found = verdict([one.statement for one in shown], Use.REPUBLISH, covers=Covers.TEXT, commercial=True)
    return Said(_ANSWERS.get(found.answer, Reuse.UNKNOWN), license_of(found, publisher) or "")
