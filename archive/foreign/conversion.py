"""Conversion: write the sound records of a file that cannot be kept as it is to a WARC file, and list the rest.

Apart from the import, which keeps what it is given: a file can also be converted without a collection.

For ARC files, files compressed with Zstandard or as a whole, and torn files.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

import zstandard
from isal import isal_zlib

from archive.digest import digest_agrees
from archive.disk import PART
from archive.errors import Damaged
from archive.fixity.conformity import check_record
from archive.fixity.verifier import members_and_damage
from archive.foreign import arc
from archive.foreign.arc import UnreadablePart
from archive.warc.member import (
    EMPTY_LINES,
    GZIP_MAGIC,
    HELD,
    ZSTD_DICTIONARY,
    ZSTD_FRAME,
    FileFormat,
    Member,
    begins_record,
    file_format,
    inflated_in_part,
    pack,
)
from archive.warc.reader import parse
from archive.warc.record import to_bytes

_PIECE = 1 << 20
_STEP = 1 << 12
_GZIP_WINDOW = 31  # the largest window, behind a gzip header
# A file may unpack to 200 times its size plus 64 MiB; the text of pages shrinks to a twentieth.
_SPREAD, _ROOM = 200, 64 << 20
_DICTIONARY_LIMIT = 16 << 20
# What `zstd` accepts without a special option (--long=27): a frame could ask for gigabytes of memory.
_WINDOW_LIMIT = 128 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """The file to convert: its *digest* and *name* as handed over, and the *software* that converts it."""

    digest: str
    name: str
    software: str


@dataclass(frozen=True, slots=True)
class Converted:
    """The result of converting a file.

    Attributes:
        why: what kind of file it was, in a few words.
        records: how many records were taken over.
        left: what was not, by offset in the file (in the unpacked file for ARC and Zstandard).
    """

    why: str
    records: int
    left: tuple[UnreadablePart, ...]


def convert(path: Path, out: BinaryIO, source: Source) -> Converted:
    """Write the sound records of the file at *path* to *out*, one gzip member per record.

    Gzip members and WARC records are taken over byte for byte if possible. ARC records become WARC records with the
    same content.

    Raises:
        OSError: a file cannot be read or written.
    """
    match file_format(path):
        case FileFormat.ARC:
            return _of_arc(path, out, source)
        case FileFormat.ZSTD:
            with _unpacked(path, _zstd) as (plain, lost):
                return _of_warc(plain, out, "compressed with Zstandard", lost)
        case _:
            return _of_warc(path, out, "torn or compressed as a whole")


def _of_warc(path: Path, out: BinaryIO, why: str, lost: tuple[UnreadablePart, ...] = ()) -> Converted:
    """Write every readable record of the WARC file at *path* to *out*, and list what was lost."""
    records, left = 0, list(lost)
    salvaged: set[bytes] = set()  # uncompressed records of a broken-off member turn up again after its header
    for piece in members_and_damage(path):
        found: Iterator[bytes | UnreadablePart]
        found = _salvaged(path, piece) if isinstance(piece, Damaged) else _of_member(path, piece)
        for one in found:
            if isinstance(one, UnreadablePart):
                left.append(one)
            elif not salvaged or one not in salvaged:
                out.write(one)
                records += 1
                if isinstance(piece, Damaged):
                    salvaged.add(one)
    return Converted(why, records, tuple(left))


def _of_member(path: Path, member: Member) -> Iterator[bytes | UnreadablePart]:
    """Yield the sound records in *member*; if it holds just one, the member itself."""
    checked = check_record(member.data)
    # Copied and not packed again, so that it stays the member that was received.
    if member.head and checked.length == len(member.data):
        wrong = _unsound(path, member.offset, member.data)
        if wrong:
            yield wrong
            return
        with path.open("rb") as file:
            file.seek(member.offset)
            yield file.read(member.length)
        return
    yield from _of_stretch(path, member.offset, member.data)


def _of_stretch(path: Path, offset: int, data: bytes, *, proved: bool = True) -> Iterator[bytes | UnreadablePart]:
    """Yield the sound records in *data*, one after the other, packed.

    If no checksum has *proved* the bytes, as in a broken-off member, only records with a matching digest are yielded.
    """
    at = 0
    while at < len(data):
        if not begins_record(data, at):
            # Surplus empty lines are no loss.
            if data[at:].strip():
                yield UnreadablePart(offset, f"no record begins at byte {at} of what is unpacked here")
            return
        checked = check_record(data, at)
        # At least one byte, so that an unreadable head cannot cause an endless loop.
        end = at + max(checked.length, 1)
        found = data[at:end]
        wrong = _unsound(path, offset, found)
        # Without a verified gzip checksum, only a digest vouches for the bytes.
        if wrong is None and not proved and not _agrees(found):
            wrong = UnreadablePart(offset, f"nothing proves the record {checked.id or 'without an id'}")
        yield wrong or pack(found)
        after = EMPTY_LINES.match(data, end)
        at = after.end() if after else end


def _salvaged(path: Path, damaged: Damaged) -> Iterator[bytes | UnreadablePart]:
    """Yield what is wrong with a broken-off gzip member, and its sound records."""
    yield UnreadablePart(damaged.offset, damaged.what)
    data = inflated_in_part(path, damaged.offset, HELD)
    if begins_record(data):
        yield from _of_stretch(path, damaged.offset, data, proved=False)


def _unsound(path: Path, offset: int, data: bytes) -> UnreadablePart | None:
    """Say what is wrong with the record *data* if it cannot be read or its block does not match its digest."""
    try:
        # Parsed as it will be read later: a record that warcio cannot read would be of no use.
        record = parse(path, Member(offset, len(data), data))
    except Damaged as damaged:
        return UnreadablePart(offset, damaged.what)
    printed = record.get("WARC-Block-Digest")
    if printed and digest_agrees(printed, record.block) is False:
        return UnreadablePart(offset, "the block does not agree with its digest")
    return None


def _agrees(data: bytes) -> bool:
    checked = check_record(data)
    printed = checked.get("warc-block-digest") or checked.get("warc-payload-digest")
    # Faults of its head do not matter here; verification reports them.
    return bool(printed) and not any("digest" in fault.what for fault in checked.faults)


# ── ARC ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_arc(path: Path, out: BinaryIO, source: Source) -> Converted:
    records, warcinfo = 0, ""
    left: list[UnreadablePart] = []
    with _unpacked(path, _gzip) as (plain, lost):
        left += lost
        for found in arc.records(plain):
            # The warcinfo gets the date of the first record, so that the same file always gives the same bytes.
            if not warcinfo:
                warcinfo, draft = arc.opening(source.digest, source.name, found, source.software)
                out.write(pack(to_bytes(draft.complete(), draft.block)))
            made = found if isinstance(found, UnreadablePart) else arc.as_warc(found, source.digest, warcinfo)
            if isinstance(made, UnreadablePart):
                left.append(made)
                continue
            out.write(pack(to_bytes(made.complete(), made.block)))
            records += 1
    return Converted("an ARC file", records, tuple(left))


# ── What is compressed otherwise ─────────────────────────────────────────────────────────────────────────────


@contextmanager
def _unpacked(
    path: Path, unpack: Callable[[Path], Iterator[bytes]]
) -> Iterator[tuple[Path, tuple[UnreadablePart, ...]]]:
    """Yield the path of the unpacked file, a temporary file next to it, and what could not be unpacked."""
    lost: tuple[UnreadablePart, ...] = ()
    # On the disk that must hold the result anyway, under a name that the next import clears if this one is killed.
    with NamedTemporaryFile(dir=path.parent, prefix=path.name.removesuffix(PART), suffix=PART) as plain:
        # At most half of the free space: a zip bomb must not fill the collection's disk.
        limit = min(path.stat().st_size * _SPREAD + _ROOM, shutil.disk_usage(path.parent).free // 2)
        done = 0
        try:
            for piece in unpack(path):
                done += len(piece)
                if done > limit:
                    lost = (UnreadablePart(done, f"the file unpacks to more than {limit} bytes"),)
                    break
                plain.write(piece)
        except (EOFError, isal_zlib.error, zstandard.ZstdError) as error:  # type: ignore[misc]  # its stub declares an instance
            lost = (UnreadablePart(done, f"the file does not unpack from here on: {error}"),)
        plain.flush()
        yield Path(plain.name), lost


def _gzip(path: Path) -> Iterator[bytes]:
    """Yield what a gzip file inflates to, or the file itself if it is not compressed."""
    with path.open("rb") as file:
        plain = file.read(len(GZIP_MAGIC)) != GZIP_MAGIC
        file.seek(0)
        inflating = None
        # In steps that inflate to a few megabytes at most. What inflates before a fault is yielded, up to its step:
        # reading through `IGzipFile` would lose a whole piece of it.
        while data := file.read(_PIECE if plain else _STEP):
            if plain:
                yield data
                continue
            # Zeros may fill up the space between members.
            while data and (inflating or (data := data.lstrip(b"\0"))):
                inflating = inflating or isal_zlib.decompressobj(wbits=_GZIP_WINDOW)
                yield inflating.decompress(data)
                data = inflating.unused_data
                inflating = None if inflating.eof else inflating
    if inflating:
        raise EOFError("it ends amid a gzip member")


def _zstd(path: Path) -> Iterator[bytes]:
    """Yield what a .warc.zst file unpacks to. It may begin with a frame that holds the dictionary."""
    with path.open("rb") as file:
        dictionary = None
        if file.read(4) == ZSTD_DICTIONARY:
            length = int.from_bytes(file.read(4), "little")
            if length > _DICTIONARY_LIMIT:
                raise zstandard.ZstdError(f"the dictionary takes {length} bytes")
            # The skippable frame may hold the dictionary plain or compressed.
            held = file.read(length)
            if held.startswith(ZSTD_FRAME):
                held = zstandard.ZstdDecompressor().decompress(held, max_output_size=_DICTIONARY_LIMIT)
            dictionary = zstandard.ZstdCompressionDict(held)
        else:
            file.seek(0)
        decompressor = zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=_WINDOW_LIMIT)
        # One frame per record (WARC zstd 1.0): without this option reading would stop after the first.
        with decompressor.stream_reader(file, read_across_frames=True, closefd=False) as reader:
            # Not `read`, which gathers a whole piece, and loses it at a fault.
            while piece := reader.read1(_PIECE):
                yield piece
