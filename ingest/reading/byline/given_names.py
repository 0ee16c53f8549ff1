"""Given names: common given names of some fifty languages (`given_names.txt`). They show that an unmarked line names a
person. Hungarian and Vietnamese print the family name first, so their common family names are listed too. Names that
are also words or places ("April", "Chelsea") are left out, because lines with them are sections."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "a"})


@lru_cache(maxsize=16384)
def _folded(name: str) -> str:
    if name.isascii():
        return name.lower()
    kept = (c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return "".join(kept).translate(_STROKES)


_KNOWN = frozenset(map(_folded, Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split()))
_WORDS = re.compile(r"[^\W\d_]+")
_CAPITAL = "[A-ZÀ-ÖØ-ÞŁŚŹŻČŠŽĐА-Я]"
_INITIALS = re.compile(rf"\b(?:{_CAPITAL}\.[ -]){{1,3}}{_CAPITAL}['’]?[^\W\d_]{{2,}}")
"""Initials and a family name: "T. J. Fox"."""


def known(name: str) -> bool:
    """Return whether *name* begins with a common given name, with or without accents, or with initials.

    Half of a double name will do.
    """
    first = name.split(maxsplit=1)[0] if name.strip() else ""
    return among(first) or _INITIALS.match(name) is not None


def among(words: str) -> bool:
    """Return whether a common given name with a capital, in scripts that have them, or initials are among *words*."""
    given = any(not word[0].islower() and _folded(word) in _KNOWN for word in _WORDS.findall(words))
    return given or _INITIALS.search(words) is not None
