"""Writer: what the fold writes with: connection, search index, credit lines, and events of captures."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from archive.warc.capture import Capture
from db.identity import url_key
from db.instant import to_text
from db.schema.tables import EventType


class Index(Protocol):
    """The search index as the fold uses it: call `forget` before an item changes and `remember` afterwards."""

    def forget(self, item: str) -> None:
        """Remove *item* from the index, if it is there; its rows must still be as they were indexed."""

    def remember(self, item: str) -> None:
        """Add *item* to the index in its current state."""


@dataclass(frozen=True, slots=True)
class Writer:
    """The connection, the search index, and the function that writes an item's credit line after a change."""

    connection: sqlite3.Connection
    index: Index
    credit: Callable[[str], None]

    def event(
        self, capture: Capture, event: EventType, *, item: str | None = None, why: str = "", **more: Sequence[str]
    ) -> None:
        """Record the *event* in *capture*, about *item* if its URL is an item's; *more* is stored with it by name."""
        self.connection.execute(
            """INSERT OR REPLACE INTO event (id, type, at, publisher, about, url_key, item, capture, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                # Derived, so that a rebuild gives the same id. One redirect may be an event of several items.
                f"{capture.id} {event.value}{f' {item}' if event is EventType.REDIRECTED else ''}",
                event.value,
                to_text(capture.began),
                capture.publisher,
                capture.url,
                url_key(capture.url),
                item,
                capture.id,
                json.dumps({"status": capture.status, "why": why, **more}, ensure_ascii=False, sort_keys=True),
            ),
        )
