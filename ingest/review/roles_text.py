"""Roles told to a person: who grants whom which act with which work, as it was read, and what a statement lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from db.identity import statement_id
from db.model.item import Item, Permission, Term, Use
from db.terms.statements import StatementRecord
from ingest.cli.terms_text import read_by, term_in_words, terms_in_words, verdict_json, verdict_lines, verdict_of
from ingest.progress import counted
from ingest.terms.output import Barred
from ingest.terms.roles_read import RolesRead, roles_of

JsonLine = dict[str, object]

_ROLES = ("grantor", "addressee", "object", "act", "limits")


def role_lines(roles: Sequence[RolesRead], *, named: bool = False) -> Iterator[str]:
    """Tell the roles clause by clause; its words stand above where there are several clauses, or they are *named*."""
    # Several rules may read one clause: its roles are told once, with each reading below.
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
    # With a colon it is what was concluded of a role, and no words of the publisher to be quoted.
    return words if ":" in words else f"“{words}”"


def why_lines(item: Item) -> Iterator[str]:
    """Tell of every statement of an item the roles as they were read, and what is missing."""
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
    """Return how sure the permissions among *terms* are, each once; None for one that a person has to confirm."""
    granted = (term for term in terms if term.permission in (Permission.PERMITTED, Permission.WITH_DUTIES))
    return list(dict.fromkeys(term.grade.value if term.grade else None for term in granted))


def wording_why(record: StatementRecord, *, as_json: bool) -> Iterator[str]:
    """Tell the roles in one statement of a publisher, as lines or as one line of JSON."""
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
    """Return what was read of words that were typed: the roles of each clause with the rule that read it, if one did,
    and the rules that were barred.
    """
    for role in roles:
        terms = [term_in_words(term) for term in role.terms]
        yield {"words": role.words, "rule": role.rule, "terms": terms, "roles": role_json(role)}
    for other in missed:
        yield {"words": other.words, "rule": other.rule, "barred_by": list(other.bars)}


def role_json(found: RolesRead) -> JsonLine:
    """Return the roles of one clause as JSON values."""
    built = msgspec.to_builtins(found)
    assert isinstance(built, dict)
    return {**built, "grades": grades_of(found.terms)}
