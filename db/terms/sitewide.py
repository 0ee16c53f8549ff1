"""Terms that apply to an item but stand elsewhere: on terms pages, in machine-readable files, and as replaced words.

Nothing is stored per item. Statements on a terms page or in robots.txt have rows of their own, which are found when an
item of the publisher is read, so a change applies to all items at once, in whatever order captures arrive.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from db.identity import url_key
from db.instant import from_text, to_text
from db.model.item import ItemTerm, StatementPlace, Term
from db.schema.tables import REACHED
from db.terms import statements
from db.terms.reach import folder_of
from db.terms.statements import READ, READ_SHOWN, read_group

_PLACES = tuple(StatementPlace)
_NOW = "term.superseded IS NULL"
_THEN = "term.first_seen <= :at AND (term.superseded IS NULL OR term.superseded > :at)"
# A terms page that is gone states nothing from then on. Machine-readable files have no page, and NULL means live.
_LIVE = "page.gone IS NULL"
_LIVE_THEN = "(page.gone IS NULL OR page.gone > :at)"


def of_item(
    connection: sqlite3.Connection, item: str, publisher: str, *, language: str | None = None, at: str | None = None
) -> tuple[ItemTerm, ...]:
    """Return the statements that apply to *item* at *at* (now if None), the nearest to the item first.

    The item's own statements come first, then those of the terms pages and machine-readable files of *publisher*, with
    its section and its *language* preferred. A statement that adds no rule is left out (see `repeated`), whatever its
    words and language, unless a person decided on it. If words on the item have been replaced on another page since the
    item was last read, the replacement counts too: the strictest wins, and both are shown.
    """
    return _gathered(connection, item, publisher, language=language, at=at)[0]


def repeated(
    connection: sqlite3.Connection, item: str, publisher: str, *, language: str | None = None, at: str | None = None
) -> tuple[ItemTerm, ...]:
    """Return the statements that also apply to *item* but are left out by `of_item` because they add no rule."""
    return _gathered(connection, item, publisher, language=language, at=at)[1]


def stated(connection: sqlite3.Connection, item: str, publisher: str, *, language: str | None) -> frozenset[str]:
    """Return the words of the statements that `of_item` would return now if there were no decisions."""
    found, _ = _gathered(connection, item, publisher, language=language, at=None, plainly=True)
    return frozenset(held.statement.words for held in found)


def _gathered(
    connection: sqlite3.Connection,
    item: str,
    publisher: str,
    *,
    language: str | None,
    at: str | None,
    plainly: bool = False,
) -> tuple[tuple[ItemTerm, ...], tuple[ItemTerm, ...]]:
    """Return the statements that apply to *item*, and those that add nothing; *plainly* ignores all decisions."""
    # Words with a decision are compared by what was decided, which is applied later.
    decided = frozenset[str]() if plainly else _decided(connection, publisher)
    left: list[ItemTerm] = []
    replacing, replaced = _replacing(connection, item, at)
    found = [
        replace(held, replaced=replaced.get(held.statement.words)) for held in statements.of_item(connection, item, at)
    ]
    pages = sorted(
        _of_terms_pages(connection, item, publisher, at),
        key=lambda held: (
            # The nearest first, because later ones are left out if they add no rule.
            held.statement.place is not StatementPlace.SECTION,
            (held.statement.language or "") != language,
        ),
    )
    said = {rule for held in found for rule in _rules(held) if held.statement.words not in decided}
    words = {held.statement.words for held in found}
    # Replacements for words on the item come before statements for the whole site.
    for held in (*replacing, *pages):
        rules = set() if held.statement.words in decided else _rules(held)
        # The same in other words or another language. Statements without rules were not understood and are always
        # shown.
        if held.statement.words in words or (rules and rules <= said):
            left.append(held)
            continue
        found.append(held)
        said |= rules
        words.add(held.statement.words)
    # A question about a past day must not be answered with a later confirmation.
    if at is not None:
        found, left = ([_confirmed_by(connection, held, at) for held in some] for some in (found, left))
    return _by_place(found), _by_place(left)


def _by_place(found: list[ItemTerm]) -> tuple[ItemTerm, ...]:
    return tuple(sorted(found, key=lambda held: _PLACES.index(held.statement.place)))


def _decided(connection: sqlite3.Connection, publisher: str) -> frozenset[str]:
    """Return the words of *publisher* with decisions; how the rules read them does not show what they add."""
    rows = connection.execute(
        "SELECT DISTINCT words FROM standing_decision WHERE publisher = ? AND words IS NOT NULL", (publisher,)
    )
    return frozenset(row[0] for row in rows)


def _rules(held: ItemTerm) -> set[Term]:
    """Return the terms read from a statement with their grade, whichever rule read them."""
    # Two rules may read the same term from two wordings.
    return {replace(term, rule=term.grade or "") for term in held.statement.terms}


def _confirmed_by(connection: sqlite3.Connection, held: ItemTerm, at: str) -> ItemTerm:
    """Give *held* its last confirmation as of *at*: the last capture by then of the page with the statement."""
    if to_text(held.last_confirmed) <= at:
        return held
    query = """SELECT max(later.began) FROM capture AS shown JOIN capture AS later ON later.url_key = shown.url_key
        WHERE shown.id = ? AND later.began <= ? AND later.catalogued = 1 AND later.page_kind IS NOT NULL"""
    row: tuple[str | None] = connection.execute(query, (held.statement.evidence.capture, at)).fetchone()
    return replace(held, last_confirmed=held.first_seen if row[0] is None else from_text(row[0]))


def _of_terms_pages(connection: sqlite3.Connection, item: str, publisher: str, at: str | None) -> list[ItemTerm]:
    """Return the terms that pages of terms of the publisher state for *item*, at present or *at* a time."""
    rows = connection.execute(
        f"""{READ_SHOWN} JOIN item ON item.id = :item
        LEFT JOIN item AS page ON page.id = term.item
        WHERE statement.publisher = :publisher AND statement.place IN ('terms page', 'site policy')
        AND term.holder <> :item AND {REACHED}
        AND {_NOW if at is None else _THEN} AND {_LIVE if at is None else _LIVE_THEN}
        ORDER BY term.first_seen, term.holder, position, number""",
        {"publisher": publisher, "item": item, "at": at},
    ).fetchall()
    return _near(connection, item, _grouped(rows))


def _near(connection: sqlite3.Connection, item: str, found: list[ItemTerm]) -> list[ItemTerm]:
    """Mark statements of terms pages whose section contains *item* as statements of the section.

    Only the addresses decide, so the order in which pages arrive does not matter.
    """
    (url,) = connection.execute("SELECT url FROM item WHERE id = ?", (item,)).fetchone() or ("",)
    return [
        replace(held, statement=replace(held.statement, place=StatementPlace.SECTION))
        if held.statement.place is StatementPlace.TERMS_PAGE and in_section(url, _shown_at(connection, held))
        else held
        for held in found
    ]


def _shown_at(connection: sqlite3.Connection, held: ItemTerm) -> str:
    query = "SELECT url FROM capture WHERE id = ?"
    row: tuple[str] | None = connection.execute(query, (held.statement.evidence.capture,)).fetchone()
    return row[0] if row else ""


def in_section(url: str, terms_page: str) -> bool:
    """Say whether *url* is in the section of *terms_page*; the site itself and its language versions are not sections.

    ``/review/terms/`` is for the section of ``/review/2024/a-text/``; ``/terms/`` and ``/en/terms/`` are for the whole
    site.
    """
    folder = folder_of(terms_page)
    return folder is not None and url_key(url).startswith(folder)


def _replacing(connection: sqlite3.Connection, item: str, at: str | None) -> tuple[list[ItemTerm], dict[str, datetime]]:
    """Return what other pages, read since, print in place of words that *item* still shows and no page has shown again;
    and these words, each with when the replacement began."""
    found: list[ItemTerm] = []
    replaced: dict[str, datetime] = {}
    holding = _NOW if at is None else _THEN
    shown = connection.execute(
        f"""SELECT DISTINCT statement, last_confirmed, words FROM term JOIN statement ON statement.id = term.statement
        WHERE holder = :item AND {holding}""",
        {"item": item, "at": at},
    ).fetchall()
    for statement, confirmed, words in shown:
        ended = _ended(connection, statement, at)
        # No page has stopped printing it since this page was read, or some page prints it again.
        if ended is None or ended <= confirmed or _shown_since(connection, statement, ended):
            continue
        rows = connection.execute(
            f"""{READ} WHERE term.first_seen = :ended AND {holding} AND term.holder IN (SELECT holder FROM term
            WHERE statement = :statement AND superseded = :ended) ORDER BY term.holder, position, number""",
            {"statement": statement, "ended": ended, "at": at},
        ).fetchall()
        found += _grouped(rows)
        if rows:
            replaced[words] = from_text(ended)
    return found, replaced


def _ended(connection: sqlite3.Connection, statement: int, at: str | None) -> str | None:
    until = "" if at is None else "AND superseded <= :at"
    query = f"SELECT max(superseded) FROM term WHERE statement = :statement {until}"
    row: tuple[str | None] = connection.execute(query, {"statement": statement, "at": at}).fetchone()
    return row[0]


def _shown_since(connection: sqlite3.Connection, statement: int, ended: str) -> bool:
    query = "SELECT max(last_confirmed) FROM term WHERE statement = ?"
    (confirmed,) = connection.execute(query, (statement,)).fetchone()
    return bool(confirmed >= ended)


def _grouped(rows: list[tuple[Any, ...]]) -> list[ItemTerm]:
    # By holder, start and position, columns of READ: the terms of one statement on one page.
    return [read_group(list(group)) for _, group in groupby(rows, key=lambda row: (row[24], row[0], row[23]))]
