"""Capture: the records of one target URI at one instant, as a value that all other code refers to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.http.exchange import Ending, Truncation

_APART = re.compile(r"~[0-9a-f]{16}$")


def distinct_capture_id(record_id: str, block: bytes) -> str:
    """Return an id for a capture whose record has the same id as another record in the collection; both are kept."""
    # Derived from the block, so that a rebuild gives the same id in whatever order the two records come.
    return f"{record_id}~{hashlib.sha256(block).hexdigest()[:16]}"


def printed_id(capture_id: str) -> str:
    """Return the id that the capture's record prints."""
    return _APART.sub("", capture_id)


@dataclass(frozen=True, slots=True)
class RecordRef:
    """Where a record is: file name below ``warcs/``, byte offset, and byte length of its gzip member."""

    file: str
    offset: int
    length: int


class CaptureKind(StrEnum):
    """The form in which a capture is stored."""

    RESPONSE = "response"
    REVISIT = "revisit"
    """The payload is that of an earlier capture (profile identical-payload-digest)."""
    NOT_MODIFIED = "not-modified"
    """The server answered 304 (profile server-not-modified)."""


ORIGINAL_MISSING = "the capture it repeats is not here"
ORIGINAL_UNNAMED = "it does not say which capture it repeats"
"""Why a revisit cannot be replayed yet: the file that holds the earlier capture may still be imported."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture as its response or revisit record states it: enough to catalogue it and to find its bytes again.

    Attributes:
        id: the WARC-Record-ID of the response or revisit record, without angle brackets (``urn:uuid:...``); see
            `distinct_capture_id`.
        publisher: the id of the publisher it was collected for.
        url: WARC-Target-URI.
        began: WARC-Date; aware, UTC, to the microsecond.
        status: the HTTP status; for NOT_MODIFIED 304, for REVISIT the status that was sent (200).
        media_type: of the payload, lower case, "" if not named; for NOT_MODIFIED that of the earlier capture, if
            named.
        payload_digest: of the body with transfer coding undone; None only if no payload is defined.
        payload_length: the length of those bytes (0 for NOT_MODIFIED).
        location: the Location field of a redirect, resolved against url, else None.
        refers_to_url, refers_to_date: for revisits, the earlier capture whose payload this is.
        etag, last_modified: validators to send with the next request, as printed.
        retry_after: the Retry-After field, as printed.
    """

    id: str
    publisher: str
    url: str
    began: datetime
    kind: CaptureKind
    status: int
    media_type: str
    ref: RecordRef
    block_digest: str
    payload_digest: str | None
    payload_length: int
    ending: Ending
    truncated: Truncation | None = None
    ip: str | None = None
    location: str | None = None
    refers_to_url: str | None = None
    refers_to_date: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    retry_after: str | None = None

    @property
    def record_id(self) -> str:
        """The id that the record itself prints."""
        return printed_id(self.id)


class NoteKind(StrEnum):
    """What a ``metadata`` record of this program states. Everything recorded besides captures is one of these."""

    # The values are in records on disk: a name may change here, a value never.
    FAILURE = "failure"
    """A visit that ended without an answer to keep: DNS, TLS, timeout, robots."""
    SETTINGS = "settings"
    """The settings in force from here on, including the publishers."""
    RUN = "run"
    """The summary of a finished run."""
    DECISION = "decision"
    WITHHOLDING = "withholding"
    OVERRIDE = "override"
    ANNOTATION = "annotation"
    """A tag, a note or a set that a person gave to an item or took away again."""
    REUSE = "reuse"
    """Where an item was reused, with its text, terms and credit line of that day."""
    PROFILE = "profile"
    IMPORT = "import"
    RECOVERY = "recovery"
    CLOCK = "clock"
    """The clock was behind the newest record when work began."""
    FIXITY = "fixity"
    """What a verification proved, and what it found."""
    DIGEST = "digest"
    """Length and SHA-256 of finished files, as they were written."""
    REPAIR = "repair"
    ERASURE = "erasure"
    """Which records were overwritten by order: where they were, but no address and no word of them."""


@dataclass(frozen=True, slots=True)
class Note:
    """One ``metadata`` record of this program, standing alone (not the companion of a capture).

    Its block is JSON: ``{"kind": ..., "about": ..., "previous": ..., "body": {...}}`` with sorted keys.

    Attributes:
        id: WARC-Record-ID without angle brackets.
        publisher: whose series of files holds it; ``collection`` if it concerns no single publisher.
        made: WARC-Date.
        about: the URL or the id that it concerns, or None.
        previous: the block digest of the note before it in the chain of notes, or None for the first.
        body: what it states; JSON values.
        digest: the block digest of this note.
    """

    id: str
    publisher: str
    made: datetime
    kind: NoteKind
    about: str | None
    previous: str | None
    body: Mapping[str, object]
    ref: RecordRef
    digest: str
