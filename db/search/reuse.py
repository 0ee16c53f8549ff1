"""Reuse: what the terms allow for the text of each item; items with the same terms are evaluated once.

Nothing is stored, so a changed terms page changes the answers for all items of its publisher at once.
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
from db.model.terms import Answer, Covers, Duty, Use
from db.schema.tables import REACHES
from db.search.query import Filter, FilterKind, Reuse
from db.terms import sitewide
from db.terms.verdict import license_of, verdict
from db.withholding import SHOWN

# For a search, yes with duties counts as yes; each hit shows its duties.
_ANSWERS = {
    Answer.YES: Reuse.YES,
    Answer.WITH_DUTIES: Reuse.YES,
    Answer.ASK: Reuse.ASK,
    Answer.NO: Reuse.NO,
}


@dataclass(frozen=True, slots=True)
class ReuseAnswer:
    """The result of an item's terms.

    Attributes:
        reuse: whether its text may be published whole, also commercially.
        license: the id of the licence that its terms name, or of the words that permit it; "" if there is none.
        duties: those that come with a yes.
    """

    reuse: Reuse
    license: str
    duties: tuple[Duty, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Items with the answer that is searched for.

    Attributes:
        publishers: those all of whose items have it.
        classes: of other publishers, pairs of publisher and digest of the items' own terms.
        but: ids of items in these classes that have another answer.
        items: ids of further items that have it.
    """

    publishers: tuple[str, ...]
    classes: tuple[tuple[str, str], ...]
    but: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reuses:
    """The results for all items.

    Attributes:
        classes: by publisher and digest of their own terms, for items whose answer depends only on these.
        items: by id, for items whose answer also depends on where they are.
        publishers: the publisher of each of *items*.
    """

    classes: dict[tuple[str, str], ReuseAnswer]
    items: dict[str, ReuseAnswer]
    publishers: dict[str, str]

    def of(self, publisher: str, digest: str, item: str) -> ReuseAnswer:
        """Return the result for *item*."""
        # By id first, because items in the reach of a section's terms may share the digest of items outside.
        return self.items.get(item) or self.classes.get((publisher, digest)) or ReuseAnswer(Reuse.UNKNOWN, "")

    def chosen(self, one: Filter) -> Chosen:
        """Return the items that pass a ``reuse:`` or ``license:`` filter; a licence may be given without version."""
        wanted = one.value.lower()

        def meets(said: ReuseAnswer) -> bool:
            if one.kind is FilterKind.REUSE:
                return said.reuse == wanted
            # So that `license:none` finds items without a licence.
            held = said.license.lower() or "none"
            rest = held.removeprefix(wanted)
            # CC-BY means any version of it, but never CC-BY-SA.
            return held.startswith(wanted) and (one.prefix or re.fullmatch(r"(-\d[\d.]*)?", rest) is not None)

        classes = {key: meets(said) for key, said in self.classes.items()}
        items = {item: meets(said) for item, said in self.items.items()}
        # If all items of a publisher match, one index word replaces the list of their ids.
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
"""Each pair once, in as many index steps as there are pairs. Two subqueries per step, because SQLite seeks a greater
pair only by its first half and would scan all items of a publisher."""

_REACHED = """WITH reaching (publisher, page, reach) AS (
        SELECT statement.publisher, term.item, term.reach FROM statement JOIN term ON term.statement = statement.id
        WHERE statement.publisher = ? AND statement.place = 'terms page' AND term.superseded IS NULL
        AND term.reach IS NOT NULL)
    SELECT alias.item FROM reaching JOIN item_alias AS alias
        ON alias.publisher = reaching.publisher AND alias.key >= reaching.reach
        AND alias.key < reaching.reach || char(1114111) WHERE alias.current = 1
    UNION SELECT linked.item FROM reaching JOIN item_alias AS named ON named.item = reaching.page AND named.current = 1
        CROSS JOIN linked WHERE instr(linked.keys, ' ' || named.key || ' ') > 0"""
"""A publisher's items in the reach of a section's terms: they are in the section or link to its terms page."""

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
"""A publisher's items, each with everything its terms depend on; equal groups have equal answers."""

_OF_CLASS = f"SELECT id, language FROM item WHERE publisher = ? AND terms_digest = ? AND {SHOWN}"

_FEW = 200
"""Up to so many items are evaluated one by one, because a page of hits must not evaluate a whole publisher."""


def reuses(connection: sqlite3.Connection, only: Sequence[str] | None = None) -> Reuses:
    """Return the results for all items that are not withheld, or *only* for those with these ids.

    Items with the same terms are evaluated once. Replacements of their words elsewhere are the same for all of them,
    because they are found by these words (see `sitewide`). Only a section's terms may apply to one item and not to
    another.
    """
    if only is not None and len(only) <= _FEW:
        return _of_few(connection, only)
    classes: dict[tuple[str, str], ReuseAnswer] = {}
    items: dict[str, ReuseAnswer] = {}
    publishers: dict[str, str] = {}
    for publisher, listed in groupby(connection.execute(_CLASSES).fetchall(), key=itemgetter(0)):
        digests = [digest for _, digest in listed]
        found = dict(_apart(connection, publisher, digests))
        items |= found
        publishers |= dict.fromkeys(found, publisher)
        for digest in filter(None, digests):
            held = connection.execute(_OF_CLASS, (publisher, digest))
            # Any item of a class can represent it, except those singled out by a section's terms.
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
    # For publishers with section terms, evaluate each item, because finding the items in a section takes longer.
    sections = {one: bool(connection.execute(_SECTIONS, (one,)).fetchone()) for one in {row[1] for row in rows}}
    known: dict[tuple[str, str], ReuseAnswer] = {}
    said: dict[str, ReuseAnswer] = {}
    for item, publisher, language, digest in rows:
        one = known.get((publisher, digest)) or _said(connection, item, publisher, language)
        # Without a digest the item's terms are unknown, so its answer is valid for no other item.
        if digest and not sections[publisher]:
            known[publisher, digest] = one
        said[item] = one
    return Reuses({}, said, {row[0]: row[1] for row in rows})


def _apart(connection: sqlite3.Connection, publisher: str, digests: Sequence[str]) -> Iterator[tuple[str, ReuseAnswer]]:
    """Yield the results for the items of *publisher* whose answer does not depend on their own terms alone."""
    reached = [row[0] for row in connection.execute(_REACHED, (publisher,))]
    # For an item that was just merged from two, its statements are not known yet.
    unread = "SELECT id FROM item WHERE publisher = ? AND terms_digest = ''"
    alone = {row[0] for row in connection.execute(unread, (publisher,))} if "" in digests else set()
    known: dict[str, ReuseAnswer] = {}
    apart = json.dumps([*alone, *reached])
    for item, language, grouped in connection.execute(_GROUPED, (apart, publisher)).fetchall():
        # The group contains everything the answer depends on, so each group is evaluated once.
        if item in alone or grouped not in known:
            known[grouped] = _said(connection, item, publisher, language)
        yield item, known[grouped]


def _said(connection: sqlite3.Connection, item: str, publisher: str, language: str | None) -> ReuseAnswer:
    held = sitewide.of_item(connection, item, publisher, language=language)
    shown = overlay.overlay_terms(connection, publisher, held)[0]
    # With decisions, and for commercial use, the strictest question.
    found = verdict([one.statement for one in shown], Use.REPUBLISH, covers=Covers.TEXT, commercial=True)
    answer = _ANSWERS.get(found.answer, Reuse.UNKNOWN)
    return ReuseAnswer(answer, license_of(found, publisher) or "", found.duties if answer is Reuse.YES else ())
