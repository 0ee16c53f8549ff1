"""Triggers: the words of which a text must hold one before it is worth a closer look, in every language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from archive.evidence.markup import WordAutomaton
from ingest.terms.agencies import signs
from ingest.terms.phrase_patterns import fold
from ingest.terms.vocabulary import packaged, tongues

# A page quotes other languages, and near languages share their commonest words: the first guess alone is not enough.
_LIKELY = 3
# English is printed everywhere; texts without spaces cannot be told by their commonest words.
ANYWHERE = frozenset({"en", "others", "zh-ja-ko"})


@cache
def triggers() -> Mapping[str, frozenset[str]]:
    """The triggers of each language, in lower case."""
    return {name: frozenset(tongue["triggers"]) for name, tongue in tongues().items()}


def speaking(texts: Iterable[str]) -> set[int]:
    """Which of some *texts* hold a trigger of any language, by their numbers."""
    return _holding(_searched(), texts)


def worth(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Those of some *texts* that hold a trigger of any language, and those that hold what a note on a holder of rights
    has: a page is long, so it is searched once for both, and what has neither is not looked at again.
    """
    some = [texts[number] for number in _holding(_searched_for_both(), texts)]
    return [some[number] for number in speaking(some)], [some[number] for number in _holding(_of_holders(), some)]


def _holding(sought: WordAutomaton, texts: Iterable[str]) -> set[int]:
    # The one capital that grows when it is made small (U+0130): places would no longer be those of the text.
    told = _BETWEEN.join(texts).replace("\u0130", "i").lower().encode(errors="replace")
    found: set[int] = set()
    number = at = 0
    # Counted from find to find, so that the whole is walked once however many there are.
    for _, begun, _ in sought.find(told):
        number += told.count(_PARTED, at, begun)
        at = begun
        found.add(number)
    return found


# What stands between texts that are searched as one, and in no trigger.
_BETWEEN, _PARTED = "\0", b"\0"


@cache
def _searched() -> WordAutomaton:
    """The triggers of all languages, to be looked for at once."""
    every = shortest(frozenset().union(*triggers().values()))
    return WordAutomaton(map(str.encode, every))


@cache
def _of_holders() -> WordAutomaton:
    return WordAutomaton(map(str.encode, shortest(_noted())))


@cache
def _searched_for_both() -> WordAutomaton:
    return WordAutomaton(map(str.encode, shortest(_noted().union(*triggers().values()))))


@cache
def _noted() -> frozenset[str]:
    """What a note on another holder of the rights has one of: its own words, or the name of an agency."""
    notes = (word for said in packaged("reach/holders").values() for word in said.get("triggers", ()))
    return signs().union(notes)


@cache
def shortest(words: frozenset[str]) -> tuple[str, ...]:
    """The words without those that hold another: where they stand the other does too."""
    found: list[str] = []
    # The shortest first: a word holds another only where it holds one that holds none itself.
    for word in sorted(words, key=lambda word: (len(word), word)):
        if not any(map(word.__contains__, found)):
            found.append(word)
    return tuple(sorted(found))


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
    return {name: frozenset(map(fold, tongue["common"])) for name, tongue in tongues().items()}


@cache
def _telling() -> frozenset[str]:
    return frozenset().union(*_common().values())
