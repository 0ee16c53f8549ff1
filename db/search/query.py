"""What a person types, read into what is looked for. Any text is a query; none is an error."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from db.captures import key_of
from db.identity import parse_id
from db.search.words import fold, forms, words

# An open quotation mark runs to the end: nobody's query is an error.
_TOKEN = re.compile(
    r"""(?P<minus>-)?(?:(?P<field>[^\W\d_]+):(?P<exact>=)?)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""",
    re.VERBOSE,
)
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_DATES = "write it as 2023, 2023-04 or 2023-04-24"
# How many terms of a query count; no person types more, and SQLite bounds what it parses.
_LIMIT = 64
# How deep brackets count within each other; further ones say nothing.
_DEEPEST = 12


class Column(StrEnum):
    """Columns that a term may be bound to."""

    TITLE = "title"
    AUTHOR = "author"


class FilterKind(StrEnum):
    """What hits may be narrowed by."""

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
    """A set that a person named."""
    NOTE = "note"
    """Words of what people noted."""
    ADDRESS = "address"
    """An address or an id that was pasted. It is no field that is typed."""


class State(StrEnum):
    """What an item may be found to be, after ``is:``."""

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
"""Filters that the order of the index answers."""
IN_INDEX = frozenset({FilterKind.TAG, FilterKind.SECTION, FilterKind.PUBLISHER, FilterKind.LANG, FilterKind.KIND})
"""Filters that are words of the index; what is in neither is asked of other tables."""
# What a filter takes, where that is one of few words.
_CHOICES: dict[FilterKind, tuple[str, ...]] = {
    FilterKind.KIND: ("article", "page", "document"),
    FilterKind.REUSE: tuple(Reuse),
    FilterKind.IS: tuple(State),
    FilterKind.IN: ("editions",),
}
# In the order in which they are told to a person.
FIELDS = (*Column, *(kind for kind in FilterKind if kind is not FilterKind.ADDRESS))


@dataclass(frozen=True, slots=True)
class Atom:
    """One word, the start of one (*prefix*), or a phrase: folded *words* in this order; *spelt* are the words of the
    index that begin so, where they are known."""

    words: tuple[str, ...]
    column: Column | None = None
    prefix: bool = False
    spelt: tuple[str, ...] = ()

    def match(self) -> str:
        """Return the atom in the syntax of FTS5, every word quoted."""
        # Quoted, since AND, OR, NEAR and a star are syntax to FTS5; folded words hold no quotation mark.
        phrase = f'"{" ".join(self.words)}"'
        if self.spelt:
            phrase = " OR ".join(f'"{word}"' for word in self.spelt)
        elif self.prefix:
            phrase += " *"
        # Names have no stems, and a phrase stands as it was typed.
        elif len(self.words) == 1 and self.column is not Column.AUTHOR:
            phrase = " OR ".join(f'"{form}"' for form in forms(self.words[0]))
        if self.column is None:
            return f"({phrase})"
        return f"({self.column.value} : ({phrase}))"


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition that is not about words of the text.

    Attributes:
        exact: the whole of the value is meant, as of a tag.
        prefix: the value is the beginning of one.
    """

    kind: FilterKind
    value: str
    exact: bool = False
    prefix: bool = False


class GroupKind(StrEnum):
    """How the parts of a group hang together."""

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
    """What must hold, all of it.

    Attributes:
        parts: each with the words that were typed for it.
        editions: older editions are looked at too.
    """

    parts: tuple[tuple[Node, str], ...] = ()
    editions: bool = False

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The parts without what was typed."""
        return tuple(node for node, _ in self.parts)

    def atoms(self) -> tuple[Atom, ...]:
        """Return the words that are wanted: what is ranked by and marked."""
        return tuple(_wanted(self.nodes))

    def filters(self) -> Iterator[Filter]:
        """Yield the filters, wherever they stand."""
        yield from _filters(self.nodes)

    def without(self, place: int) -> str:
        """Return what was typed without the part at *place*."""
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
    """Read *text*: words (all must be there), ``"a phrase"``, ``-not`` and ``NOT``, ``a OR b``, brackets, ``start*``,
    and fields, as docs/searching.md describes them. OR binds its two neighbours. What is no syntax is looked for as
    words. Never raises.
    """
    tokens = [token for token in _tokens(text) if not _chooses_editions(token)]
    parts, _ = _read(tokens, 0, 0)
    # Of what stands in a bracket alone each part is one of the whole.
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


def _read(tokens: list[_Token], at: int, depth: int) -> tuple[list[tuple[Node, str]], int]:
    """Return the parts from *at* to the end of this bracket, and what comes after."""
    found: list[tuple[Node, str]] = []
    joined = negated = False
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.value is _Sign.CLOSE:
            # One that closes nothing is a slip.
            if depth:
                return found, at
            continue
        if token.value is _Sign.OR:
            # So is an OR with nothing before it.
            joined = bool(found)
            continue
        if token.value is _Sign.NOT:
            negated = True
            continue
        if token.value is _Sign.OPEN:
            inner, at = _read(tokens, at, depth + 1)
            if not inner:
                continue
            said = f"({' '.join(one for _, one in inner)})"
            node = inner[0][0] if len(inner) == 1 else Group(GroupKind.ALL, tuple(one for one, _ in inner))
        else:
            node, said = token.value, token.said
        if negated != token.negated:
            node, said = Group(GroupKind.NONE, (node,)), f"-{said}"
        if joined:
            before, typed = found.pop()
            kept = before.parts if isinstance(before, Group) and before.kind is GroupKind.ANY else (before,)
            node, said = Group(GroupKind.ANY, (*kept, node)), f"{typed} OR {said}"
        found.append((node, said))
        joined = negated = False
    return found, at


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
        # In capitals alone: "and" is a word of a title. All words must be there anyway, so AND says nothing.
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
    """Return *text* as the fold takes it, without what no database holds."""
    # A keyboard may send letters and accents apart; half a surrogate pair comes from a shell in another charset.
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())


_QUOTED = re.compile(r'"[^"]*"?|[^"]+')
_WORD = re.compile(r"\S+")


def _opened(text: str) -> str:
    """Return *text* with spaces around the brackets that group: those at the ends of words, and of no word's own."""

    def parted(word: re.Match[str]) -> str:
        said = word[0]
        minus = "-" if said.startswith("-(") else ""
        rest = said[len(minus) :]
        bare = rest.lstrip("(")
        before = " ( " * (len(rest) - len(bare)) if not minus else " -( " + " ( " * (len(rest) - len(bare) - 1)
        after = 0
        # "f(x)" keeps its brackets: what closes what the word itself opened is a part of it.
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
    # A field that is none is part of what is looked for: "RFC:9112", "https://...".
    spoken = said if column is not None or not field else f"{match['field']} {said}"
    found = tuple(words(fold(spoken)))
    atom = Atom(found, column, prefix) if found else None
    pasted = None if column is not None or match["phrase"] is not None else _pasted(match[0].removeprefix("-"))
    if pasted is None or atom is None:
        return atom
    # Its words too, which may stand in a text: an id may look like a word.
    return Group(GroupKind.ANY, (pasted, atom))


def _pasted(said: str) -> Filter | None:
    """Return the filter for an id or an address that was pasted, or None."""
    if parse_id(said) is not None:
        return Filter(FilterKind.ADDRESS, said.lower())
    if said.lower().startswith(("http://", "https://")) and key_of(said) is not None:
        return Filter(FilterKind.ADDRESS, said)
    return None


# Signs by which a value is more than its words: "C++" is not "C".
_SIGNS_OF_A_TAG = re.compile(r"[^\w\s\-'’*.]")


def _filter(field: str, said: str, *, exact: bool, prefix: bool) -> Filter | None:
    if field not in tuple(FilterKind) or field == FilterKind.ADDRESS:
        return None
    kind, value = FilterKind(field), said.strip()
    # A date that is none, or a word that is none of the few, narrows nothing; `misread` tells of it.
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


# ── What was surely meant otherwise ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Misread:
    """What a person surely meant otherwise than `parse` takes it: what it is, and how to say it."""

    what: str
    hint: str

    @property
    def told(self) -> str:
        """Both in one line."""
        # What ends with a field has a colon already.
        return f"{self.what.removesuffix(':')}: {self.hint}"


def misread(text: str) -> Misread | None:
    """Return the first thing in *text* that would be looked for in vain: a field that there is not, or that nothing
    stands behind, a date that is none, no word at all. None where all of it is understood.
    """
    for match in _TOKEN.finditer(_opened(_composed(text))):
        told = _misread(match)
        if told is not None:
            return told
    query = parse(text)
    if not query.parts:
        return Misread(f"nothing is looked for in {text!r}", "give a word, or one of " + ", ".join(FIELDS))
    return None


def _misread(match: re.Match[str]) -> Misread | None:
    field, said = match["field"] or "", match["phrase"] if match["phrase"] is not None else match["word"]
    alone = said.removesuffix(":").lower()
    # A space behind the colon is the commonest slip: the field would be looked for as a word.
    if match["word"] is not None and not field and said.endswith(":") and alone in FIELDS:
        return Misread(f"nothing stands behind {said}", f'write {alone}:WORD, without a space, or "{alone}"')
    known = field.lower()
    if known in DATES:
        if known == FilterKind.YEAR and not (len(said.strip()) == 4 and _is_date(said.strip())):
            return Misread(f"{field}: takes a year, and {said!r} is none", "write it as year:2023")
        if not _is_date(said.strip()):
            return Misread(f"{field}: takes a date, and {said!r} is none", _DATES)
    elif known in FIELDS and known in _CHOICES:
        choices = _CHOICES[FilterKind(known)]
        if said.strip().lower() not in choices:
            return Misread(f"{field}: does not know {said!r}", f"it takes {', '.join(choices)}")
    # "https://..." looks like a field, and is an address that was pasted.
    elif field and known not in FIELDS and not said.startswith("//"):
        listed = ", ".join(f"{one}:" for one in FIELDS)
        return Misread(f"there is no field {field}:", f'known are {listed}; to look for words, write "{field} {said}"')
    return None
