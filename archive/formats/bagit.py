"""BagIt 1.0 (RFC 8493): files in a folder, with manifests that let the receiver check that everything arrived intact.

Apart from the code that fills a bag, which knows collections: the format is an outside standard and does not.
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

# The default algorithm that RFC 8493 section 2.4 recommends.
ALGORITHM = "sha512"


@dataclass(frozen=True, slots=True)
class Payload:
    """One file of a bag: its path inside the bag, its size in bytes, its digest in hexadecimal."""

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
        """Yield a stream for the bytes of the payload file *path* (below ``data/``).

        Raises:
            ValueError: *path* holds characters that manifests have to escape (RFC 8493 section 2.1.3).
        """
        # Refused instead of escaped, because few readers undo the escapes of the RFC.
        if set(path) & set("%\r\n"):
            raise ValueError(f"{path!r} cannot stand in a manifest as it is")
        place = self._folder / "data" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            measured = MeasuredWriter(file, ALGORITHM)
            yield cast("BinaryIO", measured)
        self.payload.append(Payload(f"data/{path}", measured.bytes, measured.hexdigest))

    def finish(self, info: Sequence[tuple[str, str]], made: date) -> None:
        """Write the manifest and the tag files. *info* goes into bag-info.txt, before the computed fields."""
        total = sum(one.bytes for one in self.payload)
        counted = [
            ("Bagging-Date", made.isoformat()),
            # Bytes and number of files: a receiver sees at once if something is missing, before computing digests.
            ("Payload-Oxum", f"{total}.{len(self.payload)}"),
            ("Bag-Size", _size(total)),
        ]
        told = "".join(f"{name}: {one_line(value)}\n" for name, value in (*info, *counted) if one_line(value))
        listed = "".join(f"{one.digest}  {one.path}\n" for one in sorted(self.payload, key=lambda p: p.path))
        tags = {
            # Exactly these two lines, in this order, without a byte order mark (section 2.1.1).
            "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": told,
            f"manifest-{ALGORITHM}.txt": listed,
        }
        digests = {name: hashlib.new(ALGORITHM, text.encode()).hexdigest() for name, text in tags.items()}
        tags[f"tagmanifest-{ALGORITHM}.txt"] = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
        for name, text in tags.items():
            # As bytes: text mode may change line ends on another system, and the digests above are of these bytes.
            (self._folder / name).write_bytes(text.encode())


def _size(total: int) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if total < 1000:
            return f"{total:.3g} {unit}" if unit != "bytes" else f"{total} bytes"
        total //= 1000
    return f"{total} TB"
