"""Comparison: what the catalogue holds of some captures, held against what their records and the same reader make of
them once more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from archive.errors import Damaged
from archive.foreign.foreign_warc import capture_in
from archive.http.exchange import Entity, Response
from archive.replay import Stored
from archive.warc.capture import Capture, CaptureKind, Note
from archive.warc.reader import capture_of, note_of, read_record_at
from archive.warc.writer import locate_file
from db import fixity_log, imports, replica
from db.catalogue import Catalogue
from db.fold import item_resolution
from db.model.item import Context, Reading, Stamp
from db.query import outdated_readings
from db.query.closure import Closure
from db.replica import Replica
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.collection.imported import owned
from ingest.documents.packed import kind_of
from ingest.documents.pdf import is_pdf
from ingest.reading.pool import MEMORY, Pending, bounded, opened, unread
from ingest.verification.document_reader import DocumentReader

Read = Callable[[Entity, Context], Reading]
Stamped = Callable[[str | None], Stamp]

# Characters of a value that a difference shows.
_SHOWN = 90


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that the records do not bear out: of which *table* and *capture* ("" if none), and in words."""

    table: str
    capture: str
    what: str


class Here:
    """Reads in this process, and looks at no clock: a busy machine makes no page unreadable.

    What the reader gave up that made the catalogue is given up here too, before it is begun (see `Cataloguer`).
    """

    def __init__(self, read: Read, documents: DocumentReader) -> None:
        """*documents* are read in a process of their own: what takes them apart may end it, or unpack much."""
        self._read, self._documents = read, documents

    def submit(self, found: Response | Stored, context: Context) -> Pending[Reading]:
        future: Future[Reading] = Future()
        try:
            # What the live reader could bear just so must not be too much here, in a process of another shape.
            entity, context = bounded(3 * MEMORY, opened, found, context)
            if is_pdf(entity) or kind_of(entity):
                return self._documents.submit(entity, context)
            future.set_result(bounded(3 * MEMORY, self._read, entity, context))
        except Exception as error:  # noqa: BLE001 - where one capture is settled: what a page does to its reader
            future.set_exception(error)
        return Pending(future, 0.0, lambda reason: unread(reason, context))


class Remaking:
    """Makes parts of one catalogue once more."""

    def __init__(
        self, catalogue: Catalogue, warcs: Path, read: Read, stamp: Stamped, documents: DocumentReader
    ) -> None:
        self._catalogue, self._warcs, self._stamp = catalogue, warcs, stamp
        self._reader = Here(read, documents)
        self._replica = Replica(catalogue.connection)

    def close(self) -> None:
        """Let go of the catalogue in memory."""
        self._replica.close()

    def is_older(self, closure: Closure) -> bool:
        """Say whether another reader than today's read something in *closure*."""
        return outdated_readings.is_older(
            self._catalogue.connection, closure, lambda profile: str(self._stamp(profile))
        )

    def differences(self, closure: Closure) -> list[Difference]:
        """Return what the catalogue holds in *closure* otherwise than the records and the same reader make it.

        Raises:
            Damaged, OSError: a record cannot be read.
        """
        # A run may have written since the last look.
        self._replica.refresh()
        named = (self._catalogue.capture(one) for one in closure.captures)
        held = sorted((one for one in named if one is not None), key=lambda one: (one.began, one.id))
        kept, missing = [], []
        for capture in held:
            # From the record itself: the row is what is to be proved.
            stated = self._stated(capture)
            if stated is None or stated.id != capture.id:
                missing.append(
                    Difference("capture", capture.id, f"no capture {capture.id} is where the catalogue says")
                )
            else:
                kept.append(stated)
        # A page that was too much for the live reader is not tried: it might pass here, and would look like a
        # difference.
        given_up = outdated_readings.given_up(self._catalogue.connection, closure.captures)
        with self._replica.anew(kept) as made:
            cataloguer = Cataloguer(made, self._warcs, self._reader, given_up=given_up)
            for capture in kept:
                # One after the other and in record order, as the fold is defined.
                cataloguer.settle(cataloguer.begin(capture))
            for item in made.all_item_ids():
                # Only now: under which ids an item goes, and so which notes speak of it, is known once its captures are
                # settled.
                item_resolution.heed_notes(made.connection, item)
            rows = self._replica.differences(closure)
        return [*missing, *in_words(rows)]

    def _stated(self, held: Capture) -> Capture | None:
        """Return the capture that the record states where *held* is said to lie.

        What a revisit of others repeats may follow from other records; the rest follows from this one.
        """
        # Neither the id nor the date of the row is used to find it: both might be what was falsified.
        record = read_record_at(locate_file(self._warcs, held.ref.file), held.ref.offset)
        entry = imports.of_file(self._catalogue.connection, held.ref.file)
        if entry is None:
            return capture_of(record)
        found = capture_in(record)
        mine = owned([found], entry, {}) if found else []
        if not mine:
            return None
        if mine[0].kind is CaptureKind.RESPONSE or mine[0].refers_to_date is not None:
            return mine[0]
        return replace(mine[0], refers_to_url=held.refers_to_url, refers_to_date=held.refers_to_date)


def of_notes(catalogue: Catalogue, warcs: Path) -> list[Difference]:
    """Return what the catalogue holds of its notes, and of what follows from them alone, otherwise than they state."""
    notes: list[Note] = []
    for ref in fixity_log.notes(catalogue.connection):
        try:
            note = note_of(read_record_at(locate_file(warcs, ref.file), ref.offset))
        except (OSError, Damaged):
            continue  # the file is verified by itself
        if note is not None:
            notes.append(note)
    # Record order: what follows from notes depends on which of them came first.
    notes.sort(key=lambda note: (note.made, note.id))
    with replica.of_notes(notes) as made:
        return list(in_words(replica.differences_of_notes(catalogue.connection, made.connection)))


def in_words(rows: Sequence[tuple[str, str, str]]) -> Iterator[Difference]:
    """Tell differing rows, as `snapshot.compare` has them: what differs in a row where one stands against another."""
    # A minus stands in the catalogue alone, a plus in what the records make.
    made = [(table, json.loads(row)) for sign, table, row in rows if sign == "+"]
    for table, row in ((table, json.loads(row)) for sign, table, row in rows if sign == "-"):
        # A changed row shows as one too many and one too few: the two most alike are told as one row with its columns.
        other = max((one for one in made if one[0] == table), key=lambda one: _alike(row, one[1]), default=None)
        # Less than half alike is another row, and not this one changed.
        if other is None or 2 * _alike(row, other[1]) < len(row):
            yield Difference(table, _capture(row), f"no record makes this row of {table}: {_shown(row)}")
            continue
        made.remove(other)
        for column, value in row.items():
            if value != other[1][column]:
                here, there = _apart(value, other[1][column])
                what = f"{table}.{column} is {here}; its records make {there}"
                yield Difference(table, _capture(other[1]), f"{what} ({_key(table, other[1])})")
    for table, row in made:
        yield Difference(table, _capture(row), f"a row of {table} is missing that its records make: {_shown(row)}")


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    return sum(value == other[column] for column, value in one.items())


def _capture(row: Mapping[str, Any]) -> str:
    found = row.get("capture") or row.get("latest") or (row.get("id") if "block_digest" in row else None)
    return str(found) if found else ""


def _key(table: str, row: Mapping[str, Any]) -> str:
    names = ("edition", "item", "holder", "publisher", "id", "opened", "first_seen", "position", "key", "file")
    key = [str(row[name]) for name in names if row.get(name) not in (None, "")]
    return f"{table} {' '.join(key[:3])}"


def _shown(row: Mapping[str, Any]) -> str:
    text = json.dumps({name: value for name, value in row.items() if value is not None}, ensure_ascii=False)
    return text if len(text) <= 2 * _SHOWN else f"{text[: 2 * _SHOWN]}…"


def _apart(one: object, other: object) -> tuple[str, str]:
    """Return two values that differ, in words, each from a little before the place where they do."""
    if not isinstance(one, str) or not isinstance(other, str):
        return _word(one), _word(other)
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    # A little of what is the same leads up to it: two texts may differ in a comma after ten pages.
    start = 0 if max(len(one), len(other)) <= _SHOWN else max(0, same - 30)
    return tuple(_cut(value, start) for value in (one, other))  # type: ignore[return-value]  # there are two


def _cut(value: str, start: int) -> str:
    end = start + _SHOWN
    return f"“{'…' if start else ''}{value[start:end]}{'…' if end < len(value) else ''}”"


def _word(value: object) -> str:
    return "nothing" if value is None else _cut(value, 0) if isinstance(value, str) else json.dumps(value)
