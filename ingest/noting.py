"""Noting: how a short command writes a note beside a live run: into a WARC file of its own, then as a row."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from archive.capture import Note, NoteKind
from archive.store import Archive
from db.catalogue import Catalogue
from ingest.collection import Clock, Layout, now, read_settings, record, warcinfo


@dataclass(frozen=True, slots=True)
class Notary:
    """A collection open for notes alone; no lock is held, and nothing of a run is touched."""

    catalogue: Catalogue
    archive: Archive

    def note(self, kind: NoteKind, body: Mapping[str, object], *, about: str | None = None) -> Note:
        """Record a note: in the WARC file, durable, and then as a row (law 2)."""
        return record(self.catalogue, self.archive, kind, body, about=about)


@contextmanager
def noting(layout: Layout, *, clock: Clock = now) -> Iterator[Notary]:
    """Open the collection for notes. A file is made only when the first note is written.

    Raises:
        Refused: there is no collection here.
        BadSettings, CatalogueRefused, DiskFailed: see there.
    """
    info = warcinfo(read_settings(layout))
    catalogue = Catalogue.open(layout.catalogue)
    try:
        with Archive.open(layout.warcs, info=info, clock=clock, new_id=uuid.uuid4) as archive:
            yield Notary(catalogue, archive)
    finally:
        catalogue.close()
