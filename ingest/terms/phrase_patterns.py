"""Phrase patterns: the notation of phrases, their regular expressions, and the search for phrases of a concept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache, partial
from typing import NamedTuple

from ingest.terms.folding import fold

Words = Mapping[str, list[str]]

# Groups nest at most one level deep, because a regular expression cannot count brackets.
TOKEN = re.compile(r"(?:\((?:[^()]|\([^()]*\))*\)|<[^>]*>)[?*:~]?|\S+")
_OR = re.compile(r"\|(?![^()]*\))")
# Gaps are short and end at a semicolon; otherwise a permission and a distant ban would form one phrase.
SIGNS = {"...": r"((?:[^\s\x00]*[^\s\x00;] ){0,5}?)", "..": r"((?:[^\s\x00,;:.]+ ){0,3}?)", "^": "^"}
# The most words in a gap, as explained at the head of en.toml.
_GAPS = {"...": 5, "..": 3}
_RUN = re.compile(r"\w+")
_WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")
# A phrase with fewer certain letters at its beginning may begin with anything. Five tell long words apart better.
BEGINNING, LONGER = 3, 5
_OPEN = "*"
# HTML parsers let none through, so no phrase can match one in a page's words.
HIDDEN = "\x00"
UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A letter in a script without spaces."""


class Beginnings:
    """Where the words of a folded text stand, by word and by first letters, which is how phrases begin.

    A phrase needs no search if one of its words has none of these keys, and otherwise only at their places.

    Attributes:
        places: offsets by key. Keys are words, and first letters with a mark; "" is a key without a place.
        keys: all keys.
    """

    __slots__ = ("_masks", "_numbers", "keys", "places")

    def __init__(self, folded: str) -> None:
        """Index all words and signs."""
        self.places: dict[str, list[int]] = {"": []}
        self._numbers: dict[int, int] = {}
        self._masks: dict[frozenset[str], int] = {}
        places, numbers, place = self.places, self._numbers, 0
        for number, part in enumerate(folded.split(" ")):
            # Most words stand between spaces and need no pattern.
            runs = ((part, place),) if part.isalnum() else _runs(part, place)
            for word, begins in runs:
                numbers[begins] = number
                for key in _keys(word):
                    if key in places:
                        places[key].append(begins)
                    else:
                        places[key] = [begins]
            place += len(part) + 1
        self.keys = frozenset(self.places)

    def mask(self, keys: frozenset[str]) -> int:
        """Return the words, counted between spaces, at which any of *keys* stands: one bit each, lowest bit first."""
        if keys not in self._masks:
            mask = 0
            for key in keys & self.keys:
                for place in self.places[key]:
                    mask |= 1 << self._numbers[place]
            self._masks[keys] = mask
        return self._masks[keys]


def _runs(part: str, place: int) -> Iterator[tuple[str, int]]:
    """Yield the words and signs of a part that begins at *place*, each with its own place."""
    for run in _WORD_OR_SIGN.finditer(part):
        yield run.group(), place + run.start()


@lru_cache(maxsize=8192)
def _keys(word: str) -> tuple[str, ...]:
    """Return the keys of a word, each once: the word itself, and its first letters with a mark."""
    return tuple(dict.fromkeys((word, word[:BEGINNING] + _OPEN, word[:LONGER] + _OPEN)))


@lru_cache(maxsize=256)  # a sentence is searched in several languages
def beginnings(folded: str) -> Beginnings:
    """Return the index of a folded text, remembered."""
    return Beginnings(folded)


@cache
def spaced(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of whole words that match one of *patterns*; the longest is tried first."""
    longest = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    # A letter may follow directly after a colon.
    return compiled(rf"(?<![\w-])(?:{'|'.join(longest)})(?:(?!\w)|(?<=:))")


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern, compiled once per process."""
    return re.compile(pattern)


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of any of *phrases*, as whole words in folded text."""
    return spaced(tuple(pattern_of(fold(phrase), {}) for phrase in phrases))


def pattern_of(phrase: str, words: Words) -> str:
    """Return the pattern of a folded phrase, in the notation that ``en.toml`` explains."""
    tokens = TOKEN.findall(phrase)
    if tokens[-1] == "$":
        return pattern_of(phrase.removesuffix("$").rstrip(), words) + r"(?=\W*$)"
    lacking: list[str] = []
    while len(tokens) > 1 and (may_lack(tokens[-1]) or tokens[-1] in _GAPS):
        if tokens[-1] in _GAPS:  # a gap at the end matches nothing
            tokens.pop()
            continue
        choice = _choice(tokens.pop(), words)
        gap = SIGNS[tokens.pop()] if len(tokens) > 1 and tokens[-1] in _GAPS else ""
        lacking.insert(0, f"(?: {gap}{choice})?")  # an optional part must not require a space before it
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


def parts_of(phrase: str) -> list[str]:
    """Return the parts of a folded phrase: words, signs, and groups in brackets."""
    # Thousands of phrases are taken apart when a reader starts, and hardly any has brackets.
    return TOKEN.findall(phrase) if "(" in phrase or "<" in phrase else phrase.split()


def may_lack(token: str) -> bool:
    """Return whether a part of a phrase is optional."""
    return token[0] in "(<" and token.endswith("?")


def _choices(token: str, words: Words) -> list[str]:
    inner = token.rstrip("?*:~")[1:-1]
    if token[0] == "(":
        return _OR.split(inner)
    # The longest first: if "article of ours" stands there, it is meant and not "article".
    return sorted(map(fold, words[inner]), key=lambda word: (-len(word), word))


def _choice(token: str, words: Words) -> str:
    return "(?:" + "|".join(pattern_of(choice, words) for choice in _choices(token, words)) + ")"


def _word(token: str) -> str:
    ends = len(token) > 1 and token.endswith("?")
    letters = re.escape(token.removesuffix("?") if ends else token)
    return letters.replace(r"\*", r"\w*").replace(r"\?", r"\w") + ("?" if ends else "")


@cache  # the phrases of these scripts are looked for beside those of every other language
def run_of(phrase: str) -> str:
    """Return the pattern of a phrase in a script without spaces."""
    return re.escape(fold(phrase)).replace(r"\.\.\.", r"[^\x00]{0,12}?").replace(r"\*", "")


class Keys:
    """The keys of ``beginnings`` with which the phrases of a language begin, remembered."""

    __slots__ = ("_known", "_longest", "words")

    def __init__(self, words: Words) -> None:
        """Use the *words* that the ``<names>`` in phrases refer to."""
        self.words = words
        self._known: dict[tuple[str, bool], frozenset[str] | None] = {}
        self._longest: dict[str, int] = {}

    def of(self, phrase: str, *, opened: bool = False) -> frozenset[str] | None:
        """Return the keys with which a folded phrase can begin, or None if that is unknown.

        With *opened*, its last word may continue.
        """
        asked = phrase, opened
        if asked not in self._known:
            self._known[asked] = self._told(phrase, opened)
        return self._known[asked]

    def longest(self, part: str) -> int:
        """Return the most words that a part of a phrase can match."""
        if part in _GAPS:
            return _GAPS[part]
        if part[0] not in "(<":
            return 1
        if part not in self._longest:
            choices = (TOKEN.findall(choice) for choice in _choices(part, self.words))
            self._longest[part] = max(sum(map(self.longest, choice)) for choice in choices) + part.endswith(":")
        return self._longest[part]

    def _told(self, phrase: str, opened: bool) -> frozenset[str] | None:
        if phrase.isalnum() and not opened:  # a plain word, like nearly all parts
            return frozenset({phrase})
        if " " not in phrase and phrase[0] not in "(<.^":  # a single word, like most parts
            first = _beginning(phrase, opened=opened or phrase.endswith("*"))
            return frozenset({first}) if first else None
        found: set[str] = set()
        parts = parts_of(phrase)
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
    """Return the first word of a token if it is complete, else its first letters with a mark, or None if too few.

    For a token that begins with a sign, return the sign.
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
        passed: the spans of words in its gaps.
    """

    start: int
    end: int
    words: str
    passed: tuple[tuple[int, int], ...] = ()


class Phrase:
    """A phrase. Its pattern is made only when words are met that may hold it.

    Attributes:
        begins: the keys of ``beginnings`` with which it may begin; "" if it may begin with anything.
        rarest: words that hold the phrase have one of these keys; this is the smallest such set known.
    """

    __slots__ = ("_find", "_keys", "_needs", "_pattern", "_steps", "_text", "begins", "rarest")

    def __init__(self, text: str, keys: Keys) -> None:
        """Use a folded phrase and the *keys* of its language."""
        self._text, self._keys = text, keys
        self._pattern: str | None = None
        self._find: Callable[[str, int], Found | None] | None = None
        parts = parts_of(text)
        told = [keys.of(part) for part in parts if part not in _NO_WORDS and not may_lack(part)]
        sure = parts[0] not in _NO_WORDS and not may_lack(parts[0])
        self.begins = (told[0] if sure else keys.of(text)) or _ANY
        needs = [need for need in told if need] or [_ANY]
        if len(needs) > 1:
            needs.sort(key=_commonness)
        self.rarest, self._needs = needs[0], tuple(needs[1:])
        # A phrase with a single part stands where the part does, without steps to check.
        alone = len(told) == 1 and "^" not in text
        self._steps: tuple[tuple[frozenset[str], int], ...] | None = () if alone else None

    @property
    def pattern(self) -> str:
        """Its pattern, without word boundaries."""
        if self._pattern is None:
            self._pattern = pattern_of(self._text, self._keys.words)
        return self._pattern

    def may_stand(self, begun: Beginnings) -> bool:
        """Return whether its parts may stand, in order, in a text with these beginnings, which have its rarest key."""
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
        """Return the match if the phrase begins at *place*, else None."""
        if self._find is None:
            self._find = _finder(self.pattern)
        return self._find(folded, place)


def _steps(parts: list[str], keys: Keys) -> Iterator[tuple[frozenset[str], int]]:
    """Yield the keys of each required part, and within how many words after the previous part it begins.

    The first part may be at any word; in a phrase that begins a sentence, within a number of words from its start.
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
    """Return the words up to *within* words after those in *reached*; before the first part, those from the start."""
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
    """Return roughly how often a set of keys occurs, judged by the lengths of the keys."""
    return sum(1 if len(key) > LONGER else 4 if len(key) == LONGER else 16 for key in keys)


def _finder(pattern: str) -> Callable[[str, int], Found | None]:
    """Return the function that matches a pattern at an offset; most phrases are plain words and need no compiling."""
    letters = pattern.removesuffix(_OPEN_END)
    # Compiling a pattern costs far more than comparing letters.
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
    """Phrases of a concept with the same beginnings: at a place, only one of them can match."""

    __slots__ = ("_anywhere", "_pattern", "phrases")

    def __init__(self, phrases: tuple[Phrase, ...]) -> None:
        """Use these phrases."""
        self.phrases = phrases
        self._anywhere = "" in phrases[0].begins
        self._pattern: re.Pattern[str] | None = None

    def find(self, folded: str, begun: Beginnings, among: Iterable[Phrase]) -> list[Found]:
        """Return the matches of the phrases in *among*, from left to right, without overlaps."""
        if self._anywhere:
            if self._pattern is None:
                self._pattern = spaced(tuple(dict.fromkeys(phrase.pattern for phrase in self.phrases)))
            return list(map(_found, self._pattern.finditer(folded)))
        tried = list(among)
        if len(tried) > 1:
            # The longest first: of two that begin at a word, the more specific one is meant.
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
"""For some groups, the phrases that may stand in a text."""


class Concept:
    """The phrases of one concept, indexed by their rarest words, so that only few are ever searched.

    Attributes:
        phrases: by each of their rarest words, with their groups.
        anywhere: the pattern of phrases in scripts without spaces, which have no words to index; "" if there are none.
    """

    __slots__ = ("anywhere", "name", "phrases")

    def __init__(self, name: str, tongues: Iterable[Mapping[str, list[str]]], keys: Iterable[Keys]) -> None:
        """Use the phrases under *name* in each of *tongues*, each with its *keys*."""
        self.name = name
        parted: dict[frozenset[str], list[Phrase]] = {}
        runs: list[str] = []
        for tongue, known in zip(tongues, keys, strict=True):
            for text in tongue.get(name, ()):
                if tongue.get("unspaced"):
                    runs.append(run_of(text))
                else:
                    phrase = Phrase(fold(text), known)
                    parted.setdefault(_stems(phrase.begins), []).append(phrase)
        self.anywhere = "|".join(sorted(runs, key=lambda run: (-len(run), run)))  # the longest first
        self.phrases: dict[str, list[tuple[Group, Phrase]]] = {}
        for phrases in parted.values():
            group = Group(tuple(phrases))
            for phrase in phrases:
                for key in phrase.rarest:
                    self.phrases.setdefault(key, []).append((group, phrase))

    def find(
        self, folded: str, begun: Beginnings, may: Mapping[Group, Iterable[Phrase]], unspaced: bool
    ) -> list[Found]:
        """Return the matches of its phrases, from left to right; phrases with spaces only if they *may* stand here."""
        found: list[Found] = []
        for group, among in may.items():
            found += group.find(folded, begun, among)
        if unspaced and self.anywhere:
            found += map(_found, compiled(self.anywhere).finditer(folded))
        return sorted(found, key=lambda one: one[:2]) if len(found) > 1 else found


def hidden(folded: str, found: Iterable[Found]) -> str:
    """Return the words with the letters of found phrases hidden; words in their gaps stay."""
    letters = list(folded)
    for one in found:
        passed = {place for span in one.passed for place in range(*span)}
        within = range(one.start, one.end)
        letters[one.start : one.end] = [letters[place] if place in passed else HIDDEN for place in within]
    return "".join(letters)
