"""Reuse: what a publisher says about it, the terms read from that, the verdict for a use, and how certain a *yes* is.

Frozen values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.model.claim import Evidence


class Grade(StrEnum):
    """How certain a *yes* is, the most certain first."""

    CONFIRMED = "confirmed"
    """A person confirmed the statement for this publisher."""
    MACHINE_READABLE = "machine-readable"
    """An address or identifier names the licence exactly, and it is clear what the licence applies to."""
    PLAIN = "plain"
    """Prose that leaves no doubt who permits what to whom."""

    def reaches(self, least: Grade) -> bool:
        """Say whether this grade is at least as certain as *least*."""
        ranked = tuple(Grade)
        return ranked.index(self) <= ranked.index(least)


UNNAMED = "CC-unspecified"
"""A Creative Commons licence, but nothing says which one."""

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
"""The rules whose permission is a *yes*. A permission read by any other rule has to be confirmed by a person: a ban
with an exception for credited use, a sentence that nobody need be asked, an answer to a question, a language without
frames."""

LINKED = "named-license"
"""The rule that reads a licence named in a sentence. If the sentence links to it, it counts like a carrier."""


def grade_of_rule(rule: str, license_id: str | None, license_url: str | None) -> Grade | None:
    """Return the grade of a permission read by *rule*, or None if a person has to confirm it."""
    grade = GRADED.get(rule)
    if grade is None or license_id == UNNAMED:
        return None
    # A sentence that links to the licence names it as exactly as a carrier.
    if rule == LINKED and license_id and license_url:
        return Grade.MACHINE_READABLE
    # A carrier that leads to no known licence shows that there is one, but not what it permits.
    return None if grade is Grade.MACHINE_READABLE and license_id is None else grade


class Covers(StrEnum):
    """What a term applies to."""

    TEXT = "text"
    IMAGES = "images"
    DATA = "data"
    SITE = "site"
    """Everything on the page or site, text and images alike."""
    OTHERS = "others' material"
    """Material of third parties, agencies or users on the publisher's site: never the publisher's own text."""


class Act(StrEnum):
    """What a term permits or bans (after the actions of ODRL 2.2)."""

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
    """What a term says about an act."""

    PERMITTED = "permitted"
    WITH_DUTIES = "permitted with duties"
    ASK = "ask"
    PROHIBITED = "prohibited"
    UNSTATED = "not stated"
    """The rule only states duties ("the source must be credited"). They apply to whatever else permits the act."""


class Duty(StrEnum):
    """What a reuser has to do in return, in the order in which duties are printed."""

    ATTRIBUTE = "attribute"
    LINK = "link"
    NOTICE = "notice"
    SHARE_ALIKE = "share alike"
    INFORM = "inform"
    """Tell the publisher about the reuse, before or after it; permission is not needed."""


@dataclass(frozen=True, slots=True)
class Term:
    """One rule read from a statement.

    Attributes:
        duties: what a reuser must do; empty unless permission is WITH_DUTIES or UNSTATED.
        noncommercial: the permission is only for non-commercial use, or the ban only against commercial use.
        license_id: SPDX identifier or LicenseRef, if the statement names a licence.
        license_url: its address, as printed.
        contact: whom to ask, as printed.
        credit_words: the credit that the statement prescribes, as printed.
        rule: the name of our rule that read it.
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
        """The grade of a *yes* based on this term without confirmation; None if a person has to confirm it."""
        return grade_of_rule(self.rule, self.license_id, self.license_url)


class StatementPlace(StrEnum):
    """Where a statement stands, in order of precedence, the nearest to the item first."""

    ITEM_PROSE = "item prose"
    ITEM_CARRIER = "item carrier"
    SECTION = "section"
    TERMS_PAGE = "terms page"
    SITE_FOOTER = "site footer"
    SITE_POLICY = "site policy"
    """A machine-readable file for the whole site: robots.txt, tdmrep.json."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The publisher's words about reuse in one place, and the terms read from them.

    A statement without terms is *unread*: it looks like terms, but no rule understands it. It is kept, never dropped.

    Attributes:
        decided: the id of the decision by which a person interpreted it or confirmed its reading. If there are no
        terms,
            the person found that it says nothing about reuse.
    """

    words: str
    place: StatementPlace
    evidence: Evidence
    terms: tuple[Term, ...] = ()
    language: str | None = None
    decided: str | None = None

    @property
    def is_unread(self) -> bool:
        """Whether neither a rule nor a person has interpreted it."""
        return not self.terms and self.decided is None

    @property
    def is_silent(self) -> bool:
        """Whether a person found that it says nothing about reuse."""
        return not self.terms and self.decided is not None

    @property
    def has_a_say(self) -> bool:
        """Whether it can decide a use: it is for people, and no person found that it says nothing about reuse."""
        return not self.is_for_machines and not self.is_silent

    @property
    def is_for_machines(self) -> bool:
        """Whether it decides no use: it only concerns mining, or is in a machine-readable file."""
        # Statements about mining also occur on pages for people; they do not decide any of our uses.
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
        """Whether the use is allowed, with or without duties."""
        return self in (Answer.YES, Answer.WITH_DUTIES)


class Confidence(StrEnum):
    """How reliable the reading of the deciding terms is. Fixed criteria decide this."""

    HIGH = "high"
    """Each of them names a licence exactly, or a person interpreted it or confirmed its reading."""
    MEDIUM = "medium"
    """Prose that a rule has read."""
    LOW = "low"
    """Statements disagree, words that look like terms were not understood, the licence was not named exactly, or
    nothing about reuse was found; and no person has decided."""


class ReviewState(StrEnum):
    """Whether a person should check, or has checked, what decides."""

    NONE = "not needed"
    WANTED = "wanted"
    DECIDED = "decided"
    """A person interpreted every deciding statement, or found that none of them concerns reuse."""


@dataclass(frozen=True, slots=True)
class IntendedUse:
    """The use that a person has in mind: what to do, and with what.

    Attributes:
        commercial: for sale, with advertising, or by a business; the default.
    """

    use: Use = Use.REPUBLISH
    covers: Covers = Covers.TEXT
    # The stricter default: an undescribed use must not count as harmless.
    commercial: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a use is allowed, and the terms that decide it.

    Attributes:
        because: pairs of statement and term, the deciding ones first.
        conflict: whether statements disagreed; the stricter one was applied.
        grade: how certain a *yes* is; None for every other answer.
        reading: for *ask*: the answer if a person confirmed the statements; None if, as read, they permit nothing.
        license_id: the licence that decides, as the statement names it; None if no named licence decides.
        credit_words: the credit that the deciding terms prescribe, as printed.
        contacts: whom to ask according to the statements, as printed, the deciding ones first.
        confidence: LOW if nothing is stated.
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
        """Whether the use is allowed, with or without duties."""
        return self.answer.is_yes

    def is_handed_out(self, least: Grade) -> bool:
        """Whether this is a *yes* of at least this grade."""
        return self.grade is not None and self.grade.reaches(least)

    def waits(self, least: Grade) -> bool:
        """Whether one decision by a person could make this a *yes* of at least this grade."""
        return self.reading is not None or (self.is_yes and not self.is_handed_out(least))

    @property
    def to_confirm(self) -> tuple[Statement, ...]:
        """The statements each of which, if a person confirmed it, would make this a confirmed *yes*."""
        if self.grade is Grade.CONFIRMED or (self.grade is None and self.reading is None):
            return ()
        granting = (Permission.PERMITTED, Permission.WITH_DUTIES)
        found = (one for one, term in self.because if term.permission in granting and one.decided is None)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class ItemTerm:
    """A statement as it applies to an item, over an interval.

    Attributes:
        first_seen, last_confirmed: the first and the latest capture of the item with this statement.
        superseded: when a later capture lacked it; None while it still applies.
        replaced: when other pages, read later, began to print other words in its place; None if none did.
    """

    statement: Statement
    first_seen: datetime
    last_confirmed: datetime
    superseded: datetime | None = None
    replaced: datetime | None = None
