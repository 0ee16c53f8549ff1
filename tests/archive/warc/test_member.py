"""A file is read member by member; where it cannot be read on, the reader says why and where."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.errors import Damaged
from archive.fixity.finding import Severity
from archive.fixity.verifier import verify_file
from archive.warc import member
from archive.warc.member import member_at, members, pack, pack_parts
from archive.warc.reader import parse, read_record_at, read_records

HEAD = b"WARC/1.1\r\nWARC-Type: resource\r\n"
RECORD = HEAD + b"Content-Length: 5\r\n\r\nwords\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (HEAD, "the head of the record does not end"),
        (HEAD + b"X: y\r\n" * 200_000, "the head of the record does not end"),
        (HEAD + b"\r\nwords\r\n\r\n", "the record names no Content-Length"),
        (HEAD + b"Content-Length: five\r\n\r\nwords\r\n\r\n", "the record names no Content-Length"),
        (HEAD + b"Content-Length: 5000000000\r\n\r\nwords", "the record is longer than"),
        (HEAD + b"Content-Length: %s\r\n\r\nwords" % (b"9" * 5000), "the record names no Content-Length"),
        (HEAD + b"Content-Length: 7\r\n\r\nwords", "the record is cut off: 2 bytes are missing"),
        (b"<html>", "neither gzip nor a WARC record, but “<html>”"),
        (b"\x00\x01", "neither gzip nor a WARC record, but 00 01"),
        (pack(RECORD)[:-4], "the gzip member is cut off"),
        (pack(RECORD)[:-5] + b"?" + pack(RECORD)[-4:], "the gzip member does not inflate"),
    ],
    ids=["a head without end", "a head too long", "no length", "no number", "too long", "thousands of digits",
         "cut off", "a page", "bytes", "half a member", "wrong checksum"],
)  # fmt: skip
def test_incomplete_member_is_reported_with_its_offset_and_a_hint(tmp_path: Path, data: bytes, what: str) -> None:
    path = tmp_path / "some.warc"
    path.write_bytes(RECORD + data)
    whole = members(path)
    assert next(whole).data == RECORD
    with pytest.raises(Damaged) as damaged:
        next(whole)
    assert what in damaged.value.what
    assert (damaged.value.path, damaged.value.offset) == (path, len(RECORD))
    assert "creditline verify" in damaged.value.hint


@pytest.mark.slow
def test_record_in_parts_is_packed_as_one_without_copying_a_long_block(tmp_path: Path) -> None:
    block = bytes(1000)
    parts = HEAD + b"Content-Length: 1000\r\n\r\n", block, b"\r\n\r\n"
    assert b"".join(pack_parts(parts)) == pack(b"".join(parts))
    block = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(1 << 18))
    long = HEAD + b"Content-Length: %d\r\n\r\n" % len(block), block, b"\r\n\r\n"
    tracemalloc.start()
    try:
        pieces = pack_parts(long)
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most - held < 4 << 20
    (tmp_path / "long.warc.gz").write_bytes(b"".join(pieces))
    [found] = members(tmp_path / "long.warc.gz")
    assert found.data == b"".join(long)
    assert found.head == member.PACKED_HEAD
    assert b"".join(pack_parts(long)) == b"".join(pieces), "the same bytes for the same record"


def test_inflating_a_member_stops_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member, "RECORD_LIMIT", 100_000)
    path = tmp_path / "bomb.warc.gz"
    path.write_bytes(pack(HEAD + b"Content-Length: 9000000\r\n\r\n" + bytes(9_000_000)))
    with pytest.raises(Damaged, match="inflates to more than 100000 bytes"):
        member_at(path, 0)


def test_plain_and_gzip_records_may_be_mixed_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "mixed.warc"
    longest = HEAD + b"Content-Length: 300000\r\n\r\n" + bytes(300_000) + b"\r\n\r\n"
    pieces = [RECORD, pack(RECORD), longest, pack(longest), RECORD.replace(b"\r\n", b"\n")]
    path.write_bytes(b"".join(pieces))
    found = list(members(path))
    assert [one.length for one in found] == [len(piece) for piece in pieces]
    assert [one.data for one in found] == [RECORD, RECORD, longest, longest, pieces[-1]]
    assert [one.offset for one in found] == [sum(map(len, pieces[:number])) for number in range(5)]


@pytest.mark.parametrize("before", range(-8, 2))
@pytest.mark.parametrize("put", [pack, bytes])
def test_the_next_record_after_damage_is_found_wherever_a_reading_step_ends(
    tmp_path: Path, put: Callable[[bytes], bytes], before: int
) -> None:
    path = tmp_path / "some.warc"
    at = 64 * 1024 + before
    path.write_bytes(b"x" * at + put(RECORD))
    assert member.resume(path, 0) == at


def long_record(size: int, printed: bytes | None = None, *, tail: bytes = b"\r\n\r\n") -> bytes:
    """Return a record of zeros only."""
    head = HEAD.rstrip(b"\r\n") + b"\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n" % size
    printed = printed or b"sha1:" + hashlib.sha1(bytes(size), usedforsecurity=False).hexdigest().encode()
    return head + b"WARC-Block-Digest: " + printed + b"\r\n\r\n" + bytes(size) + tail


@pytest.mark.parametrize("packed", [True, False])
def test_record_too_long_for_memory_is_verified_while_streaming(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, packed: bool
) -> None:
    monkeypatch.setattr(member, "HELD", 3_000_000)
    path = tmp_path / "long.warc.gz"
    form = pack if packed else bytes
    path.write_bytes(form(long_record(9_000_000)) + form(RECORD))
    long, short = members(path)
    assert (long.data, short.data) == (b"", RECORD)
    assert long.passed is not None
    assert long.passed.size == len(long_record(9_000_000))
    found = [one for one in verify_file(path).findings if one.offset == 0]
    assert not any("digest" in one.what or "empty lines" in one.what for one in found)
    [finding] = [one for one in found if one.severity is Severity.UNCHECKED]
    assert "its block is verified, nothing is read in it" in finding.what
    assert [record.id for record in read_records(path)] == [parse(path, short).id]
    with pytest.raises(Damaged, match="more than are read"):
        read_record_at(path, 0)


@pytest.mark.parametrize(
    ("spoilt", "what"),
    [
        (long_record(9_000_000, b"sha256:" + b"0" * 64), "the block does not agree with its digest"),
        (long_record(9_000_000, tail=b"x\r\n\r\n"), "two empty lines must follow the block"),
        (long_record(9_000_000, tail=b""), "two empty lines must follow the block"),
        (b"WARC/1.1\r\n" + b"X: y\r\n" * 500_000 + bytes(9_000_000), "the head of the record does not end"),
    ],
)
def test_faults_of_a_streamed_record_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: bytes, what: str
) -> None:
    monkeypatch.setattr(member, "HELD", 3_000_000)
    path = tmp_path / "spoilt.warc.gz"
    path.write_bytes(pack(spoilt))
    assert any(what in finding.what for finding in verify_file(path).findings)


@pytest.mark.slow
def test_decompression_bomb_is_skipped_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.warc.gz"
    path.write_bytes(pack(HEAD + b"Content-Length: %d\r\n\r\n" % (200 << 20) + bytes(200 << 20) + b"\r\n\r\n"))
    tracemalloc.start()
    try:
        assert any(one.severity is Severity.UNCHECKED for one in verify_file(path).findings)
        assert tracemalloc.get_traced_memory()[1] < 145 << 20
    finally:
        tracemalloc.stop()
