"""Other programs' files in every form: taken as they are, rewritten from their sound records, or refused."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator

from archive.errors import Exit, Refused
from archive.fixity.verifier import verify_file
from archive.warc.capture import Capture
from archive.warc.member import members
from archive.warc.reader import capture_of, read_records
from db.catalogue import Catalogue
from ingest.collection.collection import Collection, Layout, make, open_for_work
from ingest.settings.values import PublisherOptions, Settings
from ingest.transfer.import_warc import Imported, ImportOptions, SourceFile, import_file

INSTITUTE = Settings(publishers=(PublisherOptions("http://institute.example/", id="bl", name="Baltic Lantern"),))
URL = "http://institute.example/essays/tides/"
PAGE = (
    b"<html lang=en><title>On tides</title><h1>On tides</h1><p>"
    + b"The tide turns twice a day. " * 40
    + b"</p></html>\n"
)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)
Foreign = Callable[..., Any]


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Collection]:
    layout = Layout(tmp_path / "collection")
    make(layout, INSTITUTE)
    with open_for_work(layout, INSTITUTE, clock=lambda: datetime(2024, 1, 1, tzinfo=UTC)) as collection:
        yield collection


def brought(work: Collection, path: Path) -> Imported:
    return import_file(work, SourceFile(path), ImportOptions("Ada Berg"))


def captures(work: Collection, name: str) -> list[Capture]:
    path = work.layout.warcs / name
    return [found for record in read_records(path) if (found := capture_of(record)) is not None]


def note(work: Collection) -> dict[str, Any]:
    (detail,) = work.catalogue.connection.execute("SELECT detail FROM event WHERE type = 'import'").fetchone()
    found: dict[str, Any] = json.loads(detail)
    return found


def arc(*records: tuple[str, bytes], version: int = 1) -> bytes:
    names = b"URL IP-address Archive-date Content-type Archive-length\n"
    if version == 2:
        names = names.replace(b"Archive-length", b"Result-code Checksum Location Offset Filename Archive-length")
    more = " 200 - - 0 old.arc" if version == 2 else ""
    body = b"%d 0 Archive\n%s\n" % (version, names)
    whole = f"filedesc://old.arc 0.0.0.0 20010101000000 text/plain{more} {len(body)}\n".encode() + body + b"\n"
    for url, block in records:
        whole += f"{url} 192.0.2.7 20010102030405 text/html{more} {len(block)}\n".encode() + block + b"\n"
    return whole


# ── ARC ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "compressed"])
def test_an_arc_file_is_converted_to_warc_and_the_conversion_is_recorded(
    work: Collection, tmp_path: Path, version: int, packed: bool
) -> None:
    data = arc(
        (URL, ANSWER), ("http://institute.example/a b", ANSWER), ("dns:institute.example", b"x"), version=version
    )
    path = tmp_path / "old.arc.gz"
    path.write_bytes(gzip.compress(data) if packed else data)
    told = brought(work, path)
    assert told.made is not None
    assert (told.new, told.records, told.owned, told.made.left) == (True, 5, 2, ())
    first, second = captures(work, told.file)
    assert (first.url, first.began, first.ip) == (URL, datetime(2001, 1, 2, 3, 4, 5, tzinfo=UTC), "192.0.2.7")
    assert second.url == "http://institute.example/a%20b"
    assert verify_file(work.layout.warcs / told.file).findings == ()
    with (work.layout.warcs / told.file).open("rb") as stream:
        blocks = [record.raw_stream.read() for record in ArchiveIterator(stream, no_record_parse=True)]
    assert blocks[1].startswith(b"%d 0 Archive" % version)
    assert blocks[2:] == [ANSWER, ANSWER, b"x"]
    assert (note(work)["converted"]["why"], note(work)["converted"]["records"]) == ("an ARC file", 4)
    assert brought(work, path).file == told.file


def test_broken_parts_of_an_arc_file_are_left_out_and_listed(work: Collection, tmp_path: Path) -> None:
    path = tmp_path / "old.arc"
    whole = arc((URL, ANSWER), ("http://institute.example/b", ANSWER), ("http://institute.example/c", ANSWER))
    path.write_bytes(whole.replace(b"/b 192.0.2.7 20010102030405", b"/b 192.0.2.7 yesterday     ")[:-20])
    told = brought(work, path)
    assert told.made is not None
    assert [capture.url for capture in captures(work, told.file)] == [URL]
    assert any("cut off" in lost.what for lost in told.made.left)
    assert len(note(work)["converted"]["list"]) == note(work)["converted"]["lost"] == len(told.made.left) == 2


@pytest.mark.parametrize(
    ("tail", "told"),
    [
        (gzip.compress(ANSWER * 9)[:-20], "it ends amid a gzip member"),
        (bytes(9) + gzip.compress(b""), None),
        (b"no gzip member", "the file does not unpack from here on"),
    ],
    ids=["cut off", "filled up with zeros", "followed by something else"],
)
def test_records_before_the_fault_of_a_compressed_arc_file_are_kept(
    work: Collection, tmp_path: Path, tail: bytes, told: str | None
) -> None:
    path = tmp_path / "old.arc.gz"
    path.write_bytes(gzip.compress(arc((URL, ANSWER))) + tail)
    made = brought(work, path)
    assert [capture.url for capture in captures(work, made.file)] == [URL]
    assert made.made is not None
    assert any(told in lost.what for lost in made.made.left) if told else made.made.left == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [b"http://a.example/ 192.0.2.7 20010101000000 text/html 999999999\n", b"dns:a 1 20010101 x 3\n"],
    ids=["longer than the file", "without an end"],
)
def test_an_arc_file_that_is_broken_all_over_is_given_up_quickly(work: Collection, tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "old.arc"
    path.write_bytes(arc((URL, ANSWER)) + line * 20_000)
    began = time.process_time()
    told = brought(work, path)
    assert time.process_time() - began < 10
    assert told.owned == 1
    assert told.made is not None
    assert len(told.made.left) < 1100


# ── Zstandard ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dictionary", ["", "raw", "compressed"])
def test_a_file_compressed_with_zstandard_is_imported(
    work: Collection, foreign_warc: Foreign, tmp_path: Path, dictionary: str
) -> None:
    warc = foreign_warc("theirs.warc")
    warc.info("Zeno/2.0")
    warc.response(URL, PAGE)
    records = [member.data for member in members(warc.path)]
    taught = zstandard.ZstdCompressionDict(b"WARC/1.0\r\nWARC-Type: response\r\n" * 40) if dictionary else None
    compressor = zstandard.ZstdCompressor(dict_data=taught)
    begin = b""
    if taught:
        held = taught.as_bytes()
        held = zstandard.ZstdCompressor().compress(held) if dictionary == "compressed" else held
        begin = b"\x5d\x2a\x4d\x18" + len(held).to_bytes(4, "little") + held
    path = tmp_path / "theirs.warc.zst"
    path.write_bytes(begin + b"".join(map(compressor.compress, records)))
    told = brought(work, path)
    assert told.made is not None
    assert (told.records, told.owned, told.software, told.made.left) == (2, 1, "Zeno/2.0", ())
    assert [member.data for member in members(work.layout.warcs / told.file)] == records


def test_sound_records_of_a_torn_zstandard_file_are_imported(
    work: Collection, foreign_warc: Foreign, tmp_path: Path
) -> None:
    warc = foreign_warc("theirs.warc")
    warc.response(URL, PAGE)
    path = tmp_path / "theirs.warc.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress(warc.path.read_bytes()) + b"no frame of Zstandard")
    told = brought(work, path)
    assert told.made is not None
    assert (told.records, told.owned, len(told.made.left)) == (1, 1, 1)
    assert "does not unpack from here on" in told.made.left[0].what


def test_a_decompression_bomb_is_cut_at_the_limit_and_refused(
    work: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.foreign.conversion._ROOM", 1 << 16)
    path = tmp_path / "bomb.warc.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress(b"WARC/1.0\r\n" + bytes(8 << 20)))
    with pytest.raises(Refused, match="no complete record"):
        brought(work, path)
    assert not list(work.layout.warcs.glob("imported-*"))


# ── As a whole, and torn ─────────────────────────────────────────────────────────────────────────────────────


def crawl(foreign_warc: Foreign, name: str) -> Path:
    warc = foreign_warc(name)
    warc.info("wget/1.21")
    for letter in "abc":
        warc.response(f"http://institute.example/{letter}", PAGE)
    return Path(warc.path)


def test_a_file_compressed_as_a_whole_is_imported_record_by_record(
    work: Collection, foreign_warc: Foreign, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.warc.gz"
    whole.write_bytes(gzip.compress(crawl(foreign_warc, "theirs.warc").read_bytes()))
    told = brought(work, whole)
    assert told.made is not None
    assert (told.records, told.owned, told.made.left) == (4, 3, ())
    assert verify_file(work.layout.warcs / told.file).findings == ()


@pytest.mark.parametrize("name", ["theirs.warc.gz", "theirs.warc"])
@pytest.mark.parametrize("torn", ["tail", "middle", "garbage"])
def test_sound_records_of_a_torn_file_are_imported_and_the_rest_is_listed(
    work: Collection, foreign_warc: Foreign, name: str, torn: str
) -> None:
    path = crawl(foreign_warc, name)
    held = list(members(path))
    data = bytearray(path.read_bytes())
    if torn == "tail":
        del data[-100:]
    elif torn == "middle":
        data[held[2].offset : held[2].offset + 60] = b"\xff" * 60
    else:
        data += b"\0\1\2 garbage"
    path.write_bytes(data)
    told = brought(work, path)
    assert told.made is not None
    kept = {"tail": "ab", "middle": "ac", "garbage": "abc"}[torn]
    assert [capture.url[-1] for capture in captures(work, told.file)] == list(kept)
    assert told.made.left
    assert [lost[0] for lost in note(work)["converted"]["list"]]
    sound = {member.data for member in members(work.layout.warcs / told.file)}
    assert sound <= {member.data for member in held}


def test_a_truncated_member_gives_the_records_that_their_digests_prove(
    work: Collection, foreign_warc: Foreign, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(gzip.compress(crawl(foreign_warc, "theirs.warc").read_bytes(), 0)[:-200])
    told = brought(work, cut)
    assert [capture.url[-1] for capture in captures(work, told.file)] == ["a", "b"]


@pytest.mark.parametrize(
    "data", [b"", b"<html>no archive</html>", gzip.compress(b"", mtime=0), b"WARC/1.0\r\n", b"filedesc://x\n"]
)
def test_a_file_without_records_is_refused_and_leaves_nothing(work: Collection, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "no.warc"
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        brought(work, path)
    assert refused.value.code is Exit.INTEGRITY
    assert not list(work.layout.warcs.glob("imported-*"))


# ── What is sound ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("more", [0, 300_000])
def test_a_resource_record_with_a_web_url_is_read_as_the_page_of_that_url(
    creditline: Callable[..., Any], foreign_warc: Foreign, tmp_path: Path, more: int
) -> None:
    make(Layout(tmp_path / "collection"), INSTITUTE)
    warc = foreign_warc("warcit.warc.gz")
    warc.info("warcit 0.4.0")
    warc.record("resource", PAGE + b" " * more, Target_URI=URL, type="text/html; charset=utf-8")
    warc.record("resource", b"\x89PNG", Target_URI=f"urn:thumbnail:{URL}", type="image/png")
    ended = creditline("-C", tmp_path / "collection", "import", warc.path)
    assert ended.code == Exit.DONE, ended.err
    with Catalogue.open(tmp_path / "collection" / "catalogue.db", read_only=True) as catalogue:
        item = catalogue.item(URL)
        assert item is not None
        assert "turns twice a day" in item.edition.text
    for proof in (("verify", "--all"), ("verify", URL), ("rebuild", "--check")):
        assert creditline("-C", tmp_path / "collection", *proof).code == Exit.DONE


def test_folded_and_lower_case_headers_are_read(work: Collection, tmp_path: Path) -> None:
    head = (
        f"warc/1.0\r\nwarc-type:\r\n RESPONSE\r\nwarc-target-uri:\r\n\t{URL}\r\nwarc-date: 2008-04-30t20:48:25z\r\n"
        f"warc-record-id: <urn:uuid:ff728363-2d5f-4f5f-b832-9552de1a6037>\r\ncontent-type: application/http\r\n"
        f"content-length:\r\n {len(ANSWER)}\r\n\r\n"
    )
    path = tmp_path / "folded.warc"
    path.write_bytes(head.encode() + ANSWER + b"\r\n\r\n")
    assert verify_file(path).findings == ()
    told = brought(work, path)
    assert (told.made, told.owned) == (None, 1)
    assert [capture.url for capture in captures(work, told.file)] == [URL]


# ── Several at once ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("order", [("good", "bad"), ("bad", "good")])
def test_a_refused_file_does_not_stop_the_import_of_others(
    creditline: Callable[..., Any], foreign_warc: Foreign, tmp_path: Path, order: tuple[str, str]
) -> None:
    make(Layout(tmp_path / "collection"), INSTITUTE)
    files = {"good": foreign_warc("good.warc.gz").path, "bad": foreign_warc("bad.warc").path}
    foreign_good = foreign_warc("good.warc.gz")
    foreign_good.response(URL, PAGE)
    foreign_bad = foreign_warc("bad.warc")
    foreign_bad.response("http://institute.example/bad", PAGE)
    files["bad"].write_bytes(files["bad"].read_bytes().replace(b"twice a day", b"never at all", 1)[:-1] + b"\n")
    ended = creditline("-C", tmp_path / "collection", "import", *(files[name] for name in order))
    assert ended.code == Exit.INTEGRITY
    assert "bad.warc" in ended.err
    with Catalogue.open(tmp_path / "collection" / "catalogue.db", read_only=True) as catalogue:
        item = catalogue.item(URL)
        assert item is not None
        assert "twice a day" in item.edition.text


@pytest.mark.slow
def test_the_command_reports_what_was_left_out_and_asks_for_attention(
    creditline: Callable[..., Any], foreign_warc: Foreign, tmp_path: Path
) -> None:
    make(Layout(tmp_path / "collection"), INSTITUTE)
    path = crawl(foreign_warc, "theirs.warc.gz")
    path.write_bytes(path.read_bytes()[:-100])
    ended = creditline("-C", tmp_path / "collection", "import", path)
    assert ended.code == Exit.ATTENTION
    assert "left out, at byte" in ended.err
    path.write_bytes(path.read_bytes()[:-1])
    again = creditline("-C", tmp_path / "collection", "import", path)
    assert (again.code, "held already" in again.err, "left out, at byte" in again.err) == (Exit.ATTENTION, True, True)
    assert creditline("-C", tmp_path / "collection", "verify", "--all").code == Exit.DONE
    assert creditline("-C", tmp_path / "collection", "rebuild", "--check").code == Exit.DONE


def test_verify_exits_with_0_if_there_is_only_advice(creditline: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "lone.warc"
    head = "WARC/1.0\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:a:b>\r\nWARC-Date: 2019-03-01T10:00:00Z\r\n"
    path.write_bytes(f"{head}Content-Length: 3\r\n\r\nabc\r\n\r\n".encode())
    ended = creditline("verify", path)
    assert (ended.code, "note " in ended.out, "FAULT" in ended.out) == (Exit.DONE, True, False)
    path.write_bytes(b"")
    assert creditline("verify", path).code == Exit.INTEGRITY
