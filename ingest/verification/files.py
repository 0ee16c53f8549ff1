"""File verification: check the WARC files of a collection by themselves, against each other and the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from archive.digest import file_digest, normalize_digest
from archive.errors import UNREADABLE
from archive.fixity.expectation import Expectation
from archive.fixity.finding import Finding, Severity
from archive.fixity.references import References, check_references
from archive.fixity.verifier import Examined, examine
from archive.recovery import records_and_damage
from archive.store import warc_files
from archive.warc.reader import note_of
from archive.warc.record import Record
from archive.warc.writer import OPEN, is_held, is_imported, locate_file
from db import erasures, fixity_log, imports
from db.catalogue import Catalogue
from ingest.collection.run_lock import holder

CATALOGUE = "catalogue.db"
"""The file name in a fault of the catalogue itself."""
CLOSED = "a file that can be read"
"""The clause of a fault in a file that cannot be read at all."""
REMADE = "the same reader and fold"
"""The clause of a fault in rows that differ from what their records give; `creditline rebuild` repairs these."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its place, the items that depend on it, what is wrong, and the rule that is violated."""

    file: str
    offset: int
    record: str | None
    items: tuple[str, ...]
    what: str
    clause: str


class FileVerifier:
    """Verify the files of one collection."""

    def __init__(self, catalogue: Catalogue, warcs: Path) -> None:
        self._catalogue, self._warcs = catalogue, warcs
        self._has_notes = False

    def file(self, path: Path) -> tuple[int, list[Fault]]:
        """Verify one file by itself and against the catalogue; return the number of records and the faults."""
        seen = self.examine(path)
        return seen.records, self.named([*seen.findings, *self.check_references([seen.references], complete=False)])

    def examine(self, path: Path) -> Examined:
        """Verify one file, except for references to other files; that it cannot be read is a fault, too."""
        try:
            return self._examined(path)
        except OSError as error:
            if error.errno not in UNREADABLE:
                raise
            # Its size is known even if its bytes are not.
            found = Finding(path.name.removesuffix(OPEN), 0, None, f"the file cannot be read: {error.strerror}", CLOSED)
            return Examined(0, path.stat().st_size, (found,), References(found.file))

    def _examined(self, path: Path) -> Examined:
        name, connection = path.name.removesuffix(OPEN), self._catalogue.connection
        held = path.name.endswith(OPEN) and is_held(path)
        if not self._has_notes:
            fixity_log.gather_notes(connection)
            self._has_notes = True
        records = list(fixity_log.expected(connection, name))
        entry = imports.of_file(connection, name)
        # While a file is being written, rows may be missing for its last records; for a finished file none may.
        finished = not path.name.endswith(OPEN) and not self._is_fresh(path)
        whole = None if entry else fixity_log.finished_as(connection, name)
        ours = entry is None and not is_imported(name)
        seen = examine(path, Expectation(records, complete=finished and entry is None, whole=whole, ours=ours))
        # Free memory, because the results of all files are held until the end. `check_references` finds payloads in the
        # catalogue.
        seen.references.forget_responses()
        if entry and file_digest(path) not in (entry.digest, self.erased(name)):
            what = f"the file is not as it was imported on {entry.at:%Y-%m-%d}: its digest differs"
            return replace(seen, findings=(Finding(name, 0, None, what, "the import note"), *seen.findings))
        if not held:
            return seen
        # A process is writing the file, so its end may be incomplete. Everything in the catalogue has to be complete.
        end = max((one.offset + one.length for one in records), default=0)
        return replace(seen, findings=tuple(finding for finding in seen.findings if finding.offset < end))

    def erased(self, name: str) -> str | None:
        """Return the digest of the file after an erasure by order; None if nothing in it was erased."""
        erasure = erasures.of_file(self._catalogue.connection, name)
        return None if erasure is None else normalize_digest(f"sha256:{erasure.files[name]}")

    def check_references(self, references: list[References], *, complete: bool) -> Iterator[Finding]:
        """Yield wrong references between records of these files; see `archive.fixity.references.check_references`."""
        # A revisit names a URL and a date; the catalogue knows the payload of that capture.
        original = partial(fixity_log.payloads_at, self._catalogue.connection)
        foreign = {entry.file for entry in imports.every(self._catalogue.connection)}
        return check_references(references, original, complete=complete, foreign=foreign)

    def named(self, findings: Iterable[Finding]) -> list[Fault]:
        """Return *findings* as faults, with the items that depend on each.

        Findings in an imported file that were known at its import are left out.
        """
        connection = self._catalogue.connection
        faults = []
        for found in self.new_faults(findings):
            items = tuple(fixity_log.items_on(connection, found.file, found.offset))
            # If the record cannot be read, use the id of its capture.
            record = found.record_id or fixity_log.capture_at(connection, found.file, found.offset)
            faults.append(Fault(found.file, found.offset, record, items, found.what, found.clause))
        return faults

    def missing_files(self) -> list[Fault]:
        """Return a fault for each file that the catalogue names but that does not exist."""
        connection = self._catalogue.connection
        return [
            Fault(name, 0, None, (), "the file is missing", "the catalogue")
            # Include files whose digest was recorded when they were finished: otherwise nobody would notice the loss of
            # a file whose rows were deleted too.
            for name in sorted({*fixity_log.files(connection), *fixity_log.finished(connection)})
            if not locate_file(self._warcs, name).exists()
        ]

    def broken_chain(self) -> list[Fault]:
        """Return a fault for each note whose previous note is not held."""
        links = list(fixity_log.broken_links(self._catalogue.connection))
        # With several workers, the previous note may be in a file that has not been taken over yet.
        coming = set(self._not_taken_over()) if links else set()
        return [
            Fault(file, offset, record, (), f"the note before it, {previous}, is not held", "the chain of notes")
            for file, offset, record, previous in links
            if previous not in coming
        ]

    def _not_taken_over(self) -> Iterator[str]:
        """Yield the digests of notes in parts of files that the catalogue has not taken over yet."""
        ends = self._catalogue.gapless_ends()
        for path in warc_files(self._warcs):
            name = path.name.removesuffix(OPEN)
            # The file may be finished just now; the next verification finds it under its final name.
            with suppress(FileNotFoundError):
                for piece in (
                    [] if is_imported(name) else records_and_damage(path, ends.get(name, 0), path.stat().st_size)
                ):
                    note = note_of(piece) if isinstance(piece, Record) else None
                    if note is not None:
                        yield normalize_digest(note.digest)

    def _is_fresh(self, path: Path) -> bool:
        """Return whether a live run may have finished the file before cataloguing all of it."""
        live = holder(self._warcs.parent)
        # No live run: a record without a row will never get one.
        if live is None:
            return False
        # If the start of the run is unknown, assume that it may: a false fault would make people restore sound files.
        return live.since is None or path.stat().st_mtime >= datetime.fromisoformat(live.since).timestamp()

    def new_faults(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the faults among *findings* that were not known when the file was imported."""
        found = [one for one in findings if one.severity is Severity.FAULT]
        entry = {name: imports.of_file(self._catalogue.connection, name) for name in {one.file for one in found}}
        return [one for one in found if not ((known := entry[one.file]) and known.knows(one.offset, one.clause))]
