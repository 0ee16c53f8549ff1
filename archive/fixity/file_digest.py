"""A file as it was when it was finished: its digest, and where it was changed if no record shows it.

A bit can flip where no record feels it: in the bits that fill up the last byte of a deflate stream, in the head of a
gzip member. The digest of the whole file finds that. Where our own packing still makes the same bytes of the same
record, packing each record again says which member it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import Damaged
from archive.fixity.conformity import check_record
from archive.fixity.finding import Finding
from archive.warc.member import members, pack

FINISHED_CLAUSE = "the digest of the finished file"


@dataclass(frozen=True, slots=True)
class Whole:
    """A finished file: its length in bytes, and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


def whole(path: Path) -> Whole:
    """Return what the file at *path* is as a whole; it must not be growing.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return Whole(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def changed_since(path: Path, name: str, finished: Whole, *, found: bool) -> Iterator[Finding]:
    """Yield how the file at *path*, called *name*, differs from what it was when it was *finished*.

    Where records already showed it (*found*), the file as a whole is not blamed again; but that it ends too early is
    told always, for a file cut between two records shows by none of its own what is missing first.

    Raises:
        OSError: it cannot be read.
    """
    size = path.stat().st_size
    # Told first, and without reading: nothing that is left can show what is missing.
    if size < finished.bytes:
        what = f"the file ends here; it had {finished.bytes} bytes when it was finished"
        yield Finding(name, size, None, what, FINISHED_CLAUSE)
        return
    if found or (now := whole(path)) == finished:
        return
    # Only where no byte came or went can a member be packed again at its place.
    places = list(repacked_otherwise(path, name)) if now.bytes == finished.bytes else []
    if places:
        yield from places
        return
    what = f"the file is not as it was finished: its SHA-256 is {now.sha256}, then {finished.sha256}"
    yield Finding(name, 0, None, what, FINISHED_CLAUSE)


def repacked_otherwise(path: Path, name: str) -> Iterator[Finding]:
    """Yield the members of a file of ours that packing their record again makes other bytes of.

    Nothing where most differ: then the file was packed by another version of the packer, and this says nothing.
    """
    odd: list[Finding] = []
    count = 0
    try:
        with path.open("rb") as file:
            for member in members(path):
                count += 1
                file.seek(member.offset)
                # A record that is too long to be held cannot be packed again.
                if member.passed is None and file.read(member.length) != pack(member.data):
                    what = "the bytes of this gzip member were changed where the record does not show it"
                    odd.append(Finding(name, member.offset, check_record(member.data).id, what, FINISHED_CLAUSE))
    # The damage itself is told by whoever reads the members.
    except Damaged:
        return
    if len(odd) * 2 <= count:
        yield from odd
