"""Backup target: where a second copy is kept, either a folder or an S3 bucket."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from archive.digest import Readable, stream_digest
from archive.disk import left_over, whole_file
from archive.errors import DiskFailed, Exit, Refused

_PIECE = 1 << 20


class Place(Protocol):
    """A store of files by name, with ``/`` between folders. Each method may raise DiskFailed."""

    def write(self, name: str, source: Readable) -> None:
        """Write the rest of *source* as the file *name*, complete and durable on return, or not at all."""

    def open(self, name: str) -> BinaryIO | None:
        """Open the file *name* for reading from the store itself, not from a cache; None if it does not exist."""

    def remove(self, name: str) -> None:
        """Remove the file *name*, if it exists."""

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""

    def is_empty(self) -> bool:
        """Return whether there is no file, without listing all."""

    def __str__(self) -> str:
        """Return the place in the form in which a person writes it."""


class Folder:
    """A folder on this machine, or on a mounted disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # What killed copies left in each folder to which files are written: listed once, before the first one.
        self._left: dict[Path, list[Path]] = {}

    def __str__(self) -> str:
        return str(self._path)

    def is_file(self) -> bool:
        """Return whether the path exists but is not a folder."""
        return self._path.exists() and not self._path.is_dir()

    def write(self, name: str, source: Readable) -> None:
        path = self._path / name
        linked = next((one for one in path.parents if one.is_relative_to(self._path) and self._is_link(one)), None)
        if linked is not None:  # the file would be written to another place, over what is there
            raise Refused(f"{linked} is a link to somewhere else", "put a folder in its place", Exit.USAGE)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.parent not in self._left:
                self._left[path.parent] = left_over(path.parent)
        except OSError as error:
            raise DiskFailed(path.parent, error) from error
        # The file gets its name when it is complete, so an interruption leaves the old file unchanged.
        with whole_file(path, left=self._left[path.parent]) as file:
            shutil.copyfileobj(source, file, _PIECE)

    def open(self, name: str) -> BinaryIO | None:
        path = self._path / name
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DiskFailed(path, error) from error
        # Drop the file from the page cache: otherwise a file just written would be read from memory, not from the disk.
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
        """Yield the names of all files in no order; the caller may stop early."""
        for path in self._path.rglob("*"):
            # Include links, even broken ones, because a folder with a link is not empty.
            if path.is_symlink() or path.is_file():
                yield path.relative_to(self._path).as_posix()


def place_of(text: str) -> Place:
    """Return the place named by *text*: a folder, or ``s3://BUCKET/PREFIX``.

    Raises:
        Refused: the kind of place is unknown, or its package is not installed (exit code: usage).
    """
    scheme, mark, rest = text.partition("://")
    if not mark:
        # Notes and messages name the place, and may be read while another folder is the current one.
        return Folder(Path(text).absolute())
    if scheme != "s3":
        raise Refused(f"{text} is not a place for a copy", "name a folder, or a bucket: s3://BUCKET/PREFIX", Exit.USAGE)
    return open_bucket(rest)


def digest_at(place: Place, name: str, length: int | None = None) -> tuple[str, int] | None:
    """Return digest and length of the file *name* at *place*, or of its first *length* bytes; None if it is missing."""
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
        """Return up to *size* more bytes; b"" at the end."""
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


# ── S3: a bucket of an S3-compatible store; needs the extra ``s3`` ───────────────────────────────────


class Bucket:
    """The objects below a prefix of a bucket. boto3 finds keys, region and endpoint in its usual places."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client, self._bucket, self._prefix = client, bucket, prefix

    def __str__(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def write(self, name: str, source: Readable) -> None:
        """Write an object; it appears completely or not at all."""
        with _named_failures(self):
            # boto3 uploads large files in parts; the store shows the object only when all parts are there.
            self._client.upload_fileobj(source, self._bucket, self._prefix + name)

    def open(self, name: str) -> BinaryIO | None:
        """Open an object for reading from the store."""
        with _named_failures(self):
            try:
                # Streamed, because a WARC file of about 1 GB must not be held in memory.
                found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            except self._client.exceptions.NoSuchKey:
                return None
        return cast(BinaryIO, _Streamed(found["Body"], self))

    def remove(self, name: str) -> None:
        """Remove an object, if it exists."""
        with _named_failures(self):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def is_empty(self) -> bool:
        """Return whether there is no object below the prefix."""
        with _named_failures(self):
            # One key is enough to know; a bucket may hold millions.
            found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
        return not found.get("Contents")

    def sizes(self, folder: str) -> dict[str, int]:
        """Return name → length in bytes of the objects directly in *folder*, which ends with a slash."""
        with _named_failures(self):
            listing = self._client.get_paginator("list_objects_v2")
            pages = listing.paginate(Bucket=self._bucket, Prefix=self._prefix + folder, Delimiter="/")
            found = {one["Key"]: int(one["Size"]) for page in pages for one in page.get("Contents", ())}
        named = {key.removeprefix(self._prefix + folder): size for key, size in found.items()}
        return {name: size for name, size in named.items() if name and "/" not in name}

    def between(self, name: str, start: int, end: int) -> bytes:
        """Return the bytes of an object from *start* up to, not including, *end*."""
        try:
            return self._between(name, start, end)
        except Refused:
            # Try again once, because boto3 does not retry if reading the response fails.
            return self._between(name, start, end)

    def _between(self, name: str, start: int, end: int) -> bytes:
        with _named_failures(self):
            span = f"bytes={start}-{end - 1}"
            found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name, Range=span)
            return bytes(found["Body"].read())

    def names(self) -> list[str]:
        """Return the names of all objects below the prefix, sorted."""
        with _named_failures(self):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
        return sorted(key.removeprefix(self._prefix) for key in keys)


class _Streamed:
    """An object being read from the store; errors during reading become `Refused` too."""

    def __init__(self, body: Any, place: Place) -> None:
        self._body, self._place = body, place

    def read(self, size: int = -1, /) -> bytes:
        """Return up to *size* more bytes; b"" at the end. A cut connection or a short response raises `Refused`."""
        with _named_failures(self._place):
            return bytes(self._body.read(None if size < 0 else size))

    def close(self) -> None:
        """Close the connection."""
        self._body.close()

    def __enter__(self) -> _Streamed:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _named_failures:  # noqa: N801 - reads as what it does: with _named_failures(...)
    """Convert errors of boto3 into `Refused`, which is shown as one line."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        # Imported late, because boto3 is an extra that copies in folders do not need.
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, Boto3Error | BotoCoreError | ClientError):
            hint = "look at the bucket's name and at the keys, region and endpoint that are set for it; run it again"
            raise Refused(f"{self._place}: {error}", hint, Exit.DISK) from error


def open_bucket(named: str) -> Bucket:
    """Return the bucket and prefix in *named*, in the form ``BUCKET/PREFIX``.

    Raises:
        Refused: boto3 is not installed, or no bucket or no keys are given (exit code: usage).
    """
    bucket, _, prefix = named.partition("/")
    if not bucket:
        raise Refused("no bucket is named", "write it as s3://BUCKET/PREFIX", Exit.USAGE)
    try:
        from botocore.config import Config
    except ImportError:
        hint = "in Creditline's clone, type: pip install '.[s3]'"
        raise Refused("a bucket needs boto3", hint, Exit.USAGE) from None

    # Do not send new kinds of checksums, which many stores refuse. Every object is read back and compared anyway.
    session = _session()
    # Check the keys here: boto3 would report missing keys at the first request, less clearly.
    if session.get_credentials() is None:
        hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile in AWS_PROFILE"
        raise Refused(f"no keys are set for s3://{named}", hint, Exit.USAGE)
    plain = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")
    # The prefix ends with a slash, so the copy "one" does not include "one-more".
    return Bucket(session.client("s3", config=plain), bucket, f"{prefix.rstrip('/')}/" if prefix else "")


def _session() -> Any:
    """Return a session that looks for keys in all usual places except the metadata address of cloud machines.

    Outside a cloud anybody might answer at that address, and our own client does not make that request.
    """
    import boto3
    import botocore.session

    inner = botocore.session.get_session()
    inner.get_component("credential_provider").remove("iam-role")
    return boto3.Session(botocore_session=inner)
