"""Version: which reader reads here, told without loading it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from db.model.item import Stamp

_HOUSE = Path(__file__).resolve().parents[2]
# The rooms in which a page becomes a reading: code, and the words that it goes by.
_READS = ("archive/evidence", "archive/http", "ingest/documents", "ingest/markup", "ingest/reading", "ingest/terms")
_KINDS = {".py", ".toml", ".txt", ".json"}


@cache
def stamp(profile: str | None = None) -> Stamp:
    """Return which reader reads here: the versions of what is installed, and the digest of the profile, if
    any.

    Ours has the digest of the reader's files behind it: two states of the code under one number read otherwise, and
    what one of them read must not be held against the other.
    """
    creditline, trafilatura, lxml, pypdfium2 = map(metadata.version, ("creditline", "trafilatura", "lxml", "pypdfium2"))
    return Stamp(f"{creditline}+{_reader()}", trafilatura, lxml, profile, pypdfium2)


@cache
def _reader() -> str:
    return digest_of_files(_HOUSE / room for room in _READS)


def digest_of_files(rooms: Iterable[Path]) -> str:
    """Return eight hex digits of the code and the words below *rooms*, by the names and bytes of their files."""
    told = hashlib.sha256()
    for room in rooms:
        for path in sorted(one for one in room.rglob("*") if one.suffix in _KINDS):
            name, data = path.relative_to(room).as_posix(), path.read_bytes()
            told.update(f"{room.name}/{name} {len(data)}\n".encode() + data)
    return told.hexdigest()[:8]
