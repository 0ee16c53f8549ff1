"""Statements and terms as rows: the publisher's words once, and for each item the interval in which they applied."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from db import evidence
from db.identity import digest_of, statement_id
from db.instant import from_text, maybe_instant
from db.model.decision import Decided
from db.model.item import Act, Covers, Duty, Evidence, ItemTerm, Permission, Statement, StatementPlace, Term
from db.terms.reach import HOLDS, of_statement
from db.withholding import SHOWN

_RULE = "covers, act, permission, duties, noncommercial, license_id, license_url, contact, credit_words, rule"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """A statement across all items of a publisher.

    Attributes:
        statement: with the evidence of the first item that showed it.
        superseded: when the last item stopped showing it; None while one still does.
        items: how many items show it now; for a statement on a terms page, to how many it applies.
        decided: a person's decision about it, if any; *statement* then has the decided terms.
    """

    publisher: str
    statement: Statement
    first_seen: datetime
    last_confirmed: datetime
    superseded: datetime | None
    items: int
    decided: Decided | None = None

    @property
    def id(self) -> str:
        """The id of these words of the publisher, wherever they are printed."""
        return statement_id(self.publisher, self.statement.words)


def terms_digest(statements: Iterable[Statement]) -> str:
    """Return the digest of the contents of *statements*, in order and by value."""
    return digest_of([_said(statement) for statement in distinct(statements)])


def distinct(statements: Iterable[Statement]) -> list[Statement]:
    """Return *statements* without repetitions of the same words in the same place."""
    found: dict[tuple[StatementPlace, str], Statement] = {}
    for statement in statements:
        found.setdefault((statement.place, statement.words), statement)
    return list(found.values())


def shown_contents(connection: sqlite3.Connection, holder: str) -> list[list[object]]:
    """Return the contents of the statements that *holder* shows now, in the form that `terms_digest` uses."""
    rows = connection.execute(
        f"""SELECT first_seen, position, place, language, words, {_RULE} FROM term
        JOIN statement ON statement.id = term.statement WHERE holder = ? AND superseded IS NULL
        ORDER BY position, first_seen, number""",
        (holder,),
    ).fetchall()
    groups = (list(group) for _, group in groupby(rows, key=lambda row: (row[0], row[1])))
    return [[*held[0][2:5], [list(row[5:]) for row in held if row[6] is not None]] for held in groups]


def _said(statement: Statement) -> list[object]:
    return [
        statement.place.value,
        statement.language or "",
        statement.words,
        [_rule(term) for term in statement.terms],
    ]


@lru_cache(maxsize=1024)  # because a site prints the same notice on every page
def _rule(term: Term | None) -> tuple[object, ...]:
    if term is None:
        # A statement that no rule understands still needs a row, or its interval would be lost.
        return None, None, None, "[]", 0, None, None, None, None, None
    return (
        term.covers.value,
        term.act.value,
        term.permission.value,
        json.dumps([duty.value for duty in term.duties]),
        int(term.noncommercial),
        term.license_id,
        term.license_url,
        term.contact,
        term.credit_words,
        term.rule,
    )


def site_holder(publisher: str, key: str) -> str:
    """Return the holder of statements in a machine-readable file for a publisher's whole site, by the key of its
    URL.
    """
    # With a space, which item ids never contain.
    return f"{publisher} {key}"


def confirm(connection: sqlite3.Connection, holder: str, at: str) -> None:
    """Record that a capture at *at* showed all statements of *holder*: an item, or a file for the whole site."""
    connection.execute(
        "UPDATE term SET last_confirmed = max(last_confirmed, ?) WHERE holder = ? AND superseded IS NULL",
        (at, holder),
    )


@dataclass(frozen=True, slots=True)
class WordChange:
    """What a publisher's page no longer says, and what it says for the first time, as words."""

    ended: tuple[str, ...]
    started: tuple[str, ...]


def change(
    connection: sqlite3.Connection, holder: str, publisher: str, *, statements: Iterable[Statement], at: str
) -> WordChange:
    """Record the statements that a capture at *at* shows for *holder*: new ones begin, repeated ones continue, others
    end.

    The result leaves out words that are only read differently, because the publisher did not change them.
    """
    # By words and by reading: a better reader ends a term and begins another.
    shown = {digest_of(_said(statement)): (place, statement) for place, statement in enumerate(distinct(statements))}
    standing = connection.execute(
        f"""SELECT first_seen, position, place, language, words, {_RULE} FROM term
        JOIN statement ON statement.id = term.statement WHERE holder = ? AND superseded IS NULL
        ORDER BY first_seen, position, number""",
        (holder,),
    ).fetchall()
    before = [row[4] for row in standing]
    after = [statement.words for _, statement in shown.values()]
    for (first_seen, position), rows in groupby(standing, key=lambda row: (row[0], row[1])):
        held = list(rows)
        # Without an act, it is the single row of a statement that was not understood.
        rules = [list(row[5:]) for row in held if row[6] is not None]
        still = shown.pop(digest_of([held[0][2], held[0][3], held[0][4], rules]), None)
        column = "superseded" if still is None else "last_confirmed"
        connection.execute(
            f"UPDATE term SET {column} = ? WHERE holder = ? AND first_seen = ? AND position = ?",
            (at, holder, first_seen, position),
        )
    # An earlier capture may have the same instant.
    query = "SELECT coalesce(max(position) + 1, 0) FROM term WHERE holder = ? AND first_seen = ?"
    (start,) = connection.execute(query, (holder, at)).fetchone()
    for place, statement in shown.values():
        row = _row_of(connection, publisher, statement)
        _open(connection, holder, row, place=start + place, statement=statement, at=at)
    # By words alone, because only the words are the publisher's.
    return WordChange(_without(before, after), _without(after, before))


def _without(words: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return the *words* that are not among *others*, ignoring years: a new year in a copyright line says nothing
    new.
    """
    known = {_YEAR.sub("", other) for other in others}
    return tuple(dict.fromkeys(one for one in words if _YEAR.sub("", one) not in known))


def _row_of(connection: sqlite3.Connection, publisher: str, statement: Statement) -> int:
    """Return the row id of a statement; add the statement if it is new."""
    named = (publisher, statement.place.value, statement.language or "", statement.words)
    found = connection.execute(
        "SELECT id FROM statement WHERE publisher = ? AND place = ? AND language = ? AND words = ?", named
    ).fetchone()
    if found is not None:
        return int(found[0])
    cursor = connection.execute("INSERT INTO statement (publisher, place, language, words) VALUES (?, ?, ?, ?)", named)
    return int(cursor.lastrowid or 0)


def _open(connection: sqlite3.Connection, holder: str, row: int, *, place: int, statement: Statement, at: str) -> None:
    pointed = evidence.write(connection, statement.evidence)
    # At least one row (see `_rule`).
    rules: tuple[Term | None, ...] = statement.terms or (None,)
    reach = of_statement(connection, statement)
    connection.executemany(
        f"""INSERT INTO term (holder, item, statement, first_seen, position, number, {_RULE}, reach, last_confirmed,
        evidence) VALUES (?, ?, ?, ?, ?, ?, {", ".join("?" * 10)}, ?, ?, ?)""",
        [
            (
                holder,
                # robots.txt and the like are not items, which the foreign key would require.
                None if statement.place is StatementPlace.SITE_POLICY else holder,
                row,
                at,
                place,
                number,
                *_rule(term),
                reach,
                at,
                pointed,
            )
            for number, term in enumerate(rules)
        ],
    )


def move(connection: sqlite3.Connection, item: str, target: str) -> None:
    """Move the terms of *item* to *target*, after its own."""
    (start,) = connection.execute(
        "SELECT coalesce(max(position), -1) + 1 FROM term WHERE item = ?", (target,)
    ).fetchone()
    connection.execute(
        "UPDATE term SET holder = ?1, item = ?1, position = position + ?2 WHERE holder = ?3", (target, start, item)
    )
    _move_restated(connection, item, target, start)


def drop(connection: sqlite3.Connection, holder: str) -> None:
    """Delete the terms of *holder* with their evidence, and statements that nothing shows any more."""
    _drop_restated(connection, holder)
    pointed = connection.execute("SELECT DISTINCT evidence, statement FROM term WHERE holder = ?", (holder,)).fetchall()
    connection.execute("DELETE FROM term WHERE holder = ?", (holder,))
    evidence.drop(connection, (row[0] for row in pointed))
    connection.executemany(
        "DELETE FROM statement WHERE id = ? AND NOT EXISTS (SELECT 1 FROM term WHERE term.statement = statement.id)",
        # A statement is stored once for all pages, as long as one of them has a term of it.
        [(row,) for row in sorted({row[1] for row in pointed})],
    )


# ── Where words are in the captures of later editions ───────────────────────────────────────────────────────────────


# A term refers to the first capture with its words. For a later edition, the words are quoted from the capture from
# which that edition was read.


def restate(connection: sqlite3.Connection, holder: str, statements: Iterable[Statement], at: str) -> None:
    """Record where a capture at *at*, which opened an edition of *holder*, has the words of its older statements."""
    for statement in statements:
        rows = connection.execute(
            # Only once per instant, because captures from one second may open several editions.
            """SELECT DISTINCT term.first_seen, term.position FROM term JOIN statement ON statement.id = term.statement
            WHERE term.holder = ?1 AND term.superseded IS NULL AND term.first_seen < ?2 AND statement.place = ?3
            AND statement.language = ?4 AND statement.words = ?5 AND NOT EXISTS (SELECT 1 FROM restated AS held
            WHERE held.holder = term.holder AND held.first_seen = term.first_seen
            AND held.position = term.position AND held.at = ?2)""",
            (holder, at, statement.place.value, statement.language or "", statement.words),
        ).fetchall()
        for first_seen, position in rows:
            pointed = evidence.write(connection, statement.evidence)
            connection.execute(
                "INSERT INTO restated (holder, first_seen, position, at, evidence) VALUES (?, ?, ?, ?, ?)",
                (holder, first_seen, position, at, pointed),
            )


def _move_restated(connection: sqlite3.Connection, holder: str, target: str, start: int) -> None:
    """Move the rows of *holder* to *target*, where its terms now begin at position *start*."""
    connection.execute(
        "UPDATE restated SET holder = ?1, position = position + ?2 WHERE holder = ?3", (target, start, holder)
    )


def _drop_restated(connection: sqlite3.Connection, holder: str) -> None:
    """Delete the rows of *holder* with their evidence."""
    rows = connection.execute("SELECT evidence FROM restated WHERE holder = ?", (holder,)).fetchall()
    connection.execute("DELETE FROM restated WHERE holder = ?", (holder,))
    evidence.drop(connection, (row[0] for row in rows))


# ── Reading back ────────────────────────────────────────────────────────────────────────────────────────────

# The row of evidence for a ``term`` as shown at *:at* (now if NULL).
_SHOWN = """coalesce((SELECT restated.evidence FROM restated WHERE restated.holder = term.holder
    AND restated.first_seen = term.first_seen AND restated.position = term.position
    AND (:at IS NULL OR restated.at <= :at) ORDER BY restated.at DESC LIMIT 1), term.evidence)"""
_READ = f"""SELECT term.first_seen, term.last_confirmed, term.superseded, statement.place,
    statement.language, statement.words,
    {evidence.COLUMNS.format("evidence")}, {_RULE}, term.position, term.holder, term.statement,
    number FROM term
    JOIN statement ON statement.id = term.statement JOIN evidence ON evidence.id = """
READ, READ_SHOWN = f"{_READ}term.evidence", f"{_READ}{_SHOWN}"
"""Terms with evidence: READ from the first capture with the words, READ_SHOWN from the edition shown at *:at*."""


class Printed(NamedTuple):
    """A statement on the page of an item, and its row in the table of statements."""

    row: int
    held: ItemTerm


def of_items(connection: sqlite3.Connection, items: Sequence[str], at: str | None) -> dict[str, list[Printed]]:
    """Return the statements on the page of each of *items* at *at* (now if None), in the order of their rows."""
    holding = "superseded IS NULL"
    if at is not None:
        holding = "term.first_seen <= :at AND (superseded IS NULL OR superseded > :at)"
    rows = connection.execute(
        f"""{READ_SHOWN} WHERE item IN (SELECT value FROM json_each(:items)) AND {holding}
        ORDER BY holder, term.first_seen, term.position, number""",
        {"items": json.dumps(items), "at": at},
    ).fetchall()
    found: dict[str, list[Printed]] = {}
    # A statement may have several terms, one row each, with the same interval and position.
    for (holder, _, _), group in groupby(rows, key=lambda row: (row[24], row[0], row[23])):
        one = list(group)
        found.setdefault(holder, []).append(Printed(one[0][25], read_group(one)))
    return found


def every(connection: sqlite3.Connection, publisher: str | None = None) -> list[StatementRecord]:
    """Return the statements of *publisher* (all if None), those on most items first.

    Statements that only withheld items have are left out.
    """
    rows = connection.execute(
        # In force while one page shows it; for a terms page, all items in its reach are counted.
        f"""SELECT statement.id, statement.publisher, min(first_seen), max(last_confirmed),
        CASE WHEN sum(superseded IS NULL) > 0 THEN NULL ELSE max(superseded) END,
        CASE WHEN sum(superseded IS NULL) > 0 AND statement.place IN ('terms page', 'site policy')
        THEN (SELECT count(*) FROM item WHERE item.publisher = statement.publisher
            AND (sum(superseded IS NULL AND reach IS NOT NULL) = 0 OR {HOLDS}))
        ELSE count(DISTINCT CASE WHEN superseded IS NULL THEN item END) END AS showing
        FROM statement JOIN term ON term.statement = statement.id WHERE (?1 IS NULL OR statement.publisher = ?1)
        AND EXISTS (SELECT 1 FROM term AS said LEFT JOIN item AS says ON says.id = said.item
            WHERE said.statement = statement.id AND says.{SHOWN})
        GROUP BY statement.id ORDER BY showing DESC, statement.publisher, statement.words, statement.place""",
        (publisher,),
    ).fetchall()
    return [
        StatementRecord(
            row[1],
            first(connection, row[0]),
            from_text(row[2]),
            from_text(row[3]),
            maybe_instant(row[4]),
            row[5],
        )
        for row in rows
    ]


def is_hidden(connection: sqlite3.Connection, publisher: str, words: str) -> bool:
    """Say whether only withheld items ever had these *words* of *publisher*; such words are shown nowhere."""
    # False if nothing has them at all: a decision on words that have disappeared is still shown.
    return _shown(connection, publisher, words) is False


def is_shown(connection: sqlite3.Connection, publisher: str, words: str) -> bool:
    """Say whether an item that may be shown ever had these *words* of *publisher*; False if nothing has them."""
    return _shown(connection, publisher, words) is True


def _shown(connection: sqlite3.Connection, publisher: str, words: str) -> bool | None:
    (shown,) = connection.execute(
        f"""SELECT max(says.{SHOWN}) FROM statement JOIN term ON term.statement = statement.id
        LEFT JOIN item AS says ON says.id = term.item WHERE statement.publisher = ? AND statement.words = ?""",
        (publisher, words),
    ).fetchone()
    return None if shown is None else bool(shown)


def printed(connection: sqlite3.Connection) -> Iterator[tuple[str, Statement]]:
    """Yield the statements that some page prints now, with the publisher, except those only on withheld items.

    The number of items is not counted, because that would take time in proportion to all items.
    """
    rows = connection.execute(
        f"""SELECT statement.id, statement.publisher FROM statement WHERE EXISTS (SELECT 1 FROM term AS said
        WHERE said.statement = statement.id AND said.superseded IS NULL) AND EXISTS (SELECT 1 FROM term AS said
        LEFT JOIN item AS says ON says.id = said.item WHERE said.statement = statement.id AND says.{SHOWN})
        ORDER BY statement.id"""
    ).fetchall()
    for row, publisher in rows:
        yield publisher, first(connection, row)


def first(connection: sqlite3.Connection, row: int) -> Statement:
    """Return the statement in *row* of its table, as on the item or page that first had it."""
    rows = connection.execute(
        f"""{READ} WHERE term.statement = ?1 AND (holder, first_seen, position) = (SELECT holder, first_seen, position
        FROM term WHERE statement = ?1 ORDER BY first_seen, holder, position LIMIT 1) ORDER BY number""",
        (row,),
    ).fetchall()
    return read_group(rows).statement


def read_group(rows: list[tuple[Any, ...]]) -> ItemTerm:
    """Make a statement with its interval from its *rows*, one per term, as selected by READ."""
    first = rows[0]
    # READ selects interval and statement first, then the evidence (6 to 12), the rule (13 to 22), position (23),
    # holder (24), the row of the statement (25) and the term's number in it (26).
    stands: Evidence = evidence.read(first[6:13])
    terms = tuple([_term(row[13:23]) for row in rows if row[14] is not None])
    statement = Statement(first[5], StatementPlace(first[3]), stands, terms, first[4] or None)
    return ItemTerm(statement, from_text(first[0]), from_text(first[1]), maybe_instant(first[2]))


@lru_cache(maxsize=4096)  # because a site states the same on every page
def _term(row: tuple[Any, ...]) -> Term:
    return Term(
        covers=Covers(row[0]),
        act=Act(row[1]),
        permission=Permission(row[2]),
        rule=row[9],
        duties=tuple(Duty(duty) for duty in json.loads(row[3])),
        noncommercial=bool(row[4]),
        license_id=row[5],
        license_url=row[6],
        contact=row[7],
        credit_words=row[8],
    )
