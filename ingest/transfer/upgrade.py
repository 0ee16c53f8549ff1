"""Upgrade: migrate a copy of an older catalogue, compare it with the original, and only then replace the original."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from db import rules
from db.catalogue import Catalogue
from db.query import outdated_readings
from db.schema.database import copy_catalogue, differing_rows, examined, schema_of
from db.schema.migrations import SCHEMA
from ingest.collection.collection import Clock, Layout
from ingest.collection.notes import replace_catalogue
from ingest.collection.run_lock import run_lock
from ingest.collection.scratch import scratch


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The result of an upgrade.

    Attributes:
        before, after: the schema version before and after.
        faults: what was wrong with the migrated copy; if there are any, the catalogue is unchanged.
        older: how many captures were read by an older reader, so that reading them again may help.
        other_rules: by which rules, other than this program's, rows of the catalogue were folded.
    """

    before: int
    after: int
    faults: tuple[str, ...] = ()
    older: int = 0
    other_rules: tuple[str, ...] = ()


def upgrade(layout: Layout, *, clock: Clock, stamp: Callable[[str | None], object]) -> Upgraded:
    """Migrate the catalogue to the current schema, completely or not at all.

    The migrations run on a copy. It is used only if no row was lost or changed and SQLite's integrity check passes. A
    program that has the catalogue open sees either the old one or the new one. A current catalogue stays unchanged.
    *stamp* returns the stamp of today's reader for the digest of a profile.

    Raises:
        CatalogueRefused: there is no catalogue that this program can use.
        Locked: another command is under way.
        DiskFailed: there is no room for the copy, or the disk fails; the catalogue is unchanged.
    """
    with run_lock(layout.directory, now=clock(), command="upgrade"):
        before = schema_of(layout.catalogue)
        if before < SCHEMA:
            # In the same folder, so it is on the same disk, and a lack of room shows before anything is changed.
            with scratch(layout.directory) as folder:
                faults = _rehearsed(layout.catalogue, folder / "catalogue.db", folder / "before.db")
                if faults:
                    return Upgraded(before, before, tuple(faults))
                replace_catalogue(layout, folder / "catalogue.db")
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        older = outdated_readings.older(catalogue.connection, lambda profile: str(stamp(profile)))
        others = rules.others(catalogue.connection)
    return Upgraded(before, SCHEMA, older=len(older), other_rules=others)


def _rehearsed(held: Path, made: Path, before: Path) -> list[str]:
    """Migrate a copy of the catalogue *held* at the path *made*; return what is wrong with it. *held* is unchanged."""
    copy_catalogue(held, before)
    copy_catalogue(held, made)
    # Opening it for writing migrates it and fills its search index.
    Catalogue.open(made, create=True).close()
    return [*differing_rows(before, made), *examined(made)]
