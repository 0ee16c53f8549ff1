"""A row of the catalogue that says what no record says is found by `verify`, whatever row it is."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from db.model.item import Context, Reading
from ingest.cataloguing.reader_pool import Pending, as_finished, reading_given_up
from ingest.cataloguing.rebuild import rebuild
from ingest.collection.collection import now

Command = Callable[..., Any]
PAGE = "http://institute.example/essays/tides/"
PARAGRAPH = "<p>The tide turns twice a day, and whoever waits for it long enough may set a clock by the sea.</p>"
BODY = f"""<!doctype html><html lang="en"><head><title>On tides</title><meta name="author" content="Ada Berg">
<meta property="og:type" content="article"></head><body><article><h1>On tides</h1><p class="byline">By Ada Berg</p>
<time datetime="2019-02-28">28 February 2019</time>{PARAGRAPH * 7}<p>Tags: <a rel="tag" href="/tag/sea/">Sea</a></p>
<p>You may republish this text free of charge if you name the author and link to us. Photographs may not be republished
without permission: ask us for them.</p></article></body></html>""".encode()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of the collection that is copied and then harmed."""
    return tmp_path_factory.mktemp("whole") / "collection"


@pytest.fixture
def verify(creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path, whole: Path) -> Command:
    """Call ``creditline verify`` on a collection of one article, after the SQL that harms its catalogue."""
    if not whole.exists():
        warc = foreign_warc()
        warc.response(PAGE, BODY, date="2019-03-01T10:00:00Z")
        brought = creditline("-C", whole, "import", warc.path, "--publisher", "http://institute.example/")
        assert brought.code == Exit.DONE, brought.err
        decided = creditline("-C", whole, "review", PAGE, "--field", "title", "--set", "Of tides", "--by", "A. Nowak")
        assert decided.code == Exit.DONE, decided.err
    folder = shutil.copytree(whole, tmp_path / "collection")

    def harmed(harm: str, *words: str, of: tuple[str, ...] = (PAGE,), verb: str = "verify") -> Any:
        with closing(sqlite3.connect(folder / "catalogue.db")) as connection, connection:
            connection.executescript(harm)
        return creditline("-C", folder, *words, *(verb, *of))

    return harmed


AUTHOR = "WHERE id = (SELECT evidence FROM attribution)"


@pytest.mark.damages_collection("rows are forged")
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (f"UPDATE evidence SET words = 'Ada Borg' {AUTHOR}", "“Ada Borg” is not where its evidence says"),
        (f"UPDATE evidence SET ranges = '[[0,8]]' {AUTHOR}", "the words there are “<!doctyp”"),
        (f"UPDATE evidence SET ranges = '[[90000,90008]]' {AUTHOR}", "“Ada Berg” is not where its evidence says"),
        (f"UPDATE evidence SET capture = 'urn:uuid:none' {AUTHOR}", "names a capture that is not held: urn:uuid:none"),
        (f"UPDATE evidence SET ranges = '[]' {AUTHOR}", "“Ada Berg” names no bytes that it stands in"),
        (f"UPDATE evidence SET layer = 'derived', basis = NULL {AUTHOR}", "names nothing that it was computed from"),
        ("UPDATE edition SET text = text || ' And more.'", "by the sea. And more.”; its records make “"),
        ("UPDATE edition SET published = '2019-02-27'", "edition.published is “2019-02-27”; its"),
        ("UPDATE attribution SET name = 'Ada Borg'", "attribution.name is “Ada Borg”; its records make “Ada Berg”"),
        ("UPDATE attribution SET role = 'editor'", "attribution.role is “editor”; its records make “author”"),
        ("UPDATE item SET language = 'pl'", "item.language is “pl”; its records make “en”"),
        ("UPDATE tag SET value = 'storms' WHERE position = 0", "tag.value is “storms”; its records make “Sea”"),
        ("UPDATE term SET permission = 'permitted' WHERE permission = 'ask'", "its records make “ask”"),
        ("UPDATE term SET duties = '[]'", "term.duties is “[]”"),
        ("DELETE FROM term", "a row of term is missing that its records make"),
        ("UPDATE capture SET status = 404", "capture.status is 404; its records make 200"),
        ("DELETE FROM capture_key", "is missing that its records make"),
        ("UPDATE decision_value SET value = 'Of storms'", "the record states another decision than the catalogue"),
        ("UPDATE decision SET signer = 'B. Nowak'", "the record states another decision than the catalogue"),
        ("DELETE FROM event WHERE type = 'decision'", "has no record"),
        ("UPDATE event SET offset = offset + 1 WHERE type = 'decision'", "FAULT  collection-"),
    ],
    ids=["other words", "other bytes", "no bytes", "no capture", "no range", "no basis", "text", "date",
         "author", "role", "language", "tag", "images", "duties", "no terms", "status", "no keys", "what was decided",
         "who decided", "a decision without record", "a decision in another place"],
)  # fmt: skip
def test_a_row_that_contradicts_its_bytes_is_a_fault(verify: Command, harm: str, said: str) -> None:
    ended = verify(harm)
    assert (ended.code, said in ended.out) == (Exit.INTEGRITY, True), ended.out
    assert "FAULT" in ended.out
    assert "ok  " not in ended.out


def _emptied(path: Path, name: str) -> None:
    """Make the first page of the index *name* claim to have no cells: the rows stay, but it finds none of them."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
    data = bytearray(path.read_bytes())
    at = (root - 1) * size
    # SQLite file format, section 1.6: a leaf page of an index, and the number of its cells two bytes further on.
    assert data[at] == 0x0A
    assert data[at + 3 : at + 5] != b"\0\0"
    data[at + 3 : at + 5] = b"\0\0"
    path.write_bytes(data)


@pytest.mark.damages_collection("an index is spoilt")
@pytest.mark.parametrize("name", ["event_at", "search_doc_published", "capture_url"])
def test_verify_all_finds_an_index_that_lost_its_rows(verify: Command, tmp_path: Path, name: str) -> None:
    assert verify("", of=("--all",)).code == Exit.DONE
    _emptied(tmp_path / "collection" / "catalogue.db", name)
    ended = verify("", of=("--all",))
    assert (ended.code, name in ended.out) == (Exit.INTEGRITY, True), ended.out


@pytest.mark.damages_collection("rows are spoilt")
def test_unreadable_rows_are_reported_and_do_not_stop_verification(verify: Command) -> None:
    ended = verify(f"UPDATE evidence SET ranges = '[[0,' {AUTHOR}")
    assert (ended.code, "the catalogue has rows that no reading produces" in ended.err) == (Exit.INTEGRITY, True)
    whole = verify("SELECT 1", of=())
    assert (whole.code, "its rows hold values that no reading produces" in whole.out) == (Exit.INTEGRITY, True), (
        whole.out
    )


@pytest.mark.damages_collection("an id is changed by hand")
def test_an_item_whose_id_does_not_resolve_is_still_verified(verify: Command) -> None:
    ended = verify("UPDATE item_alias SET id = id || 'x'", of=())
    assert (ended.code, "its records make “institute-example-" in ended.out) == (Exit.INTEGRITY, True), ended.out


def test_a_sound_item_is_proved_with_the_place_of_its_record(verify: Command) -> None:
    ended = verify("SELECT 1")
    assert ended.code == Exit.DONE, ended.out
    proof, place, digests = ended.out.splitlines()
    assert proof.startswith("ok  institute-example-")
    assert "claims read again in their bytes, 0 values derived from named inputs, 1 value decided by people" in proof
    assert proof.endswith("reading it again gives the same")
    assert place.strip().startswith("imported-")
    assert "payload sha256:" in digests


OLDER = "UPDATE edition SET stamp = 'creditline 0.0.1'; UPDATE capture SET stamp = 'creditline 0.0.1';"


def test_a_page_read_by_an_older_reader_is_not_reread_and_not_a_fault(verify: Command) -> None:
    ended = verify(OLDER)
    assert ended.code == Exit.DONE, ended.out
    assert "read by an older reader" in ended.out
    told = json.loads(verify("SELECT 1", "--json").out)
    assert (told["reread"], told["faults"]) == (None, [])


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE edition SET text = 'Otherwise.'", "is not as it was read: its digest differs"),
        ("UPDATE edition SET title = 'Otherwise'", "is not as it was read: its digest differs"),
        ("UPDATE edition SET text = 'Otherwise.', digest = 'made anew'", "is not what was read in the capture"),
        ("UPDATE item SET language = 'pl'", "another field of the item is not as it was read"),
        ("DELETE FROM tag", "another field of the item is not as it was read"),
        ("UPDATE term SET permission = 'permitted'", "the terms of the item are not as they were read"),
        ("DELETE FROM term", "the terms of the item are not as they were read"),
        ("UPDATE item SET credit_line = 'By nobody'", "the credit line is “By nobody”"),
        (f"UPDATE evidence SET words = 'Ada Borg' {AUTHOR}", "“Ada Borg” is not where its evidence says"),
    ],
    ids=["text", "title", "text and digest", "language", "tags", "images", "no terms", "credit", "evidence"],
)
def test_a_page_read_by_an_older_reader_is_checked_without_rereading_it(verify: Command, harm: str, said: str) -> None:
    ended = verify(f"{OLDER} {harm}")
    assert (ended.code, said in ended.out) == (Exit.INTEGRITY, True), ended.out


@pytest.mark.damages_collection("a decision is forged")
def test_rebuild_check_compares_pages_of_an_older_reader_where_it_can(verify: Command) -> None:
    older = verify(OLDER, verb="rebuild", of=("--check",))
    assert (older.code, older.out) == (Exit.ATTENTION, "read by an older reader: creditline 0.0.1\n")
    harmed = verify("UPDATE edition SET text = 'Otherwise.'", verb="rebuild", of=("--check",))
    assert (harmed.code, "its digest differs" in harmed.out) == (Exit.INTEGRITY, True)
    harmed = verify("UPDATE decision SET signer = 'B. Nowak'", verb="rebuild", of=("--check",))
    assert (harmed.code, "B. Nowak" in harmed.out) == (Exit.INTEGRITY, True)


class Hurried:
    """A reader that has no time."""

    def submit(self, found: Any, context: Context) -> Pending[Reading]:  # noqa: ARG002 - the signature of readers
        return as_finished(reading_given_up("deadline of 20 s passed", context))


def test_a_page_that_was_given_up_at_a_deadline_verifies_and_rebuilds_the_same(verify: Command, tmp_path: Path) -> None:
    folder = tmp_path / "collection"
    for path in folder.glob("catalogue.db*"):
        path.unlink()
    with Catalogue.open(folder / "catalogue.db", create=True) as catalogue:
        rebuild(folder / "warcs", catalogue, Hurried(), clock=now)
    proved = verify("SELECT 1", of=())
    assert (proved.code, proved.err) == (Exit.DONE, ""), proved.out
    compared = verify("SELECT 1", verb="rebuild", of=("--check",))
    assert (compared.code, compared.out.startswith("identical")) == (Exit.DONE, True), compared.out


def test_a_foreign_trigger_or_table_is_reported(verify: Command) -> None:
    ended = verify(
        "CREATE TABLE theirs (a); CREATE TRIGGER sly AFTER INSERT ON item BEGIN DELETE FROM term; END", of=()
    )
    assert ended.code == Exit.INTEGRITY
    assert "the table theirs is none that Creditline makes" in ended.out
    assert "the trigger sly is none that Creditline makes" in ended.out
    changed = verify("DROP VIEW failures; CREATE VIEW failures AS SELECT 1", of=())
    assert "the view failures is not as Creditline makes it" in changed.out
