"""Framing of a response: how its body ends, which codings it has, and why a redirect was not followed."""

from __future__ import annotations

import pytest

from archive.http.charset import decode_part
from archive.http.exchange import is_plain, payload_as_framed, read_head
from archive.http.framing import BadFraming, Framing, FramingKind, framing, transfer_codings
from archive.http.url import why_not_followed

URL = "https://think.example/a"


def head(*fields: str, status: int = 200) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} X", *fields, "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    ("fields", "status", "how"),
    [
        ((), 200, Framing(FramingKind.CLOSE)),
        (("Content-Length: 5",), 200, Framing(FramingKind.LENGTH, 5)),
        (("Content-Length: 5, 5",), 200, Framing(FramingKind.LENGTH, 5)),
        (("Content-Length: 5", "Content-Length: 5"), 200, Framing(FramingKind.LENGTH, 5)),
        (("Transfer-Encoding: chunked",), 200, Framing(FramingKind.CHUNKED)),
        (("Transfer-Encoding: chunked", "Content-Length: 5"), 200, Framing(FramingKind.CHUNKED)),
        (("Content-Length: 5", "Transfer-Encoding: Chunked"), 200, Framing(FramingKind.CHUNKED)),
        (("Transfer-Encoding: chunked, gzip",), 200, Framing(FramingKind.CLOSE)),
        (("Transfer-Encoding: identity", "Content-Length: 5"), 200, Framing(FramingKind.LENGTH, 5)),
        (("Content-Length: 5",), 100, Framing(FramingKind.NONE)),
        (("Content-Length: 5",), 103, Framing(FramingKind.NONE)),
        (("Content-Length: 5",), 204, Framing(FramingKind.NONE)),
        (("Content-Length: 5",), 304, Framing(FramingKind.NONE)),
        (("Transfer-Encoding: chunked",), 103, Framing(FramingKind.NONE)),
    ],
)
def test_a_body_ends_as_its_head_says(fields: tuple[str, ...], status: int, how: Framing) -> None:
    assert framing(read_head(head(*fields, status=status))) == how


@pytest.mark.parametrize("method", ["HEAD", "head"])
def test_response_to_head_has_no_body(method: str) -> None:
    assert framing(read_head(head("Content-Length: 5")), method) == Framing(FramingKind.NONE)


@pytest.mark.parametrize("fields", [("Content-Length: 5", "Content-Length: 6"), ("Content-Length: 5, 6",)])
def test_conflicting_lengths_are_refused_and_named(fields: tuple[str, ...]) -> None:
    told = read_head(head(*fields))
    with pytest.raises(BadFraming, match="5 and 6"):
        framing(told)


def test_length_of_thousands_of_digits_exceeds_any_body() -> None:
    length = framing(read_head(head(f"Content-Length: {'9' * 5000}"))).length
    assert length is not None
    assert length > 1 << 40


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ((), ()),
        (("Transfer-Encoding: Chunked",), ("chunked",)),
        (("Transfer-Encoding: gzip;q=1, chunked",), ("gzip", "chunked")),
        (("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"), ("gzip", "chunked")),
        (("Transfer-Encoding: identity, ,",), ()),
    ],
)
def test_transfer_codings_are_listed_in_the_order_applied(fields: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert transfer_codings(read_head(head(*fields))) == names


@pytest.mark.parametrize(
    ("fields", "plain"),
    [
        ((), True),
        (("Content-Encoding: gzip",), False),
        (("Content-Encoding: ,",), True),
        (("Transfer-Encoding: chunked",), False),
        (("Transfer-Encoding: identity",), True),
    ],
)
def test_body_is_plain_if_nothing_has_to_be_decoded(fields: tuple[str, ...], plain: bool) -> None:
    assert is_plain(read_head(head(*fields))) is plain


@pytest.mark.parametrize(
    ("response", "body", "fault"),
    [
        (head("Content-Length: 3") + b"abc", b"abc", None),
        (head("Content-Length: 3") + b"abcdef", b"abc", None),
        (head("Content-Length: 9") + b"abc", b"abc", "6 bytes are missing of 9"),
        (head() + b"abc", b"abc", None),
        (head(status=204) + b"abc", b"", None),
        (head("Transfer-Encoding: chunked") + b"3\r\nabc\r\n0\r\n\r\n", b"abc", None),
    ],
)
def test_payload_is_returned_with_its_framing_fault(response: bytes, body: bytes, fault: str | None) -> None:
    found, wrong = payload_as_framed(read_head(response), response)
    assert (bytes(found), wrong) == (body, fault)


# ── Redirects that are not followed ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ((), "it redirects and does not say where to"),
        (("Location: mailto:a@b.example",), "which is not asked for: the scheme mailto: is not fetched"),
        (("Location: https://me:word@think.example/",), "which is not asked for: holds a user name or password"),
        (("Location: /a",), "it redirects without end, to itself"),
        (("Location: /b",), "it redirects without end"),
    ],
)
def test_reason_why_a_redirect_was_not_followed_is_given(fields: tuple[str, ...], said: str) -> None:
    assert why_not_followed(URL, read_head(head(*fields, status=302))).endswith(said)


# ── Charsets that shift ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp", "shift_jis"])
def test_part_is_decoded_in_the_state_at_its_position(charset: str) -> None:
    words = "港の町 port"
    entity = words.encode(charset)
    at = entity.index(b"port")
    assert decode_part(entity, at, len(entity), charset) == "port"
    assert decode_part(entity, 0, at, charset) == "港の町 "


def test_part_after_an_escape_is_decoded_in_the_state_it_leaves() -> None:
    entity = "港町".encode("iso-2022-jp")
    # Three bytes announce the alphabet, two are the first character.
    assert decode_part(entity, 5, 7, "iso-2022-jp") == "町"
