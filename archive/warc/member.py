"""Members of a WARC file: gzip members or plain stretches with one record each, checked to be whole. Also recognises
file formats by their first bytes.
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
"""The beginning of each of our members: no flags, no time, no system (RFC 1952 section 2.3)."""
RECORD_LIMIT = 1 << 30
"""The most bytes of one record after inflation."""
HELD = 128 << 20
"""The most bytes of one record that are kept in memory; a longer record is only checked, not read."""

# Takes a tenth of the time of zlib's level 6, for 6 to 14 % more bytes on pages (decision 003).
_LEVEL = 2
_READ = 64 * 1024
_PIECE = 1 << 20
_HEAD_LIMIT = 1 << 20
# 15 for the largest window, plus 16 for the header and trailer of gzip.
_GZIP_WBITS = 31
HEAD_END = re.compile(rb"\r?\n\r?\n")
"""The end of a record's head. WARC does not allow bare line feeds, but files of other tools contain them."""
EMPTY_LINES = re.compile(rb"(?:\r?\n)*")
# How a gzip member or a plain record begins.
_MARK = re.compile(re.escape(GZIP_MAGIC) + rb"|(?i:WARC/[01]\.)")
_LONGEST_MARK = len(b"WARC/1.")
# The value may be on a folded line. Eighteen digits fit into 64 bits, and no file is longer.
_CONTENT_LENGTH = re.compile(
    rb"^Content-Length[ \t]*:[ \t]*(?:\r?\n[ \t]+)?(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)
_PASSED_HEAD = 256 * 1024
"""The most bytes of the head of a record that is too long for memory."""
_PASSED_LENGTH = re.compile(rb"^Content-Length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_PASSED_DIGEST = re.compile(rb"^WARC-Block-Digest[ \t]*:[ \t]*([\w-]{1,20}):", re.IGNORECASE | re.MULTILINE)


# A record that is too long for memory: its head, lengths and digest, computed while it is read through.


@dataclass(frozen=True, slots=True)
class Passed:
    """What is known about a record that is too long for memory.

    Attributes:
        size: how many bytes it takes after inflation, including its empty lines.
        head: its head, including the empty line; b"" if it does not end.
        length: how many bytes of the block were there, out of those that Content-Length names.
        digest: of these bytes, by the algorithm that the head names, or None.
        tail: what follows the block: the four expected bytes, and at most one more.
    """

    size: int
    head: bytes
    length: int
    digest: str | None
    tail: bytes


class Passing:
    """Takes the bytes of one record from front to back, without keeping its block."""

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
        # One byte more than the expected four, so that surplus bytes show.
        self._tail += piece[len(part) : len(part) + 5 - len(self._tail)]

    def _open(self, head: bytes) -> None:
        self._head = head
        # Without a length the end of the block is unknown, so it counts as empty.
        named, printed = _PASSED_LENGTH.search(head), _PASSED_DIGEST.search(head)
        self._left = int(named[1]) if named else 0
        self._hash = hasher(printed[1].decode("ascii", "replace")) if printed else None

    def passed(self) -> Passed:
        """Return what has been seen."""
        taken = self._hash
        digest = f"{taken.name}:{taken.hexdigest()}" if taken is not None else None
        return Passed(self._size, self._head or b"", self._length, digest, bytes(self._tail))


class Member(NamedTuple):
    """One gzip member or plain record: where it is in its file (bytes), and its contents after inflation.

    A tuple because there may be a million of them, and tuples are four times faster to create.
    """

    offset: int
    length: int
    data: bytes
    head: bytes = b""
    """The first ten bytes of a gzip member; b"" for a plain record."""
    passed: Passed | None = None
    """What was seen of a record too long for memory; *data* is then b""."""


def pack(record: bytes) -> bytes:
    """Return *record* as one gzip member; the same record always gives the same bytes (WARC 1.1 annex D)."""
    # No time in the header, or the same record would give other bytes a second later.
    packed: bytes = igzip.compress(record, _LEVEL, mtime=0)
    return packed


def pack_parts(parts: Sequence[bytes]) -> list[bytes]:
    """Return *parts* of one record as the pieces of one gzip member; a long record is not copied."""
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
    # RFC 1952 section 2.3.1: the lower 32 bits of the length.
    tail = crc.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
    return [one for one in (*pieces, deflating.flush(), tail) if one]


def members(path: Path, *, start: int = 0) -> Iterator[Member]:
    """Yield the members of the file from byte *start*, where one must begin, to its end; each complete, with a correct
    CRC.

    Raises:
        Damaged: at the first byte that belongs to no complete member.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        offset, ahead = start, b""
        file.seek(start)
        while True:
            # Enough to tell gzip from plain records, and to keep the header for the verifier.
            if len(ahead) < len(PACKED_HEAD):
                ahead += file.read(_READ)
            if not ahead:
                return
            # Checked for each member, because joined files may contain both kinds.
            take = _plain if begins_record(ahead) else _inflate
            member, ahead = take(path, file, offset, ahead)
            yield member
            offset += member.length


def member_at(path: Path, offset: int) -> Member:
    """Return the member that begins at byte *offset*.

    Raises:
        Damaged: no complete member begins there.
        OSError: the file cannot be read.
    """
    for member in members(path, start=offset):
        return member
    raise Damaged(path, offset, "the file ends before it")


def stored(path: Path, offset: int, length: int) -> bytes:
    """Return the bytes of a member as stored in the file, compressed or not; alone they are a valid WARC file.

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
    """Return where the next complete member with a WARC record begins, at byte *after* or later; None if there is none.

    Only a record with *belongs* in its head counts, because archived content may hold records too, uncompressed inside
    one of our members.
    """
    with path.open("rb") as file:
        at = after
        while True:
            file.seek(at)
            # A little more than a step, so that a mark on the boundary is in one of the two windows.
            window = file.read(_READ + _LONGEST_MARK)
            if len(window) < len(GZIP_MAGIC):
                return None
            # Compressed data contain these three bytes by chance, so each place is tried: it counts if a member with a
            # correct checksum begins there and holds a record.
            for found in _MARK.finditer(window):
                if found.start() < _READ and _begins_record(path, at + found.start(), belongs):
                    return at + found.start()
            at += _READ


def begins_record(data: bytes, at: int = 0) -> bool:
    """Say whether a WARC record may begin at byte *at* of *data*. Literals of the grammar may be in any case."""
    return data[at : at + 5].upper() == b"WARC/"


def head_of_gzip(path: Path, size: int) -> bytes:
    """Return the first *size* bytes that a gzip file inflates to, or fewer if it is shorter.

    Raises:
        Damaged: the file does not inflate.
        OSError: the file cannot be read.
    """
    decoder, found = isal_zlib.decompressobj(_GZIP_WBITS), b""
    with path.open("rb") as file:
        # A few hundred bytes are enough for the first record; the rest may be a zip bomb.
        while len(found) < size and (piece := file.read(512)):
            try:
                found += decoder.decompress(piece, size - len(found))
            except isal_zlib.error as error:  # type: ignore[misc]  # its stub declares an instance
                raise Damaged(path, 0, f"the gzip member does not inflate: {error}") from error
            if decoder.eof:
                break
    return found


def inflated_in_part(path: Path, offset: int, limit: int) -> bytes:
    """Return up to *limit* bytes of what a truncated or damaged gzip member inflates to before the damage.

    Raises:
        OSError: the file cannot be read.
    """
    decoder, found = isal_zlib.decompressobj(_GZIP_WBITS), bytearray()
    with path.open("rb") as file:
        file.seek(offset)
        # In small steps, because the step that holds the damage gives no output.
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
    """Return the bytes for people to read: quoted if they are text, else as hexadecimal digits."""
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
            # In pieces of a megabyte, so that a long record or a zip bomb never fills the memory.
            held.take(decoder.decompress(ahead, _PIECE))
            while not decoder.eof and decoder.unconsumed_tail:
                held.take(decoder.decompress(decoder.unconsumed_tail, _PIECE))
        except isal_zlib.error as error:  # type: ignore[misc]  # its stub declares an instance
            raise Damaged(path, offset, f"the gzip member does not inflate: {error}") from error
        # Do not read a bomb to its end.
        if held.size > RECORD_LIMIT:
            raise Damaged(path, offset, f"the gzip member inflates to more than {RECORD_LIMIT} bytes")
        if decoder.eof:
            rest: bytes = decoder.unused_data
            return Member(offset, taken - len(rest), *held.content(head)), rest
        ahead = file.read(_READ)
        if not ahead:
            raise Damaged(path, offset, "the gzip member is cut off")


class _Held:
    """The bytes of one record, kept in memory up to a limit; a longer record is only measured."""

    def __init__(self) -> None:
        self.size = 0
        self._pieces: list[bytes] = []
        self._passing: Passing | None = None

    def take(self, piece: bytes) -> None:
        """Take the next bytes."""
        self.size += len(piece)
        if self._passing is None and self.size > HELD:
            # Start again from the first byte, because the head names the lengths and the digest.
            self._passing = Passing()
            for held in self._pieces:
                self._passing.feed(held)
            self._pieces.clear()
        if self._passing is None:
            self._pieces.append(piece)
        else:
            self._passing.feed(piece)

    def content(self, head: bytes) -> tuple[bytes, bytes, Passed | None]:
        """Return data, header and what was measured, in the form of `Member`."""
        if self._passing is not None:
            return b"", head, self._passing.passed()
        return b"".join(self._pieces), head, None


def _plain(path: Path, file: BinaryIO, offset: int, ahead: bytes) -> tuple[Member, bytes]:
    """Cut out the plain record at *offset*, which begins with *ahead*; return it and the bytes read after it."""
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
    # Two empty lines end a record. Some tools write fewer or more, which the verifier reports.
    after = EMPTY_LINES.match(ahead, length)
    length = after.end() if after else length
    return Member(offset, length, ahead[:length]), ahead[length:]


def _plain_and_long(path: Path, file: BinaryIO, offset: int, ahead: bytes, length: int) -> tuple[Member, bytes]:
    """Read through a plain record of *length* bytes, not counting its empty lines."""
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
"""The beginning of the first record of an ARC file."""
ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""The skippable frame that holds the dictionary of a .warc.zst file (WARC zstd 1.0)."""


class FileFormat(StrEnum):
    """The format of a file."""

    WARC = "WARC"
    """Gzip members or plain records, sound or not; also anything that is not recognised."""
    ARC = "ARC"
    """The format before WARC, plain or compressed."""
    ZSTD = "Zstandard"
    """Compressed with Zstandard, one frame per record."""
    EMPTY = "empty"


def begins_archive(begins: bytes) -> bool:
    """Say whether *begins*, the first bytes of a file, are those of a WARC or ARC file, packed or not."""
    return begins.upper().startswith(b"WARC/") or begins.startswith(
        (GZIP_MAGIC, ZSTD_FRAME, ZSTD_DICTIONARY, ARC_MAGIC)
    )


def file_format(path: Path) -> FileFormat:
    """Return the format of the file at *path*.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        # More than the longest of the magic numbers.
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
