"""Output: what is told of words alone: their terms as the flat reading that is compared, and what barred a rule."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from db.model.item import Act, Covers, Duty, Permission, Term
from db.model.terms import UNNAMED
from ingest.errors import BadStatement
from ingest.terms.clause import clauses, plain
from ingest.terms.licenses import UNNAMED_RULE
from ingest.terms.phrases import fold
from ingest.terms.prose import read_wording
from ingest.terms.sentences import as_printed, sentences
from ingest.terms.vocabulary import vocabulary

_GRANTED = (Permission.PERMITTED, Permission.WITH_DUTIES)
_WITHHELD = (Permission.ASK, Permission.PROHIBITED)
# What republishing needs: a ban of adapting alone leaves it open.
_WHOLE = (Act.REPRODUCE, Act.DISTRIBUTE, Act.USE)
_CHANGES = (Act.ADAPT, Act.TRANSLATE)
_NO_NEED_TO_ASK = ("all-rights-reserved", "personal-use-only", "images-left-out", UNNAMED_RULE)


def read_alone(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Return ``{"id", "reading"}`` for each line of JSON with an id and a text, in their order.

    Raises:
        BadStatement: a line is no such object; it says which.
    """
    for number, line in enumerate(lines, 1):
        # An empty line at the end of a file is no statement.
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadStatement(f"line {number} is no JSON ({error})") from error
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
            raise BadStatement(f"line {number} has no id or no text")
        yield {"id": row["id"], "reading": reading_fields(read_wording(row["text"]))}


def reading_fields(terms: Sequence[Term]) -> dict[str, Any]:
    """What *terms* state, as flat fields; None for permits_text_reuse where they say nothing of the text.

    Duties, licence and contact are told whatever they cover; ``covers`` says what that is.
    """
    about = [term for term in terms if term.covers in (Covers.TEXT, Covers.SITE)]
    duties = {duty for term in terms for duty in term.duties}
    permits = _permits(about)
    return {
        "permits_text_reuse": permits,
        "requires_credit": bool(duties & {Duty.ATTRIBUTE, Duty.LINK}),
        "requires_link": Duty.LINK in duties,
        "noncommercial": any(term.noncommercial and not _unnamed(term) for term in about),
        "no_derivatives": any(term.act is Act.ADAPT and term.permission is Permission.PROHIBITED for term in about),
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
    """Whether images are withheld for themselves, not only together with the texts, and not only from being changed."""
    # A ban of everything says nothing of images in particular.
    alike = {(term.rule, term.act) for term in about if _withheld(term)}
    return any(
        _withheld(term) and term.act not in _CHANGES and (term.rule, term.act) not in alike
        for term in terms
        if term.covers is Covers.IMAGES
    )


def _scope(terms: Sequence[Term], about: Sequence[Term], permits: bool | None) -> str:
    """How far a permission reaches: "full", "excerpt", "personal", "third-party-content" or "none"."""
    if permits:
        return "full"
    if any(term.rule == "personal-use-only" for term in about):
        return "personal"
    if any(term.act is Act.EXCERPT and term.permission in _GRANTED for term in about):
        return "excerpt"
    return "third-party-content" if terms and all(term.covers is Covers.OTHERS for term in terms) else "none"


def _acts(about: Sequence[Term]) -> list[str]:
    given = [term for term in about if term.permission in _GRANTED]
    acts = {term.act for term in given}
    # A part is copied and handed on all the same: the flat reading has no act of its own for that.
    if Act.EXCERPT in acts and not acts & {Act.REPRODUCE, Act.DISTRIBUTE}:
        return ["reproduce", "distribute"]
    # Only a licence is known to let one sell: words seldom say so.
    sold = any(term.license_id and not term.noncommercial and not _unnamed(term) for term in given)
    named = [act.value for act in (Act.REPRODUCE, Act.DISTRIBUTE, Act.ADAPT) if act in acts]
    return [*named, *(["commercial"] if sold else [])]


def _permits(about: Sequence[Term]) -> bool | None:
    granted = {term.act for term in about if term.permission in _GRANTED}
    banned = [term for term in about if _withheld(term) and not term.noncommercial and term.act in _WHOLE]
    if Act.DISTRIBUTE in granted:
        return all(term.rule in _NO_NEED_TO_ASK for term in banned)
    return False if banned or granted else None


def _unnamed(term: Term) -> bool:
    """Whether the term stands for a licence that was not named exactly: its limits are not stated."""
    return term.rule == UNNAMED_RULE or term.license_id == UNNAMED


def _withheld(term: Term) -> bool:
    return term.permission in _WITHHELD


def _asks(terms: Sequence[Term]) -> bool:
    """Whether something must be asked for; commercial use alone counts where nothing is granted."""
    given = any(term.permission in _GRANTED and term.act is Act.DISTRIBUTE for term in terms)
    return any(
        term.permission is Permission.ASK and term.rule not in _NO_NEED_TO_ASK and not (term.noncommercial and given)
        for term in terms
    )


@dataclass(frozen=True, slots=True)
class Barred:
    """A rule that found all it stands on in *words*, and did not fire.

    Attributes:
        bars: the concepts that barred it, each with the words that showed it.
    """

    rule: str
    words: str
    bars: tuple[str, ...]


def barred(words: str) -> tuple[Barred, ...]:
    """The rules that *words* would have fired but for something else they say; each once for a clause."""
    book = vocabulary()
    folded = " ".join(words.split())
    # Of the whole, as in the reading: a clause may be too short to tell its own.
    language = book.language(fold(folded), folded)
    found: dict[Barred, None] = {}
    for span in sentences(folded):
        for clause in clauses(folded[slice(*span)], book, language):
            marks = book.marks(plain(clause), language)
            if clause.rstrip().endswith(("?", "？")):
                # As in the reading: a question permits nothing.
                marks.setdefault("refused", ("?",))
            for rule in book.rules:
                if rule.bars & marks.keys() and all(group & marks.keys() for group in rule.needs):
                    bars = tuple(f"{bar} “{as_printed(marks[bar][0], clause)}”" for bar in marks if bar in rule.bars)
                    found[Barred(rule.name, clause.strip(), bars)] = None
    return tuple(found)
