"""Events read from captures: gone, returned, blocked, partial. Their ids are derived from the capture."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from archive.capture import Capture
from db.identity import url_key
from db.instant import to_text
from db.tables import EventType


def write(
    connection: sqlite3.Connection,
    capture: Capture,
    event: EventType,
    *,
    item: str | None = None,
    why: str = "",
    **more: Sequence[str],
) -> None:
    """Record that *capture* shows *event*, about *item* where its URL is one; *more* is kept with it by name."""
    connection.execute(
        """INSERT OR REPLACE INTO event (id, type, at, publisher, about, url_key, item, capture, detail)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
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
