"""Review queue: what needs a person: doubtful readings, missing fields, incomplete texts, and words about reuse that no
rule understands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from db.decisions import decisions
from db.decisions.overlay import current_value
from db.fold.editions import rivals_of
from db.identity import statement_id
from db.model.decision import Decision, DecisionField
from db.model.item import Item, Rival
from db.query import held_items
from db.schema.decision_tables import SETTLES_UNREAD
from db.schema.tables import IN_FORCE
from db.terms import statements as stated
from db.withholding import SHOWN


class ReviewReason(StrEnum):
    """Why something needs a person."""

    DOUBT = "doubt"
    """Witnesses on the page disagree in a way that matters."""
    MISSING = "missing"
    """An article without author or date."""
    PARTIAL = "partial"
    """The text is incomplete, or nothing proves that it is complete."""
    STATEMENT = "statement"
    """It looks like terms, but no rule understands it."""
    MOVED = "moved"
    """Works of a publisher seem to have moved to other addresses; see `db.query.moved`."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question about an item for a person.

    Attributes:
        shown: what the catalogue shows, as text; empty for "not stated".
        rivals: for DOUBT, what else the page says.
    """

    why: ReviewReason
    field: DecisionField
    shown: tuple[str, ...]
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemInDoubt:
    """An item with the questions about its edition in force."""

    item: Item
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class UnreadStatement:
    """Words about reuse that no rule understands and nobody has interpreted, and the number of items with them."""

    id: str
    publisher: str
    words: str
    items: int


def _asked(why: ReviewReason, field: str, joined: str, holds: str) -> str:
    """Return the SQL for items with an undecided question about their edition in force."""
    # A decision about the field answers the question as long as the page reads the same (see `decisions.settle`).
    return f"""SELECT item.id, '{why}' AS why, {field} AS field, edition.published FROM item
        JOIN edition ON edition.item = item.id
        AND edition.opened = {IN_FORCE} {joined}
        WHERE item.{SHOWN} AND {{asked}} AND {holds}
        AND NOT EXISTS (SELECT 1 FROM decided WHERE decided.edition = edition.id AND decided.field = {field})"""


# If an agency is credited, the author is not missing.
_NAMED = "SELECT 1 FROM attribution WHERE attribution.edition = edition.id AND role IN ('author', 'agency')"
_QUERIES = (
    _asked(ReviewReason.DOUBT, "rival.field", "JOIN rival ON rival.edition = edition.id", "rival.doubt = 1"),
    _asked(ReviewReason.MISSING, "'author'", "", f"item.kind = 'article' AND NOT EXISTS ({_NAMED})"),
    _asked(ReviewReason.MISSING, "'published'", "", "item.kind = 'article' AND edition.published IS NULL"),
    _asked(ReviewReason.PARTIAL, "'partial'", "", "edition.partial IS NOT NULL"),
)
# The order of questions, the title first.
_FIELDS = tuple(DecisionField)


def items(
    connection: sqlite3.Connection,
    *,
    publisher: str | None = None,
    why: ReviewReason | None = None,
    field: DecisionField | None = None,
    item: str | None = None,
) -> Iterator[ItemInDoubt]:
    """Yield the items that need a person (of one *publisher*, for one reason, about one *field*, or a single *item*),
    the latest published first.

    Withheld items are left out, because nothing of them is shown.
    """
    query, given = _doubts(publisher, why, field, item)
    rows = connection.execute(
        f"SELECT DISTINCT id, why, field FROM ({query}) ORDER BY published DESC NULLS LAST, id", given
    ).fetchall()
    # The rows of an item are adjacent, because they share its date and id.
    asked = {
        item_id: [(ReviewReason(row[1]), DecisionField(row[2])) for row in group]
        for item_id, group in groupby(rows, key=lambda row: str(row[0]))
    }
    for found in held_items.by_ids(connection, list(asked)):
        yield _in_doubt(connection, found, asked[found.id])


def count(
    connection: sqlite3.Connection,
    *,
    publisher: str | None = None,
    why: ReviewReason | None = None,
    field: DecisionField | None = None,
) -> int:
    """Return how many items `items` yields."""
    query, given = _doubts(publisher, why, field, None)
    return int(connection.execute(f"SELECT count(DISTINCT id) FROM ({query})", given).fetchone()[0])


def _doubts(
    publisher: str | None, why: ReviewReason | None, field: DecisionField | None, item: str | None
) -> tuple[str, dict[str, str | None]]:
    """Return the SQL for all undecided questions, or those asked for, and its values."""
    # Only the conditions that are asked for: with "or all" in them, one item would mean looking at every item.
    asked = [name for name, value in (("item.id = :item", item), ("item.publisher = :publisher", publisher)) if value]
    query = " UNION ALL ".join(_QUERIES).format(asked=" AND ".join(asked) or "TRUE")
    given = {"publisher": publisher, "why": why and why.value, "field": field and field.value, "item": item}
    narrowed = "(:why IS NULL OR why = :why) AND (:field IS NULL OR field = :field)"
    return f"SELECT * FROM ({query}) WHERE {narrowed}", given


def asked_of(connection: sqlite3.Connection, item: str) -> tuple[DecisionField, ...]:
    """Return the fields of *item* that need a person, each once."""
    found = (question.field for one in items(connection, item=item) for question in one.questions)
    return tuple(dict.fromkeys(found))


def _in_doubt(
    connection: sqlite3.Connection, item: Item, asked: list[tuple[ReviewReason, DecisionField]]
) -> ItemInDoubt:
    """Return the questions about *item* in the order of their kinds and fields, with the rivals in doubt."""
    lost = rivals_of(connection, item)
    questions = [
        Question(
            why=why,
            field=field,
            shown=current_value(item, field),
            rivals=tuple(one for one in lost if one.field == field and one.doubt) if why is ReviewReason.DOUBT else (),
        )
        for why, field in sorted(asked, key=lambda pair: (tuple(ReviewReason).index(pair[0]), _FIELDS.index(pair[1])))
    ]
    return ItemInDoubt(item, tuple(questions))


UNREAD = f"""FROM statement JOIN term ON term.statement = statement.id
    LEFT JOIN item ON item.id = term.item
    WHERE term.act IS NULL AND term.superseded IS NULL AND item.{SHOWN}
    AND NOT {SETTLES_UNREAD}"""
"""Statements that no rule understands and nobody has interpreted, as printed now on a page that may be shown."""


def statements(connection: sqlite3.Connection, publisher: str | None = None) -> list[UnreadStatement]:
    """Return the words that no rule understands and nobody has interpreted, those on most items first."""
    rows = connection.execute(
        f"""SELECT statement.publisher, statement.words, count(DISTINCT term.item) AS showing {UNREAD}
        AND (?1 IS NULL OR statement.publisher = ?1) GROUP BY statement.publisher, statement.words
        ORDER BY showing DESC, statement.publisher, statement.words""",
        (publisher,),
    )
    return [UnreadStatement(statement_id(row[0], row[1]), *row) for row in rows]


def items_showing(connection: sqlite3.Connection, publisher: str, words: str) -> list[str]:
    """Return the items that show these *words* of *publisher* now, the latest published first, gone items last;
    withheld
    items are left out."""
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
    """Return all decisions, the newest first, except those that would reveal words of withheld items."""
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
    # The id is a digest of the words, so try all of them; a publisher has few statements.
    found = next((row[0] for row in rows if statement_id(publisher, row[0]) == named.lower()), None)
    return None if found is None else (publisher, found)
