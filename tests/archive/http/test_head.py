"""Reading the head of a response from the bytes of the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import BadHead
from archive.http.framing import head_end, read_head


def test_a_head_is_read_field_by_field() -> None:
    head = read_head(b"HTTP/1.1 404 Not Found\r\nServer: x\r\nSet-Cookie: a\r\nset-cookie:  b \r\n\r\nbody")
    assert (head.version, head.status, head.reason) == ("HTTP/1.1", 404, "Not Found")
    assert head.all("Set-Cookie") == ("a", "b")
    assert head.get("SERVER") == "x"
    assert head.get("Age") is None
    assert head.length == len(b"HTTP/1.1 404 Not Found\r\nServer: x\r\nSet-Cookie: a\r\nset-cookie:  b \r\n\r\n")


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"HTTP/1.1 200\r\n\r\n", 200, ""),
        (b"HTTP/1.0 200 \r\n\r\n", 200, ""),
        (b"http/1.1 301 moved\n\n", 301, "moved"),
        (b"HTTP/2 204 No Content\r\n\r\n", 204, "No Content"),
    ],
)
def test_sloppy_status_line_is_read(data: bytes, status: int, reason: str) -> None:
    assert (read_head(data).status, read_head(data).reason) == (status, reason)


def test_bare_line_feeds_end_lines() -> None:
    assert read_head(b"HTTP/1.1 200 OK\nA: 1\n\nbody").fields == (("A", "1"),)


def test_a_folded_field_is_one_field() -> None:
    assert read_head(b"HTTP/1.1 200 OK\r\nLink: <a>,\r\n\t <b>\r\nA: 1\r\n\r\n").get("Link") == "<a>, <b>"


def test_a_line_without_colon_is_skipped_with_its_folds() -> None:
    head = read_head(b"HTTP/1.1 200 OK\r\nnonsense\r\n more\r\nA : 1\r\n: no name\r\n\r\n")
    assert head.fields == (("A", "1"),)


def test_non_ascii_header_bytes_are_read_as_latin_1() -> None:
    assert read_head(b"HTTP/1.1 200 OK\r\nX-Who: caf\xe9\r\n\r\n").get("X-Who") == "caf\xe9"


@pytest.mark.parametrize(
    "data", [b"", b"HTTP/1.1 200 OK\r\nA: 1\r\n", b"<html>\n\n", b"\r\n\r\n", b"HTTP/1.1 OK\r\n\r\n"]
)
def test_invalid_head_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(BadHead) as refused:
        read_head(data)
    assert refused.value.reason


@given(st.lists(st.sampled_from([b"\r", b"\n", b"a", b" ", b":", b"HTTP/1.1 200 OK\r\n"])))
def test_end_of_a_head_is_found_in_any_pieces(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    seen = b""
    found = None
    for piece in pieces:
        looked, seen = len(seen), seen + piece
        found = head_end(seen, looked)
        if found is not None:
            break
    assert found == head_end(whole)


@given(st.binary())
def test_no_bytes_crash_the_reading_of_a_head(data: bytes) -> None:
    try:
        head = read_head(b"HTTP/1.1 200 OK\r\n" + data)
    except BadHead:
        return
    assert head.status == 200
