"""Pages archived without a crawl: a test's own answers, written as records and rows of a collection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from archive.http.exchange import Ending, Exchange

if TYPE_CHECKING:
    from archive.warc.capture import Capture
    from ingest.collection.collection import Collection

BEGAN = datetime(2023, 4, 24, 10, tzinfo=UTC)
HTML = "text/html; charset=utf-8"


def keep(
    work: Collection, publisher: str, url: str, at: datetime, body: bytes, *, status: str = "200 OK", kind: str = HTML
) -> Capture:
    """Archive *body* as the answer for *url* at *at*; *status* may include fields of the head."""
    head = f"HTTP/1.0 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    capture = work.archive.keep(publisher, Exchange(url, at, b"", head + body, Ending.LENGTH))
    work.archive.sync()
    with work.catalogue.transaction():
        work.catalogue.add_captures([capture])
        work.catalogue.mark_file_end(capture.ref.file, capture.ref.offset + capture.ref.length)
    return capture


def keep_small(work: Collection, publisher: str, number: int) -> Capture:
    """Archive the publisher's small article *number*, visited an hour after the previous one."""
    words = f"<p>The port of {publisher} was dredged for the time number {number}, and again after it.</p>" * 5
    body = f"<html lang=en><title>Ports {number}</title><h1>Ports {number}</h1>{words}</html>".encode()
    return keep(work, publisher, f"http://{publisher}.example/{number}/", BEGAN + timedelta(hours=number), body)
