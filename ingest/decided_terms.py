"""Decided terms: what a person says of a statement, as the flags of ``review`` put it, made into terms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from db.model import Act, Covers, Duty, Permission, Term
from ingest.exits import Exit, Refused
from ingest.terms import licenses
from ingest.terms.named_licenses import named_in
from ingest.terms.vocabulary import vocabulary

if TYPE_CHECKING:
    from ingest.commands.review import Said

_OWN = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
"""A licence that the SPDX list does not have (SPDX 2.3, clause 10.1)."""
_LONGEST_NAME = 6
_TAKEN = (
    "give an SPDX id (CC-BY-4.0, OGL-UK-3.0), a licence's address, or LicenseRef- and a name of letters, digits, . -"
)


def terms_of(said: Said) -> list[Term]:
    """Return the terms that the flags state. Raises `Refused` for an act, a cover or a licence that is none (usage)."""
    named = None if said.license_id is None else license_named(said.license_id)
    permitted = Permission.WITH_DUTIES if said.duties else Permission.PERMITTED
    stated = (
        *((permitted, act) for act in said.permits),
        *((Permission.ASK, act) for act in said.asks),
        *((Permission.PROHIBITED, act) for act in said.forbids),
    )
    found = []
    for permission, words in stated:
        covers, act = _covered(words)
        free = permission is permitted
        found.append(
            Term(
                covers=covers,
                act=act,
                permission=permission,
                rule="",
                duties=tuple(Duty(duty) for duty in said.duties) if free else (),
                noncommercial=said.non_commercial and free,
                license_id=named if free else None,
                contact=said.contact,
                credit_words=said.credit_words if free else None,
            )
        )
    if not found and named:
        raise Refused("a licence alone says not what it permits", "add --permits ACT", Exit.USAGE)
    return found


def _covered(words: str) -> tuple[Covers, Act]:
    covers, mark, act = words.partition(":")
    try:
        return (Covers(covers) if mark else Covers.TEXT), Act(act if mark else covers)
    except ValueError as error:
        hint = f"acts: {', '.join(Act)}; before one may stand {', '.join(f'{one}:' for one in Covers)}"
        raise Refused(f"{words!r} is no act", hint, Exit.USAGE) from error


def license_named(words: str) -> str:
    """Return the identifier of the licence that *words* name: an id, an address, or an id of one's own.

    Raises `Refused` for anything else, and for Creative Commons without saying which (usage).
    """
    if _OWN.fullmatch(words):
        return words
    found = licenses.at(words) or licenses.of_spdx(words)
    if found is None:
        named = named_in(words, vocabulary()) if words.count(" ") <= _LONGEST_NAME else None
        found = named.license if named is not None and named.exact else None
    if found is None:
        raise Refused(f"{words!r} names no licence", _TAKEN, Exit.USAGE)
    return found.license_id
