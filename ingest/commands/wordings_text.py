"""Wordings as text: the words and where they are, the roles read in them (who grants whom what), what a statement
lacks, and what a person may decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import msgspec

from db.identity import statement_id
from db.model.item import Answer, Covers, Evidence, Grade, Item, Permission, Statement, Term, Use
from db.model.json_values import json_values
from db.query.wordings import Lapsed, State, Wording
from db.terms.statements import StatementRecord
from db.terms.verdict import verdict, verdict_of, with_grade
from ingest.cli.console import Console
from ingest.cli.review_text import short
from ingest.cli.terms_text import (
    read_by,
    term_in_words,
    terms_in_words,
    verdict_json,
    verdict_lines,
)
from ingest.progress import counted
from ingest.terms.output import Barred, RolesRead, roles_of

JsonLine = dict[str, object]

_ROLES = ("grantor", "addressee", "object", "act", "limits")


def role_lines(roles: Sequence[RolesRead], *, named: bool = False) -> Iterator[str]:
    """Return the roles clause by clause; a clause's words come first if there are several, or if *named* is set."""
    # Several rules may read the same clause: show its roles once, with each reading below.
    groups = [list(group) for _, group in groupby(roles, key=lambda one: one.words)]
    for group in groups:
        if named or len(groups) > 1:
            yield f"    “{group[0].words}”"
        for name in _ROLES:
            said = dict.fromkeys(words for one in group for words in getattr(one, name))
            yield f"      {name:<10} {', '.join(map(_quoted, said)) or ('none' if name == 'limits' else 'not said')}"
        for one in group:
            yield from (f"      read as    {told}" for told in terms_in_words(one.terms))
            if one.rule:
                sure = ", ".join(grade or "a person has to confirm it" for grade in grades_of(one.terms))
                yield f"      by         the rule “{one.rule}”" + (f": {sure}" if sure else "")
        yield from dict.fromkeys(f"      missing    {what}" for one in group for what in one.missing)


def _quoted(words: str) -> str:
    # A text with a colon is a conclusion about a role and not the publisher's words, so it is not quoted.
    return words if ":" in words else f"“{words}”"


def why_lines(item: Item) -> Iterator[str]:
    """Return the roles read in every statement of an item, and what is missing."""
    yield f"{item.edition.title.value if item.edition.title else item.id}  ({item.id})"
    if not item.terms:
        yield "  The publisher states no terms here. Silence is not a licence."
    for held in item.terms:
        yield f"  “{held.statement.words}”"
        yield f"    {statement_id(item.publisher.id, held.statement.words)}, {held.statement.place}"
        yield from role_lines(roles_of(held.statement))
        yield from read_by(item, held)
    yield from verdict_lines(item)


def why_json(item: Item) -> dict[str, object]:
    """Return the same as JSON values."""
    statements = [
        {
            "statement": statement_id(item.publisher.id, held.statement.words),
            "words": held.statement.words,
            "place": held.statement.place.value,
            "decided": held.statement.decided,
            "roles": [role_json(one) for one in roles_of(held.statement)],
        }
        for held in item.terms
    ]
    verdicts = {use.value: verdict_json(item, verdict_of(item, use)) for use in Use}
    return {"id": item.id, "url": item.url, "statements": statements, "verdicts": verdicts}


def grades_of(terms: Sequence[Term]) -> list[str | None]:
    """Return the grades of the permissions among *terms*, each once; None for one that a person must confirm."""
    granted = (term for term in terms if term.permission in (Permission.PERMITTED, Permission.WITH_DUTIES))
    return list(dict.fromkeys(term.grade.value if term.grade else None for term in granted))


def wording_why(record: StatementRecord, *, as_json: bool) -> Iterator[str]:
    """Return the roles in one statement of a publisher, as lines or as one line of JSON."""
    roles = roles_of(record.statement)
    if as_json:
        told: JsonLine = {"statement": record.id, "publisher": record.publisher, "words": record.statement.words}
        told |= {"place": record.statement.place.value, "decided": record.statement.decided}
        yield msgspec.json.encode({**told, "roles": [role_json(one) for one in roles]}).decode()
        return
    yield f"“{record.statement.words}”"
    yield f"    {record.id}, {record.statement.place}, {counted(record.items, 'item')}"
    yield from role_lines(roles)
    made = record.decided
    if made is not None and made.confirms:
        yield f"    confirmed by {made.by} on {made.made:%Y-%m-%d}"
    elif made is not None:
        yield f"    read otherwise by {made.by} on {made.made:%Y-%m-%d}: {', '.join(made.values) or 'nothing of reuse'}"


def typed_json(missed: Sequence[Barred], roles: Sequence[RolesRead]) -> Iterator[JsonLine]:
    """Return how typed words were read: the roles of each clause with the rule that read it, and the barred rules."""
    for role in roles:
        terms = [term_in_words(term) for term in role.terms]
        yield {"words": role.words, "rule": role.rule, "terms": terms, "roles": role_json(role)}
    for other in missed:
        yield {"words": other.words, "rule": other.rule, "barred_by": list(other.bars)}


def role_json(found: RolesRead) -> JsonLine:
    """Return the roles of one clause as JSON values."""
    built: dict[str, object] = json_values(found)
    return {**built, "grades": grades_of(found.terms)}


def tell_wordings(
    console: Console, found: Sequence[Wording], least: Grade, stands_at: Callable[[Evidence], str]
) -> None:
    """Print the wordings of each publisher.

    *least* is how certain a *yes* must be; *stands_at* returns where words are found.
    """
    for publisher, group in groupby(found, key=lambda one: one.first.publisher):
        wordings = list(group)
        if not console.as_json:
            console.out(f"{publisher}: {counted(len(wordings), 'statement')} about reuse")
        for one in wordings:
            if console.as_json:
                console.out_json(wording_json(one, least, stands_at))
            else:
                console.advise("\n".join(["", *wording_lines(one, least, stands_at)]))
    # Print the totals at the end, where they are visible without scrolling.
    waiting = [one for one in found if one.state(least) is State.WAITS]
    unread = [one for one in found if one.state(least) is State.UNREAD]
    console.talk(
        f"{counted(len(found), 'statement')}: {len(waiting)} waiting for a decision, {len(unread)} not understood"
        if found
        else "No statement about reuse was found. Silence is not a licence."
    )


def wording_lines(one: Wording, least: Grade, stands_at: Callable[[Evidence], str]) -> Iterator[str]:
    """Return a wording as lines: the words, where they are, how they are read, their answer, and possible decisions."""
    first, state = one.first, one.state(least)
    yield f"{one.id}  {state}, {counted(one.items, 'item')}"
    yield f"  “{first.statement.words}”"
    for record in one.statements:
        yield f"    {record.statement.place}, {counted(record.items, 'item')}: {stands_at(record.statement.evidence)}"
    # A decision is about the words, so it is the same in every place.
    made = next((record.decided for record in one.statements if record.decided), None)
    if made is not None:
        reads = "confirmed" if made.confirms else "read"
        yield f"    {reads} by {made.by} on {made.made:%Y-%m-%d}" + (f": {made.because}" if made.because else "")
    if made is not None and not made.confirms:
        yield from (f"      read as    {told}" for told in terms_in_words(one.terms))
        if not one.terms:
            yield "      says nothing of reuse"
    else:
        yield from role_lines(roles_of(first.statement))
    if answer := _answer_alone(first.statement):
        yield f"    by itself  {answer}"
    if state is State.WAITS:
        yield f"    decide     creditline review {one.id} --confirm --by NAME, or --deny"
    elif state is State.UNREAD:
        yield f"    decide     creditline review {one.id} --nothing --by NAME, or say what it permits, asks or forbids"
    elif made is not None:
        yield f"    take back  creditline review --undo {short(made.decision)} --by NAME"


def _answer_alone(statement: Statement) -> str:
    """Return what a statement alone answers, for the text and for the images; "" if it answers nothing."""
    told = []
    for covers in (Covers.TEXT, Covers.IMAGES):
        # Give both, because a licence may forbid commercial use only; a single answer would hide that.
        sold, free = (verdict([statement], covers=covers, commercial=commercial) for commercial in (True, False))
        if sold.answer is not Answer.UNKNOWN or free.answer is not Answer.UNKNOWN:
            other = "" if with_grade(sold) == with_grade(free) else f" (non-commercial: {with_grade(free)})"
            told.append(f"{covers}: {Use.REPUBLISH}: {with_grade(sold)}{other}")
    return "; ".join(told)


def wording_json(one: Wording, least: Grade, stands_at: Callable[[Evidence], str]) -> dict[str, object]:
    """Return a wording as JSON values."""
    first = one.first
    found = verdict([first.statement])
    return {
        "statement": one.id,
        "publisher": first.publisher,
        "words": first.statement.words,
        "state": one.state(least).value,
        "items": one.items,
        "places": [
            {
                "place": record.statement.place.value,
                "items": record.items,
                "stands": stands_at(record.statement.evidence),
                "first_seen": record.first_seen.isoformat(),
                "last_confirmed": record.last_confirmed.isoformat(),
            }
            for record in one.statements
        ],
        "terms": json_values(one.terms),
        "roles": [json_values(role) for role in roles_of(first.statement)],
        "republish": {"answer": found.answer.value, "grade": found.grade, "reading": found.reading},
        "decided": json_values(next((record.decided for record in one.statements if record.decided), None)),
    }


def tell_lapsed(console: Console, found: Sequence[Lapsed]) -> None:
    """Print the decisions that no longer apply to anything."""
    for one in found:
        if console.as_json:
            console.out_json(one.as_json())
        else:
            console.out("\n".join(["", *lapsed_lines(one)]))


def lapsed_lines(one: Lapsed) -> Iterator[str]:
    """Return lines about a decision that no longer applies to anything, and why."""
    why = f"not printed any more since {one.ended:%Y-%m-%d}" if one.ended else "read otherwise now, so it is open again"
    what = "let it be reused" if one.allowed else "decided"
    yield f"{one.statement}  the words are {why}; {one.by} {what} on {one.made:%Y-%m-%d}, which holds for nothing now"
    yield f"  “{one.words}”"
