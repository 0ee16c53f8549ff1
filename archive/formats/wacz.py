"""WACZ 1.1.1: WARC files, their index, a list of pages and a description, in a zip that readers can fetch in pieces.

`WaczWriter` writes such packages; `read_package` opens one from elsewhere and reports whatever does not match.
"""

from __future__ import annotations

import errno
import hashlib
import json
import lzma
import shutil
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Self, cast

from archive.control_characters import escaped, in_json
from archive.digest import MeasuredWriter
from archive.errors import NO_ARCHIVE, CannotSign, NotAPackage
from archive.formats.wacz_signing import Signature, SignatureState, check
from archive.warc.member import pack

WACZ_VERSION = "1.1.1"
ROLL_BYTES = 1_000_000_000
"""From this size on the next WARC file is begun. One more record still fits into a plain zip (without zip64)."""

INDEX, INDEX_OF_INDEX = "indexes/index.cdx.gz", "indexes/index.idx"
PAGES, PACKAGE, PACKAGE_DIGEST = "pages/pages.jsonl", "datapackage.json", "datapackage-digest.json"

_LINES_A_BLOCK = 1024

Sign = Callable[[str, str], Mapping[str, str]]
"""Returns the signed data for the digest of datapackage.json and its creation time, see
`archive.formats.wacz_signing`."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page for a reader to open: an edition of an item.

    Attributes:
        url, captured: of the capture that is shown.
    """

    id: str
    url: str
    captured: datetime
    title: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class License:
    """Terms of reuse that apply to something in the package (Frictionless Data Package, ``licenses``).

    Attributes:
        path: the address of the licence, or of the page with the publisher's words.
        title: the publisher's words.
        name: the identifier of the licence, if the words name one.
    """

    path: str
    title: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What datapackage.json says besides the list of files."""

    title: str
    description: str
    software: str
    created: datetime
    licenses: Sequence[License] = ()
    main_page: Page | None = None


class WaczWriter:
    """Writes one WACZ entry after entry. Entries are stored, not deflated, so that any byte range can be fetched.

    Write the WARC files first, then the index and the pages, and call `finish` last. As a context manager it leaves
    *out* alone if the block fails, and does not complete a truncated zip.
    """

    def __init__(self, out: BinaryIO, created: datetime, scratch: Path | None = None) -> None:
        """Write to the seekable file *out*; all entries get the time *created*.

        Data that has to wait is kept in the folder *scratch* (the system's if None).
        """
        self._scratch = scratch
        # Deflated entries pass the usual validator but break every reader that fetches byte ranges.
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED)
        self._created = created
        self._resources: list[dict[str, object]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._zip.fp = None  # or its destructor would write to *out* once more

    @contextmanager
    def entry(self, path: str, size: int = 0) -> Iterator[BinaryIO]:
        """Yield a stream for the bytes of the entry *path*; *size* is needed if they exceed 2 GB."""
        # Zip times have no zone, so use UTC, like the descriptions.
        info = zipfile.ZipInfo(path, self._created.astimezone(UTC).timetuple()[:6])
        # Without a mode, unpackers on Unix create files that nobody may read.
        info.external_attr = 0o644 << 16
        info.file_size = size
        with self._zip.open(info, "w") as stream:
            measured = MeasuredWriter(stream, "sha256")
            yield cast("BinaryIO", measured)
        name = path.rpartition("/")[2].lower()
        self._resources.append(
            {"name": name, "path": path, "hash": f"sha256:{measured.hexdigest}", "bytes": measured.bytes}
        )

    def add_index(self, lines: Iterable[bytes]) -> int:
        """Write the sorted CDXJ *lines* in separately compressed blocks, and the index of the blocks; return their
        number.
        """
        count = at = 0
        heads = ["!meta 0 " + json.dumps({"format": "cdxj-gzip-1.0", "filename": INDEX.rpartition("/")[2]}) + "\n"]
        with self.entry(INDEX) as out:
            for block in _blocks(lines):
                # One gzip member per block: a reader finds its line by the index and fetches only that block.
                packed = pack(b"".join(block))
                told = {"offset": at, "length": len(packed), "digest": f"sha256:{hashlib.sha256(packed).hexdigest()}"}
                # The first line without its fields: only its sort key is needed.
                heads.append(block[0].partition(b" {")[0].decode() + f" {json.dumps(told)}\n")
                at += out.write(packed)
                count += len(block)
        with self.entry(INDEX_OF_INDEX) as out:
            out.write("".join(heads).encode())
        return count

    def add_pages(self, pages: Iterable[Page]) -> int:
        """Write the list of pages with their text; return how many there are."""
        count = 0
        # Collected first, because an entry's size must be known before it begins.
        with TemporaryFile(dir=self._scratch) as held:
            held.write(_line({"format": "json-pages-1.0", "id": "pages", "title": "Pages", "hasText": True}))
            for page in pages:
                told = {"id": page.id, "url": page.url, "ts": _time(page.captured), "title": page.title or page.url}
                held.write(_line({**told, "text": page.text}))
                count += 1
            size = held.tell()
            held.seek(0)
            with self.entry(PAGES, size) as out:
                shutil.copyfileobj(held, out)
        return count

    def finish(self, package: Description, sign: Sign | None = None) -> None:
        """Write the description with the digest of each file, sign it if asked to, and complete the zip."""
        data = escaped(json.dumps(_described(package, self._resources), ensure_ascii=False, indent=2)).encode()
        # datapackage.json names every other file. This digest vouches for it and is what a signature covers.
        digest: dict[str, object] = {"path": PACKAGE, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        if sign is not None:
            digest["signedData"] = dict(sign(str(digest["hash"]), _time(package.created)))
        for path, content in ((PACKAGE, data), (PACKAGE_DIGEST, json.dumps(digest, indent=2).encode())):
            with self.entry(path) as out:
                out.write(content)
        self._zip.close()


def _described(package: Description, resources: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return the content of datapackage.json."""
    told: dict[str, object] = {
        "profile": "data-package",
        "wacz_version": WACZ_VERSION,
        "title": package.title,
        "description": package.description,
        "software": package.software,
        "created": _time(package.created),
    }
    if package.main_page is not None:
        told |= {"mainPageUrl": package.main_page.url, "mainPageDate": _time(package.main_page.captured)}
    if package.licenses:
        told["licenses"] = [
            {name: value for name, value in (("name", one.name), ("path", one.path), ("title", one.title)) if value}
            for one in package.licenses
        ]
    return {**told, "resources": list(resources)}


def _blocks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Group *lines* into blocks of the index, each compressed separately."""
    block: list[bytes] = []
    for line in lines:
        block.append(line)
        if len(block) == _LINES_A_BLOCK:
            yield block
            block = []
    if block:
        yield block


def _line(value: Mapping[str, object]) -> bytes:
    return in_json(value).encode() + b"\n"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_WARCS = "archive/"
# What zipfile raises for a damaged zip: RuntimeError also if a password is needed, ValueError for an undecodable name,
# IndexError for an empty one.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, IndexError, KeyError,
)  # fmt: skip
_PIECE = 1 << 20
# The most bytes of a description that are read.
_SMALL = 64 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """A WACZ file on disk.

    Attributes:
        warcs: the names of the WARC files in it.
        findings: what does not match the package's description, in words; a wrong signature is one of them.
    """

    path: Path
    warcs: tuple[str, ...]
    findings: tuple[str, ...]
    signature: Signature

    def open(self, name: str) -> BinaryIO:
        """Open one of its files for reading, whether stored or deflated.

        Raises:
            NotAPackage: the file is encrypted or compressed in an unknown way.
        """
        with _readable(self.path, f"{name} cannot be read"):
            return _Held(self.path, name)  # type: ignore[return-value]  # reads as a file does


@contextmanager
def _readable(path: Path, otherwise: str) -> Iterator[None]:
    """Raise NotAPackage, which says *otherwise* and why, instead of what zipfile raises for a damaged zip."""
    try:
        yield
    except _DAMAGE as error:
        raise NotAPackage(path, f"{otherwise}: {error}") from error
    except OSError as error:
        # The fault is the zip's, not the disk's, if it names a place that no file has, or its bzip2 is damaged.
        if error.errno not in (None, errno.EINVAL):
            raise
        raise NotAPackage(path, f"{otherwise}: {error}") from error


class _Held:
    """One file of a package; closing it closes the package too."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._archive = zipfile.ZipFile(path)
        self._file = self._archive.open(name)

    def read(self, size: int = -1, /) -> bytes:
        # zipfile checks an entry's checksum only when its end is read.
        with _readable(self._path, f"{self._name} is damaged"):
            return self._file.read(size)

    def __enter__(self) -> _Held:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._archive.close()


def read_package(path: Path) -> Package:
    """Open the WACZ file at *path* and compare each of its files with the package's description.

    Raises:
        NotAPackage: it is not a ZIP file, or holds no WARC file.
        OSError: the file cannot be read.
    """
    with _readable(path, "it is no ZIP file that can be read"), zipfile.ZipFile(path) as archive:
        return _read(path, archive)


def _read(path: Path, archive: zipfile.ZipFile) -> Package:
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    warcs = tuple(name for name in names if name.startswith(_WARCS) and name.endswith((".warc", ".warc.gz")))
    if not warcs:
        raise _without_warc_files(path, archive, names)
    # Counted in one pass, because a hostile zip may list hundreds of thousands of names.
    held = Counter(names)
    findings = [f"{name} is in the package twice" for name in sorted(held) if held[name] > 1]
    described = _json(archive, PACKAGE)
    resources = described.get("resources")
    # Its WARC files are accepted anyway, because their own digests are verified.
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
        digest = _content(archive, PACKAGE_DIGEST) if PACKAGE_DIGEST in held else None
    except NotAPackage:
        return Signature(SignatureState.WRONG, f"{PACKAGE_DIGEST} is damaged")
    try:
        return check(_content(archive, PACKAGE), digest)
    except CannotSign as cannot:
        return Signature(SignatureState.UNCHECKED, f"{cannot}: {cannot.hint}")


def _compared(archive: zipfile.ZipFile, name: str, said: dict[str, Any]) -> Iterator[str]:
    """Yield how the file *name* differs from what the package says about it."""
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
    # Only algorithms that the specification and older tools use, because the name comes from the package.
    if algorithm not in ("sha256", "sha384", "sha512", "md5", "sha1"):
        return None, 0
    taken, length = hashlib.new(algorithm, usedforsecurity=False), 0
    try:
        with _readable(_path(archive), name), archive.open(name) as file:
            while piece := file.read(_PIECE):
                taken.update(piece)
                length += len(piece)
    except NotAPackage:
        return None, length
    return f"{algorithm}:{taken.hexdigest()}", length


def _without_warc_files(path: Path, archive: zipfile.ZipFile, names: list[str]) -> NotAPackage:
    # A package of packages (profile multi-wacz-package): each of them has to be imported by itself.
    if any(name.endswith(".wacz") for name in names):
        return NotAPackage(path, "it holds packages, not WARC files", "unzip it, and import the WACZ files in it")
    if PACKAGE not in names:
        return NotAPackage(path, "it is a ZIP file, but no WACZ: it holds no WARC file in archive/", NO_ARCHIVE)
    stated = _json(archive, PACKAGE).get("resources")
    places = [str(one.get("path", "")) for one in stated if isinstance(one, dict)] if isinstance(stated, list) else []
    elsewhere = [escaped(one)[:200] for one in places if one.endswith(".wacz")]
    if elsewhere:
        what = f"it only names packages that are elsewhere, as {elsewhere[0]}"
        return NotAPackage(path, what, "get the WACZ files that its datapackage.json names, and import them")
    return NotAPackage(path, "it holds no WARC file in archive/")


def _json(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    """Return the JSON object in the file *name*; {} if there is none."""
    try:
        found = json.loads(_content(archive, name))
    except (NotAPackage, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the content of the file *name*, a description; raises NotAPackage if it is damaged or not there."""
    with _readable(_path(archive), f"{name} cannot be read"):
        # A description of gigabytes would be unpacked into memory.
        if archive.getinfo(name).file_size > _SMALL:
            raise zipfile.BadZipFile("it is too long")
        return archive.read(name)


def _path(archive: zipfile.ZipFile) -> Path:
    return Path(archive.filename or "")
