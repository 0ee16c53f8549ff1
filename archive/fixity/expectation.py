"""What a catalogue or a manifest recorded about a file and its records, as values to verify against."""

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
    """What a catalogue expects of one record: where it is (bytes), its id and the digest of its block."""

    file: str
    offset: int
    length: int
    id: str
    block_digest: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of a file.

    Attributes:
        records: some of the file's records; records of other files are ignored.
        complete: whether *records* has all captures and notes of the file, so that any other one is unexpected.
        whole: size and digest of the finished file; None if they were not recorded.
        ours: whether Creditline wrote the file, so that its gzip members must begin as ours do. The records' own
            statements prove nothing.
    """

    records: Iterable[Expected] = ()
    complete: bool = False
    whole: Whole | None = None
    ours: bool = False
