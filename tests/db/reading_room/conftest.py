"""A small collection and its reading room, requested as a browser and as a program would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from db.catalogue import Catalogue
from db.reading_room.room import app
from db.reading_room.room_settings import RoomSettings

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
Open = Callable[..., TestClient]


def _fill(catalogue: Catalogue, builder: Any) -> None:
    """Add two articles, the second with three editions; and a page of terms."""
    catalogue.add(builder.entry(1, "/anaklia", text="The first deep-sea port of Georgia.\n\nIt lies in Łódź."))
    catalogue.add(builder.entry(2, "/cables", title="Cables & <cords>", text="Cables of the Baltic."))
    catalogue.add(builder.entry(3, "/cables", title="Cables", text="Cables of the Baltic sea."))
    catalogue.add(builder.entry(4, "/cables", title="Cables", text="Cables of the Baltic sea, and of the Black one."))
    catalogue.add(builder.terms_page(5, "Texts may be republished with credit."))


def _client(path: Path, **changed: Any) -> TestClient:
    """Return a client of the room over the catalogue at *path*."""
    settings = RoomSettings(path, path.with_name("warcs"), name="The Archive")
    return TestClient(app(replace(settings, **changed)), "http://127.0.0.1:8000", raise_server_exceptions=False)


@pytest.fixture
def articles(catalogue: Catalogue, builder: Any, filled: Callable[..., Catalogue]) -> Catalogue:
    """These articles, to be changed."""

    def fill() -> None:
        _fill(catalogue, builder)

    return filled(catalogue, fill)


@pytest.fixture
def opened(articles: Catalogue, tmp_path: Any) -> Iterator[Open]:
    """Open the room over that collection; keywords change its settings."""
    with ExitStack() as stack:

        def open_room(**changed: Any) -> TestClient:
            return stack.enter_context(_client(tmp_path / "catalogue.db", **changed))

        yield open_room


@pytest.fixture
def room(opened: Open) -> TestClient:
    return opened()


@pytest.fixture(scope="module")
def one_room(standing: Callable[..., Catalogue], builder: Any) -> Iterator[TestClient]:
    """The room of all tests of a module that change nothing in it."""
    held = standing(partial(_fill, builder=builder))
    with _client(Path(held.connection.execute("PRAGMA database_list").fetchone()[2])) as client:
        yield client
