"""Copies: records taken from WARC files byte for byte, each together with the records that belong to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from archive.digest import digest_agrees
from archive.errors import Damaged
from archive.warc import record as records
from archive.warc.capture import RecordRef
from archive.warc.member import Member, member_at, members, pack
from archive.warc.reader import concurrent_to, parse
from archive.warc.record import Origin, Record, RecordType, to_bytes
from archive.warc.writer import OPEN, is_imported

# How many captures may still get companions: parallel crawlers do not write them next to each other.
_OPEN_GROUPS = 4


@dataclass(frozen=True, slots=True)
class Copied:
    """A record, and the bytes of its gzip member in the file."""

    record: Record
    member: bytes


@dataclass(slots=True)
class _Group:
    """The records of one capture: they name each other as concurrent."""

    held: list[Copied] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def takes(self, record: Record) -> bool:
        return not self.ids.isdisjoint({record.id, *concurrent_to(record)})

    def add(self, copied: Copied) -> None:
        self.held.append(copied)
        self.ids |= {copied.record.id, *concurrent_to(copied.record)} - {""}


def records_at(path: Path, offsets: Collection[int]) -> Iterator[Copied]:
    """Yield the warcinfo of *path*, then the records at *offsets* with their companions.

    In our own files companions directly follow their capture; an imported file is read completely to find them.

    Raises:
        Damaged: a record is incomplete, or its block does not match its digest.
        OSError: the file cannot be read.
    """
    ours = not is_imported(path.name)
    opening = member_at(path, 0)
    info = parse(path, opening)
    # The records name it (WARC-Warcinfo-ID); without it, the copy would refer to a missing record.
    if ours and info.type == RecordType.WARCINFO and 0 not in offsets:
        yield _copied(path, opening)
    for group in _groups(_near(path, offsets) if ours else _whole(path, None)):
        # Imported files may have several warcinfo records anywhere; all are copied, whoever names them.
        described = not ours and group.held[0].record.type == RecordType.WARCINFO
        if described or any(one.record.ref.offset in offsets for one in group.held):
            yield from group.held


def records_except(path: Path, offsets: Collection[int], *, end: int | None = None) -> Iterator[Copied]:
    """Yield every record of *path* except those at *offsets* and their companions.

    For a file that is still being written, *end* is where its durable part ends; later records are left out.

    Raises what `records_at` raises.
    """
    for group in _groups(_whole(path, end)):
        if all(one.record.ref.offset not in offsets for one in group.held):
            yield from group.held


def _groups(copied: Iterable[Copied]) -> Iterator[_Group]:
    waiting: deque[_Group] = deque()
    for one in copied:
        # The newest group first, because a companion usually follows its capture directly.
        group = next((group for group in reversed(waiting) if group.takes(one.record)), None)
        if group is None:
            group = _Group()
            waiting.append(group)
        group.add(one)
        if len(waiting) > _OPEN_GROUPS:
            yield waiting.popleft()
    yield from waiting


def _whole(path: Path, end: int | None) -> Iterator[Copied]:
    """Yield all records of *path*, or those that begin before byte *end* and the companions of the last of them."""
    try:
        for member in members(path):
            # Too long to be read, so its capture is unknown; verification reports it.
            if member.passed is not None:
                continue
            record = parse(path, member)
            # After *end*, only companions of the last durable capture belong here.
            if end is not None and member.offset >= end and not concurrent_to(record):
                return
            yield _copied(path, member, record)
    except Damaged as torn:
        if end is None or torn.offset < end:
            raise


def _near(path: Path, offsets: Collection[int]) -> Iterator[Copied]:
    """Yield the records at *offsets*, each followed by the records directly after it that name it."""
    done = 0
    for offset in sorted(offsets):
        if offset < done:
            continue
        capture = ""
        try:
            for member in members(path, start=offset):
                record = parse(path, member)
                if member.offset in offsets:
                    capture = record.id
                elif capture not in concurrent_to(record):
                    break
                done = member.offset + member.length
                yield _copied(path, member, record)
        except Damaged as torn:
            # A file that is being written may end anywhere after its durable part.
            if torn.offset in offsets or not path.name.endswith(OPEN):
                raise


def _copied(path: Path, member: Member, record: Record | None = None) -> Copied:
    record = record or parse(path, member)
    printed = record.get("WARC-Block-Digest")
    # Checked before it is handed on: a copy would make damage look like captured content.
    if printed and digest_agrees(printed, record.block) is False:
        raise Damaged(path, member.offset, "the block does not agree with its digest")
    # A plain record gets packed, because the copy has one gzip member per record.
    if not member.head:
        return Copied(record, pack(member.data))
    with path.open("rb") as file:
        file.seek(member.offset)
        return Copied(record, file.read(member.length))


@dataclass(slots=True)
class Placing:
    """Puts copied records into new WARC files, each beginning with its own warcinfo.

    Attributes:
        begin: opens the file with a given number, from 1 on; yields its name and its stream.
        opening: returns the first member of a file, given its name; see `opening`.
        roll_bytes: from this size on the next file is begun; None for one file of any size.
        records: how many records have been put.
    """

    begin: Callable[[int], AbstractContextManager[tuple[str, BinaryIO]]]
    opening: Callable[[str], bytes]
    roll_bytes: int | None = None
    records: int = 0
    files: int = 0

    def put(self, copied: Iterable[Copied]) -> Iterator[Copied]:
        """Write *copied*, and yield each again with the new place of its record."""
        name, at = "", 0
        with ExitStack() as stack:
            for one in copied:
                if not self.files or (self.roll_bytes is not None and at >= self.roll_bytes):
                    stack.close()
                    self.files += 1
                    name, out = stack.enter_context(self.begin(self.files))
                    at = out.write(self.opening(name))
                ref = RecordRef(name, at, len(one.member))
                at += out.write(one.member)
                self.records += 1
                yield replace(one, record=replace(one.record, ref=ref))


def opening(record_id: str, name: str, made: datetime, info: dict[str, str]) -> bytes:
    """Return the packed warcinfo record that opens the excerpt file *name*."""
    draft = records.warcinfo(record_id, name, Origin("", "", made), info)
    return pack(to_bytes(draft.complete(), draft.block))
