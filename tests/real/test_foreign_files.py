"""Each WARC and ARC test file of other projects is verified, and imported or refused as the table says."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from archive.errors import Refused
from archive.fixity.finding import Severity
from archive.fixity.verifier import verify_file
from ingest.collection.collection import Layout, make, open_for_work
from ingest.settings.values import PublisherOptions, Settings
from ingest.transfer.import_warc import ImportOptions, SourceFile, import_file

pytestmark = pytest.mark.real

ANYBODY = Settings(publishers=(PublisherOptions("http://anybody.example/", id="anybody", name="Anybody"),))
SHARED = Path(__file__).resolve().parents[2].parent / "shared"
FOLDERS = ("conformance", "foreign-warc")
TABLE = Path(__file__).with_name("foreign_files.tsv")


class Outcome(NamedTuple):
    """What becomes of a file.

    Attributes:
        faults, notes: what the verifier finds; advice and unchecked parts are notes.
        brought: "as it is", "made anew" from *records* with *lost* places left out, or "refused".
    """

    file: str
    faults: str
    notes: str
    brought: str
    records: str
    captures: str
    lost: str


def every_file() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((SHARED / folder).rglob("*")):
            if path.is_file() and (".warc" in path.name or ".arc" in path.name):
                yield path


def outcome(path: Path, folder: Path) -> Outcome:
    found = verify_file(path).findings
    faults = sum(one.severity is Severity.FAULT for one in found)
    row = (path.relative_to(SHARED).as_posix(), str(faults), str(len(found) - faults))
    layout = Layout(folder)
    make(layout, ANYBODY)
    with open_for_work(layout, ANYBODY) as work:
        try:
            told = import_file(work, SourceFile(path), ImportOptions("anybody", "anybody"))
        except Refused:
            assert not list(layout.warcs.glob("imported-*"))
            return Outcome(*row, "refused", "", "", "")
    how = "as it is" if told.made is None else "made anew"
    lost = "" if told.made is None else str(len(told.made.left))
    return Outcome(*row, how, str(told.records), str(told.owned), lost)


def test_every_file_is_verified_and_imported_or_refused_as_the_table_says(
    need: Callable[[str], None], tmp_path: Path
) -> None:
    if not all((SHARED / folder).is_dir() for folder in FOLDERS):
        need("the files of other projects are not here")
    with TABLE.open(encoding="utf-8", newline="") as file:
        wanted = [Outcome(*row) for row in csv.reader(file, delimiter="\t")]
    found = [outcome(path, tmp_path / str(number)) for number, path in enumerate(every_file())]
    assert found == wanted
