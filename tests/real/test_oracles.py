"""Independent WARC readers accept everything a run writes, and a plain socket gets the same bytes."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType

from archive.errors import Exit
from archive.replay import replay
from archive.warc.capture import Capture, CaptureKind
from archive.warc.reader import read_record_at, read_records
from db.catalogue import Catalogue
from ingest.demo.house import HOST
from ingest.demo.server import serve
from ingest.demo.site import BASE, Site

if TYPE_CHECKING:
    from tests.real.conftest import Ran, Run

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("oracles")]


@dataclass
class Collected:
    """A collection of two runs with changes between them.

    *wire* holds, by URL, the request archived in the first run, and the answer that a plain socket received for it
    before the site changed.
    """

    directory: Path
    runs: list[Ran] = field(default_factory=list)
    wire: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)

    @property
    def warcs(self) -> Path:
        return self.directory / "warcs"

    @property
    def files(self) -> list[Path]:
        return sorted(self.warcs.iterdir())


def _ask(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def _first_requests(directory: Path, urls: list[str]) -> dict[str, bytes]:
    with closing(Catalogue.open(directory / "catalogue.db", read_only=True)) as catalogue:
        captures = {one.url: one for one in catalogue.all_captures() if one.kind is CaptureKind.RESPONSE}
        return {url: replay(directory / "warcs", captures[url], catalogue.original).request for url in urls}


@pytest.fixture(scope="module")
def collected(creditline: Run, tmp_path_factory: pytest.TempPathFactory) -> Collected:
    directory = tmp_path_factory.mktemp("oracles") / "collection"
    site = Site()
    told = Collected(directory)
    with serve(site) as port:
        made = creditline(directory, "init", f"{BASE}/", "--connect", f"{HOST}=127.0.0.1:{port}")
        assert made.code in (0, 3), made.err
        told.runs.append(creditline(directory, "run"))
        articles = site.shelf.articles
        urls = [site.shelf.url(articles[0]), site.shelf.url(articles[-1]), f"{BASE}/robots.txt"]
        for url, request in _first_requests(directory, urls).items():
            told.wire[url] = request, _ask(port, request)
        site.change()
        told.runs.append(creditline(directory, "run"))
    return told


def _tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).parent / name
    return subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=600, check=False)


def test_the_runs_write_every_type_of_record(collected: Collected) -> None:
    codes = {run.code for run in collected.runs}
    assert codes <= {Exit.DONE, Exit.ATTENTION}, [run.err[-1000:] for run in collected.runs]
    kinds = {str(record.type) for file in collected.files for record in read_records(file)}
    assert kinds >= {"warcinfo", "response", "request", "metadata", "revisit"}


def test_the_runs_leave_no_file_open(collected: Collected) -> None:
    assert collected.files
    assert [file.name for file in collected.files if not file.name.endswith(".warc.gz")] == []


def test_warcio_check_accepts_every_file(collected: Collected) -> None:
    done = _tool("warcio", "check", "-v", *collected.files)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "fail" not in done.stdout.replace("no digest to check", "")


def test_fastwarc_check_accepts_every_file(collected: Collected, tmp_path: Path) -> None:
    for file in collected.files:
        report = tmp_path / "report.txt"
        done = _tool("fastwarc", "check", "--quiet", "--output", report, file)
        assert done.returncode == 0, report.read_text(encoding="utf-8") + done.stderr[-2000:]


def test_fastwarc_confirms_the_payload_digest_of_every_response(collected: Collected) -> None:
    # Only responses: the digest in a revisit is that of the payload it refers to, but fastwarc computes it from the
    # content of the revisit itself.
    found = []
    for file in collected.files:
        with file.open("rb") as stream:
            responses = FastIterator(stream, record_types=WarcRecordType.response, parse_http=True)
            found += [record.verify_payload_digest() for record in responses]
    assert found
    assert all(found)


def test_fastwarc_skips_no_record(collected: Collected) -> None:
    for file in collected.files:
        ours = [record.id for record in read_records(file)]
        with file.open("rb") as stream:
            records = FastIterator(stream, parse_http=False)
            theirs = [str(record.record_id).removeprefix("<").removesuffix(">") for record in records]
        assert theirs == ours


def test_warcio_index_lists_every_record_at_its_offset(collected: Collected) -> None:
    for file in collected.files:
        done = _tool("warcio", "index", "-f", "offset,warc-type,warc-target-uri", file)
        assert done.returncode == 0, done.stderr[-2000:]
        listed = [json.loads(line) for line in done.stdout.splitlines()]
        ours = [str(record.type) for record in read_records(file)]
        assert [line["warc-type"] for line in listed] == ours
        for line in listed[::10]:
            assert str(read_record_at(file, int(line["offset"])).type) == line["warc-type"]


def test_a_capture_has_the_bytes_that_a_plain_socket_receives(collected: Collected) -> None:
    assert len(collected.wire) == 3
    with closing(Catalogue.open(collected.directory / "catalogue.db", read_only=True)) as catalogue:
        first: dict[str, Capture] = {}
        for capture in catalogue.all_captures():
            if capture.url in collected.wire:
                first.setdefault(capture.url, capture)
        for url, (request, received) in collected.wire.items():
            record = read_record_at(collected.warcs / first[url].ref.file, first[url].ref.offset)
            # The socket asked later than the crawler: only the time of the answer may differ.
            expected = _DATE.sub(_date_of(record.block), received, count=1)
            assert record.block == expected
            exchange = replay(collected.warcs, first[url], catalogue.original)
            assert (exchange.request, exchange.response) == (request, expected)


_DATE = re.compile(rb"(?m)^Date: [^\r\n]+")


def _date_of(response: bytes) -> bytes:
    found = _DATE.search(response)
    assert found is not None
    return found[0]


def test_the_collection_verifies_and_a_rebuild_makes_the_same_catalogue(collected: Collected, creditline: Run) -> None:
    verified = creditline(collected.directory, "verify", "--all")
    assert verified.code == 0, verified.out[-2000:] + verified.err[-2000:]
    rebuilt = creditline(collected.directory, "rebuild", "--check")
    assert rebuilt.code == 0, rebuilt.out[-2000:] + rebuilt.err[-2000:]
