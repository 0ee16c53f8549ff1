"""Shared by the archive tests: a clock that ticks, ids that count, exchanges, an open archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Protocol
from uuid import UUID

import pytest

from archive.disk import Disk
from archive.http.exchange import Ending, Exchange, Truncation
from archive.store import Archive
from archive.warc.capture import Capture

START = datetime(2026, 11, 25, 10, 0, 0, 123456, tzinfo=UTC)
PAGE = b"<!doctype html><html><title>On rivers</title><p>Rivers run to the sea.</p></html>\n"


class MakeExchange(Protocol):
    def __call__(
        self,
        body: bytes = PAGE,
        *,
        path: str = "/rivers",
        head: bytes | None = None,
        minute: int = 0,
        interim: bytes = b"",
        truncated: Truncation | None = None,
    ) -> Exchange: ...


class OpenArchive(Protocol):
    def __call__(self, *, roll_bytes: int = 1_000_000_000, disk: Disk | None = None) -> Archive: ...


@pytest.fixture
def exchange() -> MakeExchange:
    """Makes exchanges with think.example; *head* is the head of the response without its Content-Length."""

    def make(
        body: bytes = PAGE,
        *,
        path: str = "/rivers",
        head: bytes | None = None,
        minute: int = 0,
        interim: bytes = b"",
        truncated: Truncation | None = None,
    ) -> Exchange:
        if head is None:
            head = b'HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: "r1"\r\n'
            head += b"Content-Length: %d\r\n\r\n" % len(body)
        return Exchange(
            url=f"http://think.example{path}",
            began=START + timedelta(minutes=minute),
            request=b"GET %s HTTP/1.0\r\nHost: think.example\r\nConnection: close\r\n\r\n" % path.encode(),
            response=head + body,
            ending=Ending.LENGTH,
            ip="192.0.2.7",
            interim=interim,
            truncated=truncated,
        )

    return make


@pytest.fixture
def warcs(tmp_path: Path) -> Path:
    return tmp_path / "warcs"


@pytest.fixture
def open_archive(warcs: Path) -> Iterator[OpenArchive]:
    """Opens archives in one directory; each call acts like another process, with its own ids."""
    processes = count(1)
    with ExitStack() as stack:

        def opened(*, roll_bytes: int = 1_000_000_000, disk: Disk | None = None) -> Archive:
            process = next(processes)
            ids = count(process << 64)
            ticks = count()
            archive = Archive.open(
                warcs,
                info={
                    "software": "Creditline/0.1.0",
                    "operator": "archivist@think.example",
                    "robots": "classic",
                },
                clock=lambda: START + timedelta(seconds=next(ticks)),
                new_id=lambda: UUID(int=next(ids)),
                roll_bytes=roll_bytes,
                disk=disk,
            )
            return stack.enter_context(archive)

        yield opened


@pytest.fixture
def find_in() -> Callable[..., Callable[[str, datetime], Capture | None]]:
    """Makes a finder of originals among the given captures, like the catalogue's."""

    def among(*captures: Capture) -> Callable[[str, datetime], Capture | None]:
        by_place = {(capture.url, capture.began): capture for capture in captures}
        return lambda url, began: by_place.get((url, began))

    return among
