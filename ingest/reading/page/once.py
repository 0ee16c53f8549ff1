"""Once: what is computed when it is first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")
LONGEST = 200

once = cached_property
"""Computes an attribute when it is first asked for."""


def remembered(most: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Return a decorator that remembers up to *most* results for texts of at most LONGEST characters."""

    def of(function: Callable[[str], T]) -> Callable[[str], T]:
        known = lru_cache(maxsize=most)(function)

        @wraps(function)
        def asked(words: str) -> T:
            return known(words) if len(words) <= LONGEST else function(words)

        return asked

    return of
