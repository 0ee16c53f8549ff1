"""Review queue: what wants a person: readings in doubt, fields that are missing, texts that are not whole, words about
reuse that no rule understands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from db.decisions import decisions
from db.decisions.overlay import was
from db.fold.editions import rivals_of
from db.identity import statement_id
from db.model.decision import Decision, DecisionField
from db.model.item import Item, Rival
from db.query import held_items
from db.schema.decision_tables import SETTLES_UNREAD
from db.schema.tables import IN_FORCE
from db.terms import statements as stated
from db.withholding import SHOWN


class Wants(StrEnum):
    """Why something wants a person."""

    DOUBT = "doubt"
    """Witnesses on the page disagree in a way that matters."""
    MISSING = "missing"
    """An article without author or date."""
    PARTIAL = "partial"
    """The text is not whole, or nothing proves that it is."""
    STATEMENT = "statement"
    """It sounds like terms, and no rule understands it."""
    MOVED = "moved"
    """Works of a publisher seem to be at other addresses now; see `db.query.moved`."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing about an item that wants a person.

    Attributes:
        shown: what the catalogue shows, as words; empty for "not stated".
        rivals: what else the page says, for DOUBT.
    """

    why: Wants
    field: DecisionField
    shown: tuple[str, ...]
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemInDoubt:
    """An item with what is asked about its edition in force."""

    item: Item
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class UnreadStatement:
    """Words about reuse that no rule understands and no person has read, and how many items show them."""

    id: str
    publisher: str
    words: str
    items: int


def _asked(why: Wants, field: str, joined: str, holds: str) -> str:
    """The SQL for items about whose edition in force something is asked that nobody has decided."""
    # A decision about the field settles it, for as long as the page reads the same (see `decisions.settle`).
    return f"""SELECT item.id, '{why}' AS why, {field} AS field, edition.published FROM item
        JOIN edition ON edition.item = item.id
        AND edition.opened = {IN_FORCE} {joined}
        WHERE item.{SHOWN} AND (:publisher IS NULL OR item.publisher = :publisher)
        AND (:item IS NULL OR item.id = :item) AND {holds}
        AND NOT EXISTS (SELECT 1 FROM decided WHERE decided.edition = edition.id AND decided.field = {field})"""


# An agency is credited too, and then nobody is missing.
_NAMED = "SELECT 1 FROM attribution WHERE attribution.edition = edition.id AND role IN ('author', 'agency')"
_QUERIES = (
    _asked(Wants.DOUBT, "rival.field", "JOIN rival ON rival.edition = edition.id", "rival.doubt = 1"),
    _asked(Wants.MISSING, "'author'", "", f"item.kind = 'article' AND NOT EXISTS ({_NAMED})"),
    _asked(Wants.MISSING, "'published'", "", "item.kind = 'article' AND edition.published IS NULL"),
    _asked(Wants.PARTIAL, "'partial'", "", "edition.partial IS NOT NULL"),
)
# Questions are asked in this order, the title first.
_FIELDS = tuple(DecisionField)


def items(
    connection: sqlite3.Connection,
    *,
    publisher: str | None = None,
    why: Wants | None = None,
    item: str | None = None,
) -> Iterator[ItemInDoubt]:
    """Yield the items that want a person (of one *publisher*, for one reason, or one *item* alone), those published
    last first.

    Withheld items are left out: nothing goes out of them.
    """
    rows = connection.execute(
        f"""SELECT DISTINCT id, why, field FROM ({" UNION ALL ".join(_QUERIES)}) WHERE :why IS NULL OR why = :why
        ORDER BY published DESC NULLS LAST, id""",
        {"publisher": publisher, "why": why and why.value, "item": item},
    ).fetchall()
    # The rows of an item stand together: they have its one date and its id.
    for item_id, asked in groupby(rows, key=lambda row: str(row[0])):
        found = held_items.by_id(connection, item_id)
        if found is not None:
            yield _in_doubt(connection, found, [(Wants(row[1]), DecisionField(row[2])) for row in asked])


def asked_of(connection: sqlite3.Connection, item: str) -> tuple[DecisionField, ...]:
    """Return the fields of *item* that want a person, each once."""
    found = (question.field for one in items(connection, item=item) for question in one.questions)
    return tuple(dict.fromkeys(found))


def _in_doubt(connection: sqlite3.Connection, item: Item, asked: list[tuple[Wants, DecisionField]]) -> ItemInDoubt:
    lost = rivals_of(connection, item)
    questions = [
        Question(
            why=why,
            field=field,
            shown=was(item, field),
            rivals=tuple(one for one in lost if one.field == field and one.doubt) if why is Wants.DOUBT else (),
        )
        for why, field in sorted(asked, key=lambda pair: (tuple(Wants).index(pair[0]), _FIELDS.index(pair[1])))
    ]
    return ItemInDoubt(item, tuple(questions))


UNREAD = f"""FROM statement JOIN term ON term.statement = statement.id
    LEFT JOIN item ON item.id = term.item
    WHERE term.act IS NULL AND term.superseded IS NULL AND item.{SHOWN}
    AND NOT {SETTLES_UNREAD}"""
"""Statements that no rule understands and no person has read, as some page that may be shown prints them now."""


def statements(connection: sqlite3.Connection, publisher: str | None = None) -> list[UnreadStatement]:
    """Return the words that no rule understands and no person has read, those shown by most items first."""
    rows = connection.execute(
        f"""SELECT statement.publisher, statement.words, count(DISTINCT term.item) AS showing {UNREAD}
        AND (?1 IS NULL OR statement.publisher = ?1) GROUP BY statement.publisher, statement.words
        ORDER BY showing DESC, statement.publisher, statement.words""",
        (publisher,),
    )
    return [UnreadStatement(statement_id(row[0], row[1]), *row) for row in rows]


def showing(connection: sqlite3.Connection, publisher: str, words: str) -> list[str]:
    """Return the items that show these *words* of *publisher* now, those published last first, those that are gone
    last; none that is withheld."""
    rows = connection.execute(
        f"""SELECT DISTINCT item.id, item.gone, search_doc.published FROM statement
        JOIN term ON term.statement = statement.id JOIN item ON item.id = term.item
        LEFT JOIN search_doc ON search_doc.item = item.id
        WHERE statement.publisher = ? AND statement.words = ? AND term.superseded IS NULL AND item.{SHOWN}
        ORDER BY item.gone IS NOT NULL, search_doc.published DESC, item.id""",
        (publisher, words),
    )
    return [row[0] for row in rows]


def made(connection: sqlite3.Connection) -> list[Decision]:
    """Return every decision, the newest first, but those that tell what withheld items alone say."""
    return [one for one in decisions.every(connection) if not _is_hidden(connection, one)]


def _is_hidden(connection: sqlite3.Connection, one: Decision) -> bool:
    if one.publisher and one.words:
        return stated.is_hidden(connection, one.publisher, one.words)
    return one.item is not None and held_items.tombstone(connection, one.item) is not None


def statement(connection: sqlite3.Connection, named: str) -> tuple[str, str] | None:
    """Return publisher and words of the statement with the id *named*, or None."""
    publisher, mark, _ = named.partition("~")
    if not mark:
        return None
    rows = connection.execute("SELECT DISTINCT words FROM statement WHERE publisher = ?", (publisher,))
    # The id is a digest of the words, so it is found by making those of all; a publisher has few statements.
    found = next((row[0] for row in rows if statement_id(publisher, row[0]) == named.lower()), None)
    return None if found is None else (publisher, found)
