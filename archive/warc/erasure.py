"""Erasure: overwrite records in a WARC file by order, leave a record that says so, and move nothing else."""

from __future__ import annotations

import re
import uuid
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from archive.digest import digest
from archive.errors import Damaged
from archive.warc.capture import RecordRef
from archive.warc.member import PACKED_HEAD, Member, member_at, members
from archive.warc.reader import concurrent_to, parse
from archive.warc.record import RecordType, to_bytes, warc_date
from archive.warc.writer import OPEN

# A tombstone's id is derived from the first record it replaces, so that making it again gives the same bytes.
_NAMESPACE = uuid.UUID("8f0e5a3c-6b1d-5c7e-9a42-3d1f0b6c2e97")
# The most bytes in a stored block of DEFLATE (RFC 1951 section 3.2.4).
_STORED = 65_535
_BLOCK_HEAD, _GZIP_TAIL = 5, 8
_PIECE = 1 << 20
# The most digits in the length of a record that is read (`archive.warc.member.RECORD_LIMIT`).
_DIGITS = 10
# Two spellings of one media type. When the block fills the space, Content-Length may need one digit more or fewer than
# fits; then the other spelling does.
_TEXTS = ("text/plain", "text/plain; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes of a file that are to be overwritten: one record, or several adjacent ones.

    Attributes:
        ref: where they are.
        packed: whether they are gzip members rather than plain records.
        records: the ids of the records.
    """

    ref: RecordRef
    packed: bool
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The order by which records are erased, and its date."""

    reference: str
    at: datetime


def gaps(path: Path, offsets: Collection[int]) -> list[Gap]:
    """Return where the records at *offsets* of the file and their companions are.

    Raises:
        Damaged: the file is damaged, or one of its members holds several records, so that no record can be
            overwritten without touching others.
        OSError: the file cannot be read.
    """
    listed: list[tuple[Member, str, frozenset[str]]] = []
    # Some programs let the request name its response, others (wget) the response its request.
    named: set[str] = set()
    describing: set[str] = set()
    for member in members(path):
        # A record that is too long to be read is identified by its head alone.
        if member.passed is not None:
            listed.append((member._replace(data=b""), _named(member.passed.head), frozenset()))
            continue
        read = parse(path, member)
        listed.append((member._replace(data=b""), read.id, frozenset(concurrent_to(read))))
        if member.offset in offsets:
            named.update(concurrent_to(read))
        # A capture that is named is one of its own, which the order need not be about.
        elif read.type in (RecordType.REQUEST, RecordType.METADATA):
            describing.add(read.id)
    wanted = {record for member, record, _ in listed if member.offset in offsets}
    found: list[Gap] = []
    name = path.name.removesuffix(OPEN)
    for member, record, beside in listed:
        is_named = record in named and record in describing
        if member.offset not in offsets and wanted.isdisjoint(beside) and not is_named:
            continue
        last = found[-1] if found else None
        # Merged, because a single record may be too short for the tombstone; a capture with its request is not.
        if last and last.ref.offset + last.ref.length == member.offset and last.packed == bool(member.head):
            ref = RecordRef(name, last.ref.offset, last.ref.length + member.length)
            found[-1] = Gap(ref, last.packed, (*last.records, record))
        else:
            found.append(Gap(RecordRef(name, member.offset, member.length), bool(member.head), (record,)))
    return found


def has_content(path: Path, gap: Gap) -> bool:
    """Say whether the contents of *gap* are still there; False if nothing can be read in that place."""
    try:
        return parse(path, member_at(path, gap.ref.offset)).id in gap.records
    except (Damaged, OSError):
        return False


def _named(head: bytes) -> str:
    found = re.search(rb"^WARC-Record-ID[ \t]*:[ \t]*<([^>]*)>", head, re.IGNORECASE | re.MULTILINE)
    return found[1].decode("latin-1") if found else ""


def with_tombstones(source: BinaryIO, found: Sequence[Gap], order: Order) -> Iterator[bytes]:
    """Yield the bytes of the file *source* with a tombstone in each gap; length and all other places stay the same.

    Raises:
        ValueError: a gap is too short for a tombstone.
        OSError: the file cannot be read.
    """
    at = 0
    for gap in sorted(found, key=lambda one: one.ref.offset):
        source.seek(at)
        yield from _pieces(source, gap.ref.offset - at)
        yield tombstone(gap, order)
        at = gap.ref.offset + gap.ref.length
    source.seek(at)
    while piece := source.read(_PIECE):
        yield piece


def _pieces(source: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0 and (piece := source.read(min(length, _PIECE))):
        length -= len(piece)
        yield piece


def tombstone(gap: Gap, order: Order) -> bytes:
    """Return a metadata record, exactly as long as *gap*, that says what was there and by which order it was erased.

    It is packed but not compressed, so that it can have any length. It names no address, because the order may be about
    the address.

    Raises:
        ValueError: the gap is too short.
    """
    if not gap.packed:
        return _record(gap, order, gap.ref.length)
    # Each block has a header. Because of the headers one more block may be needed, which may be empty.
    room = gap.ref.length - len(PACKED_HEAD) - _GZIP_TAIL
    blocks = -(-room // (_STORED + _BLOCK_HEAD))
    record = _record(gap, order, room - blocks * _BLOCK_HEAD)
    return PACKED_HEAD + b"".join(_stored(record, blocks)) + _tail(record)


def _stored(data: bytes, blocks: int) -> Iterator[bytes]:
    for number in range(blocks):
        piece = data[number * _STORED : (number + 1) * _STORED]
        length, last = len(piece), number == blocks - 1
        yield bytes([last]) + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little") + piece


def _tail(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")


def _record(gap: Gap, order: Order, length: int) -> bytes:
    """Return the record in exactly *length* bytes; its block is padded with spaces."""
    count = f"{len(gap.records)} records were" if len(gap.records) > 1 else "A record was"
    said = f"{count} erased on {order.at:%Y-%m-%d} by order: {order.reference}\n"
    for text, words in ((text, words) for words in (said, "Erased by order.\n", "") for text in _TEXTS):
        block = words.encode()
        over = length - len(_written(gap, order, text, block))
        # Padding the block may add digits to its length field, so each size is tried and measured.
        for fill in range(over, max(-1, over - _DIGITS), -1):
            made = _written(gap, order, text, block + b" " * fill)
            if len(made) == length:
                return made
    raise ValueError(f"{length} bytes are too few to say that something was erased")


def _written(gap: Gap, order: Order, text: str, block: bytes) -> bytes:
    """Return the record that says what was erased; it contains *block*, and its id depends only on the gap."""
    fields = (
        ("WARC-Type", RecordType.METADATA),
        ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid5(_NAMESPACE, gap.records[0])}>"),
        ("WARC-Date", warc_date(order.at)),
        ("Content-Type", text),
        *((("WARC-Block-Digest", digest(block)),) if block.strip() else ()),
        ("Content-Length", str(len(block))),
    )
    return to_bytes(fields, block)


def write(path: Path, found: Iterable[Gap], order: Order, target: BinaryIO) -> None:
    """Write the file at *path* with its gaps overwritten to *target*; raises what `with_tombstones` raises."""
    with path.open("rb") as source:
        for piece in with_tombstones(source, list(found), order):
            target.write(piece)
