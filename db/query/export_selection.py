"""Export selection: the captures and notes that belong to the chosen items, as a fixed list in temporary tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from archive.warc.capture import Capture, CaptureKind, NoteKind
from db import captures, withholding
from db.fold import alias_rows
from db.instant import maybe_text
from db.model.item import Item, StatementPlace
from db.withholding import SHOWN, WITHHELD

_TABLES = (
    "CREATE TEMP TABLE chosen_item (item TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TEMP TABLE chosen_record (id TEXT PRIMARY KEY, file TEXT NOT NULL, offset INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TEMP TABLE withheld_record (id TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TEMP TABLE other_record (file TEXT, offset INTEGER, PRIMARY KEY (file, offset)) WITHOUT ROWID",
)

# Captures of an item's addresses, whatever they show, and redirects to these addresses.
_AT_KEYS = """SELECT {columns} FROM item_alias JOIN capture ON capture.url_key = item_alias.key
    AND capture.publisher = item_alias.publisher WHERE item_alias.current = 1 AND item_alias.item IN ({items})
    UNION SELECT {columns} FROM item_alias JOIN capture ON capture.location_key = item_alias.key
    AND capture.publisher = item_alias.publisher WHERE item_alias.current = 1 AND item_alias.item IN ({items})"""

# The same for any publisher, because what is withheld is withheld everywhere.
_AT_ADDRESS = """SELECT {columns} FROM item_alias JOIN capture ON capture.url_key = item_alias.key
    WHERE item_alias.current = 1 AND item_alias.item IN ({items})
    UNION SELECT {columns} FROM item_alias JOIN capture ON capture.location_key = item_alias.key
    WHERE item_alias.current = 1 AND item_alias.item IN ({items})"""

# Captures from which editions were read: pages, further parts, witnesses.
_READ_FROM = """SELECT {columns} FROM edition JOIN edition_capture ON edition_capture.edition = edition.id
    JOIN capture ON capture.id = edition_capture.capture WHERE edition.item IN ({items})"""

# The records with the evidence of claims about an item: also terms pages, robots.txt, a person's decision.
_EVIDENCE = """SELECT evidence.capture FROM evidence WHERE evidence.id IN (
    SELECT language_evidence FROM item WHERE id IN ({items})
    UNION ALL SELECT subtitle_evidence FROM item WHERE id IN ({items})
    UNION ALL SELECT section_evidence FROM item WHERE id IN ({items})
    UNION ALL SELECT site_name_evidence FROM item WHERE id IN ({items})
    UNION ALL SELECT modified_evidence FROM item WHERE id IN ({items})
    UNION ALL SELECT evidence FROM tag WHERE item IN ({items})
    UNION ALL SELECT evidence FROM term WHERE item IN ({items})
    UNION ALL SELECT title_evidence FROM edition WHERE item IN ({items})
    UNION ALL SELECT published_evidence FROM edition WHERE item IN ({items})
    UNION ALL SELECT attribution.evidence FROM attribution JOIN edition ON edition.id = attribution.edition
        WHERE edition.item IN ({items}))"""

# Our notes about an item, under any id that it ever had.
_ABOUT = """SELECT {columns} FROM event AS note WHERE note.file IS NOT NULL
    AND note.item IN (SELECT id FROM item_alias WHERE item IN ({items}))"""

# Failed visits of an item's addresses, because they show when the page could not be seen.
_FAILED = """SELECT {columns} FROM item_alias JOIN failure AS note ON note.url_key = item_alias.key
    AND note.publisher = item_alias.publisher WHERE item_alias.current = 1 AND item_alias.item IN ({items})"""

# Decisions about an item, and their withdrawals.
_DECIDED = """SELECT {columns} FROM decision JOIN event AS note ON note.id = decision.id WHERE decision.item IN (
        SELECT id FROM item_alias WHERE item IN ({items}))
    UNION SELECT {columns} FROM decision JOIN decision AS undone ON undone.id = decision.undoes
    JOIN event AS note ON note.id = decision.id
    WHERE undone.item IN (SELECT id FROM item_alias WHERE item IN ({items}))"""

# Decisions about the publisher's words on reuse.
_DECIDED_OF_WORDS = """SELECT {columns} FROM decision JOIN event AS note ON note.id = decision.id
    WHERE decision.words IS NOT NULL AND decision.publisher IN (SELECT publisher FROM item WHERE id IN ({items}))
    UNION SELECT {columns} FROM decision JOIN decision AS undone ON undone.id = decision.undoes
    JOIN event AS note ON note.id = decision.id WHERE undone.words IS NOT NULL
    AND undone.publisher IN (SELECT publisher FROM item WHERE id IN ({items}))"""

# The chosen items, and their publishers' terms pages, whose statements apply to them.
_ITEMS = f"""SELECT item FROM chosen_item
    UNION SELECT term.item FROM statement JOIN term ON term.statement = statement.id
    JOIN item AS page ON page.id = term.item
    WHERE statement.place = '{StatementPlace.TERMS_PAGE.value}' AND page.{SHOWN} AND statement.publisher IN (
        SELECT publisher FROM item WHERE id IN (SELECT item FROM chosen_item))"""

_WITHHELD = f"SELECT id FROM item WHERE {WITHHELD}"
_BATCH = 1000
_CAPTURE = "capture.id, capture.file, capture.offset"
_NOTE = "note.id, note.file, note.offset"


@dataclass(frozen=True, slots=True)
class Withheld:
    """How an edition of a withheld item can be recognised elsewhere: its addresses as keys, its title, its text."""

    keys: tuple[str, ...]
    title: str
    text: str


def withheld_editions(connection: sqlite3.Connection) -> Iterator[Withheld]:
    """Yield each edition of the withheld items."""
    query = f"SELECT item, coalesce(title, ''), text FROM edition WHERE item IN ({_WITHHELD})"
    for item, title, text in connection.execute(query).fetchall():
        yield Withheld(alias_rows.keys(connection, item), title, text)


def withheld_captures(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the captures of withheld items' addresses, and those from which their editions were read; each with one of
    the items. Revisits at other addresses are not included.
    """
    found: dict[str, str] = {}
    for item in sorted(withholding.items(connection)):
        for query in (_AT_ADDRESS, _READ_FROM):
            asked = query.format(columns="capture.id", items=":item")
            found |= dict.fromkeys((row[0] for row in connection.execute(asked, {"item": item})), item)
    return found


class Chosen:
    """The records to be exported, never those of withheld items.

    Use one at a time on a connection, which may be read-only: the choice is stored in temporary tables.

    Attributes:
        everything: all records are chosen, even those unknown to the catalogue, except withheld ones.
        echoes: how many captures were left out because they repeat a withheld item, as feeds do.
        unshown: how many captures were left out because the payload they repeat is withheld.
    """

    def __init__(self, connection: sqlite3.Connection, *, until: datetime | None = None) -> None:
        """Choose from the catalogue of *connection*, only records up to *until*."""
        self._connection = connection
        # "9999" sorts after every instant.
        self._until = maybe_text(until) or "9999"
        self.everything = False
        self._unwanted = ""
        self.unshown = self.echoes = 0
        # A command may make two choices on one connection.
        for table in _TABLES:
            name = table.split()[3]
            connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
            connection.execute(table)

    def add_item(self, item: Item) -> None:
        """Choose *item*, and the records with its terms, wherever these are."""
        self._connection.execute("INSERT OR IGNORE INTO chosen_item VALUES (?)", (item.id,))
        # What permits the use of an item goes with it, be it a terms page or robots.txt.
        stands = [(held.statement.evidence.capture, self._until) for held in item.terms]
        taken = f"INSERT OR IGNORE INTO chosen_record SELECT {_CAPTURE} FROM capture WHERE id = ? AND began <= ?"
        self._connection.executemany(taken, stands)

    def add_everything(self, *, settings: bool = False) -> None:
        """Choose every item and all other records; settings notes only if wanted."""
        self.everything = True
        self._unwanted = "" if settings else NoteKind.SETTINGS.value
        # In SQL, so that a hundred thousand items need not be read one by one.
        self._connection.execute(f"INSERT OR IGNORE INTO chosen_item SELECT id FROM item WHERE {SHOWN}")

    def settle(
        self,
        repeats: Callable[[Capture], bool] = lambda _capture: False,
        states: Callable[[str, int], bool] = lambda _file, _offset: False,
    ) -> None:
        """Find the records of the chosen items. Call this once, after everything has been chosen.

        Left out are captures for which *repeats* is true, because they show withheld content, and notes (by file and
        offset) for which *states* is true.
        """
        # First, because everything below is checked against it.
        self._withhold()
        if self.everything:
            self._take("SELECT id, file, offset FROM capture WHERE began <= ?")
            self._take(
                "SELECT id, file, offset FROM event WHERE file IS NOT NULL AND at <= ? AND type <> ?", self._unwanted
            )
            self._take("SELECT id, file, offset FROM failure WHERE at <= ?")
        else:
            self._take_of_items()
        self._drop("SELECT id FROM withheld_record")
        # A list, because the choice changes during the loop.
        for echo in [one for one in self.captures() if repeats(one)]:
            self._connection.execute("INSERT OR IGNORE INTO withheld_record VALUES (?)", (echo.id,))
            self._drop("?", (echo.id,))
            self.echoes += 1
        for note, file, offset in self._notes():
            if states(file, offset):
                self._drop("?", (note,))
        # Last, because revisits of captures left out above must go too.
        self._follow_revisits()
        self._place()

    def _place(self) -> None:
        """Prepare the questions about single files: a collection has a file for each run and publisher, so looking
        through all records for each of them would take longer with every run.
        """
        self._connection.execute("CREATE INDEX temp.chosen_place ON chosen_record (file, offset)")
        if self.everything:
            self._connection.execute(
                """INSERT OR IGNORE INTO other_record SELECT file, offset FROM (
                    SELECT id, file, offset FROM capture
                    UNION ALL SELECT id, file, offset FROM event WHERE file IS NOT NULL
                    UNION ALL SELECT id, file, offset FROM failure)
                WHERE id NOT IN (SELECT id FROM chosen_record)"""
            )

    def _withhold(self) -> None:
        # By address for any publisher, because another publisher's capture shows the same page.
        of_captures = [(_AT_ADDRESS, "capture.id"), (_READ_FROM, "capture.id")]
        # Without decisions about words: they concern the publisher and apply to its other items.
        of_notes = [(query, "note.id") for query in (_ABOUT, _FAILED, _DECIDED)]
        for query, columns in of_captures + of_notes:
            found = query.format(columns=columns, items=_WITHHELD)
            self._connection.execute(f"INSERT OR IGNORE INTO withheld_record {found}")

    def _take_of_items(self) -> None:
        for query in (_AT_KEYS, _READ_FROM):
            found = query.format(columns=f"{_CAPTURE}, capture.began AS made", items=_ITEMS)
            self._take(f"SELECT id, file, offset FROM ({found}) WHERE made <= ?")
        # Evidence is in a capture or, for a person's decision, in a note.
        stands = _EVIDENCE.format(items=_ITEMS)
        self._take(f"SELECT {_CAPTURE} FROM capture WHERE id IN ({stands}) AND began <= ?")
        self._take(f"SELECT {_NOTE} FROM event AS note WHERE id IN ({stands}) AND file IS NOT NULL AND at <= ?")
        for query in (_ABOUT, _FAILED, _DECIDED, _DECIDED_OF_WORDS):
            found = query.format(columns=f"{_NOTE}, note.at AS made", items=_ITEMS)
            self._take(f"SELECT id, file, offset FROM ({found}) WHERE made <= ?")

    def _take(self, query: str, *values: str) -> None:
        self._connection.execute(f"INSERT OR IGNORE INTO chosen_record {query}", (self._until, *values))

    def _notes(self) -> list[tuple[str, str, int]]:
        """Return the chosen records that are not captures: id, file and offset."""
        return self._connection.execute(
            "SELECT id, file, offset FROM chosen_record WHERE id NOT IN (SELECT id FROM capture) ORDER BY file, offset"
        ).fetchall()

    def _drop(self, query: str, values: tuple[object, ...] = ()) -> None:
        self._connection.execute(f"DELETE FROM chosen_record WHERE id IN ({query})", values)

    def _follow_revisits(self) -> None:
        """Choose the originals of chosen revisits; drop revisits of withheld originals."""
        (withheld,) = self._connection.execute("SELECT count(*) FROM withheld_record").fetchone()
        # Then all originals are chosen and none is withheld.
        if self.everything and not withheld:
            return
        last = ""
        while batch := self._revisits_after(last):
            last = batch[-1].id
            while batch:
                original = self._follow(batch.pop())
                # Imported files may hold revisits of revisits.
                if original is not None and original.kind is not CaptureKind.RESPONSE:
                    batch.append(original)

    def _revisits_after(self, last: str) -> list[Capture]:
        """Return the next chosen revisits by id, in batches, so that only a few are in memory."""
        query = "SELECT id FROM chosen_record WHERE id > ?"
        return captures.revisits(self._connection, query, (last,), limit=_BATCH)

    def _follow(self, revisit: Capture) -> Capture | None:
        """Choose the original of *revisit* and return it if it was not chosen before."""
        if revisit.refers_to_url is None or revisit.refers_to_date is None:
            return None
        original = captures.original(self._connection, revisit.refers_to_url, revisit.refers_to_date)
        if original is None:
            return None
        # A revisit shows its original's payload, wherever a reader finds that.
        if self._connection.execute("SELECT 1 FROM withheld_record WHERE id = ?", (original.id,)).fetchone():
            self._drop("?", (revisit.id,))
            self.unshown += 1
            return None
        row = (original.id, original.ref.file, original.ref.offset)
        taken = self._connection.execute("INSERT OR IGNORE INTO chosen_record VALUES (?, ?, ?)", row)
        return original if taken.rowcount else None

    def count(self) -> int:
        """Return the number of chosen items."""
        return int(self._connection.execute("SELECT count(*) FROM chosen_item").fetchone()[0])

    def without_page(self) -> list[str]:
        """Return the chosen items of which no captured page is chosen."""
        rows = self._connection.execute(
            """SELECT item FROM chosen_item WHERE NOT EXISTS (SELECT 1 FROM edition
            JOIN edition_capture ON edition_capture.edition = edition.id
            JOIN chosen_record ON chosen_record.id = edition_capture.capture
            WHERE edition.item = chosen_item.item) ORDER BY item"""
        )
        return [row[0] for row in rows]

    def holds(self, record: str) -> bool:
        """Say whether *record* is chosen."""
        return self._connection.execute("SELECT 1 FROM chosen_record WHERE id = ?", (record,)).fetchone() is not None

    def captures(self) -> Iterator[Capture]:
        """Yield the chosen captures, file by file, in file order."""
        return captures.by_id_query(self._connection, "SELECT id FROM chosen_record")

    def files(self) -> list[str]:
        """Return the files with at least one chosen record."""
        rows = self._connection.execute("SELECT DISTINCT file FROM chosen_record ORDER BY file")
        return [row[0] for row in rows]

    def offsets(self, file: str) -> set[int]:
        """Return the offsets of the chosen records in *file*."""
        rows = self._connection.execute("SELECT offset FROM chosen_record WHERE file = ?", (file,))
        return {row[0] for row in rows}

    def publishers(self) -> list[str]:
        """Return the ids of the publishers of the chosen items."""
        rows = self._connection.execute(
            "SELECT DISTINCT publisher FROM item WHERE id IN (SELECT item FROM chosen_item) ORDER BY publisher"
        )
        return [row[0] for row in rows]

    def others(self, file: str) -> set[int]:
        """Return the offsets in *file* of records that the catalogue knows and that an export of everything leaves
        out.
        """
        rows = self._connection.execute("SELECT offset FROM other_record WHERE file = ?", (file,))
        return {row[0] for row in rows}


# Extract: the catalogue's rows about the choice, as in the public views.

_QUERIES = {
    "editions": "SELECT * FROM editions WHERE item IN (SELECT item FROM chosen_item) AND opened <= ? ORDER BY id",
    "terms": """SELECT * FROM terms WHERE item IN (SELECT item FROM chosen_item) AND first_seen <= ?
        ORDER BY item, first_seen""",
    "captures": """SELECT * FROM captures WHERE id IN (SELECT id FROM chosen_record) AND began <= ?
        ORDER BY began, id""",
    "decisions": """SELECT * FROM decisions WHERE id IN (SELECT id FROM chosen_record) AND made <= ?
        ORDER BY made, id""",
    "failures": """SELECT id, at, publisher, url, reason, detail FROM failure
        WHERE id IN (SELECT id FROM chosen_record) AND at <= ? ORDER BY at, id""",
    # An event belongs to the capture that shows it, a note to its own record.
    "events": """SELECT id, type, at, publisher, about, item, capture, detail FROM event
        WHERE coalesce(capture, id) IN (SELECT id FROM chosen_record) AND at <= ? ORDER BY at, id""",
}
TABLES = tuple(_QUERIES)


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the column names of *table*, which may have no rows."""
    # An empty table still gets its header.
    cursor = connection.execute(f"SELECT * FROM ({_QUERIES[table]}) LIMIT 0", ("",))
    return [column[0] for column in cursor.description]


def rows(connection: sqlite3.Connection, table: str, until: datetime | None = None) -> Iterator[dict[str, object]]:
    """Yield the rows of *table* (one of TABLES) about the choice on *connection*, up to *until*."""
    cursor = connection.execute(_QUERIES[table], (maybe_text(until) or "9999",))
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))
