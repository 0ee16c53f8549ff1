"""From the terms of an item and a use to an answer: yes, with duties, ask, no, or unknown. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from db.model.item import (
    Act,
    Answer,
    Confidence,
    Covers,
    Duty,
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

# Identifiers of licences: those of the SPDX list as they stand, a ``LicenseRef`` for what the list does not have.

# As the readers of terms name them: CC-BY, CC-BY-NC-SA-4.0, CC-BY-3.0-PL.
_CREATIVE_COMMONS = re.compile(r"CC-(?P<code>BY(?:-NC)?(?:-ND|-SA)?)(?P<number>-\d\.\d)?(?P<port>-[A-Z]+)?")
# The national versions that the SPDX list has.
_PORTED = re.compile(
    r"CC-BY-(?:2\.5-AU|3\.0-(?:AT|AU|DE|IGO|NL|US)|NC-3\.0-DE|NC-ND-3\.0-(?:DE|IGO)|NC-SA-2\.0-(?:DE|FR|UK)"
    r"|NC-SA-3\.0-(?:DE|IGO)|ND-3\.0-DE|SA-2\.0-UK|SA-2\.1-JP|SA-3\.0-(?:AT|DE|IGO))"
)


def spdx(license_id: str) -> str:
    """Return *license_id* where the SPDX list has it, else as a ``LicenseRef`` (SPDX 2.3, clause 10.1).

    Only Creative Commons licences are named beside the list: without a number, and in national versions.
    """
    named = _CREATIVE_COMMONS.fullmatch(license_id)
    # A number is what the list asks for; a national version only where it has that one.
    listed = named is None or (named["number"] and (named["port"] is None or _PORTED.fullmatch(license_id)))
    if listed and license_id != UNNAMED:
        return license_id
    return f"LicenseRef-{license_id}"


def address_of(license_id: str) -> str | None:
    """Return the address of a Creative Commons licence that is named with its number, or None."""
    named = _CREATIVE_COMMONS.fullmatch(license_id)
    if named is None or not named["number"]:
        return {"CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/"}.get(license_id)
    port = f"{named['port'][1:].lower()}/" if named["port"] else ""
    return f"https://creativecommons.org/licenses/{named['code'].lower()}/{named['number'][1:]}/{port}"


def license_of(found: Verdict, publisher: str) -> str | None:
    """Return the identifier of what permits a use: the licence named, else one for the publisher's own words.

    None where nothing permits it, and where somebody has to confirm first that it does.
    """
    if found.reading is not None:
        return None
    if found.license_id is not None:
        return spdx(found.license_id)
    if not found.is_yes:
        return None
    words = found.because[0][0].words
    # Words that permit are a licence of their own, named by themselves: the same words have the same name.
    return f"LicenseRef-{publisher}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


Said = tuple[Statement, Term]

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

_PLACES = tuple(StatementPlace)
_GRADES = tuple(Grade)
# From the strictest: the first that is found governs.
_STRICT = (Answer.NO, Answer.ASK, Answer.WITH_DUTIES, Answer.YES)
_WHOLE = (Act.REPRODUCE, Act.DISTRIBUTE)
_ALTERING = (Use.TRANSLATE, Use.SHORTEN)

# To republish is to copy and to hand out, and needs both.
_GRANTS: dict[Use, tuple[frozenset[Act], ...]] = {
    Use.REPUBLISH: (frozenset(_WHOLE), frozenset({Act.USE})),
    Use.EXCERPT: (frozenset({Act.EXCERPT}), frozenset({Act.USE})),
    Use.TRANSLATE: (frozenset({Act.TRANSLATE}), frozenset({Act.ADAPT})),
    Use.SHORTEN: (frozenset({Act.ADAPT}),),
}
"""For each use the sets of acts of which one must be permitted whole; who may adapt may translate."""

# For each use the acts whose ban, or need of asking, stands in its way.
_BANS: dict[Use, frozenset[Act]] = {
    Use.REPUBLISH: frozenset({*_WHOLE, Act.USE}),
    Use.EXCERPT: frozenset({Act.EXCERPT, Act.USE}),
    Use.TRANSLATE: frozenset({*_WHOLE, Act.USE, Act.TRANSLATE, Act.ADAPT}),
    Use.SHORTEN: frozenset({*_WHOLE, Act.USE, Act.ADAPT}),
}


@dataclass(frozen=True, slots=True)
class _Voice:
    """What one statement answers, and which of its terms say so."""

    answer: Answer
    terms: tuple[Said, ...]
    duties: tuple[Duty, ...] = ()
    contradicts: bool = False

    @property
    def grade(self) -> Grade | None:
        """How sure its *yes* is: as sure as the least sure of the terms that say so."""
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
    """Whether *use* is allowed by what was stated; unread statements answer nothing.

    The strictest statement governs; *conflict* says that another would have allowed more, or that they name different
    licences. A yes is as sure as the surest statement that gives it; one that is not sure by itself is ASK until a
    person confirms it. An act that is not mentioned where others are answers ASK; if nothing is stated at all the
    answer is UNKNOWN.
    Statements are shown with the deciding ones first, then in order of precedence.
    """
    stated = tuple(statement for statement in statements if not statement.is_for_machines)
    found = _of_use(stated, use, covers, commercial)
    if use is not Use.EXCERPT or found.is_yes or _speaks_of_excerpts(stated, covers):
        return found
    # Who may print the whole may print a part, on the same terms; and what is in the way of that is in the way of both.
    whole = _of_use(stated, Use.REPUBLISH, covers, commercial)
    return replace(whole, use=use) if whole.is_yes or whole.reading is not None else found


def _speaks_of_excerpts(stated: Sequence[Statement], covers: Covers) -> bool:
    return any(term.act is Act.EXCERPT and _restricts(term, commercial=True) for _, term in _about(stated, covers))


def _of_use(stated: tuple[Statement, ...], use: Use, covers: Covers, commercial: bool) -> Verdict:
    """The verdict on one use, by the acts that it takes."""
    # What a person found to say nothing is left out, unless all was found to: then that itself is the answer's ground.
    stated = tuple(one for one in stated if one.has_a_say) or stated
    said = sorted(_about(stated, covers), key=lambda pair: _PLACES.index(pair[0].place))
    voices = [
        voice
        for statement in dict.fromkeys(pair[0] for pair in said)
        # Statement by statement: what one permits and another forbids is a conflict, and the stricter governs.
        if (voice := _voice([pair for pair in said if pair[0] == statement], use, commercial)) is not None
    ]
    bare = [pair for pair in said if pair[1].permission is Permission.UNSTATED]
    asked = Verdict(use, covers, commercial, Answer.UNKNOWN)
    if voices:
        return _weighed(voices, said, bare, asked, stated)
    # The publisher speaks of reuse, and not of this: whoever wants it has to ask. Where it speaks of nothing, nobody
    # knows.
    answer = Answer.ASK if _anything_granted(said, commercial) else Answer.UNKNOWN
    duties = _duties(bare) if answer is Answer.ASK else ()
    return _attested(replace(asked, answer=answer, duties=duties, because=tuple(said)), said, stated)


def _weighed(
    voices: Sequence[_Voice], said: Sequence[Said], bare: Sequence[Said], asked: Verdict, stated: Sequence[Statement]
) -> Verdict:
    answer = min((voice.answer for voice in voices), key=_STRICT.index)
    duties = tuple(dict.fromkeys(duty for voice in voices for duty in voice.duties))
    if answer.is_yes:
        # A condition without a permission binds whatever is permitted elsewhere.
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
        # Some allow it and some do not, be it across statements or within one.
        conflict=len(allows) == 2 or any(voice.contradicts for voice in voices) or _licenses_differ(deciding),
    )
    return _attested(_graded(found, voices, stated), deciding, stated)


def _graded(found: Verdict, voices: Sequence[_Voice], stated: Sequence[Statement]) -> Verdict:
    """Say how sure a *yes* is. One that is not sure is *ask*: it stays what the statements read as, for a person to
    confirm.

    A licence speaks for itself; of prose nothing beside it may be left that nobody understands.
    """
    if not found.is_yes:
        return found
    grade = min((voice.grade for voice in voices if voice.grade is not None), key=_GRADES.index, default=None)
    doubtful = found.conflict or (grade is Grade.PLAIN and any(one.is_unread for one in stated))
    if grade is None or (doubtful and grade is not Grade.CONFIRMED):
        return replace(found, answer=Answer.ASK, reading=found.answer)
    return replace(found, grade=grade)


def _licenses_differ(deciding: Sequence[Said]) -> bool:
    """Whether the permissions that decide name licences of Creative Commons with different elements."""
    named = (_CREATIVE_COMMONS.fullmatch(term.license_id) for _, term in deciding if term.license_id)
    return len({one["code"] for one in named if one is not None}) > 1


def _attested(found: Verdict, deciding: Sequence[Said], stated: Sequence[Statement]) -> Verdict:
    """Add what follows from the terms that decide: licence, prescribed credit, whom to ask, how sure it is."""
    terms = [term for _, term in deciding]
    contacts = [contact for statement, term in deciding for contact in _contacts(statement, term)]
    # Those who decide first, then everybody whom the site names.
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
    """Whom a statement says to ask: as it was read, else the addresses that it prints."""
    return [term.contact] if term.contact else _ADDRESS.findall(statement.words)


def _confidence(found: Verdict, deciding: Sequence[Said], stated: Sequence[Statement]) -> Confidence:
    if not any(statement.has_a_say for statement in stated):
        # That nothing is stated is sure only where a person looked: terms may stand where nobody sought them.
        looked = _review(found, deciding, stated) is ReviewState.DECIDED
        return Confidence.HIGH if looked else Confidence.LOW
    if found.conflict or _open(found, deciding, stated):
        return Confidence.LOW
    if found.grade is not None:
        return Confidence.HIGH if found.grade.reaches(Grade.MACHINE_READABLE) else Confidence.MEDIUM
    sure = all(term.license_id or statement.decided for statement, term in deciding)
    return Confidence.HIGH if sure else Confidence.MEDIUM


def _review(found: Verdict, deciding: Sequence[Said], stated: Sequence[Statement]) -> ReviewState:
    """What a person decided is settled; what nobody looked at wants somebody where it is unsure."""
    if _open(found, deciding, stated):
        return ReviewState.WANTED
    heard = [statement for statement, _ in deciding] or stated
    return ReviewState.DECIDED if heard and all(one.decided for one in heard) else ReviewState.NONE


def _open(found: Verdict, deciding: Sequence[Said], stated: Sequence[Statement]) -> bool:
    """Whether something is unsure that no person decided: words not understood, a conflict, a reading that is not sure,
    a licence without a name, statements of which none speaks of what is asked."""
    # A conflict is settled only when a person has read both sides.
    heard = [statement for statement, _ in (found.because if found.conflict else deciding)]
    unnamed = any(term.license_id == UNNAMED for one in heard for term in one.terms)
    unsure = found.conflict or found.reading is not None or unnamed
    undecided = any(one.decided is None for one in heard or stated)
    return any(one.is_unread for one in stated) or (undecided and (unsure or not heard))


def _same(one: Answer, other: Answer) -> bool:
    return one is other or (one.is_yes and other.is_yes)


def _about(statements: Iterable[Statement], covers: Covers) -> Iterator[Said]:
    """The terms about *covers*; a term about the whole site yields to a closer one of the same statement."""
    for statement in statements:
        close = [term for term in statement.terms if term.covers is covers]
        wide = [term for term in statement.terms if term.covers is Covers.SITE]
        # "All content is CC BY, images excepted": the closer rule takes them out of the wider permission, and no
        # conflict follows.
        if covers is not Covers.TEXT and any(_restricts(term, commercial=True) for term in close):
            wide = [term for term in wide if _restricts(term, commercial=True)]
        for term in (*close, *wide):
            # Mining is none of the uses; what is said of it decides nothing here.
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
    """What one statement says of the use; None where it does not mention it."""
    banning = [pair for pair in said if pair[1].act in _BANS[use] and _restricts(pair[1], commercial=commercial)]
    granting = _granting([pair for pair in said if _permits(pair[1], commercial=commercial)], use)
    if banning:
        # Within a statement too the stricter governs.
        worst = any(pair[1].permission is Permission.PROHIBITED for pair in banning)
        banning.sort(key=lambda pair: pair[1].permission is not Permission.PROHIBITED)
        opposed = bool(granting)
        return _Voice(Answer.NO if worst else Answer.ASK, tuple(banning), _duties(banning), opposed)
    if granting:
        duties = _duties(granting)
        return _Voice(Answer.WITH_DUTIES if duties else Answer.YES, tuple(granting), duties)
    # Permitted for other purposes only: that is a no to this one, not silence.
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


# ── Of an item, and in words ────────────────────────────────────────────────────────────────────────────────────────


def verdict_of(item: Item, use: Use, covers: Covers = Covers.TEXT, *, commercial: bool = True) -> Verdict:
    """Return whether *use* of *item* is allowed by the statements that hold for it."""
    return verdict([held.statement for held in item.terms], use, covers=covers, commercial=commercial)


def in_words(found: Verdict) -> str:
    """Return a verdict in short: ``yes with duties (attribute, link)``, ``ask [read as: yes]``."""
    duties = f" ({', '.join(found.duties)})" if found.duties else ""
    # How the words read is shown, and never in the place of the answer: nobody has confirmed it.
    said = f"{found.answer}{duties}" if found.reading is None else f"{found.answer} [read as: {found.reading}{duties}]"
    return said + (" [statements disagree]" if found.conflict else "")


def with_grade(found: Verdict) -> str:
    """Return a verdict in short, a *yes* with what it rests on: ``yes with duties (attribute), plain``."""
    return in_words(found) + (f", {found.grade}" if found.grade else "")
