"""The phrases of the wordings: their notation, the patterns it stands for, and what words they begin with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

Words = Mapping[str, list[str]]

_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "–": "-", "—": "-", "‑": "-", "\u00ad": None, "ł": "l", "\xa0": " "}
)
TOKEN = re.compile(r"(?:\((?:[^()]|\([^()]*\))*\)|<[^>]*>)[?*:~]?|\S+")
_OR = re.compile(r"\|(?![^()]*\))")
SIGNS = {"...": r"((?:[^\s\x00]+ ){0,5}?)", "..": r"((?:[^\s\x00,;:.]+ ){0,3}?)", "^": "^"}
_GAPS = {"...": 5, "..": 3}
_RUN = re.compile(r"\w+")
_WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")
BEGINNING, LONGER = 3, 5
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


class Beginnings:
    """Where the words of a folded text stand, by the words and by their first letters: as phrases are known to begin.

    A phrase of which a word begins with none of these need not be looked for, any other only there.

    Attributes:
        places: where they stand, by keys: the words, and their first letters with a mark; "" is a key of no place.
        keys: all keys.
    """

    __slots__ = ("_masks", "_numbers", "keys", "places")

    def __init__(self, folded: str) -> None:
        """Look at all words, and at signs."""
        self.places: dict[str, list[int]] = {"": []}
        self._numbers: dict[int, int] = {}
        self._masks: dict[frozenset[str], int] = {}
        number = before = 0
        for run in _WORD_OR_SIGN.finditer(folded):
            word, place = run.group(), run.start()
            number += folded.count(" ", before, place)
            before = place
            self._numbers[place] = number
            for key in _keys(word):
                self.places.setdefault(key, []).append(place)
        self.keys = frozenset(self.places)

    def mask(self, keys: frozenset[str]) -> int:
        """At which of the words between spaces any of *keys* stands: a bit for each, the first being the lowest."""
        if keys not in self._masks:
            mask = 0
            for key in keys & self.keys:
                for place in self.places[key]:
                    mask |= 1 << self._numbers[place]
            self._masks[keys] = mask
        return self._masks[keys]


@lru_cache(maxsize=8192)
def _keys(word: str) -> tuple[str, ...]:
    """The keys of a word, each once: itself, and its first letters with a mark."""
    return tuple(dict.fromkeys((word, word[:BEGINNING] + _OPEN, word[:LONGER] + _OPEN)))


@lru_cache(maxsize=256)  # a sentence is asked about in several languages
def beginnings(folded: str) -> Beginnings:
    """Those of a folded text."""
    return Beginnings(folded)


@cache
def spaced(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern of whole words that match one of *patterns*; the longest of these is tried first."""
    longest = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    return compiled(rf"(?<![\w-])(?:{'|'.join(longest)})(?:(?!\w)|(?<=:))")


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled once a process."""
    return re.compile(pattern)


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """The pattern of any of some phrases, whole words, in folded text."""
    return spaced(tuple(pattern_of(fold(phrase), {}) for phrase in phrases))


def pattern_of(phrase: str, words: Words) -> str:
    """The pattern of a folded phrase, as ``en.toml`` explains the signs in it."""
    tokens = TOKEN.findall(phrase)
    if tokens[-1] == "$":
        return pattern_of(phrase.removesuffix("$").rstrip(), words) + r"(?=\W*$)"
    lacking: list[str] = []
    while len(tokens) > 1 and (may_lack(tokens[-1]) or tokens[-1] in _GAPS):
        if tokens[-1] in _GAPS:  # words passed over at the end are none
            tokens.pop()
            continue
        choice = _choice(tokens.pop(), words)
        gap = SIGNS[tokens.pop()] if len(tokens) > 1 and tokens[-1] in _GAPS else ""
        lacking.insert(0, f"(?: {gap}{choice})?")  # what may lack must not ask for a space before it
    pattern = "".join(_token(token, words) for token in tokens).replace(f" {SIGNS['...']}", f",? {SIGNS['...']}")
    pattern = pattern.replace(" , ", ", ")
    return pattern.removesuffix(" ?").removesuffix(" ") + "".join(lacking)


def _token(token: str, words: Words) -> str:
    if token in SIGNS:
        return SIGNS[token]
    if token[0] not in "(<":
        return _word(token) + " "
    choice = _choice(token, words)
    return {"?": f"(?:{choice} )?", "*": rf"{choice}\w* ", "~": f"({choice}) ", ":": f"{choice} ?: ?"}.get(
        token[-1], f"{choice} "
    )


def may_lack(token: str) -> bool:
    """Whether a part of a phrase need not be there."""
    return token[0] in "(<" and token.endswith("?")


def _choices(token: str, words: Words) -> list[str]:
    inner = token.rstrip("?*:~")[1:-1]
    if token[0] == "(":
        return _OR.split(inner)
    # The longest is tried first: of "article" and "article of ours" the latter is meant where it stands.
    return sorted(map(fold, words[inner]), key=lambda word: (-len(word), word))


def _choice(token: str, words: Words) -> str:
    return "(?:" + "|".join(pattern_of(choice, words) for choice in _choices(token, words)) + ")"


def _word(token: str) -> str:
    ends = len(token) > 1 and token.endswith("?")
    letters = re.escape(token.removesuffix("?") if ends else token)
    return letters.replace(r"\*", r"\w*").replace(r"\?", r"\w") + ("?" if ends else "")


def run_of(phrase: str) -> str:
    """The pattern of a phrase in a script without spaces."""
    return re.escape(phrase).replace(r"\.\.\.", r"[^\x00]{0,12}?").replace(r"\*", "")


class Keys:
    """The keys of ``beginnings`` that the phrases of a language begin with; what is asked twice is told once."""

    __slots__ = ("_known", "_longest", "words")

    def __init__(self, words: Words) -> None:
        """Take the *words* that the ``<names>`` in its phrases stand for."""
        self.words = words
        self._known: dict[tuple[str, bool], frozenset[str] | None] = {}
        self._longest: dict[str, int] = {}

    def of(self, phrase: str, *, opened: bool = False) -> frozenset[str] | None:
        """The keys that a folded phrase can begin under, or None where that cannot be told.

        With *opened* its last word may go on.
        """
        asked = phrase, opened
        if asked not in self._known:
            self._known[asked] = self._told(phrase, opened)
        return self._known[asked]

    def longest(self, part: str) -> int:
        """How many words a part of a phrase holds at most."""
        if part in _GAPS:
            return _GAPS[part]
        if part[0] not in "(<":
            return 1
        if part not in self._longest:
            choices = (TOKEN.findall(choice) for choice in _choices(part, self.words))
            self._longest[part] = max(sum(map(self.longest, choice)) for choice in choices) + part.endswith(":")
        return self._longest[part]

    def _told(self, phrase: str, opened: bool) -> frozenset[str] | None:
        if " " not in phrase and phrase[0] not in "(<.^":  # a word, as most parts are
            first = _beginning(phrase, opened=opened or phrase.endswith("*"))
            return frozenset({first}) if first else None
        found: set[str] = set()
        parts = TOKEN.findall(phrase)
        if len(parts) > 1 and parts[0] not in SIGNS and not may_lack(parts[0]):
            return self.of(parts[0])
        for number, part in enumerate(parts):
            if part == "^":
                continue
            if part in SIGNS:
                return None
            goes_on = part.endswith("*") or (opened and number == len(parts) - 1)
            if part[0] not in "(<":
                first = _beginning(part, opened=goes_on)
                return frozenset({*found, first}) if first else None
            for choice in _choices(part, self.words):
                begins = self.of(choice, opened=goes_on)
                if begins is None:
                    return None
                found |= begins
            if not may_lack(part):
                return frozenset(found)
        return None


def _beginning(token: str, *, opened: bool) -> str | None:
    """The first word of a token where it is whole, else its first letters with a mark; None where it has too few.

    Of a token that begins with a sign, the sign.
    """
    run = _RUN.match(token)
    if run is None:
        return token[0] if token[0] not in "*?" else None
    rest = token[run.end() :]
    if not rest.startswith(("*", "?")) and (rest or not opened):
        return run.group()
    sure = run.end() - rest.startswith("?")
    length = LONGER if sure >= LONGER else BEGINNING
    return run.group()[:length] + _OPEN if sure >= length else None
