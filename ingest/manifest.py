"""The manifest of a second copy: what it holds, with digests; written last, so that what it names is there."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from archive.checksum import spelt
from ingest.exits import Exit, Refused
from ingest.places import Place

NAME = "creditline-backup.json"
FORMAT = "creditline backup 1"
_NAME = re.compile(r"(?:warcs|catalogue|settings)/[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Held:
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
    files: dict[str, Held] = field(default_factory=dict)

    def with_file(self, name: str, held: Held) -> Manifest:
        """Return the manifest with one more file."""
        return replace(self, files={**self.files, name: held})


def read_manifest(place: Place) -> Manifest | None:
    """Return the manifest at *place*, None where there is none.

    Raises:
        Refused: what lies there is none that can be read (usage).
    """
    file = place.open(NAME)
    if file is None:
        return None
    with file:
        text = file.read()
    try:
        return _parse(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(
            f"{place}: its {NAME} cannot be read: {error}",
            "a copy of another version of Creditline lies there, or the file is damaged: choose another place",
            Exit.USAGE,
        ) from error


def _parse(told: dict[str, Any]) -> Manifest:
    if told.pop("format") != FORMAT:
        raise ValueError("it is of another format")
    files = {str(name): Held(spelt(str(one["digest"])), int(one["length"])) for name, one in told.pop("files").items()}
    strange = [name for name in files if not _NAME.fullmatch(name)]
    if strange:  # a restore must not be led elsewhere by it
        raise ValueError(f"it names {strange[0]!r}")
    return Manifest(files=files, **told)


def write_manifest(place: Place, manifest: Manifest) -> None:
    """Write *manifest* at *place*, whole or not at all."""
    files = {name: {"digest": one.digest, "length": one.length} for name, one in sorted(manifest.files.items())}
    told = {
        "format": FORMAT,
        "collection": manifest.collection,
        "made": manifest.made,
        "software": manifest.software,
        "catalogue": manifest.catalogue,
        "settings": manifest.settings,
        "files": files,
    }
    place.write(NAME, io.BytesIO(json.dumps(told, indent=1).encode() + b"\n"))
