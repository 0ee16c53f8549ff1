"""Fold words for search: one code point to one code point, so that a place in the folded text is the same
place in the original."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

FOLD_VERSION = "2"
"""Kept with the index; another version has the index written anew."""

_LETTERS = {
    "ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i",
    "ŧ": "t", "ŀ": "l", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ɖ": "d",
    "ɠ": "g", "ƙ": "k", "ɲ": "n", "ƞ": "n", "ɔ": "o", "ɛ": "e",
    "ƥ": "p", "ƭ": "t", "ʋ": "v", "ƴ": "y", "ƶ": "z", "ĸ": "k",
    # Typography that most texts have: without it they are ASCII, and their words are found faster.
    "’": "'", "‘": "'", "ʼ": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‑": "-", "–": "-", "—": "-", "…": ".", "•": ".", "\u00a0": " ",
}  # fmt: skip
"""Characters that Unicode does not take apart, though a reader's keyboard may lack them."""


class _Table(dict[int, int]):
    """A translation table that finds each code point's fold when it is first met."""

    def __missing__(self, code: int) -> int:
        self[code] = folded = ord(_fold_one(chr(code)))
        return folded


def _fold_one(letter: str) -> str:
    lower = letter.lower()
    if len(lower) != 1:
        # "İ" lowers to two code points; its base letter does not.
        base = unicodedata.normalize("NFD", letter)[0].lower()
        return base if len(base) == 1 else letter
    if lower in _LETTERS:
        return _LETTERS[lower]
    parts = unicodedata.normalize("NFD", lower)
    bare = [part for part in parts if not unicodedata.combining(part)]
    if len(parts) > 1 and len(bare) == 1:
        return _LETTERS.get(bare[0], bare[0])
    return lower


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table()


def fold(text: str) -> str:
    """Return *text* in lower case and without diacritics; the result is exactly as long as *text*."""
    return text.translate(_table())
