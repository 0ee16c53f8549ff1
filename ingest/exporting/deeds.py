"""Deeds: what was done to the records and items that are handed on, and by what, as PREMIS tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from archive.bag import ALGORITHM, Payload
from archive.capture import NoteKind
from archive.premis import Agent, Event, FileObject, Identifier, Premis, Rights, Work
from db import extract
from db.model import Item
from ingest.collection import read_settings
from ingest.exporting.gathering import described, software, written_by
from ingest.exporting.order import Order
from ingest.exporting.selection import Selection
from ingest.exporting.stated import Stated

_FORMATS = {".warc.gz": ("WARC, one gzip member a record", "1.1"), ".jsonl": ("JSON lines", ""), ".csv": ("CSV", "")}

_KINDS = {
    NoteKind.FAILURE: "capture",
    NoteKind.SETTINGS: "policy assignment",
    NoteKind.PROFILE: "policy assignment",
    NoteKind.WITHHOLDING: "policy assignment",
    NoteKind.OVERRIDE: "policy assignment",
    NoteKind.RUN: "ingestion",
    NoteKind.IMPORT: "ingestion",
    NoteKind.DECISION: "metadata modification",
    NoteKind.RECOVERY: "recovery",
    NoteKind.REPAIR: "recovery",
    NoteKind.FIXITY: "fixity check",
    NoteKind.DIGEST: "message digest calculation",
}
"""Words of the vocabulary eventType of the Library of Congress."""

_SOFTWARE, _PERSON = "software", "contact"


class Deeds:
    """What one export tells of its items. To be asked once."""

    def __init__(self, order: Order, selection: Selection) -> None:
        self._order, self._selection = order, selection
        self._stated = Stated(order.catalogue)
        self._programs: set[str] = {software()}
        self._contact = read_settings(order.layout).contact

    def document(self, payload: Sequence[Payload]) -> Premis:
        """Return the document, whose files are those of *payload*."""
        return Premis(map(_file, list(payload)), self._works(), self._events(payload), self._agents(), self._rights())

    def _works(self) -> Iterator[Work]:
        for item in self._selection.items(self._order):
            yield self._work(item)

    def _work(self, item: Item) -> Work:
        title = item.edition.title.value if item.edition.title else None
        rights = [f"terms-{number}" for number in self._stated.of(item)]
        return Work([_item(item.id), Identifier("URL", item.url)], title, rights)

    def _events(self, payload: Sequence[Payload]) -> Iterator[Event]:
        connection, until = self._order.catalogue.connection, self._order.choice.at
        by: dict[str, str] = {}
        for row in extract.rows(connection, "captures", until):
            file = str(row["file"])
            if file not in by:
                by[file] = written_by(self._order, file)
                self._programs.add(by[file])
            yield _capture(row, Identifier(_SOFTWARE, by[file]))
        for row in extract.rows(connection, "failures", until):
            yield self._failure(row)
        for row in extract.rows(connection, "events", until):
            yield self._event(row)
        yield self._packing(payload)

    def _failure(self, row: Mapping[str, object]) -> Event:
        record = _record(row["id"])
        about = f"visit to {row['url']}"
        return self._made(record, "capture", row["at"], (about, str(row["reason"]), str(row["detail"])), [record])

    def _event(self, row: Mapping[str, object]) -> Event:
        kind, detail = str(row["type"]), str(row["detail"])
        objects = [_record(row["capture"] or row["id"])]
        objects += [_item(str(row["item"]))] if row["item"] else []
        if row["capture"]:
            why = str(json.loads(detail).get("why") or "")
            named = Identifier("event", str(row["id"]))
            return self._made(
                named, "metadata extraction", row["at"], (f"reading of {row['about']}", kind, why), objects
            )
        known = _KINDS[NoteKind(kind)] if kind in list(NoteKind) else "metadata modification"
        return self._made(_record(row["id"]), known, row["at"], (detail, f"{kind} recorded", ""), objects)

    def _packing(self, payload: Sequence[Payload]) -> Event:
        at = self._order.made.isoformat()
        words = described(self._order, self._selection)
        named = Identifier("UUID", str(self._order.new_id()))
        files = [Identifier("path in the package", one.path) for one in payload]
        return self._made(named, "information package creation", at, (words, "success", ""), files)

    def _made(
        self, named: Identifier, kind: str, at: object, told: tuple[str, str, str], objects: Sequence[Identifier]
    ) -> Event:
        detail, outcome, note = told
        agents = [Identifier(_SOFTWARE, software())]
        return Event(named, kind, str(at), detail, outcome, note, agents, objects)

    def _agents(self) -> Iterator[Agent]:
        for program in sorted(self._programs):
            name, _, version = program.partition("/")
            yield Agent(Identifier(_SOFTWARE, program), name, "software", version)
        if self._contact:
            yield Agent(Identifier(_PERSON, self._contact), self._contact, "organization")

    def _rights(self) -> Iterator[Rights]:
        for number, terms in self._stated.numbered():
            yield Rights(f"terms-{number}", terms.title, terms.path, terms.name)


def _capture(row: Mapping[str, object], agent: Identifier) -> Event:
    record = _record(row["id"])
    outcome = f"status {row['status']}, {row['kind']}"
    note = f"not whole: {row['truncated']}" if row["truncated"] else ""
    return Event(record, "capture", str(row["began"]), str(row["url"]), outcome, note, [agent], [record])


def _record(identifier: object) -> Identifier:
    return Identifier("WARC-Record-ID", str(identifier))


def _item(identifier: str) -> Identifier:
    return Identifier("creditline item", identifier)


def _file(payload: Payload) -> FileObject:
    known = next((told for ending, told in _FORMATS.items() if payload.path.endswith(ending)), ("unknown", ""))
    algorithm = f"SHA-{ALGORITHM.removeprefix('sha')}"
    return FileObject(payload.path, payload.bytes, algorithm, payload.digest, *known)
