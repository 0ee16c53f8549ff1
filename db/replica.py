"""Replica: an in-memory catalogue in which parts of the real one are made again, to compare the two.

Apart from the comparison, which is its only user, because SQL belongs in `db` alone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace

from archive.replay import HOPS
from archive.warc.capture import Capture, Note
from db import captures
from db.catalogue import Catalogue
from db.fold.witnesses import page_key
from db.identity import url_key
from db.query import snapshot
from db.query.closure import Closure
from db.schema.database import in_memory
from db.schema.tables import FOLDED_WITH, OF_NOTES


class Replica:
    """Folds parts of the catalogue *held* again, one after the other; each is rolled back before the next."""

    def __init__(self, held: sqlite3.Connection) -> None:
        self._held = held
        self.catalogue = Catalogue(in_memory())
        self._seen: int | None = None
        try:
            self.refresh()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the in-memory database."""
        self.catalogue.connection.close()

    def refresh(self) -> None:
        """Copy again what reading and folding depend on, if another process has written since the last copy."""
        # data_version changes whenever another connection has committed.
        (seen,) = self._held.execute("PRAGMA data_version").fetchone()
        if seen == self._seen:
            return
        self._seen = seen
        # Another process may have added notes, for example a decision during a verification that takes hours.
        for table in FOLDED_WITH:
            self.catalogue.connection.execute(f"DELETE FROM {table}")
            _copy(self._held, self.catalogue.connection, table)

    @contextmanager
    def unread_copy(self, kept: Sequence[Capture]) -> Iterator[Catalogue]:
        """Yield a catalogue that holds *kept* as their records state them, not catalogued yet, and everything else that
        affects how they are read: their originals, and what other captures say about the same addresses.
        """
        ids = [capture.id for capture in kept]
        with self.catalogue.rolled_back():
            connection = self.catalogue.connection
            # From the records, because the rows are what is being checked.
            captures.add(connection, kept)
            keys = json.dumps(sorted({key for one in kept for key in self._keys(one)}))
            _copy(
                self._held,
                connection,
                "capture",
                # With their readings: an earlier capture at the same address affects how some of these are folded.
                "url_key IN (SELECT value FROM json_each(?)) AND catalogued = 1",
                (keys,),
            )
            for capture in kept:
                self._originals(capture)
            pages = json.dumps(sorted({key for one in kept if (key := page_key(one.url)) is not None}))
            publishers = json.dumps(sorted({one.publisher for one in kept}))
            _copy(
                self._held,
                connection,
                "witness",
                """key IN (SELECT value FROM json_each(?)) AND publisher IN (SELECT value FROM json_each(?))
                AND capture NOT IN (SELECT value FROM json_each(?))""",
                (pages, publishers, json.dumps(ids)),
            )
            yield self.catalogue

    def differences(self, closure: Closure) -> list[tuple[str, str, str]]:
        """Return how the catalogue differs from this replica within *closure*; see `snapshot.compare`.

        Items that exist only in the replica count too.
        """
        # A forged row may keep an item out of the closure, although the records put it there.
        made = self.catalogue.connection.execute("SELECT id FROM item ORDER BY id").fetchall()
        items = tuple(dict.fromkeys((*closure.items, *(row[0] for row in made))))
        whole = replace(closure, items=items, holders=tuple(dict.fromkeys((*closure.holders, *items))))
        return snapshot.compare(
            # At most a thousand: each difference is reported as a fault, and more of them say nothing new.
            snapshot.rows(self._held, whole),
            snapshot.rows(self.catalogue.connection, whole),
            limit=1000,
        )

    def _keys(self, capture: Capture) -> list[str]:
        rows = self._held.execute("SELECT key FROM capture_key WHERE capture = ?", (capture.id,)).fetchall()
        return [url_key(capture.url), *(row[0] for row in rows)]

    def _originals(self, capture: Capture) -> None:
        """Add the originals of *capture*, which may be at other addresses."""
        found: Capture | None = capture
        for _ in range(HOPS):
            if found is None or found.refers_to_url is None or found.refers_to_date is None:
                return
            found = captures.original(self._held, found.refers_to_url, found.refers_to_date)
            if found is not None:
                _copy(self._held, self.catalogue.connection, "capture", "id = ?", (found.id,))


@contextmanager
def of_notes(notes: Iterable[Note]) -> Iterator[Catalogue]:
    """Yield an in-memory catalogue made of *notes* alone, which must be in record order."""
    with closing(in_memory()) as connection:
        made = Catalogue(connection)
        with made.transaction():
            for note in notes:
                made.add_note(note)
        yield made


def differences_of_notes(held: sqlite3.Connection, made: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Return how *held* differs from *made* in the rows that follow from notes alone."""
    return snapshot.compare(_noted(held), _noted(made), limit=1000)


def _noted(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for table, row in snapshot.rows(connection, only=OF_NOTES):
        # Events read from captures follow from the captures and are compared with them.
        if table != "event" or json.loads(row)["capture"] is None:
            yield table, row


def _copy(
    source: sqlite3.Connection,
    target: sqlite3.Connection,
    table: str,
    condition: str = "1",
    values: Sequence[object] = (),
) -> None:
    """Copy the rows of *table* that satisfy *condition*; existing rows stay unchanged."""
    cursor = source.execute(f"SELECT * FROM {table} WHERE {condition}", tuple(values))
    # Both have the tables of this program, because a catalogue with an older schema is not opened.
    marks = ", ".join("?" * len(cursor.description))
    target.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", cursor)
