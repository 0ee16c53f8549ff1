"""Exports are read by other programs like their own files: pywb, ReplayWeb.page, wacz, warcio.js."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.formats.wacz_signing import SignatureState, check
from archive.http.exchange import payload
from archive.replay import entity_of, replay
from archive.warc.capture import Capture, CaptureKind
from db.catalogue import Catalogue
from ingest.demo.house import HOST
from ingest.demo.server import serve
from ingest.demo.site import BASE, Site

if TYPE_CHECKING:
    from tests.real.conftest import Run

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.xdist_group("handing")]

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Handed:
    """A collection of two runs with changes between them, exported in each form."""

    directory: Path
    warc: Path
    wacz: Path
    cdxj: Path
    bag: Path

    @property
    def warcs(self) -> Path:
        return self.directory / "warcs"

    def captures(self, *kinds: CaptureKind) -> list[Capture]:
        """Return the captures of *kinds* with status 200 or 304."""
        with closing(Catalogue.open(self.directory / "catalogue.db", read_only=True)) as catalogue:
            return [one for one in catalogue.all_captures() if one.kind in kinds and one.status in (200, 304)]

    def payload(self, capture: Capture) -> bytes:
        """Return what *capture* replays to here."""
        with closing(Catalogue.open(self.directory / "catalogue.db", read_only=True)) as catalogue:
            return bytes(payload(replay(self.warcs, capture, catalogue.original).response))

    def text(self, capture: Capture) -> str:
        """Return the entity of *capture*, as text."""
        with closing(Catalogue.open(self.directory / "catalogue.db", read_only=True)) as catalogue:
            return entity_of(self.warcs, capture, catalogue.original).body.decode("utf-8")


@pytest.fixture(scope="module")
def handed(creditline: Run, tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """Two runs over the invented institute, exported completely in each form."""
    folder = tmp_path_factory.mktemp("handing")
    directory, site = folder / "collection", Site()
    with serve(site) as port:
        creditline(directory, "init", f"{BASE}/", "--connect", f"{HOST}=127.0.0.1:{port}")
        creditline(directory, "run")
        site.change()
        creditline(directory, "run")
    told = Handed(directory, folder / "all.warc.gz", folder / "all.wacz", folder / "all.cdxj", folder / "bag")
    for form, output in (("warc", told.warc), ("wacz", told.wacz), ("cdxj", told.cdxj), ("bag", told.bag)):
        signing = ["--sign", str(folder / "key.pem")] if form == "wacz" else []
        done = creditline(directory, "export", form, "--all", "-o", str(output), *signing)
        assert done.code == 0, done.err
    assert told.captures(CaptureKind.REVISIT), "the second run met no page that was unchanged"
    assert told.captures(CaptureKind.NOT_MODIFIED), "the second run met no page that was not modified"
    return told


def _ran(*command: str | Path, folder: Path | None = None, given: bytes | None = None) -> str:
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, timeout=300, check=False)
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 0, said[-3000:]
    return done.stdout.decode("utf-8")


# ── CDXJ ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _reference(python_oracles: Path, *warcs: Path, digests: bool = False) -> list[str]:
    """Return cdxj-indexer's sorted index of *warcs*, without our notes, which name no URL."""
    words = ["--sort", *(["--digest-records", "--post-append"] if digests else [])]
    lines = _ran(python_oracles / "cdxj-indexer", *words, *warcs).splitlines()
    return sorted((line for line in lines if '"url": ' in line), key=str.encode)


def test_the_index_equals_that_of_cdxj_indexer_line_by_line(handed: Handed, python_oracles: Path) -> None:
    ours = handed.cdxj.read_text(encoding="utf-8").splitlines()
    assert len(ours) > 100
    assert ours == _reference(python_oracles, *sorted(handed.warcs.iterdir()))


def test_the_index_in_a_package_equals_that_of_cdxj_indexer(
    handed: Handed, python_oracles: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(handed.wacz) as package:
        package.extractall(tmp_path)
    ours = gzip.decompress((tmp_path / "indexes/index.cdx.gz").read_bytes()).decode().splitlines()
    reference = _reference(python_oracles, *sorted((tmp_path / "archive").iterdir()), digests=True)
    assert [_fields(line) for line in ours] == [_fields(line) for line in reference]


def _fields(line: str) -> tuple[str, object]:
    head, _, fields = line.partition(" {")
    return head, json.loads("{" + fields)


# ── Packages ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_reference_validator_accepts_the_package(handed: Handed, python_oracles: Path) -> None:
    assert "the passed WACZ is valid" in _ran(python_oracles / "wacz", "validate", "--file", handed.wacz)


def test_the_reference_validator_accepts_the_bag(handed: Handed, python_oracles: Path) -> None:
    _ran(python_oracles / "python", "-m", "bagit", "--validate", handed.bag)


def test_web_crypto_accepts_the_signature(handed: Handed, node_oracles: Path) -> None:
    with zipfile.ZipFile(handed.wacz) as package:
        digest = package.read("datapackage-digest.json")
    assert _ran("node", HERE / "signature.mjs", folder=node_oracles, given=digest).strip() == "true"
    told = json.loads(digest)
    told["signedData"]["hash"] = "sha256:0"
    assert _ran("node", HERE / "signature.mjs", given=json.dumps(told).encode()).strip() == "false"


@pytest.mark.parametrize("name", ["valid_example_1", "valid_signed_example_1", "invalid_signed_example_1"])
def test_signatures_of_packages_by_others_are_never_reported_as_valid(shared: Path, name: str) -> None:
    path = shared / f"conformance/py-wacz/tests/fixtures/{name}.wacz"
    with zipfile.ZipFile(path) as package:
        digest = package.read("datapackage-digest.json") if "signed" in name else None
        found = check(package.read("datapackage.json"), digest)
    wanted = SignatureState.UNCHECKED if name == "valid_signed_example_1" else None
    assert wanted is None or (found.state, bool(found.domain)) == (wanted, True)
    assert found.state is not SignatureState.VALID


def test_warcio_js_reads_the_records_of_a_package(handed: Handed, node_oracles: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(handed.wacz) as package:
        index = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
        package.extractall(tmp_path)
    said = _ran(node_oracles / "node_modules/.bin/warcio", "cdx-index", *sorted((tmp_path / "archive").iterdir()))
    wanted = {(one["url"], one["offset"], one["length"]) for _, one in map(_named, index)}
    read = [one for _, one in map(_named, said.splitlines()) if "url" in one]  # it lists notes too, without a URL
    assert {(one["url"], str(one["offset"]), str(one["length"])) for one in read} == wanted


def _named(line: str) -> tuple[str, dict[str, str]]:
    head, _, fields = line.partition(" {")
    return head, json.loads("{" + fields)


# ── Replay ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def pywb(
    handed: Handed, python_oracles: Path, free_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of pywb with three collections: ``warc`` with our WARC file, ``wacz`` with our package unpacked, and
    ``ours`` with the files in place, found by our index.
    """
    folder = tmp_path_factory.mktemp("pywb")
    for name in ("warc", "wacz", "ours"):
        _ran(python_oracles / "wb-manager", "init", name, folder=folder)
    _ran(python_oracles / "wb-manager", "add", "warc", handed.warc, folder=folder)
    _ran(python_oracles / "wb-manager", "add", "--unpack-wacz", "wacz", handed.wacz, folder=folder)
    for path in handed.warcs.glob("*.warc.gz"):
        (folder / "collections/ours/archive" / path.name).symlink_to(path)
    shutil.copy(handed.cdxj, folder / "collections/ours/indexes/index.cdxj")
    command = [str(python_oracles / "wayback"), "--port", str(free_port), "--bind", "127.0.0.1"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as server:
        try:
            _await(f"http://127.0.0.1:{free_port}/", server, folder / "log")
            yield f"http://127.0.0.1:{free_port}"
        finally:
            server.terminate()
            server.wait(300)


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        assert server.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail("pywb does not answer: " + log.read_text(encoding="utf-8")[-3000:])


@pytest.mark.parametrize("kind", list(CaptureKind))
@pytest.mark.parametrize("collection", ["warc", "wacz", "ours"])
def test_pywb_replays_a_page_its_revisit_and_its_304_byte_by_byte(
    handed: Handed, pywb: str, collection: str, kind: CaptureKind
) -> None:
    captures = handed.captures(kind)
    assert captures
    for capture in captures:
        with urllib.request.urlopen(f"{pywb}/{collection}/{capture.began:%Y%m%d%H%M%S}id_/{capture.url}") as answer:
            assert answer.status == 200
            assert answer.read() == handed.payload(capture), (kind, capture.url)


def _chromium(need: Callable[[str], None]) -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or os.environ.get("CHROMIUM")
    if not found:
        need("Chromium is not installed")
    return str(found)


def test_replayweb_page_shows_a_page_its_revisit_and_its_304(
    handed: Handed, node_oracles: Path, need: Callable[[str], None], tmp_path: Path
) -> None:
    wanted = []
    for kind in CaptureKind:
        capture = next(
            one for one in handed.captures(kind) if one.media_type == "text/html" and "<h1" in handed.text(one)
        )
        heading = handed.text(capture).partition("<h1")[2].partition(">")[2].partition("<")[0].strip()
        wanted.append({"url": capture.url, "ts": f"{capture.began:%Y%m%d%H%M%S}", "expect": heading})
    # Node looks for packages beside the script.
    script = shutil.copy(HERE / "replay.mjs", node_oracles / "replay.mjs")
    said = _ran("node", script, _chromium(need), handed.wacz, json.dumps(wanted), folder=node_oracles)
    results = json.loads(said)
    assert [one["found"] for one in results] == [True] * 3, results
