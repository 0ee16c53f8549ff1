"""The catalogue: open it, add to it in transactions, query it. All of it can be made again from the WARC files."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from archive.disk import Disk, RealDisk
from archive.warc.capture import Capture, Note, NoteKind
from db import captures, fixity_log, notes, publishers, rules, runs, withholding
from db.decisions import overlay
from db.fold import editions, item_resolution, witnesses
from db.fold.fold import Fold
from db.fold.writer import Writer
from db.identity import Span
from db.instant import maybe_instant, to_text
from db.model.change import Change, Entry
from db.model.item import Edition, Item, Publisher, Tombstone
from db.notes import Failure
from db.query import held_items, snapshot
from db.query.held_items import Claim
from db.runs import Run
from db.schema.database import open_database, undo_in_memory, write_transaction
from db.search.index import AT_ONCE, SearchIndex
from db.terms.statements import StatementRecord


class Catalogue:
    """What the collection holds. One thread writes at a time; concurrent readers see whole transactions.

    Methods that add join an open `transaction`, or else run in one of their own.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        disk: Disk | None = None,
    ) -> None:
        """Use *connection*; transactions are committed through *disk*."""
        self.connection = connection
        self._disk = disk or RealDisk()
        self._once_committed: list[Callable[[], None]] = []
        self._index = SearchIndex(connection)
        self._savepoints = 0
        self._writer = Writer(connection, self._index, self._write_credit)
        self._fold = Fold(self._writer)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        create: bool = False,
        read_only: bool = False,
        disk: Disk | None = None,
    ) -> Self:
        """Open the catalogue at *path*; with *create*, make it or bring it up to date.

        Raises:
            CatalogueRefused: there is no catalogue that this program can use.
        """
        catalogue = cls(open_database(path, create=create, read_only=read_only), disk)
        if not read_only:
            try:
                catalogue._prepare(create=create)
            except BaseException:
                catalogue.close()
                raise
        return catalogue

    def _prepare(self, *, create: bool) -> None:
        """Note by which rules rows are added; with *create*, write the index again if its word folding has changed."""
        # Writers only: a reader may neither write nor reindex all items.
        if not create and rules.is_noted(self.connection):
            return
        with self.transaction():
            rules.note(self.connection)
            if create:
                self._index.refresh()

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self, *, small: bool = False) -> Iterator[None]:
        """Run the block in one transaction (BEGIN IMMEDIATE), rolled back if it raises. Inside another, join that one.

        Pass *small* if the block changes few items: what their savepoints may have to undo is then kept in memory.

        Raises:
            DiskFailed: the disk is full or fails.
        """
        if self.connection.in_transaction:
            yield
            return
        # Callbacks left from a transaction that was rolled back must not be called by this one.
        self._once_committed.clear()
        # Index and rows are committed together, and whatever happens, nothing of this transaction waits for the next.
        undoing = undo_in_memory(self.connection) if small else nullcontext()
        with undoing, write_transaction(self.connection, self._disk):
            try:
                yield
                self._index.write()
            finally:
                self._index.undo()
        # Taken out first, because a callback may open a transaction, which begins by emptying the list.
        waiting, self._once_committed = self._once_committed, []
        for call in waiting:
            call()

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call *call* after the open transaction is committed; never if it is rolled back."""
        self._once_committed.append(call)

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Roll back everything done in the block when it ends."""
        # Not IMMEDIATE: a replica is in memory, and nobody else writes to it.
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.rollback()
            self._index.undo()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo the block if it raises, while the transaction around it goes on. Savepoints may be nested."""
        with self.transaction():
            # Index entries that are not written yet are unknown to SQLite, so they have to be undone by hand.
            waiting = self._index.waiting
            self._savepoints += 1
            self.connection.execute("SAVEPOINT whole")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK TO whole")
                self.connection.execute("RELEASE whole")
                self._index.undo(waiting)
                raise
            else:
                self.connection.execute("RELEASE whole")
            finally:
                self._savepoints -= 1
            # Do not write inside an outer savepoint: if that is undone, entries from before it would be lost.
            if self._index.waiting >= AT_ONCE and not self._savepoints:
                self._index.write()

    # ── Adding ──────────────────────────────────────────────────────────────────────────────────────────────

    def add_captures(self, kept: Iterable[Capture]) -> None:
        """Add the rows of captures that are safe in their WARC file; `add` catalogues their content."""
        with self.transaction():
            captures.add(self.connection, kept)

    def add(self, entry: Entry) -> Change:
        """Catalogue a capture and its reading. Raises NeedsRefold, with nothing changed, if it comes out of order."""
        with self.savepoint():
            return self._fold.add(entry)

    def add_unchanged(self, capture: Capture) -> Change | None:
        """Catalogue a revisit of the payload read last. Return None, with nothing changed, if the payload must be read
        again."""
        with self.savepoint():
            return self._fold.add_unchanged(capture)

    def refold(self, entries: Sequence[Entry]) -> list[Change]:
        """Catalogue the captures named by NeedsRefold again, in record order; return a change for each, in order."""
        with self.savepoint():
            return self._fold.refold(entries)

    def set_aside(self, capture: Capture, why: str) -> Change:
        """Catalogue a capture that could not be processed as unread, with the reason *why*; rows made from it earlier
        stay."""
        with self.savepoint():
            return self._fold.set_aside(capture, why)

    def add_note(self, note: Note) -> None:
        """Add the rows of a note that is safe in its WARC file, and what follows from them."""
        with self.transaction():
            touched = notes.touched(self.connection, note)
            for item in touched:
                # The index removes exactly what it added, so it must see the item before the change.
                self._index.forget(item)
            changed = notes.add(self.connection, note)
            for item in touched:
                self._write_credit(item)
                self._index.remember(item)
            if changed.item is not None:
                # Before the index looks, because it takes in nothing that is withheld.
                item_resolution.withhold(self._writer, changed.item)
                self._index.remember(changed.item)
            # A publisher's name is part of the credit line of each of its items.
            for publisher_id in changed.publishers:
                for item in held_items.all_ids(self.connection, publisher_id):
                    self._write_credit(item)

    def mark_file_end(self, file: str, end: int) -> None:
        """Record that every capture, note and failure in *file* before the byte *end* has its row."""
        with self.transaction():
            captures.mark_end(self.connection, file, end)

    def _write_credit(self, item: str) -> None:
        """Write the credit line of *item* again, after the notes about it, because decisions change what is printed.

        It contains no terms, because statements on other pages may change these at any time.
        """
        item_resolution.apply_notes(self.connection, item)
        # Imported with the first item that is written, because readers of the catalogue do not need it.
        from db.citation.credit_line import line_of

        printed = held_items.credited(self.connection, item)
        if printed is not None:
            self.connection.execute("UPDATE item SET credit_line = ? WHERE id = ?", (line_of(printed), item))

    # ── Captures ────────────────────────────────────────────────────────────────────────────────────────────

    def capture(self, capture_id: str) -> Capture | None:
        """Return the capture with *capture_id*, or None."""
        return captures.by_id(self.connection, capture_id)

    def all_captures(self) -> Iterator[Capture]:
        """Yield every capture in record order."""
        return captures.every(self.connection)

    def captures_of(self, key: str) -> list[Capture]:
        """Return the captures of the URL with *key* (see `identity.url_key`), in record order."""
        return captures.of_key(self.connection, key)

    def latest_capture(self, url: str, publisher: str | None = None) -> Capture | None:
        """Return the newest capture of *url* (for *publisher*) whose payload is held completely, directly or through
        a revisit."""
        return captures.latest(self.connection, url, publisher)

    def original(self, url: str, began: datetime) -> Capture | None:
        """Return the capture that a revisit names by URL and date, or None."""
        return captures.original(self.connection, url, began)

    def unread(self, publisher: str | None = None, *, limit: int = 10_000) -> list[Capture]:
        """Return captures (of *publisher*, if given) that are kept but not catalogued yet, in record order."""
        return captures.waiting(self.connection, limit, publisher)

    def known_ends(self) -> dict[str, int]:
        """Return, for each WARC file, the end of the last record that has a row."""
        return captures.ends(self.connection)

    def gapless_ends(self) -> dict[str, int]:
        """Return, for each WARC file, the offset before which every capture, note and failure has its row."""
        return captures.gapless_ends(self.connection)

    def has_row(self, record: str) -> bool:
        """Say whether the capture, note or failure with this id has a row."""
        return captures.has_row(self.connection, record)

    def last_note_digest(self) -> str | None:
        """Return the digest of the newest note, which the next note names as its predecessor."""
        return fixity_log.head(self.connection)

    def latest_note(self, kind: NoteKind) -> datetime | None:
        """Return when the newest note of *kind* was made, or None."""
        found = self.connection.execute("SELECT max(at) FROM event WHERE type = ?", (kind.value,)).fetchone()
        return maybe_instant(found[0])

    # ── Items ───────────────────────────────────────────────────────────────────────────────────────────────

    def item(self, ref: str, *, at: datetime | None = None, withheld: bool = False) -> Item | None:
        """Return the item that *ref* (id, edition id, id with any time, URL) names, as of *at* or now.

        A withheld item is returned only with *withheld*.
        """
        return held_items.item(self.connection, ref, at, withheld=withheld)

    def items(self, ids: Iterable[str], *, withheld: bool = False) -> Iterator[Item]:
        """Yield the items with *ids* in that order, skipping unknown ids and, without *withheld*, withheld items."""
        return held_items.by_ids(self.connection, list(ids), withheld=withheld, led=True)

    def tombstone(self, ref: str, *, at: datetime | None = None) -> Tombstone | None:
        """Return the tombstone of the item that *ref* names, if it is withheld and was held at *at*."""
        return held_items.tombstone(self.connection, ref, at)

    def erased(self, ref: str) -> Tombstone | None:
        """Return the tombstone of the item that *ref* (an id, a URL) named before it was erased by order, or None."""
        return held_items.erased(self.connection, ref)

    def terms_digests(self, ids: Iterable[str]) -> dict[str, str]:
        """Return, for the items with *ids*, the digest of what their own pages state about reuse."""
        query = "SELECT id, terms_digest FROM item WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self.connection.execute(query, (json.dumps(list(ids)),)).fetchall())

    def copies(self, item: str) -> tuple[str, ...]:
        """Return the ids of items that other publishers have at the addresses of *item*."""
        return withholding.copies(self.connection, item)

    def holds(self, ref: str) -> bool:
        """Say whether *ref* names an item, withheld or not, or one that was erased by order."""
        return held_items.resolve(self.connection, ref) is not None or self.tombstone(ref) is not None

    def all_item_ids(self, publisher: str | None = None) -> list[str]:
        """Return the ids of all items, the latest published first."""
        return held_items.all_ids(self.connection, publisher)

    def editions(self, ref: str, *, withheld: bool = False) -> list[Edition]:
        """Return the editions of the item that *ref* names, in record order; none of a withheld item."""
        found = held_items.resolve(self.connection, ref)
        # held_items has no list of editions, so withheld items are refused here.
        if found is None or (not withheld and held_items.tombstone(self.connection, found[0]) is not None):
            return []
        return editions.every(self.connection, found[0])

    def is_time_of_a_capture(self, item_id: str, time: Span) -> bool:
        """Say whether *item_id* was captured in the second of *time*."""
        return held_items.is_time_of_a_capture(self.connection, item_id, time)

    def evidence_of(self, held: Item) -> list[Claim]:
        """Return every claim about *held* with its evidence."""
        return held_items.claims(held)

    def withheld(self) -> frozenset[str]:
        """Return the ids of the items that are withheld."""
        return withholding.items(self.connection)

    def has_parts(self, capture: Capture) -> bool:
        """Say whether the capture before *capture* at its address was read with further parts, or lacked one."""
        found = captures.last_read_before(self.connection, capture)
        # `heard` holds the refs of witnesses and the marks of parts.
        return found is not None and witnesses.witness_refs(found[1].heard) != found[1].heard

    # ── The rest ────────────────────────────────────────────────────────────────────────────────────────────

    def publisher(self, publisher_id: str) -> Publisher | None:
        """Return the publisher with *publisher_id*, or None."""
        return publishers.publisher(self.connection, publisher_id)

    def publisher_at(self, publisher_id: str, at: datetime) -> Publisher | None:
        """Return the publisher as described by the settings in force at *at*, or None."""
        return publishers.in_force(self.connection, publisher_id, to_text(at))

    def has_captures(self, publisher_id: str) -> bool:
        """Say whether anything of the publisher with *publisher_id* has been captured."""
        query = "SELECT EXISTS (SELECT 1 FROM capture WHERE publisher = ?)"
        return bool(self.connection.execute(query, (publisher_id,)).fetchone()[0])

    def latest_settings(self) -> tuple[datetime, dict[str, Any]] | None:
        """Return the settings recorded last, and when; None if there are none."""
        return notes.latest_settings(self.connection)

    def publishers(self) -> list[Publisher]:
        """Return all publishers, by id."""
        return publishers.publishers(self.connection)

    def statements(self, publisher: str | None = None) -> list[StatementRecord]:
        """Return all statements about reuse, the ones shown by most items first."""
        return overlay.statements_of(self.connection, publisher)

    def failures(
        self, limit: int | None = None, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[Failure]:
        """Return the failures from *since* to *until* that have not been made good since, the newest first."""
        return notes.failures(self.connection, limit, since=since, until=until)

    def runs(self, limit: int = 50) -> list[Run]:
        """Return the newest runs, the newest first."""
        return runs.every(self.connection, limit)

    def counts(self) -> Mapping[str, int]:
        """Return the number of captures, items, editions, statements, failures, and items gone or withheld."""
        queries = {
            "captures": "SELECT count(*) FROM capture",
            "items": "SELECT count(*) FROM item",
            "editions": "SELECT count(*) FROM edition",
            "statements": "SELECT count(*) FROM statement",
            "gone": "SELECT count(*) FROM item WHERE gone IS NOT NULL",
            "withheld": f"SELECT count(*) FROM item WHERE {withholding.WITHHELD}",
            "failures": "SELECT count(*) FROM failures",
        }
        return {name: int(self.connection.execute(query).fetchone()[0]) for name, query in queries.items()}

    def snapshot(self) -> Iterator[tuple[str, str]]:
        """Yield (table, row as JSON) for every derived and recorded row, sorted. Equal sets of records give equal
        rows.
        """
        return snapshot.rows(self.connection)
