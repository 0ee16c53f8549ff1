"""Parse a search query. Every string is a valid query; parsing never raises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from typing import NamedTuple, TypeAlias

from db.captures import key_of
from db.identity import parse_id
from db.search.words import STEMMERS, fold, search_forms, words

# An unclosed quotation mark extends to the end, because no query is an error.
_TOKEN = re.compile(
    r"""(?P<minus>-)?(?:(?P<field>[^\W\d_]+):(?P<exact>=)?)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""",
    re.VERBOSE,
)
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_DATES = "write it as 2023, 2023-04 or 2023-04-24"
# The most terms of a query that count; people do not type more, and SQLite limits what it parses.
_LIMIT = 64
# The deepest nesting of brackets that counts; deeper ones are ignored.
_DEEPEST = 12


class Column(StrEnum):
    """Columns to which a term can be limited."""

    TITLE = "title"
    AUTHOR = "author"


class FilterKind(StrEnum):
    """The filters that narrow a search."""

    TAG = "tag"
    SECTION = "section"
    PUBLISHER = "publisher"
    LANG = "lang"
    YEAR = "year"
    FROM = "from"
    TO = "to"
    KIND = "kind"
    LICENSE = "license"
    REUSE = "reuse"
    IS = "is"
    IN = "in"
    SET = "set"
    """A set named by a person."""
    NOTE = "note"
    """Words in people's notes."""
    ADDRESS = "address"
    """An address or an id that was pasted. This field cannot be typed."""


class State(StrEnum):
    """The states of an item, after ``is:``."""

    GONE = "gone"
    CHANGED = "changed"
    UNREAD = "unread"
    CONFLICT = "conflict"
    PARTIAL = "partial"
    DOCUMENT = "document"


class Reuse(StrEnum):
    """Whether a text may be published whole, after ``reuse:``."""

    YES = "yes"
    ASK = "ask"
    NO = "no"
    UNKNOWN = "unknown"


DATES = frozenset({FilterKind.YEAR, FilterKind.FROM, FilterKind.TO})
"""Filters that the row order of the index answers."""
IN_INDEX = frozenset({FilterKind.TAG, FilterKind.SECTION, FilterKind.PUBLISHER, FilterKind.LANG, FilterKind.KIND})
"""Filters that are words in the index; all others except dates are looked up in other tables."""
# The values of filters that take one of a few words.
_CHOICES: dict[FilterKind, tuple[str, ...]] = {
    FilterKind.KIND: ("article", "page", "document"),
    FilterKind.REUSE: tuple(Reuse),
    FilterKind.IS: tuple(State),
    FilterKind.IN: ("editions",),
}
# In the order in which people see them.
FIELDS = (*Column, *(kind for kind in FilterKind if kind is not FilterKind.ADDRESS))


@dataclass(frozen=True, slots=True)
class Atom:
    """A word, the beginning of a word (*prefix*), or a phrase: folded *words* in this order. *spelt* are the words of
    the index with this beginning, if they are known. *plural*: it is a word that was typed with the ending ``-ów``.
    *languages*: those in which it may have other forms: none in quotation marks, None for all with stemming.
    """

    words: tuple[str, ...]
    column: Column | None = None
    prefix: bool = False
    spelt: tuple[str, ...] = ()
    plural: bool = False
    languages: tuple[str, ...] | None = None

    @property
    def has_forms(self) -> bool:
        """Whether it is one word that may have other forms: names have none."""
        return len(self.words) == 1 and not self.prefix and self.column is not Column.AUTHOR

    def forms(self) -> tuple[str, ...]:
        """Return the word and its stems."""
        return search_forms(self.words[0], self.stemmed_in(), plural=self.plural)

    def stemmed_in(self) -> Iterable[str]:
        """Return the languages in which the word is stemmed."""
        return STEMMERS if self.languages is None else self.languages

    def match(self) -> str:
        """Return the atom in the syntax of FTS5, with every word quoted."""
        # Quoted, because AND, OR, NEAR and an asterisk are syntax in FTS5. Folded words contain no quotation marks.
        phrase = f'"{" ".join(self.words)}"'
        if self.spelt:
            phrase = " OR ".join(f'"{word}"' for word in self.spelt)
        elif self.prefix:
            phrase += " *"
        elif self.has_forms:
            phrase = " OR ".join(f'"{form}"' for form in self.forms())
        if self.column is None:
            return f"({phrase})"
        return f"({self.column.value} : ({phrase}))"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition that does not concern words of the text.

    Attributes:
        exact: the value must match completely, for example a whole tag.
        prefix: the value is the beginning of a word.
    """

    kind: FilterKind
    value: str
    exact: bool = False
    prefix: bool = False


class GroupKind(StrEnum):
    """How the parts of a group are combined."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of a query of which all, any or none must hold."""

    kind: GroupKind
    parts: tuple[Node, ...]


Node = Atom | Filter | Group


@dataclass(frozen=True, slots=True)
class Query:
    """Conditions that must all hold.

    Attributes:
        parts: each condition with the text that was typed for it.
        editions: whether older editions are searched too.
    """

    parts: tuple[tuple[Node, str], ...] = ()
    editions: bool = False

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The conditions without the typed text."""
        return tuple(node for node, _ in self.parts)

    def atoms(self) -> tuple[Atom, ...]:
        """Return the words that are searched for: those used for ranking and marked in hits."""
        return tuple(_wanted(self.nodes))

    def filters(self) -> Iterator[Filter]:
        """Yield all filters, also those inside groups."""
        yield from _filters(self.nodes)

    def without(self, place: int) -> str:
        """Return the typed text without the part at *place*."""
        rest = [said for at, (_, said) in enumerate(self.parts) if at != place]
        return " ".join([*rest, *(["in:editions"] if self.editions else [])])


def _wanted(nodes: tuple[Node, ...]) -> Iterator[Atom]:
    for node in nodes:
        if isinstance(node, Atom):
            yield node
        elif isinstance(node, Group) and node.kind is not GroupKind.NONE:
            yield from _wanted(node.parts)


def _filters(nodes: tuple[Node, ...]) -> Iterator[Filter]:
    for node in nodes:
        if isinstance(node, Filter):
            yield node
        elif isinstance(node, Group):
            yield from _filters(node.parts)


def parse(text: str) -> Query:
    """Parse *text*: words (all of them must occur), ``"a phrase"``, ``-not`` and ``NOT``, ``a OR b``, brackets,
    ``start*``, and fields, as described in docs/searching.md. OR joins its two neighbours. Anything that is not syntax
    is searched for as words. Never raises.
    """
    tokens = [token for token in _tokens(text) if not _chooses_editions(token)]
    parts, _ = _read(tokens, 0, 0)
    # The parts of a group that stands alone become parts of the query.
    return Query(tuple(parts), editions=any(_chooses_editions(token) for token in _tokens(text)))


class _Sign(StrEnum):
    OR = "OR"
    NOT = "NOT"
    OPEN = "("
    CLOSE = ")"


class _Token(NamedTuple):
    value: Node | _Sign
    said: str
    negated: bool = False


def _chooses_editions(token: _Token) -> bool:
    return isinstance(token.value, Filter) and token.value.kind is FilterKind.IN


Part: TypeAlias = tuple[Node, str]
"""A part of a query, and how it was typed."""


def _read(tokens: list[_Token], at: int, depth: int) -> tuple[list[Part], int]:
    """Return the parts from *at* to the end of this bracket, and the position after it."""
    found: list[Part] = []
    joined = negated = False
    while at < len(tokens):
        token = tokens[at]
        at += 1
        match token.value:
            case _Sign.CLOSE if depth:
                return found, at
            case _Sign.CLOSE:
                pass  # without an opening bracket, it is ignored
            case _Sign.OR:
                joined = bool(found)  # ignored without anything before it
            case _Sign.NOT:
                negated = True
            case _:
                part, at = _part(tokens, at, depth)
                if part is not None:
                    part = _without(part) if negated != token.negated else part
                    found.append(_either(found.pop(), part) if joined else part)
                    joined = negated = False
    return found, at


def _part(tokens: list[_Token], at: int, depth: int) -> tuple[Part | None, int]:
    """Return the part that begins with the token before *at*, and the position after it; None for an empty bracket."""
    token = tokens[at - 1]
    if not isinstance(token.value, _Sign):
        return (token.value, token.said), at
    inner, at = _read(tokens, at, depth + 1)
    if not inner:
        return None, at
    node = inner[0][0] if len(inner) == 1 else Group(GroupKind.ALL, tuple(one for one, _ in inner))
    return (node, f"({' '.join(said for _, said in inner)})"), at


def _without(part: Part) -> Part:
    node, said = part
    return Group(GroupKind.NONE, (node,)), f"-{said}"


def _either(before: Part, part: Part) -> Part:
    """Return two parts joined with OR."""
    (first, typed), (node, said) = before, part
    kept = first.parts if isinstance(first, Group) and first.kind is GroupKind.ANY else (first,)
    return Group(GroupKind.ANY, (*kept, node)), f"{typed} OR {said}"


def _tokens(text: str) -> Iterator[_Token]:
    count = depth = 0
    for match in _TOKEN.finditer(_opened(_composed(text))):
        said, minus = match[0].removeprefix("-"), bool(match["minus"])
        if said == _Sign.OPEN:
            depth += 1
            if depth <= _DEEPEST:
                yield _Token(_Sign.OPEN, said, minus)
            continue
        if said == _Sign.CLOSE:
            depth = max(depth - 1, 0)
            if depth < _DEEPEST:
                yield _Token(_Sign.CLOSE, said)
            continue
        # Only in capitals, because "and" is a word in titles. AND is the default, so it has no effect.
        if said in ("OR", "AND", "NOT") and not minus:
            if said != "AND":
                yield _Token(_Sign(said), said)
            continue
        value = _value(match)
        if value is None:
            continue
        count += 1
        if count > _LIMIT:
            return
        yield _Token(value, said, minus)


def _composed(text: str) -> str:
    """Return *text* composed (NFC) as for folding, without characters that no database can store."""
    # Keyboards may send letters and accents separately; half a surrogate pair comes from a shell with another charset.
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())


_QUOTED = re.compile(r'"[^"]*"?|[^"]+')
_WORD = re.compile(r"\S+")


def _opened(text: str) -> str:
    """Return *text* with spaces around grouping brackets: those at the ends of words that are not part of a word."""

    def parted(word: re.Match[str]) -> str:
        said = word[0]
        minus = "-" if said.startswith("-(") else ""
        rest = said[len(minus) :]
        bare = rest.lstrip("(")
        before = " ( " * (len(rest) - len(bare)) if not minus else " -( " + " ( " * (len(rest) - len(bare) - 1)
        after = 0
        # "f(x)" keeps its brackets, because the word itself opened them.
        while bare.endswith(")") and bare.count(")") > bare.count("("):
            bare, after = bare[:-1], after + 1
        return f"{before}{bare}{' ) ' * after}"

    return "".join(piece if piece.startswith('"') else _WORD.sub(parted, piece) for piece in _QUOTED.findall(text))


def _value(match: re.Match[str]) -> Node | None:
    field = (match["field"] or "").lower()
    said = match["phrase"] if match["phrase"] is not None else match["word"]
    prefix = match["phrase"] is None and said.endswith("*")
    narrowed = _filter(field, said, exact=bool(match["exact"]), prefix=prefix)
    if narrowed is not None:
        return narrowed
    column = Column(field) if field in tuple(Column) else None
    # An unknown field is part of the words: "RFC:9112", "https://...".
    spoken = said if column is not None or not field else f"{match['field']} {said}"
    found = tuple(words(fold(spoken)))
    as_typed = () if match["phrase"] is not None else None
    atom = Atom(found, column, prefix, plural=spoken.lower().endswith("ów"), languages=as_typed) if found else None
    pasted = None if column is not None or match["phrase"] is not None else _pasted(match[0].removeprefix("-"))
    if pasted is None or atom is None:
        return atom
    # Its words too, because an id may look like a word of a text.
    return Group(GroupKind.ANY, (pasted, atom))


def _pasted(said: str) -> Filter | None:
    """Return the filter for a pasted id or address, or None."""
    if parse_id(said) is not None:
        return Filter(FilterKind.ADDRESS, said.lower())
    if said.lower().startswith(("http://", "https://")) and key_of(said) is not None:
        return Filter(FilterKind.ADDRESS, said)
    return None


# Characters that make a value more than its words: "C++" is not "C".
_SIGNS_OF_A_TAG = re.compile(r"[^\w\s\-'’*.]")


def _filter(field: str, said: str, *, exact: bool, prefix: bool) -> Filter | None:
    if field not in tuple(FilterKind) or field == FilterKind.ADDRESS:
        return None
    kind, value = FilterKind(field), said.strip()
    # An invalid date or an unknown value filters nothing; `find_mistake` reports it.
    if kind in DATES:
        right = len(value) == 4 if kind is FilterKind.YEAR else True
        return Filter(kind, value) if right and _is_date(value) else None
    if kind in _CHOICES:
        return Filter(kind, value.lower()) if value.lower() in _CHOICES[kind] else None
    if kind in (FilterKind.TAG, FilterKind.SECTION):
        whole = exact or bool(_SIGNS_OF_A_TAG.search(value))
        bare = value.rstrip("*") if prefix else value
        return Filter(kind, bare, whole, prefix) if words(fold(bare)) or (whole and bare) else None
    return Filter(kind, value.rstrip("*") if prefix else value, exact, prefix) if value.strip("*") else None


def _is_date(said: str) -> bool:
    if not (_DATE.fullmatch(said) and said.isascii()):
        return False
    try:
        date.fromisoformat(f"{said}-01-01"[:10])
    except ValueError:
        return False
    return True


# ── Probable mistakes in a query ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class QueryMistake:
    """A probable mistake in a query: what is wrong, and how to write it."""

    what: str
    hint: str

    @property
    def in_one_line(self) -> str:
        """Both as one line."""
        # A text that ends with a field already has a colon.
        return f"{self.what.removesuffix(':')}: {self.hint}"


def find_mistake(text: str) -> QueryMistake | None:
    """Return the first probable mistake in *text*: an unknown field, a field without a value, an invalid date or value,
    a period that ends before it begins, or no word at all. None if everything is understood.
    """
    for match in _TOKEN.finditer(_opened(_composed(text))):
        told = _misread(match)
        if told is not None:
            return told
    query = parse(text)
    if not query.parts:
        return QueryMistake(f"nothing is looked for in {text!r}", "give a word, or one of " + ", ".join(FIELDS))
    return _reversed_period(query.nodes)


def _reversed_period(nodes: tuple[Node, ...]) -> QueryMistake | None:
    """Return the mistake if a period among *nodes*, or in a group of them, ends before it begins, else None."""
    for together in _held_together(nodes):
        dates = [node for node in together if isinstance(node, Filter)]
        begins = [one.value for one in dates if one.kind is FilterKind.FROM]
        ends = [one.value for one in dates if one.kind is FilterKind.TO]
        for begin, end in product(begins, ends):
            # Compare what both give: "from:2014-05 to:2014" ends with the year.
            given = min(len(begin), len(end))
            if begin[:given] > end[:given]:
                return QueryMistake(f"from:{begin} to:{end} ends before it begins", f"write from:{end} to:{begin}")
    return None


def _held_together(nodes: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    """Yield *nodes*, which must all hold, and the nodes of their groups that must. What is excluded finds no less."""
    yield nodes
    for node in nodes:
        if isinstance(node, Group) and node.kind is not GroupKind.NONE:
            for parts in [node.parts] if node.kind is GroupKind.ALL else [(part,) for part in node.parts]:
                yield from _held_together(parts)


def _misread(match: re.Match[str]) -> QueryMistake | None:
    field, said = match["field"] or "", match["phrase"] if match["phrase"] is not None else match["word"]
    alone = said.removesuffix(":").lower()
    # A space after the colon is the most common mistake: the field would be searched for as a word.
    if match["word"] is not None and not field and said.endswith(":") and alone in FIELDS:
        return QueryMistake(f"nothing stands behind {said}", f'write {alone}:WORD, without a space, or "{alone}"')
    known = field.lower()
    if known in DATES:
        if known == FilterKind.YEAR and not (len(said.strip()) == 4 and _is_date(said.strip())):
            return QueryMistake(f"{field}: takes a year, and {said!r} is none", "write it as year:2023")
        if not _is_date(said.strip()):
            return QueryMistake(f"{field}: takes a date, and {said!r} is none", _DATES)
    elif known in FIELDS and known in _CHOICES:
        choices = _CHOICES[FilterKind(known)]
        if said.strip().lower() not in choices:
            return QueryMistake(f"{field}: does not know {said!r}", f"it takes {', '.join(choices)}")
    # "https://..." looks like a field but is a pasted address.
    elif field and known not in FIELDS and not said.startswith("//"):
        listed = ", ".join(f"{one}:" for one in FIELDS)
        return QueryMistake(
            f"there is no field {field}:", f'known are {listed}; to look for words, write "{field} {said}"'
        )
    return None
