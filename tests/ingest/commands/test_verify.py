"""Verifying a collection: across its files, against the catalogue both ways, in processes, and recorded as an event."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from archive.digest import normalize_digest
from archive.errors import Exit
from archive.http.exchange import Ending, Exchange
from archive.store import Archive, warc_files
from archive.warc.capture import Capture, NoteKind
from archive.warc.member import members, pack
from archive.warc.writer import is_held
from db import fixity_log
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, make, open_for_work, warcinfo
from ingest.collection.notes import open_for_notes
from ingest.collection.run_lock import run_lock
from ingest.settings.values import PublisherOptions, Settings
from ingest.verification.audit import Plan, audit, by_size, of_everything, of_what_changed

Command = Callable[..., Any]
SETTINGS = Settings(publishers=(PublisherOptions(url="http://think.example/", id="think"),))
BEGAN = datetime(2026, 11, 25, 10, tzinfo=UTC)


def exchange(path: str, body: bytes = b"<html>Rivers</html>", *, day: int = 0) -> Exchange:
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
    asked = f"GET {path} HTTP/1.0\r\nHost: think.example\r\n\r\n".encode()
    began = BEGAN + timedelta(days=day)
    return Exchange(f"http://think.example{path}", began, asked, head + body, Ending.LENGTH, "192.0.2.7")


def work_on(layout: Layout, *exchanges: Exchange) -> list[Capture]:
    """Archive exchanges as a run does."""
    kept = []
    with open_for_work(layout, SETTINGS) as work:
        for one in exchanges:
            kept.append(work.archive.keep("think", one, earlier=work.catalogue.latest_capture(one.url)))
            work.archive.sync()
            work.catalogue.add_captures(kept[-1:])
            work.catalogue.mark_file_end(kept[-1].ref.file, kept[-1].ref.offset + kept[-1].ref.length)
    return kept


@pytest.fixture(scope="module")
def two_days(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A collection after two days of work: the second day repeats a page of the first, in another file."""
    made = Layout(tmp_path_factory.mktemp("two_days") / "collection")
    make(made, SETTINGS)
    work_on(made, exchange("/a"), exchange("/b", b"<html>Seas</html>"))
    work_on(made, exchange("/a", day=1), exchange("/c", b"<html>Lakes</html>", day=1))
    return made


@pytest.fixture
def layout(two_days: Layout, tmp_path: Path) -> Layout:
    """A copy of it, to be changed."""
    return Layout(Path(shutil.copytree(two_days.directory, tmp_path / "collection")))


def found_in(layout: Layout, scope: str = "all") -> list[tuple[str, int, str]]:
    seen = audit(layout, Plan(scope, tuple(warc_files(layout.warcs))), jobs=1)
    return [(fault.file, fault.offset, fault.what) for fault in seen.faults]


def file_with(layout: Layout, word: str, number: int = 0) -> Path:
    return sorted(layout.warcs.glob(f"{word}-*.warc.gz"))[number]


def rewritten(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Rewrite a file with changed records, so that each member is intact."""
    path.write_bytes(b"".join(pack(one) for one in change([member.data for member in members(path)])))


def test_a_sound_collection_has_no_faults_and_its_file_digests_are_known(layout: Layout) -> None:
    assert found_in(layout) == []
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        known = fixity_log.finished(catalogue.connection)
    # The last file of notes is recorded by later work.
    last = max(layout.warcs.glob("collection-*"))
    assert set(known) == {path.name for path in warc_files(layout.warcs) if path != last}


def test_a_verification_records_the_digest_of_a_file_that_has_none_yet(creditline: Command, layout: Layout) -> None:
    last = max(layout.warcs.glob("collection-*"))
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        known = fixity_log.finished(catalogue.connection)
    assert known[last.name].sha256 == hashlib.sha256(last.read_bytes()).hexdigest()


@pytest.mark.slow
@pytest.mark.damages_collection("a file that is none of a collection's")
def test_a_verification_with_a_closed_output_ends_with_its_code(creditline_script: Path, layout: Layout) -> None:
    (layout.warcs / "think-20261125100000-00099.warc.gz").write_bytes(b"no record")
    process = subprocess.Popen(
        [creditline_script, "-C", layout.directory, "verify"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    process.stdout.close()  # as `head` does when it has read enough
    assert process.wait(300) == Exit.INTEGRITY


def test_a_file_that_lost_whole_records_at_its_end_is_found_where_it_ends(layout: Layout) -> None:
    path = file_with(layout, "think")
    *_, request = members(path)  # the catalogue has no row for a request
    path.write_bytes(path.read_bytes()[: request.offset])
    assert [(file, offset) for file, offset, _ in found_in(layout)] == [(path.name, request.offset)]


@pytest.mark.slow
def test_a_flipped_padding_bit_is_found_with_its_file_and_record(layout: Layout) -> None:
    path = file_with(layout, "think")
    whole = path.read_bytes()
    felt_by_none = 0
    for member in list(members(path)):
        for bit in range(8):
            at = member.offset + member.length - 9  # the last byte of the deflate stream holds padding bits
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
            found = found_in(layout)
            assert {place[1] for place in found if place[0] == path.name} >= {member.offset}, (member.offset, bit)
            felt_by_none += any("where the record does not show it" in what for _, _, what in found)
    assert felt_by_none > 0


def test_a_difference_that_only_the_file_digest_shows_is_found(layout: Layout) -> None:
    path = file_with(layout, "think")
    with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
        catalogue.connection.execute("UPDATE finished_file SET sha256 = 'ab' WHERE file = ?", (path.name,))
    (row, (file, offset, what)) = found_in(layout)
    assert (row[0], row[2].startswith("finished_file.sha256 is “ab”")) == ("catalogue.db", True)
    assert (file, offset) == (path.name, 0)
    assert "is not as it was finished" in what


def test_a_record_that_the_catalogue_does_not_know_is_found(layout: Layout) -> None:
    with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
        catalogue.connection.execute("DELETE FROM capture WHERE url = 'http://think.example/c'")
    ((file, _, what),) = found_in(layout)
    assert file == file_with(layout, "think", 1).name
    assert "does not know this record" in what


def test_a_file_that_the_catalogue_does_not_know_is_reported_once(layout: Layout) -> None:
    with Archive.open(layout.warcs, info=warcinfo(SETTINGS), clock=lambda: BEGAN, new_id=uuid.uuid4) as archive:
        stray = archive.keep("think", exchange("/x")).ref.file
        archive.keep("think", exchange("/y"))
    assert [(file, what) for file, _, what in found_in(layout)] == [
        (stray, "the catalogue knows none of the 2 captures and notes in this file")
    ]


def test_records_that_a_live_run_has_not_catalogued_yet_are_not_faults(layout: Layout) -> None:
    with run_lock(layout.directory, now=datetime.now(UTC)), open_for_work(layout, SETTINGS, command=None) as work:
        work.archive.keep("think", exchange("/x"))
        work.archive.sync()
        path = next(layout.warcs.glob("*.open"))
        assert is_held(path)
        whole = path.read_bytes()
        path.write_bytes(whole + b"\x1f\x8b\x08 half a rec")
        assert found_in(layout) == []
        path.write_bytes(whole)
        work.archive.finish()
        assert found_in(layout) == []
    assert len(found_in(layout)) == 1


def test_a_missing_file_is_found_even_if_only_its_digest_is_known(layout: Layout) -> None:
    path = file_with(layout, "think", 1)
    path.unlink()
    with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
        catalogue.connection.execute("DELETE FROM capture WHERE file = ?", (path.name,))
    assert (path.name, 0, "the file is missing") in found_in(layout)


def test_an_id_in_two_files_is_reported_for_both(layout: Layout) -> None:
    first, second = file_with(layout, "think"), file_with(layout, "think", 1)
    stolen = next(iter(members(first))).data
    rewritten(second, lambda held: [*held, stolen])
    twice = [file for file, _, what in found_in(layout) if "2 records have this WARC-Record-ID" in what]
    assert twice == [first.name, second.name]


def test_a_revisit_whose_original_is_missing_or_different_is_found(layout: Layout) -> None:
    revisit = file_with(layout, "think", 1).name
    originals = "UPDATE capture SET {} WHERE kind = 'response' AND url LIKE '%/a'"
    for change, told in (
        ("payload_digest = 'blake3:ABC'", None),  # a digest of another algorithm is not compared
        (f"payload_digest = 'sha256:{'A' * 52}===='", "has another payload digest"),
        ("url = 'http://else.example/'", "the capture that it repeats is not here"),
    ):
        with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
            catalogue.connection.execute(originals.format(change))
        found = [(file, what) for file, _, what in found_in(layout)]
        assert (not found) if told is None else (found[0][0] == revisit and told in found[0][1])


def test_a_missing_note_breaks_the_chain(layout: Layout) -> None:
    with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
        notes = catalogue.connection.execute("SELECT id FROM event WHERE digest IS NOT NULL ORDER BY at").fetchall()
        catalogue.connection.execute("DELETE FROM event WHERE id = ?", notes[0])
    broken = [what for _, _, what in found_in(layout) if what.startswith("the note before it")]
    assert len(broken) == 1


def test_a_note_whose_predecessor_is_in_an_open_file_does_not_break_the_chain(layout: Layout) -> None:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        head = catalogue.last_note_digest()
    with Archive.open(layout.warcs, info=warcinfo(SETTINGS), clock=lambda: BEGAN, new_id=uuid.uuid4) as archive:
        lost = {"reason": "dns", "detail": "no such host"}
        about = "http://think.example/lost/"
        before = archive.note("collection", NoteKind.RECOVERY, {}, previous=head)
        after = archive.note("think", NoteKind.FAILURE, lost, about=about, previous=before.digest)
        archive.sync()
        # As a fold leaves it: the publisher's file is finished and read, the worker's other file is not.
        archive.finish_series("think")
        with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
            catalogue.add_note(after)
            catalogue.mark_file_end(after.ref.file, after.ref.offset + after.ref.length)
        assert is_held(layout.warcs / f"{before.ref.file}.open")
        assert found_in(layout) == []
        with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
            catalogue.mark_file_end(before.ref.file, before.ref.offset + before.ref.length)
        assert [what for _, _, what in found_in(layout)] == [
            f"the note before it, {normalize_digest(before.digest)}, is not held"
        ]


def test_files_are_divided_into_groups_of_similar_size(tmp_path: Path) -> None:
    def sizes(*lengths: int, count: int) -> list[list[int]]:
        paths = [tmp_path / f"{number}-{length}" for number, length in enumerate(lengths)]
        for path, length in zip(paths, lengths, strict=True):
            path.write_bytes(bytes(length))
        groups = list(by_size(paths, count))
        assert [path for group in groups for path in group] == paths
        return [[path.stat().st_size for path in group] for group in groups]

    assert sizes(10, 10, 10, 10, count=2) == [[10, 10], [10, 10]]
    assert sizes(1, 1, 90, 1, 1, count=2) == [[1, 1, 90], [1, 1]]
    assert sizes(0, 0, 0, 0, 0, 0, count=3) == [[0, 0]] * 3
    assert sizes(5, count=8) == [[5]]
    # A run beside this one may have given a file its final name since the listing.
    (tmp_path / "a.warc.gz").write_bytes(bytes(90))
    (tmp_path / "b").write_bytes(bytes(9))
    listed = [tmp_path / "a.warc.gz.open", tmp_path / "b"]
    assert list(by_size(listed, 2)) == [[listed[0]], [listed[1]]]
    assert sizes(count=8) == []


def test_a_verification_is_an_event_that_names_the_note_before_it(creditline: Command, layout: Layout) -> None:
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE
    assert creditline("-C", layout.directory, "verify", "--all").code == Exit.DONE
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        rows = catalogue.connection.execute(
            "SELECT detail, previous, digest FROM event WHERE type = 'fixity' ORDER BY at"
        ).fetchall()
        assert fixity_log.last_round(catalogue.connection) is not None
    first, second = (json.loads(row[0]) for row in rows)
    assert rows[1][1] == rows[0][2]
    assert (first["outcome"], first["scope"], first["found"]) == ("ok", "all", 0)
    assert first["agent"].startswith("creditline/")
    assert len(second["files"]) == len(first["files"]) + 1  # the file that holds the first event
    assert second["records"] == sum(one["records"] for one in second["files"])


def test_status_names_faults_until_a_verification_finds_none(creditline: Command, layout: Layout) -> None:
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE
    path = file_with(layout, "think")
    sound = path.read_bytes()
    path.write_bytes(sound[:-5])
    assert creditline("-C", layout.directory, "verify").code == Exit.INTEGRITY
    told = creditline("-C", layout.directory, "status")
    assert re.search(r"attention   the verification of \d{4}-\d\d-\d\d \d\d:\d\d found \d faults?: `credit", told.out)
    assert told.code == Exit.ATTENTION
    path.write_bytes(sound)
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE
    assert "the verification of" not in creditline("-C", layout.directory, "status").out


def test_a_verification_during_a_run_is_recorded_in_its_own_file(creditline: Command, layout: Layout) -> None:
    with open_for_work(layout, SETTINGS) as work:
        work.archive.keep("think", exchange("/x"))
        open_files = set(layout.warcs.glob("*.open"))
        ended = creditline("-C", layout.directory, "verify", file_with(layout, "think"))
        assert ended.code == Exit.DONE, ended.out
        assert set(layout.warcs.glob("*.open")) == open_files
        with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
            assert catalogue.latest_note(NoteKind.FIXITY) is not None
    assert [what for _, _, what in found_in(layout) if "does not know" not in what] == []


def test_only_files_of_the_collection_are_compared_with_its_catalogue(
    creditline: Command, layout: Layout, tmp_path: Path
) -> None:
    path = file_with(layout, "think", 1)
    apart = tmp_path / path.name
    apart.write_bytes(path.read_bytes())
    with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
        catalogue.connection.execute("UPDATE capture SET length = length + 1 WHERE file = ?", (path.name,))
    assert creditline("-C", layout.directory, "verify", apart).code == Exit.DONE
    ended = creditline("-C", layout.directory, "verify", path)
    assert ended.code == Exit.INTEGRITY
    assert "the length of this record is" in ended.out
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert fixity_log.last_round(catalogue.connection) is None
        assert catalogue.latest_note(NoteKind.FIXITY) is not None


def test_verify_since_skips_files_that_were_found_sound_since_then(creditline: Command, layout: Layout) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        left = of_what_changed(layout, catalogue, before)
        again = of_what_changed(layout, catalogue, datetime.now(UTC))
    assert left.files == (max(layout.warcs.glob("collection-*")),)  # the file that holds the event
    assert len(again.files) == len(warc_files(layout.warcs))
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    ended = creditline("-C", layout.directory, "--json", "verify", "--since", tomorrow)
    assert json.loads(ended.out.splitlines()[-1])["scope"] == "since"


def test_a_sample_is_drawn_with_a_printed_seed_and_can_be_repeated(creditline: Command, layout: Layout) -> None:
    ended = creditline("-C", layout.directory, "--json", "verify", "--sample", "2")
    seed = json.loads(ended.out.splitlines()[-1])["seed"]
    assert f"--seed {seed}" in ended.err
    path = file_with(layout, "think")
    path.write_bytes(path.read_bytes()[:100])
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        lost = [capture.id for capture in catalogue.all_captures() if capture.ref.file == path.name]
    ended = creditline("-C", layout.directory, "verify", "--sample", "4", "--seed", "1")
    assert ended.code == Exit.INTEGRITY
    assert all(capture in ended.out for capture in lost)
    assert len(lost) == 2
    assert creditline("-C", layout.directory, "verify", "--seed", "1").code == Exit.USAGE
    assert creditline("-C", layout.directory, "verify", "--all", "--sample", "1").code == Exit.USAGE


@pytest.mark.slow
def test_several_processes_find_the_same_faults_as_one(layout: Layout) -> None:
    path = file_with(layout, "think")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        plan = of_everything(layout, catalogue)
    told: list[tuple[int, int]] = []
    alone = audit(layout, plan, jobs=1)
    beside = audit(layout, plan, jobs=2, report=lambda done, total, _: told.append((done, total)))
    assert alone.faults == beside.faults != []
    assert sorted(alone.files, key=str) == sorted(beside.files, key=str)
    steps = len(plan.files) + 1  # the catalogue counts as one
    assert told == [(done, steps) for done in range(1, steps + 1)]


def test_files_outside_a_collection_are_verified_in_parallel_and_compared(
    creditline: Command, layout: Layout, tmp_path: Path
) -> None:
    apart = [tmp_path / path.name for path in warc_files(layout.warcs)]
    for path in apart:
        path.write_bytes((layout.warcs / path.name).read_bytes())
    assert creditline("-C", tmp_path, "verify", "--jobs", "2", *apart).code == Exit.DONE
    twice = tmp_path / "twice.warc.gz"
    twice.write_bytes(apart[0].read_bytes())
    ended = creditline("-C", tmp_path, "--json", "verify", "--jobs", "2", apart[0], twice)
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == Exit.INTEGRITY
    assert {line["file"] for line in lines if line["event"] == "fault"} == {apart[0].name, twice.name}
    assert [line["records"] for line in lines if line["event"] == "file"] == [len(list(members(twice)))] * 2


def test_a_file_of_another_format_is_reported_as_a_file(creditline: Command, tmp_path: Path) -> None:
    old = tmp_path / "old.arc.gz"
    old.write_bytes(pack(b"filedesc://old.arc 0.0.0.0 20050101000000 text/plain 76\n"))
    ended = creditline("-C", tmp_path, "verify", old)
    assert (ended.code, "ARC file" in ended.out) == (Exit.INTEGRITY, True)
    assert creditline("-C", tmp_path, "verify", tmp_path / "gone.warc").code == Exit.USAGE


@pytest.mark.parametrize(
    ("name", "begins", "code"),
    [
        ("creditline.toml", b"[fetch]\n", Exit.USAGE),
        ("search.archive.txt", b"", Exit.USAGE),
        ("warc", b"\x00" * 20, Exit.USAGE),
        ("old.warc.gz.bak", b"\x00" * 20, Exit.INTEGRITY),
        ("old.arc", b"\x00" * 20, Exit.INTEGRITY),
        ("x.open", b"\x00" * 20, Exit.INTEGRITY),
        ("a", b"\x1f\x8b\x08\x00", Exit.INTEGRITY),
        ("b", b"warc/1.1\r\n", Exit.INTEGRITY),
        ("c", b"\x28\xb5\x2f\xfd", Exit.INTEGRITY),
        ("d", b"\x5d\x2a\x4d\x18", Exit.INTEGRITY),
        ("e", b"filedesc://old.arc", Exit.INTEGRITY),
    ],
)
def test_what_neither_begins_like_a_warc_file_nor_is_called_like_one_is_refused_and_no_fault(
    creditline: Command, tmp_path: Path, name: str, begins: bytes, code: Exit
) -> None:
    (tmp_path / name).write_bytes(begins)
    ended = creditline("-C", tmp_path, "verify", tmp_path / name)
    assert ended.code == code, ended
    assert ("is not a WARC file" in ended.err) == (code == Exit.USAGE)


def test_a_wacz_is_refused_with_the_way_to_verify_it_whatever_its_name(creditline: Command, tmp_path: Path) -> None:
    for name in ("x.wacz", "x.warc.gz"):
        (tmp_path / name).write_bytes(b"PK\x03\x04" + b"\x00" * 20)
        ended = creditline("-C", tmp_path, "verify", tmp_path / name)
        assert (ended.code, "`creditline import` verifies a WACZ" in ended.err.replace(f" -C {tmp_path}", "")) == (
            Exit.USAGE,
            True,
        )


def test_a_folder_is_refused_with_the_way_to_verify_its_files(creditline: Command, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    ended = creditline("-C", tmp_path, "verify", folder)
    assert ended.code == Exit.USAGE
    assert f"{folder} is a folder" in ended.err
    assert f"creditline -C {folder} verify" in ended.err
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\n")
    assert f"python -m bagit --validate {folder}" in creditline("-C", tmp_path, "verify", folder).err


def test_a_changed_row_is_found_by_the_digest_of_its_table(creditline: Command, layout: Layout) -> None:
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE
    with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
        catalogue.connection.execute("UPDATE capture SET etag = 'of nobody' WHERE url LIKE '%/c'")
    ended = creditline("-C", layout.directory, "verify", "--all")
    assert (ended.code, "the table capture is not what it was" in ended.out) == (Exit.INTEGRITY, True), ended.out
    again = creditline("-C", layout.directory, "verify", "--all")
    assert again.code == Exit.INTEGRITY, "what was found wrong is not taken for what is right"


@pytest.mark.slow
def test_notes_written_during_the_comparison_are_not_faults(creditline: Command, layout: Layout) -> None:
    written = Event()

    def write() -> None:
        with open_for_notes(layout) as notary:
            while not written.is_set():
                notary.note(NoteKind.FAILURE, {"reason": "dns"}, about="http://think.example/x")

    beside = Thread(target=write)
    beside.start()
    try:
        found = [audit(layout, Plan("all"), jobs=1).faults for _ in range(5)]
    finally:
        written.set()
        beside.join()
    assert found == [[]] * 5


@pytest.mark.slow
def test_changes_made_by_work_are_not_faults_of_a_table(creditline: Command, layout: Layout) -> None:
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE
    work_on(layout, exchange("/d", day=2))
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE
    assert creditline("-C", layout.directory, "rebuild").code == Exit.DONE
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE


@pytest.mark.slow
def test_a_rebuild_restores_digests_and_verifications(creditline: Command, layout: Layout) -> None:
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        before, verified = fixity_log.finished(catalogue.connection), fixity_log.last_round(catalogue.connection)
    assert creditline("-C", layout.directory, "rebuild").code == Exit.DONE
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert fixity_log.finished(catalogue.connection) == before
        assert fixity_log.last_round(catalogue.connection) == verified
    assert creditline("-C", layout.directory, "verify").code == Exit.DONE


@pytest.fixture
def read_only(layout: Layout, tmp_path: Path) -> Iterator[Layout]:
    """The collection on a read-only medium."""
    medium = tmp_path / "medium"
    medium.mkdir()
    mounted = os.getuid() == 0 and subprocess.run(["mount", "--bind", layout.directory, medium]).returncode == 0
    if not mounted:
        pytest.skip("needs to mount: only root may")
    subprocess.run(["mount", "-o", "remount,ro,bind", medium], check=True)
    yield Layout(medium)
    subprocess.run(["umount", medium], check=True)


@pytest.mark.real
def test_a_read_only_collection_can_be_verified(creditline: Command, read_only: Layout) -> None:
    ended = creditline("-C", read_only.directory, "verify")
    assert ended.code == Exit.DONE, ended.err
    assert ended.out.startswith("ok")
    assert "Not recorded as an event" in ended.err
