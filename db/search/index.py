"""The search index as rows: folded words for the original content. It is only written here."""

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
"""The most changes that wait to be written together."""

# A date takes about 20 bits, a precision 2, and a place 22, well below the 63 bits of a row number.
PLACES = 1 << 22
"""How many items of one date have separate places."""
# A year comes before its January, and a month before its first day: rows are in the order of dates as text.
_PRECISIONS = 4

WEIGHTS = "bm25(10.0, 8.0, 1.0, 0.5, 0.0)"
"""Title, author, text, stems, facets: a word in the title counts ten times one in the text; facets only filter."""
# Two indexes, so that older texts neither slow down nor rank searches for the present.
_IN_FORCE, _OLDER = "search", "search_edition"
"""The index of editions in force, and the index of earlier editions."""
# So many bytes of new words are collected before FTS5 writes a segment. What is catalogued together becomes one
# segment; FTS5's default of 1 MB makes three, which are merged later.
_IN_MEMORY = 4 * 1024 * 1024
# How many characters of a title are used for sorting.
_PIECES = 8
"""How many segments of a size are merged into one. With FTS5's default of 4, words are rewritten more often; searching
a few more segments takes no longer."""
_SORTED = 40
_COLUMNS = "rowid, title, author, text, stem, facet"


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed for an item in its current state, in original words.

    Attributes:
        author: everybody who is to be credited, one per line; *authors* are those in the role of author.
        own_tags: tags added by archivists.
        translations: the addresses of translations named by its page.
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
        """Return the values of the five columns of the index."""
        title, author, text = fold(self.title), fold(self.author), fold(self.text)
        # One per line, so that no phrase matches across two of them.
        other = fold("\n".join((self.subtitle, *self.tags)))
        stems = stems_of(f"{title} {text} {other}", self.language)
        # Subtitle and tags help to find an item but are not words of its text; stems occur nowhere in it.
        return title, author, text, " ".join((other, *stems)), facets(self)


@dataclass(frozen=True, slots=True)
class _IndexChange:
    """A document to be added to the *index* at *row*, or removed from it."""

    index: str
    row: int
    document: Document
    enters: bool


class SearchIndex:
    """Keeps the index in step with the items. A row is removed by passing exactly the words that were added.

    Changes wait for `write`, which must be called before the transaction ends: the index writes many documents in row
    order much faster than one by one.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._waiting: list[_IndexChange] = []

    @property
    def waiting(self) -> int:
        """The number of changes that wait to be written."""
        return len(self._waiting)

    def undo(self, waiting: int = 0) -> None:
        """Drop the waiting changes except the first *waiting*, because their cause was rolled back."""
        del self._waiting[waiting:]

    def write(self) -> None:
        """Write the waiting changes. Never call this in a savepoint if changes from before it are waiting."""
        before: dict[tuple[str, int], Document] = {}
        after: dict[tuple[str, int], Document | None] = {}
        for turn in self._waiting:
            # What the index held when the transaction began, whatever happened to the row since: these words must be
            # passed to remove it.
            place = turn.index, turn.row
            if place not in after and not turn.enters:
                before[place] = turn.document
            after[place] = turn.document if turn.enters else None
        self._waiting.clear()
        # In row order, in which the index writes many documents quickly.
        for (index, row), document in sorted(after.items(), key=lambda pair: pair[0]):
            held = before.get((index, row))
            # Removed and added again with the same words, as after writing a credit line: nothing to do.
            if held == document:
                continue
            if held is not None:
                self._db.execute(
                    # The index stores no content, so deleting means passing again what was added (FTS5, external
                    # content tables).
                    f"INSERT INTO {index} ({index}, {_COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?, ?)",
                    (row, *held.folded()),
                )
            if document is not None:
                self._db.execute(
                    f"INSERT INTO {index} ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", (row, *document.folded())
                )

    def forget(self, item: str) -> None:
        """Remove *item* if it is in the index; its rows must still be as they were indexed."""
        found = self._db.execute("SELECT rowid, own_tags FROM search_doc WHERE item = ?", (item,)).fetchone()
        if found is None:
            return
        document = self._document(item)
        if document is not None:
            # As they were added, because an annotation may now belong to another item.
            document = replace(document, own_tags=tuple(json.loads(found[1])))
            self._waiting.append(_IndexChange(_IN_FORCE, found[0], document, enters=False))
            self._older(item, document, enters=False)
        self._db.execute("DELETE FROM search_doc WHERE rowid = ?", (found[0],))
        self._db.execute("DELETE FROM search_edition_doc WHERE item = ?", (item,))

    def remember(self, item: str) -> None:
        """Add *item* in its current state, if it is not in the index and not withheld."""
        if self._db.execute("SELECT 1 FROM search_doc WHERE item = ?", (item,)).fetchone():
            return
        document = self._document(item, withheld=False)
        if document is None:
            return
        # Without a date of publication, the day it was first seen is good enough for sorting.
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
        self._waiting.append(_IndexChange(_IN_FORCE, row, document, enters=True))
        self._older(item, document, enters=True)

    def _older(self, item: str, shown: Document, *, enters: bool) -> None:
        """Add earlier editions of *item* to their index, or remove them."""
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
            # Filters concern the item: an older text is found under the item's present tags and language.
            older = replace(shown, title=title, text=searched(text, marks), author="\n".join(self._named(row)))
            self._waiting.append(_IndexChange(_OLDER, row, older, enters=enters))

    def _named(self, edition: int) -> list[str]:
        rows = self._db.execute("SELECT name FROM attribution WHERE edition = ? ORDER BY position", (edition,))
        return [row[0] for row in rows]

    def refresh(self) -> int:
        """Write the whole index again if another version of the folding wrote it; return how many items were
        written.
        """
        held = self._db.execute("SELECT value FROM search_setting WHERE name = 'fold'").fetchone()
        if held is not None and held[0] == FOLD_VERSION:
            return 0
        # Not with FTS5's own rebuild, which would index unfolded words (decision 008).
        for index in (_IN_FORCE, _OLDER):
            self._db.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")
            # So that `ORDER BY rank` in other programs means the same.
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
            # Within the places of this date; the row of a removed item may be used again.
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
        # Search what is shown: a person's values replace those of the page.
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
    """Return *text* as it is searched, given the *marks* stored with it."""
    # Most texts have no references to notes, so their marks need not be parsed.
    return words_alone(text, from_json(marks)) if '"refs"' in marks else text


# ── Rows by date: the newest come first without sorting, and date ranges are row ranges ─────────────────────────────


def first_place(when: str) -> int:
    """Return the first row for items with the (possibly incomplete) date *when*; more precise dates come later."""
    parts = when[:10].split("-")
    return (_first_day(parts).toordinal() * _PRECISIONS + min(len(parts), 3) - 1) * PLACES


def first_place_of(row: int) -> tuple[int, int]:
    """Return the first row with the date of *row*, and the first row of the next date."""
    first = row - row % PLACES
    return first, first + PLACES


def place_after(when: str) -> int:
    """Return the first row after all items of the date *when*, which may be a month or a year."""
    parts = when[:10].split("-")
    first = _first_day(parts)
    days = 1
    if len(parts) == 1:
        days = date(first.year, 12, 31).toordinal() - first.toordinal() + 1
    elif len(parts) == 2:
        days = monthrange(first.year, first.month)[1]
    return (first.toordinal() + days) * _PRECISIONS * PLACES


def day_at(row: int) -> str:
    """Return the day of *row*; if its date is a month or a year, the first day of that."""
    return date.fromordinal(max(row // PLACES // _PRECISIONS, 1)).isoformat()


def _first_day(parts: list[str]) -> date:
    """Return the first day of a date; for an invalid day, that of its month or year."""
    year, month, day = (*parts, "01", "01")[:3]
    for stated in ((year, month, day), (year, month, "01"), (year, "01", "01")):
        try:
            return date(*map(int, stated))
        except ValueError:
            continue
    # Not even a valid year: sort it before everything else.
    return date.min
