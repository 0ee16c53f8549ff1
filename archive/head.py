"""The head of a response: its status line and fields, read leniently from the bytes of the wire. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from archive.errors import BadHead

_END = re.compile(rb"\r?\n\r?\n")
_REMEMBERED = 16 * 1024
"""A head of more bytes is read each time: hundreds of them are remembered."""
_STATUS_LINE = re.compile(rb"(HTTP/\d+(?:\.\d+)?)[ \t]+([1-9]\d\d)(?:[ \t]+(.*))?[ \t]*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Head:
    """The status line and fields of a response, read leniently.

    Attributes:
        version: as received, in upper case: ``HTTP/1.1``.
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


def head_end(data: bytes | bytearray, start: int = 0) -> int | None:
    """Return how many bytes of *data* the head takes, its blank line included; None if it has not ended yet.

    A bare LF ends a line too (RFC 9112 section 2.2). An incremental reader passes as *start* the length that
    it looked at before; the three bytes before that are looked at again.
    """
    found = _END.search(data, max(0, start - 3))
    return found.end() if found else None


def read_head(data: bytes) -> Head:
    """Read the head that *data* begins with; what follows it is not looked at.

    Lenient: bare LF, folded fields (RFC 9112 section 5.2), white space before the colon; lines without a
    colon are skipped, the reason may be missing.

    Raises:
        BadHead: no HTTP status line, or the head does not end.
    """
    end = head_end(data)
    if end is None:
        raise BadHead("it does not end")
    # On its way from the wire into the catalogue a response is asked for its head at every step.
    head = bytes(data[:end])
    return _remembered(head) if end <= _REMEMBERED else _read(head)


def _read(head: bytes) -> Head:
    first, *lines = head.split(b"\n")
    status = _STATUS_LINE.fullmatch(first.removesuffix(b"\r"))
    if status is None:
        raise BadHead(f"no status line, but {first[:60]!r}")
    version, code, reason = status.groups(b"")
    return Head(
        version=version.decode("ascii").upper(),
        status=int(code),
        reason=reason.decode("latin-1").strip(" \t\r"),
        fields=_fields(lines),
        length=len(head),
    )


_remembered = lru_cache(maxsize=256)(_read)


def _fields(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    unfolded: list[list[bytes]] = []
    for line in lines:
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
