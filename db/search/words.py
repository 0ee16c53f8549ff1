"""Words for searching: folded one code point to one (so that offsets stay), split like in the index, and stemmed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Protocol

FOLD_VERSION = "8"
"""Stored with the index. If it differs, the index is written again."""

PRIVATE = "\ue000"
"""A private-use character, such as fonts use for icons. Folding turns all of these into spaces, so that the index can
use
this one for words that no text contains."""

# Letters that Unicode does not decompose but that a keyboard may lack.
_LETTERS = {
    "ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i",
    "ŧ": "t", "ŀ": "l", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ɖ": "d",
    "ɠ": "g", "ƙ": "k", "ɲ": "n", "ƞ": "n", "ɔ": "o", "ɛ": "e",
    "ƥ": "p", "ƭ": "t", "ʋ": "v", "ƴ": "y", "ƶ": "z", "ĸ": "k",
    # Typographic characters in most texts: without them the text is ASCII, in which words are found faster.
    "’": "'", "‘": "'", "ʼ": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    # If a page raises the digit of "10⁶", copied text has "106".
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
    "⁺": "+", "⁻": "-",
    "‑": "-", "–": "-", "—": "-", "…": ".", "•": ".", "\u00a0": " ",
}  # fmt: skip


class _Table(dict[int, str]):
    """A translation table that computes the fold of each code point when it first occurs."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_one(chr(code))
        return folded


def _fold_one(letter: str) -> str:
    # Private-use characters are icons, which mean nothing in a search.
    if unicodedata.category(letter) == "Co":
        return " "
    lower = letter.lower()
    if len(lower) != 1:
        # "İ" becomes two code points in lower case; its base letter does not.
        base = unicodedata.normalize("NFD", letter)[0].lower()
        return base if len(base) == 1 else letter
    if lower in _LETTERS:
        return _LETTERS[lower]
    parts = unicodedata.normalize("NFD", lower)
    bare = [part for part in parts if not unicodedata.combining(part)]
    # Only a letter that decomposes into one letter and its marks; others stay unchanged.
    if len(parts) > 1 and len(bare) == 1:
        return _LETTERS.get(bare[0], bare[0])
    return lower


_table = _Table()
_ASCII = bytes(range(128))
# With more different letters to fold than this, one pass over the text is faster.
_FEW = 50
# The only letter that gets longer in lower case, and the only one whose lower case depends on its place.
_NOT_ALONE = "İΣ"


def fold(text: str) -> str:
    """Return *text* in lower case and without diacritics; the result is exactly as long as *text*."""
    if text.isascii():
        return text.lower()
    # `lower` treats these according to their context, but each letter must fold the same everywhere.
    for letter in _NOT_ALONE:
        text = text.replace(letter, _table[ord(letter)])
    lower = text.lower()
    # A text has at most a few dozen different non-ASCII letters.
    folded = {letter: alone for letter in _beyond(lower) if (alone := _table[ord(letter)]) != letter}
    if len(folded) > _FEW:
        return lower.translate(_table)
    # Replacing each of the few is faster than going letter by letter. No result of folding is folded again.
    for letter, alone in folded.items():
        lower = lower.replace(letter, alone)
    return lower


def _beyond(text: str) -> set[str]:
    """Return the non-ASCII characters of *text*, collected in C."""
    return set(text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass"))


# ── Words and stems ─────────────────────────────────────────────────────────────────────────────────────────────────

STEMMERS = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish",
}  # fmt: skip
"""Languages with stemming, by main subtag: those whose stemmer joins most forms of a word without its accents, too."""

# A combining mark belongs to the letter before it and is dropped, as in the index. Words must be split as the index's
# tokenizer does, or hits and snippets would not agree.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_MARK = re.compile(r"[\u0300-\u036f]")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
# A space for every ASCII character that is not part of a word.
_BETWEEN = bytes(code if chr(code).isalnum() and code < 128 else ord(" ") for code in range(256))
_PIECE = 64 * 1024
# Pieces of a text of about this many characters, none of which ends inside a word.
_PIECES = re.compile(rf"(?s:.{{1,{_PIECE}}})\S*")
_REMEMBERED = 300_000
_MARKS = dict.fromkeys(range(0x0300, 0x0370))


class _Stemmer(Protocol):
    maxCacheSize: int  # noqa: N815 - the library names it so

    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library names it so


@cache
def _stemmer(language: str) -> _Stemmer:
    # Imported with the first word to be stemmed, because most commands never stem.
    import snowballstemmer

    made: _Stemmer = snowballstemmer.stemmer(STEMMERS[language])
    # PyStemmer's own cache takes three times as long as stemming; `_Stems` asks only once per word.
    made.maxCacheSize = 0
    return made


class _Stems(dict[str, str | None]):
    """Cache of the stems of one language, because stemming is the slowest part of indexing a word; None for a word that
    is its own stem, so that the index can skip these words, half of a text, at once.
    """

    def __init__(self, language: str) -> None:
        self._stemmer = _stemmer(language)

    def __missing__(self, word: str) -> str | None:
        # Emptied completely, because tracking rare words is not worth the effort.
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self._stemmer.stemWord(word)
        self[word] = other = None if found == word else found
        return other


@cache
def _stems(language: str) -> _Stems:
    return _Stems(language)


def stem(word: str, language: str) -> str:
    """Return the stem of a folded *word* in *language*, which must be one of `STEMMERS`."""
    return _stems(language)[word] or word


def stem_of_plural(word: str) -> str | None:
    """Return the stem of a folded *word* in ``-ow`` if that stands for ``-ów``, the Polish genitive plural: that of
    ``rządów`` is the one of ``rząd``. None for other words.

    The stemmer knows this ending only with its accent. Without it, Kraków and English "window" end like this too.
    """
    if not word.endswith("ow"):
        return None
    found = stem(f"{word[:-2]}ów", "pl")
    return None if found.endswith("ów") else found


def words(folded: str) -> list[str]:
    """Return the words of a *folded* text, in order."""
    if folded.isascii() or not _has_letter(_beyond(folded)):  # a third faster than the pattern
        return folded.encode("ascii", "replace").translate(_BETWEEN).decode().split()
    found: list[str] = _WORD.findall(folded)
    marked = _MARK.search(folded)  # rare, because folding has already removed accents
    return [word.translate(_MARKS) for word in found] if marked else found


def _has_letter(characters: Iterable[str]) -> bool:
    """Say whether one of *characters* can be part of a word in the sense of `_WORD`."""
    return any(one.isalnum() or ord(one) in _MARKS for one in characters)


def placed_words(folded: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, word) for the words of a *folded* text; offsets are valid in the original text too."""
    plain = folded.isascii()
    for match in (_ASCII_WORD if plain else _WORD).finditer(folded):
        word = match.group()
        yield match.start(), match.end(), word if plain else word.translate(_MARKS)


def stems_of(folded: str, language: str | None) -> list[str]:
    """Return the stems in a *folded* text that are not words of the text, each once."""
    code = (language or "").lower().partition("-")[0]
    if code not in STEMMERS:
        return []
    distinct = _distinct(folded)
    stems = dict.fromkeys(filter(None, map(_stems(code).__getitem__, distinct)))
    if code == "pl":
        plurals = [word for word in distinct if word.endswith("ow")]  # so that most words cost no call
        stems.update(dict.fromkeys(filter(None, map(stem_of_plural, plurals))))
    # A stem that is a word of the text is found anyway.
    return [found for found in stems if found not in distinct]


def _distinct(folded: str) -> dict[str, None]:
    """Return the distinct words of a *folded* text in the order of their first occurrence."""
    if len(folded) < _PIECE:
        return dict.fromkeys(words(folded))
    # A list of all words would take ten times the memory of a long text.
    found: dict[str, None] = {}
    for piece in _PIECES.finditer(folded):
        found.update(dict.fromkeys(words(piece.group())))
    return found


def search_forms(word: str, languages: Iterable[str] = STEMMERS, *, plural: bool = False) -> tuple[str, ...]:
    """Return the folded *word* and its stems in *languages*, each once: the forms for which a search looks.

    *plural*: it was typed with the ending ``-ów``.
    """
    folded, codes = fold(word), tuple(languages)
    # In every language, because a query does not name one.
    found = dict.fromkeys((folded, *(stem(folded, code) for code in codes)))
    if plural and "pl" in codes and (other := stem_of_plural(folded)) is not None:
        found[other] = None
    return tuple(found)
