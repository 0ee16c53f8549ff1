"""Profiles: what was learnt about each publisher's pages, as recorded in notes, and which pages were read with it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.warc.capture import Capture, CaptureKind, Note
from db import captures
from db.instant import to_text
from db.model.item import PageKind, Profile


def add(connection: sqlite3.Connection, note: Note) -> None:
    """Write the row of a profile note: a publisher's newest note is in force; one without a layout drops the
    profile.
    """
    body = note.body
    layout = body.get("layout")
    connection.execute(
        # The newest in record order, so that the order in which notes arrive makes no difference.
        """INSERT INTO profile (publisher, digest, body, made, note) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (publisher) DO UPDATE SET digest = excluded.digest, body = excluded.body, made = excluded.made,
        note = excluded.note WHERE (excluded.made, excluded.note) > (made, note)""",
        (
            str(body.get("publisher") or note.publisher),
            # No layout means that the profile is dropped and the pages are read like any publisher's.
            str(body["digest"]) if layout else None,
            str(layout) if layout else None,
            to_text(note.made),
            note.id,
        ),
    )


def in_force(connection: sqlite3.Connection, publisher: str) -> Profile | None:
    """Return the profile with which the pages of *publisher* are read, or None."""
    row = connection.execute(
        "SELECT digest, body FROM profile WHERE publisher = ? AND digest IS NOT NULL", (publisher,)
    ).fetchone()
    return None if row is None else Profile(row[0], publisher, row[1])


def digest(connection: sqlite3.Connection, publisher: str) -> str | None:
    """Return the digest of the profile with which the pages of *publisher* are read, or None."""
    row = connection.execute("SELECT digest FROM profile WHERE publisher = ?", (publisher,)).fetchone()
    return None if row is None else row[0]


def learnt_by(connection: sqlite3.Connection, publisher: str) -> str | None:
    """Return the stamp of the reader that learnt the newest profile of *publisher*, or None if its note names none."""
    row = connection.execute(
        """SELECT json_extract(event.detail, '$.reader') FROM profile JOIN event ON event.id = profile.note
        WHERE profile.publisher = ?""",
        (publisher,),
    ).fetchone()
    return None if row is None else row[0]


def every(connection: sqlite3.Connection) -> list[tuple[str, Profile | None]]:
    """Return the id of each publisher, in order, with its profile in force."""
    rows = connection.execute("SELECT id FROM publisher ORDER BY id").fetchall()
    return [(publisher, in_force(connection, publisher)) for (publisher,) in rows]


@dataclass(frozen=True, slots=True)
class Fitting:
    """A capture of an article, and whether its layout matched the profile; None without a profile."""

    capture: Capture
    fitted: bool | None


def recent(connection: sqlite3.Connection, publisher: str, limit: int, *, longest: int) -> list[Fitting]:
    """Return at most *limit* captures of *publisher* that were read as articles and have at most *longest* bytes, the
    newest first.
    """
    rows = connection.execute(
        # The kind is written into the query, or SQLite would not use the partial index (Partial Indexes, section 3).
        f"""SELECT id, fitted FROM capture WHERE publisher = ? AND page_kind = ? AND kind = '{CaptureKind.RESPONSE}'
        AND status = 200 AND unread IS NULL AND payload_length <= ? ORDER BY began DESC, id DESC LIMIT ?""",
        (publisher, PageKind.ARTICLE, longest, limit),
    ).fetchall()
    found = ((captures.by_id(connection, row[0]), row[1]) for row in rows)
    return [Fitting(capture, None if fitted is None else bool(fitted)) for capture, fitted in found if capture]


def read_with_other_profile(connection: sqlite3.Connection, publisher: str, stamp: str, reader: str) -> list[Capture]:
    """Return, in record order, the captures of *publisher* that this *reader* read with a profile other than that of
    *stamp*.

    *reader* is the stamp of this reader without a profile. Captures read by older readers are not included.
    """
    rows = connection.execute(
        # The space marks the end of the reader's name: 1.1 is not the beginning of 1.10.
        """SELECT id FROM capture WHERE publisher = ? AND stamp IS NOT NULL AND stamp <> ?
        AND (stamp = ? OR substr(stamp, 1, length(?) + 1) = ? || ' ') ORDER BY began, id""",
        (publisher, stamp, reader, reader, reader),
    ).fetchall()
    return [capture for row in rows if (capture := captures.by_id(connection, row[0])) is not None]
