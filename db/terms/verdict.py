"""Verdict: from the terms of an item and a use to an answer: yes, yes with duties, ask, no, or unknown. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from db.model.item import (
    Act,
    Answer,
    Confidence,
    Covers,
    Duty,
    Evidence,
    Grade,
    Item,
    Permission,
    ReviewState,
    Statement,
    StatementPlace,
    Term,
    Use,
    Verdict,
)
from db.model.terms import UNNAMED

# Licence identifiers: those of the SPDX list unchanged, a ``LicenseRef`` for all others.

# The names that the readers of terms use: CC-BY, CC-BY-NC-SA-4.0, CC-BY-3.0-PL.
_CREATIVE_COMMONS = re.compile(r"CC-(?P<code>BY(?:-NC)?(?:-ND|-SA)?)(?P<number>-\d\.\d)?(?P<port>-[A-Z]+)?")
_WAIVERS = frozenset({"CC0-1.0"})
# The national versions in the SPDX list.
_PORTED = re.compile(
    r"CC-BY-(?:2\.5-AU|3\.0-(?:AT|AU|DE|IGO|NL|US)|NC-3\.0-DE|NC-ND-3\.0-(?:DE|IGO)|NC-SA-2\.0-(?:DE|FR|UK)"
    r"|NC-SA-3\.0-(?:DE|IGO)|ND-3\.0-DE|SA-2\.0-UK|SA-2\.1-JP|SA-3\.0-(?:AT|DE|IGO))"
)


def spdx(license_id: str) -> str:
    """Return *license_id* if it is in the SPDX list, else a ``LicenseRef`` (SPDX 2.3, clause 10.1).

    Of the identifiers outside the list only Creative Commons ones are known: unnumbered ones and national versions.
    """
    named = _CREATIVE_COMMONS.fullmatch(license_id)
    # The list requires a version number, and has only some national versions.
    listed = named is None or (named["number"] and (named["port"] is None or _PORTED.fullmatch(license_id)))
    if listed and license_id != UNNAMED:
        return license_id
    return f"LicenseRef-{license_id}"


def address_of(license_id: str) -> str | None:
    """Return the address of a Creative Commons licence with a version number, or None."""
    named = _CREATIVE_COMMONS.fullmatch(license_id)
    if named is None or not named["number"]:
        return {"CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/"}.get(license_id)
    port = f"{named['port'][1:].lower()}/" if named["port"] else ""
    return f"https://creativecommons.org/licenses/{named['code'].lower()}/{named['number'][1:]}/{port}"


def license_of(found: Verdict, publisher: str) -> str | None:
    """Return the identifier of what permits a use: the named licence, or else an identifier for the publisher's words.

    None if nothing permits it, or if a person has to confirm the permission first.
    """
    if found.reading is not None:
        return None
    if found.license_id is not None:
        return spdx(found.license_id)
    if not found.is_yes:
        return None
    words = found.because[0][0].words
    # Permitting words are a licence of their own, named after the words, so that equal words have equal names.
    return f"LicenseRef-{publisher}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


Said = tuple[Statement, Term]
# A statement without where it stands: words, place, terms, language, decision.
_Content = tuple[str, StatementPlace, tuple[Term, ...], str | None, str | None]
_NOWHERE = Evidence("", "")

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

_PLACES = tuple(StatementPlace)
_GRADES = tuple(Grade)
# The strictest first; the first one found decides.
_STRICT = (Answer.NO, Answer.ASK, Answer.WITH_DUTIES, Answer.YES)
_WHOLE = (Act.REPRODUCE, Act.DISTRIBUTE)
_ALTERING = (Use.TRANSLATE, Use.SHORTEN)

# Republishing is copying and distributing, so both must be permitted.
_GRANTS: dict[Use, tuple[frozenset[Act], ...]] = {
    Use.REPUBLISH: (frozenset(_WHOLE), frozenset({Act.USE})),
    Use.EXCERPT: (frozenset({Act.EXCERPT}), frozenset({Act.USE})),
    Use.TRANSLATE: (frozenset({Act.TRANSLATE}), frozenset({Act.ADAPT})),
    Use.SHORTEN: (frozenset({Act.ADAPT}),),
}
"""For each use: sets of acts, one of which must be completely permitted. Permission to adapt includes translation."""

# For each use: the acts whose ban or need to ask prevents it.
_BANS: dict[Use, frozenset[Act]] = {
    Use.REPUBLISH: frozenset({*_WHOLE, Act.USE}),
    Use.EXCERPT: frozenset({Act.EXCERPT, Act.USE}),
    Use.TRANSLATE: frozenset({*_WHOLE, Act.USE, Act.TRANSLATE, Act.ADAPT}),
    Use.SHORTEN: frozenset({*_WHOLE, Act.USE, Act.ADAPT}),
}


@dataclass(frozen=True, slots=True)
class _Voice:
    """The answer of one statement, and the terms that give it."""

    answer: Answer
    terms: tuple[Said, ...]
    duties: tuple[Duty, ...] = ()
    contradicts: bool = False

    @property
    def grade(self) -> Grade | None:
        """The grade of its *yes*: that of the least certain term behind it."""
        grades = [Grade.CONFIRMED if one.decided else term.grade for one, term in self.terms]
        sure = [grade for grade in grades if grade is not None]
        return max(sure, key=_GRADES.index) if self.answer.is_yes and len(sure) == len(grades) else None


def verdict(
    statements: Iterable[Statement],
    use: Use = Use.REPUBLISH,
    *,
    covers: Covers = Covers.TEXT,
    commercial: bool = True,
) -> Verdict:
    """Return whether *use* is allowed by *statements*; unread statements give no answer.

    The strictest statement wins. *conflict* means that another would have allowed more, or that they name different
    licences. A yes has the grade of the most certain statement behind it; if none is certain by itself, the answer is
    ASK until a person confirms. An act that is not mentioned although others are gives ASK; if nothing is stated, the
    answer is UNKNOWN. The verdict lists the deciding statements first, then the others in order of precedence.
    """
    stated = tuple([statement for statement in statements if not statement.is_for_machines])
    by_words = {one.words: one for one in stated}
    if len(by_words) < len(stated):
        return _verdict(stated, use, covers, commercial)
    # A publisher states the same on every page, so equal statements are weighed once, wherever they stand.
    contents = tuple([(one.words, one.place, one.terms, one.language, one.decided) for one in stated])
    found = _of_contents(contents, use, covers, commercial)
    return replace(found, because=tuple([(by_words[one.words], term) for one, term in found.because]))


@lru_cache(maxsize=4096)
def _of_contents(contents: tuple[_Content, ...], use: Use, covers: Covers, commercial: bool) -> Verdict:
    stated = tuple(
        Statement(words, place, _NOWHERE, terms, language, decided)
        for words, place, terms, language, decided in contents
    )
    return _verdict(stated, use, covers, commercial)


def _verdict(stated: tuple[Statement, ...], use: Use, covers: Covers, commercial: bool) -> Verdict:
    found = _of_use(stated, use, covers, commercial)
    if use is not Use.EXCERPT or found.is_yes or _speaks_of_excerpts(stated, covers):
        return found
    # Permission for the whole includes a part on the same terms, and what prevents the whole prevents the part.
    whole = _of_use(stated, Use.REPUBLISH, covers, commercial)
    return replace(whole, use=use) if whole.is_yes or whole.reading is not None else found


def _speaks_of_excerpts(stated: Sequence[Statement], covers: Covers) -> bool:
    return any(term.act is Act.EXCERPT and _restricts(term, commercial=True) for _, term in _about(stated, covers))


def _of_use(stated: tuple[Statement, ...], use: Use, covers: Covers, commercial: bool) -> Verdict:
    """Return the verdict on one use, from the acts that it involves."""
    # Statements that a person found to say nothing are left out, unless all are such: then that is the ground.
    stated = tuple(one for one in stated if one.has_a_say) or stated
    said = sorted(_about(stated, covers), key=lambda pair: _PLACES.index(pair[0].place))
    voices = [
        voice
        for statement in dict.fromkeys(pair[0] for pair in said)
        # Per statement: if one permits and another forbids, that is a conflict, and the stricter wins.
        if (voice := _voice([pair for pair in said if pair[0] == statement], use, commercial)) is not None
    ]
    bare = [pair for pair in said if pair[1].permission is Permission.UNSTATED]
    asked = Verdict(use, covers, commercial, Answer.UNKNOWN)
    if voices:
        return _weighed(voices, said, bare, asked, stated)
    # If the publisher mentions other reuse but not this one, one has to ask. If it mentions none, the answer is
    # unknown.
    answer = Answer.ASK if _anything_granted(said, commercial) else Answer.UNKNOWN
    duties = _duties(bare) if answer is Answer.ASK else ()
    return _attested(replace(asked, answer=answer, duties=duties, because=tuple(said)), said, stated)


def _weighed(
    voices: Sequence[_Voice], said: Sequence[Said], bare: Sequence[Said], asked: Verdict, stated: Sequence[Statement]
) -> Verdict:
    answer = min((voice.answer for voice in voices), key=_STRICT.index)
    duties = tuple(dict.fromkeys(duty for voice in voices for duty in voice.duties))
    if answer.is_yes:
        # A condition without a permission applies to everything permitted elsewhere.
        duties = tuple(dict.fromkeys((*duties, *_duties(bare))))
        answer = Answer.WITH_DUTIES if duties else Answer.YES
    allows = {voice.answer.is_yes for voice in voices}
    deciding = [pair for voice in voices if _same(voice.answer, answer) for pair in voice.terms]
    others = [pair for voice in voices for pair in voice.terms]
    found = replace(
        asked,
        answer=answer,
        # What is forbidden has no conditions.
        duties=tuple(duty for duty in Duty if duty in duties) if answer is not Answer.NO else (),
        because=tuple(dict.fromkeys((*deciding, *others, *said))),
        # Some terms allow it and others do not, in different statements or within one.
        conflict=len(allows) == 2 or any(voice.contradicts for voice in voices) or _licenses_differ(deciding),
    )
    return _attested(_graded(found, voices, stated), deciding, stated)


def _graded(found: Verdict, voices: Sequence[_Voice], stated: Sequence[Statement]) -> Verdict:
    """Add the grade of a *yes*. Without a grade, the answer becomes *ask*, and the *yes* is kept as the reading that a
    person may confirm.

    A licence is enough by itself. For prose, no other statement may be left that was not understood.
    """
    if not found.is_yes:
        return found
    grade = min((voice.grade for voice in voices if voice.grade is not None), key=_GRADES.index, default=None)
    doubtful = found.conflict or (grade is Grade.PLAIN and any(one.is_unread for one in stated))
    if grade is None or (doubtful and grade is not Grade.CONFIRMED):
        return replace(found, answer=Answer.ASK, reading=found.answer)
    return replace(found, grade=grade)


def _licenses_differ(said: Sequence[Said]) -> bool:
    """Say whether terms name Creative Commons licences with different elements; CC0 has none."""
    ids = {term.license_id for _, term in said if term.license_id}
    named = {one["code"] for license_id in ids if (one := _CREATIVE_COMMONS.fullmatch(license_id)) is not None}
    return len(named | (ids & _WAIVERS)) > 1


def _attested(found: Verdict, deciding: Sequence[Said], stated: Sequence[Statement]) -> Verdict:
    """Add what follows from the deciding terms: licence, prescribed credit, whom to ask, confidence."""
    terms = [term for _, term in deciding]
    contacts = [contact for statement, term in deciding for contact in _contacts(statement, term)]
    # The deciding ones first, then all others that the site names.
    contacts += [contact for statement in stated for term in statement.terms for contact in _contacts(statement, term)]
    return replace(
        found,
        license_id=next((term.license_id for term in terms if term.license_id), None),
        credit_words=next((term.credit_words for term in terms if term.credit_words), None),
        contacts=tuple(dict.fromkeys(contacts)),
        confidence=_confidence(found, deciding, stated),
        review=_review(found, deciding, stated),
    )


def _contacts(statement: Statement, term: Term) -> list[str]:
    """Return whom to ask according to a statement: as it was read, or else the addresses in its words."""
    return [term.contact] if term.contact else _ADDRESS.findall(statement.words)


def _confidence(found: Verdict, deciding: Sequence[Said], stated: Sequence[Statement]) -> Confidence:
    if not any(statement.has_a_say for statement in stated):
        # Only a person can be certain that nothing is stated, because terms may be where nobody looked.
        looked = _review(found, deciding, stated) is ReviewState.DECIDED
        return Confidence.HIGH if looked else Confidence.LOW
    if found.conflict or _open(found, deciding, stated):
        return Confidence.LOW
    if found.grade is not None:
        return Confidence.HIGH if found.grade.reaches(Grade.MACHINE_READABLE) else Confidence.MEDIUM
    sure = all(term.license_id or statement.decided for statement, term in deciding)
    return Confidence.HIGH if sure else Confidence.MEDIUM


def _review(found: Verdict, deciding: Sequence[Said], stated: Sequence[Statement]) -> ReviewState:
    """Return whether review is needed: decided by a person, needed because something is uncertain, or neither."""
    if _open(found, deciding, stated):
        return ReviewState.WANTED
    heard = [statement for statement, _ in deciding] or stated
    return ReviewState.DECIDED if heard and all(one.decided for one in heard) else ReviewState.NONE


def _open(found: Verdict, deciding: Sequence[Said], stated: Sequence[Statement]) -> bool:
    """Say whether something is uncertain and undecided: words not understood, a conflict, a reading without a grade, a
    licence without a name, or statements none of which concerns the question."""
    # A conflict is settled only after a person has interpreted both sides.
    heard = [statement for statement, _ in (found.because if found.conflict else deciding)]
    unnamed = any(term.license_id == UNNAMED for one in heard for term in one.terms)
    unsure = found.conflict or found.reading is not None or unnamed
    undecided = any(one.decided is None for one in heard or stated)
    return any(one.is_unread for one in stated) or (undecided and (unsure or not heard))


def _same(one: Answer, other: Answer) -> bool:
    return one is other or (one.is_yes and other.is_yes)


def _about(statements: Iterable[Statement], covers: Covers) -> Iterator[Said]:
    """Yield the terms about *covers*; a term about the whole site gives way to a narrower one of the same statement."""
    for statement in statements:
        close = [term for term in statement.terms if term.covers is covers]
        wide = [term for term in statement.terms if term.covers is Covers.SITE]
        # "All content is CC BY, except images", "... pictures are CC BY-NC": the narrower rule excludes them from the
        # wider permission, which is not a conflict.
        if covers is not Covers.TEXT and any(term.license_id or _restricts(term, commercial=True) for term in close):
            wide = [term for term in wide if _restricts(term, commercial=True)]
        for term in (*close, *wide):
            # Mining is not one of the uses, so terms about it decide nothing here.
            if term.act is not Act.MINE:
                yield statement, term


def _permits(term: Term, *, commercial: bool) -> bool:
    allowed = term.permission in (Permission.PERMITTED, Permission.WITH_DUTIES)
    return allowed and not (commercial and term.noncommercial)


def _restricts(term: Term, *, commercial: bool) -> bool:
    banned = term.permission in (Permission.ASK, Permission.PROHIBITED)
    return banned and (commercial or not term.noncommercial)


def _anything_granted(said: Sequence[Said], commercial: bool) -> bool:
    return any(
        term.permission in (Permission.PERMITTED, Permission.WITH_DUTIES) or _restricts(term, commercial=commercial)
        for _, term in said
    )


def _voice(said: Sequence[Said], use: Use, commercial: bool) -> _Voice | None:
    """Return one statement's answer about the use; None if it does not mention it."""
    banning = [pair for pair in said if pair[1].act in _BANS[use] and _restricts(pair[1], commercial=commercial)]
    granting = _granting([pair for pair in said if _permits(pair[1], commercial=commercial)], use)
    if banning:
        # The stricter term wins within a statement too.
        worst = any(pair[1].permission is Permission.PROHIBITED for pair in banning)
        banning.sort(key=lambda pair: pair[1].permission is not Permission.PROHIBITED)
        opposed = bool(granting)
        return _Voice(Answer.NO if worst else Answer.ASK, tuple(banning), _duties(banning), opposed)
    if granting:
        duties = _duties(granting)
        # "CC BY or CC BY-NC": which one holds is as open for commerce as otherwise.
        either = _licenses_differ(said)
        return _Voice(Answer.WITH_DUTIES if duties else Answer.YES, tuple(granting), duties, contradicts=either)
    # A permission for other purposes only is a no to this one, not silence.
    barred = _granting([pair for pair in said if _permits(pair[1], commercial=False)], use)
    return _Voice(Answer.NO, tuple(barred)) if barred else None


def _granting(permitting: Sequence[Said], use: Use) -> list[Said]:
    acts = {term.act for _, term in permitting}
    for needed in _GRANTS[use]:
        if needed <= acts:
            return [pair for pair in permitting if pair[1].act in needed]
    return []


def _duties(said: Iterable[Said]) -> tuple[Duty, ...]:
    return tuple(dict.fromkeys(duty for _, term in said for duty in term.duties))


# ── For an item, and as text ────────────────────────────────────────────────────────────────────────────────────────


def verdict_of(item: Item, use: Use, covers: Covers = Covers.TEXT, *, commercial: bool = True) -> Verdict:
    """Return whether *use* of *item* is allowed by the statements that apply to it."""
    return verdict([held.statement for held in item.terms], use, covers=covers, commercial=commercial)


def in_words(found: Verdict) -> str:
    """Return a short verdict: ``yes with duties (attribute, link)``, ``ask [read as: yes]``."""
    duties = f" ({', '.join(found.duties)})" if found.duties else ""
    # The reading is shown in addition to the answer, never instead of it, because nobody has confirmed it.
    said = f"{found.answer}{duties}" if found.reading is None else f"{found.answer} [read as: {found.reading}{duties}]"
    return said + (" [statements disagree]" if found.conflict else "")


def with_grade(found: Verdict) -> str:
    """Return a short verdict, with the grade of a *yes*: ``yes with duties (attribute), plain``."""
    return in_words(found) + (f", {found.grade}" if found.grade else "")
