"""Comparison: read and fold records again with the same reader, and compare the rows with those in the catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from archive.errors import UNREADABLE, Damaged
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
from ingest.cataloguing.reader_pool import MEMORY, Pending, bounded, decode_request, reading_given_up
from ingest.collection.imported import owned
from ingest.documents.packed import kind_of
from ingest.documents.pdf import is_pdf
from ingest.verification.document_reader import DocumentReader

Read = Callable[[Entity, Context], Reading]
Stamped = Callable[[str | None], Stamp]

# How many characters of a value are shown in a difference.
_SHOWN = 90


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that differs from what the records give: its *table* and *capture* ("" if none), and the difference in
    words.
    """

    table: str
    capture: str
    what: str


class Here:
    """Read in this process without a time limit, so a busy machine makes no page unreadable.

    Pages on which the original reader gave up are not read here either (see *given_up* of `Cataloguer`).
    """

    def __init__(self, read: Read, documents: DocumentReader) -> None:
        """*documents* reads PDFs and the like in a separate process, because they may crash it or take much memory."""
        self._read, self._documents = read, documents

    def submit(self, found: Response | Stored, context: Context) -> Pending[Reading]:
        future: Future[Reading] = Future()
        try:
            # Three times the usual memory: a page that the original reader could just read must not be too much here.
            entity, context = bounded(3 * MEMORY, decode_request, found, context)
            if is_pdf(entity) or kind_of(entity):
                return self._documents.submit(entity, context)
            future.set_result(bounded(3 * MEMORY, self._read, entity, context))
        except Exception as error:  # noqa: BLE001 - where one capture is settled: what a page does to its reader
            future.set_exception(error)
        return Pending(future, 0.0, lambda reason: reading_given_up(reason, context))


class Remaking:
    """Read and fold parts of one catalogue again, in a catalogue in memory."""

    def __init__(
        self, catalogue: Catalogue, warcs: Path, read: Read, stamp: Stamped, documents: DocumentReader
    ) -> None:
        self._catalogue, self._warcs, self._stamp = catalogue, warcs, stamp
        self._reader = Here(read, documents)
        self._replica = Replica(catalogue.connection)

    def close(self) -> None:
        """Release the catalogue in memory."""
        self._replica.close()

    def is_older(self, closure: Closure) -> bool:
        """Return whether anything in *closure* was read by another reader than the present one."""
        return outdated_readings.is_older(
            self._catalogue.connection, closure, lambda profile: str(self._stamp(profile))
        )

    def differences(self, closure: Closure) -> list[Difference]:
        """Return the rows of *closure* that differ from what the records and the same reader give.

        Raises:
            Damaged, OSError: a record cannot be read.
        """
        # A run may have written to the catalogue since.
        self._replica.refresh()
        named = (self._catalogue.capture(one) for one in closure.captures)
        held = sorted((one for one in named if one is not None), key=lambda one: (one.began, one.id))
        kept, missing = [], []
        for capture in held:
            # Take the capture from the record itself, because its row is one of those to be checked.
            stated = self._capture_in_record(capture)
            if stated is None or stated.id != capture.id:
                missing.append(
                    Difference("capture", capture.id, f"no capture {capture.id} is where the catalogue says")
                )
            else:
                kept.append(stated)
        # Do not try pages on which the original reader gave up: if they can be read here, that would look like a
        # difference.
        given_up = outdated_readings.reasons_given_up(self._catalogue.connection, closure.captures)
        with self._replica.unread_copy(kept) as made:
            cataloguer = Cataloguer(made, self._warcs, self._reader, given_up=given_up)
            for capture in kept:
                # One after the other in record order, because the fold is defined that way.
                cataloguer.settle(cataloguer.begin(capture))
            for item in made.all_item_ids():
                # Only now, because the ids of an item, and so the notes about it, are known once its captures are
                # settled.
                item_resolution.apply_notes(made.connection, item)
            rows = self._replica.differences(closure)
        return [*missing, *in_words(rows)]

    def _capture_in_record(self, held: Capture) -> Capture | None:
        """Return the capture in the record at the place of *held*; None if there is none.

        Everything is taken from that record, except for what an imported revisit repeats, which may be stated
        elsewhere.
        """
        # Found by file and offset, not by the id or date of the row, because these might be falsified.
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
    """Return the rows made from notes alone that differ from what the notes say; none if a note cannot be read."""
    notes: list[Note] = []
    for ref in fixity_log.notes(catalogue.connection):
        try:
            note = note_of(read_record_at(locate_file(warcs, ref.file), ref.offset))
        except (OSError, Damaged) as error:
            if isinstance(error, OSError) and error.errno in UNREADABLE:
                return []  # its file is a fault already, and every row of its notes would look like another
            continue  # damage is found when the file is verified
        if note is not None:
            notes.append(note)
    # In record order, because the result depends on the order of notes.
    notes.sort(key=lambda note: (note.made, note.id))
    with replica.of_notes(notes) as made:
        return list(in_words(replica.differences_of_notes(catalogue.connection, made.connection)))


def in_words(rows: Sequence[tuple[str, str, str]]) -> Iterator[Difference]:
    """Describe differing rows, in the form of `snapshot.compare`; rows that belong together are compared by column."""
    # "-" marks a row that is only in the catalogue, "+" one that only the records give.
    made = [(table, json.loads(row)) for sign, table, row in rows if sign == "+"]
    for table, row in ((table, json.loads(row)) for sign, table, row in rows if sign == "-"):
        # A changed row appears as one row of each kind. Match the most similar two and report the columns that differ.
        other = max((one for one in made if one[0] == table), key=lambda one: _equal_columns(row, one[1]), default=None)
        # Rows with less than half of their columns equal are different rows.
        if other is None or 2 * _equal_columns(row, other[1]) < len(row):
            yield Difference(table, _capture(row), f"no record makes this row of {table}: {_shown(row)}")
            continue
        made.remove(other)
        for column, value in row.items():
            if value != other[1][column]:
                here, there = _differing_parts(value, other[1][column])
                what = f"{table}.{column} is {here}; its records make {there}"
                yield Difference(table, _capture(other[1]), f"{what} ({_key(table, other[1])})")
    for table, row in made:
        yield Difference(table, _capture(row), f"a row of {table} is missing that its records make: {_shown(row)}")


def _equal_columns(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
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


def _differing_parts(one: object, other: object) -> tuple[str, str]:
    """Return two different values in words, each starting a little before the first difference."""
    if not isinstance(one, str) or not isinstance(other, str):
        return _in_words(one), _in_words(other)
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    # Start 30 characters before the difference: two texts may differ in one comma after ten pages.
    start = 0 if max(len(one), len(other)) <= _SHOWN else max(0, same - 30)
    return tuple(_cut(value, start) for value in (one, other))  # type: ignore[return-value]  # there are two


def _cut(value: str, start: int) -> str:
    end = start + _SHOWN
    return f"“{'…' if start else ''}{value[start:end]}{'…' if end < len(value) else ''}”"


def _in_words(value: object) -> str:
    return "nothing" if value is None else _cut(value, 0) if isinstance(value, str) else json.dumps(value)
