"""Words as they are searched: folded one code point to one, so that places stay, cut as the index cuts, and stemmed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Protocol

FOLD_VERSION = "6"
"""Kept with the index; another version has the index written anew."""

PRIVATE = "\ue000"
"""A character for private use, as the icons of a page's own font are. All such are folded to a space, so that the index
can use this one for what is no word of a text."""

# Characters that Unicode does not take apart, though a reader's keyboard may lack them.
_LETTERS = {
    "ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i",
    "ŧ": "t", "ŀ": "l", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ɖ": "d",
    "ɠ": "g", "ƙ": "k", "ɲ": "n", "ƞ": "n", "ɔ": "o", "ɛ": "e",
    "ƥ": "p", "ƭ": "t", "ʋ": "v", "ƴ": "y", "ƶ": "z", "ĸ": "k",
    # Typography that most texts have: without it they are ASCII, and their words are found faster.
    "’": "'", "‘": "'", "ʼ": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    # Whoever copies "10⁶" out of a page that raises the digit has "106".
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
    "⁺": "+", "⁻": "-",
    "‑": "-", "–": "-", "—": "-", "…": ".", "•": ".", "\u00a0": " ",
}  # fmt: skip


class _Table(dict[int, str]):
    """A translation table that finds the fold of each code point when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_one(chr(code))
        return folded


def _fold_one(letter: str) -> str:
    # Private use: icons of a font, that say nothing to a search.
    if unicodedata.category(letter) == "Co":
        return " "
    lower = letter.lower()
    if len(lower) != 1:
        # "İ" lowers to two code points; its base letter does not.
        base = unicodedata.normalize("NFD", letter)[0].lower()
        return base if len(base) == 1 else letter
    if lower in _LETTERS:
        return _LETTERS[lower]
    parts = unicodedata.normalize("NFD", lower)
    bare = [part for part in parts if not unicodedata.combining(part)]
    # Only a letter that comes apart into one letter and its marks; others stay what they are.
    if len(parts) > 1 and len(bare) == 1:
        return _LETTERS.get(bare[0], bare[0])
    return lower


_table = _Table()
_ASCII = bytes(range(128))
# With more letters to fold a text is gone through once, letter by letter.
_FEW = 50
# The one letter that is longer in lower case, and the one that becomes another at the end of a word.
_NOT_ALONE = "İΣ"


def fold(text: str) -> str:
    """Return *text* in lower case and without diacritics; the result is exactly as long as *text*."""
    if text.isascii():
        return text.lower()
    # `lower` treats these by what stands around them; each letter must fold alike wherever it stands.
    for letter in _NOT_ALONE:
        text = text.replace(letter, _table[ord(letter)])
    lower = text.lower()
    # A text has a few dozen such letters at most.
    folded = {letter: alone for letter in _beyond(lower) if (alone := _table[ord(letter)]) != letter}
    if len(folded) > _FEW:
        return lower.translate(_table)
    # Each of the few is looked for at once, which is sooner done than to go letter by letter; no fold is folded again.
    for letter, alone in folded.items():
        lower = lower.replace(letter, alone)
    return lower


def _beyond(text: str) -> set[str]:
    """Return the characters of *text* that are beyond ASCII, gathered in C."""
    return set(text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass"))


# ── Words and stems ─────────────────────────────────────────────────────────────────────────────────────────────────

STEMMERS = {"en": "english", "pl": "polish"}
"""Languages whose words are stemmed, by their main subtag."""

# A combining mark belongs to the letter before it, and is dropped: so does the index.
# As the tokenizer of the index counts words, or hits and snippets would not agree.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_MARK = re.compile(r"[\u0300-\u036f]")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
# A space for all of ASCII that is in no word.
_BETWEEN = bytes(code if chr(code).isalnum() and code < 128 else ord(" ") for code in range(256))
_PIECE = 64 * 1024
# A text in pieces of about so many characters, none of which ends within a word.
_PIECES = re.compile(rf"(?s:.{{1,{_PIECE}}})\S*")
_REMEMBERED = 300_000
_MARKS = dict.fromkeys(range(0x0300, 0x0370))


class _Stemmer(Protocol):
    maxCacheSize: int  # noqa: N815 - the library names it so

    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library names it so


@lru_cache(maxsize=8)
def _stemmer(language: str) -> _Stemmer:
    # Imported when the first word is stemmed: most commands never do.
    import snowballstemmer

    made: _Stemmer = snowballstemmer.stemmer(STEMMERS[language])
    # PyStemmer remembers stems itself, which takes three times as long as to find one: `_Stems` asks once of each word.
    made.maxCacheSize = 0
    return made


class _Stems(dict[str, str]):
    """Stems of one language, found when a word is first met: nothing else that indexes a word costs as much."""

    def __init__(self, language: str) -> None:
        self._stemmer = _stemmer(language)

    def __missing__(self, word: str) -> str:
        # Emptied as a whole: which words are rare is not worth keeping.
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
    if folded.isascii() or not _has_letter(_beyond(folded)):  # a third sooner done than by a pattern
        return folded.encode("ascii", "replace").translate(_BETWEEN).decode().split()
    found: list[str] = _WORD.findall(folded)
    marked = _MARK.search(folded)  # rare: the fold has taken accents off already
    return [word.translate(_MARKS) for word in found] if marked else found


def _has_letter(characters: Iterable[str]) -> bool:
    """Say whether one of *characters* stands in words, as `_WORD` finds them."""
    return any(one.isalnum() or ord(one) in _MARKS for one in characters)


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
    distinct = _distinct(folded)
    stems = dict.fromkeys(map(_stems(code).__getitem__, distinct))
    # A stem that is a word of the text is found already.
    return [found for found in stems if found not in distinct]


def _distinct(folded: str) -> dict[str, None]:
    """Return the words of a *folded* text, each once, in the order in which they come first."""
    if len(folded) < _PIECE:
        return dict.fromkeys(words(folded))
    # A list of all words of a long text takes ten times its memory.
    found: dict[str, None] = {}
    for piece in _PIECES.finditer(folded):
        found.update(dict.fromkeys(words(piece.group())))
    return found


def forms(word: str) -> tuple[str, ...]:
    """Return the folded *word* and its stems in every language, each once: what a search for it looks for."""
    folded = fold(word)
    # In every language, since a query names none.
    return tuple(dict.fromkeys((folded, *(stem(folded, code) for code in STEMMERS))))
