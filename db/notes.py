"""Notes as rows: what our own metadata records state. Each row depends only on its note."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.warc.capture import Note, NoteKind
from db import erasures, fixity_log, profiles, publishers, runs, withholding
from db.captures import key_of
from db.decisions import annotation_rows, decisions
from db.fold import alias_rows
from db.identity import parse_id
from db.instant import from_text, maybe_text, to_text
from db.model.item import Publisher


@dataclass(frozen=True, slots=True)
class Changed:
    """What a note changes besides its own row: publishers with a new description, and an item withheld or released."""

    publishers: tuple[str, ...] = ()
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed visit, or a capture without a page, that no later capture of the URL has made good.

    Attributes:
        reason: one or two words; *detail* says more, in words or as JSON.
        item: the item at the URL, if there is one.
        record: the id of the WARC record that shows the failure.
    """

    at: datetime
    publisher: str
    url: str | None
    reason: str
    detail: str
    item: str | None
    record: str

    @property
    def words(self) -> str:
        """The detail in words; for an event they are inside its JSON."""
        try:
            held = json.loads(self.detail)
        except ValueError:
            return self.detail
        return str(held.get("why", self.detail)) if isinstance(held, dict) else self.detail


def add(connection: sqlite3.Connection, note: Note) -> Changed:
    """Write the rows of *note*; a note that has been added before changes nothing."""
    # Failures have their own table: each is listed by its URL until the page comes.
    if note.kind is NoteKind.FAILURE:
        _failure(connection, note)
        return Changed()
    fresh = connection.execute(
        """INSERT OR IGNORE INTO event (id, type, at, publisher, about, url_key, item, detail, file, offset, length,
        previous, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            note.id,
            note.kind.value,
            to_text(note.made),
            note.publisher,
            note.about,
            key_of(note.about),
            _named_item(note),
            _json(note.body),
            *_record(note),
        ),
    )
    # It has been added before, with everything that follows from it.
    if fresh.rowcount == 0:
        return Changed()
    if note.kind is NoteKind.SETTINGS:
        return Changed(publishers=_settings(connection, note))
    if note.kind is NoteKind.WITHHOLDING:
        return Changed(item=_withholding(connection, note))
    if note.kind is NoteKind.DECISION:
        decisions.add(connection, note)
        shown = decisions.about(connection, note)
        if shown is not None:
            alias_rows.add_row_for_noted_id(connection, shown)
    if note.kind in (NoteKind.ANNOTATION, NoteKind.REUSE):
        annotation_rows.add(connection, note)
        spoken = annotation_rows.item_named_by(note)
        if spoken is not None:
            alias_rows.add_row_for_noted_id(connection, spoken)
    if note.kind is NoteKind.PROFILE:
        profiles.add(connection, note)
    if note.kind in (NoteKind.DIGEST, NoteKind.FIXITY, NoteKind.ERASURE):
        _of_files(connection, note)
    if note.kind is NoteKind.RUN:
        _run(connection, note)
    return Changed()


def touched(connection: sqlite3.Connection, note: Note) -> tuple[str, ...]:
    """Return the items whose stored values *note* may change; call this before adding it."""
    shown = decisions.about(connection, note) if note.kind is NoteKind.DECISION else None
    if note.kind is NoteKind.ANNOTATION:
        shown = annotation_rows.about(note)
    item = None if shown is None else alias_rows.resolve(connection, shown)
    return () if item is None else (item,)


def _record(note: Note) -> tuple[str, int, int, str | None, str | None]:
    """Return where the note is, and its link to the note before it."""
    return note.ref.file, note.ref.offset, note.ref.length, note.previous, note.digest


def _json(body: Mapping[str, object]) -> str:
    # Sorted, because a rebuild compares this text with its own.
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def _text(body: Mapping[str, object], *names: str) -> str:
    return next((str(body[name]) for name in names if body.get(name)), "")


def _named_item(note: Note) -> str | None:
    """Return the item by the id that the note uses; the row must not depend on where that id leads today."""
    named = note.body.get("item") or note.about
    found = parse_id(str(named)) if named else None
    return None if found is None else found.item


def _failure(connection: sqlite3.Connection, note: Note) -> None:
    """Add the row of a failed visit."""
    url = note.about or (str(note.body["url"]) if note.body.get("url") else None)
    connection.execute(
        """INSERT OR IGNORE INTO failure (id, publisher, url, url_key, at, reason, detail, body, file, offset, length,
        previous, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            note.id,
            note.publisher,
            url,
            key_of(url),
            to_text(note.made),
            _text(note.body, "reason") or "failed",
            _text(note.body, "detail", "words", "message", "why"),
            _json(note.body),
            *_record(note),
        ),
    )


def _settings(connection: sqlite3.Connection, note: Note) -> tuple[str, ...]:
    listed = note.body.get("publishers")
    changed = []
    # If the clock was set back, the note states from when on it holds. Text order is time order.
    made = max(to_text(note.made), _text(note.body, "from"))
    for described in listed if isinstance(listed, list | tuple) else ():
        # An entry without id or URL is skipped; the others still count.
        if not isinstance(described, Mapping) or "id" not in described or "url" not in described:
            continue
        name = described.get("name")
        publisher = Publisher(
            id=str(described["id"]),
            url=str(described["url"]),
            hosts=tuple(str(host) for host in described.get("hosts") or ()),
            name=None if name is None else str(name),
            languages=tuple(str(code) for code in described.get("languages") or ()),
        )
        if publishers.settle(connection, publisher, made=made, note=note.id):
            changed.append(publisher.id)
    return tuple(changed)


def latest_settings(connection: sqlite3.Connection) -> tuple[datetime, dict[str, Any]] | None:
    """Return the complete settings recorded last, and when; None if there are none."""
    row = connection.execute(
        """SELECT at, json_extract(detail, '$.settings') FROM event WHERE type = ?
        AND json_type(detail, '$.settings') = 'object' ORDER BY at DESC, id DESC LIMIT 1""",
        (NoteKind.SETTINGS.value,),
    ).fetchone()
    return None if row is None else (from_text(row[0]), json.loads(row[1]))


def _withholding(connection: sqlite3.Connection, note: Note) -> str | None:
    shown = _named_item(note)
    if shown is None:
        return None
    reason = None if note.body.get("lift") else _text(note.body, "reason") or "withheld"
    withholding.record(connection, shown, reason, made=note.made, note=note.id)
    alias_rows.add_row_for_noted_id(connection, shown)
    # None if the collection does not hold the item yet; the fold then checks when it makes the item.
    return alias_rows.resolve(connection, shown)


def _of_files(connection: sqlite3.Connection, note: Note) -> None:
    """Write what a note states about whole files, and about items that are not in them any more."""
    fixity_log.remember_finished(connection, note)
    if note.kind is NoteKind.ERASURE:
        for item in erasures.add(connection, note):
            alias_rows.add_row_for_noted_id(connection, item)


def _run(connection: sqlite3.Connection, note: Note) -> None:
    started, finished = _text(note.body, "started"), _text(note.body, "finished")
    summary = note.body.get("summary")
    if started:
        kind = _text(note.body, "kind") or "run"
        # Without this field, the run ended when the note was made.
        ended = from_text(finished) if finished else note.made
        runs.finish(connection, kind, from_text(started), ended, summary if isinstance(summary, Mapping) else {})


def failures(
    connection: sqlite3.Connection,
    limit: int | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Failure]:
    """Return failures from *since* to *until* that have not been made good since, the newest first."""
    rows = connection.execute(
        """SELECT at, publisher, url, reason, detail, item, record FROM failures
        WHERE (?1 IS NULL OR at >= ?1) AND (?2 IS NULL OR at <= ?2) ORDER BY at DESC, record LIMIT ?3""",
        # In SQLite a negative limit means no limit.
        (maybe_text(since), maybe_text(until), -1 if limit is None else limit),
    )
    return [Failure(from_text(row[0]), *row[1:]) for row in rows]


def first(connection: sqlite3.Connection) -> str | None:
    """Return the id of the oldest note, which permanently identifies the collection; None if there is none."""
    row = connection.execute(
        # The oldest of each kind first: sorting both together would look at all of them.
        """SELECT id FROM (SELECT * FROM (SELECT at, id FROM event WHERE digest IS NOT NULL ORDER BY at, id LIMIT 1)
        UNION ALL SELECT * FROM (SELECT at, id FROM failure ORDER BY at, id LIMIT 1)) ORDER BY at, id LIMIT 1"""
    ).fetchone()
    return None if row is None else str(row[0])


def has(connection: sqlite3.Connection, note: str) -> bool:
    """Say whether this collection has the note with this id."""
    query = "SELECT 1 FROM event WHERE id = ? UNION ALL SELECT 1 FROM failure WHERE id = ? LIMIT 1"
    return connection.execute(query, (note, note)).fetchone() is not None
