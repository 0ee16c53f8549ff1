"""Once: what is computed when it is first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
LONGEST = 200

once = cached_property
"""Computes an attribute when it is first asked for."""


_Asked = Callable[Concatenate[str, P], T]


def remembered(most: int) -> Callable[[_Asked[P, T]], _Asked[P, T]]:
    """Return a decorator that remembers up to *most* results for texts of at most LONGEST characters.

    The text is the first argument; further ones, which are few values, may follow.
    """

    def of(function: _Asked[P, T]) -> _Asked[P, T]:
        known = lru_cache(maxsize=most)(function)

        @wraps(function)
        def asked(words: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
            return (known if len(words) <= LONGEST else function)(words, *args, **kwargs)

        return asked

    return of
