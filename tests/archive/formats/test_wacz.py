"""WACZ packages: any part of them can be read by itself, and a digest proves everything in them."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import NotAPackage
from archive.formats.wacz import Description, License, Page, WaczWriter, read_package

MADE = datetime(2026, 11, 25, 14, 0, 0, 5, tzinfo=UTC)
PAGE = Page("wi-1@20261125140000", "http://think.example/ó", MADE, "On rivers", "Rivers run to the sea.")


def make_package(lines: int = 3, **about: object) -> tuple[bytes, zipfile.ZipFile]:
    """Return a package with one record, *lines* index lines and two pages: its bytes, and opened."""
    out = io.BytesIO()
    writer = WaczWriter(out, MADE)
    with writer.entry("archive/a-00001.warc.gz") as stream:
        stream.write(gzip.compress(b"record", mtime=0))
    counted = writer.add_index(f"example,think)/{number:05d} 20261125140000 {{}}\n".encode() for number in range(lines))
    pages = writer.add_pages([PAGE, Page("wi-2@20261125140000", "http://think.example/b", MADE)])
    assert (counted, pages) == (lines, 2)
    writer.finish(Description("Rivers", "2 items", "creditline/0", MADE, **about))  # type: ignore[arg-type]  # real fields
    return out.getvalue(), zipfile.ZipFile(out)


def test_entries_are_stored_so_that_ranges_can_be_fetched() -> None:
    data, package = make_package()
    assert package.testzip() is None
    for entry in package.infolist():
        assert entry.compress_type == zipfile.ZIP_STORED
        assert entry.date_time == (2026, 11, 25, 14, 0, 0)
        start = entry.header_offset + 30 + len(entry.filename)
        assert package.read(entry) == data[start : start + entry.file_size]


def test_package_lists_every_file_with_its_digest_and_has_its_own() -> None:
    _, package = make_package()
    told = json.loads(package.read("datapackage.json"))
    assert (told["profile"], told["wacz_version"]) == ("data-package", "1.1.1")
    assert (told["title"], told["software"], told["created"]) == ("Rivers", "creditline/0", "2026-11-25T14:00:00Z")
    listed = {one["path"]: one for one in told["resources"]}
    assert listed.keys() == set(package.namelist()) - {"datapackage.json", "datapackage-digest.json"}
    for path, one in listed.items():
        data = package.read(path)
        assert (one["hash"], one["bytes"]) == (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))
    digest = json.loads(package.read("datapackage-digest.json"))
    taken = hashlib.sha256(package.read("datapackage.json")).hexdigest()
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{taken}"}


@pytest.mark.parametrize("lines", [1, 1024, 1025, 3000])
def test_index_block_is_found_by_its_first_line_and_read_alone(lines: int) -> None:
    _, package = make_package(lines)
    header, *blocks = package.read("indexes/index.idx").decode().splitlines()
    assert json.loads(header.partition("!meta 0 ")[2]) == {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    data = package.read("indexes/index.cdx.gz")
    found: list[bytes] = []
    for block in blocks:
        head, _, told = block.partition(" {")
        place = json.loads("{" + told)
        packed = data[place["offset"] : place["offset"] + place["length"]]
        assert place["digest"] == f"sha256:{hashlib.sha256(packed).hexdigest()}"
        read = gzip.decompress(packed).splitlines()
        assert read[0].startswith(head.encode() + b" {")
        found += read
    assert len(blocks) == -(-lines // 1024)
    assert len(found) == lines
    assert found == sorted(found)


def test_pages_have_header_and_text_and_untitled_pages_show_their_url() -> None:
    header, first, second = map(json.loads, make_package()[1].read("pages/pages.jsonl").splitlines())
    assert (header["format"], header["hasText"]) == ("json-pages-1.0", True)
    assert first == {
        "id": PAGE.id,
        "url": PAGE.url,
        "ts": "2026-11-25T14:00:00Z",
        "title": "On rivers",
        "text": "Rivers run to the sea.",
    }
    assert second["title"] == second["url"]


def test_package_names_licenses_and_its_main_page() -> None:
    terms = [License("https://x.example/by/4.0/", "CC BY", "CC-BY-4.0"), License("http://think.example/terms", "Ask.")]
    local = PAGE.captured.astimezone() + timedelta(0)
    main = Page(PAGE.id, PAGE.url, local)
    told = json.loads(make_package(licenses=terms, main_page=main)[1].read("datapackage.json"))
    assert told["licenses"] == [
        {"name": "CC-BY-4.0", "path": "https://x.example/by/4.0/", "title": "CC BY"},
        {"path": "http://think.example/terms", "title": "Ask."},
    ]
    assert (told["mainPageUrl"], told["mainPageDate"]) == (PAGE.url, "2026-11-25T14:00:00Z")
    assert "licenses" not in json.loads(make_package()[1].read("datapackage.json"))


@cache
def packed(compression: int) -> bytes:
    """Return a package of somebody else whose entries have this *compression*, a name that is not ASCII among them."""
    _, package = make_package()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name in package.namelist():
            archive.writestr(name, package.read(name))
        archive.writestr("archive/ó.warc.gz", gzip.compress(b"more", mtime=0))
    return made.getvalue()


WAYS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]


@given(st.sampled_from(WAYS), st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1))
def test_no_damage_to_a_package_raises_anything_but_that_it_is_none(way: int, spoilt: list[tuple[float, int]]) -> None:
    data = bytearray(packed(way))
    for place, byte in spoilt:
        data[int(place * len(data))] = byte
    with NamedTemporaryFile(suffix=".wacz") as file, suppress(NotAPackage):
        file.write(data)
        file.flush()
        package = read_package(Path(file.name))
        for name in package.warcs:
            with package.open(name) as held:
                held.read()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("datapackage.json", "there is no datapackage.json that names its files"),
        ("datapackage-digest.json", "its signature is wrong: datapackage-digest.json is damaged"),
        ("pages/pages.jsonl", "pages/pages.jsonl is damaged, or its digest is in a form that is not known"),
    ],
)
def test_damage_to_what_describes_the_warc_files_is_a_finding(tmp_path: Path, name: str, found: str, way: int) -> None:
    data = bytearray(packed(way))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(name)
    begins = entry.header_offset + 30 + len(name)
    data[begins : begins + 20] = b"\xff" * 20
    path = tmp_path / "crawl.wacz"
    path.write_bytes(data)
    package = read_package(path)
    assert any(one.startswith(found) for one in package.findings), package.findings
    with package.open("archive/a-00001.warc.gz") as held:
        assert gzip.decompress(held.read()) == b"record"


def test_an_error_of_the_disk_is_not_taken_for_damage_to_a_package(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_package(tmp_path / "gone.wacz")
    with pytest.raises(IsADirectoryError):
        read_package(tmp_path)
