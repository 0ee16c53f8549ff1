"""What is expected of a file and of its records, as values: what a catalogue or a manifest recorded of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Whole:
    """A finished file: its length in bytes, and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a catalogue expects of one record: where it lies (bytes), its id and the digest of its block."""

    file: str
    offset: int
    length: int
    id: str
    block_digest: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of a file.

    Attributes:
        records: some of its records; those of other files are left out.
        complete: they are all its captures and notes, so that any other is one too many.
        whole: the file as it was when it was finished, None where that was not recorded.
        ours: this program wrote it, so that its members begin as we begin them. What a record says of that proves
            nothing.
    """

    records: Iterable[Expected] = ()
    complete: bool = False
    whole: Whole | None = None
    ours: bool = False
