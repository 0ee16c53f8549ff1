"""Tables and views of people's decisions, and of doubts that call for one; and the CHECK for enumerated columns."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from db.model.decision import DecisionField, DecisionKind
from db.model.item import AgentKind, Precision, Role
from db.withholding import WITHHELD

# Enumerations as CHECK constraints: the column holds the values of an enumeration and nothing else.


def one_of(column: str, values: Iterable[StrEnum]) -> str:
    """Return the CHECK that restricts *column* to *values*; NULL is allowed."""
    # "others' material" contains an apostrophe.
    listed = ", ".join("'" + value.value.replace("'", "''") + "'" for value in values)
    return f"CHECK ({column} IN ({listed}))"


# The tables and views of decisions and doubts.

MOVED = (
    # Keys of addresses. Queried for each page, by the current address.
    """CREATE TABLE moved (
        publisher TEXT NOT NULL, target TEXT NOT NULL, source TEXT NOT NULL,
        decision TEXT NOT NULL REFERENCES decision (id), PRIMARY KEY (publisher, target, source, decision))
        STRICT, WITHOUT ROWID""",
    "CREATE INDEX moved_decision ON moved (decision)",
)

DECISION_TABLES: tuple[str, ...] = (
    # As stated in notes, undone or not. Item ids are those that were used; aliases lead from them to the item.
    f"""CREATE TABLE decision (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL {one_of("kind", DecisionKind)}, made TEXT NOT NULL, signer TEXT NOT
        NULL, because TEXT, item TEXT, edition TEXT, publisher TEXT, words TEXT,
        field TEXT {one_of("field", DecisionField)}, undoes TEXT) STRICT""",
    "CREATE INDEX decision_item ON decision (item) WHERE item IS NOT NULL",
    "CREATE INDEX decision_words ON decision (publisher, words) WHERE words IS NOT NULL",
    "CREATE INDEX decision_undoes ON decision (undoes) WHERE undoes IS NOT NULL",
    # What was set; for a statement one row per term, *value* being the term as JSON.
    f"""CREATE TABLE decision_value (
        decision TEXT NOT NULL REFERENCES decision (id), position INTEGER NOT NULL, value TEXT NOT NULL,
        role TEXT {one_of("role", Role)}, kind TEXT {one_of("kind", AgentKind)},
        precision TEXT {one_of("precision", Precision)}, PRIMARY KEY (decision, position)) STRICT, WITHOUT ROWID""",
    # Which decision applies to which edition.
    f"""CREATE TABLE decided (
        edition INTEGER NOT NULL REFERENCES edition (id), field TEXT NOT NULL {one_of("field", DecisionField)},
        decision TEXT NOT NULL REFERENCES decision (id), confirms INTEGER NOT NULL CHECK (confirms IN (0, 1)),
        PRIMARY KEY (edition, field)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX decided_decision ON decided (decision)",
    *MOVED,
    # Values that were not chosen; a doubt is shown to a person for review.
    f"""CREATE TABLE rival (
        edition INTEGER NOT NULL REFERENCES edition (id), position INTEGER NOT NULL,
        field TEXT NOT NULL {one_of("field", DecisionField)}, value TEXT NOT NULL, witness TEXT NOT NULL,
        because TEXT NOT NULL, doubt INTEGER NOT NULL CHECK (doubt IN (0, 1)),
        evidence INTEGER NOT NULL REFERENCES evidence (id), PRIMARY KEY (edition, position)) STRICT, WITHOUT ROWID""",
)

# As in `decisions.deciding`: the newest decision that set a value, or else the newest confirmation.
SAYS_NOTHING = """EXISTS (SELECT 1 FROM (SELECT made.id, made.kind FROM standing_decision AS made
            WHERE made.publisher = statement.publisher AND made.words = statement.words
            ORDER BY made.kind = 'confirm', made.made DESC, made.id DESC LIMIT 1) AS held
        WHERE (held.kind = 'set' OR term.act IS NULL)
            AND NOT EXISTS (SELECT 1 FROM decision_value WHERE decision_value.decision = held.id))"""
"""Whether a person found that a ``statement`` with its ``term`` says nothing about reuse."""

SETTLES_UNREAD = """EXISTS (SELECT 1 FROM standing_decision AS made
        WHERE made.publisher = statement.publisher AND made.words = statement.words AND (made.kind = 'set'
            OR NOT EXISTS (SELECT 1 FROM decision_value WHERE decision_value.decision = made.id)))"""
"""Whether a person has decided about the words of a ``statement`` that no rule understands. A confirmation is about a
reading, so words that were understood then and are not now are open again."""

DECISION_VIEWS: tuple[str, ...] = (
    """CREATE VIEW standing_decision AS SELECT decision.* FROM decision WHERE decision.kind <> 'undo'
        AND NOT EXISTS (SELECT 1 FROM decision AS undo WHERE undo.undoes = decision.id)""",
    f"""CREATE VIEW decisions AS SELECT
        decision.id, item_alias.item, decision.publisher, decision.words, decision.field, decision.kind,
        (SELECT group_concat(value, '; ') FROM (SELECT decision_value.value FROM decision_value
            WHERE decision_value.decision = decision.id ORDER BY decision_value.position)) AS value,
        decision.signer, decision.made, decision.because,
        (SELECT min(undo.made) FROM decision AS undo WHERE undo.undoes = decision.id) AS undone
        FROM decision LEFT JOIN item_alias ON item_alias.id = decision.item
        WHERE decision.kind <> 'undo' AND NOT EXISTS (SELECT 1 FROM item
            WHERE item.id = item_alias.item AND item.{WITHHELD})""",
)
