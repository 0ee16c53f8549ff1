"""Folding: the form of words in which phrases are compared, whatever their case, accents and quotes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Signs that NFKD does not decompose as it does accents; the most usual signs without width are dropped at once.
_SAME = {"’": "'", "‘": "'", "`": "'", "–": "-", "—": "-", "‑": "-", "\u00ad": None, "\u200b": None, "\xa0": " "}
# Persian is typed with or without its half space, and on Arabic keyboards with two other letters.
_SAME |= {"\u200c": None, "\u0640": None, "ي": "ی", "ك": "ک"}
_QUOTES = str.maketrans({**_SAME, "ł": "l", "ß": "ss", "œ": "oe", "æ": "ae"})
# Latin letters that look the same in a Cyrillic word: Ukrainian keyboards had no "i" of their own.
_MIXED = re.compile("(?<=[\u0430-\u0491])[aceiopxy]|[aceiopxy](?=[\u0430-\u0491])")
_CYRILLIC = str.maketrans("aceiopxy", "\u0430\u0441\u0435\u0456\u043e\u0440\u0445\u0443")
# And the reverse: Cyrillic letters in a word with a letter that only Latin has, so that its "not" reads as it looks.
_LATIN = re.compile(r"\b\w*?[bdfghj-nq-wz]\w*")
_LOOKS = str.maketrans("\u0430\u0441\u0435\u0456\u043e\u0440\u0445\u0443", "aceiopxy")
# "CC" is the same in both alphabets.
_COMMONS = re.compile("\\b\u0441\u0441(?=[ -]?(?:by|0)\\b)")
# Letters that are shown from right to left, up to the sign that ends this.
_TURNED = re.compile("\u202e([^\u202c\n]*)")
_SENTENCE = 2000
"""How many characters are remembered folded; longer texts are folded once."""


def fold(words: str) -> str:
    """Return *words* in lower case, without accents, with plain quotes and hyphens and single spaces, for matching."""
    # Most sentences are ASCII, and need no tables.
    if words.isascii():
        return " ".join(words.lower().replace("`", "'").split())
    return _folded(words) if len(words) <= _SENTENCE else _folded.__wrapped__(words)


# Many rules fold the same sentence.
@lru_cache(maxsize=256)
def _folded(words: str) -> str:
    """Return words with letters that are not ASCII in the form for matching."""
    plain = words.lower().translate(_QUOTES)
    if plain.isascii():
        return " ".join(plain.split())
    # NFKD separates accents from letters. NFKC then joins again what are not accents, such as Korean letters.
    plain = unicodedata.normalize("NFKD", _TURNED.sub(lambda turned: turned[1][::-1], plain))
    for sign in set(plain):
        # Signs of the category Cf have no width: a "not" with one of them inside is still a "not" for its readers.
        if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf":
            plain = plain.replace(sign, "")
    if plain.isascii():
        return " ".join(plain.split())
    plain = _MIXED.sub(lambda letter: letter[0].translate(_CYRILLIC), plain)
    plain = _COMMONS.sub("cc", _LATIN.sub(lambda word: word[0].translate(_LOOKS), plain))
    return " ".join(unicodedata.normalize("NFKC", plain).split())
