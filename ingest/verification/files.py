"""File verification: files of a collection held against themselves, against each other, and against the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from archive.digest import file_digest, spelt
from archive.fixity.expectation import Expectation
from archive.fixity.finding import Finding, Severity
from archive.fixity.references import References, crossed
from archive.fixity.verifier import Examined, examine
from archive.recovery import pieces
from archive.store import warc_files
from archive.warc.reader import note_of
from archive.warc.record import Record
from archive.warc.writer import OPEN, is_held, is_imported, locate_file
from db import erasures, fixity_log, imports
from db.catalogue import Catalogue
from ingest.collection.run_lock import holder

CATALOGUE = "catalogue.db"
"""What a fault names that lies in the catalogue itself."""
REMADE = "the same reader and fold"
"""The clause of a fault of rows that are not what their records make; `creditline rebuild` makes them anew."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken link of the chain: where, which items stand on it, and what is wrong."""

    file: str
    offset: int
    record: str | None
    items: tuple[str, ...]
    what: str
    clause: str


class Custody:
    """The files of one collection."""

    def __init__(self, catalogue: Catalogue, warcs: Path) -> None:
        self._catalogue, self._warcs = catalogue, warcs

    def file(self, path: Path) -> tuple[int, list[Fault]]:
        """Verify one file of the collection against itself and the catalogue: (records, faults)."""
        seen = self.examine(path)
        return seen.records, self.named([*seen.findings, *self.crossed([seen.references], complete=False)])

    def examine(self, path: Path) -> Examined:
        """Verify a file of the collection, all but what its records say of those in other files."""
        name, connection = path.name.removesuffix(OPEN), self._catalogue.connection
        held = path.name.endswith(OPEN) and is_held(path)
        records = list(fixity_log.expected(connection, name))
        entry = imports.of_file(connection, name)
        # Of a file that is still at work rows may be wanting; nothing is, once it is finished.
        finished = not path.name.endswith(OPEN) and not self._is_fresh(path)
        whole = None if entry else fixity_log.finished(connection).get(name)
        ours = entry is None and not is_imported(name)
        seen = examine(path, Expectation(records, complete=finished and entry is None, whole=whole, ours=ours))
        # Payloads are asked of the catalogue (see `crossed`), and what is kept of each file waits in memory until all
        # are compared.
        seen.references.forget_responses()
        if entry and file_digest(path) not in (entry.digest, self.erased(name)):
            what = f"the file is not as it was imported on {entry.at:%Y-%m-%d}: its digest differs"
            return replace(seen, findings=(Finding(name, 0, None, what, "the import note"), *seen.findings))
        if not held:
            return seen
        # What a live process is writing may lie there in half; what the catalogue knows may not.
        end = max((one.offset + one.length for one in records), default=0)
        return replace(seen, findings=tuple(finding for finding in seen.findings if finding.offset < end))

    def erased(self, name: str) -> str | None:
        """Return the digest that the file has since something in it was erased by order, None where nothing was."""
        erasure = erasures.of_file(self._catalogue.connection, name)
        return None if erasure is None else spelt(f"sha256:{erasure.files[name]}")

    def crossed(self, references: list[References], *, complete: bool) -> Iterator[Finding]:
        """Yield what records of these files say of each other that is not so.

        See `archive.fixity.references.crossed`.
        """
        # A revisit names URL and date; which payload was held there is known to the catalogue.
        original = partial(fixity_log.payloads_at, self._catalogue.connection)
        foreign = {entry.file for entry in imports.every(self._catalogue.connection)}
        return crossed(references, original, complete=complete, foreign=foreign)

    def named(self, findings: Iterable[Finding]) -> list[Fault]:
        """Return the findings of files as faults, with the items that stand on each.

        Those that were known when a file of others was brought in are left out.
        """
        connection = self._catalogue.connection
        faults = []
        for found in self.news(findings):
            items = tuple(fixity_log.items_on(connection, found.file, found.offset))
            # A record that cannot be read any more is named by the capture that it belongs to.
            record = found.record_id or fixity_log.capture_at(connection, found.file, found.offset)
            faults.append(Fault(found.file, found.offset, record, items, found.what, found.clause))
        return faults

    def missing_files(self) -> list[Fault]:
        """Return a fault for each file that the catalogue names and that is not there."""
        connection = self._catalogue.connection
        return [
            Fault(name, 0, None, (), "the file is missing", "the catalogue")
            # Those that were digested when they were finished too: a file whose rows somebody took away would else be
            # missed by nobody.
            for name in sorted({*fixity_log.files(connection), *fixity_log.finished(connection)})
            if not locate_file(self._warcs, name).exists()
        ]

    def broken_chain(self) -> list[Fault]:
        """Return a fault for each note that names a note before it that is not held."""
        links = list(fixity_log.broken_links(self._catalogue.connection))
        # A worker goes on in one file after it finished another: the note before may lie where nobody has read yet.
        coming = set(self._not_taken_over()) if links else set()
        return [
            Fault(file, offset, record, (), f"the note before it, {previous}, is not held", "the chain of notes")
            for file, offset, record, previous in links
            if previous not in coming
        ]

    def _not_taken_over(self) -> Iterator[str]:
        """Yield the digests of the notes that lie in the files behind what was taken over of them."""
        ends = self._catalogue.gapless_ends()
        for path in warc_files(self._warcs):
            name = path.name.removesuffix(OPEN)
            # Finished in this moment: the next verification finds it under its other name.
            with suppress(FileNotFoundError):
                for piece in [] if is_imported(name) else pieces(path, ends.get(name, 0), path.stat().st_size):
                    note = note_of(piece) if isinstance(piece, Record) else None
                    if note is not None:
                        yield spelt(note.digest)

    def _is_fresh(self, path: Path) -> bool:
        """Say whether the run that is under way may have finished the file without having catalogued all of it yet."""
        live = holder(self._warcs.parent)
        # Nobody is at work: what is not catalogued by now never will be.
        if live is None:
            return False
        # Without a time we cannot tell, and take it for fresh: a false fault would have people restore sound files.
        return live[1] is None or path.stat().st_mtime >= datetime.fromisoformat(live[1]).timestamp()

    def news(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the faults among *findings* that were not known when the file was brought in."""
        found = [one for one in findings if one.severity is Severity.FAULT]
        entry = {name: imports.of_file(self._catalogue.connection, name) for name in {one.file for one in found}}
        return [one for one in found if not ((known := entry[one.file]) and known.knows(one.offset, one.clause))]
