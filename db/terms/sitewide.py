"""Terms that apply to an item but stand elsewhere: on terms pages, in machine-readable files, and as replaced words.

Nothing is stored per item. Statements on a terms page or in robots.txt have rows of their own, which are found when an
item of the publisher is read, so a change applies to all items at once, in whatever order captures arrive.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from db.identity import url_key
from db.instant import from_text, to_text
from db.model.item import ItemTerm, StatementPlace, Term
from db.schema.tables import REACHED
from db.terms import statements
from db.terms.reach import folder_of
from db.terms.statements import READ, READ_SHOWN, Printed, read_group

_PLACES = {place: number for number, place in enumerate(StatementPlace)}
_NOW = "term.superseded IS NULL"
_THEN = "term.first_seen <= :at AND (term.superseded IS NULL OR term.superseded > :at)"
# A terms page that is gone states nothing from then on. Machine-readable files have no page, and NULL means live.
_LIVE = "page.gone IS NULL"
_LIVE_THEN = "(page.gone IS NULL OR page.gone > :at)"
_TERM = "term.holder, term.first_seen, term.position, term.number"
# As in REACHES: these apply to some items of the publisher only.
_LIMITED = "(term.reach IS NOT NULL AND coalesce(term.permission NOT IN ('ask', 'prohibited'), 1))"


class Asked(NamedTuple):
    """An item whose terms are asked for, and the language whose statements come first."""

    item: str
    publisher: str
    language: str | None


class Applying(NamedTuple):
    """The statements that apply to an item, the nearest to the item first.

    Attributes:
        found: those that say something: the item's own, then those of terms pages and machine-readable files.
        left: those that add no rule to them.
    """

    found: tuple[ItemTerm, ...] = ()
    left: tuple[ItemTerm, ...] = ()


def of_item(
    connection: sqlite3.Connection, item: str, publisher: str, *, language: str | None = None, at: str | None = None
) -> tuple[ItemTerm, ...]:
    """Return the statements that `of_items` finds for one item."""
    return of_items(connection, [Asked(item, publisher, language)], at)[item].found


def stated(connection: sqlite3.Connection, item: str, publisher: str, *, language: str | None) -> frozenset[str]:
    """Return the words of the statements that `of_item` would return now if there were no decisions."""
    found = of_items(connection, [Asked(item, publisher, language)], plainly=True)[item].found
    return frozenset(held.statement.words for held in found)


def of_items(
    connection: sqlite3.Connection, asked: Sequence[Asked], at: str | None = None, *, plainly: bool = False
) -> dict[str, Applying]:
    """Return the statements that apply to each of the items at *at* (now if None); *plainly* ignores all decisions.

    The item's own statements come first, then those of the terms pages and machine-readable files of its publisher,
    with its section and its language preferred. A statement that adds no rule is *left* out, whatever its words and
    language, unless a person decided on it. If words on the item have been replaced on another page since the item was
    last read, the replacement counts too: the strictest wins, and both are shown.
    """
    ids = [one.item for one in asked]
    printed = statements.of_items(connection, ids, at)
    replacements = _Replacements(connection, at, {one.row for held in printed.values() for one in held})
    sites = {
        publisher: _Site(connection, publisher, [one.item for one in asked if one.publisher == publisher], at)
        for publisher in dict.fromkeys(one.publisher for one in asked)
    }
    applying = {
        one.item: _gathered(one, printed.get(one.item, []), replacements, sites[one.publisher], plainly=plainly)
        for one in asked
    }
    if at is None:
        return applying
    # A question about a past day must not be answered with a later confirmation.
    return {
        item: Applying(*(tuple(_confirmed_by(connection, held, at) for held in some) for some in found))
        for item, found in applying.items()
    }


def _gathered(
    asked: Asked, printed: list[Printed], replacements: _Replacements, site: _Site, *, plainly: bool
) -> Applying:
    """Return the statements that apply to one item: those *printed* on its page, and those of its *site*."""
    # Words with a decision are compared by what was decided, which is applied later.
    decided = frozenset[str]() if plainly else site.decided
    left: list[ItemTerm] = []
    replacing, replaced = replacements.of(printed)
    own = (one.held for one in printed)
    found = [
        replace(held, replaced=replaced[held.statement.words]) if held.statement.words in replaced else held
        for held in own
    ]
    # By place, in this order when two have the same rules.
    found.sort(key=_rank)
    pages = sorted(
        site.reaching(asked.item),
        key=lambda held: (
            # The nearest first, because later ones are left out if they add no rule.
            held.statement.place is not StatementPlace.SECTION,
            (held.statement.language or "") != asked.language,
        ),
    )
    said = {rule for held in found for rule in _rules(held.statement.terms) if held.statement.words not in decided}
    words = {held.statement.words for held in found}
    # Replacements for words on the item come before statements for the whole site.
    for held in (*replacing, *pages):
        rules = frozenset() if held.statement.words in decided else _rules(held.statement.terms)
        # The same in other words or another language. Statements without rules were not understood and are always
        # shown.
        if held.statement.words in words or (rules and rules <= said):
            left.append(held)
            continue
        found.append(held)
        said |= rules
        words.add(held.statement.words)
    return Applying(_by_place(found), _by_place(left))


def _by_place(found: list[ItemTerm]) -> tuple[ItemTerm, ...]:
    return tuple(sorted(found, key=_rank))


def _rank(held: ItemTerm) -> int:
    return _PLACES[held.statement.place]


@lru_cache(maxsize=4096)  # because a site states the same on every page
def _rules(terms: tuple[Term, ...]) -> frozenset[Term]:
    """Return the *terms* read from a statement with their grade, whichever rule read them."""
    # Two rules may read the same term from two wordings.
    return frozenset(replace(term, rule=term.grade or "") for term in terms)


def _confirmed_by(connection: sqlite3.Connection, held: ItemTerm, at: str) -> ItemTerm:
    """Give *held* its last confirmation as of *at*: the last capture by then of the page with the statement."""
    if to_text(held.last_confirmed) <= at:
        return held
    query = """SELECT max(later.began) FROM capture AS shown JOIN capture AS later ON later.url_key = shown.url_key
        WHERE shown.id = ? AND later.began <= ? AND later.catalogued = 1 AND later.page_kind IS NOT NULL"""
    row: tuple[str | None] = connection.execute(query, (held.statement.evidence.capture, at)).fetchone()
    return replace(held, last_confirmed=held.first_seen if row[0] is None else from_text(row[0]))


class _Site:
    """What the terms pages and machine-readable files of a publisher state for its *items*, at present or *at* a time.

    Their statements are read once for all *items*.
    """

    def __init__(self, connection: sqlite3.Connection, publisher: str, items: Sequence[str], at: str | None) -> None:
        asked = {"publisher": publisher, "items": json.dumps(items), "at": at}
        decided = connection.execute(
            "SELECT DISTINCT words FROM standing_decision WHERE publisher = ? AND words IS NOT NULL", (publisher,)
        )
        # How the rules read these words does not show what they add.
        self.decided = frozenset(row[0] for row in decided)
        stated = f"""LEFT JOIN item AS page ON page.id = term.item WHERE statement.publisher = :publisher
            AND statement.place IN ('terms page', 'site policy')
            AND {_NOW if at is None else _THEN} AND {_LIVE if at is None else _LIVE_THEN}"""
        self._rows = connection.execute(
            f"{READ_SHOWN} {stated} ORDER BY term.first_seen, term.holder, position, number", asked
        ).fetchall()
        limited = connection.execute(
            f"SELECT {_TERM} FROM term JOIN statement ON statement.id = term.statement {stated} AND {_LIMITED}", asked
        )
        self._limited = set(limited)
        # Most publishers have one terms page, for the whole site.
        reached = (
            connection.execute(
                f"""SELECT item.id, {_TERM} FROM item JOIN statement JOIN term ON term.statement = statement.id {stated}
                AND item.id IN (SELECT value FROM json_each(:items)) AND {_LIMITED} AND {REACHED}""",
                asked,
            )
            if self._limited
            else ()
        )
        self._reached = {(row[0], row[1:]) for row in reached}
        self._shown_at = self._pages(connection)
        sections = any(folder_of(url) is not None for url in self._shown_at.values())
        self._urls = _urls_of(connection, items) if sections else {}
        self._known: dict[tuple[int, ...], list[ItemTerm]] = {}

    def reaching(self, item: str) -> list[ItemTerm]:
        """Return the statements that apply to *item*; those of a section whose pages include it say so."""
        applying = tuple(
            number
            for number, row in enumerate(self._rows)
            if row[24] != item
            and (not self._limited or _term_of(row) not in self._limited or (item, _term_of(row)) in self._reached)
        )
        # The same for nearly all items of a publisher.
        if applying not in self._known:
            self._known[applying] = _grouped([self._rows[number] for number in applying])
        if not self._urls:
            return self._known[applying]
        return [self._near(held, self._urls[item]) for held in self._known[applying]]

    def _near(self, held: ItemTerm, url: str) -> ItemTerm:
        # Only the addresses decide, so the order in which pages arrive does not matter.
        shown_at = self._shown_at.get(held.statement.evidence.capture)
        if shown_at is None or held.statement.place is not StatementPlace.TERMS_PAGE or not in_section(url, shown_at):
            return held
        return replace(held, statement=replace(held.statement, place=StatementPlace.SECTION))

    def _pages(self, connection: sqlite3.Connection) -> dict[str, str]:
        """Return the address of each capture of a terms page."""
        captures = json.dumps(sorted({row[6] for row in self._rows if row[3] == StatementPlace.TERMS_PAGE}))
        rows = connection.execute(
            "SELECT id, url FROM capture WHERE id IN (SELECT value FROM json_each(?))", (captures,)
        )
        return dict(rows.fetchall())


def _term_of(row: tuple[Any, ...]) -> tuple[Any, ...]:
    # The columns of READ that are named in `_TERM`.
    return row[24], row[0], row[23], row[26]


def _urls_of(connection: sqlite3.Connection, items: Sequence[str]) -> dict[str, str]:
    rows = connection.execute(
        "SELECT id, url FROM item WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(items),)
    )
    return dict(rows.fetchall())


class _Replacements:
    """What pages print in place of statements (by their rows), at present or *at* a time."""

    def __init__(self, connection: sqlite3.Connection, at: str | None, statement_rows: Iterable[int]) -> None:
        self._connection, self._at = connection, at
        until = "" if at is None else "AND superseded <= :at"
        rows = connection.execute(
            f"""SELECT value, (SELECT max(superseded) FROM term WHERE statement = value {until}),
            (SELECT max(last_confirmed) FROM term WHERE statement = value) FROM json_each(:rows)""",
            {"rows": json.dumps(sorted(statement_rows)), "at": at},
        )
        # No page has stopped printing it, or some page prints it again: then nothing replaces it.
        self._ended = {row: ended for row, ended, confirmed in rows if ended is not None and confirmed < ended}
        self._known: dict[int, list[ItemTerm]] = {}

    def of(self, printed: Sequence[Printed]) -> tuple[list[ItemTerm], dict[str, datetime]]:
        """Return what other pages, read since, print in place of words that an item still shows and no page has shown
        again; and these words, each with when the replacement began.
        """
        found: list[ItemTerm] = []
        replaced: dict[str, datetime] = {}
        for row in dict.fromkeys(one.row for one in printed if one.row in self._ended):
            ended = self._ended[row]
            if row not in self._known:
                self._known[row] = self._printed_instead(row, ended)
            found += self._known[row]
            if self._known[row]:
                replaced.update((one.held.statement.words, from_text(ended)) for one in printed if one.row == row)
        return found, replaced

    def _printed_instead(self, statement: int, ended: str) -> list[ItemTerm]:
        """Return what began where the statement in the row *statement* *ended*."""
        rows = self._connection.execute(
            f"""{READ} WHERE term.first_seen = :ended AND {_NOW if self._at is None else _THEN}
            AND term.holder IN (SELECT holder FROM term WHERE statement = :statement AND superseded = :ended)
            ORDER BY term.holder, position, number""",
            {"statement": statement, "ended": ended, "at": self._at},
        ).fetchall()
        return _grouped(rows)


def in_section(url: str, terms_page: str) -> bool:
    """Say whether *url* is in the section of *terms_page*; the site itself and its language versions are not sections.

    ``/review/terms/`` is for the section of ``/review/2024/a-text/``; ``/terms/`` and ``/en/terms/`` are for the whole
    site.
    """
    folder = folder_of(terms_page)
    return folder is not None and url_key(url).startswith(folder)


def _grouped(rows: list[tuple[Any, ...]]) -> list[ItemTerm]:
    # By holder, start and position, columns of READ: the terms of one statement on one page.
    return [read_group(list(group)) for _, group in groupby(rows, key=lambda row: (row[24], row[0], row[23]))]
