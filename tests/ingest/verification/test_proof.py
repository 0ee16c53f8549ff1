"""The chain from a claim to its bytes, and law 2: the WARC files alone make the catalogue."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, open_for_work

pytestmark = pytest.mark.slow

Command = Callable[..., Any]
EDITED = "http://institute.example/heat-pumps-in-granite-towns/"


@pytest.fixture
def collection(story: Any, tmp_path: Path) -> Path:
    """A copy of the institute's collection after three runs, to be harmed."""
    return Path(shutil.copytree(story.third.layout.directory, tmp_path / "copy"))


def test_an_item_verifies_down_to_its_bytes(creditline: Command, collection: Path) -> None:
    ended = creditline("-C", collection, "--json", "verify", EDITED)
    proof = json.loads(ended.out)
    assert ended.code == Exit.DONE
    assert proof["reread"] is True
    assert proof["claims"]["read_again"] >= 8
    assert proof["faults"] == []


def test_the_whole_collection_verifies(creditline: Command, collection: Path) -> None:
    ended = creditline("-C", collection, "--json", "verify", "--all")
    *files, told = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == Exit.DONE
    assert told["faults"] == 0
    assert {one["event"] for one in files} == {"file"}
    assert told["editions"] >= 30
    assert told["read_by_older"] == 0


def test_a_page_reads_the_same_after_its_publisher_was_renamed(
    creditline: Command, collection: Path, story: Any
) -> None:
    (institute,) = story.settings.publishers
    renamed = replace(story.settings, publishers=(replace(institute, name="Katarzyna Brzoza", languages=("pl",)),))
    with open_for_work(Layout(collection), renamed):
        pass
    ended = creditline("-C", collection, "verify", EDITED)
    assert ended.code == Exit.DONE, ended.out
    assert "reading it again gives the same" in ended.out


@pytest.mark.damages_collection("a record is damaged")
def test_a_flipped_byte_is_found_with_its_file_offset_record_and_item(creditline: Command, collection: Path) -> None:
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        item = catalogue.item(EDITED)
        assert item is not None
        capture = catalogue.capture(item.edition.captures[0])
    assert capture is not None
    path = collection / "warcs" / capture.ref.file
    data = bytearray(path.read_bytes())
    data[capture.ref.offset + capture.ref.length // 2] ^= 0x10
    path.write_bytes(data)
    whole = creditline("-C", collection, "verify", "--all")
    assert whole.code == Exit.INTEGRITY
    fault = next(line for line in whole.out.splitlines() if line.startswith("FAULT"))
    assert f"{capture.ref.file}:{capture.ref.offset}" in fault
    assert item.id in whole.out
    assert capture.id in whole.out
    assert creditline("-C", collection, "verify", EDITED).code == Exit.INTEGRITY


@pytest.mark.damages_collection("a claim is forged")
def test_a_claim_that_is_not_where_its_evidence_says_is_found(creditline: Command, collection: Path) -> None:
    with Catalogue.open(collection / "catalogue.db") as catalogue, catalogue.transaction():
        catalogue.connection.execute(
            "UPDATE evidence SET words = 'Somebody Else' WHERE id = (SELECT evidence FROM attribution LIMIT 1)"
        )
    ended = creditline("-C", collection, "verify", "--all")
    assert ended.code == Exit.INTEGRITY
    assert "“Somebody Else” is not where its evidence says" in ended.out


@pytest.mark.damages_collection("a file is taken away")
def test_a_missing_file_is_found(creditline: Command, collection: Path) -> None:
    gone = max((collection / "warcs").glob("*.warc.gz"), key=lambda path: path.stat().st_size)
    gone.unlink()
    ended = creditline("-C", collection, "verify", "--all")
    assert ended.code == Exit.INTEGRITY
    assert f"{gone.name}:0" in ended.out


def test_a_rebuild_from_the_files_alone_is_identical(creditline: Command, collection: Path) -> None:
    ended = creditline("-C", collection, "rebuild", "--check")
    assert ended.code == Exit.DONE, ended.out
    assert ended.out.startswith("identical")


@pytest.mark.damages_collection("a text is changed by hand")
def test_rebuild_check_finds_a_row_that_no_record_states(creditline: Command, collection: Path) -> None:
    with Catalogue.open(collection / "catalogue.db") as catalogue, catalogue.transaction():
        catalogue.connection.execute("UPDATE edition SET text = text || ' And more.' WHERE id = 1")
    ended = creditline("-C", collection, "rebuild", "--check")
    assert ended.code == Exit.INTEGRITY
    assert "And more." in ended.out


def test_a_lost_catalogue_is_rebuilt_with_the_same_items(creditline: Command, collection: Path) -> None:
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        before = catalogue.all_item_ids()
    for path in collection.glob("catalogue.db*"):
        path.unlink()
    assert creditline("-C", collection, "rebuild").code == Exit.DONE
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        assert catalogue.all_item_ids() == before
    assert "Granite" in creditline("-C", collection, "search", "granite").out


def test_status_counts_answers_of_the_publisher_without_asking_for_attention(
    creditline: Command, collection: Path
) -> None:
    ended = creditline("-C", collection, "--json", "status")
    told = json.loads(ended.out)
    assert told["items"] >= 29
    assert told["gone"] == 1
    assert told["reasons"]["gone"] == 1
    assert (told["attention"], ended.code) == ([], Exit.DONE)


def test_the_doctor_keeps_an_exchange_byte_for_byte(creditline: Command, collection: Path) -> None:
    ended = creditline("-C", collection, "doctor")
    assert ended.code == Exit.DONE, ended.out
    assert "kept and read back the same" in ended.out


@pytest.mark.parametrize(
    "verb", [["status"], ["search", "granite"], ["verify", "--all"]], ids=["status", "search", "verify"]
)
def test_a_lost_catalogue_is_reported_with_the_command_that_rebuilds_it(
    creditline: Command, collection: Path, verb: list[str]
) -> None:
    for path in collection.glob("catalogue.db*"):
        path.unlink()
    ended = creditline("-C", collection, *verb)
    assert ended.code == Exit.USAGE
    assert f"creditline -C {collection} rebuild" in ended.err
