"""Merge items that turn out to be one work; every id that was shown goes on resolving."""

from __future__ import annotations

from collections.abc import Sequence

from db import evidence
from db.fold import editions, item_fields
from db.fold.writer import Writer
from db.terms import reach, statements

_LATER = (
    "kind, url, last_seen, gone, latest, latest_key, translations, language, language_evidence, subtitle,"
    " subtitle_evidence, section, section_evidence, site_name, site_name_evidence, modified, modified_precision,"
    " modified_evidence"
)
_POINTERS = (
    "language_evidence",
    "subtitle_evidence",
    "section_evidence",
    "site_name_evidence",
    "modified_evidence",
)


def merge(writer: Writer, items: Sequence[str]) -> str:
    """Merge *items* into the one whose id was seen first; return it. The caller puts it into the search index."""
    if len(items) == 1:
        return items[0]
    connection = writer.connection
    dated = [
        (connection.execute("SELECT first_seen FROM item_alias WHERE id = ?", (item,)).fetchone()[0], item)
        for item in items
    ]
    # By the day, then by the id: the same whichever of them comes up first.
    first, *others = [item for _, item in sorted(dated)]
    writer.index.forget(first)
    for other in others:
        writer.index.forget(other)
        _absorb(writer, first, other)
    return first


def _absorb(writer: Writer, item: str, other: str) -> None:
    connection = writer.connection
    _move_editions(writer, item, other)
    statements.move(connection, other, item)
    connection.execute("UPDATE item_alias SET item = ? WHERE item = ?", (item, other))
    # The row of a note names the id that the note uses, wherever that leads.
    connection.execute("UPDATE event SET item = ? WHERE item = ? AND capture IS NOT NULL", (item, other))
    mine, theirs = item_fields.row(connection, item), item_fields.row(connection, other)
    later = theirs if theirs.last_seen > mine.last_seen else mine
    reach.merge(connection, item, other, later=later.id, seen=later.last_seen)
    if later is theirs:
        _take_fields(writer, item, other)
    connection.execute(
        # Empty digests agree with nothing: the next reading writes all fields anew.
        "UPDATE item SET first_seen = ?, terms_digest = '', field_digest = '' WHERE id = ?",
        (min(mine.first_seen, theirs.first_seen), item),
    )
    item_fields.drop(connection, other)


def _move_editions(writer: Writer, item: str, other: str) -> None:
    connection = writer.connection
    query = "SELECT id, opened, digest FROM edition WHERE item = ? ORDER BY opened"
    mine = {(opened, digest) for _, opened, digest in connection.execute(query, (item,))}
    for row, opened, digest in connection.execute(query, (other,)).fetchall():
        if (opened, digest) in mine:  # both show the same state at the same instant
            editions.drop(connection, row)
        else:
            free = editions.free_instant(connection, item, opened)
            connection.execute("UPDATE edition SET item = ?, opened = ? WHERE id = ?", (item, free, row))


def _take_fields(writer: Writer, item: str, other: str) -> None:
    """Give *item* the fields of *other*, which was seen later; *other* keeps none of the evidence."""
    connection = writer.connection
    pointers = ", ".join(_POINTERS)
    old = connection.execute(f"SELECT {pointers} FROM item WHERE id = ?", (item,)).fetchone()
    tags = connection.execute("SELECT evidence FROM tag WHERE item = ?", (item,)).fetchall()
    connection.execute(
        f"UPDATE item SET ({_LATER}) = (SELECT {_LATER} FROM item WHERE id = ?) WHERE id = ?", (other, item)
    )
    # Or dropping the other would take the evidence along.
    connection.execute(f"UPDATE item SET {', '.join(f'{name} = NULL' for name in _POINTERS)} WHERE id = ?", (other,))
    connection.execute("DELETE FROM tag WHERE item = ?", (item,))
    connection.execute("UPDATE tag SET item = ? WHERE item = ?", (item, other))
    evidence.drop(connection, (*old, *(row[0] for row in tags)))
