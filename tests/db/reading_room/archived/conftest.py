"""A few captures in real WARC files, and the second port that serves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from archive.http.exchange import Ending, Exchange
from archive.store import Archive
from archive.warc.capture import Capture
from db.catalogue import Catalogue
from db.reading_room.room_settings import RoomSettings
from db.reading_room.second_port import archived

BEGAN = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
SITE = "https://institute.example"
ROOT = "http://127.0.0.1:8001"


@dataclass
class Shelf:
    """Stores the answers of a site; *number* is the minute of a capture."""

    catalogue: Catalogue
    archive: Archive
    path: Path

    def keep(
        self,
        number: float,
        path: str,
        body: str | bytes = "<p>A page.</p>",
        *,
        kind: str = "text/html; charset=utf-8",
        status: int = 200,
        head: str = "",
        earlier: Capture | None = None,
    ) -> Capture:
        data = body.encode() if isinstance(body, str) else body
        began = BEGAN + timedelta(minutes=number)
        first = f"HTTP/1.0 {status} Said\r\nContent-Type: {kind}\r\n{head}Content-Length: {len(data)}\r\n\r\n"
        url = path if path.startswith("http") else SITE + path
        exchange = Exchange(url, began, b"GET / HTTP/1.0\r\n\r\n", first.encode("latin-1") + data, Ending.LENGTH)
        kept = self.archive.keep("institute", exchange, earlier=earlier)
        self.archive.sync()
        self.catalogue.add_captures([kept])
        return kept

    def article(self, builder: Any, capture: Capture, **reading: Any) -> None:
        """Catalogue *capture* as an article."""
        entry = builder.entry(1, capture.url, **reading)
        self.catalogue.add(replace(entry, capture=capture, reading=builder.reading(capture, **reading)))


@pytest.fixture
def shelf(catalogue: Catalogue, tmp_path: Path) -> Iterator[Shelf]:
    numbers = count(1)
    made = Archive.open(
        tmp_path / "warcs",
        info={"software": "a test"},
        clock=lambda: BEGAN,
        new_id=lambda: UUID(int=0x40008000_00000000_00000000 + next(numbers)),
    )
    with closing(made):
        yield Shelf(catalogue, made, tmp_path)


Open = Callable[..., TestClient]


@pytest.fixture
def opened(shelf: Shelf) -> Iterator[Open]:
    """Open the second port; keywords change its settings."""
    clients: list[TestClient] = []

    def open_port(**changed: Any) -> TestClient:
        settings = RoomSettings(
            shelf.path / "catalogue.db", shelf.path / "warcs", name="The Archive", archived_url=ROOT
        )
        made = TestClient(
            archived(replace(settings, room_url="http://127.0.0.1:8000", **changed)), ROOT, follow_redirects=False
        )
        clients.append(made.__enter__())
        return clients[-1]

    yield open_port
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def port(opened: Open) -> TestClient:
    return opened()
