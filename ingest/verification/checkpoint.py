"""Checkpoint: one line that identifies the present state of a collection's files and notes, to be kept elsewhere."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.errors import CreditlineError, Exit
from archive.fixity.expectation import Whole
from archive.fixity.verifier import measure_file
from archive.store import warc_files
from archive.warc.writer import OPEN, read_name
from db import erasures, fixity_log
from db.catalogue import Catalogue

# One line of plain text, which can be printed, mailed and typed again.
_FORM = re.compile(
    r"creditline-checkpoint-1 (?P<at>\S+) serial=(?P<serial>\d+) open=(?P<open>-|\d+(?:,\d+)*)"
    r" files=(?P<files>\d+) bytes=(?P<bytes>\d+) sha256=(?P<digest>[0-9a-f]{64}) head=(?P<head>\S+)"
)
_NONE = "-"


class BadCheckpoint(CreditlineError, ValueError):
    """A line that is not a checkpoint; *hint* says what to give instead."""

    code = Exit.USAGE

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a collection at one moment.

    Attributes:
        serial: the highest serial of a file.
        growing: the serials of files that were being written; these files are not covered.
        files, bytes, digest: for all other files their number, their total length, and the SHA-256 of the list of their
            names, lengths and SHA-256 digests, in the order of serials.
        head: the digest of the newest note, from which the chain leads to all earlier notes.
    """

    at: datetime
    serial: int
    growing: tuple[int, ...]
    files: int
    bytes: int
    digest: str
    head: str

    def __str__(self) -> str:
        growing = ",".join(map(str, self.growing)) or _NONE
        return (
            f"creditline-checkpoint-1 {self.at:%Y-%m-%dT%H:%M:%SZ} serial={self.serial} open={growing}"
            f" files={self.files} bytes={self.bytes} sha256={self.digest} head={self.head}"
        )


def take(catalogue: Catalogue, warcs: Path, at: datetime) -> Checkpoint:
    """Return a checkpoint of the present state, dated *at*."""
    head = fixity_log.head(catalogue.connection) or _NONE
    serials = {_serial(path): path for path in warc_files(warcs)}
    # A file that is being written has no final digest. Its serial is listed, to tell it from files added later.
    growing = tuple(sorted(serial for serial, path in serials.items() if path.name.endswith(OPEN)))
    # Ordered by serial, not by name: serials are unique in a collection and give the order in time.
    held = _files_up_to(warcs, max(serials, default=0), growing)
    return Checkpoint(at, max(serials, default=0), growing, *_summary(held), head)


def read(line: str) -> Checkpoint:
    """Parse a checkpoint from *line*.

    Raises:
        BadCheckpoint: the line is not a complete checkpoint.
    """
    # Accept only the whole line: half of a line that a mail program has broken would prove less than it seems to.
    found = _FORM.fullmatch(line.strip())
    if found is None:
        hint = "give the whole line that `creditline checkpoint` printed, in quotes, or a file with such lines"
        raise BadCheckpoint(f"this is not a checkpoint: {line.strip()[:60]!r}", hint)
    try:
        at = datetime.fromisoformat(found["at"].replace("Z", "+00:00"))
    except ValueError:
        raise BadCheckpoint(f"{found['at']} is not a time", "give the line as it was printed") from None
    growing = () if found["open"] == _NONE else tuple(map(int, found["open"].split(",")))
    return Checkpoint(
        at, int(found["serial"]), growing, int(found["files"]), int(found["bytes"]), found["digest"], found["head"]
    )


def faults(catalogue: Catalogue, warcs: Path, then: Checkpoint) -> Iterator[str]:
    """Yield in words how the collection differs from its state at *then*; files and notes added since are no fault.

    The checkpoint proves that some file has changed. The digests in the catalogue say which one, unless somebody has
    changed them too.
    """
    if then.head != _NONE and not fixity_log.has_note(catalogue.connection, then.head):
        yield f"the newest note of that time, {then.head}, is not held"
    # Only files up to that serial: later ones are not covered by the checkpoint.
    held = _files_up_to(warcs, then.serial, then.growing)
    count, size, digest = _summary(held)
    if (count, size, digest) == (then.files, then.bytes, then.digest):
        return
    yield (
        f"the files up to serial {then.serial} have changed: {then.files} of {then.bytes} bytes then,"
        f" {count} of {size} bytes now"
    )
    there = {_serial(Path(name)) for name in held}
    # A collection has no gaps in its serials.
    for serial in sorted(set(range(1, then.serial + 1)) - there - set(then.growing)):
        yield f"no file has the serial {serial}"
    for name, finished in fixity_log.finished(catalogue.connection).items():
        if name in held and held[name] != finished:
            yield f"{name} is not as it was finished"
    for one in erasures.every(catalogue.connection):
        # The checkpoint can prove nothing more about these files; only one made after the erasure can.
        if one.at > then.at and (named := sorted(name for name in one.files if name in held)):
            yield f"by order of {one.at:%Y-%m-%d} ({one.order}) records were erased in {', '.join(named)}"


def _files_up_to(warcs: Path, serial: int, growing: tuple[int, ...]) -> dict[str, Whole]:
    """Return length and digest of the files up to *serial*, in the order of serials, except those in *growing*."""
    named = sorted((_serial(path), path) for path in warc_files(warcs))
    return {
        path.name.removesuffix(OPEN): measure_file(path)
        for number, path in named
        if number <= serial and number not in growing
    }


def _summary(held: dict[str, Whole]) -> tuple[int, int, str]:
    # Include names and lengths in the digest: otherwise the contents of two files could be swapped.
    listed = "".join(f"{name} {one.bytes} {one.sha256}\n" for name, one in held.items())
    return len(held), sum(one.bytes for one in held.values()), hashlib.sha256(listed.encode()).hexdigest()


def _serial(path: Path) -> int:
    name = read_name(path.name)
    return name.serial if name else 0
