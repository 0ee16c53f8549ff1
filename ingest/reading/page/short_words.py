"""Short words: what a pure function says of them is remembered, for pages repeat them; long ones are not held."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")
LONGEST = 200


def remembered(most: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Return what remembers of a function the last answers that it gave on short words, *most* at once."""

    def of(function: Callable[[str], T]) -> Callable[[str], T]:
        known = lru_cache(maxsize=most)(function)

        @wraps(function)
        def asked(words: str) -> T:
            return known(words) if len(words) <= LONGEST else function(words)

        return asked

    return of
