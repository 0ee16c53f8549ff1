"""The manifest of a second copy: what it holds, with digests; written last, so that what it names is there."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

import msgspec

from archive.digest import spelt
from archive.errors import Exit, Refused
from ingest.transfer.backup_target import Place

# It lies beside what it names, so that a copy can be proved with nothing but itself.
NAME = "creditline-backup.json"
FORMAT = "creditline backup 1"
# Bytes of a manifest: some hundred for each file, of which a collection has thousands.
_LONGEST = 256 << 20
_NAME = re.compile(r"(?:warcs|catalogue|settings)/[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """One file: the digest and number of its first *length* bytes; there may be more of it, of a later attempt."""

    digest: str
    length: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds.

    Attributes:
        collection: the id of the first note of the collection, which names it for good.
        made: when, as text; "" while the first copy is under way.
        files: by name at the place; *catalogue* and *settings* are two of the names, "" while there is none.
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
    """Return the manifest at *place*, None where there is none.

    Raises:
        Refused: what lies there is none that can be used (integrity).
    """
    file = place.open(NAME)
    if file is None:
        return None
    with file:
        # One byte more tells that there is more.
        text = file.read(_LONGEST + 1)
    try:
        return _parse(text)
    except (ValueError, RecursionError) as error:
        raise Refused(
            f"{place}: its {NAME} cannot be used: {error}",
            "the file is damaged, or a copy of another version of Creditline lies there: make a new copy elsewhere, "
            "and keep this one until that is proved",
            Exit.INTEGRITY,
        ) from error


# What a newer format adds must not be passed over: a restore would be less than the copy.
class _StatedFile(msgspec.Struct, forbid_unknown_fields=True):
    digest: str
    length: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]


class _Stated(msgspec.Struct, forbid_unknown_fields=True):
    format: Literal["creditline backup 1"]
    collection: str
    files: dict[str, _StatedFile]
    made: str = ""
    software: str = ""
    catalogue: str = ""
    settings: str = ""
    seal: str | None = None


def _parse(text: bytes) -> Manifest:
    """Return the manifest that *text* states; a restore must not be led elsewhere by one that lies.

    Raises:
        ValueError, RecursionError: it says what no copy of ours says.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"it is longer than {_LONGEST:,} bytes")
    stated = msgspec.json.decode(text, type=_Stated)
    files = {name: ManifestFile(spelt(one.digest), one.length) for name, one in stated.files.items()}
    # A name with .. in it would have a restore write anywhere.
    strange = next((name for name in files if not _NAME.fullmatch(name)), None)
    if strange is not None:
        raise ValueError(f"it names {strange!r}")
    for kind, name in (("catalogue", stated.catalogue), ("settings", stated.settings)):
        if name not in files and (name or stated.made):
            raise ValueError(f"its {kind} is {name!r}, which is none of its files")
        if name and not name.startswith(f"{kind}/"):
            raise ValueError(f"its {kind} is {name!r}")
    manifest = Manifest(stated.collection, stated.made, stated.software, stated.catalogue, stated.settings, files)
    # Copies of before the seal have none, and are still to be restored.
    if stated.seal is not None and stated.seal != _seal(manifest):
        raise ValueError("it is not what was written: its own digest differs")
    return manifest


def _seal(manifest: Manifest) -> str:
    """Return the digest of all that *manifest* says."""
    # Sorted and without the seal itself, so that it can be reckoned again from what was read.
    return f"sha256:{hashlib.sha256(json.dumps(_as_json(manifest), sort_keys=True).encode()).hexdigest()}"


def write_manifest(place: Place, manifest: Manifest) -> None:
    """Write *manifest* at *place*, whole or not at all, with a digest of itself."""
    body = {**_as_json(manifest), "seal": _seal(manifest)}
    # On lines of its own for each value: who finds the copy years from now can read it without this program.
    place.write(NAME, io.BytesIO(json.dumps(body, indent=1).encode() + b"\n"))


def _as_json(manifest: Manifest) -> dict[str, object]:
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
