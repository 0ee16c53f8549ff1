"""Erasures: the records that were overwritten by order, as their notes state them, and what else an order reaches."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archive.warc.capture import Note, NoteKind, RecordRef
from archive.warc.erasure import Gap
from db import withholding
from db.identity import parse_id
from db.model.item import PageKind


@dataclass(frozen=True, slots=True)
class Erasure:
    """What one order had erased.

    Attributes:
        at: when it was carried out.
        order: the reference of the order, and who carried it out.
        items: the ids, all that were ever shown, of the items of which nothing is kept any more.
        gaps: where the records lay that were overwritten.
        files: the SHA-256 of each file afterwards, by its name.
        notes: the digests of the notes among the records, which those after them name as the one before.
    """

    at: datetime
    order: str
    by: str
    items: tuple[str, ...]
    gaps: tuple[Gap, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """What is said in the place of an item that was erased."""
        return f"erased by order: {self.order}"

    @property
    def records(self) -> int:
        """How many records were overwritten."""
        return sum(len(gap.records) for gap in self.gaps)


def as_body(erasure: Erasure, sizes: Mapping[str, int]) -> dict[str, object]:
    """Return what a note states of *erasure*, as JSON values; *sizes* are the bytes of its files.

    No address and no word of what is erased: the note stays.
    """
    return {
        "at": erasure.at.isoformat(),
        "order": erasure.order,
        "by": erasure.by,
        "items": list(erasure.items),
        "gaps": [[gap.ref.file, gap.ref.offset, gap.ref.length, gap.packed, list(gap.records)] for gap in erasure.gaps],
        # In the order of their names, so that one erasure is always the same words.
        "files": [{"file": name, "bytes": sizes[name], "sha256": sha} for name, sha in sorted(erasure.files.items())],
        **({"notes": list(erasure.notes)} if erasure.notes else {}),
    }


def of_body(body: Mapping[str, Any]) -> Erasure | None:
    """Return the erasure that the body of a note states, None where it states none."""
    try:
        return Erasure(
            at=datetime.fromisoformat(str(body["at"])),
            order=str(body["order"]),
            by=str(body["by"]),
            items=tuple(str(item) for item in body["items"] if parse_id(str(item))),
            gaps=tuple(
                Gap(RecordRef(str(file), int(offset), int(length)), bool(packed), tuple(map(str, records)))
                for file, offset, length, packed, records in body["gaps"]
            ),
            files={str(one["file"]): str(one["sha256"]) for one in body["files"]},
            notes=tuple(str(one) for one in body.get("notes", ())),
        )
    # A note of a later program may say it otherwise: it stays an event, and erases nothing.
    except (KeyError, TypeError, ValueError):
        return None


def add(connection: sqlite3.Connection, note: Note) -> tuple[str, ...]:
    """Write what follows from a note, and return the ids of the items that were erased: should one of them be captured
    again, nothing of it is handed out.
    """
    erasure = of_body(note.body)
    if erasure is None:
        return ()
    for item in erasure.items:
        withholding.record(connection, item, erasure.reason, made=note.made, note=note.id)
    return erasure.items


def every(connection: sqlite3.Connection) -> list[Erasure]:
    """Return all erasures, the oldest first."""
    rows = connection.execute("SELECT detail FROM event WHERE type = ? ORDER BY at, id", (NoteKind.ERASURE.value,))
    found = (of_body(json.loads(detail)) for (detail,) in rows.fetchall())
    return [one for one in found if one is not None]


def of_file(connection: sqlite3.Connection, file: str) -> Erasure | None:
    """Return the last erasure that overwrote something in *file*, or None."""
    # The last one: each order states the digest of the whole file as it left it.
    return next((one for one in reversed(every(connection)) if file in one.files), None)


def of_item(connection: sqlite3.Connection, shown: str) -> Erasure | None:
    """Return the erasure of the item with the id *shown*; None where nothing of it was erased as a whole."""
    return next((one for one in reversed(every(connection)) if shown in one.items), None)


def forbidden(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the ids whose addresses must not be asked for: what they showed was erased by order, and nobody has said
    since that it may be shown. Of an address itself nothing is kept; its ids follow from it (`db.identity.ids_of`).
    """
    rows = connection.execute(
        """SELECT withholding.id FROM withholding JOIN event ON event.id = withholding.note
        WHERE withholding.reason IS NOT NULL AND event.type = ?""",
        (NoteKind.ERASURE.value,),
    )
    return frozenset(row[0] for row in rows)


# What an order reaches.


def captures_of_item(connection: sqlite3.Connection, item: str) -> set[str]:
    """Return the captures of every address of *item*, those of its further parts among them."""
    rows = connection.execute(
        # Addresses of the past too: what was shown there are the same words.
        """SELECT capture.id FROM capture JOIN item_alias ON item_alias.key = capture.url_key
        AND item_alias.publisher = capture.publisher WHERE item_alias.item = ?1
        UNION SELECT edition_capture.capture FROM edition_capture JOIN edition ON edition.id = edition_capture.edition
        WHERE edition.item = ?1 UNION SELECT latest FROM item WHERE id = ?1""",
        (item,),
    )
    return {row[0] for row in rows}


def failures_of_item(connection: sqlite3.Connection, item: str) -> set[str]:
    """Return the records of the visits to an address of *item* that failed: each names it."""
    rows = connection.execute(
        """SELECT failure.id FROM failure JOIN item_alias ON item_alias.key = failure.url_key
        AND item_alias.publisher = failure.publisher WHERE item_alias.item = ?""",
        (item,),
    )
    return {row[0] for row in rows}


def failure_digests(connection: sqlite3.Connection, records: set[str]) -> dict[str, str]:
    """Return the digests of those of *records* that tell of a visit that failed, by their ids."""
    query = "SELECT id, digest FROM failure WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
    return dict(connection.execute(query, (json.dumps(sorted(records)),)).fetchall())


def items_at(connection: sqlite3.Connection, captures: set[str]) -> set[str]:
    """Return the items that *captures* show: those of their addresses, and those with an edition that one opened."""
    rows = connection.execute(
        # An address that passed on to another item shows that one today.
        """WITH those AS (SELECT value AS id FROM json_each(?))
        SELECT item_alias.item FROM those JOIN capture ON capture.id = those.id
        JOIN item_alias ON item_alias.key = capture.url_key AND item_alias.publisher = capture.publisher
        WHERE item_alias.current = 1
        UNION SELECT edition.item FROM those JOIN edition_capture ON edition_capture.capture = those.id
        JOIN edition ON edition.id = edition_capture.edition WHERE edition_capture.position = 0""",
        (json.dumps(sorted(captures)),),
    )
    return {row[0] for row in rows}


def is_left(connection: sqlite3.Connection, item: str, captures: set[str]) -> bool:
    """Say whether anything shows *item* still when *captures* are gone."""
    kept = captures_of_item(connection, item) - captures
    row = connection.execute(
        # A capture that was not catalogued yet may be a page of it: in doubt something is left.
        """SELECT 1 FROM capture WHERE id IN (SELECT value FROM json_each(?))
        AND (catalogued = 0 OR page_kind IN (SELECT value FROM json_each(?))) LIMIT 1""",
        (json.dumps(sorted(kept)), json.dumps([PageKind.ARTICLE, PageKind.PAGE, PageKind.DOCUMENT])),
    ).fetchone()
    return row is not None


def ids_of_item(connection: sqlite3.Connection, item: str) -> set[str]:
    """Return every id under which *item* was ever shown."""
    return {item, *(row[0] for row in connection.execute("SELECT id FROM item_alias WHERE item = ?", (item,)))}


def with_the_same_payload(connection: sqlite3.Connection, captures: set[str]) -> set[str]:
    """Return *captures* and all others that hold the payload of one of them, or repeat it."""
    # Answers without a page of their own (redirects, errors) are alike all over a site, and say nothing.
    rows = connection.execute(
        """SELECT id FROM capture WHERE status IN (200, 304) AND payload_digest IN (
        SELECT payload_digest FROM capture WHERE id IN (SELECT value FROM json_each(?)) AND status = 200
        AND payload_length > 0)""",
        (json.dumps(sorted(captures)),),
    )
    return captures | {row[0] for row in rows}


def places(connection: sqlite3.Connection, records: set[str]) -> dict[str, set[int]]:
    """Return where *records*, captures and failed visits, begin: offsets by the name of the file."""
    rows = connection.execute(
        """SELECT file, offset FROM capture WHERE id IN (SELECT value FROM json_each(?1))
        UNION SELECT file, offset FROM failure WHERE id IN (SELECT value FROM json_each(?1))""",
        (json.dumps(sorted(records)),),
    )
    found: dict[str, set[int]] = {}
    for file, offset in rows:
        found.setdefault(file, set()).add(offset)
    return found
