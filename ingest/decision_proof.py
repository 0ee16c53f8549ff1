"""Proof of decisions: the metadata record that a decision rests on is whole and states what the catalogue holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archive.capture import RecordRef
from archive.errors import Damaged
from archive.fixity import verify_record
from archive.series import locate_file
from archive.warc import note_of, read_record_at
from db import decisions
from db.catalogue import Catalogue
from db.decision import read_note


def faults(catalogue: Catalogue, warcs: Path, decision: str) -> Iterator[tuple[RecordRef, str]]:
    """Yield what is wrong with the record of *decision*: where it lies, and in words."""
    ref = decisions.record_of(catalogue.connection, decision)
    if ref is None:
        yield RecordRef("", 0, 0), f"decision {decision} has no record"
        return
    path = locate_file(warcs, ref.file)
    try:
        findings = verify_record(path, ref)
        stated = note_of(read_record_at(path, ref.offset)) if not findings else None
    except (OSError, Damaged) as error:
        yield ref, str(error)
        return
    yield from ((ref, found.what) for found in findings)
    if not findings and (stated is None or read_note(stated) != decisions.one(catalogue.connection, decision)):
        yield ref, "the record states another decision than the catalogue holds"
