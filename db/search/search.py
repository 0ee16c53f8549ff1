"""Find items: rank first, then show the words around the hits, from the original text."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.decisions.decisions import set_values
from db.model.claim import Role
from db.model.decision import DecisionField
from db.schema.tables import shown
from db.search.index import first_place, place_after, searched
from db.search.query import DATES, Atom, Column, Filter, FilterKind, Query, parse
from db.search.words import STEMMERS, fold, placed_words, stem

# Snippets: the stretch of the original text that shows most of the words looked for, and where they stand in it.

_AROUND = 60
# In characters: two to three lines of a terminal, and some words before the first hit.
_LENGTH = 220
_TRIED = 40
"""How many hits are tried as the start of a snippet."""
_LOOKED_AT = 200_000
"""Characters of a text that are looked at for a snippet."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of text and the half-open ranges of it that are hits.

    Attributes:
        before, after: the text goes on there.
    """

    text: str
    marks: tuple[tuple[int, int], ...]
    before: bool
    after: bool

    def marked(self, start: str, end: str) -> str:
        """Return the text with *start* and *end* around each hit and an ellipsis where it goes on."""
        parts: list[str] = ["…" if self.before else ""]
        place = 0
        for first, last in self.marks:
            parts += [self.text[place:first], start, self.text[first:last], end]
            place = last
        parts += [self.text[place:], "…" if self.after else ""]
        return "".join(parts)


def snippet(text: str, atoms: Sequence[Atom]) -> Snippet:
    """Return the stretch of *text* with most of *atoms* in it, its start where none is."""
    # One character for one, so that places stay.
    flat = text[:_LOOKED_AT].replace("\n", " ")
    places = _places(flat, [atom for atom in atoms if atom.column is not Column.AUTHOR])
    start = _word_start(flat, max(_best(places) - _AROUND, 0))
    end = _word_end(flat, min(start + _LENGTH, len(flat)))
    inside = sorted({(first - start, last - start) for first, last, _ in places if start <= first and last <= end})
    return Snippet(flat[start:end], _apart(inside), start > 0, end < len(text))


def _places(flat: str, atoms: Sequence[Atom]) -> list[tuple[int, int, int]]:
    """Return (start, end, number of the atom) of each hit, in order."""
    spoken = list(placed_words(fold(flat)))
    distinct = {word for _, _, word in spoken}
    found = []
    for number, atom in enumerate(atoms):
        size = len(atom.words)
        # Each distinct word is asked about once: a long text has few of them, and many repetitions.
        hits = [{word for word in distinct if _is_hit(atom, at, word)} for at in range(size)]
        for place, (start, _, word) in enumerate(spoken[: len(spoken) - size + 1]):
            if word in hits[0] and all(spoken[place + at][2] in hits[at] for at in range(1, size)):
                found.append((start, spoken[place + size - 1][1], number))
    return sorted(found)


def _is_hit(atom: Atom, at: int, word: str) -> bool:
    wanted = atom.words[at]
    if word == wanted:
        return True
    if atom.prefix and at == len(atom.words) - 1:
        return word.startswith(wanted)
    # Most words share no beginning with what is looked for: spare them the stemmer.
    if len(atom.words) > 1 or word[:2] != wanted[:2]:
        return False
    # As the index finds it: by the stem in any of the languages.
    return any(stem(word, code) in (wanted, stem(wanted, code)) for code in STEMMERS)


def _best(places: Sequence[tuple[int, int, int]]) -> int:
    """Return where the stretch starts that shows most of the atoms, and most often."""
    best, start = (0, 0), 0
    # Each start is weighed against all hits: a long text with a common word has thousands.
    for first, _, _ in places[:_TRIED]:
        near = [number for at, last, number in places if first <= at and last <= first + _LENGTH - _AROUND]
        worth = (len(set(near)), len(near))
        if worth > best:
            best, start = worth, first
    return start


def _word_start(flat: str, place: int) -> int:
    if place == 0:
        return 0
    space = flat.find(" ", place, place + 30)
    return place if space < 0 else space + 1


def _word_end(flat: str, place: int) -> int:
    if place == len(flat):
        return place
    space = flat.rfind(" ", place - 30, place)
    return place if space < 0 else space


def _apart(ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return *ranges* without overlaps, joined where they do."""
    joined: list[tuple[int, int]] = []
    for first, last in ranges:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


RANKED = 2000
"""Among how many of the newest hits the best come first; ranking all of a million would take seconds."""

# Title, author, text, stems, facets: a word in the title is worth ten in the text.
_WEIGHTS = "bm25(search, 10.0, 8.0, 1.0, 0.5, 0.0)"

_BEFORE = "(+rowid < ? OR +rowid IN (SELECT rowid FROM search_doc WHERE published = ''))"
_BEHIND = "(+rowid >= ? OR +rowid IN (SELECT rowid FROM search_doc WHERE published = ''))"
"""What does not begin, or does not end, with a date. The plus keeps SQLite from asking the index once a row."""

# As it is found: what a person set comes before what the page says.
_TITLE = shown(DecisionField.TITLE, "edition.title")
_PUBLISHED = shown(DecisionField.PUBLISHED, "edition.published")
_LANGUAGE = shown(DecisionField.LANGUAGE, "item.language")


@dataclass(frozen=True, slots=True)
class Hit:
    """One item found.

    Attributes:
        kind: whether it is an article.
        gone: since when it is off the site, or None.
        snippet: from its text, with the places of the words looked for.
    """

    item: str
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    language: str | None
    publisher: str
    kind: str
    gone: str | None
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.

    Attributes:
        total: how many items were found in all.
        ranked: among how many of the newest of them the best come first; the others follow, newest first.
    """

    query: Query
    total: int
    ranked: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Where:
    """The rows of the index that a query finds: a condition with its values. Every part of it is answered in one pass
    over the index; joined to another table, it would be asked for each row of that."""

    condition: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Window:
    """Which of *total* hits are wanted, and how many of the newest are ranked."""

    total: int
    ranked: int
    limit: int
    offset: int


def search(
    connection: sqlite3.Connection, text: str, *, limit: int = 20, offset: int = 0, ranked: int = RANKED
) -> Results:
    """Return the hits of *text* (see `query.parse`) from *offset* on, at most *limit*.

    The best of the newest *ranked* come first, then the others, newest first. No text is an error.
    """
    query = parse(text)
    where = _where(query)
    if where is None:
        return Results(query, 0, 0, ())
    (total,) = connection.execute(f"SELECT count(*) FROM search WHERE {where.condition}", where.values).fetchone()
    # SQLite takes a negative limit for none at all.
    window = _Window(total, ranked, max(limit, 0), max(offset, 0))
    rows = _page(connection, query, where, window)
    atoms = [atom for group in query.groups for atom in group]
    hits = tuple(_hit(connection, row, atoms) for row in rows)
    return Results(query, total, min(total, ranked) if query.groups else 0, hits)


def all_ids(connection: sqlite3.Connection, text: str) -> list[str]:
    """Return the ids of every item that *text* finds, newest first: what an export takes."""
    where = _where(parse(text))
    if where is None:
        return []
    rows = connection.execute(
        # CROSS JOIN fixes the order: the index first, once, and then each row by its number.
        f"""SELECT search_doc.item FROM (SELECT rowid AS found FROM search WHERE {where.condition})
        CROSS JOIN search_doc ON search_doc.rowid = found ORDER BY found DESC""",
        where.values,
    )
    return [row[0] for row in rows]


def _where(query: Query) -> _Where | None:
    match = query.match()
    if match is None:
        return None
    conditions: list[str] = ["search MATCH ?"]
    values: list[str | int] = [match]
    for one in query.filters:
        if one.kind in DATES:
            condition, place = _dated(one)
            conditions.append(condition)
            values.append(place)
    return _Where(" AND ".join(conditions), tuple(values))


def _dated(one: Filter) -> tuple[str, int]:
    """Return the rows that a filter by date leaves: they are in the order of the dates."""
    if one.kind is FilterKind.FROM:
        return _BEFORE if one.negated else "rowid >= ?", first_place(one.value)
    return _BEHIND if one.negated else "rowid < ?", place_after(one.value)


def _page(connection: sqlite3.Connection, query: Query, where: _Where, window: _Window) -> list[int]:
    newest = f"SELECT rowid FROM search WHERE {where.condition}"
    limit, offset, ranked = window.limit, window.offset, window.ranked
    if not query.groups:
        order = f"{newest} ORDER BY rowid DESC LIMIT ? OFFSET ?"
        return [row[0] for row in connection.execute(order, (*where.values, limit, offset))]
    floor = 0
    # Ranking costs as much as there are hits. The row of the oldest that is still ranked bounds it.
    if window.total > ranked:
        last = f"{newest} ORDER BY rowid DESC LIMIT 1 OFFSET ?"
        (floor,) = connection.execute(last, (*where.values, ranked - 1)).fetchone()
    # Among equals the newest, so that pages of results do not overlap.
    best = f"{newest} AND rowid >= ? ORDER BY {_WEIGHTS}, rowid DESC LIMIT ? OFFSET ?"
    rows = [row[0] for row in connection.execute(best, (*where.values, floor, limit, offset))]
    # The page reaches beyond those that are ranked, or lies behind them.
    if len(rows) < limit and window.total > ranked:
        rest = f"{newest} AND rowid < ? ORDER BY rowid DESC LIMIT ? OFFSET ?"
        values = (*where.values, floor, limit - len(rows), max(offset - ranked, 0))
        rows += [row[0] for row in connection.execute(rest, values)]
    return rows


def _hit(connection: sqlite3.Connection, row: int, atoms: Sequence[Atom]) -> Hit:
    found = connection.execute(
        f"""SELECT item.id, {_TITLE}, {_PUBLISHED}, {_LANGUAGE}, item.publisher, edition.text, edition.id,
        edition.marks, item.kind, item.gone
        FROM search_doc JOIN item ON item.id = search_doc.item JOIN edition ON edition.item = item.id
        WHERE search_doc.rowid = ? ORDER BY edition.opened DESC LIMIT 1""",
        (row,),
    ).fetchone()
    return Hit(
        item=found[0],
        title=found[1],
        authors=_authors(connection, found[6]),
        published=found[2],
        language=found[3],
        publisher=found[4],
        kind=found[8],
        gone=found[9],
        snippet=snippet(searched(found[5], found[7]), atoms),
    )


def _authors(connection: sqlite3.Connection, edition: int) -> tuple[str, ...]:
    # A person may have set that there is none, which is not the same as nothing set.
    named = set_values(connection, edition).get(DecisionField.AUTHOR)
    if named is not None:
        return tuple(one.value for one in named if one.role is Role.AUTHOR)
    query = "SELECT name FROM attribution WHERE edition = ? AND role = 'author' ORDER BY position"
    return tuple(name[0] for name in connection.execute(query, (edition,)))
