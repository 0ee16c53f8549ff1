"""Agreement: what is reported where a digest and the bytes beside it differ, and where nothing can be said."""

from __future__ import annotations

import hashlib

import pytest

from archive.digest import digest
from archive.fixity.agreement import disagreement, payload_faults
from archive.fixity.finding import Severity

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BODY = b"<p>The port</p>"
MESSAGE = "application/http; msgtype=response"


def response(body: bytes = BODY, *fields: bytes) -> memoryview:
    return memoryview(HEAD + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body)


@pytest.mark.parametrize(
    "printed",
    [
        digest(BODY),
        digest(BODY).upper().replace("SHA256", "sha256"),
        "sha1:" + hashlib.sha1(BODY, usedforsecurity=False).hexdigest(),
        "md5:" + hashlib.md5(BODY, usedforsecurity=False).hexdigest(),
    ],
)
def test_correct_digest_is_no_fault_in_any_spelling(printed: str) -> None:
    assert disagreement("block", printed, BODY) == ()


@pytest.mark.parametrize("printed", ["", "sha256", "sha256:", ":0123", "   :  "])
def test_digest_without_algorithm_or_value_is_a_fault(printed: str) -> None:
    (fault,) = disagreement("block", printed, BODY)
    assert "names no algorithm and value" in fault.what
    assert fault.clause == "WARC 1.1, labelled-digest"


def test_unknown_digest_algorithm_is_unchecked_and_no_fault() -> None:
    (fault,) = disagreement("payload", "whirlpool:0123", BODY)
    assert fault.severity is Severity.UNCHECKED
    assert "'whirlpool'" in fault.what
    assert fault.clause == "WARC 1.1, WARC-Payload-Digest"


def test_a_digest_of_no_bytes_is_told_from_that_of_other_bytes() -> None:
    (fault,) = disagreement("block", "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", BODY)
    assert fault.what == "the block does not agree with its digest (it is that of the empty string)"
    assert disagreement("block", "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", b"") == ()


def test_a_digest_of_other_bytes_is_a_fault() -> None:
    (fault,) = disagreement("block", digest(b"other"), BODY)
    assert fault.severity is Severity.FAULT
    assert fault.clause == "WARC 1.1, WARC-Block-Digest"


@pytest.mark.parametrize(
    "block",
    [
        response(),
        response(BODY, b"Content-Length: 15"),
        response(BODY + b"beyond", b"Content-Length: 15"),
        response(BODY, b"content-length:\t15 "),
        response(b"f\r\n" + BODY + b"\r\n0\r\n\r\n", b"Transfer-Encoding: chunked"),
        response(BODY, b"Content-Length: 15", b"Content-Length: 15"),
        response(BODY, b"X-Long: a", b"  folded"),
    ],
)
def test_a_payload_is_the_body_without_its_framing(block: memoryview) -> None:
    assert payload_faults(digest(BODY), block, "response", MESSAGE) == ()


@pytest.mark.parametrize(
    ("kind", "media_type"), [("revisit", MESSAGE), ("metadata", "application/json"), ("warcinfo", "")]
)
def test_record_without_its_own_payload_has_no_payload_fault(kind: str, media_type: str) -> None:
    assert payload_faults("sha256:wrong", response(), kind, media_type) == ()


@pytest.mark.parametrize("kind", ["resource", "conversion"])
def test_the_payload_of_a_resource_is_its_block(kind: str) -> None:
    block = memoryview(BODY)
    assert payload_faults(digest(BODY), block, kind, "text/html") == ()
    (fault,) = payload_faults(digest(b"other"), block, kind, "text/html")
    assert fault.severity is Severity.FAULT


def test_payload_of_a_request_comes_after_its_head() -> None:
    block = memoryview(b"POST / HTTP/1.1\r\nHost: a\r\n\r\n" + BODY)
    assert payload_faults(digest(BODY), block, "request", "application/http; msgtype=request") == ()


def test_digest_of_the_chunks_or_the_whole_block_is_named_as_such() -> None:
    chunks = b"f\r\n" + BODY + b"\r\n0\r\n\r\n"
    block = response(chunks, b"Transfer-Encoding: chunked")
    (taken,) = payload_faults(digest(chunks), block, "response", MESSAGE)
    assert taken.what.endswith("(it is that of the chunked bytes)")
    (whole,) = payload_faults(digest(bytes(block)), block, "response", MESSAGE)
    assert whole.what.endswith("(it is that of the whole block)")
    (other,) = payload_faults(digest(b"other"), block, "response", MESSAGE)
    assert "it is that of" not in other.what


def test_block_without_a_head_is_unchecked_unless_its_digest_agrees() -> None:
    block = memoryview(b"no head at all")
    (fault,) = payload_faults(digest(b"other"), block, "response", MESSAGE)
    assert fault.severity is Severity.UNCHECKED
    assert payload_faults(digest(bytes(block)), block, "response", MESSAGE) == ()


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_response_without_a_body_has_an_empty_payload(status: bytes) -> None:
    block = memoryview(b"HTTP/1.1 " + status + b"\r\nX: y\r\n\r\n")
    assert payload_faults(digest(b""), block, "response", MESSAGE) == ()
