"""A small collection and its reading room, requested as a browser and as a program would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from db.catalogue import Catalogue
from db.reading_room.room import app
from db.reading_room.room_settings import RoomSettings

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
Open = Callable[..., TestClient]


@pytest.fixture
def articles(catalogue: Catalogue, builder: Any, filled: Callable[..., Catalogue]) -> Catalogue:
    """Two articles, the second with three editions; and a page of terms."""

    def fill() -> None:
        catalogue.add(builder.entry(1, "/anaklia", text="The first deep-sea port of Georgia.\n\nIt lies in Łódź."))
        catalogue.add(builder.entry(2, "/cables", title="Cables & <cords>", text="Cables of the Baltic."))
        catalogue.add(builder.entry(3, "/cables", title="Cables", text="Cables of the Baltic sea."))
        catalogue.add(
            builder.entry(4, "/cables", title="Cables", text="Cables of the Baltic sea, and of the Black one.")
        )
        catalogue.add(builder.terms_page(5, "Texts may be republished with credit."))

    return filled(catalogue, fill)


@pytest.fixture
def opened(articles: Catalogue, tmp_path: Any) -> Iterator[Open]:
    """Open the room over that collection; keywords change its settings."""
    with ExitStack() as stack:

        def open_room(**changed: Any) -> TestClient:
            settings = RoomSettings(tmp_path / "catalogue.db", tmp_path / "warcs", name="The Archive")
            made = app(replace(settings, **changed))
            return stack.enter_context(TestClient(made, "http://127.0.0.1:8000", raise_server_exceptions=False))

        yield open_room


@pytest.fixture
def room(opened: Open) -> TestClient:
    return opened()
