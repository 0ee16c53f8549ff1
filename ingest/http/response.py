"""Response: collect the bytes of one response as they arrive, and judge whether it is complete. Pure.

Apart from the client, which opens sockets, so this can be tested without a network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from archive.errors import BadHead
from archive.http.exchange import (
    BadFraming,
    ChunkScanner,
    Ending,
    Framing,
    FramingKind,
    Head,
    Truncation,
    content_type,
    entity,
    has_complete_end,
    head_end,
    is_plain,
    read_head,
)
from archive.http.failure import AnswerRefused, FailureReason

# HTTP/0.9 has no status line. Anything else is another protocol, or a page without a head.
_STATUS_LINE_START = b"HTTP/"
# The first frame of a server of HTTP/2: SETTINGS, or GOAWAY (RFC 9113 section 4.1), on stream 0.
_HTTP2_FRAME = re.compile(rb"\x00\x00[\x00-\xff][\x04\x07]\x00\x00{4}")
_SWITCHING = 101
_FIRST_FINAL = 200
# How many bytes are decoded to see how a compressed response without a length ends; longer ones stay unproved.
_DECODE_LIMIT = 8 * 1024 * 1024
# A server can keep a client waiting by sending 102 for ever. An honest one sends only a few.
_INTERIM_LIMIT = 100


class Closing(StrEnum):
    """How the connection ended."""

    NOTIFIED = "notified"
    """With TLS close_notify: the server says that it has finished."""
    CLOSED = "closed"
    """Closed, and nothing says whether the response is complete."""
    BROKEN = "broken"
    """A reset, or a TLS error."""
    TIME = "time"
    """Timed out on our side."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on one response, in bytes. *head* includes 1xx heads."""

    head: int
    body: int


class Answer:
    """One response as it arrives: call `feed` until it returns False or the connection ends, then `end` once."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bytes = bytearray()
        # Where to continue the search for the end of the head. Starting over each time would take quadratic time for a
        # head that arrives byte by byte.
        self._searched = 0
        self._interim = bytearray()
        self._interim_count = 0
        self._head: Head | None = None
        self._framing = Framing(FramingKind.CLOSE)
        self._chunks = ChunkScanner()
        self._scanned = 0
        self._no_chunks = False
        self._complete = False
        self._over_limit = False

    @property
    def received(self) -> bytes:
        """Everything received, including interim heads."""
        return bytes(self._interim + self._bytes)

    @property
    def response(self) -> bytes:
        """The bytes from the final status line on."""
        return bytes(self._bytes)

    @property
    def head(self) -> Head | None:
        """The final head, once it is complete."""
        return self._head

    @property
    def interim(self) -> bytes:
        """The 1xx heads before the final head, byte for byte."""
        return bytes(self._interim)

    def feed(self, data: bytes) -> bool:
        """Add *data*; return whether more is expected.

        Raises:
            AnswerRefused: this is not a valid response: no status line, heads beyond the limits, status 101, or two
                different lengths.
        """
        self._bytes += data
        if self._head is None:
            self._head = self._take_heads()
        if self._head is not None:
            self._check_length(self._head)
        # Stop when the response is complete or the limit is reached.
        return not (self._complete or self._over_limit)

    def end(self, closing: Closing, url: str) -> tuple[Ending, Truncation | None]:
        """Return how the response to *url* ended, and whether it was truncated.

        Call this once `feed` has returned False or the connection has ended; *closing* says how.

        Raises:
            AnswerRefused: the head is incomplete.
        """
        if self._head is None:
            raise self._headless(closing)
        if self._over_limit:
            # We stopped at our own limit, so a stated length proves nothing about the bytes we keep.
            return Ending.UNPROVED, Truncation.LENGTH
        if self._complete:
            return (Ending.CHUNKED if self._framing.kind is FramingKind.CHUNKED else Ending.LENGTH), None
        # Time-outs and resets are told apart, because they are retried in different ways.
        if closing is Closing.TIME:
            return Ending.UNPROVED, Truncation.TIME
        if closing is Closing.BROKEN or self._promised_more(self._head):
            return Ending.UNPROVED, Truncation.DISCONNECT
        if self._no_chunks and self._chunks.length:
            # Invalid chunks after valid ones: the body is incomplete for an unknown reason.
            return Ending.UNPROVED, Truncation.UNSPECIFIED
        # RFC 9112 section 9.8: a close with close_notify proves completeness like a length.
        if closing is Closing.NOTIFIED:
            return Ending.CLOSE_NOTIFY, None
        return self._by_its_end(url), None

    def _promised_more(self, head: Head) -> bool:
        if self._framing.kind is FramingKind.CHUNKED:
            # If chunks were announced but never sent, the body ends with the connection.
            return not self._no_chunks
        # Also true for a length that is too large for `framing`: it is still more than what arrived.
        return self._framing.kind is FramingKind.LENGTH or (head.get("Content-Length") or "").isdecimal()

    def _by_its_end(self, url: str) -> Ending:
        """Return how a response without a length ended: with its end mark, or unproved."""
        head = self._head
        assert head is not None, "only a response with a head has an end"
        if is_plain(head):
            with memoryview(self._bytes) as whole:
                return (
                    Ending.END_MARK
                    if has_complete_end(whole[head.length :], content_type(head)[0])
                    else Ending.UNPROVED
                )
        # A short compressed response may still be long when decoded; the call below has a limit too.
        if len(self._bytes) > _DECODE_LIMIT:
            return Ending.UNPROVED
        found = entity(url, self.response, limit=_DECODE_LIMIT, head=head)
        return (
            Ending.END_MARK if not found.notes and has_complete_end(found.body, found.media_type) else Ending.UNPROVED
        )

    def _take_heads(self) -> Head | None:
        """Return the final head once it is complete, and set interim heads aside; None while it is incomplete."""
        while True:
            self._check_start()
            size = head_end(self._bytes, self._searched)
            # Without an end, count all bytes received: an endless head must not grow until the deadline.
            if len(self._interim) + (size or len(self._bytes)) > self._limits.head:
                raise AnswerRefused(FailureReason.TOO_LARGE_HEAD, f"a head of more than {self._limits.head} bytes")
            if size is None:
                self._searched = len(self._bytes)
                return None
            head = self._read_head(size)
            if head.status >= _FIRST_FINAL:
                return head
            self._set_aside(size)

    def _check_start(self) -> None:
        if self._bytes[: len(_STATUS_LINE_START)].upper() != _STATUS_LINE_START[: len(self._bytes)]:
            if _HTTP2_FRAME.match(self._bytes):
                raise AnswerRefused(FailureReason.HTTP2, "it answers in HTTP/2 alone, whatever it is asked in")
            start = bytes(self._bytes[:40])
            raise AnswerRefused(FailureReason.BAD_HEAD, f"no HTTP status line, but {start!r}")

    def _read_head(self, size: int) -> Head:
        """Parse the head in the first *size* bytes. Raises AnswerRefused if it is invalid."""
        try:
            # Parsing does not change the bytes that are kept.
            head = read_head(bytes(self._bytes[:size]))
            self._framing = head.framing
        except BadFraming as bad:
            # RFC 9112 section 6.3: two different lengths are an attack or a mistake, and nobody can say what the body
            # is.
            raise AnswerRefused(FailureReason.BAD_FRAMING, bad.reason) from None
        except BadHead as bad:
            raise AnswerRefused(FailureReason.BAD_HEAD, bad.reason) from None
        # We asked for no other protocol, and the bytes that follow 101 are not HTTP.
        if head.status == _SWITCHING:
            raise AnswerRefused(FailureReason.SWITCHING, "answered 101 Switching Protocols")
        return head

    def _set_aside(self, size: int) -> None:
        self._interim += self._bytes[:size]
        del self._bytes[:size]
        self._searched = 0
        self._interim_count += 1
        if self._interim_count > _INTERIM_LIMIT:
            raise AnswerRefused(FailureReason.TOO_MANY_INTERIM, f"more than {_INTERIM_LIMIT} answers of 1xx")

    def _check_length(self, head: Head) -> None:
        """Check whether the body is complete or exceeds the limit, and cut off what follows."""
        size = len(self._bytes) - head.length
        end = self._body_end(head)
        # A body of exactly the limit is complete.
        if end is not None and end <= self._limits.body:
            self._complete = True
            # Bytes after the body do not belong to this response.
            del self._bytes[head.length + end :]
        elif size > self._limits.body:
            self._over_limit = True
            del self._bytes[head.length + self._limits.body :]

    def _body_end(self, head: Head) -> int | None:
        """Return the length of the body in bytes, or None while it is unknown or incomplete."""
        size = len(self._bytes) - head.length
        # 204 and 304 have no body, whatever length they state (RFC 9112 section 6.3).
        if self._framing.kind is FramingKind.NONE:
            return 0
        if self._framing.length is not None:
            return self._framing.length if size >= self._framing.length else None
        if self._framing.kind is FramingKind.CHUNKED and not self._no_chunks:
            return self._scan(bytes(self._bytes[head.length + self._scanned :]))
        return None

    def _scan(self, piece: bytes) -> int | None:
        self._scanned += len(piece)
        try:
            return self._chunks.length if self._chunks.feed(piece) else None
        except BadFraming:
            # Some servers announce chunks but send none. Then read until the connection is closed.
            self._no_chunks = True
            return None

    def _headless(self, closing: Closing) -> AnswerRefused:
        """Return the error for a connection that ended before the head was complete."""
        # The number of bytes tells a server that is down from one that breaks off.
        come = len(self._interim) + len(self._bytes)
        if closing is Closing.TIME:
            return AnswerRefused(FailureReason.TIMEOUT, f"no whole head in time; {come} bytes came")
        if closing is Closing.BROKEN:
            return AnswerRefused(FailureReason.RESET, f"connection reset after {come} bytes")
        if not come:
            return AnswerRefused(FailureReason.NO_ANSWER, "closed without sending a byte")
        return AnswerRefused(FailureReason.BAD_HEAD, f"closed within the head, after {come} bytes")
