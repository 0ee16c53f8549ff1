"""WACZ files taken apart: the WARC files in them, and whether everything is what the package says (WACZ 1.1.1)."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from archive.errors import CannotSign, NotAPackage
from archive.formats.wacz import PACKAGE, PACKAGE_DIGEST
from archive.formats.wacz_signing import Signature, SignatureState, check

_WARCS = "archive/"
_PIECE = 1 << 20
_SMALL = 64 << 20
"""The most bytes that a description may take."""


@dataclass(frozen=True, slots=True)
class Package:
    """A WACZ file as it lies on the disk.

    Attributes:
        warcs: the names of the WARC files in it.
        findings: what is not as the package says, in words; a wrong signature is one.
    """

    path: Path
    warcs: tuple[str, ...]
    findings: tuple[str, ...]
    signature: Signature

    def open(self, name: str) -> BinaryIO:
        """Open one of its files to be read, stored or deflated.

        Raises:
            NotAPackage: it is encrypted, or compressed in a way that is not known.
        """
        try:
            return _Held(self.path, name)  # type: ignore[return-value]  # reads as a file does
        # zipfile says RuntimeError where a password is wanted, NotImplementedError for a compression it does not know.
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError) as error:
            raise NotAPackage(self.path, f"{name} cannot be read: {error}") from error


class _Held:
    """One file of a package, closed together with the package."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._archive = zipfile.ZipFile(path)
        self._file = self._archive.open(name)

    def read(self, size: int = -1, /) -> bytes:
        try:
            # The checksum of an entry is looked at only when it has been read to its end.
            return self._file.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise NotAPackage(self._path, f"{self._name} is damaged: {error}") from error

    def __enter__(self) -> _Held:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._archive.close()


def read_package(path: Path) -> Package:
    """Take the WACZ file at *path* apart and compare each of its files with what its description says.

    Raises:
        NotAPackage: it is no ZIP file, or holds no WARC file.
        OSError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(path, archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise NotAPackage(path, f"it is no ZIP file that can be read: {error}") from error


def _read(path: Path, archive: zipfile.ZipFile) -> Package:
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    warcs = tuple(name for name in names if name.startswith(_WARCS) and name.endswith((".warc", ".warc.gz")))
    if not warcs:
        # A collection of packages: each of them is to be imported by itself.
        inner = any(name.endswith(".wacz") for name in names)
        raise NotAPackage(path, "it holds packages, not WARC files" if inner else "it holds no WARC file in archive/")
    # Counted at once: a hostile zip lists hundreds of thousands of names.
    held = Counter(names)
    findings = [f"{name} is in the package twice" for name in sorted(held) if held[name] > 1]
    described = _json(archive, PACKAGE)
    resources = described.get("resources")
    # Its WARC files are taken all the same: they are verified by their own digests.
    if not isinstance(resources, list):
        findings.append(f"there is no {PACKAGE} that names its files: nothing says what they should be")
        return Package(path, warcs, tuple(findings), Signature(SignatureState.NONE))
    said = {str(one.get("path")): one for one in resources if isinstance(one, dict)}
    findings += [f"{name} is not named in {PACKAGE}" for name in warcs if name not in said]
    for name, one in said.items():
        findings += _compared(archive, name, one) if name in held else [f"{name} is missing"]
    signature = _signature(archive)
    if signature.state is SignatureState.WRONG:
        findings.append(f"its signature is wrong: {signature.why}")
    return Package(path, warcs, tuple(findings), signature)


def _signature(archive: zipfile.ZipFile) -> Signature:
    held = archive.namelist()
    try:
        return check(archive.read(PACKAGE), archive.read(PACKAGE_DIGEST) if PACKAGE_DIGEST in held else None)
    except CannotSign as cannot:
        return Signature(SignatureState.UNCHECKED, f"{cannot}: {cannot.hint}")


def _compared(archive: zipfile.ZipFile, name: str, said: dict[str, Any]) -> Iterator[str]:
    stats = said.get("stats")
    if isinstance(stats, dict):  # as WACZ 1.0 has it
        said = {"hash": f"{said.get('hashing')}:{stats.get('hash')}", "bytes": stats.get("bytes")}
    stated = str(said.get("hash", "")).lower()
    digest, length = _digest(archive, name, stated.partition(":")[0])
    if digest is None:
        yield f"{name} is damaged, or its digest is in a form that is not known"
        return
    if said.get("bytes") not in (None, length):
        yield f"{name} has {length} bytes, the package says {said['bytes']}"
    if stated != digest:
        yield f"{name} does not agree with the digest that the package states"


def _digest(archive: zipfile.ZipFile, name: str, algorithm: str) -> tuple[str | None, int]:
    # Only what the specification and older tools use; the name comes from the package.
    if algorithm not in ("sha256", "sha384", "sha512", "md5", "sha1"):
        return None, 0
    taken, length = hashlib.new(algorithm, usedforsecurity=False), 0
    try:
        with archive.open(name) as file:
            while piece := file.read(_PIECE):
                taken.update(piece)
                length += len(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return None, length
    return f"{algorithm}:{taken.hexdigest()}", length


def _json(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    """Return the JSON object in the file *name*, empty where there is none."""
    try:
        # A description of gigabytes would be unpacked into memory.
        if archive.getinfo(name).file_size > _SMALL:
            return {}
        found = json.loads(archive.read(name))
    except (KeyError, ValueError, zipfile.BadZipFile, EOFError):
        return {}
    return found if isinstance(found, dict) else {}
