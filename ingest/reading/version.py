"""Version: which version of the reader is installed here, found without loading the reader."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from pathlib import Path

from archive.digest import digest_of_files
from db.model.item import Stamp

_ROOT = Path(__file__).resolve().parents[2]
# The rooms whose code and word lists decide what is read from a page.
_READS = ("archive/evidence", "archive/http", "ingest/documents", "ingest/markup", "ingest/reading", "ingest/terms")


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
