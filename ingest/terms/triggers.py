"""Triggers: the words of which a text must hold one before it is worth a closer look, in every language."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import AnyStr

from ingest.terms.packaged import tongues
from ingest.terms.phrases import fold

_LIKELY = 3
ANYWHERE = frozenset({"en", "zh-ja-ko"})
_COMMON = dict(
    zip(
        "etaoinshrdlcumwfgypbvkjxqz",
        (127, 91, 82, 75, 70, 67, 63, 61, 60, 43, 40, 28, 28, 24, 24, 22, 20, 20, 19, 15, 10, 8, 2, 2, 1, 1),
        strict=True,
    )
)
"""How often a letter is met among 1,000 of an English text."""
_RARE = 3
"""How often any other is that is of ASCII; one that is not is in no English text."""


@cache
def triggers() -> Mapping[str, frozenset[str]]:
    """The triggers of each language, in lower case."""
    return {name: frozenset(tongue["triggers"]) for name, tongue in tongues().items()}


def speaking(texts: Iterable[str]) -> set[int]:
    """Which of some *texts* hold a trigger of any language, by their numbers."""
    told = "\0".join(texts).replace("\u0130", "i")
    data = told.encode(errors="replace")
    found = set(_holding(_plain(), data.lower(), b"\0"))
    if data.translate(None, _PUNCTUATED):
        found.update(_holding(_further(), told, "\0"))
    return found


def _holding(sought: re.Pattern[AnyStr], told: AnyStr, between: AnyStr) -> Iterator[int]:
    """Yield the numbers of the texts in which *sought* is found, where they are *told* one after the other."""
    at = number = 0
    while found := sought.search(told, at):
        yield (number := number + told.count(between, at, found.start()))
        at = told.find(between, found.end())
        if at < 0:
            return


_PUNCTUATED = bytes(range(0xC0)) + b"\xc2\xe2"
"""The bytes of texts in UTF-8 whose letters are those of ASCII alone, however they are punctuated."""


@cache
def _plain() -> re.Pattern[bytes]:
    """The pattern of the triggers of all languages that are spelt in ASCII, in lower case and UTF-8."""
    return re.compile(_pattern(filter(str.isascii, _every())).encode())


@cache
def _further() -> re.Pattern[str]:
    """The pattern of all other triggers, in whatever case: to lower that of a long text would take as long again."""
    return re.compile(_pattern((word for word in _every() if not word.isascii()), _cased))


def _cased(letters: str) -> str:
    return "".join(f"[{one}{one.upper()}]" if one != one.upper() else re.escape(one) for one in letters)


def _every() -> tuple[str, ...]:
    return shortest(frozenset().union(*triggers().values()))


def _pattern(triggers: Iterable[str], spelt: Callable[[str], str] = re.escape) -> str:
    """The pattern of some *triggers*, of which *spelt* gives that of letters; a match begins within a trigger.

    Each is looked for from a rare letter on, those letters being as few as can be: most places of a text need no look
    at all, and the rest of the trigger is looked at before what comes before the letter.
    """
    words = tuple(triggers)
    letters = _covering(words)
    begun: dict[str, dict[str, list[str]]] = {}
    for word in words:
        letter = min((letter for letter in letters if letter in word), key=_commonness)
        rest = word.partition(letter)[2]
        begun.setdefault(letter, {}).setdefault(rest[:1], []).append(f"{spelt(rest[1:])}(?<={spelt(word)})")
    often = sorted(begun.items(), key=lambda one: -_commonness(one[0]))  # what is met most is tried first
    return "|".join(
        f"{re.escape(begins)}{_either(f'{spelt(first)}{_either(ends)}' for first, ends in rests.items())}"
        for letter, rests in often
        for begins in (dict.fromkeys((letter, letter.upper())) if spelt is _cased else letter)
    )


def _either(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(patterns)})"


def _covering(words: Collection[str]) -> list[str]:
    """Few and rare letters of which every word has one."""
    chosen: list[str] = []
    left = set(words)
    while left:
        letters = sorted({letter for word in left for letter in word} - {" "})
        held = {letter: sum(letter in word for word in left) for letter in letters}
        chosen.append(min(letters, key=lambda letter: (_commonness(letter) / held[letter], -held[letter])))
        left = {word for word in left if chosen[-1] not in word}
    for letter in sorted(chosen, key=_commonness, reverse=True):
        others = [other for other in chosen if other != letter]
        if all(any(other in word for other in others) for word in words):
            chosen = others  # those that were chosen after it have done its part
    return chosen


def _commonness(letter: str) -> int:
    return _COMMON.get(letter, _RARE) if letter.isascii() else 0


@cache
def shortest(words: frozenset[str]) -> tuple[str, ...]:
    """The words without those that hold another: where they stand the other does too."""
    return tuple(sorted(word for word in words if not any(other in word for other in words if other != word)))


@lru_cache(maxsize=1024)  # a site prints the same notice on every page
def held(words: str, languages: frozenset[str] = ANYWHERE) -> bool:
    """Whether words in lower case hold a trigger of one of *languages*; English, Chinese ... are likely in any text."""
    return any(any(map(words.__contains__, _of(language))) for language in languages)


@cache
def _of(language: str) -> tuple[str, ...]:
    return shortest(triggers()[language])


def likely(text: str) -> frozenset[str]:
    """The languages that a text in lower case is likely in, with those that are likely in any."""
    common = _common()
    words = _telling().intersection(text.split())
    known = sorted(common, key=lambda language: -len(words & common[language]))
    return frozenset({*known[:_LIKELY], *ANYWHERE})


@cache
def _common() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(fold(tongue["common"]).split()) for name, tongue in tongues().items()}


@cache
def _telling() -> frozenset[str]:
    return frozenset().union(*_common().values())
