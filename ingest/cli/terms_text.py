"""Reuse as text: statements with their intervals, verdicts, changes, and the letter that asks for permission."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from db.citation.permission_letter import letter
from db.identity import statement_id
from db.model.item import Act, Covers, Evidence, Grade, Item, ItemTerm, ReviewState, Term, Use, Verdict
from db.model.json_values import json_values
from db.query.terms_history import TermsChange, change_line
from db.terms.statements import StatementRecord
from db.terms.verdict import in_words, license_of, verdict_of
from ingest.cli.evidence_text import span
from ingest.progress import counted


def term_in_words(term: Term) -> str:
    """Return one rule in short: ``text: reproduce: permitted with duties (attribute)``."""
    duties = f" ({', '.join(term.duties)})" if term.duties else ""
    license_id = f" [{term.license_id}]" if term.license_id else ""
    only = ", non-commercial only" if term.noncommercial else ""
    return f"{term.covers}: {term.act}: {term.permission}{duties}{license_id}{only}"


def terms_in_words(terms: Sequence[Term]) -> list[str]:
    """Return rules in short, joining those that differ only in the act: ``text: reproduce, distribute: permitted``."""
    # Give every term the same act, so that terms that are otherwise equal fall together.
    acts: dict[Term, list[str]] = {}
    for term in terms:
        acts.setdefault(replace(term, act=Act.USE), []).append(term.act.value)
    return [term_in_words(one).replace(f" {Act.USE}:", f" {', '.join(named)}:", 1) for one, named in acts.items()]


def terms_of(item: Item, held_in: Callable[[Evidence], str], also: Sequence[ItemTerm], at: datetime) -> list[str]:
    """Return an item's terms at *at*: each statement with its interval and evidence, and the verdict for each use.

    *held_in* returns the capture that holds evidence; *also* are statements that apply too but add no rule.
    """
    lines = [f"{item.edition.title.value if item.edition.title else item.id}  ({item.id})"]
    if not item.terms:
        lines.append("  The publisher states no terms here. Silence is not a licence.")
    for held in item.terms:
        lines += _statement(held, held_in, at)
        lines += read_by(item, held)
    shown = {held.statement.words for held in item.terms}
    lines += [_also(held, held_in, shown) for held in also]
    return lines + verdict_lines(item)


def verdict_lines(item: Item) -> list[str]:
    """Return the verdicts on an item for each use of its text and images, with licence, credit and contact."""
    return [*_verdicts(item, Covers.TEXT), *_verdicts(item, Covers.IMAGES), *_summary(item)]


def _also(held: ItemTerm, held_in: Callable[[Evidence], str], shown: Collection[str]) -> str:
    words = "the same words" if held.statement.words in shown else f"“{held.statement.words}”"
    where = f"{held.statement.place}, {held_in(held.statement.evidence)}, confirmed {held.last_confirmed:%Y-%m-%d}"
    return f"  also, with no further rule: {words}\n    {where}"


def _statement(held: ItemTerm, held_in: Callable[[Evidence], str], at: datetime) -> Iterator[str]:
    """Yield the lines about one statement: words, place, evidence, interval, and the rules read in it."""
    statement = held.statement
    yield f"  “{statement.words}”"
    yield f"    {statement.place}, {span(statement.evidence)} of {held_in(statement.evidence)}"
    yield (
        f"    first seen {held.first_seen:%Y-%m-%d}, last confirmed {held.last_confirmed:%Y-%m-%d}"
        f"{age_text(held.last_confirmed, at)}" + (f", until {held.superseded:%Y-%m-%d}" if held.superseded else "")
    )
    for term in statement.terms:
        yield f"    {term_in_words(term)}"


def read_by(item: Item, held: ItemTerm) -> Iterator[str]:
    """Say who read a statement: a person, or no rule."""
    statement = held.statement
    made = next((one for one in item.decisions if one.words == statement.words), None)
    if made is not None:
        was = "" if made.confirms else f"; the rules read {', '.join(made.was) or 'nothing'}"
        nothing = "" if statement.terms else "says nothing of reuse, "
        yield f"    {nothing}looked at by {made.by} on {made.made:%Y-%m-%d}{was}"
    elif not statement.terms:
        named = statement_id(item.publisher.id, statement.words)
        yield f"    not understood by any rule: read it yourself, and say how it reads: creditline review {named}"


def age_text(confirmed: datetime, at: datetime) -> str:
    """Return how long before *at* terms were confirmed: ``(12 days before)``; "" for less than a day."""
    days = (at - confirmed).days
    return f" ({counted(days, 'day')} before)" if days > 0 else ""


def _verdicts(item: Item, covers: Covers) -> Iterator[str]:
    for_sale = {use: in_words(verdict_of(item, use, covers)) for use in Use}
    otherwise = {use: in_words(verdict_of(item, use, covers, commercial=False)) for use in Use}
    yield f"  {covers}: {', '.join(f'{use}: {told}' for use, told in for_sale.items())}"
    # Few publishers distinguish the two; print the second line only if it differs.
    differing = [f"{use}: {told}" for use, told in otherwise.items() if told != for_sale[use]]
    if differing:
        yield f"  {covers}, non-commercial: {', '.join(differing)}"


def _summary(item: Item) -> Iterator[str]:
    found = verdict_of(item, Use.REPUBLISH)
    if not found.is_yes and found.reading is None:
        # If the answer for commercial use is no, the licence and credit for non-commercial use are still worth showing.
        free = verdict_of(item, Use.REPUBLISH, commercial=False)
        found = free if free.is_yes or free.reading is not None else found
    named = license_of(found, item.publisher.id)
    if named:
        yield f"  licence: {named}"
    if found.credit_words:
        yield f"  credit asked for: {found.credit_words}"
    silent = not any(one.statement.has_a_say for one in item.terms)
    if silent and found.review is ReviewState.DECIDED:
        yield "  nothing is stated: a person found that the words here do not speak of reuse"
    if found.grade:
        yield f"  grade: {found.grade}"
    yield from waiting_lines(found, item.publisher.id)
    if not silent:
        looked = {ReviewState.WANTED: "; a person should look", ReviewState.DECIDED: "; decided by a person"}
        yield f"  confidence: {found.confidence}{looked.get(found.review, '')}"
    yield f"  ask: {'; '.join(found.contacts) or item.publisher.name or item.publisher.url}"


def waiting_lines(found: Verdict, publisher: str) -> Iterator[str]:
    """Say which statements wait for one decision, if it would make a *yes* more certain than a plain sentence does."""
    if not found.waits(Grade.MACHINE_READABLE):
        return
    for statement in found.to_confirm:
        named = statement_id(publisher, statement.words)
        yield f"  waits for one decision: creditline review {named} --confirm --by NAME, or --deny"


def as_json(item: Item) -> dict[str, object]:
    """Return an item's terms and verdicts as JSON values."""

    def told(covers: Covers, *, commercial: bool) -> dict[str, object]:
        return {use.value: verdict_json(item, verdict_of(item, use, covers, commercial=commercial)) for use in Use}

    sides = (Covers.TEXT, Covers.IMAGES)
    return {
        "id": item.id,
        "url": item.url,
        "terms": json_values(item.terms),
        "verdicts": {covers.value: told(covers, commercial=True) for covers in sides},
        "noncommercial": {covers.value: told(covers, commercial=False) for covers in sides},
    }


def verdict_json(item: Item, found: Verdict) -> dict[str, object]:
    """Return a verdict as JSON values."""
    built: dict[str, object] = json_values(found)
    return {**built, "license": license_of(found, item.publisher.id)}


def letter_of(item: Item, found: Verdict, *, language: str | None = None) -> str:
    """Return the letter that asks for permission, as it is sent."""
    told = letter(item, found, language=language)
    return f"To: {told.to}\nSubject: {told.subject}\n\n{told.body}"


def letter_json(item: Item, found: Verdict, *, language: str | None = None) -> dict[str, object]:
    """Return the letter as JSON values, with its item and the requested use."""
    told = asdict(letter(item, found, language=language))
    asked = {"use": found.use.value, "covers": found.covers.value, "commercial": found.commercial}
    return {"id": item.id, "url": item.url, **asked, **told}


def statement_lines(record: StatementRecord) -> list[str]:
    """Return a statement in the publisher's view: its words, where, how often, since when, and how it is read."""
    statement = record.statement
    ended = f", until {record.superseded:%Y-%m-%d}" if record.superseded else ""
    made = record.decided
    who = f" (looked at by {made.by} on {made.made:%Y-%m-%d})" if made else ""
    unread = "says nothing of reuse" if made else "not understood"
    return [
        f"“{statement.words}”",
        f"    {record.id}, {statement.place}, {counted(record.items, 'item')},"
        f" {record.first_seen:%Y-%m-%d} to {record.last_confirmed:%Y-%m-%d}{ended}",
        f"    {'; '.join(term_in_words(t) for t in statement.terms) or unread}{who}",
    ]


def change_lines(change: TermsChange) -> list[str]:
    """Return a change with the removed and added words, and an item that shows it."""
    return [
        change_line(change),
        *(f"    no longer: “{words}”" for words in change.ended),
        *(f"    now: “{words}”" for words in change.started),
        f"    read on {counted(len(change.items), 'item')}, first on {change.items[0]}",
    ]
