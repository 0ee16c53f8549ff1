"""Manifest: the list of files in a second copy, with digests. It is written last, when all its files are there."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

import msgspec

from archive.digest import normalize_digest
from archive.errors import Exit, Refused
from ingest.collection.nearby import COPIED
from ingest.transfer.backup_target import Place

# Stored with the copy, so a copy can be verified by itself.
NAME = COPIED
FORMAT = "creditline backup 1"
# The largest manifest in bytes. It has some hundred bytes per file, and a collection has thousands of files.
_LONGEST = 256 << 20
_NAME = re.compile(r"(?:warcs|catalogue|settings)/[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """One file: the digest of its first *length* bytes. The file may be longer after an interrupted backup."""

    digest: str
    length: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a copy.

    Attributes:
        collection: the id of the collection's first note, which identifies the collection.
        made: the time of the backup as text; "" while the first backup is under way.
        software: the program that made the copy.
        catalogue, settings: the names of these two files; "" while there is none.
        files: all files by name.
    """

    collection: str
    made: str = ""
    software: str = ""
    catalogue: str = ""
    settings: str = ""
    files: dict[str, ManifestFile] = field(default_factory=dict)

    def with_file(self, name: str, held: ManifestFile) -> Manifest:
        """Return the manifest with one more file."""
        return replace(self, files={**self.files, name: held})


def read_manifest(place: Place) -> Manifest | None:
    """Return the manifest at *place*, or None if there is none.

    Raises:
        Refused: the manifest cannot be used (exit code: integrity).
    """
    file = place.open(NAME)
    if file is None:
        return None
    with file:
        # One byte more than allowed, to notice a longer file.
        text = file.read(_LONGEST + 1)
    try:
        return _parse(text)
    except (ValueError, RecursionError) as error:
        raise Refused(
            f"{place}: its {NAME} cannot be used: {error}",
            "the file is damaged, or is a copy by another version of Creditline: make a new copy elsewhere, "
            "and keep this one until that is proved",
            Exit.INTEGRITY,
        ) from error


# Unknown fields are refused: if a newer format adds something, a restore without it would be incomplete.
class _FileJson(msgspec.Struct, forbid_unknown_fields=True):
    digest: str
    length: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]


class _ManifestJson(msgspec.Struct, forbid_unknown_fields=True):
    format: Literal["creditline backup 1"]
    collection: str
    files: dict[str, _FileJson]
    made: str = ""
    software: str = ""
    catalogue: str = ""
    settings: str = ""
    seal: str | None = None


def _parse(text: bytes) -> Manifest:
    """Parse and check a manifest, which may be malicious.

    Raises:
        ValueError, RecursionError: this is not a manifest of ours.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"it is longer than {_LONGEST:,} bytes")
    stated = msgspec.json.decode(text, type=_ManifestJson)
    files = {name: ManifestFile(normalize_digest(one.digest), one.length) for name, one in stated.files.items()}
    # A name with ".." could make a restore write anywhere.
    strange = next((name for name in files if not _NAME.fullmatch(name)), None)
    if strange is not None:
        raise ValueError(f"it names {strange!r}")
    for kind, name in (("catalogue", stated.catalogue), ("settings", stated.settings)):
        if name not in files and (name or stated.made):
            raise ValueError(f"its {kind} is {name!r}, which is not one of its files")
        if name and not name.startswith(f"{kind}/"):
            raise ValueError(f"its {kind} is {name!r}")
    manifest = Manifest(stated.collection, stated.made, stated.software, stated.catalogue, stated.settings, files)
    # Copies from before the seal was introduced have none, and can still be restored.
    if stated.seal is not None and stated.seal != _seal(manifest):
        raise ValueError("it is not what was written: its own digest differs")
    return manifest


def _seal(manifest: Manifest) -> str:
    """Return the digest of the contents of *manifest*."""
    # Over sorted JSON without the seal, so it can be computed again from a manifest that was read.
    return f"sha256:{hashlib.sha256(json.dumps(_as_json(manifest), sort_keys=True).encode()).hexdigest()}"


def write_manifest(place: Place, manifest: Manifest) -> None:
    """Write *manifest* at *place*, completely or not at all, with a digest of itself."""
    body = {**_as_json(manifest), "seal": _seal(manifest)}
    # Indented, so a person who finds the copy years from now can read it without this program.
    place.write(NAME, io.BytesIO(json.dumps(body, indent=1).encode() + b"\n"))


def _as_json(manifest: Manifest) -> dict[str, object]:
    """Return *manifest* as JSON values, without the seal."""
    files = {name: {"digest": one.digest, "length": one.length} for name, one in sorted(manifest.files.items())}
    return {
        "format": FORMAT,
        "collection": manifest.collection,
        "made": manifest.made,
        "software": manifest.software,
        "catalogue": manifest.catalogue,
        "settings": manifest.settings,
        "files": files,
    }
