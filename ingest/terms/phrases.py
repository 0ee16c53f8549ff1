"""The phrases of the wordings: their notation, and the search for those of one concept in folded words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, KeysView, Mapping
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
_BEGINNING = 3
HIDDEN = "\x00"
UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A letter of a script that is written without spaces."""


def fold(words: str) -> str:
    """Lower case, no accents, plain quotes and hyphens, single spaces: what phrases are matched in."""
    lowered = words.lower().translate(_QUOTES)
    if lowered.isascii():
        return " ".join(lowered.split())
    plain = unicodedata.normalize("NFKD", lowered)
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(unicodedata.normalize("NFKC", kept).split())


def beginnings(folded: str) -> frozenset[str]:
    """The first letters of the words: a phrase that begins with none of them need not be looked for."""
    return frozenset([run[:_BEGINNING] for run in _RUN.findall(folded)] + [""])


class Concept:
    """The phrases that show one concept, parted by how they begin, so that few are ever looked for."""

    __slots__ = ("_anywhere", "_begun", "_groups", "name")

    def __init__(self, name: str, tongues: Iterable[Mapping[str, list[str]]], words: Iterable[Words]) -> None:
        """Take the phrases under *name* of each of *tongues*, each with the *words* its ``<names>`` stand for."""
        self.name = name
        groups: dict[frozenset[str], list[tuple[str, Words]]] = {}
        anywhere: list[str] = []
        for tongue, named in zip(tongues, words, strict=True):
            for phrase in map(fold, tongue.get(name, ())):
                if tongue.get("unspaced"):
                    anywhere.append(_run(phrase))
                else:
                    groups.setdefault(_begins(phrase, named) or frozenset(), []).append((phrase, named))
        self._groups = [_Group(tuple(phrases)) for phrases in groups.values()]
        self._anywhere = "|".join(anywhere)
        self._begun: dict[str, list[int]] = {}
        for number, keys in enumerate(groups):
            for key in keys or ("",):
                self._begun.setdefault(key, []).append(number)

    @property
    def begins(self) -> KeysView[str]:
        """How its phrases begin; "" for one that may begin with anything."""
        return self._begun.keys()

    def find(self, folded: str, begins: frozenset[str], unspaced: bool) -> list[re.Match[str]]:
        """Where its phrases stand in words whose *beginnings* are given, from left to right.

        The groups of a match are the words that its phrase passes over.
        """
        found: list[re.Match[str]] = []
        for number in {number for key in self._begun.keys() & begins for number in self._begun[key]}:
            found.extend(self._groups[number].pattern.finditer(folded))
        if unspaced and self._anywhere:
            found.extend(_compiled(self._anywhere).finditer(folded))
        return sorted(found, key=lambda match: match.span()) if len(found) > 1 else found


class _Group:
    """Phrases that begin alike; their pattern is made when it is first needed."""

    __slots__ = ("_pattern", "_phrases")

    def __init__(self, phrases: tuple[tuple[str, Words], ...]) -> None:
        self._phrases = phrases
        self._pattern: re.Pattern[str] | None = None

    @property
    def pattern(self) -> re.Pattern[str]:
        if self._pattern is None:
            self._pattern = _spaced(tuple(dict.fromkeys(pattern_of(*phrase) for phrase in self._phrases)))
        return self._pattern


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


def _begins(phrase: str, words: Words) -> frozenset[str] | None:
    """The first letters that a phrase can begin with, or None where that cannot be told."""
    found: set[str] = set()
    for part in _TOKEN.findall(phrase):
        if part == "^":
            continue
        if part in _SIGNS:
            return None
        if part[0] not in "(<":
            first = _beginning(part)
            return frozenset({*found, first}) if first else None
        for choice in _choices(part, words):
            begins = _begins(choice, words)
            if begins is None:
                return None
            found |= begins
        if not _may_lack(part):
            return frozenset(found)
    return None


def _beginning(token: str) -> str | None:
    run = _RUN.match(token)
    if run is None:
        return None
    sign = token[run.end() : run.end() + 1]
    if (sign == "*" and run.end() < _BEGINNING) or (sign == "?" and run.end() <= _BEGINNING):
        return None
    return run.group()[:_BEGINNING]
