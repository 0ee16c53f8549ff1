"""Where: a query as an SQL condition on the rows of the index, from one index query and other tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache

from db.captures import key_of
from db.search import facet, reuse
from db.search.index import first_place, place_after
from db.search.query import DATES, IN_INDEX, Atom, Filter, FilterKind, Group, GroupKind, Node, Query, State
from db.search.words import STEMMERS

Value = str | int
Rows = tuple[int, int]
"""The first row, and the row after the last."""


@dataclass(frozen=True, slots=True)
class Where:
    """The rows that a query finds: a condition on the rows of *table*, with its values.

    Attributes:
        table: ``search``, whose rows can be ranked; ``search_doc`` if older editions are searched too.
        costly: the condition is evaluated for each row of the index, so counting takes long.
    """

    table: str
    condition: str
    values: tuple[Value, ...]
    costly: bool = False

    def rows(self) -> str:
        """Return the query for the rows; append ``ORDER BY rowid DESC`` for the newest first."""
        return f"SELECT rowid FROM {self.table} WHERE {self.condition}"


@dataclass(frozen=True, slots=True)
class _Part:
    sql: str
    values: tuple[Value, ...] = ()
    costly: bool = False


class _Looked(Enum):
    """Whose words the index query covers."""

    IN_FORCE = auto()
    OLDER = auto()
    BOTH = auto()


def where(
    connection: sqlite3.Connection, query: Query, *, dated: bool | None = None, among: Rows | None = None
) -> Where | None:
    """Return the rows that *query* finds; None for an empty query.

    *dated* limits them to items with a stated day of publication, or, if False, to those without. *among* limits the
    search to these rows.
    """
    if not query.parts:
        return None
    return _where(_Compiler(connection, editions=query.editions, among=among), query, _Looked.BOTH, dated)


def current_and_older(
    connection: sqlite3.Connection, query: Query, among: Rows | None = None
) -> tuple[Where, Where] | None:
    """Return what a *query* that includes older editions finds in the editions in force, and in older ones.

    A row may be in both. Two separate queries are faster, because each gives its rows in date order.
    """
    if not query.parts:
        return None
    compiler = _Compiler(connection, editions=True, among=among)
    return _where(compiler, query, _Looked.IN_FORCE), _where(compiler, query, _Looked.OLDER)


def _where(compiler: _Compiler, query: Query, looked: _Looked, dated: bool | None = None) -> Where:
    wanted: list[str] = [] if dated is not False else [_narrowed(facet.UNDATED)]
    unwanted: list[str] = [] if not dated else [_narrowed(facet.UNDATED)]
    parts: list[_Part] = []
    # Only this table can be queried by words and sorted by row at the same time.
    table = "search" if looked is _Looked.IN_FORCE or not compiler.editions else "search_doc"
    for node in _each(compiler.settled(node) for node in query.nodes):
        if _is_of_index(node):
            # NOT is part of the same index query.
            (unwanted if _is_negated(node) else wanted).append(_match(_bare(node)))
            continue
        if isinstance(node, Filter) and node.kind in DATES:
            # Undated items are at the day they were first seen, so a date range must exclude them.
            unwanted.append(_narrowed(facet.UNDATED))
        parts.append(compiler.part(node, table, top=True))
    # Everything the index can answer goes into one query, because several would each scan their rows. Repeated
    # conditions are used once.
    match = _all(list(dict.fromkeys(wanted)), list(dict.fromkeys(unwanted)))
    found = compiler.matching(match, looked if compiler.editions else _Looked.IN_FORCE)
    if compiler.among is not None:
        parts.append(_Part("rowid >= ? AND rowid < ?", compiler.among))
    sql = " AND ".join([found.sql, *(part.sql for part in parts)])
    values = tuple(value for part in (found, *parts) for value in part.values)
    return Where(table, sql, values, any(part.costly for part in parts))


# ── What the index knows of words ───────────────────────────────────────────────────────────────────────────────────

# Shorter prefixes have their own index (see `search_tables`).
_SHORTEST = 3
# Looking up each takes a fifth of a millisecond with a million texts.
_MOST_SPELT = 60
# The most lookups for a whole query. They are outside the effort of a search, so many prefixes must not add up.
_LOOKED_UP = 2 * _MOST_SPELT
_WORDS = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_words USING fts5vocab(main, search, instance)"


def known(connection: sqlite3.Connection, query: Query) -> Query:
    """Return *query* with what the index knows of its words: each prefix is replaced by the words that begin with it,
    if there are few, and other words have forms in the languages that the collection holds.

    For a prefix FTS5 collects all rows before it returns the first one; for words it returns the newest at once.
    """
    if not any(_is_beginning(atom) or _has_unknown_forms(atom) for atom in query.atoms()) or not _has_words(connection):
        return query
    # Words of older editions are in another index and may differ.
    left = iter(range(0 if query.editions else _LOOKED_UP))
    languages = cache(lambda: _languages_held(connection))
    return replace(query, parts=tuple((_known(connection, node, left, languages), said) for node, said in query.parts))


def _has_words(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute(_WORDS)
    except sqlite3.OperationalError:
        # No temporary table can be created, for example on a full disk.
        return False
    return True


def _languages_held(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the languages with stemming in which there are items, by main subtag."""
    every = facet.language("")
    found: list[str] = []
    at = every
    while row := connection.execute("SELECT term FROM temp.search_words WHERE term >= ? LIMIT 1", (at,)).fetchone():
        if not row[0].startswith(every):
            break
        code = facet.language_of(row[0])
        found += [code] if code in STEMMERS else []
        at = f"{row[0]}\0"
    return tuple(found)


def _is_beginning(node: Node) -> bool:
    return isinstance(node, Atom) and node.prefix and len(node.words) == 1 and len(node.words[0]) >= _SHORTEST


def _has_unknown_forms(atom: Atom) -> bool:
    return atom.has_forms and atom.languages is None


def _known(
    connection: sqlite3.Connection, node: Node, left: Iterator[int], languages: Callable[[], tuple[str, ...]]
) -> Node:
    if isinstance(node, Group):
        return replace(node, parts=tuple(_known(connection, part, left, languages) for part in node.parts))
    if not isinstance(node, Atom):
        return node
    if _has_unknown_forms(node):
        return replace(node, languages=languages())
    return _spelt(connection, node, left) if _is_beginning(node) else node


def _spelt(connection: sqlite3.Connection, node: Atom, left: Iterator[int]) -> Atom:
    at = node.words[0]
    words: list[str] = []
    while len(words) <= _MOST_SPELT and next(left, None) is not None:
        found = connection.execute("SELECT term FROM temp.search_words WHERE term >= ? LIMIT 1", (at,)).fetchone()
        if found is None or not found[0].startswith(node.words[0]):
            return replace(node, spelt=tuple(words))
        words.append(found[0])
        # The next possible word. Asking for a greater term would scan all instances of this one.
        at = f"{found[0]}\0"
    return node


# ── The syntax of FTS5 ──────────────────────────────────────────────────────────────────────────────────────────────


def _each(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield *nodes*, replacing groups whose parts must all hold by their parts."""
    for node in nodes:
        if isinstance(node, Group) and node.kind is GroupKind.ALL:
            yield from _each(node.parts)
        else:
            yield node


def _is_of_index(node: Node) -> bool:
    """Say whether the index alone can evaluate *node*."""
    if isinstance(node, Group):
        return all(_is_of_index(part) for part in node.parts)
    return isinstance(node, Atom) or node.kind in IN_INDEX


def _is_negated(node: Node) -> bool:
    return isinstance(node, Group) and node.kind is GroupKind.NONE


def _bare(node: Node) -> Node:
    return node.parts[0] if isinstance(node, Group) and node.kind is GroupKind.NONE else node


def _match(node: Node) -> str:
    """Return the FTS5 expression for a node of the query."""
    if node == _NOTHING:
        return _narrowed(facet.NONE)
    if isinstance(node, Atom):
        return node.match()
    if isinstance(node, Filter):
        return _narrowed(_facet(node), prefix=node.prefix and not node.exact)
    if node.kind is GroupKind.ANY:
        return f"({' OR '.join(_match(part) for part in node.parts)})"
    negated = [_match(_bare(part)) for part in node.parts if _is_negated(part)]
    if node.kind is GroupKind.NONE:
        return f"({_all([], [_match(part) for part in node.parts])})"
    return f"({_all([_match(part) for part in node.parts if not _is_negated(part)], negated)})"


def _all(wanted: list[str], unwanted: list[str]) -> str:
    # NOT needs a left operand.
    every = " AND ".join(wanted or [_narrowed(facet.ANY)])
    return f"({every}) NOT ({' OR '.join(unwanted)})" if unwanted else every


def _facet(one: Filter) -> str:
    if one.kind is FilterKind.TAG:
        return facet.tag(one.value, exact=one.exact)
    if one.kind is FilterKind.SECTION:
        return facet.section(one.value, exact=one.exact)
    simple: dict[FilterKind, Callable[[str], str]] = {
        FilterKind.PUBLISHER: facet.publisher,
        FilterKind.LANG: facet.language,
        FilterKind.KIND: facet.kind,
    }
    return simple[one.kind](one.value)


def _narrowed(phrase: str, *, prefix: bool = False) -> str:
    return f'(facet : "{phrase}"{" *" if prefix else ""})'


# ── Conditions on other tables ──────────────────────────────────────────────────────────────────────────────────────

_NOTHING = Group(GroupKind.ANY, ())
"""A condition that no item satisfies: any of no parts."""
_UNDATED = "+rowid IN (SELECT rowid FROM search_doc WHERE published IS NULL)"
"""The plus sign keeps SQLite from querying the index once per row."""
_CURRENT = "edition.opened = (SELECT max(latest.opened) FROM edition AS latest WHERE latest.item = edition.item)"
_STATES = {
    State.GONE: """SELECT search_doc.rowid FROM item JOIN search_doc ON search_doc.item = item.id
        WHERE item.gone IS NOT NULL""",
    State.CHANGED: "SELECT doc FROM search_edition_doc",
    State.PARTIAL: f"""SELECT search_doc.rowid FROM edition JOIN search_doc ON search_doc.item = edition.item
        WHERE edition.partial IS NOT NULL AND {_CURRENT}""",
    State.UNREAD: f"""SELECT search_doc.rowid FROM edition JOIN search_doc ON search_doc.item = edition.item
        WHERE edition.partial = 'unread' AND {_CURRENT}""",
    # Unless a person has decided.
    State.CONFLICT: f"""SELECT search_doc.rowid FROM rival JOIN edition ON edition.id = rival.edition
        JOIN search_doc ON search_doc.item = edition.item WHERE rival.doubt = 1 AND {_CURRENT} AND NOT EXISTS
        (SELECT 1 FROM decided WHERE decided.edition = edition.id AND decided.field = rival.field)""",
}
"""Without documents, which the index finds by their kind."""
_CHANGED = Filter(FilterKind.IS, State.CHANGED.value)
_HAS_CHANGED = """EXISTS (SELECT 1 FROM search_doc AS shown JOIN search_edition_doc AS older ON older.item = shown.item
    WHERE shown.rowid = {0}.rowid)"""
_ANNOTATED = """SELECT search_doc.rowid FROM annotations JOIN search_doc ON search_doc.item = annotations.item
    WHERE annotations.kind = '{0}' AND annotations.value LIKE ? ESCAPE '\\'"""


_FOUND = "SELECT rowid FROM search WHERE search MATCH ?"
_FOUND_OLDER = """SELECT search_edition_doc.doc FROM search_edition_doc WHERE search_edition_doc.rowid IN
    (SELECT rowid FROM search_edition WHERE search_edition MATCH ?)"""


class _Compiler:
    """Builds conditions that the index alone cannot evaluate."""

    def __init__(self, connection: sqlite3.Connection, *, editions: bool, among: Rows | None = None) -> None:
        self.editions = editions
        self.among = among
        self._connection = connection
        # Computed at most once, and only if a filter needs terms.
        self._reuses = cache(lambda: reuse.reuses(connection))
        self._languages = cache(lambda: _languages_held(connection) if _has_words(connection) else None)

    def matching(self, match: str, looked: _Looked) -> _Part:
        """Return the condition for *match* in the index, which all other conditions narrow."""
        if looked is _Looked.IN_FORCE:
            return _Part("search MATCH ?", (match,))
        if looked is _Looked.OLDER:
            return _Part(f"rowid IN ({_FOUND_OLDER})", (match,))
        return self._found(match, plus="")

    def settled(self, node: Node) -> Node:
        """Return *node* with everything that the index can evaluate as an index condition, including filters that match
        nothing.

        So most queries remain one index query. Conditions that must be evaluated for each row take far longer.
        """
        if isinstance(node, Atom):
            return replace(node, languages=self._languages()) if _has_unknown_forms(node) else node
        if isinstance(node, Group):
            parts = tuple(self.settled(part) for part in node.parts)
            of_index = tuple(part for part in parts if _is_of_index(part))
            # Together they are one index query. In a NONE group no part may hold, the same as for any of them.
            if len(of_index) > 1 and len(of_index) < len(parts):
                joint = GroupKind.ALL if node.kind is GroupKind.ALL else GroupKind.ANY
                parts = (Group(joint, of_index), *(part for part in parts if not _is_of_index(part)))
            return Group(node.kind, parts)
        if node.kind in IN_INDEX or node.kind in DATES:
            return node
        if node.kind in (FilterKind.REUSE, FilterKind.LICENSE):
            return self._by_terms(node)
        if node.kind is FilterKind.IS and node.value == State.DOCUMENT:
            return Filter(FilterKind.KIND, State.DOCUMENT.value)
        sql, values = _set_of(node)
        found = self._connection.execute(f"SELECT EXISTS ({sql})", values).fetchone()[0]
        return node if found else _NOTHING

    def _by_terms(self, one: Filter) -> Node:
        found = self._reuses().chosen(one)
        whole = tuple(Filter(FilterKind.PUBLISHER, publisher) for publisher in found.publishers)
        if not found.classes and not found.items:
            return Group(GroupKind.ANY, whole)
        # The other items can only be from these publishers, which narrows the rows to check.
        others = dict.fromkeys((*(key[0] for key in found.classes), *map(self._reuses().publishers.get, found.items)))
        named = tuple(Filter(FilterKind.PUBLISHER, publisher) for publisher in others if publisher)
        narrowed = Group(GroupKind.ALL, (Group(GroupKind.ANY, named), one))
        return Group(GroupKind.ANY, (*whole, narrowed)) if whole else narrowed

    def part(self, node: Node, table: str, *, top: bool = False) -> _Part:
        """Return the condition of *node* on the rows of *table*; at the *top* level it may narrow the index query
        itself.
        """
        if isinstance(node, Filter) and node.kind not in IN_INDEX:
            return self._filtered(node, table, top=top)
        # Mixed groups become SQL part by part; pure ones stay with the index, which is far faster.
        if isinstance(node, Group) and not _is_of_index(node):
            parts = [self.part(part, table) for part in node.parts]
            joint = " OR " if node.kind is not GroupKind.ALL else " AND "
            inner = f"({joint.join(part.sql for part in parts)})"
            values = tuple(value for part in parts for value in part.values)
            sql = f"NOT {inner}" if node.kind is GroupKind.NONE else inner
            return _Part(sql, values, any(part.costly for part in parts))
        return self._found(_match(node), plus="+")

    def _found(self, match: str, *, plus: str) -> _Part:
        # The list is limited to the searched rows too, because it is read completely.
        within = "" if self.among is None else " AND rowid >= ? AND rowid < ?"
        older = f" UNION {_FOUND_OLDER}" if self.editions else ""
        values = (match, *(self.among or ()), *((match,) if self.editions else ()))
        return _Part(f"{plus}rowid IN ({_FOUND}{within}{older})", values)

    def _filtered(self, one: Filter, table: str, *, top: bool) -> _Part:
        if one.kind in DATES:
            return _dated(one, top=top)
        if one.kind in (FilterKind.REUSE, FilterKind.LICENSE):
            return self._reusable(one, table)
        if self.among is not None and one == _CHANGED:
            # Listing all items that ever changed takes longer than checking each of a few.
            return _Part(_HAS_CHANGED.format(table))
        sql, values = _set_of(one)
        return _Part(f"+rowid IN ({sql})", values)

    def _reusable(self, one: Filter, table: str) -> _Part:
        """Return the condition for items with a certain answer on reuse; a list of rows if they are few."""
        found = self._reuses().chosen(one)
        classes = json.dumps([" ".join(key) for key in found.classes])
        but, items = json.dumps(found.but), json.dumps(found.items)
        counted = f"SELECT count(*) FROM ({_OF_CLASSES} LIMIT {_FEW + 1})"
        (some,) = self._connection.execute(counted, (classes,)).fetchone()
        if some + len(found.items) <= _FEW:
            few = f"""SELECT rowid FROM search_doc
                WHERE item IN ({_OF_CLASSES} UNION ALL SELECT value FROM json_each(?))
                AND (item NOT IN (SELECT value FROM json_each(?)))"""
            return _Part(f"+rowid IN ({few})", (classes, items, but))
        condition = f"""EXISTS (SELECT 1 FROM search_doc AS shown WHERE shown.rowid = {table}.rowid
            AND (shown.publisher || ' ' || shown.terms_digest IN (SELECT value FROM json_each(?))
                AND shown.item NOT IN (SELECT value FROM json_each(?))
                OR shown.item IN (SELECT value FROM json_each(?))))"""
        return _Part(condition, (classes, but, items), costly=True)


_FEW = 2000
"""Up to so many items are listed; otherwise the condition is checked for each row of the index."""
_OF_CLASSES = """SELECT item.id FROM json_each(?) AS class CROSS JOIN item
    ON item.publisher = substr(class.value, 1, instr(class.value, ' ') - 1)
    AND item.terms_digest = substr(class.value, instr(class.value, ' ') + 1)"""


def _set_of(one: Filter) -> tuple[str, tuple[Value, ...]]:
    """Return the query for the rows that satisfy *one*, from other tables."""
    match one.kind:
        case FilterKind.SET | FilterKind.NOTE:
            # Percent signs and underscores in the input are literal.
            said = one.value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            around = said if one.kind is FilterKind.SET and not one.prefix else f"{said}%"
            around = f"%{around}" if one.kind is FilterKind.NOTE else around
            return _ANNOTATED.format(one.kind.value), (around,)
        case FilterKind.ADDRESS:
            return _addressed(one.value)
        case _:
            return _STATES[State(one.value)], ()


def rows_of_date(said: str) -> Rows:
    """Return the rows of a year, a month or a day."""
    return first_place(said), place_after(said)


def _dated(one: Filter, *, top: bool) -> _Part:
    """Return the rows of a date range; at the *top* level the index query itself excludes undated items."""
    begins, ends = f"{'' if top else '+'}rowid >= ?", f"{'' if top else '+'}rowid < ?"
    first, last = rows_of_date(one.value)
    sql, values = {
        FilterKind.FROM: (begins, (first,)),
        FilterKind.TO: (ends, (last,)),
        FilterKind.YEAR: (f"{begins} AND {ends}", (first, last)),
    }[one.kind]
    return _Part(sql if top else f"({sql} AND NOT {_UNDATED})", values)


def _addressed(said: str) -> tuple[str, tuple[Value, ...]]:
    # The id of an edition finds its item, because searches find works.
    named = said.partition("@")[0]
    key = key_of(said)
    by = "item_alias.key = ? AND item_alias.current = 1" if key is not None else "item_alias.id = ?"
    listed = f"SELECT search_doc.rowid FROM item_alias JOIN search_doc ON search_doc.item = item_alias.item WHERE {by}"
    return listed, (key if key is not None else named,)
