"""Which form a capture is kept in: response, or a revisit of an earlier one. Pure."""

from __future__ import annotations

from archive.capture import Capture, CaptureKind
from archive.checksum import same_digest
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


def may_repeat(earlier: Capture | None, publisher: str, url: str) -> Capture | None:
    """Return *earlier* if a capture of *url* for *publisher* may be kept as a revisit of it, else None.

    Only of the same URL, and in the series of the same publisher: what one page shows must not stand on the record
    of another, which may be handed over, withdrawn or erased by itself. That two URLs gave the same bytes is told by
    their payload digests all the same.
    """
    return earlier if earlier is not None and (earlier.publisher, earlier.url) == (publisher, url) else None


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
    never of an empty one (all redirects would match), and only where neither was cut.
    """
    original = original_of(earlier) if earlier else None
    if earlier is None or original is None:
        return CaptureKind.RESPONSE, None
    if status == 304:
        return CaptureKind.NOT_MODIFIED, original
    same = payload_length > 0 and payload_digest is not None and same_digest(payload_digest, original.payload_digest)
    if same and truncated is None and earlier.truncated is None:
        return CaptureKind.REVISIT, original
    return CaptureKind.RESPONSE, None
