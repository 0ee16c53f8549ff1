"""Annotations as rows: what archivists added to items, and where items were reused. Each row depends on its note
only.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from archive.warc.capture import Note, NoteKind
from db.identity import parse_id
from db.instant import from_text, to_text
from db.model.annotation import Annotation, AnnotationKind, Reused
from db.withholding import WITHHELD


def add(connection: sqlite3.Connection, note: Note) -> None:
    """Write the row of an annotation or a reuse; a note that states neither remains just an event."""
    body = note.body
    if note.kind is NoteKind.REUSE:
        _add_reuse(connection, note)
        return
    # Compared by value, because a note of a later release may have unknown kinds.
    kinds = {kind.value for kind in AnnotationKind}
    if not (body.get("item") and body.get("value") and body.get("by") and body.get("annotation") in kinds):
        return
    connection.execute(
        """INSERT OR IGNORE INTO annotation (id, kind, item, value, signer, made, removed)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (
            note.id,
            str(body["annotation"]),
            _item(body["item"]),
            str(body["value"]),
            str(body["by"]),
            to_text(note.made),
            # Every note has its row, so an annotation that was taken away again stays on record.
            int(bool(body.get("remove"))),
        ),
    )


def _add_reuse(connection: sqlite3.Connection, note: Note) -> None:
    body = note.body
    if not all(body.get(name) for name in ("item", "edition", "where", "by")):
        return
    connection.execute(
        "INSERT OR IGNORE INTO reuse (id, item, edition, place, signer, made, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            note.id,
            _item(body["item"]),
            str(body["edition"]),
            str(body["where"]),
            str(body["by"]),
            to_text(note.made),
            json.dumps(body, ensure_ascii=False, sort_keys=True),
        ),
    )


def _item(shown: object) -> str:
    # If the id is an edition's, the item is meant: annotations apply to all its editions.
    named = parse_id(str(shown))
    return str(shown) if named is None else named.item


def about(note: Note) -> str | None:
    """Return the id of the item whose index entry *note* may change: tags can narrow a search."""
    if note.body.get("annotation") != AnnotationKind.TAG.value or not note.body.get("item"):
        return None
    return _item(note.body["item"])


def item_named_by(note: Note) -> str | None:
    """Return the id by which *note* refers to an item; None if it states nothing that is understood."""
    return _item(note.body["item"]) if note.body.get("item") else None


# ── Reading back: the views leave out whatever is withheld ──────────────────────────────────────────────────────────

_COLUMNS = "id, item, kind, value, signer, made"


def every(connection: sqlite3.Connection, items: Iterable[str] | None = None) -> list[Annotation]:
    """Return the current annotations of *items* (all if None), by kind, the oldest first."""
    within = "" if items is None else "WHERE item IN (SELECT value FROM json_each(?))"
    values: Sequence[Any] = () if items is None else (json.dumps(list(items)),)
    rows = connection.execute(f"SELECT {_COLUMNS} FROM annotations {within} ORDER BY kind, made, id", values)
    return [Annotation(row[0], row[1], AnnotationKind(row[2]), row[3], row[4], from_text(row[5])) for row in rows]


def sets(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Return the named sets and the number of items in each, by name."""
    rows = connection.execute(
        "SELECT value, count(DISTINCT item) FROM annotations WHERE kind = 'set' GROUP BY value ORDER BY value"
    )
    return [(row[0], row[1]) for row in rows]


def was_reused(connection: sqlite3.Connection) -> bool:
    """Say whether anything was ever recorded as reused."""
    return connection.execute("SELECT 1 FROM reuse LIMIT 1").fetchone() is not None


def withheld_since(connection: sqlite3.Connection) -> int:
    """Return how many of the reused items are now withheld; `reuses` leaves them out."""
    row = connection.execute(
        f"""SELECT count(DISTINCT item.id) FROM reuse JOIN item_alias ON item_alias.id = reuse.item
        JOIN item ON item.id = item_alias.item WHERE item.{WITHHELD}"""
    ).fetchone()
    return int(row[0])


def reuses(connection: sqlite3.Connection, items: Iterable[str] | None = None) -> list[Reused]:
    """Return where *items* (all if None) were reused, the newest first."""
    within = "" if items is None else "WHERE item IN (SELECT value FROM json_each(?))"
    values: Sequence[Any] = () if items is None else (json.dumps(list(items)),)
    rows = connection.execute(
        f"SELECT id, item, edition, place, signer, made, body FROM reuses {within} ORDER BY made DESC, id", values
    )
    return [Reused(row[0], row[1], row[2], row[3], row[4], from_text(row[5]), json.loads(row[6])) for row in rows]
