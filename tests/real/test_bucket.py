"""A second copy in a bucket, through boto3, against a store on loopback that speaks as much S3 as is needed."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from archive.http.exchange import Ending, Exchange
from ingest.collection.collection import Layout, at_work, make
from ingest.errors import Exit
from ingest.settings.values import PublisherOptions, Settings

if TYPE_CHECKING:
    from tests.real.conftest import Run

pytestmark = pytest.mark.real

INSTITUTE = Settings(publishers=(PublisherOptions("http://institute.example/", id="bl"),))


class Store(BaseHTTPRequestHandler):
    """Objects in memory: PUT, GET, DELETE and list."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]

    def do_PUT(self) -> None:
        self.objects[self._key()] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def do_DELETE(self) -> None:
        self.objects.pop(self._key(), None)
        self._answer(204)

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if "list-type=2" in asked.query:
            prefix = parse_qs(asked.query).get("prefix", [""])[0]
            held = (key for key in sorted(self.objects) if key.startswith(prefix))
            keys = "".join(f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>" for key in held)
            self._answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{keys}</ListBucketResult>".encode())
        elif self._key() in self.objects:
            self._answer(200, self.objects[self._key()])
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).partition("/")[2].partition("/")[2]

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, need: Callable[[str], None]) -> Iterator[dict[str, bytes]]:
    """The objects of the store that boto3 is led to."""
    if importlib.util.find_spec("boto3") is None:
        need("boto3 is not installed")
    Store.objects = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield Store.objects
        server.shutdown()
        thread.join(5)


def test_a_copy_in_a_bucket_is_made_proved_restored_and_mends(
    creditline: Run, store: dict[str, bytes], tmp_path: Path
) -> None:
    layout = Layout(tmp_path / "collection")
    make(layout, INSTITUTE)
    response = b"HTTP/1.0 200 OK\r\nContent-Type: image/png\r\nContent-Length: 9000\r\n\r\n" + b"picture!!" * 1000
    began = datetime(2023, 4, 24, tzinfo=UTC)
    with at_work(layout, INSTITUTE) as work:
        capture = work.archive.keep("bl", Exchange("http://institute.example/one", began, b"", response, Ending.LENGTH))
        work.archive.sync()
        with work.catalogue.transaction():
            work.catalogue.add_captures([capture])
            work.catalogue.mark_file_end(capture.ref.file, capture.ref.offset + capture.ref.length)
    place = "s3://archive/second/wi"
    made = creditline(layout.directory, "backup", place)
    assert made.code == Exit.DONE, made.err
    assert store[f"second/wi/warcs/{capture.ref.file}"] == (layout.warcs / capture.ref.file).read_bytes()
    assert "0 files copied" in creditline(layout.directory, "backup", place).out
    restored = creditline(tmp_path, "restore", place, str(tmp_path / "fresh"))
    assert restored.code == Exit.DONE, restored.err
    assert creditline(tmp_path / "fresh", "verify", "--all").code == Exit.DONE
    (layout.warcs / capture.ref.file).unlink()
    assert creditline(layout.directory, "verify", "--copy", place, "--repair").code == Exit.DONE
    assert creditline(layout.directory, "verify", "--all").code == Exit.DONE


def test_a_bucket_that_cannot_be_reached_is_told_in_a_line(
    creditline: Run, store: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    ended = creditline(tmp_path, "restore", "s3://archive/second", str(tmp_path / "fresh"))
    assert ended.code == Exit.DISK
    assert "Traceback" not in ended.err
    assert "s3://archive/second" in ended.err
