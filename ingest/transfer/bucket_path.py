"""Bucket path: a path into an S3 bucket, with which code for files can read a copy in place, by byte ranges."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path, PosixPath
from typing import TYPE_CHECKING, Any, Self, TypeVar

from archive.errors import Exit, Refused
from ingest.transfer.backup_target import Bucket, open_bucket

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Result = TypeVar("Result")
# The size of the first request, and of the largest. A record of a page has about 20 KB, so one request is enough for
# it; when reading continues, requests get larger.
_FIRST, _MOST = 64 * 1024, 8 * 1024 * 1024


class BucketPath(PosixPath):
    """``s3:/BUCKET/PREFIX/...``, read-only, with the methods that the functions for reading WARC files need.

    Each process lists each folder once. When pickled, the path is sent as text, and each process looks for the keys
    itself. Errors are raised as OSError, like for any path.
    """

    @classmethod
    def of(cls, place: str) -> Self:
        """Return the path of ``s3://BUCKET/PREFIX``.

        Raises:
            Refused: boto3 is not installed, there is no bucket or no keys, or the prefix cannot be written as a path
                (exit code: usage).
        """
        bucket, _, prefix = place.partition("://")[2].partition("/")
        _bucket(bucket)
        made = cls(place)
        # pathlib drops empty parts and single dots, which are significant in a bucket. All files would seem missing.
        if _bucket_and_key(str(made)) != (bucket, prefix.rstrip("/")):
            hint = "keep a copy under a prefix without empty steps and dots, or restore this one"
            raise Refused(f"{place} cannot be read in the bucket", hint, Exit.USAGE)
        return made

    def absolute(self) -> Self:
        return self

    def resolve(self, strict: bool = False) -> Self:  # noqa: ARG002 - as the library has it
        return self

    def exists(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002 - as above
        # Only names without an ending can be folders. This avoids a listing for each missing file.
        return self.name in _sizes(str(self.parent)) or (not self.suffix and self.is_dir())

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002 - as above
        return bool(_sizes(str(self)))

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:  # noqa: ARG002 - as above
        # A regular file, read-only, with an old date.
        return os.stat_result((0o100444, 0, 0, 1, 0, 0, self._size(), 0, 0, 0))

    def iterdir(self) -> Generator[Self, None, None]:
        yield from (self / name for name in _sizes(str(self)))

    def open(self, mode: str = "r", *_: Any, **__: Any) -> Any:
        """Open the object for reading bytes; other modes raise OSError."""
        if mode != "rb":
            raise OSError(errno.EROFS, "a copy in a bucket is read in bytes, and not written", str(self))
        return io.BufferedReader(_Ranged(self, self._size()), _FIRST)

    def _size(self) -> int:
        try:
            return _sizes(str(self.parent))[self.name]
        except KeyError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self)) from None


class _Ranged(io.RawIOBase):
    """The bytes of an object, fetched by ranges: a small one after a seek, doubled while reading continues."""

    def __init__(self, path: Path, size: int) -> None:
        super().__init__()
        self._path, self._size = path, size
        self._at, self._ahead = 0, _FIRST
        self._begins, self._held = 0, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self._at >= self._size:
            return 0
        if not self._begins <= self._at < self._begins + len(self._held):
            self._fetch()
        into, begins = memoryview(buffer).cast("B"), self._at - self._begins
        piece = self._held[begins : begins + len(into)]
        into[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _fetch(self) -> None:
        """Fetch the next range at the present position."""
        reads_on = self._at == self._begins + len(self._held) and self._held
        self._ahead = min(_MOST, 2 * self._ahead) if reads_on else _FIRST
        end = min(self._at + self._ahead, self._size)
        name, key = _bucket_and_key(str(self._path))
        held = _with_os_error(str(self._path), lambda: _bucket(name).between(key, self._at, end))
        if len(held) != end - self._at:
            raise OSError(errno.EREMOTEIO, "the store sent another range than was asked for", str(self._path))
        # Set only after success: after a failed fetch, a reader must not get bytes from another place.
        self._begins, self._held = self._at, held


def _bucket_and_key(path: str) -> tuple[str, str]:
    """Split the text of a path into bucket and key."""
    # pathlib collapses slashes: s3:/BUCKET/KEY.
    bucket, _, key = path.removeprefix("s3:/").partition("/")
    return bucket, key


@cache
def _bucket(name: str) -> Bucket:
    return open_bucket(name)


@cache
def _sizes(folder: str) -> dict[str, int]:
    """Return name → length of the files directly in *folder*."""
    bucket, prefix = _bucket_and_key(folder)
    return _with_os_error(folder, lambda: _bucket(bucket).sizes(f"{prefix}/"))


def _with_os_error(path: str, ask: Callable[[], Result]) -> Result:
    """Return the result of *ask*; convert errors of the store into OSError."""
    try:
        return ask()
    except Refused as error:
        raise OSError(errno.EREMOTEIO, str(error), path) from error
