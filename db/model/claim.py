"""Claims: what is said of an item, each with the words that say it and the bytes that hold them. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from archive.evidence.passage import Decoding


# The values stand in rows and exports.
class Layer(StrEnum):
    """Which bytes of a capture the ranges of a piece of evidence count."""

    HEAD = "head"
    """The response head as received."""
    ENTITY = "entity"
    """The body with transfer and content coding removed."""
    PDF = "pdf"
    """Page and character span of an extractor's output."""
    PACKAGE = "package"
    """Part and character span of the text of a packed document: EPUB, DOCX, ODT."""
    PERSON = "person"
    """A person's decision: capture names its metadata record; no range."""
    DERIVED = "derived"
    """Computed from the inputs named in *basis*; no range."""


class Evidence(NamedTuple):
    """Where the words of a claim stand, and what decodes them.

    Each page that is read has dozens, and a named tuple is made in a third of the time that a frozen dataclass takes.

    Attributes:
        words: the exact words, white space folded; for DERIVED the value that was computed.
        capture: the id of the capture (or of the metadata record) that holds them. A reader that reads a
            page outside any collection leaves it "".
        ranges: half-open byte ranges in *layer*; empty for PERSON and DERIVED.
        decoding: None for PERSON and DERIVED.
        basis: for DERIVED, what it was computed from, in words; for PDF, the extractor and its version.
    """

    words: str
    capture: str
    layer: Layer = Layer.ENTITY
    ranges: tuple[tuple[int, int], ...] = ()
    decoding: Decoding | None = None
    basis: str | None = None


class Words(NamedTuple):
    """A claim whose value is a string: a title, a tag, a section."""

    value: str
    evidence: Evidence


class Role(StrEnum):
    """What somebody who is credited did."""

    AUTHOR = "author"
    TRANSLATOR = "translator"
    EDITOR = "editor"
    PHOTOGRAPHER = "photographer"
    AGENCY = "agency"


class AgentKind(StrEnum):
    """Whether a name is that of a person: only those are taken apart, and sorted by the family."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Attribution:
    """One who is to be credited, as printed: never re-cased, titles such as "dr hab." kept out of *name*."""

    name: str
    evidence: Evidence
    # As most are that pages print without a word before the name.
    role: Role = Role.AUTHOR
    kind: AgentKind = AgentKind.PERSON
    url: str | None = None
    identifier: str | None = None


# A page that prints a month says no day, and a day that was made up would be cited.
class Precision(StrEnum):
    """How far a date is stated, the roughest first."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as far as the page states it.

    Attributes:
        value: ISO 8601 to its precision: ``2023``, ``2023-04``, ``2023-04-24``,
            ``2023-04-24T10:00:00+02:00``.
    """

    value: str
    precision: Precision
    evidence: Evidence

    @property
    def day(self) -> str | None:
        """The local day as ``YYYY-MM-DD``, or None where the page states less."""
        # The day as printed, in the publisher's own zone: in UTC it might be the day before.
        return self.value[:10] if self.precision in (Precision.DAY, Precision.INSTANT) else None


# Kept though it lost: whoever doubts a value asks first what else the page said.
@dataclass(frozen=True, slots=True)
class Rival:
    """A value that a witness offered for a field and that was not chosen.

    Attributes:
        because: why it lost, in words.
        doubt: a person should look: it differs in a way that matters, and no rule puts it out of the question.
    """

    field: str
    value: str
    witness: str
    evidence: Evidence
    because: str = ""
    doubt: bool = False
