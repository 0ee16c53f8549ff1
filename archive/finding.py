"""What is wrong, as values: a fault of one record, and a finding that says where in which file it lies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a record, in words, and the clause that it breaks."""

    what: str
    clause: str


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
