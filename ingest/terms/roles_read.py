"""Roles as read: who grants, to whom, which work, which act, within which limits, by the words that show it; and what a
statement lacks to permit anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from db.model.item import Act, Permission, Statement, Term
from ingest.terms.clause import Fired, clauses, plain
from ingest.terms.output import barred
from ingest.terms.phrases import fold
from ingest.terms.prose import why
from ingest.terms.sentences import as_printed, sentences
from ingest.terms.vocabulary import vocabulary

_GRANTOR = ("own",)
_ADDRESSEE = ("some people", "users")
_OBJECT = ("text", "images", "data", "site", "code", "foreign", "other matter")
_ACT = ("distribute", "reproduce", "copy", "use", "adapt", "translate", "quote", "excerpt", "mining")
_LIMITS = (
    *("credit", "credit of origin", "link", "notice", "inform", "unaltered", "same terms", "noncommercial"),
    *("commercially", "limited", "partial", "excerpt", "whole or part", "on condition", "unless", "without asking"),
    *("ask", "personal", "excepted", "images left out"),
)
_PERMITTING = (Permission.PERMITTED, Permission.WITH_DUTIES)
_EVERYONE = "everyone: nobody is singled out"
_PASSIVE = "the publisher: its own works, and nobody else is named"
_NO_FORM = "it has none of the forms in which it is plain who permits whom what with which work"


@dataclass(frozen=True, slots=True)
class RolesRead:
    """One clause, or a carrier, with the roles that were read in it.

    Attributes:
        grantor, addressee, object, act, limits: the words that show each, as printed, or in our own words where
            a carrier says it by what it is.
        rule: what read it; "" where nothing did.
        missing: what it lacks to permit anything, or to be understood at all; () where it lacks nothing.
    """

    words: str
    grantor: tuple[str, ...]
    addressee: tuple[str, ...]
    object: tuple[str, ...]
    act: tuple[str, ...]
    limits: tuple[str, ...]
    rule: str = ""
    terms: tuple[Term, ...] = ()
    missing: tuple[str, ...] = ()


def roles_of(statement: Statement) -> tuple[RolesRead, ...]:
    """Return the roles in *statement* as the rules read it: clause by clause, or as its carrier says them."""
    found = tuple(roles_in(statement.words))
    rules = {one.rule for one in found}
    read = [term.rule for term in statement.terms if term.rule != statement.decided]  # not what a person set
    # Read by a carrier and not out of its words, which are an address or a value.
    if read and rules.isdisjoint(read):
        return (_carried(statement.words, statement.terms),)
    return found


def roles_in(words: str) -> Iterator[RolesRead]:
    """Yield the roles in each clause of *words* that a rule read, then those of others, with what these lack."""
    fired = why(words)
    for one in fired:
        yield _read(one)
    permitting = {rule.name for rule in vocabulary().rules if rule.permission in _PERMITTING}
    read = {one.words for one in fired if any(term.permission in _PERMITTING for term in one.terms)}
    # What was read is told once, with its terms; a rule that was barred on the same words adds nothing.
    told = set(read)
    for missed in barred(words):
        if missed.rule in permitting and missed.words not in told:
            told.add(missed.words)
            yield _missing(missed.words, [f"it is barred by {bar}" for bar in missed.bars])
    for clause, marks in _clauses(words):
        if clause in told or any(clause in one or one in clause for one in read):
            continue
        if any(rule.fires(frozenset(marks)) for rule in vocabulary().rules if rule.name in permitting):
            yield _missing(clause, [_NO_FORM])
        elif not fired:
            yield _missing(clause, [])


def _clauses(words: str) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    book, text = vocabulary(), " ".join(words.split())
    language = book.language(fold(text), text)
    for span in sentences(text):
        for clause in clauses(text[slice(*span)], book, language):
            yield clause.strip(), book.marks(plain(clause), language)


def _read(one: Fired) -> RolesRead:
    return _roles(one.words, dict(one.marks), rule=one.rule, terms=one.terms)


def _missing(clause: str, bars: Iterable[str]) -> RolesRead:
    text = " ".join(clause.split())
    marks = vocabulary().marks(plain(text), vocabulary().language(fold(text), text))
    found = _roles(text, marks)
    named = {"grantor": found.grantor, "object": found.object, "act": found.act}
    lacks = [f"{role}: no words that are known say it" for role, said in named.items() if not said]
    # There is a word for a work, and it is no work of a publisher: code, a plot, somebody else's text.
    if found.object and not {"text", "site", "images", "data"} & marks.keys():
        lacks.append(f"object: “{found.object[0]}” is none of the publisher's texts, as far as is known")
    missing = (*bars, *lacks) or ("whether it permits or forbids",)
    return RolesRead(
        found.words, found.grantor, found.addressee, found.object, found.act, found.limits, missing=missing
    )


def _roles(
    words: str, marks: Mapping[str, tuple[str, ...]], *, rule: str = "", terms: tuple[Term, ...] = ()
) -> RolesRead:
    def said(concepts: Iterable[str], most: int = 1) -> tuple[str, ...]:
        hits = (hit for concept in concepts for hit in marks.get(concept, ())[:most])
        return tuple(dict.fromkeys(as_printed(hit, words) for hit in hits if hit.strip("?… ")))

    grantor, addressee = said(_GRANTOR, most=2), said(_ADDRESSEE) or (_EVERYONE,)
    if grantor:
        works = said(_OBJECT, most=3)
        grantor = tuple(one for one in grantor if one not in works) or (_PASSIVE,)
    naming = " ".join(hit for concept in _GRANTOR for hit in marks.get(concept, ()))  # "published by" names, acts not
    acts = said(_ACT, most=3)
    act = tuple(one for one in acts if fold(one) not in naming) or acts
    return RolesRead(words, grantor, addressee, said(_OBJECT), act, said(_LIMITS), rule=rule, terms=terms)


def _carried(words: str, terms: tuple[Term, ...]) -> RolesRead:
    """The roles of a carrier: it is the publisher's by where it stands, and a licence is for everyone."""
    granted = [term for term in terms if term.permission in _PERMITTING]
    duties = [duty.value for term in granted for duty in term.duties]
    barred_acts = [f"not to {term.act}" for term in terms if term.permission is Permission.PROHIBITED]
    sold = ["non-commercial use alone"] if any(term.noncommercial for term in granted) else []
    acts = [term.act.value for term in granted] or [term.act.value for term in terms if term.act is not Act.MINE]
    return RolesRead(
        words,
        ("the publisher: it stands in the page's own part",),
        (_EVERYONE,),
        tuple(dict.fromkeys(term.covers.value for term in terms)),
        tuple(dict.fromkeys(acts)),
        tuple(dict.fromkeys((*duties, *sold, *barred_acts))),
        rule=terms[0].rule,
        terms=terms,
    )
