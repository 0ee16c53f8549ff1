"""Which form a capture is kept in: response, or a revisit of an earlier one. Pure."""

from __future__ import annotations

from archive.capture import Capture, CaptureKind
from archive.exchange import Truncation
from archive.record import Original


def original_of(capture: Capture) -> Original | None:
    """Return what a revisit of *capture* refers to, never a revisit itself; None if no payload is named."""
    if capture.payload_digest is None:
        return None
    if capture.kind is CaptureKind.RESPONSE:
        return Original(capture.url, capture.began, capture.payload_digest)
    if capture.refers_to_url is None or capture.refers_to_date is None:
        return None
    return Original(capture.refers_to_url, capture.refers_to_date, capture.payload_digest)


def form(
    status: int,
    payload_digest: str | None,
    payload_length: int,
    *,
    truncated: Truncation | None,
    earlier: Capture | None,
) -> tuple[CaptureKind, Original | None]:
    """Choose how an answer is kept, given the *earlier* capture (durable, if any) that it may repeat.

    A 304 refers to any earlier payload that is named. Another answer is a revisit only of the same payload,
    never of an empty one (all redirects would match), and only where neither was cut. Other URLs may be
    referred to.
    """
    original = original_of(earlier) if earlier else None
    if earlier is None or original is None:
        return CaptureKind.RESPONSE, None
    if status == 304:
        return CaptureKind.NOT_MODIFIED, original
    same = payload_length > 0 and payload_digest == original.payload_digest
    if same and truncated is None and earlier.truncated is None:
        return CaptureKind.REVISIT, original
    return CaptureKind.RESPONSE, None
