"""Where the body of a response ends."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.http.framing import BadFraming, ChunkScanner, Framing, FramingKind, Head, framing, read_head, unchunk


def head_of(*fields: str, status: int = 200) -> Head:
    return read_head("\r\n".join((f"HTTP/1.1 {status} X", *fields, "", "")).encode())


def chunked(data: bytes, size: int, *, trailer: bytes = b"") -> bytes:
    parts = (data[at : at + size] for at in range(0, len(data), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n" + trailer + b"\r\n"


@pytest.mark.parametrize("value", ["-1", "+5", "five", "", "0x10", "5.0", "\u0665"])
def test_non_numeric_length_is_ignored(value: str) -> None:
    assert framing(head_of(f"Content-Length: {value}")) == Framing(FramingKind.CLOSE)


@given(st.binary(max_size=300), st.integers(1, 50), st.integers(1, 40), st.binary(max_size=20))
def test_a_chunked_body_is_followed_in_any_pieces(data: bytes, size: int, step: int, rest: bytes) -> None:
    body = chunked(data, size, trailer=b"X-Sum: 1\r\n")
    wire = body + rest
    sink = bytearray()
    scanner = ChunkScanner(sink)
    for at in range(0, len(wire), step):
        scanner.feed(wire[at : at + step])
    assert scanner.complete
    assert scanner.length == len(body)
    assert bytes(sink) == data


def test_bare_line_feeds_and_chunk_extensions_are_read() -> None:
    data, fault = unchunk(b"3 ;name=value\nabc\n0\n\n")
    assert (bytes(data), fault) == (b"abc", None)


def test_truncated_chunks_yield_what_there_is() -> None:
    data, fault = unchunk(b"5\r\nabcde\r\n5\r\nfg")
    assert (bytes(data), fault) == (b"abcdefg", "the chunks end early")


def test_broken_chunks_yield_what_came_before() -> None:
    data, fault = unchunk(b"5\r\nabcde\r\nzz\r\n")
    assert bytes(data) == b"abcde"
    assert fault is not None


def test_a_chunk_longer_than_its_size_is_a_fault() -> None:
    assert unchunk(b"2\r\nabcde\r\n0\r\n\r\n")[1] is not None


@pytest.mark.parametrize("body", [b"<!doctype html>on one line", b"<html>\n</html>\n"])
def test_body_that_claims_chunked_and_is_not_is_kept_as_is(body: bytes) -> None:
    data, fault = unchunk(body)
    assert data == body
    assert fault is not None
    assert fault.startswith("says chunked, is not")


def test_an_endless_chunk_header_is_refused() -> None:
    with pytest.raises(BadFraming):
        ChunkScanner().feed(b"5;" + b"x" * 20_000)


def test_endless_trailers_are_refused() -> None:
    with pytest.raises(BadFraming):
        ChunkScanner().feed(b"0\r\n" + b"X-Y: z\r\n" * 40_000)


def test_huge_chunk_size_allocates_nothing() -> None:
    sink = bytearray()
    scanner = ChunkScanner(sink)
    tracemalloc.start()
    try:
        # 16 MB: more would take the memory of the machine if it were allocated.
        assert not scanner.feed(b"1000000\r\nabc")
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert (scanner.length, bytes(sink)) == (12, b"abc")
    assert not ChunkScanner().feed(b"ffffffffffffffff\r\nabc")


def test_chunk_scanning_is_linear() -> None:
    def cpu(count: int) -> float:
        scanner = ChunkScanner()
        piece = b"400\r\n" + b"x" * 1024 + b"\r\n"
        began = time.process_time()
        for _ in range(count):
            scanner.feed(piece)
        return time.process_time() - began

    few, many = min(cpu(500) for _ in range(3)), min(cpu(5000) for _ in range(3))
    assert many < 40 * few + 0.05


@given(st.binary(max_size=200))
def test_no_bytes_crash_unchunking(body: bytes) -> None:
    unchunk(body)
