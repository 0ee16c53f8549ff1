"""Any of: build a pattern for many words that still looks at each place of a text only once.

Apart from the date readers that use it, because it has no words of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_END = ""


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches each of *words*; where several match, it takes the longest.

    Common beginnings are merged. A plain alternation of seventy words would try each of them wherever its first letter
    stands.
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
