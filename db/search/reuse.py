"""Reuse: what the terms let everyone do with each text, for all items: those with the same terms are asked once.

Nothing of it is stored: a terms page that changes changes the answer for all items of its publisher at once.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

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
    """Items with an answer that is looked for.

    Attributes:
        publishers: those all of whose items have it.
        classes: of the others, publishers with a digest of their items' own terms.
        but: of these classes, ids of items that have another answer.
        items: of the others, ids.
    """

    publishers: tuple[str, ...]
    classes: tuple[tuple[str, str], ...]
    but: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reuses:
    """What the terms say of all items.

    Attributes:
        classes: by publisher and digest of their own terms, for the items whose terms alone decide.
        items: by id, for those of which it matters too where they lie.
        publishers: of whom each of *items* is.
    """

    classes: dict[tuple[str, str], Said]
    items: dict[str, Said]
    publishers: dict[str, str]

    def of(self, publisher: str, digest: str, item: str) -> Said:
        """Return what holds for *item*."""
        # By id first: what the terms of a section reach has the digest of items that they do not reach.
        return self.items.get(item) or self.classes.get((publisher, digest)) or Said(Reuse.UNKNOWN, "")

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

        classes = {key: meets(said) for key, said in self.classes.items()}
        items = {item: meets(said) for item, said in self.items.items()}
        # A publisher of whom nothing differs is one word of the index, in place of the ids of all its items.
        others = {key[0] for key, met in classes.items() if not met}
        others |= {self.publishers[item] for item, met in items.items() if not met}
        held = dict.fromkeys((*(key[0] for key in classes), *self.publishers.values()))
        return Chosen(
            tuple(publisher for publisher in held if publisher not in others),
            tuple(key for key, met in classes.items() if met and key[0] in others),
            tuple(item for item, met in items.items() if not met),
            tuple(item for item, met in items.items() if met and self.publishers[item] in others),
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

_REACHED = """WITH reaching (publisher, page, reach) AS (
        SELECT statement.publisher, term.item, term.reach FROM statement JOIN term ON term.statement = statement.id
        WHERE statement.publisher = ? AND statement.place = 'terms page' AND term.superseded IS NULL
        AND term.reach IS NOT NULL)
    SELECT alias.item FROM reaching JOIN item_alias AS alias
        ON alias.publisher = reaching.publisher AND alias.key >= reaching.reach
        AND alias.key < reaching.reach || char(1114111) WHERE alias.current = 1
    UNION SELECT linked.item FROM reaching JOIN item_alias AS named ON named.item = reaching.page AND named.current = 1
        CROSS JOIN linked WHERE instr(linked.keys, ' ' || named.key || ' ') > 0"""
"""The items of a publisher that the terms of one of its sections reach: that lie in it, or link to its terms page."""

_SECTIONS = """SELECT 1 FROM statement JOIN term ON term.statement = statement.id WHERE statement.publisher = ?
    AND statement.place = 'terms page' AND term.superseded IS NULL AND term.reach IS NOT NULL LIMIT 1"""

_GROUPED = f"""SELECT item.id, item.language, item.terms_digest || ' ' || coalesce((
        SELECT group_concat(term.holder || ' ' || term.first_seen || ' ' || term.position || ' ' || ({REACHES}) || ' '
            || EXISTS (SELECT 1 FROM item_alias AS near WHERE near.item = item.id AND near.current = 1
                AND instr(near.key, term.reach) = 1), '|')
        FROM statement JOIN term ON term.statement = statement.id
        WHERE statement.publisher = item.publisher AND statement.place = 'terms page' AND term.reach IS NOT NULL
        AND term.superseded IS NULL), '') AS grouped
    FROM item WHERE item.id IN (SELECT value FROM json_each(?)) AND item.publisher = ? AND item.{SHOWN}"""
"""Items of a publisher, each with all that its terms hang on: equal where the answer is."""

_OF_CLASS = f"SELECT id, language FROM item WHERE publisher = ? AND terms_digest = ? AND {SHOWN}"

_FEW = 200
"""Of so many items each is asked by itself: a page of hits must not ask what all others of a publisher may."""


def reuses(connection: sqlite3.Connection, only: Sequence[str] | None = None) -> Reuses:
    """Return what the terms say of all items that are not withheld, or *only* of those with these ids.

    Of all, those with the same terms are asked once. What replaced their words elsewhere is the same for all of them
    too: it is looked for by these words (see `sitewide`). Only what a section says reaches one and not another.
    """
    if only is not None and len(only) <= _FEW:
        return _of_few(connection, only)
    classes: dict[tuple[str, str], Said] = {}
    items: dict[str, Said] = {}
    publishers: dict[str, str] = {}
    for publisher, listed in groupby(connection.execute(_CLASSES).fetchall(), key=itemgetter(0)):
        digests = [digest for _, digest in listed]
        found = dict(_apart(connection, publisher, digests))
        items |= found
        publishers |= dict.fromkeys(found, publisher)
        for digest in filter(None, digests):
            held = connection.execute(_OF_CLASS, (publisher, digest))
            # Any item of a class speaks for it, save those that the terms of a section set apart.
            one = next((row for row in held if row[0] not in found), None)
            if one is not None:
                classes[publisher, digest] = _said(connection, one[0], publisher, one[1])
    return Reuses(classes, items, publishers)


def _of_few(connection: sqlite3.Connection, only: Sequence[str]) -> Reuses:
    rows = connection.execute(
        f"""SELECT id, publisher, language, terms_digest FROM item
        WHERE id IN (SELECT value FROM json_each(?)) AND {SHOWN}""",
        (json.dumps(list(only)),),
    ).fetchall()
    # Of a publisher with terms of a section each is asked by itself, or what lies in it had to be sought first.
    sections = {one: bool(connection.execute(_SECTIONS, (one,)).fetchone()) for one in {row[1] for row in rows}}
    known: dict[tuple[str, str], Said] = {}
    said: dict[str, Said] = {}
    for item, publisher, language, digest in rows:
        one = known.get((publisher, digest)) or _said(connection, item, publisher, language)
        # Without a digest nobody knows yet what its terms are: its answer is no other item's.
        if digest and not sections[publisher]:
            known[publisher, digest] = one
        said[item] = one
    return Reuses({}, said, {row[0]: row[1] for row in rows})


def _apart(connection: sqlite3.Connection, publisher: str, digests: Sequence[str]) -> Iterator[tuple[str, Said]]:
    """Yield what holds for each item of *publisher* of which its own terms do not tell it."""
    reached = [row[0] for row in connection.execute(_REACHED, (publisher,))]
    # Of an item that was just made of two nobody knows yet what it states.
    unread = "SELECT id FROM item WHERE publisher = ? AND terms_digest = ''"
    alone = {row[0] for row in connection.execute(unread, (publisher,))} if "" in digests else set()
    known: dict[str, Said] = {}
    apart = json.dumps([*alone, *reached])
    for item, language, grouped in connection.execute(_GROUPED, (apart, publisher)).fetchall():
        # All that the answer hangs on is in the group, so it is asked once for each.
        if item in alone or grouped not in known:
            known[grouped] = _said(connection, item, publisher, language)
        yield item, known[grouped]


def _said(connection: sqlite3.Connection, item: str, publisher: str, language: str | None) -> Said:
    held = sitewide.of_item(connection, item, publisher, language=language)
    shown = overlay.of_terms(connection, publisher, held)[0]
    # As people decided, by the strictest question: what is found to be free may be sold.
    found = verdict([one.statement for one in shown], Use.REPUBLISH, covers=Covers.TEXT, commercial=True)
    return Said(_ANSWERS.get(found.answer, Reuse.UNKNOWN), license_of(found, publisher) or "")
