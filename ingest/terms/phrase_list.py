"""Phrase list: some phrases to be looked for in folded words, of which most stand in none that are ever met."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from ingest.terms.phrase_patterns import Concept, Keys, Words, beginnings, fold, pattern_of, spaced


class PhraseList:
    """Some phrases of one list of a language; a phrase is compiled when words are met that may hold it.

    Args:
        phrases: in the notation that ``en.toml`` explains.
        words: what the ``<names>`` in them stand for.
    """

    def __init__(self, phrases: Iterable[str], words: Words) -> None:
        self._phrases, self._words = tuple(phrases), words

    def __bool__(self) -> bool:
        return bool(self._phrases)

    @cached_property
    def _by_rarest(self) -> Concept:
        return Concept("", ({"": list(self._phrases)},), (Keys(self._words),))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern of any of them."""
        return spaced(tuple(pattern_of(fold(phrase), self._words) for phrase in self._phrases))

    def stands_in(self, folded: str) -> bool:
        """Whether one of them does."""
        listed, begun = self._by_rarest.phrases, beginnings(folded)
        # To compile all of them takes longer than to read many pages.
        return any(
            phrase.may_stand(begun) and spaced((phrase.pattern,)).search(folded) is not None
            for key in listed.keys() & begun.keys
            for _, phrase in listed[key]
        )
