"""Noting: how a short command writes a note, even during a run: into a separate WARC file, then as a row."""

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
from db.schema.database import replace_contents
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
    """A collection open for notes only; it holds no lock and does not disturb a run."""

    catalogue: Catalogue
    archive: Archive

    def note(self, kind: NoteKind, body: Mapping[str, object], *, about: str | None = None) -> Note:
        """Record a note: first durably in the WARC file, then as a row (law 2)."""
        return record(self.catalogue, self.archive, kind, body, about=about)


def adopt_unrecorded(layout: Layout) -> bool:
    """Add rows for what a killed command left in the files; return whether none is left without a row.

    Returns False if nothing can be written or there is no room; what was left then counts as unknown.
    """
    if not may_write(layout):
        return False
    try:
        with open_for_notes(layout):
            return True
    except DiskFailed:
        return False


def replace_catalogue(layout: Layout, made: Path) -> None:
    """Replace the collection's catalogue with the one at *made*, adding what was noted since that was begun.

    Making a catalogue takes hours, and people decide meanwhile: the new one must not show what they withheld.

    Raises:
        DiskFailed, HeldByAnother: as for `replace_contents`; the old catalogue is unchanged.
    """
    # Without settings, nobody could have noted anything; the next work adopts what there is.
    if not layout.settings.exists():
        replace_contents(made, layout.catalogue)
        return
    info = warcinfo(read_settings(layout))

    def catch_up() -> None:
        # Do this before it becomes visible: otherwise what was withheld since would be shown for a moment.
        with (
            Catalogue.open(made) as catalogue,
            Archive.open(layout.warcs, info=info, clock=now, new_id=uuid.uuid4) as archive,
        ):
            adopt(catalogue, archive, killed=False)
            # A command still at work will with its next note mark all it wrote as known, so adopt its notes too.
            adopt_beside(catalogue, layout.warcs)

    replace_contents(made, layout.catalogue, catch_up=catch_up)
    adopt_unrecorded(layout)


def may_write(layout: Layout) -> bool:
    """Say whether the collection can be written."""
    # Check beforehand, because verifying a copy on a read-only disk is not an error.
    return all(os.access(path, os.W_OK) for path in (layout.directory, layout.warcs, layout.catalogue))


@contextmanager
def open_for_notes(layout: Layout, *, clock: Clock = now, disk: Disk | None = None) -> Iterator[Notary]:
    """Open the collection for notes, and adopt what a killed command left.

    A file is created only with the first note. Tests pass another file system as *disk*.

    Raises:
        Refused: there is no collection here.
        BadSettings, CatalogueRefused, DiskFailed: as in the functions called.
    """
    info = warcinfo(read_settings(layout))
    catalogue = Catalogue.open(layout.catalogue, disk=disk)
    try:
        refuse_without_files(layout, catalogue)
        with Archive.open(layout.warcs, info=info, clock=clock, new_id=uuid.uuid4, disk=disk) as archive:
            # As a run does: a note must refer to the one before it, which may not have a row yet.
            adopt(catalogue, archive)
            yield Notary(catalogue, archive)
    finally:
        catalogue.close()
