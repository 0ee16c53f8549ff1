"""Reuse: what a publisher says about it, the terms read from that, the verdict for a use, and how sure a *yes* is.

Frozen values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.model.claim import Evidence


class Grade(StrEnum):
    """How sure a *yes* is, the surest first."""

    CONFIRMED = "confirmed"
    """A person confirmed the statement for this publisher."""
    MACHINE_READABLE = "machine-readable"
    """A licence is named exactly by an address or identifier, and what it reaches is resolved."""
    PLAIN = "plain"
    """Prose in a form that leaves no doubt who grants whom what."""

    def reaches(self, least: Grade) -> bool:
        """Whether it is as sure as *least*."""
        ranked = tuple(Grade)
        return ranked.index(self) <= ranked.index(least)


UNNAMED = "CC-unspecified"
"""A Creative Commons licence of which nothing says which."""

GRADED: Mapping[str, Grade] = {
    "rel-license": Grade.MACHINE_READABLE,
    "link-header": Grade.MACHINE_READABLE,
    "cc-link": Grade.MACHINE_READABLE,
    "cc-rel": Grade.MACHINE_READABLE,
    "schema-org": Grade.MACHINE_READABLE,
    "metadata": Grade.MACHINE_READABLE,
    "named-license": Grade.PLAIN,
    "grant": Grade.PLAIN,
    "public-domain": Grade.PLAIN,
    "excerpts": Grade.PLAIN,
}
"""The rules whose permission is a *yes*. What any other permits is a reading that a person has to confirm: a ban that
ends where credit is given, a sentence that says that nobody need be asked, an answer to a question, a
language without frames."""

LINKED = "named-license"
"""The rule that reads a licence out of a sentence: with a link of the sentence to it, it is as a carrier."""


def grade_of_rule(rule: str, license_id: str | None, license_url: str | None) -> Grade | None:
    """Return the grade of a permission that *rule* read, or None where it is a reading that wants a person."""
    grade = GRADED.get(rule)
    if grade is None or license_id == UNNAMED:
        return None
    # A sentence that links to the licence names it as exactly as a carrier does.
    if rule == LINKED and license_id and license_url:
        return Grade.MACHINE_READABLE
    # A carrier that leads to no licence we know says that there is one, and not what it permits.
    return None if grade is Grade.MACHINE_READABLE and license_id is None else grade


class Covers(StrEnum):
    """What a term is about."""

    TEXT = "text"
    IMAGES = "images"
    DATA = "data"
    SITE = "site"
    """Everything on the page or site, text and images alike."""
    OTHERS = "others' material"
    """Material of third parties, agencies or users on the publisher's site: never the publisher's own text."""


class Act(StrEnum):
    """What a term lets one do, or not (after the actions of ODRL 2.2)."""

    REPRODUCE = "reproduce"
    DISTRIBUTE = "distribute"
    EXCERPT = "excerpt"
    TRANSLATE = "translate"
    ADAPT = "adapt"
    USE = "use"
    """Any use at all: "may not be used without permission", "all rights reserved"."""
    MINE = "mine"
    """Text and data mining, training of models."""


class Permission(StrEnum):
    """What a rule says of an act."""

    PERMITTED = "permitted"
    WITH_DUTIES = "permitted with duties"
    ASK = "ask"
    PROHIBITED = "prohibited"
    UNSTATED = "not stated"
    """The rule names duties and permits nothing: "the source must be credited". They bind whatever else permits."""


class Duty(StrEnum):
    """What a reuser has to do in return. The order is that in which duties are printed."""

    ATTRIBUTE = "attribute"
    LINK = "link"
    NOTICE = "notice"
    SHARE_ALIKE = "share alike"
    INFORM = "inform"
    """Tell the publisher of the reuse, before or after it; its leave is not needed."""


@dataclass(frozen=True, slots=True)
class Term:
    """One rule read from a statement.

    Attributes:
        duties: what a reuser must do; empty unless permission is WITH_DUTIES or UNSTATED.
        noncommercial: the rule holds for non-commercial use alone (a permission) or against commercial use
            (a ban).
        license_id: SPDX identifier or LicenseRef, where the statement names a licence.
        license_url: its address, as printed.
        contact: whom to ask, as printed.
        credit_words: the credit that the statement prescribes, as printed.
        rule: the name of the rule of ours that read it.
    """

    covers: Covers
    act: Act
    permission: Permission
    rule: str
    duties: tuple[Duty, ...] = ()
    noncommercial: bool = False
    license_id: str | None = None
    license_url: str | None = None
    contact: str | None = None
    credit_words: str | None = None

    @property
    def grade(self) -> Grade | None:
        """How sure a *yes* is that rests on it, if nobody confirmed it; None for a reading that wants a person."""
        return grade_of_rule(self.rule, self.license_id, self.license_url)


class StatementPlace(StrEnum):
    """Where a statement stands; in order of precedence, the nearest to the item first."""

    ITEM_PROSE = "item prose"
    ITEM_CARRIER = "item carrier"
    SECTION = "section"
    TERMS_PAGE = "terms page"
    SITE_FOOTER = "site footer"
    SITE_POLICY = "site policy"
    """A file for machines that holds for the whole site: robots.txt, tdmrep.json."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The publisher's words about reuse in one place, and the terms read from them.

    A statement without terms is *unread*: it sounds like terms, and no rule understands it. It is kept,
    never dropped.

    Attributes:
        decided: the id of the decision by which a person read it, or let the reading stand; without terms, that
            person found that it says nothing of reuse.
    """

    words: str
    place: StatementPlace
    evidence: Evidence
    terms: tuple[Term, ...] = ()
    language: str | None = None
    decided: str | None = None

    @property
    def is_unread(self) -> bool:
        """Whether neither a rule nor a person has read it."""
        return not self.terms and self.decided is None

    @property
    def is_silent(self) -> bool:
        """Whether a person found that it says nothing of reuse."""
        return not self.terms and self.decided is not None

    @property
    def has_a_say(self) -> bool:
        """Whether it can decide a use: it speaks to people, and no person found that it says nothing of reuse."""
        return not self.is_for_machines and not self.is_silent

    @property
    def is_for_machines(self) -> bool:
        """Whether it decides none of the uses: it speaks of mining alone, or stands in a file for machines."""
        # Permissions and bans of mining stand on pages for people too; they decide no use of ours.
        mining = bool(self.terms) and all(term.act is Act.MINE for term in self.terms)
        return mining or self.place is StatementPlace.SITE_POLICY


class Use(StrEnum):
    """What a person wants to do."""

    REPUBLISH = "republish"
    """Whole and unaltered."""
    EXCERPT = "excerpt"
    TRANSLATE = "translate"
    SHORTEN = "shorten"


class Answer(StrEnum):
    YES = "yes"
    WITH_DUTIES = "yes with duties"
    ASK = "ask"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def is_yes(self) -> bool:
        """Whether the use is allowed, on duties or without."""
        return self in (Answer.YES, Answer.WITH_DUTIES)


class Confidence(StrEnum):
    """How much the reading of the terms that decide can be relied on: a rule says so, nobody's feeling."""

    HIGH = "high"
    """Each names a licence exactly, or a person read it or let its reading stand."""
    MEDIUM = "medium"
    """Prose, read by a rule."""
    LOW = "low"
    """Statements disagree, words that sound like terms were not understood, the licence was not named exactly, or
    nothing was found that speaks of reuse; no person decided that."""


class ReviewState(StrEnum):
    """Whether a person should look, or has looked, at what decides."""

    NONE = "not needed"
    WANTED = "wanted"
    DECIDED = "decided"
    """A person read every statement that decides, or found that none of them speaks of reuse."""


@dataclass(frozen=True, slots=True)
class IntendedUse:
    """The use that a person has in mind: what somebody wants to do, and with what.

    Attributes:
        commercial: for sale, with advertising, or by a business; assumed unless said otherwise.
    """

    use: Use = Use.REPUBLISH
    covers: Covers = Covers.TEXT
    # The stricter of both: a use that nobody described is not taken for a harmless one.
    commercial: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a use is allowed, and the terms that say so.

    Attributes:
        because: the terms that decide, each with its statement, the deciding ones first.
        conflict: statements disagreed; the stricter governed.
        grade: how sure a *yes* is; None for every other answer.
        reading: for *ask*: what the statements would answer if a person confirmed them; None where they do not permit
            it as they are read.
        license_id: the licence that decides, as the statement names it; None where words of its own decide.
        credit_words: the credit that the deciding terms prescribe, as printed.
        contacts: whom the statements say to ask, as printed, the deciding ones first.
        confidence: None where nothing is stated.
    """

    use: Use
    covers: Covers
    commercial: bool
    answer: Answer
    duties: tuple[Duty, ...] = ()
    because: tuple[tuple[Statement, Term], ...] = ()
    conflict: bool = False
    license_id: str | None = None
    credit_words: str | None = None
    contacts: tuple[str, ...] = ()
    confidence: Confidence = Confidence.LOW
    review: ReviewState = ReviewState.NONE
    grade: Grade | None = None
    reading: Answer | None = None

    @property
    def is_yes(self) -> bool:
        """Whether the use is allowed, on duties or without."""
        return self.answer.is_yes

    def is_handed_out(self, least: Grade) -> bool:
        """Whether it is a *yes* that is at least so sure."""
        return self.grade is not None and self.grade.reaches(least)

    def waits(self, least: Grade) -> bool:
        """Whether one decision of a person would make it a *yes* that is so sure."""
        return self.reading is not None or (self.is_yes and not self.is_handed_out(least))

    @property
    def to_confirm(self) -> tuple[Statement, ...]:
        """The statements of which one, if a person confirmed it, would make it a confirmed *yes*."""
        if self.grade is Grade.CONFIRMED or (self.grade is None and self.reading is None):
            return ()
        granting = (Permission.PERMITTED, Permission.WITH_DUTIES)
        found = (one for one, term in self.because if term.permission in granting and one.decided is None)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class ItemTerm:
    """A statement as it holds for an item, over an interval.

    Attributes:
        first_seen, last_confirmed: the first and the latest capture of the item that showed it.
        superseded: when a later capture no longer showed it, or None while it stands.
        replaced: when other pages, read since, began to print other words in its place; None where none did.
    """

    statement: Statement
    first_seen: datetime
    last_confirmed: datetime
    superseded: datetime | None = None
    replaced: datetime | None = None
