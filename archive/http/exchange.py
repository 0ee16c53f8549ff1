"""Exchange: one request and its response as bytes on the wire, and how to read them. No I/O."""

from __future__ import annotations

import re
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from enum import StrEnum

import ada_url
import msgspec

from archive.errors import BadHead
from archive.http import content_coding
from archive.http.framing import (
    BadFraming,
    ChunkScanner,
    Framing,
    FramingKind,
    Head,
    framing,
    head_end,
    read_head,
    transfer_codings,
    unchunk,
)

__all__ = [
    "ENTITY_LIMIT",
    "BadFraming",
    "BadHead",
    "ChunkScanner",
    "Ending",
    "Entity",
    "Exchange",
    "Framing",
    "FramingKind",
    "Head",
    "Response",
    "Truncation",
    "content_type",
    "entity",
    "framing",
    "has_complete_end",
    "head_end",
    "is_plain",
    "location",
    "payload",
    "read_head",
]

ENTITY_LIMIT = 64 * 1024 * 1024
"""How many bytes undoing all content codings of one answer may produce."""


class Ending(StrEnum):
    """How an answer ended, which decides whether it counts as complete."""

    LENGTH = "length"
    """Content-Length named exactly as many bytes as came (RFC 9112 section 6.3)."""
    CHUNKED = "chunked"
    """The last chunk arrived (RFC 9112 section 7.1)."""
    CLOSE_NOTIFY = "close-notify"
    """TLS reported that the peer had finished (RFC 8446 section 6.1)."""
    END_MARK = "end-mark"
    """The entity ends as its type requires: ``</html>``, ``</urlset>``, JSON that parses."""
    UNPROVED = "unproved"
    """The peer closed the connection, and nothing shows whether it had finished."""


class Truncation(StrEnum):
    """Why a stored answer is incomplete: the values of WARC-Truncated (WARC 1.1, WARC-Truncated)."""

    LENGTH = "length"
    TIME = "time"
    DISCONNECT = "disconnect"
    UNSPECIFIED = "unspecified"


# Weak references, because the code that fetches long answers counts how many are still in memory.
@dataclass(frozen=True, slots=True, weakref_slot=True)
class Exchange:
    """One request and its answer, both byte for byte.

    Attributes:
        url: the absolute URL that was requested, without fragment.
        began: when the exchange began; aware, UTC.
        request: every byte sent.
        response: every byte received from the final status line on: the head, then the body as framed on the wire.
        ending: how the answer ended.
        ip: the address of the connection; None if the exchange did not come from a socket.
        interim: the heads of the preceding 1xx answers, byte for byte, in order.
        truncated: why we stopped before the end, or None.
        parsed: the head of the response, if it has been read already.
    """

    url: str
    began: datetime
    request: bytes
    response: bytes
    ending: Ending
    ip: str | None = None
    interim: bytes = b""
    truncated: Truncation | None = None
    parsed: InitVar[Head | None] = None
    _head: Head | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self, parsed: Head | None) -> None:
        object.__setattr__(self, "_head", parsed)

    @property
    def head(self) -> Head:
        """The head of the response; read only once.

        Raises:
            BadHead: the response does not begin with a readable head.
        """
        held = self._head
        if held is None:
            held = read_head(self.response)
            # The head follows from bytes that never change, so two threads would set the same value here.
            object.__setattr__(self, "_head", held)
        return held

    @property
    def head_bytes(self) -> bytes:
        """The head of the response as received; raises what `head` raises."""
        return self.response[: self.head.length]

    def answer(self) -> Response:
        """Return the still coded response, for the process that decodes it; with its head if that has been read."""
        return Response(self.url, self.response, self._head)

    def entity(self, *, limit: int = ENTITY_LIMIT) -> Entity:
        """Return the content of the response, as the function `entity` does."""
        return entity(self.url, self.response, limit=limit, head=self._head)


@dataclass(frozen=True, slots=True)
class Entity:
    """The content of a response after transfer and content coding are undone: the bytes that get read.

    Attributes:
        url: where it was found.
        body: the bytes.
        media_type: type/subtype in lower case, "" if the head names none.
        charset: the charset parameter of Content-Type, as printed, or None.
        notes: what went wrong while decoding, in words ("gzip ended early").
    """

    url: str
    body: bytes
    media_type: str
    charset: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """The still coded bytes of a response found at *url*, for the process that decodes them (`entity`).

    Attributes:
        head: the head at their beginning, if it has been read already.
    """

    url: str
    data: bytes
    head: Head | None = field(default=None, compare=False)

    def entity(self) -> Entity:
        """Return the content of the response, as the function `entity` does."""
        return entity(self.url, self.data, head=self.head)


def payload(response: bytes, head: Head | None = None) -> memoryview:
    """Return the body of *response* with chunks undone, as far as it goes. Without chunks it is not copied.

    WARC-Payload-Digest is taken over this (WARC 1.1, WARC-Payload-Digest). Content codings stay. Bytes after the named
    Content-Length are left out. Pass *head* if it has been read already.

    Raises:
        BadHead: the response does not begin with a readable head.
    """
    return payload_as_framed(head or read_head(response), response)[0]


def payload_as_framed(head: Head, response: bytes) -> tuple[memoryview, str | None]:
    """Return what `payload` returns, and what is wrong with its framing, or None."""
    body = memoryview(response)[head.length :]
    try:
        how = head.framing
    except BadFraming as bad:
        # Nobody can say where the body ends, so nothing is removed.
        return body, bad.reason
    if how.kind is FramingKind.NONE:
        return body[:0], None
    if how.kind is FramingKind.CHUNKED:
        return unchunk(body)
    if how.length is None:
        return body, None
    short = how.length - len(body)
    # Bytes after the stated length are not part of the answer, even if the server sent them.
    return body[: how.length], f"{short} bytes are missing of {how.length}" if short > 0 else None


def entity(url: str, response: bytes, *, limit: int = ENTITY_LIMIT, head: Head | None = None) -> Entity:
    """Undo the transfer and content coding of *response*, found at *url*, as far as possible.

    Never raises because of the bytes: the entity's notes say what went wrong, and its body holds what was decoded
    before the fault. Decoding produces at most *limit* bytes over all layers. Pass *head* if it has been read already.
    """
    try:
        head = head or read_head(response)
    except BadHead as bad:
        return Entity(url, b"", "", notes=(bad.reason,))
    framed, fault = payload_as_framed(head, response)
    transfer = [name for name in transfer_codings(head) if name != "chunked"]
    # Transfer codings were applied last, so they are last in the list and undone first.
    body, notes = content_coding.decode_content(bytes(framed), [*_content_codings(head), *transfer], limit=limit)
    media_type, charset = content_type(head)
    return Entity(url, body, media_type, charset, ((fault, *notes) if fault else notes))


def _content_codings(head: Head) -> list[str]:
    parts = (part.strip().lower() for value in head.all("Content-Encoding") for part in value.split(","))
    return [part for part in parts if part]


_MEDIA_TYPE = re.compile(r"[^\s;,/\"]+/[^\s;,/\"]+")
_CHARSET = re.compile(r"""[;,\s]charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)


def content_type(head: Head) -> tuple[str, str | None]:
    """Return the media type in *head* (lower case, "" if none) and its charset (as printed, or None)."""
    # Some heads have several, and some of those name no type: the first with a type counts.
    for value in head.all("Content-Type"):
        media_type = _MEDIA_TYPE.match(value)
        if media_type:
            charset = _CHARSET.search(value)
            return media_type[0].lower(), charset[1] if charset else None
    return "", None


REDIRECTS = frozenset({301, 302, 303, 307, 308})


def location(url: str, head: Head) -> str | None:
    """Return the absolute URL, of any scheme, to which the redirect *head*, an answer to *url*, leads, or None.

    None if the status is no redirect, or Location is missing or not a URL. The first Location counts (RFC 9110 section
    15.4). Bytes above 0x7F are percent-encoded as received: for UTF-8 in a path that is right, a server with another
    charset recognises its path only in this form, and in a host the WHATWG URL parser decodes it.
    """
    printed = (head.get("Location") or "").strip()
    if head.status not in REDIRECTS or not printed:
        return None
    # Head decodes bytes as Latin-1, so each character is one byte of the wire.
    escaped = "".join(one if one < "\x80" else f"%{ord(one):02X}" for one in printed)
    try:
        return str(ada_url.join_url(url, escaped))
    except ValueError:
        return None


_HTML_END = re.compile(rb"</html\s*>\Z", re.IGNORECASE)
_XML_END = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?(?:urlset|sitemapindex|rss|feed|RDF|html)\s*>\Z")
# Comments may follow the end mark; the caches of content systems print their statistics there.
_TAIL = 64 * 1024


def is_plain(head: Head) -> bool:
    """Say whether the body after *head* needs no decoding."""
    return not (_content_codings(head) or transfer_codings(head))


def has_complete_end(body: bytes | memoryview, media_type: str) -> bool:
    """Say whether *body* ends as a complete entity of *media_type* must.

    HTML ends with ``</html>``; sitemaps, feeds and RDF end with the end tag of their root; white space and comments may
    follow. JSON has to parse. Other types have no end mark, so the answer is no. If the type is "", any mark counts.
    """
    if media_type.endswith(("/json", "+json")):
        return _is_json(body)
    tail = _without_comments(bytes(body[-_TAIL:]).replace(b"\0", b""))  # in UTF-16 every second byte is NUL
    if media_type == "text/html":
        return _HTML_END.search(tail) is not None
    if media_type.endswith(("/xml", "+xml")):
        return _XML_END.search(tail) is not None
    return not media_type and (bool(_HTML_END.search(tail) or _XML_END.search(tail)) or _is_json(body))


def _without_comments(tail: bytes) -> bytes:
    tail = tail.rstrip()
    while tail.endswith(b"-->"):
        start = tail.rfind(b"<!--")
        # The comment began before the tail: with so much added after the end, nothing is proved.
        if start < 0:
            break
        tail = tail[:start].rstrip()
    return tail


def _is_json(body: bytes | memoryview) -> bool:
    # A truncated number is still a number, so only JSON with a closing bracket counts.
    if bytes(body[-_TAIL:]).strip()[-1:] not in (b"}", b"]"):
        return False
    try:
        # Validated without building values, which take forty times the memory of the bytes.
        msgspec.json.decode(body[3:] if body[:3] == b"\xef\xbb\xbf" else body, type=msgspec.Raw)
    except (ValueError, RecursionError):
        return False
    return True
