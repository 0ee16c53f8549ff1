"""Fold words for search: one code point to one code point, so that a place in the folded text is the same
place in the original."""

from __future__ import annotations

import unicodedata

FOLD_VERSION = "3"
"""Kept with the index; another version has the index written anew."""

PRIVATE = "\ue000"
"""A character for private use, as the icons of a page's own font are. All such are folded to a space, so that the index
can use this one for what is no word of a text."""

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


class _Table(dict[int, str]):
    """A translation table that finds the fold of each code point when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_one(chr(code))
        return folded


def _fold_one(letter: str) -> str:
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
    if len(parts) > 1 and len(bare) == 1:
        return _LETTERS.get(bare[0], bare[0])
    return lower


_table = _Table()
_ASCII = bytes(range(128))
_FEW = 50
"""With more letters to fold a text is gone through once, letter by letter."""
_NOT_ALONE = "İΣ"
"""The one letter that is longer in lower case, and the one that becomes another at the end of a word."""


def fold(text: str) -> str:
    """Return *text* in lower case and without diacritics; the result is exactly as long as *text*."""
    if text.isascii():
        return text.lower()
    for letter in _NOT_ALONE:
        text = text.replace(letter, _table[ord(letter)])
    lower = text.lower()
    beyond = lower.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    folded = {letter: alone for letter in set(beyond) if (alone := _table[ord(letter)]) != letter}
    if len(folded) > _FEW:
        return lower.translate(_table)
    # Each of the few is looked for at once, which is sooner done than to go letter by letter; no fold is folded again.
    for letter, alone in folded.items():
        lower = lower.replace(letter, alone)
    return lower
