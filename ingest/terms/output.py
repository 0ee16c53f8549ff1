"""Terms as the flat reading that people and scorers compare: what is permitted, required, left out."""

from __future__ import annotations

from collections.abc import Sequence

from db.model import Act, Covers, Duty, Permission, Term
from ingest.terms.creative_commons import UNNAMED, UNNAMED_RULE

_GRANTED = (Permission.PERMITTED, Permission.WITH_DUTIES)
_WITHHELD = (Permission.ASK, Permission.PROHIBITED)
_WHOLE = (Act.REPRODUCE, Act.DISTRIBUTE, Act.USE)
_NO_NEED_TO_ASK = ("all-rights-reserved", "personal-use-only", "images-left-out", UNNAMED_RULE)


def reading_fields(terms: Sequence[Term]) -> dict[str, bool | str | None]:
    """What *terms* state, as flat fields; None for permits_text_reuse where they say nothing of the text."""
    about = [term for term in terms if term.covers in (Covers.TEXT, Covers.SITE)]
    duties = {duty for term in terms for duty in term.duties}
    return {
        "permits_text_reuse": _permits(about),
        "requires_credit": bool(duties & {Duty.ATTRIBUTE, Duty.LINK}),
        "requires_link": Duty.LINK in duties,
        "noncommercial": any(term.noncommercial and not _unnamed(term) for term in about),
        "no_derivatives": any(term.act is Act.ADAPT and term.permission is Permission.PROHIBITED for term in about),
        "share_alike": Duty.SHARE_ALIKE in duties,
        "notice_required": Duty.NOTICE in duties,
        "images_excluded": any(_withheld(term) for term in terms if term.covers is Covers.IMAGES),
        "all_rights_reserved": any(term.rule == "all-rights-reserved" for term in terms),
        "permission_required": _asks(about or terms),
        "licence_id": next((term.license_id for term in terms if term.license_id), None),
    }


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
    return any(
        term.permission is Permission.ASK and term.rule not in _NO_NEED_TO_ASK and not term.noncommercial
        for term in terms
    )
