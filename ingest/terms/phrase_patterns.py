"""Phrase patterns: their notation, the patterns it stands for, and the search for those that show a concept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache, partial
from typing import NamedTuple

Words = Mapping[str, list[str]]

# Signs that NFKD does not part, as it parts accents from letters; the soft hyphen is no sign at all.
_SAME = {"’": "'", "‘": "'", "`": "'", "–": "-", "—": "-", "‑": "-", "\u00ad": None, "\xa0": " "}
_QUOTES = str.maketrans({**_SAME, "ł": "l", "œ": "oe", "æ": "ae"})
# Groups nest one within another and no deeper: a pattern counts no brackets.
TOKEN = re.compile(r"(?:\((?:[^()]|\([^()]*\))*\)|<[^>]*>)[?*:~]?|\S+")
_OR = re.compile(r"\|(?![^()]*\))")
# Gaps are short and end at a semicolon: else a grant and a ban far from it would make one phrase.
SIGNS = {"...": r"((?:[^\s\x00]*[^\s\x00;] ){0,5}?)", "..": r"((?:[^\s\x00,;:.]+ ){0,3}?)", "^": "^"}
# How many words the signs pass over, as the head of en.toml tells whoever writes phrases.
_GAPS = {"...": 5, "..": 3}
_RUN = re.compile(r"\w+")
_WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")
# A phrase with fewer sure letters at its beginning may begin with anything; five tell long words better apart.
BEGINNING, LONGER = 3, 5
_OPEN = "*"
# A parser of HTML lets none through, so no phrase can meet one in a page's words.
HIDDEN = "\x00"
UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A letter of a script that is written without spaces."""


# Latin letters in a Cyrillic word, which look the same: Ukrainian keyboards had no "i" of their own.
_MIXED = re.compile("(?<=[\u0430-\u0491])[aceiopxy]|[aceiopxy](?=[\u0430-\u0491])")
_CYRILLIC = str.maketrans("aceiopxy", "\u0430\u0441\u0435\u0456\u043e\u0440\u0445\u0443")


def fold(words: str) -> str:
    """Lower case, no accents, plain quotes and hyphens, single spaces: what phrases are matched in."""
    # Most sentences are, and need no tables.
    if words.isascii():
        return " ".join(words.lower().replace("`", "'").split())
    plain = words.lower().translate(_QUOTES)
    if plain.isascii():
        return " ".join(plain.split())
    # NFKD to part accents from letters; NFKC after it joins what is no accent, as the letters of Korean.
    plain = unicodedata.normalize("NFKD", plain)
    for accent in filter(unicodedata.combining, set(plain)):
        plain = plain.replace(accent, "")
    plain = _MIXED.sub(lambda letter: letter[0].translate(_CYRILLIC), plain)
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
    # Behind a colon a letter may follow at once.
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


_LETTER, _REST, _IN_WORD = re.compile(r"\w"), re.compile(r"\w*"), re.compile(r"[\w-]")
_ESCAPED = re.compile(r"\\\W")
_SPECIAL = frozenset("\\()[]{}?*+|^$.:")
_OPEN_END = r"\w*"
_ANY = frozenset({""})
_NO_WORDS = frozenset({*SIGNS, "$"})


class Found(NamedTuple):
    """Where a phrase stands.

    Attributes:
        passed: the spans of the words that it passes over.
    """

    start: int
    end: int
    words: str
    passed: tuple[tuple[int, int], ...] = ()


class Phrase:
    """One phrase; its pattern is made when words are met that may hold it.

    Attributes:
        begins: the keys of ``beginnings`` under which it may begin; "" if it may begin with anything.
        rarest: keys of which words that hold it have one, the fewest that are known.
    """

    __slots__ = ("_find", "_keys", "_needs", "_pattern", "_steps", "_text", "begins", "rarest")

    def __init__(self, text: str, keys: Keys) -> None:
        """Take a folded phrase, and the *keys* of its language."""
        self._text, self._keys = text, keys
        self._pattern: str | None = None
        self._find: Callable[[str, int], Found | None] | None = None
        self.begins = keys.of(text) or _ANY
        told = [keys.of(part) for part in TOKEN.findall(text) if part not in _NO_WORDS and not may_lack(part)]
        needs = [need for need in told if need] or [_ANY]
        if len(needs) > 1:
            needs.sort(key=_commonness)
        self.rarest, self._needs = needs[0], tuple(needs[1:])
        # What has one part stands where that does: there are no steps from it to another.
        alone = len(told) == 1 and "^" not in text
        self._steps: tuple[tuple[frozenset[str], int], ...] | None = () if alone else None

    @property
    def pattern(self) -> str:
        """Its pattern, without what stands around it."""
        if self._pattern is None:
            self._pattern = pattern_of(self._text, self._keys.words)
        return self._pattern

    def may_stand(self, begun: Beginnings) -> bool:
        """Whether it may stand in words with these beginnings, its rarest among them: its parts follow each other."""
        keys = begun.keys
        for need in self._needs:
            if need.isdisjoint(keys):
                return False
        if self._steps is None:
            self._steps = tuple(_steps(TOKEN.findall(self._text), self._keys))
        reached = -1
        for need, within in self._steps:
            reached = _further(reached, within) & begun.mask(need)
            if not reached:
                return False
        return True

    def at(self, folded: str, place: int) -> Found | None:
        """Where it stands if it begins at *place*."""
        if self._find is None:
            self._find = _finder(self.pattern)
        return self._find(folded, place)


def _steps(parts: list[str], keys: Keys) -> Iterator[tuple[frozenset[str], int]]:
    """The keys of each part that must be there, and within how many words after the one before it begins.

    The first is at any word, save in a phrase that begins a sentence: so many words from its beginning.
    """
    within = -1
    for part in parts:
        if part == "^":
            within = 0
        elif part == "$":
            continue
        else:
            begins = None if part in SIGNS or may_lack(part) else keys.of(part)
            if begins:
                yield begins, within
                within = 0
            within += keys.longest(part) if within >= 0 else 0


def _further(reached: int, within: int) -> int:
    """The words up to so many after those *reached*; the first of a sentence if none is yet."""
    if reached < 0:
        return -1 if within < 0 else (1 << within + 1) - 1
    done = 0
    while done < within:
        step = min(done + 1, within - done)
        reached |= reached << step
        done += step
    return reached


@cache
def _stems(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(key[:BEGINNING] for key in keys)


@cache
def _commonness(keys: frozenset[str]) -> int:
    """How often a set of keys is met, as far as their lengths tell."""
    return sum(1 if len(key) > LONGER else 4 if len(key) == LONGER else 16 for key in keys)


def _finder(pattern: str) -> Callable[[str, int], Found | None]:
    """What finds a pattern at a place; most phrases are words as they are, and need none compiled."""
    letters = pattern.removesuffix(_OPEN_END)
    # To compile a pattern costs far more than to compare letters, and most phrases need none.
    if _SPECIAL.isdisjoint(_ESCAPED.sub("", letters)):
        plain = _ESCAPED.sub(lambda sign: sign.group()[1:], letters)
        return partial(_literally, plain, letters != pattern)
    return partial(_matched, spaced((pattern,)))


def _literally(letters: str, goes_on: bool, folded: str, place: int) -> Found | None:
    if not folded.startswith(letters, place) or (place and _IN_WORD.match(folded, place - 1)):
        return None
    end = place + len(letters)
    if goes_on:
        rest = _REST.match(folded, end)
        end = rest.end() if rest else end
    elif _LETTER.match(folded, end):
        return None
    return Found(place, end, folded[place:end])


def _matched(pattern: re.Pattern[str], folded: str, place: int) -> Found | None:
    match = pattern.match(folded, place)
    return None if match is None else _found(match)


def _found(match: re.Match[str]) -> Found:
    return Found(*match.span(), match.group(), tuple(span for span in match.regs[1:] if span[0] >= 0))


class Group:
    """Phrases of a concept that begin alike: where one of them stands no other does."""

    __slots__ = ("_anywhere", "_pattern", "phrases")

    def __init__(self, phrases: tuple[Phrase, ...]) -> None:
        """Take the phrases."""
        self.phrases = phrases
        self._anywhere = "" in phrases[0].begins
        self._pattern: re.Pattern[str] | None = None

    def find(self, folded: str, begun: Beginnings, among: Iterable[Phrase]) -> list[Found]:
        """Where those *among* its phrases that may stand do, from left to right, none overlapping."""
        if self._anywhere:
            if self._pattern is None:
                self._pattern = spaced(tuple(dict.fromkeys(phrase.pattern for phrase in self.phrases)))
            return list(map(_found, self._pattern.finditer(folded)))
        tried = list(among)
        if len(tried) > 1:
            # The longest first: where two begin at a word, the one that says more is meant.
            tried.sort(key=lambda phrase: (-len(phrase.pattern), phrase.pattern))
        places = {place for phrase in tried for key in phrase.begins & begun.keys for place in begun.places[key]}
        found: list[Found] = []
        end = 0
        for place in sorted(places):
            here = next((one for phrase in tried if (one := phrase.at(folded, place))), None) if place >= end else None
            if here is not None:
                end = here.end
                found.append(here)
        return found


May = Mapping[Group, Iterable[Phrase]]
"""Of some groups the phrases that may stand in some words."""


class Concept:
    """The phrases that show one concept, known by their rarest words, so that few are ever looked for.

    Attributes:
        phrases: by each of their rarest words, with their groups.
        anywhere: the pattern of those in scripts without spaces, which no words tell of; "" where it has none.
    """

    __slots__ = ("anywhere", "name", "phrases")

    def __init__(self, name: str, tongues: Iterable[Mapping[str, list[str]]], keys: Iterable[Keys]) -> None:
        """Take the phrases under *name* of each of *tongues*, each with its *keys*."""
        self.name = name
        parted: dict[frozenset[str], list[Phrase]] = {}
        runs: list[str] = []
        for tongue, known in zip(tongues, keys, strict=True):
            for text in map(fold, tongue.get(name, ())):
                if tongue.get("unspaced"):
                    runs.append(run_of(text))
                else:
                    phrase = Phrase(text, known)
                    parted.setdefault(_stems(phrase.begins), []).append(phrase)
        self.anywhere = "|".join(sorted(runs, key=lambda run: (-len(run), run)))  # the longest is meant
        self.phrases: dict[str, list[tuple[Group, Phrase]]] = {}
        for phrases in parted.values():
            group = Group(tuple(phrases))
            for phrase in phrases:
                for key in phrase.rarest:
                    self.phrases.setdefault(key, []).append((group, phrase))

    def find(
        self, folded: str, begun: Beginnings, may: Mapping[Group, Iterable[Phrase]], unspaced: bool
    ) -> list[Found]:
        """Where its phrases stand, from left to right; of those with spaces only the ones that *may*."""
        found: list[Found] = []
        for group, among in may.items():
            found += group.find(folded, begun, among)
        if unspaced and self.anywhere:
            found += map(_found, compiled(self.anywhere).finditer(folded))
        return sorted(found, key=lambda one: one[:2]) if len(found) > 1 else found


def hidden(folded: str, found: Iterable[Found]) -> str:
    """The words without those of the phrases found; what a phrase passes over stays."""
    letters = list(folded)
    for one in found:
        passed = {place for span in one.passed for place in range(*span)}
        within = range(one.start, one.end)
        letters[one.start : one.end] = [letters[place] if place in passed else HIDDEN for place in within]
    return "".join(letters)
