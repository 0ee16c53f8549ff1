"""How a response's body is framed on the wire, and where it ends (RFC 9112 section 6.3). No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from archive.errors import BadHead

# The head of a response: status line and fields, read leniently.

_END = re.compile(rb"\r?\n\r?\n")
# Real servers send several spaces, or no reason; RFC 9112 section 4 requires one space even without a reason.
_STATUS_LINE = re.compile(rb"(HTTP/\d+(?:\.\d+)?)[ \t]+([1-9]\d\d)(?:[ \t]+(.*))?[ \t]*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Head:
    """The status line and fields of a response, read leniently.

    Attributes:
        version: as received, in upper case: ``HTTP/1.1``.
        fields: names as received, and values without surrounding white space, decoded as Latin-1, in order.
        length: how many bytes the head takes, including its blank line.
    """

    version: str
    status: int
    reason: str
    fields: tuple[tuple[str, str], ...]
    length: int
    _framing: Framing | str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def framing(self) -> Framing:
        """How the body of an answer to GET is framed; computed once.

        Raises:
            BadFraming: see `framing`.
        """
        held = self._framing
        if held is None:
            try:
                held = framing(self)
            except BadFraming as bad:
                # The refusal is kept too, so that the fields are not examined again.
                held = bad.reason
            # It follows from the fields alone, so two threads would set the same value.
            object.__setattr__(self, "_framing", held)
        if isinstance(held, str):
            raise BadFraming(held)
        return held

    def get(self, name: str) -> str | None:
        """Return the first value of the field *name* (any case), or None."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of the field *name* (any case), in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.fields if key.lower() == wanted)


def head_end(data: bytes | bytearray, start: int = 0) -> int | None:
    """Return the length of the head in *data*, including its blank line; None if it has not ended yet.

    A bare LF ends a line too (RFC 9112 section 2.2). An incremental reader passes as *start* how many bytes it has
    searched before; the three bytes before that are searched again.
    """
    found = _END.search(data, max(0, start - 3))
    return found.end() if found else None


def read_head(data: bytes) -> Head:
    """Read the head at the beginning of *data*; the rest is ignored.

    Lenient: accepts bare LF, folded fields (RFC 9112 section 5.2), white space before the colon and a missing reason.
    Lines without a colon are skipped.

    Raises:
        BadHead: there is no HTTP status line, or the head does not end.
    """
    end = head_end(data)
    if end is None:
        raise BadHead("it does not end")
    head = bytes(data[:end])
    first, *lines = head.split(b"\n")
    status = _STATUS_LINE.fullmatch(first.removesuffix(b"\r"))
    if status is None:
        raise BadHead(f"no status line, but {first[:60]!r}")
    version, code, reason = status.groups(b"")
    return Head(
        version=version.decode("ascii").upper(),
        status=int(code),
        reason=reason.decode("latin-1").strip(" \t\r"),
        # Latin-1 has a character for each byte, so no byte of a head is lost or rejected, whatever its real
        # charset.
        fields=_fields(lines),
        length=len(head),
    )


def _fields(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    unfolded: list[list[bytes]] = []
    for line in lines:
        # The continuation of a skipped line is skipped too.
        if line[:1] in (b" ", b"\t"):
            if unfolded:
                unfolded[-1].append(line.strip(b" \t\r"))
        elif line.strip(b"\r"):
            unfolded.append([line.removesuffix(b"\r")])
    fields = []
    for parts in unfolded:
        name, colon, value = b" ".join(parts).partition(b":")
        if colon and name.strip(b" \t"):
            fields.append((name.strip(b" \t").decode("latin-1"), value.strip(b" \t\r").decode("latin-1")))
    return tuple(fields)


LINE_LIMIT = 16 * 1024
"""The longest chunk header or trailer line that is read, in bytes."""
TRAILERS_LIMIT = 128 * 1024
"""The most bytes of trailers that are read."""
CHUNKS_LIMIT = 200_000
"""The most chunks of one body that are read: as many as 50 MB in chunks of 250 bytes."""
TOO_MANY_CHUNKS = f"more than {CHUNKS_LIMIT} chunks"

# Sixteen digits are 64 bits. Chunk extensions after the semicolon are not used in practice.
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)
_BEGINS_SIZE = frozenset(b"0123456789abcdefABCDEF \t")
_MOST_DIGITS = 18
_PIECE = 1 << 20


class BadFraming(BadHead):
    """The head or the chunks contradict themselves, so nobody can say where the body ends."""


class FramingKind(StrEnum):
    """What marks the end of a body."""

    NONE = "none"
    """There is no body, whatever the fields say."""
    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"
    """The body ends when the connection closes."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How a body is framed; *length* (bytes) is set only for LENGTH."""

    kind: FramingKind
    length: int | None = None


def framing(head: Head, method: str = "GET") -> Framing:
    """Return how the body after *head*, an answer to a request with *method*, is framed (RFC 9112 section 6.3).

    Chunked wins over a length. A Content-Length that is not a number is ignored: the body then ends with the
    connection.

    Raises:
        BadFraming: two Content-Length values that differ.
    """
    if head.status < 200 or head.status in (204, 304) or method.upper() == "HEAD":
        return Framing(FramingKind.NONE)
    codings = transfer_codings(head)
    if codings:
        # Chunks mark the end only if they were applied last; otherwise the body runs until the connection closes.
        return Framing(FramingKind.CHUNKED if codings[-1] == "chunked" else FramingKind.CLOSE)
    lengths = {part.strip() for value in head.all("Content-Length") for part in value.split(",")}
    if len(lengths) > 1:
        # This cannot be repaired (RFC 9112 section 6.3): choosing one of the two may take foreign bytes for the
        # body.
        raise BadFraming(f"Content-Length is said to be {' and '.join(sorted(lengths)[:3])}")
    length = next(iter(lengths), "")
    if length.isascii() and length.isdigit():
        # Python refuses to parse numbers of thousands of digits, and no real body is longer than this.
        return Framing(FramingKind.LENGTH, int(length) if len(length) <= _MOST_DIGITS else 10**_MOST_DIGITS)
    return Framing(FramingKind.CLOSE)


def transfer_codings(head: Head) -> tuple[str, ...]:
    """Return the names in Transfer-Encoding, in lower case, in the order applied, without identity."""
    parts = (part for value in head.all("Transfer-Encoding") for part in value.split(","))
    names = (part.partition(";")[0].strip().lower() for part in parts)
    return tuple(name for name in names if name and name != "identity")


class ChunkScanner:
    """Follows a chunked body as it arrives in pieces, and says where it ends (RFC 9112 section 7.1).

    Takes linear time. Keeps no body; if there is a *sink*, the data of the chunks are appended to it.

    Attributes:
        length: how many of the fed bytes belong to the body; final once *complete*.
        complete: the last chunk and its trailers have ended. Later bytes are ignored.
    """

    def __init__(self, sink: bytearray | None = None) -> None:
        self.length = 0
        self.complete = False
        self._sink = sink
        self._line = bytearray()
        self._data_left = 0
        self._at_data_end = False
        self._in_trailers = False
        self._trailers = 0
        self._chunks = 0

    def feed(self, piece: bytes) -> bool:
        """Take the next bytes of the wire; return whether the body is complete.

        Raises:
            BadFraming: this is not a chunked body, or a line of it is longer than LINE_LIMIT.
        """
        at = 0
        while at < len(piece) and not self.complete:
            at = self._data(piece, at) if self._data_left else self._header(piece, at)
        return self.complete

    def _data(self, piece: bytes, at: int) -> int:
        end = min(len(piece), at + self._data_left)
        if self._sink is not None:
            # A memoryview, because slicing bytes would copy them once more.
            self._sink += memoryview(piece)[at:end]
        self._data_left -= end - at
        self._at_data_end = self._data_left == 0
        self.length += end - at
        return end

    def _header(self, piece: bytes, at: int) -> int:
        found = piece.find(b"\n", at)
        end = len(piece) if found < 0 else found + 1
        # An endless header would fill the memory.
        if len(self._line) + end - at > LINE_LIMIT:
            raise BadFraming(f"a chunk header is longer than {LINE_LIMIT} bytes")
        self._line += memoryview(piece)[at:end]
        self.length += end - at
        # Check the first byte at once, or a body without chunks would be collected up to the line limit before it
        # fails.
        if not (self._in_trailers or self._at_data_end) and self._line[0] not in _BEGINS_SIZE:
            raise BadFraming(f"no chunk size, but {bytes(self._line[:40])!r}")
        if found >= 0:
            line = bytes(self._line).rstrip(b"\r\n")
            self._line.clear()
            self._take(line)
        return end

    def _take(self, line: bytes) -> None:
        if self._in_trailers:
            self._trailers += len(line)
            if self._trailers > TRAILERS_LIMIT:
                raise BadFraming(f"the trailers are longer than {TRAILERS_LIMIT} bytes")
            self.complete = not line
        elif self._at_data_end:
            if line:
                raise BadFraming(f"a chunk is longer than its size says: {line[:40]!r}")
            self._at_data_end = False
        else:
            size = _SIZE.fullmatch(line)
            if size is None:
                raise BadFraming(f"no chunk size, but {line[:40]!r}")
            self._chunks += 1
            # A chunk of one byte takes as much work as one of a kilobyte.
            if self._chunks > CHUNKS_LIMIT:
                raise BadFraming(TOO_MANY_CHUNKS)
            self._data_left = int(size.group(1), 16)
            self._in_trailers = self._data_left == 0


def unchunk(body: bytes | memoryview) -> tuple[memoryview, str | None]:
    """Return the data of the chunks in *body*, as far as they go, and what is wrong with them, or None.

    A body that does not begin with a chunk is returned unchanged: some servers announce chunks and send none.
    """
    data, whole = bytearray(), memoryview(body).toreadonly()
    scanner = ChunkScanner(data)
    try:
        for at in range(0, len(whole), _PIECE):
            if scanner.feed(bytes(whole[at : at + _PIECE])):
                return memoryview(data).toreadonly(), None
    except BadFraming as bad:
        if data:
            return memoryview(data).toreadonly(), bad.reason
        return whole, f"says chunked, is not: {bad.reason}"
    return memoryview(data).toreadonly(), "the chunks end early"
