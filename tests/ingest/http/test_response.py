"""A response is judged by its bytes, however they were split on the way."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.http.exchange import Ending, Truncation, payload
from archive.http.failure import AnswerRefused, FailureReason
from ingest.http.response import Answer, Closing, Limits

LIMITS = Limits(4096, 600)
URL = "http://institute.example/"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

Judgement = tuple[Ending, Truncation | None] | FailureReason


def judge(pieces: list[bytes], closing: Closing = Closing.CLOSED, limits: Limits = LIMITS) -> Judgement:
    return outcome(pieces, closing, limits)[0]


def outcome(pieces: list[bytes], closing: Closing, limits: Limits) -> tuple[Judgement, bytes, bytes]:
    answer = Answer(limits)
    try:
        for piece in pieces:
            if not answer.feed(piece):
                break
        return answer.end(closing, URL), answer.interim, answer.response
    except AnswerRefused as refused:
        return refused.reason, b"", b""


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(edges)]


BODIES = st.binary(max_size=700) | st.just(b"<p>x</p></html>\n")
FRAMES = st.sampled_from(["close", "length", "short", "chunked", "unended"])


def framed(body: bytes, frame: str) -> bytes:
    if frame == "close":
        return HEAD + b"\r\n" + body
    if frame in ("length", "short"):
        return HEAD + b"Content-Length: %d\r\n\r\n" % (len(body) + (frame == "short")) + body
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in cut(body, [7, 100]) if part)
    last = b"0\r\nX-Trailer: y\r\n\r\n" if frame == "chunked" else b""
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + last


@given(BODIES, FRAMES, st.lists(st.integers(0, 2000), max_size=8), st.booleans())
@settings(max_examples=200, deadline=None)
def test_the_split_of_the_bytes_makes_no_difference(body: bytes, frame: str, places: list[int], hinted: bool) -> None:
    data = (b"HTTP/1.1 103 Early Hints\r\n\r\n" if hinted else b"") + framed(body, frame)
    assert outcome(cut(data, places), Closing.CLOSED, LIMITS) == outcome([data], Closing.CLOSED, LIMITS)


@given(BODIES, FRAMES)
@settings(max_examples=100, deadline=None)
def test_an_answer_that_is_proved_whole_has_its_whole_body(body: bytes, frame: str) -> None:
    found, _, response = outcome([framed(body, frame) + b"more"], Closing.CLOSED, Limits(4096, 2000))
    if found in ((Ending.LENGTH, None), (Ending.CHUNKED, None)) and frame != "short":
        assert payload(response) == body
        assert not response.endswith(b"more") or body.endswith(b"more")


@given(st.binary(max_size=200), st.sampled_from(list(Closing)))
@settings(max_examples=200, deadline=None)
def test_every_byte_string_and_every_closing_gets_a_judgement(noise: bytes, closing: Closing) -> None:
    assert judge([b"HTTP/1.1 200" + noise], closing)
    assert judge([noise], closing)
    assert judge([HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + noise], closing)


@pytest.mark.parametrize(
    ("closing", "judgement"),
    [
        (Closing.NOTIFIED, (Ending.CLOSE_NOTIFY, None)),
        (Closing.CLOSED, (Ending.UNPROVED, None)),
        (Closing.BROKEN, (Ending.UNPROVED, Truncation.DISCONNECT)),
        (Closing.TIME, (Ending.UNPROVED, Truncation.TIME)),
    ],
)
def test_a_body_without_length_is_judged_by_how_the_connection_ended(closing: Closing, judgement: Judgement) -> None:
    assert judge([HEAD + b"\r\n<p>Wor"], closing) == judgement


def test_close_notify_does_not_make_a_short_body_whole() -> None:
    short = HEAD + b"Content-Length: 10\r\n\r\nabc"
    assert judge([short], Closing.NOTIFIED) == (Ending.UNPROVED, Truncation.DISCONNECT)


def test_all_heads_of_an_answer_share_one_limit() -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\nX: " + b"y" * 100 + b"\r\n\r\n"
    assert judge([interim * 3 + HEAD + b"\r\n"], limits=Limits(300, 600)) is FailureReason.TOO_LARGE_HEAD
