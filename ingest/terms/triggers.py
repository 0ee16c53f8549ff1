"""Triggers: words in every language; a text needs a closer look only if it contains one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from archive.evidence.markup import WordAutomaton
from ingest.terms.agencies import signs
from ingest.terms.word_lists import packaged, tongues

# Pages quote other languages, and related languages share common words, so several guesses are tried.
_LIKELY = 3
# English is printed everywhere, and languages without spaces cannot be recognised by common words.
ANYWHERE = frozenset({"en", "others", "zh-ja-ko"})


@cache
def triggers() -> Mapping[str, frozenset[str]]:
    """Return the triggers of each language, in lower case."""
    return {name: frozenset(tongue["triggers"]) for name, tongue in tongues().items()}


def texts_with_triggers(texts: Iterable[str]) -> set[int]:
    """Return the numbers of *texts* that contain a trigger of any language."""
    return _searched().texts_with_words(texts)


def texts_worth_reading(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the *texts* with a trigger of any language, and the texts with words of a note on a holder of rights.

    A page is long, so it is searched once for both, and the rest is not looked at again.
    """
    some = [texts[number] for number in _searched_for_both().texts_with_words(texts)]
    return [some[number] for number in texts_with_triggers(some)], [
        some[number] for number in _of_holders().texts_with_words(some)
    ]


@cache
def _searched() -> WordAutomaton:
    """Return the automaton for the triggers of all languages."""
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
    """Return signs of a note on another holder of rights: its own words, or the name of an agency."""
    notes = (word for said in packaged("reach/holders").values() for word in said.get("triggers", ()))
    return signs().union(notes)


@cache
def shortest(words: frozenset[str]) -> tuple[str, ...]:
    """Return *words* without those that contain another one, which is found wherever they stand."""
    found: list[str] = []
    # The shortest first, so that each word is compared only with shorter ones that are kept.
    for word in sorted(words, key=lambda word: (len(word), word)):
        if not any(map(word.__contains__, found)):
            found.append(word)
    return tuple(sorted(found))


@lru_cache(maxsize=1024)  # a site prints the same notice on every page
def has_trigger(words: str, languages: frozenset[str] = ANYWHERE) -> bool:
    """Return whether *words*, in lower case, contain a trigger of *languages*; by default those likely in any text."""
    return any(any(map(words.__contains__, _of(language))) for language in languages)


@cache
def _of(language: str) -> tuple[str, ...]:
    return shortest(triggers()[language])


def likely_languages(text: str) -> frozenset[str]:
    """Return the languages that a text in lower case is likely in, with those that are likely in any text.

    Languages with equally many common words are equally likely: a text without such words may be in any.
    """
    words = _telling().intersection(text.split())
    known = {language: len(words & common) for language, common in _common().items()}
    least = sorted(known.values(), reverse=True)[_LIKELY - 1]
    return frozenset(language for language, many in known.items() if many >= least) | ANYWHERE


@cache
def _common() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(tongue["common"]) for name, tongue in tongues().items()}


@cache
def _telling() -> frozenset[str]:
    return frozenset().union(*_common().values())
