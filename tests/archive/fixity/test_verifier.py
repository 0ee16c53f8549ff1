"""The strict verifier: what it finds, where, and what it accepts."""

from __future__ import annotations

import gzip
import hashlib
import re
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.digest import digest
from archive.errors import Damaged
from archive.fixity.conformity import check_record
from archive.fixity.expectation import Expectation, Expected
from archive.fixity.finding import Severity
from archive.fixity.references import check_references
from archive.fixity.verifier import examine, verify_file, verify_record
from archive.http.framing import CHUNKS_LIMIT
from archive.warc.capture import Capture, NoteKind, RecordRef
from archive.warc.member import members, pack
from archive.warc.reader import capture_of, note_of, read_records

if TYPE_CHECKING:
    from tests.archive.conftest import MakeExchange, OpenArchive

CONFORMANCE = Path(__file__).resolve().parents[4] / "shared" / "conformance"
DOCUMENTED = Path(__file__).resolve().parents[3] / "docs" / "verification.md"


@pytest.fixture
def sound_file(open_archive: OpenArchive, exchange: MakeExchange, warcs: Path) -> tuple[Path, list[Capture]]:
    """A sound file with three captures, one of them a revisit, and a note."""
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        captures = [first, archive.keep("think", exchange(minute=1), earlier=first)]
        captures.append(archive.keep("think", exchange(b"another", path="/b", minute=2)))
        archive.note("think", NoteKind.RUN, {"new": 3})
    (file,) = warcs.iterdir()
    return file, captures


def expected_of(capture: Capture) -> Expected:
    ref = capture.ref
    return Expected(ref.file, ref.offset, ref.length, capture.id, capture.block_digest)


def test_a_sound_file_has_no_findings(sound_file: tuple[Path, list[Capture]]) -> None:
    file, captures = sound_file
    report = verify_file(file, map(expected_of, captures))
    assert report.findings == ()
    assert (report.records, report.bytes) == (8, file.stat().st_size)
    assert all(verify_record(file, one.ref) == () for one in captures)


def test_a_sound_file_without_compression_has_no_findings(
    sound_file: tuple[Path, list[Capture]], tmp_path: Path
) -> None:
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress(sound_file[0].read_bytes()))
    assert verify_file(plain).findings == ()
    assert verify_file(plain).records == 8


@pytest.mark.slow
def test_a_flipped_bit_is_found_at_its_record(sound_file: tuple[Path, list[Capture]], tmp_path: Path) -> None:
    file, _ = sound_file
    data = file.read_bytes()
    starts = [member.offset for member in members(file)]
    damaged = tmp_path / file.name
    for at in range(3, len(data) * 8, 61):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        damaged.write_bytes(flipped)
        record = max(start for start in starts if start <= at // 8)
        offsets = {finding.offset for finding in verify_file(damaged).findings}
        padding = gzip.decompress(flipped) == gzip.decompress(data) if not offsets else False
        assert record in offsets or padding, at


@pytest.mark.parametrize("size", [1, 5, 9, 100])
def test_a_file_that_ends_too_early_or_too_late_is_found(
    sound_file: tuple[Path, list[Capture]], tmp_path: Path, size: int
) -> None:
    file, _ = sound_file
    *_, last = members(file)
    damaged = tmp_path / file.name
    damaged.write_bytes(file.read_bytes()[:-size])
    assert verify_file(damaged).findings[0].offset == last.offset
    damaged.write_bytes(file.read_bytes() + b"\0" * size)
    assert [finding.offset for finding in verify_file(damaged).findings] == [file.stat().st_size]


def test_verification_continues_after_damage(sound_file: tuple[Path, list[Capture]], tmp_path: Path) -> None:
    file, captures = sound_file
    ref = captures[0].ref
    data = bytearray(file.read_bytes())
    data[ref.offset : ref.offset + ref.length] = bytes(ref.length)
    damaged = tmp_path / file.name
    damaged.write_bytes(data)
    report = verify_file(damaged, map(expected_of, captures))
    assert report.records == 7
    assert {finding.offset for finding in report.findings} == {ref.offset}
    assert any("expects one" in finding.what for finding in report.findings)
    across = check_references([examine(damaged, Expectation()).references])
    assert any("Concurrent-To" in finding.what for finding in across)


def test_records_are_compared_with_what_the_catalogue_expects(sound_file: tuple[Path, list[Capture]]) -> None:
    file, captures = sound_file
    wanted = expected_of(captures[2])
    for wrong, word in (
        (replace(wanted, id="urn:uuid:other"), "id"),
        (replace(wanted, length=wanted.length + 1), "length"),
        (replace(wanted, block_digest=digest(b"")), "block digest"),
        (replace(wanted, offset=wanted.offset + 1), "expects one"),
    ):
        (finding,) = verify_file(file, [wrong]).findings
        assert word in finding.what
        assert finding.offset == wrong.offset
    assert verify_file(file, [replace(wanted, file="another.warc.gz")]).findings == ()


def test_record_at_the_wrong_offset_is_found(sound_file: tuple[Path, list[Capture]]) -> None:
    file, captures = sound_file
    ref = captures[1].ref
    assert "takes" in verify_record(file, replace(ref, length=5))[0].what
    assert verify_record(file, replace(ref, offset=ref.offset + 1))
    assert verify_record(file, RecordRef(ref.file, 10**9, 1))


def test_a_file_compressed_as_a_whole_is_a_finding(sound_file: tuple[Path, list[Capture]], tmp_path: Path) -> None:
    whole = tmp_path / "whole.warc.gz"
    whole.write_bytes(gzip.compress(gzip.decompress(sound_file[0].read_bytes())))
    report = verify_file(whole)
    assert report.records == 8
    assert any("one gzip member holds 8 records" in finding.what for finding in report.findings)


def test_an_id_that_occurs_twice_is_a_finding(sound_file: tuple[Path, list[Capture]], tmp_path: Path) -> None:
    twice = tmp_path / sound_file[0].name
    twice.write_bytes(sound_file[0].read_bytes() * 2)
    report = verify_file(twice)
    assert len(report.findings) == 16
    assert all("2 records have this" in finding.what for finding in report.findings)


BLOCK = b"HTTP/1.0 200 OK\r\n\r\nabc"
SOUND = {
    "WARC-Type": "response",
    "WARC-Record-ID": "<urn:uuid:1>",
    "WARC-Date": "2026-11-25T10:00:00.123456Z",
    "WARC-Target-URI": "http://think.example/",
    "Content-Type": "application/http;msgtype=response",
    "WARC-Block-Digest": digest(BLOCK),
    "WARC-Payload-Digest": digest(b"abc"),
    "Content-Length": str(len(BLOCK)),
}


def record(fields: dict[str, str], *, version: str = "WARC/1.1", block: bytes = BLOCK, end: str = "\r\n\r\n") -> bytes:
    lines = [version, *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + block + end.encode()


def test_standard_record_has_no_faults() -> None:
    assert check_record(record(SOUND)).faults == ()
    assert check_record(record({**SOUND, "WARC-Date": "2026-11-25T10:00:00Z"}, version="WARC/1.0")).faults == ()


@pytest.mark.parametrize("missing", ["WARC-Type", "WARC-Record-ID", "WARC-Date", "WARC-Target-URI", "Content-Type"])
def test_missing_mandatory_field_is_a_fault(missing: str) -> None:
    faults = check_record(record({name: value for name, value in SOUND.items() if name != missing})).faults
    assert f"{missing} is missing" in [fault.what for fault in faults]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"WARC-Date": "2026-11-25 10:00:00"}, "WARC-Date"),
        ({"WARC-Date": "2026-13-25T10:00:00Z"}, "WARC-Date"),
        ({"WARC-Date": "2026-11-25T10:00:00+01:00"}, "WARC-Date"),
        ({"WARC-Record-ID": "urn:uuid:1"}, "angle brackets"),
        ({"WARC-Concurrent-To": "<no uri>"}, "angle brackets"),
        ({"WARC-Target-URI": "http://think.example/a b"}, "is no URI"),
        ({"WARC-Target-URI": "<http://think.example/>"}, "is no URI"),
        ({"WARC-Filename": "a.warc.gz"}, "shall not stand"),
        ({"WARC-Profile": "http://a"}, "shall not stand"),
        ({"WARC-Refers-To": "<urn:uuid:2>"}, "shall not stand"),
        ({"warc-date": "2026-11-25T10:00:00Z"}, "2 times"),
        ({"WARC-Type": "revisit"}, "WARC-Profile is missing"),
        ({"WARC-Type": "metadata"}, "shall not stand"),
        ({"Content-Length": "21"}, "empty lines"),
        ({"Content-Length": "200"}, "missing"),
        ({"Content-Length": "-1"}, "Content-Length is"),
        ({"WARC-Block-Digest": digest(b"")}, "the block does not agree"),
        ({"WARC-Payload-Digest": digest(BLOCK)}, "the payload does not agree"),
        ({"WARC-Payload-Digest": "crc32:abc"}, "not known"),
        ({"no token": "x"}, "no field"),
    ],
)
def test_malformed_field_is_a_fault(changed: dict[str, str], word: str) -> None:
    assert any(word in fault.what for fault in check_record(record({**SOUND, **changed})).faults)


def test_digests_in_other_spellings_are_accepted() -> None:
    sha1 = hashlib.sha1(BLOCK, usedforsecurity=False).hexdigest()
    for printed in (f"sha1:{sha1}", f"SHA-1:{sha1.upper()}", digest(BLOCK).rstrip("="), digest(BLOCK)):
        assert check_record(record({**SOUND, "WARC-Block-Digest": printed})).faults == ()


def test_folded_fields_are_legal_and_bare_line_feeds_are_not() -> None:
    folded = record(SOUND).replace(b"http://think", b"\r\n http://think")
    assert check_record(folded).faults == ()
    bare = record(SOUND).replace(b"WARC/1.1\r\n", b"WARC/1.1\n")
    assert [fault.what for fault in check_record(bare).faults] == ["lines of the head end without CR"]


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_record_check(data: bytes) -> None:
    check_record(data)
    check_record(b"WARC/1.1\r\nWARC-Type: response\r\n" + data)
    check_record(record(SOUND, block=data))


@pytest.mark.parametrize("data", [b"", b"\x1f\x8b", b"WARC/", b"PK\x03\x04" * 900, pack(b"no record") * 2])
def test_file_that_is_no_warc_is_a_finding_and_no_crash(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "no.warc.gz"
    path.write_bytes(data)
    assert verify_file(path).findings


TABLED = re.findall(r"^\| `([^`]+)` \| (\d+) \| (\d+) \| ", DOCUMENTED.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.real
@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="needs the WARC files of other projects beside the repository")
@pytest.mark.parametrize(("name", "records", "findings"), TABLED, ids=[row[0] for row in TABLED])
def test_foreign_file_is_verified_without_a_crash_and_as_documented(name: str, records: str, findings: str) -> None:
    path = CONFORMANCE / name
    report = verify_file(path)
    faults = [one for one in report.findings if one.severity is Severity.FAULT]
    assert (report.records, len(faults)) == (int(records), int(findings)), report.findings
    with suppress(Damaged):
        for one in read_records(path):
            capture_of(one)
            note_of(one)


@pytest.mark.real
@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="needs the WARC files of other projects beside the repository")
def test_every_foreign_file_is_documented() -> None:
    found = [path for path in CONFORMANCE.rglob("*") if path.is_file() and re.search(r"\.(warc|arc)", path.name)]
    assert {path.relative_to(CONFORMANCE).as_posix() for path in found} == {row[0] for row in TABLED}
    assert len(TABLED) > 30


@pytest.fixture
def file_with_head(tmp_path: Path) -> Callable[[bytes], Path]:
    """Write a file of two records with these lines in their heads."""

    def write(lines: bytes) -> Path:
        path = tmp_path / "head.warc"
        head = b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:x:1>\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"
        head += b"WARC-Target-URI: http://institute.example/\r\nContent-Type: text/html\r\n"
        path.write_bytes((head + lines + b"Content-Length: 3\r\n\r\nabc\r\n\r\n") * 2)
        return path

    return write


def many_fields(count: int) -> bytes:
    return b"".join(b"X-%d: a\r\n" % number for number in range(count))


def one_folded_field(count: int) -> bytes:
    return b"X: a\r\n" + b" x\r\n" * count


@pytest.mark.slow
@pytest.mark.parametrize(("lines", "count"), [(many_fields, 12_000), (one_folded_field, 40_000)])
def test_head_with_many_lines_is_read_in_bounded_memory(
    file_with_head: Callable[[bytes], Path], lines: Callable[[int], bytes], count: int
) -> None:
    path = file_with_head(lines(count))
    tracemalloc.start()
    try:
        verify_file(path)
        assert tracemalloc.get_traced_memory()[1] < 60 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize(("lines", "count"), [(many_fields, 3000), (one_folded_field, 10_000)])
def test_head_with_many_lines_is_read_in_proportion_to_its_length(
    file_with_head: Callable[[bytes], Path], lines: Callable[[int], bytes], count: int
) -> None:
    def cpu(count: int) -> float:
        path = file_with_head(lines(count))
        began = time.thread_time()
        assert verify_file(path).records == 2
        return time.thread_time() - began

    few, many = (min(cpu(times * count) for _ in range(3)) for times in (1, 4))
    assert many < 10 * few + 0.05


@pytest.mark.slow
def test_payload_with_too_many_chunks_is_unchecked(tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * (CHUNKS_LIMIT + 1) + b"0\r\n\r\n"
    path = tmp_path / "chunks.warc"
    head = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x:1>\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"
    head += b"WARC-Target-URI: http://institute.example/\r\nContent-Type: application/http;msgtype=response\r\n"
    head += b"WARC-Payload-Digest: sha1:" + b"A" * 32 + b"\r\nContent-Length: %d\r\n\r\n" % len(block)
    path.write_bytes(head + block + b"\r\n\r\n")
    [finding] = verify_file(path).findings
    assert finding.severity is Severity.UNCHECKED
    assert f"more than {CHUNKS_LIMIT} chunks" in finding.what
