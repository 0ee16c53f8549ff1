"""Once: what is computed when it is first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")
LONGEST = 200

if TYPE_CHECKING:
    once = cached_property
else:

    class once(cached_property):  # noqa: N801 - it is written as a decorator
        """`functools.cached_property` without the lock that it takes before Python 3.12.

        A page is read by a single thread, which uses a dozen such properties.
        """

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            """Return the value for *instance*, after computing it."""
            if instance is None:
                return self
            made = instance.__dict__[self.attrname] = self.func(instance)
            return made


def remembered(most: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Return a decorator that remembers up to *most* results for texts of at most LONGEST characters."""

    def of(function: Callable[[str], T]) -> Callable[[str], T]:
        known = lru_cache(maxsize=most)(function)

        @wraps(function)
        def asked(words: str) -> T:
            return known(words) if len(words) <= LONGEST else function(words)

        return asked

    return of
