"""Revisits: when a capture is stored as a repetition of an earlier one, and the record that says so. Pure.

WARC 1.1, clause 6.7. A 304 has an empty block, because readers replay it only in that form (docs/decisions/010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from archive.digest import normalize_digest, same_digest
from archive.http.exchange import Exchange, Truncation
from archive.warc.capture import Capture, CaptureKind
from archive.warc.record import (
    HTTP_RESPONSE,
    Draft,
    Field,
    Origin,
    RecordType,
    capture_fields,
    optional_field,
    warc_date,
)

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@dataclass(frozen=True, slots=True)
class Original:
    """The earlier capture whose payload a revisit repeats: its target URI, date, and payload digest."""

    url: str
    began: datetime
    payload_digest: str


def form(
    status: int,
    payload_digest: str | None,
    payload_length: int,
    *,
    truncated: Truncation | None,
    earlier: Capture | None,
) -> tuple[CaptureKind, Original | None]:
    """Choose how an answer is stored, given the *earlier* capture (durable, if any) that it may repeat.

    A 304 refers to any earlier payload that is named. Another answer becomes a revisit only if it has the same,
    non-empty payload (all redirects have the same empty one) and neither of the two was cut.
    """
    original = original_of(earlier) if earlier else None
    if earlier is None or original is None:
        return CaptureKind.RESPONSE, None
    # The server says that nothing changed; there is no payload to compare.
    if status == 304:
        return CaptureKind.NOT_MODIFIED, original
    # All redirects have the same empty payload and would repeat each other.
    same = payload_length > 0 and payload_digest is not None and same_digest(payload_digest, original.payload_digest)
    # Two answers cut at the same place may continue differently.
    if same and truncated is None and earlier.truncated is None:
        return CaptureKind.REVISIT, original
    return CaptureKind.RESPONSE, None


def original_of(capture: Capture) -> Original | None:
    """Return what a revisit of *capture* refers to, which is never a revisit; None if no payload is named."""
    if capture.payload_digest is None:
        return None
    if capture.kind is CaptureKind.RESPONSE:
        return Original(capture.url, capture.began, capture.payload_digest)
    if capture.refers_to_url is None or capture.refers_to_date is None:
        return None
    # The response itself: a chain of revisits would break if one of them is handed over or lost.
    return Original(capture.refers_to_url, capture.refers_to_date, capture.payload_digest)


def may_repeat(earlier: Capture | None, publisher: str, url: str) -> Capture | None:
    """Return *earlier* if a capture of *url* for *publisher* may be stored as a revisit of it, else None.

    It must have the same URL and the same publisher: a page must not depend on the record of another page, which may be
    handed over, withdrawn or erased separately. Equal payload digests still show that two URLs gave the same bytes.
    """
    return earlier if earlier is not None and (earlier.publisher, earlier.url) == (publisher, url) else None


def identical(
    record_id: str,
    origin: Origin,
    exchange: Exchange,
    original: Original,
    *,
    head: bytes,
    payload_length: int,
) -> Draft:
    """Build the revisit record of an answer with the payload of *original* (WARC 1.1, Profile: Identical Payload
    Digest).

    Its block is the head that was sent. ``WARC-Truncated: length`` is required by the form and means nothing else.
    """
    return Draft(
        (
            *capture_fields(RecordType.REVISIT, record_id, origin, exchange),
            *_revisit_fields(IDENTICAL_PAYLOAD, original),
            ("WARC-Truncated", "length"),
            ("Creditline-Payload-Length", str(payload_length)),
            ("Content-Type", HTTP_RESPONSE),
        ),
        head,
    )


def not_modified(
    record_id: str, origin: Origin, exchange: Exchange, original: Original, *, known: Mapping[str, str | None]
) -> Draft:
    """Build the revisit record of a 304 (WARC 1.1, Profile: Server Not Modified).

    Its block is empty, because readers replay it only in that form; the head that was sent goes into the capture's
    metadata record. Fields of that head that a catalogue needs are therefore passed as *known* and written as extension
    fields.
    """
    return Draft(
        (
            *capture_fields(RecordType.REVISIT, record_id, origin, exchange),
            *_revisit_fields(NOT_MODIFIED, original),
            *(field for name, value in known.items() for field in optional_field(f"Creditline-{name}", value)),
        ),
        b"",
    )


def _revisit_fields(profile: str, original: Original) -> tuple[Field, ...]:
    return (
        ("WARC-Profile", profile),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", warc_date(original.began)),
        ("WARC-Payload-Digest", normalize_digest(original.payload_digest)),
    )
