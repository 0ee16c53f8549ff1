"""Phrase list: look for any of many phrases in folded words, at low cost for phrases that never occur."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import Concept, Keys, Words, beginnings, pattern_of, spaced


class PhraseList:
    """Some phrases of a language. A phrase is compiled only when words are met that may hold it.

    Args:
        phrases: in the notation that ``en.toml`` explains.
        words: the word lists that the ``<names>`` in phrases refer to.
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
        """The pattern of any of the phrases."""
        return spaced(tuple(pattern_of(fold(phrase), self._words) for phrase in self._phrases))

    def stands_in(self, folded: str) -> bool:
        """Return whether one of the phrases stands in folded words."""
        listed, begun = self._by_rarest.phrases, beginnings(folded)
        # Compiling all of them takes longer than reading many pages.
        return any(
            phrase.may_stand(begun) and spaced((phrase.pattern,)).search(folded) is not None
            for key in listed.keys() & begun.keys
            for _, phrase in listed[key]
        )
