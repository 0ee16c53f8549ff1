"""WARC files written by other programs: which records are captures, and what their revisits repeat."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Damaged
from archive.foreign.foreign_warc import read_foreign
from archive.http.exchange import Ending, Truncation
from archive.replay import entity_of
from archive.warc.capture import CaptureKind

Foreign = Callable[..., Any]
PAGE = b"<!doctype html><title>Tides</title><p>The tide turns twice a day.</p></html>"
SECOND = b"<p>Second</p></html>"
URL = "http://institute.example/tides"
IDENTICAL = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
MARCH = datetime(2019, 3, 1, 10, tzinfo=UTC)
BROWSER = b"HTTP/2 200\r\ncontent-type: text/html\r\nx-orig-content-encoding: br\r\n"


def sha1_digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def test_foreign_file_is_read_with_the_software_that_wrote_it(foreign_warc: Foreign) -> None:
    warc = foreign_warc()
    warc.info("Heritrix/3.4.0 http://crawler.archive.org")
    page = warc.response(URL, PAGE, IP_Address="192.0.2.9")
    warc.record("request", b"GET /tides HTTP/1.0\r\nHost: institute.example\r\n\r\n", Concurrent_To=page)
    warc.record("metadata", b"fetchTimeMs: 12\r\n", Concurrent_To=page, type="application/warc-fields")
    warc.record("response", b"20190301\n", Target_URI="dns:institute.example", type="text/dns")
    found = read_foreign(warc.path)
    assert found.software.startswith("Heritrix/3.4.0")
    assert found.records == 5
    (capture,) = found.captures
    assert (capture.url, capture.kind, capture.began) == (URL, CaptureKind.RESPONSE, MARCH)
    assert capture.publisher == ""
    assert capture.payload_digest is not None
    assert capture.payload_digest.startswith("sha256:")
    assert found.left == {"warcinfo": 1, "request": 1, "metadata": 1, "response that is no HTTP capture": 1}


@pytest.mark.parametrize("name", ["theirs.warc.gz", "theirs.warc"])
def test_records_are_found_at_their_offsets_compressed_or_not(foreign_warc: Foreign, name: str, tmp_path: Path) -> None:
    warc = foreign_warc(name)
    warc.info("Wget/1.21.3 (linux-gnu)")
    warc.response(f"<{URL}>", PAGE)  # as wget writes it
    warc.response(URL + "/2", SECOND)
    found = read_foreign(warc.path)
    assert [capture.url for capture in found.captures] == [URL, URL + "/2"]
    for capture, body in zip(found.captures, (PAGE, SECOND), strict=True):
        assert entity_of(tmp_path, capture, lambda *_: None).body == body


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("request_names", [True, False], ids=["request names answer", "answer names request"])
def test_response_to_another_method_is_no_capture(foreign_warc: Foreign, method: str, request_names: bool) -> None:
    warc = foreign_warc()
    asked = f"{method} /tides HTTP/1.1\r\nHost: institute.example\r\n\r\n".encode()
    if request_names:
        page = warc.response(URL, PAGE)
        warc.record("request", asked, Concurrent_To=page)
    else:
        request = warc.record("request", asked)
        warc.response(URL, PAGE, Concurrent_To=request)
    found = read_foreign(warc.path)
    assert found.captures == ()
    assert found.left["answer to another method than GET"] == 1


def test_revisit_gets_url_and_date_from_the_capture_with_its_digest(foreign_warc: Foreign) -> None:
    warc = foreign_warc()
    warc.response(URL, PAGE)
    warc.response("http://institute.example/copy", PAGE, date="2019-03-01T11:00:00Z")
    warc.record(
        "revisit", b"", Target_URI=URL, date="2019-04-01T10:00:00Z", Profile=IDENTICAL, Payload_Digest=sha1_digest(PAGE)
    )
    revisit = read_foreign(warc.path).captures[-1]
    # Both hold the payload; the one with the same URL is meant, although the other is newer.
    assert (revisit.refers_to_url, revisit.refers_to_date) == (URL, MARCH)


def test_revisit_gets_url_and_date_from_the_record_it_names(foreign_warc: Foreign) -> None:
    warc = foreign_warc()
    first = warc.response(URL, PAGE)
    again = URL + "?again"
    warc.record("revisit", b"", Target_URI=again, date="2019-04-01T10:00:00Z", Profile=IDENTICAL, Refers_To=first)
    revisit = read_foreign(warc.path).captures[-1]
    assert (revisit.refers_to_url, revisit.refers_to_date) == (URL, MARCH)


def test_not_modified_without_a_digest_repeats_the_previous_capture(foreign_warc: Foreign) -> None:
    warc = foreign_warc()
    warc.response(URL, PAGE)
    warc.response(URL, SECOND, date="2019-05-01T10:00:00Z")
    head = b'HTTP/1.1 304 Not Modified\r\nETag: "t1"\r\n\r\n'
    warc.record("revisit", head, Target_URI=URL, date="2019-04-01T10:00:00Z", Profile=NOT_MODIFIED)
    revisit = read_foreign(warc.path).captures[-1]
    assert revisit.kind is CaptureKind.NOT_MODIFIED
    assert revisit.refers_to_date == MARCH
    assert revisit.etag == '"t1"'


def test_revisit_without_its_original_reports_the_record_it_names(foreign_warc: Foreign) -> None:
    warc = foreign_warc()
    named = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
    revisit = warc.record("revisit", b"", Target_URI=URL, Profile=IDENTICAL, Refers_To=named)
    found = read_foreign(warc.path)
    assert found.unresolved == {revisit.strip("<>"): named.strip("<>")}
    assert found.captures[0].refers_to_url is None


def test_body_decoded_by_a_browser_is_proved_by_its_end_mark(foreign_warc: Foreign) -> None:
    warc = foreign_warc("browser.warc.gz", "WARC/1.1")
    warc.response(URL, PAGE, head=BROWSER)
    warc.response(URL + "/cut", PAGE[:40], head=BROWSER)
    whole, cut = read_foreign(warc.path).captures
    assert whole.ending is Ending.END_MARK
    assert cut.ending is Ending.UNPROVED


def test_browser_resources_are_no_captures(foreign_warc: Foreign) -> None:
    warc = foreign_warc("browser.warc.gz", "WARC/1.1")
    warc.record("resource", b"Tides", Target_URI=f"urn:text:{URL}", type="text/plain")
    warc.record("resource", b"{}", Target_URI=f"urn:pageinfo:{URL}", type="application/json")
    found = read_foreign(warc.path)
    assert found.captures == ()
    assert found.left == {"resource": 2}


def test_publisher_named_by_another_collection_is_ignored(foreign_warc: Foreign) -> None:
    warc = foreign_warc("ours.warc")
    warc.response(URL, PAGE)
    text = warc.path.read_bytes()
    warc.path.write_bytes(text.replace(b"WARC-Block-Digest", b"Creditline-Publisher: other\r\nWARC-Block-Digest", 1))
    (capture,) = read_foreign(warc.path).captures
    assert capture.publisher == ""


def test_truncated_file_is_damaged_at_the_incomplete_record(foreign_warc: Foreign) -> None:
    warc = foreign_warc()
    warc.response(URL, PAGE)
    whole = warc.path.read_bytes()
    warc.path.write_bytes(whole + whole[:-10])
    with pytest.raises(Damaged) as damaged:
        read_foreign(warc.path)
    assert damaged.value.offset == len(whole)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (None, None),
        ("time", Truncation.TIME),
        ("disconnect", Truncation.DISCONNECT),
        ("because of the weather", Truncation.UNSPECIFIED),
    ],
    ids=str,
)
def test_truncated_record_is_truncated_whatever_reason_it_gives(
    foreign_warc: Foreign, said: str | None, read: Truncation | None
) -> None:
    warc = foreign_warc()
    warc.response(URL, PAGE, **({} if said is None else {"Truncated": said}))
    (capture,) = read_foreign(warc.path).captures
    assert capture.truncated is read


@pytest.mark.parametrize(
    ("fields", "body", "ending"),
    [
        ("Transfer-Encoding: chunked", b"5\r\nwords\r\n0\r\n\r\n", Ending.CHUNKED),
        ("Transfer-Encoding: chunked", b"5\r\nwords\r\n", Ending.UNPROVED),
        ("Transfer-Encoding: chunked", b"words without a length\r\n", Ending.UNPROVED),
        ("Content-Length: 5", b"words", Ending.LENGTH),
        ("Content-Length: 6", b"words", Ending.UNPROVED),
        ("Content-Length: five", b"words", Ending.UNPROVED),
    ],
    ids=["chunks", "half the chunks", "no chunks", "all", "a part", "no number"],
)
def test_ending_is_read_from_the_framing(foreign_warc: Foreign, fields: str, body: bytes, ending: Ending) -> None:
    warc = foreign_warc()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n{fields}\r\n".encode()
    warc.response(URL, body, head=head)
    (capture,) = read_foreign(warc.path).captures
    assert capture.ending is ending


@pytest.mark.parametrize(
    ("printed_location", "location"),
    [
        ("/waves", "http://institute.example/waves"),
        ("https://other.example/f\xc3\xb3rum", "https://other.example/f%C3%B3rum"),
        ("http://[broken/", None),
        ("", None),
    ],
    ids=["a path", "bytes of UTF-8", "no address", "nothing"],
)
def test_redirect_location_is_a_valid_url_or_none(
    foreign_warc: Foreign, printed_location: str, location: str | None
) -> None:
    warc = foreign_warc()
    head = f"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: {printed_location}\r\n".encode("latin-1")
    warc.response(URL, b"", head=head)
    (capture,) = read_foreign(warc.path).captures
    assert capture.location == location
