"""Exchange: one request and its response as the bytes of the wire, and how to read them. No I/O."""

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
    "ends_whole",
    "entity",
    "framing",
    "head_end",
    "is_plain",
    "location",
    "payload",
    "read_head",
]

ENTITY_LIMIT = 64 * 1024 * 1024
"""How many bytes undoing all content codings of one answer may put out."""


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
    """Why a stored answer is not whole: the values of WARC-Truncated (WARC 1.1, WARC-Truncated)."""

    LENGTH = "length"
    TIME = "time"
    DISCONNECT = "disconnect"
    UNSPECIFIED = "unspecified"


# Weak references, because whoever fetches long answers counts them in memory until they are let go of.
@dataclass(frozen=True, slots=True, weakref_slot=True)
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
        parsed: the head of the response, where it has been read.
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
        """The head of the response, read once.

        Raises:
            BadHead: the response does not begin with a readable head.
        """
        held = self._head
        if held is None:
            held = read_head(self.response)
            # Frozen for all others; the head follows from bytes that never change, so two threads would set the same.
            object.__setattr__(self, "_head", held)
        return held

    @property
    def head_bytes(self) -> bytes:
        """The head of the response as it came; raises what `head` raises."""
        return self.response[: self.head.length]

    def answer(self) -> Response:
        """Return the response, to be handed to whoever undoes its codings; its head goes with it where it was read."""
        return Response(self.url, self.response, self._head)

    def entity(self, *, limit: int = ENTITY_LIMIT) -> Entity:
        """Return what the response says, as `entity` does."""
        return entity(self.url, self.response, limit=limit, head=self._head)


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


@dataclass(frozen=True, slots=True)
class Response:
    """The bytes of a response found at *url*, still coded: to be handed to the process that undoes that (`entity`).

    Attributes:
        head: the head that they begin with, where it has been read.
    """

    url: str
    data: bytes
    head: Head | None = field(default=None, compare=False)

    def entity(self) -> Entity:
        """Return what it says, as `entity` does."""
        return entity(self.url, self.data, head=self.head)


def payload(response: bytes, head: Head | None = None) -> memoryview:
    """Return the body of *response* with chunks undone, as much as there is; where there are none, it is not copied.

    This is what WARC-Payload-Digest is taken of (WARC 1.1, WARC-Payload-Digest). Content codings stay. What
    follows the Content-Length that was named is left out. *head* spares the reading of it, where it has been
    read.

    Raises:
        BadHead: the response does not begin with a readable head.
    """
    return payload_as_framed(head or read_head(response), response)[0]


def payload_as_framed(head: Head, response: bytes) -> tuple[memoryview, str | None]:
    """Return what `payload` does, and what is wrong with its framing, or None."""
    body = memoryview(response)[head.length :]
    try:
        how = head.framing
    except BadFraming as bad:
        # Nobody can say where it ends, so nothing is taken away.
        return body, bad.reason
    if how.kind is FramingKind.NONE:
        return body[:0], None
    if how.kind is FramingKind.CHUNKED:
        return unchunk(body)
    if how.length is None:
        return body, None
    short = how.length - len(body)
    # What comes behind the length is no part of the answer, also where a server sends more than it said.
    return body[: how.length], f"{short} bytes are missing of {how.length}" if short > 0 else None


def entity(url: str, response: bytes, *, limit: int = ENTITY_LIMIT, head: Head | None = None) -> Entity:
    """Undo the transfer and content coding of *response*, found at *url*, as far as they can be undone.

    Never raises for what the bytes say: what went wrong is in the notes of the entity, and its body holds
    what was decoded before the fault. Undoing the codings puts out *limit* bytes at most, over all layers.
    *head* spares the reading of it, where it has been read.
    """
    try:
        head = head or read_head(response)
    except BadHead as bad:
        return Entity(url, b"", "", notes=(bad.reason,))
    framed, fault = payload_as_framed(head, response)
    transfer = [name for name in transfer_codings(head) if name != "chunked"]
    # Transfer codings were applied last, so they stand last in the list and are undone first.
    body, notes = content_coding.undo(bytes(framed), [*_content_codings(head), *transfer], limit=limit)
    media_type, charset = content_type(head)
    return Entity(url, body, media_type, charset, ((fault, *notes) if fault else notes))


def _content_codings(head: Head) -> list[str]:
    parts = (part.strip().lower() for value in head.all("Content-Encoding") for part in value.split(","))
    return [part for part in parts if part]


_MEDIA_TYPE = re.compile(r"[^\s;,/\"]+/[^\s;,/\"]+")
_CHARSET = re.compile(r"""[;,\s]charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)


def content_type(head: Head) -> tuple[str, str | None]:
    """Return the media type in *head* (lower case, "" if none) and its charset (as printed, or None)."""
    # Some heads hold several, and some of those name no type: the first that does counts.
    for value in head.all("Content-Type"):
        media_type = _MEDIA_TYPE.match(value)
        if media_type:
            charset = _CHARSET.search(value)
            return media_type[0].lower(), charset[1] if charset else None
    return "", None


REDIRECTS = frozenset({301, 302, 303, 307, 308})


def location(url: str, head: Head) -> str | None:
    """Return where the redirect *head*, which answered *url*, leads: absolute, of whatever scheme, or None.

    None where the status is no redirect, there is no Location, or it is no URL. The first Location counts (RFC 9110
    section 15.4). Bytes above 0x7F are percent-encoded as they came: that is right for UTF-8 in a path, it is the only
    form in which a server of another charset knows its own path again, and the host parser of the WHATWG URL standard
    decodes it in a host.
    """
    printed = (head.get("Location") or "").strip()
    if head.status not in REDIRECTS or not printed:
        return None
    # Head holds bytes as Latin-1, so each character is one byte of the wire.
    escaped = "".join(one if one < "\x80" else f"%{ord(one):02X}" for one in printed)
    try:
        return str(ada_url.join_url(url, escaped))
    except ValueError:
        return None


_HTML_END = re.compile(rb"</html\s*>\Z", re.IGNORECASE)
_XML_END = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?(?:urlset|sitemapindex|rss|feed|RDF|html)\s*>\Z")
# Comments may follow the end mark; caches of content systems print their figures there.
_TAIL = 64 * 1024


def is_plain(head: Head) -> bool:
    """Say whether nothing has to be undone in what follows *head*."""
    return not (_content_codings(head) or transfer_codings(head))


def ends_whole(body: bytes | memoryview, media_type: str) -> bool:
    """Say whether *body* ends as an entity of *media_type* must when it is whole.

    HTML ends in ``</html>``; sitemaps, feeds and RDF in the end tag of their root; white space and comments
    may follow. JSON parses. Types without such a mark never do; for an unnamed type ("") any mark counts.
    """
    if media_type.endswith(("/json", "+json")):
        return _is_json(body)
    tail = _without_comments(bytes(body[-_TAIL:]).replace(b"\0", b""))  # NUL: half of each character in UTF-16
    if media_type == "text/html":
        return _HTML_END.search(tail) is not None
    if media_type.endswith(("/xml", "+xml")):
        return _XML_END.search(tail) is not None
    return not media_type and (bool(_HTML_END.search(tail) or _XML_END.search(tail)) or _is_json(body))


def _without_comments(tail: bytes) -> bytes:
    tail = tail.rstrip()
    while tail.endswith(b"-->"):
        start = tail.rfind(b"<!--")
        # The comment began before the tail: then so much was added behind the end that it proves nothing.
        if start < 0:
            break
        tail = tail[:start].rstrip()
    return tail


def _is_json(body: bytes | memoryview) -> bool:
    # A bare number that was cut is a number too, so only what has an end of its own counts.
    if bytes(body[-_TAIL:]).strip()[-1:] not in (b"}", b"]"):
        return False
    try:
        # It is looked through and not made: the values of a document take forty times its bytes.
        msgspec.json.decode(body[3:] if body[:3] == b"\xef\xbb\xbf" else body, type=msgspec.Raw)
    except (ValueError, RecursionError):
        return False
    return True
