"""BagIt 1.0 (RFC 8493): files in a folder, with manifests by which whoever receives them sees that all came whole.

Apart from what is laid into a bag, for the form is a standard of others and knows no collection.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast

from archive.digest import MeasuredWriter
from archive.warc.record import one_line

# What RFC 8493 section 2.4 has tools use unless told otherwise.
ALGORITHM = "sha512"


@dataclass(frozen=True, slots=True)
class Payload:
    """One file of a bag: its path below the bag, its size in bytes, its digest in hexadecimal."""

    path: str
    bytes: int
    digest: str


class BagWriter:
    """Writes one bag into a folder: first the payload, then `finish`.

    Attributes:
        payload: the files written so far.
    """

    def __init__(self, folder: Path) -> None:
        """Write into *folder*, which is empty."""
        self._folder = folder
        self.payload: list[Payload] = []

    @contextmanager
    def entry(self, path: str) -> Iterator[BinaryIO]:
        """Yield where the bytes of the payload file *path* (below ``data/``) go.

        Raises:
            ValueError: *path* holds what manifests write in another way (RFC 8493 section 2.1.3), and few read.
        """
        # Refused and not escaped, for few readers undo what the RFC has for them.
        if set(path) & set("%\r\n"):
            raise ValueError(f"{path!r} cannot stand in a manifest as it is")
        place = self._folder / "data" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            measured = MeasuredWriter(file, ALGORITHM)
            yield cast("BinaryIO", measured)
        self.payload.append(Payload(f"data/{path}", measured.bytes, measured.hexdigest))

    def finish(self, info: Sequence[tuple[str, str]], made: date) -> None:
        """Write the manifest and the tag files; *info* goes into bag-info.txt, before what is counted."""
        total = sum(one.bytes for one in self.payload)
        counted = [
            ("Bagging-Date", made.isoformat()),
            # Bytes and files: a receiver sees in a moment that something is missing, before any digest is taken.
            ("Payload-Oxum", f"{total}.{len(self.payload)}"),
            ("Bag-Size", _size(total)),
        ]
        told = "".join(f"{name}: {one_line(value)}\n" for name, value in (*info, *counted) if one_line(value))
        listed = "".join(f"{one.digest}  {one.path}\n" for one in sorted(self.payload, key=lambda p: p.path))
        tags = {
            # Just these two lines, in this order, without a byte order mark (section 2.1.1).
            "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": told,
            f"manifest-{ALGORITHM}.txt": listed,
        }
        digests = {name: hashlib.new(ALGORITHM, text.encode()).hexdigest() for name, text in tags.items()}
        tags[f"tagmanifest-{ALGORITHM}.txt"] = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
        for name, text in tags.items():
            # As bytes: a text file of another system would end its lines otherwise, and the digests above are of these.
            (self._folder / name).write_bytes(text.encode())


def _size(total: int) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if total < 1000:
            return f"{total:.3g} {unit}" if unit != "bytes" else f"{total} bytes"
        total //= 1000
    return f"{total} TB"
