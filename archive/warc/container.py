"""Which container a file is, by its first bytes: WARC plain or in gzip members, or what is no such file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from archive.errors import Damaged
from archive.warc.member import GZIP_MAGIC, head_of_gzip

ARC_MAGIC = b"filedesc:"
"""What the first record of an ARC file begins with."""
ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""The skippable frame that holds the dictionary of a .warc.zst file (WARC zstd 1.0)."""


class Form(StrEnum):
    """What a file is."""

    WARC = "WARC"
    """Perhaps sound, perhaps not: gzip members or plain records; anything else that cannot be told is taken for it."""
    ARC = "ARC"
    """The format before WARC, plain or compressed."""
    ZSTD = "Zstandard"
    """Compressed with Zstandard, a frame a record."""
    EMPTY = "empty"


def form_of(path: Path) -> Form:
    """Say what the file at *path* is.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        begins = file.read(16)
    if not begins:
        return Form.EMPTY
    if begins.startswith((ZSTD_FRAME, ZSTD_DICTIONARY)):
        return Form.ZSTD
    if begins.startswith(GZIP_MAGIC):
        try:
            begins = head_of_gzip(path, len(ARC_MAGIC))
        except Damaged:
            return Form.WARC
    return Form.ARC if begins.startswith(ARC_MAGIC) else Form.WARC
