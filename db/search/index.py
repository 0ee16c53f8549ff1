"""The search index as rows: folded words over original content, written here and nowhere else."""

from __future__ import annotations

import json
import sqlite3
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from db.decisions.decisions import set_values
from db.model.claim import Role
from db.model.decision import DecisionField
from db.model.text_marks import from_json, words_alone
from db.search.facet import facets
from db.search.words import FOLD_VERSION, fold, stems_of, words
from db.withholding import SHOWN

AT_ONCE = 200
"""How much waits at most to be written in one go."""

# A date has about 20 bits, a precision 2, and so many places 22: well below the 63 bits of a row number.
PLACES = 1 << 22
"""How many items of one date have a place of their own."""
# A year stands before its January, and that before its first day: rows are in the order of the dates as text.
_PRECISIONS = 4

WEIGHTS = "bm25(10.0, 8.0, 1.0, 0.5, 0.0)"
"""Title, author, text, stems, facets: a word in the title is worth ten in the text, and facets narrow alone."""
# Two, for a search that asks for the present must not be slowed down, nor ranked, by all the texts there ever were.
_IN_FORCE, _OLDER = "search", "search_edition"
"""The index of the editions in force, and that of those before them."""
# So many bytes of new words the index gathers before it writes a piece: what is catalogued at once becomes one piece,
# where FTS5's own 1 MB makes three, which it merges later.
_IN_MEMORY = 4 * 1024 * 1024
# By so many characters titles are put in order.
_PIECES = 8
"""So many pieces of a size are merged into one: FTS5's own 4 has each word written again more often, and to look into a
few pieces more takes no longer."""
_SORTED = 40
_COLUMNS = "rowid, title, author, text, stem, facet"


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed of an item, as it stands in the catalogue: original words.

    Attributes:
        author: all who are to be credited, a line each; *authors* those of them who wrote it.
        own_tags: those that archivists put to it.
        translations: the addresses that its page names as the same work in other languages.
    """

    publisher: str
    language: str | None
    published: str
    first_seen: str
    kind: str
    section: str
    title: str
    author: str
    authors: tuple[str, ...]
    text: str
    subtitle: str
    tags: tuple[str, ...]
    own_tags: tuple[str, ...]
    translations: tuple[str, ...]

    def folded(self) -> tuple[str, str, str, str, str]:
        """Return the five columns of the index."""
        title, author, text = fold(self.title), fold(self.author), fold(self.text)
        # A line each, so that no phrase is found across two of them.
        other = fold("\n".join((self.subtitle, *self.tags)))
        stems = stems_of(f"{title} {text} {other}", self.language)
        # Subtitle and tags find an item, and are no words of its text; stems are words that stand nowhere.
        return title, author, text, " ".join((other, *stems)), facets(self)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A document that goes into the *index* at *row*, or out of it."""

    index: str
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
        before: dict[tuple[str, int], Document] = {}
        after: dict[tuple[str, int], Document | None] = {}
        for turn in self._waiting:
            # What stood in the index when the transaction began, whatever happened to the row since: those words must
            # be passed to take it out.
            place = turn.index, turn.row
            if place not in after and not turn.enters:
                before[place] = turn.document
            after[place] = turn.document if turn.enters else None
        self._waiting.clear()
        # In the order of the rows, in which the index writes many at the cost of few.
        for (index, row), document in sorted(after.items(), key=lambda pair: pair[0]):
            held = before.get((index, row))
            # Forgotten and remembered with the same words, as when a credit line was written: nothing to do.
            if held == document:
                continue
            if held is not None:
                self._db.execute(
                    # The index has no content of its own: to delete is to say once more what was put in (FTS5,
                    # external content tables).
                    f"INSERT INTO {index} ({index}, {_COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?, ?)",
                    (row, *held.folded()),
                )
            if document is not None:
                self._db.execute(
                    f"INSERT INTO {index} ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", (row, *document.folded())
                )

    def forget(self, item: str) -> None:
        """Take *item* out, if it is in; its rows must still be as they were indexed."""
        found = self._db.execute("SELECT rowid, own_tags FROM search_doc WHERE item = ?", (item,)).fetchone()
        if found is None:
            return
        document = self._document(item)
        if document is not None:
            # As they were put in: what people noted may be another item's by now.
            document = replace(document, own_tags=tuple(json.loads(found[1])))
            self._waiting.append(_Turn(_IN_FORCE, found[0], document, enters=False))
            self._older(item, document, enters=False)
        self._db.execute("DELETE FROM search_doc WHERE rowid = ?", (found[0],))
        self._db.execute("DELETE FROM search_edition_doc WHERE item = ?", (item,))

    def remember(self, item: str) -> None:
        """Put *item* in as it stands, if it is not in and not withheld."""
        if self._db.execute("SELECT 1 FROM search_doc WHERE item = ?", (item,)).fetchone():
            return
        document = self._document(item, withheld=False)
        if document is None:
            return
        # Where nothing says when it was published, the day on which it was first seen is near enough for an order.
        row = self._place(document.published or document.first_seen)
        self._db.execute(
            """INSERT INTO search_doc (rowid, item, published, title, sorted_title, authors, tags, section, language,
            publisher, kind, own_tags, terms_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
            (SELECT terms_digest FROM item WHERE id = ?2))""",
            (
                row,
                item,
                document.published or None,
                document.title or None,
                " ".join(words(fold(document.title)))[:_SORTED],
                json.dumps(document.authors, ensure_ascii=False),
                json.dumps(document.tags, ensure_ascii=False),
                document.section or None,
                document.language,
                document.publisher,
                document.kind,
                json.dumps(document.own_tags, ensure_ascii=False),
            ),
        )
        self._waiting.append(_Turn(_IN_FORCE, row, document, enters=True))
        self._older(item, document, enters=True)

    def _older(self, item: str, shown: Document, *, enters: bool) -> None:
        """Put the editions of *item* before the one in force into their index, or take out those that are in."""
        if enters:
            self._db.execute(
                """INSERT INTO search_edition_doc (rowid, item, doc) SELECT id, item,
                (SELECT rowid FROM search_doc WHERE search_doc.item = ?1) FROM edition WHERE item = ?1
                AND opened < (SELECT max(opened) FROM edition WHERE item = ?1)""",
                (item,),
            )
        rows = self._db.execute(
            """SELECT edition.id, coalesce(edition.title, ''), edition.text, edition.marks FROM search_edition_doc
            JOIN edition ON edition.id = search_edition_doc.rowid WHERE search_edition_doc.item = ?""",
            (item,),
        ).fetchall()
        for row, title, text, marks in rows:
            # What narrows is that of the item: an older text is found under its tags and language of today.
            older = replace(shown, title=title, text=searched(text, marks), author="\n".join(self._named(row)))
            self._waiting.append(_Turn(_OLDER, row, older, enters=enters))

    def _named(self, edition: int) -> list[str]:
        rows = self._db.execute("SELECT name FROM attribution WHERE edition = ? ORDER BY position", (edition,))
        return [row[0] for row in rows]

    def refresh(self) -> int:
        """Write the whole index anew if another fold wrote it; return how many items were written."""
        held = self._db.execute("SELECT value FROM search_setting WHERE name = 'fold'").fetchone()
        if held is not None and held[0] == FOLD_VERSION:
            return 0
        # Not FTS5's own rebuild, which would index the words unfolded (decision 008).
        for index in (_IN_FORCE, _OLDER):
            self._db.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")
            # What `ORDER BY rank` of other programs means, too.
            self._db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('rank', '{WEIGHTS}')")
            self._db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('hashsize', {_IN_MEMORY})")
            self._db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('automerge', {_PIECES})")
            self._db.execute(f"DELETE FROM {index}_doc")
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
        shown = "" if withheld else f"AND item.{SHOWN}"
        row = self._db.execute(
            f"""SELECT item.publisher, item.language, coalesce(edition.published, ''), item.first_seen,
            coalesce(edition.title, ''), edition.text, coalesce(item.subtitle, ''), edition.id, edition.marks,
            item.kind, coalesce(item.section, ''), item.translations
            FROM item JOIN edition ON edition.item = item.id WHERE item.id = ? {shown} ORDER BY
            edition.opened DESC
            LIMIT 1""",
            (item,),
        ).fetchone()
        if row is None:
            return None
        credited = self._db.execute(
            "SELECT name, role FROM attribution WHERE edition = ? ORDER BY position", (row[7],)
        ).fetchall()
        tags = self._db.execute("SELECT value FROM tag WHERE item = ? ORDER BY position", (item,))
        own = self._db.execute(
            "SELECT DISTINCT value FROM annotations WHERE item = ? AND kind = 'tag' ORDER BY value", (item,)
        )
        read = {
            DecisionField.TITLE: [row[4]],
            DecisionField.PUBLISHED: [row[2]],
            DecisionField.LANGUAGE: [row[1] or ""],
            DecisionField.TAGS: [found[0] for found in tags],
        }
        # What is found is what is shown: a person's words over those of the page.
        set_by = set_values(self._db, row[7])
        says = read | {field: [value.value for value in values] or [""] for field, values in set_by.items()}
        named = set_by.get(DecisionField.AUTHOR)
        if named is not None:
            credited = [(one.value, one.role or Role.AUTHOR) for one in named]
        return Document(
            publisher=row[0],
            language=says[DecisionField.LANGUAGE][0] or None,
            published=says[DecisionField.PUBLISHED][0],
            first_seen=row[3],
            kind=row[9],
            section=row[10],
            title=says[DecisionField.TITLE][0],
            author="\n".join(name for name, _ in credited),
            authors=tuple(name for name, role in credited if role == Role.AUTHOR),
            text=searched(row[5], row[8]),
            subtitle=row[6],
            tags=tuple(filter(None, says[DecisionField.TAGS])),
            own_tags=tuple(found[0] for found in own),
            translations=tuple(url for _, url in json.loads(row[11])),
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


def first_place_of(row: int) -> tuple[int, int]:
    """Return the first row of the date that *row* stands at, and the first of the next date."""
    first = row - row % PLACES
    return first, first + PLACES


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


def day_at(row: int) -> str:
    """Return the day that *row* stands at; of a date that is a month or a year its first."""
    return date.fromordinal(max(row // PLACES // _PRECISIONS, 1)).isoformat()


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
