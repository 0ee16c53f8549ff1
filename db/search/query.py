"""What a person types, read into what is looked for. Any text is a query; none is an error."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from db.search import facet
from db.search.words import fold, forms, words

# An open quotation mark runs to the end: nobody's query is an error.
_TOKEN = re.compile(
    r"""(?P<minus>-)?(?:(?P<field>[^\W\d_]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""",
    re.VERBOSE,
)
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_DATES = "write it as 2023, 2023-04 or 2023-04-24"
_LIMIT = 64
"""How many terms of a query count; no person types more, and SQLite bounds what it parses."""


class Column(StrEnum):
    """Columns that a term may be bound to."""

    TITLE = "title"
    AUTHOR = "author"


class FilterKind(StrEnum):
    """What hits may be narrowed by."""

    TAG = "tag"
    LANG = "lang"
    FROM = "from"
    TO = "to"
    PUBLISHER = "publisher"


DATES = frozenset({FilterKind.FROM, FilterKind.TO})
"""Filters that the order of the index answers; the others are facets in it."""
_FACETS = {FilterKind.TAG: facet.tag, FilterKind.LANG: facet.language, FilterKind.PUBLISHER: facet.publisher}
# In the order in which they are told to a person.
_FIELDS = (*Column, *FilterKind)


@dataclass(frozen=True, slots=True)
class Atom:
    """One word, the start of one (*prefix*), or a phrase: folded *words* in this order."""

    words: tuple[str, ...]
    column: Column | None = None
    prefix: bool = False

    def match(self) -> str:
        """Return the atom in the syntax of FTS5, every word quoted."""
        # Quoted, since AND, OR, NEAR and a star are syntax to FTS5; folded words hold no quotation mark.
        phrase = f'"{" ".join(self.words)}"'
        if self.prefix:
            phrase += " *"
        # Names have no stems, and a phrase stands as it was typed.
        elif len(self.words) == 1 and self.column is not Column.AUTHOR:
            phrase = " OR ".join(f'"{form}"' for form in forms(self.words[0]))
        if self.column is None:
            return f"({phrase})"
        return f"({self.column.value} : ({phrase}))"


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition that is not about words of the text."""

    kind: FilterKind
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """All of *groups*, of each any atom; none of *excluded*; all of *filters*."""

    groups: tuple[tuple[Atom, ...], ...] = ()
    excluded: tuple[Atom, ...] = ()
    filters: tuple[Filter, ...] = ()

    def match(self) -> str | None:
        """Return what is looked for in the syntax of FTS5, or None where nothing is: words, and filters but dates."""
        if not (self.groups or self.excluded or self.filters):
            return None
        wanted = [f"({' OR '.join(atom.match() for atom in group)})" for group in self.groups]
        unwanted = [atom.match() for atom in self.excluded]
        for one in self.filters:
            if one.kind in DATES:
                if not one.negated:
                    # Undated items lie where they were first seen: a range of dates must not find them.
                    unwanted.append(_narrowed(facet.UNDATED))
            else:
                (unwanted if one.negated else wanted).append(_narrowed(_FACETS[one.kind](one.value)))
        # NOT needs something to take away from.
        every = " AND ".join(wanted or [_narrowed(facet.ANY)])
        return f"({every}) NOT ({' OR '.join(unwanted)})" if unwanted else every


@dataclass(frozen=True, slots=True)
class _Token:
    value: Atom | Filter | None
    negated: bool = False


def parse(text: str) -> Query:
    """Read *text*: words (all must be there), ``"a phrase"``, ``-not``, ``a OR b``, ``start*``, and fields.

    ``title:`` and ``author:`` bind a word or phrase to a column; ``tag:``, ``lang:``, ``publisher:``,
    ``from:`` and
    ``to:`` (``2023``, ``2023-04``, ``2023-04-24``) narrow. What is no syntax is looked for as words. Never
    raises.
    """
    groups: list[list[Atom]] = []
    excluded: list[Atom] = []
    filters: list[Filter] = []
    joined = False
    for token in _tokens(text):
        if token.value is None:
            # An OR with nothing before it is a slip.
            joined = bool(groups)
            continue
        if isinstance(token.value, Filter):
            filters.append(token.value)
        elif token.negated:
            excluded.append(token.value)
        elif joined:
            groups[-1].append(token.value)
        else:
            groups.append([token.value])
        joined = False
    return Query(tuple(tuple(group) for group in groups), tuple(excluded), tuple(filters))


@dataclass(frozen=True, slots=True)
class Misread:
    """What a person surely meant otherwise than `parse` takes it: what it is, and how to say it."""

    what: str
    hint: str


def misread(text: str) -> Misread | None:
    """Return the first thing in *text* that would be looked for in vain: a field that there is not, or that nothing
    stands behind, a date that is none, no word at all. None where all of it is understood.
    """
    # A keyboard may send letters and accents apart; the fold takes composed ones.
    for match in _TOKEN.finditer(unicodedata.normalize("NFC", text)):
        field, said = match["field"] or "", match["phrase"] if match["phrase"] is not None else match["word"]
        alone = said.removesuffix(":").lower()
        if match["word"] is not None and not field and said.endswith(":") and alone in _FIELDS:
            return Misread(f"nothing stands behind {said}", f'write {alone}:WORD, without a space, or "{alone}"')
        if field.lower() in (FilterKind.FROM, FilterKind.TO):
            if not _is_date(said.strip()):
                return Misread(f"{field}: takes a date, and {said!r} is none", _DATES)
        # "https://..." looks like a field, and is an address that was pasted.
        elif field and field.lower() not in _FIELDS and not said.startswith("//"):
            known = ", ".join(f"{one}:" for one in _FIELDS)
            return Misread(
                f"there is no field {field}:", f'known are {known}; to look for words, write "{field} {said}"'
            )
    query = parse(text)
    if not (query.groups or query.excluded or query.filters):
        return Misread(f"nothing is looked for in {text!r}", "give a word, or one of " + ", ".join(_FIELDS))
    return None


def _is_date(said: str) -> bool:
    if not (_DATE.fullmatch(said) and said.isascii()):
        return False
    try:
        date.fromisoformat(f"{said}-01-01"[:10])
    except ValueError:
        return False
    return True


def _tokens(text: str) -> Iterator[_Token]:
    count = 0
    for match in _TOKEN.finditer(unicodedata.normalize("NFC", text)):
        # In capitals alone: "and" is a word of a title. All words must be there anyway, so AND says nothing.
        if match["word"] in ("OR", "AND") and not match["minus"] and not match["field"]:
            if match["word"] == "OR":
                yield _Token(None)
            continue
        value = _value(match)
        if value is None:
            continue
        count += 1
        if count > _LIMIT:
            return
        yield _Token(value, bool(match["minus"]))


def _value(match: re.Match[str]) -> Atom | Filter | None:
    field = (match["field"] or "").lower()
    said = match["phrase"] if match["phrase"] is not None else match["word"]
    narrowed = _filter(field, said, negated=bool(match["minus"]))
    if narrowed is not None:
        return narrowed
    column = Column(field) if field in tuple(Column) else None
    # A field that is none is part of what is looked for: "RFC:9112", "https://...".
    spoken = said if column is not None or not field else f"{match['field']} {said}"
    found = tuple(words(fold(spoken)))
    if not found:
        return None
    prefix = match["phrase"] is None and said.endswith("*")
    return Atom(found, column, prefix)


def _filter(field: str, said: str, *, negated: bool) -> Filter | None:
    if field not in tuple(FilterKind):
        return None
    kind = FilterKind(field)
    value = said.strip()
    # A date that is none narrows nothing; `misread` tells of it.
    if kind in (FilterKind.FROM, FilterKind.TO):
        return Filter(kind, value, negated) if _is_date(value) else None
    return Filter(kind, value, negated) if _FACETS[kind](value) and value else None


def _narrowed(phrase: str) -> str:
    return f'(facet : "{phrase}")'
