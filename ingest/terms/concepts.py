"""Concepts: the phrases that show one, and the search for them in folded words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from typing import NamedTuple

from ingest.terms.phrases import (
    BEGINNING,
    HIDDEN,
    LONGER,
    SIGNS,
    TOKEN,
    Beginnings,
    Keys,
    compiled,
    fold,
    may_lack,
    pattern_of,
    run_of,
    spaced,
)

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
        self._steps: tuple[tuple[frozenset[str], int], ...] | None = None
        self.begins = keys.of(text) or _ANY
        told = [keys.of(part) for part in TOKEN.findall(text) if part not in _NO_WORDS and not may_lack(part)]
        needs = [need for need in told if need] or [_ANY]
        if len(needs) > 1:
            needs.sort(key=_commonness)
        self.rarest, self._needs = needs[0], tuple(needs[1:])

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
    """

    __slots__ = ("_anywhere", "name", "phrases")

    def __init__(self, name: str, tongues: Iterable[Mapping[str, list[str]]], keys: Iterable[Keys]) -> None:
        """Take the phrases under *name* of each of *tongues*, each with its *keys*."""
        self.name = name
        parted: dict[frozenset[str], list[Phrase]] = {}
        anywhere: list[str] = []
        for tongue, known in zip(tongues, keys, strict=True):
            for text in map(fold, tongue.get(name, ())):
                if tongue.get("unspaced"):
                    anywhere.append(run_of(text))
                else:
                    phrase = Phrase(text, known)
                    parted.setdefault(_stems(phrase.begins), []).append(phrase)
        self._anywhere = "|".join(sorted(anywhere, key=lambda run: (-len(run), run)))  # the longest is meant
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
        if unspaced and self._anywhere:
            found += map(_found, compiled(self._anywhere).finditer(folded))
        return sorted(found, key=lambda one: one[:2]) if len(found) > 1 else found


def hidden(folded: str, found: Iterable[Found]) -> str:
    """The words without those of the phrases found; what a phrase passes over stays."""
    letters = list(folded)
    for one in found:
        passed = {place for span in one.passed for place in range(*span)}
        within = range(one.start, one.end)
        letters[one.start : one.end] = [letters[place] if place in passed else HIDDEN for place in within]
    return "".join(letters)
