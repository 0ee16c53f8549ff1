"""`export bag`: write items as a BagIt bag for a repository, with WARC files, catalogue rows and PREMIS events."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from archive.control_characters import in_json
from archive.disk import whole_folder
from archive.formats import premis
from archive.formats.bagit import ALGORITHM, BagWriter, Payload
from archive.formats.premis import Agent, Event, FileObject, Identifier, Premis, Rights, Work
from archive.warc.capture import NoteKind
from archive.warc.reader import capture_of
from db.citation.credit_line import credit_line
from db.model.cell import cell
from db.model.item import Item, Role
from db.query import export_selection
from ingest.collection.collection import read_settings
from ingest.exporting.order import ExportResult, Order
from ingest.exporting.readable_item import LicenseList
from ingest.exporting.records import describe_export, software, write_records, written_by
from ingest.exporting.selection import Selection, select

# ── PREMIS: what was done to the exported records and items, and by which program ────────────────────────────────

# Format name and version for PREMIS, by file ending.
_FORMATS = {".warc.gz": ("WARC, one gzip member a record", "1.1"), ".jsonl": ("JSON lines", ""), ".csv": ("CSV", "")}

# Terms of the vocabulary eventType of the Library of Congress.
_KINDS = {
    # A failure is an event "capture" too, with another outcome, because the visit was made.
    NoteKind.FAILURE: "capture",
    NoteKind.SETTINGS: "policy assignment",
    NoteKind.PROFILE: "policy assignment",
    NoteKind.WITHHOLDING: "policy assignment",
    NoteKind.OVERRIDE: "policy assignment",
    NoteKind.RUN: "ingestion",
    NoteKind.IMPORT: "ingestion",
    NoteKind.DECISION: "metadata modification",
    NoteKind.ANNOTATION: "metadata modification",
    NoteKind.REUSE: "dissemination",
    NoteKind.RECOVERY: "recovery",
    NoteKind.REPAIR: "recovery",
    NoteKind.ERASURE: "deletion",
    NoteKind.FIXITY: "fixity check",
    NoteKind.DIGEST: "message digest calculation",
}

# The types of identifiers for agents.
_SOFTWARE, _PERSON = "software", "contact"


class PremisDocument:
    """The PREMIS document of one export. Use it once."""

    def __init__(self, order: Order, selection: Selection) -> None:
        self._order, self._selection = order, selection
        self._stated = LicenseList(order.catalogue)
        self._programs: set[str] = {software()}
        # The only contact that is known is the one sent to the visited sites.
        self._contact = read_settings(order.layout).contact

    def document(self, payload: Sequence[Payload]) -> Premis:
        """Return the document for the files in *payload*."""
        # Iterators, because a bag may have a million events. Only the files are a list, because they are few.
        return Premis(map(_file, list(payload)), self._works(), self._events(payload), self._agents(), self._rights())

    def _works(self) -> Iterator[Work]:
        for item in self._selection.items(self._order):
            yield self._work(item)

    def _work(self, item: Item) -> Work:
        title = item.edition.title.value if item.edition.title else None
        rights = [f"terms-{number}" for number in self._stated.of(item)]
        return Work([_item_row(item.id), Identifier("URL", item.url)], title, rights)

    def _events(self, payload: Sequence[Payload]) -> Iterator[Event]:
        """Yield the events of captures, failures and notes, and of this export itself."""
        connection, until = self._order.catalogue.connection, self._order.choice.at
        by: dict[str, str] = {}
        for row in export_selection.rows(connection, "captures", until):
            file = str(row["file"])
            # Look this up once per file, because it opens the file.
            if file not in by:
                by[file] = written_by(self._order, file)
                self._programs.add(by[file])
            yield _capture(row, Identifier(_SOFTWARE, by[file]))
        for row in export_selection.rows(connection, "failures", until):
            yield self._failure(row)
        for row in export_selection.rows(connection, "events", until):
            yield self._event(row)
        yield self._packing(payload)

    def _failure(self, row: Mapping[str, object]) -> Event:
        record = _record(row["id"])
        about = f"visit to {row['url']}"
        return self._performed(record, "capture", row["at"], (about, str(row["reason"]), str(row["detail"])), [record])

    def _event(self, row: Mapping[str, object]) -> Event:
        """Return the PREMIS event for one row of the table of events."""
        kind, detail = str(row["type"]), str(row["detail"])
        objects = [_record(row["capture"] or row["id"])]
        objects += [_item_row(str(row["item"]))] if row["item"] else []
        if row["capture"]:
            why = str(json.loads(detail).get("why") or "")
            # An event that was read in a capture has no record of its own, so it is identified by its row.
            named = Identifier("event", str(row["id"]))
            return self._performed(
                named, "metadata extraction", row["at"], (f"reading of {row['about']}", kind, why), objects
            )
        # A kind from a later release is exported as a general event.
        known = _KINDS[NoteKind(kind)] if kind in list(NoteKind) else "metadata modification"
        return self._performed(_record(row["id"]), known, row["at"], (detail, f"{kind} recorded", ""), objects)

    def _packing(self, payload: Sequence[Payload]) -> Event:
        at = self._order.made.isoformat()
        words = describe_export(self._order, self._selection)
        # Random, not derived: two exports of the same items are two events.
        named = Identifier("UUID", str(self._order.new_id()))
        files = [Identifier("path in the package", one.path) for one in payload]
        return self._performed(named, "information package creation", at, (words, "success", ""), files)

    def _performed(
        self, named: Identifier, kind: str, at: object, told: tuple[str, str, str], objects: Sequence[Identifier]
    ) -> Event:
        detail, outcome, note = told
        agents = [Identifier(_SOFTWARE, software())]
        return Event(named, kind, str(at), detail, outcome, note, agents, objects)

    def _agents(self) -> Iterator[Agent]:
        for program in sorted(self._programs):
            # The form of user agents and of `software` in warcinfo records: name, slash, version.
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


def _item_row(identifier: str) -> Identifier:
    return Identifier("creditline item", identifier)


def _file(payload: Payload) -> FileObject:
    known = next((told for ending, told in _FORMATS.items() if payload.path.endswith(ending)), ("unknown", ""))
    algorithm = f"SHA-{ALGORITHM.removeprefix('sha')}"
    return FileObject(payload.path, payload.bytes, algorithm, payload.digest, *known)


def export(order: Order) -> ExportResult:
    """Write the bag as a folder."""
    output = order.folder()
    selection = select(order)
    with whole_folder(output) as folder:
        bag = BagWriter(folder)
        laid = write_records(order, selection, lambda name, _size: bag.entry(f"warcs/{name}"))
        # Consuming this iterator writes the records.
        captures = sum(capture_of(copied.record) is not None for copied in laid)
        _write_tables(bag, "items", list(_ITEM), (_item(item) for item in selection.items(order)))
        connection = order.catalogue.connection
        for table in export_selection.TABLES:
            columns = export_selection.columns(connection, table)
            _write_tables(bag, table, columns, export_selection.rows(connection, table, order.choice.at))
        # Last, because it contains the digest of every other file.
        with bag.entry("premis.xml") as out:
            premis.write(out, PremisDocument(order, selection).document(bag.payload))
        files = len(bag.payload)
        bag.finish(_info(order, selection), order.made.date())
    return selection.result(capture=captures, file=files)


def _write_tables(bag: BagWriter, table: str, columns: list[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write *rows* twice: unchanged as JSON lines for programs, and as CSV for spreadsheets."""
    with bag.entry(f"catalogue/{table}.jsonl") as lines, bag.entry(f"catalogue/{table}.csv") as sheet:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        for row in rows:
            lines.write(in_json(row).encode() + b"\n")
            writer.writerow([cell(row[name]) for name in columns])
            sheet.write(text.getvalue().encode())
            # One row at a time, because a catalogue may not fit in memory.
            text.seek(0)
            text.truncate()
        sheet.write(text.getvalue().encode())


# The columns of the view ``items``, with the values of the requested day.
_ITEM: Mapping[str, Callable[[Item], object]] = {
    "id": lambda item: item.id,
    "edition": lambda item: item.edition.id,
    "url": lambda item: item.url,
    "publisher": lambda item: item.publisher.id,
    "publisher_name": lambda item: item.publisher.name,
    "kind": lambda item: item.kind.value,
    "language": lambda item: item.language and item.language.value,
    "title": lambda item: item.edition.title and item.edition.title.value,
    # Joined, because a cell of a spreadsheet holds one value.
    "authors": lambda item: "; ".join(one.name for one in item.edition.attributions if one.role is Role.AUTHOR),
    "tags": lambda item: "; ".join(tag.value for tag in item.tags),
    "published": lambda item: item.edition.published and item.edition.published.value,
    "text": lambda item: item.edition.text,
    "terms_words": lambda item: "; ".join(held.statement.words for held in item.terms if not held.statement.is_silent),
    "credit_line": lambda item: credit_line(item).text,
    "first_seen": lambda item: item.first_seen.isoformat(),
    "last_seen": lambda item: item.last_seen.isoformat(),
    "gone": lambda item: item.gone and item.gone.isoformat(),
}


def _item(item: Item) -> Mapping[str, object]:
    return {name: value(item) for name, value in _ITEM.items()}


def _info(order: Order, selection: Selection) -> list[tuple[str, str]]:
    """Return the fields for bag-info.txt."""
    contact = read_settings(order.layout).contact
    known = [order.catalogue.publisher(one) for one in selection.chosen.publishers()]
    return [
        ("Source-Organization", "; ".join(one.name or one.id for one in known if one is not None)),
        # RFC 8493 section 2.2.2 has separate fields for e-mail addresses and names.
        ("Contact-Email" if contact and "@" in contact else "Contact-Name", contact or ""),
        ("External-Description", describe_export(order, selection)),
        ("Bag-Software-Agent", software()),
    ]
