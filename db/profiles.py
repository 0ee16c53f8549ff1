"""Profiles: what was learnt of each publisher's pages, as notes record it, and which pages were read with it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.warc.capture import Capture, CaptureKind, Note
from db import captures
from db.instant import to_text
from db.model.item import PageKind, Profile


def add(connection: sqlite3.Connection, note: Note) -> None:
    """Write the row of a profile note: the newest of a publisher is in force; one without a layout drops it."""
    body = note.body
    layout = body.get("layout")
    connection.execute(
        # The newest by record order, so that the one in force is the same in whatever order the notes came.
        """INSERT INTO profile (publisher, digest, body, made, note) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (publisher) DO UPDATE SET digest = excluded.digest, body = excluded.body, made = excluded.made,
        note = excluded.note WHERE (excluded.made, excluded.note) > (made, note)""",
        (
            str(body.get("publisher") or note.publisher),
            # Without a layout what was learnt is dropped: the pages are read as those of any publisher.
            str(body["digest"]) if layout else None,
            str(layout) if layout else None,
            to_text(note.made),
            note.id,
        ),
    )


def in_force(connection: sqlite3.Connection, publisher: str) -> Profile | None:
    """Return the profile that the pages of *publisher* are read with, or None."""
    row = connection.execute(
        "SELECT digest, body FROM profile WHERE publisher = ? AND digest IS NOT NULL", (publisher,)
    ).fetchone()
    return None if row is None else Profile(row[0], publisher, row[1])


def digest(connection: sqlite3.Connection, publisher: str) -> str | None:
    """Return the digest of the profile that the pages of *publisher* are read with, or None."""
    row = connection.execute("SELECT digest FROM profile WHERE publisher = ?", (publisher,)).fetchone()
    return None if row is None else row[0]


def every(connection: sqlite3.Connection) -> list[tuple[str, Profile | None]]:
    """Return each publisher's id with its profile in force, by id."""
    rows = connection.execute("SELECT id FROM publisher ORDER BY id").fetchall()
    return [(publisher, in_force(connection, publisher)) for (publisher,) in rows]


@dataclass(frozen=True, slots=True)
class Fitting:
    """A capture of an article, and whether it was laid out as the profile says; None without a profile."""

    capture: Capture
    fitted: bool | None


def recent(connection: sqlite3.Connection, publisher: str, limit: int, *, longest: int) -> list[Fitting]:
    """Return the captures of *publisher* that read as articles and have *longest* bytes at most, the newest first, at
    most *limit*.
    """
    rows = connection.execute(
        # The kind as a word of the query, or its index would not be used (SQLite, partial indexes, section 3).
        f"""SELECT id, fitted FROM capture WHERE publisher = ? AND page_kind = ? AND kind = '{CaptureKind.RESPONSE}'
        AND status = 200 AND unread IS NULL AND payload_length <= ? ORDER BY began DESC, id DESC LIMIT ?""",
        (publisher, PageKind.ARTICLE, longest, limit),
    ).fetchall()
    found = ((captures.by_id(connection, row[0]), row[1]) for row in rows)
    return [Fitting(capture, None if fitted is None else bool(fitted)) for capture, fitted in found if capture]


def read_otherwise(connection: sqlite3.Connection, publisher: str, stamp: str, reader: str) -> list[Capture]:
    """Return the captures of *publisher* that this *reader* read with another profile than *stamp* names, in
    record order.

    *reader* is the stamp of the same reader without a profile. What an older reader read is not among them.
    """
    rows = connection.execute(
        # The space ends the name of the reader: 1.1 is not the beginning of 1.10.
        """SELECT id FROM capture WHERE publisher = ? AND stamp IS NOT NULL AND stamp <> ?
        AND (stamp = ? OR substr(stamp, 1, length(?) + 1) = ? || ' ') ORDER BY began, id""",
        (publisher, stamp, reader, reader, reader),
    ).fetchall()
    return [capture for row in rows if (capture := captures.by_id(connection, row[0])) is not None]
