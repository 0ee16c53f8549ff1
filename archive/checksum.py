"""Digests of whole files, as they are recorded when a file is brought in or copied away."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Protocol

_PIECE = 1 << 20


class Readable(Protocol):
    """Bytes that are read from front to back."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to *size* bytes more, b"" behind the last."""


def stream_digest(file: Readable) -> tuple[str, int]:
    """Return the labelled SHA-256 of what is left in *file*, as `archive.capture.digest` prints it, and its length."""
    taken, length = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        taken.update(piece)
        length += len(piece)
    return labelled(taken.digest()), length


def file_digest(path: Path) -> str:
    """Return the labelled SHA-256 of the file at *path*.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return stream_digest(file)[0]


def labelled(sha256: bytes) -> str:
    """Return a SHA-256 digest as it is printed everywhere: label, colon, Base32."""
    return f"sha256:{base64.b32encode(sha256).decode('ascii')}"
