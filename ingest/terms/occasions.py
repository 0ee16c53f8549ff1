"""Occasions: the acts that a ban or a request names without being about them.

Apart from the clause reader, which asks here before it forbids an act: "when you republish our articles, do not edit
them" and "do not edit our articles, except to shorten them for use in print" forbid to edit, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from ingest.terms.phrase_patterns import any_of
from ingest.terms.word_lists import packaged


def without_occasions(
    folded: str, acts: Mapping[str, tuple[str, ...]], verbs: Iterable[str], language: str
) -> frozenset[str]:
    """Return those *acts* that a folded clause forbids or asks about, if it does either: all but occasions.

    If this is not certain, all.

    Args:
        acts: the words of each act that the clause names.
        verbs: the words that permit, forbid or ask.
    """
    ends = list(_places(folded, verbs))
    places = {act: list(_places(folded, words)) for act, words in acts.items()}
    beside = {at for found in places.values() for at in found if _is_beside(folded, at, ends, language)}
    asides = {act for act, found in places.items() if found and beside.issuperset(found)}
    about = [at for act in acts.keys() - asides for at in places[act]]
    if not about or not all(_is_aside(at, about, ends) for act in asides for at in places[act]):
        return frozenset(acts)
    return frozenset(acts.keys() - asides)


def _places(folded: str, words: Iterable[str]) -> Iterator[int]:
    for word in dict.fromkeys(words):
        yield from (found.start() for found in re.finditer(rf"(?<!\w){re.escape(word)}", folded))


def _is_beside(folded: str, at: int, ends: list[int], language: str) -> bool:
    """Return whether words since the last verb make the act at an offset an occasion or an exception."""
    before = folded[max([0, *(end for end in ends if end < at)]) : at]
    if _words(language, "before", _RIGHT).search(before) is not None:
        return True
    opened = _words(language, "opening").search(before)
    return opened is not None and "," not in before[opened.end() :]


def _is_aside(at: int, about: list[int], ends: list[int]) -> bool:
    """Return whether what is said *about* other acts is not said of the one at an offset too."""
    verb = max((end for end in ends if end < at), default=None)
    # "You have to ask us if you want to republish them, and may not edit them": the occasion is what is asked for.
    if verb is not None and not any(verb < other < at for other in about):
        return False
    # "If you want to copy, translate or shorten our articles, please ask" is one list, up to the verb.
    return all(any(at < end < other for end in ends) for other in about if other > at)


# "Bei der Übernahme": at most one word stands between.
_RIGHT = r" (?:[^\s,.;:]+ )?$"


@cache
def _words(language: str, kind: str, ends: str = "") -> re.Pattern[str]:
    """Return the pattern of the words of a kind in a language, with *ends* behind them."""
    listed = packaged("reach/occasions").get(language, {}).get(kind, ())
    return re.compile(any_of(listed).pattern + ends if listed else "(?!)")
