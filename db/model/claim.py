"""Claims: statements about an item, each with its words and the bytes that hold them. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from archive.evidence.passage import Decoding


# The values are stored in rows and exports.
class Layer(StrEnum):
    """Which bytes of a capture the ranges of evidence refer to."""

    HEAD = "head"
    """The response head as received."""
    ENTITY = "entity"
    """The body after transfer and content coding are undone."""
    PDF = "pdf"
    """Page and character span in an extractor's output."""
    PACKAGE = "package"
    """Part and character span in the text of a packed document: EPUB, DOCX, ODT."""
    PERSON = "person"
    """A person's decision: *capture* names its metadata record; no ranges."""
    DERIVED = "derived"
    """Computed from the inputs named in *basis*; no ranges."""


class Evidence(NamedTuple):
    """Where the words of a claim stand, and how they are decoded.

    A named tuple because each page has dozens, and a frozen dataclass takes three times as long to create.

    Attributes:
        words: the exact words, white space folded; for DERIVED the computed value.
        capture: the id of the capture or metadata record that holds them; "" if the page was read outside any
            collection.
        ranges: half-open byte ranges in *layer*; empty for PERSON and DERIVED.
        decoding: None for PERSON and DERIVED.
        basis: for DERIVED, the inputs in words; for PDF, the extractor and its version.
    """

    words: str
    capture: str
    layer: Layer = Layer.ENTITY
    ranges: tuple[tuple[int, int], ...] = ()
    decoding: Decoding | None = None
    basis: str | None = None


class Words(NamedTuple):
    """A claim with a string as its value: a title, a tag, a section."""

    value: str
    evidence: Evidence


class Role(StrEnum):
    """The role of somebody who is credited."""

    AUTHOR = "author"
    TRANSLATOR = "translator"
    EDITOR = "editor"
    PHOTOGRAPHER = "photographer"
    AGENCY = "agency"


class AgentKind(StrEnum):
    """Whether a name is a person's. Only persons' names are split, and sorted by family name."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Somebody who is to be credited, as printed: case unchanged; *name* does not include titles such as "dr hab."."""

    name: str
    evidence: Evidence
    # The usual role of a name that is printed without a label.
    role: Role = Role.AUTHOR
    kind: AgentKind = AgentKind.PERSON
    url: str | None = None
    identifier: str | None = None


# If a page prints only a month, no day may be made up, because it would be cited.
class Precision(StrEnum):
    """How precisely a date is stated, the least precise first."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as precisely as the page states it.

    Attributes:
        value: ISO 8601 to its precision: ``2023``, ``2023-04``, ``2023-04-24``,
            ``2023-04-24T10:00:00+02:00``.
    """

    value: str
    precision: Precision
    evidence: Evidence

    @property
    def day(self) -> str | None:
        """The local day as ``YYYY-MM-DD``, or None if the page states less."""
        # The day as printed, in the publisher's time zone: in UTC it might be the day before.
        return self.value[:10] if self.precision in (Precision.DAY, Precision.INSTANT) else None


# Kept although it lost: whoever doubts a value asks first what else the page said.
@dataclass(frozen=True, slots=True)
class Rival:
    """A value that a witness offered for a field but that was not chosen.

    Attributes:
        because: why it was not chosen, in words.
        doubt: whether a person should look: the difference matters, and no rule decides the question.
    """

    field: str
    value: str
    witness: str
    evidence: Evidence
    because: str = ""
    doubt: bool = False
