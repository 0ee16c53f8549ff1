"""What is wrong, as values: a fault of one record, and a finding that also says where in which file it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How serious a finding is, in the terms of the standard."""

    FAULT = "fault"
    """Bytes do not match what they state, or something that *shall* be so is not."""
    ADVICE = "advice"
    """Something that *should* be so is not, or an older version of the format is used."""
    UNCHECKED = "unchecked"
    """Nothing is known to be wrong, but it could not be checked."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a record, in words; the clause it breaks; and how serious that is."""

    what: str
    clause: str
    severity: Severity = Severity.FAULT


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault: where it is, what it is in words, and the clause it breaks.

    Attributes:
        file: the final name of the file.
        offset: of the member or record, in bytes.
        record_id: without angle brackets; None if it cannot be read.
    """

    file: str
    offset: int
    record_id: str | None
    what: str
    clause: str
    severity: Severity = Severity.FAULT
