"""What is wrong, as values: a fault of one record, and a finding that says where in which file it lies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a finding weighs, by the word of the standard."""

    FAULT = "fault"
    """Bytes are not what they say, or what *shall* be is not."""
    ADVICE = "advice"
    """What *should* be is not, or an older version of the format is in use."""
    UNCHECKED = "unchecked"
    """Nothing is known to be wrong; it could not be checked."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a record, in words, the clause that it breaks, and what that weighs."""

    what: str
    clause: str
    severity: Severity = Severity.FAULT


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault: where it is, what it is in words, and the clause that is broken.

    Attributes:
        file: its final name.
        offset: of the member or record, in bytes.
        record_id: without angle brackets; None where it cannot be read.
    """

    file: str
    offset: int
    record_id: str | None
    what: str
    clause: str
    severity: Severity = Severity.FAULT
