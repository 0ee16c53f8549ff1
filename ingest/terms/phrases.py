"""The phrases of the wordings: their notation, and the search for those of one concept in folded words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

Words = Mapping[str, list[str]]

_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "–": "-", "—": "-", "‑": "-", "\u00ad": None, "ł": "l", "\xa0": " "}
)
_TOKEN = re.compile(r"(?:\((?:[^()]|\([^()]*\))*\)|<[^>]*>)[?*:~]?|\S+")
_OR = re.compile(r"\|(?![^()]*\))")
_SIGNS = {"...": r"((?:[^\s\x00]+ ){0,5}?)", "..": r"((?:[^\s\x00,;:.]+ ){0,3}?)", "^": "^"}
_GAPS = ("...", "..")
_RUN = re.compile(r"\w+")
_WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")
_BEGINNING, _LONGER = 3, 5
_OPEN = "*"
HIDDEN = "\x00"
UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A letter of a script that is written without spaces."""


def fold(words: str) -> str:
    """Lower case, no accents, plain quotes and hyphens, single spaces: what phrases are matched in."""
    if words.isascii():
        return " ".join(words.lower().replace("`", "'").split())
    plain = words.lower().translate(_QUOTES)
    if plain.isascii():
        return " ".join(plain.split())
    plain = unicodedata.normalize("NFKD", plain)
    for accent in filter(unicodedata.combining, set(plain)):
        plain = plain.replace(accent, "")
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def beginnings(folded: str) -> dict[str, list[int]]:
    """Where the words stand, by the words and by their first letters: as phrases are known to begin.

    A phrase that begins with none of these need not be looked for, any other only there.
    """
    found: dict[str, list[int]] = {"": []}
    for run in _WORD_OR_SIGN.finditer(folded):
        word, place = run.group(), run.start()
        for key in {word, word[:_BEGINNING] + _OPEN, word[:_LONGER] + _OPEN}:
            found.setdefault(key, []).append(place)
    return found


class Concept:
    """The phrases that show one concept, parted by how they begin, so that few are ever looked for."""

    __slots__ = ("_anywhere", "groups", "name")

    def __init__(self, name: str, tongues: Iterable[Mapping[str, list[str]]], words: Iterable[Words]) -> None:
        """Take the phrases under *name* of each of *tongues*, each with the *words* its ``<names>`` stand for."""
        self.name = name
        parted: dict[frozenset[str], tuple[set[str], list[tuple[str, Words]]]] = {}
        anywhere: list[str] = []
        for tongue, named in zip(tongues, words, strict=True):
            for phrase in map(fold, tongue.get(name, ())):
                if tongue.get("unspaced"):
                    anywhere.append(_run(phrase))
                else:
                    begins = _begins(phrase, named) or frozenset({""})
                    alike = parted.setdefault(frozenset(key[:_BEGINNING] for key in begins), (set(), []))
                    alike[0].update(begins)
                    alike[1].append((phrase, named))
        self.groups = tuple(Group(frozenset(begins), tuple(phrases)) for begins, phrases in parted.values())
        self._anywhere = "|".join(anywhere)

    def find(self, folded: str, places: Mapping[Group, list[int]], unspaced: bool) -> list[re.Match[str]]:
        """Where its phrases stand, from left to right; of its groups those that may begin at some *places*.

        The groups of a match are the words that its phrase passes over.
        """
        found: list[re.Match[str]] = []
        for group, begun in places.items():
            found += group.find(folded, begun)
        if unspaced and self._anywhere:
            found.extend(_compiled(self._anywhere).finditer(folded))
        return sorted(found, key=lambda match: match.span()) if len(found) > 1 else found


class Group:
    """Phrases of a concept that begin alike; their pattern is made when it is first needed.

    Attributes:
        begins: the keys of ``beginnings`` under which they may begin; "" for those that may begin with anything.
    """

    __slots__ = ("_pattern", "_phrases", "begins")

    def __init__(self, begins: frozenset[str], phrases: tuple[tuple[str, Words], ...]) -> None:
        self.begins = begins
        self._phrases = phrases
        self._pattern: re.Pattern[str] | None = None

    def find(self, folded: str, places: list[int]) -> list[re.Match[str]]:
        """The matches that begin at one of *places*, from left to right, none overlapping; anywhere under ""."""
        if self._pattern is None:
            self._pattern = _spaced(tuple(dict.fromkeys(pattern_of(*phrase) for phrase in self._phrases)))
        if "" in self.begins:
            return list(self._pattern.finditer(folded))
        found: list[re.Match[str]] = []
        end = 0
        for place in sorted(places) if len(places) > 1 else places:
            match = self._pattern.match(folded, place) if place >= end else None
            if match is not None:
                end = match.end()
                found.append(match)
        return found


def hidden(folded: str, found: Iterable[re.Match[str]]) -> str:
    """The words without those of the phrases found; what a phrase passes over stays."""
    letters = list(folded)
    for match in found:
        start, end = match.span()
        passed = {place for span in match.regs[1:] for place in range(*span)}
        letters[start:end] = [letters[place] if place in passed else HIDDEN for place in range(start, end)]
    return "".join(letters)


@cache
def _spaced(patterns: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    return _compiled(rf"(?<![\w-])(?:{'|'.join(longest)})(?:(?!\w)|(?<=:))")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """The pattern of any of some phrases, whole words, in folded text."""
    return _spaced(tuple(pattern_of(fold(phrase), {}) for phrase in phrases))


def pattern_of(phrase: str, words: Words) -> str:
    """The pattern of a folded phrase, as ``en.toml`` explains the signs in it."""
    tokens = _TOKEN.findall(phrase)
    if tokens[-1] == "$":
        return pattern_of(phrase.removesuffix("$").rstrip(), words) + r"(?=\W*$)"
    lacking: list[str] = []
    while len(tokens) > 1 and (_may_lack(tokens[-1]) or tokens[-1] in _GAPS):
        if tokens[-1] in _GAPS:  # words passed over at the end are none
            tokens.pop()
            continue
        choice = _choice(tokens.pop(), words)
        gap = _SIGNS[tokens.pop()] if len(tokens) > 1 and tokens[-1] in _GAPS else ""
        lacking.insert(0, f"(?: {gap}{choice})?")  # what may lack must not ask for a space before it
    pattern = "".join(_token(token, words) for token in tokens).replace(f" {_SIGNS['...']}", f",? {_SIGNS['...']}")
    pattern = pattern.replace(" , ", ", ")
    return pattern.removesuffix(" ?").removesuffix(" ") + "".join(lacking)


def _token(token: str, words: Words) -> str:
    if token in _SIGNS:
        return _SIGNS[token]
    if token[0] not in "(<":
        return _word(token) + " "
    choice = _choice(token, words)
    return {"?": f"(?:{choice} )?", "*": rf"{choice}\w* ", "~": f"({choice}) ", ":": f"{choice} ?: ?"}.get(
        token[-1], f"{choice} "
    )


def _may_lack(token: str) -> bool:
    return token[0] in "(<" and token.endswith("?")


def _choices(token: str, words: Words) -> list[str]:
    inner = token.rstrip("?*:~")[1:-1]
    return _OR.split(inner) if token[0] == "(" else [fold(word) for word in words[inner]]


def _choice(token: str, words: Words) -> str:
    return "(?:" + "|".join(pattern_of(choice, words) for choice in _choices(token, words)) + ")"


def _word(token: str) -> str:
    ends = len(token) > 1 and token.endswith("?")
    letters = re.escape(token.removesuffix("?") if ends else token)
    return letters.replace(r"\*", r"\w*").replace(r"\?", r"\w") + ("?" if ends else "")


def _run(phrase: str) -> str:
    return re.escape(phrase).replace(r"\.\.\.", r"[^\x00]{0,12}?").replace(r"\*", "")


def _begins(phrase: str, words: Words, *, opened: bool = False) -> frozenset[str] | None:
    """The keys of ``beginnings`` that a phrase can begin under, or None where that cannot be told.

    With *opened* its last word may go on.
    """
    found: set[str] = set()
    parts = _TOKEN.findall(phrase)
    for number, part in enumerate(parts):
        if part == "^":
            continue
        if part in _SIGNS:
            return None
        goes_on = part.endswith("*") or (opened and number == len(parts) - 1)
        if part[0] not in "(<":
            first = _beginning(part, opened=goes_on)
            return frozenset({*found, first}) if first else None
        for choice in _choices(part, words):
            begins = _begins(choice, words, opened=goes_on)
            if begins is None:
                return None
            found |= begins
        if not _may_lack(part):
            return frozenset(found)
    return None


def _beginning(token: str, *, opened: bool) -> str | None:
    """The first word of a token where it is whole, else its first letters with a mark; None where it has too few.

    Of a token that begins with a sign, the sign.
    """
    run = _RUN.match(token)
    if run is None:
        return token[0]
    rest = token[run.end() :]
    if not rest.startswith(("*", "?")) and (rest or not opened):
        return run.group()
    sure = run.end() - rest.startswith("?")
    length = _LONGER if sure >= _LONGER else _BEGINNING
    return run.group()[:length] + _OPEN if sure >= length else None
