"""Overlay: an item as it is shown: what was read, with people's decisions applied."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from db.decisions.decisions import deciding, holds_for, terms_set, values_of
from db.instant import from_text
from db.model.decision import Decided, DecidedValue, DecisionField, DecisionKind
from db.model.item import (
    AgentKind,
    Attribution,
    Dated,
    Edition,
    Evidence,
    Item,
    ItemTerm,
    Layer,
    Precision,
    Role,
    Statement,
    Term,
    Words,
)
from db.terms import statements
from db.terms.statements import StatementRecord

# A decision applies to all editions with the same reading of its field; the table `decided` lists them.
_DECIDED = """SELECT decided.edition, decided.field, decided.confirms, decision.id, decision.signer, decision.made,
    decision.because FROM decided JOIN decision ON decision.id = decided.decision
    WHERE decided.edition IN (SELECT value FROM json_each(?)) ORDER BY decided.edition, decided.field"""


def is_decided(connection: sqlite3.Connection, edition: int) -> bool:
    """Say whether a decision applies to the edition in row *edition*."""
    return connection.execute("SELECT 1 FROM decided WHERE edition = ? LIMIT 1", (edition,)).fetchone() is not None


class Overlay:
    """The decisions about *editions* (rows), and about the words of their *publishers*, read once for all of them."""

    def __init__(self, connection: sqlite3.Connection, editions: Iterable[int], publishers: Iterable[str]) -> None:
        self._connection = connection
        rows = connection.execute(_DECIDED, (json.dumps(list(editions)),)).fetchall()
        self._rows = {edition: list(group) for edition, group in groupby(rows, key=itemgetter(0))}
        self._deciding = {one for one in dict.fromkeys(publishers) if _decides_words(connection, one)}

    def over(self, item: Item, edition: int) -> Item:
        """Return *item* with the values set for its edition in row *edition*; evidence is the record of a decision."""
        # Decisions about words apply to every item with these words and belong to no edition.
        terms, of_words = (
            _overlaid(self._connection, item.publisher.id, item.terms)
            if item.publisher.id in self._deciding
            else (item.terms, [])
        )
        found: list[Decided] = []
        shown = replace(item, terms=terms) if of_words else item
        for _, field, confirms, decision, signer, made, because in self._rows.get(edition, ()):
            values = values_of(self._connection, decision)
            held = Decided(
                field=DecisionField(field),
                values=tuple(value.value for value in values),
                was=current_value(item, DecisionField(field)),
                by=signer,
                made=from_text(made),
                decision=decision,
                because=because,
                confirms=bool(confirms),
            )
            found.append(held)
            if not confirms:
                # A confirmation changes nothing that is shown; it only says that somebody checked.
                shown = _with_values(shown, held, values)
        found += of_words
        return replace(shown, decisions=tuple(found)) if found else shown


def current_value(item: Item, field: DecisionField) -> tuple[str, ...]:
    """Return the current value of *field* in *item*, as text."""
    edition = item.edition
    single: dict[DecisionField, Words | Dated | None] = {
        DecisionField.TITLE: edition.title,
        DecisionField.PUBLISHED: edition.published,
        DecisionField.LANGUAGE: item.language,
    }
    if field is DecisionField.AUTHOR:
        return tuple(credit.name for credit in edition.attributions if credit.role is Role.AUTHOR)
    if field is DecisionField.TAGS:
        return tuple(tag.value for tag in item.tags)
    if field is DecisionField.PARTIAL:
        return (edition.partial.value,) if edition.partial else ()
    claim = single.get(field)
    return () if claim is None else (claim.value,)


def _with_values(item: Item, held: Decided, values: Sequence[DecidedValue]) -> Item:
    """Return *item* with the decided *values* instead of what was read."""
    words = [Words(value.value, _evidence(held, value.value)) for value in values]
    edition = item.edition
    match held.field:
        case DecisionField.TITLE:
            return replace(item, edition=replace(edition, title=words[0] if words else None))
        case DecisionField.PUBLISHED:
            dated = [Dated(one.value, one.precision or Precision.DAY, _evidence(held, one.value)) for one in values]
            return replace(item, edition=replace(edition, published=dated[0] if dated else None))
        case DecisionField.LANGUAGE:
            return replace(item, language=words[0] if words else None)
        case DecisionField.TAGS:
            return replace(item, tags=tuple(words))
        case DecisionField.AUTHOR:
            return replace(item, edition=replace(edition, attributions=_credits(edition, held, values)))
        case _:
            return item


def _credits(edition: Edition, held: Decided, values: Sequence[DecidedValue]) -> tuple[Attribution, ...]:
    """Return the attributions with the set ones first, replacing all others in the author role and in any role set."""
    made = [
        Attribution(one.value, _evidence(held, one.value), one.role or Role.AUTHOR, one.kind or AgentKind.PERSON)
        for one in values
    ]
    # Setting the author says nothing about who translated it.
    replaced = {Role.AUTHOR, *(credit.role for credit in made)}
    return (*made, *(credit for credit in edition.attributions if credit.role not in replaced))


def _evidence(held: Decided, words: str) -> Evidence:
    basis = f"decided by {held.by} on {held.made:%Y-%m-%d}"
    return Evidence(words, held.decision, Layer.PERSON, basis=basis)


def _terms_decision(connection: sqlite3.Connection, read: Statement, row: Any) -> Decided:
    """Return the decision about a statement, with the terms it sets and the ones it replaced."""
    confirms = row[1] == DecisionKind.CONFIRM
    return Decided(
        field=DecisionField.TERMS,
        values=() if confirms else tuple(describe_term(term) for term in terms_set(connection, row[0])),
        was=tuple(describe_term(term) for term in read.terms),
        by=row[2],
        made=from_text(row[3]),
        decision=row[0],
        because=row[4],
        confirms=confirms,
        words=read.words,
    )


def _deciding(connection: sqlite3.Connection, publisher: str, read: Statement) -> Any:
    """Return the row of the decision that applies to a statement, or None."""
    row = deciding(connection, publisher, read.words)
    return row if row is not None and holds_for(connection, row, read.terms) else None


def _as_decided(connection: sqlite3.Connection, read: Statement, row: Any) -> Statement:
    # For a confirmation the terms stay as the rule read them, but now a person vouches for them.
    terms = terms_set(connection, row[0]) if row[1] == DecisionKind.SET else read.terms
    return replace(read, terms=terms, decided=row[0])


def overlay_terms(
    connection: sqlite3.Connection, publisher: str, terms: Sequence[ItemTerm]
) -> tuple[tuple[ItemTerm, ...], list[Decided]]:
    """Return *terms* with decisions applied, and these decisions."""
    if not terms or not _decides_words(connection, publisher):
        return tuple(terms), []
    return _overlaid(connection, publisher, terms)


def _decides_words(connection: sqlite3.Connection, publisher: str) -> bool:
    """Say whether there may be decisions about words of *publisher*; about those of most there are none."""
    query = "SELECT 1 FROM decision WHERE publisher = ? AND words IS NOT NULL LIMIT 1"
    return connection.execute(query, (publisher,)).fetchone() is not None


def _overlaid(
    connection: sqlite3.Connection, publisher: str, terms: Sequence[ItemTerm]
) -> tuple[tuple[ItemTerm, ...], list[Decided]]:
    shown, found = [], []
    for held in terms:
        row = _deciding(connection, publisher, held.statement)
        # The publisher has replaced these words elsewhere, so a confirmed permission has ended.
        if held.replaced is not None and row is not None and row[1] == DecisionKind.CONFIRM:
            row = None
        if row is not None:
            found.append(_terms_decision(connection, held.statement, row))
        shown.append(held if row is None else replace(held, statement=_as_decided(connection, held.statement, row)))
    return tuple(shown), found


def statements_of(connection: sqlite3.Connection, publisher: str | None = None) -> list[StatementRecord]:
    """Return the statements of *publisher* (all if None) with decisions applied, and these decisions."""
    shown = []
    for record in statements.every(connection, publisher):
        row = _deciding(connection, record.publisher, record.statement)
        made = None if row is None else _terms_decision(connection, record.statement, row)
        read = record.statement if row is None else _as_decided(connection, record.statement, row)
        shown.append(replace(record, statement=read, decided=made))
    return shown


def is_statement_decided(connection: sqlite3.Connection, publisher: str, read: Statement) -> bool:
    """Say whether a decision applies to a statement of *publisher*, as the rules *read* it."""
    return _deciding(connection, publisher, read) is not None


def describe_term(term: Term) -> str:
    """Return *term* in a few words: ``text: reproduce: permitted with duties (attribute)``."""
    duties = f" ({', '.join(term.duties)})" if term.duties else ""
    only = ", non-commercial only" if term.noncommercial else ""
    return f"{term.covers}: {term.act}: {term.permission}{duties}{only}"
