"""Noting: how a short command writes a note beside a live run: into a WARC file of its own, then as a row."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.disk import Disk
from archive.errors import DiskFailed
from archive.store import Archive
from archive.warc.capture import Note, NoteKind
from db.catalogue import Catalogue
from db.schema.database import put_in_place
from ingest.collection.collection import (
    Clock,
    Layout,
    now,
    read_settings,
    refuse_without_files,
    warcinfo,
)
from ingest.collection.rows import adopt, adopt_beside, record


@dataclass(frozen=True, slots=True)
class Notary:
    """A collection open for notes alone; no lock is held, and nothing of a run is touched."""

    catalogue: Catalogue
    archive: Archive

    def note(self, kind: NoteKind, body: Mapping[str, object], *, about: str | None = None) -> Note:
        """Record a note: in the WARC file, durable, and then as a row (law 2)."""
        return record(self.catalogue, self.archive, kind, body, about=about)


def take_over(layout: Layout) -> bool:
    """Give rows to what a killed command left in the files without any; say whether the collection is free of such.

    It is not where nothing may be written there, or there is no room: then what was left counts as unknown.
    """
    if not may_write(layout):
        return False
    try:
        with noting(layout):
            return True
    except DiskFailed:
        return False


def put_anew(layout: Layout, made: Path) -> None:
    """Put the catalogue at *made*, which was made of the files, in the collection's place, with what was noted since.

    To make one takes hours, and people decide meanwhile: what they withheld must not be shown again by it.

    Raises:
        DiskFailed, HeldByAnother: as `put_in_place` does; the catalogue is what it was.
    """
    # Without settings nobody could note anything; whoever made it begins work, which takes over what there is.
    if not layout.settings.exists():
        put_in_place(made, layout.catalogue)
        return
    info = warcinfo(read_settings(layout))

    def catch_up() -> None:
        # Before it can be seen: what was withheld since would be shown for a moment.
        with (
            Catalogue.open(made) as catalogue,
            Archive.open(layout.warcs, info=info, clock=now, new_id=uuid.uuid4) as archive,
        ):
            adopt(catalogue, archive, killed=False)
            # By its next note a command that goes on marks all that it wrote as known.
            adopt_beside(catalogue, layout.warcs)

    put_in_place(made, layout.catalogue, catch_up=catch_up)
    take_over(layout)


def may_write(layout: Layout) -> bool:
    """Say whether the collection lies where it can be written to."""
    # Asked beforehand: verifying a copy on a read-only disk is no error.
    return all(os.access(path, os.W_OK) for path in (layout.directory, layout.warcs, layout.catalogue))


@contextmanager
def noting(layout: Layout, *, clock: Clock = now, disk: Disk | None = None) -> Iterator[Notary]:
    """Open the collection for notes, and take over what a killed command left.

    A file is made only when the first note is written. *disk* is another file system in tests.

    Raises:
        Refused: there is no collection here.
        BadSettings, CatalogueRefused, DiskFailed: see there.
    """
    info = warcinfo(read_settings(layout))
    catalogue = Catalogue.open(layout.catalogue, disk=disk)
    try:
        refuse_without_files(layout, catalogue)
        with Archive.open(layout.warcs, info=info, clock=clock, new_id=uuid.uuid4, disk=disk) as archive:
            # As a run does: a note must name the one before it, and that may have no row yet.
            adopt(catalogue, archive)
            yield Notary(catalogue, archive)
    finally:
        catalogue.close()
