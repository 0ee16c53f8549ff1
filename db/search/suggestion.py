"""Suggestion: what a person may have meant if little or nothing is found, and why nothing is found."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches

from db.captures import key_of
from db.search.effort import Effort, EffortExceeded
from db.search.query import FIELDS, Atom, Filter, FilterKind, Group, GroupKind, Node, Query, State, find_mistake
from db.search.search import count
from db.withholding import WITHHELD

# For how many parts of a query it is tried what is found without them.
_TRIED = 8
# Each suggestion is a search of its own, and the person waits for all of them.
_EFFORT = Effort(seconds=0.06)
# The shortest word that is treated as a typing error; shorter ones resemble too many others.
_SHORTEST = 4
# And the longest; of a pasted line without spaces, gigabytes of variants would be tried.
_LONGEST = 60
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Names that other programs use for our fields.
_CALLED = {
    "language": "lang", "type": "kind", "category": "section", "topic": "tag", "keyword": "tag", "site": "publisher",
    "by": "author", "since": "from", "after": "from", "until": "to", "before": "to", "date": "year", "rights": "reuse",
}  # fmt: skip
_STATED = {
    State.GONE: "is gone from its site",
    State.CHANGED: "has more than one edition",
    State.UNREAD: "is one that could not be read",
    State.CONFLICT: "is one of which two sources say different things",
    State.PARTIAL: "has a text that is not whole",
    State.DOCUMENT: "is a document",
}
# Filters whose values are available as a facet.
_LISTED = {
    FilterKind.TAG: "tag", FilterKind.SECTION: "section", FilterKind.PUBLISHER: "publisher",
    FilterKind.LANG: "language", FilterKind.LICENSE: "license", FilterKind.REUSE: "reuse", FilterKind.KIND: "kind",
    FilterKind.YEAR: "year",
}  # fmt: skip


_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
# Thai, Lao, Burmese, Khmer, kana and Chinese characters: the index takes all between two signs for one word.
_UNDIVIDED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A query that finds something: *why* it may be meant, and how many items it finds."""

    query: str
    total: int
    why: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why nothing is found: a part of the query, and the reason in words."""

    part: str
    why: str


def suggestions(connection: sqlite3.Connection, query: Query, effort: Effort = _EFFORT) -> tuple[Suggestion, ...]:
    """Return what may be meant by a *query* that finds nothing, the closest first, as many as *effort* allows."""
    found: list[Suggestion] = []
    with suppress(EffortExceeded), effort.limiting(connection):
        found.extend(_meant(connection, query))
    return tuple(found)


def _meant(connection: sqlite3.Connection, query: Query) -> Iterator[Suggestion]:
    # Corrected typing errors come before older texts, and these before queries with fewer parts: the closest to what
    # was typed comes first.
    yield from _near(connection, query)
    yield from _in_editions(connection, query)
    yield from _otherwise(connection, query)
    if len(query.parts) > 1:
        for place, (_, said) in list(enumerate(query.parts))[:_TRIED]:
            rest = query.without(place)
            total = count(connection, rest)
            if total:
                yield Suggestion(rest, total, f"without {said}")


def reasons(connection: sqlite3.Connection, query: Query, effort: Effort = _EFFORT) -> tuple[Reason, ...]:
    """Return which parts of a *query* find nothing by themselves, as far as *effort* allows, without those that
    `find_mistake` reports."""
    told: list[Reason] = []
    with suppress(EffortExceeded), effort.limiting(connection):
        told.extend(_in_vain(connection, query))
    return tuple(told)


def _in_vain(connection: sqlite3.Connection, query: Query) -> Iterator[Reason]:
    every = True
    # Each part alone, as typed, so that the person can try it as a query.
    for node, said in query.parts[:_TRIED]:
        # `find_mistake` already gives the reason; that the literal words are not found would only confuse.
        if find_mistake(said) is not None:
            every = False
        elif not count(connection, said + (" in:editions" if query.editions else "")):
            every = False
            yield Reason(said, _why(connection, node))
    whole = " ".join(said for _, said in query.parts)
    if every and len(query.parts) > 1 and find_mistake(whole) is None:
        yield Reason(whole, "each part finds something, but no item has all of them")


def _why(connection: sqlite3.Connection, node: Node) -> str:
    if isinstance(node, Group):
        # A pasted address or id, or its words.
        pasted = node.parts[0] if node.kind is GroupKind.ANY else None
        if isinstance(pasted, Filter) and pasted.kind is FilterKind.ADDRESS:
            return _not_held(connection, pasted.value)
        return "no item is left by it" if node.kind is GroupKind.NONE else "no item has it"
    if isinstance(node, Filter):
        if node.kind is FilterKind.IS:
            return f"no item {_STATED[State(node.value)]}"
        listed = _LISTED.get(node.kind)
        hint = f"; search --facets {listed} lists those there are" if listed else ""
        return f"no item has {_named(node)}{hint}"
    where = f"{node.column.value} of an item" if node.column else "item"
    if len(node.words) > 1:
        return f"no {where} has the words in this order"
    if _UNDIVIDED.search(node.words[0]):
        return "in this script only beginnings are found, with a star"
    return f"no {where} has a word that begins like this" if node.prefix else f"no {where} has the word"


def _not_held(connection: sqlite3.Connection, said: str) -> str:
    """Return why a pasted address or id finds no item."""
    key = key_of(said)
    by = "item_alias.key = ? AND item_alias.current = 1" if key is not None else "item_alias.id = ?"
    found = connection.execute(
        f"SELECT 1 FROM item_alias JOIN item ON item.id = item_alias.item AND item.{WITHHELD} WHERE {by} LIMIT 1",
        (key if key is not None else said.partition("@")[0],),
    ).fetchone()
    if found:
        return "the item is withheld"
    return "no item is held under this address" if key is not None else "no item has this id"


def _named(one: Filter) -> str:
    match one.kind:
        case FilterKind.YEAR | FilterKind.FROM | FilterKind.TO:
            return "a date of these"
        case FilterKind.LANG:
            return "this language"
        case FilterKind.LICENSE:
            # "No item has no licence" would be hard to understand.
            return "terms without a licence" if one.value == "none" else "this licence"
        case FilterKind.REUSE:
            return "this answer"
        case _:
            return f"this {one.kind.value}"


def _otherwise(connection: sqlite3.Connection, query: Query) -> Iterator[Suggestion]:
    """Yield the query with corrected field names, with dates as fields, with the words of its phrases in any order,
    and with what begins like a word in a script that does not divide words.
    """
    for place, (node, said) in enumerate(query.parts[:_TRIED]):
        if not isinstance(node, Atom) or (len(node.words) < 2 and not _UNDIVIDED.search(node.words[0])):
            continue
        instead, why = _instead(node, said)
        text = " ".join(typed if at != place else instead for at, (_, typed) in enumerate(query.parts))
        text += " in:editions" if query.editions else ""
        if total := count(connection, text):
            yield Suggestion(text, total, why)


def _instead(node: Atom, said: str) -> tuple[str, str]:
    """Return what may be meant by several words, or one of an undivided script, typed as *said*; how it differs."""
    if len(node.words) == 1:
        field = f"{node.column.value}:" if node.column else ""
        return f"{field}{node.words[0]}*", "what begins like this"
    if node.column is not None:
        return " ".join(f"{node.column.value}:{word}" for word in node.words), "the words in any order"
    # A date of publication is typed as it stands in a list of hits.
    if _DATE.fullmatch(said):
        return f"from:{said} to:{said}", "published then"
    field, colon, value = said.partition(":")
    if colon and (known := _field(field.lower())) is not None:
        return f"{known}:{value}", f"{known}: for {field}:"
    return " ".join(node.words), "the words in any order"


def _field(called: str) -> str | None:
    return _CALLED.get(called) or next(iter(get_close_matches(called, FIELDS, 1, 0.7)), None)


def _in_editions(connection: sqlite3.Connection, query: Query) -> Iterator[Suggestion]:
    if query.editions:
        return
    text = " ".join([*(said for _, said in query.parts), "in:editions"])
    total = count(connection, text)
    if total:
        yield Suggestion(text, total, "in older editions")


def _near(connection: sqlite3.Connection, query: Query) -> Iterator[Suggestion]:
    """Yield the query with each word that is not found replaced by an existing word that differs in one letter."""
    parts = [said for _, said in query.parts]
    changed = []
    for place, (node, said) in enumerate(query.parts):
        atom = node if isinstance(node, Atom) else None
        # A word that is found somewhere is not a typing error, even if no item has all words.
        if atom is None or len(atom.words) != 1 or atom.prefix or count(connection, said):
            continue
        near = nearest(connection, atom)
        if near is not None:
            field = f"{atom.column.value}:" if atom.column else ""
            parts[place] = field + near
            changed.append(f"“{near}” for “{atom.words[0]}”")
    if not changed:
        return
    text = " ".join([*parts, *(["in:editions"] if query.editions else [])])
    total = count(connection, text)
    if total:
        yield Suggestion(text, total, ", ".join(changed))


def nearest(connection: sqlite3.Connection, atom: Atom) -> str | None:
    """Return the most common word in the index that differs from *atom*'s word by one letter; None if there is none.

    A letter may be added, missing or different, or two neighbours may be swapped.
    """
    word = atom.words[0]
    if not _SHORTEST <= len(word) <= _LONGEST:
        return None
    best, most = None, 0
    for one in dict.fromkeys(_changed(word)):
        found = connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT 1000)",
            # Not in the stems, which are not words of texts.
            (f'{{{atom.column or "title author text"}}} : "{one}"',),
        ).fetchone()[0]
        # The most common one is what most people mean.
        if found > most:
            best, most = one, int(found)
    return best


def _changed(word: str) -> Iterator[str]:
    for at in range(len(word)):
        # Damerau's four changes (CACM 7, 1964) cover about four of five typing errors.
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    for at in range(len(word) + 1):
        for letter in _LETTERS:
            yield word[:at] + letter + word[at:]
            yield word[:at] + letter + word[at + 1 :]
