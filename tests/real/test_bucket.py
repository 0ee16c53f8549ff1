"""A second copy in a bucket, through boto3, against a loopback store that speaks enough of S3."""

from __future__ import annotations

import importlib.util
import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from archive.errors import Exit
from archive.http.exchange import Ending, Exchange
from archive.warc.capture import NoteKind
from ingest.collection.collection import Layout, make, open_for_work
from ingest.settings.values import PublisherOptions, Settings
from tests.sites.kept_pages import keep

if TYPE_CHECKING:
    from tests.real.conftest import Run

pytestmark = pytest.mark.real

INSTITUTE = Settings(publishers=(PublisherOptions("http://institute.example/", id="bl"),))


class Store(BaseHTTPRequestHandler):
    """Objects in memory: PUT, also in parts, GET, DELETE and list; it fails where told to.

    Attributes:
        parts: uploaded parts, by the number of the part.
        ill: how many changing requests, counted from the first, are answered with 503 before one succeeds.
        cut: bytes that are sent of each object before the connection is closed; None: all.
        spans: the number of bytes that each range request asked for.
        cuts: how many range requests are cut off after a few bytes.
    """

    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]
    parts: dict[int, bytes]
    ill: int = 0
    cut: int | None = None
    harm: bool = False
    spans: list[int]
    cuts: int = 0

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if type(self).ill:
            type(self).ill -= 1
            self._answer(503, b"<Error><Code>SlowDown</Code><Message>later</Message></Error>")
            return
        number = parse_qs(urlsplit(self.path).query).get("partNumber")
        if number:
            self.parts[int(number[0])] = data
        else:
            self.objects[self._key()] = b"?" + data[1:] if type(self).harm else data
        self.send_response(200)
        self.send_header("ETag", f'"{len(data)}"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "uploadId" in self.path:
            self.objects[self._key()] = b"".join(data for _, data in sorted(self.parts.items()))
            self.parts.clear()
            self._answer(200, b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>")
        else:
            self._answer(200, b"<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")

    def do_DELETE(self) -> None:
        self.objects.pop(self._key(), None)
        self._answer(204)

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if "list-type=2" in asked.query:
            prefix = parse_qs(asked.query).get("prefix", [""])[0]
            held = (key for key in sorted(self.objects) if key.startswith(prefix))
            sizes = {key: len(self.objects[key]) for key in held}
            keys = "".join(f"<Contents><Key>{escape(k)}</Key><Size>{n}</Size></Contents>" for k, n in sizes.items())
            self._answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{keys}</ListBucketResult>".encode())
        elif self._key() in self.objects and (span := self.headers["Range"]):
            first, last = map(int, span.removeprefix("bytes=").split("-"))
            self.spans.append(last + 1 - first)
            type(self).cuts, cut = max(0, type(self).cuts - 1), 10 if type(self).cuts else None
            self._answer(206, self.objects[self._key()][first : last + 1], cut)
        elif self._key() in self.objects:
            self._answer(200, self.objects[self._key()], type(self).cut)
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).partition("/")[2].partition("/")[2]

    def _answer(self, status: int, body: bytes = b"", most: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:most])
        # Less than announced, as when a connection breaks.
        self.close_connection = most is not None


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, need: Callable[[str], None]) -> Iterator[dict[str, bytes]]:
    """The objects of the store that boto3 is connected to."""
    if importlib.util.find_spec("boto3") is None:
        need("boto3 is not installed")
    Store.objects, Store.parts, Store.ill, Store.cut, Store.harm = {}, {}, 0, None, False
    Store.spans, Store.cuts = [], 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield Store.objects
        server.shutdown()
        thread.join(5)


def collected(folder: Path, size: int) -> tuple[Layout, str]:
    """Make a collection with one picture of *size* bytes; return it, and the name of the picture's file."""
    layout = Layout(folder)
    make(layout, INSTITUTE)
    # Incompressible, so that the file is as long.
    body = random.Random(19).randbytes(size)  # noqa: S311 - the same bytes each time
    began = datetime(2023, 4, 24, tzinfo=UTC)
    with open_for_work(layout, INSTITUTE) as work:
        capture = keep(work, "bl", "http://institute.example/one", began, body, kind="image/png")
    return layout, capture.ref.file


def test_a_copy_in_a_bucket_is_made_verified_restored_and_used_for_a_repair(
    creditline: Run, store: dict[str, bytes], tmp_path: Path
) -> None:
    layout, file = collected(tmp_path / "collection", 9000)
    place = "s3://archive/second/wi"
    made = creditline(layout.directory, "backup", place)
    assert made.code == Exit.DONE, made.err
    assert store[f"second/wi/warcs/{file}"] == (layout.warcs / file).read_bytes()
    assert "0 files copied" in creditline(layout.directory, "backup", place).out
    restored = creditline(tmp_path, "restore", place, str(tmp_path / "fresh"))
    assert restored.code == Exit.DONE, restored.err
    assert creditline(tmp_path / "fresh", "verify", "--all").code == Exit.DONE
    (layout.warcs / file).unlink()
    assert creditline(layout.directory, "verify", "--copy", place, "--repair").code == Exit.DONE
    assert creditline(layout.directory, "verify", "--all").code == Exit.DONE


def test_a_rebuild_reads_the_files_of_a_copy_in_the_bucket(
    creditline: Run, store: dict[str, bytes], tmp_path: Path
) -> None:
    layout, file = collected(tmp_path / "collection", 300_000)
    page = b"<html lang=en><title>Ports</title><h1>Ports</h1>" + b"<p>The port is deep, and it was dredged.</p>" * 9
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page)
    with open_for_work(layout, INSTITUTE) as work:
        seen = datetime(2023, 4, 25, tzinfo=UTC)
        work.archive.keep("bl", Exchange("http://institute.example/p", seen, b"", head + page, Ending.LENGTH))
    assert creditline(layout.directory, "rebuild").code == Exit.DONE
    assert creditline(layout.directory, "backup", "s3://archive/wi").code == Exit.DONE
    copied = sum(len(data) for key, data in store.items() if "/warcs/" in key)
    Store.cuts = 1  # a broken connection is retried once
    Store.spans.clear()
    made = creditline(layout.directory, "rebuild", "--check", "--from", "s3://archive/wi")
    assert (made.code, made.out.split(":")[0]) == (Exit.DONE, "identical"), made.out + made.err
    # Once to list, once to read what was captured, and the retried part.
    assert copied < sum(Store.spans) < 2.5 * copied
    sound = store[f"wi/warcs/{file}"]
    store[f"wi/warcs/{file}"] = sound[:90_000] + bytes([sound[90_000] ^ 1]) + sound[90_001:]
    harmed = creditline(layout.directory, "verify", "--all", "--from", "s3://archive/wi")
    assert (harmed.code, file in harmed.out) == (Exit.INTEGRITY, True), harmed.out + harmed.err
    store[f"wi/warcs/{file}"] = sound
    Store.cuts = 1_000
    ended = creditline(layout.directory, "verify", "--all", "--from", "s3://archive/wi")
    assert (ended.code, "Traceback" in ended.err) == (Exit.DISK, False), ended.err


def test_a_large_file_is_sent_in_parts_even_to_a_failing_store(
    creditline: Run, store: dict[str, bytes], tmp_path: Path
) -> None:
    layout, file = collected(tmp_path / "collection", 20_000_000)
    Store.ill = 2
    made = creditline(layout.directory, "backup", "s3://archive/wi")
    assert made.code == Exit.DONE, made.err
    assert store[f"wi/warcs/{file}"] == (layout.warcs / file).read_bytes()
    assert Store.parts == {}
    restored = creditline(tmp_path, "restore", "s3://archive/wi", str(tmp_path / "fresh"))
    assert restored.code == Exit.DONE, restored.err
    assert (tmp_path / "fresh" / "warcs" / file).read_bytes() == (layout.warcs / file).read_bytes()


def test_a_store_that_changes_bytes_is_found_by_reading_back(
    creditline: Run, store: dict[str, bytes], tmp_path: Path
) -> None:
    layout, _ = collected(tmp_path / "collection", 9000)
    assert creditline(layout.directory, "backup", "s3://archive/wi").code == Exit.DONE
    collected_before = dict(store)
    with open_for_work(layout, INSTITUTE) as work:
        work.note(NoteKind.OVERRIDE, {"why": "something new to copy"})
    Store.harm = True
    made = creditline(layout.directory, "backup", "s3://archive/wi")
    assert made.code == Exit.INTEGRITY
    assert "reads as something else than was written" in made.err
    Store.harm = False
    # The previous copy still has its name: the list that defines the copy is written last.
    assert store["wi/creditline-backup.json"] == collected_before["wi/creditline-backup.json"]
    assert creditline(layout.directory, "backup", "s3://archive/wi").code == Exit.DONE


def test_a_broken_connection_is_reported_and_the_restore_continues_later(
    creditline: Run, store: dict[str, bytes], tmp_path: Path
) -> None:
    layout, file = collected(tmp_path / "collection", 300_000)
    assert creditline(layout.directory, "backup", "s3://archive/wi").code == Exit.DONE
    Store.cut = 5000
    ended = creditline(tmp_path, "restore", "s3://archive/wi", str(tmp_path / "fresh"))
    assert ended.code == Exit.DISK, ended.err
    assert "Traceback" not in ended.err
    assert "s3://archive/wi" in ended.err
    Store.cut = None
    assert creditline(tmp_path, "restore", "s3://archive/wi", str(tmp_path / "fresh")).code == Exit.DONE
    assert (tmp_path / "fresh" / "warcs" / file).read_bytes() == (layout.warcs / file).read_bytes()


def test_a_bucket_that_cannot_be_reached_is_reported_in_one_line(
    creditline: Run, store: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    ended = creditline(tmp_path, "restore", "s3://archive/second", str(tmp_path / "fresh"))
    assert ended.code == Exit.DISK
    assert "Traceback" not in ended.err
    assert "s3://archive/second" in ended.err
