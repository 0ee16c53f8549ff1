"""Places where a second copy lies: a folder here; others keep the same few promises."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from archive.checksum import Readable, stream_digest
from archive.errors import DiskFailed
from archive.whole import whole_file
from ingest.exits import Exit, Refused

_PIECE = 1 << 20


class Place(Protocol):
    """Files by name, ``/`` between folders. Each method may raise DiskFailed."""

    def write(self, name: str, source: Readable) -> None:
        """Write all that is left in *source* as the file *name*: whole and durable on return, or not at all."""

    def open(self, name: str) -> BinaryIO | None:
        """Open the file *name* to be read from where it lies, not from memory; None if there is none."""

    def remove(self, name: str) -> None:
        """Remove the file *name*, if it is there."""

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""

    def is_empty(self) -> bool:
        """Say whether there is no file, without looking at all there are."""

    def __str__(self) -> str:
        """Return what a person calls it."""


class Folder:
    """A folder of this machine, or of a disk that is mounted here."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def is_file(self) -> bool:
        """Say whether something stands where the folder should that is none."""
        return self._path.exists() and not self._path.is_dir()

    def write(self, name: str, source: Readable) -> None:
        path = self._path / name
        linked = next((one for one in path.parents if one.is_relative_to(self._path) and self._is_link(one)), None)
        if linked is not None:  # what is written would lie elsewhere, over what is there
            raise Refused(f"{linked} is a link to somewhere else", "put a folder in its place", Exit.USAGE)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DiskFailed(path.parent, error) from error
        with whole_file(path) as file:
            shutil.copyfileobj(source, file, _PIECE)

    def open(self, name: str) -> BinaryIO | None:
        path = self._path / name
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DiskFailed(path, error) from error
        # What was just written would else be read back from memory, and prove nothing of the disk.
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file

    def remove(self, name: str) -> None:
        (self._path / name).unlink(missing_ok=True)

    def _is_link(self, path: Path) -> bool:
        return path != self._path and path.is_symlink()

    def names(self) -> list[str]:
        return sorted(self.found())

    def is_empty(self) -> bool:
        return next(self.found(), None) is None

    def found(self) -> Iterator[str]:
        """Yield the names of all files, in no order: whoever has seen enough stops."""
        for path in self._path.rglob("*"):
            if path.is_symlink() or path.is_file():
                yield path.relative_to(self._path).as_posix()


def place_of(text: str) -> Place:
    """Return the place that a person names: a folder, or a bucket as ``s3://BUCKET/PREFIX``.

    Raises:
        Refused: places of that kind are not known, or not installed (usage).
    """
    scheme, mark, rest = text.partition("://")
    if not mark:
        return Folder(Path(text))
    if scheme != "s3":
        raise Refused(f"{text} is no place for a copy", "name a folder, or a bucket: s3://BUCKET/PREFIX", Exit.USAGE)
    from ingest.bucket import open_bucket

    return open_bucket(rest)


def digest_at(place: Place, name: str, length: int | None = None) -> tuple[str, int] | None:
    """Return the digest and length of the file *name* at *place*, of its first *length* bytes if given; None if it is
    not there.
    """
    file = place.open(name)
    if file is None:
        return None
    with file:
        return stream_digest(file if length is None else First(file, length))


class First:
    """The first *length* bytes of a file, as a file."""

    def __init__(self, file: Readable, length: int) -> None:
        self._file, self._left = file, length

    def read(self, size: int = -1, /) -> bytes:
        """Return up to *size* bytes more, b"" behind the last."""
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data
