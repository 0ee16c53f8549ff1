"""Output: what is shown for words alone: their terms as flat fields, what barred a rule, and the roles as read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.errors import CreditlineError, Exit
from db.model.item import Act, Covers, Duty, Permission, Statement, Term
from db.model.terms import UNNAMED
from ingest.terms.clause_reader import Fired, clauses, plain
from ingest.terms.folding import fold
from ingest.terms.licenses import UNNAMED_RULE
from ingest.terms.prose import read_wording, why
from ingest.terms.roles import OF_SOME
from ingest.terms.sentences import as_printed, sentences
from ingest.terms.vocabulary import vocabulary

_GRANTED = (Permission.PERMITTED, Permission.WITH_DUTIES)
_WITHHELD = (Permission.ASK, Permission.PROHIBITED)
# The acts that republishing needs. A ban of adapting alone leaves it open.
_WHOLE = (Act.REPRODUCE, Act.DISTRIBUTE, Act.USE)
_CHANGES = (Act.ADAPT, Act.TRANSLATE)
_GIVEN = ("commercial-use-asked", "non-commercial-only", "not-for-commercial-use", "personal-use-only")
_NO_NEED_TO_ASK = ("all-rights-reserved", "personal-use-only", "images-left-out", UNNAMED_RULE)


class BadStatement(CreditlineError, ValueError):
    """A line is not a statement that can be read."""

    code = Exit.USAGE


def read_alone(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield ``{"id", "reading"}`` for each line of JSON with an id and a text, in order.

    Raises:
        BadStatement: a line is not such an object; the message says which.
    """
    for number, line in enumerate(lines, 1):
        # An empty line at the end of a file is fine.
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadStatement(f"line {number} is not JSON ({error})") from error
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
            raise BadStatement(f"line {number} has no id or no text")
        yield {"id": row["id"], "reading": reading_fields(read_wording(row["text"]))}


def reading_fields(terms: Sequence[Term]) -> dict[str, Any]:
    """Return what *terms* state, as flat fields; permits_text_reuse is None if they say nothing about the text.

    Duties, licence and contact are given whatever they are about; ``covers`` says what that is.
    """
    about = [term for term in terms if term.covers in (Covers.TEXT, Covers.SITE)]
    duties = {duty for term in terms for duty in term.duties}
    permits = _permits(about)
    return {
        "permits_text_reuse": permits,
        "requires_credit": bool(duties & {Duty.ATTRIBUTE, Duty.LINK}),
        "requires_link": Duty.LINK in duties,
        "noncommercial": any(term.noncommercial and not _unnamed(term) for term in about),
        "no_derivatives": _bars_changes(about),
        "share_alike": Duty.SHARE_ALIKE in duties,
        "notice_required": Duty.NOTICE in duties,
        "images_excluded": _excludes_images(terms, about),
        "all_rights_reserved": any(term.rule == "all-rights-reserved" for term in terms),
        "permission_required": _asks(about or terms),
        "permission_contact": next((term.contact for term in terms if term.contact), None),
        "licence_id": next((term.license_id for term in terms if term.license_id), None),
        "scope": _scope(terms, about, permits),
        "act": _acts(about) if permits or _scope(terms, about, permits) == "excerpt" else [],
        "tdm_reserved": any(term.act is Act.MINE and _withheld(term) for term in terms),
        "covers": [cover.value for cover in Covers if any(term.covers is cover for term in terms)],
    }


def _excludes_images(terms: Sequence[Term], about: Sequence[Term]) -> bool:
    """Return whether images are withheld separately: not with the texts, from changes only, or for some use only."""
    # A ban of everything says nothing about images in particular. Images that may be used at home or unsold are given.
    alike = {(term.rule, term.act) for term in about if _withheld(term)}
    return any(
        _withheld(term) and term.act not in _CHANGES and term.rule not in _GIVEN and (term.rule, term.act) not in alike
        for term in terms
        if term.covers is Covers.IMAGES
    )


def _bars_changes(about: Sequence[Term]) -> bool:
    """Return whether changes are forbidden or to be asked for by themselves, not as one act in a ban of everything."""
    whole = {term.rule for term in about if _withheld(term) and term.act in _WHOLE[:2]}
    barred = (term for term in about if term.act is Act.ADAPT and _withheld(term) and term.rule != "other-use-asked")
    return any(term.rule not in whole for term in barred)


def _scope(terms: Sequence[Term], about: Sequence[Term], permits: bool | None) -> str:
    """Return how far the terms reach: "full", "some-items", "excerpt", "personal", "third-party-content" or "none"."""
    if permits:
        return "full" if any(term.permission in _GRANTED for term in about) else "some-items"
    if any(term.rule == "personal-use-only" for term in about):
        return "personal"
    if any(term.act is Act.EXCERPT and term.permission in _GRANTED for term in about):
        return "excerpt"
    return "third-party-content" if terms and all(term.covers is Covers.OTHERS for term in terms) else "none"


def _acts(about: Sequence[Term]) -> list[str]:
    given = [term for term in about if term.permission in _GRANTED]
    acts = {term.act for term in given}
    # An excerpt is copied and distributed too, and the flat reading has no separate act for it.
    if Act.EXCERPT in acts and not acts & {Act.REPRODUCE, Act.DISTRIBUTE}:
        return ["reproduce", "distribute"]
    # Only licences reliably permit commercial use; prose rarely mentions it.
    sold = any(term.license_id and not term.noncommercial and not _unnamed(term) for term in given)
    named = [act.value for act in (Act.REPRODUCE, Act.DISTRIBUTE, Act.ADAPT) if act in acts]
    return [*named, *(["commercial"] if sold else [])]


def _permits(about: Sequence[Term]) -> bool | None:
    granted = {term.act for term in about if term.permission in _GRANTED}
    banned = [term for term in about if _withheld(term) and not term.noncommercial and term.act in _WHOLE]
    # "Some works" says more than nothing, but a verdict cannot use it, because it is unknown which works are meant.
    if Act.DISTRIBUTE in granted or (not banned and any(term.rule in OF_SOME for term in about)):
        return all(term.rule in _NO_NEED_TO_ASK for term in banned)
    return False if banned or granted else None


def _unnamed(term: Term) -> bool:
    """Return whether the term stands for a licence that is not named exactly, so that its limits are not stated."""
    return term.rule == UNNAMED_RULE or term.license_id == UNNAMED


def _withheld(term: Term) -> bool:
    return term.permission in _WITHHELD


def _asks(terms: Sequence[Term]) -> bool:
    """Return whether something must be asked for; commercial use alone counts only if nothing is permitted."""
    given = any(term.permission in _GRANTED and term.act is Act.DISTRIBUTE for term in terms)
    return any(
        term.permission is Permission.ASK and term.rule not in _NO_NEED_TO_ASK and not (term.noncommercial and given)
        for term in terms
    )


@dataclass(frozen=True, slots=True)
class Barred:
    """A rule that found everything it needs in *words* but did not fire.

    Attributes:
        bars: the concepts that barred it, each with its words.
    """

    rule: str
    words: str
    bars: tuple[str, ...]


def barred(words: str) -> tuple[Barred, ...]:
    """Return the rules that *words* would fire if it were not for something else in them; each once per clause."""
    book = vocabulary()
    folded = " ".join(words.split())
    # The language of the whole, as when reading, because a clause may be too short to tell.
    language = book.language(fold(folded), folded)
    found: dict[Barred, None] = {}
    for span in sentences(folded):
        for clause in clauses(folded[slice(*span)], book, language):
            marks = book.marks(plain(clause), language)
            if clause.rstrip().endswith(("?", "？", "؟")):
                # As when reading: a question permits nothing.
                marks.setdefault("refused", ("?",))
            for rule in book.rules:
                if rule.bars & marks.keys() and all(group & marks.keys() for group in rule.needs):
                    bars = tuple(f"{bar} “{as_printed(marks[bar][0], clause)}”" for bar in marks if bar in rule.bars)
                    found[Barred(rule.name, clause.strip(), bars)] = None
    return tuple(found)


_GRANTOR = ("own",)
_ADDRESSEE = ("some people", "users")
_OBJECT = ("text", "images", "data", "site", "code", "foreign", "other matter")
_ACT = ("distribute", "reproduce", "copy", "use", "adapt", "translate", "quote", "excerpt", "mining")
_LIMITS = (
    *("credit", "credit of origin", "link", "notice", "inform", "unaltered", "same terms", "noncommercial"),
    "unsold",
    *("commercially", "limited", "partial", "excerpt", "whole or part", "on condition", "unless", "without asking"),
    *("ask", "personal", "excepted", "images left out"),
)
_PERMITTING = (Permission.PERMITTED, Permission.WITH_DUTIES)
_EVERYONE = "everyone: nobody is singled out"
_PASSIVE = "the publisher: its own works, and nobody else is named"
_NO_FORM = "it has none of the forms in which it is plain who permits whom what with which work"


@dataclass(frozen=True, slots=True)
class RolesRead:
    """One clause, or a carrier, with the roles read in it.

    Attributes:
        grantor, addressee, object, act, limits: the words for each role, as printed; in our own words if a carrier
            implies the role.
        rule: the rule that read it; "" if none did.
        missing: what it lacks to permit anything or to be understood; () if it lacks nothing.
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
    """Return the roles in *statement* as the rules read them, clause by clause, or as its carrier implies them."""
    found = tuple(roles_in(statement.words))
    rules = {one.rule for one in found}
    read = [term.rule for term in statement.terms if term.rule != statement.decided]  # without what a person decided
    # The terms come from a carrier and not from the words, which are an address or a value.
    if read and rules.isdisjoint(read):
        return (_carried(statement.words, statement.terms),)
    return found


def roles_in(words: str) -> Iterator[RolesRead]:
    """Yield the roles in each clause of *words* that a rule read, then those of other clauses, with what they lack."""
    fired = why(words)
    for one in fired:
        yield _read(one)
    permitting = {rule.name for rule in vocabulary().rules if rule.permission in _PERMITTING}
    read = {one.words for one in fired if any(term.permission in _PERMITTING for term in one.terms)}
    # Each clause is shown once, with its terms; a rule that was barred on the same words adds nothing.
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
    # There is a word for a work, but not for a publisher's work: code, a plot, somebody else's text.
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
    naming = " ".join(hit for concept in _GRANTOR for hit in marks.get(concept, ()))  # "published by" is no act
    acts = said(_ACT, most=3)
    act = tuple(one for one in acts if fold(one) not in naming) or acts
    return RolesRead(words, grantor, addressee, said(_OBJECT), act, said(_LIMITS), rule=rule, terms=terms)


def _carried(words: str, terms: tuple[Term, ...]) -> RolesRead:
    """Return the roles of a carrier: its place makes it the publisher's, and a licence is for everyone."""
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
