"""Version: which version of the reader is installed here, found without loading the reader."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from db.model.item import Stamp

_ROOT = Path(__file__).resolve().parents[2]
# The rooms whose code and word lists decide what is read from a page.
_READS = ("archive/evidence", "archive/http", "ingest/documents", "ingest/markup", "ingest/reading", "ingest/terms")
_KINDS = {".py", ".toml", ".txt", ".json"}


@cache
def stamp(profile: str | None = None) -> Stamp:
    """Return the stamp of this reader: the versions of the packages, and the digest of the *profile*, if any.

    Creditline's own version is followed by a digest of the reader's files. Two states of the code may have the same
    version number and read differently; their readings must not be compared with each other.
    """
    creditline, trafilatura, lxml, pypdfium2 = map(metadata.version, ("creditline", "trafilatura", "lxml", "pypdfium2"))
    return Stamp(f"{creditline}+{_reader()}", trafilatura, lxml, profile, pypdfium2)


@cache
def _reader() -> str:
    return digest_of_files(_ROOT / room for room in _READS)


def digest_of_files(rooms: Iterable[Path]) -> str:
    """Return eight hex digits: the digest of the names and bytes of all code and word lists below *rooms*."""
    digest = hashlib.sha256()
    for room in rooms:
        for path in sorted(file for file in room.rglob("*") if file.suffix in _KINDS):
            name, data = path.relative_to(room).as_posix(), path.read_bytes()
            digest.update(f"{room.name}/{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:8]
