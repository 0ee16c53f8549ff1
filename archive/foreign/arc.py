"""ARC files, the format before WARC: read their records, and turn each into an equivalent WARC record."""

from __future__ import annotations

import ipaddress
import os
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from archive.digest import digest
from archive.warc.record import HTTP_RESPONSE, Draft, RecordType, one_line, warc_date, without_brackets

_LINE_LIMIT = 64 * 1024
# As `member.HELD`: a longer WARC record could be verified but never read.
_RECORD_LIMIT = 128 << 20
_WINDOW = 1 << 20
# After this many broken places the rest is skipped, because each costs a search.
_MOST_LOST = 1000
# URL, IP address, date, type and length are on every line; version 2 has five more between type and length.
_COLUMNS, _MORE_COLUMNS = 5, 10
# Named schemes only, because a line of page content that looks like a record rarely begins with one of these.
_LINE = re.compile(rb"(?:https?|ftp|dns|whois|filedesc|urn):[^\n]* \d{8,14} [^\n]* \d+\r?\n")
_BEGINS = re.compile(rb"\n([A-Za-z][A-Za-z0-9+.-]*:[^ \n]* [0-9A-Fa-f.:]+ \d{8,14} [^ \n]+ (?:[^\n]* )?\d+\r?\n)")


class UnreadablePart(NamedTuple):
    """What could not be read: its first byte, and why."""

    offset: int
    what: str


class ArcRecord(NamedTuple):
    """One record: its offset in bytes, the fields of its line, and its content."""

    offset: int
    url: str
    ip: str
    date: str
    media_type: str
    block: bytes


def records(path: Path) -> Iterator[ArcRecord | UnreadablePart]:
    """Yield the records of the uncompressed ARC file at *path*, and in their place whatever is not a record.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        # From the first line; a filedesc record overrides it below.
        columns = _columns_of(file.readline(_LINE_LIMIT))
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        lost = 0
        while (found := _record(file, size, columns)) is not None:
            lost += isinstance(found, UnreadablePart)
            if lost > _MOST_LOST:
                yield UnreadablePart(
                    found.offset, f"more than {_MOST_LOST} places are broken: the rest was not looked through"
                )
                return
            # In joined files the version of the format may change in the middle.
            if isinstance(found, ArcRecord) and found.url.startswith("filedesc:"):
                columns = _columns(found.block)
            yield found
            if isinstance(found, UnreadablePart) and not _resume(file, found.offset + 1):
                return


def _record(file: BinaryIO, size: int, columns: int) -> ArcRecord | UnreadablePart | None:
    """Read the record at the position of *file*, after empty lines; *size* is the file's length. None at the end."""
    offset = file.tell()
    while (line := file.readline(_LINE_LIMIT)) in (b"\n", b"\r\n"):
        offset = file.tell()
    if not line:
        return None
    if line.startswith(b"filedesc:"):
        columns = _columns_of(line)
    # Split from the right, because crawlers of that time wrote URLs with spaces in them.
    parts = line.rstrip(b"\r\n").rsplit(b" ", columns - 1)
    # Twelve digits exceed any disk of that time and `_RECORD_LIMIT` many times over.
    if not line.endswith(b"\n") or len(parts) < columns or not (parts[-1].isdigit() and len(parts[-1]) < 12):
        return UnreadablePart(offset, f"no ARC record begins with {line[:40]!r}")
    length, begins = int(parts[-1]), file.tell()
    if length > _RECORD_LIMIT:
        return UnreadablePart(offset, f"the record is longer than {_RECORD_LIMIT} bytes")
    if begins + length > size:
        return UnreadablePart(offset, f"the record is cut off: {begins + length - size} bytes are missing")
    file.seek(begins + length)
    # Only the length on its line bounds a record; it is trusted if a record may begin, or the file end, after it.
    if not _goes_on(file):
        return UnreadablePart(offset, f"no record begins behind the {length} bytes that the record is said to have")
    file.seek(begins)
    block = file.read(length)
    # Latin-1 keeps every byte. The extra columns of version 2 are not needed: the content holds the status too, and the
    # others describe the old file.
    url, ip, date, media_type = (part.decode("latin-1") for part in parts[:4])
    return ArcRecord(offset, url, ip, date, media_type, block)


def _goes_on(file: BinaryIO) -> bool:
    """Say whether a record may end at the position of *file*: an empty line, the end, or the next record's line."""
    at = file.tell()
    line = file.readline(_LINE_LIMIT)
    file.seek(at)
    return not line.strip() or _LINE.match(line) is not None


def _columns_of(line: bytes) -> int:
    """Return how many columns the lines of a file have, judging by its first line."""
    return _MORE_COLUMNS if line.count(b" ") + 1 >= _MORE_COLUMNS else _COLUMNS


def _columns(block: bytes) -> int:
    """Return how many columns the lines have, as the filedesc record names them (URL IP-address ...)."""
    named = [*block.split(b"\n"), b"", b""][1].split()
    return len(named) if len(named) >= _COLUMNS and named[0].lower() == b"url" else _COLUMNS


def _resume(file: BinaryIO, after: int) -> bool:
    """Move to the next line that begins a record, at byte *after* or later; say whether there is one."""
    at = after
    while True:
        file.seek(at)
        window = file.read(_WINDOW)
        found = _BEGINS.search(window)
        if found:
            file.seek(at + found.start(1))
            return True
        if len(window) < _WINDOW:
            return False
        # Windows overlap by the longest line, so that no line is missed at a boundary.
        at += _WINDOW - _LINE_LIMIT


def opening(origin: str, name: str, first: ArcRecord | UnreadablePart, software: str) -> tuple[str, Draft]:
    """Return id and draft of the warcinfo record for a WARC file made from the ARC file with the digest *origin*.

    It has the date of the ARC file's *first* record, so that converting the same file twice gives the same bytes.
    """
    dated = _moment(first.date) if isinstance(first, ArcRecord) else None
    info = {
        "software": software,
        "format": "WARC File Format 1.1",
        "description": f"made of the ARC file {name} ({origin})",
    }
    own = _id(origin, -1)
    return own, Draft(
        (
            ("WARC-Type", RecordType.WARCINFO),
            ("WARC-Record-ID", f"<{own}>"),
            # The format is as old as the Internet Archive, so no file is older than 1996.
            ("WARC-Date", warc_date(dated or datetime(1996, 1, 1, tzinfo=UTC))),
            ("Content-Type", "application/warc-fields"),
        ),
        "".join(f"{key}: {one_line(value)}\r\n" for key, value in info.items()).encode(),
    )


def as_warc(record: ArcRecord, origin: str, warcinfo: str) -> Draft | UnreadablePart:
    """Return *record* as a WARC record with the same content. Its id is derived from its file and offset."""
    began = _moment(record.date)
    # Encode spaces as browsers do, because a URI may not contain any; and keep it on one line, where a field ends.
    url = one_line(record.url).replace(" ", "%20")
    if began is None or not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", url):
        return UnreadablePart(record.offset, f"its line names no date and URL: {record.date[:20]} {url[:60]}")
    kind, media_type = RecordType.RESOURCE, one_line(record.media_type) or "application/octet-stream"
    if url.startswith("filedesc:"):
        kind = RecordType.METADATA
    elif url.lower().startswith(("http://", "https://")):
        kind = RecordType.RESPONSE
        # The column names the page's type; a WARC record of an exchange has the type application/http.
        media_type = HTTP_RESPONSE if record.block.startswith(b"HTTP/") else media_type
    return Draft(
        (
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<{_id(origin, record.offset)}>"),
            ("WARC-Warcinfo-ID", f"<{without_brackets(warcinfo)}>"),
            ("WARC-Date", warc_date(began)),
            ("WARC-Target-URI", url),
            *([("WARC-IP-Address", record.ip)] if _is_address(record.ip) else []),
            ("Content-Type", media_type),
        ),
        record.block,
    )


def _id(origin: str, offset: int) -> str:
    # Derived from file and offset, so that a file converted twice gives the same ids and is recognised.
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest(f'{origin} {offset}'.encode()))}"


def _moment(date: str) -> datetime | None:
    """Read a date of 14 digits. Missing digits count as zero."""
    if not (date.isascii() and date.isdigit() and 8 <= len(date) <= 14):
        return None
    try:
        return datetime.strptime(date.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _is_address(text: str) -> bool:
    try:
        # ARC files have 0.0.0.0 if the address was unknown.
        return not ipaddress.ip_address(text).is_unspecified
    except ValueError:
        return False
