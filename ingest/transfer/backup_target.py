"""Places where a second copy lies: a folder here; others keep the same few promises."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from archive.digest import Readable, stream_digest
from archive.disk import whole_file
from archive.errors import DiskFailed, Exit, Refused

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
        # Under another name until it is whole: a copy that breaks off leaves the one before as it is.
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
            # Links too, wherever they lead: a folder with a link in it is not empty.
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
        raise Refused(f"{text} is not a place for a copy", "name a folder, or a bucket: s3://BUCKET/PREFIX", Exit.USAGE)
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


# A bucket of an S3-like store as the place of a second copy; the extra ``creditline[s3]`` brings what it needs.


class Bucket:
    """Objects below a prefix. Keys, region and endpoint are taken from where boto3 looks for them."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client, self._bucket, self._prefix = client, bucket, prefix

    def __str__(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def write(self, name: str, source: Readable) -> None:
        """Write an object; it appears whole or not at all."""
        with _named_failures(self):
            # boto3 sends large files in parts, and a store shows an object only when all are there.
            self._client.upload_fileobj(source, self._bucket, self._prefix + name)

    def open(self, name: str) -> BinaryIO | None:
        """Open an object to be read from the store."""
        with _named_failures(self):
            try:
                # Streamed: a WARC file is about 1 GB, and is never held in memory.
                found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            except self._client.exceptions.NoSuchKey:
                return None
        return cast(BinaryIO, _Streamed(found["Body"], self))

    def remove(self, name: str) -> None:
        """Remove an object, if it is there."""
        with _named_failures(self):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def is_empty(self) -> bool:
        """Say whether there is no object below the prefix."""
        with _named_failures(self):
            # One key answers it; a bucket of somebody else may hold millions.
            found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
        return not found.get("Contents")

    def sizes(self, folder: str) -> dict[str, int]:
        """Return how long each object right in *folder* is, which ends with a slash, by its name there."""
        with _named_failures(self):
            listing = self._client.get_paginator("list_objects_v2")
            pages = listing.paginate(Bucket=self._bucket, Prefix=self._prefix + folder, Delimiter="/")
            found = {one["Key"]: int(one["Size"]) for page in pages for one in page.get("Contents", ())}
        named = {key.removeprefix(self._prefix + folder): size for key, size in found.items()}
        return {name: size for name, size in named.items() if name and "/" not in name}

    def between(self, name: str, start: int, end: int) -> bytes:
        """Return the bytes of an object from *start* to before *end*."""
        try:
            return self._between(name, start, end)
        except Refused:
            # What breaks while an answer is read is not asked for again by boto3 itself.
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
    """An object as it comes from the store: what goes wrong on the way is told in a line, as all else is."""

    def __init__(self, body: Any, place: Place) -> None:
        self._body, self._place = body, place

    def read(self, size: int = -1, /) -> bytes:
        """Return up to *size* bytes more, b"" behind the last; of a connection that is cut too, and of an answer that
        is too short, a failure is told and never an end.
        """
        with _named_failures(self._place):
            return bytes(self._body.read(None if size < 0 else size))

    def close(self) -> None:
        """Let go of the connection."""
        self._body.close()

    def __enter__(self) -> _Streamed:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _named_failures:  # noqa: N801 - reads as what it does: with _named_failures(...)
    """Turn a failure of the store into one that is told in a line."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        # Not at the top of the file: boto3 is an extra, and whoever keeps copies in folders need not have it.
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, Boto3Error | BotoCoreError | ClientError):
            hint = "look at the bucket's name and at the keys, region and endpoint that are set for it; run it again"
            raise Refused(f"{self._place}: {error}", hint, Exit.DISK) from error


def open_bucket(named: str) -> Bucket:
    """Return the place ``BUCKET/PREFIX``.

    Raises:
        Refused: boto3 is not installed, or no bucket is named (usage).
    """
    bucket, _, prefix = named.partition("/")
    if not bucket:
        raise Refused("no bucket is named", "write it as s3://BUCKET/PREFIX", Exit.USAGE)
    try:
        from botocore.config import Config
    except ImportError:
        raise Refused("a bucket needs boto3", 'install it: pip install "creditline[s3]"', Exit.USAGE) from None

    # Checksums that only the newest stores know are left out: every object is read again and compared all the same.
    session = _session()
    # Asked for here: boto3 would say so at the first request, in words of its own.
    if session.get_credentials() is None:
        hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile in AWS_PROFILE"
        raise Refused(f"no keys are set for s3://{named}", hint, Exit.USAGE)
    plain = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")
    # With a slash at its end, so that the copy "one" does not take in what lies under "one-more".
    return Bucket(session.client("s3", config=plain), bucket, f"{prefix.rstrip('/')}/" if prefix else "")


def _session() -> Any:
    """Return where keys are looked for: everywhere but at the address where machines in a cloud are told of theirs.

    Elsewhere anybody may answer there, and it is outside the one way out of the house.
    """
    import boto3
    import botocore.session

    inner = botocore.session.get_session()
    inner.get_component("credential_provider").remove("iam-role")
    return boto3.Session(botocore_session=inner)
