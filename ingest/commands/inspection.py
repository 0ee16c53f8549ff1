"""Inspection: read pages from files, without a collection or the network, and show what they state, with its bytes."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from archive.errors import CreditlineError, Exit
from archive.http.exchange import Entity
from db.model.item import Context, Evidence, Reading, Role, Statement
from db.model.text_marks import Block, blocks_of, to_json
from ingest.cataloguing.reader_pool import Pending, ReaderPool
from ingest.reading import read

# A file has no Content-Type, so its suffix stands for one. Any other suffix means HTML, the most common saved file.
TYPES = {
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".json": "application/json",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".csv": "text/csv",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
LARGEST = 64 * 1024 * 1024
DEADLINE = 20.0

Line = dict[str, Any]


class FileRefused(CreditlineError, ValueError):
    """A file is not read; *why* says what is wrong with it, *hint* what to do."""

    code = Exit.USAGE

    def __init__(self, path: str, why: str, hint: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path, self.why, self.hint = path, why, hint


def load(path: str, url: str) -> Entity:
    """Return the page at *path* as an entity found at *url*. A ``.gz`` file is decompressed.

    Raises:
        OSError: the file cannot be read, or its gzip is damaged.
        FileRefused: it is larger than 64 MiB.
    """
    file = Path(path)
    packed = file.suffix == ".gz"
    try:
        with gzip.open(file) if packed else file.open("rb") as stream:
            # One byte over the limit is enough to know that a file is too large; a gzip bomb is never unpacked whole.
            body = stream.read(LARGEST + 1)
    except (EOFError, zlib.error) as error:
        raise OSError(f"{path}: the gzip stream is damaged: {error}") from error
    if len(body) > LARGEST:
        why = f"it is larger than {LARGEST // 1024 // 1024} MiB"
        raise FileRefused(path, why, "no page is that long: cut from it what is to be read")
    suffix = Path(file.stem).suffix if packed else file.suffix
    return Entity(url, body, TYPES.get(suffix.lower(), "text/html"))


def inspect(path: str, url: str) -> Reading:
    """Read the page at *path* as if it had come from *url*.

    Raises:
        OSError, FileRefused: see load.
    """
    return read(load(path, url), Context(url))


def inspect_bounded(path: str, url: str) -> Reading:
    """Do what `inspect` does, in a separate process with the deadline and the memory limit of a reader.

    Raises:
        OSError, FileRefused: see load.
    """
    found = load(path, url)
    # In a separate process, because a parser that hangs cannot be interrupted in this one.
    with ReaderPool(1, DEADLINE) as pool:
        return pool.submit(found, Context(url)).result()


def inspect_page(path: str, url: str) -> Line:
    """Read the page at *path* into one JSON-ready line. If it cannot be read, ``error`` says why."""
    try:
        reading = inspect(path, url)
    except (OSError, ValueError) as error:
        return failed(path, (error.strerror if isinstance(error, OSError) else None) or str(error))
    line = _line(path) | {
        "title": reading.title.value if reading.title else None,
        "authors": [a.name for a in reading.attributions if a.role in (Role.AUTHOR, Role.AGENCY)],
        "date": reading.published.value[:10] if reading.published else None,
        "tags": [tag.value for tag in reading.tags],
        "language": reading.language.value if reading.language else None,
        "text": reading.text or None,
        "terms": [statement_line(s) for s in reading.statements],
    }
    return line | {"error": reading.unread} if reading.unread else line


def _line(path: str) -> Line:
    """Return the line of a page that states nothing: to load lines into a table, each needs the same shape."""
    return {
        "path": path,
        "title": None,
        "authors": [],
        "date": None,
        "tags": [],
        "language": None,
        "text": None,
        "terms": [],
    }


def failed(path: str, reason: str) -> Line:
    """Return the line of a page that could not be read."""
    return _line(path) | {"error": reason}


def inspect_batch(listing: str, workers: int | None = None) -> Iterator[Line]:
    """Read every page that *listing* names (one ``path TAB url`` per line) and yield one line for each, in order.

    Relative paths start from the working directory. By default, one worker per core reads.

    Raises:
        OSError, FileRefused: *listing* itself cannot be read.
    """
    try:
        # Editors on Windows begin a file with a byte order mark.
        listed = Path(listing).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(listing, f"it is not UTF-8 text: {error}", "write `PATH TAB URL`, one a line") from error
    rows = [row.rstrip("\r\n").split("\t") for row in listed.splitlines() if row.strip()]
    count = max(1, min(workers or os.cpu_count() or 1, len(rows) or 1))
    waiting: deque[Pending[Line]] = deque()
    with ReaderPool(count, DEADLINE) as pool:
        for row in rows:
            path, url = row[0], row[1] if len(row) > 1 else ""
            waiting.append(pool.schedule(inspect_page, (path, url), partial(failed, path)))
            # Eight pages in the queue per reader keep all readers busy, and a long listing does not fill the memory.
            if len(waiting) >= 8 * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


# ── A Reading for a person and as JSON, each claim with the words and bytes that state it ─────────────


def statement_line(statement: Statement) -> Line:
    return {"words": statement.words, "place": statement.place.value, "terms": _plain(statement.terms)}


def _plain(value: Any) -> Any:
    """Return *value* as JSON-ready values: dataclasses and named tuples as objects, with all their fields."""
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        named = getattr(value, "_asdict", None)
        return {name: _plain(one) for name, one in named().items()} if named else [_plain(one) for one in value]
    return value


def as_json(reading: Reading) -> Line:
    """Return *reading* as JSON-ready values, each claim with its evidence."""
    return {
        "stamp": str(reading.stamp),
        "kind": reading.kind.value,
        "partial": _plain(reading.partial),
        "unread": reading.unread,
        "title": _plain(reading.title),
        "subtitle": _plain(reading.subtitle),
        "section": _plain(reading.section),
        "site_name": _plain(reading.site_name),
        "authors": _plain(reading.attributions),
        "published": _plain(reading.published),
        "modified": _plain(reading.modified),
        "tags": _plain(reading.tags),
        "language": _plain(reading.language),
        "terms": [
            statement_line(s) | {"language": s.language, "evidence": _plain(s.evidence)} for s in reading.statements
        ],
        "canonical": reading.canonical,
        "parts": list(reading.parts),
        "translations": _plain(reading.translations),
        "links": list(reading.links),
        "text": reading.text,
        "paragraphs": [_paragraph(block) for block in blocks_of(reading.text, reading.marks)],
        "rivals": _plain(reading.rivals),
    }


def _paragraph(block: Block) -> Line:
    """Return what kind of block a paragraph is, from its mark, and its words without a list marker."""
    # Through the stored form, so that both always say the same about a paragraph.
    (mark,) = json.loads(to_json([block.mark]))
    return ({"is": mark} if isinstance(mark, str) else mark) | {"words": block.words}


def describe(reading: Reading) -> str:
    """Return *reading* as text for a person: each field, with the words that state it and where their bytes are."""
    lines = [f"kind        {reading.kind}" + (f" (partial: {reading.partial})" if reading.partial else "")]
    if reading.unread:
        lines.append(f"unread      {reading.unread}")
    for label, words in (
        ("title", reading.title),
        ("subtitle", reading.subtitle),
        ("section", reading.section),
        ("site", reading.site_name),
        ("language", reading.language),
    ):
        # A missing title is worth showing; most pages have no subtitle and no section.
        if words or label == "title":
            lines += _field(label, words.value if words else None, words.evidence if words else None)
    for one in reading.attributions:
        lines += _field(one.role.value, f"{one.name} ({one.kind})", one.evidence)
    if not reading.attributions:
        lines += _field("author", None, None)
    for label, dated in (("published", reading.published), ("modified", reading.modified)):
        lines += _field(
            label, f"{dated.value} ({dated.precision})" if dated else None, dated.evidence if dated else None
        )
    for tag in reading.tags:
        lines += _field("tag", tag.value, tag.evidence)
    for statement in reading.statements:
        rules = "; ".join(
            f"{t.covers}: {t.act} {t.permission}" + (f" ({', '.join(t.duties)})" if t.duties else "")
            for t in statement.terms
        )
        lines += _field("terms", f"{rules or 'unread'} [{statement.place}]", statement.evidence)
    if not reading.statements:
        lines += _field("terms", None, None)
    length = len(reading.text.split())
    lines += [*_lost(reading), f"text        {length} word{'' if length == 1 else 's'}", "", reading.text]
    return "\n".join(lines)


def _lost(reading: Reading) -> list[str]:
    """Return the values that lost, with the reason, and mark those that leave a doubt."""
    # Eight can be taken in at a glance; the JSON has all of them.
    return [
        f"{'in doubt' if rival.doubt else 'lost':<11} {rival.field} “{rival.value}” ({rival.witness}): {rival.because}"
        for rival in reading.rivals[:8]
    ]


def _field(label: str, value: str | None, evidence: Evidence | None) -> list[str]:
    lines = [f"{label:<11} {value if value is not None else 'not stated'}"]
    if evidence is not None:
        spans = ", ".join(f"{start}-{end}" for start, end in evidence.ranges)
        # A computed value has no bytes; it names what it was computed from.
        where = f"bytes {spans} of the {evidence.layer}" if spans else f"computed from {evidence.basis}"
        lines.append(f"            “{evidence.words}” ({where})")
    return lines
