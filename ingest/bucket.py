"""A bucket of an S3-like store as the place of a second copy; the extra ``creditline[s3]`` brings what it needs."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from archive.checksum import Readable
from ingest.exits import Exit, Refused
from ingest.places import Place


class Bucket:
    """Objects below a prefix. Keys, region and endpoint are taken from where boto3 looks for them."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client, self._bucket, self._prefix = client, bucket, prefix

    def __str__(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def write(self, name: str, source: Readable) -> None:
        """Write an object; it appears whole or not at all."""
        with _told(self):
            self._client.upload_fileobj(source, self._bucket, self._prefix + name)

    def open(self, name: str) -> BinaryIO | None:
        """Open an object to be read from the store."""
        with _told(self):
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            except self._client.exceptions.NoSuchKey:
                return None
        return cast(BinaryIO, found["Body"])

    def remove(self, name: str) -> None:
        """Remove an object, if it is there."""
        with _told(self):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def is_empty(self) -> bool:
        """Say whether there is no object below the prefix."""
        with _told(self):
            found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
        return not found.get("Contents")

    def names(self) -> list[str]:
        """Return the names of all objects below the prefix, sorted."""
        with _told(self):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
        return sorted(key.removeprefix(self._prefix) for key in keys)


class _told:  # noqa: N801 - reads as what it does: with _told(...)
    """Turn a failure of the store into one that is told in a line."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, Boto3Error | BotoCoreError | ClientError):
            hint = "look at the bucket's name and at the keys, region and endpoint that are set for it; run it again"
            raise Refused(f"{self._place}: {error}", hint, Exit.DISK) from error


def open_bucket(named: str) -> Place:
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
    if session.get_credentials() is None:
        hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile in AWS_PROFILE"
        raise Refused(f"no keys are set for s3://{named}", hint, Exit.USAGE)
    plain = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")
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
