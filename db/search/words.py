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
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_MARK = re.compile(r"[\u0300-\u036f]")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_BETWEEN = bytes(code if chr(code).isalnum() and code < 128 else ord(" ") for code in range(256))
"""A space for all of ASCII that is in no word."""
_REMEMBERED = 300_000
_MARKS = dict.fromkeys(range(0x0300, 0x0370))


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library names it so


@lru_cache(maxsize=8)
def _stemmer(language: str) -> _Stemmer:
    # Imported when the first word is stemmed: most commands never do.
    import snowballstemmer

    made: _Stemmer = snowballstemmer.stemmer(STEMMERS[language])
    return made


class _Stems(dict[str, str]):
    """Stems of one language, found when a word is first met: nothing else that indexes a word costs as much."""

    def __init__(self, language: str) -> None:
        self._stemmer = _stemmer(language)

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = found = self._stemmer.stemWord(word)
        return found


@lru_cache(maxsize=8)
def _stems(language: str) -> _Stems:
    return _Stems(language)


def stem(word: str, language: str) -> str:
    """Return the stem of a folded *word* in *language*, which must be one of `STEMMERS`."""
    return _stems(language)[word]


def words(folded: str) -> list[str]:
    """Return the words of a *folded* text, in order."""
    if folded.isascii():  # a third sooner done than by a pattern
        return folded.encode().translate(_BETWEEN).decode().split()
    found: list[str] = _WORD.findall(folded)
    marked = _MARK.search(folded)  # rare: the fold has taken accents off already
    return [word.translate(_MARKS) for word in found] if marked else found


def placed_words(folded: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, word) for the words of a *folded* text; the places are those of the original too."""
    plain = folded.isascii()
    for match in (_ASCII_WORD if plain else _WORD).finditer(folded):
        word = match.group()
        yield match.start(), match.end(), word if plain else word.translate(_MARKS)


def stems_of(folded: str, language: str | None) -> list[str]:
    """Return, each once, the stems of a *folded* text that are no words of it."""
    code = (language or "").lower().partition("-")[0]
    if code not in STEMMERS:
        return []
    distinct = dict.fromkeys(words(folded))
    stems = dict.fromkeys(map(_stems(code).__getitem__, distinct))
    return [found for found in stems if found not in distinct]


def forms(word: str) -> tuple[str, ...]:
    """Return the folded *word* and its stems in every language, each once: what a search for it looks for."""
    folded = fold(word)
    return tuple(dict.fromkeys((folded, *(stem(folded, code) for code in STEMMERS))))
