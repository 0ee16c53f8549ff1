"""Quotation: find the edition with words that somebody quotes, whether they are exact, and what was changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from db.model.text_marks import Mark, from_json, page_at
from db.search.effort import WITHOUT_END, Effort, EffortExceeded
from db.search.index import searched
from db.search.passage import Passage, find, parts_of_quotation, without_notes
from db.search.words import fold, words

# The most editions that are compared per quotation.
_LOOKED_AT = 40
# The most runs of words for which the index is queried.
_SHINGLES = 40
# From this likeness on, the search for a closer passage ends.
_NEAR = 0.85
# The most words of a phrase that are passed to the index.
_LONGEST = 64
OF_ONE = 20.0
"""Seconds that one of many quotations may take, so that the others get their turn."""
_SHARE = 1 / 30
"""Or this share of the total time, if that is more."""


class QuotationVerdict(StrEnum):
    """The result for a quotation."""

    EXACT = "exact"
    ALTERED = "altered"
    OLDER = "older edition"
    """It is in a replaced edition, but in none that is in force."""
    NOT_FOUND = "not found"
    NOT_LOOKED_AT = "not looked at"
    """Not searched, or not completely, because the time was used up."""


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """A passage in an edition.

    Attributes:
        edition: the id of the edition.
        in_force: whether it is the item's newest edition.
        text: the text as searched, without references to notes; *passage* counts characters in it.
        page: for a document, the page on which the words begin.
    """

    item: str
    edition: str
    in_force: bool
    text: str
    passage: Passage
    page: int | None = None

    @property
    def words(self) -> str:
        """The words in the text."""
        return self.text[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation with its verdict and the places where it was found, the best first.

    Attributes:
        elsewhere: in how many items besides those in *found* the words are exact.
        is_counted: whether *elsewhere* is exact; else there may be more.
    """

    said: str
    verdict: QuotationVerdict
    found: tuple[QuotedPassage, ...]
    elsewhere: int = 0
    is_counted: bool = True


def look_up_each(
    connection: sqlite3.Connection,
    many: Iterable[str],
    effort: Effort,
    *,
    within: str | None = None,
    named: Collection[str] = (),
    limit: int = 5,
) -> Iterator[Quotation]:
    """Yield the best places for each of *many* quotations, as `look_up` finds them. *effort* is for all together.
    What it does not reach is reported as not looked at, and so is a quotation that takes more than both twenty seconds
    and a thirtieth of the effort.
    """
    end, of_one = effort.clock() + effort.seconds, max(OF_ONE, effort.seconds * _SHARE)
    for said in many:
        left = replace(effort, seconds=min(end - effort.clock(), of_one))
        found = Quotation(said, QuotationVerdict.NOT_LOOKED_AT, ())
        if left.seconds > 0:
            with suppress(EffortExceeded):
                found = look_up(connection, said, within=within, named=named, limit=limit, effort=left)
        yield found


def look_up(
    connection: sqlite3.Connection,
    said: str,
    *,
    within: str | None = None,
    named: Collection[str] = (),
    limit: int = 5,
    effort: Effort = WITHOUT_END,
) -> Quotation:
    """Return in which editions (of the item *within*, if given) the words *said* occur, at most *limit*.

    If several items have them exactly, those whose ids are *named* come first: the person who quotes says where the
    words are from. Withheld items are not searched.
    Raises:
        EffortExceeded: it would take more than *effort*.
    """
    with effort.limiting(connection) as is_over:
        return _looked_up(connection, said, _Bounds(within, frozenset(named), set(), set(), is_over), limit)


def _looked_up(connection: sqlite3.Connection, said: str, bounds: _Bounds, limit: int) -> Quotation:
    exact: list[QuotedPassage] = []
    near: list[QuotedPassage] = []
    for match in _matches(said):
        for one in _candidates(connection, said, match, bounds):
            (exact if one.passage.is_exact else near).append(one)
        # If the words were found as typed, similar passages are not needed.
        if exact or any(one.passage.likeness >= _NEAR for one in near):
            break
    # A stable sort, so that equals stay in the order of the index, the best first.
    exact.sort(key=lambda one: (one.item not in bounds.named, not one.in_force))
    near.sort(key=lambda one: (-one.passage.likeness, not one.in_force))
    if exact:
        verdict = QuotationVerdict.EXACT if exact[0].in_force else QuotationVerdict.OLDER
        shown = tuple(exact[:limit])
        elsewhere = {one.item for one in exact} - {one.item for one in shown}
        return Quotation(said, verdict, shown, len(elsewhere), not bounds.cut)
    return Quotation(said, QuotationVerdict.ALTERED if near else QuotationVerdict.NOT_FOUND, tuple(near[:limit]))


@dataclass(frozen=True, slots=True)
class _Bounds:
    within: str | None
    named: frozenset[str]
    seen: set[tuple[str, int]]
    cut: set[str]
    """The indexes with more matches than are looked at."""
    is_over: Callable[[], bool]


def _candidates(connection: sqlite3.Connection, said: str, match: str, bounds: _Bounds) -> Iterator[QuotedPassage]:
    for index in ("search", "search_edition"):
        # Asked for first: of a sentence that hundreds of items have, only some are looked at.
        first = _rows(connection, index, match, bounds.named) if bounds.named and bounds.within is None else []
        of = None if bounds.within is None else {bounds.within}
        rows = _rows(connection, index, match, of)
        bounds.cut.update({index} if len(rows) == _LOOKED_AT else ())
        for row in [*first, *rows]:
            if (index, row) in bounds.seen:
                continue
            bounds.seen.add((index, row))
            # Comparing texts happens outside SQLite, which cannot check the limit.
            if bounds.is_over():
                raise EffortExceeded
            found = _found(connection, index, row, said)
            if found is not None:
                yield found


def _matches(said: str) -> Iterator[str]:
    """Yield queries for the index: first the whole phrase, then runs of three words, then of two."""
    parts = [words(fold(piece)) for piece in parts_of_quotation(said)]
    longest = max(parts, key=len, default=[])
    if not longest:
        return
    yield f'text : "{" ".join(longest[:_LONGEST])}"'
    for size in (3, 2):
        runs = [" ".join(part[at : at + size]) for part in parts for at in range(max(len(part) - size + 1, 0))]
        if runs:
            # Spread evenly over the quotation, because only one half of it may have been changed.
            step = max(1, len(runs) // _SHINGLES)
            joined = " OR ".join(f'"{run}"' for run in dict.fromkeys(runs[::step]))
            yield f"text : ({joined})"


def _rows(connection: sqlite3.Connection, index: str, match: str, of: Collection[str] | None) -> list[int]:
    """Return the rows in *index* that match, the best first; *of*: only those of these items."""
    # The plus sign keeps SQLite from using the row number: the words narrow the search far more.
    of_items = f"(SELECT rowid FROM {index}_doc WHERE item IN (SELECT value FROM json_each(?)))"
    of_item = "" if of is None else f"AND +rowid IN {of_items}"
    values = (match,) if of is None else (match, json.dumps(sorted(of)))
    rows = connection.execute(
        f"SELECT rowid FROM {index} WHERE {index} MATCH ? {of_item} ORDER BY bm25({index}) LIMIT {_LOOKED_AT}", values
    )
    return [row[0] for row in rows]


def _found(connection: sqlite3.Connection, index: str, row: int, said: str) -> QuotedPassage | None:
    if index == "search":
        # This index only has the edition in force, the one opened last.
        query = """SELECT edition.item, edition.opened, edition.text, edition.marks FROM search_doc
            JOIN edition ON edition.item = search_doc.item WHERE search_doc.rowid = ?
            ORDER BY edition.opened DESC LIMIT 1"""
    else:
        query = """SELECT edition.item, edition.opened, edition.text, edition.marks FROM search_edition_doc
            JOIN edition ON edition.id = search_edition_doc.rowid WHERE search_edition_doc.rowid = ?"""
    item, opened, text, marks = connection.execute(query, (row,)).fetchone()
    held = searched(text, marks)
    passage = (
        _without_note_numbers(find(said, held), said, held, from_json(marks)) if held != text else find(said, held)
    )
    if passage is None:
        return None
    (edition,) = connection.execute("SELECT id FROM editions WHERE item = ? AND opened = ?", (item, opened)).fetchone()
    page = page_at(held, from_json(marks), passage.start) if '"page"' in marks else None
    return QuotedPassage(item, edition, index == "search", held, passage, page)


def _without_note_numbers(passage: Passage | None, said: str, held: str, marks: Iterable[Mark]) -> Passage | None:
    """Return *passage*, or a closer one that is found if *said* repeats the numbers of the text's notes."""
    if passage is not None and passage.is_exact:
        return passage
    bare = without_notes(said, {label for mark in marks for _, _, label in mark.refs})
    again = find(bare, held) if bare != said else None
    if again is not None and (passage is None or len(again.changes) < len(passage.changes)):
        return again
    return passage
