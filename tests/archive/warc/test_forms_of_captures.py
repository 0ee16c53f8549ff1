"""Forms of captures: when a response is stored as a revisit, of what, and how fields are written and read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from archive.digest import digest
from archive.http.exchange import Ending, Truncation
from archive.warc.capture import Capture, CaptureKind, RecordRef, distinct_capture_id, printed_id
from archive.warc.record import (
    Draft,
    is_uri,
    one_line,
    optional_field,
    read_warc_date,
    to_bytes,
    warc_date,
    without_brackets,
)
from archive.warc.revisit import Original, form, may_repeat, original_of

URL = "https://think.example/a"
BEGAN = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
SAME, OTHER = digest(b"the port"), digest(b"another port")
EARLIER = Capture(
    "urn:uuid:1",
    "think",
    URL,
    BEGAN,
    CaptureKind.RESPONSE,
    200,
    "text/html",
    RecordRef("think-1.warc.gz", 0, 9),
    digest(b"block"),
    SAME,
    8,
    Ending.LENGTH,
)
HELD = Original(URL, BEGAN, SAME)


# ── A revisit or not ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "payload", "length", "truncated", "earlier", "kind"),
    [
        (200, SAME, 8, None, EARLIER, CaptureKind.REVISIT),
        (404, SAME, 8, None, EARLIER, CaptureKind.REVISIT),
        (200, SAME, 1, None, EARLIER, CaptureKind.REVISIT),
        (200, OTHER, 8, None, EARLIER, CaptureKind.RESPONSE),
        (200, SAME, 0, None, EARLIER, CaptureKind.RESPONSE),
        (200, None, 8, None, EARLIER, CaptureKind.RESPONSE),
        (200, SAME, 8, None, None, CaptureKind.RESPONSE),
        (200, SAME, 8, Truncation.LENGTH, EARLIER, CaptureKind.RESPONSE),
        (200, SAME, 8, None, replace(EARLIER, truncated=Truncation.TIME), CaptureKind.RESPONSE),
        (304, None, 0, None, EARLIER, CaptureKind.NOT_MODIFIED),
        (304, None, 0, None, replace(EARLIER, truncated=Truncation.TIME), CaptureKind.NOT_MODIFIED),
        (304, None, 0, None, None, CaptureKind.RESPONSE),
        (304, None, 0, None, replace(EARLIER, payload_digest=None), CaptureKind.RESPONSE),
    ],
)
def test_response_is_a_revisit_only_of_the_same_complete_payload(
    status: int,
    payload: str | None,
    length: int,
    truncated: Truncation | None,
    earlier: Capture | None,
    kind: CaptureKind,
) -> None:
    found, original = form(status, payload, length, truncated=truncated, earlier=earlier)
    assert found is kind
    assert original == (None if kind is CaptureKind.RESPONSE else HELD)


def test_payload_is_the_same_in_any_digest_spelling() -> None:
    spelt = SAME.upper().replace("SHA256", "sha256")
    assert form(200, spelt, 8, truncated=None, earlier=EARLIER)[0] is CaptureKind.REVISIT


def test_a_revisit_refers_to_the_response_and_never_to_a_revisit() -> None:
    again = replace(EARLIER, kind=CaptureKind.REVISIT, began=BEGAN + timedelta(days=1))
    assert original_of(replace(again, refers_to_url=URL, refers_to_date=BEGAN)) == HELD
    assert original_of(replace(again, refers_to_url=URL)) is None
    assert original_of(replace(again, refers_to_date=BEGAN)) is None
    assert original_of(EARLIER) == HELD
    assert original_of(replace(EARLIER, payload_digest=None)) is None


@pytest.mark.parametrize(
    ("earlier", "publisher", "url", "may"),
    [
        (EARLIER, "think", URL, True),
        (EARLIER, "tank", URL, False),
        (EARLIER, "think", f"{URL}?b", False),
        (None, "think", URL, False),
    ],
)
def test_page_is_a_revisit_only_of_itself_at_the_same_publisher(
    earlier: Capture | None, publisher: str, url: str, may: bool
) -> None:
    assert may_repeat(earlier, publisher, url) is (EARLIER if may else None)


# ── Fields ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("plain", "plain"),
        ("  two  words ", "two words"),
        ("a\r\nInjected: b", "a Injected: b"),
        ("tab\tand\x00null", "tab and null"),
        ("C1 \x85 control", "C1 control"),
        ("zażółć  gęślą", "zażółć gęślą"),
        ("", ""),
    ],
)
def test_field_value_is_reduced_to_one_line(value: str, line: str) -> None:
    assert one_line(value) == line


@pytest.mark.parametrize(
    ("text", "may_stand"),
    [
        (URL, True),
        ("http://think.example/", True),
        ("ftp://think.example/", False),
        ("https://think.example/a b", False),
        ("https://think.example/é", False),
        ("https://think.example/\n", False),
        ("", False),
    ],
)
def test_target_uri_is_an_http_url_in_printable_ascii(text: str, may_stand: bool) -> None:
    assert is_uri(text) is may_stand


def test_warc_date_is_written_in_utc_microseconds_and_read_back() -> None:
    assert warc_date(BEGAN) == "2023-04-24T10:00:00.000000Z"
    warsaw = BEGAN.astimezone(timezone(timedelta(hours=2)))
    assert warc_date(warsaw) == warc_date(BEGAN)
    assert read_warc_date(warc_date(BEGAN)) == BEGAN


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("2023", datetime(2023, 1, 1, tzinfo=UTC)),
        ("2023-04", datetime(2023, 4, 1, tzinfo=UTC)),
        ("2023-04-24", datetime(2023, 4, 24, tzinfo=UTC)),
        ("2023-04-24t10:00:00z", BEGAN),
        ("2023-04-24T12:00:00+02:00", BEGAN),
        ("2023-04-24T10:00:00", BEGAN),
        ("2023-04-24T10:00:00Z", BEGAN),
        ("2023-04-24T10:00:00.5Z", BEGAN.replace(microsecond=500_000)),
        ("2023-04-24T10:00:00.123456789Z", BEGAN.replace(microsecond=123_456)),
    ],
)
def test_foreign_date_is_read_as_the_first_instant_it_means(printed: str, meant: datetime) -> None:
    assert read_warc_date(printed) == meant
    assert read_warc_date(warc_date(meant)) == meant


@pytest.mark.parametrize(
    "printed", ["", "yesterday", "2023-13", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"]
)
def test_invalid_warc_date_is_refused(printed: str) -> None:
    with pytest.raises(ValueError):
        read_warc_date(printed)


def test_optional_field_without_a_value_is_omitted() -> None:
    assert optional_field("WARC-IP-Address", "192.0.2.7") == (("WARC-IP-Address", "192.0.2.7"),)
    assert optional_field("WARC-IP-Address", None) == optional_field("WARC-IP-Address", "") == ()


def test_id_is_the_same_with_and_without_brackets() -> None:
    assert without_brackets("<urn:uuid:1>") == without_brackets("urn:uuid:1") == "urn:uuid:1"


def test_records_with_the_same_id_are_distinguished_by_their_blocks() -> None:
    one, other = distinct_capture_id("urn:uuid:1", b"block"), distinct_capture_id("urn:uuid:1", b"another")
    assert len({"urn:uuid:1", one, other}) == 3
    assert one == distinct_capture_id("urn:uuid:1", b"block")
    assert printed_id(one) == printed_id(other) == replace(EARLIER, id=one).record_id == "urn:uuid:1"
    # What only looks like our suffix is part of an id that another program gave.
    assert printed_id("urn:x~0123") == "urn:x~0123"


def test_record_states_digest_and_length_and_ends_in_two_empty_lines() -> None:
    draft = Draft((("WARC-Type", "metadata"), ("X", "a\r\nb")), b"block")
    fields = draft.complete()
    assert dict(fields)["X"] == "a b"
    assert dict(fields)["WARC-Block-Digest"] == digest(b"block")
    assert dict(fields)["Content-Length"] == "5"
    record = to_bytes(fields, draft.block)
    assert record.startswith(b"WARC/1.1\r\nWARC-Type: metadata\r\n")
    assert record.endswith(b"\r\n\r\nblock\r\n\r\n")
