"""WACZ 1.1.1: WARC files, their index, a list of pages and a description, in one zip that readers take pieces of."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Self, cast

from archive.control_characters import escaped, in_json
from archive.digest import MeasuredWriter
from archive.warc.member import pack

WACZ_VERSION = "1.1.1"
ROLL_BYTES = 1_000_000_000
"""The size from which on the next WARC file is begun: with one record more it stays below what a plain zip holds."""

INDEX, INDEX_OF_INDEX = "indexes/index.cdx.gz", "indexes/index.idx"
PAGES, PACKAGE, PACKAGE_DIGEST = "pages/pages.jsonl", "datapackage.json", "datapackage-digest.json"

_LINES_A_BLOCK = 1024

Sign = Callable[[str, str], Mapping[str, str]]
"""From the digest of datapackage.json and the time of its making to the signed data, see
`archive.formats.wacz_signing`."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page for a reader to open: an edition of an item.

    Attributes:
        url, captured: of the capture that shows it.
    """

    id: str
    url: str
    captured: datetime
    title: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class License:
    """Terms of reuse that hold for something in the package (Frictionless Data Package, ``licenses``).

    Attributes:
        path: the address of the licence, or of the page where the words stand.
        title: the publisher's words.
        name: the identifier of the licence, where the words name one.
    """

    path: str
    title: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """What datapackage.json says beside its list of files."""

    title: str
    description: str
    software: str
    created: datetime
    licenses: Sequence[License] = ()
    main_page: Page | None = None


class WaczWriter:
    """Writes one WACZ, entry after entry, each stored and not deflated, so that any range of it can be fetched.

    First the WARC files, then the index and the pages, at last `finish`. As a context it lets go of *out* where
    the block fails, and ends no zip that is not whole.
    """

    def __init__(self, out: BinaryIO, created: datetime, scratch: Path | None = None) -> None:
        """Write to *out*, a file that can be sought in; entries bear the time *created*.

        What must wait for its turn waits in the folder *scratch* (that of the system if None).
        """
        self._scratch = scratch
        # Deflated entries pass the usual checker, and break every reader that fetches ranges.
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED)
        self._created = created
        self._resources: list[dict[str, object]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._zip.fp = None  # else it would write to *out* once more, when nobody refers to it any longer

    @contextmanager
    def entry(self, path: str, size: int = 0) -> Iterator[BinaryIO]:
        """Yield where the bytes of the entry *path* go; of more than 2 GB, *size* must tell."""
        # A zip has no zone: all of it is in UTC, as the descriptions are.
        info = zipfile.ZipInfo(path, self._created.astimezone(UTC).timetuple()[:6])
        # Where no mode is given, unpackers on Unix make files that nobody may read.
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
        """Write the sorted CDXJ *lines* in blocks, each packed by itself, and the index of the blocks; count them."""
        count = at = 0
        heads = ["!meta 0 " + json.dumps({"format": "cdxj-gzip-1.0", "filename": INDEX.rpartition("/")[2]}) + "\n"]
        with self.entry(INDEX) as out:
            for block in _blocks(lines):
                # Each block a gzip member, so that a reader finds its line by the index and fetches that block alone.
                packed = pack(b"".join(block))
                told = {"offset": at, "length": len(packed), "digest": f"sha256:{hashlib.sha256(packed).hexdigest()}"}
                # The first line without its fields: where a key would sort is all that is asked.
                heads.append(block[0].partition(b" {")[0].decode() + f" {json.dumps(told)}\n")
                at += out.write(packed)
                count += len(block)
        with self.entry(INDEX_OF_INDEX) as out:
            out.write("".join(heads).encode())
        return count

    def add_pages(self, pages: Iterable[Page]) -> int:
        """Write the list of pages with their text, and count them."""
        count = 0
        # An entry must tell its size before it begins, and pages come one by one.
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

    def finish(self, package: Package, sign: Sign | None = None) -> None:
        """Describe what was written, with the digest of each file, sign it if asked to, and end the zip."""
        data = escaped(json.dumps(_described(package, self._resources), ensure_ascii=False, indent=2)).encode()
        # datapackage.json names every other file; this one vouches for it, and is what a signature covers.
        digest: dict[str, object] = {"path": PACKAGE, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        if sign is not None:
            digest["signedData"] = dict(sign(str(digest["hash"]), _time(package.created)))
        for path, content in ((PACKAGE, data), (PACKAGE_DIGEST, json.dumps(digest, indent=2).encode())):
            with self.entry(path) as out:
                out.write(content)
        self._zip.close()


def _described(package: Package, resources: Sequence[Mapping[str, object]]) -> dict[str, object]:
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
