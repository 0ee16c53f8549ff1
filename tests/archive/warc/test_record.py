"""Records follow the standard, and independent readers find them."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.digest import digest
from archive.errors import Damaged
from archive.http.exchange import Ending, Truncation
from archive.warc.capture import CaptureKind, NoteKind, RecordRef
from archive.warc.member import PACKED_HEAD, members, pack
from archive.warc.reader import capture_of, note_of, read_record_at, read_records
from archive.warc.record import Record, one_line

if TYPE_CHECKING:
    from tests.archive.conftest import MakeExchange, OpenArchive

GARBAGE = b"HTTP/1.1 200 Gut\xe9\nX-A : \xff\xfe\n folded\r\nno colon\r\nContent-Length: 4\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
UNMODIFIED = b'HTTP/1.0 304 Not Modified\r\nETag: "r2"\r\nRetry-After: 120\r\n\r\n'


def keep_one_of_each(open_archive: OpenArchive, exchange: MakeExchange, warcs: Path) -> Path:
    """Archive a capture of every form and a note; return the file that holds them."""
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        archive.keep("think", exchange(minute=1), earlier=first)
        archive.keep("think", exchange(b"", head=UNMODIFIED, minute=2, interim=HINTS), earlier=first)
        archive.keep("think", exchange(b"noch", path="/b", head=GARBAGE, minute=3, interim=HINTS))
        archive.keep("think", exchange(b"cut", path="/c", minute=4, truncated=Truncation.TIME))
        archive.note("think", NoteKind.FAILURE, {"reason": "dns", "words": ["zażółć"]}, about="http://think.example/x")
    (file,) = warcs.iterdir()
    return file


def test_warcio_reads_every_record_with_its_digests(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    file = keep_one_of_each(open_archive, exchange, warcs)
    kinds = []
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            record.content_stream().read()
            kinds.append(record.rec_type)
    assert kinds.count("response") == 3
    assert kinds.count("revisit") == 2
    assert kinds.count("request") == 5
    assert kinds.count("metadata") == 3
    assert kinds[0] == "warcinfo"


WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"


def test_every_record_head_follows_the_grammar_of_the_standard(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    """A digest is two tokens and a colon (WARC 1.1, WARC-Block-Digest): strict readers refuse a file for an ``=``."""
    file = keep_one_of_each(open_archive, exchange, warcs)
    digests = 0
    for member in members(file):
        version, *lines = member.data.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        assert version == "WARC/1.1"
        for line in lines:
            name, _, value = line.partition(": ")
            assert re.fullmatch(WORD, name), line
            assert value.strip() == value != ""
            if name.endswith("-Digest"):
                assert re.fullmatch(f"{WORD}:{WORD}", value), line
                digests += 1
    assert digests > 14


def test_fastwarc_verifies_every_block_digest(open_archive: OpenArchive, exchange: MakeExchange, warcs: Path) -> None:
    file = keep_one_of_each(open_archive, exchange, warcs)
    with file.open("rb") as stream:
        verified = [record.verify_block_digest() for record in FastIterator(stream, parse_http=False)]
    assert verified == [True] * 14


def test_block_holds_the_exact_bytes_received(open_archive: OpenArchive, exchange: MakeExchange, warcs: Path) -> None:
    kept = exchange(b"4\r\nnoch\r\n0\r\n\r\n", head=CHUNKED.replace(b"text/html", b"\xff\xfe \t"), interim=HINTS)
    with open_archive() as archive:
        capture = archive.keep("think", kept)
    assert read_record_at(warcs / capture.ref.file, capture.ref.offset).block == kept.response
    blocks = [record.block for record in read_records(next(warcs.iterdir()))]
    assert blocks[1:] == [kept.response, kept.request, HINTS]


def test_payload_digest_excludes_the_chunk_framing(open_archive: OpenArchive, exchange: MakeExchange) -> None:
    with open_archive() as archive:
        small = archive.keep("think", exchange(b"2\r\nno\r\n2\r\nch\r\n0\r\n\r\n", head=CHUNKED))
        large = archive.keep("think", exchange(b"4\r\nnoch\r\n0\r\n\r\n", head=CHUNKED))
    assert small.payload_digest == large.payload_digest == digest(b"noch")
    assert small.payload_length == 4


def test_response_record_has_the_designed_header_fields(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    with open_archive() as archive:
        archive.keep("think", exchange(truncated=Truncation.LENGTH))
    info, response, request = read_records(next(warcs.iterdir()))
    assert [name for name, _ in response.fields] == [
        "WARC-Type",
        "WARC-Record-ID",
        "WARC-Warcinfo-ID",
        "WARC-Date",
        "WARC-Target-URI",
        "WARC-IP-Address",
        "Creditline-Publisher",
        "Creditline-Ending",
        "WARC-Payload-Digest",
        "WARC-Truncated",
        "Content-Type",
        "WARC-Block-Digest",
        "Content-Length",
    ]
    assert response.get("WARC-Date") == "2026-11-25T10:00:00.123456Z" == request.get("WARC-Date")
    assert response.get("warc-warcinfo-id") == info.get("WARC-Record-ID")
    assert request.get("WARC-Concurrent-To") == response.get("WARC-Record-ID")
    assert info.get("WARC-Filename") == response.ref.file
    assert b"robots: classic\r\n" in info.block
    assert b"format: WARC File Format 1.1\r\n" in info.block


def test_unchanged_payload_is_a_revisit_with_the_received_head(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    file = keep_one_of_each(open_archive, exchange, warcs)
    record = next(record for record in read_records(file) if record.type == "revisit")
    assert record.get("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert record.get("WARC-Refers-To-Target-URI") == "http://think.example/rivers"
    assert record.get("WARC-Refers-To-Date") == "2026-11-25T10:00:00.123456Z"
    assert record.get("WARC-Truncated") == "length"
    assert exchange().response.startswith(record.block)
    assert record.block.endswith(b"\r\n\r\n")


def test_not_modified_is_a_revisit_without_block_next_to_its_head(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    records = list(read_records(keep_one_of_each(open_archive, exchange, warcs)))
    at = next(
        at
        for at, record in enumerate(records)
        if record.get(
            "WARC-Profile",
        )
        and not record.block
    )
    revisit, request, heads = records[at : at + 3]
    assert revisit.get("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert revisit.get("WARC-Payload-Digest") == records[1].get("WARC-Payload-Digest")
    assert request.type == "request"
    assert heads.block == HINTS + UNMODIFIED
    assert heads.get("WARC-Concurrent-To") == f"<{revisit.id}>"
    capture = capture_of(revisit)
    assert capture is not None
    assert (capture.kind, capture.status, capture.media_type) == (CaptureKind.NOT_MODIFIED, 304, "text/html")
    assert (capture.etag, capture.retry_after) == ('"r2"', "120")


def test_each_record_alone_yields_the_capture_returned_when_kept(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    moved = b"HTTP/1.0 301 Moved\r\nLocation: ../\xc5\xbc?a=b#c\r\nLast-Modified:  Mon  \r\n\r\n"
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        kept = [
            first,
            archive.keep("think", exchange(minute=1), earlier=first),
            archive.keep("think", exchange(b"", head=UNMODIFIED, minute=2), earlier=first),
            archive.keep("other", exchange(b"", head=moved, path="/a/b/c", minute=3)),
            archive.keep("other", exchange(b"x", head=GARBAGE, minute=4, truncated=Truncation.DISCONNECT)),
        ]
        notes = [archive.note("think", NoteKind.RUN, {"new": 3, "at": [1.5, None, True, "ż"]}, previous="sha256:X")]
    records = [record for file in sorted(warcs.iterdir()) for record in read_records(file)]
    assert sorted(filter(None, map(capture_of, records)), key=lambda one: one.began) == kept
    assert list(filter(None, map(note_of, records))) == notes
    assert kept[3].location == "http://think.example/a/%C5%BC?a=b#c"


@given(st.text())
def test_field_with_any_text_is_one_line_for_warcio(text: str) -> None:
    printable = text.encode("utf-8", "replace").decode()
    value = one_line(printable)
    packed = pack(f"WARC/1.1\r\nWARC-Type: metadata\r\nX: {value}\r\nContent-Length: 0\r\n\r\n\r\n\r\n".encode())
    (record,) = ArchiveIterator(io.BytesIO(packed))
    assert record.rec_headers.get_header("X") == value


def test_packing_is_deterministic() -> None:
    assert pack(b"WARC/1.1") == pack(b"WARC/1.1")
    assert pack(b"WARC/1.1").startswith(PACKED_HEAD)


def written_by_warcio(tmp_path: Path, *, gzipped: bool = True) -> Path:
    """Write a file with warcio's own writer."""
    path = tmp_path / ("other.warc.gz" if gzipped else "other.warc")
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=gzipped)
        for url, fields, body in (
            ("http://a.example/", [("Content-Length", "2")], b"ab"),
            ("http://b.example/", [("Transfer-Encoding", "chunked")], b"2\r\nab\r\n0\r\n\r\n"),
            ("http://c.example/", [("Content-Type", "Text/Html")], b"ab"),
        ):
            head = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), length=len(body), http_headers=head
                )
            )
    return path


@pytest.mark.parametrize("gzipped", [True, False])
def test_foreign_captures_get_the_ending_that_their_framing_shows(tmp_path: Path, gzipped: bool) -> None:
    records = list(read_records(written_by_warcio(tmp_path, gzipped=gzipped)))
    captures = [capture_of(record, ours=False) for record in records]
    assert [one and one.ending for one in captures] == [Ending.LENGTH, Ending.CHUNKED, Ending.UNPROVED]
    assert {one and one.payload_digest for one in captures} == {digest(b"ab")}
    assert {one and one.publisher for one in captures} == {""}
    assert captures[2] is not None
    assert captures[2].media_type == "text/html"
    for record in records:
        assert read_record_at(tmp_path / record.ref.file, record.ref.offset) == record


@pytest.mark.parametrize(
    ("fields", "block"),
    [
        ((("WARC-Type", "response"),), b"HTTP/1.0 200 OK\r\n\r\n"),
        ((("WARC-Type", "resource"), ("WARC-Target-URI", "urn:thumbnail:http://a.example/")), b"ab"),
        ((("WARC-Type", "response"), ("WARC-Target-URI", "dns:a.example")), b"192.0.2.7"),
        ((("WARC-Type", "metadata"), ("Creditline-Note", "run")), b"{"),
        ((("WARC-Type", "metadata"), ("Creditline-Note", "run")), b"[]"),
    ],
)
def test_other_records_are_neither_capture_nor_note(fields: tuple[tuple[str, str], ...], block: bytes) -> None:
    record = Record(fields[0][1], (*fields, ("WARC-Date", "2014-03-04")), block, RecordRef("a", 0, 1))
    assert capture_of(record) is None
    assert note_of(record) is None


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"WARC/1.1\r\nContent-Length: 50\r\n\r\nabc\r\n\r\n", "says 50"),
        (b"WARC/1.1\r\nContent-Length: 1\r\n\r\nabc\r\n\r\n", "more"),
        (b"WARC/1.1\r\nX: 5\r\n\r\nabc\r\n\r\n", "no Content-Length"),
        (b"<html>\r\n\r\n", "no WARC record"),
    ],
)
def test_member_without_a_record_is_damage_at_its_offset(tmp_path: Path, data: bytes, what: str) -> None:
    file = tmp_path / "a.warc.gz"
    sound = pack(b"WARC/1.1\r\nContent-Length: 0\r\n\r\n\r\n\r\n")
    file.write_bytes(sound + pack(data))
    records = read_records(file)
    next(records)
    with pytest.raises(Damaged) as damaged:
        next(records)
    assert damaged.value.offset == len(sound)
    assert what in damaged.value.what


def test_a_uri_that_is_none_is_read_without_anything_said_on_the_terminal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    said = b"http://a.example/x y\x1b[2J"
    file = tmp_path / "a.warc"
    file.write_bytes(b"WARC/1.1\r\nWARC-Target-URI: %s\r\nContent-Length: 0\r\n\r\n\r\n\r\n" % said)
    (record,) = read_records(file)
    assert record.get("WARC-Target-URI") == "http://a.example/x%20y\x1b[2J"
    assert (caplog.records, capfd.readouterr().err) == ([], "")
