"""Collections made by programs of each older schema are upgraded: nothing is lost, and every change is reported.

``older_collections.tar.xz`` holds what those programs wrote themselves: the files and the catalogue of a small
collection of schema 1, and what `rebuild` of each later schema made from the same files. It contains two editions, a
page that is gone, a withheld one, a decision, a feed and an answer of WordPress.
"""

from __future__ import annotations

import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db.catalogue import Catalogue
from db.errors import OlderCatalogue
from db.schema.database import differing_rows, schema_of
from db.schema.migrations import SCHEMA

Command = Callable[..., Any]
PUMPS = "institute-example-31ajszdyk0"
SHOWN = (PUMPS, f"{PUMPS}@20261129010222", f"{PUMPS}@20261129010224", "institute-example-1ca0dw61wn")
"""Ids that the old programs printed."""


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("older")
    with tarfile.open(Path(__file__).with_name("older_collections.tar.xz")) as packed:
        # An attribute, because Python 3.11.2 knows no such argument.
        packed.extraction_filter = getattr(tarfile, "data_filter", None)
        packed.extractall(folder)  # noqa: S202 - our own archive
    return folder


@pytest.fixture
def older(unpacked: Path, tmp_path: Path) -> Callable[[int], Path]:
    """Set up the collection of a schema."""

    def of(schema: int) -> Path:
        folder = tmp_path / "collection"
        (folder / "warcs").mkdir(parents=True)
        for path in [*(unpacked / "warcs").iterdir(), unpacked / "creditline.toml"]:
            (folder / path.relative_to(unpacked)).write_bytes(path.read_bytes())
        (folder / "catalogue.db").write_bytes((unpacked / f"catalogue-{schema}.db").read_bytes())
        return folder

    return of


def test_there_is_a_test_collection_for_every_older_schema(unpacked: Path) -> None:
    kept = {path.name: schema_of(path) for path in unpacked.glob("catalogue-*.db")}
    # Before the schema changes, a catalogue of the current one is packed with the others.
    assert kept == {f"catalogue-{schema}.db": schema for schema in range(1, SCHEMA)}


@pytest.mark.slow
@pytest.mark.parametrize("schema", range(1, SCHEMA))
def test_an_upgrade_keeps_every_row_and_every_id(
    creditline: Command, older: Callable[[int], Path], unpacked: Path, schema: int
) -> None:
    folder = older(schema)
    with pytest.raises(OlderCatalogue, match="creditline upgrade"):
        Catalogue.open(folder / "catalogue.db", read_only=True)
    done = creditline("-C", folder, "upgrade")
    assert done.code == 3, done.err
    assert f"Upgraded from schema {schema} to {SCHEMA}: no row lost or changed" in done.out
    assert "No second copy is known of" in done.err
    assert f"22 captures read by an older reader: creditline -C {folder} rebuild --older" in done.err
    before, after = unpacked / f"catalogue-{schema}.db", folder / "catalogue.db"
    # Except for the ends of files: later notes are adopted, so a file may have gone on.
    assert [what for what in differing_rows(before, after) if not what.startswith("file_end: ")] == []
    ends = []
    for path in (before, after):
        with closing(sqlite3.connect(path)) as connection:
            ends.append(dict(connection.execute("SELECT file, offset FROM file_end")))
    assert all(ends[1][file] >= end for file, end in ends[0].items())
    for shown in SHOWN:
        assert creditline("-C", folder, "show", shown).code == 0, shown
    assert [one.name for one in folder.iterdir() if one.name.startswith(".")] == []


@pytest.mark.slow
def test_older_readings_after_an_upgrade_are_no_fault_and_can_be_reread(
    creditline: Command, older: Callable[[int], Path]
) -> None:
    folder = older(5)
    # As the first run does: opening the catalogue for work upgrades it.
    Catalogue.open(folder / "catalogue.db", create=True).close()
    told = creditline("-C", folder, "verify", "--all", "--jobs", "1")
    assert told.code == 0, told.out
    assert "6 editions read by an older reader or folded by other rules" in told.out
    assert "(schema 5)" in creditline("-C", folder, "rebuild", "--check").out
    assert creditline("-C", folder, "rebuild", "--older").code == 0
    assert "identical: " in creditline("-C", folder, "rebuild", "--check").out
    told = creditline("-C", folder, "verify", "--all", "--jobs", "1")
    assert told.code == 0
    assert "older reader" not in told.out
    assert creditline("-C", folder, "upgrade").out == f"The catalogue is up to date (schema {SCHEMA})\n"


@pytest.mark.slow
def test_a_copy_is_made_before_the_upgrade_and_holds_the_old_catalogue(
    creditline: Command, older: Callable[[int], Path], tmp_path: Path
) -> None:
    folder, copy = older(3), tmp_path / "copy"
    assert creditline("-C", folder, "upgrade", "--backup", copy).code == 3
    (kept,) = (copy / "catalogue").iterdir()
    assert schema_of(kept) == 3
    assert creditline("restore", copy, tmp_path / "again").code == 0
    assert schema_of(tmp_path / "again" / "catalogue.db") == SCHEMA


@pytest.mark.damages_collection("its catalogue holds what no Creditline makes")
def test_a_failed_rehearsal_leaves_the_catalogue_unchanged(creditline: Command, older: Callable[[int], Path]) -> None:
    folder = older(8)
    with closing(sqlite3.connect(folder / "catalogue.db")) as connection:
        connection.execute("CREATE TRIGGER sly AFTER INSERT ON item BEGIN DELETE FROM item; END")
    before = (folder / "catalogue.db").read_bytes()
    done = creditline("-C", folder, "upgrade")
    assert done.code == 4
    assert "the trigger sly is none that Creditline makes" in done.out
    assert f"creditline -C {folder} rebuild" in done.err
    assert (folder / "catalogue.db").read_bytes() == before
    assert schema_of(folder / "catalogue.db") == 8


def test_rows_that_a_migration_would_lose_or_change_are_reported(unpacked: Path, tmp_path: Path) -> None:
    before, after = unpacked / "catalogue-8.db", tmp_path / "catalogue.db"
    after.write_bytes(before.read_bytes())
    with Catalogue.open(after, create=True) as catalogue:
        assert differing_rows(before, after) == []
        catalogue.connection.execute("UPDATE edition SET title = 'Other' WHERE id = (SELECT min(id) FROM edition)")
        catalogue.connection.execute("DELETE FROM tag")
    told = differing_rows(before, after)
    assert told[0] == "edition: 1 rows are gone or changed, 1 are new"
    assert told[1].startswith("tag: ")
