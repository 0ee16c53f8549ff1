"""Answer: the bytes of one answer as they arrive, and the judgement whether it is whole. Pure.

Apart from the client, which opens sockets, so that it can be tried without one.
"""

from __future__ import annotations

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
    ends_whole,
    entity,
    head_end,
    is_plain,
    read_head,
)
from archive.http.failure import AnswerRefused, FailureReason

# HTTP/0.9 has no status line: what does not begin so is another protocol, or a page without a head.
_START = b"HTTP/"
_SWITCHING = 101
_FIRST_FINAL = 200
# So many bytes are decoded to see how a coded answer without a length ends; more prove nothing.
_DECODED = 8 * 1024 * 1024
# A server can send 102 for ever to keep a client waiting; no honest one sends more than a few.
_INTERIM_LIMIT = 100


class Closing(StrEnum):
    """How the connection came to its end."""

    NOTIFIED = "notified"
    """TLS close_notify: the peer says that it had finished."""
    CLOSED = "closed"
    """The stream ended, and nothing says whether it should have."""
    BROKEN = "broken"
    """A reset, or TLS that went wrong."""
    TIME = "time"
    """We gave up waiting."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one answer, in bytes; 1xx heads count to the head."""

    head: int
    body: int


class Answer:
    """One answer as it grows: feed it until it wants no more or the connection ends, then judge it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bytes = bytearray()
        # Where the search for the end of the head goes on: from the start each time, a head that drips would cost its
        # square.
        self._looked = 0
        self._interim = bytearray()
        self._interim_count = 0
        self._head: Head | None = None
        self._framing = Framing(FramingKind.CLOSE)
        self._chunks = ChunkScanner()
        self._scanned = 0
        self._no_chunks = False
        self._whole = False
        self._over = False

    @property
    def received(self) -> bytes:
        """Everything that came, interim heads included."""
        return bytes(self._interim + self._bytes)

    @property
    def response(self) -> bytes:
        """The bytes from the final status line on."""
        return bytes(self._bytes)

    @property
    def head(self) -> Head | None:
        """The final head, once it has ended."""
        return self._head

    @property
    def interim(self) -> bytes:
        """The 1xx heads that came before, verbatim."""
        return bytes(self._interim)

    def feed(self, data: bytes) -> bool:
        """Take *data*; return whether more is wanted.

        Raises AnswerRefused where what came can be no answer: no status line, a head or interim heads without
        end, 101, two lengths that differ.
        """
        self._bytes += data
        if self._head is None:
            self._head = self._take_heads()
        if self._head is not None:
            self._weigh(self._head)
        # More would be read in vain, or beyond what may be kept.
        return not (self._whole or self._over)

    def end(self, closing: Closing, url: str) -> tuple[Ending, Truncation | None]:
        """Judge the answer to *url* after its last byte: `feed` wanted no more, or the connection ended by
        *closing*.

        Raises AnswerRefused where the head had not ended.
        """
        if self._head is None:
            raise self._headless(closing)
        if self._over:
            # We stopped there ourselves, so that a length which was stated proves nothing of what is kept.
            return Ending.UNPROVED, Truncation.LENGTH
        if self._whole:
            return (Ending.CHUNKED if self._framing.kind is FramingKind.CHUNKED else Ending.LENGTH), None
        # By what came of it, for the retry differs: silence may be a dislike of HTTP/1.0, a reset may pass.
        if closing is Closing.TIME:
            return Ending.UNPROVED, Truncation.TIME
        if closing is Closing.BROKEN or self._promised_more(self._head):
            return Ending.UNPROVED, Truncation.DISCONNECT
        if self._no_chunks and self._chunks.length:
            # Chunks that go wrong half way: what came before is no body, and why it ended so nobody knows.
            return Ending.UNPROVED, Truncation.UNSPECIFIED
        # RFC 9112 section 9.8: a close that TLS proves is as good as a length.
        if closing is Closing.NOTIFIED:
            return Ending.CLOSE_NOTIFY, None
        return self._by_its_end(url), None

    def _promised_more(self, head: Head) -> bool:
        if self._framing.kind is FramingKind.CHUNKED:
            # Chunks that were named and never sent promised nothing: the body then ends with the connection.
            return not self._no_chunks
        # A length of more digits than `framing` believes is still more than came.
        return self._framing.kind is FramingKind.LENGTH or (head.get("Content-Length") or "").isdecimal()

    def _by_its_end(self, url: str) -> Ending:
        head = self._head
        assert head is not None, "who has no head has no answer"
        if is_plain(head):
            with memoryview(self._bytes) as whole:
                return Ending.END_MARK if ends_whole(whole[head.length :], content_type(head)[0]) else Ending.UNPROVED
        # What is shorter on the wire may still be long once decoded: that is bounded below.
        if len(self._bytes) > _DECODED:
            return Ending.UNPROVED
        found = entity(url, self.response, limit=_DECODED, head=head)
        return Ending.END_MARK if not found.notes and ends_whole(found.body, found.media_type) else Ending.UNPROVED

    def _take_heads(self) -> Head | None:
        while True:
            self._check_start()
            size = head_end(self._bytes, self._looked)
            # While no end is found, all that came counts: a head without end must not grow until the deadline.
            if len(self._interim) + (size or len(self._bytes)) > self._limits.head:
                raise AnswerRefused(FailureReason.TOO_LARGE_HEAD, f"a head of more than {self._limits.head} bytes")
            if size is None:
                self._looked = len(self._bytes)
                return None
            head = self._read_head(size)
            if head.status >= _FIRST_FINAL:
                return head
            self._set_aside(size)

    def _check_start(self) -> None:
        if self._bytes[: len(_START)].upper() != _START[: len(self._bytes)]:
            start = bytes(self._bytes[:40])
            raise AnswerRefused(FailureReason.BAD_HEAD, f"no HTTP status line, but {start!r}")

    def _read_head(self, size: int) -> Head:
        try:
            # Of the first line end on nothing is mended: what is kept is what came, and this is only how it is
            # understood.
            head = read_head(bytes(self._bytes[:size]))
            self._framing = head.framing
        except BadFraming as bad:
            # RFC 9112 section 6.3: two lengths that differ are an attack or a fault, and no one can say which bytes are
            # the body.
            raise AnswerRefused(FailureReason.BAD_FRAMING, bad.reason) from None
        except BadHead as bad:
            raise AnswerRefused(FailureReason.BAD_HEAD, bad.reason) from None
        # Nothing was asked to be switched to, and what follows is no HTTP.
        if head.status == _SWITCHING:
            raise AnswerRefused(FailureReason.SWITCHING, "answered 101 Switching Protocols")
        return head

    def _set_aside(self, size: int) -> None:
        self._interim += self._bytes[:size]
        del self._bytes[:size]
        self._looked = 0
        self._interim_count += 1
        if self._interim_count > _INTERIM_LIMIT:
            raise AnswerRefused(FailureReason.TOO_MANY_INTERIM, f"more than {_INTERIM_LIMIT} answers of 1xx")

    def _weigh(self, head: Head) -> None:
        size = len(self._bytes) - head.length
        end = self._body_end(head)
        # A body that is exactly as long as the limit is whole.
        if end is not None and end <= self._limits.body:
            self._whole = True
            # What follows belongs to no answer of ours.
            del self._bytes[head.length + end :]
        elif size > self._limits.body:
            self._over = True
            del self._bytes[head.length + self._limits.body :]

    def _body_end(self, head: Head) -> int | None:
        """Return how many bytes the body takes, or None while that cannot be said."""
        size = len(self._bytes) - head.length
        # 204 and 304 have no body, whatever length they name (RFC 9112 section 6.3).
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
            # Some servers name chunks and send none: the rest is read to the close, and kept.
            self._no_chunks = True
            return None

    def _headless(self, closing: Closing) -> AnswerRefused:
        # How much came tells a server that is down from one that breaks off.
        come = len(self._interim) + len(self._bytes)
        if closing is Closing.TIME:
            return AnswerRefused(FailureReason.TIMEOUT, f"no whole head in time; {come} bytes came")
        if closing is Closing.BROKEN:
            return AnswerRefused(FailureReason.RESET, f"connection reset after {come} bytes")
        if not come:
            return AnswerRefused(FailureReason.NO_ANSWER, "closed without sending a byte")
        return AnswerRefused(FailureReason.BAD_HEAD, f"closed within the head, after {come} bytes")
