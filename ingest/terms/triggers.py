"""Triggers: the words of which a text must hold one before it is worth a closer look, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

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
"""How often any other is."""


@cache
def triggers() -> Mapping[str, frozenset[str]]:
    """The triggers of each language, in lower case."""
    return {name: frozenset(tongue["triggers"]) for name, tongue in tongues().items()}


@cache
def pattern() -> re.Pattern[str]:
    """The pattern of the triggers of all languages in lower case; a match begins within a trigger.

    Each is looked for from a rare letter on, those letters being as few as can be: five in six places of a text need no
    look at all, and the rest of the trigger is looked at before what comes before the letter.
    """
    words = shortest(frozenset().union(*triggers().values()))
    letters = _covering(words)
    begun: dict[str, dict[str, list[str]]] = {}
    for word in words:
        letter = min((letter for letter in letters if letter in word), key=_commonness)
        rest = word.partition(letter)[2]
        begun.setdefault(letter, {}).setdefault(rest[:1], []).append(f"{re.escape(rest[1:])}(?<={re.escape(word)})")
    return re.compile("|".join(f"{re.escape(letter)}{_either(rests)}" for letter, rests in begun.items()))


def _either(rests: Mapping[str, list[str]]) -> str:
    return "(?:" + "|".join(f"{re.escape(first)}(?:{'|'.join(further)})" for first, further in rests.items()) + ")"


def _covering(words: Iterable[str]) -> list[str]:
    """Few and rare letters of which every word has one."""
    chosen: list[str] = []
    left = set(words)
    while left:
        letters = sorted({letter for word in left for letter in word} - {" "})
        chosen.append(min(letters, key=lambda letter: _commonness(letter) / sum(letter in word for word in left)))
        left = {word for word in left if chosen[-1] not in word}
    return chosen


def _commonness(letter: str) -> int:
    return _COMMON.get(letter, _RARE)


@cache
def shortest(words: frozenset[str]) -> tuple[str, ...]:
    """The words without those that hold another: where they stand the other does too."""
    return tuple(sorted(word for word in words if not any(other in word for other in words if other != word)))


def held(words: str, languages: frozenset[str] = ANYWHERE) -> bool:
    """Whether words in lower case hold a trigger of one of *languages*; English, Chinese ... are likely in any text."""
    return any(map(words.__contains__, _of(languages)))


@cache
def _of(languages: frozenset[str]) -> tuple[str, ...]:
    return shortest(frozenset().union(*(triggers()[language] for language in languages)))


def likely(text: str) -> frozenset[str]:
    """The languages that a text in lower case is likely in, with those that are likely in any."""
    words = frozenset(text.split())
    known = sorted(_common(), key=lambda language: -len(words & _common()[language]))
    return frozenset({*known[:_LIKELY], *ANYWHERE})


@cache
def _common() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(fold(tongue["common"]).split()) for name, tongue in tongues().items()}
