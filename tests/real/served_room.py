"""A room served by a thread of the test, over a collection in a folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.warc.capture import Capture
from db.catalogue import Catalogue
from db.reading_room.room_settings import RoomSettings
from db.reading_room.server import Listen, serve


@dataclass(frozen=True)
class Room:
    """A served collection: its folder, and the origins of its two ports."""

    directory: Path
    first: str
    second: str

    def captures(self) -> list[Capture]:
        with closing(Catalogue.open(self.directory / "catalogue.db", read_only=True)) as catalogue:
            return list(catalogue.all_captures())


@contextmanager
def served(directory: Path) -> Iterator[Room]:
    """Serve the collection in *directory* on two free ports while the block lasts."""
    made: list[Room] = []
    opened, stop = threading.Event(), threading.Event()

    def told(room_settings: RoomSettings, url: str) -> None:
        made.append(Room(directory, url.rstrip("/"), room_settings.archived_url or ""))
        opened.set()

    room_settings = RoomSettings(directory / "catalogue.db", directory / "warcs", name="The Archive")
    thread = threading.Thread(target=serve, args=(room_settings, Listen(port=0), told, stop.is_set), daemon=True)
    thread.start()
    assert opened.wait(300)
    try:
        yield made[0]
    finally:
        stop.set()
        thread.join(30)
