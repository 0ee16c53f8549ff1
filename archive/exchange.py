"""Exchange: one request and its response as the bytes of the wire, and how to read them. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Ending(StrEnum):
    """How an answer ended: what makes us believe that it is whole, or not."""

    LENGTH = "length"
    """As many bytes came as Content-Length named (RFC 9112 section 6.3)."""
    CHUNKED = "chunked"
    """The last chunk came (RFC 9112 section 7.1)."""
    CLOSE_NOTIFY = "close-notify"
    """TLS said that the peer had finished (RFC 8446 section 6.1)."""
    END_MARK = "end-mark"
    """The entity ends as its type must: ``</html>``, ``</urlset>``, JSON that parses."""
    UNPROVED = "unproved"
    """The peer closed, and nothing says whether it had finished."""


class Truncation(StrEnum):
    """Why a stored answer is not whole: the values of WARC-Truncated (WARC 1.1 section 5.13)."""

    LENGTH = "length"
    TIME = "time"
    DISCONNECT = "disconnect"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, both verbatim.

    Attributes:
        url: the absolute URL that was asked for, without fragment.
        began: when the exchange began; aware, UTC.
        request: every byte sent.
        response: every byte received from the final status line on: head, then body as framed on the wire.
        ending: how the answer ended.
        ip: the address that was connected to, or None where the exchange did not come from a socket.
        interim: the heads of 1xx answers that came before, verbatim, in order.
        truncated: why we stopped before the end, or None.
    """

    url: str
    began: datetime
    request: bytes
    response: bytes
    ending: Ending
    ip: str | None = None
    interim: bytes = b""
    truncated: Truncation | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The status line and fields of a response, read leniently.

    Attributes:
        fields: names as received and values without surrounding white space, decoded as Latin-1, in order.
        length: how many bytes the head takes, its blank line included.
    """

    version: str
    status: int
    reason: str
    fields: tuple[tuple[str, str], ...]
    length: int

    def get(self, name: str) -> str | None:
        """Return the first value of the field *name* (any case), or None."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of the field *name* (any case), in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.fields if key.lower() == wanted)


@dataclass(frozen=True, slots=True)
class Entity:
    """What a response says once transfer and content coding are undone: the bytes that a reader reads.

    Attributes:
        url: where it was found.
        body: the bytes.
        media_type: type/subtype in lower case, or "" where the head names none.
        charset: the charset parameter of Content-Type, as printed, or None.
        notes: what went wrong while decoding, in words ("gzip ended early").
    """

    url: str
    body: bytes
    media_type: str
    charset: str | None = None
    notes: tuple[str, ...] = ()
