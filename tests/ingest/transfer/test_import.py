"""`creditline import`: archives of others join the collection, and published ids still say what they said."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from archive.errors import Exit
from archive.formats.wacz_signing import make_key, signed
from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from ingest.cataloguing.backlog import read_waiting
from ingest.collection.collection import Layout, make, open_for_work
from ingest.settings.values import PublisherOptions, Settings
from ingest.transfer.import_warc import SourceFile
from tests.sites.kept_pages import keep

Command = Callable[..., Any]
Foreign = Callable[..., Any]
INSTITUTE = Settings(publishers=(PublisherOptions("http://institute.example/", id="bl", name="Baltic Lantern"),))
ESSAY = "http://institute.example/essays/tides/"
OTHER = "http://institute.example/essays/harbours/"
IDENTICAL = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
DERIVED = {"item", "edition", "edition_capture", "attribution", "tag", "statement", "term", "capture_key"}


def essay(title: str, words: str) -> bytes:
    paragraphs = "".join(
        f"<p>{words} This is paragraph {number} of an essay about the sea, which is long enough to be read as one"
        " by whoever comes across it, with a comma here and there, and a full stop at its end.</p>"
        for number in range(6)
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta name="author" content="Ada Berg"></head><body><article>'
        f'<h1>{title}</h1><p class="byline">By Ada Berg</p><time datetime="2019-02-28">28 February 2019</time>'
        f"{paragraphs}</article></body></html>\n"
    ).encode()


OLD = essay("On tides", "The tide turned slowly in the old days.")
OURS = essay("On tides", "The tide turns twice a day.")
NEW = essay("On tides", "The tide has been turning faster of late.")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection that the tests copy."""
    layout = Layout(tmp_path_factory.mktemp("first") / "collection")
    make(layout, INSTITUTE)
    captured(layout, OURS, datetime(2023, 4, 24, 10, tzinfo=UTC))
    return layout.directory


@pytest.fixture
def collection(first: Path, tmp_path: Path) -> Path:
    """A collection that captured the essay itself, in 2023."""
    return shutil.copytree(first, tmp_path / "collection")


def captured(layout: Layout, body: bytes, began: datetime, url: str = ESSAY) -> None:
    with open_for_work(layout, INSTITUTE, clock=lambda: began) as work:
        keep(work, "bl", url, began, body)
        read_waiting(work)


def theirs(foreign_warc: Foreign, name: str = "theirs.warc.gz") -> Path:
    """Another crawl: the essay in 2019, again unchanged in 2021, and changed in 2025."""
    warc = foreign_warc(name)
    warc.info("Heritrix/3.4.0")
    first = warc.response(ESSAY, OLD, date="2019-03-01T10:00:00Z")
    warc.record("request", b"GET /essays/tides/ HTTP/1.0\r\n\r\n", Target_URI=ESSAY, Concurrent_To=first)
    warc.record("revisit", b"", Target_URI=ESSAY, date="2021-03-01T10:00:00Z", Profile=IDENTICAL, Refers_To=first)
    warc.response(OTHER, essay("On harbours", "A harbour is a place."), date="2020-01-01T00:00:00Z")
    warc.response(ESSAY, NEW, date="2025-03-01T10:00:00Z")
    warc.response("http://tracker.example/pixel", b"x", date="2025-03-01T10:00:01Z")
    return Path(warc.path)


def words(collection: Path, ref: str) -> str:
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        item = catalogue.item(ref)
        assert item is not None, f"{ref} does not resolve any more"
        return item.edition.text


def editions(collection: Path, url: str = ESSAY) -> list[str]:
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        return [edition.id for edition in catalogue.editions(url)]


def notes(collection: Path) -> list[dict[str, Any]]:
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        events = [json.loads(row) for table, row in catalogue.snapshot() if table == "event"]
    return [json.loads(one["detail"]) for one in events if one["type"] == NoteKind.IMPORT]


def proved(creditline: Command, collection: Path) -> None:
    """The catalogue follows from the files alone, and every file and item verifies."""
    check = creditline("-C", collection, "rebuild", "--check")
    assert check.code == Exit.DONE, check.out
    verify = creditline("-C", collection, "verify", "--all")
    assert verify.code == Exit.DONE, verify.out


@pytest.mark.parametrize("openings", [0, 1, 2])
def test_a_file_that_cannot_be_read_is_named_and_not_the_folder_to_which_it_is_copied(
    creditline: Command, collection: Path, foreign_warc: Foreign, monkeypatch: pytest.MonkeyPatch, openings: int
) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    path, before = theirs(foreign_warc), sorted((collection / "warcs").iterdir())
    opened: list[Path] = []
    sound = SourceFile.open

    def broken(source: SourceFile) -> BinaryIO:
        # It is read for its digest and its form, and then copied.
        opened.append(source.path)
        return Broken() if opened.count(path) > openings else sound(source)

    monkeypatch.setattr(SourceFile, "open", broken)
    ended = creditline("-C", collection, "import", path)
    assert ended.code == Exit.DISK
    assert f"{path}: Input/output error" in ended.err
    assert sorted((collection / "warcs").iterdir()) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["theirs.warc.gz", "theirs.warc"])
def test_older_and_newer_captures_join_and_every_published_id_keeps_its_text(
    creditline: Command, collection: Path, foreign_warc: Foreign, name: str
) -> None:
    (shown,) = editions(collection)
    before = words(collection, shown)
    item = shown.partition("@")[0]
    path = theirs(foreign_warc, name)
    ended = creditline("-C", collection, "import", path, "--by", "Ada Berg")
    assert ended.code == Exit.DONE, ended.err
    assert "written by Heritrix/3.4.0" in ended.out
    assert "they show 2 items, 1 of them new to the collection" in ended.out
    assert "tracker.example 1" in ended.err
    assert words(collection, shown) == before
    assert "turns twice a day" in before
    assert editions(collection) == [f"{item}@20190301100000", shown, f"{item}@20250301100000"]
    assert "in the old days" in words(collection, f"{item}@20220101000000")
    assert "faster of late" in words(collection, item)
    (copy,) = (collection / "warcs").glob("imported-*")
    assert copy.read_bytes() == path.read_bytes()
    (body,) = notes(collection)
    assert (body["origin"], body["by"], body["software"], body["records"]) == (name, "Ada Berg", "Heritrix/3.4.0", 7)
    assert body["length"] == path.stat().st_size
    assert "On «harbours»" in creditline("-C", collection, "search", "harbours").out
    proved(creditline, collection)
    shutil.rmtree(collection / "elsewhere", ignore_errors=True)
    shutil.copytree(collection / "warcs", collection / "elsewhere" / "warcs")
    assert creditline("-C", collection / "elsewhere", "rebuild").code == Exit.DONE
    assert words(collection / "elsewhere", shown) == before
    assert creditline("-C", collection / "elsewhere", "verify", "--all").code == Exit.DONE


@pytest.mark.slow
@pytest.mark.parametrize(("body", "date", "counted"), [
    (OLD, "2019-03-01T10:00:00Z", "1 capture read: 1 changed"),
    (OURS, "2019-03-01T10:00:00Z", "1 capture read: 1 unchanged"),
    (NEW, "2023-04-24T10:00:00Z", "1 capture read: 1 changed"),
], ids=["older", "older and equal", "of the same second"])  # fmt: skip
def test_a_capture_of_an_item_that_is_held_is_not_counted_as_new(
    creditline: Command, collection: Path, foreign_warc: Foreign, body: bytes, date: str, counted: str
) -> None:
    warc = foreign_warc("theirs.warc.gz")
    warc.response(ESSAY, body, date=date)
    ended = creditline("-C", collection, "import", warc.path)
    assert ended.code == Exit.DONE, ended.err
    assert counted in ended.out
    assert "they show 1 item, 0 of them new" in ended.out


@pytest.mark.slow
def test_the_order_of_imports_and_runs_makes_no_difference(
    creditline: Command, foreign_warc: Foreign, tmp_path: Path
) -> None:
    path = theirs(foreign_warc)
    later = foreign_warc("later.warc.gz")
    later.response(ESSAY, OLD, date="2024-03-01T10:00:00Z")
    steps: dict[str, Callable[[Layout], object]] = {
        "theirs": lambda layout: creditline("-C", layout.directory, "import", path),
        "later": lambda layout: creditline("-C", layout.directory, "import", later.path),
        "ours": lambda layout: captured(layout, OURS, datetime(2023, 4, 24, 10, tzinfo=UTC)),
    }
    seen = []
    for order in (("theirs", "later", "ours"), ("ours", "later", "theirs"), ("later", "ours", "theirs")):
        layout = Layout(tmp_path / "-".join(order))
        make(layout, INSTITUTE)
        for step in order:
            steps[step](layout)
        with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
            rows = [f"{table} {row}" for table, row in catalogue.snapshot() if table in DERIVED]
            own = next(c.id for c in catalogue.all_captures() if c.began.year == 2023)
        seen.append([row.replace(own, "ours") for row in rows])
        proved(creditline, layout.directory)
    assert seen[0] == seen[1]
    assert seen[0] == seen[2]


@pytest.mark.slow
@pytest.mark.parametrize("turned", [False, True], ids=["in order", "the later one first"])
@pytest.mark.parametrize("first", ["2023-04-24T10:00:00.250Z", "2023-04-24T10:00:00Z"], ids=["a second", "an instant"])
def test_two_editions_of_one_second_have_different_ids(
    creditline: Command, foreign_warc: Foreign, tmp_path: Path, first: str, *, turned: bool
) -> None:
    files = []
    for name, body, date in (("a", OLD, first), ("b", NEW, first.replace(".250Z", ".750Z"))):
        warc = foreign_warc(f"{name}.warc.gz", version="WARC/1.1")
        warc.response(
            ESSAY, body, date=date, record_id=f"<urn:uuid:{name * 8}-{name * 4}-4{name * 3}-8{name * 3}-{name * 12}>"
        )
        files.append(warc.path)
    layout = Layout(tmp_path / "collection")
    make(layout, INSTITUTE)
    assert creditline("-C", layout.directory, "import", *sorted(files, reverse=turned)).code == Exit.DONE
    ids = editions(layout.directory)
    end = "750000" if ".250" in first else "000001"
    assert [one.partition("@")[2] for one in ids] == ["20230424100000", f"20230424100000{end}"]
    for edition, said in zip(ids, ("in the old days", "faster of late"), strict=True):
        assert said in words(layout.directory, edition)
        assert edition in creditline("-C", layout.directory, "cite", edition).out
        proof = creditline("-C", layout.directory, "verify", edition)
        assert (proof.code, f"ok  {edition} " in proof.out) == (Exit.DONE, True), proof.out
    changed = creditline("-C", layout.directory, "show", ESSAY, "--diff", *ids)
    assert changed.out.splitlines()[0].startswith(f"--- {ids[0]} ")
    assert changed.out.splitlines()[1].startswith(f"+++ {ids[1]} ")
    proved(creditline, layout.directory)


@pytest.mark.slow
def test_importing_a_file_again_changes_nothing(
    creditline: Command, collection: Path, foreign_warc: Foreign, tmp_path: Path
) -> None:
    path = theirs(foreign_warc)
    assert creditline("-C", collection, "import", path).code == Exit.DONE
    before = sorted((one.name, one.stat().st_size) for one in (collection / "warcs").iterdir())
    again = creditline("-C", collection, "import", path)
    assert again.code == Exit.DONE
    assert "held already: it is imported-" in again.err
    # The same records compressed differently are the same captures too.
    other = tmp_path / "plain.warc"
    other.write_bytes(gzip.decompress(path.read_bytes()))
    packed = creditline("-C", collection, "import", other)
    assert "held already: every capture in it is in the catalogue" in packed.err
    assert sorted((one.name, one.stat().st_size) for one in (collection / "warcs").iterdir()) == before


@pytest.mark.slow
def test_a_revisit_is_read_once_the_file_with_its_payload_is_here(
    creditline: Command, collection: Path, foreign_warc: Foreign
) -> None:
    originals, revisits = foreign_warc("first.warc.gz"), foreign_warc("second.warc.gz")
    originals.response(OTHER, essay("On harbours", "A harbour is a place."), date="2019-01-01T00:00:00Z")
    repeated = {"Refers_To_Target_URI": OTHER, "Refers_To_Date": "2019-01-01T00:00:00Z"}
    revisits.record(
        "revisit", b"", Target_URI=OTHER + "?print", date="2020-01-01T00:00:00Z", Profile=IDENTICAL, **repeated
    )
    first = creditline("-C", collection, "import", revisits.path)
    assert first.code == Exit.DONE
    assert f"not read, 1 revisit: what it repeats is not here. Import the file that holds it too, e.g. {OTHER}" in (
        first.err
    )
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        assert catalogue.item(OTHER + "?print") is None
    proved(creditline, collection)
    second = creditline("-C", collection, "import", originals.path)
    assert (second.code, "not read" in second.err) == (Exit.DONE, False)
    assert "A harbour is a place" in words(collection, OTHER + "?print")
    proved(creditline, collection)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["by record id", "by payload"])
def test_a_revisit_without_a_reference_finds_its_payload_in_a_later_import(
    creditline: Command, collection: Path, foreign_warc: Foreign, how: str
) -> None:
    originals, revisits = foreign_warc("first.warc.gz"), foreign_warc("second.warc.gz")
    harbours = essay("On harbours", "A harbour is a place.")
    first = originals.response(OTHER, harbours, date="2019-01-01T00:00:00Z")
    url = OTHER + "?print" if how == "by record id" else OTHER
    said = {"Refers_To": first} if how == "by record id" else {"Payload_Digest": "sha256:" + sha256(harbours)}
    revisits.record("revisit", b"", date="2020-01-01T00:00:00Z", Target_URI=url, Profile=IDENTICAL, **said)
    assert creditline("-C", collection, "import", revisits.path).code == Exit.DONE
    proved(creditline, collection)
    assert creditline("-C", collection, "import", originals.path).code == Exit.DONE
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        assert all(capture.refers_to_date for capture in catalogue.all_captures() if capture.began.year == 2020)
    assert "A harbour is a place" in words(collection, url)
    proved(creditline, collection)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.slow
def test_a_revisit_is_read_the_same_in_any_order_of_imports(
    creditline: Command, collection: Path, foreign_warc: Foreign
) -> None:
    # What the second revisit repeats is not here. That it shares its digest with the first must not make it readable.
    later, earlier = foreign_warc("later.warc.gz"), foreign_warc("earlier.warc.gz")
    harbours = essay("On harbours", "A harbour is a place.")
    later.response(OTHER, harbours, date="2024-01-01T00:00:00Z")
    earlier.response(OTHER, harbours, date="2019-01-01T00:00:00Z")
    for date, named in (("2019-02-01T00:00:00Z", OTHER.replace("http:", "https:")), ("2019-03-01T00:00:00Z", ESSAY)):
        said = {"Refers_To_Target_URI": named, "Refers_To_Date": "2019-01-01T00:00:00Z", "Profile": IDENTICAL}
        digest = "sha256:" + sha256(harbours)
        earlier.record("revisit", b"", date=date, Target_URI=OTHER, Payload_Digest=digest, **said)
    for warc in (later, earlier):
        assert creditline("-C", collection, "import", warc.path).code == Exit.DONE
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        events = [json.loads(row) for table, row in catalogue.snapshot() if table == "capture"]
    assert [one["began"][:7] for one in events if one["unread"]] == ["2019-03"]
    proved(creditline, collection)


@pytest.mark.slow
def test_a_revisit_without_a_reference_finds_its_payload_in_our_captures(
    creditline: Command, collection: Path, foreign_warc: Foreign
) -> None:
    warc = foreign_warc()
    digest = "sha256:" + hashlib.sha256(OURS).hexdigest()
    warc.record("revisit", b"", Target_URI=ESSAY, date="2024-01-01T00:00:00Z", Profile=IDENTICAL, Payload_Digest=digest)
    assert creditline("-C", collection, "import", warc.path).code == Exit.DONE
    (body,) = notes(collection)
    assert [url for url, _ in body["repeats"].values()] == [ESSAY]
    assert len(editions(collection)) == 1
    proved(creditline, collection)


@pytest.mark.slow
def test_an_import_killed_after_its_note_is_finished_by_the_next_command(
    creditline: Command, collection: Path, foreign_warc: Foreign
) -> None:
    with Catalogue.open(collection / "catalogue.db") as catalogue:
        catalogue.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(collection / "catalogue.db", collection / "before.db")
    assert creditline("-C", collection, "import", theirs(foreign_warc)).code == Exit.DONE
    after = editions(collection)
    for path in collection.glob("catalogue.db*"):
        path.unlink()
    (collection / "before.db").rename(collection / "catalogue.db")
    assert len(editions(collection)) == 1
    with open_for_work(Layout(collection), INSTITUTE) as work:
        read_waiting(work)
    assert editions(collection) == after
    proved(creditline, collection)


@pytest.mark.slow
def test_a_rebuild_reads_postponed_captures_as_the_import_would(
    creditline: Command, collection: Path, foreign_warc: Foreign, tmp_path: Path
) -> None:
    at_once = Path(shutil.copytree(collection, tmp_path / "at-once"))
    assert creditline("-C", at_once, "import", theirs(foreign_warc)).code == Exit.DONE
    later = creditline("-C", collection, "import", "--later", theirs(foreign_warc))
    assert (later.code, "not read yet" in later.err) == (Exit.DONE, True), later.err
    assert len(editions(collection)) == 1
    assert creditline("-C", collection, "rebuild", "--workers", "2").code == Exit.DONE
    assert editions(collection) == editions(at_once)
    proved(creditline, collection)


@pytest.mark.slow
def test_a_copied_file_without_a_record_counts_only_once_it_is_imported(
    creditline: Command, collection: Path, foreign_warc: Foreign
) -> None:
    path = theirs(foreign_warc)
    left = collection / "warcs" / "imported-20240101000000-00077.warc.gz"
    shutil.copy(path, left)
    torn = collection / "warcs" / "imported-20240101000000-00078.warc.gz.part"
    torn.write_bytes(path.read_bytes()[:100])
    assert creditline("-C", collection, "rebuild", "--check").code == Exit.DONE
    told = creditline("-C", collection, "verify", "--all")
    assert told.code == Exit.INTEGRITY
    assert {line.split()[1] for line in told.out.splitlines() if line.startswith("FAULT")} == {f"{left.name}:0"}
    assert creditline("-C", collection, "import", path).code == Exit.DONE
    assert [one["file"] for one in notes(collection)] == [left.name]
    other = foreign_warc("more.warc.gz")
    other.response(OTHER, NEW, date="2022-01-01T00:00:00Z")
    assert creditline("-C", collection, "import", other.path).code == Exit.DONE
    assert not torn.exists()
    proved(creditline, collection)


# ── What is not believed ─────────────────────────────────────────────────────────────────────────────────────


def test_bytes_that_fail_their_digests_are_refused_without_any_change(
    creditline: Command, collection: Path, foreign_warc: Foreign
) -> None:
    path = theirs(foreign_warc, "theirs.warc")
    path.write_bytes(path.read_bytes().replace(b"turned slowly", b"turned sl0wly", 1))
    before = sorted(one.name for one in (collection / "warcs").iterdir())
    ended = creditline("-C", collection, "import", path)
    assert ended.code == Exit.INTEGRITY
    assert "does not agree with its digest" in ended.err
    assert "--accept-findings" in ended.err
    assert sorted(one.name for one in (collection / "warcs").iterdir()) == before


@pytest.mark.damages_collection("a record is damaged")
@pytest.mark.slow
def test_accepted_findings_are_not_faults_for_verify_but_later_damage_is(
    creditline: Command, collection: Path, foreign_warc: Foreign
) -> None:
    path = theirs(foreign_warc, "theirs.warc")
    path.write_bytes(path.read_bytes().replace(b"turned slowly", b"turned sl0wly", 1))
    ended = creditline("-C", collection, "import", path, "--accept-findings")
    assert ended.code == Exit.ATTENTION
    (body,) = notes(collection)
    assert set(body["findings"]) == {"WARC 1.1, WARC-Block-Digest", "WARC 1.1, WARC-Payload-Digest"}
    proved(creditline, collection)
    (copy,) = (collection / "warcs").glob("imported-*")
    data = bytearray(copy.read_bytes())
    data[data.index(b"On harbours")] ^= 1
    copy.write_bytes(data)
    verify = creditline("-C", collection, "verify", "--all")
    assert verify.code == Exit.INTEGRITY
    assert "not as it was imported" in verify.out


@pytest.mark.slow
@pytest.mark.parametrize("printed", ["sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "\xa03\xdd\xf1"])
def test_a_digest_of_wget_that_says_nothing_is_a_finding_at_the_import_and_none_later(
    creditline: Command, collection: Path, foreign_warc: Foreign, printed: str
) -> None:
    warc = foreign_warc("wget.warc.gz")
    first = warc.response(OTHER, essay("On harbours", "A harbour is a place."), date="2019-01-01T00:00:00Z")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    repeats = {"Refers_To": first, "Truncated": "length", "Profile": IDENTICAL}
    warc.record("revisit", head, date="2020-01-01T00:00:00Z", Target_URI=OTHER, Block_Digest=printed, **repeats)
    ended = creditline("-C", collection, "import", warc.path)
    assert ended.code == Exit.DONE, ended.err
    assert "finding at byte" in ended.err
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        (revisit,) = [one for one in catalogue.all_captures() if one.began.year == 2020]
    assert revisit.block_digest == f"sha256:{sha256(head)}"
    proved(creditline, collection)


def test_a_file_that_is_not_a_warc_file_is_refused(creditline: Command, collection: Path, tmp_path: Path) -> None:
    arc = tmp_path / "old.arc.gz"
    arc.write_bytes(gzip.compress(b"filedesc://old.arc 0.0.0.0 20010101000000 text/plain 20\n1 0 Old\n\n"))
    assert creditline("-C", collection, "import", arc).code == Exit.INTEGRITY
    ended = creditline("-C", collection, "import", tmp_path / "missing.warc.gz")
    assert ended.code == Exit.USAGE
    har = tmp_path / "session.har"
    har.write_text('{"log": {"version": "1.2", "entries": []}}')
    assert "name a WARC, ARC or WACZ file" in creditline("-C", collection, "import", har).err


def test_a_crawl_of_an_unknown_publisher_is_refused_until_it_is_named(
    creditline: Command, collection: Path, foreign_warc: Foreign
) -> None:
    warc = foreign_warc()
    warc.response("https://www.elsewhere.example/essay", OLD)
    ended = creditline("-C", collection, "import", warc.path)
    assert ended.code == Exit.USAGE
    assert "elsewhere.example (1)" in ended.err
    assert "--publisher https://elsewhere.example/" in ended.err
    assert creditline("-C", collection, "import", warc.path, "--publisher", "nobody").code == Exit.USAGE


@pytest.mark.slow
def test_an_archive_makes_a_new_collection_when_its_publisher_is_named(
    creditline: Command, foreign_warc: Foreign, tmp_path: Path
) -> None:
    path = theirs(foreign_warc)
    empty = tmp_path / "empty"
    refused = creditline("-C", empty, "import", path)
    assert refused.code == Exit.USAGE
    assert "--publisher https://example.org/" in refused.err
    assert creditline("-C", empty, "import", path, "--publisher", "http://institute.example/").code == Exit.DONE
    assert "faster of late" in words(empty, ESSAY)
    proved(creditline, empty)
    # It is an archive and no collection that runs: nothing is due, and no list says what is missing.
    status = creditline("-C", empty, "status")
    assert "due         nothing: no publisher is collected" in status.out
    assert "creditline run" not in status.out
    assert json.loads(creditline("-C", empty, "--json", "status").out)["due"] == 0
    assert "no publisher is collected" in creditline("-C", empty, "coverage").err


@pytest.mark.slow
def test_captures_of_a_host_that_gets_a_publisher_later_are_catalogued_from_the_same_file(
    creditline: Command, collection: Path, foreign_warc: Foreign
) -> None:
    warc, other = foreign_warc(), "http://elsewhere.example/essay"
    warc.response(ESSAY, OLD, date="2019-03-01T10:00:00Z")
    warc.response(other, NEW, date="2019-03-01T10:00:00Z")
    assert "elsewhere.example 1" in creditline("-C", collection, "import", warc.path).err
    again = creditline("-C", collection, "import", warc.path, "--publisher", "http://elsewhere.example/")
    assert ": 2 records, 1 capture" in again.out
    assert "not catalogued" not in again.err
    assert "faster of late" in words(collection, other)
    third = creditline("-C", collection, "import", warc.path, "--publisher", "http://elsewhere.example/")
    assert "held already" in third.err
    proved(creditline, collection)


@pytest.mark.slow
def test_a_citation_is_found_in_a_collection_made_of_an_export_with_the_id_of_its_publisher(
    creditline: Command, collection: Path, tmp_path: Path
) -> None:
    (shown,) = editions(collection)
    package, site = tmp_path / "tides.wacz", "http://institute.example/"
    assert creditline("-C", collection, "export", "wacz", ESSAY, "-o", package).code == Exit.DONE
    proof = tmp_path / "proof.json"
    assert creditline("-C", collection, "quote", "The tide turns twice a day", "--proof", proof).code == Exit.DONE
    made = ("import", package, "--publisher", site)
    other = creditline("-C", tmp_path / "other", *made)
    assert "--publisher URL --id bl" in other.err
    assert editions(tmp_path / "other") != [shown]
    heir = creditline("-C", tmp_path / "heir", *made, "--id", "bl")
    assert (heir.code, "--id" in heir.err) == (Exit.DONE, False)
    assert words(tmp_path / "heir", shown.replace("@", "-")) == words(collection, shown)
    # The same record in another file proves the same.
    assert creditline("-C", tmp_path / "heir", "verify", proof).code == Exit.DONE
    assert creditline("-C", tmp_path / "other", "verify", proof).code == Exit.INTEGRITY
    # An id never changes, and is that of one publisher.
    for wrong in (("--id", "other"), ("--id", "A b")):
        assert creditline("-C", tmp_path / "heir", *made, *wrong).code == Exit.USAGE
    assert creditline("-C", tmp_path / "new", "import", package, "--id", "bl").code == Exit.USAGE


@pytest.mark.slow
def test_unknown_hosts_can_be_assigned_to_a_publisher(
    creditline: Command, collection: Path, foreign_warc: Foreign
) -> None:
    assert creditline("-C", collection, "import", theirs(foreign_warc), "--publisher", "bl").code == Exit.DONE
    (body,) = notes(collection)
    assert body["hosts"] == {"institute.example": "bl", "tracker.example": "bl"}
    proved(creditline, collection)


CREATED = "2025-03-02T00:00:00Z"


# ── WACZ ─────────────────────────────────────────────────────────────────────────────────────────────────────


def package(
    path: Path, warc: Path, *, deflated: bool = False, spoil: str = "", sign: Callable[[str], object] | None = None
) -> Path:
    """Pack *warc* as a WACZ; *spoil* names what is changed after its digest, *sign* signs the digest."""
    member = f"archive/{warc.name}"
    held = {member: warc.read_bytes(), "pages/pages.jsonl": b'{"format": "json-pages-1.0"}\n'}
    resources = [
        {"name": name, "path": name, "hash": "sha256:" + hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in held.items()
    ]
    said = {"profile": "data-package", "wacz_version": "1.1.1", "created": CREATED, "resources": resources}
    described = json.dumps(said).encode()
    seal: dict[str, object] = {"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(described).hexdigest()}
    if sign:
        seal["signedData"] = sign(str(seal["hash"]))
    held |= {"datapackage.json": described, "datapackage-digest.json": json.dumps(seal).encode()}
    if spoil:
        held[spoil] = held[spoil] + b" "
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    path.write_bytes(made.getvalue())
    return path


@pytest.mark.slow
@pytest.mark.parametrize("deflated", [False, True], ids=["stored", "deflated"])
def test_a_wacz_is_unpacked_and_its_files_are_imported(
    creditline: Command, collection: Path, foreign_warc: Foreign, tmp_path: Path, deflated: bool
) -> None:
    warc = theirs(foreign_warc)
    ended = creditline("-C", collection, "import", package(tmp_path / "crawl.wacz", warc, deflated=deflated))
    assert ended.code == Exit.DONE, ended.err
    (body,) = notes(collection)
    assert (body["origin"], body["member"]) == ("crawl.wacz", "archive/theirs.warc.gz")
    (copy,) = (collection / "warcs").glob("imported-*")
    assert copy.read_bytes() == warc.read_bytes()
    proved(creditline, collection)


def test_a_warc_without_captures_does_not_stop_the_other_files_of_its_package(
    creditline: Command, collection: Path, foreign_warc: Foreign, tmp_path: Path
) -> None:
    image = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
    pages, screens = foreign_warc("pages.warc.gz"), foreign_warc("screenshots.warc.gz")
    pages.response("http://institute.example/map.png", b"PNG", head=image)
    pages.record("resource", b"{}", Target_URI="urn:pageinfo:http://institute.example/", type="application/json")
    asked = pages.record("request", b"POST /search HTTP/1.1\r\n\r\n", Target_URI="http://institute.example/search")
    pages.response("http://institute.example/search", b"[]", Concurrent_To=asked)
    screens.record("resource", b"PNG", Target_URI="urn:thumbnail:http://institute.example/", type="image/png")
    with zipfile.ZipFile(tmp_path / "crawl.wacz", "w") as archive:
        archive.write(screens.path, "archive/screenshots.warc.gz")
        archive.write(pages.path, "archive/pages.warc.gz")
    ended = creditline("-C", collection, "import", tmp_path / "crawl.wacz", "--accept-findings")
    assert ended.code == Exit.DONE, ended.err
    assert "screenshots.warc.gz is left out: it holds no captures, only resource 1\n" in ended.err
    assert "kept and not catalogued, no captures of pages: answer to another method than GET 1, resource 1" in ended.err
    assert [one["member"] for one in notes(collection)] == ["archive/pages.warc.gz"]


@pytest.mark.parametrize("honest", [True, False])
def test_the_signature_of_a_wacz_is_checked_and_recorded(
    creditline: Command, collection: Path, foreign_warc: Foreign, tmp_path: Path, honest: bool
) -> None:
    pytest.importorskip("cryptography", reason="signatures are checked with the package cryptography")
    key = make_key()

    def sign(taken: str) -> object:
        return signed(taken if honest else f"{taken[:-1]}0", CREATED, software="test", key=key)

    # An image is not a page: nothing has to be read, so the test is quick.
    warc = foreign_warc()
    warc.response("http://institute.example/map.png", b"PNG", head=b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n")
    ended = creditline("-C", collection, "import", package(tmp_path / "crawl.wacz", warc.path, sign=sign))
    if honest:
        assert ended.code == Exit.DONE, ended.err
        assert "signature valid, by the key" in ended.err
        assert notes(collection)[0]["package"]["signature"]["state"] == "valid"
    else:
        assert ended.code == Exit.INTEGRITY
        assert "its signature is wrong" in ended.err


@pytest.mark.parametrize("spoil", ["pages/pages.jsonl", "datapackage.json"])
def test_a_wacz_that_is_not_what_it_says_is_refused(
    creditline: Command, collection: Path, foreign_warc: Foreign, tmp_path: Path, spoil: str
) -> None:
    spoilt = package(tmp_path / "crawl.wacz", theirs(foreign_warc), spoil=spoil)
    ended = creditline("-C", collection, "import", spoilt)
    assert ended.code == Exit.INTEGRITY
    assert spoil in ended.err
    assert not list((collection / "warcs").glob("imported-*"))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"archive/inner.wacz": "PK"}, "packages, not WARC files\n  unzip it, and import the WACZ files in it"),
        (
            {"datapackage.json": '{"resources": [{"path": "https://s.example/b.wacz"}]}'},
            "it only names packages that are elsewhere, as https://s.example/b.wacz\n  get the WACZ files",
        ),
        ({"new.txt": "a cache of HTTrack"}, "it is a ZIP file, but no WACZ"),
    ],
)
def test_a_wacz_without_warc_files_is_refused_with_what_to_do(
    creditline: Command, collection: Path, tmp_path: Path, files: dict[str, str], said: str
) -> None:
    with zipfile.ZipFile(tmp_path / "crawls.wacz", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    ended = creditline("-C", collection, "import", tmp_path / "crawls.wacz")
    assert ended.code == Exit.INTEGRITY
    assert said in ended.err
