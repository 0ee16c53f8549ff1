"""How serious a finding is: breaking a *shall* of the standard is a fault; advice and unchecked parts are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.fixity.conformity import check_record
from archive.fixity.expectation import Expectation
from archive.fixity.finding import Severity
from archive.fixity.references import check_references
from archive.fixity.verifier import examine, verify_file
from tests.conftest import sha1

Foreign = Callable[..., Any]


def record(*fields: str, block: bytes = b"", version: str = "WARC/1.0", kind: str = "response") -> bytes:
    named = (
        f"WARC-Type: {kind}",
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>",
        "WARC-Date: 2019-03-01T10:00:00Z",
        "WARC-Target-URI: http://institute.example/",
        *fields,
        f"Content-Length: {len(block)}",
    )
    return "\r\n".join((version, *named)).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


HTTP = "Content-Type: application/http;msgtype=response"
ANSWER = b"HTTP/1.1 200 OK\r\n\r\nabc"


@pytest.mark.parametrize(
    "sound",
    [
        record(HTTP, f"WARC-Payload-Digest: {sha1(b'abc')}", block=ANSWER),
        record(HTTP, "WARC-Payload-Digest: sha1:qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", block=ANSWER),
        record(HTTP, f"WARC-Payload-Digest: {sha1(b'abc')}", block=b"HTTP/1.1 0 No Content\r\n\r\nabc"),
        record("Content-Type: text/dns", f"WARC-Payload-Digest: {sha1(b'20080430 x')}", block=b"20080430 x"),
        record("Content-Type: text/plain", f"WARC-Payload-Digest: {sha1(b'x')}", block=b"x", kind="resource"),
        record(HTTP, "WARC-Protocol: h2", "WARC-Protocol: tls/1.3", "X-Any: 1", "x-any: 2", block=ANSWER),
        record(HTTP, "WARC-Concurrent-To: <urn:a:b>", "WARC-Warcinfo-ID: <urn:a:c>", block=ANSWER),
        record(HTTP.lower(), block=ANSWER, version="warc/1.0", kind="RESPONSE"),
        record(HTTP.replace(": ", ":\r\n "), block=ANSWER),
    ],
    ids=["Base32", "Base64", "status 0", "dns", "resource", "repeated extensions", "dangling links", "case", "folded"],
)
def test_record_that_the_standard_allows_has_no_finding(sound: bytes, tmp_path: Path) -> None:
    assert check_record(sound).faults == ()
    path = tmp_path / "lone.warc"
    path.write_bytes(sound)
    assert verify_file(path).findings == ()


@pytest.mark.parametrize(
    ("found", "severity"),
    [
        (record(block=b"abc"), Severity.ADVICE),
        (record(HTTP, block=ANSWER, version="WARC/0.18"), Severity.ADVICE),
        (record(HTTP, block=ANSWER, version="WARC/0.17"), Severity.ADVICE),
        (record(HTTP, "WARC-Block-Digest: blake3:abcd", block=ANSWER), Severity.UNCHECKED),
        (record(HTTP, "WARC-Payload-Digest: xxh3:abcd", block=ANSWER), Severity.UNCHECKED),
        (record(HTTP, f"WARC-Payload-Digest: {sha1(b'x')}", block=b"no head"), Severity.UNCHECKED),
        (record(f"WARC-Payload-Digest: {sha1(b'x')}"), Severity.UNCHECKED),
        (record(HTTP, f"WARC-Block-Digest: {sha1(b'x')}", block=ANSWER), Severity.FAULT),
        (record(HTTP, f"WARC-Payload-Digest: {sha1(b'x')}", block=ANSWER), Severity.FAULT),
        (record(HTTP, "WARC-Block-Digest: monkey", block=ANSWER), Severity.FAULT),
        (record(HTTP, HTTP, block=ANSWER), Severity.FAULT),
        (record(HTTP, block=ANSWER, version="WARC/3.0"), Severity.FAULT),
    ],
)
def test_each_finding_has_the_severity_of_the_standard(found: bytes, severity: Severity) -> None:
    assert [fault.severity for fault in check_record(found).faults] == [severity]


def test_foreign_files_may_link_outside_the_collection_and_ours_may_not(foreign_warc: Foreign) -> None:
    warc = foreign_warc()
    warc.record("metadata", b"x", Concurrent_To="<urn:a:b>", type="text/plain")
    references = examine(warc.path, Expectation()).references
    assert len(list(check_references([references]))) == 1
    assert not list(check_references([references], foreign={warc.path.name}))
