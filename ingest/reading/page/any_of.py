"""Any of: the pattern of many words, which looks at each place of a text but once whatever their number.

Apart from the dates that ask for it, for it is about no words of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_END = ""


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches each of some *words*, the longest that stands at a place first.

    What several words begin with is looked at once: an alternation of seventy words would try each of them wherever
    the letter stands that one of them begins with.
    """
    begun: dict[str, Any] = {}
    for word in words:
        held = begun
        for letter in word:
            held = held.setdefault(letter, {})
        held[_END] = {}
    return _pattern(begun)


def _pattern(begun: Mapping[str, Any]) -> str:
    ways = [re.escape(letter) + _pattern(rest) for letter, rest in begun.items() if letter != _END]
    if not ways:
        return ""
    if _END in begun:
        return f"(?:{'|'.join(ways)})?"
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
