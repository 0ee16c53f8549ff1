"""Words as the index counts them, and the stems that let one form of a word find another."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

from db.search.fold import fold

STEMMERS = {"en": "english", "pl": "polish"}
"""Languages whose words are stemmed, by their main subtag."""

_WORD = re.compile(r"[^\W_]+")


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library names it so


@lru_cache(maxsize=8)
def _stemmer(language: str) -> _Stemmer:
    # Imported when the first word is stemmed: most commands never do.
    import snowballstemmer

    made: _Stemmer = snowballstemmer.stemmer(STEMMERS[language])
    return made


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded *word* in *language*, which must be one of `STEMMERS`."""
    return _stemmer(language).stemWord(word)


def words(folded: str) -> list[str]:
    """Return the words of a *folded* text, in order."""
    return _WORD.findall(folded)


def stems_of(folded: str, language: str | None) -> list[str]:
    """Return, each once, the stems of a *folded* text that are no words of it."""
    code = (language or "").lower().partition("-")[0]
    if code not in STEMMERS:
        return []
    distinct = dict.fromkeys(words(folded))
    stems = dict.fromkeys(stem(word, code) for word in distinct if len(word) > 2)
    return [found for found in stems if found not in distinct]


def forms(word: str) -> tuple[str, ...]:
    """Return the folded *word* and its stems in every language, each once: what a search for it looks for."""
    folded = fold(word)
    return tuple(dict.fromkeys((folded, *(stem(folded, code) for code in STEMMERS if len(folded) > 2))))
