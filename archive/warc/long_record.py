"""A record that is too long to be held: its head, lengths and digest, taken as it passes. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.digest import hasher

if TYPE_CHECKING:
    from hashlib import _Hash

HEAD = 256 * 1024
"""The most bytes of such a record's head."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^Content-Length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_DIGEST = re.compile(rb"^WARC-Block-Digest[ \t]*:[ \t]*([\w-]{1,20}):", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passed:
    """What is known of a record that is not held.

    Attributes:
        size: how many bytes it takes once it is inflated, its empty lines included.
        head: its head, up to the empty line; b"" where that does not end.
        length: how many bytes of the block there were, of those that Content-Length names.
        digest: of these bytes, by the algorithm that the head names, or None.
        tail: what follows the block, four bytes and one more at most.
    """

    size: int
    head: bytes
    length: int
    digest: str | None
    tail: bytes


class Passing:
    """Takes the bytes of one record, front to back."""

    def __init__(self) -> None:
        self._size = 0
        self._begins = bytearray()
        self._head: bytes | None = None
        self._left = 0
        self._length = 0
        self._hash: _Hash | None = None
        self._tail = bytearray()

    def feed(self, piece: bytes | memoryview) -> None:
        """Take the next bytes."""
        self._size += len(piece)
        if self._head is None:
            self._begins += piece
            found = _HEAD_END.search(self._begins)
            if found is None and len(self._begins) <= HEAD:
                return
            end = found.end() if found is not None else len(self._begins)
            self._open(bytes(self._begins[:end]) if found is not None else b"")
            piece, self._begins = bytes(self._begins[end:]), bytearray()
        part = piece[: self._left]
        if self._hash is not None:
            self._hash.update(part)
        self._left -= len(part)
        self._length += len(part)
        self._tail += piece[len(part) : len(part) + 5 - len(self._tail)]

    def _open(self, head: bytes) -> None:
        self._head = head
        named, printed = _LENGTH.search(head), _DIGEST.search(head)
        self._left = int(named[1]) if named else 0
        self._hash = hasher(printed[1].decode("ascii", "replace")) if printed else None

    def passed(self) -> Passed:
        """Return what was seen."""
        taken = self._hash
        digest = f"{taken.name}:{taken.hexdigest()}" if taken is not None else None
        return Passed(self._size, self._head or b"", self._length, digest, bytes(self._tail))
