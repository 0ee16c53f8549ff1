"""Words as the index counts them, and the stems that let one form of a word find another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

from db.search.fold import fold

STEMMERS = {"en": "english", "pl": "polish"}
"""Languages whose words are stemmed, by their main subtag."""

# A combining mark belongs to the letter before it, and is dropped: so does the index.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_MARKS = dict.fromkeys(range(0x0300, 0x0370))


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
    return [found.translate(_MARKS) for found in _WORD.findall(folded)]


def placed_words(folded: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, word) for the words of a *folded* text; the places are those of the original too."""
    for match in _WORD.finditer(folded):
        yield match.start(), match.end(), match.group().translate(_MARKS)


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
