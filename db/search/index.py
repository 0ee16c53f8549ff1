"""The search index as rows: folded words over original content, written here and nowhere else."""

from __future__ import annotations

import sqlite3
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from db.decisions.decisions import set_values
from db.model.decision import DecisionField
from db.model.text_marks import from_json, words_alone
from db.search.facet import facets
from db.search.words import FOLD_VERSION, fold, stems_of

AT_ONCE = 200
"""How much waits at most to be written in one go."""

# A date has about 20 bits, a precision 2, and so many places 22: well below the 63 bits of a row number.
PLACES = 1 << 22
"""How many items of one date have a place of their own."""
_PRECISIONS = 4
"""A year stands before its January, and that before its first day: rows are in the order of the dates as text."""

# Each column weighs differently (`search._WEIGHTS`); facets narrow and weigh nothing.
_COLUMNS = "rowid, title, author, text, stem, facet"


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed of an item, as it stands in the catalogue: original words."""

    publisher: str
    language: str | None
    published: str
    first_seen: str
    title: str
    author: str
    text: str
    subtitle: str
    tags: tuple[str, ...]

    def folded(self) -> tuple[str, str, str, str, str]:
        """Return the five columns of the index."""
        title, author, text = fold(self.title), fold(self.author), fold(self.text)
        other = fold("\n".join((self.subtitle, *self.tags)))
        stems = stems_of(f"{title} {text} {other}", self.language)
        narrowing = facets(self.publisher, self.language, self.published, self.tags)
        # Subtitle and tags find an item, and are no words of its text; stems are words that stand nowhere.
        return title, author, text, " ".join((other, *stems)), narrowing


@dataclass(frozen=True, slots=True)
class _Turn:
    """A document that goes into the index at *row*, or out of it."""

    row: int
    document: Document
    enters: bool


class SearchIndex:
    """Keeps the index in step with the items. A row is taken out with the very words it was put in with.

    What goes in and out waits for `write`, which must come before the transaction ends: the index writes what comes
    in the order of its rows at once, and each document on its own at many times the cost.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._waiting: list[_Turn] = []

    @property
    def waiting(self) -> int:
        """How much waits to be written."""
        return len(self._waiting)

    def undo(self, waiting: int = 0) -> None:
        """Forget what waits to be written but the first *waiting*: what it followed from was undone."""
        del self._waiting[waiting:]

    def write(self) -> None:
        """Write what waits. Never within a savepoint that what it follows from was done before."""
        before: dict[int, Document] = {}
        after: dict[int, Document | None] = {}
        for turn in self._waiting:
            # What stood in the index when the transaction began, whatever happened to the row since: those words must
            # be passed to take it out.
            if turn.row not in after and not turn.enters:
                before[turn.row] = turn.document
            after[turn.row] = turn.document if turn.enters else None
        self._waiting.clear()
        # In the order of the rows, in which the index writes many at the cost of few.
        for row, document in sorted(after.items(), key=lambda pair: pair[0]):
            held = before.get(row)
            # Forgotten and remembered with the same words, as when a credit line was written: nothing to do.
            if held == document:
                continue
            if held is not None:
                self._db.execute(
                    # The index has no content of its own: to delete is to say once more what was put in (FTS5,
                    # contentless tables).
                    f"INSERT INTO search (search, {_COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?, ?)",
                    (row, *held.folded()),
                )
            if document is not None:
                self._db.execute(
                    f"INSERT INTO search ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", (row, *document.folded())
                )

    def forget(self, item: str) -> None:
        """Take *item* out, if it is in; its rows must still be as they were indexed."""
        found = self._db.execute("SELECT rowid FROM search_doc WHERE item = ?", (item,)).fetchone()
        if found is None:
            return
        document = self._document(item)
        if document is not None:
            self._waiting.append(_Turn(found[0], document, enters=False))
        self._db.execute("DELETE FROM search_doc WHERE rowid = ?", (found[0],))

    def remember(self, item: str) -> None:
        """Put *item* in as it stands, if it is not in and not withheld."""
        if self._db.execute("SELECT 1 FROM search_doc WHERE item = ?", (item,)).fetchone():
            return
        document = self._document(item, withheld=False)
        if document is None:
            return
        row = self._place(document.published or document.first_seen)
        self._db.execute(
            "INSERT INTO search_doc (rowid, item, published) VALUES (?, ?, ?)", (row, item, document.published)
        )
        self._waiting.append(_Turn(row, document, enters=True))

    def refresh(self) -> int:
        """Write the whole index anew if another fold wrote it; return how many items were written."""
        held = self._db.execute("SELECT value FROM search_setting WHERE name = 'fold'").fetchone()
        if held is not None and held[0] == FOLD_VERSION:
            return 0
        # Not FTS5's own rebuild, which would index the words unfolded (decision 008).
        self._db.execute("INSERT INTO search (search) VALUES ('delete-all')")
        self._db.execute("DELETE FROM search_doc")
        items = [row[0] for row in self._db.execute("SELECT id FROM item ORDER BY first_seen, id")]
        for item in items:
            self.remember(item)
            if self.waiting >= AT_ONCE:
                self.write()
        self.write()
        self._db.execute("INSERT OR REPLACE INTO search_setting (name, value) VALUES ('fold', ?)", (FOLD_VERSION,))
        return len(items)

    def _place(self, when: str) -> int:
        """Return a free row in date order, so that the newest items come first without sorting."""
        first = first_place(when)
        (last,) = self._db.execute(
            # Within the places of this date; the row of an item that left may be given out again.
            "SELECT max(rowid) FROM search_doc WHERE rowid >= ? AND rowid < ?",
            (first, first + PLACES),
        ).fetchone()
        return first if last is None else int(last) + 1

    def _document(self, item: str, *, withheld: bool = True) -> Document | None:
        shown = "" if withheld else "AND item.withheld IS NULL"
        row = self._db.execute(
            f"""SELECT item.publisher, item.language, coalesce(edition.published, ''), item.first_seen,
            coalesce(edition.title, ''), edition.text, coalesce(item.subtitle, ''), edition.id, edition.marks
            FROM item JOIN edition ON edition.item = item.id WHERE item.id = ? {shown} ORDER BY
            edition.opened DESC
            LIMIT 1""",
            (item,),
        ).fetchone()
        if row is None:
            return None
        authors = self._db.execute("SELECT name FROM attribution WHERE edition = ? ORDER BY position", (row[7],))
        tags = self._db.execute("SELECT value FROM tag WHERE item = ? ORDER BY position", (item,))
        read = {
            DecisionField.TITLE: [row[4]],
            DecisionField.AUTHOR: [found[0] for found in authors],
            DecisionField.PUBLISHED: [row[2]],
            DecisionField.LANGUAGE: [row[1] or ""],
            DecisionField.TAGS: [found[0] for found in tags],
        }
        # What is found is what is shown: a person's words over those of the page.
        set_by = set_values(self._db, row[7])
        says = read | {field: [value.value for value in values] or [""] for field, values in set_by.items()}
        return Document(
            publisher=row[0],
            language=says[DecisionField.LANGUAGE][0] or None,
            published=says[DecisionField.PUBLISHED][0],
            first_seen=row[3],
            title=says[DecisionField.TITLE][0],
            author="\n".join(says[DecisionField.AUTHOR]),
            text=searched(row[5], row[8]),
            subtitle=row[6],
            tags=tuple(says[DecisionField.TAGS]),
        )


def searched(text: str, marks: str) -> str:
    """Return *text* as it is searched, with the *marks* that are stored beside it."""
    # Most texts point to no notes, and their marks need not be read.
    return words_alone(text, from_json(marks)) if '"refs"' in marks else text


# ── The row of an item, by its date: so the newest come first unsorted, and dates are ranges ────────────────────────


def first_place(when: str) -> int:
    """Return the first row for items of the date *when*, as far as it is stated; what is after it stands behind."""
    parts = when[:10].split("-")
    return (_first_day(parts).toordinal() * _PRECISIONS + min(len(parts), 3) - 1) * PLACES


def place_after(when: str) -> int:
    """Return the first row behind all items of the date *when*: of all its days where it is a month or a year."""
    parts = when[:10].split("-")
    first = _first_day(parts)
    days = 1
    if len(parts) == 1:
        days = date(first.year, 12, 31).toordinal() - first.toordinal() + 1
    elif len(parts) == 2:
        days = monthrange(first.year, first.month)[1]
    return (first.toordinal() + days) * _PRECISIONS * PLACES


def _first_day(parts: list[str]) -> date:
    """Return the first day of a date; of one that is in no calendar, of its month or its year."""
    year, month, day = (*parts, "01", "01")[:3]
    for stated in ((year, month, day), (year, month, "01"), (year, "01", "01")):
        try:
            return date(*map(int, stated))
        except ValueError:
            continue
    # Not even the year is one: before everything else.
    return date.min
