"""Fixity as rows: digests of finished files, when each was verified, and the chain of notes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from archive.fixity.expectation import Expected, Whole
from archive.warc.capture import Note, NoteKind, RecordRef, printed_id
from db.captures import key_of
from db.instant import from_text, maybe_instant, maybe_text, to_text


def remember_finished(connection: sqlite3.Connection, note: Note) -> None:
    """Write the rows of a note that states digests of finished files; for each file the latest note counts."""
    listed = note.body.get("files")
    # Anybody may have written the note: if it holds no list, it states no files.
    for one in listed if isinstance(listed, list | tuple) else ():
        # An entry in another form proves nothing, but does not stop the others.
        if not isinstance(one, Mapping) or not isinstance(one.get("bytes"), int) or "sha256" not in one:
            continue
        connection.execute(
            """INSERT INTO finished_file (file, bytes, sha256, made, note) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (file) DO UPDATE SET bytes = excluded.bytes, sha256 = excluded.sha256, made = excluded.made,
            note = excluded.note WHERE (excluded.made, excluded.note) > (made, note)""",
            (str(one.get("file")), one["bytes"], str(one.get("sha256")), to_text(note.made), note.id),
        )


def finished(connection: sqlite3.Connection) -> dict[str, Whole]:
    """Return every finished file whose digest was recorded, by name."""
    rows = connection.execute("SELECT file, bytes, sha256 FROM finished_file")
    return {file: Whole(size, sha256) for file, size, sha256 in rows}


def finished_as(connection: sqlite3.Connection, file: str) -> Whole | None:
    """Return what was recorded of *file* when it was finished, or None."""
    # Not one of `finished`: every run adds files, and whoever asks about each would read all of them for each.
    row = connection.execute("SELECT bytes, sha256 FROM finished_file WHERE file = ?", (file,)).fetchone()
    return None if row is None else Whole(*row)


def verified_since(connection: sqlite3.Connection, since: datetime) -> set[tuple[str, int]]:
    """Return name and length of the files that a verification at *since* or later found to be sound."""
    rows = connection.execute(
        # With the length, because a file that has grown or shrunk since is not verified any more.
        """SELECT json_extract(value, '$.file'), json_extract(value, '$.bytes')
        FROM event, json_each(event.detail, '$.files')
        WHERE event.type = ? AND event.at >= ? AND json_extract(value, '$.findings') = 0""",
        (NoteKind.FIXITY.value, to_text(since)),
    )
    return {(row[0], row[1]) for row in rows}


def last_round(connection: sqlite3.Connection, until: datetime | None = None) -> datetime | None:
    """Return when the whole collection was verified last (not after *until*, if given), or None."""
    (found,) = connection.execute(
        """SELECT max(at) FROM event WHERE type = ?1 AND json_extract(detail, '$.scope') = 'all'
        AND (?2 IS NULL OR at <= ?2)""",
        (NoteKind.FIXITY.value, maybe_text(until)),
    ).fetchone()
    return maybe_instant(found)


def last_faults(connection: sqlite3.Connection) -> tuple[datetime, int] | None:
    """Return when the whole collection was verified last, and how many faults were found; None if it never was."""
    row = connection.execute(
        """SELECT at, json_extract(detail, '$.found') FROM event WHERE type = ?
        AND json_extract(detail, '$.scope') = 'all' ORDER BY at DESC, id DESC LIMIT 1""",
        (NoteKind.FIXITY.value,),
    ).fetchone()
    return None if row is None else (from_text(row[0]), int(row[1] or 0))


def last_comparison(connection: sqlite3.Connection) -> tuple[datetime, str, int, int] | None:
    """Return when the files were last compared with a copy, where it is, and how many were damaged here and there."""
    row = connection.execute(
        """SELECT at, json_extract(detail, '$.place'), json_extract(detail, '$."damaged here"'),
        json_extract(detail, '$."damaged there"') FROM event WHERE type = ?
        AND json_extract(detail, '$.scope') = 'copy' ORDER BY at DESC, id DESC LIMIT 1""",
        (NoteKind.FIXITY.value,),
    ).fetchone()
    return None if row is None else (from_text(row[0]), str(row[1]), int(row[2]), int(row[3]))


def last_rehearsal(connection: sqlite3.Connection) -> tuple[datetime, str, int] | None:
    """Return when a copy was last restored as a rehearsal, where it is, and how many faults the result had."""
    row = connection.execute(
        """SELECT at, json_extract(detail, '$.place'), json_extract(detail, '$.found') FROM event WHERE type = ?
        AND json_extract(detail, '$.scope') = 'restore' ORDER BY at DESC, id DESC LIMIT 1""",
        (NoteKind.FIXITY.value,),
    ).fetchone()
    return None if row is None else (from_text(row[0]), str(row[1]), int(row[2]))


def capture_ids(connection: sqlite3.Connection) -> list[str]:
    """Return the id of every capture, in record order."""
    return [row[0] for row in connection.execute("SELECT id FROM capture ORDER BY began, id")]


def item_ids(connection: sqlite3.Connection) -> list[str]:
    """Return the id of every item, including items without an edition."""
    return [row[0] for row in connection.execute("SELECT id FROM item ORDER BY id")]


def captures_with_statements(connection: sqlite3.Connection) -> list[str]:
    """Return one capture of each address whose captures state something about other pages or the whole site, by id.

    If their statements are missing from the catalogue, known addresses of machine-readable files still show them.
    """
    rows = connection.execute(
        # One capture per address is enough, because all its statements over time are made again together.
        """SELECT min(capture.id) FROM capture WHERE (
        id IN (SELECT capture FROM witness) OR id IN (SELECT evidence.capture FROM term
            JOIN evidence ON evidence.id = term.evidence WHERE term.item IS NULL)
        OR url LIKE '%/robots.txt' OR url LIKE '%/tdmrep.json' OR media_type LIKE '%xml')
        AND id IN (SELECT capture FROM capture_key) GROUP BY publisher, url_key ORDER BY 1"""
    )
    return [row[0] for row in rows]


def broken_links(connection: sqlite3.Connection) -> Iterator[tuple[str, int, str, str]]:
    """Yield (file, offset, id, digest) of each note that names a predecessor by a digest that no note has.

    Two notes may name the same predecessor: that happens if a process was killed after writing a note and before
    recording it. Only a missing or changed note breaks the chain, unless it was erased by order.
    """
    yield from connection.execute(
        # Compared with `normalize_digest`, because a note may name its predecessor's digest in another spelling.
        """WITH note AS (SELECT file, offset, id, spelt(previous) AS previous, spelt(digest) AS digest FROM event
        WHERE digest IS NOT NULL
        UNION ALL SELECT file, offset, id, spelt(previous), spelt(digest) FROM failure)
        SELECT file, offset, id, previous FROM note
        WHERE previous IS NOT NULL AND previous NOT IN (SELECT digest FROM note) AND previous NOT IN
        (SELECT spelt(value) FROM event, json_each(event.detail, '$.notes') WHERE event.type = ?)
        ORDER BY file, offset""",
        (NoteKind.ERASURE.value,),
    )


def recorded_damage(connection: sqlite3.Connection) -> set[tuple[str, int]]:
    """Return file and offset of all damage that was recorded when a collection was opened or rebuilt."""
    rows = connection.execute(
        """SELECT json_extract(value, '$.file'), json_extract(value, '$.offset')
        FROM event, json_each(event.detail, '$.damaged') WHERE event.type = ?""",
        (NoteKind.RECOVERY.value,),
    )
    return {(row[0], row[1]) for row in rows}


def items_in(connection: sqlite3.Connection, files: Iterable[str]) -> set[str]:
    """Return the items with an edition based on a capture in one of *files*."""
    rows = connection.execute(
        # Also by an item's latest capture, because its fields may come from one that opened no edition. One query for
        # all files, because it scans all items.
        """WITH held AS (SELECT id FROM capture WHERE file IN (SELECT value FROM json_each(?)))
        SELECT edition.item FROM held JOIN edition_capture ON edition_capture.capture = held.id
        JOIN edition ON edition.id = edition_capture.edition UNION SELECT id FROM item WHERE latest IN held""",
        (json.dumps(list(files)),),
    )
    return {row[0] for row in rows}


def payloads_at(connection: sqlite3.Connection, url: str, date: str) -> list[str | None]:
    """Return the payload digests of the captures of *url* at *date* (a WARC-Date, compared to the second)."""
    rows = connection.execute(
        "SELECT payload_digest FROM capture WHERE url_key = ? AND url = ? AND began >= ? AND began < ?",
        # "~" sorts after any fraction of that second.
        (key_of(url), url, date[:19], date[:19] + "~"),
    )
    return [row[0] for row in rows]


def head(connection: sqlite3.Connection) -> str | None:
    """Return the digest of the newest note, in the spelling used for comparing; None if there is no note."""
    row = connection.execute(
        # The newest of each kind first: sorting both together would look at all of them.
        """SELECT spelt(digest) FROM (SELECT * FROM (SELECT at, id, digest FROM event WHERE digest IS NOT NULL
            ORDER BY at DESC, id DESC LIMIT 1)
        UNION ALL SELECT * FROM (SELECT at, id, digest FROM failure ORDER BY at DESC, id DESC LIMIT 1))
        ORDER BY at DESC, id DESC LIMIT 1"""
    ).fetchone()
    return None if row is None else str(row[0])


def has_note(connection: sqlite3.Connection, digest: str) -> bool:
    """Say whether there is a note with this *digest*, in the spelling of `head`."""
    row = connection.execute(
        """SELECT 1 FROM (SELECT digest FROM event WHERE digest IS NOT NULL UNION ALL SELECT digest FROM failure)
        WHERE spelt(digest) = ? LIMIT 1""",
        (digest,),
    ).fetchone()
    return row is not None


def notes(connection: sqlite3.Connection) -> list[RecordRef]:
    """Return where the notes are that the catalogue knows, file by file."""
    rows = connection.execute(
        """SELECT file, offset, length FROM event WHERE file IS NOT NULL
        UNION ALL SELECT file, offset, length FROM failure ORDER BY file, offset"""
    )
    return [RecordRef(*row) for row in rows]


# Which items depend on a capture, and what the WARC files are expected to hold.


def items_on(connection: sqlite3.Connection, file: str, offset: int) -> list[str]:
    """Return the items with an edition or a claim based on the capture whose records include *offset* of *file*.

    The records of a capture follow each other, its response or revisit first.
    """
    rows = connection.execute(
        # The last capture that begins at or before the offset, because its companions follow it. Items have no index of
        # their latest capture, so they are found by the names under which it was catalogued.
        """WITH held AS (SELECT id, publisher, url_key FROM capture WHERE file = ?1 AND offset <= ?2
            ORDER BY offset DESC LIMIT 1),
        named AS (SELECT publisher, url_key AS key FROM held
            UNION SELECT publisher, key FROM capture_key WHERE capture IN (SELECT id FROM held)),
        shown AS (SELECT item FROM named CROSS JOIN item_alias USING (publisher, key) WHERE current = 1
            UNION SELECT item FROM named CROSS JOIN item_alias USING (publisher, key) WHERE current = 0)
        SELECT edition.item FROM edition_capture JOIN edition ON edition.id = edition_capture.edition
        WHERE edition_capture.capture IN (SELECT id FROM held)
        UNION SELECT item.id FROM item WHERE id IN shown AND latest IN (SELECT id FROM held) ORDER BY 1""",
        (file, offset),
    )
    return [row[0] for row in rows]


def capture_at(connection: sqlite3.Connection, file: str, offset: int) -> str | None:
    """Return the capture whose records include *offset* of *file*: a request follows its response."""
    row = connection.execute(
        "SELECT id FROM capture WHERE file = ? AND offset <= ? ORDER BY offset DESC LIMIT 1", (file, offset)
    ).fetchone()
    return None if row is None else str(row[0])


_NOTED = (
    "DROP TABLE IF EXISTS temp.noted_record",
    """CREATE TEMP TABLE noted_record (file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
        id TEXT NOT NULL, digest TEXT, PRIMARY KEY (file, offset, id)) WITHOUT ROWID""",
    """INSERT INTO noted_record SELECT file, offset, length, id, digest FROM event WHERE file IS NOT NULL
        UNION SELECT file, offset, length, id, digest FROM failure""",
)


def gather_notes(connection: sqlite3.Connection) -> None:
    """Sort all notes that are known now by file, in a temporary table, for `expected`.

    Their rows have no index by file, and each run adds notes and files: to look for those of one file among all, for
    every file, would take longer with every run.
    """
    for statement in _NOTED:
        connection.execute(statement)


def expected(connection: sqlite3.Connection, file: str) -> Iterator[Expected]:
    """Yield what the catalogue expects in *file*: its captures, and its notes as of `gather_notes`."""
    rows = connection.execute(
        """SELECT file, offset, length, id, block_digest FROM capture WHERE file = ?1
        UNION ALL SELECT file, offset, length, id, digest FROM temp.noted_record WHERE file = ?1 ORDER BY 2""",
        (file,),
    )
    for name, offset, length, record_id, digest in rows:
        # If two records have the same id, one capture has an extended id here, which its record does not print.
        yield Expected(name, offset, length, printed_id(record_id), digest)


def files(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the files with at least one record that the catalogue knows."""
    rows = connection.execute(
        # An imported file may contain no catalogued capture at all.
        """SELECT file FROM capture UNION SELECT file FROM event WHERE file IS NOT NULL
        UNION SELECT file FROM failure
        UNION SELECT json_extract(detail, '$.file') FROM event
        WHERE type = 'import' AND json_extract(detail, '$.file') IS NOT NULL ORDER BY 1"""
    )
    return [row[0] for row in rows]
