"""Ownership: to which publisher imported captures belong, and which captures imported revisits repeat.

Apart from the import, which records the results.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from archive.digest import digest_agrees
from archive.errors import Damaged
from archive.foreign.foreign_warc import ForeignFile
from archive.replay import holds_payload
from archive.warc.capture import Capture, CaptureKind, NoteKind, distinct_capture_id
from archive.warc.reader import read_record_at
from archive.warc.record import without_brackets
from archive.warc.writer import locate_file
from db.captures import set_original, without_original
from db.identity import url_key
from db.model.item import Publisher
from ingest.collection.collection import Collection

# If a revisit does not say which capture it repeats, look for its payload in this many captures of the URL.
_TRIES = 20


def hosts_of(publishers: list[Publisher], hosts: Iterable[str], default: str) -> dict[str, str]:
    """Return host → publisher for those of *hosts* that belong to a publisher, or to *default* if it is not ""."""
    # In reverse, so the publisher listed first wins.
    owners = {host.removeprefix("www."): one.id for one in reversed(publishers) for host in one.hosts}
    named = ((host, owners.get(host, default)) for host in sorted(hosts))
    return {host: publisher for host, publisher in named if publisher}


def new_captures(work: Collection, path: Path, owned: list[Capture]) -> tuple[list[Capture], dict[int, str]]:
    """Return the captures of *owned*, from the file at *path*, that are not held yet, and the new ids of some of them.

    A capture is held if a record here has the same id, URL, date and bytes; an id alone proves nothing. If only the id
    is the same, the capture gets a new id, listed by the offset of its record.
    """
    fresh: list[Capture] = []
    renamed: dict[int, str] = {}
    here: dict[str, tuple[Path, Capture]] = {}
    for capture in owned:
        found = here.get(capture.id) or _held(work, capture.id)
        if found is not None:
            block = read_record_at(path, capture.ref.offset).block
            if _is_same(found, capture, block):
                continue
            # Derived from its bytes, so importing the file again gives the same id.
            name = distinct_capture_id(capture.id, block)
            if name in here or work.catalogue.capture(name) is not None:
                continue
            renamed[capture.ref.offset] = name
            capture = replace(capture, id=name)
        here[capture.id] = (path, capture)
        fresh.append(capture)
    return fresh, renamed


def _held(work: Collection, record_id: str) -> tuple[Path, Capture] | None:
    held = work.catalogue.capture(record_id)
    return None if held is None else (locate_file(work.layout.warcs, held.ref.file), held)


def _is_same(found: tuple[Path, Capture], capture: Capture, block: bytes) -> bool:
    path, held = found
    if (held.url, held.began) != (capture.url, capture.began):
        return False
    try:
        return read_record_at(path, held.ref.offset).block == block
    except (Damaged, OSError):  # the record here is damaged, so compare with its digest
        return digest_agrees(held.block_digest, block) is True


def repeats_of(work: Collection, found: ForeignFile, owned: list[Capture]) -> dict[str, tuple[str, datetime]]:
    """Return revisit id → (URL, date) of the capture that it repeats, for revisits that do not name it."""
    named = {}
    for capture in owned:
        if capture.id in found.unresolved:
            original = _original(work, capture, found.unresolved[capture.id])
            if original is not None:
                named[capture.id] = (original.url, original.began)
    return named


def find_originals(work: Collection) -> None:
    """Look again for the captures that revisits of earlier imports repeat, and record those that are found."""
    named = {}
    for revisit in without_original(work.catalogue.connection):
        record = read_record_at(work.archive.path(revisit.ref.file), revisit.ref.offset)
        original = _original(work, revisit, without_brackets(record.get("WARC-Refers-To") or ""))
        if original is not None:
            named[revisit.id] = (original.url, original.began)
    if not named:
        return
    work.note(NoteKind.IMPORT, {"repeats": {one: [url, began.isoformat()] for one, (url, began) in named.items()}})
    with work.catalogue.transaction():
        for one, (url, began) in named.items():
            set_original(work.catalogue.connection, one, url, began)


def _original(work: Collection, revisit: Capture, named: str) -> Capture | None:
    """Return the capture that *revisit* repeats: the one *named*, or else the newest earlier one with its payload."""
    known = work.catalogue.capture(named) if named else None
    if known is not None and known.kind is CaptureKind.RESPONSE:
        return known
    before = [
        one
        for one in work.catalogue.captures_of(url_key(revisit.refers_to_url or revisit.url))
        if one.kind is CaptureKind.RESPONSE and one.status == 200 and one.began < revisit.began
    ]
    # The newest earlier capture first, because a revisit repeats what the crawler saw last.
    for one in before[: -_TRIES - 1 : -1]:
        if revisit.payload_digest is None or holds_payload(work.layout.warcs, one, revisit.payload_digest):
            return one
    return None
