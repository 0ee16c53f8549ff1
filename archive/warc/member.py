"""The members of a WARC file, gzip members or plain stretches that hold one record each, proved whole; and by its
first bytes which format a file is in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from isal import igzip, isal_zlib

from archive.digest import hasher
from archive.errors import Damaged

if TYPE_CHECKING:
    from hashlib import _Hash

GZIP_MAGIC = b"\x1f\x8b\x08"
PACKED_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""What every member of ours begins with: no flags, no time, no system (RFC 1952 section 2.3)."""
RECORD_LIMIT = 1 << 30
"""The most bytes that one record may take once it is inflated."""
HELD = 128 << 20
"""The most bytes of one record that are held at once; of a longer one it is seen whether it is sound, and no more."""

# A tenth of the time of zlib's level 6 for 6 to 14 % more bytes on pages (decision 003).
_LEVEL = 2
_READ = 64 * 1024
_PIECE = 1 << 20
_HEAD_LIMIT = 1 << 20
# 15 for the largest window, and 16 for the head and tail of gzip.
_GZIP_WBITS = 31
HEAD_END = re.compile(rb"\r?\n\r?\n")
"""The end of the head of a record: bare line feeds are no lines of WARC, and stand in files of others."""
EMPTY_LINES = re.compile(rb"(?:\r?\n)*")
# The value may stand on a folded line. Eighteen digits fit into 64 bits, and no file is longer.
_CONTENT_LENGTH = re.compile(
    rb"^Content-Length[ \t]*:[ \t]*(?:\r?\n[ \t]+)?(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)
_PASSED_HEAD = 256 * 1024
"""The most bytes of the head of a record that is not held."""
_PASSED_LENGTH = re.compile(rb"^Content-Length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_PASSED_DIGEST = re.compile(rb"^WARC-Block-Digest[ \t]*:[ \t]*([\w-]{1,20}):", re.IGNORECASE | re.MULTILINE)


# A record that is too long to be held: its head, lengths and digest, taken as it passes.


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
            found = HEAD_END.search(self._begins)
            if found is None and len(self._begins) <= _PASSED_HEAD:
                return
            end = found.end() if found is not None else len(self._begins)
            self._open(bytes(self._begins[:end]) if found is not None else b"")
            piece, self._begins = bytes(self._begins[end:]), bytearray()
        part = piece[: self._left]
        if self._hash is not None:
            self._hash.update(part)
        self._left -= len(part)
        self._length += len(part)
        # One byte more than the four that must follow, so that anything behind them shows.
        self._tail += piece[len(part) : len(part) + 5 - len(self._tail)]

    def _open(self, head: bytes) -> None:
        self._head = head
        # A record without a length has no block that could be told from what follows.
        named, printed = _PASSED_LENGTH.search(head), _PASSED_DIGEST.search(head)
        self._left = int(named[1]) if named else 0
        self._hash = hasher(printed[1].decode("ascii", "replace")) if printed else None

    def passed(self) -> Passed:
        """Return what was seen."""
        taken = self._hash
        digest = f"{taken.name}:{taken.hexdigest()}" if taken is not None else None
        return Passed(self._size, self._head or b"", self._length, digest, bytes(self._tail))


class Member(NamedTuple):
    """One gzip member or plain record: where it lies in its file (bytes), and what it holds once inflated.

    A tuple, because a file has a million of them and it is made four times as fast.
    """

    offset: int
    length: int
    data: bytes
    head: bytes = b""
    """The first ten bytes of a gzip member; b"" for a plain record."""
    passed: Passed | None = None
    """What was seen of a record that is too long to be held: then *data* is b""."""


def pack(record: bytes) -> bytes:
    """Return *record* as one gzip member, the same bytes for the same record (WARC 1.1 annex D)."""
    # No time in the head: else the same record would be other bytes a second later.
    packed: bytes = igzip.compress(record, _LEVEL, mtime=0)
    return packed


def pack_parts(parts: Sequence[bytes]) -> list[bytes]:
    """Return *parts*, which are one record together, as one gzip member in pieces; a long record is copied nowhere."""
    size = sum(map(len, parts))
    if size <= _PIECE:
        return [pack(b"".join(parts))]
    deflating, crc, pieces = isal_zlib.compressobj(_LEVEL, wbits=-15), 0, [PACKED_HEAD]
    for part in parts:
        whole = memoryview(part)
        for at in range(0, len(part), _PIECE):
            piece = whole[at : at + _PIECE]
            crc = isal_zlib.crc32(piece, crc)
            pieces.append(deflating.compress(piece))
    # RFC 1952 section 2.3.1: of the length the lower 32 bits.
    tail = crc.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
    return [one for one in (*pieces, deflating.flush(), tail) if one]


def members(path: Path, *, start: int = 0) -> Iterator[Member]:
    """Yield the members of the file from byte *start*, where one begins, to its end; each whole, its CRC
    right.

    Raises:
        Damaged: at the first byte that belongs to no whole member.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        offset, ahead = start, b""
        file.seek(start)
        while True:
            # Enough to tell a gzip member from a plain record, and to keep the head for the verifier.
            if len(ahead) < len(PACKED_HEAD):
                ahead += file.read(_READ)
            if not ahead:
                return
            # Asked of each one: files that tools have joined hold both kinds.
            take = _plain if begins_record(ahead) else _inflate
            member, ahead = take(path, file, offset, ahead)
            yield member
            offset += member.length


def member_at(path: Path, offset: int) -> Member:
    """Return the member that begins at byte *offset*.

    Raises:
        Damaged: no whole member begins there.
        OSError: the file cannot be read.
    """
    for member in members(path, start=offset):
        return member
    raise Damaged(path, offset, "the file ends before it")


def stored(path: Path, offset: int, length: int) -> bytes:
    """Return the bytes of a member as they lie in the file, compressed or not: by themselves they are a WARC file.

    Raises:
        Damaged: the file ends before them.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        file.seek(offset)
        found = file.read(length)
    if len(found) != length:
        raise Damaged(path, offset, "the file ends before the end of the record")
    return found


def resume(path: Path, after: int, belongs: bytes = b"WARC/") -> int | None:
    """Return where the next whole member with a WARC record begins, at byte *after* or later; None if none
    does.

    Only a record whose head holds *belongs* counts: what was archived may hold records of its own,
    uncompressed inside a member of ours.
    """
    with path.open("rb") as file:
        at = after
        while True:
            file.seek(at)
            # A little more than the step, so that a mark across two windows is in one of them.
            window = file.read(_READ + len(GZIP_MAGIC))
            if len(window) < len(GZIP_MAGIC):
                return None
            # Three bytes stand in compressed data by chance, so each place is tried: what inflates to its end with the
            # right checksum, and holds a record, is one.
            for found in re.finditer(re.escape(GZIP_MAGIC) + rb"|(?i:WARC/[01]\.)", window):
                if found.start() < _READ and _begins_record(path, at + found.start(), belongs):
                    return at + found.start()
            at += _READ


def begins_record(data: bytes, at: int = 0) -> bool:
    """Say whether a WARC record may begin at byte *at* of *data*; what the grammar spells out stands in any case."""
    return data[at : at + 5].upper() == b"WARC/"


def head_of_gzip(path: Path, size: int) -> bytes:
    """Return the first *size* bytes that a gzip file inflates to, fewer where it is shorter.

    Raises:
        Damaged: it does not inflate.
        OSError: it cannot be read.
    """
    decoder, found = isal_zlib.decompressobj(_GZIP_WBITS), b""
    with path.open("rb") as file:
        # A few hundred bytes show the first record of any file; there may be a bomb behind them.
        while len(found) < size and (piece := file.read(512)):
            try:
                found += decoder.decompress(piece, size - len(found))
            except isal_zlib.error as error:  # type: ignore[misc]  # its stub declares an instance
                raise Damaged(path, 0, f"the gzip member does not inflate: {error}") from error
            if decoder.eof:
                break
    return found


def inflated_in_part(path: Path, offset: int, limit: int) -> bytes:
    """Return what a gzip member that is broken off, or spoilt further on, inflates to before that; *limit* bytes.

    Raises:
        OSError: the file cannot be read.
    """
    decoder, found = isal_zlib.decompressobj(_GZIP_WBITS), bytearray()
    with path.open("rb") as file:
        file.seek(offset)
        # In small steps: of the step that holds the damage nothing comes out.
        while len(found) < limit and not decoder.eof and (piece := file.read(512)):
            try:
                found += decoder.decompress(piece, limit - len(found))
            except isal_zlib.error:  # type: ignore[misc]  # its stub declares an instance
                break
    return bytes(found)


def _begins_record(path: Path, offset: int, belongs: bytes) -> bool:
    try:
        member = member_at(path, offset)
    except Damaged:
        return False
    data = member.passed.head if member.passed else member.data
    return begins_record(data) and belongs.lower() in data[:_HEAD_LIMIT].partition(b"\r\n\r\n")[0].lower()


def _shown(ahead: bytes) -> str:
    """Return the bytes for a person: in quotation marks where they are text, else in hexadecimal digits."""
    text = ahead.decode("ascii", "replace").strip()
    return f"“{text}”" if text.isprintable() and text.isascii() else ahead.hex(" ")


def _inflate(path: Path, file: BinaryIO, offset: int, ahead: bytes) -> tuple[Member, bytes]:
    """Inflate the member at *offset*, which begins with *ahead*; return it and the bytes read beyond it."""
    if not ahead.startswith(GZIP_MAGIC[: len(ahead)]):
        raise Damaged(path, offset, f"neither gzip nor a WARC record, but {_shown(ahead[:16])}")
    decoder = isal_zlib.decompressobj(_GZIP_WBITS)
    head = ahead[: len(PACKED_HEAD)]
    held = _Held()
    taken = 0
    while True:
        taken += len(ahead)
        try:
            # A megabyte at a time: what is too long is let pass, and a bomb never fills the memory.
            held.take(decoder.decompress(ahead, _PIECE))
            while not decoder.eof and decoder.unconsumed_tail:
                held.take(decoder.decompress(decoder.unconsumed_tail, _PIECE))
        except isal_zlib.error as error:  # type: ignore[misc]  # its stub declares an instance
            raise Damaged(path, offset, f"the gzip member does not inflate: {error}") from error
        # A bomb has no end worth waiting for.
        if held.size > RECORD_LIMIT:
            raise Damaged(path, offset, f"the gzip member inflates to more than {RECORD_LIMIT} bytes")
        if decoder.eof:
            rest: bytes = decoder.unused_data
            return Member(offset, taken - len(rest), *held.content(head)), rest
        ahead = file.read(_READ)
        if not ahead:
            raise Damaged(path, offset, "the gzip member is cut off")


class _Held:
    """The bytes of one record, held as long as they are not too many, and let pass from there on."""

    def __init__(self) -> None:
        self.size = 0
        self._pieces: list[bytes] = []
        self._passing: Passing | None = None

    def take(self, piece: bytes) -> None:
        """Take the next bytes."""
        self.size += len(piece)
        if self._passing is None and self.size > HELD:
            # From the first byte again: the head with its lengths and its digest stands there.
            self._passing = Passing()
            for held in self._pieces:
                self._passing.feed(held)
            self._pieces.clear()
        if self._passing is None:
            self._pieces.append(piece)
        else:
            self._passing.feed(piece)

    def content(self, head: bytes) -> tuple[bytes, bytes, Passed | None]:
        """Return the record, the *head* of its member, and what passed, as `Member` has them."""
        if self._passing is not None:
            return b"", head, self._passing.passed()
        return b"".join(self._pieces), head, None


def _plain(path: Path, file: BinaryIO, offset: int, ahead: bytes) -> tuple[Member, bytes]:
    """Cut out the plain record at *offset*, which begins with *ahead*; return it and what was read beyond."""
    while not (end := HEAD_END.search(ahead)):
        piece = file.read(_READ)
        if not piece or len(ahead) > _HEAD_LIMIT:
            raise Damaged(path, offset, "the head of the record does not end")
        ahead += piece
    named = _CONTENT_LENGTH.search(ahead, 0, end.end())
    if named is None:
        raise Damaged(path, offset, "the record names no Content-Length")
    length = end.end() + int(named[1])
    if length > RECORD_LIMIT:
        raise Damaged(path, offset, f"the record is longer than {RECORD_LIMIT} bytes")
    if length > HELD:
        return _plain_and_long(path, file, offset, ahead, length)
    if len(ahead) < length + 4:
        ahead += file.read(max(_READ, length + 4 - len(ahead)))
    if len(ahead) < length:
        raise Damaged(path, offset, f"the record is cut off: {length - len(ahead)} bytes are missing")
    # Two empty lines end a record; some writers leave them out or put more, which the verifier tells.
    after = EMPTY_LINES.match(ahead, length)
    length = after.end() if after else length
    return Member(offset, length, ahead[:length]), ahead[length:]


def _plain_and_long(path: Path, file: BinaryIO, offset: int, ahead: bytes, length: int) -> tuple[Member, bytes]:
    """Let a plain record of *length* bytes, its empty lines not counted, pass."""
    passing = Passing()
    left = length
    while left:
        passing.feed(ahead[:left])
        left, ahead = left - len(ahead[:left]), ahead[left:]
        if left and not (ahead := file.read(min(left, _PIECE))):
            raise Damaged(path, offset, f"the record is cut off: {left} bytes are missing")
    ahead += file.read(_READ)
    after = EMPTY_LINES.match(ahead)
    empty = after.end() if after else 0
    passing.feed(ahead[:empty])
    return Member(offset, length + empty, b"", b"", passing.passed()), ahead[empty:]


# ── Which format a file is in ────────────────────────────────────────────────────────────────────────────────

ARC_MAGIC = b"filedesc:"
"""What the first record of an ARC file begins with."""
ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""The skippable frame that holds the dictionary of a .warc.zst file (WARC zstd 1.0)."""


class FileFormat(StrEnum):
    """What a file is."""

    WARC = "WARC"
    """Perhaps sound, perhaps not: gzip members or plain records; anything else that cannot be told is taken for it."""
    ARC = "ARC"
    """The format before WARC, plain or compressed."""
    ZSTD = "Zstandard"
    """Compressed with Zstandard, a frame a record."""
    EMPTY = "empty"


def file_format(path: Path) -> FileFormat:
    """Say what the file at *path* is.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        # More than any of the marks below takes.
        begins = file.read(16)
    if not begins:
        return FileFormat.EMPTY
    if begins.startswith((ZSTD_FRAME, ZSTD_DICTIONARY)):
        return FileFormat.ZSTD
    if begins.startswith(GZIP_MAGIC):
        try:
            begins = head_of_gzip(path, len(ARC_MAGIC))
        except Damaged:
            return FileFormat.WARC
    return FileFormat.ARC if begins.startswith(ARC_MAGIC) else FileFormat.WARC
