"""Upgrading: an older catalogue brought up to date on a copy, compared with what it was, and only then put in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from db.catalogue import Catalogue
from db.query import outdated_readings
from db.schema.database import copy_catalogue, examined, lost, schema_of
from db.schema.migrations import SCHEMA
from ingest.collection.collection import Clock, Layout
from ingest.collection.notes import put_anew
from ingest.collection.run_lock import run_lock
from ingest.collection.scratch import scratch


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did.

    Attributes:
        before, after: the schema that the catalogue had, and the one that it has.
        faults: what the rehearsal found; the catalogue is what it was where there are any.
        older: how many captures an older reader read, which may be read otherwise today.
    """

    before: int
    after: int
    faults: tuple[str, ...] = ()
    older: int = 0


def upgrade(layout: Layout, *, clock: Clock, stamp: Callable[[str | None], object]) -> Upgraded:
    """Bring the catalogue up to date, whole or not at all: whoever has it open sees the old one or the new one.

    The migrations run on a copy. No row may be lost or changed by them, and SQLite's own full check must find the copy
    sound, or it is not used. One that is up to date stays as it is. *stamp* says which reader would read a page by
    the profile with a digest today.

    Raises:
        CatalogueRefused: there is none that this program can use.
        Locked: a run is live.
        DiskFailed: there is no room for the copy, or the disk fails; the catalogue is what it was.
    """
    with run_lock(layout.directory, now=clock()):
        before = schema_of(layout.catalogue)
        if before < SCHEMA:
            # Beside the catalogue, on the same disk: where there is no room for two of them, it is told before anything
            # is changed.
            with scratch(layout.directory) as folder:
                faults = _rehearsed(layout.catalogue, folder / "catalogue.db", folder / "before.db")
                if faults:
                    return Upgraded(before, before, tuple(faults))
                put_anew(layout, folder / "catalogue.db")
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        older = outdated_readings.older(catalogue.connection, lambda profile: str(stamp(profile)))
    return Upgraded(before, SCHEMA, older=len(older))


def _rehearsed(held: Path, made: Path, before: Path) -> list[str]:
    """Make at *made* what the migrations make of the catalogue *held*, which stays as it is; return what is wrong."""
    copy_catalogue(held, before)
    copy_catalogue(held, made)
    # Opening it to be written migrates it, and fills its search index.
    Catalogue.open(made, create=True).close()
    return [*lost(before, made), *examined(made)]
