"""Learned forms of heads change no verdict: both ways of checking agree, whatever the bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.digest import digest, digest_agrees
from archive.fixity.conformity import check_field_by_field, check_record

BLOCK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
SOUND = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
    b"WARC-Warcinfo-ID: <urn:uuid:00000000-0000-0000-0000-000000000002>\r\nWARC-Date: 2026-11-25T10:00:00.000001Z\r\n"
    b"WARC-Target-URI: http://think.example/\r\nWARC-Concurrent-To: <urn:a:b>\r\nWARC-Concurrent-To: <urn:a:c>\r\n"
    b"WARC-Payload-Digest: %s\r\nWARC-Block-Digest: %s\r\nContent-Type: application/http\r\nContent-Length: %d"
    b"\r\n\r\n%s\r\n\r\n" % (digest(b"abc").encode(), digest(BLOCK).encode(), len(BLOCK), BLOCK)
)
PIECES = [
    b"",
    b" ",
    b"\t",
    b":",
    b": ",
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n ",
    b"\xff",
    b"<",
    b">",
    b"0",
    b"-",
    b"x",
    b"revisit",
]


def test_record_of_a_learnt_form_is_checked_as_before() -> None:
    assert check_field_by_field(SOUND).faults == ()
    assert check_record(SOUND) == check_field_by_field(SOUND)
    assert check_record(SOUND).id == "urn:uuid:00000000-0000-0000-0000-000000000001"


@given(st.integers(0, len(SOUND)), st.integers(0, 4), st.sampled_from(PIECES))
@example(SOUND.index(b"response"), 8, b"revisit")
@example(SOUND.index(b"T10:"), 1, b" ")
@example(SOUND.index(b"\r\nWARC-Target"), 0, b" ")
@example(SOUND.index(b"http://think"), 0, b" ")
@example(SOUND.index(b"11-25"), 2, b"13")
@example(SOUND.index(b"ple/"), 4, b">")
def test_learnt_form_changes_no_verdict_on_altered_bytes(at: int, length: int, piece: bytes) -> None:
    check_field_by_field(SOUND)
    changed = SOUND[:at] + piece + SOUND[at + length :]
    assert check_record(changed) == check_field_by_field(changed)


def test_heads_are_checked_when_no_more_forms_are_learnt() -> None:
    for number in range(200):
        one = SOUND.replace(b"WARC-Target-URI", b"X-%d: 1\r\nWARC-Target-URI" % number)
        assert check_record(one).faults == ()
        assert check_record(one) == check_field_by_field(one)


@pytest.mark.parametrize(
    ("head", "payload"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"abc\r\n"),
        (b"HTTP/1.1 200 OK\r\ncontent-LENGTH:\t3 \r\n\r\n", b"abc"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n", b"abc"),
        (b"HTTP/1.1 200 OK\r\nContent-Length:\r\n 3\r\n\r\n", b"abc"),
        (b"HTTP/1.1 200 OK\r\nX-Content-Length: 2\r\n\r\n", b"abc\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length-Of: 2\r\n\r\n", b"abc\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n", b"abc\r\n"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n", b"abc\r\n"),
        (b"HTTP/1.1 200\r\nContent-Length: 3\r\n\r\n", b"abc"),
        (b"HTTP/1.1 200 OK\nContent-Length: 3\n\r\n", b"abc"),
        (b"HTTP/2 200\r\nContent-Length: 3\r\n\r\n", b"abc"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 9000 + b"\r\nContent-Length: 3\r\n\r\n", b"abc"),
    ],
)
def test_payload_of_a_plain_response_is_what_a_full_reading_finds(head: bytes, payload: bytes) -> None:
    block = head + b"abc\r\n"
    record = SOUND[: SOUND.index(b"WARC-Payload-Digest")] + (
        b"WARC-Payload-Digest: %s\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        % (digest(payload).encode(), len(block), block)
    )
    assert check_record(record).faults == ()


@pytest.mark.parametrize(
    ("printed", "agrees"),
    [
        ("sha256:" + digest(b"x")[7:].upper(), True),
        ("sha256:" + digest(b"x")[7:-5], False),
        ("sha256:1" + digest(b"x")[8:], False),
        ("sha256:_" + digest(b"x")[8:], False),
        ("sha256:", False),
        ("sha256:\u0130" + digest(b"x")[8:], False),
        ("sha1:" + "g" * 40, False),
        ("blake3:abc", None),
    ],
)
def test_printed_digest_agrees_only_if_every_character_does(printed: str, agrees: bool | None) -> None:
    assert digest_agrees(printed, b"x") is agrees
