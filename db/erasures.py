"""Erasures: which records were overwritten by order, as their notes state, and what else an order affects."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
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
    """What was erased by one order.

    Attributes:
        at: when it was carried out.
        order: the reference of the order, and who carried it out.
        items: all ids ever shown of the items of which nothing is kept any more.
        gaps: where the overwritten records were.
        files: the SHA-256 of each file afterwards, by its name.
        notes: the digests of erased notes, which the notes after them name as their predecessor.
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
        """The text that is shown in place of an erased item."""
        return f"erased by order: {self.order}"

    @property
    def records(self) -> int:
        """How many records were overwritten."""
        return sum(len(gap.records) for gap in self.gaps)


def as_body(erasure: Erasure, sizes: Mapping[str, int]) -> dict[str, object]:
    """Return the body of the note about *erasure*, as JSON values; *sizes* gives the bytes of its files.

    It holds no address and no word of what is erased, because the note stays.
    """
    return {
        "at": erasure.at.isoformat(),
        "order": erasure.order,
        "by": erasure.by,
        "items": list(erasure.items),
        "gaps": [[gap.ref.file, gap.ref.offset, gap.ref.length, gap.packed, list(gap.records)] for gap in erasure.gaps],
        # Sorted by name, so that one erasure always gives the same bytes.
        "files": [{"file": name, "bytes": sizes[name], "sha256": sha} for name, sha in sorted(erasure.files.items())],
        **({"notes": list(erasure.notes)} if erasure.notes else {}),
    }


def of_body(body: Mapping[str, Any]) -> Erasure | None:
    """Return the erasure that the body of a note states, or None."""
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
    # A later program may write the note in another form. Then it stays an event and erases nothing.
    except (KeyError, TypeError, ValueError):
        return None


def add(connection: sqlite3.Connection, note: Note) -> tuple[str, ...]:
    """Write the rows that follow from a note, and return the ids of the erased items. If one of these is captured
    again, nothing of it is shown.
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
    # The last one, because each order states the digest of the whole file as it left it.
    return next((one for one in reversed(every(connection)) if file in one.files), None)


def of_item(connection: sqlite3.Connection, shown: str) -> Erasure | None:
    """Return the erasure of the item with the id *shown*; None if it was not erased as a whole."""
    return next((one for one in reversed(every(connection)) if shown in one.items), None)


def forbidden(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the ids whose addresses must not be requested, because what they showed was erased by order and has not
    been allowed again since. The addresses themselves are not kept; an address gives its ids (`db.identity.ids_of`).
    """
    rows = connection.execute(
        """SELECT withholding.id FROM withholding JOIN event ON event.id = withholding.note
        WHERE withholding.reason IS NOT NULL AND event.type = ?""",
        (NoteKind.ERASURE.value,),
    )
    return frozenset(row[0] for row in rows)


# What an order affects.


def captures_of_item(connection: sqlite3.Connection, item: str) -> set[str]:
    """Return the captures of every address of *item*, including its further parts."""
    rows = connection.execute(
        # Former addresses too, because they showed the same words.
        """SELECT capture.id FROM capture JOIN item_alias ON item_alias.key = capture.url_key
        AND item_alias.publisher = capture.publisher WHERE item_alias.item = ?1
        UNION SELECT edition_capture.capture FROM edition_capture JOIN edition ON edition.id = edition_capture.edition
        WHERE edition.item = ?1 UNION SELECT latest FROM item WHERE id = ?1""",
        (item,),
    )
    return {row[0] for row in rows}


def failures_of_item(connection: sqlite3.Connection, item: str) -> set[str]:
    """Return the records of failed visits to an address of *item*, because each of them names it."""
    rows = connection.execute(
        """SELECT failure.id FROM failure JOIN item_alias ON item_alias.key = failure.url_key
        AND item_alias.publisher = failure.publisher WHERE item_alias.item = ?""",
        (item,),
    )
    return {row[0] for row in rows}


def failure_digests(connection: sqlite3.Connection, records: set[str]) -> dict[str, str]:
    """Return, by id, the digests of those of *records* that report a failed visit."""
    query = "SELECT id, digest FROM failure WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
    return dict(connection.execute(query, (json.dumps(sorted(records)),)).fetchall())


def items_at(connection: sqlite3.Connection, captures: set[str]) -> set[str]:
    """Return the items that *captures* show: at their addresses, or in an edition that one of them opened."""
    rows = connection.execute(
        # A former address of another item does not show that item today.
        """WITH those AS (SELECT value AS id FROM json_each(?))
        SELECT item_alias.item FROM those JOIN capture ON capture.id = those.id
        JOIN item_alias ON item_alias.key = capture.url_key AND item_alias.publisher = capture.publisher
        WHERE item_alias.current = 1
        UNION SELECT edition.item FROM those JOIN edition_capture ON edition_capture.capture = those.id
        JOIN edition ON edition.id = edition_capture.edition WHERE edition_capture.position = 0""",
        (json.dumps(sorted(captures)),),
    )
    return {row[0] for row in rows}


def is_still_shown(connection: sqlite3.Connection, item: str, captures: set[str]) -> bool:
    """Say whether anything still shows *item* without *captures*."""
    kept = captures_of_item(connection, item) - captures
    row = connection.execute(
        # A capture that is not catalogued yet may be one of its pages; if in doubt, something is left.
        """SELECT 1 FROM capture WHERE id IN (SELECT value FROM json_each(?))
        AND (catalogued = 0 OR page_kind IN (SELECT value FROM json_each(?))) LIMIT 1""",
        (json.dumps(sorted(kept)), json.dumps([PageKind.ARTICLE, PageKind.PAGE, PageKind.DOCUMENT])),
    ).fetchone()
    return row is not None


def ids_of_item(connection: sqlite3.Connection, item: str) -> set[str]:
    """Return every id under which *item* was ever shown."""
    return {item, *(row[0] for row in connection.execute("SELECT id FROM item_alias WHERE item = ?", (item,)))}


def with_the_same_payload(connection: sqlite3.Connection, captures: set[str]) -> set[str]:
    """Return *captures* and all others that hold or repeat the payload of one of them."""
    # Redirects and errors look alike all over a site, so equal payloads prove nothing there.
    rows = connection.execute(
        """SELECT id FROM capture WHERE status IN (200, 304) AND payload_digest IN (
        SELECT payload_digest FROM capture WHERE id IN (SELECT value FROM json_each(?)) AND status = 200
        AND payload_length > 0)""",
        (json.dumps(sorted(captures)),),
    )
    return captures | {row[0] for row in rows}


def payloads_and_keys(
    connection: sqlite3.Connection, captures: Iterable[str], items: Iterable[str]
) -> tuple[set[str], set[str]]:
    """Return the digests of the payloads of *captures*, and the keys of all addresses of *items*."""
    digests = connection.execute(
        """SELECT DISTINCT payload_digest FROM capture WHERE id IN (SELECT value FROM json_each(?)) AND status = 200
        AND payload_length > 0""",
        (json.dumps(sorted(captures)),),
    )
    keys = connection.execute(
        "SELECT key FROM item_alias WHERE item IN (SELECT value FROM json_each(?))", (json.dumps(sorted(items)),)
    )
    return {row[0] for row in digests if row[0] is not None}, {row[0] for row in keys}


def catalogued_in(connection: sqlite3.Connection, file: str) -> set[int]:
    """Return the offsets of the captures in *file* that are in the catalogue."""
    return {row[0] for row in connection.execute("SELECT offset FROM capture WHERE file = ?", (file,))}


def places(connection: sqlite3.Connection, records: set[str]) -> dict[str, set[int]]:
    """Return, by file, the offsets at which *records* (captures and failed visits) begin."""
    rows = connection.execute(
        """SELECT file, offset FROM capture WHERE id IN (SELECT value FROM json_each(?1))
        UNION SELECT file, offset FROM failure WHERE id IN (SELECT value FROM json_each(?1))""",
        (json.dumps(sorted(records)),),
    )
    found: dict[str, set[int]] = {}
    for file, offset in rows:
        found.setdefault(file, set()).add(offset)
    return found
